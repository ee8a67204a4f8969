/** A stopwatch by which a guest times itself, in nanoseconds of guest time: write 0 to start anew, 1 to stop, 2 to go on. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

export function stopwatchDevice(): DeviceDefinition {
  let context: DeviceContext;
  let sum = 0n;
  /** Guest time at which it was started; null while it stands. */
  let since: bigint | null = null;
  let latched = 0n;
  const elapsed = (): bigint => sum + (since === null ? 0n : context.now() - since);
  return defineDevice({
    name: 'stopwatch',
    description: 'write 0 starts, 1 stops, 2 goes on; reads nanoseconds: low half at 0xb30, high half (of the same moment) at 0xb34',
    ports: [{ start: 0xb30, length: 8 }],
    sizes: [1, 2, 4],
    attach: (given) => {
      context = given;
    },
    reset: () => {
      sum = latched = 0n;
      since = null;
    },
    in(offset, size) {
      if (offset === 0) latched = elapsed();
      return Number((latched >> BigInt(8 * offset)) & BigInt(2 ** (8 * size) - 1));
    },
    out(_offset, value) {
      const command = value & 0xff;
      sum = command === 0 ? 0n : elapsed();
      since = command === 1 ? null : context.now();
    },
    save: () => ({ sum, since, latched }),
    restore: (saved) => {
      ({ sum, since, latched } = saved as { sum: bigint; since: bigint | null; latched: bigint });
    },
  });
}
