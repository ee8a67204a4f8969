import * as assert from 'uvu/assert';
import { createMachine } from '../../src/vmm/machine.js';
import { StuckWatch } from '../../src/vmm/stuck.js';
import { build, kvmSuite, runGuest } from './guest.js';

const test = kvmSuite('instructions that KVM does not get past');

test('int n above 127 in real mode reaches its handler, and many of them do not take a time slice each', async () => {
  const source = (count: number): string => `
  movw $service, 0x80*4
  movw $0, 0x80*4+2
  movw $service, 0xff*4
  movw $0, 0xff*4+2
  movw $0x7000, %sp
  movw $${count}, %cx
1: movw $0x8000, %ax
  int $0x80
  int $0xff
  loop 1b
  movb %bl, %al
  outb %al, $0xf1
  pushf
  popw %ax
  hlt
service: incw %bx
  iret`;
  const { result, text, machine } = await runGuest(build(source(60), 16, 0x1000), { slice: 500, timeout: 50 });
  assert.is(result.ending.kind, 'halt');
  assert.is(text.charCodeAt(0), 120);
  assert.is(result.general.rsp & 0xffffn, 0x7000n);
  assert.ok((machine.fixupCounts.int ?? 0) <= 120);
});

test('a selector while the GDT lies outside memory ends, with the line and the cause', async () => {
  let cause: string | null = '';
  const image = build('lgdt 1f\n movl $0x10, %eax\n movl %eax, %ds\n hlt\n1: .word 0xff\n .long 0xd0000000', 32);
  const { result } = await runGuest(image, { mode: 'protected', timeout: 60, slice: 2 }, (machine, ended) => {
    cause = machine.explain(ended).cause;
  });
  // Hardware makes a fault of it.
  if (result.ending.kind === 'shutdown') return;
  assert.is(result.ending.kind, 'unexpected');
  assert.match(cause ?? '', /`mov %eax,%ds` at guest\.S:3 needs the GDT at 0xd0000000, where no memory is/);
});

test('a jump to itself is no such instruction', async () => {
  const { result } = await runGuest(build('jmp .\n'), { timeout: 0.3, slice: 2 });
  assert.is(result.ending.kind, 'timeout');
});

test('a step whose time slice is over before it begins is tried again', () => {
  const machine = createMachine({ engine: 'kvm' });
  machine.load(build('1: testb $1, %al\n jz 1b\n', 16, 0x1000));
  machine.prepare();
  const [cpu] = machine.engine.cpus;
  const slice = { kind: 'slice' } as const;
  const exits: string[] = [];
  let unlucky = 3;
  const busy = new Proxy(cpu, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (name !== 'run') return (value as (...all: unknown[]) => unknown).apply(target, given);
        if (unlucky-- > 0) return slice;
        const exit = target.run();
        exits.push(exit.kind);
        return exit;
      };
    },
  });
  machine.engine.start();
  const watch = new StuckWatch();
  for (let i = 0; i < 40; i++) assert.is(watch.look(machine, busy, slice, i * 10).kind, 'slice');
  machine.engine.stop();
  machine.close();
  assert.equal(exits, ['debug']);
});

test('memory that cannot be had is named, whatever the engine', () => {
  for (const engine of ['auto', 'kvm'] as const) {
    assert.throws(
      () => createMachine({ engine, memory: 100 * 2 ** 40 }),
      (error: Error) => /a guest with 102397 GiB of memory cannot be made/.test(error.message),
    );
  }
});

test.run();
