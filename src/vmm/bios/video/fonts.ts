/** Functions 11h and 12h: fonts, and the choices that the next mode set follows. */
import { fontOf } from '../../font.js';
import type { FontHeight } from '../../font.js';
import { BDA } from '../memory.js';
import type { Registers } from '../registers.js';
import type { Bios, Verdict } from '../service.js';
import { VGA_FLAGS, fontPointer, sumGreys } from './modes.js';
import { isText, setCrtc } from './screen.js';

const romHeights: Readonly<Record<number, FontHeight>> = { 1: 14, 2: 8, 4: 16 };
const graphicsHeights: Readonly<Record<number, FontHeight>> = { 0x22: 14, 0x23: 8, 0x24: 16 };

/** Function 11h. */
export function font(r: Registers, bios: Bios): Verdict {
  const { memory, vga } = bios;
  const kind = r.al & 0x0f;
  if (vga === null) return 'unknown';
  if (r.al < 0x20) {
    if (kind === 3) {
      vga.setPort(0x3c4, 3);
      vga.setPort(0x3c5, r.bl);
      return;
    }
    if (kind === 0) {
      const height = r.bh === 0 || r.bh > 32 ? 16 : r.bh;
      const glyphs = Uint8Array.from({ length: Math.min(256, r.cx) * height }, (_, i) => memory.get8(r.esAt(r.bp + i)));
      vga.loadFont(r.bl, r.dx & 0xff, height, glyphs);
      if (r.al === 0x10) setHeight(bios, height);
      return;
    }
    const height = romHeights[kind];
    if (height === undefined) return 'unknown';
    vga.loadFont(r.bl, 0, height, fontOf(height));
    if (r.al >= 0x10) setHeight(bios, height);
    return;
  }
  if (r.al === 0x20) memory.set32(0x1f * 4, ((r.es << 16) | r.bp) >>> 0);
  else if (r.al === 0x21) {
    memory.set32(0x43 * 4, ((r.es << 16) | r.bp) >>> 0);
    graphicsRows(r, bios, r.cx & 0xff);
  } else if (graphicsHeights[r.al] !== undefined) {
    memory.set32(0x43 * 4, fontPointer(graphicsHeights[r.al]));
    graphicsRows(r, bios, graphicsHeights[r.al]);
  } else if (r.al === 0x30) return information(r, bios);
  else return 'unknown';
  return;
}

/** Text rows of another height: the scan lines stay, the rows follow. */
function setHeight(bios: Bios, height: number): void {
  const { memory, vga } = bios;
  if (vga === null || !isText(bios)) return;
  const read = (index: number): number => {
    vga.setPort(0x3d4, index);
    return vga.port(0x3d5);
  };
  setCrtc(bios, 9, (read(9) & ~0x1f) | (height - 1));
  const last = height <= 8 ? height - 1 : height - 2;
  setCrtc(bios, 0x0a, last - 1);
  setCrtc(bios, 0x0b, last);
  memory.set16(BDA.cursorShape, ((last - 1) << 8) | last);
  const overflow = read(7);
  const lines = (read(0x12) | ((overflow & 2) << 7) | ((overflow & 0x40) << 3)) + 1;
  const rows = Math.floor(lines / height / ((read(9) & 0x80) !== 0 ? 2 : 1));
  memory.set8(BDA.rows, rows - 1);
  memory.set16(BDA.characterHeight, height);
  memory.set16(BDA.pageSize, Math.max(memory.get16(BDA.columns) * rows * 2 + 0xff, 0x100) & 0xff00);
}

/** bl: 1 to 3 for 14, 25 and 43 rows, 0 with the number in dl. */
function graphicsRows(r: Registers, { memory }: Bios, height: number): void {
  const rows = [r.dl, 14, 25, 43][r.bl & 3];
  memory.set8(BDA.rows, (r.bl > 3 ? 25 : rows) - 1);
  memory.set16(BDA.characterHeight, height);
}

/** Function 1130h: where a font is, the height that is in use and the last row. */
function information(r: Registers, { memory }: Bios): Verdict {
  const pointers: Readonly<Record<number, () => number>> = {
    0: () => memory.get32(0x1f * 4),
    1: () => memory.get32(0x43 * 4),
    2: () => fontPointer(14),
    3: () => fontPointer(8),
    4: () => fontPointer(8) + 1024,
    5: () => fontPointer(14),
    6: () => fontPointer(16),
    7: () => fontPointer(16),
  };
  const pointer = pointers[r.bh]?.();
  if (pointer === undefined) return 'unknown';
  r.es = pointer >>> 16;
  r.bp = pointer & 0xffff;
  r.cx = memory.get16(BDA.characterHeight);
  r.dl = memory.get8(BDA.rows);
  return;
}

/** Function 12h: by bl. Everything but 10h says 12h in al when it is known. */
export function alternate(r: Registers, bios: Bios): Verdict {
  const { memory, vga } = bios;
  const flag = (mask: number, set: boolean): void => memory.set8(VGA_FLAGS, (memory.get8(VGA_FLAGS) & ~mask) | (set ? mask : 0));
  switch (r.bl) {
    case 0x10:
      // Colour, 256 KiB; no feature bits, the switches of an enhanced colour display.
      r.bh = memory.get16(BDA.crtc) === 0x3b4 ? 1 : 0;
      r.bl = 3;
      r.cx = 0x0009;
      return;
    case 0x20:
      return;
    case 0x30:
      // 200, 350 or 400 scan lines for text.
      if (r.al > 2) return;
      flag(0x90, false);
      flag([0x80, 0, 0x10][r.al], true);
      break;
    case 0x31:
      if (r.al > 1) return;
      flag(0x08, r.al === 1);
      break;
    case 0x32:
      if (r.al > 1) return;
      break;
    case 0x33:
      if (r.al > 1) return;
      flag(0x02, r.al === 0);
      if (r.al === 0) sumGreys(bios, 0, 256);
      break;
    case 0x34:
      if (r.al > 1) return;
      flag(0x01, r.al === 0);
      break;
    case 0x36: {
      if (r.al > 1 || vga === null) return;
      vga.setPort(0x3c4, 1);
      const clocking = vga.port(0x3c5);
      vga.setPort(0x3c5, r.al === 1 ? clocking | 0x20 : clocking & ~0x20);
      break;
    }
    default:
      return 'unknown';
  }
  r.al = 0x12;
  return;
}
