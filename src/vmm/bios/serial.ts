/** int 14h: the serial ports that the data area lists, through their UARTs. */
import { BDA } from './memory.js';
import type { Bios, Service } from './service.js';

/** UART registers. */
const [DATA, IER, LCR, MCR, LSR, MSR] = [0, 1, 3, 4, 5, 6];
const DLAB = 0x80;
const DATA_READY = 1;
const HOLDING_EMPTY = 0x20;
/** DTR and RTS. */
const READY = 3;
const TIMEOUT = 0x80;
/** Unit of the time-outs in the data area: a timer tick. */
const TICK = 54_925_400n;
/** Divisors of the eight rates of function 0: 110 to 9600. */
const divisors = [1047, 768, 384, 192, 96, 48, 24, 12] as const;

/** Base port of COM1 to COM4, or 0. */
const portOf = ({ memory }: Bios, number: number): number => (number < 4 ? memory.get16(BDA.com + number * 2) : 0);

export const serial: Service = (r, bios) => {
  const { ports } = bios.context;
  const base = portOf(bios, r.dx);
  if (r.ah > 3) {
    r.carry = true;
    return 'unknown';
  }
  if (base === 0 || ports === undefined) {
    r.carry = true;
    return undefined;
  }
  r.carry = false;
  const status = (): number => ports.in(base + LSR);
  switch (r.ah) {
    case 0: {
      const divisor = divisors[r.al >> 5];
      ports.out(base + LCR, DLAB | (r.al & 0x1f));
      ports.out(base + DATA, divisor & 0xff);
      ports.out(base + IER, divisor >> 8);
      ports.out(base + LCR, r.al & 0x1f);
      ports.out(base + IER, 0);
      break;
    }
    case 1:
      ports.out(base + MCR, ports.in(base + MCR) | READY);
      if ((status() & HOLDING_EMPTY) === 0) {
        r.ah = TIMEOUT | status();
        return undefined;
      }
      ports.out(base + DATA, r.al);
      r.ah = status();
      return undefined;
    case 2: {
      ports.out(base + MCR, ports.in(base + MCR) | READY);
      const line = status();
      if ((line & DATA_READY) === 0) {
        const now = bios.context.now();
        bios.waitUntil ??= now + BigInt(bios.memory.get8(BDA.comTimeout + r.dx)) * TICK;
        if (now < bios.waitUntil) return 'wait';
        bios.waitUntil = null;
        r.ah = TIMEOUT | line;
        return undefined;
      }
      bios.waitUntil = null;
      r.al = ports.in(base + DATA);
      r.ah = line & 0x1e;
      return undefined;
    }
    default:
  }
  r.ah = status();
  r.al = ports.in(base + MSR);
  return undefined;
};
