// Still more files for objcopy-sweep.mjs --extra: other compilers' modes, layouts of linkers, records as people and tools write them.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const KERNEL = `
extern char _bss_start[], _bss_end[]; volatile unsigned short *screen = (void *)0xb8000; static char buffer[300];
const int table[] = {1, 2, 3, 4}; int counter = 7; __attribute__((section(".boot"))) int boot(void) { return counter; }
__attribute__((section(".late"), used)) static const char late[5] = "late"; __attribute__((weak)) int hook(void) { return 0; }
int main(void) { for (int i = 0; i < 4; i++) { screen[i] = table[i] + hook(); buffer[i] = late[i]; } return boot(); }
void _start(void) { main(); for (;;) ; }
`;

const HIGHER_HALF = `
ENTRY(_start)
PHDRS { boot PT_LOAD FLAGS(5); text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); note PT_NOTE; }
SECTIONS {
  . = 1M;
  .boot : { *(.boot) } :boot
  . += 0xffffffff80000000;
  .text : AT(ADDR(.text) - 0xffffffff80000000) { *(.text .text.*) } :text
  .rodata : AT(ADDR(.rodata) - 0xffffffff80000000) { *(.rodata .rodata.* .late) }
  .note : AT(ADDR(.note) - 0xffffffff80000000) { *(.note.*) } :text :note
  . = ALIGN(4096);
  .data : AT(ADDR(.data) - 0xffffffff80000000) { *(.data) } :data
  .bss : AT(ADDR(.bss) - 0xffffffff80000000) { _bss_start = .; *(.bss COMMON) _bss_end = .; }
  /DISCARD/ : { *(.comment .eh_frame) }
}
`;

const ROM = `
MEMORY { rom (rx) : ORIGIN = 0xf0000, LENGTH = 64K  ram (rw) : ORIGIN = 0x500, LENGTH = 64K }
SECTIONS {
  .text : { *(.boot) *(.text*) } > rom
  .rodata : { *(.rodata*) *(.late) } > rom
  .data : { *(.data) } > ram AT> rom
  .bss (NOLOAD) : { _bss_start = .; *(.bss COMMON) _bss_end = .; } > ram
  .reset 0xffff0 : { BYTE(0xea) LONG(0) BYTE(0) }
  /DISCARD/ : { *(.comment .eh_frame .note*) }
}
`;

const COMDAT = `
#include <vector>
#include <map>
struct A { virtual int f(); virtual ~A(); int x; }; struct B : A { int f() override; };
int A::f() { return x; } A::~A() {} int B::f() { return x + 1; }
template <int N> struct C { static int count; int get() { return count += N; } }; template <int N> int C<N>::count = N;
int all(std::map<int, std::vector<int>> &m) { C<3> c; C<4> d; for (auto &[k, v] : m) v.push_back(k + c.get() + d.get()); try { throw 1; } catch (int i) { return i; } }
thread_local int t = all(*new std::map<int, std::vector<int>>); inline int once = 5; int *p = &once;
`;

const sum = (bytes) => bytes.reduce((a, b) => a + b, 0);
const hex = (n, width = 2) => n.toString(16).toUpperCase().padStart(width, '0');

/** An Intel hex record. */
export function ihexRecord(type, address, data, wrong = 0) {
  const bytes = [data.length, address >> 8, address & 255, type, ...data];
  return `:${bytes.map((b) => hex(b)).join('')}${hex((-sum(bytes) + wrong) & 255)}`;
}

/** A Motorola S-record; its address's width follows from the type. */
export function srecord(type, address, data, wrong = 0) {
  const width = [2, 2, 3, 4, 2, 2, 3, 4, 3, 2][type];
  const rest = [...Array.from({ length: width }, (_, i) => Math.floor(address / 256 ** (width - 1 - i)) & 255), ...data];
  const bytes = [rest.length + 1, ...rest];
  return `S${type}${bytes.map((b) => hex(b)).join('')}${hex((~sum(bytes) + wrong) & 255)}`;
}

const A = [0x12, 0x34, 0x56, 0x78, 0x9a];
const RECORDS = {
  'plain.hex': [ihexRecord(0, 0x100, A), ihexRecord(0, 0x105, A), ihexRecord(1, 0, [])],
  'gap.hex': [ihexRecord(0, 0x100, A), ihexRecord(0, 0x200, A), ihexRecord(1, 0, [])],
  'back.hex': [ihexRecord(0, 0x200, A), ihexRecord(0, 0x100, A), ihexRecord(1, 0, [])],
  'overlap.hex': [ihexRecord(0, 0x100, A), ihexRecord(0, 0x102, A), ihexRecord(1, 0, [])],
  'sum.hex': [ihexRecord(0, 0x100, A, 1), ihexRecord(1, 0, [])],
  'sum2.hex': [ihexRecord(0, 0x100, A), ihexRecord(0, 0x105, A, 9), ihexRecord(1, 0, [])],
  'noend.hex': [ihexRecord(0, 0x100, A)],
  'early.hex': [ihexRecord(0, 0x100, A), ihexRecord(1, 0, []), ihexRecord(0, 0x105, A)],
  'endat.hex': [ihexRecord(0, 0x100, A), ihexRecord(1, 0x1234, [])],
  'segment.hex': [ihexRecord(2, 0, [0x12, 0x34]), ihexRecord(0, 0x100, A), ihexRecord(3, 0, [0x10, 0, 0, 5]), ihexRecord(1, 0, [])],
  'linear.hex': [ihexRecord(4, 0, [0x12, 0x34]), ihexRecord(0, 0xfffe, A), ihexRecord(5, 0, [1, 2, 3, 4]), ihexRecord(1, 0, [])],
  'both.hex': [ihexRecord(4, 0, [0, 1]), ihexRecord(2, 0, [0x10, 0]), ihexRecord(0, 0, A), ihexRecord(1, 0, [])],
  'type6.hex': [ihexRecord(6, 0, A), ihexRecord(1, 0, [])],
  'short2.hex': [ihexRecord(2, 0, [1]), ihexRecord(1, 0, [])],
  'short4.hex': [ihexRecord(0, 0, A), ihexRecord(4, 0, [1, 2, 3]), ihexRecord(1, 0, [])],
  'short5.hex': [ihexRecord(5, 0, [1, 2, 3]), ihexRecord(1, 0, [])],
  'empty.hex': [ihexRecord(0, 0x100, []), ihexRecord(1, 0, [])],
  'onlyend.hex': [ihexRecord(1, 0, [])],
  'junk.hex': [ihexRecord(0, 0x100, A), 'xyz', ihexRecord(1, 0, [])],
  'comment.hex': ['; a comment', ihexRecord(0, 0x100, A), ihexRecord(1, 0, [])],
  'digit.hex': [ihexRecord(0, 0x100, A).replace('5', 'G'), ihexRecord(1, 0, [])],
  'cut.hex': [ihexRecord(0, 0x100, A).slice(0, -3)],
  'plain.srec': [srecord(0, 0, [0x68, 0x69]), srecord(1, 0x100, A), srecord(1, 0x105, A), srecord(9, 0x100, [])],
  'gap.srec': [srecord(1, 0x100, A), srecord(1, 0x200, A), srecord(9, 0, [])],
  'back.srec': [srecord(1, 0x200, A), srecord(1, 0x100, A), srecord(9, 0, [])],
  'mixed.srec': [srecord(1, 0x100, A), srecord(2, 0x105, A), srecord(3, 0x10a, A), srecord(7, 0x12345678, [])],
  'noend.srec': [srecord(2, 0x123456, A)],
  'sum.srec': [srecord(1, 0x100, A, 1), srecord(9, 0, [])],
  'count.srec': [srecord(1, 0x100, A), srecord(5, 1, []), srecord(9, 0x77, [])],
  'count3.srec': [srecord(1, 0x100, A), srecord(6, 1, []), srecord(8, 0x770000, [])],
  'type4.srec': [srecord(4, 1, A), srecord(1, 0x100, A), srecord(9, 0, [])],
  'early.srec': [srecord(1, 0x100, A), srecord(9, 0, []), srecord(1, 0x105, A)],
  'noname.srec': [srecord(0, 0, []), srecord(3, 0xfffffffe, [1]), srecord(7, 0, [])],
  'header.srec': [srecord(0, 0, [...Buffer.from('a header that is long')])],
  'short.srec': ['S1020011', srecord(9, 0, [])],
  'junk.srec': [srecord(1, 0x100, A), 'nonsense', srecord(9, 0, [])],
  'digit.srec': ['S1080100123x56789A00', srecord(9, 0, [])],
  'cut.srec': [srecord(1, 0x100, A).slice(0, -4)],
  'zero.srec': [srecord(1, 0x100, []), srecord(9, 0, [])],
  'sym.srec': ['$$ name', '  one $100', '  two $ABC', '$$ ', srecord(1, 0x100, A), srecord(9, 0, [])],
  'sym2.srec': ['$$ name', '  one $100 two $200', '$$', srecord(1, 0x100, A), srecord(9, 0, [])],
  'plain.vh': ['@00000100', '12 34 56 78', '@00000200', '9A BC'],
};

/** Makes the files in the working directory; returns their names. Needs the files of the other two corpora. */
export function makeExtraCorpus() {
  const files = [];
  const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const attempt = (name, ...command) => {
    try {
      run(...command);
      files.push(name);
    } catch {
      // What cannot be made here is left out.
    }
  };
  writeFileSync('kn.c', KERNEL);
  writeFileSync('hh.ld', HIGHER_HALF);
  writeFileSync('rom.ld', ROM);
  writeFileSync('cd.cc', COMDAT);
  writeFileSync(
    'many.s',
    Array.from({ length: 66000 }, (_, i) => `.section .s${i},"a"\n.byte ${i & 255}\n`).join('') + '.text\nmain: .long .s65999+1\n',
  );
  const free = ['-ffreestanding', '-fno-stack-protector', '-fno-pic'];
  attempt('kn64.o', 'gcc', '-m64', '-g', ...free, '-mcmodel=kernel', '-c', 'kn.c', '-o', 'kn64.o');
  for (const bits of ['16', '32', 'x32'])
    attempt(`kn${bits}.o`, 'gcc', bits === 'x32' ? '-mx32' : `-m${bits}`, '-g', ...free, '-c', 'kn.c', '-o', `kn${bits}.o`);
  attempt('hh64.elf', 'ld', '-m', 'elf_x86_64', '-T', 'hh.ld', 'kn64.o', '-o', 'hh64.elf');
  attempt('rom32.elf', 'ld', '-m', 'elf_i386', '-T', 'rom.ld', 'kn32.o', '-e', '_start', '-o', 'rom32.elf');
  attempt('rom16.elf', 'ld', '-m', 'elf_i386', '-T', 'rom.ld', 'kn16.o', '-e', '_start', '-o', 'rom16.elf');
  attempt(
    'hx32.elf',
    'ld',
    '-m',
    'elf32_x86_64',
    '-Ttext=0x8000',
    '--defsym=_bss_start=0',
    '--defsym=_bss_end=0',
    'knx32.o',
    '-o',
    'hx32.elf',
  );
  for (const bits of ['32', '64']) {
    attempt(`cd${bits}.o`, 'g++', `-m${bits}`, '-O1', '-g', '-gz', '-ffunction-sections', '-c', 'cd.cc', '-o', `cd${bits}.o`);
  }
  attempt('cdO0.o', 'g++', '-c', 'p.cc', '-o', 'cdO0.o');
  attempt('cdr.o', 'ld', '-r', 'cd64.o', 'cdO0.o', '-o', 'cdr.o');
  attempt('cd.exe', 'g++', '-g', 'cd.cc', '-Wl,--defsym=main=0', '-o', 'cd.exe');
  attempt('cdz.exe', 'g++', '-g', '-gz', '-Wl,--compress-debug-sections=zlib', 'cd.cc', '-Wl,--defsym=main=0', '-o', 'cdz.exe');
  attempt('now.so', 'gcc', '-shared', '-fPIC', '-Wl,-z,now', '-Wl,-z,noseparate-code', '-Wl,--hash-style=both', 'd.c', '-o', 'now.so');
  attempt('nor.exe', 'gcc', '-no-pie', '-Wl,-z,norelro', '-Wl,-z,noseparate-code', '-Wl,--build-id=sha1', 'c.c', '-o', 'nor.exe');
  attempt('gold.exe', 'gcc', '-fuse-ld=gold', 'c.c', '-o', 'gold.exe');
  attempt('omagic.elf', 'ld', '-N', '-m', 'elf_i386', '-Ttext=0x7c00', '-e', '_start', 'f32.o', '-o', 'omagic.elf');
  attempt('nmagic.elf', 'ld', '-n', '-Ttext=0x10000', '-e', '_start', 'f64.o', '-o', 'nmagic.elf');
  attempt('big.elf', 'ld', '-z', 'max-page-size=0x200000', '-z', 'common-page-size=0x200000', '-e', '_start', 'f64.o', '-o', 'big.elf');
  attempt('many.o', 'as', 'many.s', '-o', 'many.o');
  attempt('lib64.a', 'ar', 'rcs', 'lib64.a', 'f64.o', 'cd64.o', 'w64.o');
  attempt('mixed.a', 'ar', 'rc', 'mixed.a', 'f64.o', 'f32.o', 'names');
  attempt('empty.a', 'ar', 'rc', 'empty.a');
  for (const [name, lines] of Object.entries(RECORDS)) {
    writeFileSync(name, `${lines.join('\n')}\n`);
    files.push(name);
    const [stem, kind] = name.split('.');
    if (!['plain', 'gap', 'linear', 'sum', 'noend', 'junk'].includes(stem)) continue;
    for (const [variant, text] of [
      ['crlf', `${lines.join('\r\n')}\r\n`],
      ['lower', `${lines.join('\n').toLowerCase()}\n`],
      ['last', lines.join('\n')],
      ['blank', `\n${lines.join('\n\n')}\n\n`],
      ['space', ` ${lines.join(' \n')} \n`],
    ]) {
      writeFileSync(`${stem}-${variant}.${kind}`, text);
      files.push(`${stem}-${variant}.${kind}`);
    }
  }
  writeFileSync('nothing', '');
  writeFileSync('short', '\x7fELF');
  files.push('nothing', 'short');
  for (const [name, tail] of [
    ['cut64.o', 300],
    ['cut32.elf', 100],
  ]) {
    const from = name === 'cut64.o' ? 'a64.o' : 'k32.elf';
    writeFileSync(name, readFileSync(from).subarray(0, -tail));
    files.push(name);
  }
  return [...new Set(files)];
}
