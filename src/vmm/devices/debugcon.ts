/** Bochs' and QEMU's debug console: writes go to standard output; a read gives 0xe9, by which a guest finds it. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

export const PORT = 0xe9;

export function debugconDevice(): DeviceDefinition {
  let context: DeviceContext;
  return defineDevice({
    name: 'debugcon',
    description: 'Bochs and QEMU debug console: prints every byte written to it; reads as 0xe9',
    ports: [{ start: PORT, length: 1 }],
    sizes: [1, 2, 4],
    coalesced: true,
    attach: (given) => {
      context = given;
    },
    in: (_offset, size) => (size === 1 ? 0xe9 : size === 2 ? 0xffe9 : 0xffff_ffe9),
    out(_offset, value, size) {
      for (let i = 0; i < size; i++) context.outputByte((value >>> (8 * i)) & 0xff);
    },
    outBlock: (_offset, data) => context.output(data),
  });
}
