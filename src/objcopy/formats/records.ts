/** What the text formats share: which bytes they write, in which order, and how their input becomes sections. */
import { SEC, type Section } from '../model.js';

/** A run of loaded bytes at its load address. */
export interface Run {
  address: bigint;
  data: Uint8Array;
}

/**
 * What is written of loaded sections, by address: one that comes later goes after those of lower addresses and
 * before those of the same address, unless it is at or beyond the last one.
 */
export function loadedRuns(pieces: readonly (Run & { section: Section })[]): Run[] {
  const wanted = SEC.ALLOC | SEC.LOAD;
  const runs: Run[] = [];
  for (const { section, address, data } of pieces) {
    if (data.length === 0 || (section.flags & wanted) !== wanted) continue;
    const run = { address, data };
    const last = runs[runs.length - 1];
    if (!last || run.address >= last.address) {
      runs.push(run);
      continue;
    }
    runs.splice(lowerBound(runs, run.address), 0, run);
  }
  return runs;
}

/** The first run at or beyond an address. */
function lowerBound(runs: readonly Run[], address: bigint): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle].address < address) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Collects records into sections `.sec1`, `.sec2`, …: a new one where a record does not continue the last. */
export class RecordSections {
  readonly sections: Section[] = [];
  private buffer = new Uint8Array(4096);
  private open = false;

  /** The next record starts a new section. */
  break(): void {
    this.finish();
  }

  /** `place`: where the record starts in the file. */
  add(address: bigint, length: number, place?: number): { bytes: Uint8Array; at: number } {
    let section = this.sections[this.sections.length - 1];
    if (!this.open || section.vma + BigInt(section.size) !== address) {
      this.finish();
      section = {
        name: `.sec${this.sections.length + 1}`,
        flags: SEC.HAS_CONTENTS | SEC.LOAD | SEC.ALLOC,
        vma: address,
        lma: address,
        size: 0,
        alignPower: 0,
        entsize: 0,
        fileOffset: place,
      };
      this.sections.push(section);
      this.open = true;
    }
    const at = section.size;
    section.size += length;
    if (section.size > this.buffer.length) {
      const grown = new Uint8Array(Math.max(section.size, this.buffer.length * 2));
      grown.set(this.buffer.subarray(0, at));
      this.buffer = grown;
    }
    return { bytes: this.buffer, at };
  }

  finish(): void {
    if (this.open) {
      const section = this.sections[this.sections.length - 1];
      section.contents = this.buffer.slice(0, section.size);
    }
    this.open = false;
  }
}

const DIGITS = new Int8Array(256).fill(-1);
for (let i = 0; i < 16; i++) {
  DIGITS['0123456789abcdef'.charCodeAt(i)] = i;
  DIGITS['0123456789ABCDEF'.charCodeAt(i)] = i;
}

/** The byte that two hexadecimal digits at `at` stand for, or -1. */
export function hexByte(bytes: Uint8Array, at: number): number {
  if (at + 1 >= bytes.length) return -1;
  const high = DIGITS[bytes[at]];
  const low = DIGITS[bytes[at + 1]];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

export function isHexDigit(code: number | undefined): boolean {
  return code !== undefined && DIGITS[code] >= 0;
}

const UPPER = '0123456789ABCDEF';
/** Both digits of a byte, as they stand in memory. */
const PAIRS = new Uint16Array(256);
for (let i = 0; i < 256; i++) PAIRS[i] = UPPER.charCodeAt(i >> 4) | (UPPER.charCodeAt(i & 15) << 8);

let quads: Int32Array | undefined;

/** The digits of two bytes, by the 16 bits that they are in memory. */
export function digitsOfTwo(): Int32Array {
  if (quads) return quads;
  quads = new Int32Array(65536);
  for (let i = 0; i < 65536; i++) quads[i] = PAIRS[i & 255] | (PAIRS[i >> 8] << 16);
  return quads;
}

export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** Gets the text piece by piece; a piece is only valid during the call. */
export type Sink = (piece: Uint8Array) => void;

/** Text of hexadecimal records, handed on in large pieces. */
export class HexText {
  private readonly bytes = new Uint8Array(1 << 18);
  /** What is written where, for loops that have no time to ask. */
  readonly view = new DataView(this.bytes.buffer);
  private readonly pairs = digitsOfTwo();
  private length = 0;

  constructor(private readonly sink: Sink) {}

  /** Makes sure that `count` characters fit. */
  room(count: number): void {
    if (this.length + count > this.bytes.length) this.flush();
  }

  /** The place of `count` characters in `view`, which are to be written. */
  reserve(count: number): number {
    this.room(count);
    const at = this.length;
    this.length += count;
    return at;
  }

  flush(): void {
    if (this.length > 0) this.sink(this.bytes.subarray(0, this.length));
    this.length = 0;
  }

  /** One character. */
  put(code: number): void {
    this.bytes[this.length++] = code;
  }

  text(text: string): void {
    this.room(text.length);
    for (let i = 0; i < text.length; i++) this.put(text.charCodeAt(i));
  }

  /** Two upper-case digits. */
  byte(value: number): void {
    this.view.setUint16(this.length, PAIRS[value], true);
    this.length += 2;
  }

  /** The digits of some bytes, at most a few hundred; returns their sum. */
  run(data: DataView, from: number, count: number): number {
    const { view, pairs } = this;
    const end = from + count;
    let at = this.length;
    let sum = 0;
    let i = from;
    for (; i + 4 <= end; i += 4) {
      const word = data.getInt32(i, true);
      view.setInt32(at, pairs[word & 0xffff], true);
      view.setInt32(at + 4, pairs[word >>> 16], true);
      at += 8;
      const halves = (word & 0xff00ff) + ((word >>> 8) & 0xff00ff);
      sum += (halves & 0xffff) + (halves >>> 16);
    }
    for (; i < end; i++) {
      const value = data.getUint8(i);
      view.setUint16(at, PAIRS[value], true);
      at += 2;
      sum += value;
    }
    this.length = at;
    return sum;
  }

  newline(): void {
    this.bytes[this.length++] = 13;
    this.bytes[this.length++] = 10;
  }
}

/** What an unexpected character looks like in a message. */
export function shown(code: number): string {
  return code >= 32 && code < 127 ? String.fromCharCode(code) : `\\${code.toString(8).padStart(3, '0')}`;
}
