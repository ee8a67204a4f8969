/** The tables of rows, in the order in which a mnemonic is looked for. */
import type { LazyRequire } from '../../lazy.js';
import { RowTable } from './rows.js';
import type { Template } from './rows.js';
import { pseudoRows } from './vector.js';

declare const require: LazyRequire;

// prettier-ignore
const tables: readonly RowTable[] = [
  new RowTable(() => (require('./opcodes/general.js') as typeof import('./opcodes/general.js')).general),
  new RowTable(() => (require('./opcodes/branch.js') as typeof import('./opcodes/branch.js')).branch),
  new RowTable(() => (require('./opcodes/string.js') as typeof import('./opcodes/string.js')).string,
    'cm in lo mo ou sc sl sm ss st'),
  new RowTable(() => (require('./opcodes/system.js') as typeof import('./opcodes/system.js')).system,
    'aa ao ax bn cl cp em en fe fx ge hl hr in la lf lg li ll lm ls lt mc mf mo mw pa pc pr ps pt pv rd rm rs sa se sf sg si sk sl sm st sw sy td te tl tp ud ui um ve vm wb wr xc xg xr xs'),
  new RowTable(() => (require('./opcodes/x87.js') as typeof import('./opcodes/x87.js')).x87,
    'f2 fa fb fc fd fe ff fi fl fm fn fp fr fs ft fu fw fx fy wa'),
  new RowTable(() => (require('./opcodes/sse.js') as typeof import('./opcodes/sse.js')).sseRows,
    'ad ae an bl cm co cv di dp ex gf ha hs in ld ma mi mo mp mu or pa pb pc pe ph pi pm po ps pt pu px rc ro rs sh sq st su uc un xo'),
  new RowTable(() => (require('./opcodes/bmi.js') as typeof import('./opcodes/bmi.js')).bmiRows,
    'an be bl bz mu pd pe ro sa sh'),
  new RowTable(() => (require('./opcodes/extensions.js') as typeof import('./opcodes/extensions.js')).extensionsRows,
    'ae cm en ld lo st td ti'),
  new RowTable(() => (require('./opcodes/amd.js') as typeof import('./opcodes/amd.js')).amdRows,
    'bl ex in ll lw mo pa pf pi pm ps sl t1 tz vf vp'),
  new RowTable(() => (require('./opcodes/avx.js') as typeof import('./opcodes/avx.js')).avxRows,
    'va vb vc vd ve vf vg vh vi vl vm vo vp vr vs vt vu vx vz'),
  new RowTable(() => (require('./opcodes/avx512.js') as typeof import('./opcodes/avx512.js')).avx512Rows,
    'ka km kn ko ks kt ku kx v4 va vb vc vd ve vf vg vi vm vp vr vs vu'),
];

const pseudoOps = new Map<string, readonly Template[]>();

/** The rows of a mnemonic, in order of preference; undefined: there is none of that name. */
export function findRows(mnemonic: string): readonly Template[] | undefined {
  for (const table of tables) {
    if (!table.mayHave(mnemonic)) continue;
    const rows = table.find(mnemonic);
    if (rows !== undefined) return rows;
  }
  let rows = pseudoOps.get(mnemonic);
  if (rows === undefined) {
    rows = pseudoRows(mnemonic, findRows);
    if (rows !== undefined) pseudoOps.set(mnemonic, rows);
  }
  return rows;
}

/** For the test of the beginnings: every table with its mnemonics. */
export const allTables = tables;

/** Every mnemonic that has rows. */
export function* allMnemonics(): Generator<string> {
  for (const table of tables) yield* table.mnemonics();
}
