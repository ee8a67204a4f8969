/** Pixels of the VBE modes, in the linear frame buffer. */
import type { Bios } from '../service.js';
import type { Pixels } from './surface.js';
import { bytesFor, DISPI } from '../../devices/vga/dispi.js';

/** Reads a register of the Bochs extensions. */
export function dispi({ vga }: Bios, index: number): number {
  if (vga === null) return 0;
  vga.setPort(0x1ce, index);
  return vga.port(0x1cf);
}

export function setDispi({ vga }: Bios, index: number, value: number): void {
  vga?.setPort(0x1ce, index);
  vga?.setPort(0x1cf, value);
}

/** Colours 0 to 15 as red, green, blue. */
const rgb = (colour: number): [r: number, g: number, b: number] => {
  const gun = (bit: number): number => ((colour & bit) !== 0 ? 0xaa : 0) + ((colour & 8) !== 0 ? 0x55 : 0);
  return (colour & 15) === 6 ? [0xaa, 0x55, 0] : [gun(4), gun(2), gun(1)];
};

export function linearSurface(bios: Bios): Pixels | null {
  const { vga } = bios;
  if (vga === null) return null;
  const [width, height, bpp] = [dispi(bios, DISPI.width), dispi(bios, DISPI.height), dispi(bios, DISPI.bpp)];
  const pitch = bytesFor(dispi(bios, DISPI.virtualWidth), bpp);
  const size = bytesFor(1, bpp);
  const memory = vga.linear(0, pitch * height);
  if (memory === null) return null;
  /** Colour number → the pixel's bytes, and back by the same table. */
  const words = Array.from({ length: 16 }, (_, colour) => {
    const [r, g, b] = rgb(colour);
    if (bpp === 8) return colour;
    if (bpp === 15) return ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    return bpp === 16 ? ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3) : (r << 16) | (g << 8) | b;
  });
  const read = (at: number): number => {
    let value = 0;
    for (let i = Math.min(size, 3) - 1; i >= 0; i--) value = (value << 8) | memory[at + i];
    return value;
  };
  return {
    width,
    height,
    canXor: false,
    mask: 0xff,
    get(x, y) {
      const value = read(y * pitch + x * size);
      return bpp === 8 ? value : value === 0 ? 0 : Math.max(1, words.indexOf(value));
    },
    set(x, y, colour) {
      const value = bpp === 8 ? colour : words[colour & 15];
      for (let i = 0; i < size; i++) memory[y * pitch + x * size + i] = value >>> (8 * i);
    },
    done: () => vga.drawn(),
  };
}
