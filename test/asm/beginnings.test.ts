/** The tables say with which letters their mnemonics begin, so that they need not be loaded to look in vain. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allTables } from '../../src/asm/x86/table.js';

const test = suite('beginnings');

test('every mnemonic of a table is looked for in it', () => {
  let count = 0;
  for (const table of allTables) {
    for (const mnemonic of table.mnemonics()) {
      count += 1;
      assert.ok(table.mayHave(mnemonic), mnemonic);
    }
  }
  assert.ok(count > 1500);
});

test('searching a table and its index give the same rows', () => {
  for (const table of allTables) {
    for (const mnemonic of table.mnemonics()) assert.is(table.find(mnemonic)?.[0].mnemonic, mnemonic);
  }
});

test.run();
