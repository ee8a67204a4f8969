/** PCI configuration mechanism 1 (PCI Local Bus Specification 3.0, section 3.2.2.3.2) of a bus without devices: everything reads as ones. */
import type { DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

export function pciDevice(): DeviceDefinition {
  let address = 0;
  return defineDevice({
    name: 'pci',
    description: 'PCI configuration ports of an empty bus',
    ports: [
      { start: 0xcf8, length: 1 },
      { start: 0xcfc, length: 4 },
    ],
    sizes: [1, 2, 4],
    reset: () => {
      address = 0;
    },
    // Only a whole double word reaches the address register.
    in: (_offset, size, range) => (range === 0 && size === 4 ? address : size === 4 ? 0xffff_ffff : 2 ** (8 * size) - 1),
    out(_offset, value, size, range) {
      if (range === 0 && size === 4) address = (value & 0x80ff_fffc) >>> 0;
    },
    save: () => address,
    restore: (saved) => {
      address = saved as number;
    },
  });
}
