import { PassThrough } from 'node:stream';
import * as assert from 'uvu/assert';
import { defineDevice } from '../../src/vmm/device.js';
import type { DeviceDefinition } from '../../src/vmm/device.js';
import { consoleDevice } from '../../src/vmm/devices/console.js';
import { bytesInput, streamInput } from '../../src/vmm/input.js';
import type { InterruptController } from '../../src/vmm/interrupts.js';
import { createMachine } from '../../src/vmm/machine.js';
import type { DevicePlacement } from '../../src/vmm/machine.js';
import { build, runGuest, kvmSuite } from './guest.js';

const test = kvmSuite('interrupts, time and input');

/** The smallest controller: line n is vector 0x20 + n, acknowledged once per edge. */
function controller(): DeviceDefinition & { interruptController: InterruptController } {
  let waiting: number[] = [];
  return {
    name: 'controller',
    reset: () => {
      waiting = [];
    },
    interruptController: {
      setLine: (line, level) => {
        if (level && !waiting.includes(line)) waiting.push(line);
      },
      pending: () => waiting.length > 0,
      acknowledge: () => 0x20 + (waiting.shift() as number),
    },
  };
}

/** A write of n raises line 1 after n milliseconds. */
const alarm = (): DeviceDefinition => {
  let set: (milliseconds: number) => void = () => undefined;
  return defineDevice({
    name: 'alarm',
    ports: [{ start: 0x70, length: 1 }],
    irqs: [1],
    attach: (context) => {
      set = (milliseconds) =>
        void context.timer(BigInt(milliseconds) * 1_000_000n, () => {
          context.interrupt(true);
          context.interrupt(false);
        });
    },
    out: (_offset, value) => set(value),
  });
};

const board = (): { definition: DeviceDefinition }[] => [controller(), alarm(), consoleDevice()].map((definition) => ({ definition }));

const handlers = `
  movw $tick, 0x21*4
  movw $0, 0x21*4+2
  movw $0x7000, %sp`;

for (const engine of ['kvm', 'soft'] as const) {
  test(`hlt waits for a device's interrupt (${engine})`, async () => {
    const image = build(`${handlers}
  sti
  movw $3, %cx
1: movb $5, %al
  outb %al, $0x70
  hlt
  loop 1b
  cli
  hlt
tick: movb $'t', %al
  outb %al, $0xf1
  iret`);
    const { result, text } = await runGuest(image, { engine, irqchip: 'soft', devices: board() });
    assert.is(text, 'ttt');
    assert.equal(result.ending, { kind: 'halt', forever: false });
  });

  test(`an interrupt reaches a guest that spins with interrupts on, and waits while they are off (${engine})`, async () => {
    const image = build(`${handlers}
  movb $1, %al
  outb %al, $0x70
  cli
  movl $300000, %ecx
1: decl %ecx
  jnz 1b
  movb $'a', %al
  outb %al, $0xf1
  sti
1: cmpb $1, done
  jne 1b
  cli
  hlt
tick: movb $'t', %al
  outb %al, $0xf1
  movb $1, done
  iret
done: .byte 0`);
    const { text } = await runGuest(image, { engine, irqchip: 'soft', devices: board() });
    assert.is(text, 'at');
  });

  test(`an interrupt does not break into a handler that was entered by int (${engine})`, async () => {
    const source = `
  lidt idtr
  movl $0x70000, %esp
  sti
  movl $200, %edi
1: movb $0, %al
  outb %al, $0x70
  int $0x30
  decl %edi
  jnz 1b
  cli
  hlt
tick: cmpl $0, inside
  jne bad
  iret
call: movl $1, inside
  movl $20, %ecx
2: loop 2b
  movl $0, inside
  iret
bad: movb $'!', %al
  outb %al, $0xf1
  cli
  hlt
inside: .long 0
  .p2align 3
idt: .fill 33, 8, 0
  .word tick, 8, 0x8e00, 0
  .fill 14, 8, 0
  .word call, 8, 0x8e00, 0
idtr: .word 49*8-1
  .long idt`;
    const { text, result } = await runGuest(build(source, 32, 0x1000), { engine, mode: 'protected', irqchip: 'soft', devices: board() });
    assert.is(text, '');
    assert.equal(result.ending, { kind: 'halt', forever: false });
  });

  test(`hlt that nothing can end says so (${engine})`, async () => {
    const { result } = await runGuest(build('sti\n hlt'), { engine, irqchip: 'soft', devices: board() });
    assert.equal(result.ending, { kind: 'halt', forever: true });
    assert.is(result.status, 0);
  });
}

test('the chips in the kernel: PIT ticks through the PIC, then hlt for ever', async () => {
  const image = build(`
  movw $tick, 0x20*4
  movw $0, 0x20*4+2
  movw $0x7000, %sp
  movb $0x11, %al
  outb %al, $0x20
  movb $0x20, %al
  outb %al, $0x21
  movb $4, %al
  outb %al, $0x21
  movb $1, %al
  outb %al, $0x21
  movb $0xfe, %al
  outb %al, $0x21
  movb $0x34, %al
  outb %al, $0x43
  movb $0xa9, %al
  outb %al, $0x40
  movb $0x04, %al
  outb %al, $0x40
  movw $5, %cx
  sti
1: hlt
  loop 1b
  cli
  hlt
tick: movb $'.', %al
  outb %al, $0xf1
  movb $0x20, %al
  outb %al, $0x20
  iret`);
  const { result, text } = await runGuest(image, { irqchip: 'kernel' });
  assert.is(text, '.....');
  assert.equal(result.ending, { kind: 'halt', forever: false });
});

test('the chips in the kernel: hlt with interrupts on but every source masked ends', async () => {
  const { result } = await runGuest(build('movb $0xff, %al\n outb %al, $0x21\n outb %al, $0xa1\n sti\n hlt'), { irqchip: 'kernel' });
  assert.equal(result.ending, { kind: 'halt', forever: true });
});

test('a second processor starts by INIT and SIPI and answers', async () => {
  const image = build(
    `
  movl $0xfee00000, %ebx
  movl $0x000c4500, 0x300(%ebx)
  movl $0x000c4608, 0x300(%ebx)
1: cmpb $'2', 0x9000
  jne 1b
  movb 0x9000, %al
  outb %al, $0xf1
  outb %al, $0xf4
  .org 0x8000
  .code16
  movb $'2', %cs:0x1000
  cli
1: hlt
  jmp 1b`,
    32,
  );
  const { text } = await runGuest(image, { mode: 'protected', cpus: 2, irqchip: 'kernel' });
  assert.is(text, '2');
});

test('a fixed interrupt goes from one processor to the other, and to itself', async () => {
  const image = build(
    `
  lidt idtr
  movl $0xfee00000, %ebx
  movl $0x1ff, 0xf0(%ebx)
  movl $0x000c4500, 0x300(%ebx)
  movl $0x000c4608, 0x300(%ebx)
1: cmpb $1, ready
  jne 1b
  movl $0x01000000, 0x310(%ebx)
  movl $0x00004041, 0x300(%ebx)
1: cmpb $2, ready
  jne 1b
  movl $0x00044040, 0x300(%ebx)
  sti
1: cmpb $3, ready
  jne 1b
  outb %al, $0xf4
self: movb $'s', %al
  outb %al, $0xf1
  movb $3, ready
  movl $0, 0xb0(%ebx)
  iret
other: movb $'o', %al
  outb %al, $0xf1
  movb $2, ready
  movl $0, 0xb0(%ebx)
  iret
  .org 0x800
  .code16
  cli
  lgdtl %cs:gdtr-0x8000
  movl %cr0, %eax
  orb $1, %al
  movl %eax, %cr0
  ljmpl $8, $flat
  .code32
flat: movw $0x10, %ax
  movw %ax, %ds
  movw %ax, %ss
  movl $0x7000, %esp
  lidt idtr
  movl $0xfee00000, %ebx
  movl $0x1ff, 0xf0(%ebx)
  movb $1, ready
  sti
1: hlt
  jmp 1b
  .p2align 3
gdt: .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr: .word 23
  .long gdt
idt: .fill 64, 8, 0
  .word self, 8, 0x8e00, 0
  .word other, 8, 0x8e00, 0
idtr: .word 66*8-1
  .long idt
ready: .byte 0`,
    32,
    0x7800,
  );
  const { text, result } = await runGuest(image, { mode: 'protected', cpus: 2, irqchip: 'kernel' });
  assert.is(text, 'os');
  assert.is(result.ending.kind, 'debug-exit');
});

test('NMI reaches the guest', async () => {
  const machine = createMachine({ engine: 'kvm', timeout: 60 });
  machine.load(
    build(
      "movw $nmi, 8\n movw $0, 10\n movw $0x7000, %sp\n movb $'r', %al\n outb %al, $0xf1\n1: jmp 1b\nnmi: movb $'N', %al\n outb %al, $0xf1\n hlt",
      16,
      0x1000,
    ),
  );
  const ready = setInterval(() => {
    if (machine.output().length === 0) return;
    clearInterval(ready);
    machine.nmi();
  }, 5);
  const result = await machine.run();
  assert.is(Buffer.from(machine.output()).toString(), 'rN');
  assert.is(result.ending.kind, 'halt');
  machine.close();
});

test('a read of the console waits for input that comes later, and for the next block of rep insb', async () => {
  const stream = new PassThrough();
  const image = build(`
  inb $0xf1, %al
  outb %al, $0xf1
  movw $buffer, %di
  movw $0xf1, %dx
  movw $4, %cx
  cld
  rep insb
  movw $buffer, %si
  movw $4, %cx
  rep outsb
  inb $0xf1, %al
  outb %al, $0xf1
  hlt
buffer:`);
  setTimeout(() => stream.write('a'), 20);
  setTimeout(() => stream.write('bc'), 40);
  setTimeout(() => stream.end('de'), 60);
  const { text } = await runGuest(image, { input: streamInput(() => stream) });
  assert.is(Buffer.from(text, 'latin1').toString('hex'), `${Buffer.from('abcde').toString('hex')}ff`);
});

test('Ctrl-C and the time-out end a guest that waits for input', async () => {
  const image = build('inb $0xf1, %al\n hlt');
  const timed = await runGuest(image, { input: streamInput(() => new PassThrough()), timeout: 0.1 });
  assert.is(timed.result.status, 124);
  const machine = createMachine({ engine: 'kvm', input: streamInput(() => new PassThrough()) });
  machine.load(image);
  setTimeout(() => machine.interrupt(), 20);
  assert.is((await machine.run()).status, 130);
  machine.close();
});

test('a guest that waits for input leaves nothing to the next one on the same machine', async () => {
  const machine = createMachine({ engine: 'kvm', timeout: 0.3, input: streamInput(() => new PassThrough()) });
  for (let i = 0; i < 3; i++) {
    machine.load(
      build(i === 1 ? 'movw $8, %cx\n movw $0xf1, %dx\n movw $0x600, %di\n rep insb\n hlt' : 'movb $5, %al\n inb $0xf1, %al\n hlt'),
    );
    assert.is((await machine.run()).status, 124);
    machine.reset();
    machine.load(build('nop\n nop\n addb $0x41, %al\n outb %al, $0xf1\n hlt'));
    const result = await machine.run();
    assert.is(Buffer.from(machine.output()).toString(), 'A');
    assert.is(result.general.rip, 7n);
    machine.reset();
  }
  machine.close();
});

test('a read of the console waits on the soft engine too', async () => {
  const stream = new PassThrough();
  const image = build('movw $3, %cx\n1: inb $0xf1, %al\n outb %al, $0xf1\n loop 1b\n hlt');
  ['a', 'b', 'c'].forEach((letter, i) => setTimeout(() => stream.write(letter), 700 + 40 * i));
  const { text } = await runGuest(image, { engine: 'soft', input: streamInput(() => stream) });
  assert.is(text, 'abc');
});

test('input that is known beforehand ends in 0xff', async () => {
  const image = build('1: inb $0xf1, %al\n cmpb $0xff, %al\n je 2f\n outb %al, $0xf1\n jmp 1b\n2: hlt');
  const { text } = await runGuest(image, { input: bytesInput(Buffer.from('echo')) });
  assert.is(text, 'echo');
});

test('limits: exits, output, strict ports, a device that throws', async () => {
  const spin = build('1: outb %al, $0xf1\n jmp 1b');
  const most = await runGuest(spin, { maxExits: 5000 });
  assert.is(most.result.status, 74);
  assert.is(most.text.length, 5000);
  const output = await runGuest(spin, { maxOutput: 7000 });
  assert.is(output.result.status, 76);
  assert.is(output.text.length, 7000);
  const strict = await runGuest(build('nop\n outb %al, $0x99\n hlt'), { strictPorts: true });
  assert.is(strict.result.status, 72);
  const lax = await runGuest(build('movw $9, %cx\n1: outb %al, $0x99\n loop 1b\n hlt'));
  assert.is(lax.result.status, 0);
  assert.is(lax.warnings.length, 1);
  const bad = defineDevice({ name: 'bad', ports: [{ start: 0x99, length: 1 }], out: () => { throw new Error('broken'); } }); // prettier-ignore
  const thrown = await runGuest(build('outb %al, $0x99\n hlt'), { devices: [{ definition: bad }] });
  assert.is(thrown.result.status, 78);
});

test('coalesced bytes in a row reach a device as blocks, unless somebody counts or looks at single ones', async () => {
  const guest = build('movl $8000, %ecx\n1: movb %cl, %al\n outb %al, $0xf1\n outb %al, $0x99\n decl %ecx\n jnz 1b\n hlt');
  const expected = Buffer.from(Array.from({ length: 8000 }, (_, i) => (8000 - i) & 255)).toString('latin1');
  const seen: string[] = [];
  let blocks = 0;
  const other = (): DevicePlacement => ({
    definition: defineDevice({
      name: 'other',
      ports: [{ start: 0x99, length: 1 }],
      coalesced: true,
      out: (_offset, value) => seen.push(String.fromCharCode(value)),
      outBlock: (_offset, data) => {
        blocks += 1;
        seen.push(...Array.from(data, (byte) => String.fromCharCode(byte)));
      },
    }),
  });
  const printer = (): DevicePlacement => ({ definition: consoleDevice() });
  const { text, result } = await runGuest(guest, { devices: [printer(), other()] });
  assert.is(text, expected);
  assert.is(seen.join(''), expected);
  assert.ok(blocks > 0 && result.statistics.coalesced > 5000);
  assert.is(result.statistics.accesses, 16_000);
  const limited = await runGuest(guest, { devices: [printer(), other()], maxExits: 12_345 });
  assert.is(limited.text.length, 6173);
  assert.is(limited.result.ending.kind, 'max-exits');
});

test('coalesced writes keep their order with everything else', async () => {
  const seen: string[] = [];
  const log = (name: string, coalesced: boolean, start: number): DeviceDefinition =>
    defineDevice({ name, coalesced, ports: [{ start, length: 1 }], out: (_o, value) => void seen.push(`${name}${value}`), in: () => { seen.push(`${name}?`); return 0; } }); // prettier-ignore
  const image = build(
    'movw $4000, %cx\n1: movb %cl, %al\n outb %al, $0x10\n testb $7, %cl\n jnz 2f\n outb %al, $0x11\n inb $0x10, %al\n2: loop 1b\n hlt',
  );
  const devices = [{ definition: log('c', true, 0x10) }, { definition: log('d', false, 0x11) }];
  const { result } = await runGuest(image, { devices });
  const expected: string[] = [];
  for (let n = 4000; n > 0; n--) {
    expected.push(`c${n & 255}`);
    if ((n & 7) === 0) expected.push(`d${n & 255}`, 'c?');
  }
  assert.equal(seen, expected);
  assert.ok(result.statistics.coalesced > 0);
});

test.run();
