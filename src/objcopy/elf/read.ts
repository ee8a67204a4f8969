/** Reads an ELF file into the object model. */
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation, SymbolSection } from '../../object.js';
import { ET, GRP_COMDAT, SHF, SHN, SHT, SIZES } from './constants.js';
import { FormatError, parseElf, sectionBytes, stringAt, type RawElf, type RawSection } from './raw.js';

const NO_BYTES = new Uint8Array(0);

/**
 * The object in a file. Throws `FormatError` ("file format not recognized", "file truncated") for anything that is not a
 * whole ELF file of this machine. Section contents are views of `bytes`, not copies.
 */
export function readElf(bytes: Uint8Array): ObjectFile {
  return objectOf(parseElf(bytes));
}

/** The object model of parsed headers. */
export function objectOf(raw: RawElf): ObjectFile {
  const symtab = raw.sections.find((s) => s.type === SHT.SYMTAB);
  const byIndex = new Map<number, ObjectSection>();
  const sections: ObjectSection[] = [];
  const relocationHeaders: RawSection[] = [];
  for (const header of raw.sections) {
    if (isTable(raw, header, symtab)) continue;
    if (isRelocationOf(raw, header, symtab)) {
      relocationHeaders.push(header);
      continue;
    }
    const section = sectionOf(raw, header);
    byIndex.set(header.index, section);
    sections.push(section);
  }
  const symbols = symtab ? readSymbols(raw, symtab, (index) => byIndex.get(index)) : [];
  for (const header of relocationHeaders) {
    const target = byIndex.get(header.info);
    if (target) target.relocations = target.relocations.concat(readRelocations(raw, header, symbols));
  }
  for (const [index, section] of byIndex) linkSection(raw, raw.sections[index], section, byIndex, symbols, symtab);
  const object: ObjectFile = {
    elfClass: raw.elfClass,
    machine: raw.machine,
    type: raw.type,
    osabi: raw.osabi,
    abiVersion: raw.abiVersion,
    flags: raw.flags,
    entry: raw.entry,
    sections,
    symbols,
  };
  if (raw.segments.length > 0) object.segments = raw.segments;
  return object;
}

/** True for the tables that the writer makes anew. */
export function isTable(raw: RawElf, header: RawSection, symtab: RawSection | undefined): boolean {
  return (
    header.type === SHT.NULL ||
    header === symtab ||
    header.type === SHT.SYMTAB_SHNDX ||
    (header.type === SHT.STRTAB && (header.index === raw.namesIndex || header.index === symtab?.link))
  );
}

/** True for the relocations of a section that is linked later; those of dynamic linking are contents like any other. */
export function isRelocationOf(raw: RawElf, header: RawSection, symtab: RawSection | undefined): boolean {
  if (header.type !== SHT.REL && header.type !== SHT.RELA) return false;
  if ((raw.type === ET.EXEC || raw.type === ET.DYN) && (header.flags & BigInt(SHF.ALLOC)) !== 0n) return false;
  const target = raw.sections[header.info];
  if (!symtab || header.link !== symtab.index || header.info === 0 || !target) return false;
  return target.type !== SHT.REL && target.type !== SHT.RELA;
}

function sectionOf(raw: RawElf, header: RawSection): ObjectSection {
  const data = sectionBytes(raw, header);
  if (data === null) throw new FormatError('file truncated');
  return {
    name: header.name,
    type: header.type,
    flags: header.flags,
    address: header.address,
    loadAddress: loadAddress(raw, header),
    align: header.align > 0xffffffffn ? 1 : Number(header.align) || 1,
    entsize: Number(header.entsize),
    data,
    size: header.type === SHT.NOBITS ? clamp(header.size) : data.length,
    relocations: [],
    offset: clamp(header.offset),
  };
}

function clamp(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

/** Where the segment that holds an allocated section puts it; undefined when that is its address. */
function loadAddress(raw: RawElf, header: RawSection): bigint | undefined {
  if ((header.flags & BigInt(SHF.ALLOC)) === 0n) return undefined;
  for (const s of raw.segments) {
    if (s.type !== 1 || header.address < s.virtualAddress || header.address + header.size > s.virtualAddress + s.memorySize) continue;
    const address = s.physicalAddress + (header.address - s.virtualAddress);
    return address === header.address ? undefined : address;
  }
  return undefined;
}

/** The symbols of a symbol table without the null symbol. */
export function readSymbols(raw: RawElf, symtab: RawSection, sectionAt: (index: number) => ObjectSection | undefined): ObjectSymbol[] {
  const table = sectionBytes(raw, symtab);
  const stringSection = raw.sections[symtab.link];
  const strings = (stringSection && sectionBytes(raw, stringSection)) ?? NO_BYTES;
  if (table === null) throw new FormatError('file truncated');
  const entry = SIZES[raw.elfClass].symbol;
  const shndx = raw.sections.find((s) => s.type === SHT.SYMTAB_SHNDX && s.link === symtab.index);
  const extended = shndx ? sectionBytes(raw, shndx) : null;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const symbols: ObjectSymbol[] = [];
  for (let i = 1, at = entry; at + entry <= table.length; i++, at += entry) {
    const wide = raw.elfClass === 64;
    const info = view.getUint8(at + (wide ? 4 : 12));
    let index = view.getUint16(at + (wide ? 6 : 14), true);
    let section: SymbolSection;
    if (index === SHN.XINDEX && extended && extended.length >= (i + 1) * 4) {
      index = new DataView(extended.buffer, extended.byteOffset).getUint32(i * 4, true);
      section = sectionAt(index) ?? 'absolute';
    } else section = sectionOfIndex(index, sectionAt);
    symbols.push({
      name: stringAt(strings, view.getUint32(at, true)) ?? '',
      value: wide ? view.getBigUint64(at + 8, true) : BigInt(view.getUint32(at + 4, true)),
      size: wide ? view.getBigUint64(at + 16, true) : BigInt(view.getUint32(at + 8, true)),
      binding: info >> 4,
      type: info & 15,
      other: view.getUint8(at + (wide ? 5 : 13)),
      section,
    });
  }
  return symbols;
}

function sectionOfIndex(index: number, sectionAt: (index: number) => ObjectSection | undefined): SymbolSection {
  if (index === SHN.UNDEF) return 'undefined';
  if (index === SHN.ABS) return 'absolute';
  if (index === SHN.COMMON) return 'common';
  if (index >= SHN.LORESERVE) return index;
  return sectionAt(index) ?? 'absolute';
}

/** The relocations of one SHT_REL or SHT_RELA section; `symbols` without the null symbol. */
export function readRelocations(raw: RawElf, header: RawSection, symbols: readonly ObjectSymbol[]): Relocation[] {
  const table = sectionBytes(raw, header);
  if (table === null) throw new FormatError('file truncated');
  const rela = header.type === SHT.RELA;
  const sizes = SIZES[raw.elfClass];
  const entry = rela ? sizes.rela : sizes.rel;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const relocations: Relocation[] = [];
  for (let at = 0; at + entry <= table.length; at += entry) {
    let index: number;
    let type: number;
    let offset: bigint;
    let addend = 0n;
    if (raw.elfClass === 64) {
      offset = view.getBigUint64(at, true);
      type = view.getUint32(at + 8, true);
      index = view.getUint32(at + 12, true);
      if (rela) addend = view.getBigInt64(at + 16, true);
    } else {
      offset = BigInt(view.getUint32(at, true));
      const info = view.getUint32(at + 4, true);
      type = info & 255;
      index = info >>> 8;
      if (rela) addend = BigInt(view.getInt32(at + 8, true));
    }
    relocations.push({
      offset,
      type,
      symbol: index === 0 ? null : (symbols[index - 1] ?? null),
      addend,
    });
  }
  return relocations;
}

/** What sh_link and sh_info mean for this type of section. */
function linkSection(
  raw: RawElf,
  header: RawSection,
  section: ObjectSection,
  byIndex: ReadonlyMap<number, ObjectSection>,
  symbols: readonly ObjectSymbol[],
  symtab: RawSection | undefined,
): void {
  if (header.type === SHT.GROUP) {
    readGroup(header, section, byIndex, symbols);
    return;
  }
  const linked = byIndex.get(header.link);
  if (linked) section.linkedTo = linked;
  else if (header.link !== 0 && header.link === symtab?.index) section.linksSymtab = true;
  else if (header.link !== 0) section.link = header.link;
  const infoSection = (header.flags & BigInt(SHF.INFO_LINK)) !== 0n ? byIndex.get(header.info) : undefined;
  if (infoSection) section.infoSection = infoSection;
  else if (header.info !== 0) section.info = header.info;
}

function readGroup(
  header: RawSection,
  section: ObjectSection,
  byIndex: ReadonlyMap<number, ObjectSection>,
  symbols: readonly ObjectSymbol[],
): void {
  const signature = symbols[header.info - 1];
  if (!signature || section.data.length < 4) return;
  const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.byteLength);
  const members: ObjectSection[] = [];
  for (let at = 4; at + 4 <= section.data.length; at += 4) {
    const member = byIndex.get(view.getUint32(at, true));
    if (member && member !== section) members.push(member);
  }
  section.group = { signature, comdat: (view.getUint32(0, true) & GRP_COMDAT) !== 0, members };
}
