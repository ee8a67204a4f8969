/**
 * PCI configuration mechanism 1 (PCI Local Bus Specification 3.0, section 3.2.2.3.2) of a bus with what a 440FX board has on
 * it: host bridge, PIIX3 (ISA bridge, IDE, power management) and a VGA. Headers as in the specification's section 6.1.
 */
import type { DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { FRAME_BUFFER } from './vga/memory.js';

const ENABLE = 0x8000_0000;
const SPACE = 256;

/** A base address register of memory that cannot be moved: it shows its size after all ones were written, else its place. */
interface Bar {
  readonly value: number;
  readonly size: number;
}

interface Function {
  readonly device: number;
  readonly function: number;
  readonly vendor: number;
  readonly id: number;
  /** Class, subclass and programming interface. */
  readonly class: number;
  readonly header?: number;
  readonly command: number;
  readonly bars?: Readonly<Record<number, Bar>>;
  readonly interruptPin?: number;
  readonly interruptLine?: number;
  /** Registers of its own: offset, initial byte, writable bits. */
  readonly own?: readonly (readonly [offset: number, value: number, mask: number])[];
}

/** PAM0 to PAM6: what lies below 1 MiB is RAM here from the start, with the firmware copied into it; writing changes nothing. */
const pam = [0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f].map((at) => [at, at === 0x59 ? 0x30 : 0x33, 0x33] as const);

// 1.3's 0x5b says that system management mode is set up, as there is none: firmware then leaves it alone.
// prettier-ignore
const functions: readonly Function[] = [
  { device: 0, function: 0, vendor: 0x8086, id: 0x1237, class: 0x060000, command: 0x0006, own: [...pam, [0x72, 0x02, 0x7f]] },
  { device: 1, function: 0, vendor: 0x8086, id: 0x7000, class: 0x060100, header: 0x80, command: 0x0007,
    own: [0x60, 0x61, 0x62, 0x63].map((at) => [at, 0x80, 0x8f] as const) },
  { device: 1, function: 1, vendor: 0x8086, id: 0x7010, class: 0x010100, command: 0x0001,
    own: [[0x40, 0, 0xff], [0x41, 0x80, 0xf3], [0x42, 0, 0xff], [0x43, 0x80, 0xf3]] },
  { device: 1, function: 3, vendor: 0x8086, id: 0x7113, class: 0x068000, command: 0x0001, interruptPin: 1, interruptLine: 9,
    own: [[0x40, 0x01, 0xc0], [0x41, 0x06, 0xff], [0x5b, 0x02, 0xff], [0x80, 0x01, 0x01]] },
  { device: 2, function: 0, vendor: 0x1234, id: 0x1111, class: 0x030000, command: 0x0003,
    bars: { 0: { value: (FRAME_BUFFER.start | 8) >>> 0, size: FRAME_BUFFER.length } } },
];

const COMMAND_BITS = 0x0547;

/** A function's configuration space at power-on, and which bits of it software may change. */
function spaceOf(f: Function): { bytes: Uint8Array; writable: Uint8Array } {
  const bytes = new Uint8Array(SPACE);
  const writable = new Uint8Array(SPACE);
  const view = new DataView(bytes.buffer);
  const masks = new DataView(writable.buffer);
  view.setUint16(0, f.vendor, true);
  view.setUint16(2, f.id, true);
  view.setUint16(4, f.command, true);
  masks.setUint16(4, COMMAND_BITS, true);
  view.setUint16(6, 0x0280, true);
  view.setUint32(8, f.class * 0x100 + (f.vendor === 0x1234 ? 2 : 0), true);
  bytes[14] = f.header ?? 0;
  for (const [n, bar] of Object.entries(f.bars ?? {})) {
    view.setUint32(0x10 + Number(n) * 4, bar.value, true);
  }
  // Cache line size, latency timer, subsystem, interrupt line.
  writable[12] = writable[13] = writable[0x3c] = 0xff;
  view.setUint16(0x2c, 0x1af4, true);
  view.setUint16(0x2e, 0x1100, true);
  bytes[0x3c] = f.interruptLine ?? 0;
  bytes[0x3d] = f.interruptPin ?? 0;
  for (const [offset, value, mask] of f.own ?? []) {
    bytes[offset] = value;
    writable[offset] = mask;
  }
  return { bytes, writable };
}

export const pciFunctions = functions.map((f) => ({ place: (f.device << 3) | f.function, class: f.class, vendor: f.vendor, id: f.id }));

/** Configuration spaces by place: device in bits 7–3, function in 2–0. */
export class ConfigurationSpaces {
  private readonly spaces = new Map(functions.map((f) => [(f.device << 3) | f.function, spaceOf(f)] as const));

  /** Bytes from `offset` on; ones where no function answers. */
  read(bus: number, place: number, offset: number, size: number): number {
    const space = bus === 0 ? this.spaces.get(place) : undefined;
    let value = 0;
    for (let i = 0; i < size; i++) value += (space === undefined ? 0xff : space.bytes[(offset + i) & 0xff]) * 2 ** (8 * i);
    return value;
  }

  write(bus: number, place: number, offset: number, size: number, value: number): void {
    const space = bus === 0 ? this.spaces.get(place) : undefined;
    if (space === undefined) return;
    const bar = functions.find((f) => place === ((f.device << 3) | f.function))?.bars?.[(offset - 0x10) / 4];
    if (bar !== undefined && size === 4) {
      const shown = value >>> 0 === 0xffff_ffff ? (-bar.size | (bar.value & 15)) >>> 0 : bar.value;
      new DataView(space.bytes.buffer).setUint32(offset, shown, true);
    }
    for (let i = 0; i < size; i++) {
      const at = (offset + i) & 0xff;
      const mask = space.writable[at];
      space.bytes[at] = (space.bytes[at] & ~mask) | ((value >>> (8 * i)) & mask);
    }
  }

  reset(): void {
    for (const f of functions) this.spaces.set((f.device << 3) | f.function, spaceOf(f));
  }

  save(): Uint8Array[] {
    return [...this.spaces.values()].map(({ bytes }) => bytes.slice());
  }

  restore(saved: readonly Uint8Array[]): void {
    [...this.spaces.values()].forEach(({ bytes }, i) => bytes.set(saved[i]));
  }
}

export function pciDevice(): DeviceDefinition {
  let address = 0;
  const spaces = new ConfigurationSpaces();
  /** Bus, place and register of CONFIG_ADDRESS; null: the data port is switched off. */
  const target = (offset: number): readonly [bus: number, place: number, register: number] | null =>
    address >>> 31 === 0 ? null : [(address >>> 16) & 0xff, (address >>> 8) & 0xff, (address & 0xfc) + offset];
  return defineDevice({
    name: 'pci',
    description: 'PCI configuration ports: 440FX host bridge, PIIX3 (ISA, IDE, power management), VGA',
    ports: [
      { start: 0xcf8, length: 1 },
      { start: 0xcfc, length: 4 },
    ],
    sizes: [1, 2, 4],
    reset: () => {
      address = 0;
      spaces.reset();
    },
    in(offset, size, range) {
      // Only a whole double word reaches the address register.
      if (range === 0) return size === 4 ? address : 2 ** (8 * size) - 1;
      const at = target(offset);
      return at === null || offset + size > 4 ? 2 ** (8 * size) - 1 : spaces.read(...at, size);
    },
    out(offset, value, size, range) {
      if (range === 0) {
        if (size === 4) address = (value & (ENABLE | 0x00ff_fffc)) >>> 0;
        return;
      }
      const at = target(offset);
      if (at !== null && offset + size <= 4) spaces.write(...at, size, value);
    },
    save: () => ({ address, spaces: spaces.save() }),
    restore: (saved) => {
      const state = saved as { address: number; spaces: Uint8Array[] };
      ({ address } = state);
      spaces.restore(state.spaces);
    },
  });
}
