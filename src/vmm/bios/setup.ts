/** What a PC's firmware leaves in memory: vectors, data areas, the services' code, the power-on text screen. */
import { BDA, EBDA } from './memory.js';
import type { Memory } from './memory.js';
import type { Bios } from './service.js';
import { ENTRIES, SEGMENT, stubBytes, vectorOffset } from './stubs.js';
import { CONFIGURATION } from './system.js';
import { DAY_TICKS } from './time.js';
import { functionality, FUNCTIONALITY } from './video/state.js';
import { writeModeList } from './video/vbe.js';
import { romPointer, setMode, writeVideoRom } from './video/modes.js';

const KEY_BUFFER = 0x1e;
const KEY_BUFFER_END = 0x3e;
/** Floppy parameters that vector 1eh points to (1.44 MB), and the geometry of fixed disks 1 and 2 (41h, 46h). */
const DISKETTE_TABLE = 0xefc7;
const disketteTable = [0xaf, 0x02, 0x25, 0x02, 0x12, 0x1b, 0xff, 0x6c, 0xf6, 0x0f, 0x08];
/** Model FC (AT), BIOS date and a far jump that ends in int 19h, where programs look for them. */
const RESET_ENTRY = 0xfff0;

function writeVectors(memory: Memory): void {
  for (let vector = 0; vector < 256; vector++) {
    // The vectors for programs (60h to 67h) and those from 78h on point nowhere on a PC; here they are caught and named.
    memory.set32(vector * 4, SEGMENT * 65536 + vectorOffset(vector));
  }
  memory.set32(0x1e * 4, SEGMENT * 65536 + DISKETTE_TABLE);
  memory.set32(0x1d * 4, 0);
  memory.set32(0x1f * 4, 0);
}

function writeRom(memory: Memory): void {
  const base = SEGMENT * 16;
  memory.at(base + ENTRIES, stubBytes().length)?.set(stubBytes());
  memory.at(base + DISKETTE_TABLE, disketteTable.length)?.set(disketteTable);
  // Length, model FC, submodel, revision, features: second PIC, clock, keyboard intercept.
  memory.at(base + CONFIGURATION, 10)?.set([8, 0, 0xfc, 0, 1, 0x74, 0, 0, 0, 0]);
  // int 0x19; hlt; then the date and the model.
  memory.at(base + RESET_ENTRY, 16)?.set([0xcd, 0x19, 0xf4, 0, 0, ...[...'01/01/24'].map((c) => c.charCodeAt(0)), 0, 0xfc, 0]);
}

/** A UART's scratch register or interrupt enable register keeps what is written: nothing else does at these ports. */
function serialThere({ context }: Bios, port: number): boolean {
  const { ports } = context;
  if (ports === undefined) return port === 0x3f8;
  const before = ports.in(port + 1);
  ports.out(port + 1, 2);
  const there = ports.in(port + 1) === 2 && (ports.in(port + 2) & 0x30) === 0;
  ports.out(port + 1, before);
  return there;
}

function writeDataArea(bios: Bios): void {
  const { memory, drives } = bios;
  memory.at(0x400, 0x100)?.fill(0);
  const floppies = [...drives.keys()].filter((drive) => drive < 0x80).length;
  // Serial ports that answer, in their order; their time-outs in ticks.
  const answering = [0x3f8, 0x2f8, 0x3e8, 0x2e8].filter((port) => serialThere(bios, port));
  answering.forEach((port, i) => memory.set16(BDA.com + i * 2, port));
  memory.at(BDA.comTimeout, answering.length)?.fill(0x0a);
  memory.set16(BDA.ebda, EBDA >> 4);
  // 80×25 colour, coprocessor, mouse, one serial port, the floppies' number less one.
  memory.set16(BDA.equipment, (answering.length << 9) | 0x0020 | 0x0006 | (floppies > 0 ? ((floppies - 1) << 6) | 1 : 0));
  memory.set16(BDA.memory, EBDA / 1024);
  memory.set16(BDA.keyHead, KEY_BUFFER);
  memory.set16(BDA.keyTail, KEY_BUFFER);
  memory.set16(BDA.keyStart, KEY_BUFFER);
  memory.set16(BDA.keyEnd, KEY_BUFFER_END);
  memory.set8(BDA.keyboard, 0x10);
  memory.set8(BDA.fixedDiskControl, 0xc0);
  memory.set8(BDA.fixedDisks, [...drives.keys()].filter((drive) => drive >= 0x80 && drive < 0xe0).length);
  const day = bios.wallClock() % 86_400_000;
  memory.set32(BDA.ticks, Math.floor((day * DAY_TICKS) / 86_400_000));
  // The extended data area begins with its size in KiB.
  memory.at(EBDA, 1024)?.fill(0);
  memory.set8(EBDA, 1);
}

/** Fills memory for a boot sector. */
export function setUp(bios: Bios): void {
  writeVectors(bios.memory);
  writeRom(bios.memory);
  writeDataArea(bios);
  writeVideoRom(bios.memory);
  writeModeList(bios.memory);
  bios.memory.at((romPointer(0) >>> 16) * 16 + FUNCTIONALITY, functionality.length)?.set(functionality);
  // The adapter's power-on state is this mode already.
  setMode(bios, 3, false);
}
