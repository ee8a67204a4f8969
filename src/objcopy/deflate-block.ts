/** Blocks of a deflate stream (RFC 1951, section 3.2): symbols are gathered, then written in the shortest of three ways. */
import type { ByteBuffer } from '../bytes.js';
import { HuffmanTree } from './deflate-tree.js';

/** Symbols in a block at most. */
export const MAX_SYMBOLS = 16383;

const END_OF_BLOCK = 256;
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const CODE_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7];
/** The order in which the lengths of the code for code lengths are written. */
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const REPEAT_PREVIOUS = 16;
const REPEAT_ZERO = 17;
const REPEAT_ZERO_LONG = 18;

const bases = (bits: readonly number[]): number[] => {
  let base = 0;
  return bits.map((count) => (base += 1 << count) - (1 << count));
};
const LENGTH_BASE = bases(LENGTH_BITS);
const DISTANCE_BASE = bases(DISTANCE_BITS);

/** Code of a length less 3, and of a distance less 1. */
const codes = (base: readonly number[], size: number): Uint8Array => {
  const table = new Uint8Array(size);
  base.forEach((from, code) => table.fill(code, from));
  return table;
};

interface Tables {
  length: Uint8Array;
  distance: Uint8Array;
  fixedLiterals: HuffmanTree;
  fixedDistances: HuffmanTree;
}

let shared: Tables | undefined;

function tables(): Tables {
  if (shared) return shared;
  const length = codes(LENGTH_BASE.slice(0, 28), 256);
  // The longest match has a code of its own.
  length[255] = 28;
  const literals = new Uint8Array(288);
  literals.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
  shared = {
    length,
    distance: codes(DISTANCE_BASE, 32768),
    fixedLiterals: HuffmanTree.fixed(literals),
    fixedDistances: HuffmanTree.fixed(new Uint8Array(30).fill(5)),
  };
  return shared;
}

export class BlockWriter {
  /** Symbols since the last flush. */
  count = 0;
  private readonly tables = tables();
  private readonly distances = new Uint16Array(MAX_SYMBOLS);
  /** A literal, or a length less 3. */
  private readonly values = new Uint8Array(MAX_SYMBOLS);
  private readonly literals = new HuffmanTree(286, 15, LENGTH_BITS, 257);
  private readonly distanceTree = new HuffmanTree(30, 15, DISTANCE_BITS, 0);
  private readonly codeTree = new HuffmanTree(19, 7, CODE_BITS, 0);
  private bits = 0;
  private bitCount = 0;

  constructor(private readonly out: ByteBuffer) {
    this.reset();
  }

  literal(value: number): void {
    this.distances[this.count] = 0;
    this.values[this.count++] = value;
    this.literals.frequency[value] += 1;
  }

  match(distance: number, length: number): void {
    this.distances[this.count] = distance;
    this.values[this.count++] = length - 3;
    this.literals.frequency[this.tables.length[length - 3] + 257] += 1;
    this.distanceTree.frequency[this.tables.distance[distance - 1]] += 1;
  }

  /** Writes the block: `stored` are the bytes that it stands for, null when they are no longer at hand. */
  flush(stored: Uint8Array | null, size: number, last: boolean): void {
    const { fixedLiterals, fixedDistances } = this.tables;
    const { literals, distanceTree, codeTree } = this;
    const codesUsed = this.buildTrees();
    const header = 3 * codesUsed + 14;
    const dynamic = (literals.cost() + distanceTree.cost() + codeTree.cost() + header + 10) >> 3;
    const fixed = (literals.cost(fixedLiterals) + distanceTree.cost(fixedDistances) + 10) >> 3;
    if (size + 4 <= Math.min(dynamic, fixed) && stored) this.writeStored(stored, last);
    else if (fixed <= dynamic) {
      this.put((1 << 1) | (last ? 1 : 0), 3);
      this.writeSymbols(fixedLiterals, fixedDistances);
    } else {
      this.put((2 << 1) | (last ? 1 : 0), 3);
      this.writeTrees(codesUsed);
      this.writeSymbols(literals, distanceTree);
    }
    this.reset();
    if (last) this.align();
  }

  private reset(): void {
    this.count = 0;
    for (const tree of [this.literals, this.distanceTree, this.codeTree]) tree.frequency.fill(0);
    this.literals.frequency[END_OF_BLOCK] = 1;
  }

  /** Returns how many lengths of the code for code lengths are written. */
  private buildTrees(): number {
    this.literals.build();
    this.distanceTree.build();
    const count = (symbol: number): void => void (this.codeTree.frequency[symbol] += 1);
    for (const tree of [this.literals, this.distanceTree]) runLengths(tree, count);
    this.codeTree.build();
    let used = 19;
    while (used > 4 && this.codeTree.lengths[CODE_ORDER[used - 1]] === 0) used--;
    return used;
  }

  private writeTrees(codesUsed: number): void {
    const { literals, distanceTree, codeTree } = this;
    this.put(literals.maxCode + 1 - 257, 5);
    this.put(distanceTree.maxCode + 1 - 1, 5);
    this.put(codesUsed - 4, 4);
    for (let i = 0; i < codesUsed; i++) this.put(codeTree.lengths[CODE_ORDER[i]], 3);
    for (const tree of [literals, distanceTree]) {
      runLengths(tree, (symbol, extra, bits) => {
        this.put(codeTree.codes[symbol], codeTree.lengths[symbol]);
        if (bits > 0) this.put(extra, bits);
      });
    }
  }

  private writeSymbols(literals: HuffmanTree, distances: HuffmanTree): void {
    const { length, distance } = this.tables;
    for (let i = 0; i < this.count; i++) {
      const value = this.values[i];
      const far = this.distances[i];
      if (far === 0) {
        this.put(literals.codes[value], literals.lengths[value]);
        continue;
      }
      const code = length[value];
      this.put(literals.codes[code + 257], literals.lengths[code + 257]);
      if (LENGTH_BITS[code] > 0) this.put(value - LENGTH_BASE[code], LENGTH_BITS[code]);
      const place = distance[far - 1];
      this.put(distances.codes[place], distances.lengths[place]);
      if (DISTANCE_BITS[place] > 0) this.put(far - 1 - DISTANCE_BASE[place], DISTANCE_BITS[place]);
    }
    this.put(literals.codes[END_OF_BLOCK], literals.lengths[END_OF_BLOCK]);
  }

  private writeStored(data: Uint8Array, last: boolean): void {
    this.put(last ? 1 : 0, 3);
    this.align();
    this.out.u16(data.length);
    this.out.u16(~data.length & 0xffff);
    this.out.append(data);
  }

  /** At most 16 bits, the lowest first. */
  private put(value: number, count: number): void {
    this.bits |= value << this.bitCount;
    this.bitCount += count;
    while (this.bitCount >= 8) {
      this.out.u8(this.bits & 255);
      this.bits >>>= 8;
      this.bitCount -= 8;
    }
  }

  private align(): void {
    if (this.bitCount > 0) this.out.u8(this.bits & 255);
    this.bits = 0;
    this.bitCount = 0;
  }
}

/** The code lengths of a tree as symbols of the code for code lengths, with their extra bits. */
function runLengths(tree: HuffmanTree, emit: (symbol: number, extra: number, bits: number) => void): void {
  let previous = -1;
  let count = 0;
  let most = tree.lengths[0] === 0 ? 138 : 7;
  let least = tree.lengths[0] === 0 ? 3 : 4;
  for (let i = 0; i <= tree.maxCode; i++) {
    const length = tree.lengths[i];
    const next = i < tree.maxCode ? tree.lengths[i + 1] : -1;
    if (++count < most && length === next) continue;
    if (count < least) for (; count > 0; count--) emit(length, 0, 0);
    else if (length !== 0) {
      if (length !== previous) {
        emit(length, 0, 0);
        count -= 1;
      }
      emit(REPEAT_PREVIOUS, count - 3, 2);
    } else if (count <= 10) emit(REPEAT_ZERO, count - 3, 3);
    else emit(REPEAT_ZERO_LONG, count - 11, 7);
    count = 0;
    previous = length;
    most = next === 0 ? 138 : next === length ? 6 : 7;
    least = next === 0 || next === length ? 3 : 4;
  }
}
