/** The linker: two random objects and a linker script, or mutated objects. A case is the script, a line of =, and two sources or objects. */
import { assemble } from '../../../src/asm/index.js';
import { TskvmError } from '../../../src/diagnostics.js';
import { memoryHost } from '../../../src/host.js';
import { writeElf } from '../../../src/objcopy/elf/write.js';
import { link } from '../../../src/objcopy/link/index.js';
import { generateProgram } from '../program-generator.js';
import type { Random } from '../random.js';
import { latin1, mutate, noise, textOf, thrown, type Target } from './target.js';

const separator = '\n====\n';
const expressions = [
  '.',
  '0x1000',
  'ALIGN(16)',
  'ALIGN(., 4096)',
  'SIZEOF(.text)',
  'ADDR(.data)',
  'LOADADDR(.data)',
  'x + 1',
  '. + 0x10',
  'MAX(x, 4)',
  'DEFINED(y) ? y : 3',
  '1 << 65',
  '5 / 0',
  '5 % x',
  '-1',
  '~0',
  'CONSTANT(MAXPAGESIZE)',
  'ORIGIN(ram)',
  'LENGTH(ram)',
  'SIZEOF_HEADERS',
  'BLOCK(8)',
  'SEGMENT_START("t", 4)',
  'DATA_SEGMENT_ALIGN(4096, 4096)',
  'ABSOLUTE(.)',
  '(x',
  'L1',
  'NEXT(8)',
];
const patterns = [
  '*(.text)',
  '*(.text .text.*)',
  '*(.data)',
  '*(COMMON)',
  '*(.bss)',
  'KEEP(*(.init))',
  '*(SORT(.text.*))',
  '*(SORT_BY_ALIGNMENT(*))',
  '*a*(.rodata)',
  'EXCLUDE_FILE(*b*) *(.data)',
  '*(*)',
  '*',
];
const words = ['SECTIONS {', '}', 'MEMORY { ram (rwx) : ORIGIN = 0, LENGTH = 1M }', 'ENTRY(L1)', 'PHDRS { t PT_LOAD; }', 'OUTPUT_FORMAT(binary)', 'OUTPUT_ARCH(i386)', 'ASSERT(x == 1, "no")', 'INCLUDE x', 'PROVIDE(x = 1);',
  'PROVIDE_HIDDEN(y = .);', 'HIDDEN(z = 4);', '/DISCARD/ : { *(.note*) }', '.text : { *(.text) }', '> ram', 'AT> ram', ':t', '=0x90', 'AT(0x100)', 'ALIGN(8)', 'SUBALIGN(4)', 'BYTE(1)', 'QUAD(x)', 'FILL(0x1234)', 'VERSION { V { global: *; }; }',
  'INPUT(a.o)', 'GROUP(x.a)', 'STARTUP(a)', 'EXTERN(q)', 'NOCROSSREFS(.text .data)', 'INSERT AFTER .text;', 'OVERLAY : { .a { *(.a) } }', 'CONSTRUCTORS', 'CREATE_OBJECT_SYMBOLS', '/*', '*/', '"', ';', ...expressions, ...patterns]; // prettier-ignore

/** A script that is mostly sound. */
function script(random: Random): string {
  const expression = (): string => random.pick(expressions);
  const parts: string[] = [];
  if (random.chance(0.4))
    parts.push(`MEMORY { ram (rwx) : ORIGIN = ${random.pick(['0', '0x1000', '0x100000'])}, LENGTH = ${random.pick(['64K', '1M', '10'])} }`);
  if (random.chance(0.4)) parts.push(`ENTRY(${random.pick(['L1', 'none', '_start'])})`);
  parts.push('SECTIONS {');
  for (let i = random.range(1, 6); i > 0; i--) {
    if (random.chance(0.5))
      parts.push(
        `  ${random.pick(['.', 'x', 'y', 'PROVIDE(z'])} ${random.pick(['=', '=', '+='])} ${expression()};`.replace(
          /(PROVIDE\(z.*);$/,
          '$1);',
        ),
      );
    const inner = Array.from({ length: random.range(0, 3) }, () =>
      random.pick([
        random.pick(patterns),
        `x${random.below(3)} = ${expression()};`,
        `BYTE(${expression()})`,
        `LONG(${expression()})`,
        `. = ${expression()};`,
        'FILL(0x90)',
      ]),
    );
    const address = random.chance(0.2) ? ` ${expression()}` : '';
    parts.push(
      `  ${random.pick(['.text', '.data', '.bss', '.x', '/DISCARD/'])}${address} : ${random.pick(['', '', `AT(${expression()}) `, 'ALIGN(32) '])}{ ${inner.join(' ')} }${random.pick(['', '', ' > ram', ' =0x90'])}`,
    );
  }
  parts.push('}');
  if (random.chance(0.2)) parts.push(`ASSERT(${expression()}, "message")`);
  return parts.join('\n');
}

function objectOf(text: string, name: string): Uint8Array | null {
  if (text.startsWith('\x7fELF')) return latin1(text);
  const { object } = assemble([{ name, text: latin1(text) }], { lineTable: false, force: true }, memoryHost({}));
  return object === null ? null : writeElf(object);
}

export const linker: Target = {
  name: 'link',
  about: 'the linker and its scripts: random and mutated scripts and objects',
  generate(random) {
    const chosen = random.chance(0.1) ? '' : random.chance(0.06) ? textOf(noise(random, 200)) : script(random);
    const text = chosen !== '' && random.chance(0.5) ? textOf(mutate(random, latin1(chosen), words)) : chosen;
    const program = (): string => {
      const source = `.globl _start\n_start: nop\n${generateProgram(random.below(2 ** 31), { size: random.range(2, 20), mistakes: 0 })}`;
      if (random.chance(0.75)) return source;
      const object = objectOf(source, 'x.s');
      return object === null ? source : textOf(mutate(random, object));
    };
    return latin1([text, program(), program()].join(separator));
  },
  check(input) {
    const [text, ...sources] = textOf(input).split(separator);
    const files = sources.flatMap((source, i) => {
      const data = objectOf(source, `${'ab'[i] ?? 'c'}.s`);
      return data === null ? [] : [{ name: `${'ab'[i] ?? 'c'}.o`, data }];
    });
    try {
      const result = link(files, { script: text === '' ? undefined : { name: 'x.ld', text }, map: true, unresolved: 'ignore' });
      if (result.object !== null) {
        writeElf(result.object, undefined, (message) => {
          throw new TskvmError(message);
        });
      }
      if (result.object === null && !result.diagnostics.some((d) => d.severity === 'error'))
        return 'nothing was linked, and nothing says why';
    } catch (error) {
      return error instanceof TskvmError ? null : thrown(error);
    }
    return null;
  },
};
