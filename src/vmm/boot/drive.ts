/** Starting from a drive: the first sector of a disk or floppy, or what a CD's El Torito catalog names (El Torito 1.0, Phoenix and IBM). */
import { TskvmError } from '../../diagnostics.js';
import type { BootDrive, Drives, Emulation } from '../disks/drives.js';
import { floppyGeometry } from '../disks/geometry.js';
import { CD_SECTOR, SECTOR } from '../disks/medium.js';
import type { Medium } from '../disks/medium.js';

export interface DriveStart {
  readonly drive: BootDrive;
  /** What is loaded, and where. */
  readonly bytes: Uint8Array;
  readonly address: number;
}

const SECTOR_ADDRESS = 0x7c00;
const CD_DRIVE = 0xe0;
/** The volume descriptor in this sector of a CD is the boot record. */
const BOOT_RECORD = 17;
const EL_TORITO = 'EL TORITO SPECIFICATION';

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length)).replace(/\0+$/, '');
const little = (bytes: Uint8Array, at: number, length: number): number =>
  bytes.subarray(at, at + length).reduceRight((sum, byte) => sum * 256 + byte, 0);

function sector(medium: Medium, lba: number): Uint8Array {
  const bytes = new Uint8Array(medium.sectorSize);
  if (lba < medium.sectors) medium.read(lba, bytes);
  return bytes;
}

/** @param wanted the drive number that was asked for, or null: disk, floppy, CD in this order. @throws TskvmError when nothing can be booted */
export function bootFromDrive(drives: Drives, wanted: number | null): DriveStart {
  const reasons: string[] = [];
  const attempt = (name: 'hda' | 'fda', number: number): DriveStart | null => {
    const medium = drives.get(name);
    if (medium === null) return null;
    const bytes = sector(medium, 0);
    if (bytes[510] === 0x55 && bytes[511] === 0xaa) return { drive: { number }, bytes, address: SECTOR_ADDRESS };
    reasons.push(`${medium.source.name} does not end its first sector in 0x55 0xaa`);
    return null;
  };
  const disc = (): DriveStart | null => {
    const medium = drives.get('cdrom');
    if (medium === null) return null;
    const found = elTorito(medium);
    if (typeof found !== 'string') return found;
    reasons.push(`${medium.source.name}: ${found}`);
    return null;
  };
  const order = [() => attempt('hda', 0x80), () => attempt('fda', 0), disc];
  const chosen = wanted === null ? order : wanted === CD_DRIVE ? [disc] : wanted < 0x80 ? [order[1]] : [order[0]];
  for (const start of chosen) {
    const found = start();
    if (found !== null) return found;
  }
  throw new TskvmError('none of the drives can be booted', 2, reasons);
}

/** What the catalog's default entry starts, or why there is none. */
function elTorito(medium: Medium): DriveStart | string {
  const record = sector(medium, BOOT_RECORD);
  if (record[0] !== 0 || ascii(record, 1, 5) !== 'CD001' || ascii(record, 7, 32) !== EL_TORITO) return 'it has no El Torito boot record';
  const catalog = sector(medium, little(record, 0x47, 4));
  if (catalog[0] !== 1 || catalog[30] !== 0x55 || catalog[31] !== 0xaa) return 'its boot catalog has no validation entry';
  let sum = 0;
  for (let at = 0; at < 32; at += 2) sum += little(catalog, at, 2);
  if ((sum & 0xffff) !== 0) return "its boot catalog's checksum is wrong";
  if (catalog[32] !== 0x88) return 'the default entry of its boot catalog is not bootable';
  const type = catalog[33] & 15;
  const address = (little(catalog, 34, 2) || 0x7c0) * 16;
  const count = type === 0 ? little(catalog, 38, 2) || 1 : 1;
  const lba = little(catalog, 40, 4);
  const sectors = Math.ceil((count * SECTOR) / CD_SECTOR);
  if (lba >= medium.sectors || lba + sectors > medium.sectors) return 'its boot image lies behind its end';
  const bytes = new Uint8Array(sectors * CD_SECTOR);
  medium.read(lba, bytes);
  if (type === 0) return { drive: { number: CD_DRIVE, load: { lba, count, address } }, bytes, address };
  const emulation = emulate(type, lba, bytes);
  if (emulation === null) return `its boot image is of the unknown type ${type}`;
  const number = emulation.floppyType > 0 ? 0 : 0x80;
  return { drive: { number, emulation, load: { lba, count, address } }, bytes: bytes.subarray(0, SECTOR), address };
}

/** The geometry of the emulated drive: a floppy's is its type's, a disk's stands in its partition table. */
function emulate(type: number, lba: number, first: Uint8Array): Emulation | null {
  const total = [0, 2400, 2880, 5760][type];
  if (total !== undefined) {
    const { type: floppyType, ...geometry } = floppyGeometry(total);
    return { lba, type, floppyType, ...geometry };
  }
  if (type !== 4) return null;
  const [head, sectorAndHigh, low] = first.subarray(446 + 5, 446 + 8);
  const cylinders = (((sectorAndHigh & 0xc0) << 2) | low) + 1;
  return { lba, type, floppyType: 0, cylinders, heads: head + 1, sectors: sectorAndHigh & 0x3f || 63 };
}
