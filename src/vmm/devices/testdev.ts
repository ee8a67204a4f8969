/** What kvm-unit-tests expects of its test device: a register to read back, interrupt lines at will, a page of MMIO. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

const LINES = 24;
/** Lines that a PC's controllers have. */
const ISA_LINES = 16;
const BUFFER = 0x1_0000;

export function testDevice(): DeviceDefinition {
  let context: DeviceContext;
  let data = 0;
  const buffer = new Uint8Array(BUFFER);
  return defineDevice({
    name: 'testdev',
    description: "kvm-unit-tests' device: register 0xe0-0xe7, flush 0xe8, interrupt lines 0x2000-0x2017, MMIO buffer",
    ports: [
      { start: 0xe0, length: 8 },
      { start: 0xe8, length: 1 },
      { start: 0x2000, length: LINES },
    ],
    mmio: [{ start: 0xff00_0000, length: BUFFER }],
    irqs: Array.from({ length: ISA_LINES }, (_, line) => line),
    sizes: [1, 2, 4],
    attach: (given) => {
      context = given;
    },
    reset: () => {
      data = 0;
      buffer.fill(0);
    },
    in(offset, size, range) {
      return range === 0 ? (data >>> ((offset & 3) * 8)) % 2 ** (8 * size) : 0;
    },
    out(offset, value, size, range) {
      if (range === 0) {
        const shift = (offset & 3) * 8;
        const mask = (2 ** (8 * size) - 1) << shift;
        data = ((data & ~mask) | ((value << shift) & mask)) >>> 0;
      } else if (range === 2 && offset < ISA_LINES) context.interrupt((value & 0xff) !== 0, offset);
      // 0xe8 flushes a page in hypervisors that map lazily: nothing to do.
    },
    read(offset, size) {
      let value = 0;
      for (let i = 0; i < size; i++) value += (buffer[offset + i] ?? 0xff) * 2 ** (8 * i);
      return value;
    },
    write(offset, value, size) {
      for (let i = 0; i < size && offset + i < BUFFER; i++) buffer[offset + i] = Number((BigInt(value) >> BigInt(8 * i)) & 0xffn);
    },
    save: () => ({ data, buffer: buffer.slice() }),
    restore(saved) {
      const state = saved as { data: number; buffer: Uint8Array };
      ({ data } = state);
      buffer.set(state.buffer);
    },
  });
}
