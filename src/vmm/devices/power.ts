/** Ways to end or restart a PC: ACPI power-off as QEMU and Bochs have it, port 0x92, the reset control register 0xcf9. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

/** PM1a control: SLP_EN, and SLP_TYP 0, which means off on these chipsets. */
const SLEEP_ENABLE = 0x2000;
const SLEEP_TYPE = 0x1c00;
const FAST_A20 = 2;

export function powerDevice(): DeviceDefinition {
  let context: DeviceContext;
  let controlA = FAST_A20;
  let resetControl = 0;
  return defineDevice({
    name: 'power',
    description: 'ACPI power-off (0x604, 0xb004), port 0x92 (A20, reset), reset control 0xcf9',
    ports: [
      { start: 0x604, length: 2 },
      { start: 0xb004, length: 2 },
      { start: 0x92, length: 1 },
      { start: 0xcf9, length: 1 },
    ],
    sizes: [1, 2],
    attach: (given) => {
      context = given;
    },
    reset: () => {
      controlA = FAST_A20;
      resetControl = 0;
    },
    in: (_offset, _size, range) => (range === 2 ? controlA : range === 3 ? resetControl : 0),
    out(_offset, value, size, range) {
      if (range < 2) {
        if (size === 2 && (value & SLEEP_ENABLE) !== 0 && (value & SLEEP_TYPE) === 0) context.stop({ kind: 'power-off' });
      } else if (range === 2) {
        // The A20 line itself is always on.
        controlA = value & 0xfe;
        if ((value & 1) !== 0) context.stop({ kind: 'reset' });
      } else {
        // A rising bit 2 resets, in the way that bit 1 says.
        if ((value & ~resetControl & 4) !== 0) context.stop({ kind: 'reset' });
        resetControl = value & 0x0e;
      }
    },
    save: () => ({ controlA, resetControl }),
    restore(saved) {
      ({ controlA, resetControl } = saved as { controlA: number; resetControl: number });
    },
  });
}
