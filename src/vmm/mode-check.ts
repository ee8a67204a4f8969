/** Does code that was assembled for one mode mean the same in the mode in which it starts? */
import type { LazyRequire } from '../lazy.js';
import type { Image } from '../object.js';

declare const require: LazyRequire;

/** Instructions of one byte, or of one byte and an 8-bit operand, that read the same in 16- and 32-bit code. */
const one = new Set([0x90, 0xf4, 0xf5, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xec, 0xee, 0xaa, 0xa4, 0xac, 0xae, 0xa6, 0x6c, 0x6e, 0xcc]);
const two = (byte: number): boolean =>
  (byte >= 0xb0 && byte <= 0xb7) ||
  (byte >= 0x70 && byte <= 0x7f) ||
  [0xe4, 0xe6, 0xeb, 0xcd, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0xa8].includes(byte);

/** True for bytes that certainly mean the same; false: a decoder must look. Keeps the decoder out of small programs. */
function plainlySame(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    if (one.has(bytes[at])) at += 1;
    else if (two(bytes[at])) at += 2;
    // Byte operations between registers.
    else if ([0x88, 0x8a, 0x00, 0x02, 0x28, 0x2a, 0x30, 0x32, 0x38, 0x3a, 0x84].includes(bytes[at]) && bytes[at + 1] >= 0xc0) at += 2;
    else return false;
  }
  return at === bytes.length;
}

/**
 * The first line at the entry whose code decodes differently in `start` bits than in those it was assembled for, as a
 * warning with its remedies; null when there is none. Only the code up to the first change of size is looked at: what a
 * program switches to later is its own affair.
 */
export function modeWarning(image: Image, entry: bigint, start: 16 | 32 | 64): string | null {
  const first = image.lines.findIndex((line) => line.address <= entry && entry < line.end);
  if (first < 0 || image.lines[first].bits === start) return null;
  const { bits } = image.lines[first];
  for (let i = first; i < image.lines.length && image.lines[i].bits === bits; i++) {
    const line = image.lines[i];
    const chunk = image.chunks.find((c) => c.address <= line.address && line.end <= c.address + BigInt(c.data.length));
    if (chunk === undefined) continue;
    const from = Number(line.address - chunk.address);
    const bytes = chunk.data.subarray(from, Number(line.end - chunk.address));
    if (bytes.length === 0 || plainlySame(bytes)) continue;
    const difference = decodesDifferently(bytes, chunk.data.subarray(from), bits, start, line.address);
    if (difference === null) continue;
    const mode = bits === 64 ? 'long' : bits === 32 ? 'protected' : 'real';
    return (
      `${line.file}:${line.line}: \`${difference.meant}' was assembled as ${bits}-bit code, but the guest starts in ${start}-bit mode, ` +
      `where it reads as \`${difference.reads}': write .code${start} at the top of the source, or run it with --mode ${mode}`
    );
  }
  return null;
}

/** A line's bytes instruction by instruction, in both sizes. Data (bytes that are no instruction as assembled) ends the look. */
function decodesDifferently(
  bytes: Uint8Array,
  rest: Uint8Array,
  bits: 16 | 32 | 64,
  start: 16 | 32 | 64,
  address: bigint,
): { meant: string; reads: string } | null {
  const { decode } = require('./decoder.js') as typeof import('./decoder.js');
  for (let at = 0; at < bytes.length;) {
    const meant = decode(rest.subarray(at, at + 15), bits, address + BigInt(at));
    if (meant.mnemonic === 'INVALID') return null;
    const reads = decode(rest.subarray(at, at + 15), start, address + BigInt(at));
    if (meant.length !== reads.length || meant.text !== reads.text) return { meant: meant.text, reads: reads.text };
    at += meant.length;
  }
  return null;
}
