/** Drives by their int 13h numbers: floppies from 0, disks from 0x80, the CD at 0xe0, and what El Torito puts before them. */
import type { DriveBay } from '../disks/drives.js';
import { biosGeometry, floppyGeometry } from '../disks/geometry.js';
import type { Geometry } from '../disks/geometry.js';
import { CD_SECTOR, SECTOR } from '../disks/medium.js';
import type { Medium } from '../disks/medium.js';

export { SECTOR };
/** Number of the first CD, as SeaBIOS has it. */
export const CD_DRIVE = 0xe0;

export interface Disk extends Geometry {
  readonly kind: 'floppy' | 'disk' | 'cd';
  readonly medium: Medium;
  /** Bytes a sector as int 13h counts them. */
  readonly sectorSize: number;
  /** Sectors in all. */
  readonly total: number;
  /** CMOS type of a floppy drive, 0 for others. */
  readonly floppyType: number;
  /** The first sector of the medium, for an image inside a CD. */
  readonly offset: number;
  readonly readOnly: boolean;
}

function floppy(medium: Medium): Disk {
  const { type, ...geometry } = floppyGeometry(medium.sectors);
  const common = { medium, sectorSize: SECTOR, total: medium.sectors, offset: 0, readOnly: false };
  return { kind: 'floppy', ...common, ...geometry, floppyType: type };
}

function fixed(medium: Medium): Disk {
  const common = { medium, sectorSize: SECTOR, total: medium.sectors, offset: 0, readOnly: false, floppyType: 0 };
  return { kind: 'disk', ...common, ...biosGeometry(medium.sectors) };
}

function cd(medium: Medium): Disk {
  const common = { medium, sectorSize: CD_SECTOR, total: medium.sectors, offset: 0, readOnly: true, floppyType: 0 };
  return { kind: 'cd', ...common, cylinders: 0, heads: 0, sectors: 0 };
}

/** The drives as int 13h numbers them. */
export function numberDrives(bay: DriveBay): Map<number, Disk> {
  const map = new Map<number, Disk>();
  const media = (...names: ('fda' | 'fdb' | 'hda' | 'hdb')[]): Medium[] =>
    names.map((name) => bay.get(name)).filter((medium) => medium !== null);
  const floppies = media('fda', 'fdb').map(floppy);
  const disks = media('hda', 'hdb').map(fixed);
  const disc = bay.get('cdrom');
  if (disc !== null) map.set(CD_DRIVE, cd(disc));
  const emulated = bay.boot?.emulation;
  if (disc !== null && emulated !== undefined) {
    const common = { medium: disc, sectorSize: SECTOR, offset: emulated.lba * (CD_SECTOR / SECTOR), readOnly: true };
    const { cylinders, heads, sectors, floppyType } = emulated;
    const image: Disk = {
      kind: floppyType > 0 ? 'floppy' : 'disk',
      ...common,
      cylinders,
      heads,
      sectors,
      floppyType,
      total: cylinders * heads * sectors,
    };
    (floppyType > 0 ? floppies : disks).unshift(image);
  }
  floppies.forEach((disk, i) => map.set(i, disk));
  disks.forEach((disk, i) => map.set(0x80 + i, disk));
  return map;
}

/** Reads `count` sectors from `lba` on into `target`. Inside a CD, sectors of 512 bytes come out of those of 2048. */
export function readSectors(disk: Disk, lba: number, count: number, target: Uint8Array): void {
  const { medium, sectorSize, offset } = disk;
  if (medium.sectorSize === sectorSize) {
    medium.read(lba, target.subarray(0, count * sectorSize));
    return;
  }
  const ratio = medium.sectorSize / sectorSize;
  const first = Math.floor((offset + lba) / ratio);
  const last = Math.floor((offset + lba + count - 1) / ratio);
  const whole = new Uint8Array((last - first + 1) * medium.sectorSize);
  medium.read(first, whole);
  const start = (offset + lba - first * ratio) * sectorSize;
  target.set(whole.subarray(start, start + count * sectorSize));
}
