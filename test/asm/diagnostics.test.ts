import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DiagnosticBag } from '../../src/diagnostics.js';

const test = suite('diagnostics');

test('a bag counts errors and warnings and keeps the order of reports', () => {
  const bag = new DiagnosticBag();
  bag.warning('w', { file: 'a.S', line: 1 });
  bag.error('e', { file: 'a.S', line: 2 });
  assert.is(bag.errors, 1);
  assert.is(bag.warnings, 1);
  assert.equal(
    bag.all.map((d) => d.message),
    ['w', 'e'],
  );
});

test.run();
