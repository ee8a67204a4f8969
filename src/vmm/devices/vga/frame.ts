/** From registers and memory to the picture: what the CRT controller addresses, what the attribute controller and the DAC make of it. */
import type { Frame, PixelFrame, TextFrame } from '../../display.js';
import type { Dac } from './dac.js';
import { GC } from './datapath.js';
import { DISPI } from './dispi.js';
import type { Dispi } from './dispi.js';

/** What a picture is made from. */
export interface Picture {
  readonly misc: number;
  readonly sequencer: Uint8Array;
  readonly graphics: Uint8Array;
  readonly crtc: Uint8Array;
  readonly attribute: Uint8Array;
  /** The attribute controller's index bit 5: the palette is the screen's. */
  readonly paletteOn: boolean;
  readonly dac: Dac;
  /** All four planes, up to date. */
  planes(): Uint32Array;
  /** Linear memory of the VBE modes. */
  linear(offset: number, length: number): Uint8Array | null;
  readonly dispi: Dispi;
}

const nothing: PixelFrame = { kind: 'graphics', width: 0, height: 0, pixels: new Uint8Array() };

export function frameOf(picture: Picture): Frame {
  if (picture.dispi.enabled) return linearFrame(picture);
  if ((picture.sequencer[1] & 0x20) !== 0 || !picture.paletteOn) return nothing;
  return (picture.graphics[GC.misc] & 1) === 0 ? textFrame(picture) : pixelFrame(picture);
}

/** Scan lines of the picture. */
function lines({ crtc }: Picture): number {
  return (crtc[0x12] | ((crtc[7] & 2) << 7) | ((crtc[7] & 0x40) << 3)) + 1;
}

/** The scan line behind which the picture begins anew at address 0. */
function lineCompare({ crtc }: Picture): number {
  return crtc[0x18] | ((crtc[7] & 0x10) << 4) | ((crtc[9] & 0x40) << 3);
}

const startAddress = ({ crtc }: Picture): number => (crtc[0x0c] << 8) | crtc[0x0d];

/** Colour of a 4-bit pixel or attribute value. */
function colourOf({ attribute, dac }: Picture, value: number): number {
  let index = attribute[value & attribute[0x12] & 15] & 0x3f;
  if ((attribute[0x10] & 0x80) !== 0) index = (index & 0x0f) | ((attribute[0x14] & 3) << 4);
  return dac.colour(index | ((attribute[0x14] & 0x0c) << 4));
}

function textFrame(picture: Picture): TextFrame {
  const { crtc, sequencer, attribute } = picture;
  const columns = crtc[1] + 1;
  const cellHeight = (crtc[9] & 0x1f) + 1;
  const scale = (crtc[9] & 0x80) !== 0 ? 2 : 1;
  const rows = Math.floor(lines(picture) / cellHeight / scale);
  const step = crtc[0x13] * 2;
  const planes = picture.planes();
  const cells = new Uint8Array(columns * rows * 2);
  const split = Math.floor((lineCompare(picture) + 1) / scale / cellHeight);
  const start = startAddress(picture);
  for (let row = 0; row < rows; row++) {
    const first = row >= split ? (row - split) * step : start + row * step;
    for (let column = 0; column < columns; column++) {
      const word = planes[((first + column) * 2) & 0xffff];
      const at = (row * columns + column) * 2;
      cells[at] = word;
      cells[at + 1] = word >>> 8;
    }
  }
  const position = ((crtc[0x0e] << 8) | crtc[0x0f]) - start;
  const row = Math.floor(position / Math.max(1, step));
  const first = crtc[0x0a] & 0x1f;
  const last = Math.min(crtc[0x0b] & 0x1f, cellHeight - 1);
  const shown = (crtc[0x0a] & 0x20) === 0 && first <= last && position >= 0 && row < rows && position - row * step < columns;
  const map = sequencer[3];
  // Bit 2 of each number stands apart from the other two.
  const blocks = [(map & 3) | ((map & 0x10) >> 2), ((map >> 2) & 3) | ((map & 0x20) >> 3)];
  return {
    kind: 'text',
    columns,
    rows,
    cells,
    cursor: shown ? { column: position - row * step, row, first, last } : null,
    cellWidth: (sequencer[1] & 1) !== 0 ? 8 : 9,
    cellHeight,
    palette: Array.from({ length: 16 }, (_, i) => colourOf(picture, i)),
    blink: (attribute[0x10] & 8) !== 0,
    fonts: () => {
      const font = (block: number): Uint8Array => {
        const at = ((block & 3) << 14) | ((block & 4) << 11);
        return Uint8Array.from({ length: 256 * 32 }, (_, i) => planes[(at + i) & 0xffff] >>> 16);
      };
      // Attribute bit 3 chooses the first map.
      return [font(blocks[0]), font(blocks[1])];
    },
  };
}

function pixelFrame(picture: Picture): PixelFrame {
  const { crtc, graphics, attribute, dac } = picture;
  const scans = (crtc[9] & 0x1f) + 1;
  const doubled = (crtc[9] & 0x80) !== 0 ? 2 : 1;
  // The CGA's modes address odd lines elsewhere; the others repeat a line `scans` times.
  const cga = (crtc[0x17] & 1) === 0;
  const repeat = doubled * (cga ? 1 : scans);
  const height = Math.floor(lines(picture) / repeat);
  const wide = (graphics[GC.mode] & 0x40) !== 0;
  const steps = crtc[1] + 1;
  const perStep = wide ? 4 : 8;
  const width = steps * perStep;
  const pixels = new Uint8Array(width * height * 3);
  const planes = picture.planes();
  const shift = (crtc[0x14] & 0x40) !== 0 ? 2 : (crtc[0x17] & 0x40) !== 0 ? 0 : 1;
  const four = !wide && (graphics[GC.mode] & 0x20) !== 0;
  const palette = wide ? wideColours(dac) : Array.from({ length: 16 }, (_, i) => colourOf(picture, i));
  const pan = wide ? (attribute[0x13] & 7) >> 1 : attribute[0x13] & 7;
  const split = Math.floor((lineCompare(picture) + 1) / repeat);
  const pitch = crtc[0x13] * 2;
  let out = 0;
  for (let y = 0; y < height; y++) {
    const line = y >= split ? y - split : y;
    const scan = cga ? line % scans : 0;
    const first = (y >= split ? 0 : startAddress(picture)) + (cga ? Math.floor(line / scans) : line) * pitch;
    const skip = y >= split && (attribute[0x10] & 0x20) !== 0 ? 0 : pan;
    for (let x = 0; x < width; x++) {
      const pixel = x + skip;
      const within = pixel % perStep;
      let at = (first + Math.floor(pixel / perStep)) << shift;
      if (cga) at = (at & ~0x2000) | ((scan & 1) << 13);
      const word = planes[at & 0xffff];
      let colour: number;
      if (wide) colour = palette[(word >>> (within * 8)) & 0xff];
      else if (four) {
        // Two bits a pixel, first from the even planes, then from the odd ones.
        const low = within < 4 ? word & 0xff : (word >>> 8) & 0xff;
        const high = within < 4 ? (word >>> 16) & 0xff : word >>> 24;
        const down = 6 - 2 * (within & 3);
        colour = palette[((low >> down) & 3) | (((high >> down) & 3) << 2)];
      } else {
        const down = 7 - within;
        colour = palette[((word >>> down) & 1) | ((word >>> (down + 7)) & 2) | ((word >>> (down + 14)) & 4) | ((word >>> (down + 21)) & 8)];
      }
      pixels[out++] = colour >> 16;
      pixels[out++] = colour >> 8;
      pixels[out++] = colour;
    }
  }
  return { kind: 'graphics', width, height, pixels };
}

const wideColours = (dac: Dac): number[] => Array.from({ length: 256 }, (_, i) => dac.colour(i));

function linearFrame(picture: Picture): PixelFrame {
  const { dispi, dac } = picture;
  const { registers } = dispi.state;
  const [width, height, bpp] = [registers[DISPI.width], registers[DISPI.height], registers[DISPI.bpp]];
  const bytes = (bpp + 7) >> 3;
  const pixels = new Uint8Array(width * height * 3);
  const palette = bpp === 8 ? wideColours(dac) : [];
  let out = 0;
  for (let y = 0; y < height; y++) {
    const row = picture.linear((y + registers[DISPI.y]) * dispi.pitch + registers[DISPI.x] * bytes, width * bytes);
    if (row === null) break;
    for (let x = 0, at = 0; x < width; x++, at += bytes) {
      let [r, g, b] = [0, 0, 0];
      if (bytes === 1) {
        const colour = palette[row[at]];
        [r, g, b] = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
      } else if (bytes === 2) {
        const word = row[at] | (row[at + 1] << 8);
        const green = bpp === 15 ? (word >> 5) & 31 : (word >> 5) & 63;
        r = scaled((word >> (bpp === 15 ? 10 : 11)) & 31, 31);
        g = scaled(green, bpp === 15 ? 31 : 63);
        b = scaled(word & 31, 31);
      } else [b, g, r] = [row[at], row[at + 1], row[at + 2]];
      pixels[out++] = r;
      pixels[out++] = g;
      pixels[out++] = b;
    }
  }
  return { kind: 'graphics', width, height, pixels };
}

const scaled = (value: number, most: number): number => Math.round((value * 255) / most);
