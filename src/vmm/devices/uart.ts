/** 16550A serial port (National Semiconductor PC16550D data sheet): what is sent is output, what is received is input. */
import type { LazyRequire } from '../../lazy.js';
import type { Channel } from '../channel.js';
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

declare const require: LazyRequire;

/** Interrupt enable bits, in the order of the IIR's causes. */
const IER_RX = 1;
const IER_THRE = 2;
const IER_LINE = 4;
const IER_MODEM = 8;
const IIR = { none: 1, modem: 0, thre: 2, rx: 4, line: 6, timeout: 0xc } as const;
const FCR_ENABLE = 1;
const FCR_CLEAR_RX = 2;
const LCR_BREAK = 0x40;
const LCR_DLAB = 0x80;
const MCR_OUT2 = 8;
const MCR_LOOP = 0x10;
const LSR_DR = 1;
const LSR_OE = 2;
const LSR_BI = 0x10;
const LSR_THRE = 0x20;
const LSR_TEMT = 0x40;
/** Carrier, data set ready, clear to send. */
const MSR_READY = 0xb0;
/** An error lies somewhere in the receive FIFO. */
const LSR_FIFO_ERROR = 0x80;
const FIFO_SIZE = 16;
/** Hz of the clock behind the divisor, times a sixteenth. */
const BAUD_BASE = 115_200n;
/** Characters' time after which less than the trigger level interrupts. */
const TIMEOUT_CHARACTERS = 4n;
/** Received bytes that interrupt, by FCR bits 6 and 7. */
const triggers = [1, 4, 8, 14] as const;

/** COM1 to COM4: port and line. */
export const ports = [
  { port: 0x3f8, irq: 4 },
  { port: 0x2f8, irq: 3 },
  { port: 0x3e8, irq: 4 },
  { port: 0x2e8, irq: 3 },
] as const;

interface UartState {
  ier: number;
  fcr: number;
  lcr: number;
  mcr: number;
  scr: number;
  divisor: number;
  overrun: boolean;
  /** Changes of the modem lines since MSR was read. */
  delta: number;
  threPending: boolean;
  /** Bytes with their line status (break) in bits 8 and up. */
  received: number[];
  /** The FIFO has been left alone for four characters' time. */
  timedOut: boolean;
  /** Guest time in nanoseconds at which it will have been. */
  timeoutAt: bigint | null;
}

const powerOn = (): UartState => ({
  ier: 0,
  fcr: 0,
  lcr: 3,
  mcr: 0,
  scr: 0,
  divisor: 12,
  overrun: false,
  delta: 0,
  threPending: false,
  received: [],
  timedOut: false,
  timeoutAt: null,
});

/** @param options `com=1` to 4: the usual ports and lines; `to=SPEC`: where it goes (channel.ts) */
export function uartDevice(options: Record<string, string> = {}): DeviceDefinition {
  const com = Number(options.com ?? 1);
  if (![1, 2, 3, 4].includes(com)) throw new RangeError(`com=${options.com}: serial ports are 1 to 4`);
  const { port, irq } = ports[com - 1];
  let context: DeviceContext;
  let state = powerOn();
  let raised = false;
  let channel: Channel | null = null;
  let cancelTimeout: (() => void) | null = null;

  const nextInput = (): number => {
    const from = channel;
    if (from === null) return context.input();
    return context.chance?.(() => from.read()) ?? from.read();
  };
  const transmit = (byte: number): void => {
    if (channel === null) context.outputByte(byte);
    else channel.write(byte);
  };

  const fifo = (): boolean => (state.fcr & FCR_ENABLE) !== 0;
  const capacity = (): number => (fifo() ? FIFO_SIZE : 1);
  const loops = (): boolean => (state.mcr & MCR_LOOP) !== 0;

  /** Start, 5 to 8 data bits, parity, stop bits, in nanoseconds. */
  const characterTime = (): bigint => {
    const { lcr, divisor } = state;
    const bits = 1 + 5 + (lcr & 3) + ((lcr >> 3) & 1) + 1 + ((lcr >> 2) & 1);
    return (BigInt(bits) * BigInt(divisor || 0x1_0000) * 1_000_000_000n) / BAUD_BASE;
  };

  /** The receive FIFO has been touched: the time-out begins anew. */
  const touchFifo = (): void => {
    state.timedOut = false;
    state.timeoutAt = null;
    if (fifo() && state.received.length > 0 && (state.ier & IER_RX) !== 0) {
      state.timeoutAt = context.now() + characterTime() * TIMEOUT_CHARACTERS;
    }
    armTimeout();
  };

  const armTimeout = (): void => {
    cancelTimeout?.();
    cancelTimeout = null;
    if (state.timeoutAt === null) return;
    const left = state.timeoutAt - context.now();
    cancelTimeout = context.timer(left > 0n ? left : 1n, () => {
      cancelTimeout = null;
      state.timeoutAt = null;
      state.timedOut = true;
      update();
    });
  };

  const receive = (byte: number): void => {
    touchLater = true;
    if (state.received.length < capacity()) state.received.push(byte);
    else {
      state.overrun = true;
      // Without a FIFO the newer byte takes the older one's place.
      if (!fifo()) state.received[0] = byte;
    }
  };

  /** Takes input while there is room: the far end honours the handshake. */
  const fill = (): void => {
    while (!loops() && state.received.length < capacity()) {
      const byte = nextInput();
      if (byte < 0) return;
      touchLater = true;
      state.received.push(byte);
    }
  };
  /** Bytes have come since the time-out was last set. */
  let touchLater = false;

  /** Modem status: in loopback the outputs come back as inputs. */
  const modem = (): number => {
    if (!loops()) return MSR_READY;
    const { mcr } = state;
    return ((mcr & 2) << 3) | ((mcr & 1) << 5) | ((mcr & 4) << 4) | ((mcr & 8) << 4);
  };

  const cause = (): number => {
    const { ier, received } = state;
    if ((ier & IER_LINE) !== 0 && (state.overrun || received[0] >> 8 > 0)) return IIR.line;
    if ((ier & IER_RX) !== 0 && received.length > 0) {
      if (!fifo() || received.length >= triggers[state.fcr >> 6]) return IIR.rx;
      if (state.timedOut) return IIR.timeout;
    }
    if ((ier & IER_THRE) !== 0 && state.threPending) return IIR.thre;
    if ((ier & IER_MODEM) !== 0 && state.delta !== 0) return IIR.modem;
    return IIR.none;
  };

  /** OUT2 gates the interrupt on a PC. */
  const update = (): void => {
    if (touchLater) {
      touchLater = false;
      touchFifo();
    }
    const level = cause() !== IIR.none && (state.mcr & MCR_OUT2) !== 0 && !loops();
    if (level === raised) return;
    raised = level;
    context.interrupt(level);
  };

  const control = (value: number): void => {
    const before = modem();
    state.mcr = value & 0x1f;
    const after = modem();
    const changed = (before ^ after) >> 4;
    // The ring indicator counts only when it ends.
    state.delta |= (changed & 0b1011) | (((before & ~after) >> 4) & 4);
  };

  /** Five to eight data bits. */
  const wordMask = (): number => (1 << (5 + (state.lcr & 3))) - 1;

  const write = (offset: number, value: number): void => {
    const dlab = (state.lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case 0:
        if (dlab) state.divisor = (state.divisor & 0xff00) | value;
        else {
          if (loops()) receive(value & wordMask());
          else transmit(value);
          state.threPending = true;
        }
        break;
      case 1:
        if (dlab) state.divisor = (state.divisor & 0xff) | (value << 8);
        else {
          if ((value & ~state.ier & IER_THRE) !== 0) state.threPending = true;
          state.ier = value & 0x0f;
          if ((value & IER_RX) !== 0) {
            fill();
            touchLater = true;
          }
        }
        break;
      case 2:
        // Turning the FIFOs on or off empties them.
        if (((state.fcr ^ value) & FCR_ENABLE) !== 0 || (value & FCR_CLEAR_RX) !== 0) {
          state.received = [];
          touchLater = true;
        }
        state.fcr = (value & FCR_ENABLE) !== 0 ? value & 0xc9 : 0;
        break;
      case 3:
        // A break in loopback comes back as a character of zeros with the break bit.
        if ((value & ~state.lcr & LCR_BREAK) !== 0 && loops()) receive(LSR_BI << 8);
        state.lcr = value;
        break;
      case 4:
        control(value);
        break;
      case 7:
        state.scr = value;
        break;
      default:
        break;
    }
  };

  const read = (offset: number): number => {
    const dlab = (state.lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case 0: {
        if (dlab) return state.divisor & 0xff;
        fill();
        touchLater = true;
        return (state.received.shift() ?? 0) & 0xff;
      }
      case 1:
        return dlab ? state.divisor >> 8 : state.ier;
      case 2: {
        const found = cause();
        // Reading the cause answers "transmitter empty".
        if (found === IIR.thre) state.threPending = false;
        return found | (fifo() ? 0xc0 : 0);
      }
      case 3:
        return state.lcr;
      case 4:
        return state.mcr;
      case 5: {
        fill();
        const { received } = state;
        const faulty = fifo() && received.some((byte) => byte > 0xff) ? LSR_FIFO_ERROR : 0;
        const first = received.length > 0 ? LSR_DR | (received[0] >> 8) : 0;
        const value = LSR_THRE | LSR_TEMT | first | faulty | (state.overrun ? LSR_OE : 0);
        // Reading takes the errors away, not the character.
        state.overrun = false;
        if (received.length > 0) received[0] &= 0xff;
        return value;
      }
      case 6: {
        const value = modem() | state.delta;
        state.delta = 0;
        return value;
      }
      default:
        return state.scr;
    }
  };

  return defineDevice({
    name: com === 1 ? 'uart' : `uart${com}`,
    description: '16550A serial port: output to standard output, input from standard input (--serial: elsewhere)',
    ports: [{ start: port, length: 8 }],
    irqs: [irq],
    sizes: [1],
    attach(given) {
      context = given;
      const changed = (): void => {
        context.awaits?.(channel?.live === true);
        // Nothing is read ahead of a guest that does not ask for interrupts.
        if ((state.ier & IER_RX) === 0) return;
        fill();
        update();
      };
      if (options.to === undefined || options.to === 'stdio') context.onInput(changed);
      else {
        const { openChannel } = require('../channel.js') as typeof import('../channel.js');
        channel = openChannel(options.to, { changed, say: (text) => context.warn(text) });
        context.awaits?.(channel.live);
      }
    },
    ready: () => channel?.ready?.(),
    reset() {
      cancelTimeout?.();
      cancelTimeout = null;
      touchLater = false;
      channel?.flush();
      state = powerOn();
      raised = false;
    },
    in(offset) {
      const value = read(offset);
      update();
      return value;
    },
    out(offset, value) {
      write(offset, value);
      update();
    },
    save: () => ({ state: structuredClone(state), raised }),
    restore(saved) {
      const given = saved as { state: UartState; raised: boolean };
      state = structuredClone(given.state);
      ({ raised } = given);
      armTimeout();
    },
    close() {
      cancelTimeout?.();
      channel?.close();
    },
  });
}
