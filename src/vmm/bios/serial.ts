/** int 14h: the first serial port, to standard output and from standard input. */
import { INPUT_END, INPUT_NONE } from '../input.js';
import type { Service } from './service.js';

/** Line status: transmitter empty; modem status: DCD, DSR, CTS. */
const LINE = 0x60;
const MODEM = 0xb0;
const TIMEOUT = 0x80;

export const serial: Service = (r, { context }) => {
  if (r.ah > 3) return 'unknown';
  if (r.dx !== 0) {
    r.ah = TIMEOUT;
    return undefined;
  }
  if (r.ah === 1) {
    context.outputByte(r.al);
    r.ah = LINE;
  } else if (r.ah === 2) {
    const byte = context.input();
    if (byte === INPUT_NONE) return 'wait';
    r.ah = byte === INPUT_END ? TIMEOUT : 0;
    if (byte !== INPUT_END) r.al = byte;
  } else {
    r.ah = LINE;
    r.al = MODEM;
  }
  return undefined;
};
