/** Graphics modes: pixels, and characters drawn with the font that vector 43h points to (1fh for the CGA modes' upper half). */
import { BDA } from '../memory.js';
import type { Bios } from '../service.js';
import { get, put } from './screen.js';
import type { Window } from './screen.js';
import { linearSurface } from './linear.js';

export interface Surface {
  readonly width: number;
  readonly height: number;
  /** Colour of a pixel; 0 outside. */
  pixel(x: number, y: number): number;
  /** Bit 7 of the colour combines by exclusive or, except in modes with 256 colours and more. */
  plot(x: number, y: number, colour: number): void;
  /** Draws a character in a cell, on colour 0. */
  draw(column: number, row: number, code: number, colour: number): void;
  /** The character that is drawn in a cell, or 0. */
  recognise(column: number, row: number): number;
  /** Moves cells; what comes free is filled with `colour`. */
  scroll(window: Window, step: number, colour: number, down: boolean): void;
}

/** How one mode keeps its pixels. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly get: (x: number, y: number) => number;
  readonly set: (x: number, y: number, colour: number) => void;
  /** Bit 7 means exclusive or. */
  readonly canXor: boolean;
  /** Bits that a colour has. */
  readonly mask: number;
  /** Eight pixels of a character at once, by column and line; set bits get the colour, the others 0. */
  readonly row?: (column: number, y: number, bits: number, colour: number) => void;
  /** Copies (from null: fills) the cells `left` to `right` of a line. */
  readonly line?: (y: number, from: number | null, left: number, right: number, colour: number) => void;
  /** Called behind everything that draws. */
  readonly done?: () => void;
}

export function surfaceOf(bios: Bios, page: number): Surface | null {
  const pixels = pixelsOf(bios, page);
  return pixels === null ? null : surface(bios, pixels);
}

function pixelsOf(bios: Bios, page: number): Pixels | null {
  const mode = bios.memory.get8(BDA.mode);
  const start = page * bios.memory.get16(BDA.pageSize);
  if (mode >= 4 && mode <= 6) return cga(bios, mode === 6 ? 1 : 2);
  if (mode === 0x13) return bytes(bios);
  if (mode >= 0x0d && mode <= 0x12) return planar(bios, mode, 0xa0000 + start);
  return mode === 0xff ? linearSurface(bios) : null;
}

/** Modes 4 to 6: 1 or 2 bits a pixel, odd lines 8 KiB behind the even ones. */
function cga(bios: Bios, bits: 1 | 2): Pixels {
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  const place = (x: number, y: number): [address: number, shift: number] => [
    0xb8000 + (y & 1) * 0x2000 + (y >> 1) * 80 + Math.floor(x / perByte),
    8 - bits - (x % perByte) * bits,
  ];
  return {
    width: 80 * perByte,
    height: 200,
    canXor: true,
    mask,
    get(x, y) {
      const [address, shift] = place(x, y);
      return (get(bios, address) >> shift) & mask;
    },
    set(x, y, colour) {
      const [address, shift] = place(x, y);
      put(bios, address, (get(bios, address) & ~(mask << shift)) | (colour << shift));
    },
  };
}

/** Mode 13h: a byte a pixel. */
function bytes(bios: Bios): Pixels {
  return {
    width: 320,
    height: 200,
    canXor: false,
    mask: 0xff,
    get: (x, y) => get(bios, 0xa0000 + y * 320 + x),
    set: (x, y, colour) => put(bios, 0xa0000 + y * 320 + x, colour),
  };
}

const heights: Readonly<Record<number, number>> = { 0x0d: 200, 0x0e: 200, 0x0f: 350, 0x10: 350, 0x11: 480, 0x12: 480 };

/** Planar modes, through the graphics controller: write mode 2 puts a colour at the bits of the mask. */
function planar(bios: Bios, mode: number, base: number): Pixels {
  const width = mode === 0x0d ? 320 : 640;
  // Two colours: all planes or none.
  const two = mode === 0x0f || mode === 0x11;
  const ink = (colour: number): number => (two ? ((colour & 15) !== 0 ? 15 : 0) : colour & 15);
  const graphics = (index: number, value: number): void => {
    bios.vga?.setPort(0x3ce, index);
    bios.vga?.setPort(0x3cf, value);
  };
  return {
    width,
    height: heights[mode],
    canXor: true,
    mask: two ? 1 : 15,
    get(x, y) {
      const address = base + (y * width + x) / 8;
      let colour = 0;
      for (let plane = 0; plane < 4; plane++) {
        graphics(4, plane);
        colour |= ((get(bios, Math.floor(address)) >> (7 - (x & 7))) & 1) << plane;
      }
      graphics(4, 0);
      return two ? colour & 1 : colour;
    },
    set(x, y, colour) {
      const address = base + ((y * width + x) >> 3);
      graphics(5, 2);
      graphics(8, 0x80 >> (x & 7));
      get(bios, address);
      put(bios, address, ink(colour));
      graphics(5, 0);
      graphics(8, 0xff);
    },
    row(column, y, bits, colour) {
      const address = base + (y * width) / 8 + column;
      put(bios, address, 0);
      graphics(5, 2);
      graphics(8, bits);
      get(bios, address);
      put(bios, address, ink(colour));
      graphics(5, 0);
      graphics(8, 0xff);
    },
    line(y, from, left, right, colour) {
      // Write mode 1 copies all planes through the latches, mode 2 fills them.
      graphics(5, from === null ? 2 : 1);
      for (let column = left; column <= Math.min(right, width / 8 - 1); column++) {
        if (from !== null) get(bios, base + (from * width) / 8 + column);
        put(bios, base + (y * width) / 8 + column, ink(colour));
      }
      graphics(5, 0);
    },
  };
}

/** Rows of a character's pixels, from guest memory: programs put fonts of their own there. */
function glyphOf({ memory }: Bios, code: number, height: number): number[] {
  const old = memory.get8(BDA.mode) <= 6;
  const upper = old && code >= 128;
  const pointer = memory.get32((upper ? 0x1f : 0x43) * 4);
  const start = (pointer >>> 16) * 16 + (pointer & 0xffff) + (upper ? code - 128 : code) * height;
  return Array.from({ length: height }, (_, i) => memory.get8(start + i));
}

function surface(bios: Bios, pixels: Pixels): Surface {
  const cellHeight = bios.memory.get16(BDA.characterHeight) || 8;
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < pixels.width && y < pixels.height;
  const plot = (x: number, y: number, colour: number): void => {
    if (!inside(x, y)) return;
    const xor = pixels.canXor && (colour & 0x80) !== 0;
    pixels.set(x, y, xor ? (pixels.get(x, y) ^ colour) & pixels.mask : colour & pixels.mask);
  };
  const bits = (column: number, row: number): number[] =>
    Array.from({ length: cellHeight }, (_, line) => {
      let byte = 0;
      for (let x = 0; x < 8; x++) byte = (byte << 1) | (pixels.get(column * 8 + x, row * cellHeight + line) !== 0 ? 1 : 0);
      return byte;
    });
  return {
    width: pixels.width,
    height: pixels.height,
    plot(x, y, colour) {
      plot(x, y, colour);
      pixels.done?.();
    },
    pixel: (x, y) => (inside(x, y) ? pixels.get(x, y) : 0),
    draw(column, row, code, colour) {
      const xor = pixels.canXor && (colour & 0x80) !== 0;
      glyphOf(bios, code, cellHeight).forEach((byte, line) => {
        if (!xor && pixels.row !== undefined) {
          if (inside(column * 8, row * cellHeight + line)) pixels.row(column, row * cellHeight + line, byte, colour);
          return;
        }
        for (let x = 0; x < 8; x++) {
          const on = (byte & (0x80 >> x)) !== 0;
          if (on || !xor) plot(column * 8 + x, row * cellHeight + line, on ? colour : 0);
        }
      });
      pixels.done?.();
    },
    recognise(column, row) {
      const wanted = bits(column, row).join();
      for (let code = 0; code < 256; code++) if (glyphOf(bios, code, cellHeight).join() === wanted) return code;
      return 0;
    },
    scroll({ top, left, bottom, right }, step, colour, down) {
      const [first, last] = [top * cellHeight, (bottom + 1) * cellHeight - 1];
      const lines = step * cellHeight;
      for (let i = 0; i <= last - first; i++) {
        const y = down ? last - i : first + i;
        const from = down ? y - lines : y + lines;
        const moved = from >= first && from <= last;
        if (pixels.line !== undefined) {
          if (inside(left * 8, y)) pixels.line(y, moved ? from : null, left, right, colour);
          continue;
        }
        for (let x = left * 8; x < (right + 1) * 8; x++) {
          if (inside(x, y)) pixels.set(x, y, moved ? pixels.get(x, from) : colour & pixels.mask);
        }
      }
      pixels.done?.();
    },
  };
}
