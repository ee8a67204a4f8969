/** Disk images by sector. What a guest writes stays in memory, sector by sector, unless the image was opened for writing. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { TskvmError } from '../../diagnostics.js';

export const SECTOR = 512;
export const CD_SECTOR = 2048;

/** The bytes behind a medium. Reads beyond the end give zeros. */
export interface ImageSource {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  read(at: number, target: Uint8Array): void;
  /** Only there when writes go to the image itself. */
  write?(at: number, bytes: Uint8Array): void;
  close?(): void;
}

/** An image in memory; it is never written to. */
export function bytesImage(bytes: Uint8Array, name = 'the boot image'): ImageSource {
  return {
    name,
    size: bytes.length,
    read(at, target) {
      const part = bytes.subarray(Math.min(at, bytes.length), Math.min(at + target.length, bytes.length));
      target.set(part);
      target.fill(0, part.length);
    },
  };
}

/** An image file, read as it is needed. @throws TskvmError when it cannot be opened, is no file, or is empty */
export function fileImage(name: string, writable: boolean): ImageSource {
  let fd: number;
  try {
    fd = openSync(name, writable ? 'r+' : 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' || code === 'EROFS' ? 'no permission' : String(code);
    throw new TskvmError(`disk image ${name}: ${why}`, 2, writable ? ['Without ,rw writes stay in memory, and reading suffices.'] : []);
  }
  const state = fstatSync(fd);
  if (!state.isFile() || state.size === 0) {
    closeSync(fd);
    throw new TskvmError(`disk image ${name}: ${state.isFile() ? 'it is empty' : 'it is not a file'}`, 2, [
      `Make one of 10 MiB: truncate -s 10M ${state.isFile() ? name : 'disk.img'}`,
    ]);
  }
  let open = true;
  return {
    name,
    size: state.size,
    read(at, target) {
      let done = 0;
      while (open && done < target.length) {
        const count = readSync(fd, target, done, target.length - done, at + done);
        if (count <= 0) break;
        done += count;
      }
      target.fill(0, done);
    },
    ...(writable
      ? {
          write(at: number, bytes: Uint8Array) {
            for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
          },
        }
      : {}),
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/** A disk or CD: sectors of `sectorSize` bytes, a last partial one filled up with zeros. */
export class Medium {
  /** Sectors in all. */
  readonly sectors: number;
  private changed = new Map<number, Uint8Array>();

  constructor(
    readonly source: ImageSource,
    readonly sectorSize: number,
  ) {
    this.sectors = Math.max(1, Math.ceil(source.size / sectorSize));
  }

  /** Reads whole sectors from `lba` on; `lba` and what follows lie inside the medium. */
  read(lba: number, target: Uint8Array): void {
    const { sectorSize, changed } = this;
    this.source.read(lba * sectorSize, target);
    if (changed.size === 0) return;
    for (let at = 0; at < target.length; at += sectorSize) {
      const own = changed.get(lba + at / sectorSize);
      if (own !== undefined) target.set(own, at);
    }
  }

  /** Writes whole sectors. An image file grows to whole sectors when it is written to there. */
  write(lba: number, bytes: Uint8Array): void {
    const { sectorSize, source } = this;
    if (source.write !== undefined) {
      source.write(lba * sectorSize, bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += sectorSize) {
      this.changed.set(lba + at / sectorSize, bytes.slice(at, at + sectorSize));
    }
  }

  /** Forgets what has been written (to memory). */
  reset(): void {
    this.changed.clear();
  }

  save(): [number, Uint8Array][] {
    return [...this.changed].map(([lba, bytes]) => [lba, bytes.slice()]);
  }

  restore(saved: readonly [number, Uint8Array][]): void {
    this.changed = new Map(saved.map(([lba, bytes]) => [lba, bytes.slice()]));
  }
}
