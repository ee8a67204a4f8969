/** The machine's drives: two floppies, two disks, a CD. The disk controller and the BIOS services see the same media. */
import { TskvmError } from '../../diagnostics.js';
import { defineDevice } from '../device.js';
import type { DeviceDefinition } from '../device.js';
import { CD_SECTOR, Medium, SECTOR, bytesImage } from './medium.js';
import type { ImageSource } from './medium.js';

export const driveNames = ['fda', 'fdb', 'hda', 'hdb', 'cdrom'] as const;
export type DriveName = (typeof driveNames)[number];

/** Images by drive. */
export type DriveImages = Partial<Record<DriveName, ImageSource>>;

/** A drive that is an image inside a CD (El Torito's emulation). */
export interface Emulation {
  /** The image's first sector on the CD. */
  readonly lba: number;
  /** El Torito's media type: 1 to 3 floppies, 4 a disk. */
  readonly type: number;
  /** CMOS type of the floppy drive, 0 for a disk. */
  readonly floppyType: number;
  readonly cylinders: number;
  readonly heads: number;
  readonly sectors: number;
}

/** Where the machine was booted from. */
export interface BootDrive {
  /** As int 13h counts: what the boot code finds in %dl. */
  readonly number: number;
  readonly emulation?: Emulation;
  /** What was loaded from a CD: sector on it, 512-byte sectors, address. */
  readonly load?: { readonly lba: number; readonly count: number; readonly address: number };
}

/** What devices see of the drives. */
export interface DriveBay {
  get(name: DriveName): Medium | null;
  /** null: not from a drive. */
  readonly boot: BootDrive | null;
}

export class Drives implements DriveBay {
  private readonly given = new Map<DriveName, Medium>();
  /** The drive that the boot image is in: until the next reset. */
  private booted: { name: DriveName; medium: Medium } | null = null;
  boot: BootDrive | null = null;

  constructor(images: DriveImages = {}) {
    for (const name of driveNames) {
      const image = images[name];
      if (image !== undefined) this.given.set(name, new Medium(image, name === 'cdrom' ? CD_SECTOR : SECTOR));
    }
  }

  get(name: DriveName): Medium | null {
    return this.booted?.name === name ? this.booted.medium : (this.given.get(name) ?? null);
  }

  /** True when there is a drive that came with an image of its own. */
  get any(): boolean {
    return this.given.size > 0;
  }

  /** The boot image goes into a drive. @throws TskvmError when that has an image of its own */
  insert(name: DriveName, image: Uint8Array): void {
    const other = this.given.get(name);
    if (other !== undefined) {
      throw new TskvmError(`two images for one drive: the boot image and --${name} ${other.source.name}`, 2, [
        `The image that is run is ${name} itself; without one the machine starts from --${name}.`,
      ]);
    }
    this.booted = { name, medium: new Medium(bytesImage(image), SECTOR) };
  }

  /** Snapshots, resets and closing, as a device has them; it claims no ports. */
  readonly device: DeviceDefinition = defineDevice({
    name: 'drives',
    description: 'disk images',
    reset: () => {
      this.booted = null;
      this.boot = null;
      for (const medium of this.given.values()) medium.reset();
    },
    save: () => ({
      boot: this.boot,
      written: driveNames.map((name) => this.get(name)?.save() ?? []),
      booted: this.booted === null ? null : { name: this.booted.name, bytes: contents(this.booted.medium) },
    }),
    restore: (saved) => {
      const state = saved as {
        boot: BootDrive | null;
        written: [number, Uint8Array][][];
        booted: { name: DriveName; bytes: Uint8Array } | null;
      };
      this.boot = state.boot;
      if (state.booted !== null) this.insert(state.booted.name, state.booted.bytes);
      driveNames.forEach((name, i) => this.get(name)?.restore(state.written[i]));
    },
    close: () => {
      for (const medium of this.given.values()) medium.source.close?.();
    },
  });
}

function contents({ source }: Medium): Uint8Array {
  const bytes = new Uint8Array(source.size);
  source.read(0, bytes);
  return bytes;
}
