/** int 13h, functions 41h to 4Eh: disks and CDs by LBA (Phoenix EDD 3.0), removable media, the El Torito status. */
import { finish, status, transfer } from './disk.js';
import type { Transfer } from './disk.js';
import { CD_DRIVE } from './drives.js';
import type { Disk } from './drives.js';
import type { Memory } from './memory.js';
import type { Registers } from './registers.js';
import type { Bios, Verdict } from './service.js';

/** Bytes of the table of function 48h: version 1, version 2, version 3 with the device path. */
const TABLE = [26, 30, 66] as const;
/** Bytes of the packet that function 4Bh fills. */
const SPECIFICATION = 0x13;

/** Functions 42h, 43h and 44h: a packet at ds:si with count, buffer and a 64-bit block number. */
function byPacket(r: Registers, bios: Bios, disk: Disk, how: Transfer): void {
  const { memory } = bios;
  const packet = r.dsAt(r.si);
  const count = memory.get16(packet + 2);
  const size = memory.get8(packet);
  if (size < 16) {
    finish(r, bios, status.badCommand);
    return;
  }
  const lba = memory.get32(packet + 8) + memory.get32(packet + 12) * 2 ** 32;
  const [offset, segment] = [memory.get16(packet + 4), memory.get16(packet + 6)];
  // A packet of 24 bytes may have a flat 64-bit address instead of seg:offset ffff:ffff.
  const flat = size >= 24 && offset === 0xffff && segment === 0xffff;
  const address = flat ? memory.get32(packet + 16) + memory.get32(packet + 20) * 2 ** 32 : segment * 16 + offset;
  if (lba >= disk.total) {
    memory.set16(packet + 2, 0);
    finish(r, bios, status.badCommand);
    return;
  }
  const { code, done } = transfer(bios, disk, how, lba, count, address);
  memory.set16(packet + 2, done);
  finish(r, bios, code);
}

/** The device path of version 3: bus, interface, where the drive hangs; ends in a checksum. */
function devicePath(memory: Memory, table: number, drive: number, disk: Disk): void {
  const bytes = new Uint8Array(TABLE[2] - TABLE[1]);
  const ascii = (at: number, text: string): void => bytes.set(Buffer.from(text, 'latin1'), at);
  bytes.set([0xdd, 0xbe, 36]);
  ascii(6, 'ISA ');
  ascii(10, disk.kind === 'cd' ? 'ATAPI   ' : 'ATA     ');
  // The channel's base port; the device on it.
  const port = disk.kind === 'cd' ? 0x170 : 0x1f0;
  bytes.set([port & 0xff, port >> 8], 18);
  bytes[26] = drive & 1;
  bytes[35] = -bytes.reduce((sum, byte) => sum + byte, 0);
  memory.at(table + TABLE[1], bytes.length)?.set(bytes);
}

/** Function 48h: the table at ds:si. */
function driveTable(r: Registers, bios: Bios, disk: Disk): void {
  const { memory } = bios;
  const table = r.dsAt(r.si);
  const room = memory.get16(table);
  const size = TABLE.findLast((bytes) => room >= bytes);
  if (size === undefined) {
    finish(r, bios, status.badCommand);
    return;
  }
  memory.set16(table, size);
  const removable = disk.kind === 'cd';
  // Geometry is valid; or: removable, with change line, lockable, maxima instead of geometry.
  memory.set16(table + 2, removable ? 0x74 : disk.total > 63 * 255 * 1024 ? 0 : 2);
  const geometry = removable ? [0xffff_ffff, 0xffff_ffff, 0xffff_ffff] : [disk.cylinders, disk.heads, disk.sectors];
  geometry.forEach((value, i) => memory.set32(table + 4 + i * 4, value));
  memory.set32(table + 16, removable ? 0xffff_ffff : disk.total % 2 ** 32);
  memory.set32(table + 20, removable ? 0xffff_ffff : Math.floor(disk.total / 2 ** 32));
  memory.set16(table + 24, disk.sectorSize);
  if (size >= TABLE[1]) memory.set32(table + 26, 0xffff_ffff);
  if (size >= TABLE[2]) devicePath(memory, table, r.dl, disk);
  finish(r, bios, status.ok);
}

/** Function 4Bh: the specification packet at ds:si; al = 0 ends the emulation, al = 1 only asks. */
function bootStatus(r: Registers, bios: Bios): void {
  const boot = bios.context.drives?.boot;
  if (r.al > 1) {
    finish(r, bios, status.badCommand);
    return;
  }
  // Not from a CD: a packet of zeros.
  const { emulation, load = { lba: 0, count: 0, address: 0 }, number } = boot?.load === undefined ? { number: 0 } : boot;
  const bytes = new Uint8Array(SPECIFICATION);
  const view = new DataView(bytes.buffer);
  bytes.set([SPECIFICATION, emulation?.type ?? 0, number, 0]);
  view.setUint32(4, load.lba, true);
  view.setUint16(8, 0, true);
  view.setUint16(12, load.address >> 4, true);
  view.setUint16(14, load.count, true);
  if (emulation !== undefined) {
    bytes[16] = (emulation.cylinders - 1) & 0xff;
    bytes[17] = (((emulation.cylinders - 1) >> 2) & 0xc0) | emulation.sectors;
    bytes[18] = emulation.heads - 1;
  }
  bios.memory.at(r.dsAt(r.si), bytes.length)?.set(bytes);
  if (r.al === 0 && emulation !== undefined) bios.drives.delete(number);
  finish(r, bios, status.ok);
}

/** Function 45h: 0 lock, 1 unlock, 2 state; only a CD can be locked. */
function lock(r: Registers, bios: Bios): void {
  if (r.dl !== CD_DRIVE || r.al > 2) {
    finish(r, bios, r.dl === CD_DRIVE ? status.badCommand : status.ok);
    return;
  }
  if (r.al === 0) bios.cdLocks = Math.min(255, bios.cdLocks + 1);
  else if (r.al === 1 && bios.cdLocks === 0) {
    r.al = 0;
    finish(r, bios, status.notLocked);
    return;
  } else if (r.al === 1) bios.cdLocks -= 1;
  r.al = bios.cdLocks > 0 ? 1 : 0;
  finish(r, bios, status.ok);
}

export function extensions(r: Registers, bios: Bios, disk: Disk | undefined): Verdict {
  const answer = (code: number): void => finish(r, bios, code);
  if (r.ah === 0x4b) {
    bootStatus(r, bios);
    return undefined;
  }
  if (disk === undefined || disk.kind === 'floppy') {
    answer(status.badCommand);
    return undefined;
  }
  switch (r.ah) {
    case 0x41:
      if (r.bx !== 0x55aa) {
        answer(status.badCommand);
        return undefined;
      }
      r.bx = 0xaa55;
      // Extended access, removable media, the drive table; version 3.0 of the extensions.
      r.cx = 0x0007;
      answer(status.ok);
      r.ah = 0x30;
      return undefined;
    case 0x42:
    case 0x43:
    case 0x44:
      byPacket(r, bios, disk, r.ah === 0x42 ? 'read' : r.ah === 0x43 ? 'write' : 'verify');
      return undefined;
    case 0x47:
      // Seek: nothing has to move.
      answer(status.ok);
      return undefined;
    case 0x45:
      lock(r, bios);
      return undefined;
    case 0x46:
      // Eject: the CD stays in its drive.
      answer(disk.kind !== 'cd' ? status.notRemovable : bios.cdLocks > 0 ? status.locked : status.ok);
      return undefined;
    case 0x48:
      driveTable(r, bios, disk);
      return undefined;
    case 0x49:
      // The medium has not been changed.
      answer(status.ok);
      return undefined;
    case 0x4e:
      // Hardware configuration: prefetch and PIO modes may be set, DMA may only be off.
      if (![0x00, 0x01, 0x03, 0x04, 0x06].includes(r.al)) {
        answer(status.badCommand);
        return undefined;
      }
      answer(status.ok);
      return undefined;
    default:
      answer(status.badCommand);
      return 'unknown';
  }
}
