/** Padding with nops, in the sequences that GNU as emits (gas manual, nodes Align and Nops). */
import type { ArchState } from './types.js';

/** One nop of each length up to the longest; lengths without one are the next shorter and 90. */
interface NopSet {
  readonly patterns: readonly (readonly number[] | null)[];
  /** From this many bytes on a jump leads over them. */
  readonly jumpAt: number;
}

const parse = (text: string): NopSet['patterns'] => [
  null,
  ...text.split(',').map((hex) => (hex === '' ? null : (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16)))),
];

// SDM volume 2, NOP: the recommended multi-byte sequences; then operand size and %cs prefixes.
const long: NopSet = {
  patterns: parse(
    '90,6690,0f1f00,0f1f4000,0f1f440000,660f1f440000,0f1f8000000000,0f1f840000000000,660f1f840000000000,662e0f1f840000000000,66662e0f1f840000000000',
  ),
  jumpAt: 88,
};
// lea 0(%esi), %esi in its lengths.
const lea32: NopSet = { patterns: parse('90,6690,8d7600,8d742600,,8db600000000,8db42600000000'), jumpAt: 21 };
// lea 0(%si), %si.
const lea16: NopSet = { patterns: parse('90,6690,8d7400,8db40000'), jumpAt: 12 };

/** CPUs before the 0F 1F nops, as -mtune names them. */
const oldCpus = /^(generic32|i[3456]86|pentium|pentiumpro|pentiumi+|iamcu)$/;

function nopSet(bits: 16 | 32 | 64, arch: ArchState): NopSet {
  if (bits === 16) return lea16;
  let useLong: boolean;
  if (arch.cpu !== '') {
    // A CPU was named: it can or it cannot.
    useLong = arch.nop || arch.tune === 'generic64';
  } else if (arch.tune === '' || /^i(8086|186|286)$/.test(arch.tune)) useLong = arch.nop;
  else useLong = !oldCpus.test(arch.tune);
  return useLong ? long : lea32;
}

function fill(bytes: Uint8Array, at: number, set: NopSet, longest: number): void {
  const { patterns } = set;
  while (patterns[longest] === null) longest -= 1;
  const full = patterns[longest]!;
  const end = bytes.length;
  for (; end - at >= longest; at += longest) bytes.set(full, at);
  const rest = end - at;
  if (rest === 0) return;
  const last = patterns[rest];
  if (last !== null) bytes.set(last, at);
  else {
    bytes.set(patterns[rest - 1]!, at);
    bytes[end - 1] = 0x90;
  }
}

function nops(size: number, bits: 16 | 32 | 64, set: NopSet, longest: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  if (size >= set.jumpAt) {
    if (size - 2 <= 127) {
      bytes[0] = 0xeb;
      bytes[1] = size - 2;
      at = 2;
    } else {
      // In 16-bit code too the displacement has 32 bits.
      if (bits === 16) bytes[at++] = 0x66;
      bytes[at++] = 0xe9;
      const displacement = size - at - 4;
      for (let i = 0; i < 4; i++) bytes[at++] = displacement >> (8 * i);
    }
  }
  fill(bytes, at, set, longest);
  return bytes;
}

/** `size` bytes of alignment padding in code. */
export function fillNops(size: number, bits: 16 | 32 | 64, arch: ArchState): Uint8Array {
  const set = nopSet(bits, arch);
  return nops(size, bits, set, set.patterns.length - 1);
}

/** .nops: `size` bytes of nops of at most `control` bytes each (0: the longest that the CPU has). */
export function explicitNops(
  size: number,
  control: number,
  bits: 16 | 32 | 64,
  arch: ArchState,
  error: (message: string) => void,
): Uint8Array {
  const set = nopSet(bits, arch);
  const longest = set.patterns.length - 1;
  if (control > longest) {
    error(`invalid single nop size: ${control} (expect within [0, ${longest}])`);
    return new Uint8Array(size);
  }
  return nops(size, bits, set, control === 0 ? longest : control);
}
