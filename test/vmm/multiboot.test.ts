import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { inferBoot } from '../../src/vmm/boot/index.js';
import { memoryEntries } from '../../src/vmm/boot/multiboot.js';
import { build, runGuest, kvmSuite } from './guest.js';

const test = kvmSuite('boot protocols');

/** A kernel in C and assembly: prints what the boot loader told it, and writes to the text screen. */
const kernel = `
typedef unsigned int u32; typedef unsigned char u8;
static void put(char c) { __asm__ volatile ("outb %0, $0xe9" : : "a"(c)); }
static void text(const char *s) { while (*s) put(*s++); }
static void hex(u32 v) { for (int i = 28; i >= 0; i -= 4) put("0123456789abcdef"[(v >> i) & 15]); put(' '); }
void kmain(u32 magic, u32 *info) {
  hex(magic); hex(info[0]); hex(info[1]); hex(info[2]);
  text((const char *)info[4]); put('|'); text((const char *)info[16]); put('|');
  u32 *module = (u32 *)info[6];
  for (u32 i = 0; i < info[5]; i++, module += 4) {
    text((const char *)module[2]); put('=');
    for (u8 *p = (u8 *)module[0]; p < (u8 *)module[1]; p++) put(*p);
    put(module[0] % 4096 == 0 ? ';' : '!');
  }
  u32 at = info[12], end = at + info[11];
  while (at < end) { u32 *e = (u32 *)at; hex(e[1]); hex(e[3]); hex(e[5]); at += e[0] + 4; }
  volatile unsigned short *screen = (unsigned short *)0xb8000;
  const char *hello = "Hello from C"; for (int i = 0; hello[i]; i++) screen[i] = 0x0700 | hello[i];
  __asm__ volatile ("outb %0, $0xf4" : : "a"((char)0));
}
`;
const head = (flags: number, addresses: string): string => `
  .section .multiboot, "a"
  .p2align 2
header: .long 0x1badb002, ${flags}, -(0x1badb002 + ${flags})
${addresses}
  .text
  .code32
  .globl _start
_start: movl $stack, %esp
  pushl %ebx
  pushl %eax
  call kmain
  hlt
  .bss
  .p2align 4
  .skip 4096
stack:
`;
const script = `ENTRY(_start) SECTIONS { . = 0x100000; start = .; .text : { *(.multiboot) *(.text*) *(.rodata*) } .data : { *(.data*) } edata = .; .bss : { *(.bss*) *(COMMON) } end = .;
  /DISCARD/ : { *(.note*) *(.eh_frame*) *(.comment) } }`;

function makeKernel(flags: number, addresses: string, link: readonly string[], source = kernel, more: readonly string[] = []): Uint8Array {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-kernel-'));
  const file = (name: string): string => path.join(folder, name);
  try {
    writeFileSync(file('k.c'), source);
    writeFileSync(file('h.s'), head(flags, addresses));
    writeFileSync(file('k.ld'), script);
    execFileSync('gcc', [
      '-m32',
      '-O1',
      '-ffreestanding',
      '-fno-pie',
      '-fno-stack-protector',
      '-mno-sse',
      '-mno-mmx',
      '-mno-80387',
      ...more,
      '-c',
      '-o',
      file('k.o'),
      file('k.c'),
    ]);
    execFileSync('as', ['--32', '-o', file('h.o'), file('h.s')]);
    execFileSync('ld', [
      '-m',
      'elf_i386',
      '-T',
      file('k.ld'),
      '--no-warn-rwx-segments',
      '-o',
      file('kernel'),
      file('h.o'),
      file('k.o'),
      ...link,
    ]);
    return readFileSync(file('kernel'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const modules = [
  { name: 'one arg', data: Buffer.from('first') },
  { name: 'two', data: Buffer.from('second module') },
];

const expected = (): string => {
  const hex = (value: number): string => `${(value >>> 0).toString(16).padStart(8, '0')} `;
  const entries = memoryEntries([{ address: 0, size: 32 << 20, kind: 'ram' }]);
  return (
    `${hex(0x2badb002)}${hex(0x24d)}${hex(640)}${hex(31 * 1024)}kernel quiet|tskvm|one arg=first;two=second module;` +
    entries.map((e) => hex(e.address) + hex(e.size) + hex(e.type)).join('')
  );
};

for (const engine of ['kvm', 'soft'] as const) {
  test(`an ELF Multiboot kernel in C gets command line, modules and memory map (${engine})`, async () => {
    const file = makeKernel(3, '', []);
    assert.is(inferBoot(file), 'multiboot');
    let screen = '';
    const { result, text } = await runGuest(file, { engine, memory: 32 << 20, append: 'kernel quiet', modules, timeout: 60 }, (machine) => {
      screen = Buffer.from(machine.ram.read(0xb8000, 24))
        .toString('latin1')
        .replace(/(.)\x07/gs, '$1');
    });
    assert.is(text, expected());
    assert.is(screen, 'Hello from C');
    assert.is(result.status, 1);
  });
}

test('an ELF64 file starts in long mode at its entry, its segments where their physical addresses say', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-elf64-'));
  try {
    const source = `.globl _start
  .data
text: .asciz "sixty-four"
  .bss
  .skip 8192
area: .skip 8
  .text
  .skip 16
_start: leaq text(%rip), %rsi
  movabsq $0x123456789abcdef0, %rax
  movq %rax, area
  cmpq %rax, area
  jne 2f
1: lodsb
  testb %al, %al
  jz 2f
  outb %al, $0xf1
  jmp 1b
2: hlt
`;
    const file = (name: string): string => path.join(folder, name);
    writeFileSync(file('a.s'), source);
    execFileSync('as', ['--64', '-o', file('a.o'), file('a.s')]);
    execFileSync('ld', ['-Ttext=0x200000', '-Tdata=0x301000', '--no-warn-rwx-segments', '-o', file('a.elf'), file('a.o')]);
    const elf = readFileSync(file('a.elf'));
    assert.is(inferBoot(elf), 'elf');
    const { text, result } = await runGuest(elf, {}, (machine) => {
      assert.is(machine.image?.symbols.find((symbol) => symbol.name === '_start')?.address, 0x200010n);
    });
    assert.is(text, 'sixty-four');
    assert.is(result.system.cs.l, true);
    assert.is(result.ending.kind, 'halt');
    await runGuest(elf, { engine: 'soft' }).then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, /long mode needs the kvm engine/),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the a.out kludge: addresses in the header', async () => {
  const file = makeKernel(0x10003, '.long header, start, edata, end, _start', ['--oformat', 'binary']);
  assert.is(inferBoot(file), 'flat');
  const { text } = await runGuest(file, { boot: 'multiboot', memory: 32 << 20, append: 'kernel quiet', modules });
  assert.is(text, expected());
});

test('a kernel without a header, with unknown requirements, or cut short is refused', async () => {
  const refused = async (file: Uint8Array, message: RegExp): Promise<void> => {
    try {
      await runGuest(file, { boot: 'multiboot' });
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, message);
    }
  };
  await refused(new Uint8Array(8192), /no Multiboot header/);
  const header = new Uint32Array([0x1badb002, 0x80, -(0x1badb002 + 0x80)]);
  await refused(new Uint8Array(header.buffer), /neither an ELF file/);
  const kludge = new Uint32Array([0x1badb002, 0x10000, -(0x1badb002 + 0x10000), 0x100000, 0x100000, 0x200000, 0, 0x100000]);
  await refused(new Uint8Array(kludge.buffer), /bytes that the file does not have/);
  await refused(makeKernel(3, '', []).slice(0, 200), /cut short|no Multiboot header|broken/);
});

test('a boot sector starts at 0x7c00 with %dl = 0x80, and only its first 512 bytes are loaded', async () => {
  const sector = new Uint8Array(1024).fill(0xaa);
  // call 1f; 1: pop %ax; out %al; mov %ah, %al; out; mov %dl, %al; out; mov 0x7e00, %al; out; hlt
  sector.set(Buffer.from('e8000058e6f188e0e6f188d0e6f1a0007ee6f1f4', 'hex'));
  sector[510] = 0x55;
  assert.is(inferBoot(sector), 'sector');
  const { text } = await runGuest(sector);
  assert.is(Buffer.from(text, 'latin1').toString('hex'), '037c8000');
});

test('a flat image at an address above 64 KiB starts in real mode', async () => {
  const image = build('movb %cs:message, %al; outb %al, $0xf1; hlt; message: .byte 0x21', 16);
  assert.is((await runGuest(image, { at: 0x20000 })).text, '!');
});

test('firmware at the reset vector sees itself below 1 MiB too, and cannot write to itself', async () => {
  const rom = new Uint8Array(65536).fill(0xf4);
  // 0: movw $0xf000, %ax; mov %ax, %ds; incb 0x100; movb 0x100, %al; out; hlt — in the copy below 1 MiB, which is RAM.
  rom.set(Buffer.from('b800f08ed8fe060001a00001e6f1f4', 'hex'), 0);
  rom[0x100] = 0x40;
  // At the reset vector: movb $0x52, %al; out; cs incb 0x100; ljmp $0xf000, $0.
  rom.set(Buffer.from('b052e6f12efe060001ea000000f0', 'hex'), 0xfff0);
  const { text, warnings } = await runGuest(rom, { mode: 'reset' });
  assert.is(text, 'RA');
  assert.is(warnings.length, 1, 'the write to ROM is reported');
});

/** What a tutorial's kernel does: a terminal on the VGA's text screen, nothing else. */
const screenKernel = `
static volatile unsigned short *const vga = (unsigned short *)0xb8000;
static int row, column;
static void put(char c) {
  if (c == '\\n') { row += 1; column = 0; return; }
  vga[row * 80 + column++] = 0x0700 | (unsigned char)c;
}
void kmain(unsigned magic, const unsigned *info) {
  for (int i = 0; i < 80 * 25; i++) vga[i] = 0x0720;
  for (const char *s = "Hello, kernel World!\\n\\n  "; *s; s++) put(*s);
  for (const char *s = (const char *)info[4]; *s; s++) put(*s);
}
`;

test('`run -kernel … --screen -` boots an unmodified hello kernel and shows the screen', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-kernel-'));
  try {
    const file = path.join(folder, 'kernel');
    writeFileSync(file, makeKernel(3, '', [], screenKernel));
    const words = ['bin/tskvm.js', 'run', '-kernel', file, '-append', 'root=none', '--screen', '-', '--timeout', '60'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    assert.is(stdout, 'Hello, kernel World!\n\n  root=none\n');
    assert.is(stderr, 'KVM_EXIT_HLT\n');
    assert.is(status, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a kernel with debug information is explained and covered by its C lines', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-kernel-'));
  const tskvm = (...words: string[]): string =>
    spawnSync(process.execPath, ['bin/tskvm.js', ...words, '--timeout', '60'], { encoding: 'utf8' }).stderr;
  try {
    const file = path.join(folder, 'kernel');
    const broken = 'int x;\nvoid kmain(void) {\n  x = 1;\n  __asm__ volatile ("ud2");\n}\n';
    writeFileSync(file, makeKernel(3, '', [], broken, ['-g']));
    assert.match(tskvm('run', '-kernel', file), /#UD from `ud2` at .*k\.c:4\n/);
    assert.match(tskvm('trace', '-kernel', file, '-q', '--break', 'k.c:3', '--limit', '1'), /k\.c:3$/m);
    assert.match(tskvm('trace', '-kernel', file, '-q', '--coverage'), /k\.c: [1-9] of \d lines with code ran/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
