/** QEMU's isa-debug-exit: a write ends the run with process status (value << 1) | 1. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

export const PORT = 0xf4;

export function debugExitDevice(): DeviceDefinition {
  let context: DeviceContext;
  return defineDevice({
    name: 'debug-exit',
    description: 'QEMU isa-debug-exit: a write of v ends the run with exit status (v << 1) | 1',
    ports: [{ start: PORT, length: 4 }],
    sizes: [1, 2, 4],
    attach: (given) => {
      context = given;
    },
    in: () => 0,
    out: (_offset, value) => context.stop({ kind: 'debug-exit', value }),
  });
}
