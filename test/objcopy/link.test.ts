/** `link` against GNU ld on objects from gcc and as: flat images, symbol values, refusals. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../src/asm/index.js';
import { linkFiles } from '../../src/commands/link.js';
import { parseLinkOptions } from '../../src/commands/shared/link-options.js';
import { nodeHost } from '../../src/host-node.js';
import { writeElf } from '../../src/objcopy/elf/write.js';
import { flatBinary } from '../../src/objcopy/link/output.js';
import { tskvm } from '../support/cli.js';

const test = suite('link');
const dir = mkdtempSync(path.join(os.tmpdir(), 'tskvm-link-'));
const at = (name: string): string => path.join(dir, name);
const home = process.cwd();
test.before(() => process.chdir(dir));
test.after(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true });
});

type Bits = '32' | '64';

const START = (bits: Bits): string => `
.globl _start
.text
_start: mov $stack_top, ${bits === '32' ? '%esp' : '%rsp'}
  call main
  call foo
  hlt
  .section .rodata.str1.1,"aMS",@progbits,1
m1: .asciz "hello"
m2: .asciz "lo"
  .section .rodata
  .long m1, m2
  .data
msg: .long 0x1234, foo, _start-.
  .bss
  .balign 16
stack: .skip 4096
stack_top:
  .comm cc,100,32
  .weak wk
  .section .init_array,"aw"
  .${bits === '32' ? 'long' : 'quad'} _start
  .section mysec,"aw"
  .long 5
  .section .note.GNU-stack,"",@progbits
`;

const C = `
static int x = 5; int y; const char *s = "hello"; extern int cc; static const char tab[] = "abc";
extern int __start_mysec[], __stop_mysec[];
int foo(int a) { return x + a + y + cc + tab[a] + (int)(__stop_mysec - __start_mysec); }
int main(void) { return foo(3) + s[0]; }
const char *t(void) { return "lo"; }
int unused(void) { return 7; }
`;

const made = new Map<string, [string, string]>();

/** START and C as objects, made once for each set of flags. */
function objects(bits: Bits, flags: readonly string[]): [string, string] {
  const key = `${bits}${flags.join('')}`.replace(/[^\w]/g, '_');
  const known = made.get(key);
  if (known) return known;
  const files: [string, string] = [`s${key}.o`, `c${key}.o`];
  made.set(key, files);
  execFileSync('as', [`--${bits}`, '-o', at(files[0]), '-'], { input: START(bits) });
  execFileSync('gcc', [`-m${bits}`, '-c', '-ffreestanding', ...flags, '-x', 'c', '-o', at(files[1]), '-'], { input: C });
  return files;
}

type Case = readonly [bits: Bits, argv: readonly string[]];
const quote = (word: string): string => `'${word.replace(/'/g, "'\\''")}'`;

/** Links each with both; compares the flat images and every symbol's value. GNU's side of all is one shell script. */
function same(cases: readonly Case[]): void {
  const full = cases.map(([bits, argv]) => ['-m', bits === '32' ? 'elf_i386' : 'elf_x86_64', ...argv]);
  const lines = full.map((argv, i) => {
    const elf = `gnu${i}.elf`;
    return `rm -f ${elf}; ld -o ${elf} ${argv.map(quote).join(' ')} 2>gnu${i}.err && objcopy -O binary ${elf} gnu${i}.bin && set -- "$@" ${elf}`;
  });
  const script = `${lines.join('\n')}\n[ $# = 0 ] || nm -A "$@"\n`;
  const listing = execFileSync('sh', [], { cwd: dir, input: script, encoding: 'utf8', maxBuffer: 64 << 20 });
  const theirSymbols = new Map<string, [name: string, value: bigint][]>();
  for (const [, elf, value, name] of listing.matchAll(/^(\S+?):([0-9a-f]+) \w (\S+)$/gm)) {
    const list = theirSymbols.get(elf) ?? [];
    theirSymbols.set(elf, list);
    list.push([name, BigInt(`0x${value}`)]);
  }
  full.forEach((argv, i) => {
    const linked = existsSync(at(`gnu${i}.elf`));
    const ours = linkFiles(parseLinkOptions(argv));
    const messages = ours.diagnostics.map((d) => d.message).join('\n');
    assert.is(ours.image !== null, linked, `${argv.join(' ')}\n${readFileSync(at(`gnu${i}.err`), 'utf8')}\n${messages}`);
    if (!linked || !ours.image) return;
    const theirs = readFileSync(at(`gnu${i}.bin`));
    const mine = Buffer.from(flatBinary(ours.image));
    if (Buffer.compare(mine, theirs) !== 0) {
      let k = 0;
      while (mine[k] === theirs[k]) k++;
      assert.unreachable(`${argv.join(' ')}: ${mine.length}/${theirs.length} bytes, first difference at 0x${k.toString(16)}`);
    }
    // The whole file: headers, the symbol table's order, everything.
    const [file, theirFile] = [Buffer.from(writeElf(ours.object!)), readFileSync(at(`gnu${i}.elf`))];
    assert.is(Buffer.compare(file, theirFile), 0, `${argv.join(' ')}: the ELF file differs`);
    const values = new Map(ours.image.symbols.map((s) => [s.name, s.address]));
    const expected = theirSymbols.get(`gnu${i}.elf`) ?? [];
    assert.ok(expected.length > 0, `${argv.join(' ')}: nm shows symbols`);
    for (const [name, value] of expected) assert.is(values.get(name), value, `${argv.join(' ')}: ${name}`);
  });
}

const VARIANTS = [
  ['-O2', '-fno-pic'],
  ['-O0', '-fPIC'],
  ['-O2', '-fno-pic', '-ffunction-sections', '-fdata-sections', '-g'],
];

for (const bits of ['32', '64'] as const) {
  test(`the default layout, ${bits}-bit`, () => {
    const cases: Case[] = [];
    for (const flags of VARIANTS) {
      for (const options of [
        [], ['-Ttext=0x100000'], ['-Ttext', '0x7c00', '-N'], ['-n'], ['-Ttext=0', '-Tdata=0x5000'], ['-e', 'main', '--gc-sections'],
        ['-z', 'norelro'], ['-z', 'noseparate-code'], ['-z', 'max-page-size=0x10000'], ['--section-start=mysec=0x9000000'], ['-Ttext-segment=0x200000'],
      ]) cases.push([bits, [...options, ...objects(bits, flags)]]); // prettier-ignore
    }
    same(cases);
  });
}

const SCRIPTS: Record<string, string> = {
  'a kernel at 1 MiB': `ENTRY(_start) PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); }
    SECTIONS { . = 1M; kernel_start = .;
      .text BLOCK(4K) : ALIGN(4K) { *(.multiboot) *(.text .text.*) } :text
      .rodata BLOCK(4K) : ALIGN(4K) { *(.rodata .rodata.*) } :text
      .data BLOCK(4K) : ALIGN(4K) { *(.data) data_end = .; LONG(0xdeadbeef) BYTE(1) SHORT(2) QUAD(kernel_start) } :data
      .bss BLOCK(4K) : ALIGN(4K) { bss_start = .; *(COMMON) *(.bss) bss_end = ABSOLUTE(.); }
      kernel_end = .; size = kernel_end - kernel_start; PROVIDE(end = .); PROVIDE(nobody_wants_this = 5);
      /DISCARD/ : { *(.comment) *(.eh_frame) *(.note*) } }`,
  'memory regions': `MEMORY { rom (rx) : ORIGIN = 0x8000, LENGTH = 32K  ram (rw) : ORIGIN = 0x20000, LENGTH = 64K }
    SECTIONS { .vectors : { KEEP(*(.vectors)) . = ALIGN(16); } >rom
      .text : { *(EXCLUDE_FILE(*c32.o) .text*) *(.text*) *(.rodata*) } >rom =0x90
      .data : { _sdata = .; *(.data*) . = ALIGN(8); _edata = .; } >ram AT>rom
      _sidata = LOADADDR(.data);
      .bss (NOLOAD) : { *(.bss*) *(COMMON) . = . + 100; } >ram
      .stack : { . += 0x100; } >ram
      total = SIZEOF(.text) + SIZEOF(.data); ASSERT(total < 0x10000, "too big") }`,
  'a higher half': `KERNEL_VMA = 0xC0000000;
    SECTIONS { . = 0x00100000; .boot : { *(.multiboot.data) *(.init_array) } . += KERNEL_VMA;
      .text ALIGN(4K) : AT(ADDR(.text) - KERNEL_VMA) { *(.text*) }
      .rodata ALIGN (4K) : AT (ADDR (.rodata) - KERNEL_VMA) { *(SORT_BY_NAME(.rodata*)) FILL(0xAABB) . = ALIGN(64); }
      .data ALIGN (4K) : AT (ADDR (.data) - KERNEL_VMA) { *(.data) }
      .bss ALIGN (4K) : AT (ADDR (.bss) - KERNEL_VMA) { *(COMMON) *(.bss) } _kernel_end = .; }`,
  'a boot sector': `SECTIONS { . = 0x7c00; .text : { *s32*.o(.text) *(.text) } .rodata : { *(.rodata*) }
      .data : SUBALIGN(32) { *(.data*) *(mysec) } .sig 0x7dfe : { SHORT(0xaa55) }
      x = 5; y1 = x * 3 + (x << 2); z = MAX(x, y1); w = DEFINED(foo) ? 1 : 2; nn = ALIGN(., 0x100); v = !x; u = ~x & 0xff; }`,
  'orphans only': 'SECTIONS { .text 0 : { *(.text) } }',
  'values inside and outside': `SECTIONS { . = 0x100000;
      .all : { a = .; *(.text*) b = . - a; . = ALIGN(0x100); c = .; *(.data*) . = 0x1000; d = .; *(.bss*) *(COMMON) e = SIZEOF(.all); f = ADDR(.all); g = 0x20; h = . + g; }
      i = a + 4; j = c - a; k = .; .empty : { m = .; *(.nothing) } .kept : { . = .; } ll = .; }`,
};

for (const [name, script] of Object.entries(SCRIPTS)) {
  test(`script: ${name}`, () => {
    writeFileSync(at('script.ld'), script);
    same((['32', '64'] as const).flatMap((bits) => VARIANTS.map((flags): Case => [bits, ['-T', 'script.ld', ...objects(bits, flags)]])));
  });
}

test('archives, wrap, defsym, undefined and multiple definitions', () => {
  const parts = {
    a1: 'int f1(void){return 1;} int f2(void);int g=7;',
    a2: 'int f2(void){return 2;} extern int f1(void); int f3(void){return f1();}',
    a3: 'extern int f3(void); __attribute__((weak)) int wk(void); int wdef(void) __attribute__((weak)); int wdef(void){return 1;} void _start(void){ f3(); if (wk) wk(); wdef(); }',
  };
  for (const bits of ['32', '64'] as const) {
    const cases: Case[] = [];
    for (const [name, text] of Object.entries(parts)) {
      execFileSync('gcc', [`-m${bits}`, '-c', '-O1', '-ffreestanding', '-fno-pic', '-x', 'c', '-o', at(`${name}.o`), '-'], { input: text });
    }
    rmSync(at('liba.a'), { force: true });
    execFileSync('ar', ['rcs', at('liba.a'), at('a1.o'), at('a2.o')]);
    for (const argv of [
      ['a3.o', 'liba.a'], ['a3.o', '-L.', '-la'], ['liba.a', 'a3.o'], ['--start-group', 'liba.a', 'a3.o', '--end-group'],
      ['a3.o', 'liba.a', '--wrap=f1', '--defsym=__wrap_f1=0x1234'], ['a3.o', 'liba.a', '--defsym', 'wk=f1+4'],
      ['--whole-archive', 'liba.a', '--no-whole-archive', 'a3.o'], ['a3.o', 'liba.a', '--gc-sections', '-u', 'g'], ['a3.o'], ['a3.o', 'a3.o', 'liba.a'],
    ]) cases.push([bits, argv]); // prettier-ignore
    same(cases);
  }
});

test('thread-local accesses become local-exec ones; commons are placed as ld does', () => {
  const uses = `__thread int a = 1; static __thread int b; extern __thread int e; int c1, c2[9]; char c3;
    int f(void) { return a + b + e + c1 + c2[1] + c3; } void set(int v) { b = v; e = v; }`;
  const defines =
    '__thread int e = 7; __attribute__((aligned(64))) __thread char al[3] = {1}; int f(void); int c1, c2[90]; void _start(void) { f(); }';
  for (const bits of ['32', '64'] as const) {
    for (const flags of [['-fPIC'], ['-fPIC', '-ftls-model=local-dynamic'], ['-fPIC', '-mtls-dialect=gnu2']]) {
      const files = [uses, defines].map((input, i) => {
        const name = `tls${i}.o`;
        const options = ['-c', '-O2', '-ffreestanding', '-fcommon', '-fno-stack-protector', ...flags];
        execFileSync('gcc', [`-m${bits}`, ...options, '-x', 'c', '-o', at(name), '-'], { input });
        return name;
      });
      same([[bits, files]]);
    }
  }
});

test('the example kernel: gcc, as and a script give the image of ld and objcopy, and of build in memory', () => {
  const source = path.join(home, 'examples', 'kernel');
  const c = ['-m32', '-Os', '-ffreestanding', '-fno-pic', '-fno-stack-protector', '-fcf-protection=none'];
  execFileSync('gcc', [...c, '-fno-asynchronous-unwind-tables', '-c', path.join(source, 'main.c'), '-o', at('kmain.o')]);
  execFileSync('gcc', ['-m32', '-c', path.join(source, 'kernel.S'), '-o', at('kgnu.o')]);
  execFileSync('gcc', ['-m32', '-E', path.join(source, 'kernel.S'), '-o', at('kernel.s')]);
  const { object } = assemble([{ name: 'kernel.s', text: readFileSync(at('kernel.s')) }], { abi: '32' }, nodeHost);
  assert.ok(object);
  writeFileSync(at('kours.o'), writeElf(object));
  const script = path.join(source, 'kernel.ld');
  execFileSync('ld', ['-m', 'elf_i386', '-T', script, at('kgnu.o'), at('kmain.o'), '-o', at('kgnu.elf')], { stdio: 'ignore' });
  execFileSync('objcopy', ['-O', 'binary', at('kgnu.elf'), at('kgnu.bin')]);
  const theirs = readFileSync(at('kgnu.bin')).toString('hex');
  const ours = linkFiles(parseLinkOptions(['-m', 'elf_i386', '-T', script, at('kours.o'), at('kmain.o')]));
  assert.ok(ours.image);
  assert.is(Buffer.from(flatBinary(ours.image)).toString('hex'), theirs);
  assert.is(ours.image.entry, 0x10000cn);
  const sources = ['kernel.S', 'main.s'].map((name) => path.join(source, name));
  const { stdout } = tskvm(['build', ...sources, '-T', script, '-o', '-']);
  assert.is(stdout.toString('hex'), theirs);
});

test('messages name symbol, object, section and offset', () => {
  execFileSync('as', ['--32', '-o', at('u.o'), '-'], {
    input: '.globl _start\n_start: call nowhere\n.byte 0\n .word elsewhere\n',
  });
  const result = linkFiles(parseLinkOptions(['-m', 'elf_i386', 'u.o', '--defsym=elsewhere=0x12345']));
  assert.is(result.image, null);
  const text = result.diagnostics.map((d) => d.message).join('\n');
  assert.match(text, /u\.o:\(\.text\+0x1\): undefined reference to `nowhere'/);
  assert.match(text, /u\.o:\(\.text\+0x6\): relocation truncated to fit: R_386_16 against symbol `elsewhere'/);
});

test('wrong scripts and inputs are one clear message', () => {
  const [a] = objects('32', VARIANTS[0]);
  const message = (script: string): string => {
    writeFileSync(at('bad.ld'), script);
    const result = linkFiles(parseLinkOptions(['-m', 'elf_i386', '-T', 'bad.ld', '--unresolved-symbols=ignore-all', a]));
    assert.is(result.image, null);
    return result.diagnostics.map((d) => d.message).join('\n');
  };
  assert.match(message('SECTIONS { .text : { *(.text) } '), /bad\.ld:1: syntax error/);
  assert.match(message('SECTIONS { . = nowhere; .text : { *(.text) } }'), /undefined symbol `nowhere' referenced in expression/);
  assert.match(message('SECTIONS { .text : { *(.text) . = 1; } }'), /cannot move location counter backwards/);
  assert.match(message('MEMORY { r : ORIGIN = 0, LENGTH = 4 } SECTIONS { .text : { *(.text) } >r }'), /region `r' overflowed by \d+ bytes/);
  assert.match(message('SECTIONS { .text 0 : { *(.text) } .data 2 : { *(.data) } }'), /overlaps section/);
  assert.match(message('SECTIONS { .text 0 : { *(.text) } ASSERT(0, "no luck") }'), /no luck/);
  assert.match(message(`SECTIONS { x = ${'('.repeat(100000)}1; }`), /nested too deeply/);
  writeFileSync(at('junk.o'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0]));
  assert.throws(() => linkFiles(parseLinkOptions(['junk.o'])), /junk\.o: .*file format not recognized/);
});

test('-r is what ld -r writes', () => {
  writeFileSync(at('r1.c'), 'static int s = 4; int common[9]; const char *t = "hello"; int g(int); static int loc(int x) { return x + s + t[x]; } int f(int x) { return g(x) + loc(x) + common[2]; }\n'); // prettier-ignore
  writeFileSync(at('r2.c'), 'static int s = 5; const char *u = "hello"; extern int undefined(void); int g(int x) { return x * s + undefined(); } __attribute__((weak)) int w(void) { return s; }\n'); // prettier-ignore
  const group =
    '.section .text.one,"axG",@progbits,one,comdat\n.weak one\none: call f\n.section .debug_x\n.long one\n.section .note.GNU-stack,"",@progbits\n';
  writeFileSync(at('r3.s'), group);
  for (const bits of ['32', '64']) {
    for (const name of ['r1', 'r2'])
      execFileSync('gcc', [`-m${bits}`, '-g', '-O1', '-ffunction-sections', '-fcommon', '-c', `${name}.c`, '-o', `${name}.o`]);
    for (const name of ['r3', 'r4']) execFileSync('as', [`--${bits}`, 'r3.s', '-o', `${name}.o`]);
    const emulation = ['-m', bits === '32' ? 'elf_i386' : 'elf_x86_64'];
    for (const options of [[], ['-x'], ['-d']]) {
      const words = [...emulation, '-r', ...options, 'r1.o', 'r2.o', 'r3.o', 'r4.o'];
      execFileSync('ld', [...words, '-o', 'theirs.o']);
      const { object, diagnostics } = linkFiles(parseLinkOptions(words));
      assert.is(diagnostics.length, 0, diagnostics[0]?.message);
      assert.is(Buffer.from(writeElf(object!)).toString('hex'), readFileSync('theirs.o', 'hex'), `${bits} ${options.join(' ')}`);
    }
  }
});

test('files that a script names come in where the script stands', () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    const text = `.text\n.byte 0x${name}1\n.data\n.byte 0x${name}2\n.section .note.GNU-stack,"",@progbits\n`;
    const { object } = assemble([{ name: 'x.s', text: new TextEncoder().encode(text) }], { abi: '64', lineTable: false }, nodeHost);
    writeFileSync(at(`${name}.o`), writeElf(object!));
  }
  const rest = '. = 0x1000; .text : { c.o(.text) d.o(.text) *(.text) } .data : { *(.data) } /DISCARD/ : { *(.note*) }';
  writeFileSync(at('n.ld'), `SECTIONS { ${rest} }`);
  writeFileSync(at('m.ld'), 'STARTUP(c.o) INPUT(b.o) SECTIONS { . = 0x1000; .text : { *(.text) } .data : { *(.data) } } INPUT(d.o)');
  const image = (...words: string[]): string => Buffer.from(flatBinary(linkFiles(parseLinkOptions(words)).image!)).toString('hex');
  assert.is(image('-T', 'n.ld', 'a.o', 'b.o', 'c.o'), 'c1d1a1b1c2d2a2b2');
  assert.is(image('a.o', 'b.o', 'c.o', '-T', 'n.ld'), 'c1d1a1b1a2b2c2d2');
  assert.is(image('-T', 'm.ld', 'a.o'), 'c1b1d1a1c2b2d2a2');
  assert.is(image('a.o', '-T', 'm.ld'), 'c1a1b1d1c2a2b2d2');
});

test.run();
