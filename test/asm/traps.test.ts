/** Small sources on which drop-ins for GNU as stumble; each was a difference found in real code. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences } from '../support/compare-gas.js';

const test = suite('traps of real sources');

const TRAPS: Record<string, string> = {
  'nops of the code size at the end of the source':
    '.code16\nhlt\n.balign 16\nhlt\n.section .x,"ax"\n.code32\nnop\n.balign 8\n.text\nnop\n.balign 64\n',
  'nops of 16-bit code at the end of the source': '.code32\nhlt\n.balign 16\nhlt\n.nops 9\n.code16\n',
  'branches beside a symbol': 'jmp foo\n jmp foo+9\n call foo+1\n jc foo-3\n.globl g\ng: nop\n call g+1\n jmp h+4\n.weak h\n',
  'a blank as a character literal': "movb $' , %al\n cmpb $' ,%al\n movb $'a , %al\n .byte ' , 5\n",
  'a branch through the PLT to a global symbol of the section':
    'jmp foo\n jmp foo@PLT\n jbe foo@PLT\n call foo@PLT\n.globl foo\nfoo: nop\n.hidden h\n.globl h\nh: jmp h@PLT\n',
  'the size of an undefined symbol': 'a: nop\n.size bar, 4\n.size baz, .-a\n.globl bar, baz\n.type bar,@function\n',
};

for (const [name, source] of Object.entries(TRAPS)) {
  test(name, () => {
    assert.is(differences(source, ['--64']), '');
    assert.is(differences(source, ['--32'], { abi: '32' }), '');
  });
}

test.run();
