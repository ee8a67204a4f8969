import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pitDevice } from '../../../src/vmm/devices/pit.js';
import { bench } from './bench.js';

const test = suite('8254 and speaker');

/** Time of so many clocks, and a bit. */
const clocks = (n: number): bigint => (BigInt(n) * 1_000_000_000n) / 1_193_182n + 2n;

/** Counter 2 with its gate open, in a mode, with a count. */
function counter2(mode: number, count: number, bcd = false) {
  const device = pitDevice();
  const b = bench(device);
  b.out(0x61, 1);
  b.out(0x43, 0xb0 | (mode << 1) | (bcd ? 1 : 0));
  const load = (value: number): void => {
    b.out(0x42, value & 0xff);
    b.out(0x42, value >> 8);
  };
  load(count);
  const read = (): number => {
    b.out(0x43, 0x80);
    return b.in(0x42) | (b.in(0x42) << 8);
  };
  const high = (): boolean => (b.in(0x61) & 0x20) !== 0;
  return { ...b, device, load, read, high };
}

test('mode 0: low until the count is over, then high while it counts on; the gate holds it', () => {
  const c = counter2(0, 1000);
  assert.not(c.high());
  c.advance(clocks(400));
  assert.is(c.read(), 600);
  c.device.out?.(0, 0, 1, 1);
  c.advance(clocks(5000));
  assert.is(c.read(), 600, 'held');
  c.device.out?.(0, 1, 1, 1);
  c.advance(clocks(599));
  assert.not(c.high());
  c.advance(clocks(2));
  assert.ok(c.high());
  assert.ok(c.read() > 0xfff0);
});

test('mode 1: a pulse of its length after each rise of the gate', () => {
  const c = counter2(1, 100);
  assert.ok(c.high(), 'not triggered yet');
  c.device.out?.(0, 0, 1, 1);
  c.device.out?.(0, 1, 1, 1);
  assert.not(c.high());
  c.advance(clocks(50));
  c.device.out?.(0, 0, 1, 1);
  c.device.out?.(0, 1, 1, 1);
  c.advance(clocks(99));
  assert.not(c.high(), 'triggered anew');
  c.advance(clocks(2));
  assert.ok(c.high());
});

test('mode 2: low for one clock in each period; a new count waits for its end', () => {
  const c = counter2(2, 10);
  c.advance(clocks(9));
  assert.not(c.high());
  c.advance(clocks(1));
  assert.ok(c.high());
  assert.is(c.read(), 10);
  c.load(100);
  c.advance(clocks(8));
  assert.is(c.read(), 2);
  c.advance(clocks(3));
  assert.ok(c.read() > 90, String(c.read()));
});

test('mode 3: a square wave that counts by two; odd counts; the gate forces it high', () => {
  const c = counter2(3, 1000);
  assert.ok(c.high());
  c.advance(clocks(100));
  assert.is(c.read(), 800);
  c.advance(clocks(450));
  assert.not(c.high());
  assert.is(c.read(), 900);
  c.device.out?.(0, 0, 1, 1);
  assert.ok(c.high());
  const odd = counter2(3, 5);
  odd.advance(clocks(2));
  assert.ok(odd.high());
  odd.advance(clocks(1));
  assert.not(odd.high());
});

test('modes 4 and 5: one low clock at the end, started by the load or by the gate', () => {
  const c = counter2(4, 20);
  c.advance(clocks(19));
  assert.ok(c.high());
  c.advance(clocks(1));
  assert.not(c.high());
  c.advance(clocks(1));
  assert.ok(c.high());
  const d = counter2(5, 20);
  d.advance(clocks(20));
  assert.ok(d.high(), 'not triggered');
  d.device.out?.(0, 0, 1, 1);
  d.device.out?.(0, 1, 1, 1);
  d.advance(clocks(20));
  assert.not(d.high());
});

test('BCD, single bytes, latches that are read once, read-back of state and count', () => {
  const c = counter2(2, 0x1234, true);
  c.advance(clocks(34));
  assert.is(c.read(), 0x1200);
  c.device.out?.(3, 0x94, 1, 0);
  c.device.out?.(2, 50, 1, 0);
  c.advance(clocks(10));
  assert.is(c.in(0x42), 40);
  c.device.out?.(3, 0x80, 1, 0);
  c.advance(clocks(5));
  assert.is(c.in(0x42), 40);
  assert.is(c.in(0x42), 35);
  // State before count.
  c.device.out?.(3, 0xc8, 1, 0);
  assert.is(c.in(0x42), 0x94);
  assert.is(c.in(0x42), 35);
  c.device.out?.(3, 0xb6, 1, 0);
  c.device.out?.(3, 0xe8, 1, 0);
  assert.is(c.in(0x42) & 0x7f, 0x76, 'null count');
});

test('counter 0 interrupts: periods do not drift, missed ones are not piled up', () => {
  const b = bench(pitDevice());
  b.out(0x43, 0x36);
  b.out(0x40, 0xa9);
  b.out(0x40, 0x04);
  b.advance(1_000_100_000n);
  assert.is(b.state.edges, 1000);
  b.out(0x43, 0x30);
  b.out(0x40, 100);
  b.out(0x40, 0);
  assert.not(b.state.levels[0]);
  b.advance(1_000_000n);
  assert.ok(b.state.levels[0], 'mode 0 leaves the line up');
  assert.is(b.state.edges, 1001);
});

test('the speaker: a tone becomes samples of its frequency in a .wav', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tskvm-'));
  try {
    const file = path.join(folder, 'beep.wav');
    const device = pitDevice({ speaker: file });
    const b = bench(device);
    b.out(0x43, 0xb6);
    b.out(0x42, 1193 & 0xff);
    b.out(0x42, 1193 >> 8);
    b.advance(100_000_000n);
    b.out(0x61, 3);
    b.advance(200_000_000n);
    b.out(0x61, 0);
    b.advance(100_000_000n);
    device.close?.();
    const wav = readFileSync(file);
    assert.is(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16), 'RIFFWAVEfmt ');
    assert.is(wav.readUInt32LE(24), 44_100);
    const samples = wav.subarray(44);
    assert.is(samples.length, 17_640);
    let rises = 0;
    for (let i = 1; i < samples.length; i++) if (samples[i] > 0x80 && samples[i - 1] <= 0x80) rises += 1;
    assert.ok(Math.abs(rises - 200) <= 2, `${rises} periods`);
    assert.is(samples[1000], 0x80);
    assert.is(samples[17_000], 0x80);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
