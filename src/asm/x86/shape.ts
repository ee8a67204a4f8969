/**
 * The shape of a statement: its text with the symbols taken out, and with plain numbers replaced by the range that they are
 * in. Statements of one shape encode alike, so most of a compiler's output needs no parsing. Only AT&T statements with plain
 * symbols (`foo`, `.L5`, `foo+8`, `foo@PLT`) and decimal numbers have one.
 */

/** What scanShape found; overwritten by the next scan. A `displacement` or `immediate` is a number that `key` only has the range of. */
export const shape = {
  key: '',
  starts: [0, 0, 0],
  ends: [0, 0, 0],
  hasDisplacement: false,
  displacement: 0,
  hasImmediate: false,
  immediate: 0,
};

/** 1: letters and `_ .` (begin a symbol); 2: digits; 4: copied as they are; 8: blanks. */
const classes = new Uint8Array(128);
for (let c = 97; c <= 122; c++) classes[c] = classes[c - 32] = 1;
classes[95] = classes[46] = 1;
for (let c = 48; c <= 57; c++) classes[c] = 2;
for (const c of '$*(),-') classes[c.charCodeAt(0)] = 4;
classes[32] = classes[9] = 8;

const PERCENT = 37;
const PLUS = 43;
const MINUS = 45;
const AT = 64;
const DOLLAR = 36;
const OPEN = 40;
const COMMA = 44;

/** The number that the plain decimal digits of `text[start, end)` make; 0 where they are something else, or 0. */
function plainDecimal(text: string, start: number, end: number): number {
  if (end - start > 9 || text.charCodeAt(start) === 48) return 0;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}

/** The range of a displacement: it has 8 bits, or 32 (no base makes it 32 in any case). Zero is left out. */
const displacementRange = (value: number): string => (value >= -128 && value <= 127 ? '\u0002' : '\u0003');

/** The range of an immediate, '' for those that instructions treat each in its own way (1: shifts; 3: int; limits of fields). */
function immediateRange(value: number): string {
  if (value > 0) {
    if (value <= 127) return value === 1 || value === 3 ? '' : '\u0004';
    if (value >= 65536) return '\u0005';
    return value >= 256 && value <= 32767 ? '\u0006' : '';
  }
  if (value >= -128) return '\u0007';
  return value >= -32768 ? '\u0008' : '';
}

/** The range of the number in `text[start, end)` when it is a whole displacement or immediate, '' otherwise. */
function numberRange(text: string, start: number, end: number, negative: boolean): string {
  const before = text.charCodeAt(negative ? start - 2 : start - 1);
  let next = end;
  if (before === DOLLAR) {
    while (next < text.length && classes[text.charCodeAt(next)] === 8) next += 1;
    if (shape.hasImmediate || (next < text.length && text.charCodeAt(next) !== COMMA)) return '';
    const value = plainDecimal(text, start, end);
    const range = value === 0 ? '' : immediateRange(negative ? -value : value);
    if (range !== '') {
      shape.hasImmediate = true;
      shape.immediate = negative ? -value : value;
    }
    return range;
  }
  if (shape.hasDisplacement || text.charCodeAt(next) !== OPEN) return '';
  const inside = text.charCodeAt(next + 1);
  if (inside !== PERCENT && inside !== COMMA) return '';
  if (before !== 32 && before !== 9 && before !== COMMA && before !== 58 && before !== 42) return '';
  const value = plainDecimal(text, start, end);
  if (value === 0) return '';
  shape.hasDisplacement = true;
  shape.displacement = negative ? -value : value;
  return displacementRange(shape.displacement);
}

/** How many symbols the operands have, with their places in `shape`; null: it has neither symbols nor numbers, or is not plain. */
export function scanShape(text: string): number | null {
  const end = text.length;
  shape.hasDisplacement = shape.hasImmediate = false;
  let at = 0;
  // The mnemonic: letters and digits to the first blank.
  while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0) at += 1;
  if (at === 0 || at === end || text.charCodeAt(at) > 32) return null;
  let key = '';
  let copied = 0;
  let slots = 0;
  while (at < end) {
    const c = text.charCodeAt(at);
    const kind = c < 128 ? classes[c] : 0;
    if (kind === 1) {
      if (slots === 3) return null;
      const start = at;
      do at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
      const nameEnd = at;
      // A lone dot is the location counter; `foo bar` is a prefix and a mnemonic.
      if (nameEnd === start + 1 && c === 46) return null;
      let operator = '';
      if (at < end && text.charCodeAt(at) === AT) {
        do at += 1;
        while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
        operator = text.slice(nameEnd, at);
      }
      if (at < end) {
        const sign = text.charCodeAt(at);
        if (sign === PLUS || sign === MINUS) {
          const digits = (at += 1);
          while (at < end && classes[text.charCodeAt(at)] === 2) at += 1;
          if (at === digits || at - digits > 9) return null;
        }
      }
      let next = at;
      while (next < end && classes[text.charCodeAt(next)] === 8) next += 1;
      if (next < end) {
        const follow = text.charCodeAt(next);
        if (follow !== 40 && follow !== 44) return null;
      }
      key += `${text.slice(copied, start)}\u0001${operator}`;
      copied = at;
      shape.starts[slots] = start;
      shape.ends[slots] = at;
      slots += 1;
    } else if (c === PERCENT) {
      at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0) at += 1;
      // %es:foo and %st(1)
      if (at < end && text.charCodeAt(at) === 58) at += 1;
    } else if (kind === 2) {
      // A number: all letters and digits that follow; 1f and 1b are labels.
      const start = at;
      do at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
      const last = text.charCodeAt(at - 1) | 32;
      if ((last === 102 || last === 98) && (text.charCodeAt(start + 1) | 32) !== 120) return null;
      const negative = text.charCodeAt(start - 1) === MINUS;
      const range = numberRange(text, start, at, negative);
      if (range !== '') {
        key += text.slice(copied, negative ? start - 1 : start) + range;
        copied = at;
      }
    } else if (kind !== 0) at += 1;
    else return null;
  }
  if (slots === 0 && !shape.hasDisplacement && !shape.hasImmediate) return null;
  shape.key = key + text.slice(copied);
  return slots;
}
