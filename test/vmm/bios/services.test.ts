import * as assert from 'uvu/assert';
import { screenText } from '../../../src/commands/shared/screen.js';
import { bytesInput } from '../../../src/vmm/input.js';
import { createMachine } from '../../../src/vmm/machine.js';
import type { MachineOptions } from '../../../src/vmm/machine.js';
import { code, source } from '../../../src/vmm/bios/stubs.js';
import { build, kvmSuite } from '../guest.js';

const test = kvmSuite('BIOS services');

interface Booted {
  screen: string;
  text: string;
  ending: string;
  warnings: string[];
  word(address: number): number;
  byte(address: number): number;
}

/** Boots a source as a sector on the pc board; `more` are the sectors behind it. */
async function boot(
  engine: 'kvm' | 'soft',
  source: string,
  input = '',
  more: Uint8Array = new Uint8Array(),
  options: MachineOptions = {},
): Promise<Booted> {
  const image = build(`${source}\n.org 510\n.word 0xaa55`, 16, 0x7c00);
  const disk = Buffer.concat([image.chunks[0].data, more]);
  const warnings: string[] = [];
  const machine = createMachine({
    engine,
    boot: 'sector',
    timeout: 60,
    input: bytesInput(Buffer.from(input)),
    warn: (text) => warnings.push(text),
    ...options,
  });
  try {
    machine.load(disk);
    const result = await machine.run();
    const bytes = machine.ram.read(0, 0x10000);
    return {
      screen: screenText(machine),
      text: Buffer.from(machine.output()).toString('latin1'),
      ending: result.ending.kind,
      warnings,
      word: (address) => bytes[address] | (bytes[address + 1] << 8),
      byte: (address) => bytes[address],
    };
  } finally {
    machine.close();
  }
}

test('the code behind the vectors is its source, assembled', () => {
  assert.is(Buffer.from(build(source).chunks[0].data).toString('hex'), code);
});

const engines = (process.env.TSKVM_TEST_ENGINES ?? 'kvm,soft').split(',') as ('kvm' | 'soft')[];
for (const engine of engines) {
  test(`teletype prints and scrolls; flags and other registers survive (${engine})`, async () => {
    const { screen, ending, word } = await boot(
      engine,
      `
  movw $0x1234, %bx
  stc
  movw $0x0e41, %ax
  int $0x10
  jnc bad
  movw %bx, 0x600
  movw $30, %cx
1: movw $0x0e0d, %ax
  int $0x10
  movb $10, %al
  int $0x10
  movb %cl, %al
  addb $'@', %al
  int $0x10
  loop 1b
bad: cli
  hlt`,
    );
    assert.is(ending, 'halt');
    assert.is(word(0x600), 0x1234);
    assert.equal(screen.split('\n').length - 1, 25);
    assert.is(screen.split('\n')[24], 'A');
  });

  test(`cursor, attributes, strings, mode and pixels (${engine})`, async () => {
    const { screen, word, byte } = await boot(
      engine,
      `
  movw $0x0200, %ax
  xorw %bx, %bx
  movw $0x0305, %dx
  int $0x10
  movw $0x0958, %ax
  movw $0x001f, %bx
  movw $3, %cx
  int $0x10
  movb $8, %ah
  int $0x10
  movw %ax, 0x600
  movw $0x1301, %ax
  movw $0x0007, %bx
  movw $5, %cx
  movw $0x0400, %dx
  movw $msg, %bp
  int $0x10
  movb $3, %ah
  int $0x10
  movw %dx, 0x602
  movb $0x0f, %ah
  int $0x10
  movw %ax, 0x604
  movw $0xb800, %ax
  movw %ax, %fs
  movw %fs:4*160+8, %ax
  movw %ax, 0x608
  movw %fs:3*160+14, %ax
  movw %ax, 0x60a
  movw $0x0013, %ax
  int $0x10
  movw $0x0c2a, %ax
  movw $319, %cx
  movw $199, %dx
  int $0x10
  movb $0x0d, %ah
  int $0x10
  movb %al, 0x606
  movw $0xa000, %ax
  movw %ax, %es
  movb %es:63999, %al
  movb %al, 0x607
  cli
  hlt
msg: .ascii "Hello"`,
    );
    assert.match(screen, /^\(graphics, 320×200 pixels, [0-9a-f]{16}\)\n$/);
    assert.is(word(0x608), 0x076f);
    assert.is(word(0x60a), 0x1f58);
    assert.is(word(0x600), 0x1f58);
    assert.is(word(0x602), 0x0405);
    assert.is(word(0x604), 0x5003);
    assert.is(byte(0x606), 0x2a);
    assert.is(byte(0x607), 0x2a);
  });

  test(`disk: geometry, sectors by CHS and LBA, writes, errors (${engine})`, async () => {
    const more = new Uint8Array(512 * 99);
    more[0] = 0x77;
    more[512 * 62] = 0x88;
    const { word, byte } = await boot(
      engine,
      `
  movw $0x0201, %ax
  movw $0x1000, %bx
  movw $0x0002, %cx
  movb $0, %dh
  int $0x13
  jc bad
  movw %ax, 0x600
  movw $packet, %si
  movb $0x42, %ah
  int $0x13
  jc bad
  movb $8, %ah
  int $0x13
  movw %cx, 0x602
  movw %dx, 0x604
  movb $0x80, %dl
  movw $0x55aa, %bx
  movb $0x41, %ah
  int $0x13
  jc bad
  movw %bx, 0x606
  movb $0x99, 0x1200
  movw $0x0301, %ax
  movw $0x1200, %bx
  movw $0x0003, %cx
  movb $0, %dh
  int $0x13
  jc bad
  movw $0x0201, %ax
  movw $0x1600, %bx
  int $0x13
  movw $0x02ff, %ax
  int $0x13
  jnc bad
  movb %ah, 0x608
  movb $0x15, %ah
  int $0x13
  movw %ax, 0x60a
  movw %dx, 0x60c
  movb $1, 0x60e
bad: cli
  hlt
packet: .byte 16, 0
  .word 1, 0x1400, 0
  .quad 63`,
      '',
      more,
    );
    assert.is(byte(0x60e), 1, 'ran to its end');
    assert.is(word(0x600), 0x0001);
    assert.is(byte(0x1000), 0x77);
    assert.is(byte(0x1400), 0x88);
    assert.is(word(0x602), 0x003f);
    assert.is(word(0x604), 0x0f01);
    assert.is(word(0x606), 0xaa55);
    assert.is(byte(0x1600), 0x99);
    assert.is(byte(0x608), 1);
    assert.is(word(0x60a) >> 8, 3);
    assert.is(word(0x60c), 100);
  });

  test(`memory map and sizes, equipment, vectors (${engine})`, async () => {
    const { word, warnings } = await boot(
      engine,
      `
  xorl %ebx, %ebx
  movw $0x1000, %di
1: movl $0xe820, %eax
  movl $20, %ecx
  movl $0x534d4150, %edx
  int $0x15
  jc bad
  addw $20, %di
  incw 0x600
  testl %ebx, %ebx
  jnz 1b
  int $0x12
  movw %ax, 0x602
  movb $0x88, %ah
  int $0x15
  movw %ax, 0x604
  int $0x11
  movw %ax, 0x606
  movb $0x77, %ah
  int $0x15
  jnc bad
  int $0x15
  int $0x61
bad: cli
  hlt`,
      '',
      undefined,
      { memory: 32 << 20 },
    );
    assert.is(word(0x600), 5);
    assert.equal([word(0x1000 + 8), word(0x1000 + 10), word(0x1000 + 60 + 2), word(0x1000 + 60 + 10)], [0xfc00, 9, 0x10, 0x1f0]);
    assert.is(word(0x602), 639);
    assert.is(word(0x604), 31 * 1024);
    assert.is(word(0x606), 0x0226);
    assert.is(warnings.filter((w) => w.includes('int 0x15, ah=0x77')).length, 1);
    assert.is(warnings.filter((w) => w.includes('int 0x61')).length, 1);
  });

  test(`keys from standard input; the end of input ends a wait (${engine})`, async () => {
    const { screen, warnings, ending } = await boot(
      engine,
      `
1: movb $1, %ah
  int $0x16
  jz 1b
2: movb $0, %ah
  int $0x16
  cmpw $0x1c0d, %ax
  je 3f
  movb $0x0e, %ah
  int $0x10
  jmp 2b
3: movw $0x0e21, %ax
  int $0x10
  jmp 2b`,
      'key\n',
    );
    assert.is(screen, 'key!\n');
    assert.is(ending, 'halt');
    assert.ok(warnings.some((w) => w.includes('input has ended')));
  });

  test(`the tick wakes hlt, calls int 1ch and counts; waiting takes its time (${engine})`, async () => {
    const { word } = await boot(
      engine,
      `
  cli
  movw $hook, 0x1c*4
  movw $0, 0x1c*4+2
  sti
  movb $0, %ah
  int $0x1a
  movw %dx, %si
1: hlt
  cmpw $3, 0x600
  jb 1b
  movb $0, %ah
  int $0x1a
  subw %si, %dx
  movw %dx, 0x602
  movw $0x8600, %ax
  xorw %cx, %cx
  movw $2000, %dx
  int $0x15
  adcw $1, 0x604
  cli
  hlt
hook: incw %cs:0x600
  iret`,
    );
    assert.is(word(0x600), 3);
    assert.is(word(0x602), 3);
    assert.is(word(0x604), 1);
  });

  test(`the serial port and power-off on the pc board (${engine})`, async () => {
    const { text, ending } = await boot(
      engine,
      `
  movw $0x3f8, %dx
  movb $'U', %al
  outb %al, %dx
  movw $0x604, %dx
  movw $0x2000, %ax
  outw %ax, %dx
  hlt`,
    );
    assert.is(text, 'U');
    assert.is(ending, 'power-off');
  });
}

test.run();
