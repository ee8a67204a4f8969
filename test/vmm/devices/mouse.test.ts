import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keyboardDevice } from '../../../src/vmm/devices/i8042.js';
import { mouseEvents } from '../../../src/vmm/devices/ps2-mouse.js';
import { bench } from './bench.js';

const test = suite('PS/2 mouse');

function mouse(options: Record<string, string> = {}) {
  const device = keyboardDevice(options);
  const b = bench(device);
  b.out(0x64, 0xa8);
  b.out(0x64, 0x60);
  b.out(0x60, 0x43);
  const read = (): number[] => {
    const bytes = [];
    while ((b.in(0x64) & 0x21) === 0x21) bytes.push(b.in(0x60));
    return bytes;
  };
  /** Bytes to the mouse; what it answers. */
  const say = (...bytes: number[]): number[] =>
    bytes.flatMap((byte) => {
      b.out(0x64, 0xd4);
      b.out(0x60, byte);
      return read();
    });
  return { ...b, device, read, say };
}

test('reset, identification, defaults, status; its bytes are marked and interrupt on line 12', () => {
  const m = mouse();
  m.out(0x64, 0xd4);
  m.out(0x60, 0xff);
  assert.is(m.in(0x64) & 0x21, 0x21);
  assert.ok(m.state.levels[1]);
  assert.equal(m.read(), [0xfa, 0xaa, 0]);
  assert.not(m.state.levels[1]);
  assert.equal(m.say(0xf2), [0xfa, 0]);
  assert.equal(m.say(0xe8, 3, 0xe7, 0xe9), [0xfa, 0xfa, 0xfa, 0xfa, 0x10, 3, 100]);
  assert.equal(m.say(0x01), [0xfe]);
  assert.equal(m.say(0xe8, 7), [0xfa, 0xfe]);
  assert.equal(m.say(0xee, 0x42, 0xec), [0xfa, 0x42, 0xfa]);
});

test('packets: signs, large movements in pieces, buttons, remote mode', () => {
  const m = mouse();
  m.device.move({ x: 5 });
  assert.equal(m.read(), [], 'not before it is asked to report');
  m.say(0xf6, 0xf4);
  m.device.move({ x: 10, y: -3 });
  assert.equal(m.read(), [0x28, 10, 0xfd]);
  m.device.move({ x: -300 });
  assert.equal(m.read(), [0x18, 1, 0, 0x18, 0xd3, 0]);
  m.device.move({ buttons: 5 });
  assert.equal(m.read(), [0x0d, 0, 0]);
  assert.equal(m.say(0xf0), [0xfa]);
  m.device.move({ y: 7 });
  assert.equal(m.read(), []);
  assert.equal(m.say(0xeb), [0xfa, 0x0d, 0, 7]);
});

test('the wheel and five buttons answer to the sequences of sample rates; state is saved', () => {
  const m = mouse();
  assert.equal(m.say(0xf3, 200, 0xf3, 100, 0xf3, 80, 0xf2), [0xfa, 0xfa, 0xfa, 0xfa, 0xfa, 0xfa, 0xfa, 3]);
  m.say(0xf4);
  m.device.move({ z: -1 });
  assert.equal(m.read(), [8, 0, 0, 0xff]);
  m.say(0xf3, 200, 0xf3, 200, 0xf3, 80);
  assert.equal(m.say(0xf2), [0xfa, 4]);
  m.device.move({ buttons: 8 });
  const saved = structuredClone(m.device.save?.());
  m.device.reset?.();
  m.device.restore?.(saved);
  assert.equal(m.read(), [8, 0, 0, 0x10]);
});

test('movements of the option are made once the guest listens', () => {
  const m = mouse({ mouse: '3:4;left' });
  m.advance(1_000_000_000n);
  assert.equal(m.read(), []);
  m.say(0xf4);
  const bytes = [];
  for (let i = 0; i < 8; i++) {
    m.advance(20_000_000n);
    bytes.push(...m.read());
  }
  assert.equal(bytes, [8, 3, 4, 9, 0, 0, 8, 0, 0]);
  assert.equal(mouseEvents('right+;wheel:-2;right-'), [{ buttons: 2 }, { z: -2 }, { buttons: 0 }]);
  assert.throws(() => mouseEvents('jump'), /no movement/);
});

test('the controller: port tests, its memory, disabled port, A20 commands', () => {
  const m = mouse();
  const ask = (command: number): number => {
    m.out(0x64, command);
    return m.in(0x60);
  };
  assert.is(ask(0xa9), 0);
  assert.is(ask(0xaa), 0x55);
  m.out(0x64, 0x65);
  m.out(0x60, 0x77);
  assert.is(ask(0x25), 0x77);
  m.out(0x64, 0xdd);
  assert.is(ask(0xd0) & 2, 0);
  m.out(0x64, 0xdf);
  assert.is(ask(0xd0) & 2, 2);
  m.say(0xf4);
  m.out(0x64, 0xa7);
  m.device.move({ x: 1 });
  assert.equal(m.read(), []);
});

test.run();
