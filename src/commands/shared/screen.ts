/** The screen as text and as pixels: what the display adapter shows, or what lies at 0xb8000 where there is none. */
import type { TextFrame, Frame, PixelFrame } from '../../vmm/display.js';
import { pixelsOf } from '../../vmm/display.js';
import type { Machine } from '../../vmm/machine.js';

/** Code page 437 as Unicode (https://en.wikipedia.org/wiki/Code_page_437); 0 and 255 are blanks. */
export const cp437 =
  ' ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼ !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~⌂' +
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

type Shown = Pick<Machine, 'ram' | 'display'>;

/** Colours of the CGA, for machines without an adapter. */
const colours = [0, 0xaa, 0xaa00, 0xaaaa, 0xaa0000, 0xaa00aa, 0xaa5500, 0xaaaaaa, 0x555555, 0x5555ff, 0x55ff55, 0x55ffff, 0xff5555, 0xff55ff, 0xffff55, 0xffffff]; // prettier-ignore

/** The picture: the adapter's, or 80×25 characters in memory. */
export function frameOf(machine: Shown): Frame {
  if (machine.display !== null) return machine.display.frame();
  const cells = new Uint8Array(80 * 25 * 2);
  cells.set(machine.ram.read(0xb8000, cells.length));
  return {
    kind: 'text',
    columns: 80,
    rows: 25,
    cells,
    cursor: null,
    cellWidth: 9,
    cellHeight: 16,
    palette: colours,
    blink: true,
    fonts: romFonts,
  };
}

function romFonts(): [Uint8Array, Uint8Array] {
  const { fontOf } = require('../../vmm/font.js') as typeof import('../../vmm/font.js');
  const wide = new Uint8Array(256 * 32);
  fontOf(16).forEach((row, i) => (wide[((i >> 4) << 5) | (i & 15)] = row));
  return [wide, wide];
}

/** Lines without their trailing blanks, without trailing empty lines; each ended by a newline. */
export function textOf({ columns, rows, cells }: TextFrame): string {
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < columns; column++) line += cp437[cells[(row * columns + column) * 2] ?? 0] ?? ' ';
    lines.push(line.trimEnd());
  }
  while (lines.length > 0 && lines[lines.length - 1] === '') lines.pop();
  return lines.map((line) => `${line}\n`).join('');
}

/** The text screen; in a graphics mode one line that names it and its pixels' hash, so that golden files notice changes. */
export function screenText(machine: Shown): string {
  const frame = frameOf(machine);
  if (frame.kind === 'text') return textOf(frame);
  if (frame.width === 0) return '(the screen is off)\n';
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(frame.pixels).digest('hex').slice(0, 16);
  return `(graphics, ${frame.width}×${frame.height} pixels, ${hash})\n`;
}

/** The screen as a PNG file. */
export function screenPng(machine: Shown): Buffer {
  const { encodePng } = require('./png.js') as typeof import('./png.js');
  return encodePng(pixelsOf(frameOf(machine)));
}

/** The screen as pixels. */
export const screenPixels = (machine: Shown): PixelFrame => pixelsOf(frameOf(machine));

declare const require: (id: string) => unknown;
