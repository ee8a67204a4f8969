/**
 * What lines encode to, by their text: an open hash table over the source's characters, so that a line that has been seen
 * before costs neither a string nor a scan of its parts.
 */
import type { Encoded } from './x86/index.js';

/** Distinct lines remembered at most; sources with more distinct lines than that gain little from more. */
const LIMIT = 1 << 16;
const SLOTS = 1 << 18;

const NEWLINE = 10;
/** `"` `#` `'` `/` `;`: what strings, comments and several statements need the full scan for. */
const special = new Uint8Array(256);
for (const c of '"#\'/;') special[c.charCodeAt(0)] = 1;

export class LineCache {
  /** After `scan`: where the line ends (its line break), its hash, and whether it may be taken as one plain statement. */
  end = 0;
  hash = 0;
  plain = true;

  private slots = new Int32Array(SLOTS);
  /** Of each entry four numbers side by side: hash, place in the text, length, place of its bytes in `pool` (-1: see `encoded`). */
  private keys = new Int32Array(4 * 1024);
  private entries = 0;
  /** Encodings with more than bytes, by entry. */
  private encoded: (Encoded | undefined)[] = [];
  /** Encodings that are but bytes: their number, then they themselves. */
  pool = new Uint8Array(1 << 14);
  private used = 0;
  private text = '';

  /** Reads the line at `start`; false when no line break ends it. */
  scan(text: string, start: number): boolean {
    const { length } = text;
    let hash = 0;
    let found = 0;
    let pos = start;
    for (; pos < length; pos++) {
      const c = text.charCodeAt(pos);
      if (c === NEWLINE) break;
      hash = (Math.imul(hash, 31) + c) | 0;
      found |= special[c];
    }
    this.end = pos;
    this.hash = hash;
    this.plain = found === 0;
    return pos < length;
  }

  /** The entry of the line just scanned, -1: it is not known. */
  find(text: string, start: number): number {
    if (text !== this.text) {
      // Another file: its lines are looked up among its own.
      this.clear();
      this.text = text;
      return -1;
    }
    const { slots, hash, keys } = this;
    const length = this.end - start;
    for (let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = slots[slot] - 1;
      if (entry < 0) return -1;
      const at = entry * 4;
      if (keys[at] !== hash || keys[at + 2] !== length) continue;
      const from = keys[at + 1];
      let i = 0;
      while (i < length && text.charCodeAt(from + i) === text.charCodeAt(start + i)) i += 1;
      if (i === length) return entry;
    }
  }

  /** Where in `pool` the bytes of an entry are that is nothing but bytes: their number, then they themselves; -1: it is more. */
  bytesAt(entry: number): number {
    return this.keys[entry * 4 + 3];
  }

  /** What an entry encodes to; undefined where it is only known that the line has been there. */
  encodedOf(entry: number): Encoded | undefined {
    const place = this.bytesAt(entry);
    if (place < 0) return this.encoded[entry];
    return { bytes: this.pool.slice(place + 1, place + 1 + this.pool[place]), fixups: [], branch: undefined, cacheable: true };
  }

  /** Remembers what the line at `start`, of that length and hash, encodes to. */
  set(text: string, start: number, length: number, hash: number, encoded: Encoded): void {
    if (encoded.fixups.length === 0 && encoded.branch === undefined && encoded.notes === undefined) {
      this.setBytes(text, start, length, hash, encoded.bytes, 0, encoded.bytes.length);
    } else if (this.add(text, start, length, hash, -1)) this.encoded[this.entries - 1] = encoded;
  }

  /** Remembers only that the line has been there: most never come again, and what they encode to would take memory. */
  note(text: string, start: number, length: number, hash: number): void {
    this.add(text, start, length, hash, -1);
  }

  /** What the line of an entry that `note` made encodes to. */
  complete(entry: number, encoded: Encoded): void {
    this.encoded[entry] = encoded;
  }

  /** The same for an encoding that is nothing but `count` bytes, from `from` on in `bytes`. */
  setBytes(text: string, start: number, length: number, hash: number, bytes: Uint8Array, from: number, count: number): void {
    const place = this.used;
    if (count > 255 || !this.add(text, start, length, hash, place)) return;
    if (place + count + 1 > this.pool.length) {
      const grown = new Uint8Array(this.pool.length * 2);
      grown.set(this.pool);
      this.pool = grown;
    }
    const { pool } = this;
    pool[place] = count;
    for (let i = 0; i < count; i++) pool[place + 1 + i] = bytes[from + i];
    this.used = place + count + 1;
  }

  private add(text: string, start: number, length: number, hash: number, place: number): boolean {
    if (text !== this.text || this.entries >= LIMIT) return false;
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    while (this.slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    const at = this.entries * 4;
    if (at === this.keys.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.keys);
      this.keys = grown;
    }
    this.keys[at] = hash;
    this.keys[at + 1] = start;
    this.keys[at + 2] = length;
    this.keys[at + 3] = place;
    this.entries += 1;
    this.encoded.push(undefined);
    this.slots[slot] = this.entries;
    return true;
  }

  /** Forgets everything: what lines mean has changed. */
  clear(): void {
    if (this.entries === 0) return;
    this.slots = new Int32Array(SLOTS);
    this.entries = this.used = 0;
    this.encoded = [];
  }
}
