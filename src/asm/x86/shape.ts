/**
 * The shape of a statement: its text with the symbols taken out, with plain numbers replaced by the range that they are in and
 * ordinary registers by the group that they belong to. Statements of one shape encode alike, so most of a compiler's output
 * needs no parsing. Only AT&T statements with plain symbols (`foo`, `.L5`, `foo+8`, `foo@PLT`) and decimal numbers have one.
 */

/** What scanShape found; overwritten by the next scan. A `displacement` or `immediate` is a number that the key only has the range of. */
export const shape = {
  /** The key: `length` bytes, and their hash. */
  key: new Uint8Array(128),
  length: 0,
  hash: 0,
  /** Symbols: where they stand in the text. */
  slots: 0,
  starts: [0, 0, 0],
  ends: [0, 0, 0],
  /** A slot is a name and nothing else. */
  plain: [true, true, true],
  hasDisplacement: false,
  displacement: 0,
  hasImmediate: false,
  immediate: 0,
  /** Registers of which the key has only the group: their numbers, and where their `%` stands. */
  registers: 0,
  numbers: new Uint8Array(4),
  places: new Int32Array(4),
};

/** 1: letters and `_ .` (begin a symbol); 2: digits; 4: copied as they are; 8: blanks. */
const classes = new Uint8Array(256);
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
const CLOSE = 41;
const COMMA = 44;
const COLON = 58;

/** Where a register stands. */
const DIRECT = 0;
const BASE = 1;
const INDEX = 2;

/** Families of registers by number; '' are those that always stand for themselves. */
const families: readonly (readonly string[])[] = [
  ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'],
  ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d', 'r15d'],
  ['', 'cx', '', 'bx', 'sp', 'bp', 'si', 'di', 'r8w', 'r9w', 'r10w', 'r11w', 'r12w', 'r13w', 'r14w', 'r15w'],
  ['', '', 'dl', 'bl', '', '', '', '', 'r8b', 'r9b', 'r10b', 'r11b', 'r12b', 'r13b', 'r14b', 'r15b'],
  ['', '', '', '', 'spl', 'bpl', 'sil', 'dil'],
  ['', 'xmm1', 'xmm2', 'xmm3', 'xmm4', 'xmm5', 'xmm6', 'xmm7', 'xmm8', 'xmm9'],
];

/** Open hash table of the names, packed into integers: name, and family and number. */
const names = new Int32Array(512);
const SLOT_MASK = 255;
let filled = false;

const slotOf = (packed: number): number => Math.imul(packed, 0x61c88647) >>> 24;

function fillNames(): void {
  filled = true;
  families.forEach((members, family) => {
    members.forEach((name, number) => {
      if (name === '') return;
      let packed = 0;
      for (let i = 0; i < name.length; i++) packed = (packed << 8) | name.charCodeAt(i);
      let slot = slotOf(packed);
      while (names[slot * 2] !== 0) slot = (slot + 1) & SLOT_MASK;
      names[slot * 2] = packed;
      names[slot * 2 + 1] = (family << 4) | number;
    });
  });
}

/**
 * The group of the register whose name is `packed`, as a byte of the key (from 128 on) with the low three bits of the number above
 * it; -1: it stands for itself. Registers of a group differ in nothing but these bits: what some form treats in its own way is in
 * none: al, ax, eax, rax (short forms), cl (shifts), dx (ports), xmm0 (implied); as a base rsp, r12 (SIB) and rbp, r13
 * (displacement); as an index rsp (none).
 */
function groupOf(packed: number, where: number): number {
  if (!filled) fillNames();
  let slot = slotOf(packed);
  while (names[slot * 2] !== packed) {
    if (names[slot * 2] === 0) return -1;
    slot = (slot + 1) & SLOT_MASK;
  }
  const found = names[slot * 2 + 1];
  const number = found & 15;
  const family = found >> 4;
  if (where === DIRECT) {
    if (number === 0) return -1;
  } else if (family > 1 || (where === BASE ? (number & 6) === 4 : number === 4)) return -1;
  return 128 | (where << 4) | (family << 1) | (number >> 3) | ((number & 7) << 8);
}

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

/** The range of an immediate, 0 for those that instructions treat each in its own way (1: shifts; 3: int; limits of fields). */
function immediateRange(value: number): number {
  if (value > 0) {
    if (value <= 127) return value === 1 || value === 3 ? 0 : 4;
    if (value >= 65536) return 5;
    if (value <= 255) return 9;
    // From 65281 on 16 bits hold a small negative number.
    return value <= 32767 ? 6 : value <= 65280 ? 10 : 0;
  }
  if (value >= -128) return 7;
  // A byte takes -255 without a word, and no less.
  if (value >= -255) return 8;
  return value >= -32768 ? 11 : 0;
}

/** The range of the number in `text[start, end)` when it is a whole displacement or immediate, 0 otherwise. */
function numberRange(text: string, start: number, end: number, stop: number, negative: boolean): number {
  const before = text.charCodeAt(negative ? start - 2 : start - 1);
  let next = end;
  if (before === DOLLAR) {
    while (next < stop && classes[text.charCodeAt(next)] === 8) next += 1;
    if (shape.hasImmediate || (next < stop && text.charCodeAt(next) !== COMMA)) return 0;
    const value = plainDecimal(text, start, end);
    const range = value === 0 ? 0 : immediateRange(negative ? -value : value);
    if (range !== 0) {
      shape.hasImmediate = true;
      shape.immediate = negative ? -value : value;
    }
    return range;
  }
  if (shape.hasDisplacement || next >= stop || text.charCodeAt(next) !== OPEN) return 0;
  const inside = text.charCodeAt(next + 1);
  if (inside !== PERCENT && inside !== COMMA) return 0;
  if (before !== 32 && before !== 9 && before !== COMMA && before !== COLON && before !== 42) return 0;
  const value = plainDecimal(text, start, end);
  if (value === 0) return 0;
  shape.hasDisplacement = true;
  shape.displacement = negative ? -value : value;
  // A displacement has 8 bits, or 32 (no base makes it 32 in any case). Zero is left out.
  return shape.displacement >= -128 && shape.displacement <= 127 ? 2 : 3;
}

/** Where the symbol of `8+foo` begins; 0: the number at `at` stands before something else. */
function summed(text: string, at: number, end: number): number {
  if (text.charCodeAt(at - 1) === MINUS) return 0;
  while (at < end && classes[text.charCodeAt(at)] === 2) at += 1;
  return at + 1 < end && text.charCodeAt(at) === PLUS && classes[text.charCodeAt(at + 1)] === 1 ? at + 1 : 0;
}

/** Copies `text[from, to)` into the key at `length`; the new length. */
function copy(text: string, from: number, to: number, length: number): number {
  const { key } = shape;
  for (let i = from; i < to; i++) key[length++] = text.charCodeAt(i);
  return length;
}

/**
 * Reads the statement `text[start, end)` into `shape`; false: it is not plain, or has nothing that the key leaves out.
 * `literal`: registers stand for themselves.
 */
export function scanShape(text: string, start: number, end: number, literal: boolean): boolean {
  if (end - start > 120) return false;
  const { key } = shape;
  shape.hasDisplacement = shape.hasImmediate = false;
  shape.registers = 0;
  let at = start;
  // The mnemonic: letters and digits to the first blank.
  while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0) at += 1;
  if (at === start || at === end || text.charCodeAt(at) > 32) return false;
  let length = copy(text, start, at, 0);
  let slots = 0;
  let where = DIRECT;
  while (at < end) {
    const c = text.charCodeAt(at);
    const kind = classes[c];
    if (kind === 4) {
      key[length++] = c;
      at += 1;
      if (c === OPEN) where = BASE;
      else if (c === CLOSE) where = DIRECT;
      else if (c === COMMA && where !== DIRECT) where = INDEX;
    } else if (c === PERCENT) {
      const place = at;
      at += 1;
      let packed = 0;
      for (; at < end; at++) {
        const letter = text.charCodeAt(at);
        if ((classes[letter] & 3) === 0) break;
        packed = (packed << 8) | letter;
      }
      const found = literal || at - place > 5 || shape.registers === 4 ? -1 : groupOf(packed, where);
      if (found >= 0) {
        key[length++] = found & 255;
        shape.numbers[shape.registers] = found >> 8;
        shape.places[shape.registers] = place;
        shape.registers += 1;
      } else length = copy(text, place, at, length);
      // %es:foo and %st(1)
      if (at < end && text.charCodeAt(at) === COLON) {
        key[length++] = COLON;
        at += 1;
      }
    } else if (kind === 8) {
      key[length++] = 32;
      at += 1;
    } else if (kind === 1 || (kind === 2 && summed(text, at, end) > 0)) {
      if (slots === 3) return false;
      const name = at;
      if (kind === 2) at = summed(text, at, end);
      do at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
      const nameEnd = at;
      // A lone dot is the location counter; `foo bar` is a prefix and a mnemonic.
      if (text.charCodeAt(nameEnd - 1) === 46 && (nameEnd === name + 1 || text.charCodeAt(nameEnd - 2) === PLUS)) return false;
      key[length++] = 1;
      if (at < end && text.charCodeAt(at) === AT) {
        do at += 1;
        while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
        length = copy(text, nameEnd, at, length);
      }
      if (at < end) {
        const sign = text.charCodeAt(at);
        if (sign === PLUS || sign === MINUS) {
          const digits = (at += 1);
          while (at < end && classes[text.charCodeAt(at)] === 2) at += 1;
          if (at === digits || at - digits > 9) return false;
        }
      }
      let next = at;
      while (next < end && classes[text.charCodeAt(next)] === 8) next += 1;
      if (next < end) {
        const follow = text.charCodeAt(next);
        if (follow !== OPEN && follow !== COMMA) return false;
      }
      shape.plain[slots] = kind === 1 && at === nameEnd;
      shape.starts[slots] = name;
      shape.ends[slots] = at;
      slots += 1;
    } else if (kind === 2) {
      // A number: all letters and digits that follow; 1f and 1b are labels.
      const number = at;
      do at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
      const last = text.charCodeAt(at - 1) | 32;
      if ((last === 102 || last === 98) && (text.charCodeAt(number + 1) | 32) !== 120) return false;
      const negative = text.charCodeAt(number - 1) === MINUS;
      const range = numberRange(text, number, at, end, negative);
      if (range === 0) length = copy(text, number, at, length);
      else {
        if (negative) length -= 1;
        key[length++] = range;
      }
    } else return false;
  }
  if (slots === 0 && shape.registers === 0 && !shape.hasDisplacement && !shape.hasImmediate) return false;
  shape.slots = slots;
  shape.length = length;
  let hash = 0;
  for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + key[i]) | 0;
  shape.hash = hash;
  return true;
}
