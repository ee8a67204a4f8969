/** The tables of rows, in the order in which a mnemonic is looked for. */
import type { LazyRequire } from '../../lazy.js';
import { RowTable } from './rows.js';
import type { Template } from './rows.js';
import { pseudoRows } from './vector.js';

declare const require: LazyRequire;

const tables: readonly RowTable[] = [
  new RowTable(() => (require('./opcodes/general.js') as typeof import('./opcodes/general.js')).general),
  new RowTable(() => (require('./opcodes/branch.js') as typeof import('./opcodes/branch.js')).branch),
  new RowTable(() => (require('./opcodes/string.js') as typeof import('./opcodes/string.js')).string),
  new RowTable(() => (require('./opcodes/system.js') as typeof import('./opcodes/system.js')).system),
  new RowTable(() => (require('./opcodes/x87.js') as typeof import('./opcodes/x87.js')).x87),
  new RowTable(() => (require('./opcodes/sse.js') as typeof import('./opcodes/sse.js')).sseRows),
  new RowTable(() => (require('./opcodes/bmi.js') as typeof import('./opcodes/bmi.js')).bmiRows),
  new RowTable(() => (require('./opcodes/extensions.js') as typeof import('./opcodes/extensions.js')).extensionsRows),
  new RowTable(() => (require('./opcodes/amd.js') as typeof import('./opcodes/amd.js')).amdRows),
  // The largest two: only names that begin with these letters are looked for in them.
  new RowTable(() => (require('./opcodes/avx.js') as typeof import('./opcodes/avx.js')).avxRows, 'v'),
  new RowTable(() => (require('./opcodes/avx512.js') as typeof import('./opcodes/avx512.js')).avx512Rows, 'vk'),
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

/** Every mnemonic that has rows. */
export function* allMnemonics(): Generator<string> {
  for (const table of tables) yield* table.mnemonics();
}
