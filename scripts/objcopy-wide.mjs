// More files for objcopy-sweep.mjs --random, and options drawn at random.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const KINDS = `
  .text
  .globl main, fn, ver
  .type fn, @gnu_indirect_function
fn: ret
main: call fn
  .symver ver, ver@V1
ver: nop
  .hidden h1
  .globl h1
h1: nop
  .protected p1
  .globl p1
p1: nop
  .internal i1
  .globl i1
i1: nop
  .section .ordered,"ao",@progbits,.text
  .long 1
  .section .excluded,"e",@progbits
  .long 2
  .section .retained,"awR",@progbits
  .long 3
  .section .wide,"aw",@progbits
  .p2align 12
  .long 4
  .section .empty,"aw",@progbits
  .section .twice,"a",@progbits,unique,1
  .long 6
  .section .twice,"a",@progbits,unique,2
  .long 7
  .section .fini_array,"aw",@fini_array
  .dc.a main
  .section .preinit_array,"aw",@preinit_array
  .dc.a main
  .section .init_array.00010,"aw",@init_array
  .dc.a main
  .section .gnu.linkonce.t.once,"ax",@progbits
  .globl once
once: nop
  .section .mergeable,"aM",@progbits,4
  .long 8, 8
  .section .strings,"aMS",@progbits,2
  .word 1, 0
  .section .noinit.x,"aw",@nobits
  .zero 64
  .section .debug_line.dwo,"e",@progbits
  .long 1
  .section .debug_macro,"",@progbits
  .zero 4000
  .stabs "x",100,0,0,main
  .data
  .globl obj
  .type obj, @object
  .size obj, 8
obj: .dc.a main, .data+4
  .type uniq, @gnu_unique_object
  .globl uniq
uniq: .long 9
  .lcomm l1, 40
  .comm c1, 24, 16
  .type tc, @tls_object
  .section .tbss,"awT",@nobits
tc: .zero 8
`;

const DWO = 'int a[4]; static int f(int x) { return a[x]; } int g(int y) { return f(y) + 1; }';
const CPP = `
#include <string>
template <class T> struct V { virtual ~V() {} T t; virtual T get() const { return t; } };
inline std::string name(int i) { static int n; return std::to_string(i + n++); }
struct W : V<int> { int get() const override { return 1; } };
int use(V<int> *v) { W w; return v->get() + name(3).size() + w.get(); }
`;

/** A core file as the kernel writes them: notes, then memory, some of it not in the file. */
function core(elfClass) {
  const wide = elfClass === 64;
  const [header, entry] = wide ? [64, 56] : [52, 32];
  const note = Buffer.concat([
    Buffer.from([5, 0, 0, 0, 8, 0, 0, 0, 0x66, 0x66, 0x66, 0x66]),
    Buffer.from('CORE\0\0\0\0'),
    Buffer.alloc(8, 1),
  ]);
  const segments = [
    { type: 4, flags: 0, offset: 0x300, vaddr: 0, filesz: note.length, memsz: 0, align: 4 },
    { type: 1, flags: 5, offset: 0x1000, vaddr: 0x400000, filesz: 0x1000, memsz: 0x1000, align: 0x1000 },
    { type: 1, flags: 6, offset: 0x2000, vaddr: 0x600000, filesz: 0x1000, memsz: 0x3000, align: 0x1000 },
    { type: 1, flags: 6, offset: 0x3000, vaddr: 0x7ff000, filesz: 0, memsz: 0x2000, align: 0x1000 },
  ];
  const b = Buffer.alloc(0x3000);
  b.write('\x7fELF', 0, 'latin1');
  b.set([wide ? 2 : 1, 1, 1], 4);
  b.writeUInt16LE(4, 16);
  b.writeUInt16LE(wide ? 62 : 3, 18);
  b.writeUInt32LE(1, 20);
  b.writeUInt32LE(header, wide ? 32 : 28);
  const rest = wide ? 52 : 40;
  [header, entry, segments.length, 0, 0, 0].forEach((v, i) => b.writeUInt16LE(v, rest + i * 2));
  segments.forEach((s, i) => {
    const at = header + i * entry;
    const words = [s.offset, s.vaddr, 0, s.filesz, s.memsz];
    b.writeUInt32LE(s.type, at);
    if (wide) {
      b.writeUInt32LE(s.flags, at + 4);
      [...words, s.align].forEach((v, j) => b.writeBigUInt64LE(BigInt(v), at + 8 + j * 8));
    } else [...words, s.flags, s.align].forEach((v, j) => b.writeUInt32LE(v, at + 4 + j * 4));
  });
  note.copy(b, 0x300);
  for (let i = 0x1000; i < 0x3000; i++) b[i] = i * 7;
  return b;
}

/** Makes the files in the working directory; returns their names. Needs the files of makeCorpus. */
export function makeWideCorpus() {
  const files = [];
  const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const attempt = (name, ...command) => {
    try {
      run(...command, '-o', name);
      files.push(name);
    } catch {
      // What cannot be made here is left out.
    }
  };
  writeFileSync('w.s', KINDS);
  writeFileSync('d.c', DWO);
  writeFileSync('p.cc', CPP);
  for (const [flag, bits] of [
    ['--32', '32'],
    ['--64', '64'],
    ['--x32', 'x32'],
  ])
    attempt(`w${bits}.o`, 'as', flag, 'w.s');
  for (const kind of ['zlib-gnu', 'zlib']) {
    for (const bits of ['32', '64']) attempt(`z${bits}${kind}.o`, 'as', `--${bits}`, '-g', `--compress-debug-sections=${kind}`, 'w.s');
  }
  attempt('dwo64.o', 'gcc', '-g', '-gsplit-dwarf', '-c', 'd.c');
  files.push('dwo64.dwo');
  attempt('cpp64.o', 'g++', '-g', '-O1', '-c', 'p.cc');
  attempt('pic32.o', 'gcc', '-m32', '-g', '-fPIC', '-c', 'd.c');
  attempt('gz64.o', 'gcc', '-g', '-gz', '-c', 'c.c');
  attempt('static.exe', 'gcc', '-static', '-nostdlib', '-g', 'f.c');
  attempt('pie.exe', 'gcc', '-static-pie', '-nostdlib', 'f.c');
  attempt('static32.exe', 'gcc', '-m32', '-static', '-nostdlib', '-fno-pic', '-no-pie', 'f.c');
  attempt('so32.so', 'gcc', '-m32', '-shared', '-fPIC', '-nostdlib', 'd.c');
  attempt('x32.elf', 'ld', '-m', 'elf32_x86_64', '-T', 'k.ld', '--defsym=foo=0', '--unresolved-symbols=ignore-all', 'ax32.o');
  attempt('w64.elf', 'ld', '-m', 'elf_x86_64', '-z', 'noseparate-code', '-e', 'main', 'w64.o');
  attempt('w32.elf', 'ld', '-m', 'elf_i386', '-z', 'separate-code', '-e', 'main', 'w32.o');
  attempt('wr64.o', 'ld', '-m', 'elf_x86_64', '-r', 'w64.o', 'g64.o');
  attempt('emit64.elf', 'ld', '-q', '-m', 'elf_x86_64', '-T', 'k.ld', 'f64.o');
  const make = (name, ...args) => {
    try {
      run('objcopy', ...args, name);
      files.push(name);
    } catch {
      // As above.
    }
  };
  make('stripped.exe', '-S', 'c64.exe');
  make('debug.exe', '--only-keep-debug', 'c64.exe');
  make('k.hex', '-O', 'ihex', 'k32.elf');
  make('k.srec', '-O', 'srec', 'k32.elf');
  make('k.sym', '-O', 'symbolsrec', 'k32.elf');
  make('k.bin', '-O', 'binary', 'k32.elf');
  for (const bits of [32, 64]) {
    writeFileSync(`core${bits}`, core(bits));
    files.push(`core${bits}`);
  }
  writeFileSync('names2', 'h1\nobj # it\n\n  fn\t\nmain\n_start\ncounter\n');
  writeFileSync('pairs2', 'obj OBJ\nfn\tFN\n_start begin\n');
  return files;
}

const SECTIONS = ['.text', '.data', '.bss', '.rodata', '.debug_info', '.debug_str', '.comment', '.text.hot', '.init_array', '.tbss', '.tdata',
  '.wide', '.group', '.note.gnu.property', '.dynsym', '.dynamic', '.got', '.eh_frame', '.interp', '.sec1', '.nonesuch', '.text.a', '.mergeable',
  '.after', '.shstrtab', '.symtab', '.stab', '.twice', '.excluded', '.ordered', '.rela.text', '.debug_line.dwo', 'load1']; // prettier-ignore
const PATTERNS = ['.text*', '.d*', '.debug*', '*', '.*', '!.text', '!.data', '.rel*', '.note*', '.[bd]*', '.te?t', '!.debug*'];
const SYMBOLS = [
  'main',
  'local',
  'buffer',
  'g',
  'sig',
  'fn',
  'ver',
  'h1',
  'obj',
  'uniq',
  'c1',
  'tc',
  'shared',
  'printf',
  '_start',
  'counter',
  'hid',
  'foo',
  'nonesuch',
  'maybe',
  'l1',
  'ver@V1',
  'd.c',
  'source.c',
];
const SYMBOL_PATTERNS = ['m*', '*', 'l*', '!main', '_*', '?', '!*', '.L*', '[a-h]*'];
const FLAGS = ['alloc', 'load', 'noload', 'readonly', 'debug', 'code', 'data', 'rom', 'exclude', 'share', 'contents', 'merge', 'strings'];
const TARGETS = ['binary', 'ihex', 'srec', 'verilog', 'symbolsrec', 'elf32-i386', 'elf64-x86-64', 'elf32-x86-64'];
const SYMBOL_FLAGS = [
  'local',
  'global',
  'export',
  'debug',
  'function',
  'weak',
  'section',
  'constructor',
  'warning',
  'indirect',
  'file',
  'object',
  'synthetic',
  'indirect-function',
  'unique-object',
  'before=main',
  'before=obj',
];

/** One to four options; `random(n)` gives 0 … n-1. */
export function randomOptions(random) {
  const pick = (list) => list[random(list.length)];
  const section = () => (random(4) === 0 ? pick(PATTERNS) : pick(SECTIONS));
  const symbol = () => pick(SYMBOLS);
  const some = (list, most) => Array.from({ length: 1 + random(most) }, () => pick(list)).join(',');
  const address = () =>
    pick(['0', '1', '16', '0x1000', '0x7c00', '0x100000', '0x401000', '0xfff0', '0xfffff000', '0x100000000', '-4', '0xffffffff80000000']);
  const amount = () => pick(['=', '+', '-']) + pick(['0', '1', '0x10', '0x200', '0x1000', '0x12345', '0x100000']);
  const menu = [
    () => ['-j', section()],
    () => ['-j', section(), '-j', section()],
    () => ['-R', section()],
    () => ['-R', section(), '-R', section()],
    () => ['-O', pick(TARGETS)],
    () => ['-O', pick(TARGETS.slice(0, 5))],
    () => [pick(['-S', '-g', '--strip-unneeded', '-x', '-X', '--weaken', '--localize-hidden', '--only-keep-debug', '--keep-file-symbols', '--strip-dwo', '--extract-dwo', '-w', '-D', '-U', '-p', '-M', '--no-merge-notes', '--pure', '--impure', '--writable-text', '--readonly-text', '--change-leading-char', '--remove-leading-char', '--extract-symbol', '--debugging', '--srec-forceS3', '--no-change-warnings'])],
    () => [pick(['-N', '-K', '-L', '-G', '-W', '--globalize-symbol', '--strip-unneeded-symbol']), symbol()],
    () => ['-w', pick(['-N', '-K', '-L', '-G', '-W', '--globalize-symbol', '--strip-unneeded-symbol']), pick(SYMBOL_PATTERNS)],
    () => [`--${pick(['strip', 'keep', 'localize', 'globalize', 'weaken', 'keep-global', 'strip-unneeded'])}-symbols=${pick(['names', 'names2'])}`],
    () => ['--redefine-sym', `${symbol()}=${pick(['NEW', 'main', 'zz'])}`],
    () => [`--redefine-syms=${pick(['pairs', 'pairs2'])}`],
    () => [`--prefix-${pick(['symbols', 'sections', 'alloc-sections'])}=${pick(['p_', '.x', '.rel'])}`],
    () => ['--add-symbol', `${pick(['new', 'main', 'added'])}=${pick(['', `${section()}:`, '.text:'])}${pick(['0', '4', '0x40', '010', '-1'])}${pick(['', `,${some(SYMBOL_FLAGS, 3)}`])}`],
    () => [`--rename-section=${section()}=${pick(['.new', '.rodata.x', '.bss', '.init_array', '.note.x', '.debug_x', '.data', '.rela.x'])}${pick(['', `,${some(FLAGS, 3)}`])}`],
    () => ['--set-section-flags', `${section()}=${some(FLAGS, 4)}`],
    () => ['--set-section-alignment', `${section()}=${pick(['1', '2', '8', '64', '4096', '0', '3'])}`],
    () => ['--add-section', `${pick(['.added', '.note.added', '.text', '.debug_added', '.bss', '.init_array'])}=${pick(['extra', 'a.s'])}`],
    () => ['--add-section', '.added=extra', '--set-section-flags', `.added=${some(FLAGS, 4)}`],
    () => ['--add-section', '.added=extra', '--set-section-flags', '.added=alloc,load', '--change-section-address', `.added=${pick(['0x2000', '0x700000', '0x8800'])}`],
    () => ['--update-section', `${pick(SECTIONS)}=${pick(['extra', 'names', 'empty.s', 'a.s'])}`],
    () => ['--dump-section', `${pick(SECTIONS)}=dump.out`],
    () => [`--add-gnu-debuglink=${pick(['extra', 'a.s', 'nonesuch'])}`],
    () => [`--gap-fill=${pick(['0', '0xff', '0x190', '-1'])}`],
    () => [`--pad-to=${pick(['0x100', '0x9000', '0x101000', '0x405000', '0x12000'])}`],
    () => [`--set-start=${address()}`],
    () => [`--${pick(['change', 'adjust'])}-start=${address()}`],
    () => [`--${pick(['change-addresses', 'adjust-vma'])}=${address()}`],
    () => [`--change-section-${pick(['address', 'lma', 'vma'])}`, section() + amount()],
    () => [`--reverse-bytes=${pick(['2', '4', '8'])}`],
    () => ['-b', pick(['0', '1', '2', '3']), '-i', pick(['2', '4', '8']), ...pick([[], ['--interleave-width=2']])],
    () => [`--srec-len=${pick(['1', '8', '64', '300'])}`, '-O', 'srec'],
    () => [`--verilog-data-width=${pick(['1', '2', '4', '8', '16'])}`, '-O', 'verilog'],
    () => [`--compress-debug-sections${pick(['', '=zlib', '=zlib-gnu', '=zlib-gabi', '=none'])}`],
    () => ['--decompress-debug-sections'],
    () => [`--elf-stt-common=${pick(['yes', 'no'])}`],
    () => [`--remove-relocations=${section()}`],
    () => [`--keep-section=${section()}`],
    () => ['--keep-section-symbols', 'x'],
    () => ['-I', pick(['binary', 'elf64-x86-64', 'elf32-i386', 'srec', 'ihex']), ...pick([[], ['-O', pick(TARGETS)], ['-B', 'i386'], ['-O', 'elf64-x86-64', '-B', 'i386:x86-64']])],
    () => ['-F', pick(TARGETS)],
    () => [`--alt-machine-code=${pick(['1', '2', '6'])}`],
  ]; // prettier-ignore
  const options = [];
  for (let i = 1 + random(3); i > 0; i--) options.push(...pick(menu)());
  return options;
}
