import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceContext } from '../../../src/vmm/device.js';
import { keyboardDevice } from '../../../src/vmm/devices/i8042.js';
import { picDevice } from '../../../src/vmm/devices/pic.js';
import { pitDevice } from '../../../src/vmm/devices/pit.js';
import { rtcDevice } from '../../../src/vmm/devices/rtc.js';
import { uartDevice } from '../../../src/vmm/devices/uart.js';
import { keystrokes } from '../../../src/vmm/keys.js';

const test = suite('devices of the pc board');

/** A context whose time, input and lines the test holds in its hand. */
function bench() {
  const state = {
    time: 0n,
    output: [] as number[],
    input: [] as number[],
    level: false,
    edges: 0,
    stopped: '',
    listen: (): void => undefined,
  };
  let timers: { due: bigint; callback: () => void }[] = [];
  const context: DeviceContext = {
    name: 'test',
    memorySize: 64 << 20,
    output: (bytes) => state.output.push(...bytes),
    outputByte: (value) => state.output.push(value),
    interrupt(level) {
      if (level && !state.level) state.edges += 1;
      state.level = level;
    },
    now: () => state.time,
    timer(delay, callback) {
      const timer = { due: state.time + delay, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    input: () => state.input.shift() ?? -1,
    waitForInput: () => undefined,
    onInput: (callback) => {
      state.listen = callback;
    },
    memory: () => new Uint8Array(),
    stop: (reason) => {
      state.stopped = reason.kind;
    },
    warn: () => undefined,
  };
  const advance = (nanoseconds: bigint): void => {
    const end = state.time + nanoseconds;
    for (;;) {
      timers.sort((a, b) => (a.due < b.due ? -1 : 1));
      const [next] = timers;
      if (next === undefined || next.due > end) break;
      timers.shift();
      state.time = next.due;
      next.callback();
    }
    state.time = end;
  };
  return { state, context, advance };
}

test('8259: priorities, masks, EOI, cascade', () => {
  const pic = picDevice();
  const { interruptController: lines } = pic;
  const out = (range: number, offset: number, value: number): void => pic.out?.(offset, value, 1, range);
  for (const [range, base, third] of [
    [0, 0x20, 4],
    [1, 0x28, 2],
  ]) {
    out(range, 0, 0x11);
    out(range, 1, base);
    out(range, 1, third);
    out(range, 1, 1);
  }
  lines.setLine(3, true);
  lines.setLine(1, true);
  assert.is(lines.acknowledge(), 0x21);
  assert.not(lines.pending());
  out(0, 0, 0x20);
  assert.is(lines.acknowledge(), 0x23);
  out(0, 0, 0x20);
  lines.setLine(8, true);
  lines.setLine(12, true);
  assert.is(lines.acknowledge(), 0x28);
  assert.not(lines.pending());
  out(1, 0, 0x20);
  out(0, 0, 0x20);
  const saved = structuredClone(pic.save?.());
  assert.is(lines.acknowledge(), 0x2c);
  pic.restore?.(saved);
  assert.is(lines.acknowledge(), 0x2c);
  out(1, 0, 0x0b);
  assert.is(pic.in?.(0, 1, 1), 0x10);
  out(1, 0, 0x20);
  out(0, 0, 0x20);
  out(0, 1, 0xff);
  lines.setLine(5, true);
  assert.not(lines.pending());
  assert.is(lines.enabled?.(), false);
});

test('8254: rate generator ticks, counts, read-back, one-shot', () => {
  const { state, context, advance } = bench();
  const pit = pitDevice();
  pit.attach?.(context);
  const out = (offset: number, value: number): void => pit.out?.(offset, value, 1, 0);
  out(3, 0x34);
  out(0, 0xa9);
  out(0, 0x04);
  advance(10_001_000n);
  assert.is(state.edges, 10);
  out(3, 0);
  const latched = (pit.in?.(0, 1, 0) as number) | ((pit.in?.(0, 1, 0) as number) << 8);
  assert.ok(latched > 0 && latched <= 0x4a9);
  out(3, 0xe2);
  assert.is((pit.in?.(0, 1, 0) as number) & 0x3f, 0x34);
  out(3, 0x30);
  out(0, 100);
  out(0, 0);
  state.edges = 0;
  advance(1_000_000n);
  assert.is(state.edges, 1);
  pit.out?.(0, 1, 1, 1);
  out(3, 0xb0);
  out(2, 0xa9);
  out(2, 0x04);
  assert.is((pit.in?.(0, 1, 1) as number) & 0x20, 0);
  advance(1_100_000n);
  assert.is((pit.in?.(0, 1, 1) as number) & 0x20, 0x20);
});

test('16550A: probe, loopback, FIFO detection, interrupts', () => {
  const { state, context } = bench();
  const uart = uartDevice();
  uart.attach?.(context);
  const out = (offset: number, value: number): void => uart.out?.(offset, value, 1, 0);
  const read = (offset: number): number => uart.in?.(offset, 1, 0) as number;
  out(7, 0x5a);
  assert.is(read(7), 0x5a);
  out(2, 1);
  assert.is(read(2) & 0xc0, 0xc0);
  out(3, 0x83);
  out(0, 1);
  out(1, 0);
  assert.is(read(0), 1);
  out(3, 3);
  out(4, 0x1a);
  assert.is(read(6) & 0xf0, 0x90);
  out(0, 0x41);
  assert.is(read(5) & 1, 1);
  assert.is(read(0), 0x41);
  assert.equal(state.output, []);
  out(4, 0x0b);
  out(0, 0x42);
  assert.equal(state.output, [0x42]);
  out(1, 2);
  assert.ok(state.level);
  assert.is(read(2) & 0x0f, 2);
  assert.not(state.level);
  out(1, 1);
  state.input.push(1, 2, 3);
  state.listen();
  assert.ok(state.level);
  assert.equal(
    [read(2) & 0x0f, read(0), read(0), read(0)],
    [0xc, 1, 2, 3].map((v, i) => (i === 0 ? 4 : v)),
  );
  assert.not(state.level);
});

test('i8042: self-test, identify, keys in sets 1 and 2, reset', () => {
  const { state, context, advance } = bench();
  const keyboard = keyboardDevice({ keys: 'aA{ctrl-c}{up}', firmware: 'true' });
  keyboard.attach?.(context);
  const read = (): number => keyboard.in?.(0, 1, 0) as number;
  const ready = (): boolean => ((keyboard.in?.(0, 1, 1) as number) & 1) !== 0;
  const all = (): number[] => {
    const bytes: number[] = [];
    while (ready()) bytes.push(read());
    return bytes;
  };
  keyboard.out?.(0, 0xaa, 1, 1);
  assert.equal(all(), [0x55]);
  keyboard.out?.(0, 0xff, 1, 0);
  assert.equal(all(), [0xfa, 0xaa]);
  advance(20_000_000n);
  assert.ok(state.level);
  assert.equal(all(), [0x1e, 0x9e]);
  advance(20_000_000n);
  assert.equal(all(), [0x2a, 0x1e, 0x9e, 0xaa]);
  advance(20_000_000n);
  assert.equal(all(), [0x1d, 0x2e, 0xae, 0x9d]);
  keyboard.out?.(0, 0x60, 1, 1);
  keyboard.out?.(0, 0x01, 1, 0);
  advance(20_000_000n);
  assert.equal(all(), [0xe0, 0x75, 0xe0, 0xf0, 0x75]);
  keyboard.out?.(0, 0xfe, 1, 1);
  assert.is(state.stopped, 'reset');
  assert.throws(() => keystrokes('{nokey}'), /no key/);
});

test('MC146818: time in BCD and binary, memory size, periodic interrupt', () => {
  const { state, context, advance } = bench();
  const rtc = rtcDevice({ date: '2024-02-29T23:59:58' });
  rtc.attach?.(context);
  const read = (register: number): number => {
    rtc.out?.(0, register, 1, 0);
    return rtc.in?.(1, 1, 0) as number;
  };
  const write = (register: number, value: number): void => {
    rtc.out?.(0, register, 1, 0);
    rtc.out?.(1, value, 1, 0);
  };
  assert.equal([9, 8, 7, 4, 2, 0].map(read), [0x24, 0x02, 0x29, 0x23, 0x59, 0x58]);
  advance(2_000_000_000n);
  assert.equal([8, 7, 4, 2, 0].map(read), [3, 1, 0, 0, 0]);
  assert.is(read(0x34) | (read(0x35) << 8), 768);
  write(0x0b, 0x42);
  advance(10_000_000n);
  assert.is(state.edges, 1);
  assert.is(read(0x0c) & 0xc0, 0xc0);
  advance(1_000_000n);
  assert.is(state.edges, 2);
});

test.run();
