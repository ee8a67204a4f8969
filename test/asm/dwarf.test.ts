/** .file, .loc and -g: every operand shape, valid and not, and rows that relaxation moves, against GNU as. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AssembleOptions } from '../../src/asm/index.js';
import { differences, haveGas } from '../support/compare-gas.js';
import { Random } from '../support/random.js';

const test = suite('dwarf');

/** The option of as that asks for DWARF of `version`. */
const debug = (version: 2 | 3 | 4 | 5): { args: string[]; options: AssembleOptions } => ({
  args: [`--gdwarf-${version}`],
  options: { debug: { format: 'dwarf', version } },
});

if (haveGas) {
  const statements = `
.loc|.loc 1|.loc 1 1|.loc 0 1|.file 1|.file 1 foo|.file 1 "a.c"|.file 1 "b.c"|.file 2 "d" "b.c"|.file 0 "x.c"|.file -1 "x.c"|.file foo "x.c"
.file|.file "x.c" 1|.file "x.c" "y.c"|.file "x.c"|.file 2 "/"|.file 2 "d/x"|.file 2 "/d"|.file 4 "x"|.file 2 "a" md5 5
.loc 9 1|.loc 1 0|.loc 1 -1|.loc 1 1 -1|.loc -1 1|.loc 1 1 1 foo|.loc 1 1 1 basic_block prologue_end epilogue_begin
.loc 1 1 1 is_stmt|.loc 1 1 1 is_stmt 2|.loc 1 1 1 is_stmt 0|.loc 1 1 1 isa -1|.loc 1 1 1 isa 1|.loc 1 1 1 discriminator -1
.loc 1 1 1 discriminator 500|.loc 1 1 1 view|.loc 1 1 1 view 1|.loc 1 1 1 view 0|.loc 1 1 1 view -0|.loc 1 1 1 view foo
bar: .loc 1 1 1 view bar|.loc 1 1, 1|.loc 1, 1|.loc 1 1 1 2|.loc 1 1 is_stmt 1 basic_block is_stmt 0|.loc 1 x|.loc x 1|.loc 1 1 x
.loc 1 0x10 2|.loc 1 1+1 2|.loc (1) 010|.loc 1 5000000000|.loc_mark_labels|.loc_mark_labels 1|.loc_mark_labels 2|.loc_mark_labels 0 0`;
  const statements5 = `
.file 3 "d" "b.c" md5|.file 2 "d" "b.c" md5 0x1|.file 2 "d" "b.c" md5 0x12345678901234567890123456789012|.file 2 "d" "b.c" foo
.file 2 "a" md5 0x12345678901234567|.file 0 "zz" "y.c"|.file 0 "qq" "y.c"|.file 0 "a.c"|.file 1 "a.c" md5 0x12345678901234567890123456789012
.loc 0 1|.loc 7 1|.file 2 ""|.file 2 "x/"|.file 2 "" "x"|.file 2 "d" ""|.file 2 "d" "/x/y"|.file 2 "/d/e" "x"|.file 2 "zz" "x"`;
  test('each directive and operand shape', () => {
    for (const statement of statements.trim().split(/[\n|]/))
      assert.is(differences(`.file 1 "a.c"\nnop\n${statement}\nnop\n`), '', statement);
    for (const statement of statements5.trim().split(/[\n|]/)) {
      assert.is(differences(`.file 0 "zz" "y.c"\n.file 1 "a.c"\nnop\n${statement}\nnop\n.loc 1 1\nnop\n`), '', statement);
    }
    for (const file of ['"zz" "a/b.c"', '"zz" "zz/b.c"', '"zz" "/b.c"', '"/tmp" "/tmp/d/b.c"', '"zz/" "b.c"', '"" "b.c"', '"a/b.c"']) {
      assert.is(differences(`.file 0 ${file}\n.file 1 "q.c"\n.file 2 "a/q.c"\nnop\n.loc 1 1\nnop\n`), '', file);
    }
  });

  /** Rows with random options (gas resets a view by an address also where a .skip ends a frag of its own: not asked for) between instructions, jumps, alignments and changes of section. */
  function program(random: Random, locations: boolean): string {
    const lines = locations ? ['.file 1 "a.c"', '.file 2 "inc/b.h"'] : [];
    let views = 0;
    const location = (): string => {
      let text = `.loc ${random.range(1, 2)} ${random.pick([random.range(1, 30), random.range(1, 3000)])}`;
      if (random.chance(0.7)) text += ` ${random.range(0, 200)}`;
      if (random.chance(0.2)) text += ` is_stmt ${random.range(0, 1)}`;
      if (random.chance(0.1))
        text += ` ${random.pick(['basic_block', 'prologue_end', 'epilogue_begin', 'isa 3', 'discriminator 7', 'discriminator 300'])}`;
      if (random.chance(0.4))
        text += ` view ${random.chance(0.1) && !lines.slice(lines.findLastIndex((line) => line.startsWith('.loc')) + 1).some((line) => line.startsWith('.skip')) ? '-0' : `.LVU${++views}`}`;
      return text;
    };
    for (let i = 0; i < 60; i++) {
      if (locations && random.chance(0.5)) lines.push(location());
      lines.push(
        random.pick([
          () => 'nop',
          () => 'movl $1, %eax',
          () => `l${i}: ret`,
          () => `jmp l${Math.max(0, i - random.range(0, 20))}`,
          () => `jne l${i + random.range(0, 20)}`,
          () => '.balign 16, 0xcc',
          () => `.skip ${random.pick([1, 16, 17, 200, 300, 5000])}`,
          () => `.text ${random.range(0, 2)}`,
          () => '.section .text.b,"ax"',
          () => `.type g${i},@function; .globl g${i}; g${i}: nop; .size g${i},.-g${i}`,
          () => `.type h${i},@function; h${i}: nop; .size h${i},1`,
          () => '.data; .long 1; .text',
        ])(),
      );
    }
    lines.push('.section .foo');
    for (let view = 1; view <= views; view++) lines.push(`.byte .LVU${view}`, `.uleb128 .LVU${view}`);
    return `${lines.join('\n')}\n`;
  }

  test('generated rows', () => {
    const seed = Number(process.env.SEED ?? 1);
    for (let i = 0; i < 25; i++) {
      const source = program(new Random(seed * 1000 + i), true);
      assert.is(differences(source), '', `seed ${seed}, program ${i}:\n${source}`);
    }
  });

  test('-g of every version', () => {
    const seed = Number(process.env.SEED ?? 1);
    for (const version of [2, 3, 4, 5] as const) {
      const { args, options } = debug(version);
      for (let i = 0; i < 5; i++) {
        const source = program(new Random(seed * 100 + i), i > 3);
        assert.is(differences(source, args, options), '', `version ${version}, program ${i}:\n${source}`);
      }
      for (const abi of ['32', 'x32'] as const) {
        const source = program(new Random(seed), false);
        assert.is(differences(source, [`--${abi}`, ...args], { abi, ...options }), '', `${abi}, version ${version}`);
      }
    }
  });

  test('-g: macros, repetitions and named lines', () => {
    const source = `nop
.macro m
nop
nop
.endm
m
.macro k
m
.rept 2
nop
.endr
.endm
k
.irp x,1,2
nop
 nop
.endr
.file "q.c"
.line 50
nop
# 7 "dir/y.c"
nop
m
`;
    for (const version of [2, 5] as const) {
      const { args, options } = debug(version);
      assert.is(differences(source, args, options), '', `version ${version}`);
    }
    assert.is(
      differences(source, ['-g', '--debug-prefix-map', 'dir=DIR', '--debug-prefix-map', '/tmp=TMP'], {
        debug: { format: 'dwarf' },
        debugPrefixMap: [
          { from: '/tmp', to: 'TMP' },
          { from: 'dir', to: 'DIR' },
        ],
      }),
      '',
    );
  });

  test('--gdwarf-sections', () => {
    const source =
      '.section .text.a,"ax"\nf: nop\n.text\nnop\n.section .text.b,"axG",@progbits,sig,comdat\nnop\n.section .text.a\nret\n.data\n';
    for (const version of [2, 5] as const) {
      const { args, options } = debug(version);
      assert.is(differences(source, [...args, '--gdwarf-sections'], { ...options, dwarfSections: true }), '', `version ${version}`);
    }
  });

  test("a source's own debugging sections", () => {
    for (const own of ['.debug_info', '.debug_line', '.debug_str', '.debug_abbrev', '.debug_aranges']) {
      for (const content of ['', '.byte 1']) {
        const source = `nop\n.section ${own}\n${content}\n.text\nnop\n`;
        assert.is(differences(source), '', source);
        assert.is(differences(source, ['-g'], { debug: { format: 'dwarf' } }), '', source);
      }
    }
  });
} else test.skip('GNU as 2.40 is not installed', () => {});
test.run();
