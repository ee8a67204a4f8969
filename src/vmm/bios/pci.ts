/** int 1ah, functions B1xxh: the PCI BIOS (PCI BIOS Specification 2.1), through the configuration ports. */
import type { Registers } from './registers.js';
import type { Bios, Verdict } from './service.js';

const NOT_SUPPORTED = 0x81;
const BAD_VENDOR = 0x83;
const NOT_FOUND = 0x86;
const BAD_REGISTER = 0x87;
/** "PCI ", in edx. */
const SIGNATURE = 0x2049_4350;
const ADDRESS = 0xcf8;
const DATA = 0xcfc;

type Ports = NonNullable<Bios['context']['ports']>;

/** Configuration address of a register of a function. */
const addressOf = (bus: number, place: number, register: number): number =>
  (0x8000_0000 + bus * 0x1_0000 + place * 0x100 + (register & 0xfc)) >>> 0;

function read(ports: Ports, bus: number, place: number, register: number, size: number): number {
  ports.out(ADDRESS, addressOf(bus, place, register), 4);
  const value = ports.in(DATA, 4);
  return Math.floor(value / 2 ** (8 * (register & 3))) % 2 ** (8 * size);
}

function write(ports: Ports, bus: number, place: number, register: number, size: number, value: number): void {
  ports.out(ADDRESS, addressOf(bus, place, register), 4);
  const shift = 8 * (register & 3);
  const mask = size === 4 ? 0xffff_ffff : ((2 ** (8 * size) - 1) << shift) >>> 0;
  const rest = ports.in(DATA, 4) & ~mask;
  ports.out(DATA, (rest | ((value << shift) & mask)) >>> 0, 4);
}

/** The place of the n-th function that fits, or -1. */
function find(ports: Ports, n: number, fits: (place: number) => boolean): number {
  for (let place = 0; place < 256; place++) {
    if (read(ports, 0, place, 0, 4) % 0x1_0000 === 0xffff || !fits(place)) continue;
    if (n === 0) return place;
    n -= 1;
  }
  return -1;
}

export function pci(r: Registers, bios: Bios): Verdict {
  const { ports } = bios.context;
  const answer = (code: number): undefined => {
    r.ah = code;
    r.carry = code !== 0;
    return undefined;
  };
  if (ports === undefined) return answer(NOT_SUPPORTED);
  const found = (place: number): undefined => {
    if (place < 0) return answer(NOT_FOUND);
    r.bh = 0;
    r.bl = place;
    return answer(0);
  };
  switch (r.al) {
    case 0x01:
      // Mechanism 1; version 2.10; the last bus. There is no 32-bit entry.
      r.al = 0x01;
      r.bx = 0x0210;
      r.cl = 0;
      r.edx = SIGNATURE;
      r.edi = 0;
      return answer(0);
    case 0x02: {
      const [device, vendor] = [r.cx, r.dx];
      if (vendor === 0xffff) return answer(BAD_VENDOR);
      return found(find(ports, r.si, (place) => read(ports, 0, place, 0, 4) === device * 0x1_0000 + vendor));
    }
    case 0x03: {
      const wanted = r.ecx % 0x100_0000;
      return found(find(ports, r.si, (place) => Math.floor(read(ports, 0, place, 8, 4) / 256) === wanted));
    }
    case 0x08:
    case 0x09:
    case 0x0a: {
      const size = 2 ** (r.al - 8);
      if (r.di > 0xff || r.di % size !== 0) return answer(BAD_REGISTER);
      const value = read(ports, r.bh, r.bl, r.di, size);
      if (size === 1) r.cl = value;
      else if (size === 2) r.cx = value;
      else r.ecx = value;
      return answer(0);
    }
    case 0x0b:
    case 0x0c:
    case 0x0d: {
      const size = 2 ** (r.al - 0x0b);
      if (r.di > 0xff || r.di % size !== 0) return answer(BAD_REGISTER);
      write(ports, r.bh, r.bl, r.di, size, size === 1 ? r.cl : size === 2 ? r.cx : r.ecx);
      return answer(0);
    }
    default:
      return answer(NOT_SUPPORTED);
  }
}
