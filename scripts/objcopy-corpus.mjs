// The files and options that objcopy-sweep.mjs compares with GNU's.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const ASSEMBLY = `
  .text
  .globl main
  .type main, @function
main: nop
  call foo
  jmp local
  .size main, .-main
  .data
ptr: .long main, local+4, undefined1
  .byte 1
  .bss
  .globl buffer
buffer: .zero 100
  .section .rodata.str1.1,"aMS",@progbits,1
str: .string "abc"
  .section .text.hot,"ax",@progbits
  .p2align 6
local: call main
.Lhidden: call .Lhidden2
.Lhidden2:
  .comm shared,8,4
  .globl unused_undefined
  .weak unused_weak
  .weak weakdef
weakdef:
  .local priv
  .comm priv,16,8
  .weak maybe
  .section .init_array,"aw",@init_array
  .long local
  .section .tdata,"awT",@progbits
tls1:  .long 1
  .section .tbss,"awT",@nobits
tls2: .zero 4
  .text
  .long maybe
  .long .Lhidden
  .set absolute, 0x1234
  .globl absolute
  .hidden hid
  .globl hid
hid: nop
  .file "source.c"
  .section .comment,"MS",@progbits,1
  .string "made by hand"
  .section .note.GNU-stack,"",@progbits
  .section .debug_info,"",@progbits
  .long 1, local
  .section .debug_str,"MS",@progbits,1
  .string "some debug string"
`;

const GROUPS = `
  .text
  call sig
  .section .text.a,"axG",@progbits,sig,comdat
  .globl sig
sig: call other
  .section .data.a,"awG",@progbits,sig,comdat
  .long sig
  .section .text.b,"axG",@progbits,grp2
b: nop
`;

const C = `
#include <stdio.h>
int g = 3; int z[100]; static int s; const char *m = "hi"; __thread int tl; __thread int tl2 = 4;
extern int ext(int) __attribute__((weak));
static int __attribute__((noinline)) foo(int x) { return x + s; }
int main(int c, char **v) { printf("%d %s\\n", foo(c) + z[c] + tl + tl2, m); if (ext) return ext(g); return g; }
`;

const FREESTANDING = `
int data = 5; int bss[50]; const char text[] = "text"; static int counter;
int helper(int x) { counter += x; return data + bss[x & 31] + counter + text[x & 3]; }
void _start(void) { helper(3); for (;;) ; }
`;

const SCRIPT = `
ENTRY(_start)
SECTIONS {
  . = 0x100000;
  .text : AT(0x8000) { *(.text .text.*) }
  .rodata : { *(.rodata .rodata.*) }
  . = ALIGN(0x1000);
  .data : AT(0x10000) { *(.data) }
  .bss : { *(.bss) *(COMMON) }
  .after : { LONG(1) LONG(2) }
  /DISCARD/ : { *(.comment) *(.note*) *(.eh_frame) }
}
`;

/** Makes the files in the working directory; returns their names. */
export function makeCorpus() {
  const files = [];
  const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const add = (name) => files.push(name);
  const attempt = (name, body) => {
    try {
      body();
      add(name);
    } catch {
      // The compiler cannot make this one here.
    }
  };
  writeFileSync('a.s', ASSEMBLY);
  writeFileSync('g.s', GROUPS);
  writeFileSync('c.c', C);
  writeFileSync('f.c', FREESTANDING);
  writeFileSync('k.ld', SCRIPT);
  writeFileSync('names', '# comment\nmain\n  local # and more\nbuffer\n');
  writeFileSync('pairs', 'main MAIN\nlocal   LOCAL # x\n');
  writeFileSync('extra', 'extra contents\n');
  writeFileSync('empty.s', '');
  for (const [mode, bits] of [
    ['--32', '32'],
    ['--64', '64'],
    ['--x32', 'x32'],
  ]) {
    attempt(`a${bits}.o`, () => run('as', mode, 'a.s', '-o', `a${bits}.o`));
    attempt(`e${bits}.o`, () => run('as', mode, 'empty.s', '-o', `e${bits}.o`));
    if (bits !== 'x32') attempt(`g${bits}.o`, () => run('as', mode, 'g.s', '-o', `g${bits}.o`));
  }
  for (const bits of ['16', '32', '64'])
    attempt(`f${bits}.o`, () => run('gcc', `-m${bits}`, '-g', '-ffreestanding', '-c', 'f.c', '-o', `f${bits}.o`));
  attempt('c64.o', () => run('gcc', '-O2', '-g', '-ffunction-sections', '-fdata-sections', '-c', 'c.c', '-o', 'c64.o'));
  attempt('c64.exe', () => run('gcc', '-g', 'c.c', '-o', 'c64.exe'));
  attempt('c64nopie.exe', () => run('gcc', '-no-pie', 'c.c', '-o', 'c64nopie.exe'));
  attempt('c64.so', () => run('gcc', '-shared', '-fPIC', 'c.c', '-o', 'c64.so'));
  attempt('k64.elf', () => run('ld', '-m', 'elf_x86_64', '-T', 'k.ld', 'f64.o', '-o', 'k64.elf'));
  attempt('k32.elf', () => run('ld', '-m', 'elf_i386', '-T', 'k.ld', 'f32.o', '-o', 'k32.elf'));
  attempt('t32.elf', () => run('ld', '-m', 'elf_i386', '-Ttext=0x7c00', '-e', '_start', 'f32.o', '-o', 't32.elf'));
  attempt('n64.elf', () => run('ld', '-N', '-Ttext=0x1000', '-e', '_start', 'f64.o', '-o', 'n64.elf'));
  attempt('r64.o', () => run('ld', '-r', 'f64.o', 'a64.o', '-o', 'r64.o'));
  return files;
}

/** Option lists; FILE in a word stands for the input's name. */
export function optionSets() {
  const sets = [
    [],
    ['-O', 'binary'],
    ['-O', 'ihex'],
    ['-O', 'srec'],
    ['-O', 'verilog'],
    ['-O', 'symbolsrec'],
    ['-S'],
    ['-g'],
    ['--strip-unneeded'],
    ['-x'],
    ['-X'],
    ['--weaken'],
    ['--localize-hidden'],
    ['--only-keep-debug'],
    ['--extract-symbol'],
    ['--keep-file-symbols', '-S'],
    ['--keep-section-symbols', 'x', '-g'],
    ['-K', 'main', '-S'],
    ['-K', 'main', '-x'],
    ['-N', 'main'],
    ['-N', 'local'],
    ['-N', 'buffer', '-N', 'g'],
    ['-L', 'main'],
    ['-G', 'main'],
    ['-W', 'main'],
    ['--globalize-symbol=local'],
    ['--globalize-symbol', 'foo'],
    ['-w', '-N', 'l*'],
    ['-w', '-K', 'm*', '-S'],
    ['-w', '-W', '!main', '-W', '*'],
    ['--strip-unneeded-symbol', 'local'],
    ['--strip-symbols', 'names'],
    ['--keep-symbols', 'names', '-S'],
    ['--localize-symbols=names'],
    ['--globalize-symbols=names'],
    ['--weaken-symbols=names'],
    ['--keep-global-symbols=names'],
    ['--redefine-sym', 'main=MAIN'],
    ['--redefine-syms', 'pairs'],
    ['--prefix-symbols=p_'],
    ['--prefix-sections=.p'],
    ['--prefix-alloc-sections=.p'],
    ['--add-symbol', 'new=.text:0x4,function'],
    ['--add-symbol', 'new=0x40'],
    ['--add-symbol', 'new=.data:1,local,object'],
    ['--add-symbol', 'new=.text:1,before=main,weak'],
    ['-j', '.text'],
    ['-j', '.text', '-j', '.data'],
    ['-j', '.text*'],
    ['-j', '.text', '-O', 'binary'],
    ['-j', '.d*', '-O', 'binary'],
    ['-j', '.nonesuch'],
    ['-j', '.*', '-j', '!.data'],
    ['-R', '.data'],
    ['-R', '.text'],
    ['-R', '.bss'],
    ['-R', '.comment'],
    ['-R', '.debug*'],
    ['-R', '.note*'],
    ['-R', '.nonesuch'],
    ['-R', '.rela.text'],
    ['-R', '.rel.text'],
    ['-R', '.*', '-R', '!.text'],
    ['-R', '.group'],
    ['-R', '.text.a'],
    ['--remove-relocations=.text'],
    ['--remove-relocations=*'],
    ['--keep-section=.debug_info', '-g'],
    ['--gap-fill=0xff'],
    ['--gap-fill=0xff', '-O', 'binary'],
    ['--gap-fill=0x90', '-O', 'ihex'],
    ['--pad-to=0x11000', '-O', 'binary'],
    ['--pad-to=0x9000', '--gap-fill=1', '-O', 'srec'],
    ['--pad-to=0x600000'],
    ['--set-start=0x1234'],
    ['--change-start=4'],
    ['--change-addresses=0x1000'],
    ['--change-addresses=-16'],
    ['--adjust-vma=0x10'],
    ['--set-start=0x12345', '-O', 'ihex'],
    ['--set-start=0x12345678', '-O', 'ihex'],
    ['--set-start=0x12345678', '-O', 'srec'],
    ['--change-section-address=.text=0x2000'],
    ['--change-section-address=.text+0x20'],
    ['--change-section-vma=.data-4'],
    ['--change-section-lma=.data=0x2000'],
    ['--change-section-lma=.data+0x2000', '-O', 'binary'],
    ['--change-section-address', '.d*+0x10'],
    ['--change-section-lma', '.nonesuch+3'],
    ['--no-change-warnings', '--change-section-lma', '.nonesuch+3'],
    ['--change-section-lma=.text+0x100', '-O', 'ihex'],
    ['--change-section-lma=.*+0xfff0', '-O', 'ihex'],
    ['--change-section-lma=.*+0x1fff0', '-O', 'srec'],
    ['--change-section-lma=.*+0x123fff0', '-O', 'srec'],
    ['--change-section-lma=.*+0x123fff0', '-O', 'ihex'],
    ['--change-addresses=0xfffff000', '-O', 'ihex'],
    ['--change-addresses=0x100000000', '-O', 'ihex'],
    ['--rename-section', '.text=.mytext'],
    ['--rename-section', '.data=.rodata,alloc,load,readonly,data,contents'],
    ['--rename-section', '.text=.init_array'],
    ['--rename-section', '.rodata=.x,code'],
    ['--set-section-flags', '.data=alloc,readonly'],
    ['--set-section-flags', '.bss=alloc,load,contents'],
    ['--set-section-flags', '.text=code'],
    ['--set-section-flags', '.comment=alloc,load'],
    ['--set-section-flags', '.data=noload,alloc'],
    ['--set-section-flags', '.bss=contents', '-O', 'binary'],
    ['--set-section-flags', '.data=merge,strings'],
    ['--set-section-flags', '.text=exclude'],
    ['--set-section-flags', '.bss=alloc,load,contents', '-O', 'binary'],
    ['--set-section-alignment', '.text=64'],
    ['--set-section-alignment', '.data=1'],
    ['--set-section-alignment', '*=16'],
    ['--add-section', '.extra=extra'],
    ['--add-section', '.extra=extra', '--set-section-flags', '.extra=alloc,load,readonly'],
    ['--add-section', '.note.x=extra'],
    ['--add-section', '.text.x=extra'],
    ['--add-section', '.debug_x=extra'],
    ['--add-section', '.e1=extra', '--add-section', '.e2=a.s'],
    ['--add-section', '.extra=extra', '--set-section-flags', '.extra=alloc,load', '--change-section-address', '.extra=0x700000'],
    ['--update-section', '.data=extra'],
    ['--update-section', '.text=a.s'],
    ['--update-section', '.comment=extra'],
    ['--dump-section', '.text=dump.out'],
    ['--dump-section', '.bss=dump.out'],
    ['--dump-section', '.no=dump.out'],
    ['--add-gnu-debuglink=extra'],
    ['-g', '--add-gnu-debuglink=extra'],
    ['-S', '--add-gnu-debuglink=extra'],
    ['--reverse-bytes=2'],
    ['--reverse-bytes=4', '-O', 'binary'],
    ['--reverse-bytes=2', '-O', 'binary', '-j', '.text.hot'],
    ['-b', '0', '-i', '2', '-O', 'binary'],
    ['-b', '1', '-i', '2', '-O', 'srec'],
    ['-b', '2', '-i', '4', '--interleave-width=2', '-O', 'binary'],
    ['-b', '1', '--interleave', '-O', 'ihex'],
    ['-b', '1', '-i', '3'],
    ['--srec-len=8', '-O', 'srec'],
    ['--srec-len=100', '-O', 'srec'],
    ['--srec-len=255', '-O', 'srec'],
    ['--srec-len=0', '-O', 'srec'],
    ['--srec-forceS3', '-O', 'srec'],
    ['--verilog-data-width=2', '-O', 'verilog'],
    ['--verilog-data-width=4', '-O', 'verilog'],
    ['--verilog-data-width=8', '-O', 'verilog', '-j', '.text'],
    ['--remove-leading-char'],
    ['--change-leading-char'],
    ['-p'],
    ['--pure'],
    ['--impure'],
    ['--writable-text'],
    ['--readonly-text'],
    ['--elf-stt-common=yes'],
    ['--elf-stt-common=no'],
    ['--strip-dwo'],
    ['--extract-dwo'],
    ['-M'],
    ['--debugging'],
    ['--compress-debug-sections'],
    ['--compress-debug-sections=zlib-gnu'],
    ['--decompress-debug-sections'],
    ['--compress-debug-sections=none'],
    ['-I', 'binary'],
    ['-I', 'binary', '-O', 'ihex'],
    ['-I', 'binary', '-O', 'srec'],
    ['-I', 'binary', '-O', 'verilog'],
    ['-I', 'binary', '-O', 'elf32-i386'],
    ['-I', 'binary', '-O', 'elf64-x86-64', '-B', 'i386:x86-64'],
    ['-I', 'binary', '-O', 'elf32-x86-64', '-B', 'i386'],
    ['-I', 'binary', '-O', 'elf32-i386', '-B', 'i386', '--rename-section', '.data=.rodata,alloc,load,readonly,data,contents'],
    ['-I', 'binary', '-O', 'elf64-x86-64', '--redefine-sym', '_binary_a64_o_start=blob'],
    ['-I', 'binary', '-O', 'elf64-x86-64', '--set-section-alignment', '.data=16'],
    ['-I', 'binary', '-O', 'elf64-x86-64', '--add-section', '.note.GNU-stack=extra'],
    ['-O', 'elf32-i386'],
    ['-O', 'elf64-x86-64'],
    ['-O', 'elf32-x86-64'],
    ['-O', 'elf32-i386', '-S'],
    ['-O', 'elf64-x86-64', '-S'],
    ['-O', 'elf64-x86-64', '-j', '.text'],
    ['-F', 'elf64-x86-64'],
    ['-I', 'elf32-i386', '-O', 'binary'],
    ['-I', 'ihex'],
    ['-O', 'binary', '-R', '.text'],
    ['-O', 'binary', '-S', '-g'],
  ];
  return sets;
}
