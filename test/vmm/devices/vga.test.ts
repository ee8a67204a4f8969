/** The VGA on its own: registers, the planes' logic, the colour table, the Bochs registers, pictures, snapshots. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceContext } from '../../../src/vmm/device.js';
import { pixelsOf } from '../../../src/vmm/display.js';
import type { PixelFrame, TextFrame } from '../../../src/vmm/display.js';
import { vgaDevice } from '../../../src/vmm/devices/vga/index.js';
import type { VgaDevice } from '../../../src/vmm/devices/vga/index.js';
import { defaultColours } from '../../../src/vmm/devices/vga/dac.js';
import { readByte, writeByte } from '../../../src/vmm/devices/vga/datapath.js';
import { modeRegisters } from '../../../src/vmm/devices/vga/modes.js';
import { fontOf } from '../../../src/vmm/font.js';
import { Random } from '../../support/random.js';

const test = suite('VGA');

interface Bench {
  vga: VgaDevice;
  ram: Uint8Array;
  linear: Uint8Array;
  /** Whether the overlay is on. */
  trapped: boolean;
  time: bigint;
  set(port: number, index: number, value: number): void;
}

function bench(withRam = true): Bench {
  const ram = new Uint8Array(0xc0000);
  const linear = new Uint8Array(8 << 20);
  const vga = vgaDevice();
  const made: Bench = { vga, ram, linear, trapped: false, time: 0n, set: (port, index, value) => { vga.setPort(port, index); vga.setPort(port + 1, value); } }; // prettier-ignore
  vga.attach?.({
    name: 'vga',
    memory(address, length) {
      const bytes = address >= 0xe0000000 ? linear.subarray(address - 0xe0000000) : withRam ? ram.subarray(address) : new Uint8Array();
      if (bytes.length < length) throw new RangeError('no memory');
      return bytes.subarray(0, length);
    },
    now: () => made.time,
    overlay: (_range, on) => (made.trapped = on),
  } as Partial<DeviceContext> as DeviceContext);
  return made;
}

const pixel = (frame: PixelFrame, x: number, y: number): string =>
  Buffer.from(frame.pixels.subarray((y * frame.width + x) * 3, (y * frame.width + x) * 3 + 3)).toString('hex');

test('text: cells come from RAM, cursor and start address from the CRT controller', () => {
  const { vga, ram, set, trapped } = bench();
  ram.set([...Buffer.from('H\x1ei\x4f')], 0xb8000 + 160);
  set(0x3d4, 0x0d, 80);
  set(0x3d4, 0x0f, 82);
  const frame = vga.display.frame() as TextFrame;
  assert.is(frame.kind, 'text');
  assert.equal([frame.columns, frame.rows, frame.cellWidth, frame.cellHeight], [80, 25, 9, 16]);
  assert.equal([...frame.cells.subarray(0, 4)], [0x48, 0x1e, 0x69, 0x4f]);
  assert.equal(frame.cursor, { column: 2, row: 0, first: 13, last: 14 });
  assert.is(trapped, false);
  const picture = pixelsOf(frame);
  assert.equal([picture.width, picture.height], [720, 400]);
  // H is yellow on blue.
  const row = fontOf(16)[0x48 * 16 + 5];
  for (let x = 0; x < 8; x++) assert.is(pixel(picture, x, 5), (row & (0x80 >> x)) !== 0 ? 'ffff55' : '0000aa');
  set(0x3d4, 0x0a, 0x2d);
  assert.is((vga.display.frame() as TextFrame).cursor, null);
});

test('protected CRT registers, word writes, monochrome addresses', () => {
  const { vga, set } = bench();
  set(0x3d4, 0x00, 0x12);
  assert.is(vga.port(0x3d5), 0x5f);
  set(0x3d4, 0x11, 0x0e);
  vga.out?.(0, 0x1200, 2, 1);
  assert.is(vga.port(0x3d5), 0x12);
  assert.is(vga.port(0x3b5), 0xff);
  vga.setPort(0x3c2, 0x66);
  assert.is(vga.port(0x3d5), 0xff);
  assert.is(vga.port(0x3b5), 0x12);
});

test('retrace and the attribute flip-flop by the status port', () => {
  const made = bench();
  const { vga } = made;
  assert.is(vga.port(0x3da), 9);
  made.time = 1_000_000n;
  assert.is(vga.port(0x3da) & 8, 0);
  const seen = new Set<number>();
  for (let i = 0; i < 64; i++) {
    made.time += 500n;
    seen.add(vga.port(0x3da));
  }
  assert.equal([...seen].sort(), [0, 1]);
  vga.setPort(0x3c0, 0x10);
  assert.is(vga.port(0x3c1), 0x0c);
  vga.port(0x3da);
  vga.setPort(0x3c0, 0x00);
  vga.setPort(0x3c0, 0x2a);
  assert.is((vga.display.frame() as PixelFrame).width, 0);
  vga.setPort(0x3c0, 0x20);
  assert.is(vga.display.frame().kind, 'text');
});

test('colour table: defaults, ports, mask', () => {
  const { vga } = bench();
  const vgaColours = defaultColours('vga');
  assert.equal([...vgaColours.subarray(32 * 3, 33 * 3)], [0, 0, 63]);
  assert.equal([...vgaColours.subarray(40 * 3, 41 * 3)], [63, 0, 0]);
  assert.equal([...vgaColours.subarray(48 * 3, 49 * 3)], [0, 63, 0]);
  assert.equal([...vgaColours.subarray(247 * 3, 249 * 3)], [11, 12, 16, 0, 0, 0]);
  assert.equal([...defaultColours('ega').subarray(20 * 3, 21 * 3)], [42, 21, 0]);
  vga.setPort(0x3c8, 255);
  for (const value of [1, 2, 0xff, 4, 5, 6]) vga.setPort(0x3c9, value);
  assert.is(vga.port(0x3c8), 1);
  vga.setPort(0x3c7, 255);
  assert.equal(
    Array.from({ length: 6 }, () => vga.port(0x3c9)),
    [1, 2, 0x3f, 4, 5, 6],
  );
});

test('the planes against a model that is written bit for bit', () => {
  const random = new Random(7);
  const sequencer = Uint8Array.of(3, 1, 15, 0, 6, 0, 0, 0);
  const graphics = new Uint8Array(16);
  const path = { sequencer, graphics, planes: new Uint32Array(65536), latch: 0 };
  const model = [0, 1, 2, 3].map(() => new Uint8Array(65536));
  const latches = [0, 0, 0, 0];
  graphics[6] = 5;
  for (let i = 0; i < 20_000; i++) {
    if (random.below(4) === 0) {
      const index = [0, 1, 2, 3, 4, 5, 7, 8][random.below(8)];
      graphics[index] =
        index === 5 ? random.below(4) | (random.below(2) << 3) : random.below(256) & [15, 15, 15, 31, 3, 0, 0, 15, 255][index];
      sequencer[2] = random.below(16);
    }
    const address = random.below(64);
    const planes = (bit: (plane: number) => number): number[] => [0, 1, 2, 3].map(bit);
    if (random.below(2) === 0) {
      planes((p) => (latches[p] = model[p][address]));
      let expected = latches[graphics[4]];
      if ((graphics[5] & 8) !== 0) {
        expected = 0;
        for (let bit = 0; bit < 8; bit++) {
          const same = planes((p) => ((graphics[7] >> p) & 1 && ((latches[p] >> bit) & 1) !== ((graphics[2] >> p) & 1) ? 1 : 0)).every(
            (x) => x === 0,
          );
          if (same) expected |= 1 << bit;
        }
      }
      assert.is(readByte(path, address), expected);
      continue;
    }
    const value = random.below(256);
    writeByte(path, address, value);
    const turn = graphics[3] & 7;
    const rotated = ((value >> turn) | (value << (8 - turn))) & 0xff;
    for (let p = 0; p < 4; p++) {
      if (((sequencer[2] >> p) & 1) === 0) continue;
      const mode = graphics[5] & 3;
      if (mode === 1) {
        model[p][address] = latches[p];
        continue;
      }
      let byte = mode === 0 ? rotated : mode === 2 ? ((value >> p) & 1) * 0xff : ((graphics[0] >> p) & 1) * 0xff;
      if (mode === 0 && (graphics[1] >> p) & 1) byte = ((graphics[0] >> p) & 1) * 0xff;
      const operation = graphics[3] >> 3;
      if (operation === 1) byte &= latches[p];
      if (operation === 2) byte |= latches[p];
      if (operation === 3) byte ^= latches[p];
      const mask = mode === 3 ? graphics[8] & rotated : graphics[8];
      model[p][address] = (byte & mask) | (latches[p] & ~mask);
    }
    const word = path.planes[address];
    assert.equal(
      [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff),
      model.map((plane) => plane[address]),
    );
  }
});

test('the window is trapped as long as RAM cannot stand for it, contents go along', () => {
  const made = bench();
  const { vga, ram, set } = made;
  ram.set([0x41, 0x07, 0x42, 0x17], 0xb8000);
  // Font memory: planes by address at 0xa0000.
  set(0x3c4, 2, 4);
  assert.is(made.trapped, true);
  set(0x3c4, 4, 6);
  set(0x3ce, 5, 0);
  set(0x3ce, 6, 4);
  vga.write?.(0x41 * 32, 0x7e, 1, 0);
  set(0x3ce, 4, 2);
  assert.is(vga.read?.(0x41 * 32, 1, 0), 0x7e);
  set(0x3ce, 4, 0);
  set(0x3ce, 6, 0x0e);
  set(0x3ce, 5, 0x10);
  set(0x3c4, 4, 2);
  set(0x3c4, 2, 3);
  assert.is(made.trapped, false);
  assert.equal([...ram.subarray(0xb8000, 0xb8004)], [0x41, 0x07, 0x42, 0x17]);
  assert.is((vga.display.frame() as TextFrame).fonts()[0][0x41 * 32], 0x7e);
  // Mode 13h is RAM at 0xa0000, byte for byte; unchained it is not.
  const mode = modeRegisters(0x13);
  assert.ok(mode !== null);
  vga.setMode(mode, true);
  vga.setColours(mode);
  ram[0xa0000 + 320 * 7 + 5] = 40;
  assert.is(made.trapped, false);
  assert.is(pixel(vga.display.frame() as PixelFrame, 5, 7), 'ff0000');
  set(0x3c4, 4, 6);
  assert.is(made.trapped, true);
  assert.is(pixel(vga.display.frame() as PixelFrame, 5, 7), 'ff0000');
});

test("without RAM below it the window is always the adapter's", () => {
  const made = bench(false);
  assert.is(made.trapped, true);
  made.vga.write?.(0x18000, 0x0741, 2, 0);
  assert.equal([...(made.vga.display.frame() as TextFrame).cells.subarray(0, 2)], [0x41, 0x07]);
});

test('Bochs registers: id, limits, capabilities, banks, virtual size', () => {
  const { vga, ram, linear, set } = bench();
  vga.setPort(0x1ce, 0);
  assert.is(vga.port(0x1cf), 0xb0c5);
  set(0x1ce, 4, 2);
  vga.setPort(0x1ce, 1);
  assert.is(vga.port(0x1cf), 1600);
  for (const [index, value] of [[4, 0], [1, 320], [2, 200], [3, 8], [4, 1], [6, 400]]) set(0x1ce, index, value); // prettier-ignore
  assert.is(vga.port(0x1cf), 400);
  vga.setPort(0x1ce, 7);
  assert.is(vga.port(0x1cf), Math.floor((8 << 20) / 400));
  ram[0xa0000 + 400 + 3] = 15;
  set(0x1ce, 5, 1);
  ram[0xa0000] = 7;
  set(0x1ce, 5, 200);
  vga.setPort(0x1ce, 5);
  assert.is(vga.port(0x1cf), 1);
  const frame = vga.display.frame() as PixelFrame;
  assert.equal([frame.width, frame.height], [320, 200]);
  assert.is(linear[403], 15);
  assert.is(linear[0x10000], 7);
  set(0x1ce, 5, 0);
  assert.is(ram[0xa0000 + 403], 15);
  // Four bits a pixel cannot be shown linearly: it stays off.
  for (const [index, value] of [[4, 0], [3, 4], [4, 0x41]]) set(0x1ce, index, value); // prettier-ignore
  assert.is(vga.port(0x1cf), 0x40);
  assert.is(vga.display.frame().kind, 'text');
});

test('depths of the linear modes', () => {
  const { vga, linear, set } = bench();
  const cases: [bpp: number, bytes: number[], colour: string][] = [
    [15, [0x1f, 0x7c], 'ff00ff'],
    [16, [0xe0, 0x07], '00ff00'],
    [24, [1, 2, 3], '030201'],
    [32, [9, 8, 7, 0], '070809'],
  ];
  for (const [bpp, bytes, colour] of cases) {
    for (const [index, value] of [[4, 0], [1, 64], [2, 32], [3, bpp], [4, 0x41]]) set(0x1ce, index, value); // prettier-ignore
    linear.set(bytes, 65 * bytes.length);
    assert.is(pixel(vga.display.frame() as PixelFrame, 1, 1), colour, `${bpp}`);
  }
});

test('a snapshot brings everything back', () => {
  const first = bench();
  const mode = modeRegisters(0x12);
  assert.ok(mode !== null);
  first.vga.setMode(mode, true);
  first.vga.poke(0xa0000, 0xa5);
  first.set(0x3c8, 3, 17);
  const saved = structuredClone(first.vga.save?.());
  const second = bench();
  second.vga.reset?.();
  second.vga.restore?.(saved);
  assert.is(second.trapped, true);
  assert.equal(second.vga.display.frame(), first.vga.display.frame());
  assert.equal(second.vga.save?.(), saved);
  second.vga.reset?.();
  assert.is(second.trapped, false);
  assert.is(second.vga.display.frame().kind, 'text');
});

test('any register values make a picture or none, never an error', () => {
  const random = new Random(11);
  const { vga } = bench();
  for (let i = 0; i < 60; i++) {
    for (let n = 0; n < 25; n++) {
      const port = [0x3c0, 0x3c2, 0x3c4, 0x3c5, 0x3c9, 0x3ce, 0x3cf, 0x3d4, 0x3d5, 0x1ce, 0x1cf][random.below(11)];
      vga.setPort(port, random.below(port === 0x1cf ? 65536 : 256));
      vga.poke(0xa0000 + random.below(0x20000), random.below(256));
    }
    const { width, height } = pixelsOf(vga.display.frame());
    assert.ok(width <= 4096 && height <= 2048);
  }
});

test.run();
