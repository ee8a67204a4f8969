/** Options that add to instructions: what GNU as 2.40 emits. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createState, encodeInstruction, type X86Options } from '../../../src/asm/x86/index.js';
import type { EncoderHost } from '../../../src/asm/x86/types.js';

const test = suite('x86 options');

function encode(text: string, x86: X86Options): string {
  const host: EncoderHost = {
    state: createState({ x86 }),
    parseExpression: () => assert.unreachable('no symbols here') as never,
    error: (message) => assert.unreachable(message),
    warning: () => undefined,
  };
  return Buffer.from(encodeInstruction(text, 1, host)!.bytes).toString('hex');
}

const cases: [text: string, options: X86Options, bytes: string][] = [
  ['mfence', { fenceAsLockAdd: true }, 'f083042400'],
  ['lock incl (%rax)', { omitLockPrefix: true }, 'ff00'],
  ['mov (%rax),%eax', { lfenceAfterLoad: true }, '8b000faee8'],
  ['mov %eax,(%rax)', { lfenceAfterLoad: true }, '8900'],
  ['ret', { lfenceBeforeRet: 'or' }, '48830c24000faee8c3'],
  ['ret $4', { lfenceBeforeRet: 'not' }, '48f7142448f714240faee8c20400'],
  ['ret', { lfenceBeforeIndirectBranch: 'all' }, '48c12424000faee8c3'],
  ['jmp *%rax', { lfenceBeforeIndirectBranch: 'register' }, '0faee8ffe0'],
  ['call *(%rax)', { lfenceBeforeIndirectBranch: 'all' }, 'ff10'],
  ['ret', { addBndPrefix: true }, 'f2c3'],
  ['mov $1,%rax', { optimize: 1 }, 'b801000000'],
  ['{nooptimize} mov $1,%rax', { optimize: 1 }, '48c7c001000000'],
  ['xor %rax,%rax', { optimize: 1 }, '31c0'],
  ['or %rax,%rax', { optimize: 2 }, '4885c0'],
  ['or %eax,%eax', { optimize: 2 }, '09c0'],
  ['test $1,%rsi', { optimize: 's' }, '40f6c601'],
  ['lea (%rcx),%rax', { optimize: 1 }, '488bc1'],
  ['lea 1,%rax', { optimize: 1 }, 'b801000000'],
];

for (const [text, options, bytes] of cases) {
  test(`${text} with ${JSON.stringify(options)}`, () => assert.is(encode(text, options), bytes));
}

test.run();
