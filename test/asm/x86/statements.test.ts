/** Statements with their expectation on the line: what GNU as 2.40 makes of them in 64-, 32- and 16-bit code. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { constant, type Expr } from '../../../src/asm/expression.js';
import { AsmSymbol } from '../../../src/asm/symbols.js';
import { createState, encodeInstruction } from '../../../src/asm/x86/index.js';
import type { EncoderHost } from '../../../src/asm/x86/types.js';

const test = suite('x86 statements');
const symbol = new AsmSymbol('foo');

function parseExpression(text: string): Expr {
  const number = /^(-?)(0x[0-9a-f]+|\d+)$/i.exec(text.trim());
  if (number === null) return { kind: 'symbol', symbol };
  return constant(number[1] === '-' ? -BigInt(number[2]) : BigInt(number[2]));
}

for (const bits of [64, 32, 16] as const) {
  test(`${bits}-bit code`, () => {
    const lines = readFileSync(`test/asm/x86/statements${bits}.s`, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && line[0] !== '#');
    assert.ok(lines.length > 200);
    const state = createState({ abi: bits === 64 ? '64' : '32' });
    state.bits = bits;
    const wrong: string[] = [];
    for (const line of lines) {
      const [, text, expected] = /^(.*?) +# (.*)$/.exec(line)!;
      const errors: string[] = [];
      const said: string[] = [];
      const host: EncoderHost = {
        state,
        parseExpression,
        error: (message) => void errors.push(message),
        warning: (message) => void said.push(`warning: ${message}; `),
      };
      const encoded = encodeInstruction(text, 1, host);
      let got: string;
      if (encoded === null || errors.length > 0) got = expected === 'error' ? 'error' : `error: ${errors[0]}`;
      else {
        let hex = Buffer.from(encoded.bytes).toString('hex');
        if (encoded.branch !== undefined) {
          const { kind, condition, bits: wide } = encoded.branch.branch;
          hex += (kind === 'jmp' ? 'e9' : `0f${(0x80 | condition).toString(16)}`) + '00'.repeat(wide === 16 ? 2 : 4);
        }
        got = `${said.join('')}= ${hex}`;
      }
      if (got !== expected) wrong.push(`${text}: ${got}, not ${expected}`);
    }
    assert.is(wrong.length, 0, wrong.join('\n'));
  });
}

test.run();
