/** Guest memory for the services, and the BIOS data area at 0x400 (IBM PC/AT technical reference). */
import type { DeviceContext } from '../device.js';

/** Addresses in the BIOS data area. */
export const BDA = {
  com: 0x400,
  lpt: 0x408,
  ebda: 0x40e,
  equipment: 0x410,
  memory: 0x413,
  shift: 0x417,
  /** Offsets of the keyboard buffer's head and tail in segment 0x40. */
  keyHead: 0x41a,
  keyTail: 0x41c,
  keyBuffer: 0x41e,
  diskStatus: 0x441,
  mode: 0x449,
  columns: 0x44a,
  pageSize: 0x44c,
  pageStart: 0x44e,
  cursors: 0x450,
  cursorShape: 0x460,
  page: 0x462,
  crtc: 0x463,
  ticks: 0x46c,
  midnight: 0x470,
  fixedDiskStatus: 0x474,
  fixedDisks: 0x475,
  fixedDiskControl: 0x476,
  /** int 15h wait: far pointer to the flag, microseconds, active. */
  waitFlag: 0x498,
  waitCount: 0x49c,
  waitActive: 0x4a0,
  lptTimeout: 0x478,
  comTimeout: 0x47c,
  keyStart: 0x480,
  keyEnd: 0x482,
  rows: 0x484,
  characterHeight: 0x485,
  keyboard: 0x496,
} as const;

/** Conventional memory ends where the extended BIOS data area begins: 1 KiB below 640 KiB. */
export const EBDA = 0x9fc00;

/** Physical memory with the guest's byte order. Reads outside RAM give ones, writes there are dropped. */
export class Memory {
  constructor(private readonly context: DeviceContext) {}

  get size(): number {
    return this.context.memorySize;
  }

  /** The bytes themselves, or null where no RAM is. */
  at(address: number, length: number): Uint8Array | null {
    try {
      return this.context.memory(address, length);
    } catch {
      return null;
    }
  }

  get8(address: number): number {
    return this.at(address, 1)?.[0] ?? 0xff;
  }
  get16(address: number): number {
    return this.get8(address) | (this.get8(address + 1) << 8);
  }
  get32(address: number): number {
    return (this.get16(address) | (this.get16(address + 2) << 16)) >>> 0;
  }
  set8(address: number, value: number): void {
    const bytes = this.at(address, 1);
    if (bytes !== null) bytes[0] = value;
  }
  set16(address: number, value: number): void {
    this.set8(address, value);
    this.set8(address + 1, value >> 8);
  }
  set32(address: number, value: number): void {
    this.set16(address, value);
    this.set16(address + 2, value >>> 16);
  }
}
