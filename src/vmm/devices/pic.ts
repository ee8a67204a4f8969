/** Two 8259A interrupt controllers, the second behind line 2 of the first (Intel 8259A data sheet; ELCR of the PIIX). */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import type { InterruptDevice } from '../interrupts.js';

const CASCADE = 2;
/** How PC firmware leaves the pair: vectors, and the timer, keyboard, cascade and clock unmasked. */
const firmware = [
  { icw2: 0x08, imr: 0xb8 },
  { icw2: 0x70, imr: 0x8f },
] as const;

interface ChipState {
  /** Interrupt request, in-service and mask registers. */
  irr: number;
  isr: number;
  imr: number;
  /** Levels of the input lines. */
  lines: number;
  /** Edge/level control: 1 is level. */
  elcr: number;
  icw2: number;
  icw4: number;
  /** Which initialisation word is expected next; 0: none. */
  expected: number;
  needsIcw4: boolean;
  single: boolean;
  /** Line with the highest priority. */
  top: number;
  readIsr: boolean;
  poll: boolean;
  specialMask: boolean;
  rotateOnAutoEoi: boolean;
}

const powerOn = (): ChipState => ({
  irr: 0,
  isr: 0,
  imr: 0xff,
  lines: 0,
  elcr: 0,
  icw2: 0,
  icw4: 0,
  expected: 0,
  needsIcw4: false,
  single: false,
  top: 0,
  readIsr: false,
  poll: false,
  specialMask: false,
  rotateOnAutoEoi: false,
});

class Chip {
  state = powerOn();

  constructor(private readonly cascade: number) {}

  setLine(line: number, level: boolean): void {
    const { state } = this;
    const bit = 1 << line;
    if (level) {
      if ((state.elcr & bit) !== 0 || (state.lines & bit) === 0) state.irr |= bit;
      state.lines |= bit;
    } else {
      if ((state.elcr & bit) !== 0) state.irr &= ~bit;
      state.lines &= ~bit;
    }
  }

  /** Place of the first set line by priority, 8 for none. */
  private priority(bits: number): number {
    for (let i = 0; i < 8; i++) if ((bits & (1 << ((i + this.state.top) & 7))) !== 0) return i;
    return 8;
  }

  /** The line that asks for the processor, or -1. */
  request(): number {
    const { state } = this;
    const wanted = this.priority(state.irr & ~state.imr);
    if (wanted === 8) return -1;
    let serving = state.specialMask ? state.isr & ~state.imr : state.isr;
    // Special fully nested: the cascade line does not block itself.
    if ((state.icw4 & 0x10) !== 0 && this.cascade >= 0) serving &= ~(1 << this.cascade);
    return wanted < this.priority(serving) ? (wanted + state.top) & 7 : -1;
  }

  /** INTA: the line is in service now (or, with automatic EOI, over). */
  take(line: number): void {
    const { state } = this;
    const bit = 1 << line;
    if ((state.elcr & bit) === 0) state.irr &= ~bit;
    if ((state.icw4 & 2) === 0) state.isr |= bit;
    else if (state.rotateOnAutoEoi) state.top = (line + 1) & 7;
  }

  command(value: number): void {
    const { state } = this;
    if ((value & 0x10) !== 0) {
      // ICW1: everything but the lines and the edge/level register starts anew.
      Object.assign(state, { ...powerOn(), imr: 0, lines: state.lines, elcr: state.elcr });
      state.irr = state.lines & state.elcr;
      state.needsIcw4 = (value & 1) !== 0;
      state.single = (value & 2) !== 0;
      state.expected = 2;
    } else if ((value & 8) !== 0) {
      // OCW3
      if ((value & 4) !== 0) state.poll = true;
      if ((value & 2) !== 0) state.readIsr = (value & 1) !== 0;
      if ((value & 0x40) !== 0) state.specialMask = (value & 0x20) !== 0;
    } else this.endOfInterrupt(value >> 5, value & 7);
  }

  /** OCW2: bit 0 of the operation is EOI, 1 a specific line, 2 rotation. */
  private endOfInterrupt(operation: number, line: number): void {
    const { state } = this;
    switch (operation) {
      case 0:
      case 4:
        state.rotateOnAutoEoi = operation === 4;
        break;
      case 1:
      case 5: {
        const place = this.priority(state.isr);
        if (place === 8) break;
        const served = (place + state.top) & 7;
        state.isr &= ~(1 << served);
        if (operation === 5) state.top = (served + 1) & 7;
        break;
      }
      case 3:
      case 7:
        state.isr &= ~(1 << line);
        if (operation === 7) state.top = (line + 1) & 7;
        break;
      case 6:
        state.top = (line + 1) & 7;
        break;
      default:
        break;
    }
  }

  data(value: number): void {
    const { state } = this;
    switch (state.expected) {
      case 2:
        state.icw2 = value & 0xf8;
        state.expected = state.single ? (state.needsIcw4 ? 4 : 0) : 3;
        break;
      case 3:
        state.expected = state.needsIcw4 ? 4 : 0;
        break;
      case 4:
        state.icw4 = value;
        state.expected = 0;
        break;
      default:
        state.imr = value;
    }
  }

  read(offset: number): number {
    const { state } = this;
    if (state.poll) {
      state.poll = false;
      const line = this.request();
      if (line < 0) return 0;
      this.take(line);
      return 0x80 | line;
    }
    return offset === 1 ? state.imr : state.readIsr ? state.isr : state.irr;
  }
}

/** @param options `firmware=true`: initialised as a PC's firmware leaves it (vectors 0x08 and 0x70) */
export function picDevice(options: Record<string, string> = {}): DeviceDefinition & InterruptDevice {
  const chips = [new Chip(CASCADE), new Chip(-1)];
  const [master, slave] = chips;
  let context: DeviceContext | null = null;
  const follow = (): void => master.setLine(CASCADE, slave.request() >= 0);
  const reset = (): void => {
    chips.forEach((chip, i) => {
      chip.state = powerOn();
      if (options.firmware === 'true') Object.assign(chip.state, { icw4: 1, ...firmware[i] });
    });
  };
  reset();
  return {
    ...defineDevice({
      name: 'pic',
      description: '8259A interrupt controllers in software: what --irqchip soft delivers through',
      ports: [
        { start: 0x20, length: 2 },
        { start: 0xa0, length: 2 },
        { start: 0x4d0, length: 2 },
      ],
      sizes: [1],
      attach: (given) => {
        context = given;
      },
      reset,
      in(offset, _size, range) {
        if (range === 2) return chips[offset].state.elcr;
        const value = chips[range].read(offset);
        follow();
        return value;
      },
      out(offset, value, _size, range) {
        // Timer, keyboard, cascade and clock are always edge-triggered.
        if (range === 2) chips[offset].state.elcr = value & (offset === 0 ? 0xf8 : 0xde);
        else if (offset === 0) chips[range].command(value);
        else chips[range].data(value);
        follow();
        // An end of interrupt or another mask lets through what has waited.
        if (master.request() >= 0) context?.attend?.();
      },
      save: () => chips.map((chip) => ({ ...chip.state })),
      restore: (saved) => chips.forEach((chip, i) => (chip.state = { ...(saved as ChipState[])[i] })),
    }),
    interruptController: {
      setLine(line, level) {
        if (line < 8) master.setLine(line, level);
        else slave.setLine(line - 8, level);
        follow();
      },
      pending: () => master.request() >= 0,
      enabled: () => (master.state.imr & 0xff) !== 0xff,
      acknowledge() {
        const line = master.request();
        // A request that went away is line 7: the data sheet's spurious interrupt.
        if (line < 0) return master.state.icw2 + 7;
        master.take(line);
        if (line !== CASCADE) return master.state.icw2 + line;
        const second = slave.request();
        if (second >= 0) slave.take(second);
        follow();
        return slave.state.icw2 + (second < 0 ? 7 : second);
      },
    },
  };
}
