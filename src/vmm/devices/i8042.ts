/** i8042 keyboard controller with an AT keyboard (IBM PC/AT technical reference): scan codes of set 1 or 2, `keys` typed by themselves. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { keystrokes } from '../keys.js';

/** Status register. */
const OUTPUT_FULL = 1;
const SYSTEM = 4;
const COMMAND = 8;
const UNLOCKED = 0x10;
/** Command byte. */
const INTERRUPT = 1;
const DISABLED = 0x10;
const TRANSLATE = 0x40;
const ACK = 0xfa;
const RESEND = 0xfe;
const PASSED = 0xaa;
/** Guest time between two keystrokes. */
const INTERVAL = 20_000_000n;
const QUEUE = 64;

/** Set 1 code → set 2 code, for keyboards that are not translated. */
const set2 = [
  0x00, 0x76, 0x16, 0x1e, 0x26, 0x25, 0x2e, 0x36, 0x3d, 0x3e, 0x46, 0x45, 0x4e, 0x55, 0x66, 0x0d, 0x15, 0x1d, 0x24, 0x2d, 0x2c, 0x35, 0x3c,
  0x43, 0x44, 0x4d, 0x54, 0x5b, 0x5a, 0x14, 0x1c, 0x1b, 0x23, 0x2b, 0x34, 0x33, 0x3b, 0x42, 0x4b, 0x4c, 0x52, 0x0e, 0x12, 0x5d, 0x1a, 0x22,
  0x21, 0x2a, 0x32, 0x31, 0x3a, 0x41, 0x49, 0x4a, 0x59, 0x7c, 0x11, 0x29, 0x58, 0x05, 0x06, 0x04, 0x0c, 0x03, 0x0b, 0x83, 0x0a, 0x01, 0x09,
  0x77, 0x7e, 0x6c, 0x75, 0x7d, 0x7b, 0x6b, 0x73, 0x74, 0x79, 0x69, 0x72, 0x7a, 0x70, 0x71, 0x7f, 0x60, 0x61, 0x78, 0x07,
]; // prettier-ignore

interface KeyboardState {
  command: number;
  /** Controller command that waits for its parameter, or 0. */
  expected: number;
  /** Keyboard command that waits for its parameter, or 0. */
  keyboardExpected: number;
  /** The last write was to the command port. */
  wasCommand: boolean;
  data: number;
  queue: number[];
  scanSet: number;
  scanning: boolean;
  leds: number;
  outputPort: number;
  /** Keystrokes typed so far. */
  typed: number;
}

/** @param options `keys=hello{ret}`: typed one after the other; `firmware=true`: interrupts and translation on */
export function keyboardDevice(options: Record<string, string> = {}): DeviceDefinition {
  const strokes = keystrokes(options.keys ?? '');
  let context: DeviceContext;
  let state: KeyboardState;
  let cancel: (() => void) | null = null;

  const full = (): boolean => state.data >= 0;

  /** The next byte of the queue goes to the output buffer. */
  const advance = (): void => {
    if (full() || state.queue.length === 0) return;
    state.data = state.queue.shift() as number;
    if ((state.command & INTERRUPT) !== 0) {
      context.interrupt(false);
      context.interrupt(true);
    }
  };

  const send = (...bytes: number[]): void => {
    if (state.queue.length + bytes.length <= QUEUE) state.queue.push(...bytes);
    advance();
  };

  /** A key's code of set 1, as the guest has chosen to see it. */
  const sendKey = (code: number): void => {
    if (!state.scanning || (state.command & DISABLED) !== 0) return;
    if (code === 0xe0 || (state.command & TRANSLATE) !== 0 || state.scanSet === 1) send(code);
    else if (code < 0x80) send(set2[code] ?? 0);
    else send(0xf0, set2[code & 0x7f] ?? 0);
  };

  /** Types the next keystroke when the guest has read the ones before it. */
  const type = (): void => {
    cancel = null;
    if (state.typed >= strokes.length) return;
    if (state.queue.length === 0 && !full()) {
      strokes[state.typed].forEach(sendKey);
      state.typed += 1;
    }
    schedule();
  };
  const schedule = (): void => {
    cancel?.();
    cancel = state.typed < strokes.length ? context.timer(INTERVAL, type) : null;
  };

  const reset = (): void => {
    cancel?.();
    state = {
      command: options.firmware === 'true' ? 0x61 : 0x30,
      expected: 0,
      keyboardExpected: 0,
      wasCommand: false,
      data: -1,
      queue: [],
      scanSet: 2,
      scanning: true,
      leds: 0,
      outputPort: 0x03,
      typed: 0,
    };
    schedule();
  };

  /** A byte to the keyboard itself. */
  const toKeyboard = (value: number): void => {
    const waiting = state.keyboardExpected;
    state.keyboardExpected = 0;
    if (waiting === 0xed) {
      state.leds = value & 7;
      send(ACK);
      return;
    }
    if (waiting === 0xf0) {
      if (value === 0) send(ACK, state.scanSet);
      else {
        if (value <= 3) state.scanSet = value;
        send(value <= 3 ? ACK : RESEND);
      }
      return;
    }
    if (waiting === 0xf3) {
      send(ACK);
      return;
    }
    switch (value) {
      case 0xed:
      case 0xf0:
      case 0xf3:
        state.keyboardExpected = value;
        send(ACK);
        break;
      case 0xee:
        send(0xee);
        break;
      case 0xf2:
        send(ACK, 0xab, (state.command & TRANSLATE) !== 0 ? 0x41 : 0x83);
        break;
      case 0xf4:
      case 0xf5:
      case 0xf6:
        state.scanning = value !== 0xf5;
        if (value !== 0xf4) state.scanSet = 2;
        send(ACK);
        break;
      case 0xff:
        state.queue = [];
        state.scanning = true;
        state.scanSet = 2;
        send(ACK, PASSED);
        break;
      default:
        send(RESEND);
    }
  };

  const command = (value: number): void => {
    if (value >= 0xf0) {
      // Pulse of the output port's lines that are 0: line 0 resets the processor.
      if ((value & 1) === 0) context.stop({ kind: 'reset' });
      return;
    }
    if (value >= 0x20 && value < 0x40) {
      send(value === 0x20 ? state.command : 0);
      return;
    }
    switch (value) {
      case 0x60:
      case 0xd1:
      case 0xd2:
      case 0xd3:
      case 0xd4:
        state.expected = value;
        break;
      case 0xaa:
        state.command |= SYSTEM;
        send(0x55);
        break;
      case 0xab:
        send(0);
        break;
      case 0xad:
        state.command |= DISABLED;
        break;
      case 0xae:
        state.command &= ~DISABLED;
        break;
      case 0xc0:
        send(0x80);
        break;
      case 0xd0:
        send(state.outputPort | (full() ? 0x10 : 0));
        break;
      case 0xa9:
        send(1);
        break;
      default:
        break;
    }
  };

  const data = (value: number): void => {
    const { expected } = state;
    state.expected = 0;
    switch (expected) {
      case 0x60:
        state.command = value;
        advance();
        break;
      case 0xd1:
        state.outputPort = value;
        if ((value & 1) === 0) context.stop({ kind: 'reset' });
        break;
      case 0xd2:
        send(value);
        break;
      case 0xd3:
      case 0xd4:
        // There is no mouse.
        break;
      default:
        toKeyboard(value);
    }
  };

  return defineDevice({
    name: 'i8042',
    description: 'keyboard controller with keyboard; command 0xfe resets the machine',
    ports: [
      { start: 0x60, length: 1 },
      { start: 0x64, length: 1 },
    ],
    irqs: [1],
    sizes: [1],
    attach(given) {
      context = given;
      reset();
    },
    reset,
    in(_offset, _size, range) {
      if (range === 1) return UNLOCKED | SYSTEM | (state.wasCommand ? COMMAND : 0) | (full() ? OUTPUT_FULL : 0);
      const value = Math.max(0, state.data);
      state.data = -1;
      context.interrupt(false);
      advance();
      return value;
    },
    out(_offset, value, _size, range) {
      state.wasCommand = range === 1;
      if (range === 1) command(value);
      else data(value);
    },
    save: () => structuredClone(state),
    restore(saved) {
      state = structuredClone(saved as KeyboardState);
      schedule();
    },
    close: () => cancel?.(),
  });
}
