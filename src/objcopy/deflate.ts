/**
 * zlib's format (RFC 1950, 1951), compressed as zlib's default level does it: the same matches, blocks and codes, so that
 * compressed sections are byte for byte those of binutils. Node's own zlib is a variant that chooses other matches.
 */
import { ByteBuffer } from '../bytes.js';
import { BlockWriter, MAX_SYMBOLS } from './deflate-block.js';

const WINDOW = 32768;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
const MIN_LOOKAHEAD = MAX_MATCH + MIN_MATCH + 1;
const MAX_DISTANCE = WINDOW - MIN_LOOKAHEAD;
/** A match of three bytes further back than this costs more than it saves. */
const TOO_FAR = 4096;
/** Level 6: shorter searches after a good match, none after a lazy one, an end at a nice one. */
const GOOD = 8;
const LAZY = 16;
const NICE = 128;
const CHAIN = 128;

/** The data compressed, with zlib's header and checksum. */
export function deflate(data: Uint8Array): Uint8Array {
  const out = new ByteBuffer(Math.max(64, data.length >> 1));
  out.u8(0x78);
  out.u8(0x9c);
  new Compressor(data, new BlockWriter(out)).run();
  const sum = adler32(data);
  for (let shift = 24; shift >= 0; shift -= 8) out.u8((sum >>> shift) & 255);
  return out.toUint8Array();
}

function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < data.length;) {
    for (const end = Math.min(at + 3800, data.length); at < end; at++) {
      a += data[at];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/**
 * Lazy matching over a sliding window of twice 32 KiB. Positions are those within the window, of which 0 can't be
 * matched: it stands for the end of a chain.
 */
class Compressor {
  private readonly window = new Uint8Array(2 * WINDOW);
  private readonly head = new Uint16Array(WINDOW);
  private readonly previous = new Uint16Array(WINDOW);
  private read = 0;
  private start = 0;
  private lookahead = 0;
  private blockStart = 0;
  private matchStart = 0;
  private previousLength = MIN_MATCH - 1;

  constructor(
    private readonly data: Uint8Array,
    private readonly block: BlockWriter,
  ) {}

  run(): void {
    const { block } = this;
    let matchLength = MIN_MATCH - 1;
    let available = false;
    for (;;) {
      if (this.lookahead < MIN_LOOKAHEAD) this.fill();
      if (this.lookahead === 0) break;
      const candidate = this.lookahead >= MIN_MATCH ? this.insert(this.start) : 0;
      this.previousLength = matchLength;
      const previousMatch = this.matchStart;
      matchLength = MIN_MATCH - 1;
      if (candidate !== 0 && this.previousLength < LAZY && this.start - candidate <= MAX_DISTANCE) {
        matchLength = this.longestMatch(candidate);
        if (matchLength === MIN_MATCH && this.start - this.matchStart > TOO_FAR) matchLength = MIN_MATCH - 1;
      }
      if (this.previousLength >= MIN_MATCH && matchLength <= this.previousLength) {
        const lastInsert = this.start + this.lookahead - MIN_MATCH;
        block.match(this.start - 1 - previousMatch, this.previousLength);
        this.lookahead -= this.previousLength - 1;
        for (let left = this.previousLength - 2; left > 0; left--) if (++this.start <= lastInsert) this.insert(this.start);
        available = false;
        matchLength = MIN_MATCH - 1;
        this.start += 1;
        if (block.count === MAX_SYMBOLS) this.flush(false);
        continue;
      }
      if (available) {
        block.literal(this.window[this.start - 1]);
        if (block.count === MAX_SYMBOLS) this.flush(false);
      }
      available = true;
      this.start += 1;
      this.lookahead -= 1;
    }
    if (available) block.literal(this.window[this.start - 1]);
    this.flush(true);
  }

  private flush(last: boolean): void {
    const stored = this.blockStart >= 0 ? this.window.subarray(this.blockStart, this.start) : null;
    this.block.flush(stored, this.start - this.blockStart, last);
    this.blockStart = this.start;
  }

  /** Reads as much as the window has room for; the older half makes room when it is no longer within reach. */
  private fill(): void {
    const { window, data } = this;
    do {
      let room = 2 * WINDOW - this.lookahead - this.start;
      if (this.start >= WINDOW + MAX_DISTANCE) {
        window.copyWithin(0, WINDOW, 2 * WINDOW - room);
        this.matchStart -= WINDOW;
        this.start -= WINDOW;
        this.blockStart -= WINDOW;
        slide(this.head);
        slide(this.previous);
        room += WINDOW;
      }
      const count = Math.min(room, data.length - this.read);
      if (count === 0) break;
      window.set(data.subarray(this.read, this.read + count), this.start + this.lookahead);
      this.read += count;
      this.lookahead += count;
    } while (this.lookahead < MIN_LOOKAHEAD && this.read < data.length);
  }

  /** Puts the three bytes at a position into the hash chains; returns where they were last seen, or 0. */
  private insert(at: number): number {
    const { window, head } = this;
    const hash = ((window[at] << 10) ^ (window[at + 1] << 5) ^ window[at + 2]) & (WINDOW - 1);
    const last = head[hash];
    this.previous[at & (WINDOW - 1)] = last;
    head[hash] = at;
    return last;
  }

  /** Length of the longest match along a chain, which is to be better than the previous one; sets `matchStart`. */
  private longestMatch(candidate: number): number {
    const { window, previous, start, lookahead } = this;
    let best = this.previousLength;
    let chain = best >= GOOD ? CHAIN >> 2 : CHAIN;
    const nice = Math.min(NICE, lookahead);
    const limit = start > MAX_DISTANCE ? start - MAX_DISTANCE : 0;
    let last = window[start + best];
    let beforeLast = window[start + best - 1];
    for (let at = candidate; ;) {
      if (
        window[at + best] === last &&
        window[at + best - 1] === beforeLast &&
        window[at] === window[start] &&
        window[at + 1] === window[start + 1]
      ) {
        let length = 2;
        while (length < MAX_MATCH && window[at + length] === window[start + length]) length++;
        if (length > best) {
          this.matchStart = at;
          best = length;
          if (length >= nice) break;
          last = window[start + best];
          beforeLast = window[start + best - 1];
        }
      }
      at = previous[at & (WINDOW - 1)];
      if (at <= limit || --chain === 0) break;
    }
    return Math.min(best, lookahead);
  }
}

function slide(positions: Uint16Array): void {
  for (let i = 0; i < positions.length; i++) positions[i] = positions[i] >= WINDOW ? positions[i] - WINDOW : 0;
}
