/** The soft engine alone: repeated string instructions at ports, and a guest that is left very often. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineDevice } from '../../src/vmm/device.js';
import { createMachine } from '../../src/vmm/machine.js';
import type { MachineOptions } from '../../src/vmm/machine.js';
import { build } from './guest.js';

const test = suite('soft engine');

async function run(source: string, options: MachineOptions = {}, kick = false) {
  const seen = { reads: 0, writes: 0, last: 0 };
  const definition = defineDevice({
    name: 'probe',
    ports: [{ start: 0x10, length: 4 }],
    in: () => seen.reads++ & 0xff,
    out: (_offset, value) => {
      seen.writes += 1;
      seen.last = value;
      if (kick) machine.engine.kick();
    },
  });
  const machine = createMachine({ engine: 'soft', mode: 'protected', memory: 1 << 21, devices: [{ definition }], timeout: 60, ...options });
  try {
    machine.load(build(source, 32));
    const begun = performance.now();
    const { ending } = await machine.run();
    return { ...seen, ending: ending.kind, took: performance.now() - begun, byte: machine.memory[0x1_3000 + 59_999] };
  } finally {
    machine.close();
  }
}

test('rep outs and rep ins transfer every element, however many time slices that takes', async () => {
  const out = await run('cld\nmovl $0x10000, %esi\nmovw $0x10, %dx\nmovl $60000, %ecx\nrep outsb\nmovb $9, %al\noutb %al, $0x11\nhlt', {
    slice: 2,
  });
  assert.equal([out.ending, out.writes, out.last], ['halt', 60_001, 9]);
  const input = await run('cld\nmovl $0x13000, %edi\nmovw $0x10, %dx\nmovl $60000, %ecx\nrep insb\nhlt', { slice: 2 });
  assert.equal([input.ending, input.reads, input.byte], ['halt', 60_000, 59_999 & 0xff]);
});

test('a time-out ends repeat counts of four thousand million', async () => {
  for (const source of [
    'cld\nmovl $0x13000, %edi\nmovw $0x10, %dx\nmovl $-1, %ecx\nrep insb',
    'cld\nmovl $0xf0000000, %edi\nmovl $-1, %ecx\nrep stosb',
    'cld\nmovl $0xf0000000, %edi\nmovb $-1, %al\nmovl $-1, %ecx\nrepe scasb',
    'cld\nmovl $0xa0000, %esi\nmovl %esi, %edi\nmovl $-1, %ecx\nrep movsb',
  ]) {
    const { ending, took } = await run(source, { timeout: 0.1 });
    assert.is(ending, 'timeout', source);
    assert.ok(took < 5000, `${took} ms`);
  }
});

test('leaving the guest gives v86 its stack back', async () => {
  const { ending, writes } = await run('movw $0x10, %dx\nmovl $5000, %ecx\n1: outb %al, %dx\nloop 1b\nhlt', {}, true);
  assert.equal([ending, writes], ['halt', 5000]);
});

test.run();
