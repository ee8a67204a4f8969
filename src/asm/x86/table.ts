/** The tables of rows, in the order in which a mnemonic is looked for. */
import type { LazyRequire } from '../../lazy.js';
import { RowTable } from './rows.js';
import type { Template } from './rows.js';

declare const require: LazyRequire;

const tables: readonly RowTable[] = [
  new RowTable(() => (require('./opcodes/general.js') as typeof import('./opcodes/general.js')).general),
  new RowTable(() => (require('./opcodes/branch.js') as typeof import('./opcodes/branch.js')).branch),
  new RowTable(() => (require('./opcodes/string.js') as typeof import('./opcodes/string.js')).string),
  new RowTable(() => (require('./opcodes/system.js') as typeof import('./opcodes/system.js')).system),
  new RowTable(() => (require('./opcodes/x87.js') as typeof import('./opcodes/x87.js')).x87),
];

/** The rows of a mnemonic, in order of preference; undefined: there is none of that name. */
export function findRows(mnemonic: string): readonly Template[] | undefined {
  for (const table of tables) {
    const rows = table.find(mnemonic);
    if (rows !== undefined) return rows;
  }
  return undefined;
}

/** Every mnemonic that has rows. */
export function* allMnemonics(): Generator<string> {
  for (const table of tables) yield* table.mnemonics();
}
