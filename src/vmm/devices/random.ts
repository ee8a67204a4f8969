/** A port that reads as random bits, of whatever size is read. With `seed=N` every run gets the same ones. */
import { randomBytes } from 'node:crypto';
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

/** @param options `seed=N`: xorshift from this number on */
export function randomDevice(options: Record<string, string> = {}): DeviceDefinition {
  const seed = options.seed === undefined ? null : Number(options.seed);
  if (seed !== null && !Number.isSafeInteger(seed)) throw new RangeError(`seed=${options.seed}: write a whole number`);
  const first = (): number => (seed === null ? 0 : (seed ^ 0x9e37_79b9) >>> 0 || 1);
  let state = first();
  let context: DeviceContext;
  /** Xorshift (Marsaglia 2003). */
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const fresh = (): number => randomBytes(4).readUInt32LE();
  return defineDevice({
    name: 'random',
    description: 'reads as random bits, 1 to 4 bytes at a time',
    ports: [{ start: 0xb20, length: 1 }],
    sizes: [1, 2, 4],
    attach: (given) => {
      context = given;
    },
    reset: () => {
      state = first();
    },
    in: (_offset, size) => (seed === null ? (context.chance?.(fresh) ?? fresh()) : next()) % 2 ** (8 * size),
    save: () => state,
    restore: (saved) => {
      state = saved as number;
    },
  });
}
