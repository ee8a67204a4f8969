/**
 * An ELF string table laid out as binutils does it: distinct strings in the order in which they were first added, except
 * that a string which is another one's tail has no bytes of its own. Strings hold bytes (one character a byte).
 */
export class StringTable {
  private readonly strings: string[] = [''];
  private offsets: Float64Array | null = null;
  private parents: Int32Array | null = null;
  size = 1;

  /** `mergeTails` false: every string that is added has bytes of its own, which takes less time. */
  constructor(private readonly mergeTails = true) {}

  /** Adds a string; returns a handle for `offsetOf`. The empty string is always 0. */
  add(text: string): number {
    return text === '' ? 0 : this.strings.push(text) - 1;
  }

  /** Takes a string out again: it gets no bytes. */
  drop(handle: number): void {
    this.strings[handle] = '';
  }

  /** Merges tails and gives every string its place. No string can be added afterwards. */
  finish(): void {
    const { strings } = this;
    const count = strings.length;
    const parents = this.mergeTails ? tails(strings) : new Int32Array(count);
    const offsets = new Float64Array(count);
    let size = 1;
    for (let i = 1; i < count; i++) {
      if (parents[i] !== 0 || strings[i] === '') continue;
      offsets[i] = size;
      size += strings[i].length + 1;
    }
    for (let i = 1; i < count; i++) {
      const parent = parents[i];
      if (parent !== 0) offsets[i] = offsets[parent] + strings[parent].length - strings[i].length;
    }
    this.offsets = offsets;
    this.parents = parents;
    this.size = size;
  }

  /** Where the string of this handle starts; after `finish`. */
  offsetOf(handle: number): number {
    return this.offsets![handle];
  }

  /** Writes the table at `at`; after `finish`. */
  write(bytes: Uint8Array, at: number): void {
    const { strings } = this;
    const offsets = this.offsets!;
    const parents = this.parents!;
    for (let i = 1; i < strings.length; i++) {
      if (parents[i] !== 0) continue;
      const text = strings[i];
      let to = at + offsets[i];
      for (let j = 0; j < text.length; j++) bytes[to++] = text.charCodeAt(j);
    }
  }
}

/**
 * For each string the index of the one whose tail it is, or 0. Among several candidates it is the first in the order of
 * the reversed bytes, which is what sorting by tail and merging from the end gives.
 */
function tails(strings: readonly string[]): Int32Array {
  const parents = new Int32Array(strings.length);
  const order = sortByTail(strings);
  let current = 0;
  for (let k = order.length - 1; k >= 0; k--) {
    const index = order[k];
    if (strings[index] === '') continue;
    if (current !== 0 && strings[current].endsWith(strings[index])) {
      if (index !== current) parents[index] = current;
      continue;
    }
    // Of equal strings, which are neighbours, the one that was added first has the bytes.
    current = index;
    for (let i = k - 1; i >= 0 && strings[order[i]] === strings[index]; i--) if (order[i] < current) current = order[i];
    if (current !== index) parents[index] = current;
  }
  return parents;
}

/** Indexes of all strings but the first, ordered by their reversed bytes. */
function sortByTail(strings: readonly string[]): Int32Array {
  const order = new Int32Array(strings.length - 1);
  for (let i = 0; i < order.length; i++) order[i] = i + 1;
  quicksort(strings, order, 0, order.length, 0);
  return order;
}

/** Character `depth` counted from the end, or -1 before the start. */
function tailCode(text: string, depth: number): number {
  return depth < text.length ? text.charCodeAt(text.length - 1 - depth) : -1;
}

/** Three-way radix quicksort of order[low, high), all of which agree in their last `depth` characters. */
function quicksort(strings: readonly string[], order: Int32Array, low: number, high: number, depth: number): void {
  while (high - low > 12) {
    const a = tailCode(strings[order[low]], depth);
    const b = tailCode(strings[order[(low + high) >> 1]], depth);
    const c = tailCode(strings[order[high - 1]], depth);
    const pivot = a < b ? (b < c ? b : Math.max(a, c)) : a < c ? a : Math.max(b, c);
    let less = low;
    let greater = high;
    let i = low;
    while (i < greater) {
      const index = order[i];
      const code = tailCode(strings[index], depth);
      if (code < pivot) {
        order[i++] = order[less];
        order[less++] = index;
      } else if (code > pivot) {
        order[i] = order[--greater];
        order[greater] = index;
      } else i++;
    }
    quicksort(strings, order, low, less, depth);
    quicksort(strings, order, greater, high, depth);
    if (pivot < 0) return;
    low = less;
    high = greater;
    depth += 1;
  }
  for (let i = low + 1; i < high; i++) {
    const index = order[i];
    let j = i;
    while (j > low && compareTails(strings[order[j - 1]], strings[index], depth) > 0) {
      order[j] = order[j - 1];
      j -= 1;
    }
    order[j] = index;
  }
}

function compareTails(a: string, b: string, depth: number): number {
  for (;;) {
    const x = tailCode(a, depth);
    const y = tailCode(b, depth);
    if (x !== y || x < 0) return x - y;
    depth += 1;
  }
}
