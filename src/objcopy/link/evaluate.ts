/** Script expressions → addresses, section-relative values and plain numbers (ld manual, node Expression Section). */
import { TskvmError } from '../../diagnostics.js';
import type { ScriptExpr, ScriptPlace } from './ast.js';
import type { LinkSymbol, Region } from './model.js';
import { InputSection, OutputSection } from './model.js';

/** An absolute address, or a plain number that takes the place of what it is combined with (null). */
export type Space = OutputSection | 'absolute' | null;

export interface ScriptValue {
  readonly value: bigint;
  /** What `value` is an offset in. */
  readonly space: Space;
}

/**
 * Expressions are evaluated again and again. `first`: before any object is read, only numbers are known; `mark`: nothing is known for sure; `size`: addresses are
 * being given; `assign`: symbols take their values; `final`: the same, and what is wrong is an error.
 */
export type Phase = 'first' | 'mark' | 'size' | 'assign' | 'final';

/** What an expression may ask for while the layout is being made. */
export interface Surroundings {
  readonly phase: Phase;
  /** Which round of evaluation this is. */
  readonly iteration: number;
  /** Absolute address. */
  readonly dot: bigint;
  /** The output section whose braces the expression stands in. */
  readonly inside: OutputSection | null;
  section(name: string): OutputSection | undefined;
  /** The symbol, entered in the table if it is not there. */
  symbol(name: string): LinkSymbol;
  /** The symbol has a value by now: DEFINED( ). */
  isDefined(name: string): boolean;
  region(name: string): Region | undefined;
  segmentStart(name: string): bigint | undefined;
  sizeofHeaders(): bigint;
  readonly segment: DataSegment;
  readonly relro: boolean;
  readonly constants: Readonly<Record<string, bigint>>;
  readonly at: ScriptPlace;
  /** The value is to be dot's: it must be there. */
  readonly forDot?: boolean;
  /** The symbol that is being assigned, and whether the expression used its value. */
  self?: { readonly name: string; used: boolean };
  /** The one symbol that the value comes from; null: there are several. */
  source?: LinkSymbol | null;
  /** Set when part of the value was an address. */
  fromAddress?: boolean;
  /** LOADADDR( ) of sections whose AT( ) asks for LOADADDR( ). */
  depth?: number;
  /** PT_LOAD and SHT_NOTE are numbers here. */
  readonly elfNames?: boolean;
  /** A false ASSERT( ). */
  failed(message: string): void;
}

/** DATA_SEGMENT_ALIGN … DATA_SEGMENT_END: the page that can be saved shows only after a first pass. */
export interface DataSegment {
  phase: 'none' | 'align-seen' | 'relro-seen' | 'end-seen' | 'adjust' | 'relro-adjust' | 'done';
  base: bigint;
  pageSize: bigint;
  /** What PT_GNU_RELRO ends at a multiple of. */
  relroPageSize: bigint;
  relroEnd: bigint;
  relroOffset: bigint;
  end: bigint;
}

/** Numbers that PHDRS and TYPE= know by name (elf.h). */
const ELF_NAMES: Readonly<Record<string, number>> = {
  PT_NULL: 0, PT_LOAD: 1, PT_DYNAMIC: 2, PT_INTERP: 3, PT_NOTE: 4, PT_SHLIB: 5, PT_PHDR: 6, PT_TLS: 7,
  PT_GNU_EH_FRAME: 0x6474e550, PT_GNU_STACK: 0x6474e551, PT_GNU_RELRO: 0x6474e552, PT_GNU_PROPERTY: 0x6474e553,
  SHT_PROGBITS: 1, SHT_STRTAB: 3, SHT_NOTE: 7, SHT_NOBITS: 8, SHT_INIT_ARRAY: 14, SHT_FINI_ARRAY: 15, SHT_PREINIT_ARRAY: 16,
}; // prettier-ignore

const MOST_NESTED = 100;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

export function absolute(v: ScriptValue): bigint {
  return v.space instanceof OutputSection ? wrap(v.space.address + v.value) : v.value;
}

/** Rounds up to any multiple. */
export function alignUp(value: bigint, to: bigint): bigint {
  return to <= 1n ? value : wrap(((value + to - 1n) / to) * to);
}

/** null: it has no value (yet). */
export function evaluate(e: ScriptExpr, s: Surroundings): ScriptValue | null {
  switch (e.kind) {
    case 'number':
      return plain(e.value, s);
    case 'dot':
      return s.phase === 'first' ? null : fromAddress(s.dot, s);
    case 'name':
      return symbolNamed(e.name, s);
    case 'unary': {
      const v = evaluate(e.operand, s);
      if (v === null || e.operator === '+') return v;
      const { value, space } = v;
      if (e.operator === '!') return { value: value === 0n ? 1n : 0n, space };
      return { value: wrap(e.operator === '-' ? -value : ~value), space };
    }
    case 'ternary': {
      const condition = evaluate(e.condition, s);
      if (condition === null) return null;
      return evaluate(condition.value !== 0n ? e.yes : e.no, s);
    }
    case 'binary':
      return binary(e, s);
    case 'call':
      return call(e, s);
  }
}

function fail(s: Surroundings, message: string): never {
  throw new TskvmError(`${s.at.file}:${s.at.line}: ${message}`, 1);
}

/** Numbers outside of sections are addresses. */
function plain(value: bigint, s: Surroundings): ScriptValue {
  return { value: wrap(value), space: s.inside ? null : 'absolute' };
}

const number = (value: bigint | number): ScriptValue => ({ value: wrap(BigInt(value)), space: null });

/** An address, seen from where the expression stands. */
function fromAddress(value: bigint, s: Surroundings): ScriptValue {
  s.fromAddress = true;
  return s.inside ? { value: wrap(value - s.inside.address), space: s.inside } : { value: wrap(value), space: 'absolute' };
}

function symbolNamed(name: string, s: Surroundings): ScriptValue | null {
  if (s.elfNames && ELF_NAMES[name] !== undefined) return number(ELF_NAMES[name]);
  const symbol = s.symbol(name);
  if (s.self?.name === name && !(symbol.isDefined && symbol.place === null && symbol.scripted && symbol.iteration === s.iteration))
    s.self.used = true;
  if (s.phase === 'first') return null;
  s.source = s.source === undefined ? symbol : null;
  if (symbol.isDefined) {
    const { place } = symbol;
    const output = place instanceof InputSection ? (place.discarded ? null : place.output) : place;
    if (output instanceof OutputSection) return { value: wrap(symbol.address - output.address), space: output };
    return { value: symbol.value, space: s.inside ? null : 'absolute' };
  }
  if (s.phase === 'final' || (s.phase !== 'mark' && s.forDot)) fail(s, `undefined symbol \`${name}' referenced in expression`);
  symbol.referenced = true;
  return null;
}

/** Operands of different sections become addresses; a plain number takes the other's section. */
function binary(e: ScriptExpr & { kind: 'binary' }, s: Surroundings): ScriptValue | null {
  let left = evaluate(e.left, s);
  let right = evaluate(e.right, s);
  if (left === null || right === null) return null;
  let space: Space;
  if (left.space === right.space) space = s.inside ? null : 'absolute';
  else if (left.space !== null && right.space !== null) {
    left = { value: absolute(left), space: 'absolute' };
    right = { value: absolute(right), space: 'absolute' };
    s.fromAddress = false;
    space = s.inside ? null : 'absolute';
  } else space = left.space ?? right.space;
  const [a, b] = [left.value, right.value];
  const truth = (value: boolean): ScriptValue => number(value ? 1 : 0);
  switch (e.operator) {
    case '+': return { value: wrap(a + b), space };
    case '-': return { value: wrap(a - b), space };
    case '*': return { value: wrap(a * b), space };
    case '/': return quotient(a, b, space, s, '/');
    case '%': return quotient(a, b, space, s, '%');
    case '<<': return { value: wrap(a << (b & 63n)), space };
    case '>>': return { value: a >> (b & 63n), space };
    case '&': return { value: a & b, space };
    case '|': return { value: a | b, space };
    case '^': return { value: a ^ b, space };
    case '==': return truth(a === b);
    case '!=': return truth(a !== b);
    case '<': return truth(a < b);
    case '>': return truth(a > b);
    case '<=': return truth(a <= b);
    case '>=': return truth(a >= b);
    case '&&': return truth(a !== 0n && b !== 0n);
    case '||': return truth(a !== 0n || b !== 0n);
    default: return fail(s, `unknown operator \`${e.operator}'`);
  } // prettier-ignore
}

function quotient(a: bigint, b: bigint, space: Space, s: Surroundings, operator: '/' | '%'): ScriptValue {
  if (b === 0n) return s.phase === 'mark' ? { value: 0n, space } : fail(s, `${operator} by zero`);
  return { value: wrap(operator === '/' ? signed(a) / signed(b) : signed(a) % signed(b)), space };
}

/** Functions that have no value before there is a layout. */
const NEEDS_LAYOUT = new Set([
  'ADDR',
  'LOADADDR',
  'SIZEOF',
  'ALIGNOF',
  'DEFINED',
  'NEXT',
  'BLOCK',
  'DATA_SEGMENT_ALIGN',
  'DATA_SEGMENT_RELRO_END',
  'DATA_SEGMENT_END',
]);

function call(e: ScriptExpr & { kind: 'call' }, s: Surroundings): ScriptValue | null {
  const arg = (i: number): ScriptValue | null => evaluate(e.args[i], s);
  if (s.phase === 'first' && NEEDS_LAYOUT.has(e.name)) return null;
  const named = (): OutputSection | undefined => {
    const found = s.section(e.names[0]);
    if (!found && s.phase === 'final') fail(s, `undefined section \`${e.names[0]}' referenced in expression`);
    return found;
  };
  switch (e.name) {
    case 'ABSOLUTE': {
      const v = arg(0);
      s.fromAddress = false;
      return v && { value: absolute(v), space: 'absolute' };
    }
    case 'ADDR': {
      const section = named();
      return section?.processedAddress ? { value: 0n, space: section } : null;
    }
    case 'LOADADDR':
      return loadAddress(named(), s);
    case 'SIZEOF': {
      const section = named();
      // Of what comes later, the size of the round before is known.
      return number(section?.created ? (section.processedAddress || s.phase !== 'size' ? section.size : section.oldSize) : 0);
    }
    case 'ALIGNOF': {
      const section = named();
      return number(section?.created ? section.align : 0);
    }
    case 'ALIGN':
      return align(e, s);
    case 'BLOCK':
    case 'NEXT': {
      const to = arg(0);
      if (to === null) return null;
      if (e.name === 'BLOCK') return fromAddress(alignUp(s.dot, to.value), s);
      s.fromAddress = false;
      return { value: alignUp(s.dot, absolute(to)), space: 'absolute' };
    }
    case 'MAX':
    case 'MIN':
      return extreme(e, s);
    case 'LOG2CEIL': {
      const v = arg(0);
      return v && { value: v.value <= 1n ? 0n : BigInt((v.value - 1n).toString(2).length), space: v.space };
    }
    case 'DEFINED':
      return number(s.isDefined(e.names[0]) ? 1 : 0);
    case 'ORIGIN':
    case 'LENGTH': {
      const region = s.region(e.names[0]) ?? fail(s, `undefined MEMORY region \`${e.names[0]}' referenced in expression`);
      return e.name === 'ORIGIN' ? fromAddress(region.origin, s) : number(region.length);
    }
    case 'CONSTANT':
      return number(s.constants[e.names[0]] ?? fail(s, `unknown constant \`${e.names[0]}' referenced in expression`));
    case 'SEGMENT_START': {
      const given = s.segmentStart(e.names[0]);
      const otherwise = arg(0);
      return otherwise && fromAddress(given ?? absolute(otherwise), s);
    }
    case 'SIZEOF_HEADERS':
      return number(s.sizeofHeaders());
    case 'ASSERT': {
      const v = arg(0);
      if (s.phase === 'final' && (v === null || v.value === 0n)) s.failed(e.names[0]);
      return v;
    }
    case 'DATA_SEGMENT_ALIGN':
    case 'DATA_SEGMENT_RELRO_END':
    case 'DATA_SEGMENT_END':
      return dataSegment(e, s);
    default:
      return fail(s, `unknown function \`${e.name}'`);
  }
}

function loadAddress(section: OutputSection | undefined, s: Surroundings): ScriptValue | null {
  if (!section?.processedLoad) return null;
  if (!section.loadExpr) return { value: section.load, space: 'absolute' };
  s.depth = (s.depth ?? 0) + 1;
  if (s.depth > MOST_NESTED) fail(s, `LOADADDR(${section.name}) depends on itself`);
  const v = evaluate(section.loadExpr, s);
  s.depth--;
  return v && { value: absolute(v), space: 'absolute' };
}

/** ALIGN(n) aligns dot; ALIGN(x, n) aligns x, which inside a section is an offset. */
function align(e: ScriptExpr & { kind: 'call' }, s: Surroundings): ScriptValue | null {
  const first = evaluate(e.args[0], s);
  if (e.args.length === 1) return s.phase === 'first' ? null : first && fromAddress(alignUp(s.dot, first.value), s);
  const to = evaluate(e.args[1], s);
  if (first === null || to === null) return null;
  const [a, b, space] = common(first, to, s);
  return { value: alignUp(a, b), space };
}

function extreme(e: ScriptExpr & { kind: 'call' }, s: Surroundings): ScriptValue | null {
  const [left, right] = [evaluate(e.args[0], s), evaluate(e.args[1], s)];
  if (left === null || right === null) return null;
  const [a, b, space] = common(left, right, s);
  return { value: a > b === (e.name === 'MAX') ? a : b, space };
}

function common(left: ScriptValue, right: ScriptValue, s: Surroundings): [bigint, bigint, Space] {
  if (left.space !== right.space && left.space !== null && right.space !== null) {
    s.fromAddress = false;
    return [absolute(left), absolute(right), 'absolute'];
  }
  return [left.value, right.value, left.space === right.space ? right.space : (left.space ?? right.space)];
}

function dataSegment(e: ScriptExpr & { kind: 'call' }, s: Surroundings): ScriptValue | null {
  const values = e.args.map((a) => evaluate(a, s));
  if (values.some((v) => v === null) || s.inside) return null;
  const [first, second] = values.map((v) => absolute(v!));
  const { segment } = s;
  if (e.name === 'DATA_SEGMENT_ALIGN') return { value: dataSegmentAlign(s, first, second), space: 'absolute' };
  if (e.name === 'DATA_SEGMENT_RELRO_END') return { value: dataSegmentRelroEnd(s, first, second), space: 'absolute' };
  if (segment.phase === 'align-seen' || segment.phase === 'relro-seen') {
    segment.phase = 'end-seen';
    segment.end = first;
  }
  return { value: first, space: 'absolute' };
}

function dataSegmentAlign({ dot, segment, relro }: Surroundings, maxPage: bigint, commonPage: bigint): bigint {
  let value = alignUp(dot, maxPage);
  if (segment.phase === 'relro-adjust') return segment.base;
  if (segment.phase === 'adjust') {
    if (commonPage < maxPage) value += (dot + commonPage - 1n) & (maxPage - commonPage);
    return value;
  }
  // With -z relro the segment begins on a page; without, where the file can share one with what came before.
  if (!relro) value += dot & (maxPage - 1n);
  if (segment.phase === 'none') {
    segment.phase = 'align-seen';
    segment.base = value;
    segment.pageSize = commonPage;
    segment.relroPageSize = maxPage;
    segment.relroEnd = 0n;
  }
  return value;
}

function dataSegmentRelroEnd({ segment }: Surroundings, offset: bigint, value: bigint): bigint {
  segment.relroOffset = offset;
  if (segment.phase === 'align-seen' || segment.phase === 'relro-adjust') segment.relroEnd = value + offset;
  if (segment.phase === 'align-seen') segment.phase = 'relro-seen';
  if (segment.phase === 'relro-adjust' && (segment.relroEnd & (segment.relroPageSize - 1n)) !== 0n) {
    segment.relroEnd = alignUp(segment.relroEnd, segment.relroPageSize);
    return segment.relroEnd - offset;
  }
  return value;
}
