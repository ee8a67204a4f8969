/**
 * What shapes encode to (see shape.ts): learnt from the first statement of a shape, and filled in for all others with their
 * registers, numbers and symbols. The switch for tests that turns it off is `CodeState.noCache`.
 */
import { writeUint } from '../../bytes.js';
import { absent, type Expr } from '../expression.js';
import type { BranchTail } from '../sections.js';
import { last, numbers } from './emit.js';
import type { Register } from './registers.js';
import type { Template } from './rows.js';
import { scanShape, shape } from './shape.js';
import { BRANCH, INDIRECT, LEA, SPECIAL } from './traits.js';
import type { CodeState, Encoded, EncoderHost, InsnFixup, MemoryOperand, X86Options } from './types.js';

/** An encoding, and where in it the registers and numbers stand of which the shape has only the group or range. */
export interface Known {
  readonly encoded: Encoded;
  readonly displacementAt: number;
  readonly displacementSize: number;
  readonly immediateAt: number;
  readonly immediateSize: number;
  /** For each register of the shape its byte and its shift there, in turn. */
  readonly registers: readonly number[];
  /** Registers of this shape's statements stand for themselves: look again with them in the key. */
  readonly literal: boolean;
}

const nothing: Encoded = { bytes: new Uint8Array(0), fixups: [], branch: undefined, cacheable: true };
const literally: Known = {
  encoded: nothing,
  displacementAt: -1,
  displacementSize: 0,
  immediateAt: -1,
  immediateSize: 0,
  registers: [],
  literal: true,
};

const LIMIT = 16384;
const SLOTS = 32768;

/** Open hash table over the keys, of the state whose epoch is `epoch`. */
let slots = new Int32Array(0);
let entries: Known[] = [];
/** Of each entry its hash, and where its key begins in `pool`; the key's length stands there before it. */
let hashes = new Int32Array(0);
let places = new Int32Array(0);
let pool = new Uint8Array(0);
let used = 0;
let epoch = -1;

function clear(state: CodeState): void {
  if (entries.length > 0 || slots.length === 0) slots = new Int32Array(SLOTS);
  if (hashes.length === 0) {
    hashes = new Int32Array(LIMIT);
    places = new Int32Array(LIMIT);
    pool = new Uint8Array(1 << 14);
  }
  entries = [];
  used = 0;
  ({ epoch } = state);
}

/** Statements of this state have shapes. */
export function takesShapes(state: CodeState): boolean {
  return state.syntax === 'att' && !state.nakedRegisters && state.noCache !== true && state.annotate !== true;
}

/** Does the option make other encodings of some registers and numbers than of others? */
export const hardens = (options: X86Options): boolean =>
  options.lfenceAfterLoad === true ||
  (options.lfenceBeforeRet ?? 'none') !== 'none' ||
  (options.lfenceBeforeIndirectBranch ?? 'none') !== 'none';

/** Is what a form is chosen for no more than its shape? */
const shapesSuffice = (options: X86Options): boolean =>
  !options.optimize && options.sse2avx !== true && options.unalignedVectorMove !== true && !hardens(options);

/**
 * What the shape of the statement `text[start, end)` encodes to; null: it is not known, and if `shape.length` is 0, not to be
 * learnt. Leaves the statement's symbols, numbers and registers in `shape`.
 */
export function findKnown(text: string, start: number, end: number, state: CodeState): Known | null {
  if (epoch !== state.epoch) clear(state);
  if (scanShape(text, start, end, false)) {
    const known = look();
    if (known === null || !known.literal) return known;
    if (scanShape(text, start, end, true)) return look();
  }
  shape.length = 0;
  return null;
}

function look(): Known | null {
  const { key, length, hash } = shape;
  for (let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
    const entry = slots[slot] - 1;
    if (entry < 0) return null;
    if (hashes[entry] !== hash) continue;
    const at = places[entry];
    if (pool[at] !== length) continue;
    let i = 0;
    while (i < length && pool[at + 1 + i] === key[i]) i += 1;
    if (i === length) return entries[entry];
  }
}

function remember(known: Known): void {
  const { key, length, hash } = shape;
  if (entries.length === LIMIT) return;
  if (used + length + 1 > pool.length) {
    const grown = new Uint8Array(pool.length * 2);
    grown.set(pool);
    pool = grown;
  }
  let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
  hashes[entries.length] = hash;
  places[entries.length] = used;
  pool[used] = length;
  pool.set(key.subarray(0, length), used + 1);
  used += length + 1;
  entries.push(known);
  slots[slot] = entries.length;
}

/**
 * Remembers `encoded` for the shape just looked for in vain. `text` is the statement, `parsed` what its expressions are; nothing
 * has been said about it.
 */
export function learn(encoded: Encoded, text: string, column: number, parsed: readonly Expr[], state: CodeState): void {
  const { hasDisplacement, displacement, hasImmediate, immediate } = shape;
  if (parsed.length !== shape.slots) return;
  if (hasDisplacement || hasImmediate) {
    const { displacementAt, displacementSize, immediateAt, immediateSize } = numbers;
    // What -O and the hardening options choose depends on more than the ranges.
    if (state.options.optimize || hardens(state.options)) return;
    if (hasDisplacement && !holds(encoded.bytes, displacementAt, displacementSize, displacement)) return;
    // 16-bit addresses wrap around.
    if (hasDisplacement && (displacementSize === 2 || (displacementSize === 1 && (displacement < -128 || displacement > 127)))) return;
    if (hasImmediate && (immediateSize === 8 || !holds(encoded.bytes, immediateAt, immediateSize, immediate))) return;
  }
  if (shape.slots > 0) {
    if (parsed.some((expression) => expression.kind === 'constant')) return;
    // Fixups must hold the slots' expressions, in their order.
    const held = encoded.branch !== undefined ? [encoded.branch.target] : encoded.fixups.map((fixup) => fixup.expression);
    if (held.length !== shape.slots || !held.every((expression, i) => expression === parsed[i])) return;
    // `movq $foo, foo(%rip)` does not tell which is which.
    if (new Set(held).size !== held.length) return;
  } else if (encoded.branch !== undefined || encoded.fixups.length > 0) return;
  let registers: readonly number[] = [];
  if (shape.registers > 0) {
    const found = shapesSuffice(state.options) ? registerPlaces(encoded.bytes, text, column) : null;
    if (found === null) {
      remember(literally);
      if (!scanShape(text, 0, text.length, true)) return;
    } else registers = found;
  }
  remember({
    encoded,
    displacementAt: hasDisplacement ? numbers.displacementAt : -1,
    displacementSize: numbers.displacementSize,
    immediateAt: hasImmediate ? numbers.immediateAt : -1,
    immediateSize: numbers.immediateSize,
    registers,
    literal: false,
  });
}

/** Does the field of `size` bytes at `at` (-1: there is none) hold `value`? */
function holds(bytes: Uint8Array, at: number, size: number, value: number): boolean {
  if (at < 0 || at + size > bytes.length) return false;
  for (let i = 0; i < size; i++) if (bytes[at + i] !== ((value >> (8 * i)) & 255)) return false;
  return true;
}

/** Registers of the groups that some form of an instruction asks for by name. */
const named = /^([er]?cx|[er][bd]x)$/;

/** May another register of its group take the place of each? */
function interchangeable(row: Template, rows: readonly Template[]): boolean {
  if (row.encoding !== 'legacy' || (row.traits & SPECIAL & ~(LEA | BRANCH | INDIRECT)) !== 0) return false;
  return !rows.some((other) => other.operands.some((kind) => kind.fixed !== null && named.test(kind.fixed)));
}

/** Where the numbers of the shape's registers stand in the last encoding; null: not each in exactly one field. */
function registerPlaces(bytes: Uint8Array, text: string, column: number): number[] | null {
  const { row, rows, given } = last;
  if (row === null || !interchangeable(row, rows)) return null;
  const places = Array.from({ length: shape.registers * 2 }, () => -1);
  /** The register that stands at `place` of the text is in the field at `at`; false: its number is in another one too. */
  const note = (place: number, at: number, shift: number): boolean => {
    for (let i = 0; i < shape.registers; i++) {
      if (shape.places[i] !== place) continue;
      if (places[i * 2] >= 0 || ((bytes[at] >> shift) & 7) !== shape.numbers[i]) return false;
      places[i * 2] = at;
      places[i * 2 + 1] = shift;
    }
    return true;
  };
  /** Where the `%` of an operand that is a register stands. */
  const placeOf = (operand: { readonly column: number }): number => text.indexOf('%', operand.column - column);
  const reg = row.reg < 0 ? undefined : given[row.reg];
  if (reg !== undefined && !note(placeOf(reg), last.modrmAt, 3)) return null;
  const plus = row.plus < 0 ? undefined : given[row.plus];
  if (plus !== undefined && !note(placeOf(plus), last.modrmAt - 1, 0)) return null;
  const rm = row.rm < 0 ? undefined : given[row.rm];
  if (rm?.kind === 'register') {
    if (!note(placeOf(rm), last.modrmAt, 0)) return null;
  } else if (rm?.kind === 'memory' && !notePair(rm, text, column, note)) return null;
  return places.includes(-1) ? null : places;
}

/** The same for base and index. */
function notePair(
  memory: MemoryOperand,
  text: string,
  column: number,
  note: (place: number, at: number, shift: number) => boolean,
): boolean {
  const { base, index } = memory;
  const wide = (register: Register | undefined): boolean =>
    register === undefined || register.class === 'r32' || register.class === 'r64' || register.class === 'ip';
  if (!wide(base) || !wide(index)) return false;
  let at = text.indexOf('(', memory.column - column);
  if (base !== undefined) {
    at = text.indexOf('%', at);
    if (!note(at, last.sibAt >= 0 ? last.sibAt : last.modrmAt, 0)) return false;
    at += 1;
  }
  return index === undefined || note(text.indexOf('%', at), last.sibAt, 3);
}

/** The bytes of `known` with the registers and numbers of the shape just scanned, to `bytes` at `at`. */
export function writeKnown(known: Known, bytes: Uint8Array, at: number): void {
  const { encoded, displacementAt, immediateAt, registers } = known;
  const made = encoded.bytes;
  for (let i = 0; i < made.length; i++) bytes[at + i] = made[i];
  for (let i = 0; i < registers.length; i += 2) {
    const place = at + registers[i];
    const shift = registers[i + 1];
    bytes[place] = (bytes[place] & ~(7 << shift)) | (shape.numbers[i >> 1] << shift);
  }
  if (displacementAt >= 0) writeUint(bytes, at + displacementAt, known.displacementSize, shape.displacement);
  if (immediateAt >= 0) writeUint(bytes, at + immediateAt, known.immediateSize, shape.immediate);
}

function bytesOf(known: Known): Uint8Array {
  const { bytes } = known.encoded;
  if (known.displacementAt < 0 && known.immediateAt < 0 && known.registers.length === 0) return bytes;
  const made = new Uint8Array(bytes.length);
  writeKnown(known, made, 0);
  return made;
}

/** The expression in a slot of the shape; `column` is that of the text's first character. */
function expressionAt(slot: number, text: string, column: number, host: EncoderHost): Expr {
  const start = shape.starts[slot];
  const end = shape.ends[slot];
  if (shape.plain[slot] && host.symbolIn !== undefined) return host.symbolIn(text, start, end);
  return host.parseExpression(text.slice(start, end), column + start);
}

/** The symbols of a statement of a known shape, as expressions. */
const filled: [Expr, Expr, Expr] = [absent, absent, absent];

const mayStand = ({ kind }: Expr): boolean => kind === 'symbol' || kind === 'binary' || kind === 'reloc';

/**
 * Reads the symbols of the shape just scanned, whose statement begins at `text[start]` in column `column`, for `emitKnown` or
 * `encodeKnown`; false when one of them is a number by now.
 */
export function fillKnown(text: string, start: number, column: number, host: EncoderHost): boolean {
  for (let i = 0; i < shape.slots; i++) {
    const expression = expressionAt(i, text, column - start, host);
    if (!mayStand(expression)) return false;
    filled[i] = expression;
  }
  return true;
}

/** Where the statements of known shapes go. */
interface KnownTarget {
  reserveInstruction(count: number, recorded: number): number;
  readonly chain: { readonly data: { readonly bytes: Uint8Array } };
  addField(at: number, count: number, fixup: InsnFixup, expression: Expr): void;
  addBranch(branch: BranchTail): void;
}

/** Puts out a known encoding with the registers, numbers and symbols of the shape just scanned and filled. */
export function emitKnown(known: Known, target: KnownTarget): void {
  const { bytes, fixups, branch } = known.encoded;
  const count = bytes.length;
  const at = target.reserveInstruction(count, branch === undefined ? count : 0);
  writeKnown(known, target.chain.data.bytes, at);
  if (branch !== undefined) target.addBranch({ kind: 'branch', branch: branch.branch, target: filled[0] });
  else for (let i = 0; i < fixups.length; i++) target.addField(at, count, fixups[i], filled[i]);
}

/** The same as an encoding that can be kept. */
export function encodeKnown(known: Known): Encoded {
  const { fixups, branch } = known.encoded;
  const bytes = bytesOf(known);
  if (branch !== undefined) {
    return { bytes, fixups, branch: { kind: 'branch', branch: branch.branch, target: filled[0] }, cacheable: true };
  }
  return { bytes, fixups: fixups.map((fixup, i) => ({ ...fixup, expression: filled[i] })), branch: undefined, cacheable: true };
}
