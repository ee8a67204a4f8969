/** Small sources on which drop-ins for GNU as stumble; each was a difference found in real code. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences } from '../support/compare-gas.js';

const test = suite('traps of real sources');

const TRAPS: Record<string, string> = {
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
