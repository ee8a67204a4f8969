import * as assert from 'uvu/assert';
import { defineDevice } from '../../src/vmm/device.js';
import type { DeviceDefinition } from '../../src/vmm/device.js';
import { createMachine } from '../../src/vmm/machine.js';
import { build, runGuest, kvmSuite } from './guest.js';

const test = kvmSuite('modes, memory and I/O');

const mov = (text: string): string => [...text].map((c) => `movb $${c.charCodeAt(0)}, %al\n outb %al, $0xf1\n`).join('');

test('long mode: the stack, SSE moves and 4 GiB of identity map', async () => {
  const source = `movq $0x1122334455667788, %rax\n pushq %rax\n popq %rbx\n cmpq %rax, %rbx\n jne 1f\n movb $'y', %al\n outb %al, $0xf1\n1: movq %cr4, %rax\n hlt`;
  const { text, result } = await runGuest(build(source.replace('movq $0x', 'movabsq $0x'), 64), { mode: 'long' });
  assert.is(text, 'y');
  assert.is(result.system.efer & 0x500n, 0x500n);
});

test('memory above 4 GiB is reached in long mode, and takes no real memory before', async () => {
  const { text } = await runGuest(build(`movabsq $0x100000000, %rbx\n movb $'H', (%rbx)\n movb (%rbx), %al\n outb %al, $0xf1\n hlt`, 64), {
    mode: 'long',
    memory: 6 * 2 ** 30,
  });
  assert.is(text, 'H');
});

test('holes read as all ones, ROM keeps its contents', async () => {
  const memoryMap = [
    { address: 0, size: 0x10000, kind: 'ram' },
    { address: 0x20000, size: 0x1000, kind: 'rom' },
  ] as const;
  const machine = createMachine({ engine: 'kvm', mode: 'protected', memoryMap, timeout: 60 });
  machine.ram.write(0x20000, Uint8Array.of(0x52));
  machine.load(build('movb 0x18000, %al\n outb %al, $0xf1\n movb $1, 0x20000\n movb 0x20000, %al\n outb %al, $0xf1\n hlt', 32));
  const result = await machine.run();
  assert.is(result.ending.kind, 'halt');
  assert.is(Buffer.from(machine.output()).toString('hex'), 'ff52');
  machine.close();
});

test('memory maps that cannot be are refused', () => {
  assert.throws(() => createMachine({ memory: 1000 }), /multiple of 4 KiB/);
  assert.throws(() => createMachine({ memoryMap: [{ address: 0, size: 8192, kind: 'ram' }, { address: 4096, size: 4096, kind: 'ram' }] }), /overlaps/); // prettier-ignore
  assert.throws(() => createMachine({ engine: 'soft', mode: 'long' }), /long mode needs the kvm engine/);
  assert.throws(() => createMachine({ cpus: 2 }), /--irqchip kernel/);
});

test('32-bit paging that this KVM drops: refused, soft instead, or explained', async () => {
  const probe = createMachine({ engine: 'kvm' });
  const has = probe.engine.has('paging32');
  probe.close();
  const image = build('movb $65, %al\n outb %al, $0xf1\n hlt', 32);
  const { result, text, warnings } = await runGuest(image, { engine: 'auto', mode: 'paged32' });
  assert.is(text, 'A');
  assert.is(result.engine, has ? 'kvm' : 'soft');
  if (has) return;
  assert.match(warnings.join(), /lacks what 32-bit paging needs: using the soft engine/);
  assert.throws(() => createMachine({ engine: 'kvm', mode: 'paged32' }), /lacks what 32-bit paging needs/);
  const own = `movl $0x83, 0x1000\n movl $0x10, %eax\n movl %eax, %cr4\n movl $0x1000, %eax\n movl %eax, %cr3\n movl $0x80000011, %eax\n movl %eax, %cr0\n hlt`;
  let cause: string | null = '';
  await runGuest(build(own, 32), { mode: 'protected' }, (machine, ended) => (cause = machine.explain(ended).cause));
  assert.match(cause ?? '', /no 32-bit paging: `mov %eax,%cr0' at guest\.S:7 .*--engine soft/);
});

test('a guest that runs wild fills no terminal with warnings', async () => {
  const { warnings } = await runGuest(build('xorw %dx, %dx\n movw $100, %cx\n1: inb %dx, %al\n incw %dx\n loop 1b\n hlt'));
  assert.is(warnings.length, 9);
  assert.match(warnings[8], /--log-ports/);
});

test('--engine auto says when it takes soft', async () => {
  const { result, warnings } = await runGuest(Uint8Array.of(0xf4), { engine: 'auto' });
  if (result.engine === 'soft') assert.match(warnings.join(), /using the soft engine/);
  else assert.equal(warnings, []);
});

/** Records every access, with its size. */
function recorder(seen: string[]): DeviceDefinition {
  return defineDevice({
    name: 'recorder',
    sizes: [1, 2, 4],
    ports: [{ start: 0x300, length: 4 }],
    mmio: [{ start: 0xd000_0000, length: 64 }],
    in: (offset, size) => {
      seen.push(`in${size}@${offset}`);
      return 0x8877_6655;
    },
    out: (offset, value, size) => void seen.push(`out${size}@${offset}=${value.toString(16)}`),
    read: (offset, size) => {
      seen.push(`r${size}@${offset}`);
      return 0x4433_2211;
    },
    write: (offset, value, size) => void seen.push(`w${size}@${offset}=${value.toString(16)}`),
  });
}

for (const engine of ['kvm', 'soft'] as const) {
  test(`ports and MMIO of every size (${engine})`, async () => {
    const seen: string[] = [];
    const image = build(
      `
  movw $0x300, %dx
  movl $0x04030201, %eax
  outb %al, %dx
  outw %ax, %dx
  outl %eax, %dx
  inb %dx, %al
  inw %dx, %ax
  inl %dx, %eax
  movl %eax, %esi
  movl $0xd0000000, %ebx
  movb $0x11, (%ebx)
  movw $0x2211, 4(%ebx)
  movl $0x44332211, 8(%ebx)
  movb 16(%ebx), %al
  movw 20(%ebx), %ax
  movl 24(%ebx), %eax
  hlt`,
      32,
    );
    const { result } = await runGuest(image, { engine, mode: 'protected', devices: [{ definition: recorder(seen) }] });
    const wide = engine === 'soft' ? seen.join(' ').replace('r1@20 r1@21', 'r2@20') : seen.join(' ');
    assert.is(wide, 'out1@0=1 out2@0=201 out4@0=4030201 in1@0 in2@0 in4@0 w1@0=11 w2@4=2211 w4@8=44332211 r1@16 r2@20 r4@24');
    assert.is(result.general.rsi, 0x8877_6655n);
  });

  test(`rep ins and outs of every size and direction across a page border (${engine})`, async () => {
    const out: number[] = [];
    let next = 0;
    const device = defineDevice({
      name: 'stream',
      sizes: [1, 2, 4],
      ports: [{ start: 0x300, length: 1 }],
      out: (_offset, value, size) => {
        for (let i = 0; i < size; i++) out.push((value >>> (8 * i)) & 0xff);
      },
      in: (_offset, size) => {
        let value = 0;
        for (let i = 0; i < size; i++) value += (next++ & 0xff) * 2 ** (8 * i);
        return value;
      },
    });
    const parts = (['b', 'w', 'l'] as const).map((suffix, i) => {
      const size = 1 << i;
      return `
  movl $0x2000-${8 * size}, %edi
  movl $16, %ecx
  cld
  rep ins${suffix}
  movl $0x2000-${8 * size}, %esi
  movl $16, %ecx
  rep outs${suffix}
  movl $0x2000+${7 * size}, %esi
  movl $16, %ecx
  std
  rep outs${suffix}
  cld`;
    });
    const image = build(`movl $0x300, %edx\n${parts.join('')}\n hlt`, 32);
    const { result } = await runGuest(image, { engine, mode: 'protected', devices: [{ definition: device }] });
    assert.is(result.ending.kind, 'halt');
    const expected: number[] = [];
    let value = 0;
    for (const size of [1, 2, 4]) {
      const elements = Array.from({ length: 16 }, () => Array.from({ length: size }, () => value++ & 0xff));
      expected.push(...elements.flat(), ...[...elements].reverse().flat());
    }
    assert.equal(out, expected);
  });

  test(`faults and interrupts of real mode through the IVT (${engine})`, async () => {
    const image = build(`
  movw $divide, 0
  movw $0, 2
  movw $service, 0x21*4
  movw $0, 0x21*4+2
  movw $0x7000, %sp
  xorw %dx, %dx
  xorw %bx, %bx
  divw %bx
  int $0x21
  hlt
divide: ${mov('D')}
  popw %ax
  addw $2, %ax
  pushw %ax
  iret
service: ${mov('S')}
  iret`, 16, 0x1000); // prettier-ignore
    assert.is((await runGuest(image, { engine })).text, 'DS');
  });

  test(`real to protected mode and back to hlt (${engine})`, async () => {
    const image = build(`
  cli
  lgdt gdtr
  movl %cr0, %eax
  orb $1, %al
  movl %eax, %cr0
  ljmp $8, $flat
  .code32
flat: movw $0x10, %ax
  movw %ax, %ds
  movl $0x100000, %ebx
  movb $'P', (%ebx)
  movb (%ebx), %al
  outb %al, $0xf1
  hlt
  .p2align 3
gdt: .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr: .word 23
  .long gdt`); // prettier-ignore
    const { text, result } = await runGuest(image, { engine });
    assert.is(text, 'P');
    assert.is(result.system.cr0 & 1n, 1n);
  });
}

test('32-bit paging, x87 and SSE2 on the soft engine', async () => {
  const image = build(
    `
  movl $0x00800000, %ebx
  movl $0x42, (%ebx)
  movb (%ebx), %al
  outb %al, $0xf1
  fld1
  fld1
  faddp
  fistpl 0x500
  movb 0x500, %al
  addb $'0', %al
  outb %al, $0xf1
  movl %cr4, %eax
  orl $0x200, %eax
  movl %eax, %cr4
  movl $5, %eax
  movd %eax, %xmm0
  paddd %xmm0, %xmm0
  movd %xmm0, %eax
  outb %al, $0xf1
  hlt`,
    32,
  );
  const { text } = await runGuest(image, { engine: 'soft', mode: 'paged32' });
  assert.is(text, 'B2\n');
});

test('each exception vector of long mode is caught', async () => {
  const image = build(
    `
  lidt idtr(%rip)
  xorl %ebx, %ebx
  xorl %edx, %edx
  divl %ebx
  ud2
  movabsq $0x700000000000, %rax
1: movb (%rax), %cl
  movl $0x88, %eax
  movl %eax, %ds
  movb $'.', %al
  outb %al, $0xf1
  hlt
  .macro handler name, letter, skip, error
\\name: .if \\error
  addq $8, %rsp
  .endif
  movb $\\letter, %al
  outb %al, $0xf1
  addq $\\skip, (%rsp)
  iretq
  .endm
  handler de, 'D', 2, 0
  handler ud, 'U', 2, 0
  handler pf, 'P', 2, 1
  handler gp, 'G', 2, 1
  .p2align 3
idt:
  .word de, 0x18, 0x8e00, 0
  .quad 0
  .fill 10, 8, 0
  .word ud, 0x18, 0x8e00, 0
  .quad 0
  .fill 12, 8, 0
  .word gp, 0x18, 0x8e00, 0
  .quad 0
  .word pf, 0x18, 0x8e00, 0
  .quad 0
idtr: .word 15*16-1
  .quad idt`,
    64,
  );
  const { text } = await runGuest(image, { mode: 'long' });
  assert.is(text, 'DUPG.');
});

test('code for another mode is warned about if, and only if, it decodes differently', async () => {
  const same = await runGuest(build("movb $'a', %al\n outb %al, $0xf1\n hlt", 32));
  assert.equal(same.warnings, []);
  // What lies behind an instruction is data, and a branch is where it leads to, however it is written.
  const data = await runGuest(build('jmp 1f\n1: movb $\'a\', %al\n outb %al, $0xf1\n hlt\n .long 0x12345678\n .asciz "hello p2"', 32));
  assert.equal(data.warnings, []);
  // lods reads at (%si) in one mode and at (%esi) in the other.
  assert.match((await runGuest(build('lodsb\n hlt', 32))).warnings.join(), /guest\.S:1: .*\.code16.*--mode protected/);
  assert.match(
    (await runGuest(build('nop\n movw $0x1234, %ax\n hlt\n nop', 16), { mode: 'protected' })).warnings.join(),
    /guest\.S:2: `mov \$0x1234,%ax' was assembled as 16-bit code.*\.code32.*--mode real/,
  );
  const differs = await runGuest(build('nop\n movl $0x1234, %eax\n hlt\n hlt\n hlt', 32));
  assert.is(differs.warnings.length, 1);
  assert.match(differs.warnings[0], /guest\.S:2: `mov \$0x1234,%eax' was assembled as 32-bit code.*\.code16.*--mode protected/);
  assert.equal((await runGuest(build('movl $0x1234, %eax\n hlt', 32), { mode: 'protected' })).warnings, []);
});

test.run();
