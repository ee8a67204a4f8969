/** The flags that matching and encoding ask for at every statement, as bits. */
import type { Kind } from './kinds.js';

export const SAME = 1;
export const STRING = 2;
export const ES = 4;
export const INDIRECT = 8;
export const REGADDR = 16;
export const IMPLIED_ADDRESS = 32;
export const TRANSLATE = 64;
export const RELAX = 128;
export const FAR = 256;
export const D64 = 512;
export const DS = 1024;
export const DAS = 2048;
export const SX = 4096;
export const MPX = 8192;
export const MOFFS = 16384;
export const BRANCH = 32768;
export const LEA = 65536;
export const NO_SIZE_PREFIX = 131072;
export const SRC = 262144;
export const SWAP = 524288;
export const BASE = 1048576;
export const PTR = 2097152;

/** Rows with one of these take the checks that ordinary instructions do without. */
export const SPECIAL = STRING | REGADDR | IMPLIED_ADDRESS | TRANSLATE | MPX | LEA | FAR | BRANCH | INDIRECT | DAS;

const byFlag: Readonly<Record<string, number>> = {
  same: SAME,
  string: STRING,
  es: ES,
  indirect: INDIRECT,
  regaddr: REGADDR,
  addr16: IMPLIED_ADDRESS,
  addr32: IMPLIED_ADDRESS,
  addr64: IMPLIED_ADDRESS,
  translate: TRANSLATE,
  fpop: TRANSLATE,
  relax: RELAX,
  far: FAR,
  d64: D64,
  ds: DS,
  das: DAS,
  sx: SX,
  'size=32': NO_SIZE_PREFIX,
  src: SRC,
  swap: SWAP,
  base: BASE,
  nosize: PTR,
  'ptr=0': PTR,
  'ptr=4': PTR,
  'ptr=16': PTR,
  'ptr+16': PTR,
};

/** The bits of a row. */
export function traitsOf(flags: ReadonlySet<string>, operands: readonly Kind[], mnemonic: string, features: readonly string[]): number {
  let traits = 0;
  for (const flag of flags) traits |= Object.hasOwn(byFlag, flag) ? byFlag[flag] : 0;
  for (const kind of operands) {
    if (kind.moffs !== 0) traits |= MOFFS;
    if (kind.relative !== 0) traits |= BRANCH;
  }
  if (mnemonic === 'lea') traits |= LEA;
  if (features[0] === 'mpx') traits |= MPX;
  return traits;
}
