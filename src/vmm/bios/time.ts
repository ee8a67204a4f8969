/** int 1ah: the tick counter, the real-time clock in BCD through its registers, the alarm, and the PCI BIOS. */
import { BDA } from './memory.js';
import { pci } from './pci.js';
import type { Bios, Service, Verdict } from './service.js';

/** Ticks in a day: 65536 counts of the timer each. */
export const DAY_TICKS = 0x1800b0;

const INDEX = 0x70;
const DATA = 0x71;
/** Registers of the clock. */
const [SECONDS, MINUTES, HOURS, DAY, MONTH, YEAR, CENTURY] = [0, 2, 4, 7, 8, 9, 0x32];
const B = 0x0b;
const C = 0x0c;
/** Register B: stopped, alarm interrupt, daylight saving. */
const SET = 0x80;
const ALARM = 0x20;
const DAYLIGHT = 1;

export function readCmos({ context }: Bios, register: number): number {
  context.ports?.out(INDEX, register);
  return context.ports?.in(DATA) ?? 0xff;
}
function writeCmos({ context }: Bios, register: number, value: number): void {
  context.ports?.out(INDEX, register);
  context.ports?.out(DATA, value);
}

const bcd = (value: number): number => (Math.floor(value / 10) << 4) | (value % 10);

/** Sets the clock registers to a date, for `date=`. */
export function setClock(bios: Bios, date: Date): void {
  const control = readCmos(bios, B);
  writeCmos(bios, B, control | SET);
  const year = date.getUTCFullYear();
  const values: [number, number][] = [
    [CENTURY, Math.floor(year / 100)],
    [YEAR, year % 100],
    // A month of any length first, so that the day fits.
    [DAY, 1],
    [MONTH, date.getUTCMonth() + 1],
    [DAY, date.getUTCDate()],
    [HOURS, date.getUTCHours()],
    [MINUTES, date.getUTCMinutes()],
    [SECONDS, date.getUTCSeconds()],
  ];
  for (const [register, value] of values) writeCmos(bios, register, bcd(value));
  writeCmos(bios, B, control);
}

export const time: Service = (r, bios): Verdict => {
  const { memory } = bios;
  switch (r.ah) {
    case 0x00: {
      const ticks = memory.get32(BDA.ticks);
      r.cx = ticks >>> 16;
      r.dx = ticks;
      r.al = memory.get8(BDA.midnight);
      memory.set8(BDA.midnight, 0);
      break;
    }
    case 0x01:
      memory.set32(BDA.ticks, r.cx * 65536 + r.dx);
      memory.set8(BDA.midnight, 0);
      break;
    case 0x02:
      r.ch = readCmos(bios, HOURS);
      r.cl = readCmos(bios, MINUTES);
      r.dh = readCmos(bios, SECONDS);
      r.dl = readCmos(bios, B) & DAYLIGHT;
      r.al = r.ch;
      break;
    case 0x03: {
      const control = readCmos(bios, B) & ~(SET | DAYLIGHT);
      writeCmos(bios, B, control | SET);
      writeCmos(bios, HOURS, r.ch);
      writeCmos(bios, MINUTES, r.cl);
      writeCmos(bios, SECONDS, r.dh);
      writeCmos(bios, B, control | (r.dl & DAYLIGHT));
      r.al = control | (r.dl & DAYLIGHT);
      break;
    }
    case 0x04:
      r.ch = readCmos(bios, CENTURY);
      r.cl = readCmos(bios, YEAR);
      r.dh = readCmos(bios, MONTH);
      r.dl = readCmos(bios, DAY);
      r.al = r.ch;
      break;
    case 0x05: {
      const control = readCmos(bios, B) & ~SET;
      writeCmos(bios, B, control | SET);
      writeCmos(bios, DAY, 1);
      writeCmos(bios, CENTURY, r.ch);
      writeCmos(bios, YEAR, r.cl);
      writeCmos(bios, MONTH, r.dh);
      writeCmos(bios, DAY, r.dl);
      writeCmos(bios, B, control);
      r.al = control;
      break;
    }
    case 0x06: {
      const control = readCmos(bios, B);
      r.ax = 0;
      if ((control & ALARM) !== 0) {
        // One is set already.
        r.carry = true;
        return undefined;
      }
      writeCmos(bios, 5, r.ch);
      writeCmos(bios, 3, r.cl);
      writeCmos(bios, 1, r.dh);
      readCmos(bios, C);
      // The clock's line through both controllers.
      bios.context.ports?.out(0xa1, bios.context.ports.in(0xa1) & ~1);
      bios.context.ports?.out(0x21, bios.context.ports.in(0x21) & ~4);
      writeCmos(bios, B, (control & ~SET) | ALARM);
      break;
    }
    case 0x07: {
      const control = readCmos(bios, B) & ~ALARM;
      writeCmos(bios, B, control);
      r.al = control;
      break;
    }
    case 0xb1:
      return pci(r, bios);
    default:
      r.carry = true;
      return 'unknown';
  }
  r.ah = 0;
  r.carry = false;
  return undefined;
};

/** int 70h: the clock has interrupted. True: its alarm is due, and int 4ah is to be called. */
export const takeClockInterrupt = (bios: Bios): boolean => (readCmos(bios, C) & readCmos(bios, B) & ALARM) !== 0;
