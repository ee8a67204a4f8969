/** Small programs in corners of the language, each compared with GNU as: objects, and whether they are accepted at all. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences } from '../support/compare-gas.js';

const test = suite('corners of the language');

const CORNERS: Record<string, string> = {
  'sections that the R flag, the group and the number keep apart':
    '.section .q,"aw"\n.byte 1\n.section .q,"awR"\n.byte 2\n.section .q,"awG",@progbits,g,comdat\n.byte 3\n.section .q,"aw",@progbits,unique,4\n.byte 4\n',
  'memory-bound sections with a number, alone and in groups':
    '.section .mb,"adw",@progbits,0x2\n.byte 1\n.section .mb,"adGw",@progbits,g1,comdat,5,unique,3\n.byte 2\n.section .mb,"adw"\n.byte 3\n',
  'flags and types as numbers':
    '.section a1,"0x02000001"\n.byte 1\n.section .text,"0x04000006"\nnop\n.section b1,"ax",@0x60000011\n.byte 2\n',
  'names that imply types': '.section .gnu.linkonce.n.x\n.zero 4\n.section .gnu.linkonce.p.x\n.byte 1\n.section .ctf\n.byte 2\n',
};

for (const [name, source] of Object.entries(CORNERS)) {
  test(name, () => {
    assert.is(differences(source, ['--64']), '');
    assert.is(differences(source, ['--32'], { abi: '32' }), '');
  });
}

test.run();
