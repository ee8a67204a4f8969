import { suite } from 'uvu';
import { kvm } from '../support/cli.js';
import * as assert from 'uvu/assert';
import { defineDevice } from '../../src/vmm/device.js';
import { boardDevices, devices as builtin } from '../../src/vmm/devices/index.js';
import type { InputSource } from '../../src/vmm/input.js';
import { createMachine } from '../../src/vmm/machine.js';
import type { MachineOptions } from '../../src/vmm/machine.js';
import { build } from './guest.js';

const test = suite('recording and repeating');
const engines = (process.env.TSKVM_TEST_ENGINES ?? 'kvm,soft').split(',').filter((engine) => engine === 'soft' || kvm);

/** Prints ticks, random bits, timer counts, keys and a device's answers: nothing of it is the same twice. */
const source = `
  xorw %ax, %ax
  movw %ax, %ds
  movw $3, %cx
1: hlt
  pushw %cx
  movb $0, %ah
  int $0x1a
  popw %cx
  movw %dx, %ax
  call print
  movw $0xb20, %dx
  inw %dx, %ax
  call print
  inb $0x77, %al
  call print
  movb $0, %ah
  int $0x16
  call print
  movb $0, %al
  outb %al, $0x43
  inb $0x40, %al
  xchgb %al, %ah
  inb $0x40, %al
  call print
  loop 1b
  movw 0x46c, %bx
2: cmpw 0x46c, %bx
  je 2b
  cli
  hlt
print: outb %al, $0xe9
  movb %ah, %al
  outb %al, $0xe9
  ret
.org 510
.word 0xaa55`;

/** Bytes that come one after the other, later. */
function slowly(text: string): InputSource {
  const bytes = [...Buffer.from(text)];
  let come = 0;
  const callbacks: (() => void)[] = [];
  const timer = setInterval(() => {
    come += 1;
    if (come >= bytes.length) clearInterval(timer);
    callbacks.forEach((callback) => callback());
  }, 15);
  let at = 0;
  return {
    next: () => (at < come ? bytes[at++] : come < bytes.length ? -1 : -2),
    onReady: (callback) => callbacks.push(callback),
    close: () => clearInterval(timer),
  };
}

async function run(options: MachineOptions, start = 1) {
  let answers = start;
  const own = defineDevice({ name: 'own', ports: [{ start: 0x77, length: 1 }], in: () => answers++ });
  const board = boardDevices('pc', undefined).map(({ name, options: given }) => ({ definition: builtin[name].make(given) }));
  const machine = createMachine({ boot: 'sector', timeout: 60, devices: [...board, { definition: own }], ...options });
  try {
    machine.load(build(source, 16, 0x7c00));
    const result = await machine.run();
    const { rsp, rip, rax } = result.general;
    return {
      output: Buffer.from(machine.output()).toString('hex'),
      ending: result.ending,
      registers: [rax, rip, rsp].join(),
      text: machine.recording(result),
    };
  } finally {
    machine.close();
  }
}

for (const engine of engines as ('kvm' | 'soft')[]) {
  test(`a run with input, time and chance is repeated to the byte (${engine})`, async () => {
    const first = await run({ engine, record: true, input: slowly('abc') });
    assert.is(first.ending.kind, 'halt');
    for (let i = 0; i < 2; i++) {
      const again = await run({ engine, replay: first.text }, 100);
      assert.is(again.output, first.output);
      assert.equal(again.ending, first.ending);
      assert.is(again.registers, first.registers);
    }
  });
}

test('a recording that is none, is damaged, or belongs to another run', async () => {
  const first = await run({ engine: 'soft', record: true, input: slowly('abc') });
  const fails = async (replay: string, message: RegExp, more: MachineOptions = {}): Promise<void> => {
    await run({ engine: 'soft', replay, ...more }).then(
      ({ ending }) => assert.match(ending.kind === 'device-error' ? String(ending.error) : ending.kind, message),
      (error: Error) => assert.match(error.message, message),
    );
  };
  await fails('hello\n', /not one of this version/);
  await fails(first.text.replace(/\nc /, '\nq '), /line \d+ is damaged/);
  await fails(first.text.slice(0, first.text.lastIndexOf('x ')), /has no end/);
  await fails(first.text.replace(/\nc [^\n]*/, ''), /left the recording: after \d+ accesses/);
  await fails(first.text, /one vCPU/, { irqchip: 'kernel' });
});

test('a time-out is repeated, too', async () => {
  const first = await run({ engine: 'soft', record: true, input: slowly('a'.padEnd(60, 'b').slice(0, 2)), timeout: 0.2 });
  const again = await run({ engine: 'soft', replay: first.text });
  assert.equal(again.ending, first.ending);
  assert.is(again.output, first.output);
});

test.run();
