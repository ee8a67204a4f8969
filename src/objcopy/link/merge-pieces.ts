/**
 * The pieces (constants or strings) of mergeable sections, each different one once. A program has hundreds of thousands of
 * them: what is known of a piece stands in arrays of numbers, and its bytes stay in the file.
 */
import type { InputSection } from './model.js';

/** Numbers that grow at their end. */
class Numbers {
  values = new Int32Array(1024);
  length = 0;

  push(value: number): number {
    if (this.length === this.values.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length] = value;
    return this.length++;
  }
}

export class PieceTable {
  /** Of each piece as it came: its offset, and which entry it is. */
  private readonly offsets = new Numbers();
  private readonly entryOf = new Numbers();

  // Entries: where they were first seen, their hash, the alignment they need.
  private readonly sections = new Numbers();
  private readonly starts = new Numbers();
  private readonly lengths = new Numbers();
  private readonly hashes = new Numbers();
  private readonly aligns = new Numbers();
  /** Entry + 1 by hash; 0: free. */
  private slots = new Int32Array(2048);
  /** The entry whose end is this one; -1: none. */
  private wholes = new Int32Array(0);
  /** Offset in the merged section. */
  private places = new Int32Array(0);
  private readonly bytes: readonly Uint8Array[];

  constructor(private readonly inputs: readonly InputSection[]) {
    this.bytes = inputs.map((input) => input.section.data);
  }

  /** Pieces so far. */
  get count(): number {
    return this.offsets.length;
  }

  /** The next piece of section number `section`: its bytes from `at` to `end`. */
  add(section: number, at: number, end: number, align: number): void {
    const data = this.bytes[section];
    let hash = end - at;
    for (let i = at; i < end; i++) hash = Math.imul(hash ^ data[i], 0x01000193) + (hash >>> 15);
    this.offsets.push(at);
    this.entryOf.push(this.entry(section, at, end - at, align, hash | 0));
  }

  private entry(section: number, at: number, length: number, align: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const known = this.slots[slot] - 1;
      if (this.hashes.values[known] !== hash || this.lengths.values[known] !== length || !this.same(known, section, at)) continue;
      if (this.aligns.values[known] < align) this.aligns.values[known] = align;
      return known;
    }
    this.sections.push(section);
    this.starts.push(at);
    this.lengths.push(length);
    this.aligns.push(align);
    const made = this.hashes.push(hash);
    this.slots[slot] = made + 1;
    if (made * 2 > mask) this.grow();
    return made;
  }

  private same(entry: number, section: number, at: number): boolean {
    const a = this.bytes[this.sections.values[entry]];
    const b = this.bytes[section];
    const start = this.starts.values[entry];
    for (let i = this.lengths.values[entry] - 1; i >= 0; i--) if (a[start + i] !== b[at + i]) return false;
    return true;
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.hashes.length; entry++) {
      let slot = this.hashes.values[entry] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.slots = slots;
  }

  /** Strings that end others live inside them. */
  mergeTails(entsize: number): void {
    const count = this.hashes.length;
    const { values: lengths } = this.lengths;
    const { values: aligns } = this.aligns;
    const wholes = (this.wholes = new Int32Array(count).fill(-1));
    const order = Array.from({ length: count }, (_, i) => i);
    const aligned = order.some((e) => aligns[e] > entsize);
    order.sort((a, b) => {
      if (aligned) {
        const mask = aligns[a] - 1;
        const tail = (lengths[a] & mask) - (lengths[b] & mask);
        if (tail !== 0) return tail;
      }
      return this.compareEnds(a, b);
    });
    let longer = order[count - 1];
    for (let i = count - 2; i >= 0; i--) {
      const entry = order[i];
      const difference = lengths[longer] - lengths[entry];
      const fits = aligns[longer] >= aligns[entry] && difference >= 0 && (difference & (aligns[entry] - 1)) === 0;
      if (fits && this.endsWith(longer, entry)) wholes[entry] = longer;
      else longer = entry;
    }
  }

  /** By the bytes from the last to the first. */
  private compareEnds(a: number, b: number): number {
    const x = this.bytes[this.sections.values[a]];
    const y = this.bytes[this.sections.values[b]];
    const [lengthA, lengthB] = [this.lengths.values[a], this.lengths.values[b]];
    let i = this.starts.values[a] + lengthA - 1;
    let j = this.starts.values[b] + lengthB - 1;
    for (let left = Math.min(lengthA, lengthB); left > 0; left--, i--, j--) if (x[i] !== y[j]) return x[i] - y[j];
    return lengthA - lengthB;
  }

  private endsWith(whole: number, tail: number): boolean {
    const x = this.bytes[this.sections.values[whole]];
    const y = this.bytes[this.sections.values[tail]];
    let i = this.starts.values[whole] + this.lengths.values[whole] - 1;
    const start = this.starts.values[tail];
    for (let j = start + this.lengths.values[tail] - 1; j >= start; i--, j--) if (x[i] !== y[j]) return false;
    return true;
  }

  /** Gives every entry its place in the section where it was first seen; returns the sizes of the sections. */
  place(): Int32Array {
    const count = this.hashes.length;
    const sizes = new Int32Array(this.inputs.length);
    const places = (this.places = new Int32Array(count));
    if (this.wholes.length < count) this.wholes = new Int32Array(count).fill(-1);
    const { wholes } = this;
    for (let entry = 0; entry < count; entry++) {
      if (wholes[entry] >= 0) continue;
      const section = this.sections.values[entry];
      const align = this.aligns.values[entry];
      places[entry] = Math.ceil(sizes[section] / align) * align;
      sizes[section] = places[entry] + this.lengths.values[entry];
    }
    for (let entry = 0; entry < count; entry++) {
      if (wholes[entry] < 0) continue;
      let whole = wholes[entry];
      while (wholes[whole] >= 0) whole = wholes[whole];
      wholes[entry] = whole;
      places[entry] = places[whole] + this.lengths.values[whole] - this.lengths.values[entry];
    }
    return sizes;
  }

  /** Puts the bytes of every entry that stands for itself into its merged section. */
  write(data: readonly Uint8Array[]): void {
    for (let entry = 0; entry < this.hashes.length; entry++) {
      if (this.wholes[entry] >= 0) continue;
      const section = this.sections.values[entry];
      const from = this.bytes[section];
      const to = data[section];
      const start = this.starts.values[entry];
      const length = this.lengths.values[entry];
      for (let i = 0, at = this.places[entry]; i < length; i++) to[at + i] = from[start + i];
    }
  }

  /** Where an offset of a section has gone whose pieces have numbers `low` to `high`. */
  find(offset: number, low: number, high: number): { section: InputSection; offset: number } {
    const { values } = this.offsets;
    // The last piece that starts at or before the offset.
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (values[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    const entry = this.entryOf.values[low];
    const whole = this.wholes[entry];
    return { section: this.inputs[this.sections.values[whole >= 0 ? whole : entry]], offset: this.places[entry] + (offset - values[low]) };
  }
}
