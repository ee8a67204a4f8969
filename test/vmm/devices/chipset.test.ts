import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clockDevice } from '../../../src/vmm/devices/clock.js';
import { firmwareConfigDevice } from '../../../src/vmm/devices/fw-cfg.js';
import { pciDevice } from '../../../src/vmm/devices/pci.js';
import { powerDevice } from '../../../src/vmm/devices/power.js';
import { randomDevice } from '../../../src/vmm/devices/random.js';
import { stopwatchDevice } from '../../../src/vmm/devices/stopwatch.js';
import { testDevice } from '../../../src/vmm/devices/testdev.js';
import { bench } from './bench.js';

const test = suite('chipset and test devices');

test('PCI: functions of the bus, sizes, read-only bits, base address registers, nobody', () => {
  const b = bench(pciDevice());
  const read = (place: number, at: number, size: 1 | 2 | 4 = 4): number => {
    b.out(0xcf8, (0x8000_0000 + place * 256 + (at & 0xfc)) >>> 0, 4);
    return b.in(0xcfc + (at & 3), size);
  };
  const found = [];
  for (let place = 0; place < 256; place++) if (read(place, 0) !== 0xffff_ffff) found.push(`${place}:${read(place, 0).toString(16)}`);
  assert.equal(found, ['0:12378086', '8:70008086', '9:70108086', '11:71138086', '16:11111234']);
  assert.is(read(8, 14, 1), 0x80, 'more functions');
  assert.is(read(9, 10, 2), 0x0101, 'IDE');
  b.out(0xcf8, 0x8000_1010, 4);
  b.out(0xcfc, 0xffff_ffff, 4);
  assert.is(b.in(0xcfc, 4), 0xff80_0008, 'size of the frame buffer');
  b.out(0xcfc, 0xfd00_0000, 4);
  assert.is(b.in(0xcfc, 4), 0xe000_0008, 'it stays where it is');
  b.out(0xcf8, 0x8000_0000, 4);
  b.out(0xcfc, 0, 4);
  assert.is(b.in(0xcfc, 4), 0x1237_8086);
  b.out(0xcf8, 0, 4);
  assert.is(b.in(0xcfc, 4), 0xffff_ffff);
  b.out(0xcf8, 0x8001_0000, 4);
  assert.is(b.in(0xcfc, 4), 0xffff_ffff, 'another bus');
});

test('ACPI: the PM timer counts 24 bits at 3.58 MHz, its carry interrupts; power-off; resets', () => {
  const device = powerDevice();
  const b = bench(device);
  b.state.time = 1_000_000_000n;
  assert.is(b.in(0x608, 4), 3_579_545);
  assert.is(b.in(0xb008, 4), 3_579_545);
  b.state.time = 10_000_000_000n;
  assert.is(b.in(0x608, 4), 35_795_450 % 2 ** 24);
  b.out(0x600, 0xffff, 2);
  assert.is(b.in(0x600, 2), 0);
  b.out(0xb2, 0xf1);
  assert.is(b.in(0x604, 2), 1, 'ACPI is on');
  b.out(0x602, 1, 2);
  b.advance(2_400_000_000n);
  assert.is(b.in(0x600, 2), 1);
  assert.ok(b.state.levels[0]);
  b.out(0x600, 1, 2);
  assert.not(b.state.levels[0]);
  const saved = structuredClone(device.save?.());
  device.reset?.();
  assert.is(b.in(0x602, 2), 0);
  device.restore?.(saved);
  assert.is(b.in(0x602, 2), 1);
  b.out(0x604, 0x3c00, 2);
  assert.is(b.state.stopped, '', 'another sleep state');
  b.out(0x604, 0x2000, 2);
  assert.is(b.state.stopped, 'power-off');
  for (const [port, value] of [
    [0x92, 1],
    [0xcf9, 6],
  ] as const) {
    // prettier-ignore
    const other = bench(powerDevice());
    other.out(port, value);
    assert.is(other.state.stopped, 'reset');
  }
});

test('fw_cfg: signature, numbers, the directory, a file by port and by DMA, errors', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tskvm-'));
  try {
    writeFileSync(path.join(folder, 'hello'), 'Hello');
    const b = bench(firmwareConfigDevice({ 'opt/hello': path.join(folder, 'hello'), cpus: '3' }));
    const item = (selector: number, length: number): Uint8Array => {
      b.out(0x510, selector, 2);
      return Uint8Array.from({ length }, () => b.in(0x511));
    };
    assert.is(Buffer.from(item(0, 4)).toString(), 'QEMU');
    assert.equal([...item(1, 5)], [3, 0, 0, 0, 0]);
    assert.equal([...item(5, 2)], [3, 0]);
    assert.equal([...item(3, 8)], [0, 0, 0, 4, 0, 0, 0, 0]);
    const files = Buffer.from(item(0x19, 4 + 128));
    assert.is(files.readUInt32BE(0), 2);
    assert.is(files.toString('latin1', 12, 20), 'etc/e820');
    assert.is(files.toString('latin1', 76, 85), 'opt/hello');
    const select = files.readUInt16BE(72);
    assert.is(Buffer.from(item(select, 6)).toString('latin1'), 'Hello\0');
    assert.is(b.in(0x514, 4), 0x554d4551);
    const view = new DataView(b.memory.buffer);
    const dma = (control: number, length: number): number => {
      view.setUint32(0x100, control);
      view.setUint32(0x104, length);
      view.setBigUint64(0x108, 0x200n);
      b.out(0x518, 0x0001_0000, 4);
      return view.getUint32(0x100);
    };
    assert.is(dma((select << 16) | 8 | 4, 1), 0);
    assert.is(dma(2, 7), 0);
    assert.is(Buffer.from(b.memory.subarray(0x200, 0x207)).toString('latin1'), 'ello\0\0\0');
    assert.is(dma(16, 1), 1, 'nothing can be written');
    assert.is(dma(2, 2 ** 31), 1, 'no such memory');
    b.out(0x514, 0xffff_ffff, 4);
    b.out(0x518, 0, 4);
    assert.is(b.state.warnings.length, 1);
    assert.throws(() => firmwareConfigDevice({ x: path.join(folder, 'none') }), /cannot be read/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the test device: register in every size, interrupt lines, MMIO buffer', () => {
  const device = testDevice();
  const b = bench(device);
  b.out(0xe0, 0x12345678, 4);
  assert.equal([b.in(0xe0), b.in(0xe1), b.in(0xe2, 2), b.in(0xe4, 4)], [0x78, 0x56, 0x1234, 0x12345678]);
  b.out(0xe3, 0xff);
  assert.is(b.in(0xe0, 4), 0xff345678);
  b.out(0x2005, 1);
  assert.ok(b.state.levels[5]);
  b.out(0x2005, 0);
  assert.not(b.state.levels[5]);
  device.write?.(0x10, 0x1122334455667788n, 8, 0);
  assert.is(device.read?.(0x12, 4, 0), 0x33445566);
});

test('random bits, clock, stopwatch', () => {
  const seeded = (): number[] => {
    const b = bench(randomDevice({ seed: '7' }));
    return [b.in(0xb20, 4), b.in(0xb20, 4)];
  };
  assert.equal(seeded(), seeded());
  assert.is.not(seeded()[0], seeded()[1]);
  const free = bench(randomDevice());
  assert.ok(new Set(Array.from({ length: 8 }, () => free.in(0xb20, 4))).size > 4);
  assert.throws(() => randomDevice({ seed: 'x' }), /whole number/);

  const c = bench(clockDevice());
  assert.ok(Math.abs(c.in(0xb24, 4) - Date.now() / 1000) < 5);
  assert.ok(c.in(0xb28, 4) < 1_000_000);

  const s = bench(stopwatchDevice());
  s.out(0xb30, 0);
  s.state.time = 5_000_000_123n;
  assert.is(s.in(0xb30, 4) + s.in(0xb34, 4) * 2 ** 32, 5_000_000_123);
  s.out(0xb30, 1);
  s.state.time += 50n;
  assert.is(s.in(0xb30, 4), 5_000_000_123 % 2 ** 32);
  s.out(0xb30, 2);
  s.state.time += 50n;
  assert.is(s.in(0xb30, 4), 5_000_000_173 % 2 ** 32);
});

test.run();
