/**
 * Mnemonics: prefixes, pseudo prefixes, and the AT&T size suffix (gas manual, nodes i386-Mnemonics and i386-Prefixes).
 */
import { findRows } from './table.js';
import type { Template } from './rows.js';
import type { Prefixes } from './match.js';

/** The prefixes that stand before an instruction, on its line or alone: name → what it sets. */
export const prefixNames: Record<string, [field: keyof Prefixes, value: number | boolean | string]> = {
  rep: ['rep', 0xf3],
  repe: ['rep', 0xf3],
  repz: ['rep', 0xf3],
  repne: ['rep', 0xf2],
  repnz: ['rep', 0xf2],
  lock: ['lock', true],
  es: ['segment', 0x26],
  cs: ['segment', 0x2e],
  ss: ['segment', 0x36],
  ds: ['segment', 0x3e],
  fs: ['segment', 0x64],
  gs: ['segment', 0x65],
  wait: ['wait', true],
  fwait: ['wait', true],
  xacquire: ['hle', 0xf2],
  xrelease: ['hle', 0xf3],
  bnd: ['bnd', true],
  notrack: ['notrack', true],
  data16: ['dataSize', 16],
  data32: ['dataSize', 32],
  addr16: ['addressSize', 16],
  addr32: ['addressSize', 32],
  // Old names of the same bytes.
  data: ['dataSize', true],
  addr: ['addressSize', true],
};

for (let i = 0; i < 16; i++) {
  const letters = (i & 8 ? 'w' : '') + (i & 4 ? 'r' : '') + (i & 2 ? 'x' : '') + (i & 1 ? 'b' : '');
  prefixNames[letters === '' ? 'rex' : `rex.${letters}`] = ['rex', 0x40 | i];
  if (i !== 0) prefixNames[`rex${i & 8 ? '64' : ''}${letters.replace('w', '').replace('r', 'x').replace('x', 'y')}`] ??= ['rex', 0x40 | i];
}

/** `{vex3}` and its like. */
export const pseudoPrefixes: Record<string, [field: keyof Prefixes, value: boolean | string]> = {
  disp8: ['displacement', 'disp8'],
  disp16: ['displacement', 'disp16'],
  disp32: ['displacement', 'disp32'],
  load: ['direction', 'load'],
  store: ['direction', 'store'],
  vex: ['vex', 'vex'],
  vex2: ['vex', 'vex2'],
  vex3: ['vex', 'vex3'],
  evex: ['vex', 'evex'],
  rex: ['forceRex', true],
  nooptimize: ['nooptimize', true],
};

export interface Resolved {
  readonly mnemonic: string;
  readonly suffix: string;
  readonly rows: readonly Template[];
}

const resolved = new Map<string, Resolved | null>();

/** The rows that a written mnemonic names, with its size suffix stripped when it has one; null: no such instruction. */
export function resolveMnemonic(written: string): Resolved | null {
  let found = resolved.get(written);
  if (found === undefined) {
    found = lookUp(written);
    if (found !== null || resolved.size < 4096) resolved.set(written, found);
  }
  return found;
}

function lookUp(written: string): Resolved | null {
  const rows = findRows(written);
  if (written === 'movq') {
    // Both an instruction of its own and mov with a suffix: the vector registers' rows come first.
    const vector = rows!.map((row) => ({ ...row, suffixes: 'q' }));
    return { mnemonic: 'mov', suffix: 'q', rows: [...vector, ...findRows('mov')!] };
  }
  if (rows !== undefined) return { mnemonic: written, suffix: '', rows };
  const suffix = written[written.length - 1];
  if (!'bwlqsxyz'.includes(suffix)) return null;
  const mnemonic = written.slice(0, -1);
  const base = findRows(mnemonic);
  // x, y and z name a vector length, and only where a memory operand does not.
  if (suffix >= 'x' && base?.some((row) => row.suffixes === suffix) !== true) return null;
  return base === undefined ? null : { mnemonic, suffix, rows: base };
}
