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
    const at = runs.findIndex((r) => r.address >= run.address);
    runs.splice(at, 0, run);
  }
  return runs;
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

  add(address: bigint, length: number): { bytes: Uint8Array; at: number } {
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

/** Gets the text piece by piece; a piece is only valid during the call. */
export type Sink = (piece: Uint8Array) => void;

/** Text of hexadecimal records, handed on in large pieces. */
export class HexText {
  private readonly bytes = new Uint8Array(1 << 18);
  private readonly view = new DataView(this.bytes.buffer);
  private length = 0;

  constructor(private readonly sink: Sink) {}

  /** Makes sure that `count` characters fit. */
  room(count: number): void {
    if (this.length + count > this.bytes.length) this.flush();
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
  run(data: Uint8Array, from: number, count: number): number {
    const { view } = this;
    let at = this.length;
    let sum = 0;
    for (let i = from; i < from + count; i++) {
      const value = data[i];
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
