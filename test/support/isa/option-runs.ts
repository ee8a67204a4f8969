/** Options of GNU as that change encodings (gas manual, node i386-Options), each with the forms that it may touch. */
import type { X86Options } from '../../../src/asm/x86/index.js';
import type { Bits } from './oracle.js';
import type { TableForm } from './tables.js';

export interface OptionRun {
  flags: string[];
  x86: X86Options;
  wants: (form: TableForm) => boolean;
  modes?: Bits[];
}

const vex = (form: TableForm): boolean => /^(E?VEX|XOP)/.test(form.encoding);
const moves = (form: TableForm): boolean => /mov/.test(form.mnemonic);

export const optionRuns: OptionRun[] = [
  { flags: ['-msse2avx'], x86: { sse2avx: true }, wants: (f) => f.table === 'sse', modes: [64, 32] },
  { flags: ['-mavxscalar=256'], x86: { avxscalar: 256 }, wants: (f) => f.encoding.includes('LIG'), modes: [64] },
  { flags: ['-mvexwig=1'], x86: { vexwig: 1 }, wants: (f) => f.encoding.startsWith('VEX'), modes: [64] },
  { flags: ['-mevexwig=1'], x86: { evexwig: 1 }, wants: (f) => f.encoding.startsWith('EVEX'), modes: [64] },
  { flags: ['-mevexlig=256'], x86: { evexlig: 256 }, wants: (f) => f.encoding.startsWith('EVEX.LIG'), modes: [64] },
  { flags: ['-mevexlig=512'], x86: { evexlig: 512 }, wants: (f) => f.encoding.startsWith('EVEX.LIG'), modes: [64] },
  { flags: ['-mevexrcig=rd'], x86: { evexrcig: 'rd' }, wants: (f) => f.row.includes('{sae}') || f.row.includes('{er}'), modes: [64] },
  { flags: ['-mevexrcig=rz'], x86: { evexrcig: 'rz' }, wants: (f) => f.row.includes('{sae}') || f.row.includes('{er}'), modes: [64] },
  { flags: ['-muse-unaligned-vector-move'], x86: { unalignedVectorMove: true }, wants: moves, modes: [64, 32] },
  { flags: ['-O1'], x86: { optimize: 1 }, wants: vex, modes: [64, 32] },
  { flags: ['-O2'], x86: { optimize: 2 }, wants: vex, modes: [64, 32] },
  { flags: ['-Os'], x86: { optimize: 's' }, wants: vex, modes: [64] },
];
