/** Where everything lies in an ELF file that is being written. */
import type { ObjectFile } from "../../object.js";
import { SHT, SIZES } from "./constants.js";
import type { Header, Headers } from "./write.js";

export function alignUp(offset: number, align: number): number {
  return align > 1 ? Math.ceil(offset / align) * align : offset;
}

/** Places one section at or after `offset`; returns where the next may start. */
export function place(header: Header, offset: number, aligned: boolean): number {
  // An alignment that is no power of two counts as its lowest bit.
  const at = aligned ? alignUp(offset, lowestBit(header.align)) : offset;
  header.offset = at;
  return header.type === SHT.NOBITS ? at : at + header.size;
}

function lowestBit(value: number): number {
  if (value <= 1) return 1;
  const big = BigInt(value);
  return Number(big & -big);
}

/** Sections one after the other; returns the place of the section header table. */
export function layoutRelocatable(object: ObjectFile, headers: Headers): number {
  let offset: number = SIZES[object.elfClass].header;
  const later = new Set<Header | undefined>([
    ...headers.relocations,
    headers.symtab,
    headers.symtabShndx,
    headers.strtab,
    headers.shstrtab,
  ]);
  for (const header of headers.all.slice(1)) {
    if (!later.has(header)) offset = place(header, offset, true);
  }
  return layoutTables(object, headers, offset);
}

/** The tables at the file's end: symbols, relocations, section names; returns the place of the section header table. */
export function layoutTables(object: ObjectFile, headers: Headers, offset: number): number {
  if (headers.symtab) offset = place(headers.symtab, offset, true);
  if (headers.symtabShndx) offset = place(headers.symtabShndx, offset, true);
  if (headers.strtab) offset = place(headers.strtab, offset, true);
  for (const header of headers.relocations) offset = place(header, offset, true);
  offset = place(headers.shstrtab, offset, true);
  return alignUp(offset, SIZES[object.elfClass].align);
}

/** Placed later by the segment layout; see `segments.ts`. */
export function layoutSegments(object: ObjectFile, headers: Headers): number {
  return layoutRelocatable(object, headers);
}
