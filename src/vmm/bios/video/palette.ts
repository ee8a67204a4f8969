/** Functions 0bh and 10h: attribute controller and colour table. */
import { BDA } from '../memory.js';
import type { Registers } from '../registers.js';
import type { Bios, Verdict } from '../service.js';
import { sumGreys } from './modes.js';

/** Register of the attribute controller; reading the status makes the next write an index, bit 5 gives the palette back. */
export function attribute({ vga, memory }: Bios, index: number, value?: number): number {
  if (vga === null) return 0;
  const status = memory.get16(BDA.crtc) + 6;
  vga.port(status);
  vga.setPort(0x3c0, index);
  const found = vga.port(0x3c1);
  if (value !== undefined) vga.setPort(0x3c0, value & 0xff);
  vga.port(status);
  vga.setPort(0x3c0, 0x20);
  return found;
}

const OVERSCAN = 0x11;
const MODE = 0x10;
const SELECT = 0x14;
const BLINK = 0x08;
const PAGES_OF_16 = 0x80;

/** Function 0bh: bh = 0 border and background, bh = 1 the palette of mode 4. */
export function cgaPalette(r: Registers, bios: Bios): void {
  const { memory } = bios;
  const CGA_PALETTE = 0x466;
  if (r.bh === 0) {
    const colour = (r.bl & 15) | ((r.bl & 8) << 1);
    attribute(bios, 0, colour & 0x17);
    attribute(bios, OVERSCAN, colour & 0x17);
    // Bit 4 brightens the three colours of the palette.
    for (let i = 1; i < 4; i++) attribute(bios, i, (attribute(bios, i) & ~0x10) | (r.bl & 0x10));
    memory.set8(CGA_PALETTE, (memory.get8(CGA_PALETTE) & ~0x1f) | (r.bl & 0x1f));
  } else if (r.bh === 1) {
    // Green, red, brown, or cyan, magenta, white.
    for (let i = 1; i < 4; i++) attribute(bios, i, (attribute(bios, i) & ~1) | (r.bl & 1));
    memory.set8(CGA_PALETTE, (memory.get8(CGA_PALETTE) & ~0x20) | ((r.bl & 1) << 5));
  }
}

/** Function 10h. */
export function palette(r: Registers, bios: Bios): Verdict {
  const { vga, memory } = bios;
  if (vga === null) return 'unknown';
  const put = (index: number, red: number, green: number, blue: number): void => {
    vga.setPort(0x3c8, index & 0xff);
    for (const gun of [red, green, blue]) vga.setPort(0x3c9, gun);
  };
  const take = (index: number): number[] => {
    vga.setPort(0x3c7, index & 0xff);
    return [vga.port(0x3c9), vga.port(0x3c9), vga.port(0x3c9)];
  };
  switch (r.al) {
    case 0x00:
      if (r.bl <= 0x14) attribute(bios, r.bl, r.bh);
      return;
    case 0x01:
      attribute(bios, OVERSCAN, r.bh);
      return;
    case 0x02:
      for (let i = 0; i < 17; i++) attribute(bios, i < 16 ? i : OVERSCAN, memory.get8(r.esAt(r.dx + i)));
      return;
    case 0x03:
      attribute(bios, MODE, (attribute(bios, MODE) & ~BLINK) | ((r.bl & 1) !== 0 ? BLINK : 0));
      return;
    case 0x07:
      if (r.bl <= 0x14) r.bh = attribute(bios, r.bl);
      return;
    case 0x08:
      r.bh = attribute(bios, OVERSCAN);
      return;
    case 0x09:
      for (let i = 0; i < 17; i++) memory.set8(r.esAt(r.dx + i), attribute(bios, i < 16 ? i : OVERSCAN));
      return;
    case 0x10:
      put(r.bl, r.dh, r.ch, r.cl);
      return;
    case 0x12:
      for (let i = 0; i < Math.min(256, r.cx); i++) {
        const at = (gun: number): number => memory.get8(r.esAt(r.dx + i * 3 + gun));
        put(r.bl + i, at(0), at(1), at(2));
      }
      return;
    case 0x13:
      if ((r.bl & 1) === 0) attribute(bios, MODE, (attribute(bios, MODE) & ~PAGES_OF_16) | ((r.bh & 1) << 7));
      else attribute(bios, SELECT, (attribute(bios, MODE) & PAGES_OF_16) !== 0 ? r.bh & 15 : (r.bh & 3) << 2);
      return;
    case 0x15:
      [r.dh, r.ch, r.cl] = take(r.bl);
      return;
    case 0x17:
      for (let i = 0; i < Math.min(256, r.cx); i++) take(r.bl + i).forEach((gun, n) => memory.set8(r.esAt(r.dx + i * 3 + n), gun));
      return;
    case 0x18:
      vga.setPort(0x3c6, r.bl);
      return;
    case 0x19:
      r.bl = vga.port(0x3c6);
      return;
    case 0x1a: {
      const pages = (attribute(bios, MODE) & PAGES_OF_16) !== 0;
      const select = attribute(bios, SELECT);
      r.bl = pages ? 1 : 0;
      r.bh = pages ? select & 15 : (select >> 2) & 3;
      return;
    }
    case 0x1b:
      sumGreys(bios, r.bx, Math.min(256, r.cx));
      return;
    default:
      return 'unknown';
  }
}
