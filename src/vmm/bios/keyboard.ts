/** int 16h: keys from the ring buffer, which scan-codes.ts fills, or from standard input. */
import { keyOf } from '../keys.js';
import type { KeyboardDevice } from '../devices/i8042.js';
import { INPUT_END, INPUT_NONE } from '../input.js';
import { BDA } from './memory.js';
import type { Memory } from './memory.js';
import { put } from './scan-codes.js';
import type { Bios, Service } from './service.js';

/** So long (guest nanoseconds) after the end of input a key may still come from the keyboard controller. */
const GRACE = 250_000_000n;

function peek(memory: Memory): number | null {
  const head = memory.get16(BDA.keyHead);
  return head === memory.get16(BDA.keyTail) ? null : memory.get16(0x400 + head);
}

function drop(memory: Memory): void {
  const next = memory.get16(BDA.keyHead) + 2;
  memory.set16(BDA.keyHead, next >= memory.get16(BDA.keyEnd) ? memory.get16(BDA.keyStart) : next);
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

/** The older functions know no extended keys: 0xe0 becomes 0, Enter and / of the keypad those of the main block. */
function plain(word: number): number {
  if (word >> 8 === 0xe0) return ((word & 0xff) === 0x2f ? 0x3500 : 0x1c00) | (word & 0xff);
  return (word & 0xff) === 0xe0 && word >> 8 !== 0 ? word & 0xff00 : word;
}

/** When the wait for a key after the end of input began. */
const waits = new WeakMap<Bios, bigint>();

export const keyboard: Service = (r, bios) => {
  const { memory, context } = bios;
  switch (r.ah) {
    case 0x00:
    case 0x10: {
      if (peek(memory) === null) {
        const came = pull(bios);
        const keyboard = (context.peer?.('i8042') ?? null) as KeyboardDevice | null;
        if (came !== true && keyboard?.asked() === true) return 'poll';
        if (came === false || (came === null && keyboard?.typing() === true)) return 'wait';
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
      r.ah = (memory.get8(BDA.shift + 1) & 0x73) | (memory.get8(BDA.keyboard) & 0x0c);
      return;
    default:
      return 'unknown';
  }
};
