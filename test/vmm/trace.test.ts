import * as assert from 'uvu/assert';
import { boardDevices, devices } from '../../src/vmm/devices/index.js';
import { createMachine } from '../../src/vmm/machine.js';
import { reportText } from '../../src/vmm/report.js';
import type { MachineOptions } from '../../src/vmm/machine.js';
import type { RunResult } from '../../src/vmm/result.js';
import { Coverage, stepJson, stepText } from '../../src/vmm/trace-format.js';
import { Tracer } from '../../src/vmm/trace.js';
import type { Step, TracerOptions } from '../../src/vmm/trace.js';
import { build, kvmSuite } from './guest.js';

const test = kvmSuite('trace');

async function traced(
  image: ReturnType<typeof build>,
  more: Partial<TracerOptions> = {},
  options: MachineOptions = {},
): Promise<{ steps: Step[]; result: RunResult; text: string }> {
  const steps: Step[] = [];
  const machine = createMachine({ engine: 'kvm', timeout: 60, ...options });
  try {
    machine.load(image);
    machine.tracer = new Tracer(machine, { onStep: (step) => steps.push(step), ...more });
    const result = await machine.run();
    return { steps, result, text: Buffer.from(machine.output()).toString() };
  } finally {
    machine.close();
  }
}

const program = build(
  `start: movw $0x7000, %sp
  movw $2, %cx
again: movb %cl, %al
  addb $0x30, %al
  outb %al, $0xf1
  pushw %ax
  popw 0x600
  loop again
  hlt`,
  16,
  0x1000,
);

test('every instruction once, in order, with what it changed', async () => {
  const { steps, result, text } = await traced(program);
  assert.is(text, '21');
  assert.is(result.ending.kind, 'halt');
  assert.equal(
    steps.map((step) => step.instruction.mnemonic),
    'MOV MOV MOV ADD OUT PUSH POP LOOP MOV ADD OUT PUSH POP LOOP HLT'.split(' '),
  );
  assert.equal(
    steps.map((step) => step.instruction.source?.line),
    [1, 2, 3, 4, 5, 6, 7, 8, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.equal(steps[1].changed, { rcx: 2n });
  assert.is(steps[3].changed.rax, 0x32n);
  assert.equal(
    steps[4].ports.map((access) => [access.device, access.direction, access.value]),
    [['console', 'out', 0x32]],
  );
  assert.equal(steps[5].memory, [{ kind: 'write', address: 0x6ffen, size: 2, value: 0x32n }]);
  assert.ok(steps[6].memory.some((access) => access.kind === 'write' && access.address === 0x600n && access.value === 0x32n));
});

test('text and JSON lines', async () => {
  const { steps } = await traced(program);
  assert.match(stepText(steps[4]), /^ +5 +0000100a +e6 f1 +out %al,\$0xf1 +console: out 0xf1←0x32 +# guest\.S:5$/);
  const json = JSON.parse(stepJson(steps[4])) as Record<string, unknown>;
  assert.is(json.address, '0x100a');
  assert.is(json.line, 5);
  assert.equal((json.ports as Record<string, unknown>[])[0].value, '0x32');
});

test('a breakpoint is reached at full speed, a limit ends the trace', async () => {
  const { steps, result } = await traced(program, { breakpoints: [0x100an], limit: 3 });
  assert.equal(
    steps.map((step) => step.instruction.mnemonic),
    ['OUT', 'PUSH', 'POP'],
  );
  assert.is(result.ending.kind, 'trace-limit');
});

test('rep string I/O, in, and emulated instructions while stepping', async () => {
  const image = build(
    `movl $s, %esi
  movl $0xf1, %edx
  movl $3, %ecx
  rep outsb
  inb $0x99, %al
  lidt idtr
  int $0x20
  hlt
on: movb $'!', %al
  outb %al, $0xf1
  iret
s: .ascii "xyz"
  .p2align 3
idt: .fill 32, 8, 0
  .word on, 8, 0x8e00, 0
idtr: .word 33*8-1
  .long idt`,
    32,
    0x1000,
  );
  const { steps, text, result } = await traced(image, {}, { mode: 'protected' });
  assert.is(text, 'xyz!');
  assert.is(result.ending.kind, 'halt');
  const names = steps.map((step) => step.instruction.mnemonic);
  assert.equal(
    names.filter((name, i) => name !== names[i - 1]),
    ['MOV', 'OUTSB', 'IN', 'LIDT', 'INT', 'MOV', 'OUT', 'IRETD', 'HLT'],
  );
});

test('hlt with the chips in the kernel: every instruction of the handler is there, and hlt waits', async () => {
  // One-shot: mode 0 of the PIT ticks once, some milliseconds after its count is written.
  const image = build(
    `start: movw $tick, 0x20*4
  movw $0, 0x20*4+2
  movw $0x7000, %sp
  movb $0x11, %al; outb %al, $0x20
  movb $0x20, %al; outb %al, $0x21
  movb $4, %al; outb %al, $0x21
  movb $1, %al; outb %al, $0x21
  movb $0xfe, %al; outb %al, $0x21
  movb $0x30, %al; outb %al, $0x43
  movb $0xff, %al; outb %al, $0x40; outb %al, $0x40
  sti
  hlt
  nop
  cli
  hlt
tick: pushw %ax
  movb $'.', %al; outb %al, $0xf1
  movb $0x20, %al; outb %al, $0x20
  popw %ax
  iretw`,
    16,
    0x1000,
  );
  const { steps, text, result } = await traced(image, {}, { irqchip: 'kernel' });
  assert.is(text, '.');
  assert.is(result.ending.kind, 'halt');
  assert.is(
    steps
      .slice(-12)
      .map((step) => step.instruction.mnemonic)
      .join(' '),
    'STI HLT PUSH MOV OUT MOV OUT POP IRET NOP CLI HLT',
  );
  const push = steps.find((step) => step.instruction.mnemonic === 'PUSH');
  assert.equal(push?.changed.rsp, 0x6ff8n);
});

test('an explanation of a traced guest shows what ran before', async () => {
  const machine = createMachine({ engine: 'kvm', mode: 'protected' });
  try {
    machine.load(build('nop\n movl $1, %eax\n ud2', 32));
    machine.tracer = new Tracer(machine, { onStep: () => undefined });
    const result = await machine.run();
    const explanation = machine.explain(result);
    assert.equal(
      explanation.previous.map((instruction) => instruction.text),
      ['nop', 'mov $1,%eax'],
    );
    assert.match(reportText(result, explanation), /mov \$1,%eax   \(before\)\n .* ud2/);
  } finally {
    machine.close();
  }
});

test('coverage counts each line; lcov', async () => {
  const image = build('movb $3, %cl\n1: decb %cl\n jnz 1b\n hlt\n nop', 16, 0x1000);
  const coverage = new Coverage(image);
  await traced(image, { onStep: (step) => coverage.add(step) });
  assert.equal([...(coverage.files.get('guest.S') ?? [])], [[1, 1], [2, 3], [3, 3], [4, 1], [5, 0]]); // prettier-ignore
  assert.is(coverage.lcov(), 'TN:\nSF:guest.S\nDA:1,1\nDA:2,3\nDA:3,3\nDA:4,1\nDA:5,0\nLF:5\nLH:4\nend_of_record\n');
  assert.match(
    coverage.text(() => 'one\ntwo\nthree\nfour\nfive\n'),
    /4 of 5 lines with code ran\n +1 +1 {2}one\n +3 +2 {2}two\n +3 +3 {2}three\n +1 +4 {2}four\n +##### +5 {2}five/,
  );
});

test('stepping gives the same end as running', async () => {
  const image = build(
    `movl $1, %eax\n movl $20, %ecx\n1: imull $7, %eax, %eax\n rorl $3, %eax\n xorl %ecx, %eax\n loop 1b\n hlt`,
    32,
    0x1000,
  );
  const machine = createMachine({ engine: 'kvm', mode: 'protected' });
  machine.load(image);
  const straight = await machine.run();
  machine.close();
  const { result, steps } = await traced(image, {}, { mode: 'protected' });
  assert.equal(result.general, straight.general);
  assert.is(steps.length, 2 + 20 * 4 + 1);
});

test('a timer that is faster than stepping does not starve the guest: time goes with the instructions', async () => {
  const source = `
  movw $tick, 0x20
  movw $0, 0x22
  movw $0x7000, %sp
  movb $0x34, %al
  outb %al, $0x43
  movb $0x40, %al
  outb %al, $0x40
  movb $0, %al
  outb %al, $0x40
  movb $0xfe, %al
  outb %al, $0x21
  sti
  movl $60, %ecx
1: decl %ecx
  jnz 1b
  cli
  hlt
tick: pushw %ax
  movb $0x20, %al
  outb %al, $0x20
  incw 0x600
  popw %ax
  iret`;
  const options: MachineOptions = {
    irqchip: 'soft',
    devices: boardDevices('pc', 'soft').map(({ name, options: given }) => ({ definition: devices[name].make(given) })),
  };
  const runs = [];
  for (let i = 0; i < 2; i++) runs.push(await traced(build(source, 16, 0x1000), { limit: 2000 }, options));
  assert.is(runs[0].result.ending.kind, 'halt');
  const ticks = runs[0].steps.filter((step) => step.instruction.mnemonic === 'IRET').length;
  assert.ok(ticks >= 2 && ticks <= 10, `${ticks} ticks`);
  assert.equal(
    runs[1].steps.map((step) => step.instruction.address),
    runs[0].steps.map((step) => step.instruction.address),
    'and every trace is the same',
  );
});

test.run();
