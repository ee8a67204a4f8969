/** The teaching program's console: every byte written to the port appears on standard output; a read waits for the next byte of input. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { INPUT_END, INPUT_NONE } from '../input.js';

export const PORT = 0xf1;

/** Wide writes print each byte, low byte first. A read waits for a byte of input and gives 0xff at its end. */
export function consoleDevice(): DeviceDefinition {
  let context: DeviceContext;
  // Bytes of a wide read that have come already while it waits for the rest.
  let waiting: number[] = [];
  return defineDevice({
    name: 'console',
    description: 'prints every byte written to it on standard output; a read waits for the next byte of input',
    ports: [{ start: PORT, length: 1 }],
    sizes: [1, 2, 4],
    coalesced: true,
    attach: (given) => {
      context = given;
    },
    reset: () => {
      waiting = [];
    },
    in(_offset, size) {
      if (size === 1 && waiting.length === 0) {
        const byte = context.input();
        if (byte !== INPUT_NONE) return byte === INPUT_END ? 0xff : byte;
        context.waitForInput();
        return 0;
      }
      while (waiting.length < size) {
        const byte = context.input();
        if (byte === INPUT_NONE) {
          context.waitForInput();
          return 0;
        }
        waiting.push(byte === INPUT_END ? 0xff : byte);
      }
      return waiting.splice(0, size).reduceRight((sum, byte) => sum * 256 + byte, 0);
    },
    out(_offset, value, size) {
      context.outputByte(value & 0xff);
      for (let i = 1; i < size; i++) context.outputByte((value >>> (8 * i)) & 0xff);
    },
    outBlock: (_offset, data) => context.output(data),
  });
}
