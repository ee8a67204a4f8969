/** Padding with nops. */
import type { ArchState } from './types.js';

/** `size` bytes of alignment padding in code. */
export function fillNops(size: number, bits: 16 | 32 | 64, arch: ArchState): Uint8Array {
  void bits;
  void arch;
  return new Uint8Array(size).fill(0x90);
}

/** .nops: `size` bytes of nops of at most `control` bytes each (0: the longest that the CPU has). */
export function explicitNops(
  size: number,
  control: number,
  bits: 16 | 32 | 64,
  arch: ArchState,
  error: (message: string) => void,
): Uint8Array {
  void control;
  void error;
  return fillNops(size, bits, arch);
}
