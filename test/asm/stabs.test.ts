/** .stabs, .stabn, .stabd, .xstabs, .func and --gstabs, against GNU as. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../support/compare-gas.js';

const test = suite('stabs');
if (haveGas) {
  test('each directive and operand shape', () => {
    const statements = `.stabs|.stabs "a",1,2,3,4|.stabs "a",1,2,3,4,5|.stabs a,1,2,3,4|.stabs "a" 1|.stabs "a",1,2,3,
.stabs "a",x,2,3,4|.stabs "a",1,2,70000,4|.stabs "a",300,2,-1,4|.stabs "a",1,300,-40000,4|.stabn 1,2,3,4|.stabn 1,2,3,foo|.stabn 1 2
.stabd 1,2,3|.stabd 1,2,3,4|.stabd "a",1,2,3|.xstabs "a","b",1,2,3,4|.xstabs ".a","b",1,2,3,4|.xstabs a,"b",1,2,3,4|.func foo
.func foo,bar|.endfunc|.func foo;.func bar|.debug|.stabs "a",100,0,0,foo+4|.stabs "",100,0,0,.|.stabs "a",100,0,0,foo;foo:`;
    for (const statement of statements.split(/[\n|]/)) assert.is(differences(`nop\n${statement}\nnop\n`), '', statement);
  });

  test('--gstabs and --gstabs+', () => {
    const source = `nop
.macro m
nop
 nop
.endm
m
.file "q.c"
.line 7
nop
.data
nop
.text
.stabs "u",1,2,3,4
.func foo,bar
bar: nop
nop
.endfunc
.section .x,"ax"
nop
foo: nop
`;
    assert.is(differences(source, ['--gstabs'], { debug: { format: 'stabs' } }), '');
    assert.is(differences(source, ['--gstabs+'], { debug: { format: 'stabs', extensions: true } }), '');
    assert.is(differences(source, ['--32', '--gstabs'], { abi: '32', debug: { format: 'stabs' } }), '');
  });
} else test.skip('GNU as 2.40 is not installed', () => {});
test.run();
