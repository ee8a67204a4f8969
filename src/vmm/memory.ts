/** Guest memory by physical address: the map, zero-copy views, and reads and writes that may cross views. */
import { TskvmError } from '../diagnostics.js';
import type { MemoryRegion, MemoryView } from './engine.js';

const PAGE = 4096;
/** A PC leaves the last GiB below 4 GiB to devices; RAM beyond goes above 4 GiB. */
const LOW_LIMIT = 0xc000_0000;
const HIGH_START = 2 ** 32;
/** 52 bits of physical address, SDM volume 3A 4.1.4. */
const LARGEST = 2 ** 52;

/** RAM of `size` bytes as a PC has it. @throws TskvmError for a size that no machine can have */
export function defaultMemoryMap(size: number): MemoryRegion[] {
  if (size > LARGEST)
    throw new TskvmError('a guest cannot have more than 4 PiB of memory, which is what a processor addresses', 2, [
      'Write for example --mem 64M.',
    ]);
  if (!Number.isSafeInteger(size) || size < PAGE || size % PAGE !== 0) {
    throw new TskvmError(`memory must be a multiple of 4 KiB, at least 4 KiB: not ${size} bytes`, 2, ['Write for example --mem 64M.']);
  }
  if (size <= LOW_LIMIT) return [{ address: 0, size, kind: 'ram' }];
  return [
    { address: 0, size: LOW_LIMIT, kind: 'ram' },
    { address: HIGH_START, size: size - LOW_LIMIT, kind: 'ram' },
  ];
}

/** Checks a map of the user's. @throws TskvmError */
export function checkMemoryMap(regions: readonly MemoryRegion[]): void {
  const sorted = [...regions].sort((a, b) => a.address - b.address);
  sorted.forEach((region, i) => {
    const at = `0x${region.address.toString(16)}`;
    if (
      !Number.isSafeInteger(region.address) ||
      region.address % PAGE !== 0 ||
      !Number.isSafeInteger(region.size) ||
      region.size % PAGE !== 0 ||
      region.size <= 0
    ) {
      throw new TskvmError(`memory at ${at}: address and size must be multiples of 4 KiB`);
    }
    const next = sorted[i + 1];
    if (next !== undefined && region.address + region.size > next.address) {
      throw new TskvmError(`memory at ${at} overlaps memory at 0x${next.address.toString(16)}`);
    }
  });
}

export class GuestMemory {
  constructor(
    private readonly viewsOf: () => readonly MemoryView[],
    private readonly size: string,
  ) {}

  get views(): readonly MemoryView[] {
    return this.viewsOf();
  }

  /** The bytes at [address, address + length) when they lie in one view, else null. */
  at(address: number, length: number): Uint8Array | null {
    for (const view of this.views) {
      if (address >= view.address && address + length <= view.address + view.size) return view.window(address - view.address, length);
    }
    return null;
  }

  /** Copies out as much as is mapped from `address` on; bytes without memory end it. */
  read(address: number, length: number): Uint8Array {
    const result = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const part = this.run(address + done, length - done);
      if (part === null) break;
      result.set(part, done);
      done += part.length;
    }
    return result.subarray(0, done);
  }

  /** Copies in. @throws TskvmError when part of it has no memory */
  write(address: number, data: Uint8Array, what = 'the image'): void {
    let done = 0;
    while (done < data.length) {
      const part = this.run(address + done, data.length - done);
      if (part === null) {
        const end = address + data.length;
        throw new TskvmError(
          `${what} does not fit: 0x${address.toString(16)} to 0x${end.toString(16)} is not all in guest memory (${this.size})`,
          2,
          ['Give the guest more memory (--mem 256M), or load it elsewhere (--at ADDRESS, or link it to another address).'],
        );
      }
      part.set(data.subarray(done, done + part.length));
      done += part.length;
    }
  }

  /** The longest piece from `address` on that one view holds, at most `length`. */
  private run(address: number, length: number): Uint8Array | null {
    for (const view of this.views) {
      const offset = address - view.address;
      if (offset >= 0 && offset < view.size) return view.window(offset, Math.min(length, view.size - offset));
    }
    return null;
  }
}
