import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { renderDiagnostic } from '../../src/frame.js';

const test = suite('frame');

test("the first line is gas's, then the source line with a caret", () => {
  const text = renderDiagnostic({
    severity: 'error',
    message: "no such instruction: `mvo $1,%al'",
    at: { file: 'a.S', line: 3, column: 5, length: 3 },
    sourceLine: '    mvo $1, %al',
    suggestion: 'mov',
    notes: ['a note'],
    chain: [{ message: "in macro `m', called", at: { file: 'a.S', line: 9 } }],
  });
  assert.is(
    text,
    [
      "a.S:3: Error: no such instruction: `mvo $1,%al'",
      '  --> a.S:3:5',
      '   3 |     mvo $1, %al',
      '     |     ^~~',
      "  in macro `m', called at a.S:9",
      '  note: a note',
      "  help: did you mean `mov'?",
      '',
    ].join('\n'),
  );
});

test('without a place there is only the message', () => {
  assert.is(renderDiagnostic({ severity: 'error', message: 'x' }), 'Error: x\n');
  assert.is(renderDiagnostic({ severity: 'warning', message: 'x', at: { file: 'a.s', line: 0 } }), 'a.s: Warning: x\n');
});

test('tabs keep the caret in its column, UTF-8 counts by character', () => {
  const text = renderDiagnostic({
    severity: 'error',
    message: 'x',
    at: { file: 'a.s', line: 1, column: 7 },
    sourceLine: '\té\tfoo'.replace('é', '\xc3\xa9\xc3\xa9'),
  });
  const [, , line, caret] = text.split('\n');
  assert.is(line, '   1 | \téé\tfoo');
  assert.is(caret, '     | \t  \t^');
});

test('control characters of the source never reach the terminal', () => {
  const text = renderDiagnostic({
    severity: 'error',
    message: 'x',
    at: { file: 'a.s', line: 1, column: 1 },
    sourceLine: '\x1b[2Jmov\x00\x9b',
  });
  assert.not.match(text, /[\x00\x1b\x9b]/);
});

test('a very long line is shown around the caret', () => {
  const text = renderDiagnostic({
    severity: 'error',
    message: 'x',
    at: { file: 'a.s', line: 1, column: 500_001, length: 3 },
    sourceLine: `${'a'.repeat(500_000)}bad${'c'.repeat(500_000)}`,
  });
  assert.ok(text.length < 600);
  const [, , line, caret] = text.split('\n');
  assert.is(line[caret.indexOf('^')], 'b');
});

test('colour is ANSI and only when asked for', () => {
  assert.match(
    renderDiagnostic({ severity: 'error', message: 'x', at: { file: 'a', line: 1 } }, { color: true }),
    /\x1b\[31;1mError:\x1b\[0m x/,
  );
});

test.run();
