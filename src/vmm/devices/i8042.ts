/**
 * i8042 keyboard controller with an AT keyboard (IBM PC/AT technical reference), scan codes of set 1 or 2, and with a PS/2 mouse
 * on its auxiliary port (PS/2 technical reference). `keys` are typed and `mouse` movements made by themselves.
 */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { Typist } from './typist.js';
import type { TypistState } from './typist.js';
import { Ps2Mouse, mouseEvents } from './ps2-mouse.js';
import type { MouseEvent, MouseState } from './ps2-mouse.js';

/** Status register. */
const OUTPUT_FULL = 1;
const SYSTEM = 4;
const COMMAND = 8;
const UNLOCKED = 0x10;
const AUX_FULL = 0x20;
/** Command byte. */
const INTERRUPT = 1;
const AUX_INTERRUPT = 2;
const DISABLED = 0x10;
const AUX_DISABLED = 0x20;
const TRANSLATE = 0x40;
const ACK = 0xfa;
const RESEND = 0xfe;
const PASSED = 0xaa;
/** Guest time between two movements. */
const INTERVAL = 20_000_000n;
const QUEUE = 64;
/** Lines of the definition: keyboard, mouse. */
const KEYBOARD_LINE = 0;
const AUX_LINE = 1;

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
  /** The byte in the output buffer is the mouse's. */
  aux: boolean;
  queue: number[];
  auxQueue: number[];
  /** The controller's memory behind the command byte. */
  memory: number[];
  scanSet: number;
  scanning: boolean;
  leds: number;
  outputPort: number;
  /** Movements made so far. */
  moved: number;
}

/** The machine's own hands: a terminal or monitor presses keys and moves the mouse by it. */
export interface KeyboardDevice extends DeviceDefinition {
  /** Make and break codes of set 1. */
  press(codes: readonly number[]): void;
  move(event: MouseEvent): void;
  /** Types another text of `--keys`, from now on. @throws TskvmError for a key that there is not */
  typeText(text: string): void;
  /** The guest waits for a key: the typist need not wait longer. True: a key has been typed. */
  asked(): boolean;
  /** True while keys are still to come. */
  typing(): boolean;
}

/** @param options `keys=hello{ret}`, `mouse=10:-5;left`: one after the other; `firmware=true`: interrupts and translation on */
export function keyboardDevice(options: Record<string, string> = {}): KeyboardDevice {
  const moves = mouseEvents(options.mouse ?? '');
  let context: DeviceContext;
  let state: KeyboardState;

  let cancelMove: (() => void) | null = null;

  const full = (): boolean => state.data >= 0;
  /** The keyboard looks for keys, and the controller takes what it sends. */
  const listening = (): boolean => state.scanning && (state.command & DISABLED) === 0;

  const announce = (line: number): void => {
    context.interrupt(false, line);
    context.interrupt(true, line);
  };

  /** The next byte of a queue goes to the output buffer, the keyboard's first. */
  const advance = (): void => {
    if (full()) return;
    state.aux = state.queue.length === 0;
    const queue = state.aux ? state.auxQueue : state.queue;
    if (queue.length === 0) return;
    state.data = queue.shift() as number;
    if ((state.command & (state.aux ? AUX_INTERRUPT : INTERRUPT)) !== 0) announce(state.aux ? AUX_LINE : KEYBOARD_LINE);
  };

  const mouse = new Ps2Mouse((...bytes) => {
    if (state.auxQueue.length + bytes.length <= QUEUE) state.auxQueue.push(...bytes);
    advance();
  });

  const send = (...bytes: number[]): void => {
    if (state.queue.length + bytes.length <= QUEUE) state.queue.push(...bytes);
    advance();
  };

  /** A key's code of set 1, as the guest has chosen to see it. */
  const sendKey = (code: number): void => {
    if (!listening()) return;
    if (code === 0xe0 || code === 0xe1 || (state.command & TRANSLATE) !== 0 || state.scanSet === 1) send(code);
    else if (code < 0x80) send(set2[code] ?? 0);
    else send(0xf0, set2[code & 0x7f] ?? 0);
  };

  const typist = new Typist(
    options.keys ?? '',
    () => listening() && state.queue.length === 0 && !full(),
    (codes) => codes.forEach(sendKey),
  );

  const happen = (event: MouseEvent): void => {
    if ((state.command & AUX_DISABLED) === 0 && mouse.happen(event)) mouse.report();
  };
  /** Makes the next movement when somebody listens and has read what came before. */
  const move = (): void => {
    cancelMove = null;
    if (mouse.state.reporting && state.auxQueue.length === 0 && (!full() || !state.aux)) {
      happen(moves[state.moved]);
      state.moved += 1;
    }
    scheduleMove();
  };
  const scheduleMove = (): void => {
    cancelMove?.();
    cancelMove = state.moved < moves.length ? context.timer(INTERVAL, move) : null;
  };

  const reset = (): void => {
    mouse.reset();
    state = {
      command: options.firmware === 'true' ? 0x61 : 0x30,
      expected: 0,
      keyboardExpected: 0,
      wasCommand: false,
      data: -1,
      aux: false,
      queue: [],
      auxQueue: [],
      memory: new Array<number>(31).fill(0),
      scanSet: 2,
      scanning: true,
      leds: 0,
      outputPort: 0x03,
      moved: 0,
    };
    typist.reset();
    scheduleMove();
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
      send(value === 0x20 ? state.command : state.memory[value - 0x21]);
      return;
    }
    if (value >= 0x60 && value < 0x80) {
      state.expected = value;
      return;
    }
    switch (value) {
      case 0xd1:
      case 0xd2:
      case 0xd3:
      case 0xd4:
        state.expected = value;
        break;
      case 0xa7:
        state.command |= AUX_DISABLED;
        break;
      case 0xa8:
        state.command &= ~AUX_DISABLED;
        break;
      case 0xa9:
        // Test of the auxiliary port: no fault.
        send(0);
        break;
      case 0xdd:
      case 0xdf:
        // The A20 line off and on; it is always on here, and only shown.
        state.outputPort = value === 0xdf ? state.outputPort | 2 : state.outputPort & ~2;
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
        send((state.outputPort & 0xcf) | (full() ? (state.aux ? 0x20 : 0x10) : 0));
        break;
      case 0xe0:
        // Test inputs: clock and data are idle.
        send(0);
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
        if (state.auxQueue.length < QUEUE) state.auxQueue.push(value);
        advance();
        break;
      case 0xd4:
        mouse.write(value);
        break;
      default:
        if (expected > 0x60 && expected < 0x80) state.memory[expected - 0x61] = value;
        else toKeyboard(value);
    }
  };

  const device = defineDevice({
    name: 'i8042',
    description: 'keyboard controller with keyboard and mouse; command 0xfe resets the machine',
    ports: [
      { start: 0x60, length: 1 },
      { start: 0x64, length: 1 },
    ],
    irqs: [1, 12],
    sizes: [1],
    attach(given) {
      context = given;
      typist.attach(given);
      reset();
    },
    reset,
    in(_offset, _size, range) {
      if (range === 1)
        return UNLOCKED | SYSTEM | (state.wasCommand ? COMMAND : 0) | (full() ? OUTPUT_FULL | (state.aux ? AUX_FULL : 0) : 0);
      const value = Math.max(0, state.data);
      state.data = -1;
      context.interrupt(false, state.aux ? AUX_LINE : KEYBOARD_LINE);
      advance();
      return value;
    },
    out(_offset, value, _size, range) {
      state.wasCommand = range === 1;
      if (range === 1) command(value);
      else data(value);
    },
    save: () => structuredClone({ keyboard: state, mouse: mouse.state, typist: typist.state }),
    restore(saved) {
      const given = structuredClone(saved as { keyboard: KeyboardState; mouse: MouseState; typist: TypistState });
      state = given.keyboard;
      mouse.state = given.mouse;
      typist.restore(given.typist);
      scheduleMove();
    },
    close: () => {
      typist.close();
      cancelMove?.();
    },
  });
  return {
    ...device,
    typeText: (text) => typist.reset(text),
    asked: () => typist.asked(),
    typing: () => typist.typing(),
    press: (codes) => codes.forEach(sendKey),
    move: happen,
  };
}
