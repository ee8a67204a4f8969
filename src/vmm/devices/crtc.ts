/** CRT controller of the VGA, as far as text needs it: index and data ports, cursor and start address, retrace in the status port. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

const REGISTERS = 0x19;
/** A frame at 70 Hz, and the part of it that is the vertical retrace, in nanoseconds. */
const FRAME = 14_285_714n;
const RETRACE = 900_000n;
/** Registers of 80×25 text: totals, displayed, blanking, sync, line height, cursor. */
const mode3 = [0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0, 0, 0, 0, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff]; // prettier-ignore

export function crtcDevice(): DeviceDefinition {
  let context: DeviceContext;
  const registers = Uint8Array.from(mode3);
  let index = 0;
  return defineDevice({
    name: 'crtc',
    description: 'VGA CRT controller: cursor and start address registers, retrace status',
    ports: [
      { start: 0x3d4, length: 2 },
      { start: 0x3da, length: 1 },
    ],
    sizes: [1],
    attach: (given) => {
      context = given;
    },
    reset: () => {
      registers.set(mode3);
      index = 0;
    },
    in(offset, _size, range) {
      if (range === 1) return context.now() % FRAME < RETRACE ? 9 : 0;
      return offset === 0 ? index : index < REGISTERS ? registers[index] : 0;
    },
    out(offset, value, _size, range) {
      if (range === 1) return;
      if (offset === 0) index = value;
      // Bit 7 of register 11h protects registers 0 to 7.
      else if (index < REGISTERS && !(index < 8 && (registers[0x11] & 0x80) !== 0)) registers[index] = value;
    },
    save: () => ({ registers: registers.slice(), index }),
    restore(saved) {
      const state = saved as { registers: Uint8Array; index: number };
      registers.set(state.registers);
      ({ index } = state);
    },
  });
}
