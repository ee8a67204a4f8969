/**
 * The order of ld's symbol table: a walk over its hash table, bucket by bucket. Common symbols get their addresses, and global symbols
 * their places in .symtab, in this order.
 */

/** Sizes of the table: it starts with the first, and takes the next when three quarters are full. */
const TABLE_SIZES = [4051, 4091, 8191, 16381, 32749, 65521, 131071, 262139, 524287, 1048573, 2097143, 4194301];

/** `entries`, in the order in which they were entered, as the walk meets them. */
export function inTableOrder<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const count = entries.length;
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  /** The next of the same bucket; -1: none. */
  const next = new Int32Array(count);
  let level = 0;
  let size = TABLE_SIZES[0];
  let heads = new Int32Array(size).fill(-1);
  const bucketOf = (i: number): number => ((high[i] % size) * (0x100000000 % size) + low[i]) % size;
  for (let i = 0; i < count; i++) {
    hash(entries[i].name, high, low, i);
    const bucket = bucketOf(i);
    next[i] = heads[bucket];
    heads[bucket] = i;
    if (i + 1 <= Math.floor((size * 3) / 4) || level + 1 === TABLE_SIZES.length) continue;
    // A larger table: every chain is taken apart from its head, so that what was first in it is last.
    const before = heads;
    size = TABLE_SIZES[++level];
    heads = new Int32Array(size).fill(-1);
    for (const head of before) {
      for (let at = head; at >= 0;) {
        const following = next[at];
        const place = bucketOf(at);
        next[at] = heads[place];
        heads[place] = at;
        at = following;
      }
    }
  }
  const ordered: T[] = [];
  for (const head of heads) for (let at = head; at >= 0; at = next[at]) ordered.push(entries[at]);
  return ordered;
}

/** The hash of a name, 64 bits wide, as two halves: h += c + (c << 17), h ^= h >> 2, of every byte and then of the length. */
function hash(name: string, high: Uint32Array, low: Uint32Array, at: number): void {
  let [hi, lo] = [0, 0];
  const mix = (n: number): void => {
    lo += n + n * 0x20000;
    while (lo >= 0x100000000) {
      lo -= 0x100000000;
      hi = (hi + 1) >>> 0;
    }
    lo = (lo ^ ((lo >>> 2) | (hi << 30))) >>> 0;
    hi = (hi ^ (hi >>> 2)) >>> 0;
  };
  let bytes = name.length;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c >= 0x80) {
      const encoded = new TextEncoder().encode(name);
      hi = lo = 0;
      for (const byte of encoded) mix(byte);
      bytes = encoded.length;
      break;
    }
    mix(c);
  }
  mix(bytes);
  high[at] = hi;
  low[at] = lo;
}
