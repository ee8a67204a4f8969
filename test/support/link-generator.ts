/**
 * Random links: a few objects as assembler sources, a linker script made by the grammar of the ld manual (nodes Scripts), and
 * options. The same seed gives the same case.
 */
import { Random } from './random.js';

export interface LinkCase {
  readonly bits: 32 | 64;
  readonly sources: readonly string[];
  /** null: the default layout. */
  readonly script: string | null;
  readonly options: readonly string[];
}

interface SectionShape {
  readonly name: string;
  readonly flags: string;
  readonly type?: string;
}

// prettier-ignore
const SECTIONS: readonly SectionShape[] = [
  { name: '.text', flags: 'ax' }, { name: '.text.a', flags: 'ax' }, { name: '.text.unlikely.b', flags: 'ax' }, { name: '.text.startup', flags: 'ax' },
  { name: '.init', flags: 'ax' }, { name: '.multiboot', flags: 'a' }, { name: '.code2', flags: 'ax' }, { name: '.wx', flags: 'awx' },
  { name: '.data', flags: 'aw' }, { name: '.data.x', flags: 'aw' }, { name: '.data.rel.ro', flags: 'aw' }, { name: '.extra', flags: 'aw' },
  { name: '.rodata', flags: 'a' }, { name: '.rodata.y', flags: 'a' }, { name: '.rodata.str1.1', flags: 'aMS', type: '@progbits,1' },
  { name: '.rodata.cst4', flags: 'aM', type: '@progbits,4' }, { name: 'table', flags: 'aw' }, { name: 'rotable', flags: 'a' },
  { name: '.bss', flags: 'aw', type: '@nobits' }, { name: '.bss.z', flags: 'aw', type: '@nobits' }, { name: '.noinit', flags: 'aw', type: '@nobits' },
  { name: '.note.n', flags: 'a', type: '@note' }, { name: '.info', flags: '' }, { name: '.comment', flags: 'MS', type: '@progbits,1' },
  { name: '.tdata', flags: 'awT' }, { name: '.tbss', flags: 'awT', type: '@nobits' }, { name: '.init_array', flags: 'aw', type: '@init_array' },
  { name: '.init_array.5', flags: 'aw', type: '@init_array' }, { name: '.ctors.7', flags: 'aw' }, { name: '.debug_x', flags: '' },
];

const ALIGNMENTS = [1, 1, 2, 4, 4, 8, 16, 32, 64, 4096];

export function generateLink(seed: number): LinkCase {
  const random = new Random(seed);
  return new Generator(random).make();
}

class Generator {
  private readonly bits: 32 | 64;
  /** Names of sections that are there: scripts mention them most. */
  private readonly present = new Set<string>();
  private readonly globals: string[] = [];
  private readonly scripted: string[] = [];
  private readonly outputs: string[] = [];
  private regions: string[] = [];
  private phdrs: string[] = [];
  private sorts = false;

  constructor(private readonly random: Random) {
    this.bits = random.chance(0.5) ? 32 : 64;
  }

  make(): LinkCase {
    const { random } = this;
    const count = random.range(1, 3);
    for (let i = 0; i < count; i++) for (let k = random.range(1, 4); k > 0; k--) this.globals.push(`g${i}_${k}`);
    const sources = Array.from({ length: count }, (_, i) => this.source(i, count));
    const script = random.chance(0.12) ? null : this.script();
    return { bits: this.bits, sources, script, options: this.options(script === null) };
  }

  private source(index: number, count: number): string {
    const { random } = this;
    const lines: string[] = [];
    const mine = this.globals.filter((g) => g.startsWith(`g${index}_`));
    if (index === 0 && random.chance(0.9)) lines.push('.globl _start', '.text', '_start: nop');
    const shapes = Array.from({ length: random.range(1, 7) }, () =>
      random.chance(0.4) ? random.pick(SECTIONS.slice(0, 1).concat(SECTIONS[8], SECTIONS[12], SECTIONS[18])) : random.pick(SECTIONS),
    );
    let label = 0;
    for (const shape of shapes) {
      this.present.add(shape.name);
      const standard = shape.name === '.text' || shape.name === '.data' || shape.name === '.bss';
      lines.push(standard ? shape.name : `.section ${shape.name},"${shape.flags}"${shape.type ? `,${shape.type}` : ',@progbits'}`);
      const merges = shape.flags.includes('M');
      if (!merges && random.chance(0.5)) lines.push(`.balign ${random.pick(ALIGNMENTS)}`);
      if (!merges && mine.length > 0 && random.chance(0.6) && !shape.flags.includes('T')) {
        const name = mine.pop()!;
        lines.push(`${random.chance(0.15) ? '.weak' : '.globl'} ${name}`);
        if (random.chance(0.3)) lines.push(`.type ${name}, @${random.pick(['function', 'object'])}`);
        lines.push(`${name}:`);
      }
      if (random.chance(0.4) && !merges && !shape.flags.includes('T')) lines.push(`l${index}_${label++}:`);
      this.body(shape, lines);
    }
    // What no section took is absolute or common.
    for (const name of mine) {
      if (random.chance(0.4)) lines.push(`.comm ${name}, ${random.range(1, 40)}, ${random.pick([1, 2, 4, 8, 16, 32])}`);
      else lines.push(`.globl ${name}`, `${name} = 0x${random.below(0x10000).toString(16)}`);
    }
    if (random.chance(0.1)) lines.push(`.comm g0_1c, ${random.range(1, 40)}, 8`);
    if (random.chance(0.7) || count > 1) lines.push('.section .note.GNU-stack,"",@progbits');
    return `${lines.join('\n')}\n`;
  }

  private body(shape: SectionShape, lines: string[]): void {
    const { random } = this;
    if (shape.name.startsWith('.note')) {
      lines.push('.long 4, 4, 1', '.asciz "ABC"', '.long 7');
      return;
    }
    if (shape.flags.includes('S')) {
      for (let i = random.range(1, 3); i > 0; i--) lines.push(`.asciz "${random.pick(['hello', 'lo', 'world', 'x', '', 'old'])}"`);
      return;
    }
    if (shape.name === '.rodata.cst4') {
      for (let i = random.range(1, 3); i > 0; i--) lines.push(`.long ${random.below(4)}`);
      return;
    }
    if (shape.type === '@nobits') {
      if (random.chance(0.9)) lines.push(`.skip ${random.range(1, 50)}`);
      return;
    }
    if (random.chance(0.08)) return;
    for (let i = random.range(1, 3); i > 0; i--) {
      const symbol = random.chance(0.5) && this.globals.length > 0 ? random.pick(this.globals) : null;
      if (shape.name.startsWith('.init_array') || shape.name.startsWith('.ctors')) lines.push(`.${this.bits === 64 ? 'quad' : 'long'} 5`);
      else if (symbol !== null && !shape.flags.includes('T')) {
        lines.push(
          this.bits === 64 ? `.quad ${symbol}${random.pick(['', '+4', '-8'])}` : `.long ${symbol}${random.pick(['', '+4', '-8'])}`,
        );
        if (shape.flags.includes('x') && random.chance(0.3) && this.bits === 32) lines.push(`call ${symbol}`);
      } else if (shape.flags.includes('x')) lines.push(random.pick(['nop', 'ret', 'mov $5, %eax', '.skip 13, 0x90']));
      else lines.push(random.pick(['.byte 1', '.long 0x12345678', '.ascii "abcdefg"', '.skip 33, 7']));
    }
  }

  private script(): string {
    const { random } = this;
    const parts: string[] = [];
    if (random.chance(0.3)) {
      const origins = ['0x10000', '0x100000', '0x400000'];
      const names = ['rom', 'ram', 'aux'].slice(0, random.range(1, 3));
      this.regions = names;
      parts.push(
        `MEMORY {\n${names
          .map(
            (n, i) =>
              `  ${n} ${random.pick(['', '(rx)', '(rwx)', '(w)', '(!x)', '(a)', '(rx!w)'])} : ${random.pick(['ORIGIN', 'org', 'o'])} = ${origins[i]}, ${random.pick(['LENGTH', 'len', 'l'])} = ${random.pick(['64K', '0x20000', '1M', '512', '0x3000'])}`,
          )
          .join('\n')}\n}`,
      );
    }
    if (random.chance(0.15)) {
      this.phdrs = ['p1', 'p2', 'p3'].slice(0, random.range(1, 3));
      parts.push(
        `PHDRS {\n${this.phdrs.map((p, i) => `  ${p} PT_LOAD${i === 0 && random.chance(0.3) ? ' FILEHDR PHDRS' : ''}${random.chance(0.3) ? ` FLAGS(${random.below(8)})` : ''}${random.chance(0.15) ? ` AT(0x${(random.range(1, 9) * 0x10000).toString(16)})` : ''};`).join('\n')}\n${random.chance(0.3) ? '  note PT_NOTE;\n' : ''}}`,
      );
    }
    if (random.chance(0.5)) parts.push(`ENTRY(${random.pick(['_start', '_start', 'g0_1', 'missing'])})`);
    if (random.chance(0.2)) parts.push(this.assignment(0));
    parts.push('SECTIONS\n{');
    if (random.chance(0.6))
      parts.push(
        `  . = ${random.pick(['0', '0x7c00', '0x100000', '0x10000', '1M', 'SIZEOF_HEADERS', '0x10000 + SIZEOF_HEADERS', '0x8000'])};`,
      );
    for (let i = random.range(1, 6); i > 0; i--) {
      if (random.chance(0.35)) parts.push(`  ${this.assignment(0)}`);
      if (random.chance(0.2))
        parts.push(`  . = ${random.pick(['ALIGN(0x1000)', 'ALIGN(16)', '. + 0x20', 'ALIGN(., 64)', 'ALIGN(0x1000) + (. & 0xfff)', '.'])};`);
      if (random.chance(0.06))
        parts.push(`  ASSERT(${this.expression(1)} ${random.pick(['>=', '!=', '<'])} ${random.pick(['0', '0x20000000'])}, "assertion")`);
      parts.push(this.output());
    }
    if (random.chance(0.4)) parts.push(`  ${this.assignment(0)}`);
    if (random.chance(0.5)) parts.push('  _end = .;');
    if (random.chance(0.3))
      parts.push(
        `  /DISCARD/ : { ${random.pick(['*(.note*)', '*(.comment) *(.info)', '*(.debug*)', '*(.extra)', '*(.note.GNU-stack)'])} }`,
      );
    parts.push('}');
    return `${parts.join('\n')}\n`;
  }

  private symbol(): string {
    const { random } = this;
    const name = random.pick(['s1', 's2', 's3', 's4', 's5', 'edge', '_here', ...(random.chance(0.2) ? this.globals : [])]);
    this.scripted.push(name);
    return name;
  }

  private assignment(depth: number): string {
    const { random } = this;
    const value = this.expression(depth);
    const name = this.symbol();
    if (random.chance(0.15)) return `PROVIDE(${name} = ${value});`;
    if (random.chance(0.06)) return `PROVIDE_HIDDEN(${name} = ${value});`;
    if (random.chance(0.06)) return `HIDDEN(${name} = ${value});`;
    return `${name} = ${value};`;
  }

  private known(): string {
    const { random } = this;
    if (this.scripted.length > 0 && random.chance(0.6)) return random.pick(this.scripted);
    return random.pick(this.globals);
  }

  private section(): string {
    const { random } = this;
    if (this.outputs.length > 0 && random.chance(0.9)) return random.pick(this.outputs);
    return '.text';
  }

  /** depth 0: between sections; 1: inside one or deeper. */
  private expression(depth: number): string {
    const { random } = this;
    if (depth < 3 && random.chance(0.25)) {
      const operator = random.pick(['+', '+', '-', '*', '&', '|', '>>', '<<', '+', '==', '<']);
      const right = operator === '>>' || operator === '<<' ? String(random.below(8)) : this.expression(depth + 1);
      return `${random.chance(0.3) ? `(${this.expression(depth + 1)})` : this.expression(depth + 1)} ${operator} ${right}`;
    }
    return random.pick([
      () => '.',
      () => '.',
      () => '.',
      () => `0x${random.below(0x20000).toString(16)}`,
      () => String(random.below(100)),
      () => `ALIGN(${random.pick([4, 8, 16, 64, 4096])})`,
      () => `ALIGN(${this.expression(depth + 2)}, ${random.pick([4, 8, 16, 64])})`,
      () => this.known(),
      () => `ADDR(${this.section()})`,
      () => `SIZEOF(${this.section()})`,
      () => `LOADADDR(${this.section()})`,
      () => `ALIGNOF(${this.section()})`,
      () => `ABSOLUTE(${this.expression(depth + 2)})`,
      () => `MAX(${this.expression(depth + 2)}, ${this.expression(depth + 2)})`,
      () => `MIN(${this.expression(depth + 2)}, ${this.expression(depth + 2)})`,
      () => `(DEFINED(${this.known()}) ? ${this.expression(depth + 2)} : ${this.expression(depth + 2)})`,
      () => `LOG2CEIL(${random.range(1, 5000)})`,
      () => (this.regions.length > 0 ? `${random.pick(['ORIGIN', 'LENGTH'])}(${random.pick(this.regions)})` : '7'),
      () => `NEXT(${random.pick([16, 4096])})`,
      () => `-${random.below(9)}`,
      () => `~${random.below(9)}`,
      () => `!${this.known()}`,
      () => random.pick(['SIZEOF_HEADERS', 'CONSTANT(MAXPAGESIZE)', 'CONSTANT(COMMONPAGESIZE)', 'SEGMENT_START("text-segment", 0x3000)']),
    ])();
  }

  private output(): string {
    const { random } = this;
    const names = [...this.present].filter((n) => !n.startsWith('.note.GNU'));
    const name = random.chance(0.75)
      ? random.pick([...names, '.text', '.data', '.rodata', '.bss'])
      : random.pick(['.mine', '.boot', '.all', '.empty', '.text']);
    let text = `  ${name}`;
    if (random.chance(0.15))
      text += ` ${random.pick(['0x200000', '0x10000', 'ALIGN(0x1000)', '. + 8', 'ALIGN(32)', '0x30000', 'ADDR(.text) + 0x40000'])}`;
    if (random.chance(0.06)) text += ` (${random.pick(['NOLOAD', 'READONLY', 'INFO', 'COPY', 'DSECT', 'OVERLAY', 'NOLOAD'])})`;
    text += ' :';
    if (random.chance(0.15))
      text += ` AT(${random.pick(['0x300000', 'ADDR(.text)', 'LOADADDR(.text) + SIZEOF(.text)', '0x10000', '. - 0x100'])})`;
    if (random.chance(0.15)) text += ` ALIGN(${random.pick([8, 16, 32, 4096])})`;
    else if (random.chance(0.03)) text += ' ALIGN_WITH_INPUT';
    if (random.chance(0.08)) text += ` SUBALIGN(${random.pick([1, 2, 16, 32])})`;
    if (random.chance(0.03)) text += ` ${random.pick(['ONLY_IF_RO', 'ONLY_IF_RW'])}`;
    text += '\n  {\n';
    if (!this.outputs.includes(name)) this.outputs.push(name);
    for (let i = random.range(random.chance(0.9) ? 1 : 0, 5); i > 0; i--) text += `    ${this.inner(name, names)}\n`;
    text += '  }';
    if (this.regions.length > 0 && random.chance(0.93)) text += ` >${random.pick(this.regions)}`;
    if (this.regions.length > 0 && random.chance(0.2) && !/ AT\(/.test(text)) text += ` AT>${random.pick(this.regions)}`;
    if (this.phdrs.length > 0 && random.chance(0.5)) text += ` :${random.pick(this.phdrs)}`;
    if (random.chance(0.1)) text += ` =${random.pick(['0x90', '0xcc', '0x1234', '0x90909090', '0xcccccccc', '1', '0x12345678 + 1'])}`;
    return text;
  }

  private inner(name: string, names: readonly string[]): string {
    const { random } = this;
    if (random.chance(0.6)) return this.input(name, names);
    return random.pick([
      () => this.assignment(1),
      () => this.assignment(1),
      () => `. = ${random.pick(['ALIGN(8)', 'ALIGN(16)', '. + 5', '. + 0x20', 'ALIGN(., 8)', 'ALIGN(64)', '.', '0x100', '0x400'])};`,
      () => `. += ${random.range(0, 16)};`,
      () => `${random.pick(['BYTE', 'SHORT', 'LONG', 'QUAD', 'SQUAD'])}(${this.expression(1)})`,
      () => `FILL(${random.pick(['0x90', '0xdeadbeef', '0xab', '7'])})`,
    ])();
  }

  private sorting(): string {
    const word = this.random.pick(['SORT', 'SORT_BY_NAME', 'SORT_BY_ALIGNMENT', 'SORT_NONE', 'SORT_BY_INIT_PRIORITY']);
    this.sorts = true;
    return word;
  }

  private input(name: string, names: readonly string[]): string {
    const { random } = this;
    const one = (): string =>
      random.pick([
        name,
        name,
        `${name}.*`,
        `${name}*`,
        random.pick(names.length > 0 ? names : ['.text']),
        'COMMON',
        '*',
        '.text*',
        '.data .data.*',
        '.t?xt',
        '.[dr]*ata*',
        '.bss',
      ]);
    let file = random.chance(0.85) ? '*' : random.pick(['a.o', '*a.o', 'a.o', '*[bc].o', '*c.o', '?.o']);
    if (random.chance(0.05)) file = `EXCLUDE_FILE(${random.pick(['a.o', '*b.o', '*c.o'])}) *`;
    else if (random.chance(0.04)) file = `SORT(${file})`;
    let inside = one();
    if (random.chance(0.3)) inside += ` ${one()}`;
    if (random.chance(0.12)) inside = `${this.sorting()}(${inside.split(' ')[0]})`;
    if (random.chance(0.05) && !inside.startsWith('SORT')) inside = `EXCLUDE_FILE(${random.pick(['a.o', '*b.o'])}) ${inside}`;
    const text = `${file}(${inside})`;
    return random.chance(0.12) ? `KEEP(${text})` : text;
  }

  private options(plain: boolean): string[] {
    const { random } = this;
    const out: string[] = [];
    const inits = plain || this.sorts;
    const maybe = (p: number, ...words: string[]): void => void (random.chance(p) && out.push(...words));
    maybe(plain ? 0.2 : 0.08, `-Ttext=${random.pick(['0x7c00', '100000', '0'])}`);
    maybe(plain ? 0.1 : 0.03, `-Tdata=${random.pick(['0x900000', '200000'])}`);
    maybe(plain ? 0.1 : 0.03, `-Tbss=${random.pick(['0xa00000', '0x300000'])}`);
    maybe(0.05, `--section-start=${random.pick([...this.present])}=0x${random.pick(['500000', '1000', '7000'])}`);
    maybe(0.1, '--gc-sections');
    maybe(0.04, '-N');
    maybe(0.04, '-n');
    maybe(
      0.05,
      '-z',
      random.pick(['noseparate-code', 'max-page-size=0x2000', 'norelro', 'common-page-size=0x800', 'muldefs', 'max-page-size=0x10000']),
    );
    maybe(0.05, `--defsym=${random.pick(['ds1', 'g0_1', 's1'])}=${random.pick(['0x1234', '_start', 'g0_1 + 4', '5 * 3'])}`);
    if (!inits) maybe(0.05, `--sort-section=${random.pick(['name', 'alignment'])}`);
    maybe(0.04, random.pick(['-s', '-S', '-x', '-X']));
    maybe(0.05, `--entry=${random.pick(['g0_1', '0x1234', 'nowhere'])}`);
    maybe(0.03, '-u', random.pick(['g0_1', 'other']));
    maybe(0.03, '--no-check-sections');
    maybe(0.03, '-Ttext-segment=0x800000');
    maybe(0.03, '--sort-common');
    return out;
  }
}
