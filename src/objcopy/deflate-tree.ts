/** Huffman codes with a longest length, built as zlib builds them: which of two equally good codes is chosen matters here. */

export class HuffmanTree {
  readonly frequency: Uint32Array;
  readonly lengths: Uint8Array;
  /** Bit-reversed, as they are written. */
  readonly codes: Uint16Array;
  /** The largest symbol in use. */
  maxCode = 0;

  /** Symbols from `extraBase` on are followed by `extraBits` bits. */
  constructor(
    private readonly size: number,
    private readonly maxLength: number,
    private readonly extraBits: readonly number[],
    private readonly extraBase: number,
  ) {
    this.frequency = new Uint32Array(size);
    this.lengths = new Uint8Array(size);
    this.codes = new Uint16Array(size);
  }

  /** A tree that is given by its lengths. */
  static fixed(lengths: Uint8Array): HuffmanTree {
    const tree = new HuffmanTree(lengths.length, 15, [], 0);
    tree.lengths.set(lengths);
    tree.maxCode = lengths.length - 1;
    tree.assignCodes();
    return tree;
  }

  /** Bits of everything counted, in this tree's code or in that of another. */
  cost(code: HuffmanTree = this): number {
    let bits = 0;
    for (let i = 0; i < this.size; i++) {
      if (this.frequency[i] === 0) continue;
      const extra = i >= this.extraBase ? this.extraBits[i - this.extraBase] : 0;
      bits += this.frequency[i] * (code.lengths[i] + extra);
    }
    return bits;
  }

  /** Chooses lengths and codes by the frequencies. */
  build(): void {
    const heap = new Heap(this.frequency, this.size);
    this.lengths.fill(0);
    this.maxCode = -1;
    for (let i = 0; i < this.size; i++) {
      if (this.frequency[i] === 0) continue;
      heap.append(i);
      this.maxCode = i;
    }
    // A code has two symbols at least. They cost nothing: nobody counts them.
    while (heap.length < 2) {
      const symbol = this.maxCode < 2 ? ++this.maxCode : 0;
      heap.weights[symbol] = 1;
      heap.append(symbol);
    }
    const { order, parents } = heap.combine();
    this.limitLengths(order, parents);
    this.assignCodes();
  }

  /** `order`: nodes from the root down, by weight. */
  private limitLengths(order: readonly number[], parents: Int32Array): void {
    const { maxLength } = this;
    const counts = new Uint16Array(maxLength + 1);
    const depths = new Uint16Array(parents.length);
    let overflow = 0;
    for (const node of order.slice(1)) {
      let depth = depths[parents[node]] + 1;
      if (depth > maxLength) {
        depth = maxLength;
        overflow += 1;
      }
      depths[node] = depth;
      if (node >= this.size) continue;
      counts[depth] += 1;
      this.lengths[node] = depth;
    }
    if (overflow === 0) return;
    for (; overflow > 0; overflow -= 2) {
      let bits = maxLength - 1;
      while (counts[bits] === 0) bits--;
      counts[bits] -= 1;
      counts[bits + 1] += 2;
      counts[maxLength] -= 1;
    }
    const leaves = order.filter((node) => node < this.size);
    for (let bits = maxLength; bits > 0; bits--) for (let n = counts[bits]; n > 0; n--) this.lengths[leaves.pop()!] = bits;
  }

  private assignCodes(): void {
    const next = new Uint16Array(17);
    const counts = new Uint16Array(17);
    for (const length of this.lengths) counts[length] += 1;
    counts[0] = 0;
    for (let bits = 1; bits <= 15; bits++) next[bits] = (next[bits - 1] + counts[bits - 1]) << 1;
    for (let i = 0; i <= this.maxCode; i++) {
      const length = this.lengths[i];
      if (length !== 0) this.codes[i] = reversed(next[length]++, length);
    }
  }
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

/** The lightest node first, the shallower of two equally light ones. */
class Heap {
  readonly weights: Uint32Array;
  length = 0;
  private readonly nodes: Int32Array;
  private readonly depths: Uint16Array;

  constructor(
    frequency: Uint32Array,
    private readonly size: number,
  ) {
    this.weights = new Uint32Array(size * 2);
    this.weights.set(frequency);
    this.nodes = new Int32Array(size * 2 + 1);
    this.depths = new Uint16Array(size * 2);
  }

  append(node: number): void {
    this.nodes[++this.length] = node;
  }

  private isBefore(a: number, b: number): boolean {
    const { weights, depths } = this;
    return weights[a] < weights[b] || (weights[a] === weights[b] && depths[a] <= depths[b]);
  }

  private sink(from: number): void {
    const { nodes } = this;
    const node = nodes[from];
    let at = from;
    for (let child = at * 2; child <= this.length; child = at * 2) {
      if (child < this.length && this.isBefore(nodes[child + 1], nodes[child])) child++;
      if (this.isBefore(node, nodes[child])) break;
      nodes[at] = nodes[child];
      at = child;
    }
    nodes[at] = node;
  }

  /** Joins the two lightest until one is left. */
  combine(): { order: number[]; parents: Int32Array } {
    const { nodes, weights, depths } = this;
    const parents = new Int32Array(this.size * 2);
    const order: number[] = [];
    for (let i = this.length >> 1; i >= 1; i--) this.sink(i);
    let node = this.size;
    do {
      const a = nodes[1];
      nodes[1] = nodes[this.length--];
      this.sink(1);
      const b = nodes[1];
      order.push(a, b);
      weights[node] = weights[a] + weights[b];
      depths[node] = Math.max(depths[a], depths[b]) + 1;
      parents[a] = parents[b] = node;
      nodes[1] = node++;
      this.sink(1);
    } while (this.length >= 2);
    order.push(nodes[1]);
    return { order: order.reverse(), parents };
  }
}
