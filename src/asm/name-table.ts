/** Symbols by name: an open hash table that is asked with a place in a text, so that finding a name makes no string of it. */
import type { AsmSymbol } from './symbols.js';

/** Names that differ in their last characters only are spread over the table. */
const slotOf = (hash: number): number => Math.imul(hash, 0x61c88647) >>> 7;

export class NameTable {
  private slots = new Int32Array(256);
  private mask = 255;
  private hashes = new Int32Array(128);
  private readonly symbols: AsmSymbol[] = [];
  /** Of the name that `find` has looked for in vain. */
  private hash = 0;

  get(name: string): AsmSymbol | undefined {
    return this.find(name, 0, name.length);
  }

  /** The symbol whose name is `text[start, end)`. */
  find(text: string, start: number, end: number): AsmSymbol | undefined {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    this.hash = hash;
    const { slots, mask, hashes, symbols } = this;
    const length = end - start;
    for (let slot = slotOf(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] - 1;
      if (entry < 0) return undefined;
      if (hashes[entry] !== hash) continue;
      const { name } = symbols[entry];
      if (name.length !== length) continue;
      let i = 0;
      while (i < length && name.charCodeAt(i) === text.charCodeAt(start + i)) i += 1;
      if (i === length) return symbols[entry];
    }
  }

  /** `name` means `symbol` from now on. */
  set(name: string, symbol: AsmSymbol): void {
    const { symbols } = this;
    const known = this.find(name, 0, name.length);
    if (known !== undefined) {
      symbols[this.entryOf(name)] = symbol;
      return;
    }
    if (symbols.length === this.hashes.length) this.grow();
    this.hashes[symbols.length] = this.hash;
    symbols.push(symbol);
    this.enter(symbols.length - 1);
  }

  /** Place of a name that is there. */
  private entryOf(name: string): number {
    const { slots, mask, hash, symbols } = this;
    let slot = slotOf(hash) & mask;
    while (symbols[slots[slot] - 1].name !== name) slot = (slot + 1) & mask;
    return slots[slot] - 1;
  }

  private enter(entry: number): void {
    const { slots, mask } = this;
    const hash = this.hashes[entry];
    let slot = slotOf(hash) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  }

  private grow(): void {
    const hashes = new Int32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
    this.slots = new Int32Array(this.slots.length * 2);
    this.mask = this.slots.length - 1;
    for (let entry = 0; entry < this.symbols.length; entry++) this.enter(entry);
  }
}
