/** Starting from disks, floppies and CDs; what int 13h and the controller see of them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DriveImages } from '../../../src/vmm/disks/drives.js';
import { bytesImage, fileImage } from '../../../src/vmm/disks/medium.js';
import { createMachine } from '../../../src/vmm/machine.js';
import type { MachineOptions } from '../../../src/vmm/machine.js';
import { build } from '../guest.js';

const test = suite('drives');

const sector = (source: string): Uint8Array => build(`${source}\n.org 510\n.word 0xaa55`, 16, 0x7c00).chunks[0].data;

/** A disc with an El Torito catalog in sector 20 whose default entry is the image in sector 21. */
function disc(image: Uint8Array, type: number, count: number): Uint8Array {
  const bytes = new Uint8Array(2048 * (22 + Math.ceil(image.length / 2048) + 10));
  const text = (at: number, value: string): void => bytes.set(Buffer.from(value, 'latin1'), at);
  text(16 * 2048, '\x01CD001\x01');
  text(17 * 2048, '\0CD001\x01EL TORITO SPECIFICATION');
  bytes[17 * 2048 + 0x47] = 20;
  bytes.set([1, 0, 0, 0], 20 * 2048);
  // The words' sum is 0.
  bytes.set([0xaa, 0x55, 0x55, 0xaa], 20 * 2048 + 28);
  bytes.set([0x88, type, 0, 0, 0, 0, count, 0, 21], 20 * 2048 + 32);
  bytes.set(image, 21 * 2048);
  return bytes;
}

async function start(drives: DriveImages, options: MachineOptions = {}, image: Uint8Array | null = null) {
  const machine = createMachine({ engine: 'soft', timeout: 60, drives, ...options });
  try {
    machine.load(image);
    const { ending } = await machine.run();
    const memory = machine.ram.read(0, 0x10000).slice();
    return { text: Buffer.from(machine.output()).toString('latin1'), ending: ending.kind, memory };
  } finally {
    machine.close();
  }
}

/** Prints the drive, then what `more` does. */
const hello = (letter: string, more = ''): string => `movb $'${letter}', %al; outb %al, $0xe9; movb %dl, 0x600; ${more}; cli; hlt`;

test('the first disk is booted, then the floppy, then the CD; another one when it is asked for', async () => {
  const hda = bytesImage(sector(hello('h')));
  const fda = bytesImage(sector(hello('f')));
  const all = await start({ hda, fda });
  assert.equal([all.text, all.memory[0x600], all.ending], ['h', 0x80, 'halt']);
  const floppy = await start({ hda: bytesImage(new Uint8Array(512)), fda });
  assert.equal([floppy.text, floppy.memory[0x600]], ['f', 0]);
  await start({ hda: bytesImage(new Uint8Array(512)), cdrom: bytesImage(new Uint8Array(4096)) }).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /none of the drives can be booted/),
  );
  await start({ hda }, {}, sector(hello('i'))).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /two images for one drive/),
  );
  await start({ hda }, { devices: [] }).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /no disk drives/),
  );
});

test('a CD without emulation: its sectors, its capacity, the status of function 4Bh', async () => {
  const code = sector(
    hello(
      'c',
      `xorw %ax, %ax; movw %ax, %ds
  movw $packet, %si; movb $0x42, %ah; int $0x13; movb %ah, 0x601
  movw $0x2000, %si; movw $30, (%si); movb $0x48, %ah; int $0x13; movb %ah, 0x602
  movw $0x2100, %si; movw $0x4b01, %ax; int $0x13; movb %ah, 0x603
  movw $packet, %si; movb $0x43, %ah; int $0x13; movb %ah, 0x604
  movb $0x45, %ah; movb $0, %al; int $0x13; movb $0x46, %ah; int $0x13; movb %ah, 0x605
  cli; hlt
packet: .byte 16, 0; .word 1, 0x3000, 0; .quad 16`,
    ),
  );
  const { text, memory } = await start({ cdrom: bytesImage(disc(code, 0, 4)) });
  assert.is(text, 'c');
  assert.is(memory[0x600], 0xe0);
  assert.equal([...memory.subarray(0x601, 0x606)], [0, 0, 0, 3, 0xb1]);
  assert.is(Buffer.from(memory.subarray(0x3001, 0x3006)).toString('latin1'), 'CD001');
  assert.is(memory[0x2018] | (memory[0x2019] << 8), 2048);
  assert.equal([...memory.subarray(0x2100, 0x2105), memory[0x210e]], [0x13, 0, 0xe0, 0, 21, 4]);
});

test('a CD that emulates a floppy: drive 0, its sectors out of those of the CD', async () => {
  const image = new Uint8Array(1440 * 1024);
  image.set(sector(hello('e', 'movw $0x0201, %ax; movw $0x3000, %bx; movw $3, %cx; movw $0x0100, %dx; int $0x13; movb %ah, 0x601; movw $0x0301, %ax; int $0x13; movb %ah, 0x602'))); // prettier-ignore
  // Head 1, sector 3: sector 20.
  image[20 * 512] = 0x5a;
  const { text, memory } = await start({ cdrom: bytesImage(disc(image, 2, 1)) });
  assert.is(text, 'e');
  assert.equal([memory[0x600], memory[0x601], memory[0x602], memory[0x3000]], [0, 0, 3, 0x5a]);
});

test('a written sector reaches the file with rw, and stays in memory without', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tskvm-'));
  try {
    const file = path.join(folder, 'disk.img');
    const image = new Uint8Array(1024 * 32);
    image.set(sector(hello('w', 'movw $0x7c00, %bx; movw $0x0301, %ax; movw $5, %cx; movb $0, %dh; movb $0x80, %dl; int $0x13')));
    writeFileSync(file, image);
    await start({ hda: fileImage(file, false) });
    assert.is(readFileSync(file)[4 * 512 + 510], 0);
    await start({ hda: fileImage(file, true) });
    assert.equal([...readFileSync(file).subarray(4 * 512 + 510, 5 * 512)], [0x55, 0xaa]);
    assert.throws(() => fileImage(path.join(folder, 'none'), false), /there is no such file/);
    writeFileSync(file, '');
    assert.throws(() => fileImage(file, false), /it is empty/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is written is part of a snapshot, and gone after a reset', async () => {
  const write = sector(hello('s', 'movw $0x7c00, %bx; movw $0x0301, %ax; movw $2, %cx; movb $0, %dh; movb $0x80, %dl; int $0x13'));
  const disk = new Uint8Array(1024);
  disk.set(write);
  const machine = createMachine({ engine: 'soft', boot: 'sector', timeout: 60 });
  try {
    const second = (): number => {
      const sectorBytes = new Uint8Array(512);
      machine.drives?.get('hda')?.read(1, sectorBytes);
      return sectorBytes[511];
    };
    machine.load(disk);
    await machine.run();
    assert.is(second(), 0xaa);
    const snapshot = machine.snapshot();
    machine.drives?.get('hda')?.write(1, new Uint8Array(512));
    machine.restore(snapshot);
    assert.is(second(), 0xaa);
    machine.reset();
    machine.load(disk);
    assert.is(second(), 0);
  } finally {
    machine.close();
  }
});

test.run();
