/**
 * Sums of numbers and names (`a-b+4`, `i+1`, `1+2-x`, `0x123456789abc`), read by hand: what the plainest forms of `Arguments`
 * leave over is mostly this, and the grammar takes ten times as long for it.
 */
import { isNameChar, isNameStart, type Arguments } from './arguments.js';
import type { Assembler } from './assembler.js';
import { combine } from './combine.js';
import { wideConstant, type Expr } from './expression.js';

/** Operands at most; longer sums are the grammar's. */
const TERMS = 8;

const COMMA = 44;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isHex = (c: number): boolean => isDigit(c) || ((c | 32) >= 97 && (c | 32) <= 102);
const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === 12;

/** Where the operands begin and end, and what stands before them. */
const starts = new Int32Array(TERMS);
const ends = new Int32Array(TERMS);
const minus = new Uint8Array(TERMS);

/** The end of the number at `pos`, -1: it is not a plain decimal or hexadecimal one of 64 bits. */
function numberEnd(text: string, pos: number, end: number): number {
  const start = pos;
  if (text.charCodeAt(pos) === 48) {
    pos += 1;
    if (pos < end && (text.charCodeAt(pos) | 32) === 120) {
      const digits = (pos += 1);
      while (pos < end && isHex(text.charCodeAt(pos))) pos += 1;
      if (pos === digits || pos - digits > 16) return -1;
    }
  } else while (pos < end && isDigit(text.charCodeAt(pos))) pos += 1;
  // `1f` is a label, `010` octal, `1.5` no number.
  return pos - start > 18 || (pos < end && isNameChar(text.charCodeAt(pos))) ? -1 : pos;
}

/** Finds the operands from `pos` on; their number, 0: it is no sum of this kind. `ends` of the last is followed by a comma or nothing. */
function findOperands(text: string, pos: number, end: number): number {
  let added = false;
  let subtracted = false;
  let negative = false;
  for (let count = 0; count < TERMS;) {
    while (pos < end && isBlank(text.charCodeAt(pos))) pos += 1;
    if (pos >= end) return 0;
    const start = pos;
    const c = text.charCodeAt(pos);
    if (isDigit(c)) {
      pos = numberEnd(text, pos, end);
      if (pos < 0) return 0;
    } else {
      // A place that is added to another may be an error, a second one that is taken away is rare.
      if (c === 123 || !isNameStart(c) || subtracted || (added && !negative)) return 0;
      if (negative) subtracted = true;
      else added = true;
      do pos += 1;
      while (pos < end && isNameChar(text.charCodeAt(pos)));
      if (pos === start + 1 && c === DOT) return 0;
    }
    starts[count] = start;
    ends[count] = pos;
    minus[count] = negative ? 1 : 0;
    count += 1;
    while (pos < end && isBlank(text.charCodeAt(pos))) pos += 1;
    if (pos >= end || text.charCodeAt(pos) === COMMA) return count;
    const operator = text.charCodeAt(pos);
    if (operator !== PLUS && operator !== MINUS) return 0;
    negative = operator === MINUS;
    pos += 1;
  }
  return 0;
}

/** The sum at the cursor, which moves behind it; null, with nothing done, where it is anything else. */
export function sumAt(asm: Assembler, args: Arguments): Expr | null {
  if (asm.state.nakedRegisters) return null;
  const { text } = args;
  const count = findOperands(text, args.pos, args.end);
  if (count === 0) return null;
  let result: Expr | null = null;
  for (let i = 0; i < count; i++) {
    const start = starts[i];
    const operand = isDigit(text.charCodeAt(start)) ? wideConstant(BigInt(text.slice(start, ends[i]))) : asm.symbolIn(text, start, ends[i]);
    result = result === null ? operand : combine(asm, minus[i] === 1 ? '-' : '+', result, operand);
  }
  args.pos = ends[count - 1];
  args.skipBlanks();
  return result;
}
