/**
 * BIOS services without a BIOS. Every interrupt vector points to a few bytes of code (stubs.ts) that leave the guest by
 * one port write; the services run here and change the caller's registers where the stub has saved them.
 */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import type { VgaDevice } from '../devices/vga/index.js';
import { defineDevice } from '../device.js';
import { bootAgain, noBoot } from './boot.js';
import { disk } from './disk.js';
import { numberDrives } from './drives.js';
import { equipment, memorySize } from './equipment.js';
import { keyboard } from './keyboard.js';
import { Memory } from './memory.js';
import { takeMouseByte } from './mouse.js';
import { printer } from './printer.js';
import { FRAME_SIZE, Registers } from './registers.js';
import { takeScanCode } from './scan-codes.js';
import { serial } from './serial.js';
import type { Bios, Service } from './service.js';
import { setUp } from './setup.js';
import { CALL_PORT, CLOCK_PORT, KEY_PORT, MOUSE_PORT } from './stubs.js';
import { system } from './system.js';
import { setClock, takeClockInterrupt, time } from './time.js';
import { video } from './video/index.js';

// prettier-ignore
const services: Readonly<Record<number, Service>> = {
  0x10: video,
  0x11: equipment,
  0x12: memorySize,
  0x13: disk,
  0x14: serial,
  0x15: system,
  0x16: keyboard,
  0x17: printer,
  0x18: noBoot,
  0x19: bootAgain,
  0x1a: time,
};

/** Vectors of the processor's exceptions, for the message that nothing handles them. */
const exceptions: Readonly<Record<number, string>> = {
  0: 'divide error',
  1: 'debug exception',
  2: 'non-maskable interrupt',
  3: 'breakpoint',
  4: 'overflow',
  5: 'print screen or bound exceeded',
  6: 'invalid opcode',
  7: 'no coprocessor',
};

const verdicts = { poll: 1, wait: 2, never: 3 } as const;
/** Services that exist nowhere are named so often, then no more. */
const MAX_NAMED = 64;

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** The machine asks it which drive to boot; undefined: any. */
export type BiosDevice = DeviceDefinition & { readonly bootDrive: number | undefined };

/** @param options `drive=0x00` boots as the first floppy; `date=2024-01-31T12:00:00` sets the clock */
export function biosDevice(options: Record<string, string> = {}): BiosDevice {
  const bootDrive = options.drive === undefined ? undefined : Number(options.drive);
  if (bootDrive !== undefined && ![0, 0x80, 0xe0].includes(bootDrive))
    throw new RangeError(`drive=${options.drive}: the boot drive is 0x00, 0x80 or, for a CD, 0xe0`);
  const fixedDate = options.date === undefined ? undefined : Date.parse(options.date.endsWith('Z') ? options.date : `${options.date}Z`);
  if (Number.isNaN(fixedDate)) throw new RangeError(`date=${options.date}: write for example date=2024-01-31T12:00:00`);
  let bios: Bios;
  let started = 0;
  const named = new Set<string>();

  const unknown = (r: Registers, ah: number, shown: string): void => {
    const exception = exceptions[r.vector];
    const key = exception === undefined ? `${r.vector} ${ah}` : `${r.vector}`;
    if (named.has(key) || named.size >= MAX_NAMED) return;
    named.add(key);
    const from = `${r.cs.toString(16).padStart(4, '0')}:${r.ip.toString(16).padStart(4, '0')}`;
    bios.context.warn(
      exception === undefined
        ? `int ${hex(r.vector)}, ah=${hex(ah)}: no such BIOS service (returns to ${from}; ${shown})`
        : `int ${hex(r.vector)} (${exception}) has no handler: the guest stops at ${from} (${shown})`,
    );
  };

  const call = (address: number): void => {
    const frame = bios.memory.at(address, FRAME_SIZE);
    // A stack outside RAM: nothing can be answered.
    if (frame === null) {
      bios.context.warn(`a BIOS service was called with its stack at 0x${address.toString(16)}, where no memory is`);
      return;
    }
    const r = new Registers(frame);
    r.verdict = 0;
    // A copy: a service that refuses has set ah and carry by then.
    const before = new Registers(frame.slice());
    const service = Object.hasOwn(services, r.vector) ? services[r.vector] : undefined;
    const verdict = service === undefined ? 'unknown' : (service(r, bios) ?? undefined);
    if (verdict === 'unknown') {
      unknown(r, before.ah, before.toString());
      // A faulting instruction would fault for ever.
      if (r.vector === 0 || r.vector === 6 || r.vector === 7) r.verdict = verdicts.never;
    } else if (verdict !== undefined) r.verdict = verdicts[verdict];
  };

  const reset = (): void => {
    named.clear();
    bios.waitUntil = null;
    bios.idling = false;
    bios.cancelEvent?.();
    bios.cancelEvent = null;
    bios.cdLocks = 0;
    bios.drives = new Map();
  };

  const device = defineDevice({
    name: 'bios',
    description: 'BIOS services (int 10h to 1ah) for --boot sector, with vectors and data areas',
    ports: [
      { start: CALL_PORT, length: 4 },
      { start: KEY_PORT, length: 3 },
    ],
    sizes: [1, 4],
    attach(context: DeviceContext) {
      bios = {
        context,
        memory: new Memory(context),
        drives: new Map(),
        get vga() {
          return (context.peer?.('vga') ?? null) as VgaDevice | null;
        },
        vbeMode: 0,
        waitUntil: null,
        cdLocks: 0,
        idling: false,
        cancelEvent: null,
        wallClock: () => started + Number(context.now() / 1_000_000n),
      };
    },
    reset,
    booted() {
      const bay = bios.context.drives;
      if (bay === undefined || bay.boot === null) return;
      if (bios.memory.at(0xf0000, 0x10000) === null) {
        bios.context.warn('there are no BIOS services: they need 1 MiB of memory');
        return;
      }
      reset();
      const now = new Date(bios.context.wallTime?.() ?? Date.now());
      started = fixedDate ?? now.getTime() - now.getTimezoneOffset() * 60_000;
      bios.drives = numberDrives(bay);
      if (fixedDate !== undefined) setClock(bios, new Date(fixedDate));
      setUp(bios);
    },
    in(offset, size, range) {
      if (range === 1 && size === 1 && offset === MOUSE_PORT - KEY_PORT) return takeMouseByte(bios) ? 1 : 0;
      if (range === 1 && size === 1 && offset === CLOCK_PORT - KEY_PORT) return takeClockInterrupt(bios) ? 1 : 0;
      return size === 1 ? 0xff : 0xffff_ffff;
    },
    out(offset, value, size, range) {
      if (range === 0 && offset === 0 && size === 4) call(value);
      else if (range === 1 && offset === 0) takeScanCode(bios, value & 0xff);
    },
    save: () => ({
      started,
      waitUntil: bios.waitUntil,
      vbeMode: bios.vbeMode,
    }),
    restore(saved) {
      const state = saved as { started: number; waitUntil: bigint | null; vbeMode: number };
      ({ started } = state);
      bios.waitUntil = state.waitUntil;
      bios.vbeMode = state.vbeMode;
      if (bios.context.drives !== undefined) bios.drives = numberDrives(bios.context.drives);
    },
  });
  return { ...device, bootDrive };
}
