import { kvmSuite } from './guest.js';
import * as assert from 'uvu/assert';
import { createMachine } from '../../src/vmm/machine.js';
import type { MachineOptions } from '../../src/vmm/machine.js';
import type { RunResult } from '../../src/vmm/result.js';

const test = kvmSuite('machine');
const hello = 'b048e6f1b065e6f1b06ce6f1b06ce6f1b06fe6f1b00ae6f1f4';

/** Runs hand-assembled bytes on KVM; the result and what the guest printed. */
async function guest(hex: string, options: MachineOptions = {}): Promise<{ result: RunResult; text: string; warnings: string[] }> {
  const warnings: string[] = [];
  const machine = createMachine({
    engine: 'kvm',
    timeout: 60,
    warn: (text) => warnings.push(text),
    ...options,
  });
  try {
    machine.load(Buffer.from(hex, 'hex'));
    const result = await machine.run();
    return { result, text: Buffer.from(machine.output()).toString('latin1'), warnings };
  } finally {
    machine.close();
  }
}

test('the teaching program', async () => {
  const { result, text } = await guest(hello);
  assert.is(text, 'Hello\n');
  assert.equal(result.ending, { kind: 'halt', forever: false });
  assert.is(result.status, 0);
  assert.is(result.general.rip, 25n);
});

test('the same bytes without coalescing', async () => {
  const { result, text } = await guest(hello, { coalesce: false });
  assert.is(text, 'Hello\n');
  assert.is(result.statistics.exits.KVM_EXIT_IO, 6);
});

test('an endless guest is stopped by the time-out, with its registers', async () => {
  const { result } = await guest('b83412ebfe', { timeout: 0.1 });
  assert.is(result.status, 124);
  assert.is(result.general.rax & 0xffffn, 0x1234n);
  assert.is(result.general.rip, 3n);
  assert.ok(result.statistics.milliseconds >= 100);
});

test('Ctrl-C stops a spinning guest', async () => {
  const machine = createMachine({ engine: 'kvm', signals: true });
  machine.load(Buffer.from('ebfe', 'hex'));
  setTimeout(() => process.kill(process.pid, 'SIGINT'), 50);
  const result = await machine.run();
  assert.is(result.status, 130);
  machine.close();
});

test('debug-exit gives (value << 1) | 1', async () => {
  const { result } = await guest('b003e6f4f4');
  assert.equal(result.ending, { kind: 'debug-exit', value: 3 });
  assert.is(result.status, 7);
  assert.is(result.general.rip, 4n, 'the out is complete');
});

test('long mode', async () => {
  // mov $0x123456789, %rax; shr $32, %rax; add $0x30, %al; out %al, $0xf1; push %rax; hlt
  const { result, text } = await guest('48b8896745230100000048c1e8200430e6f150f4', {
    mode: 'long',
  });
  assert.is(text, '1');
  assert.is(result.ending.kind, 'halt');
});

test('protected mode', async () => {
  // mov $0x00010000, %eax; shr $16, %eax; add $0x30, %al; out %al, $0xf1; hlt
  const { text } = await guest('b800000100c1e8100430e6f1f4', { mode: 'protected' });
  assert.is(text, '1');
});

test('an image beyond memory is refused', () => {
  const machine = createMachine({ engine: 'kvm', memory: 4096 });
  assert.throws(() => machine.load(new Uint8Array(5000)), /does not fit/);
  machine.close();
});

test('reset clears memory, registers and output', async () => {
  const machine = createMachine({ engine: 'kvm' });
  for (let i = 0; i < 3; i++) {
    // inc byte at 0x8000; mov it to al; add '0'; out; hlt
    machine.load(Buffer.from('fe060080a000800430e6f1f4', 'hex'));
    await machine.run();
    assert.is(Buffer.from(machine.output()).toString(), '1');
    machine.reset();
    assert.is(machine.memory[0x8000], 0);
    machine.reset();
  }
  machine.close();
});

test.run();
