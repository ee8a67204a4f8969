/** Where everything lies in an ELF file that is being written. */
import type { ObjectFile } from '../../object.js';
import { SHT, SIZES } from './constants.js';
import type { Header, Headers } from './write.js';

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
  if (value <= 2 ** 30) return value & -value;
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

/**
 * An executable: sections whose place in the file was chosen with their segments (`section.offset`) stay there, the others
 * follow; returns the place of the section header table.
 */
export function layoutSegments(object: ObjectFile, headers: Headers): number {
  const sizes = SIZES[object.elfClass];
  let offset = sizes.header + (object.segments?.length ?? 0) * sizes.programHeader;
  const rest: Header[] = [];
  const own = new Set<Header | undefined>([...headers.relocations, headers.symtab, headers.symtabShndx, headers.strtab, headers.shstrtab]);
  for (const header of headers.all.slice(1)) {
    if (own.has(header)) continue;
    if (header.section?.offset === undefined) {
      rest.push(header);
      continue;
    }
    header.offset = header.section.offset;
    if (header.type !== SHT.NOBITS) offset = Math.max(offset, header.offset + header.size);
  }
  for (const header of rest) offset = place(header, offset, true);
  return layoutTables(object, headers, offset);
}
