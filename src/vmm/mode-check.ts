/** Does code that was assembled for one mode mean the same in the mode in which it starts? */
import type { LazyRequire } from '../lazy.js';
import type { Image } from '../object.js';

declare const require: LazyRequire;

/** Instructions of one byte, or of one byte and an 8-bit operand, that read the same in code of every size. */
const one = new Set([0x90, 0xf4, 0xf5, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xec, 0xee, 0xcc]);
const two = (byte: number): boolean =>
  (byte >= 0xb0 && byte <= 0xb7) ||
  (byte >= 0x70 && byte <= 0x7f) ||
  [0xe4, 0xe6, 0xeb, 0xcd, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0xa8].includes(byte);

/** Operations between byte registers. */
const registers = new Set([0x88, 0x8a, 0x00, 0x02, 0x28, 0x2a, 0x30, 0x32, 0x38, 0x3a, 0x84]);

/** True when the instruction certainly means the same; false: a decoder must look. Keeps the decoder out of small programs. */
const plainlySame = (bytes: Uint8Array): boolean =>
  one.has(bytes[0]) || (bytes.length > 1 && (two(bytes[0]) || (registers.has(bytes[0]) && bytes[1] >= 0xc0)));

/**
 * The first line at the entry whose code decodes differently in `start` bits than in those it was assembled for, as a
 * warning with its remedies; null when there is none. Only the code up to the first change of size is looked at: what a
 * program switches to later is its own affair. Each entry of the line table begins with one instruction; what lies behind
 * that, up to the next entry, is data.
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
    const bytes = chunk.data.subarray(from, from + 15);
    if (plainlySame(bytes)) continue;
    const difference = decodesDifferently(bytes, bits, start, line.address);
    if (difference === null) continue;
    const mode = bits === 64 ? 'long' : bits === 32 ? 'protected' : 'real';
    return (
      `${line.file}:${line.line}: \`${difference.meant}' was assembled as ${bits}-bit code, but the guest starts in ${start}-bit mode, ` +
      `where it reads as \`${difference.reads}': write .code${start} at the top of the source, or run it with --mode ${mode}`
    );
  }
  return null;
}

/** The instruction at the start of `bytes` in both sizes; null when it reads the same. */
function decodesDifferently(
  bytes: Uint8Array,
  bits: 16 | 32 | 64,
  start: 16 | 32 | 64,
  address: bigint,
): { meant: string; reads: string } | null {
  const { decode } = require('./decoder.js') as typeof import('./decoder.js');
  // Where a 16-bit instruction pointer reaches, so that branch targets compare.
  const rip = address & 0xffffn;
  // `fstcw` and its like are two instructions: fwait stands before them.
  const at = bytes[0] === 0x9b ? 1 : 0;
  const meant = decode(bytes.subarray(at), bits, rip);
  if (meant.mnemonic === 'INVALID') return null;
  const reads = decode(bytes.subarray(at), start, rip);
  return meant.length === reads.length && digits(meant.text) === digits(reads.text) ? null : { meant: meant.text, reads: reads.text };
}

/** Branch targets are written in the width of the mode: 0x0000005d is 0x005d. */
const digits = (text: string): string => text.replace(/\b0x0+(?=[0-9a-f])/g, '0x');
