/**
 * Random assembler programs (AT&T, 64-bit): labels, jumps, alignments, sections, data, macros with every kind of
 * argument, repetitions, conditionals. The same seed gives the same program. Some have errors, which must be errors
 * for GNU as too.
 */
import { Random } from './random.js';

export interface ProgramOptions {
  /** Statements at the top level; 40 when absent. */
  readonly size?: number;
  /** How often something is wrong on purpose: 0.02 when absent. */
  readonly mistakes?: number;
}

const instructions = [
  'nop',
  'ret',
  'movl $%n, %eax',
  'addq $%n, %rbx',
  'xorl %ecx, %ecx',
  'pushq %rbp',
  'popq %rbp',
  'leaq %n(%rax,%rbx,4), %rdx',
  'movq %s(%rip), %rax',
  'cmpb $%n, (%rsi)',
  'testl %eax, %eax',
  'call %l',
  'movabsq $%s, %rcx',
  'imull $%n, %edi, %edi',
  'cltq',
  'incl %n(%rsp)',
  'lea %s+%n(%rip), %rsi',
];
const jumps = ['jmp', 'je', 'jne', 'jl', 'jae', 'js', 'call'];
const sections = [
  '.text',
  '.data',
  '.section .rodata',
  '.section .text.hot,"ax",@progbits',
  '.section .init.data,"aw"',
  '.bss',
  '.text 1',
  '.data 2',
];
const words = [
  'a',
  'b1',
  '%eax',
  '$5',
  '1',
  '2',
  '-1',
  '(%rax)',
  '4(%rbx)',
  '"x y"',
  '"q"',
  'foo',
  '.Lx',
  "'c",
  '$',
  '@',
  '0x10',
  '1+2',
  '3*4',
  '[a b]',
  '(c d)',
];

export function generateProgram(seed: number, options: ProgramOptions = {}): string {
  return new Generator(new Random(seed), options).program();
}

interface MacroShape {
  readonly name: string;
  readonly params: readonly { name: string; kind: '' | ':req' | ':vararg'; value: string | null }[];
}

class Generator {
  private readonly lines: string[] = [];
  private readonly labels: string[] = [];
  private readonly macros: MacroShape[] = [];
  private readonly wanted = new Set<string>();
  private symbols = 0;
  private alternate = false;
  /** Inside .bss only space may be reserved. */
  private bss = false;

  constructor(
    private readonly random: Random,
    private readonly options: ProgramOptions,
  ) {}

  program(): string {
    const { random } = this;
    for (let i = random.range(1, 4); i > 0; i--) this.defineMacro();
    for (let i = this.options.size ?? 40; i > 0; i--) this.statement(0);
    this.put('.text');
    for (const label of this.wanted) if (!this.labels.includes(label)) this.put(`${label}: nop`);
    if (random.chance((this.options.mistakes ?? 0.02) * 2))
      this.put(random.pick(['.endif', '.else', '.if 1', '.macro unfinished', '.rept 2']));
    return `${this.lines.join('\n')}\n`;
  }

  private put(text: string): void {
    const { random } = this;
    const blank = random.pick(['', ' ', '\t', '  ']);
    const comment = random.chance(0.06) ? random.pick([' # c', " # it's", ' /* x */', '/* y\n */', ' # "']) : '';
    const line = blank + text + comment;
    if (this.lines.length > 0 && random.chance(0.05) && !/[#]|\/\*/.test(this.lines[this.lines.length - 1]))
      this.lines[this.lines.length - 1] += `;${line}`;
    else this.lines.push(line);
  }

  private number(): string {
    const { random } = this;
    return random.pick([
      () => String(random.below(8)),
      () => String(random.below(300)),
      () => `0x${random.below(70000).toString(16)}`,
      () => `-${random.below(200)}`,
    ])();
  }

  private label(): string {
    const { random } = this;
    if (random.chance(0.25)) return `${random.range(1, 3)}${this.lines.some((line) => /(^|\s)[123]:/.test(line)) ? 'b' : 'f'}`;
    const name = `L${random.below(12)}`;
    this.wanted.add(name);
    return name;
  }

  /** Forward numeric labels need one behind them. */
  private readonly closing = ['1: nop', '2: nop', '3: nop'];

  private instruction(): string {
    const { random } = this;
    if (random.chance(0.35)) {
      const name = `L${random.below(12)}`;
      this.wanted.add(name);
      return `${random.pick(jumps)} ${name}`;
    }
    return random
      .pick(instructions)
      .replace('%n', this.number())
      .replace('%s', () => random.pick(['ext', 'data1', '.Lx', 'foo']))
      .replace('%l', () => {
        const name = `L${random.below(12)}`;
        this.wanted.add(name);
        return name;
      });
  }

  private condition(): string {
    const { random } = this;
    const simple = (): string =>
      random.pick([
        this.number(),
        `${this.number()} + ${this.number()}`,
        `${random.below(3)} == ${random.below(3)}`,
        `${random.below(3)}-${random.below(3)}`,
        `(${random.below(4)} << 1) > ${random.below(4)}`,
      ]);
    return random.pick([
      () => `.if ${simple()}`,
      () => `.${random.pick(['ifeq', 'ifne', 'iflt', 'ifle', 'ifgt', 'ifge'])} ${simple()}`,
      () => `.${random.pick(['ifdef', 'ifndef', 'ifnotdef'])} ${random.pick(['S0', 'S1', 'S2', 'L1', 'nothing', 'foo'])}`,
      () => `.${random.pick(['ifb', 'ifnb'])} ${random.pick(['', ' ', 'x', '"', '"x"'].filter((text) => text !== '"'))}`,
      () =>
        `.${random.pick(['ifc', 'ifnc'])} ${random.pick(['a', 'a b', ' a  b', 'A', '%eax', '"a"'])},${random.pick(['a', 'a b', 'a b ', 'A', '%eax', '"a"'])}`,
      () => `.${random.pick(['ifeqs', 'ifnes'])} "${random.pick(['a', 'b', 'a b'])}", "${random.pick(['a', 'b', 'a b'])}"`,
    ])();
  }

  /** Text that uses parameters. */
  private bodyLine(params: readonly string[], depth: number): void {
    const { random } = this;
    const use = (): string => (params.length > 0 && random.chance(0.8) ? `\\${random.pick(params)}` : this.number());
    const shapes: (() => void)[] = [
      () => this.put(`.ascii "<${use()}>${use()}"`),
      () => this.put(`.ascii "[${use()}\\()x\\@]"`),
      () => this.put(`m\\@_${random.below(100)}_${this.symbols++}: nop`),
      () => this.put(this.instruction()),
      () => this.put(`.ifb ${use()}\n.byte 1\n.else\n.byte 2\n.endif`),
      () => this.put(`.ifc ${use()},${random.pick(words)}\n.byte 3\n.endif`),
      () => this.put(`.ifnb ${use()}\n.ascii "${use()}"\n.exitm\n.endif`),
      () => this.put(`.irp v, ${use()}, ${use()}\n.ascii "\\v,"\n.endr`),
      () => this.put(`.irpc c, ${random.pick(['abc', '1 2', '"x y"', '12'])}\n.ascii "\\c"\n.endr`),
      () => this.put(`.rept ${random.below(4)}\n${this.instruction()}\n.endr`),
      () => this.put(`.ascii "&${random.pick(params.length > 0 ? params : ['z'])}& \\${random.pick(['nope', 'q'])}"`),
      () => {
        if (this.macros.length > 0 && depth < 2)
          this.put(
            this.call(
              random.pick(this.macros),
              params.map((name) => `\\${name}`),
            ),
          );
      },
    ];
    random.pick(shapes)();
  }

  private defineMacro(): void {
    const { random } = this;
    const name = `${random.pick(['m', 'mac', 'M', 'x.y', 'save_'])}${this.macros.length}`;
    const params = Array.from({ length: random.below(4) }, (_, i) => ({
      name: random.pick(['a', 'b', 'c', 'reg', 'p']) + i,
      kind: random.pick(['', '', '', '', ':req', ':vararg'] as const),
      value: random.chance(0.3) ? random.pick(['5', '"x y"', '%eax', '""', 'd']) : null,
    }));
    for (const [i, param] of params.entries()) {
      if (param.kind === ':vararg' && i < params.length - 1) params[i] = { ...param, kind: '' };
      if (param.kind === ':req') params[i] = { ...param, value: null };
    }
    const separator = random.pick([', ', ' ', ',', ' , ']);
    this.put(
      `.macro ${name}${params.length > 0 ? random.pick([' ', ', ']) : ''}${params.map((p) => p.name + p.kind + (p.value === null ? '' : random.pick(['=', ' = ']) + p.value)).join(separator)}`,
    );
    for (let i = random.range(1, 4); i > 0; i--)
      this.bodyLine(
        params.map((p) => p.name),
        1,
      );
    if (random.chance(0.1)) this.put(`.macro inner_${name}\n.byte 9\n.endm\n.purgem inner_${name}`);
    if (this.alternate && random.chance(0.5)) this.put('LOCAL here\nhere: jmp here');
    this.put(random.pick(['.endm', '.endm', '.ENDM']));
    this.macros.push({ name, params });
  }

  private call(macro: MacroShape, more: readonly string[] = []): string {
    const { random } = this;
    const value = (): string => (more.length > 0 && random.chance(0.4) ? random.pick(more) : random.pick(words));
    const { params } = macro;
    const required = params.findLastIndex((p) => p.kind === ':req') + 1;
    const positional = (): string => {
      const extra = random.chance(this.options.mistakes ?? 0.02) ? 1 : 0;
      const count = Math.max(required, params.length - random.below(2)) + extra;
      const values = Array.from({ length: count }, (_, i) => (random.chance(0.1) && params[i]?.kind !== ':req' ? '' : value()));
      return values.join(random.pick([', ', ',', ' , ']));
    };
    const keyword = (): string =>
      params
        .filter((p) => p.kind === ':req' || random.chance(0.7))
        .map((p) => `${p.name}=${value()}`)
        .join(random.pick([', ', ',', ' ']));
    const text = macro.params.length > 0 && random.chance(0.2) ? keyword() : positional();
    const name = random.chance(0.1) ? macro.name.toUpperCase() : macro.name;
    return `${name} ${text}`;
  }

  private statement(depth: number): void {
    const { random } = this;
    const kind = random.next();
    if (this.bss) {
      if (random.chance(0.3)) {
        this.put('.text');
        this.bss = false;
      }
      this.put(
        random.pick([`.skip ${random.below(40)}`, `.space ${random.below(9)}`, '.zero 3', '.balign 8', `b${this.symbols++}: .long 0`]),
      );
      return;
    }
    if (kind < 0.24) this.put(this.instruction());
    else if (kind < 0.34) this.placeLabel();
    else if (kind < 0.42)
      this.put(
        random.pick([
          `.byte ${this.number()} & 0xff`,
          `.long ${this.number()}, ${this.number()}`,
          `.quad ext + ${this.number()}`,
          '.ascii "a b\\n"',
          `.short ${random.below(60000)}`,
          `.word 1,2 , 3`,
          '.string "x"',
        ]),
      );
    else if (kind < 0.48)
      this.put(
        random.pick([
          `.p2align ${random.below(6)}`,
          `.balign ${1 << random.below(6)}`,
          `.p2align 4,,${random.below(15)}`,
          `.balign 16, 0x90`,
          `.align ${1 << random.below(5)}`,
        ]),
      );
    else if (kind < 0.54) this.section();
    else if (kind < 0.6) this.symbol();
    else if (kind < 0.72 && this.macros.length > 0) this.put(this.call(random.pick(this.macros)));
    else if (kind < 0.8 && depth < 4) {
      this.put(this.condition());
      for (let i = random.below(3); i > 0; i--) this.statement(depth + 1);
      if (random.chance(0.3)) {
        this.put(`.elseif ${random.below(2)}`);
        this.statement(depth + 1);
      }
      if (random.chance(0.5)) {
        this.put('.else');
        this.statement(depth + 1);
      }
      this.put('.endif');
    } else if (kind < 0.86 && depth < 3) this.repeat();
    else if (kind < 0.89 && depth === 0) this.defineMacro();
    else if (kind < 0.9) this.put('.purgem nothing_of_that_name');
    else if (kind < 0.92) this.alternateMode();
    else if (random.chance(this.options.mistakes ?? 0.02))
      this.put(
        random.pick([
          'bogus %eax',
          '.bogus',
          '.if undefined_symbol',
          '.error "no"',
          '.byte',
          '.rept -1\n.endr',
          'mov $1',
          '.else x',
          'nop nop',
          '.ifc a',
          '.exitm',
          '.endm',
          '.err',
        ]),
      );
    else this.put(this.instruction());
  }

  private placeLabel(): void {
    const { random } = this;
    if (random.chance(0.3)) {
      this.put(`${random.range(1, 3)}: ${random.chance(0.5) ? 'nop' : ''}`);
      return;
    }
    const name = `L${random.below(12)}`;
    if (this.labels.includes(name)) {
      this.put('nop');
      return;
    }
    this.labels.push(name);
    this.put(`${name}:${random.chance(0.4) ? ` ${this.instruction()}` : ''}`);
    if (random.chance(0.3)) this.put(`.globl ${name}`);
  }

  private section(): void {
    const { random } = this;
    const name = random.pick(sections);
    this.bss = name === '.bss';
    this.put(name);
    if (random.chance(0.3)) {
      this.put('.previous');
      this.put('.text');
      this.bss = false;
    }
  }

  private symbol(): void {
    const { random } = this;
    const name = `S${random.below(4)}`;
    this.put(
      random.pick([
        `${name} = ${this.number()}`,
        `.set ${name}, ${this.number()} + 1`,
        `.equ ${name}, ${random.below(9)}`,
        `.globl g${this.symbols++}`,
        `.comm c${this.symbols++}, 8, 4`,
        `.weak w${this.symbols++}`,
      ]),
    );
  }

  private repeat(): void {
    const { random } = this;
    const inner = random.pick([`.byte \\v`, `.ascii "\\v"`, `r\\v\\()_${this.symbols++}: nop`]);
    random.pick([
      () => this.put(`.rept ${random.below(5)}\n${this.instruction()}\n${random.chance(0.3) ? '.rept 2\nnop\n.endr\n' : ''}.endr`),
      () => this.put(`.irp v, 1, 2,3\n${inner}\n.endr`),
      () => this.put(`.irpc v, 123\n${inner}\n.endr`),
      () => this.put(`.irp w ${random.pick(words)}, ${random.pick(words)}\n.ascii "\\w|"\n.endr`),
    ])();
  }

  private alternateMode(): void {
    const { random } = this;
    const name = `alt${this.symbols++}`;
    this.put('.altmacro');
    this.put(`.macro ${name} p q\nLOCAL lab\n.ascii "p &q&"\nlab: .byte q\njmp lab\n.endm`);
    this.put(`${name} ${random.pick(['<a, b>', 'a', '<x!>y>', '"s t"'])}, %(${random.below(9)}+${random.below(9)})`);
    this.put('.noaltmacro');
  }
}
