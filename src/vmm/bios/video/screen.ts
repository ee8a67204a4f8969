/** Text pages: cells, cursors, scrolling, and writing as a terminal does. Graphics modes draw the characters. */
import { BDA } from '../memory.js';
import type { Bios } from '../service.js';
import { surfaceOf } from './surface.js';
import type { Surface } from './surface.js';

const BELL = 7;
const BACKSPACE = 8;
const LINE_FEED = 10;
const RETURN = 13;
export const GREY = 0x07;

/** A page and its geometry. */
export interface Page {
  /** Start of its memory, for text. */
  readonly base: number;
  readonly columns: number;
  readonly rows: number;
  readonly number: number;
  /** What characters are drawn on; null in text modes. */
  readonly surface: Surface | null;
}

export const isText = ({ memory }: Bios): boolean => memory.get8(BDA.mode) <= 3 || memory.get8(BDA.mode) === 7;
/** Where text memory begins. */
export const textBase = ({ memory }: Bios): number => (memory.get8(BDA.mode) === 7 ? 0xb0000 : 0xb8000);

export const get = ({ vga, memory }: Bios, address: number): number => (vga === null ? memory.get8(address) : vga.peek(address));
export const put = ({ vga, memory }: Bios, address: number, value: number): void => {
  if (vga === null) memory.set8(address, value);
  else vga.poke(address, value);
};

export function pageOf(bios: Bios, number: number): Page {
  const { memory } = bios;
  const page = number & 7;
  return {
    base: textBase(bios) + page * memory.get16(BDA.pageSize),
    columns: memory.get16(BDA.columns) || 80,
    rows: memory.get8(BDA.rows) + 1,
    number: page,
    surface: isText(bios) ? null : surfaceOf(bios, page),
  };
}

export const activePage = (bios: Bios): Page => pageOf(bios, bios.memory.get8(BDA.page));

export const cursorOf = ({ memory }: Bios, page: Page): { column: number; row: number } => ({
  column: memory.get8(BDA.cursors + page.number * 2),
  row: memory.get8(BDA.cursors + page.number * 2 + 1),
});

export function setCursor(bios: Bios, page: Page, column: number, row: number): void {
  const { memory } = bios;
  memory.set8(BDA.cursors + page.number * 2, column);
  memory.set8(BDA.cursors + page.number * 2 + 1, row);
  if (page.number === memory.get8(BDA.page)) showCursor(bios, page);
}

/** Tells the adapter where the cursor of the page that is shown stands. */
export function showCursor(bios: Bios, page: Page): void {
  const { column, row } = cursorOf(bios, page);
  const position = (bios.memory.get16(BDA.pageStart) >> 1) + row * page.columns + column;
  setCrtc(bios, 0x0e, position >> 8);
  setCrtc(bios, 0x0f, position);
}

export function setCrtc({ vga, memory }: Bios, index: number, value: number): void {
  const port = memory.get16(BDA.crtc) === 0x3b4 ? 0x3b4 : 0x3d4;
  vga?.setPort(port, index);
  vga?.setPort(port + 1, value & 0xff);
}

/** Address of a cell. The text window wraps at 32 KiB, as the adapter's memory does. */
function cell(bios: Bios, page: Page, column: number, row: number): number {
  const start = textBase(bios);
  return start + ((page.base - start + (row * page.columns + column) * 2) & 0x7ffe);
}

/** Character and attribute of a cell; what is drawn there, in graphics modes. */
export function readCell(bios: Bios, page: Page, column: number, row: number): [code: number, attribute: number] {
  if (page.surface !== null) return [page.surface.recognise(column, row), 0];
  const at = cell(bios, page, column, row);
  return [get(bios, at), get(bios, at + 1)];
}

/** Without an attribute the cell keeps its own. In graphics modes it is the colour, white when there is none. */
export function writeCell(bios: Bios, page: Page, column: number, row: number, code: number, attribute?: number): void {
  if (column >= page.columns || row >= page.rows) return;
  if (page.surface !== null) {
    page.surface.draw(column, row, code, attribute ?? GREY);
    return;
  }
  const at = cell(bios, page, column, row);
  put(bios, at, code);
  if (attribute !== undefined) put(bios, at + 1, attribute);
}

/** A window of cells, corners included. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Moves a window up (or down); `lines` 0 clears it. */
export function scroll(bios: Bios, page: Page, lines: number, attribute: number, window: Window, down: boolean): void {
  const { top, left } = window;
  const bottom = Math.min(window.bottom, page.rows - 1);
  const right = Math.min(window.right, page.columns - 1);
  if (bottom < top || right < left) return;
  const height = bottom - top + 1;
  const step = lines === 0 || lines > height ? height : lines;
  if (page.surface !== null) {
    page.surface.scroll({ top, left, bottom, right }, step, attribute, down);
    return;
  }
  for (let i = 0; i < height; i++) {
    const row = down ? bottom - i : top + i;
    const from = down ? row - step : row + step;
    const inside = from >= top && from <= bottom;
    for (let column = left; column <= right; column++) {
      const [code, colour] = inside ? readCell(bios, page, column, from) : [0x20, attribute];
      writeCell(bios, page, column, row, code, colour);
    }
  }
}

/** Bell, backspace, line feed and return move, everything else prints, the last line scrolls. */
export function teletype(bios: Bios, page: Page, code: number, attribute?: number): void {
  let { column, row } = cursorOf(bios, page);
  if (code === BELL) return;
  if (code === BACKSPACE) column = Math.max(0, column - 1);
  else if (code === RETURN) column = 0;
  else if (code === LINE_FEED) row += 1;
  else {
    writeCell(bios, page, column, row, code, attribute);
    column += 1;
  }
  if (column >= page.columns) {
    column = 0;
    row += 1;
  }
  if (row >= page.rows) {
    const last = page.surface === null ? readCell(bios, page, Math.min(column, page.columns - 1), page.rows - 1)[1] : 0;
    scroll(bios, page, 1, last, { top: 0, left: 0, bottom: page.rows - 1, right: page.columns - 1 }, false);
    row = page.rows - 1;
  }
  setCursor(bios, page, column, row);
}
