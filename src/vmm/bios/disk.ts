/** int 13h: floppy and fixed disks by cylinder, head and sector, and the LBA extensions (EDD 3.0). */
import type { Disk } from './drives.js';
import { SECTOR } from './drives.js';
import { BDA } from './memory.js';
import type { Registers } from './registers.js';
import type { Bios, Service } from './service.js';

/** Status codes in ah. */
const OK = 0x00;
const BAD_COMMAND = 0x01;
const NOT_FOUND = 0x04;
const DMA_BOUNDARY = 0x09;
const NO_DRIVE = 0x80;

type Transfer = 'read' | 'write' | 'verify';

/** Ends a call: status in ah and in the data area, carry for failures. */
function finish(r: Registers, { memory }: Bios, status: number): void {
  r.ah = status;
  r.carry = status !== OK;
  memory.set8(r.dl >= 0x80 ? BDA.fixedDiskStatus : BDA.diskStatus, status);
}

/** Moves sectors between the image and memory; the number moved. */
function transfer(bios: Bios, disk: Disk, how: Transfer, lba: number, count: number, address: number): { status: number; done: number } {
  for (let i = 0; i < count; i++) {
    if (lba + i >= disk.total) return { status: NOT_FOUND, done: i };
    if (how === 'verify') continue;
    const sector = disk.bytes.subarray((lba + i) * SECTOR, (lba + i + 1) * SECTOR);
    const buffer = bios.memory.at(address + i * SECTOR, SECTOR);
    if (buffer === null) return { status: DMA_BOUNDARY, done: i };
    if (how === 'read') buffer.set(sector);
    else sector.set(buffer);
  }
  return { status: OK, done: count };
}

/** Functions 02h, 03h and 04h. */
function byGeometry(r: Registers, bios: Bios, disk: Disk, how: Transfer): void {
  const sector = r.cl & 0x3f;
  const cylinder = r.ch | ((r.cl & 0xc0) << 2);
  if (r.al === 0 || sector === 0 || r.al > 128) {
    finish(r, bios, BAD_COMMAND);
    return;
  }
  if (sector > disk.sectors || r.dh >= disk.heads || cylinder >= disk.cylinders) {
    r.al = 0;
    finish(r, bios, disk.floppyType === 0 ? BAD_COMMAND : NOT_FOUND);
    return;
  }
  const lba = (cylinder * disk.heads + r.dh) * disk.sectors + sector - 1;
  const { status, done } = transfer(bios, disk, how, lba, r.al, r.esAt(r.bx));
  r.al = done;
  finish(r, bios, status);
}

/** Functions 42h, 43h, 44h and 47h: a packet at ds:si with count, buffer and a 64-bit block number. */
function byPacket(r: Registers, bios: Bios, disk: Disk, how: Transfer): void {
  const { memory } = bios;
  const packet = r.dsAt(r.si);
  const count = memory.get16(packet + 2);
  if (memory.get8(packet) < 16) {
    finish(r, bios, BAD_COMMAND);
    return;
  }
  const lba = memory.get32(packet + 8) + memory.get32(packet + 12) * 2 ** 32;
  const { status, done } = transfer(bios, disk, how, lba, count, memory.get16(packet + 6) * 16 + memory.get16(packet + 4));
  memory.set16(packet + 2, done);
  finish(r, bios, status);
}

/** Function 08h. */
function parameters(r: Registers, bios: Bios, disk: Disk): void {
  const fixed = r.dl >= 0x80;
  const count = [...bios.drives.keys()].filter((n) => n >= 0x80 === fixed).length;
  // Fixed disks keep their last cylinder for diagnostics.
  const last = Math.max(0, disk.cylinders - (fixed ? 2 : 1));
  if (!fixed) {
    r.ax = 0;
    r.bx = disk.floppyType;
    r.es = 0xf000;
    r.di = 0xefc7;
  }
  r.ch = last & 0xff;
  r.cl = ((last >> 2) & 0xc0) | disk.sectors;
  r.dh = disk.heads - 1;
  r.dl = count;
  r.ah = OK;
  r.carry = false;
}

/** Function 48h: the table at ds:si. */
function driveTable(r: Registers, bios: Bios, disk: Disk): void {
  const { memory } = bios;
  const table = r.dsAt(r.si);
  const size = memory.get16(table);
  if (size < 26) {
    finish(r, bios, BAD_COMMAND);
    return;
  }
  memory.set16(table, size >= 30 ? 30 : 26);
  memory.set16(table + 2, 2);
  memory.set32(table + 4, disk.cylinders);
  memory.set32(table + 8, disk.heads);
  memory.set32(table + 12, disk.sectors);
  memory.set32(table + 16, disk.total);
  memory.set32(table + 20, 0);
  memory.set16(table + 24, SECTOR);
  if (size >= 30) memory.set32(table + 26, 0xffff_ffff);
  finish(r, bios, OK);
}

export const disk: Service = (r, bios) => {
  const { memory, drives } = bios;
  const drive = drives.get(r.dl);
  if (drive === undefined) {
    if (r.ah === 0x15) {
      r.ax = 0;
      r.carry = r.dl >= 0x80;
    } else if (r.ah === 0x08 && r.dl < 0x80) {
      r.ax = r.bx = r.cx = r.dx = 0;
      r.dl = [...drives.keys()].filter((n) => n < 0x80).length;
      r.carry = false;
    } else finish(r, bios, r.dl >= 0x80 || r.ah >= 0x40 ? BAD_COMMAND : r.ah === 0 ? OK : NO_DRIVE);
    return;
  }
  const fixed = r.dl >= 0x80;
  switch (r.ah) {
    case 0x00:
    case 0x0d:
    case 0x11:
      finish(r, bios, OK);
      return;
    case 0x01: {
      const status = memory.get8(fixed ? BDA.fixedDiskStatus : BDA.diskStatus);
      r.ah = status;
      r.carry = status !== OK;
      return;
    }
    case 0x02:
      byGeometry(r, bios, drive, 'read');
      return;
    case 0x03:
      byGeometry(r, bios, drive, 'write');
      return;
    case 0x04:
      byGeometry(r, bios, drive, 'verify');
      return;
    case 0x08:
      parameters(r, bios, drive);
      return;
    case 0x09:
    case 0x0c:
    case 0x10:
    case 0x14:
      finish(r, bios, OK);
      return;
    case 0x15:
      // 1: a floppy without change line; 3: a fixed disk with cx:dx sectors.
      if (fixed) {
        r.cx = drive.total >>> 16;
        r.dx = drive.total;
      }
      r.ah = fixed ? 3 : 1;
      r.carry = false;
      return;
    case 0x16:
      finish(r, bios, fixed ? BAD_COMMAND : OK);
      return;
    case 0x41:
      if (r.bx !== 0x55aa || !fixed) {
        finish(r, bios, BAD_COMMAND);
        return;
      }
      r.bx = 0xaa55;
      // Extended access and the drive table; version 3.0 of the extensions.
      r.cx = 0x0007;
      finish(r, bios, OK);
      r.ah = 0x30;
      return;
    case 0x42:
    case 0x43:
    case 0x44:
    case 0x47:
      if (fixed) byPacket(r, bios, drive, r.ah === 0x42 ? 'read' : r.ah === 0x43 ? 'write' : 'verify');
      else finish(r, bios, BAD_COMMAND);
      return;
    case 0x48:
      if (fixed) driveTable(r, bios, drive);
      else finish(r, bios, BAD_COMMAND);
      return;
    default:
      finish(r, bios, BAD_COMMAND);
      return 'unknown';
  }
};
