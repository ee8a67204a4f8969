/** The teaching program's console: every byte written to the port appears on standard output; a read gives the next byte of input. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

export const PORT = 0xf1;

/** Wide writes print each byte, low byte first. A read gives 0 when no input waits, and 0xff at its end. */
export function consoleDevice(): DeviceDefinition {
  let context: DeviceContext;
  const next = (): number => {
    const value = context.input();
    return value >= 0 ? value : value === -1 ? 0 : 0xff;
  };
  return defineDevice({
    name: 'console',
    description: 'prints every byte written to it on standard output; a read gives the next byte of input',
    ports: [{ start: PORT, length: 1 }],
    sizes: [1, 2, 4],
    coalesced: true,
    attach: (given) => {
      context = given;
    },
    in(_offset, size) {
      let value = 0;
      for (let i = 0; i < size; i++) value += next() * 2 ** (8 * i);
      return value;
    },
    out(_offset, value, size) {
      context.outputByte(value & 0xff);
      for (let i = 1; i < size; i++) context.outputByte((value >>> (8 * i)) & 0xff);
    },
    outBlock: (_offset, data) => context.output(data),
  });
}
