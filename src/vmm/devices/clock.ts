/** The time of day in binary: a read of the first double word holds both still. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

export function clockDevice(): DeviceDefinition {
  let context: DeviceContext;
  let latched = 0;
  return defineDevice({
    name: 'clock',
    description: 'time of day: seconds since 1970 (UTC) at 0xb24, then microseconds at 0xb28',
    ports: [{ start: 0xb24, length: 8 }],
    sizes: [4],
    attach: (given) => {
      context = given;
    },
    reset: () => {
      latched = 0;
    },
    in(offset) {
      if (offset === 0) latched = (context.wallTime?.() ?? Date.now()) + Number(context.now() % 1_000_000n) / 1e6;
      return offset === 0 ? Math.floor(latched / 1000) % 2 ** 32 : Math.floor((latched % 1000) * 1000);
    },
    save: () => latched,
    restore: (saved) => {
      latched = saved as number;
    },
  });
}
