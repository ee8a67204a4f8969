/** The one door to iced-x86 in the virtual machine: decoding and GNU-style text, loaded on the first use (about 30 ms). */
import type * as Iced from 'iced-x86';
import type { LazyRequire } from '../lazy.js';

declare const require: LazyRequire;

let loaded: typeof Iced | undefined;

/** The library itself, for whoever needs operands. */
export function iced(): typeof Iced {
  return (loaded ??= require('iced-x86') as typeof Iced);
}

export interface Decoded {
  readonly length: number;
  /** AT&T syntax as GNU objdump writes it; `(bad)` for bytes that are no instruction. */
  readonly text: string;
  /** In capitals as iced-x86 names it: `MOV`, `POPCNT`; `INVALID` for bytes that are no instruction. */
  readonly mnemonic: string;
}

let formatter: Iced.Formatter | undefined;

/** Decodes the instruction at the start of `bytes`. */
export function decode(bytes: Uint8Array, bits: 16 | 32 | 64, rip: bigint): Decoded {
  const { Decoder, DecoderOptions, Formatter, FormatterSyntax, Mnemonic } = iced();
  const decoder = new Decoder(bits, bytes, DecoderOptions.None);
  decoder.ip = rip;
  const instruction = decoder.decode();
  if (formatter === undefined) {
    formatter = new Formatter(FormatterSyntax.Gas);
    formatter.uppercaseHex = false;
    formatter.showBranchSize = false;
    formatter.spaceAfterOperandSeparator = false;
    formatter.firstOperandCharIndex = 0;
  }
  const invalid = instruction.code === 0;
  const result = {
    length: instruction.length,
    text: invalid ? '(bad)' : formatter.format(instruction),
    mnemonic: invalid ? 'INVALID' : Mnemonic[instruction.mnemonic].toUpperCase(),
  };
  instruction.free();
  decoder.free();
  return result;
}
