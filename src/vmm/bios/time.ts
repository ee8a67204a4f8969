/** int 1ah: the tick counter, and the real-time clock in BCD. */
import { BDA } from './memory.js';
import type { Service } from './service.js';

/** Ticks in a day: 65536 counts of the timer each. */
export const DAY_TICKS = 0x1800b0;

const bcd = (value: number): number => (Math.floor(value / 10) << 4) | (value % 10);

export const time: Service = (r, bios) => {
  const { memory } = bios;
  const date = new Date(bios.wallClock());
  switch (r.ah) {
    case 0x00: {
      const ticks = memory.get32(BDA.ticks);
      r.cx = ticks >>> 16;
      r.dx = ticks;
      r.al = memory.get8(BDA.midnight);
      memory.set8(BDA.midnight, 0);
      r.ah = 0;
      r.carry = false;
      return;
    }
    case 0x01:
      memory.set32(BDA.ticks, r.cx * 65536 + r.dx);
      memory.set8(BDA.midnight, 0);
      r.ah = 0;
      r.carry = false;
      return;
    case 0x02:
      r.ch = bcd(date.getUTCHours());
      r.cl = bcd(date.getUTCMinutes());
      r.dh = bcd(date.getUTCSeconds());
      r.dl = 0;
      r.ah = 0;
      r.carry = false;
      return;
    case 0x04:
      r.ch = bcd(Math.floor(date.getUTCFullYear() / 100));
      r.cl = bcd(date.getUTCFullYear() % 100);
      r.dh = bcd(date.getUTCMonth() + 1);
      r.dl = bcd(date.getUTCDate());
      r.ah = 0;
      r.carry = false;
      return;
    default:
      r.carry = true;
      return 'unknown';
  }
};
