/** int 13h: floppies and disks by cylinder, head and sector; the LBA extensions (EDD 3.0) and CDs are in disk-extensions.ts. */
import { extensions } from './disk-extensions.js';
import type { Disk } from './drives.js';
import { readSectors } from './drives.js';
import { BDA } from './memory.js';
import type { Registers } from './registers.js';
import type { Bios, Service, Verdict } from './service.js';

/** Status codes in ah. */
export const status = {
  ok: 0x00,
  badCommand: 0x01,
  writeProtected: 0x03,
  notFound: 0x04,
  boundary: 0x09,
  badMedia: 0x0c,
  notLocked: 0xb0,
  locked: 0xb1,
  notRemovable: 0xb2,
} as const;

export type Transfer = 'read' | 'write' | 'verify';

/** Ends a call: status in ah and in the data area, carry for failures. */
export function finish(r: Registers, { memory }: Bios, code: number): void {
  r.ah = code;
  r.carry = code !== status.ok;
  memory.set8(r.dl >= 0x80 ? BDA.fixedDiskStatus : BDA.diskStatus, code);
}

/** Moves sectors between the medium and memory; the number moved. */
export function transfer(
  bios: Bios,
  disk: Disk,
  how: Transfer,
  lba: number,
  count: number,
  address: number,
): { code: number; done: number } {
  const { sectorSize } = disk;
  if (how === 'write' && disk.readOnly) return { code: status.writeProtected, done: 0 };
  for (let i = 0; i < count; i++) {
    if (lba + i >= disk.total) return { code: status.notFound, done: i };
    if (how === 'verify') continue;
    const buffer = bios.memory.at(address + i * sectorSize, sectorSize);
    if (buffer === null) return { code: status.boundary, done: i };
    if (how === 'read') readSectors(disk, lba + i, 1, buffer);
    else disk.medium.write(lba + i, buffer);
  }
  return { code: status.ok, done: count };
}

/** Functions 02h, 03h and 04h. */
function byGeometry(r: Registers, bios: Bios, disk: Disk, how: Transfer): void {
  const sector = r.cl & 0x3f;
  const cylinder = r.ch | ((r.cl & 0xc0) << 2);
  if (r.al === 0 || sector === 0 || r.al > 128) {
    finish(r, bios, status.badCommand);
    return;
  }
  if (sector > disk.sectors || r.dh >= disk.heads || cylinder >= disk.cylinders) {
    finish(r, bios, disk.kind === 'floppy' ? status.notFound : status.badCommand);
    return;
  }
  const lba = (cylinder * disk.heads + r.dh) * disk.sectors + sector - 1;
  const { code, done } = transfer(bios, disk, how, lba, r.al, r.esAt(r.bx));
  r.al = done;
  finish(r, bios, code);
}

/** Function 05h: a floppy's track gets the fill byte of the diskette parameters; disks are formatted always. */
function format(r: Registers, bios: Bios, disk: Disk): void {
  const cylinder = r.ch;
  if (disk.kind === 'disk') {
    finish(r, bios, status.ok);
    return;
  }
  if (disk.kind !== 'floppy' || r.al === 0 || r.dh >= disk.heads || cylinder >= disk.cylinders) {
    finish(r, bios, status.badCommand);
    return;
  }
  if (disk.readOnly) {
    finish(r, bios, status.writeProtected);
    return;
  }
  const first = (cylinder * disk.heads + r.dh) * disk.sectors;
  const blank = new Uint8Array(disk.sectorSize).fill(0xf6);
  for (let i = 0; i < Math.min(r.al, disk.sectors) && first + i < disk.medium.sectors; i++) disk.medium.write(first + i, blank);
  finish(r, bios, status.ok);
}

/** Drives of one kind, by number. */
const numbers = (bios: Bios, fixed: boolean): number[] => [...bios.drives.keys()].filter((n) => n < 0xe0 && n >= 0x80 === fixed);

/** Function 08h. */
function parameters(r: Registers, bios: Bios, disk: Disk): void {
  const fixed = disk.kind === 'disk';
  // Fixed disks keep their last cylinder for diagnostics.
  const last = Math.max(0, disk.cylinders - (fixed ? 2 : 1));
  if (!fixed) {
    r.bx = disk.floppyType;
    r.es = 0xf000;
    r.di = 0xefc7;
  }
  r.al = 0;
  r.ch = last & 0xff;
  r.cl = ((last >> 2) & 0xc0) | disk.sectors;
  r.dh = disk.heads - 1;
  finish(r, bios, status.ok);
  r.dl = numbers(bios, fixed).length;
}

/** Function 15h: 1 a floppy without change line; 3 a fixed disk with cx:dx sectors, its last cylinder left out. */
function type(r: Registers, disk: Disk): void {
  const fixed = disk.kind === 'disk';
  if (fixed) {
    const reachable = Math.min(disk.total, (disk.cylinders - 1) * disk.heads * disk.sectors);
    r.cx = reachable >>> 16;
    r.dx = reachable;
  }
  r.ah = fixed ? 3 : 1;
  r.carry = false;
}

/** A drive that is not there: every function fails. */
function missing(r: Registers, bios: Bios): void {
  finish(r, bios, status.badCommand);
}

/** Function 01h. */
function lastStatus(r: Registers, { memory }: Bios): void {
  const code = memory.get8(r.dl >= 0x80 ? BDA.fixedDiskStatus : BDA.diskStatus);
  r.ah = code;
  r.carry = code !== status.ok;
}

export const disk: Service = (r, bios): Verdict => {
  const drive = bios.drives.get(r.dl);
  // El Torito's function asks about the boot, not about a drive.
  if (r.ah >= 0x41 && (drive !== undefined || r.ah === 0x4b)) return extensions(r, bios, drive);
  if (drive === undefined) {
    missing(r, bios);
    return undefined;
  }
  const { kind } = drive;
  const geometric = kind !== 'cd';
  const answer = (code: number): void => finish(r, bios, code);
  switch (r.ah) {
    case 0x00:
    case 0x0d:
    case 0x11:
      answer(status.ok);
      return undefined;
    case 0x01:
      lastStatus(r, bios);
      return undefined;
    case 0x02:
    case 0x03:
    case 0x04:
      if (geometric) byGeometry(r, bios, drive, r.ah === 2 ? 'read' : r.ah === 3 ? 'write' : 'verify');
      else answer(status.badCommand);
      return undefined;
    case 0x05:
      format(r, bios, drive);
      return undefined;
    case 0x08:
      if (geometric) parameters(r, bios, drive);
      else answer(status.badCommand);
      return undefined;
    case 0x0c: {
      // Seek: the cylinder must be there.
      const there = geometric && (r.ch | ((r.cl & 0xc0) << 2)) < drive.cylinders && r.dh < drive.heads;
      answer(there ? status.ok : status.badCommand);
      return undefined;
    }
    case 0x09:
    case 0x10:
    case 0x14:
      answer(status.ok);
      return undefined;
    case 0x15:
      if (geometric) type(r, drive);
      else answer(status.badCommand);
      return undefined;
    case 0x16:
      // The disk has not been changed; fixed ones have no change line.
      answer(kind === 'floppy' ? status.ok : status.badCommand);
      return undefined;
    case 0x17:
      answer(kind === 'floppy' ? status.ok : status.badCommand);
      return undefined;
    case 0x18: {
      // Media type for a format: the parameters at es:di when the drive has that many tracks and sectors.
      const fits = kind === 'floppy' && (r.cl & 0x3f) === drive.sectors && r.ch === drive.cylinders - 1;
      if (fits) {
        r.es = 0xf000;
        r.di = 0xefc7;
      }
      answer(fits ? status.ok : kind === 'floppy' ? status.badMedia : status.badCommand);
      return undefined;
    }
    default:
      answer(status.badCommand);
      return 'unknown';
  }
};
