import * as assert from 'uvu/assert';
import { build, runGuest, kvmSuite } from './guest.js';

const test = kvmSuite('fix-ups');

/** 32-bit protected mode: an IDT of 64 gates whose handlers print a letter. */
const idt32 = `
  .p2align 3
idt:
  .rept 64
  .word other, 8, 0x8e00, 0
  .endr
idtr: .word 64*8-1
  .long idt
other: movb $'?', %al
  outb %al, $0xf1
  hlt
`;

test('int n, int3, into and iret in 32-bit protected mode', async () => {
  const image = build(
    `
  lidt idtr
  movw $on30, idt + 0x30*8
  movw $on3, idt + 3*8
  movw $on4, idt + 4*8
  int $0x30
  movb $'b', %al
  outb %al, $0xf1
  int3
  movb $0x7f, %al
  addb $1, %al
  into
  movb $'c', %al
  outb %al, $0xf1
  hlt
on30: movb $'A', %al
  outb %al, $0xf1
  iret
on3: movb $'3', %al
  outb %al, $0xf1
  iret
on4: movb $'4', %al
  outb %al, $0xf1
  iret
${idt32}`,
    32,
  );
  const { result, text } = await runGuest(image, { mode: 'protected' });
  assert.is(text, 'Ab34c');
  assert.is(result.ending.kind, 'halt');
});

test('without fix-ups the same ends in KVM_EXIT_INTERNAL_ERROR, where KVM needs them', async () => {
  const image = build(`lidt idtr\nmovw $on30, idt+0x30*8\nint $0x30\nhlt\non30: iret\n${idt32}`, 32);
  const withFixups = await runGuest(image, { mode: 'protected' });
  assert.is(withFixups.result.ending.kind, 'halt');
  const { result } = await runGuest(image, { mode: 'protected', fixups: false });
  if (Object.keys(withFixups.result.statistics.fixups).length > 0) {
    assert.is(result.ending.kind, 'internal-error');
    assert.is(result.status, 66);
  } else assert.is(result.ending.kind, 'halt');
});

test('a fault inside an emulated instruction reaches the guest', async () => {
  // int $0x50 is beyond the IDT's limit: #GP with error code 0x50 * 8 + 2.
  const image = build(
    `
  lidt idtr
  movw $gp, idt + 13*8
  int $0x50
  hlt
gp: popl %ebx
  movb $'G', %al
  outb %al, $0xf1
  hlt
${idt32}`,
    32,
  );
  const { result, text } = await runGuest(image, { mode: 'protected' });
  assert.is(text, 'G');
  assert.is(result.general.rbx, 0x282n);
});

test('int n, int3 and iretq in long mode', async () => {
  const image = build(
    `
  lidt idtr(%rip)
  movw $on30, idt + 0x30*16
  movw $on3, idt + 3*16
  int $0x30
  movb $'b', %al
  outb %al, $0xf1
  int3
  hlt
on30: movb $'A', %al
  outb %al, $0xf1
  iretq
on3: movb $'3', %al
  outb %al, $0xf1
  iretq
other: hlt
  .p2align 3
idt:
  .rept 64
  .word other, 0x18, 0x8e00, 0
  .quad 0
  .endr
idtr: .word 64*16-1
  .quad idt
`,
    64,
  );
  const { result, text } = await runGuest(image, { mode: 'long' });
  assert.is(text, 'Ab3');
  assert.is(result.ending.kind, 'halt');
});

test('decimal adjustments', async () => {
  const image = build(
    `
  movb $0x79, %al
  addb $0x35, %al
  daa
  outb %al, $0xf1
  movb $0x47, %al
  subb $0x19, %al
  das
  outb %al, $0xf1
  movw $0x0105, %ax
  addb $9, %al
  aaa
  outw %ax, $0xf1
  movw $0x0203, %ax
  subb $7, %al
  aas
  outw %ax, $0xf1
  hlt
`,
    32,
  );
  const { text } = await runGuest(image, { mode: 'protected' });
  assert.is(Buffer.from(text, 'latin1').toString('hex'), '142804020601');
});

test('popcnt, movbe and crc32 with memory operands', async () => {
  const image = build(
    `
  movl $0xf0f01, %ebx
  popcntl %ebx, %ecx
  movb %cl, %al
  outb %al, $0xf1
  movl $-1, %eax
  crc32b data, %eax
  notl %eax
  outl %eax, $0xf1
  hlt
data: .byte 0x61
`,
    32,
  );
  const { text } = await runGuest(image, { mode: 'protected' });
  // CRC-32C of "a" is 0xc1d04330.
  assert.is(Buffer.from(text, 'latin1').toString('hex'), '093043d0c1');
});

test.run();
