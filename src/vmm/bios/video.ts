/** int 10h: text modes 0 to 3 and 7 in memory at 0xb8000, mode 13h at 0xa0000. */
import { BDA } from './memory.js';
import type { Registers } from './registers.js';
import type { Bios, Service } from './service.js';

const TEXT = 0xb8000;
const GRAPHICS = 0xa0000;
const BELL = 7;
const BACKSPACE = 8;
const LINE_FEED = 10;
const RETURN = 13;
const GREY = 0x07;

/** A text page and its geometry. */
interface Page {
  readonly base: number;
  readonly columns: number;
  readonly rows: number;
  readonly number: number;
}

const isText = ({ memory }: Bios): boolean => memory.get8(BDA.mode) <= 3;

function pageOf({ memory }: Bios, number: number): Page {
  const page = number & 7;
  return {
    base: TEXT + page * memory.get16(BDA.pageSize),
    columns: memory.get16(BDA.columns) || 80,
    rows: memory.get8(BDA.rows) + 1,
    number: page,
  };
}

const cursorOf = ({ memory }: Bios, page: Page): { column: number; row: number } => ({
  column: memory.get8(BDA.cursors + page.number * 2),
  row: memory.get8(BDA.cursors + page.number * 2 + 1),
});

function setCursor({ memory }: Bios, page: Page, column: number, row: number): void {
  memory.set8(BDA.cursors + page.number * 2, column);
  memory.set8(BDA.cursors + page.number * 2 + 1, row);
}

function cell(bios: Bios, page: Page, column: number, row: number): Uint8Array | null {
  const at = page.base + (row * page.columns + column) * 2;
  // The text window wraps at 32 KiB, as the adapter's memory does.
  return bios.memory.at(TEXT + ((at - TEXT) & 0x7ffe), 2);
}

/** Sets the mode: data area, cleared memory (unless bit 7 asks to keep it), cursor at the top. */
export function setMode(bios: Bios, wanted: number): boolean {
  const mode = wanted & 0x7f;
  if (mode > 3 && mode !== 0x13) return false;
  const { memory } = bios;
  const columns = mode <= 1 || mode === 0x13 ? 40 : 80;
  memory.set8(BDA.mode, mode);
  memory.set16(BDA.columns, columns);
  memory.set16(BDA.pageSize, mode === 0x13 ? 0x2000 : columns === 40 ? 0x800 : 0x1000);
  memory.set16(BDA.pageStart, 0);
  for (let page = 0; page < 8; page++) memory.set16(BDA.cursors + page * 2, 0);
  memory.set16(BDA.cursorShape, 0x0607);
  memory.set8(BDA.page, 0);
  memory.set16(BDA.crtc, 0x3d4);
  memory.set8(BDA.rows, 24);
  memory.set16(BDA.characterHeight, mode === 0x13 ? 8 : 16);
  memory.set8(0x487, 0x60 | (wanted & 0x80));
  if ((wanted & 0x80) !== 0) return true;
  if (mode === 0x13) memory.at(GRAPHICS, 0x10000)?.fill(0);
  else {
    const text = memory.at(TEXT, 0x8000);
    for (let i = 0; text !== null && i < text.length; i += 2) {
      text[i] = 0x20;
      text[i + 1] = GREY;
    }
  }
  return true;
}

/** Moves a window up (or down); `lines` 0 clears it. */
function scroll(
  bios: Bios,
  page: Page,
  lines: number,
  attribute: number,
  top: number,
  left: number,
  bottom: number,
  right: number,
  down: boolean,
): void {
  bottom = Math.min(bottom, page.rows - 1);
  right = Math.min(right, page.columns - 1);
  const height = bottom - top + 1;
  const step = lines === 0 || lines > height ? height : lines;
  for (let i = 0; i < height; i++) {
    const row = down ? bottom - i : top + i;
    const from = down ? row - step : row + step;
    const inside = from >= top && from <= bottom;
    for (let column = left; column <= right; column++) {
      const target = cell(bios, page, column, row);
      const source = inside ? cell(bios, page, column, from) : null;
      target?.set(source ?? [0x20, attribute]);
    }
  }
}

/** Writes as a terminal does: bell, backspace, line feed and return move, everything else prints, the last line scrolls. */
function teletype(bios: Bios, page: Page, code: number, attribute?: number): void {
  let { column, row } = cursorOf(bios, page);
  if (code === BELL) return;
  if (code === BACKSPACE) column = Math.max(0, column - 1);
  else if (code === RETURN) column = 0;
  else if (code === LINE_FEED) row += 1;
  else {
    const target = isText(bios) ? cell(bios, page, column, row) : null;
    if (target !== null) {
      target[0] = code;
      if (attribute !== undefined) target[1] = attribute;
    }
    column += 1;
  }
  if (column >= page.columns) {
    column = 0;
    row += 1;
  }
  if (row >= page.rows) {
    if (isText(bios)) {
      const last = cell(bios, page, Math.min(column, page.columns - 1), page.rows - 1)?.[1] ?? GREY;
      scroll(bios, page, 1, last, 0, 0, page.rows - 1, page.columns - 1, false);
    }
    row = page.rows - 1;
  }
  setCursor(bios, page, column, row);
}

/** Functions 09h and 0ah: cx copies at the cursor, which stays. */
function writeCharacters(r: Registers, bios: Bios, withAttribute: boolean): void {
  if (!isText(bios)) return;
  const page = pageOf(bios, r.bh);
  const { column, row } = cursorOf(bios, page);
  for (let i = 0; i < r.cx; i++) {
    const at = row * page.columns + column + i;
    if (at >= page.columns * page.rows) break;
    const target = cell(bios, page, at % page.columns, Math.floor(at / page.columns));
    if (target === null) continue;
    target[0] = r.al;
    if (withAttribute) target[1] = r.bl;
  }
}

/** Function 13h: a string at es:bp; bit 0 of al moves the cursor, bit 1 says that attributes are between the characters. */
function writeString(r: Registers, bios: Bios): void {
  const page = pageOf(bios, r.bh);
  const before = cursorOf(bios, page);
  setCursor(bios, page, r.dl, r.dh);
  const width = (r.al & 2) !== 0 ? 2 : 1;
  for (let i = 0; i < r.cx; i++) {
    const at = r.es * 16 + ((r.bp + i * width) & 0xffff);
    teletype(bios, page, bios.memory.get8(at), width === 2 ? bios.memory.get8(at + 1) : r.bl);
  }
  if ((r.al & 1) === 0) setCursor(bios, page, before.column, before.row);
}

/** Address of a pixel of mode 13h, or null. */
const pixel = (r: Registers, { memory }: Bios): number | null =>
  memory.get8(BDA.mode) === 0x13 && r.cx < 320 && r.dx < 200 ? GRAPHICS + r.dx * 320 + r.cx : null;

export const video: Service = (r, bios) => {
  const { memory } = bios;
  switch (r.ah) {
    case 0x00: {
      const mode = r.al;
      if (!setMode(bios, mode)) return 'unknown';
      // What SeaBIOS leaves in al: 0x20 for modes above 7, 0x30 for text.
      r.al = (mode & 0x7f) > 7 ? 0x20 : 0x30;
      return;
    }
    case 0x01:
      memory.set16(BDA.cursorShape, r.cx);
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
    case 0x05:
      if (r.al > 7) return;
      memory.set8(BDA.page, r.al);
      memory.set16(BDA.pageStart, r.al * memory.get16(BDA.pageSize));
      return;
    case 0x06:
    case 0x07:
      if (isText(bios)) scroll(bios, pageOf(bios, memory.get8(BDA.page)), r.al, r.bh, r.ch, r.cl, r.dh, r.dl, r.ah === 0x07);
      else if (r.al === 0) memory.at(GRAPHICS, 64000)?.fill(r.bh);
      return;
    case 0x08: {
      const page = pageOf(bios, r.bh);
      const { column, row } = cursorOf(bios, page);
      const found = isText(bios) ? cell(bios, page, column, row) : null;
      r.al = found?.[0] ?? 0;
      r.ah = found?.[1] ?? 0;
      return;
    }
    case 0x09:
      writeCharacters(r, bios, true);
      return;
    case 0x0a:
      writeCharacters(r, bios, false);
      return;
    case 0x0b:
      // Border and palette of the CGA: nothing that a text screen shows.
      return;
    case 0x0c: {
      const at = pixel(r, bios);
      if (at !== null) memory.set8(at, r.al);
      return;
    }
    case 0x0d: {
      const at = pixel(r, bios);
      r.al = at === null ? 0 : memory.get8(at);
      return;
    }
    case 0x0e:
      teletype(bios, pageOf(bios, memory.get8(BDA.page)), r.al);
      return;
    case 0x0f:
      r.ah = memory.get16(BDA.columns);
      r.al = memory.get8(BDA.mode) | (memory.get8(0x487) & 0x80);
      r.bh = memory.get8(BDA.page);
      return;
    case 0x12:
      // bl = 10h: colour adapter, 256 KiB.
      if (r.bl !== 0x10) return 'unknown';
      r.bx = 0x0003;
      r.cx = 0x0009;
      return;
    case 0x13:
      writeString(r, bios);
      return;
    case 0x1a:
      if (r.al > 1) return 'unknown';
      // A VGA with an analogue colour display.
      if (r.al === 0) r.bx = 0x0008;
      r.al = 0x1a;
      return;
    default:
      return 'unknown';
  }
};
