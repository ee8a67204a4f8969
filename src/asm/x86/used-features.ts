/**
 * What -mx86-used-note records of an instruction: the parts of the processor's state that it touches and the ISA levels
 * that it needs (x86-64 psABI, section Program Property: GNU_PROPERTY_X86_FEATURE_2_USED, GNU_PROPERTY_X86_ISA_1_USED).
 */
import type { Kind } from './kinds.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import { findRows } from './table.js';

/** Bits of GNU_PROPERTY_X86_FEATURE_2_USED. */
export const FEATURE = {
  X86: 1,
  X87: 2,
  MMX: 4,
  XMM: 8,
  YMM: 16,
  ZMM: 32,
  FXSR: 64,
  XSAVE: 128,
  XSAVEOPT: 256,
  XSAVEC: 512,
  TMM: 1024,
  MASK: 2048,
};
/** Bits of GNU_PROPERTY_X86_ISA_1_USED. */
const BASELINE = 1;
const V2 = 2;
const V3 = 4;
const V4 = 8;

export interface Uses {
  readonly features: number;
  readonly levels: number;
  /** Levels that count only as long as no tile register has been used: of VEX instructions outside AVX. */
  readonly levelsWithoutTiles: number;
}

const STATE: Readonly<Record<string, number>> = {
  mm: FEATURE.MMX,
  xmm: FEATURE.XMM,
  ymm: FEATURE.XMM | FEATURE.YMM,
  zmm: FEATURE.XMM | FEATURE.YMM | FEATURE.ZMM,
  tmm: FEATURE.TMM,
  k: FEATURE.MASK,
};

/** State that a CPU feature stands for, whatever the operands. */
const FEATURE_STATE: Readonly<Record<string, number>> = {
  fp: FEATURE.X87,
  '8087': FEATURE.X87,
  '287': FEATURE.X87,
  '387': FEATURE.X87,
  '687': FEATURE.X87,
  fisttp: FEATURE.X87,
  kl: FEATURE.XMM,
  widekl: FEATURE.XMM,
  fxsr: FEATURE.FXSR,
  xsave: FEATURE.XSAVE,
  xsaveopt: FEATURE.XSAVEOPT,
  xsavec: FEATURE.XSAVEC,
  amx_tile: FEATURE.TMM,
};

const FEATURE_LEVEL: Readonly<Record<string, number>> = {
  cmov: BASELINE,
  syscall: BASELINE,
  sse3: V2,
  ssse3: V2,
  'sse4.1': V2,
  'sse4.2': V2,
  cx16: V2,
  popcnt: V2,
  avx: V3,
  avx2: V3,
  f16c: V3,
  fma: V3,
  lzcnt: V3,
  movbe: V3,
  xsaves: V3,
  avx512f: V4,
  avx512bw: V4,
  avx512dq: V4,
  avx512vl: V4,
};

/** VEX instructions of these are no level 3, EVEX instructions of those no level 4. */
const otherVex = new Set(['avx512f', 'avx512bw', 'avx512dq', 'xop', 'fma4', 'lwp', 'tbm']);
const otherEvex = new Set(['avx512er', 'avx512pf', 'avx512_4fmaps', 'avx512_4vnniw']);

const known = new WeakMap<Template, number>();

/**
 * The state that the row's operands stand for. gas has one form for all vector lengths of an operation, which counts with
 * its longest: rows that differ in nothing but the length count together.
 */
function operandState(row: Template): number {
  let state = known.get(row);
  if (state !== undefined) return state;
  state = ownState(row);
  if (row.l >= 0 && row.encoding !== 'legacy')
    for (const other of findRows(row.mnemonic) ?? []) if (other !== row && oneForm(row, other)) state |= ownState(other);
  known.set(row, state);
  return state;
}

const ownState = (row: Template): number =>
  row.operands.reduce((state, kind) => state | (kind.register === null ? 0 : (STATE[kind.register] ?? 0)), 0);

const WIDTH: Readonly<Record<string, number>> = { xmm: 128, ymm: 256, zmm: 512 };

/** The operation's features, whatever the vector length. */
const ownFeatures = (row: Template): string =>
  row.features
    .filter((name) => name !== 'avx512vl')
    .join()
    .replace('avx2', 'avx');

/** The rows differ in the vector length alone: whole vectors of one length stand where the other has whole vectors of its own. */
function oneForm(a: Template, b: Template): boolean {
  if (a.encoding !== b.encoding || a.map !== b.map || a.pp !== b.pp || a.w !== b.w || a.opcode[0] !== b.opcode[0]) return false;
  if (a.operands.length !== b.operands.length || ownFeatures(a) !== ownFeatures(b)) return false;
  let pair = '';
  for (let i = 0; i < a.operands.length; i++) {
    const [x, y] = [a.operands[i], b.operands[i]];
    if (x.register === y.register && x.memoryBits === y.memoryBits && x.vsib?.register === y.vsib?.register) continue;
    const lengths = `${wholeVector(x)} ${wholeVector(y)}`;
    if (/\b0\b/.test(lengths) || (pair !== '' && pair !== lengths)) return false;
    pair = lengths;
  }
  return true;
}

/** Bits of the whole vector that an operand of this kind is, 0: it is something else. */
function wholeVector({ vsib, register, memory, memoryBits }: Kind): number {
  if (vsib !== null) return 0;
  if (register === null) return memory && memoryBits >= 128 ? memoryBits : 0;
  const width = WIDTH[register] ?? 0;
  return !memory || memoryBits === width ? width : 0;
}

/** What the instruction uses. */
export function usesOf(row: Template, statement: Statement, bits: 16 | 32 | 64): Uses {
  let features = 0;
  let levels = 0;
  for (const name of row.features.flatMap((text) => text.split('/'))) {
    features |= FEATURE_STATE[name] ?? 0;
    levels |= FEATURE_LEVEL[name] ?? 0;
  }
  features |= operandState(row);
  for (const operand of statement.operands) {
    if (operand.kind === 'memory' && operand.index !== undefined) features |= STATE[operand.index.class] ?? 0;
    if (operand.mask !== undefined) features |= FEATURE.MASK;
  }
  const { mnemonic } = row;
  // From memory it is the instruction that converts XMM's integers.
  if (mnemonic === 'cvtpi2pd' && statement.operands.some((operand) => operand.kind === 'memory')) features &= ~FEATURE.MMX;
  if (mnemonic === 'emms' || mnemonic === 'femms') features |= FEATURE.MMX;
  if (mnemonic === 'vzeroall' || mnemonic === 'vzeroupper') features |= STATE.ymm;
  if (/^v?(ld|st)mxcsr$/.test(mnemonic)) features |= FEATURE.XMM;
  if (features !== 0 || mnemonic.startsWith('cmpxchg8b') || mnemonic === 'cmpxchg16b') levels |= BASELINE;
  if (bits === 64 && (mnemonic === 'lahf' || mnemonic === 'sahf')) levels |= V2;
  if ((features & (FEATURE.XSAVE | FEATURE.XSAVEOPT | FEATURE.XSAVEC)) !== 0) levels |= V3;
  let levelsWithoutTiles = 0;
  const vex = row.encoding === 'vex' || row.encoding === 'xop';
  if (vex && !row.features.some((name) => otherVex.has(name)) && (features & FEATURE.TMM) === 0) levelsWithoutTiles = V3;
  if (row.encoding === 'evex' && !row.features.some((name) => otherEvex.has(name))) levels |= V4;
  return { features, levels, levelsWithoutTiles };
}
