/** Frames as terminal output: text cell for cell, pixels as half blocks. Only what has changed is written. */
import { coloursOf } from '../../vmm/display.js';
import type { Frame, PixelFrame, TextFrame } from '../../vmm/display.js';
import { cp437 } from '../shared/screen.js';

/** How many colours the terminal has: 24 bits, the 16 of ECMA-48, or none. */
export type Depth = 'rgb' | '16' | 'none';

export function colourDepth(env: NodeJS.ProcessEnv): Depth {
  if (env.NO_COLOR) return 'none';
  if (/truecolor|24bit/.test(env.COLORTERM ?? '') || /direct|256color|kitty|alacritty/.test(env.TERM ?? '')) return 'rgb';
  return env.TERM === 'dumb' ? 'none' : '16';
}

/** One character of the terminal. */
interface Cell {
  readonly text: string;
  readonly foreground: number;
  readonly background: number;
  readonly blink: boolean;
}

/** A picture in the terminal's own grid. */
interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly cells: readonly Cell[];
  readonly cursor: { readonly column: number; readonly row: number } | null;
}

const UPPER_HALF = '▀';

/** ECMA-48's colours 0 to 7 and their bright ones, as terminals usually show them. */
const standard = [0, 0xaa0000, 0xaa00, 0xaa5500, 0xaa, 0xaa00aa, 0xaaaa, 0xaaaaaa, 0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff]; // prettier-ignore

function nearest(colour: number): number {
  let best = 0;
  let least = Infinity;
  standard.forEach((other, i) => {
    const distance = [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 0xff) - ((other >> shift) & 0xff)) ** 2, 0);
    if (distance < least) [least, best] = [distance, i];
  });
  return best;
}

export class Painter {
  private shown: (Cell | undefined)[] = [];
  private width = 0;
  /** Where and how the cursor was left. */
  private placed = '';
  private readonly known = new Map<number, number>();

  constructor(private readonly depth: Depth) {}

  /** Everything is drawn anew next time. */
  forget(): void {
    this.shown = [];
  }

  /** What brings a terminal of this size from the last picture to this one. */
  draw(frame: Frame, columns: number, rows: number): string {
    const grid = gridOf(frame, columns, rows);
    let text = '';
    if (this.width !== columns || this.shown.length === 0) {
      this.shown = Array.from({ length: columns * rows }, () => blank);
      this.width = columns;
      text = '\x1b[0m\x1b[2J';
    }
    const next: (Cell | undefined)[] = [];
    let style = '';
    let [atRow, atColumn] = [-1, -1];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const cell = row < grid.rows && column < grid.columns ? grid.cells[row * grid.columns + column] : blank;
        const index = row * columns + column;
        next[index] = cell;
        if (same(this.shown[index], cell)) continue;
        if (atRow !== row || atColumn !== column) text += `\x1b[${row + 1};${column + 1}H`;
        const wanted = this.style(cell);
        if (wanted !== style) text += style = wanted;
        text += cell.text;
        // Terminals disagree about the width of symbols: what follows them is placed anew.
        [atRow, atColumn] = cell.text.charCodeAt(0) > 0x25ff ? [-1, -1] : [row, column + 1];
      }
    }
    this.shown = next;
    const { cursor } = grid;
    const place = cursor === null ? '\x1b[?25l' : `\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h`;
    if (text === '' && place === this.placed) return '';
    this.placed = place;
    return `${text === '' ? '' : `${text}\x1b[0m`}${place}`;
  }

  /** The picture as lines, for a terminal that is not cleared; trailing blank lines are left out. */
  lines(frame: Frame, columns: number, rows: number): string {
    const grid = gridOf(frame, columns, Math.max(rows, frame.kind === 'text' ? frame.rows : rows));
    const all: string[] = [];
    for (let row = 0; row < grid.rows; row++) {
      const cells = grid.cells.slice(row * grid.columns, (row + 1) * grid.columns);
      let last = cells.length;
      while (last > 0 && cells[last - 1].text === ' ' && cells[last - 1].background === 0) last -= 1;
      let line = '';
      let style = '';
      for (const cell of cells.slice(0, last)) {
        const wanted = this.style(cell);
        if (wanted !== style) line += style = wanted;
        line += cell.text;
      }
      all.push(line === '' ? '' : `${line}\x1b[0m`);
    }
    while (all.length > 0 && all[all.length - 1] === '') all.pop();
    return all.map((line) => `${line}\n`).join('');
  }

  private style({ foreground, background, blink }: Cell): string {
    const flicker = blink ? ';5' : '';
    if (this.depth === 'rgb') return `\x1b[0${flicker};38;2;${rgb(foreground)};48;2;${rgb(background)}m`;
    if (this.depth === 'none') return `\x1b[0${flicker}${nearest(background) > 0 && nearest(foreground) === 0 ? ';7' : ''}m`;
    const code = (colour: number, base: number): number => {
      const index = this.index(colour);
      return index < 8 ? base + index : base + 52 + index;
    };
    return `\x1b[0${flicker};${code(foreground, 30)};${code(background, 40)}m`;
  }

  private index(colour: number): number {
    let index = this.known.get(colour);
    if (index === undefined) {
      if (this.known.size > 4096) this.known.clear();
      this.known.set(colour, (index = nearest(colour)));
    }
    return index;
  }
}

const blank: Cell = { text: ' ', foreground: 0xaaaaaa, background: 0, blink: false };
const rgb = (colour: number): string => `${colour >> 16};${(colour >> 8) & 0xff};${colour & 0xff}`;

function same(a: Cell | undefined, b: Cell): boolean {
  return (
    a !== undefined &&
    a.text === b.text &&
    (a.foreground === b.foreground || a.text === ' ') &&
    a.background === b.background &&
    a.blink === b.blink
  );
}

function gridOf(frame: Frame, columns: number, rows: number): Grid {
  return frame.kind === 'text' ? textGrid(frame, columns, rows) : pixelGrid(frame, columns, rows);
}

/** A terminal that is too small shows the part where the cursor is. */
function textGrid(frame: TextFrame, columns: number, rows: number): Grid {
  const shown = Math.min(rows, frame.rows);
  const wide = Math.min(columns, frame.columns);
  const down = Math.max(0, Math.min(frame.rows - shown, (frame.cursor?.row ?? 0) - shown + 1));
  const cells: Cell[] = [];
  for (let row = 0; row < shown; row++) {
    for (let column = 0; column < wide; column++) {
      const at = ((row + down) * frame.columns + column) * 2;
      const attribute = frame.cells[at + 1];
      const [foreground, background] = coloursOf(frame, attribute);
      cells.push({ text: cp437[frame.cells[at]], foreground, background, blink: frame.blink && (attribute & 0x80) !== 0 });
    }
  }
  const { cursor } = frame;
  const visible = cursor !== null && cursor.column < wide && cursor.row >= down && cursor.row < down + shown;
  return { columns: wide, rows: shown, cells, cursor: visible ? { column: cursor.column, row: cursor.row - down } : null };
}

/** Two pixels a character, one above the other; a picture that is too large is made smaller. */
function pixelGrid(frame: PixelFrame, columns: number, rows: number): Grid {
  const scale = Math.min(1, columns / Math.max(1, frame.width), (rows * 2) / Math.max(1, frame.height));
  const width = Math.floor(frame.width * scale);
  const height = Math.floor(frame.height * scale);
  const sample = (x: number, y: number): number => {
    if (y >= height) return 0;
    const [left, top] = [Math.floor(x / scale), Math.floor(y / scale)];
    const right = Math.min(frame.width, Math.max(left + 1, Math.floor((x + 1) / scale)));
    const bottom = Math.min(frame.height, Math.max(top + 1, Math.floor((y + 1) / scale)));
    let [r, g, b] = [0, 0, 0];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const at = (row * frame.width + column) * 3;
        r += frame.pixels[at];
        g += frame.pixels[at + 1];
        b += frame.pixels[at + 2];
      }
    }
    const count = Math.max(1, (right - left) * (bottom - top));
    return (Math.round(r / count) << 16) | (Math.round(g / count) << 8) | Math.round(b / count);
  };
  const cells: Cell[] = [];
  const high = Math.ceil(height / 2);
  for (let row = 0; row < high; row++) {
    for (let x = 0; x < width; x++) {
      const [foreground, background] = [sample(x, row * 2), sample(x, row * 2 + 1)];
      cells.push({ text: foreground === background ? ' ' : UPPER_HALF, foreground, background, blink: false });
    }
  }
  return { columns: width, rows: high, cells, cursor: null };
}
