/** .cfi_*: every directive and operand shape, valid and not, and procedures that jumps move, against GNU as. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../support/compare-gas.js';
import { Random } from '../support/random.js';

const test = suite('cfi');
if (haveGas) {
  const statements = `
.cfi_startproc|.cfi_endproc|.cfi_def_cfa|.cfi_def_cfa 7|.cfi_def_cfa 7,|.cfi_def_cfa 7,x|.cfi_def_cfa foo, 1|.cfi_def_cfa %rip, 1
.cfi_def_cfa rsp, 1|.cfi_def_cfa %al, 1|.cfi_def_cfa -1, 1|.cfi_def_cfa 7 8|.cfi_def_cfa 7, 8 9|.cfi_def_cfa 7, 8, 9|.cfi_def_cfa 3,-8
.cfi_restore 3,4,5|.cfi_restore 3 4|.cfi_restore|.cfi_restore 100|.cfi_undefined 3,4|.cfi_undefined|.cfi_restore_state
.cfi_remember_state|.cfi_remember_state x|.cfi_signal_frame|.cfi_signal_frame x|.cfi_window_save|.cfi_negate_ra_state
.cfi_escape|.cfi_escape 1,|.cfi_escape 1 2|.cfi_escape foo|.cfi_escape 1,0x100,-1|.cfi_personality|.cfi_personality 0
.cfi_personality 0x1b|.cfi_personality 0x1b,|.cfi_personality 0x1b,foo|.cfi_personality 0x1b,foo+4|.cfi_personality 0x1b,foo-bar
.cfi_personality 0xff,foo|.cfi_personality 0xff|.cfi_personality 5,foo|.cfi_personality 0x50,foo|.cfi_personality 1, foo
.cfi_personality 0x100, foo|.cfi_personality 3, 5|.cfi_personality 3 5|.cfi_personality 0x9b,foo|.cfi_personality 2,foo
.cfi_lsda|.cfi_lsda 0x1b|.cfi_lsda 0x1b,|.cfi_lsda 0x1b,foo|.cfi_lsda 0x1b,foo+4|.cfi_lsda 0x1b,foo-bar|.cfi_lsda 0xff|.cfi_lsda 4,9
.cfi_return_column|.cfi_return_column 300|.cfi_return_column foo|.cfi_return_column 3|.cfi_inline_lsda|.cfi_fde_data 1|.cfi_personality_id 1
.cfi_label|.cfi_label foo|.cfi_label foo, bar|.cfi_label 1|.cfi_val_offset|.cfi_val_offset 1|.cfi_val_offset 1,2|.cfi_val_offset 1,-24
.cfi_val_encoded_addr|.cfi_val_encoded_addr 1|.cfi_val_encoded_addr 1,2|.cfi_val_encoded_addr 1,2,|.cfi_val_encoded_addr 1,2,foo
.cfi_val_encoded_addr 1,0xff,foo|.cfi_val_encoded_addr 1,1,foo|.cfi_val_encoded_addr 1,0x1b,foo|.cfi_val_encoded_addr 1,0,foo
.cfi_sections|.cfi_sections .eh_frame, .debug_frame|.cfi_sections .debug_frame|.cfi_sections .foo|.cfi_sections .eh_frame,|.cfi_sections eh_frame
.cfi_register 1|.cfi_register 1,|.cfi_register 1,2|.cfi_register 1,2,3|.cfi_rel_offset 1|.cfi_rel_offset 1,2|.cfi_rel_offset 1,16
.cfi_offset 1,foo|.cfi_offset 1|.cfi_offset 1,16|.cfi_offset 100,-16|.cfi_adjust_cfa_offset|.cfi_adjust_cfa_offset x|.cfi_adjust_cfa_offset 8
.cfi_def_cfa_register|.cfi_def_cfa_register x|.cfi_def_cfa_register st(3)|.cfi_same_value|.cfi_same_value 1,foo|.cfi_endproc x|.cfi_def_cfa_offset -16`;
  test('each directive and operand shape', () => {
    for (const statement of statements.trim().split(/[\n|]/)) {
      assert.is(differences(`.cfi_startproc\nnop\n${statement}\nnop\n.cfi_endproc\n`), '', statement);
    }
  });

  /** Procedures of random instructions, with jumps and alignments between them. */
  function program(random: Random): string {
    const lines: string[] = [];
    const register = (): string => random.pick(['rbp', '%rbx', 'r12', '3', '16', '%xmm3', '70']);
    const offset = (): number => random.range(-20, 20) * 8;
    const instruction = (): string =>
      random.pick([
        () => `.cfi_offset ${register()}, ${offset()}`,
        () => `.cfi_rel_offset ${register()}, ${offset()}`,
        () => `.cfi_val_offset ${register()}, ${offset()}`,
        () => `.cfi_def_cfa ${register()}, ${offset()}`,
        () => `.cfi_def_cfa_offset ${offset()}`,
        () => `.cfi_adjust_cfa_offset ${offset()}`,
        () => `.cfi_def_cfa_register ${register()}`,
        () => `.cfi_register ${register()}, ${register()}`,
        () => `.cfi_restore ${register()}`,
        () => `.cfi_undefined ${register()}`,
        () => `.cfi_same_value ${register()}`,
        () => '.cfi_remember_state; nop; .cfi_restore_state',
        () => '.cfi_window_save',
        () => `.cfi_escape ${random.range(0, 255)}, ${random.range(0, 255)}`,
        () => '.cfi_signal_frame',
        () => `.cfi_return_column ${register()}`,
        () => '.cfi_personality 0x9b, DW.ref.p',
        () => '.cfi_lsda 0x1b, .Llsda',
      ])();
    for (let procedure = 0; procedure < 8; procedure++) {
      if (random.range(0, 4) === 0)
        lines.push(random.pick(['.text', '.section .text.a,"ax"', '.data', '.cfi_sections .eh_frame, .debug_frame']));
      lines.push(`f${procedure}: .cfi_startproc${random.range(0, 3) === 0 ? ' simple' : ''}`);
      for (let i = random.range(0, 3); i > 0; i--) lines.push(instruction());
      for (let i = random.range(0, 10); i > 0; i--) {
        lines.push(
          random.pick([
            () => 'nop',
            () => `.skip ${random.pick([1, 60, 63, 64, 250, 70_000])}`,
            () => `jmp f${random.range(0, 7)}`,
            () => `jne f${random.range(0, 7)}`,
            () => '.balign 16, 0xcc',
            () => `.uleb128 .Lx${procedure}-f${procedure}`,
          ])(),
        );
        for (let j = random.range(0, 2); j > 0; j--) lines.push(instruction());
      }
      lines.push(`.cfi_endproc; .Lx${procedure}:`);
    }
    return `${lines.join('\n')}\n.Llsda:\n`;
  }

  test('generated procedures', () => {
    const seed = Number(process.env.SEED ?? 1);
    for (let i = 0; i < 40; i++) {
      const source = program(new Random(seed * 1000 + i));
      assert.is(differences(source), '', `seed ${seed}, program ${i}:\n${source}`);
    }
  });

  test('entries that the source writes itself', () => {
    for (const [version, distances] of [
      [1, ['.Lb-.La', '.Lc-.Lb', '.Ld-.Lc', '.Ld-.Ld', '5', '300', '70000']],
      [3, ['.Lb-.La']],
    ] as const) {
      const source = `
.text
.La: nop
jmp .Ld
.Lb: .skip 100
.Lc: .skip 70000
.Ld: ret
.section .eh_frame,"a",@progbits
.Lframe: .long .LECIE-.LSCIE
.LSCIE: .long 0
.byte ${version}
.string "zR"
.uleb128 1
.sleb128 -8
.byte 16
.uleb128 1
.byte 0x1b
.byte 0xc
.uleb128 7
.uleb128 8
.balign 8
.LECIE: .long .LEFDE-.LASFDE
.LASFDE: .long .LASFDE-.Lframe
.long .La-.
.long .Ld-.La
.uleb128 0
${distances.map((distance) => `.byte 4\n.long ${distance}\n.byte 0xe\n.uleb128 16`).join('\n')}
.balign 8
.LEFDE:
`;
      assert.is(differences(source), '', source);
    }
  });

  test('CIE versions and address sizes', () => {
    const source = program(new Random(7))
      .replaceAll(/%?r(bp|bx|12)/g, '5')
      .replaceAll('%xmm3', 'xmm3');
    for (const abi of ['32', 'x32', '64'] as const) {
      for (const cieVersion of [1, 3, 4] as const) {
        assert.is(differences(source, [`--${abi}`, `--gdwarf-cie-version=${cieVersion}`], { abi, cieVersion }), '', `${abi} ${cieVersion}`);
      }
    }
  });
} else test.skip('GNU as 2.40 is not installed', () => {});
test.run();
