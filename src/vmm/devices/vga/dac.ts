/** The colour table: 256 entries of red, green and blue, 6 bits a gun (8 when the VBE asks), behind ports 3c6–3c9. */
import type { PaletteName } from './modes.js';

export interface DacState {
  mask: number;
  readIndex: number;
  writeIndex: number;
  /** Which gun comes next, 0–2. */
  gun: number;
  reading: boolean;
  /** 8 bits a gun instead of 6. */
  wide: boolean;
  colours: Uint8Array;
}

export class Dac {
  state: DacState = { mask: 0xff, readIndex: 0, writeIndex: 0, gun: 0, reading: false, wide: false, colours: new Uint8Array(768) };

  reset(): void {
    this.state = { mask: 0xff, readIndex: 0, writeIndex: 0, gun: 0, reading: false, wide: false, colours: defaultColours('ega').slice() };
  }

  /** @param port 6 (mask), 7 (state), 8 (write index), 9 (data) */
  in(port: number): number {
    const { state } = this;
    if (port === 6) return state.mask;
    if (port === 7) return state.reading ? 3 : 0;
    if (port === 8) return state.writeIndex;
    const value = state.colours[state.readIndex * 3 + state.gun];
    state.gun += 1;
    if (state.gun === 3) {
      state.gun = 0;
      state.readIndex = (state.readIndex + 1) & 0xff;
    }
    return value;
  }

  /** @param port 6 (mask), 7 (read index), 8 (write index), 9 (data) */
  out(port: number, value: number): void {
    const { state } = this;
    if (port === 6) state.mask = value;
    else if (port === 9) {
      state.colours[state.writeIndex * 3 + state.gun] = state.wide ? value : value & 0x3f;
      state.gun += 1;
      if (state.gun === 3) {
        state.gun = 0;
        state.writeIndex = (state.writeIndex + 1) & 0xff;
      }
    } else {
      state.reading = port === 7;
      state.gun = 0;
      if (port === 7) state.readIndex = value;
      else state.writeIndex = value;
    }
  }

  setColours(palette: PaletteName): void {
    this.state.colours.set(defaultColours(palette));
  }

  /** 0xRRGGBB of an entry, after the mask. */
  colour(index: number): number {
    const { colours, mask, wide } = this.state;
    const at = (index & mask) * 3;
    const [r, g, b] = [colours[at], colours[at + 1], colours[at + 2]];
    if (wide) return (r << 16) | (g << 8) | b;
    return (eight(r) << 16) | (eight(g) << 8) | eight(b);
  }
}

/** 6 bits to 8: the high bits are repeated below. */
const eight = (six: number): number => ((six << 2) | (six >> 4)) & 0xff;

const tables = new Map<PaletteName, Uint8Array>();

/** The 256 × 3 values that a mode set leaves in the table. */
export function defaultColours(name: PaletteName): Uint8Array {
  let table = tables.get(name);
  if (table === undefined) {
    table = new Uint8Array(768);
    const put = (index: number, r: number, g: number, b: number): void => (table as Uint8Array).set([r, g, b], index * 3);
    if (name === 'vga') vgaColours(put);
    else
      for (let i = 0; i < 64; i++)
        put(i, ...(name === 'ega' ? egaColour(i) : name === 'cga' ? cgaColour(((i >> 1) & 8) | (i & 7)) : mono(i)));
    tables.set(name, table);
  }
  return table;
}

type Colour = [r: number, g: number, b: number];

/** Bits 5–0 are r g b R G B: a third and two thirds of each gun. */
const egaColour = (i: number): Colour => {
  const gun = (strong: number, weak: number): number => ((i & strong) !== 0 ? 0x2a : 0) + ((i & weak) !== 0 ? 0x15 : 0);
  return [gun(4, 32), gun(2, 16), gun(1, 8)];
};

/** The 16 colours of the CGA: bit 3 brightens, dark yellow is brown. */
const cgaColour = (i: number): Colour => {
  const low = (i & 8) !== 0 ? 0x15 : 0;
  const gun = (bit: number): number => ((i & bit) !== 0 ? 0x2a : 0) + low;
  return i === 6 ? [0x2a, 0x15, 0] : [gun(4), gun(2), gun(1)];
};

const mono = (i: number): Colour => {
  const level = ((i & 8) !== 0 ? 0x2a : 0) + ((i & 16) !== 0 ? 0x15 : 0);
  return [level, level, level];
};

/** 16 CGA colours, 16 greys, then hue wheels of 24 colours: three brightnesses, each in three saturations. */
function vgaColours(put: (index: number, ...colour: Colour) => void): void {
  for (let i = 0; i < 16; i++) put(i, ...cgaColour(i));
  [0, 5, 8, 11, 14, 17, 20, 24, 28, 32, 36, 40, 45, 50, 56, 63].forEach((level, i) => put(16 + i, level, level, level));
  // Five steps from the weakest to the strongest gun of each wheel.
  // prettier-ignore
  const wheels = [
    [0, 16, 31, 47, 63], [31, 39, 47, 55, 63], [45, 49, 54, 58, 63],
    [0, 7, 14, 21, 28], [14, 17, 21, 24, 28], [20, 22, 24, 26, 28],
    [0, 4, 8, 12, 16], [8, 10, 12, 14, 16], [11, 12, 13, 15, 16],
  ];
  wheels.forEach((steps, wheel) => {
    for (let hue = 0; hue < 24; hue++) {
      // From blue through magenta, red, yellow, green and cyan: each gun rises, stays, falls.
      const gun = (shift: number): number => {
        const at = (hue + shift) % 24;
        return steps[at < 4 ? at : at <= 12 ? 4 : at <= 16 ? 16 - at : 0];
      };
      put(32 + wheel * 24 + hue, gun(0), gun(16), gun(8));
    }
  });
}
