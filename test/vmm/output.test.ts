import * as assert from 'uvu/assert';
import { GuestClock } from '../../src/vmm/clock.js';
import { OutputBuffer, captureSink } from '../../src/vmm/output.js';
import type { OutputSink } from '../../src/vmm/output.js';
import { build, runGuest, kvmSuite } from './guest.js';

const test = kvmSuite('output and clock');
const spin = (count: number): ReturnType<typeof build> =>
  build(`movl $${count}, %ecx\n1: movb %cl, %al\n outb %al, $0xf1\n decl %ecx\n jnz 1b\n hlt`);
const countdown = (count: number): string => Buffer.from(Array.from({ length: count }, (_, i) => (count - i) & 0xff)).toString('latin1');

const failing = (code: string): Error => Object.assign(new Error(code), { code });

test('a sink that takes a few bytes at a time loses nothing', async () => {
  const kept = captureSink();
  let turn = 0;
  const slow: OutputSink = { write: (bytes) => (++turn % 3 === 0 ? kept.write(bytes.subarray(0, 7)) : 0) };
  const { result } = await runGuest(spin(200), { output: slow });
  assert.is(result.ending.kind, 'halt');
  assert.is(Buffer.from(kept.bytes()).toString('latin1'), countdown(200));
});

test('a sink that is stuck for a while pauses the guest instead of growing', async () => {
  let stuck = true;
  setTimeout(() => (stuck = false), 100);
  const kept = captureSink();
  const { result } = await runGuest(spin(3000), { output: { write: (bytes) => (stuck ? 0 : kept.write(bytes)) } });
  assert.is(result.ending.kind, 'halt');
  assert.is(kept.bytes().length, 3000);
});

test('a reader that goes away ends the run quietly', async () => {
  let calls = 0;
  const { result } = await runGuest(build('1: outb %al, $0xf1\n jmp 1b'), {
    output: {
      write: (bytes) => {
        if (++calls > 1) throw failing('EPIPE');
        return bytes.length;
      },
    },
  });
  assert.is(result.ending.kind, 'output-closed');
});

test('any other failure of the output is told', async () => {
  const { result } = await runGuest(spin(10), { output: { write: () => { throw failing('ENOSPC'); } } }); // prettier-ignore
  assert.is(result.ending.kind, 'output-error');
  assert.is(result.status, 82);
});

test('the limit is exact, for bytes and blocks', () => {
  let alerts = 0;
  const sink = captureSink();
  const out = new OutputBuffer(sink, () => (alerts += 1));
  out.limit = 5;
  out.byte(1);
  out.write(Uint8Array.of(2, 3));
  out.write(Uint8Array.of(4, 5, 6, 7));
  out.byte(8);
  out.flush();
  assert.equal([...sink.bytes()], [1, 2, 3, 4, 5]);
  assert.ok(out.exceeded && alerts > 0);
});

test('a block larger than the buffer arrives whole', () => {
  const sink = captureSink();
  const out = new OutputBuffer(sink, () => undefined);
  const block = new Uint8Array(300_000).map((_, i) => i * 7);
  out.byte(9);
  out.write(block);
  out.flush();
  assert.is(sink.bytes().length, 300_001);
  assert.ok(Buffer.from(sink.bytes().subarray(1)).equals(block));
});

test('guest time stands still while the machine is stopped; timers fire in order', () => {
  let host = 0n;
  const clock = new GuestClock(() => host);
  const fired: string[] = [];
  clock.start();
  clock.after(30n, () => fired.push('c'));
  clock.after(10n, () => fired.push('a'));
  const cancel = clock.after(20n, () => fired.push('b'));
  cancel();
  host = 10n;
  clock.fire();
  assert.equal(fired, ['a']);
  clock.stop();
  host = 1000n;
  assert.is(clock.now(), 10n);
  clock.start();
  assert.is(clock.untilNext(), 20n);
  host = 1020n;
  clock.fire();
  assert.equal(fired, ['a', 'c']);
  assert.is(clock.untilNext(), null);
});

test.run();
