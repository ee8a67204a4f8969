/** --gsframe: rows from .cfi_* directives, each alone and mixed at random, against GNU as. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../support/compare-gas.js';
import { Random } from '../support/random.js';

const test = suite('sframe');
const statements = `def_cfa 3,8|def_cfa 7,8|def_cfa 6,16|def_cfa_register 3|def_cfa_register 6|def_cfa_register 7|def_cfa_offset 24
def_cfa_offset 127|def_cfa_offset 128|def_cfa_offset -127|def_cfa_offset -128|def_cfa_offset 32767|def_cfa_offset 32768
def_cfa_offset -32768|def_cfa_offset 0x7fffffff|offset 16,-8|offset 3,-16|offset 6,-16|offset 6,-160|offset 6,-160000|offset 6,0
undefined 16|undefined 6|same_value 6|same_value 3|adjust_cfa_offset 8|rel_offset 6,-24|restore 6|restore 3|val_offset 6,8|val_offset 7,8
window_save|remember_state|register 6,7|register 3,4|escape 1,2|return_column 5|return_column 16|signal_frame|label here
val_encoded_addr 3,0,f|personality 0,f|lsda 0,f`.split(/[\n|]/);
const compare = (text: string): string => differences(text, ['--gsframe'], { sframe: true });

if (haveGas) {
  test('each instruction of a procedure', () => {
    const each = statements.map(
      (statement, i) => `.cfi_startproc\nnop\n.cfi_${statement}\nnop\n.cfi_def_cfa 7,32\n.skip ${i * 9},0x90\n.cfi_endproc\n`,
    );
    assert.is(compare(`f:\n${each.join('')}`), '');
  });

  test('procedures at random', () => {
    const random = new Random(40);
    // Most of them leave a procedure its table; unbalanced and too quick restores crash gas.
    const usual = statements.filter((s) => !/escape|register [36],|label|val_|column 5|personality|lsda|remember|-160000|7fffffff/.test(s));
    const code = (): string =>
      random.pick(['nop\n', '.skip 200,0x90\n', 'nop\n.p2align 4\n', `jmp 1f\n.skip ${random.below(140) + 1}\n1:\n`]);
    let text = 'f:\n';
    for (let i = 0; i < 150; i++) {
      text += `.cfi_startproc${random.below(20) === 0 ? ' simple\n.cfi_def_cfa 7,8' : ''}\nnop\n`;
      let remembered = 0;
      for (let n = random.below(12); n > 0; n--) {
        const statement = random.below(40) === 0 ? random.pick(statements) : random.below(5) === 0 ? 'remember_state' : random.pick(usual);
        if (statement === 'label here' || /-160000|7fffffff/.test(statement)) continue;
        const more = statement === 'remember_state';
        text += `.cfi_${statement}\n`;
        if (more || random.below(3) > 0) text += code();
        if (more) remembered++;
        else if (remembered > 0 && text.endsWith('nop\n')) {
          text += '.cfi_restore_state\n';
          remembered--;
        }
      }
      text += '.cfi_endproc\n';
    }
    assert.is(compare(text), '');
  });

  test('.cfi_sections and code of several sections', () => {
    const procedure = '.cfi_startproc\nnop\n.cfi_endproc\n';
    for (const names of ['.debug_frame', '.sframe', '.eh_frame', '.sframe, .debug_frame, .eh_frame']) {
      const text = `.cfi_sections ${names}\n${procedure}.section .text.a,"ax"\nnop\n${procedure}.cfi_sections .debug_frame\n.text 1\n${procedure}`;
      assert.is(compare(text), '', names);
      assert.is(differences(text), '', names);
    }
    assert.is(compare(`${procedure}.section .sframe,"a"\n.byte 1\n`), '');
    assert.is(compare('nop\n'), '');
    for (const size of [254, 255, 65534, 65535])
      assert.is(compare(`.cfi_startproc\n.skip ${size},0x90\n.cfi_def_cfa_offset 16\nnop\n.cfi_endproc\n`), '');
  });

  test('what the format has no room for, and other targets', () => {
    for (const offset of ['0x80000000', '-0x80000000', '0x100000008']) {
      assert.is(compare(`.cfi_startproc\nnop\n.cfi_def_cfa_offset ${offset}\nnop\n.cfi_endproc\n`), '', offset);
    }
    for (const abi of ['32', 'x32'] as const)
      assert.is(differences('.cfi_startproc\nnop\n.cfi_endproc\n', [`--${abi}`, '--gsframe'], { abi, sframe: true }), '');
  });
} else test.skip('GNU as 2.40 is not installed', () => {});
test.run();
