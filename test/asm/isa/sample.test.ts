/** A sample of the sweep (npm run isa:sweep), spread over all forms, modes and kinds of operand: GNU as against ours. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from '../../support/isa/compare.js';
import { oracleVersion, type Bits } from '../../support/isa/oracle.js';
import { mutationsOf, random, statementsOf, type Statement } from '../../support/isa/statements.js';
import { allForms, pseudoForms } from '../../support/isa/tables.js';

const test = suite('instruction set against GNU as');
const forms = allForms();
const all = [...forms, ...pseudoForms(forms)];

/** One statement of each form, another with every seed. */
function sample(bits: Bits, syntax: 'att' | 'intel', seed: number, make: typeof statementsOf, share: number): Statement[] {
  const next = random(seed);
  const list: Statement[] = [];
  for (const form of all) {
    if (!form.modes.includes(bits) || next() > share) continue;
    const statements = [...make(form, bits, syntax)];
    list.push(statements[Math.floor(next() * statements.length)]);
  }
  return list;
}

const available = oracleVersion() !== null;
for (const bits of [64, 32, 16] as const) {
  (available ? test : test.skip)(`${bits}-bit code`, () => {
    const statements = [
      ...sample(bits, 'att', bits, statementsOf, bits === 64 ? 0.4 : 0.15),
      ...sample(bits, 'att', bits + 1, mutationsOf, 0.1),
    ];
    assert.ok(statements.length > 500, 'the sample has statements');
    const different = compare(statements, { bits, syntax: 'att' }).filter((d) => d.kind !== 'message');
    const lines = different.map(
      (d) => `${d.statement.text}: GNU ${d.theirs.hex || d.theirs.messages.join()}, ours ${d.ours.hex || d.ours.messages.join()}`,
    );
    // A thousandth may differ: docs/isa.md says which.
    assert.ok(different.length <= statements.length / 1000, lines.join('\n'));
  });
}

test.run();
