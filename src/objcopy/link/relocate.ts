/** Relocations applied: every place gets its final value, or a message that names symbol, object, offset and source line. */
import { writeBig } from '../../bytes.js';
import type { DiagnosticBag } from '../../diagnostics.js';
import type { ObjectSymbol, Relocation } from '../../object.js';
import { STT } from '../elf/constants.js';
import type { RelocationField } from '../elf/relocations.js';
import { fits, relocationFields } from '../elf/relocations.js';
import { SEC } from './flags.js';
import type { GotTable } from './got.js';
import { definitionPlace, sourceOf } from './inputs.js';
import { FileSection } from './read-input.js';
import { relocateFromFile } from './relocate-file.js';
import type { OutputSection } from './model.js';
import { InputSection } from './model.js';

export interface RelocateSettings {
  readonly machine: number;
  readonly elfClass: 32 | 64;
  readonly got: GotTable;
  readonly outputs: readonly OutputSection[];
  /** --unresolved-symbols=ignore-all, --warn-unresolved-symbols */
  readonly unresolved: 'error' | 'warning' | 'ignore';
}

interface Resolved {
  /** S, before the addend. */
  readonly address: bigint;
  /** Whole S+A where the target was rearranged and the addend is part of the way. */
  readonly withAddend?: bigint;
  readonly size: bigint;
  readonly gone?: InputSection;
  readonly undefined?: boolean;
}

/** The place in the section's present contents of an offset in the original ones; -1: it is gone. */
function placeOf(section: InputSection, offset: bigint): number {
  if (!section.map) return Number(offset);
  return section.map(Number(offset)).offset;
}

/** What does not change from one section to the next. */
export interface RelocateContext extends RelocateSettings {
  readonly threadPointer: bigint;
}

/** Addresses are final from here on. */
export function relocateContext(settings: RelocateSettings): RelocateContext {
  for (const output of settings.outputs) output.base = exact(output.address);
  return { ...settings, threadPointer: threadPointerOf(settings.outputs) };
}

/** Relocates the section's bytes where they stand. */
export function relocateSection(section: InputSection, context: RelocateContext, diagnostics: DiagnosticBag): void {
  if (!section.hasRelocations) return;
  const reported = new Set<string>();
  const slow = (r: Relocation): void => relocateOne(section, r, context, diagnostics, reported);
  if (section.changedRelocations === null && section.map === null && section.section instanceof FileSection) {
    const place = (section.output?.base ?? NaN) + section.offset;
    if (!Number.isNaN(place)) {
      for (const table of section.section.tables) relocateFromFile(section, table, place, context.machine, slow);
      return;
    }
  }
  for (const r of section.relocations) slow(r);
}

/** An address as a signed number; NaN when a number can't hold it. */
export function exact(address: bigint): number {
  const value = Number(BigInt.asIntN(64, address));
  return Math.abs(value) < 2 ** 51 ? value : NaN;
}

function relocateOne(
  section: InputSection,
  r: Relocation,
  context: RelocateContext,
  diagnostics: DiagnosticBag,
  reported: Set<string>,
): void {
  const rela = context.machine === 62;
  const { data } = section;
  const { threadPointer } = context;
  const field = relocationFields(context.machine).get(r.type);
  if (!field) {
    report(diagnostics, section, r, `relocation type ${r.type} against \`${symbolName(r.symbol)}' is not supported in a static image`);
    return;
  }
  if (field.size === 0) return;
  const at = placeOf(section, r.offset);
  if (at < 0) return;
  if (at + field.size > data.length) {
    report(diagnostics, section, r, `relocation ${field.name} lies outside its section`);
    return;
  }
  const addend = rela ? r.addend : readSigned(data, at, field.size);
  const target = resolve(section, r.symbol, addend);
  if (target.undefined && context.unresolved !== 'ignore') {
    const name = symbolName(r.symbol);
    if (!reported.has(name)) {
      reported.add(name);
      report(diagnostics, section, r, `undefined reference to \`${name}'`, context.unresolved === 'warning' ? 'warning' : 'error');
    }
    if (context.unresolved === 'error') return;
  }
  if (target.gone && (section.traits & SEC.ALLOC) !== 0 && !/^\.(eh_frame|gcc_except_table)$/.test(section.section.name)) {
    const { gone } = target;
    report(
      diagnostics, section, r,
      `\`${symbolName(r.symbol)}' referenced in section \`${section.section.name}' of ${section.object.name}: defined in discarded section \`${gone.section.name}' of ${gone.object.name}`,
    ); // prettier-ignore
    return;
  }
  if (target.gone) {
    // Debug information about dropped code says 0 (1 where 0 would end a list).
    const isList = section.section.name === '.debug_ranges' || section.section.name === '.debug_loc';
    writeBig(data, at, field.size, isList ? 1n : 0n);
    return;
  }
  const place = section.address + BigInt(at);
  const sum = target.withAddend ?? target.address + addend;
  const value = compute(field, r, section, { sum, addend, place, size: target.size, threadPointer }, context);
  const wrapped = BigInt.asUintN(64, value);
  if (!fits(field, wrapped, context.elfClass, context.machine)) {
    report(diagnostics, section, r, `relocation truncated to fit: ${field.name} against ${describe(section, r.symbol)}`);
  }
  writeBig(data, at, field.size, wrapped);
}

function compute(
  { formula }: RelocationField,
  r: Relocation,
  section: InputSection,
  v: { sum: bigint; addend: bigint; place: bigint; size: bigint; threadPointer: bigint },
  { got, outputs }: RelocateSettings,
): bigint {
  const entry = (): bigint => (r.symbol ? got.entryAddress(section.object, r.symbol) : 0n);
  switch (formula) {
    case 'S+A':
      return v.sum;
    case 'S+A-P':
      return v.sum - v.place;
    case 'S+A-GOT':
      return v.sum - got.address;
    case 'GOT+A-P':
      return got.address + v.addend - v.place;
    case 'G+A-GOT':
      return entry() + v.addend - got.address;
    case 'G+A-P':
      return entry() + v.addend - v.place;
    case 'G+A':
      return entry() + v.addend;
    case 'Z+A':
      return v.size + v.addend;
    case 'T+A':
      return v.sum - v.threadPointer;
    case 'D+A':
      return v.sum - threadLocalStart(outputs);
    case '-T+A':
      return v.threadPointer - v.sum;
    case 'none':
      return 0n;
  }
}

/** Where the thread-local segment begins: symbols of such variables count from there. */
export function threadLocalStart(outputs: readonly OutputSection[]): bigint {
  return outputs.find((output) => !output.removed && (output.traits & SEC.TLS) !== 0)?.address ?? 0n;
}

/** The thread pointer stands behind the thread-local sections, at their alignment (psABI, variant II). */
export function threadPointerOf(outputs: readonly OutputSection[]): bigint {
  let end = 0n;
  let start = -1n;
  let align = 1n;
  for (const output of outputs) {
    if (output.removed || (output.traits & SEC.TLS) === 0) continue;
    if (start < 0n) start = output.address;
    end = output.address + BigInt(output.size);
    if (BigInt(output.align) > align) align = BigInt(output.align);
  }
  return start < 0n ? 0n : start + ((end - start + align - 1n) / align) * align;
}

export function resolve(section: InputSection, symbol: ObjectSymbol | null, addend: bigint): Resolved {
  if (!symbol) return { address: 0n, size: 0n };
  const global = section.object.globals.get(symbol);
  if (global) {
    if (!global.isDefined) return { address: 0n, size: 0n, undefined: global.state !== 'weak-undefined' };
    if (global.place instanceof InputSection && global.place.discarded) return { address: 0n, size: 0n, gone: global.place };
    return { address: global.address, size: global.size };
  }
  if (symbol.section === 'absolute') return { address: symbol.value, size: symbol.size };
  if (typeof symbol.section !== 'object') return { address: 0n, size: 0n, undefined: symbol.section === 'undefined' };
  const target = section.object.sectionOf.get(symbol.section);
  if (!target || target.discarded || target.output === null) {
    return target ? { address: 0n, size: 0n, gone: target } : { address: symbol.section.address + symbol.value, size: symbol.size };
  }
  if (!target.map) return { address: target.address + symbol.value, size: symbol.size };
  // Against the section itself, the addend says which piece is meant; against a symbol, it applies afterwards.
  if (symbol.type === STT.SECTION) {
    const moved = target.map(Number(symbol.value + addend));
    return { address: 0n, withAddend: moved.section.address + BigInt(moved.offset), size: symbol.size };
  }
  const moved = target.map(Number(symbol.value));
  return { address: moved.section.address + BigInt(moved.offset), size: symbol.size };
}

function readSigned(data: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(data[at + i]);
  return BigInt.asIntN(size * 8, value);
}

function symbolName(symbol: ObjectSymbol | null): string {
  if (!symbol) return '*ABS*';
  if (symbol.type === STT.SECTION && typeof symbol.section === 'object') return symbol.section.name;
  return symbol.name;
}

function describe(section: InputSection, symbol: ObjectSymbol | null): string {
  if (!symbol) return "`*ABS*'";
  const global = section.object.globals.get(symbol);
  if (!global) return `\`${symbolName(symbol)}'`;
  if (global.place instanceof InputSection) {
    return `symbol \`${global.name}' defined in ${global.place.section.name} section in ${global.place.object.name}`;
  }
  return `symbol \`${global.name}'`;
}

function report(
  diagnostics: DiagnosticBag,
  section: InputSection,
  r: Relocation,
  message: string,
  severity: 'error' | 'warning' = 'error',
): void {
  diagnostics.report({
    severity,
    message: `${definitionPlace(section.object, section.section, r.offset)}: ${message}`,
    at: sourceOf(section.object, section.section, r.offset),
  });
}
