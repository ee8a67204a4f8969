/** int 15h, functions 53xxh: Advanced Power Management 1.2, through the real-mode interface. */
import type { Registers } from './registers.js';
import type { Bios, Verdict } from './service.js';

const VERSION = 0x0102;
const NO_PROTECTED_16 = 0x06;
const NO_PROTECTED_32 = 0x08;
const BAD_DEVICE = 0x09;
const NO_EVENT = 0x80;
/** Every device, and the state off. */
const ALL = 1;
const OFF = 3;

export function apm(r: Registers, bios: Bios): Verdict {
  const { context } = bios;
  const refuse = (code: number): undefined => {
    r.ah = code;
    r.carry = true;
    return undefined;
  };
  r.carry = false;
  switch (r.al) {
    case 0x00:
      r.ax = VERSION;
      r.bx = 0x504d;
      // No protected-mode interface.
      r.cx = 0;
      return undefined;
    case 0x01:
    case 0x04:
    case 0x06:
    case 0x08:
    case 0x0d:
    case 0x0f:
    case 0x10:
      return undefined;
    case 0x02:
      return refuse(NO_PROTECTED_16);
    case 0x03:
      return refuse(NO_PROTECTED_32);
    case 0x05:
      // Idle until the next interrupt.
      bios.idling = !bios.idling;
      return bios.idling ? 'wait' : undefined;
    case 0x07:
      if (r.bx !== ALL) return refuse(BAD_DEVICE);
      if (r.cx === OFF) {
        context.stop({ kind: 'power-off' });
        return 'never';
      }
      return undefined;
    case 0x0a:
      // On line, no battery.
      r.bx = 0x01ff;
      r.cx = 0x80ff;
      r.dx = 0xffff;
      r.si = 0;
      return undefined;
    case 0x0b:
      return refuse(NO_EVENT);
    case 0x0e:
      r.ax = VERSION;
      return undefined;
    default:
      r.carry = true;
      return undefined;
  }
}
