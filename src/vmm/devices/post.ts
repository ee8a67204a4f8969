/** Port 0x80: the power-on self test's progress codes. The last one can be read back; writes serve as short delays. */
import type { DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

export function postDevice(): DeviceDefinition {
  let code = 0;
  return defineDevice({
    name: 'post',
    description: 'POST code port: keeps the last code',
    ports: [{ start: 0x80, length: 1 }],
    sizes: [1],
    reset: () => {
      code = 0;
    },
    in: () => code,
    out: (_offset, value) => {
      code = value;
    },
    save: () => code,
    restore: (saved) => {
      code = saved as number;
    },
  });
}
