/** What the services share. One file a service; `index.ts` has the table by vector. */
import type { DeviceContext } from '../device.js';
import type { VgaDevice } from '../devices/vga/index.js';
import type { Disk } from './drives.js';
import type { Memory } from './memory.js';
import type { Registers } from './registers.js';

export interface Bios {
  readonly context: DeviceContext;
  readonly memory: Memory;
  /** The display adapter, or null on boards without one. */
  readonly vga: VgaDevice | null;
  /** Number of the VBE mode, as it was set; 0 in all others. */
  vbeMode: number;
  /** By drive number: 0 and 1 floppies, 0x80 and up fixed disks, 0xe0 the CD. */
  drives: Map<number, Disk>;
  /** Wall-clock time of the guest, in milliseconds since 1970, local time read as UTC. */
  wallClock(): number;
  /** How often int 13h has locked the CD drive. */
  cdLocks: number;
  /** Calls off the event of int 15h function 83h, or null. */
  cancelEvent: (() => void) | null;
  /** An APM idle call has been put to sleep, and returns when it is asked again. */
  idling: boolean;
  /** Guest time at which an int 15h wait is over, or null. */
  waitUntil: bigint | null;
}

/** What a service says: undefined when done, `unknown` function, `wait` for an interrupt and ask again, `poll` ask again at once, `never` comes back. */
export type Verdict = 'unknown' | 'wait' | 'poll' | 'never' | undefined;

/** Reads and changes the caller's registers. */
export type Service = (registers: Registers, bios: Bios) => Verdict | void;
