/**
 * Writes an object as ELF, laid out as binutils' writer does it (measured on GNU as, ld and objcopy 2.40):
 *
 * - section headers: null, groups, every other section followed by its relocations, .symtab, .symtab_shndx when there are
 *   too many sections for 16 bits, .strtab, .shstrtab;
 * - the file: ELF header, program headers, sections, symbol table and its strings, relocations, section names, headers.
 */
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../../object.js';
import { EM, GRP_COMDAT, SHF, SHN, SHT, SIZES, STB, STT } from './constants.js';
import { layoutRelocatable, layoutSegments } from './layout.js';
import { layoutPlanned, type Fail, type Report } from './segments.js';
import { StringTable } from './strtab.js';

/** A section header on its way into the file. */
export interface Header {
  /** Handle in the table of section names. */
  name: number;
  type: number;
  flags: number;
  address: bigint;
  /** Place in the file; -1 while it is not known. */
  offset: number;
  size: number;
  link: number;
  info: number;
  align: number;
  entsize: number;
  /** The model's section, absent for tables that the writer makes. */
  section?: ObjectSection;
  /** Puts the contents into the file at `offset`. */
  emit?: (bytes: Uint8Array, view: DataView) => void;
}

/** Every header of a file by role; `all` is in header table order, with the null header at 0. */
export interface Headers {
  all: Header[];
  relocations: Header[];
  symtab?: Header;
  /** In the order of the symbol table. */
  symbols: readonly ObjectSymbol[];
  symtabShndx?: Header;
  strtab?: Header;
  shstrtab: Header;
}

/** True when this machine's relocations carry their addend (SHT_RELA). */
export function usesRela(machine: number): boolean {
  return machine === EM.X86_64;
}

/**
 * The bytes of an object. Symbols are written in the given order, locals first; SHT_GROUP sections get the first section
 * numbers wherever they stand in `sections` (their names keep that place in the string table).
 * With `segments` each of which lists its `sections`, file offsets and program headers are laid out from them; without,
 * sections follow one another.
 */
export function writeElf(object: ObjectFile, warn: Report = () => {}, fail: Fail = cannotWrite): Uint8Array {
  const names = new StringTable();
  const headers = makeHeaders(object, names);
  names.finish();
  headers.shstrtab.size = names.size;
  headers.shstrtab.emit = (bytes) => names.write(bytes, headers.shstrtab.offset);
  const headerTable = layout(object, headers, warn, fail);
  if (!(headerTable <= MAX_FILE)) fail('File too large', object.sections[0]);
  return emit(object, headers, names, headerTable);
}

/** Executables with more symbols than this do without sharing the tails of names: sorting them takes longer than all else. */
const LARGE_TABLE = 5000;

/** Offsets that a hostile file asks for may be anything. */
const MAX_FILE = 2 ** 32;

function layout(object: ObjectFile, headers: Headers, warn: Report, fail: Fail): number {
  if (!object.segments || object.segments.length === 0) return layoutRelocatable(object, headers);
  return object.segments[0].plan ? layoutPlanned(object, headers, warn, fail) : layoutSegments(object, headers);
}

function cannotWrite(message: string, section: ObjectSection): never {
  throw new Error(`${section.name}: ${message}`);
}

function makeHeaders(object: ObjectFile, names: StringTable): Headers {
  const sizes = SIZES[object.elfClass];
  const [symtabName, strtabName, shstrtabName] = [names.add('.symtab'), names.add('.strtab'), names.add('.shstrtab')];
  const rela = (section: ObjectSection): boolean => section.rela ?? usesRela(object.mainMachine ?? object.machine);
  const inGroup = new Set<ObjectSection>();
  for (const section of object.sections) {
    if (section.group) for (const member of section.group.members) inGroup.add(member);
  }

  // Names first: their order is the order of the model, not of the header table.
  const count = object.sections.length;
  const nameOf = new Int32Array(count);
  const relocationNameOf = new Int32Array(count);
  let hasRelocations = false;
  for (let i = 0; i < count; i++) {
    const section = object.sections[i];
    nameOf[i] = names.add(section.name);
    if (hasRelocationSection(section)) {
      hasRelocations = true;
      relocationNameOf[i] = names.add((rela(section) ? '.rela' : '.rel') + section.name);
    }
  }

  const all: Header[] = [blank(0, SHT.NULL)];
  const indexOf = new Map<ObjectSection, number>();
  const relocationIndexOf = new Map<ObjectSection, number>();
  const relocations: Header[] = [];
  const enter = (section: ObjectSection, place: number): void => {
    indexOf.set(section, all.length);
    all.push(sectionHeader(section, nameOf[place]));
    const relocationName = relocationNameOf[place];
    if (relocationName === 0) return;
    const header = blank(relocationName, rela(section) ? SHT.RELA : SHT.REL);
    header.flags = SHF.INFO_LINK | (inGroup.has(section) && !section.relocationsOutsideGroup ? SHF.GROUP : 0);
    header.entsize = rela(section) ? sizes.rela : sizes.rel;
    header.size = section.relocations.length * header.entsize;
    header.info = indexOf.get(section)!;
    header.align = sizes.align;
    header.section = section;
    if (inGroup.size > 0) relocationIndexOf.set(section, all.length);
    relocations.push(header);
    all.push(header);
  };
  object.sections.forEach((section, i) => section.type === SHT.GROUP && enter(section, i));
  object.sections.forEach((section, i) => section.type !== SHT.GROUP && enter(section, i));

  const headers: Headers = { all, relocations, symbols: [], shstrtab: blank(shstrtabName, SHT.STRTAB) };
  // A relocatable file with relocations has a symbol table even when it is empty.
  if (object.symbols.length > 0 || object.keepSymbolTable || (hasRelocations && object.type === 1)) {
    addSymbolTable(object, headers, names, symtabName, strtabName, indexOf);
  } else {
    names.drop(symtabName);
    names.drop(strtabName);
  }
  headers.shstrtab.align = 1;
  all.push(headers.shstrtab);

  const symtabIndex = headers.symtab ? all.indexOf(headers.symtab) : 0;
  for (const header of relocations) {
    header.link = symtabIndex;
    const section = header.section!;
    header.section = undefined;
    header.emit = (bytes, view) => emitRelocations(object, section, headers.symbols, header, view);
  }
  for (const [section, index] of indexOf) {
    const header = all[index];
    if (section.linkedTo) header.link = indexOf.get(section.linkedTo) ?? 0;
    else if (section.linksSymtab) header.link = symtabIndex;
    if (section.infoSection) header.info = indexOf.get(section.infoSection) ?? 0;
    if (section.group) {
      const { group } = section;
      const words = [group.comdat ? GRP_COMDAT : 0, ...new Array<number>(group.vacant ?? 0).fill(0)];
      for (const member of group.members) {
        const memberIndex = indexOf.get(member);
        if (memberIndex === undefined) continue;
        words.push(memberIndex);
        const relocationIndex = relocationIndexOf.get(member);
        if (relocationIndex !== undefined && !member.relocationsOutsideGroup) words.push(relocationIndex);
      }
      header.link = symtabIndex;
      header.info = symbolIndex(group.signature, headers.symbols);
      header.size = words.length * 4;
      header.emit = (bytes, view) => words.forEach((word, i) => view.setUint32(header.offset + i * 4, word, true));
    }
  }
  return headers;
}

/** Binutils keeps the relocation section of a section that had one, even when nothing is left in it. */
function hasRelocationSection(section: ObjectSection): boolean {
  return section.relocations.length > 0 || section.emptyRelocations === true;
}

function blank(name: number, type: number): Header {
  return {
    name,
    type,
    flags: 0,
    address: 0n,
    offset: 0,
    size: 0,
    link: 0,
    info: 0,
    align: 0,
    entsize: 0,
    section: undefined,
    emit: undefined,
  };
}

function sectionHeader(section: ObjectSection, name: number): Header {
  const header = blank(name, section.type);
  header.flags = Number(section.flags);
  header.address = section.address;
  header.size = section.type === SHT.NOBITS ? section.size : section.data.length || section.size;
  header.align = alignAt(section.align, section.address);
  header.entsize = section.entsize;
  header.info = section.info ?? 0;
  header.link = section.link ?? 0;
  header.section = section;
  return header;
}

/** An alignment that the address does not have is not claimed. */
function alignAt(align: number, address: bigint): number {
  if (address === 0n) return align;
  const both = BigInt(align) | address;
  return Number(both & -both);
}

function addSymbolTable(
  object: ObjectFile,
  headers: Headers,
  names: StringTable,
  symtabName: number,
  strtabName: number,
  indexOf: ReadonlyMap<ObjectSection, number>,
): void {
  const sizes = SIZES[object.elfClass];
  const { all } = headers;
  const symtab = (headers.symtab = blank(symtabName, SHT.SYMTAB));
  all.push(symtab);
  let shndx: Header | undefined;
  if (all.length > SHN.LORESERVE - 2) {
    shndx = headers.symtabShndx = blank(names.add('.symtab_shndx'), SHT.SYMTAB_SHNDX);
    all.push(shndx);
  }
  const strtab = (headers.strtab = blank(strtabName, SHT.STRTAB));
  all.push(strtab);

  const isLocal = (s: ObjectSymbol): boolean => s.binding === STB.LOCAL;
  let locals = 0;
  let sorted = true;
  for (let i = 0; i < object.symbols.length; i++) {
    if (!isLocal(object.symbols[i])) continue;
    if (locals !== i) sorted = false;
    locals += 1;
  }
  const symbols = sorted ? object.symbols : [...object.symbols.filter(isLocal), ...object.symbols.filter((s) => !isLocal(s))];
  const strings = new StringTable(symbols.length < LARGE_TABLE || object.type === 1);
  headers.symbols = symbols;
  const nameHandles = new Int32Array(symbols.length);
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i];
    symbol.index = i + 1;
    const nameless = symbol.type === STT.SECTION && isLocal(symbol);
    if (!nameless) nameHandles[i] = strings.add(symbol.name);
  }
  strings.finish();

  symtab.entsize = sizes.symbol;
  symtab.size = (symbols.length + 1) * sizes.symbol;
  symtab.info = locals + 1;
  symtab.align = sizes.align;
  symtab.link = all.length - 1;
  symtab.emit = (bytes, view) => {
    for (let i = 0; i < symbols.length; i++) {
      const symbol = symbols[i];
      const index = sectionIndex(symbol, indexOf);
      const big = index >= SHN.LORESERVE && typeof symbol.section === 'object';
      if (big && shndx) view.setUint32(shndx.offset + (i + 1) * 4, index, true);
      const at = symtab.offset + (i + 1) * sizes.symbol;
      const info = (symbol.binding << 4) | (symbol.type & 15);
      view.setUint32(at, strings.offsetOf(nameHandles[i]), true);
      if (object.elfClass === 64) {
        view.setUint8(at + 4, info);
        view.setUint8(at + 5, symbol.other);
        view.setUint16(at + 6, big ? SHN.XINDEX : index, true);
        view.setBigUint64(at + 8, symbol.value, true);
        view.setBigUint64(at + 16, symbol.size, true);
      } else {
        view.setUint32(at + 4, Number(BigInt.asUintN(32, symbol.value)), true);
        view.setUint32(at + 8, Number(BigInt.asUintN(32, symbol.size)), true);
        view.setUint8(at + 12, info);
        view.setUint8(at + 13, symbol.other);
        view.setUint16(at + 14, big ? SHN.XINDEX : index, true);
      }
    }
  };
  if (shndx) {
    shndx.entsize = 4;
    shndx.align = 4;
    shndx.size = (symbols.length + 1) * 4;
    shndx.link = all.indexOf(symtab);
  }
  strtab.align = 1;
  strtab.size = strings.size;
  strtab.emit = (bytes) => strings.write(bytes, strtab.offset);
}

function sectionIndex(symbol: ObjectSymbol, indexOf: ReadonlyMap<ObjectSection, number>): number {
  const { section } = symbol;
  if (typeof section === 'object') return indexOf.get(section) ?? SHN.UNDEF;
  if (section === 'undefined') return SHN.UNDEF;
  if (section === 'absolute') return SHN.ABS;
  if (section === 'common') return SHN.COMMON;
  return section;
}

/** The symbol's place in the table, 0 when it has none. */
function symbolIndex(symbol: ObjectSymbol | null, symbols: readonly ObjectSymbol[]): number {
  if (symbol === null) return 0;
  const { index = 0 } = symbol;
  return symbols[index - 1] === symbol ? index : 0;
}

function emitRelocations(
  object: ObjectFile,
  section: ObjectSection,
  symbols: readonly ObjectSymbol[],
  header: Header,
  view: DataView,
): void {
  let at = header.offset;
  const rela = header.type === SHT.RELA;
  for (const relocation of section.relocations) {
    const symbol = symbolIndex(relocation.symbol, symbols);
    if (object.elfClass === 64) {
      view.setBigUint64(at, relocation.offset, true);
      view.setUint32(at + 8, relocation.type, true);
      view.setUint32(at + 12, symbol, true);
      if (rela) view.setBigInt64(at + 16, relocation.addend, true);
    } else {
      view.setUint32(at, Number(relocation.offset), true);
      view.setUint32(at + 4, (symbol << 8) | relocation.type, true);
      if (rela) view.setInt32(at + 8, Number(BigInt.asIntN(32, relocation.addend)), true);
    }
    at += header.entsize;
  }
}

function emit(object: ObjectFile, headers: Headers, names: StringTable, headerTable: number): Uint8Array {
  const sizes = SIZES[object.elfClass];
  const { all } = headers;
  const bytes = new Uint8Array(headerTable + all.length * sizes.sectionHeader);
  const view = new DataView(bytes.buffer);
  for (const header of all) emitContents(header, bytes, view);
  writeFileHeader(object, view, headerTable, all.length);
  writeProgramHeaders(object, view);

  let at = headerTable;
  // What does not fit the 16 bits of the ELF header stands in the null section header.
  if (all.length >= SHN.LORESERVE) {
    all[0].size = all.length;
    all[0].link = all.length - 1;
  }
  for (const header of all) {
    writeSectionHeader(object.elfClass, view, at, header, names.offsetOf(header.name));
    at += sizes.sectionHeader;
  }
  return bytes;
}

function emitContents(header: Header, bytes: Uint8Array, view: DataView): void {
  const { emit, section, offset } = header;
  if (emit !== undefined) {
    emit(bytes, view);
    return;
  }
  if (section === undefined || section.type === SHT.NOBITS) return;
  const { data } = section;
  if (data.length > 16) bytes.set(data, offset);
  else for (let i = 0; i < data.length; i++) bytes[offset + i] = data[i];
}

function writeFileHeader(object: ObjectFile, view: DataView, headerTable: number, count: number): void {
  const sizes = SIZES[object.elfClass];
  const wide = object.elfClass === 64;
  const segments = object.segments?.length ?? 0;
  view.setUint32(0, 0x464c457f, true);
  view.setUint8(4, wide ? 2 : 1);
  view.setUint8(5, 1);
  view.setUint8(6, 1);
  view.setUint8(7, object.osabi);
  view.setUint8(8, object.abiVersion);
  view.setUint16(16, object.type, true);
  view.setUint16(18, object.machine, true);
  view.setUint32(20, 1, true);
  let at = 24;
  const word = (value: bigint): void => {
    if (wide) view.setBigUint64(at, value, true);
    else view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
    at += wide ? 8 : 4;
  };
  word(object.entry);
  word(segments > 0 ? BigInt(sizes.header) : 0n);
  word(BigInt(headerTable));
  view.setUint32(at, object.flags, true);
  const rest = [
    sizes.header,
    segments > 0 ? sizes.programHeader : 0,
    segments,
    sizes.sectionHeader,
    count >= SHN.LORESERVE ? 0 : count,
    count - 1 >= SHN.LORESERVE ? SHN.XINDEX : count - 1,
  ];
  rest.forEach((value, i) => view.setUint16(at + 4 + i * 2, value, true));
}

function writeProgramHeaders(object: ObjectFile, view: DataView): void {
  const sizes = SIZES[object.elfClass];
  let at: number = sizes.header;
  for (const s of object.segments ?? []) {
    view.setUint32(at, s.type, true);
    if (object.elfClass === 64) {
      view.setUint32(at + 4, s.flags, true);
      const words = [s.offset, s.virtualAddress, s.physicalAddress, s.fileSize, s.memorySize, s.align];
      words.forEach((value, i) => view.setBigUint64(at + 8 + i * 8, value, true));
    } else {
      const words = [s.offset, s.virtualAddress, s.physicalAddress, s.fileSize, s.memorySize, BigInt(s.flags), s.align];
      words.forEach((value, i) => view.setUint32(at + 4 + i * 4, Number(BigInt.asUintN(32, value)), true));
    }
    at += sizes.programHeader;
  }
}

/** 64 bits of an integer. */
function setWord(view: DataView, at: number, value: number): void {
  if (value >= 0 && value < 2 ** 53) {
    view.setUint32(at, value, true);
    view.setUint32(at + 4, value / 2 ** 32, true);
  } else view.setBigUint64(at, BigInt(value), true);
}

function writeSectionHeader(elfClass: 32 | 64, view: DataView, at: number, h: Header, name: number): void {
  view.setUint32(at, name, true);
  view.setUint32(at + 4, h.type, true);
  if (elfClass === 64) {
    setWord(view, at + 8, h.flags);
    view.setBigUint64(at + 16, h.address, true);
    setWord(view, at + 24, h.offset);
    setWord(view, at + 32, h.size);
    view.setUint32(at + 40, h.link, true);
    view.setUint32(at + 44, h.info, true);
    setWord(view, at + 48, h.align);
    setWord(view, at + 56, h.entsize);
  } else {
    const words = [h.flags, Number(BigInt.asUintN(32, h.address)), h.offset, h.size, h.link, h.info, h.align, h.entsize];
    words.forEach((value, i) => view.setUint32(at + 8 + i * 4, value, true));
  }
}
