/** Script expressions → addresses, section-relative values and plain numbers (ld manual, node Expression Section). */
import { TskvmError } from '../../diagnostics.js';
import type { ScriptExpr, ScriptPlace } from './ast.js';
import { InputSection, OutputSection } from './model.js';

/** `space`: a plain number, an absolute address, or the section that `value` is an offset in. */
export interface ScriptValue {
  readonly value: bigint;
  readonly space: 'number' | 'absolute' | OutputSection;
}

/** What an expression may ask for while the layout is being made. */
export interface Surroundings {
  /** Absolute address. */
  readonly dot: bigint;
  /** The output section whose braces the expression stands in. */
  readonly inside: OutputSection | null;
  section(name: string): OutputSection | undefined;
  /** undefined: not defined (yet). */
  symbol(name: string): ScriptValue | undefined;
  region(name: string): { origin: bigint; length: bigint } | undefined;
  segmentStart(name: string): bigint | undefined;
  readonly sizeofHeaders: bigint;
  readonly segment: DataSegment;
  readonly relro: boolean;
  readonly constants: Readonly<Record<string, bigint>>;
  readonly at: ScriptPlace;
  /** PT_LOAD and SHT_NOTE are numbers here. */
  readonly elfNames?: boolean;
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

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

export function absolute(v: ScriptValue): bigint {
  return v.space instanceof OutputSection ? wrap(v.space.address + v.value) : v.value;
}

export function alignUp(value: bigint, to: bigint): bigint {
  return to <= 1n ? value : wrap(((value + to - 1n) / to) * to);
}

/** The value of a symbol's place as scripts see it. */
export function symbolValue(place: InputSection | OutputSection | null, value: bigint, address: bigint): ScriptValue {
  const output = place instanceof InputSection ? place.output : place;
  return output ? { value: wrap(address - output.address), space: output } : { value, space: 'absolute' };
}

export function evaluate(e: ScriptExpr, s: Surroundings): ScriptValue {
  const fail = (message: string): never => {
    throw new TskvmError(`${s.at.file}:${s.at.line}: ${message}`, 1);
  };
  const plain = (value: bigint): ScriptValue => ({ value: wrap(value), space: s.inside ? 'number' : 'absolute' });
  const address = (value: bigint): ScriptValue => ({ value: wrap(value), space: 'absolute' });
  switch (e.kind) {
    case 'number':
      return plain(e.value);
    case 'dot':
      return s.inside ? { value: wrap(s.dot - s.inside.address), space: s.inside } : address(s.dot);
    case 'name': {
      const known = ELF_NAMES[e.name];
      if (known !== undefined && s.elfNames) return plain(BigInt(known));
      const found = s.symbol(e.name) ?? fail(`undefined symbol \`${e.name}' referenced in expression`);
      return found.space === 'absolute' && s.inside ? { value: found.value, space: 'number' } : found;
    }
    case 'unary': {
      const v = evaluate(e.operand, s);
      if (e.operator === '+') return v;
      if (e.operator === '!') return { value: v.value === 0n ? 1n : 0n, space: s.inside ? 'number' : 'absolute' };
      return { value: wrap(e.operator === '-' ? -v.value : ~v.value), space: v.space };
    }
    case 'ternary':
      return evaluate(e.condition, s).value !== 0n ? evaluate(e.yes, s) : evaluate(e.no, s);
    case 'binary':
      return binary(e, s, fail);
    case 'call':
      return call(e, s, fail, plain, address);
  }
}

function binary(e: ScriptExpr & { kind: 'binary' }, s: Surroundings, fail: (m: string) => never): ScriptValue {
  let left = evaluate(e.left, s);
  if (e.operator === '&&' && left.value === 0n) return { value: 0n, space: 'number' };
  if (e.operator === '||' && left.value !== 0n) return { value: 1n, space: 'number' };
  let right = evaluate(e.right, s);
  const relative = (v: ScriptValue): boolean => v.space instanceof OutputSection;
  const same = relative(left) && left.space === right.space;
  const withNumber = (relative(left) && right.space === 'number') || (relative(right) && left.space === 'number');
  if (!same && !withNumber && (relative(left) || relative(right))) {
    left = { value: absolute(left), space: 'absolute' };
    right = { value: absolute(right), space: 'absolute' };
  }
  const space: ScriptValue['space'] = withNumber
    ? relative(left) ? left.space : right.space
    : same || (left.space === 'absolute' && right.space === 'absolute')
      ? s.inside ? 'number' : 'absolute'
      : left.space === 'number' && right.space === 'number' ? 'number' : 'absolute'; // prettier-ignore
  const [a, b] = [left.value, right.value];
  const truth = (value: boolean): ScriptValue => ({ value: value ? 1n : 0n, space: s.inside ? 'number' : 'absolute' });
  switch (e.operator) {
    case '+': return { value: wrap(a + b), space };
    case '-': return { value: wrap(a - b), space };
    case '*': return { value: wrap(a * b), space };
    case '/': return b === 0n ? fail('/ by zero') : { value: wrap(signed(a) / signed(b)), space };
    case '%': return b === 0n ? fail('% by zero') : { value: wrap(signed(a) % signed(b)), space };
    case '<<': return { value: b >= 64n ? 0n : wrap(a << b), space };
    case '>>': return { value: b >= 64n ? 0n : a >> b, space };
    case '&': return { value: a & b, space };
    case '|': return { value: a | b, space };
    case '^': return { value: a ^ b, space };
    case '==': return truth(a === b);
    case '!=': return truth(a !== b);
    case '<': return truth(a < b);
    case '>': return truth(a > b);
    case '<=': return truth(a <= b);
    case '>=': return truth(a >= b);
    case '&&': return truth(b !== 0n);
    case '||': return truth(b !== 0n);
    default: return fail(`unknown operator \`${e.operator}'`);
  } // prettier-ignore
}

function call(
  e: ScriptExpr & { kind: 'call' },
  s: Surroundings,
  fail: (m: string) => never,
  plain: (v: bigint) => ScriptValue,
  address: (v: bigint) => ScriptValue,
): ScriptValue {
  const arg = (i: number): ScriptValue => evaluate(e.args[i], s);
  const section = (): OutputSection => s.section(e.names[0]) ?? fail(`undefined section \`${e.names[0]}' referenced in expression`);
  switch (e.name) {
    case 'ABSOLUTE':
      return address(absolute(arg(0)));
    case 'ADDR':
      return { value: 0n, space: section() };
    case 'LOADADDR':
      return address(section().load);
    // A section that the script never mentions has size 0, as long as its name stands in no output section.
    case 'SIZEOF':
      return plain(BigInt(s.section(e.names[0])?.size ?? 0));
    case 'ALIGNOF':
      return plain(BigInt(s.section(e.names[0])?.align ?? 0));
    case 'ALIGN':
    case 'BLOCK':
    case 'NEXT':
      if (e.args.length === 1) return address(alignUp(s.dot, absolute(arg(0))));
      else {
        const first = arg(0);
        return { value: alignUp(absolute(first), absolute(arg(1))), space: 'absolute' };
      }
    case 'MAX': {
      const [a, b] = [arg(0), arg(1)];
      return absolute(a) > absolute(b) ? a : b;
    }
    case 'MIN': {
      const [a, b] = [arg(0), arg(1)];
      return absolute(a) < absolute(b) ? a : b;
    }
    case 'LOG2CEIL': {
      const value = arg(0).value;
      return plain(value <= 1n ? 0n : BigInt((value - 1n).toString(2).length));
    }
    case 'DEFINED':
      return plain(s.symbol(e.names[0]) === undefined ? 0n : 1n);
    case 'ORIGIN':
    case 'LENGTH': {
      const region = s.region(e.names[0]) ?? fail(`memory region \`${e.names[0]}' not declared`);
      return e.name === 'ORIGIN' ? address(region.origin) : plain(region.length);
    }
    case 'CONSTANT':
      return plain(s.constants[e.names[0]] ?? fail(`unknown constant \`${e.names[0]}' referenced in expression`));
    case 'SEGMENT_START': {
      const given = s.segmentStart(e.names[0]);
      return given === undefined ? arg(0) : address(given);
    }
    case 'SIZEOF_HEADERS':
      return plain(s.sizeofHeaders);
    case 'ASSERT':
      if (arg(0).value === 0n) fail(e.names[0]);
      return arg(0);
    case 'DATA_SEGMENT_ALIGN':
      return address(dataSegmentAlign(s, absolute(arg(0)), absolute(arg(1))));
    case 'DATA_SEGMENT_RELRO_END':
      return address(dataSegmentRelroEnd(s, absolute(arg(0)), absolute(arg(1))));
    case 'DATA_SEGMENT_END': {
      const end = absolute(arg(0));
      if (s.segment.phase === 'align-seen' || s.segment.phase === 'relro-seen') {
        s.segment.phase = 'end-seen';
        s.segment.end = end;
      }
      return address(end);
    }
    default:
      return fail(`unknown function \`${e.name}'`);
  }
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
