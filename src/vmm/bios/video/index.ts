/** int 10h: the video services of a VGA BIOS. Text and cursor are here; the rest has a file a function. */
import { BDA } from '../memory.js';
import type { Registers } from '../registers.js';
import type { Bios, Service } from '../service.js';
import { alternate, font } from './fonts.js';
import { VGA_FLAGS, setMode } from './modes.js';
import { cgaPalette, palette } from './palette.js';
import { activePage, cursorOf, isText, pageOf, readCell, scroll, setCrtc, setCursor, showCursor, teletype, writeCell } from './screen.js';
import { combination, information, saveAndRestore } from './state.js';
import { vbe } from './vbe.js';

/** Function 01h. Programs give lines of 8; with emulation on, taller characters get a cursor of like shape (as the VGA BIOS does). */
function cursorShape(r: Registers, bios: Bios): void {
  const { memory } = bios;
  memory.set16(BDA.cursorShape, r.cx);
  const height = memory.get16(BDA.characterHeight);
  let first = r.ch & 0x3f;
  let last = r.cl & 0x1f;
  if ((memory.get8(VGA_FLAGS) & 1) !== 0 && height > 8 && last < 8 && first < 0x20) {
    const scaled = Math.floor(((last + 1) * height) / 8);
    first = last === first + 1 ? scaled - 2 : Math.max(0, Math.floor(((first + 1) * height) / 8) - 1);
    last = scaled - 1;
  }
  setCrtc(bios, 0x0a, first);
  setCrtc(bios, 0x0b, last);
}

/** Functions 09h and 0ah: cx copies at the cursor, which stays. */
function writeCharacters(r: Registers, bios: Bios, withAttribute: boolean): void {
  const page = pageOf(bios, r.bh);
  const { column, row } = cursorOf(bios, page);
  for (let i = 0; i < r.cx; i++) {
    const at = row * page.columns + column + i;
    if (at >= page.columns * page.rows) break;
    const attribute = withAttribute || page.surface !== null ? r.bl : undefined;
    writeCell(bios, page, at % page.columns, Math.floor(at / page.columns), r.al, attribute);
  }
}

/** Function 13h: a string at es:bp; bit 0 of al moves the cursor, bit 1 says that attributes are between the characters. */
function writeString(r: Registers, bios: Bios): void {
  const page = pageOf(bios, r.bh);
  const before = cursorOf(bios, page);
  // Row 255 means: where the cursor is.
  if (r.dh !== 0xff) setCursor(bios, page, r.dl, r.dh);
  const width = (r.al & 2) !== 0 ? 2 : 1;
  for (let i = 0; i < r.cx; i++) {
    const at = r.es * 16 + ((r.bp + i * width) & 0xffff);
    teletype(bios, page, bios.memory.get8(at), width === 2 ? bios.memory.get8(at + 1) : r.bl);
  }
  if ((r.al & 1) === 0) setCursor(bios, page, before.column, before.row);
}

/** Function 05h. */
function showPage(bios: Bios, number: number): void {
  const { memory } = bios;
  if (number > 7) return;
  const start = number * memory.get16(BDA.pageSize);
  memory.set8(BDA.page, number);
  memory.set16(BDA.pageStart, start);
  // The controller counts characters in text modes and addresses in planar ones.
  const address = isText(bios) ? start >> 1 : start;
  setCrtc(bios, 0x0c, address >> 8);
  setCrtc(bios, 0x0d, address);
  showCursor(bios, pageOf(bios, number));
}

export const video: Service = (r, bios) => {
  const { memory } = bios;
  switch (r.ah) {
    case 0x00: {
      const mode = r.al & 0x7f;
      if (!setMode(bios, r.al)) return 'unknown';
      // What SeaBIOS leaves in al: 0x20 for modes above 7, 0x3f for 6, 0x30 for the others.
      r.al = mode > 7 ? 0x20 : mode === 6 ? 0x3f : 0x30;
      return;
    }
    case 0x01:
      cursorShape(r, bios);
      return;
    case 0x02:
      setCursor(bios, pageOf(bios, r.bh), r.dl, r.dh);
      return;
    case 0x03: {
      const { column, row } = cursorOf(bios, pageOf(bios, r.bh));
      r.cx = memory.get16(BDA.cursorShape);
      r.dx = (row << 8) | column;
      return;
    }
    case 0x04:
      // There is no light pen.
      r.ah = 0;
      return;
    case 0x05:
      showPage(bios, r.al);
      return;
    case 0x06:
    case 0x07:
      scroll(bios, activePage(bios), r.al, r.bh, { top: r.ch, left: r.cl, bottom: r.dh, right: r.dl }, r.ah === 0x07);
      return;
    case 0x08: {
      const page = pageOf(bios, r.bh);
      const { column, row } = cursorOf(bios, page);
      [r.al, r.ah] = readCell(bios, page, column, row);
      return;
    }
    case 0x09:
      writeCharacters(r, bios, true);
      return;
    case 0x0a:
      writeCharacters(r, bios, false);
      return;
    case 0x0b:
      cgaPalette(r, bios);
      return;
    case 0x0c:
      pageOf(bios, r.bh).surface?.plot(r.cx, r.dx, r.al);
      return;
    case 0x0d:
      r.al = pageOf(bios, r.bh).surface?.pixel(r.cx, r.dx) ?? 0;
      return;
    case 0x0e: {
      const page = activePage(bios);
      teletype(bios, page, r.al, page.surface === null ? undefined : r.bl);
      return;
    }
    case 0x0f:
      r.ah = memory.get16(BDA.columns);
      r.al = memory.get8(BDA.mode) | (memory.get8(0x487) & 0x80);
      r.bh = memory.get8(BDA.page);
      return;
    case 0x10:
      return palette(r, bios);
    case 0x11:
      return font(r, bios);
    case 0x12:
      return alternate(r, bios);
    case 0x13:
      writeString(r, bios);
      return;
    case 0x1a:
      return combination(r, bios);
    case 0x1b:
      return information(r, bios);
    case 0x1c:
      return saveAndRestore(r, bios);
    case 0x4f:
      if (r.al > 0x0a || bios.vga === null) return 'unknown';
      vbe(r, bios);
      return;
    default:
      return 'unknown';
  }
};
