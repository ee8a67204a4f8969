/** readelf -s, -r, -d, -x and -p: what is in the sections. */
import { inflateSync } from 'node:zlib';
import { relocationNames } from '../shared/relocation-names.js';
import { sectionBytes, type RawElf, type RawSection } from '../../objcopy/elf/raw.js';
import { symbolVersionsWithIndex, type IndexedVersion } from '../../objcopy/elf/versions.js';
import { hex, linkedStrings, shortName, text, type View } from './text.js';

interface SymbolRow {
  name: string;
  value: bigint;
  size: bigint;
  info: number;
  other: number;
  index: number;
}

const NO_BYTES = new Uint8Array(0);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** All entries of a symbol table, the null symbol included. */
function symbolRows(raw: RawElf, table: RawSection): SymbolRow[] {
  const data = sectionBytes(raw, table) ?? NO_BYTES;
  const strings = linkedStrings(raw, table);
  const view = viewOf(data);
  const wide = raw.elfClass === 64;
  const step = wide ? 24 : 16;
  const shndx = raw.sections.find((s) => s.type === 18 && s.link === table.index);
  const extended = viewOf((shndx && sectionBytes(raw, shndx)) || NO_BYTES);
  const rows: SymbolRow[] = [];
  for (let at = 0, i = 0; at + step <= data.length; at += step, i++) {
    let index = view.getUint16(at + (wide ? 6 : 14), true);
    // Marked, so that a real section number is told from a reserved one.
    if (index === 0xffff && i * 4 + 4 <= extended.byteLength) index = -extended.getUint32(i * 4, true);
    rows.push({
      name: text(strings, view.getUint32(at, true)),
      value: wide ? view.getBigUint64(at + 8, true) : BigInt(view.getUint32(at + 4, true)),
      size: wide ? view.getBigUint64(at + 16, true) : BigInt(view.getUint32(at + 8, true)),
      info: view.getUint8(at + (wide ? 4 : 12)),
      other: view.getUint8(at + (wide ? 5 : 13)),
      index,
    });
  }
  return rows;
}

const TYPES: Record<number, string> = { 0: 'NOTYPE', 1: 'OBJECT', 2: 'FUNC', 3: 'SECTION', 4: 'FILE', 5: 'COMMON', 6: 'TLS', 10: 'IFUNC' };
const BINDINGS: Record<number, string> = { 0: 'LOCAL', 1: 'GLOBAL', 2: 'WEAK', 10: 'UNIQUE' };
const VISIBILITIES = ['DEFAULT', 'INTERNAL', 'HIDDEN', 'PROTECTED'];

function indexName(raw: RawElf, index: number): string {
  if (index < 0) return String(-index);
  if (index === 0) return 'UND';
  if (index === 0xfff1) return 'ABS';
  if (index === 0xfff2) return 'COM';
  if (index === 0xff02 && raw.machine === 62) return 'LARGE_COM';
  if (index >= 0xff00 && index <= 0xff1f) return `PRC[0x${hex(index, 4)}]`;
  if (index >= 0xff20 && index <= 0xff3f) return `OS [0x${hex(index, 4)}]`;
  if (index >= 0xff00) return `RSV[0x${hex(index, 4)}]`;
  if (index >= raw.sections.length) return `bad section index[${String(index).padStart(3)}]`;
  return String(index);
}

/** A section symbol has its section's name. */
function nameOf(raw: RawElf, row: SymbolRow): string {
  const number = Math.abs(row.index);
  if (row.name === '' && (row.info & 15) === 3 && number < raw.sections.length) return raw.sections[number].name;
  return row.name;
}

export function symbolTables(view: View, dynamicOnly: boolean): string {
  const { raw } = view;
  let out = '';
  for (const table of raw.sections) {
    if (table.type !== 11 && (table.type !== 2 || dynamicOnly)) continue;
    if (table.entsize === 0n) continue;
    out += symbolTable(view, table, `Symbol table '${table.name}' contains`);
  }
  return out;
}

/** -D -s: the symbols that dynamic linking sees. */
export function dynamicSymbolTable(view: View): string {
  const { raw } = view;
  const table = raw.sections.some((s) => s.type === 6) ? raw.sections.find((s) => s.type === 11) : undefined;
  if (!table) return '\nDynamic symbol information is not available for displaying symbols.\n';
  return symbolTable(view, table, 'Symbol table for image contains');
}

function symbolTable(view: View, table: RawSection, title: string): string {
  const { raw, is64 } = view;
  const rows = symbolRows(raw, table);
  let out = `\n${title} ${rows.length} ${rows.length === 1 ? 'entry' : 'entries'}:\n`;
  out += is64
    ? '   Num:    Value          Size Type    Bind   Vis      Ndx Name\n'
    : '   Num:    Value  Size Type    Bind   Vis      Ndx Name\n';
  const versions = table.type === 11 ? symbolVersionsWithIndex(raw) : [];
  rows.forEach((row, i) => (out += symbolLine(view, row, i, versions[i])));
  return out;
}

function symbolSize(view: View, size: bigint): string {
  if (view.symbolBase === 8) return size.toString(8).padStart(5);
  if (view.symbolBase === 10) return String(size).padStart(5);
  if (view.symbolBase === 16) return `0x${hex(size, 5)}`;
  return size <= 99999n ? String(size).padStart(5) : `0x${hex(size)}`;
}

function symbolLine(view: View, row: SymbolRow, i: number, version: IndexedVersion | undefined): string {
  const { raw, is64 } = view;
  const size = symbolSize(view, row.size);
  const type = TYPES[row.info & 15] ?? unknown(row.info & 15, 13);
  const binding = BINDINGS[row.info >> 4] ?? unknown(row.info >> 4, 13);
  const visibility = VISIBILITIES[row.other & 3];
  let out = `${String(i).padStart(6)}: ${hex(row.value, is64 ? 16 : 8)} ${size} ${type.padEnd(7)} ${binding.padEnd(6)} ${visibility.padEnd(7)}`;
  if ((row.other & ~3) !== 0) out += ` [<other>: ${hex(row.other & ~3)}] `;
  out += ` ${indexName(raw, row.index).padStart(4)} `;
  let suffix = '';
  if (version)
    suffix = row.index === 0 || version.needed ? `@${version.name} (${version.index})` : (version.hidden ? '@' : '@@') + version.name;
  return `${out}${shortName(view, nameOf(raw, row), 21 - suffix.length)}${suffix}\n`;
}

function unknown(value: number, processor: number): string {
  return value >= processor ? `<processor specific>: ${value}` : value >= 10 ? `<OS specific>: ${value}` : `<unknown>: ${value}`;
}

export function relocations(view: View): string {
  const { raw } = view;
  let out = '';
  for (const table of raw.sections) {
    if (table.type !== 4 && table.type !== 9) continue;
    const rela = table.type === 4;
    const data = sectionBytes(raw, table) ?? NO_BYTES;
    const step = raw.elfClass === 64 ? (rela ? 24 : 16) : rela ? 12 : 8;
    const number = Math.floor(data.length / step);
    if (number === 0) continue;
    out += `\nRelocation section '${table.name}' at offset 0x${hex(table.offset)} contains ${number} ${number === 1 ? 'entry' : 'entries'}:\n`;
    out += relocationHeading(view, rela);
    const symtab = raw.sections[table.link];
    const isSymtab = symtab && (symtab.type === 2 || symtab.type === 11);
    const symbols = isSymtab ? symbolRows(raw, symtab) : [];
    const versions = isSymtab && symtab.type === 11 ? symbolVersionsWithIndex(raw) : [];
    for (let at = 0; at + step <= data.length; at += step) out += relocationLine(view, viewOf(data), at, rela, symbols, versions);
  }
  return out === '' ? '\nThere are no relocations in this file.\n' : out;
}

/** -D -r: the relocations that the dynamic section names, found through the segments. */
export function dynamicRelocations(view: View): string {
  const { raw, is64 } = view;
  const tag = new Map(dynamicEntries(view).map(([t, value]) => [Number(t), value]));
  const dynsym = raw.sections.find((s) => s.type === 11);
  const symbols = dynsym ? symbolRows(raw, dynsym) : [];
  const versions = dynsym ? symbolVersionsWithIndex(raw) : [];
  let out = '';
  const plt = tag.get(20) === 7n;
  for (const [name, address, size, rela] of [
    ['REL', 17, 18, false],
    ['RELA', 7, 8, true],
    ['PLT', 23, 2, plt],
  ] as const) {
    const place = tag.get(address);
    const bytes = tag.get(size);
    if (place === undefined || bytes === undefined || bytes === 0n) continue;
    const segment = raw.segments.find((s) => s.type === 1 && place >= s.virtualAddress && place < s.virtualAddress + s.fileSize);
    const offset = segment ? place - segment.virtualAddress + segment.offset : place;
    // Though it says offset, this is the address.
    out += `\n'${name}' relocation section at offset 0x${hex(place)} contains ${bytes} bytes:\n${relocationHeading(view, rela)}`;
    const data = raw.bytes.subarray(Number(offset), Number(offset + bytes));
    const step = is64 ? (rela ? 24 : 16) : rela ? 12 : 8;
    for (let at = 0; at + step <= data.length; at += step) out += relocationLine(view, viewOf(data), at, rela, symbols, versions);
  }
  return out === '' ? '\nThere are no dynamic relocations in this file.\n' : out;
}

function relocationHeading({ wide, is64 }: View, rela: boolean): string {
  const addend = rela ? ' + Addend' : '';
  if (is64) {
    return wide
      ? `    Offset             Info             Type               Symbol's Value  Symbol's Name${addend}\n`
      : `  Offset          Info           Type           Sym. Value    Sym. Name${addend}\n`;
  }
  return wide
    ? ` Offset     Info    Type                Sym. Value  Symbol's Name${addend}\n`
    : ` Offset     Info    Type            Sym.Value  Sym. Name${addend}\n`;
}

function relocationLine(
  view: View,
  data: DataView,
  at: number,
  rela: boolean,
  symbols: readonly SymbolRow[],
  versions: readonly (IndexedVersion | undefined)[],
): string {
  const { raw, wide, is64 } = view;
  const word = (i: number): bigint => (is64 ? data.getBigUint64(at + i * 8, true) : BigInt(data.getUint32(at + i * 4, true)));
  const info = word(1);
  const type = Number(is64 ? info & 0xffffffffn : info & 0xffn);
  const index = Number(is64 ? info >> 32n : info >> 8n);
  const width = is64 ? (wide ? 16 : 12) : 8;
  // Narrow columns show the low 48 bits.
  const shown = (value: bigint): string => hex(is64 && !wide ? value & 0xffffffffffffn : value, width);
  const known = relocationNames(raw.machine)[type];
  const prefix = raw.machine === 62 ? 'R_X86_64_' : 'R_386_';
  const name = known && known !== '-' ? prefix + known : `unrecognized: ${hex(type, 0)}`;
  let out = `${shown(word(0))}  ${shown(info)} `;
  out += wide ? name.padEnd(22) : name.slice(0, 17).padEnd(17);
  const addend = rela ? (is64 ? data.getBigInt64(at + 16, true) : BigInt(data.getInt32(at + 8, true))) : 0n;
  const size = hex(addend < 0n ? -addend : addend);
  const symbol = symbols[index];
  if (index === 0) {
    if (rela) out += ' '.repeat(is64 ? 20 : 28) + (addend < 0n ? '-' : '') + size;
  } else if (!symbol) out += ` bad symbol index: ${hex(index, 8)}`;
  else {
    const value = (symbol.info & 15) === 10 ? `${symbol.name}()`.padEnd(is64 ? 16 : 8) : hex(symbol.value, is64 ? 16 : 8);
    out += ` ${value}${is64 ? ' ' : '   '}${shortName(view, nameOf(raw, symbol) || '<null>', 22)}`;
    const version = versions[index];
    if (version) out += (symbol.index === 0 || version.hidden ? '@' : '@@') + version.name;
    if (rela) out += addend < 0n ? ` - ${size}` : ` + ${size}`;
  }
  return `${out}\n`;
}

export const TAGS: Record<number, string> = Object.fromEntries(
  (
    '0:NULL 1:NEEDED 2:PLTRELSZ 3:PLTGOT 4:HASH 5:STRTAB 6:SYMTAB 7:RELA 8:RELASZ 9:RELAENT 10:STRSZ 11:SYMENT 12:INIT 13:FINI 14:SONAME ' +
    '15:RPATH 16:SYMBOLIC 17:REL 18:RELSZ 19:RELENT 20:PLTREL 21:DEBUG 22:TEXTREL 23:JMPREL 24:BIND_NOW 25:INIT_ARRAY 26:FINI_ARRAY ' +
    '27:INIT_ARRAYSZ 28:FINI_ARRAYSZ 29:RUNPATH 30:FLAGS 32:PREINIT_ARRAY 33:PREINIT_ARRAYSZ 34:SYMTAB_SHNDX 35:RELRSZ 36:RELR 37:RELRENT ' +
    '1879047925:GNU_HASH 1879047926:TLSDESC_PLT 1879047927:TLSDESC_GOT 1879048176:VERSYM 1879048185:RELACOUNT 1879048186:RELCOUNT ' +
    '1879048187:FLAGS_1 1879048188:VERDEF 1879048189:VERDEFNUM 1879048190:VERNEED 1879048191:VERNEEDNUM'
  )
    .split(' ')
    .map((pair) => pair.split(':')),
);

const BYTES = new Set([2, 8, 9, 10, 11, 18, 19, 27, 28, 33, 35, 37]);
const NUMBERS = new Set([0x6ffffff9, 0x6ffffffa, 0x6ffffffd, 0x6fffffff]);
const NAMES: Record<number, string> = { 1: 'Shared library', 14: 'Library soname', 15: 'Library rpath', 29: 'Library runpath' };
const FLAGS = ['ORIGIN', 'SYMBOLIC', 'TEXTREL', 'BIND_NOW', 'STATIC_TLS'];
const FLAGS_1 =
  'NOW GLOBAL GROUP NODELETE LOADFLTR INITFIRST NOOPEN ORIGIN DIRECT TRANS INTERPOSE NODEFLIB NODUMP CONFALT ENDFILTEE DISPRELDNE DISPRELPND ' +
  'NODIRECT IGNMULDEF NOKSYMS NOHDR EDITED NORELOC SYMINTPOSE GLOBAUDIT SINGLETON STUB PIE';

/** Tags and values, up to and with the one that ends them. */
function dynamicEntries({ raw, is64 }: View): [bigint, bigint][] {
  const table = raw.sections.find((s) => s.type === 6);
  const data = (table && sectionBytes(raw, table)) ?? NO_BYTES;
  const step = is64 ? 16 : 8;
  const entries: [bigint, bigint][] = [];
  for (let at = 0; at + step <= data.length; at += step) {
    const d = viewOf(data);
    const pair: [bigint, bigint] = is64
      ? [d.getBigUint64(at, true), d.getBigUint64(at + 8, true)]
      : [BigInt(d.getUint32(at, true)), BigInt(d.getUint32(at + 4, true))];
    entries.push(pair);
    if (pair[0] === 0n) break;
  }
  return entries;
}

export function dynamicSection(view: View): string {
  const { raw, is64 } = view;
  const table = raw.sections.find((s) => s.type === 6);
  const data = table && sectionBytes(raw, table);
  if (!table || !data) return '\nThere is no dynamic section in this file.\n';
  const strings = linkedStrings(raw, table);
  const entries = dynamicEntries(view);
  let out = `\nDynamic section at offset 0x${hex(table.offset)} contains ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}:\n`;
  out += is64 ? '  Tag        Type                         Name/Value\n' : '  Tag        Type                         Name/Value\n';
  for (const [tag, value] of entries) {
    const name = TAGS[Number(tag)] ?? `<unknown>: ${hex(tag)}`;
    out += ` 0x${hex(tag, is64 ? 16 : 8)} (${name})${' '.repeat(Math.max(1, (is64 ? 20 : 28) - name.length - 1))}${dynamicValue(Number(tag), value, strings)}\n`;
  }
  return out;
}

function dynamicValue(tag: number, value: bigint, strings: Uint8Array): string {
  if (NAMES[tag]) return `${NAMES[tag]}: [${text(strings, Number(value))}]`;
  if (BYTES.has(tag)) return `${value} (bytes)`;
  if (NUMBERS.has(tag)) return String(value);
  if (tag === 20) return TAGS[Number(value)] ?? String(value);
  const set = (names: readonly string[]): string => names.filter((_, i) => (value >> BigInt(i)) & 1n).join(' ');
  if (tag === 30) return set(FLAGS);
  if (tag === 0x6ffffffb) return `Flags: ${set(FLAGS_1.split(' '))}`;
  return `0x${hex(value)}`;
}

function findSection(raw: RawElf, wanted: string): RawSection[] {
  const number = /^\d+$/.test(wanted) ? Number(wanted) : -1;
  return raw.sections.filter((s) => (number >= 0 ? s.index === number : s.name === wanted));
}

const NOT_APPLIED = ': This section has relocations against it, but these have NOT been applied to this dump.\n';

function hasRelocations(raw: RawElf, section: RawSection): boolean {
  return raw.sections.some((r) => (r.type === 4 || r.type === 9) && r.info === section.index && r.size > 0n);
}

export interface Dump {
  kind: 'hex' | 'relocated' | 'string';
  /** By name or number. */
  section: string;
}

/** -x, -R and -p, in the order of the sections. */
export function dumpSections(view: View, dumps: readonly Dump[], warn: (message: string) => void): string {
  const { raw } = view;
  for (const { section } of dumps) if (findSection(raw, section).length === 0) sayMissing(section, warn);
  let out = '';
  for (const s of raw.sections) {
    for (const kind of ['hex', 'relocated', 'string'] as const) {
      if (dumps.some((d) => d.kind === kind && findSection(raw, d.section).includes(s))) out += dump(view, s, kind, warn);
    }
  }
  return out;
}

function dump(view: View, s: RawSection, kind: Dump['kind'], warn: (message: string) => void): string {
  const data = contents(view, s);
  if (!data || data.length === 0) return `Section '${s.name}' has no data to dump.\n`;
  if (kind === 'relocated') return `\nHex dump of section '${s.name}':\n${hexLines(s, relocated(view, s, data, warn))}\n`;
  const relocations = hasRelocations(view.raw, s);
  if (kind === 'string') return `\nString dump of section '${s.name}':\n${relocations ? `  Note${NOT_APPLIED}` : ''}${strings(data)}\n`;
  return `\nHex dump of section '${s.name}':\n${relocations ? ` NOTE${NOT_APPLIED}` : ''}${hexLines(s, data)}\n`;
}

/** Bytes and kind of the relocations that can be applied; the others only get a warning. */
const APPLIED: Record<number, Record<number, { bytes: 2 | 4 | 8; relative?: boolean }>> = {
  3: { 1: { bytes: 4 }, 2: { bytes: 4, relative: true }, 20: { bytes: 2 } },
  62: { 10: { bytes: 4 }, 2: { bytes: 4, relative: true }, 1: { bytes: 8 }, 24: { bytes: 8, relative: true }, 12: { bytes: 2 } },
};

/** The contents with their relocations applied, as if every section stood at 0. */
function relocated(view: View, section: RawSection, data: Uint8Array, warn: (message: string) => void): Uint8Array {
  const { raw, is64 } = view;
  if (raw.type !== 1) return data;
  const table = raw.sections.find((r) => (r.type === 4 || r.type === 9) && r.info === section.index && r.size > 0n && raw.sections[r.link]);
  const symtab = table && raw.sections[table.link];
  if (!table || !symtab || (symtab.type !== 2 && symtab.type !== 11)) return data;
  const rela = table.type === 4;
  const entries = viewOf(sectionBytes(raw, table) ?? NO_BYTES);
  const symbols = symbolRows(raw, symtab);
  const step = is64 ? (rela ? 24 : 16) : rela ? 12 : 8;
  const word = (at: number, i: number): bigint =>
    is64 ? entries.getBigUint64(at + i * 8, true) : BigInt(entries.getUint32(at + i * 4, true));
  const out = new Uint8Array(data);
  const target = viewOf(out);
  let unsupported = 0;
  for (let at = 0, number = 0; at + step <= entries.byteLength; at += step, number++) {
    const offset = word(at, 0);
    const info = word(at, 1);
    const type = Number(is64 ? info & 0xffffffffn : info & 0xffn);
    const index = Number(is64 ? info >> 32n : info >> 8n);
    if (type === 0) continue;
    const how = APPLIED[raw.machine]?.[type];
    if (!how) {
      if (type !== unsupported) warn(`Warning: unable to apply unsupported reloc type ${type} to section ${section.name}`);
      unsupported = type;
      continue;
    }
    if (offset + BigInt(how.bytes) > BigInt(out.length)) {
      warn(`Warning: skipping invalid relocation offset 0x${hex(offset)} in section ${section.name}`);
      continue;
    }
    const symbol = symbols[index];
    if (!symbol) {
      warn(`Warning: skipping invalid relocation symbol index 0x${hex(index)} in section ${section.name}`);
      continue;
    }
    const kind = symbol.info & 15;
    if (index !== 0 && kind !== 5 && kind > 3) {
      const named = TYPES[kind] ?? unknown(kind, 13);
      warn(`Warning: skipping unexpected symbol type ${named} in section ${table.name} relocation ${number}`);
      continue;
    }
    const place = Number(offset);
    const there = (): bigint =>
      how.bytes === 8
        ? target.getBigUint64(place, true)
        : BigInt(how.bytes === 4 ? target.getUint32(place, true) : target.getUint16(place, true));
    const addend = rela ? (is64 ? entries.getBigInt64(at + 16, true) : BigInt(entries.getInt32(at + 8, true))) : there();
    const value = addend + symbol.value - (how.relative ? offset : 0n);
    if (how.bytes === 8) target.setBigUint64(place, BigInt.asUintN(64, value), true);
    else if (how.bytes === 4) target.setUint32(place, Number(BigInt.asUintN(32, value)), true);
    else target.setUint16(place, Number(BigInt.asUintN(16, value)), true);
  }
  return out;
}

function sayMissing(wanted: string, warn: (message: string) => void): void {
  const byNumber = /^\d+$/.test(wanted);
  warn(`Warning: Section ${byNumber ? wanted : `'${wanted}'`} was not dumped because it does not exist${byNumber ? '!' : ''}`);
}

/** The bytes of a section; decompressed with -z. */
function contents(view: View, section: RawSection): Uint8Array | null {
  const data = sectionBytes(view.raw, section);
  return data && view.decompress ? decompressed(view, section, data) : data;
}

/** As it is when it is not compressed, or broken. */
function decompressed({ is64 }: View, section: RawSection, data: Uint8Array): Uint8Array {
  const gabi = (section.flags & 0x800n) !== 0n;
  if (!gabi && !section.name.startsWith('.zdebug')) return data;
  const header = gabi ? (is64 ? 24 : 12) : 12;
  const v = viewOf(data);
  if (data.length < header || (gabi ? v.getUint32(0, true) !== 1 : v.getUint32(0) !== 0x5a4c4942)) return data;
  const size = Number(gabi ? (is64 ? v.getBigUint64(8, true) : v.getUint32(4, true)) : v.getBigUint64(4));
  try {
    return inflateSync(data.subarray(header), { maxOutputLength: Math.max(1, Math.min(size, data.length * 1032)) });
  } catch {
    return data;
  }
}

/** Bytes in fours, with their characters. */
function hexLines(s: RawSection, data: Uint8Array): string {
  let out = '';
  for (let at = 0; at < data.length; at += 16) {
    const line = data.subarray(at, at + 16);
    let digits = '';
    for (let i = 0; i < 16; i++) digits += (i < line.length ? hex(line[i], 2) : '  ') + (i % 4 === 3 ? ' ' : '');
    const characters = [...line].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
    out += `  0x${hex(s.address + BigInt(at), 8)} ${digits}${characters}\n`;
  }
  return out;
}

/** Printable strings and where they are. */
function strings(data: Uint8Array): string {
  let out = '';
  for (let at = 0; at < data.length;) {
    while (at < data.length && !(data[at] >= 32 && data[at] < 127)) at++;
    if (at >= data.length) break;
    let line = '';
    const start = at;
    for (; at < data.length && data[at] !== 0; at++) {
      const b = data[at];
      if (b === 10) {
        line += '\\n';
        while (data[at + 1] === 10) at++;
        if (at + 1 < data.length && data[at + 1] !== 0) line += `\n${' '.repeat(12)}`;
        continue;
      }
      line += b < 32 || b === 127 ? `^${String.fromCharCode((b + 0x40) & 0x7f)}` : String.fromCharCode(b);
    }
    out += `  [${hex(start).padStart(6)}]  ${line}\n`;
  }
  return out === '' ? '  No strings found in this section.' : out;
}
