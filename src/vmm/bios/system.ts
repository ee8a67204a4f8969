/** int 15h: memory map and sizes, waiting, A20, configuration; power management and the mouse have files of their own. */
import { apm } from './apm.js';
import { BDA, EBDA } from './memory.js';
import { pointingDevice } from './mouse.js';
import type { Registers } from './registers.js';
import type { Bios, Service } from './service.js';

const SMAP = 0x534d4150;
const MEGABYTE = 0x10_0000;
const UNSUPPORTED = 0x86;
/** Port 0x92's A20 bit. */
const FAST_A20 = 2;
/** A hlt may last as long as a timer tick; a shorter rest of a wait is polled. */
const TICK = 56_000_000n;
/** Where the configuration table of function c0h lies in segment 0xf000. */
export const CONFIGURATION = 0xe6f5;

/** Entries of the e820 map: address, length, type (1 usable, 2 reserved). */
export function memoryMap(size: number): [address: number, length: number, type: number][] {
  const map: [number, number, number][] = [
    [0, EBDA, 1],
    [EBDA, 0xa0000 - EBDA, 2],
    [0xf0000, 0x10000, 2],
  ];
  if (size > MEGABYTE) map.push([MEGABYTE, size - MEGABYTE, 1]);
  // Where firmware's ROM is.
  map.push([0xfffc_0000, 0x4_0000, 2]);
  return map;
}

function e820(r: Registers, { memory }: Bios): void {
  const map = memoryMap(memory.size);
  if (r.edx !== SMAP || r.ebx >= map.length || r.ecx < 20) {
    r.ah = UNSUPPORTED;
    r.carry = true;
    return;
  }
  const [address, length, type] = map[r.ebx];
  const buffer = r.esAt(r.di);
  [address, 0, length, 0, type].forEach((value, i) => memory.set32(buffer + i * 4, value));
  r.ebx = r.ebx + 1 < map.length ? r.ebx + 1 : 0;
  r.eax = SMAP;
  r.ecx = 20;
  r.carry = false;
}

/** Kilobytes between 1 and 16 MiB, and 64 KiB blocks above. */
function e801(r: Registers, { memory }: Bios): void {
  const extended = Math.max(0, memory.size - MEGABYTE);
  r.cx = Math.min(extended, 15 * MEGABYTE) / 1024;
  r.dx = Math.min(0xffff, Math.max(0, extended - 15 * MEGABYTE) / 65536);
  r.ax = r.cx;
  r.bx = r.dx;
  r.carry = false;
}

/** Functions 2400h to 2403h: what port 0x92 says; the line itself is always on here. */
function a20(r: Registers, { context: { ports } }: Bios): void {
  const control = ports?.in(0x92) ?? FAST_A20;
  if (r.al < 2) ports?.out(0x92, r.al === 1 ? control | FAST_A20 : control & ~FAST_A20 & 0xfe);
  else if (r.al === 2) r.al = (control & FAST_A20) !== 0 ? 1 : 0;
  else r.bx = 3;
  r.ah = 0;
  r.carry = false;
}

/** Function 83h: bit 7 of the byte at es:bx is set when cx:dx microseconds are over; al = 1 calls it off. */
function waitEvent(r: Registers, bios: Bios): void {
  const { memory, context } = bios;
  if (r.al === 1) {
    bios.cancelEvent?.();
    bios.cancelEvent = null;
    memory.set8(BDA.waitActive, 0);
    r.carry = false;
    return;
  }
  if (r.al !== 0 || (memory.get8(BDA.waitActive) & 1) !== 0) {
    r.ah = UNSUPPORTED;
    r.carry = true;
    return;
  }
  const flag = r.esAt(r.bx);
  const microseconds = r.cx * 65536 + r.dx;
  memory.set16(BDA.waitFlag, r.bx);
  memory.set16(BDA.waitFlag + 2, r.es);
  memory.set32(BDA.waitCount, microseconds);
  memory.set8(BDA.waitActive, 1);
  bios.cancelEvent = context.timer(BigInt(microseconds) * 1000n, () => {
    memory.set8(flag, memory.get8(flag) | 0x80);
    memory.set8(BDA.waitActive, 0);
    bios.cancelEvent = null;
  });
  r.carry = false;
}

/** Function 86h: cx:dx microseconds. */
function wait(r: Registers, bios: Bios): 'wait' | 'poll' | undefined {
  const now = bios.context.now();
  bios.waitUntil ??= now + BigInt(r.cx * 65536 + r.dx) * 1000n;
  if (now < bios.waitUntil) return bios.waitUntil - now > TICK ? 'wait' : 'poll';
  bios.waitUntil = null;
  r.carry = false;
  return undefined;
}

/** Function 87h: cx words between the descriptors' bases at es:si (24-bit, with the 386's high byte). */
function moveBlock(r: Registers, { memory }: Bios): void {
  const table = r.esAt(r.si);
  const base = (entry: number): number => (memory.get16(entry + 2) | (memory.get8(entry + 4) << 16) | (memory.get8(entry + 7) << 24)) >>> 0;
  const from = memory.at(base(table + 0x10), r.cx * 2);
  const to = memory.at(base(table + 0x18), r.cx * 2);
  if (from !== null && to !== null) to.set(from.slice());
  r.ah = from !== null && to !== null ? 0 : 2;
  r.carry = r.ah !== 0;
}

export const system: Service = (r, bios) => {
  const { memory } = bios;
  switch (r.ah) {
    case 0x24:
      if (r.al > 3) break;
      a20(r, bios);
      return;
    case 0x4f:
      // Keyboard intercept: the key is to be used.
      r.carry = true;
      return;
    case 0x53:
      return apm(r, bios);
    case 0x80:
    case 0x81:
    case 0x82:
    case 0x90:
    case 0x91:
      // Hooks of multitasking systems: device opened, closed, ended, busy, ready again.
      r.carry = false;
      return;
    case 0x83:
      waitEvent(r, bios);
      return;
    case 0x84:
    case 0xc3:
    case 0xc4:
      // No joystick, no watchdog, no programmable options.
      r.ah = UNSUPPORTED;
      r.carry = true;
      return;
    case 0x85:
      r.carry = false;
      return;
    case 0xc2:
      return pointingDevice(r, bios);
    case 0x86:
      return wait(r, bios);
    case 0x87:
      moveBlock(r, bios);
      return;
    case 0x88:
      r.ax = Math.min(0xffff, Math.max(0, memory.size - MEGABYTE) / 1024);
      r.carry = false;
      return;
    case 0xc0:
      r.es = 0xf000;
      r.bx = CONFIGURATION;
      r.ah = 0;
      r.carry = false;
      return;
    case 0xc1:
      r.es = EBDA >> 4;
      r.carry = false;
      return;
    case 0xe8:
      if (r.al === 0x20) {
        e820(r, bios);
        return;
      }
      if (r.al === 0x01) {
        e801(r, bios);
        return;
      }
      break;
    default:
  }
  r.ah = UNSUPPORTED;
  r.carry = true;
  return 'unknown';
};
