/** int 16h and the scan codes that int 09h hands over: the ring buffer at 0x41e. */
import { ALT, CAPS_LOCK, CTRL, LEFT_SHIFT, RIGHT_SHIFT, characterOf, keyOf } from '../keys.js';
import { INPUT_END, INPUT_NONE } from '../input.js';
import { BDA } from './memory.js';
import type { Memory } from './memory.js';
import type { Bios, Service } from './service.js';

/** Bits of the shift flags at 0x417. */
const SHIFTS = 0x03;
const CTRL_BIT = 0x04;
const ALT_BIT = 0x08;
const CAPS_BIT = 0x40;
const modifiers: Readonly<Record<number, number>> = { [RIGHT_SHIFT]: 1, [LEFT_SHIFT]: 2, [CTRL]: CTRL_BIT, [ALT]: ALT_BIT };

/** So long (guest nanoseconds) after the end of input a key may still come from the keyboard controller. */
const GRACE = 250_000_000n;

/** Words (scan code and character) in the buffer: put, look, take. */
function put(memory: Memory, key: number): boolean {
  const tail = memory.get16(BDA.keyTail);
  let next = tail + 2;
  if (next >= memory.get16(BDA.keyEnd)) next = memory.get16(BDA.keyStart);
  if (next === memory.get16(BDA.keyHead)) return false;
  memory.set16(0x400 + tail, key);
  memory.set16(BDA.keyTail, next);
  return true;
}

function peek(memory: Memory): number | null {
  const head = memory.get16(BDA.keyHead);
  return head === memory.get16(BDA.keyTail) ? null : memory.get16(0x400 + head);
}

function drop(memory: Memory): void {
  const next = memory.get16(BDA.keyHead) + 2;
  memory.set16(BDA.keyHead, next >= memory.get16(BDA.keyEnd) ? memory.get16(BDA.keyStart) : next);
}

/** The word for a key under the shift flags; null when it gives none. */
function wordOf(scan: number, extended: boolean, flags: number): number | null {
  const alt = (flags & ALT_BIT) !== 0;
  const ctrl = (flags & CTRL_BIT) !== 0;
  const shift = (flags & SHIFTS) !== 0;
  let text = characterOf(scan, shift);
  if (!extended && text !== '') {
    if ((flags & CAPS_BIT) !== 0 && /[a-z]/i.test(text)) text = characterOf(scan, !shift);
    if (alt) return scan === 0x39 ? 0x3920 : (scan >= 0x02 && scan <= 0x0d ? scan + 0x76 : scan) << 8;
    if (!ctrl) return (scan << 8) | text.charCodeAt(0);
    if (text === ' ') return 0x3920;
    if (text === '2') return 0x0300;
    const code = text.toUpperCase().charCodeAt(0);
    return code >= 0x40 && code < 0x60 ? (scan << 8) | (code & 0x1f) : null;
  }
  const plain: Record<number, number> = { 0x01: 27, 0x0e: ctrl ? 127 : 8, 0x0f: shift ? 0 : 9, 0x1c: ctrl ? 10 : 13 };
  if (scan in plain) return (scan << 8) | plain[scan];
  if (scan >= 0x3b && scan <= 0x44) return (scan + (alt ? 0x2d : ctrl ? 0x23 : shift ? 0x19 : 0)) << 8;
  if (scan === 0x57 || scan === 0x58) return (scan + 0x2e + (alt ? 6 : ctrl ? 4 : shift ? 2 : 0)) << 8;
  if (scan >= 0x47 && scan <= 0x53) return (scan << 8) | (extended ? 0xe0 : 0);
  return null;
}

/** A scan code of set 1 has come (int 09h). */
export function takeScanCode({ memory }: Bios, code: number): void {
  const state = memory.get8(BDA.keyboard);
  if (code === 0xe0) {
    memory.set8(BDA.keyboard, state | 2);
    return;
  }
  memory.set8(BDA.keyboard, state & ~2);
  const scan = code & 0x7f;
  const down = code < 0x80;
  const flags = memory.get8(BDA.shift);
  const modifier = modifiers[scan];
  if (modifier !== undefined) memory.set8(BDA.shift, down ? flags | modifier : flags & ~modifier);
  else if (scan === CAPS_LOCK) memory.set8(BDA.shift, down ? flags ^ CAPS_BIT : flags);
  else if (down) {
    const word = wordOf(scan, (state & 2) !== 0, flags);
    if (word !== null) put(memory, word);
  }
}

/** A byte of standard input becomes a key, when the guest asks for one. False: there was none; null: none will come. */
function pull({ context, memory }: Bios): boolean | null {
  const byte = context.input();
  if (byte === INPUT_END) return null;
  if (byte === INPUT_NONE) return false;
  const character = String.fromCharCode(byte);
  const key = keyOf(character);
  const typed = byte === 10 ? 13 : byte === 127 ? 8 : byte;
  put(memory, ((key?.scan ?? (byte < 32 ? (keyOf(String.fromCharCode(byte + 96))?.scan ?? 0) : 0)) << 8) | typed);
  return true;
}

/** The extended keys' 0xe0 is unknown to the older functions. */
const plain = (word: number): number => ((word & 0xff) === 0xe0 && word >> 8 !== 0 ? word & 0xff00 : word);

/** When the wait for a key after the end of input began. */
const waits = new WeakMap<Bios, bigint>();

export const keyboard: Service = (r, bios) => {
  const { memory, context } = bios;
  switch (r.ah) {
    case 0x00:
    case 0x10: {
      if (peek(memory) === null) {
        const came = pull(bios);
        if (came === false) return 'wait';
        if (came === null) {
          const since = waits.get(bios);
          if (since === undefined) waits.set(bios, context.now());
          else if (context.now() - since > GRACE) {
            waits.delete(bios);
            context.warn('the guest waits for a key, but the input has ended (--keys types some)');
            return 'never';
          }
          return 'wait';
        }
      }
      waits.delete(bios);
      const word = peek(memory) ?? 0;
      drop(memory);
      r.ax = r.ah === 0x00 ? plain(word) : word;
      return;
    }
    case 0x01:
    case 0x11: {
      if (peek(memory) === null) pull(bios);
      const word = peek(memory);
      r.zero = word === null;
      if (word !== null) r.ax = r.ah === 0x01 ? plain(word) : word;
      return;
    }
    case 0x02:
      r.al = memory.get8(BDA.shift);
      return;
    case 0x03:
      return;
    case 0x05:
      r.al = put(memory, r.cx) ? 0 : 1;
      return;
    case 0x09:
      // Functions: keyboard id, the extended keyboard's.
      r.al = 0x30;
      return;
    case 0x0a:
      // An MF2 keyboard.
      r.bx = 0x41ab;
      return;
    case 0x92:
      // How programs look whether functions 10h to 12h are there.
      r.ah = 0x80;
      return;
    case 0xa2:
      return;
    case 0x6f:
      if (r.al !== 0x08) return 'unknown';
      // No HP keyboard functions.
      r.ah = 2;
      return;
    case 0x12:
      r.al = memory.get8(BDA.shift);
      r.ah = memory.get8(BDA.shift + 1);
      return;
    default:
      return 'unknown';
  }
};
