/** int 15h, functions C2xxh: the pointing device, through the keyboard controller; its packets go to the caller's handler. */
import { EBDA } from './memory.js';
import type { Registers } from './registers.js';
import type { Bios, Verdict } from './service.js';

/** In the extended data area: far pointer to the handler, flags (bytes so far; handler set and packet size), the packet. */
export const HANDLER = EBDA + 0x22;
const COUNT = EBDA + 0x26;
const FLAGS = EBDA + 0x27;
export const PACKET = EBDA + 0x28;
const HANDLER_SET = 0x80;

const BAD_FUNCTION = 1;
const BAD_INPUT = 2;
const INTERFACE = 3;
const NO_HANDLER = 5;

const DATA = 0x60;
const COMMAND = 0x64;
const ACK = 0xfa;
/** Status: a byte is there, and it is the mouse's. */
const FULL = 0x01;
const AUX = 0x20;
/** Command byte: both interrupts; the mouse's port switched off. */
const INTERRUPTS = 0x03;
const MOUSE_INTERRUPT = 0x02;
const MOUSE_OFF = 0x20;
/** Packets a second of function 2. */
const rates = [10, 20, 40, 60, 80, 100, 200] as const;

type Ports = NonNullable<Bios['context']['ports']>;

function controllerByte(ports: Ports): number {
  ports.out(COMMAND, 0x20);
  return ports.in(DATA);
}
function setControllerByte(ports: Ports, value: number): void {
  ports.out(COMMAND, 0x60);
  ports.out(DATA, value);
}

/** Sends bytes to the mouse with interrupts off; what it answered behind the acknowledgements, or null: it did not answer. */
function command(ports: Ports, ...bytes: number[]): number[] | null {
  const before = controllerByte(ports);
  setControllerByte(ports, before & ~INTERRUPTS & ~MOUSE_OFF);
  const answer: number[] = [];
  let acknowledged = true;
  for (const byte of bytes) {
    ports.out(COMMAND, 0xd4);
    ports.out(DATA, byte);
    if (ports.in(DATA) !== ACK) acknowledged = false;
  }
  while ((ports.in(COMMAND) & (FULL | AUX)) === (FULL | AUX) && answer.length < 8) answer.push(ports.in(DATA));
  setControllerByte(ports, before);
  return acknowledged ? answer : null;
}

export function pointingDevice(r: Registers, { context, memory }: Bios): Verdict {
  const { ports } = context;
  const answer = (code: number): undefined => {
    r.ah = code;
    r.carry = code !== 0;
    return undefined;
  };
  if (ports === undefined) return answer(INTERFACE);
  const tell = (...bytes: number[]): undefined => answer(command(ports, ...bytes) === null ? INTERFACE : 0);
  switch (r.al) {
    case 0x00: {
      if (r.bh > 1) return answer(BAD_INPUT);
      if (r.bh === 0) return tell(0xf5);
      if ((memory.get8(FLAGS) & HANDLER_SET) === 0) return answer(NO_HANDLER);
      memory.set8(COUNT, 0);
      const code = tell(0xf4);
      setControllerByte(ports, (controllerByte(ports) | MOUSE_INTERRUPT) & ~MOUSE_OFF);
      // Both controllers let line 12 through.
      ports.out(0xa1, ports.in(0xa1) & ~0x10);
      ports.out(0x21, ports.in(0x21) & ~0x04);
      return code;
    }
    case 0x01:
    case 0x05: {
      if (r.al === 0x05 && r.bh !== 3) return answer(INTERFACE);
      memory.set8(COUNT, 0);
      if (r.al === 0x05) memory.set8(FLAGS, (memory.get8(FLAGS) & ~7) | (r.bh - 1));
      const said = command(ports, 0xff);
      if (said === null) return answer(INTERFACE);
      if (r.al === 0x01) [r.bl, r.bh] = [said[0] ?? 0xaa, said[1] ?? 0];
      return answer(0);
    }
    case 0x02:
      return r.bh < rates.length ? tell(0xf3, rates[r.bh]) : answer(BAD_INPUT);
    case 0x03:
      return r.bh < 4 ? tell(0xe8, r.bh) : answer(BAD_INPUT);
    case 0x04: {
      const said = command(ports, 0xf2);
      if (said === null) return answer(INTERFACE);
      r.bh = said[0] ?? 0;
      return answer(0);
    }
    case 0x06: {
      if (r.bh === 1 || r.bh === 2) return tell(r.bh === 1 ? 0xe6 : 0xe7);
      if (r.bh !== 0) return answer(BAD_INPUT);
      const said = command(ports, 0xe9);
      if (said === null) return answer(INTERFACE);
      [r.bl, r.cl, r.dl] = said;
      return answer(0);
    }
    case 0x07: {
      const gone = r.es === 0 && r.bx === 0;
      memory.set16(HANDLER, r.bx);
      memory.set16(HANDLER + 2, r.es);
      memory.set8(FLAGS, gone ? memory.get8(FLAGS) & ~HANDLER_SET : memory.get8(FLAGS) | HANDLER_SET | 2);
      return answer(0);
    }
    default:
      return answer(BAD_FUNCTION);
  }
}

/** int 74h: a byte of the mouse has come. True: the packet is whole, and the handler is to be called. */
export function takeMouseByte({ context, memory }: Bios): boolean {
  const { ports } = context;
  if (ports === undefined || (ports.in(COMMAND) & (FULL | AUX)) !== (FULL | AUX)) return false;
  const byte = ports.in(DATA);
  const flags = memory.get8(FLAGS);
  if ((flags & HANDLER_SET) === 0) return false;
  const count = memory.get8(COUNT) & 7;
  // The first byte of a packet has bit 3 set: otherwise they are out of step.
  if (count === 0 && (byte & 8) === 0) return false;
  memory.set8(PACKET + count, byte);
  const whole = count >= (flags & 7);
  memory.set8(COUNT, whole ? 0 : count + 1);
  return whole;
}
