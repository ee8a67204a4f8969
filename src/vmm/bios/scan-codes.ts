/** int 09h: scan codes of set 1 become words (scan code and character) in the ring buffer at 0x41e, and shift flags. */
import { ALT, CAPS_LOCK, CTRL, LEFT_SHIFT, NUM_LOCK, RIGHT_SHIFT, SCROLL_LOCK, characterOf } from '../keys.js';
import { BDA } from './memory.js';
import type { Memory } from './memory.js';
import type { Bios } from './service.js';

/** Shift flags at 0x417. */
const SHIFTS = 0x03;
const CTRL_BIT = 0x04;
const ALT_BIT = 0x08;
const SCROLL_BIT = 0x10;
const NUM_BIT = 0x20;
const CAPS_BIT = 0x40;
const INSERT_BIT = 0x80;
const INSERT = 0x52;
const BREAK = 0x46;
/** What is held down now, at 0x418; the left of the two keys in bits 0 and 1. */
const HELD = BDA.shift + 1;
/** The character that Alt and digits of the keypad make. */
const ALT_DIGITS = 0x419;
/** 0x471, bit 7: Ctrl-Break has been pressed. */
const BREAK_FLAG = 0x471;
/** Prefixes at 0x496, and the right of the two keys in bits 2 and 3. */
const E1 = 0x01;
const E0 = 0x02;

const modifiers: Readonly<Record<number, number>> = { [RIGHT_SHIFT]: 1, [LEFT_SHIFT]: 2, [CTRL]: CTRL_BIT, [ALT]: ALT_BIT };
const toggles: Readonly<Record<number, number>> = { [CAPS_LOCK]: CAPS_BIT, [NUM_LOCK]: NUM_BIT, [SCROLL_LOCK]: SCROLL_BIT };

/** Scan codes 47h to 53h: digits with num lock, and the codes with Ctrl and with Alt. */
const keypadDigits = '789-456+1230.';
const keypadCtrl = [0x77, 0x8d, 0x84, 0x8e, 0x73, 0x8f, 0x74, 0x90, 0x75, 0x91, 0x76, 0x92, 0x93];
const keypadAlt = [0x97, 0x98, 0x99, 0x4a, 0x9b, 0, 0x9d, 0x4e, 0x9f, 0xa0, 0xa1, 0xa2, 0xa3];

/** Plain, with Ctrl, with Alt; 0 for nothing. Shift changes none of them but Tab. */
// prettier-ignore
const special: Readonly<Record<number, readonly [plain: number, ctrl: number, alt: number]>> = {
  0x01: [0x011b, 0x011b, 0x0100], 0x0e: [0x0e08, 0x0e7f, 0x0e00], 0x0f: [0x0f09, 0x9400, 0xa500], 0x1c: [0x1c0d, 0x1c0a, 0x1c00],
  0x37: [0x372a, 0x9600, 0x3700], 0xe01c: [0xe00d, 0xe00a, 0xa600], 0xe035: [0xe02f, 0x9500, 0xa400],
};

/** Puts a word into the buffer; false: it is full. */
export function put(memory: Memory, key: number): boolean {
  const tail = memory.get16(BDA.keyTail);
  let next = tail + 2;
  if (next >= memory.get16(BDA.keyEnd)) next = memory.get16(BDA.keyStart);
  if (next === memory.get16(BDA.keyHead)) return false;
  memory.set16(0x400 + tail, key);
  memory.set16(BDA.keyTail, next);
  return true;
}

/** Characters of the main keys. */
function characterWord(scan: number, flags: number): number | null {
  const shift = (flags & SHIFTS) !== 0;
  let text = characterOf(scan, shift);
  if ((flags & CAPS_BIT) !== 0 && /[a-z]/i.test(text)) text = characterOf(scan, !shift);
  if ((flags & ALT_BIT) !== 0) return scan === 0x39 ? 0x3920 : (scan >= 0x02 && scan <= 0x0d ? scan + 0x76 : scan) << 8;
  if ((flags & CTRL_BIT) === 0) return (scan << 8) | text.charCodeAt(0);
  if (text === ' ') return 0x3920;
  if (text === '2') return 0x0300;
  if (text === '6' || text === '-') return (scan << 8) | (text === '6' ? 0x1e : 0x1f);
  const code = text.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code < 0x60 ? (scan << 8) | (code & 0x1f) : null;
}

/** The word for a key under the shift flags; null when it gives none. */
function wordOf(scan: number, extended: boolean, flags: number): number | null {
  const alt = (flags & ALT_BIT) !== 0;
  const ctrl = (flags & CTRL_BIT) !== 0;
  const shift = (flags & SHIFTS) !== 0;
  const known = special[extended ? 0xe000 | scan : scan];
  if (known !== undefined) return scan === 0x0f && shift && !alt && !ctrl ? 0x0f00 : known[alt ? 2 : ctrl ? 1 : 0];
  if (scan >= 0x47 && scan <= 0x53) {
    const at = scan - 0x47;
    const end = extended ? 0xe0 : 0;
    if (alt) return extended || scan === 0x4a || scan === 0x4e ? keypadAlt[at] << 8 : null;
    if (ctrl) return (keypadCtrl[at] << 8) | end;
    if (extended) return (scan << 8) | end;
    const digit = scan === 0x4a || scan === 0x4e || shift !== ((flags & NUM_BIT) !== 0);
    return (scan << 8) | (digit ? keypadDigits.charCodeAt(at) : 0);
  }
  if (!extended && characterOf(scan, false) !== '') return characterWord(scan, flags);
  if (scan >= 0x3b && scan <= 0x44) return (scan + (alt ? 0x2d : ctrl ? 0x23 : shift ? 0x19 : 0)) << 8;
  if (scan === 0x57 || scan === 0x58) return (scan + 0x2e + (alt ? 6 : ctrl ? 4 : shift ? 2 : 0)) << 8;
  return null;
}

/** Shift keys and locks; true when the key was one. */
function modifier(memory: Memory, scan: number, extended: boolean, down: boolean): boolean {
  const flag = (address: number, bit: number, on: boolean): void =>
    memory.set8(address, on ? memory.get8(address) | bit : memory.get8(address) & ~bit);
  const bit = modifiers[scan];
  if (bit !== undefined) {
    // Extended shifts surround the keys between the blocks: they are no keys of their own.
    if (extended && bit <= 2) return true;
    if (bit > 2) flag(extended ? BDA.keyboard : HELD, extended ? bit : bit >> 2, down);
    const other = bit > 2 && !down && ((memory.get8(HELD) & (bit >> 2)) !== 0 || (memory.get8(BDA.keyboard) & bit) !== 0);
    if (!other) flag(BDA.shift, bit, down);
    if (scan === ALT && !down && memory.get8(ALT_DIGITS) !== 0) {
      put(memory, memory.get8(ALT_DIGITS));
      memory.set8(ALT_DIGITS, 0);
    }
    return true;
  }
  const toggle = toggles[scan] ?? (scan === INSERT && extended ? INSERT_BIT : undefined);
  if (toggle === undefined || (scan === BREAK && extended)) return false;
  const held = (memory.get8(HELD) & toggle) !== 0;
  if (down && !held) memory.set8(BDA.shift, memory.get8(BDA.shift) ^ toggle);
  flag(HELD, toggle, down);
  // Insert is a key as well.
  return toggle !== INSERT_BIT;
}

/** A scan code of set 1 has come. */
export function takeScanCode({ memory }: Bios, code: number): void {
  const state = memory.get8(BDA.keyboard);
  if (code === 0xe0 || code === 0xe1) {
    memory.set8(BDA.keyboard, state | (code === 0xe0 ? E0 : E1));
    return;
  }
  const scan = code & 0x7f;
  const down = code < 0x80;
  if ((state & E1) !== 0) {
    // Pause: e1 and two codes, for going down and up.
    if (scan === NUM_LOCK) memory.set8(BDA.keyboard, state & ~E1);
    return;
  }
  const extended = (state & E0) !== 0;
  memory.set8(BDA.keyboard, state & ~E0);
  if (modifier(memory, scan, extended, down) || !down) return;
  const flags = memory.get8(BDA.shift);
  if (extended && scan === BREAK) {
    memory.set8(BREAK_FLAG, memory.get8(BREAK_FLAG) | 0x80);
    memory.set16(BDA.keyHead, memory.get16(BDA.keyTail));
    put(memory, 0);
    return;
  }
  if ((flags & ALT_BIT) !== 0 && !extended && scan >= 0x47 && scan <= 0x52) {
    const digit = '7894561230'.indexOf(keypadDigits[scan - 0x47]) < 0 ? -1 : Number(keypadDigits[scan - 0x47]);
    if (digit >= 0) {
      memory.set8(ALT_DIGITS, (memory.get8(ALT_DIGITS) * 10 + digit) & 0xff);
      return;
    }
  }
  const word = wordOf(scan, extended, flags);
  if (word !== null) put(memory, word);
}
