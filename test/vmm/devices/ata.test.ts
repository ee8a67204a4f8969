import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ataDevice } from '../../../src/vmm/devices/ata.js';
import { bytesImage } from '../../../src/vmm/disks/medium.js';
import type { ImageSource } from '../../../src/vmm/disks/medium.js';
import { bench } from './bench.js';

const test = suite('ATA and ATAPI');

/** Sectors that begin with their number. */
function numbered(sectors: number, size: number): Uint8Array {
  const bytes = new Uint8Array(sectors * size);
  for (let i = 0; i < sectors; i++) new DataView(bytes.buffer).setUint32(i * size, i, true);
  return bytes;
}

function drive(
  images: { hda?: ImageSource; hdb?: ImageSource; cdrom?: ImageSource } = { hda: bytesImage(numbered(100, 512)) },
  base = 0x1f0,
) {
  const device = ataDevice();
  const b = bench(device, images);
  const control = base + 0x206;
  const command = (value: number, registers: readonly (readonly [number, number])[] = []): number => {
    for (const [offset, byte] of registers) b.out(base + offset, byte);
    b.out(base + 7, value);
    return b.in(control);
  };
  /** LBA28 on the first device. */
  const lba = (value: number, count: number): (readonly [number, number])[] => [
    [6, 0xe0 | ((value >> 24) & 15)],
    [2, count],
    [3, value & 0xff],
    [4, (value >> 8) & 0xff],
    [5, (value >> 16) & 0xff],
  ];
  const words = (count: number): Uint8Array => {
    const bytes = new Uint8Array(count * 2);
    for (let i = 0; i < count; i++) new DataView(bytes.buffer).setUint16(i * 2, b.in(base, 2), true);
    return bytes;
  };
  return { ...b, device, command, lba, words, control, base };
}
const long = (bytes: Uint8Array, at = 0): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

test('IDENTIFY: geometry, sectors, text, checksum; the interrupt goes with the status', () => {
  const d = drive();
  assert.is(d.command(0xec, [[6, 0xa0]]), 0x58);
  assert.ok(d.state.levels[0]);
  assert.is(d.in(0x1f7), 0x58);
  assert.not(d.state.levels[0]);
  const data = d.words(256);
  const word = (n: number): number => data[n * 2] | (data[n * 2 + 1] << 8);
  assert.equal([word(1), word(3), word(6)], [2, 16, 63]);
  assert.is(long(data, 120), 100);
  assert.is(long(data, 200), 100);
  assert.is(Buffer.from(data.subarray(54, 82)).swap16().toString('latin1').trimEnd(), 'TSKVM HARDDISK');
  assert.is(
    data.reduce((sum, byte) => (sum + byte) & 0xff, 0),
    0,
  );
  assert.is(d.in(0x1f7), 0x50);
});

test('sectors by LBA28, CHS and LBA48; several; the edge of the image', () => {
  const d = drive();
  d.command(0x20, d.lba(98, 2));
  assert.is(long(d.words(256)), 98);
  assert.is(d.in(0x1f7), 0x58);
  assert.is(long(d.words(256)), 99);
  assert.is(d.in(0x1f7), 0x50);
  assert.is(d.in(0x1f3), 99);
  // One too many: the good ones come, then the error.
  d.command(0x20, d.lba(99, 2));
  d.words(256);
  assert.is(d.in(0x1f7), 0x51);
  assert.is(d.in(0x1f1), 0x10);
  assert.is(d.in(0x1f3), 100);
  assert.is(d.command(0x20, d.lba(100, 1)), 0x51);
  // CHS: head 1, sector 2 is 64.
  d.command(0x21, [[6, 0xa1], [2, 1], [3, 2], [4, 0], [5, 0]]); // prettier-ignore
  assert.is(long(d.words(256)), 64);
  assert.is(
    d.command(0x20, [
      [6, 0xa1],
      [3, 0],
    ]),
    0x51,
    'there is no sector 0',
  );
  // LBA48: upper bytes first.
  d.command(0x24, [[6, 0x40], [2, 0], [3, 0], [4, 0], [5, 0], [2, 1], [3, 5], [4, 0], [5, 0]]); // prettier-ignore
  assert.is(long(d.words(256)), 5);
  assert.is(d.command(0x24, [[2, 0], [3, 1], [4, 0], [5, 0], [2, 1], [3, 5], [4, 0], [5, 0]]), 0x51); // prettier-ignore
  // HOB shows what was written before.
  d.out(0x3f6, 0x80);
  assert.is(d.in(0x1f3), 1);
  d.out(0x3f6, 0);
  assert.is(d.in(0x1f3), 5);
});

test('READ and WRITE MULTIPLE move blocks; a write is read back; nothing reaches the image', () => {
  const image = numbered(20, 512);
  const d = drive({ hda: bytesImage(image) });
  assert.is(d.command(0xc4, d.lba(0, 4)), 0x51, 'not set yet');
  assert.is(d.command(0xc6, [[2, 3]]), 0x51, 'no power of two');
  assert.is(d.command(0xc6, [[2, 4]]), 0x50);
  d.command(0xc5, d.lba(2, 6));
  assert.not(d.state.levels[0], 'the first block is not announced');
  for (let i = 0; i < 4 * 256; i++) d.out(0x1f0, 0x1111, 2);
  assert.ok(d.state.levels[0]);
  assert.is(d.in(0x1f7), 0x58);
  for (let i = 0; i < 2 * 128; i++) d.out(0x1f0, 0x22222222, 4);
  assert.is(d.in(0x1f7), 0x50);
  d.command(0xc4, d.lba(5, 4));
  const got = d.words(4 * 256);
  assert.equal([long(got), long(got, 512), long(got, 1024), long(got, 1536)], [0x11111111, 0x22222222, 0x22222222, 8]);
  assert.is(long(image, 2 * 512), 2);
});

test('nIEN keeps the interrupt back; SRST gives the signature; the second device and nobody', () => {
  const d = drive({ hda: bytesImage(numbered(4, 512)), hdb: bytesImage(numbered(9, 512)) });
  d.out(0x3f6, 2);
  d.command(0xe7);
  assert.not(d.state.levels[0]);
  d.out(0x3f6, 0);
  assert.ok(d.state.levels[0]);
  d.out(0x3f6, 4);
  assert.is(d.in(0x3f6), 0x80);
  d.out(0x3f6, 0);
  assert.equal(
    [2, 3, 4, 5].map((offset) => d.in(0x1f0 + offset)),
    [1, 1, 0, 0],
  );
  d.command(0xf8, [[6, 0xf0]]);
  assert.is(d.in(0x1f3), 8);
  const alone = drive();
  assert.is(alone.command(0xec, [[6, 0xb0]]), 0);
  assert.is(drive({}).command(0xec, [[6, 0xa0]]), 0);
});

test('SET FEATURES, VERIFY, power commands, unknown ones', () => {
  const d = drive();
  assert.is(d.command(0xef, [[1, 3], [2, 0x0b]]), 0x50); // prettier-ignore
  assert.is(d.command(0xef, [[1, 3], [2, 0x44]]), 0x51, 'no UDMA'); // prettier-ignore
  assert.is(d.command(0xef, [[1, 0x77]]), 0x51);
  assert.is(d.command(0x40, d.lba(0, 100)), 0x50);
  assert.is(d.command(0x40, d.lba(0, 101)), 0x51);
  d.command(0xe5);
  assert.is(d.in(0x1f2), 0xff);
  assert.is(d.command(0xc8, d.lba(0, 1)), 0x51, 'no DMA');
  assert.is(d.in(0x1f1), 4);
  assert.is(d.command(0x00), 0x51);
});

test('state is saved in the middle of a transfer', () => {
  const image = { hda: bytesImage(numbered(10, 512)) };
  const d = drive(image);
  d.command(0x20, d.lba(3, 2));
  d.words(100);
  const saved = structuredClone(d.device.save?.());
  const other = drive(image);
  other.device.restore?.(saved);
  other.words(156);
  assert.is(long(other.words(256)), 4);
  assert.is(other.in(0x1f7), 0x50);
});

/** Sends a packet; the data that comes back. */
function packet(d: ReturnType<typeof drive>, bytes: readonly number[], limit = 0xfffe): Uint8Array {
  d.command(0xa0, [[6, 0], [1, 0], [4, limit & 0xff], [5, limit >> 8]]); // prettier-ignore
  assert.is(d.in(d.base + 2), 1, 'a packet is wanted');
  const padded = [...bytes, ...new Array<number>(12 - bytes.length).fill(0)];
  for (let i = 0; i < 12; i += 2) d.out(d.base, padded[i] | (padded[i + 1] << 8), 2);
  const parts: Uint8Array[] = [];
  while ((d.in(d.base + 7) & 8) !== 0) {
    assert.is(d.in(d.base + 2), 2, 'data for the host');
    const count = d.in(d.base + 4) | (d.in(d.base + 5) << 8);
    assert.ok(count <= limit);
    parts.push(d.words(Math.ceil(count / 2)).subarray(0, count));
  }
  assert.is(d.in(d.base + 2), 3, 'status');
  return Buffer.concat(parts);
}

test('ATAPI: signature, INQUIRY, capacity, reading in pieces, sense, table of contents', () => {
  const d = drive({ cdrom: bytesImage(numbered(40, 2048)) }, 0x170);
  assert.is(d.command(0xec), 0x51);
  assert.equal([d.in(0x174), d.in(0x175)], [0x14, 0xeb]);
  d.command(0xa1);
  assert.is(long(d.words(256)) & 0xffff, 0x85c0);
  assert.is(Buffer.from(packet(d, [0x12, 0, 0, 0, 36])).toString('latin1', 8, 32), 'TSKVM   CD-ROM          ');
  assert.equal([...packet(d, [0x25])], [0, 0, 0, 39, 0, 0, 8, 0]);
  assert.equal([...packet(d, [0])], []);
  const data = packet(d, [0x28, 0, 0, 0, 0, 37, 0, 0, 3], 3000);
  assert.equal([data.length, long(data), long(data, 2048), long(data, 4096)], [3 * 2048, 37, 38, 39]);
  assert.is(long(packet(d, [0xa8, 0, 0, 0, 0, 7, 0, 0, 0, 1])), 7);
  assert.equal([...packet(d, [0x28, 0, 0, 0, 0, 38, 0, 0, 3])], []);
  assert.is(d.in(0x177), 0x51);
  assert.is(d.in(0x171), 0x54);
  const sense = packet(d, [3, 0, 0, 0, 18]);
  assert.equal([sense[2], sense[12]], [5, 0x21]);
  packet(d, [0xff]);
  assert.is(packet(d, [3, 0, 0, 0, 18])[12], 0x20);
  assert.equal([...packet(d, [0x43, 0, 0, 0, 0, 0, 0, 0, 20])], [0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x16, 0xaa, 0, 0, 0, 0, 40]);
  assert.equal([...packet(d, [0x43, 2, 0, 0, 0, 0, 0xaa, 0, 12])].slice(-4), [0, 0, 2, 40]);
  packet(d, [0x1b, 0, 0, 0, 2]);
  packet(d, [0]);
  assert.is(packet(d, [3, 0, 0, 0, 18])[12], 0x3a, 'ejected');
});

test.run();
