/**
 * Power and reset of a PC: the PIIX4's ACPI block (PM1 event and control, PM timer; ACPI 6.5, chapter 4.8) at 0x600, where
 * QEMU has it, and at 0xb000 as well, where Bochs and older firmware look for it; the SMI command port, port 0x92 and the
 * reset control register 0xcf9.
 */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

/** Offsets in the ACPI block. */
const PM1_STS = 0;
const PM1_EN = 2;
const PM1_CNT = 4;
const PM_TMR = 8;
const BLOCK = 12;
/** PM1 status and enable: the timer's carry. */
const TMR = 1;
const WRITABLE_EN = 0x0521;
/** PM1 control: SCI_EN; SLP_EN with SLP_TYP 0 is off on these chipsets. */
const SCI_ENABLE = 1;
const SLEEP_ENABLE = 0x2000;
const SLEEP_TYPE = 0x1c00;
/** SMI commands by which an operating system takes and gives back ACPI. */
const ACPI_ENABLE = 0xf1;
const ACPI_DISABLE = 0xf0;
const FAST_A20 = 2;
/** Hz of the PM timer, which counts in 24 bits. */
const FREQUENCY = 3_579_545n;
const SECOND = 1_000_000_000n;
const HALF = 1n << 23n;

const powerOn = () => ({ status: 0, enable: 0, control: 0, smi: [0, 0], controlA: FAST_A20, resetControl: 0, carries: 0n });

export function powerDevice(): DeviceDefinition {
  let context: DeviceContext;
  let state = powerOn();
  let cancel: (() => void) | null = null;

  const count = (): bigint => (context.now() * FREQUENCY) / SECOND;

  /** TMR_STS is set when the timer's highest bit changes. */
  const look = (): void => {
    const carries = count() / HALF;
    if (carries !== state.carries) state.status |= TMR;
    state.carries = carries;
  };

  /** SCI: level, while something enabled is pending; the timer is watched only when its interrupt is wanted. */
  const update = (): void => {
    look();
    const level = (state.control & SCI_ENABLE) !== 0 && (state.status & state.enable) !== 0;
    context.interrupt(level);
    cancel?.();
    cancel = null;
    if ((state.enable & TMR) === 0 || (state.status & TMR) !== 0) return;
    const due = ((state.carries + 1n) * HALF * SECOND) / FREQUENCY + 1n;
    cancel = context.timer(due - context.now(), update);
  };

  const readBlock = (offset: number): number => {
    look();
    const timer = Number(count() & 0xff_ffffn);
    const word = (value: number, at: number): number => (value >> (8 * (offset - at))) & 0xff;
    if (offset < PM1_EN) return word(state.status, PM1_STS);
    if (offset < PM1_CNT) return word(state.enable, PM1_EN);
    if (offset < PM1_CNT + 2) return word(state.control, PM1_CNT);
    return offset >= PM_TMR ? word(timer, PM_TMR) : 0;
  };

  const writeByte = (offset: number, value: number): void => {
    // What is cleared includes a carry that nobody has looked at yet.
    look();
    const put = (old: number, at: number): number => (offset === at ? (old & 0xff00) | value : (old & 0xff) | (value << 8));
    if (offset < PM1_EN) state.status &= ~(offset === PM1_STS ? value : value << 8);
    else if (offset < PM1_CNT) state.enable = put(state.enable, PM1_EN) & WRITABLE_EN;
    else if (offset < PM1_CNT + 2) {
      state.control = put(state.control, PM1_CNT) & ~SLEEP_ENABLE;
      if (offset === PM1_CNT + 1) sleep(value << 8);
    }
    update();
  };

  const sleep = (value: number): void => {
    if ((value & SLEEP_ENABLE) !== 0 && (value & SLEEP_TYPE) === 0) context.stop({ kind: 'power-off' });
  };

  const reset = (): void => {
    cancel?.();
    cancel = null;
    state = powerOn();
  };

  return defineDevice({
    name: 'power',
    description: 'ACPI (power-off 0x604 and 0xb004, PM timer 0x608), port 0x92 (A20, reset), reset control 0xcf9',
    ports: [
      { start: 0x600, length: 12 },
      { start: 0xb000, length: 12 },
      { start: 0x92, length: 1 },
      { start: 0xcf9, length: 1 },
      { start: 0xb2, length: 2 },
    ],
    irqs: [9],
    sizes: [1, 2, 4],
    attach: (given) => {
      context = given;
    },
    reset,
    in(offset, size, range) {
      let value = 0;
      for (let i = 0; i < size; i++) {
        const block = offset + i < BLOCK ? readBlock(offset + i) : 0;
        const byte = [block, block, i === 0 ? state.controlA : 0xff, i === 0 ? state.resetControl : 0xff, state.smi[offset + i] ?? 0xff][
          range
        ];
        value += byte * 2 ** (8 * i);
      }
      return value;
    },
    out(offset, value, size, range) {
      const low = value & 0xff;
      switch (range) {
        case 0:
        case 1:
          for (let i = 0; i < size && offset + i < BLOCK; i++) writeByte(offset + i, (value >>> (8 * i)) & 0xff);
          break;
        case 2:
          // The A20 line itself is always on.
          state.controlA = low & 0xfe;
          if ((low & 1) !== 0) context.stop({ kind: 'reset' });
          break;
        case 3:
          // A rising bit 2 resets, in the way that bit 1 says.
          if ((low & ~state.resetControl & 4) !== 0) context.stop({ kind: 'reset' });
          state.resetControl = low & 0x0e;
          break;
        default:
          for (let i = 0; i < size && offset + i < 2; i++) state.smi[offset + i] = (value >>> (8 * i)) & 0xff;
          if (offset === 0 && low === ACPI_ENABLE) state.control |= SCI_ENABLE;
          if (offset === 0 && low === ACPI_DISABLE) state.control &= ~SCI_ENABLE;
          update();
      }
    },
    save: () => structuredClone(state),
    restore(saved) {
      state = structuredClone(saved as typeof state);
      update();
    },
    close: () => cancel?.(),
  });
}
