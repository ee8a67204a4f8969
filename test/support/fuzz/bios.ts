/** BIOS services with any registers, on the devices of the pc board, without a processor: none throws, each says how it ended. */
import { bytesImage } from '../../../src/vmm/disks/medium.js';
import { FRAME_SIZE, VERDICT } from '../../../src/vmm/bios/registers.js';
import { CALL_PORT, CLOCK_PORT, KEY_PORT, MOUSE_PORT } from '../../../src/vmm/bios/stubs.js';
import { createMachine } from '../../../src/vmm/machine.js';
import type { Random } from '../random.js';
import type { Target } from './target.js';

const CALL = FRAME_SIZE + 1;
/** Where the frame lies; the last kinds are at the edges of memory. */
const places = [0x6000, 0x6001, 0x9fbd0, 0x1ffff0 - 16, 0x200000 - FRAME_SIZE];
const functions: Readonly<Record<number, readonly number[]>> = {
  0x10: [0, 1, 2, 5, 6, 7, 8, 9, 0x0b, 0x0c, 0x0e, 0x10, 0x11, 0x12, 0x13, 0x1a, 0x1b, 0x1c, 0x4f],
  0x13: [2, 3, 4, 5, 8, 0x15, 0x18, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x48, 0x4b, 0x4e],
  0x14: [0, 1, 2, 3],
  0x15: [0x24, 0x53, 0x83, 0x86, 0x87, 0x88, 0xc2, 0xe8],
  0x16: [0, 1, 2, 3, 5, 0x10, 0x11, 0x12],
  0x1a: [0, 1, 2, 3, 4, 5, 6, 7, 0xb1],
};

function call(random: Random): number[] {
  const frame = Array.from({ length: FRAME_SIZE }, () => (random.chance(0.3) ? random.pick([0, 1, 0xff, 0x80]) : random.below(256)));
  const vector = random.pick([0x10, 0x10, 0x11, 0x12, 0x13, 0x13, 0x13, 0x14, 0x15, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, random.below(256)]);
  frame[36] = vector;
  // Long strings scroll for seconds.
  if (vector === 0x10) frame[25] &= 1;
  const known = functions[vector];
  if (known !== undefined && random.chance(0.8)) frame[29] = random.pick(known);
  if (vector === 0x13 && random.chance(0.8)) frame[20] = random.pick([0x80, 0x81, 0, 0xe0]);
  // A 32-bit address above 1 MiB is rare.
  if (random.chance(0.5)) frame[33] = frame[35] = 0;
  return [random.below(8), ...frame];
}

export const biosTarget: Target = {
  name: 'bios',
  about: 'BIOS services with any registers, scan codes and mouse bytes',
  generate: (random) => Uint8Array.from(Array.from({ length: random.range(1, 30) }, () => call(random)).flat()),
  check(input) {
    const images = {
      hdb: bytesImage(new Uint8Array(100 * 512).fill(7)),
      fda: bytesImage(new Uint8Array(1474560)),
      cdrom: bytesImage(new Uint8Array(40960)),
    };
    const machine = createMachine({ engine: 'soft', boot: 'sector', memory: 2 << 20, drives: images });
    try {
      const sector = new Uint8Array(1024);
      sector.set([0xfa, 0xf4]);
      sector.set([0x55, 0xaa], 510);
      machine.load(sector);
      for (let at = 0; at + CALL <= input.length; at += CALL) {
        const address = places[input[at] % places.length];
        const frame = machine.ram.at(address, FRAME_SIZE);
        if (frame === null) continue;
        frame.set(input.subarray(at + 1, at + CALL));
        const vector = frame[36];
        machine.bus.poke(CALL_PORT, address, 4);
        if (frame[VERDICT] > 3) {
          // A service may have written over its own frame: disks read wherever they are told to.
          if (vector !== 0x13 && vector !== 0x15) return `int 0x${vector.toString(16)} left the verdict ${frame[VERDICT]}`;
        }
        machine.bus.poke(KEY_PORT, input[at], 1);
        machine.bus.peek(MOUSE_PORT, 1);
        machine.bus.peek(CLOCK_PORT, 1);
        const { failure } = machine.pending;
        if (failure !== null) throw failure.error;
      }
      return null;
    } finally {
      machine.close();
    }
  },
};
