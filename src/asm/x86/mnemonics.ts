/**
 * Mnemonics: prefixes, pseudo prefixes, and the AT&T size suffix (gas manual, nodes i386-Mnemonics and i386-Prefixes).
 */
import { findRows } from './table.js';
import type { Template } from './rows.js';
import type { Prefixes } from './prefixes.js';

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
  xacquire: ['hle', 0xf2],
  xrelease: ['hle', 0xf3],
  bnd: ['bnd', true],
  notrack: ['notrack', true],
  data16: ['dataSize', 16],
  data32: ['dataSize', 32],
  addr16: ['addressSize', 16],
  addr32: ['addressSize', 32],
};

for (let i = 0; i < 16; i++) {
  const letters = (i & 8 ? 'w' : '') + (i & 4 ? 'r' : '') + (i & 2 ? 'x' : '') + (i & 1 ? 'b' : '');
  prefixNames[letters === '' ? 'rex' : `rex.${letters}`] = ['rex', 0x40 | i];
  // The older names: x, y, z for R, X, B and 64 for W.
  const old = (i & 8 ? '64' : '') + (i & 4 ? 'x' : '') + (i & 2 ? 'y' : '') + (i & 1 ? 'z' : '');
  if (old !== '') prefixNames[`rex${old}`] = ['rex', 0x40 | i];
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
  /** `.s`, `.d8`, `.d32` at the end of the mnemonic. */
  readonly ending?: Partial<Prefixes>;
  readonly mnemonic: string;
  readonly suffix: string;
  readonly rows: readonly Template[];
  /** Rows found before, by matchCode; they hold while the state's epoch is `epoch`. Null: not kept. */
  readonly matches: Map<number, Template> | null;
  epoch: number;
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

/** Old spellings of {load}/{store}, {disp8} and {disp32}. */
const endings: readonly [string, Partial<Prefixes>][] = [
  ['.s', { direction: 'swap' }],
  ['.d8', { displacement: 'disp8' }],
  ['.d32', { displacement: 'disp32' }],
];

function lookUp(written: string): Resolved | null {
  const rows = findRows(written);
  if (written === 'movq') {
    // Both an instruction of its own and mov with a suffix: the vector registers' rows come first.
    const vector = rows!.map((row) => ({ ...row, suffixes: 'q' }));
    return { mnemonic: 'movq', suffix: 'q', rows: [...vector, ...findRows('mov')!], matches: new Map(), epoch: -1 };
  }
  if (rows !== undefined) return { mnemonic: written, suffix: '', rows, matches: new Map(), epoch: -1 };
  for (const [ending, prefixes] of endings) {
    if (!written.endsWith(ending)) continue;
    const inner = lookUp(written.slice(0, -ending.length));
    return inner === null ? null : { ...inner, ending: prefixes, matches: null };
  }
  const suffix = written[written.length - 1];
  if (!'bwlqstxyz'.includes(suffix)) return null;
  const mnemonic = written.slice(0, -1);
  const base = findRows(mnemonic);
  // x, y and z name a vector length, and only where a memory operand does not; t is the x87's 80 bits.
  if (suffix >= 't' && base?.some((row) => row.suffixes === suffix) !== true) return null;
  return base === undefined ? null : { mnemonic, suffix, rows: base, matches: new Map(), epoch: -1 };
}

/** Intel's names for what AT&T names otherwise. */
const intelNames: Readonly<Record<string, string>> = { retf: 'lret', retfw: 'lretw', retfd: 'lretl', retfq: 'lretq', movsxd: 'movsxd' };

/**
 * A mnemonic in Intel syntax: size suffixes are b, w, d and q (`stosd`, `iretd`, `pushfd`), and operands say the rest.
 */
export function resolveIntel(written: string): Resolved | null {
  const exact = findRows(written);
  // insl and its like are insd here.
  if (exact !== undefined && written.endsWith('l') && exact.some((row) => row.flags.has('string'))) {
    const rows = exact.filter((row) => !row.flags.has('string'));
    return rows.length === 0 ? null : { mnemonic: written, suffix: '', rows, matches: null, epoch: -1 };
  }
  if (exact !== undefined)
    return exact.some((row) => !row.flags.has('attsyn')) || Object.hasOwn(intelNames, written) === false ? resolveMnemonic(written) : null;
  if (Object.hasOwn(intelNames, written)) return resolveMnemonic(intelNames[written]);
  const suffix = written[written.length - 1];
  if (!'bwdq.'.includes(suffix) && !/\.(s|d8|d32)$/.test(written)) return null;
  const mnemonic = written.slice(0, -1);
  // Of the x87's integers and its state the short form.
  if (suffix === 'w' && /^f(i|ldenv|rstor|n?save|n?stenv)/.test(mnemonic)) return resolveMnemonic(`${mnemonic}s`);
  if (suffix === 'd') return findRows(mnemonic) === undefined ? null : resolveMnemonic(`${mnemonic}l`);
  return resolveMnemonic(written);
}
