/**
 * The .debug_info that goes with line information which the source brings without one: a compilation unit and its functions,
 * in .debug_abbrev, .debug_aranges, .debug_str and, for several sections, .debug_ranges or .debug_rnglists.
 */
import type { Assembler } from '../assembler.js';
import { evaluate, type Expr } from '../expression.js';
import { relaxScope } from '../relax.js';
import type { AsmSymbol } from '../symbols.js';
import { debugSection, plus, startOf, StringPool } from './debug-sections.js';
import { appendLate, type LateBytes } from './late.js';
import type { LineSection } from './line-entries.js';
import { remap } from './line-files.js';
import type { LineTable } from './line-table.js';

// prettier-ignore
const DW_TAG = { compile_unit: 0x11, subprogram: 0x2e, unspecified_type: 0x3b } as const;
// prettier-ignore
const DW_AT = {
  name: 0x03, stmt_list: 0x10, low_pc: 0x11, high_pc: 0x12, language: 0x13, comp_dir: 0x1b, producer: 0x25, external: 0x3f,
  type: 0x49, ranges: 0x55,
} as const;
// prettier-ignore
const DW_FORM = { addr: 0x01, data2: 0x05, data4: 0x06, flag: 0x0c, strp: 0x0e, udata: 0x0f, ref_udata: 0x15, sec_offset: 0x17, flag_present: 0x19 } as const;
const DW_LANG_MIPS_ASSEMBLER = 0x8001;
const DW_UT_COMPILE = 1;
const DW_RLE_END_OF_LIST = 0;
const DW_RLE_START_LENGTH = 7;
const STT_FUNC = 2;

interface Unit {
  readonly asm: Assembler;
  readonly version: number;
  readonly sections: readonly LineSection[];
  readonly functions: readonly AsmSymbol[];
  /** Whether functions are visible outside: none is, all are (which version 4 can say once for all), or each says it. */
  readonly external: 'none' | 'all' | 'each';
}

/** Writes the sections. `table` has rows. */
export function writeDebugInfo(asm: Assembler, table: LineTable): void {
  const functions = asm.symbols.all.filter(isFunction);
  const version = table.level;
  const all = version >= 4 && functions.every(isExternal);
  const external = !functions.some(isExternal) ? 'none' : all ? 'all' : 'each';
  const unit: Unit = { asm, version, sections: table.sections, functions, external };
  const info = debugSection(asm, '.debug_info');
  const abbreviations = debugSection(asm, '.debug_abbrev');
  const aranges = debugSection(asm, '.debug_aranges');
  const strings = new StringPool(asm, '.debug_str');
  aranges.alignPower = Math.max(aranges.alignPower, asm.addressSize === 8 ? 4 : 3);
  const ranges = table.sections.length > 1 ? writeRanges(unit) : null;
  const infoStart = startOf(info);
  appendLate(asm, aranges, (out) => writeAranges(out, unit, infoStart));
  appendLate(asm, abbreviations, (out) => writeAbbreviations(out, unit));
  const name = strings.reference(unitName(asm, table));
  const directory = strings.reference(remap(asm, asm.host.cwd));
  const producer = strings.reference('GNU AS 2.40');
  const names = functions.map((symbol) => strings.reference(symbol.name));
  const lines = debugSection(asm, '.debug_line');
  // These three are referred to by name, so their symbols come before those that relocations alone ask for.
  for (const section of [info, abbreviations, lines]) asm.symbols.list(section.symbol!);
  const references = {
    abbreviations: startOf(abbreviations),
    lines: startOf(lines),
    name,
    directory,
    producer,
    names,
    ranges,
  };
  appendLate(asm, info, (out) => writeInfo(out, unit, references));
}

function unitName(asm: Assembler, { files, version }: LineTable): string {
  const file = (version >= 5 ? files.files[0] : undefined) ?? files.files[1];
  if (file === undefined) return '';
  const directory = files.directories[file.directory];
  return directory === undefined || file.directory === 0 ? file.name : `${remap(asm, directory)}/${file.name}`;
}

/** gas describes functions that have a size. */
function isFunction(symbol: AsmSymbol): boolean {
  return symbol.type === STT_FUNC && symbol.defined && symbol.size !== null && (symbol.knownSize !== 0n || !isNothing(symbol.size));
}

const isNothing = (size: Expr): boolean => size.kind === 'constant' && size.value === 0n;

function isExternal(symbol: AsmSymbol): boolean {
  return symbol.binding !== 'local';
}

function writeRanges(unit: Unit): Expr {
  const { asm, version, sections } = unit;
  const size = asm.addressSize;
  const section = debugSection(asm, version < 5 ? '.debug_ranges' : '.debug_rnglists');
  if (version < 5) section.alignPower = Math.max(section.alignPower, size === 8 ? 4 : 3);
  const starts = sections.map((lines) => startOf(lines.section));
  const start = startOf(section);
  appendLate(asm, section, (out) => {
    if (version < 5) {
      // The base address selection that makes the following absolute, then start and end of each section.
      for (let i = 0; i < size; i++) out.u8(0xff);
      out.reserve(size);
      sections.forEach((lines, i) => {
        out.field(size, starts[i]);
        out.field(size, plus(starts[i], lines.end));
      });
      out.reserve(2 * size);
      return;
    }
    out.u32(0);
    out.u16(5);
    out.u8(size);
    out.u8(0);
    out.u32(0);
    sections.forEach((lines, i) => {
      out.u8(DW_RLE_START_LENGTH);
      out.field(size, starts[i]);
      out.uleb(lines.end);
    });
    out.u8(DW_RLE_END_OF_LIST);
    out.patch32(0, out.length - 4);
  });
  return version < 5 ? start : plus(start, 12);
}

function writeAranges(out: LateBytes, { asm, sections }: Unit, info: Expr): void {
  const size = asm.addressSize;
  out.u32(0);
  out.u16(2);
  out.field(4, info);
  out.u8(size);
  out.u8(0);
  // The pairs that follow are aligned to twice their address size within the table.
  out.reserve(4);
  for (const lines of sections) {
    out.field(size, startOf(lines.section));
    out.uint(size, lines.end);
  }
  out.reserve(2 * size);
  out.patch32(0, out.length - 4);
}

function writeAbbreviations(out: LateBytes, { version, sections, functions, external }: Unit): void {
  const offset = version < 4 ? DW_FORM.data4 : DW_FORM.sec_offset;
  const high = [DW_AT.high_pc, version < 4 ? DW_FORM.addr : DW_FORM.udata];
  out.append([1, DW_TAG.compile_unit, functions.length > 0 ? 1 : 0, DW_AT.stmt_list, offset]);
  if (sections.length > 1) out.append([DW_AT.ranges, offset]);
  else out.append([DW_AT.low_pc, DW_FORM.addr, ...high]);
  out.append([DW_AT.name, DW_FORM.strp, DW_AT.comp_dir, DW_FORM.strp, DW_AT.producer, DW_FORM.strp, DW_AT.language, DW_FORM.data2, 0, 0]);
  if (functions.length > 0) {
    out.append([2, DW_TAG.subprogram, 0, DW_AT.name, DW_FORM.strp]);
    if (external !== 'none') out.append([DW_AT.external, external === 'all' ? DW_FORM.flag_present : DW_FORM.flag]);
    if (version > 2) out.append([DW_AT.type, DW_FORM.ref_udata]);
    out.append([DW_AT.low_pc, DW_FORM.addr, ...high, 0, 0]);
    if (version > 2) out.append([3, DW_TAG.unspecified_type, 0, 0, 0]);
  }
  out.u8(0);
}

interface References {
  readonly abbreviations: Expr;
  readonly lines: Expr;
  readonly name: Expr;
  readonly directory: Expr;
  readonly producer: Expr;
  readonly names: readonly Expr[];
  readonly ranges: Expr | null;
}

function writeInfo(out: LateBytes, unit: Unit, references: References): void {
  const { asm, version, sections, functions, external } = unit;
  const size = asm.addressSize;
  out.u32(0);
  out.u16(version);
  if (version >= 5) {
    out.u8(DW_UT_COMPILE);
    out.u8(size);
  }
  out.field(4, references.abbreviations);
  if (version < 5) out.u8(size);
  out.uleb(1);
  out.field(4, references.lines);
  if (references.ranges !== null) out.field(4, references.ranges);
  else {
    const start = startOf(sections[0].section);
    out.field(size, start);
    if (version < 4) out.field(size, plus(start, sections[0].end));
    else out.uleb(sections[0].end);
  }
  out.field(4, references.name);
  out.field(4, references.directory);
  out.field(4, references.producer);
  out.u16(DW_LANG_MIPS_ASSEMBLER);
  if (functions.length > 0) {
    const type = version > 2 ? typeOffset(out, unit) : 0;
    functions.forEach((symbol, i) => {
      out.uleb(2);
      out.field(4, references.names[i]);
      if (external === 'each') out.u8(isExternal(symbol) ? 1 : 0);
      if (version > 2) out.uleb(type);
      out.field(size, symbol.reference);
      if (version < 4) out.field(size, { kind: 'binary', operator: '+', left: symbol.reference, right: symbol.size! });
      else out.uleb(sizeOf(symbol));
    });
    if (version > 2) out.uleb(3);
    out.uleb(0);
  }
  out.patch32(0, out.length - 4);
}

/** Where the unspecified type stands, which all functions refer to: its LEB128 makes every function longer. */
function typeOffset(out: LateBytes, unit: Unit): number {
  const { asm, version, functions, external } = unit;
  for (let bytes = 1; ; bytes++) {
    let offset = out.length;
    for (const symbol of functions) {
      offset += 1 + 4 + (external === 'each' ? 1 : 0) + bytes + asm.addressSize;
      offset += version < 4 ? asm.addressSize : ulebSize(sizeOf(symbol));
    }
    if (ulebSize(offset) <= bytes) return offset;
  }
}

const ulebSize = (value: number): number => (value < 0x80 ? 1 : 1 + ulebSize(Math.floor(value / 0x80)));

/** A size that was a number when it was given stays what debuggers see, whatever a later one says. */
function sizeOf(symbol: AsmSymbol): number {
  if (symbol.knownSize !== 0n) return Number(BigInt.asUintN(32, symbol.knownSize));
  const value = evaluate(symbol.size!, relaxScope());
  return value !== null && value.add === null && value.sub === null && value.value > 0n ? Number(BigInt.asUintN(32, value.value)) : 0;
}
