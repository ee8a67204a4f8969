/**
 * Relocatable files for the linker. A link reads every symbol and relocation of a thousand files once: they are kept as they
 * stand in the file, and become objects of the model (object.ts) only where something looks at one.
 */
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation, SymbolSection } from '../../object.js';
import { ET, GRP_COMDAT, SHN, SHT, SIZES } from '../elf/constants.js';
import { FormatError, latin1, parseElf, sectionBytes, type RawElf, type RawSection } from '../elf/raw.js';
import { isRelocationOf, isTable, objectOf } from '../elf/read.js';
import type { InputSection, LinkSymbol } from './model.js';

const NO_BYTES = new Uint8Array(0);

/** A symbol table entry; value and size are read when asked for. */
export class FileSymbol implements ObjectSymbol {
  /** The name's meaning in the whole program, for symbols that are not local. */
  global: LinkSymbol | null = null;
  /** Final address as a signed number, once the linker knows it; NaN: not known, or not so simple. */
  address = NaN;

  constructor(
    private readonly view: DataView,
    private readonly at: number,
    readonly name: string,
    readonly binding: number,
    readonly type: number,
    readonly other: number,
    readonly section: SymbolSection,
    private readonly wide: boolean,
  ) {}

  get value(): bigint {
    return this.wide ? this.view.getBigUint64(this.at + 8, true) : BigInt(this.view.getUint32(this.at + 4, true));
  }

  /** `value` as a signed number; inexact from 2 ** 53 on. */
  get number(): number {
    const { view, at } = this;
    return this.wide ? view.getUint32(at + 8, true) + view.getInt32(at + 12, true) * 4294967296 : view.getUint32(at + 4, true);
  }

  get size(): bigint {
    return this.wide ? this.view.getBigUint64(this.at + 16, true) : BigInt(this.view.getUint32(this.at + 8, true));
  }
}

/** A SHT_REL or SHT_RELA section as it stands in the file. */
export interface RelocationTable {
  readonly view: DataView;
  /** The same as 32-bit words. */
  readonly words: Int32Array;
  readonly count: number;
  readonly entsize: number;
  readonly rela: boolean;
  readonly wide: boolean;
  readonly symbols: readonly FileSymbol[];
}

/** Type of the relocation at a place of the table. */
function relocationType({ view, wide }: RelocationTable, at: number): number {
  return wide ? view.getUint32(at + 8, true) : view.getUint8(at + 4);
}

/** Number of its symbol; 0: none. */
function relocationSymbol({ view, wide }: RelocationTable, at: number): number {
  return wide ? view.getUint32(at + 12, true) : view.getUint32(at + 4, true) >>> 8;
}

export function relocationAt(table: RelocationTable, at: number): Relocation {
  const { view, wide, rela, symbols } = table;
  return {
    offset: wide ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true)),
    type: relocationType(table, at),
    symbol: symbols[relocationSymbol(table, at) - 1] ?? null,
    addend: rela ? (wide ? view.getBigInt64(at + 16, true) : BigInt(view.getInt32(at + 8, true))) : 0n,
  };
}

/** A section whose relocations become objects when something asks for them. */
export class FileSection implements ObjectSection {
  address = 0n;
  align: number;
  entsize: number;
  size: number;
  group?: ObjectSection['group'];
  /** What the linker makes of it. */
  input: InputSection | null = null;
  tables: RelocationTable[] = [];
  private made: Relocation[] | null = null;

  constructor(
    readonly name: string,
    readonly type: number,
    readonly flags: bigint,
    header: RawSection,
    readonly data: Uint8Array,
  ) {
    this.align = header.align > 0xffffffffn ? 1 : Number(header.align) || 1;
    this.entsize = Number(header.entsize);
    this.size = type === SHT.NOBITS ? Number(header.size > 0x1fffffffffffffn ? 0x1fffffffffffffn : header.size) : data.length;
  }

  get hasRelocations(): boolean {
    return this.tables.some((t) => t.count > 0);
  }

  get relocations(): Relocation[] {
    if (this.made === null) {
      this.made = [];
      for (const table of this.tables) for (let i = 0; i < table.count; i++) this.made.push(relocationAt(table, i * table.entsize));
    }
    return this.made;
  }
}

/** The object in a relocatable file; anything else is read as a whole, for its refusal to say what it is. */
export function readInput(bytes: Uint8Array): ObjectFile {
  const raw = parseElf(bytes);
  if (raw.type !== ET.REL) return objectOf(raw);
  const symtab = raw.sections.find((s) => s.type === SHT.SYMTAB);
  const byIndex: (FileSection | undefined)[] = [];
  const sections: FileSection[] = [];
  const tables: RawSection[] = [];
  for (const header of raw.sections) {
    if (isTable(raw, header, symtab)) continue;
    if (isRelocationOf(raw, header, symtab)) {
      tables.push(header);
      continue;
    }
    const section = new FileSection(header.name, header.type, header.flags, header, contents(raw, header));
    byIndex[header.index] = section;
    sections.push(section);
  }
  const symbols = symtab ? readSymbols(raw, symtab, byIndex) : [];
  for (const header of tables) {
    const target = byIndex[header.info];
    if (!target) continue;
    const data = contents(raw, header);
    const rela = header.type === SHT.RELA;
    const entsize = rela ? SIZES[raw.elfClass].rela : SIZES[raw.elfClass].rel;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    target.tables.push({
      view,
      words: wordsOf(data),
      count: Math.floor(data.length / entsize),
      entsize,
      rela,
      wide: raw.elfClass === 64,
      symbols,
    });
  }
  for (const header of raw.sections) if (header.type === SHT.GROUP) readGroup(header, byIndex, symbols);
  const { elfClass, machine, type, osabi, abiVersion, flags, entry } = raw;
  return { elfClass, machine, type, osabi, abiVersion, flags, entry, sections, symbols };
}

/** Aligned as they are in any ordinary file; else a copy. */
function wordsOf(data: Uint8Array): Int32Array {
  const { buffer, byteOffset } = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  return new Int32Array(buffer, byteOffset, data.length >> 2);
}

function contents(raw: RawElf, header: RawSection): Uint8Array {
  const data = sectionBytes(raw, header);
  if (data === null) throw new FormatError('file truncated');
  return data;
}

function readSymbols(raw: RawElf, symtab: RawSection, byIndex: readonly (FileSection | undefined)[]): FileSymbol[] {
  const table = contents(raw, symtab);
  const stringSection = raw.sections[symtab.link];
  const strings = (stringSection && sectionBytes(raw, stringSection)) ?? NO_BYTES;
  const names = textOf(strings);
  const entry = SIZES[raw.elfClass].symbol;
  const wide = raw.elfClass === 64;
  const shndx = raw.sections.find((s) => s.type === SHT.SYMTAB_SHNDX && s.link === symtab.index);
  const extended = shndx ? sectionBytes(raw, shndx) : null;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const symbols: FileSymbol[] = [];
  for (let i = 1, at = entry; at + entry <= table.length; i++, at += entry) {
    const info = table[at + (wide ? 4 : 12)];
    const indexAt = at + (wide ? 6 : 14);
    let index = table[indexAt] | (table[indexAt + 1] << 8);
    let section: SymbolSection;
    if (index === SHN.XINDEX && extended && extended.length >= (i + 1) * 4) {
      index = new DataView(extended.buffer, extended.byteOffset).getUint32(i * 4, true);
      section = byIndex[index] ?? 'absolute';
    } else if (index === SHN.UNDEF) section = 'undefined';
    else if (index < SHN.LORESERVE) section = byIndex[index] ?? 'absolute';
    else section = index === SHN.ABS ? 'absolute' : index === SHN.COMMON ? 'common' : index;
    const start = table[at] | (table[at + 1] << 8) | (table[at + 2] << 16);
    const name = start === 0 && table[at + 3] === 0 ? '' : nameAt(strings, names, start + table[at + 3] * 0x1000000);
    symbols.push(new FileSymbol(view, at, name, info >> 4, info & 15, table[at + (wide ? 5 : 13)], section, wide));
  }
  return symbols;
}

/** Cut out of the text of all names: much quicker than reading each. */
function nameAt(strings: Uint8Array, names: string, start: number): string {
  let end = start;
  while (end < strings.length && strings[end] !== 0) end++;
  return end < strings.length ? names.slice(start, end) : '';
}

const decoder = new TextDecoder();

/** One character a byte. */
function textOf(bytes: Uint8Array): string {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] > 127) return latin1(bytes, 0, bytes.length);
  return decoder.decode(bytes);
}

function readGroup(header: RawSection, byIndex: readonly (FileSection | undefined)[], symbols: readonly FileSymbol[]): void {
  const section = byIndex[header.index];
  const signature = symbols[header.info - 1];
  if (!section || !signature || section.data.length < 4) return;
  const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.byteLength);
  const members: ObjectSection[] = [];
  for (let at = 4; at + 4 <= section.data.length; at += 4) {
    const member = byIndex[view.getUint32(at, true)];
    if (member && member !== section) members.push(member);
  }
  section.group = { signature, comdat: (view.getUint32(0, true) & GRP_COMDAT) !== 0, members };
}
