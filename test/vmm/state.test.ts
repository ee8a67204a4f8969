import * as assert from 'uvu/assert';
import { createMachine } from '../../src/vmm/machine.js';
import { decodeSnapshot, encodeSnapshot } from '../../src/vmm/snapshot.js';
import { build, kvmSuite } from './guest.js';

const test = kvmSuite('snapshots, reset and reuse');

/** Counts up in memory and prints the count, with a pause (a write to the debug-exit port) after each. */
const counter = (): ReturnType<typeof build> =>
  build(`
1: incb 0x8000
  movb 0x8000, %al
  addb $0x30, %al
  outb %al, $0xf1
  outb %al, $0xf4
  jmp 1b`);

for (const engine of ['kvm', 'soft'] as const) {
  test(`a snapshot goes back, in process and through bytes (${engine})`, async () => {
    const machine = createMachine({ engine, timeout: 60 });
    machine.load(counter());
    await machine.run();
    const one = machine.snapshot();
    await machine.run();
    await machine.run();
    assert.is(Buffer.from(machine.output()).toString(), '123');
    machine.restore(one);
    await machine.run();
    assert.is(Buffer.from(machine.output()).toString(), '1232');
    const bytes = encodeSnapshot(one);
    const other = createMachine({ engine, timeout: 60 });
    if (engine === 'soft') {
      other.load(counter());
      await other.run();
    }
    other.restore(decodeSnapshot(bytes));
    await other.run();
    assert.is(Buffer.from(other.output()).toString().slice(-1), '2');
    machine.close();
    other.close();
  });
}

test('going back costs what has changed, not what there is', async () => {
  const machine = createMachine({ engine: 'kvm', memory: 256 << 20 });
  machine.load(counter());
  await machine.run();
  const snapshot = machine.snapshot();
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    await machine.run();
    const begun = performance.now();
    machine.restore(snapshot);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  // Another snapshot with the same contents: everything is cleared and copied.
  const same = decodeSnapshot(encodeSnapshot(snapshot));
  const begun = performance.now();
  machine.restore(same);
  const whole = performance.now() - begun;
  assert.ok(times[0] < whole / 3, `${times[0].toFixed(2)} ms, all of the memory takes ${whole.toFixed(2)} ms`);
  machine.close();
});

test('damaged and foreign snapshots are refused', () => {
  assert.throws(() => decodeSnapshot(Buffer.from('hello')), /not a snapshot/);
  assert.throws(() => decodeSnapshot(Buffer.from('TSKVMSNAP1\nxxxx')), /damaged/);
  const machine = createMachine({ engine: 'kvm', memory: 8192 });
  const other = createMachine({ engine: 'kvm', memory: 4096 });
  machine.load(Uint8Array.of(0xf4));
  const snapshot = machine.snapshot();
  assert.throws(() => other.restore(snapshot), /another kind of machine/);
  machine.close();
  other.close();
});

test('guests on one machine do not see each other, in any order', async () => {
  const sources = ['fe0600068a06000604302ee6f1f4', 'b80080a30006f4', 'c606000641f4', 'a00006e6f1f4'];
  const alone: string[] = [];
  for (const source of sources) {
    const machine = createMachine({ engine: 'kvm' });
    machine.load(Buffer.from(source, 'hex'));
    const result = await machine.run();
    alone.push(`${Buffer.from(machine.output()).toString('hex')} ${result.status} ${result.general.rax}`);
    machine.close();
  }
  const machine = createMachine({ engine: 'kvm' });
  for (let i = 0; i < 60; i++) {
    const n = (i * 7) % sources.length;
    machine.load(Buffer.from(sources[n], 'hex'));
    const result = await machine.run();
    assert.is(`${Buffer.from(machine.output()).toString('hex')} ${result.status} ${result.general.rax}`, alone[n]);
    machine.reset();
  }
  machine.close();
});

test('a reset leaves nothing of the time before a snapshot, or of one that was gone back to', async () => {
  const machine = createMachine({ engine: 'kvm', timeout: 60 });
  machine.load(counter());
  await machine.run();
  const snapshot = machine.snapshot();
  machine.reset();
  assert.is(machine.memory[0x8000], 0);
  machine.restore(snapshot);
  assert.is(machine.memory[0x8000], 1);
  machine.reset();
  assert.is(machine.memory[0x8000], 0);
  machine.close();
});

test.run();
