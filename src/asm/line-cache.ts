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
  /** Of each entry three numbers side by side: hash, place in the text, length. */
  private keys = new Int32Array(3 * 1024);
  private readonly entries: Encoded[] = [];
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

  /** What the line just scanned encodes to, if it is known. */
  get(text: string, start: number): Encoded | undefined {
    if (text !== this.text) {
      // Another file: its lines are looked up among its own.
      this.clear();
      this.text = text;
      return undefined;
    }
    const { slots, hash, keys } = this;
    const length = this.end - start;
    for (let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = slots[slot] - 1;
      if (entry < 0) return undefined;
      const at = entry * 3;
      if (keys[at] !== hash || keys[at + 2] !== length) continue;
      const from = keys[at + 1];
      let i = 0;
      while (i < length && text.charCodeAt(from + i) === text.charCodeAt(start + i)) i += 1;
      if (i === length) return this.entries[entry];
    }
  }

  /** Remembers what the line at `start`, of that length and hash, encodes to. */
  set(text: string, start: number, length: number, hash: number, encoded: Encoded): void {
    if (text !== this.text || this.entries.length >= LIMIT) return;
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    while (this.slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    const at = this.entries.length * 3;
    if (at === this.keys.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.keys);
      this.keys = grown;
    }
    this.keys[at] = hash;
    this.keys[at + 1] = start;
    this.keys[at + 2] = length;
    this.entries.push(encoded);
    this.slots[slot] = this.entries.length;
  }

  /** Forgets everything: what lines mean has changed. */
  clear(): void {
    if (this.entries.length === 0) return;
    this.slots = new Int32Array(SLOTS);
    this.entries.length = 0;
  }
}
