/** What a display adapter shows: text cells or pixels. The adapter makes frames; commands draw them to terminals and files. */

/** A text screen. Colours are 0xRRGGBB. */
export interface TextFrame {
  readonly kind: 'text';
  readonly columns: number;
  readonly rows: number;
  /** Character code and attribute of each cell, row by row. */
  readonly cells: Uint8Array;
  /** Cell and scan lines of the cursor; null: not shown. */
  readonly cursor: { readonly column: number; readonly row: number; readonly first: number; readonly last: number } | null;
  /** Pixels of a cell. */
  readonly cellWidth: 8 | 9;
  readonly cellHeight: number;
  /** Colours of the 16 attribute values. */
  readonly palette: readonly number[];
  /** Attribute bit 7 blinks instead of making the background bright. */
  readonly blink: boolean;
  /** Rows of the characters' pixels, 32 bytes a character: for attribute bit 3 clear and set. Called only to draw pixels. */
  fonts(): readonly [Uint8Array, Uint8Array];
}

/** Pixels as the guest addresses them; doubled scan lines and columns are not repeated. */
export interface PixelFrame {
  readonly kind: 'graphics';
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each pixel. */
  readonly pixels: Uint8Array;
}

export type Frame = TextFrame | PixelFrame;

export interface Display {
  /** The picture as it is now; 0 × 0 pixels when the screen is off. */
  frame(): Frame;
}

/** Foreground and background colour of an attribute. */
export function coloursOf(frame: TextFrame, attribute: number): [foreground: number, background: number] {
  const back = frame.blink ? (attribute >> 4) & 7 : attribute >> 4;
  return [frame.palette[attribute & 15], frame.palette[back]];
}

/** A text screen as pixels, with its cursor. Blinking characters are shown. */
export function paint(frame: TextFrame): PixelFrame {
  const { columns, rows, cells, cellWidth, cellHeight, cursor } = frame;
  const fonts = frame.fonts();
  const width = columns * cellWidth;
  const height = rows * cellHeight;
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const code = cells[(row * columns + column) * 2];
      const attribute = cells[(row * columns + column) * 2 + 1];
      const [foreground, background] = coloursOf(frame, attribute);
      const font = fonts[(attribute >> 3) & 1];
      const underCursor = cursor !== null && cursor.column === column && cursor.row === row;
      for (let line = 0; line < cellHeight; line++) {
        let bits = font[code * 32 + line] << 1;
        // The ninth column repeats the eighth for the line characters only.
        if (code >= 0xc0 && code <= 0xdf) bits |= (bits >> 1) & 1;
        if (underCursor && line >= cursor.first && line <= cursor.last) bits = 0x1ff;
        let at = ((row * cellHeight + line) * width + column * cellWidth) * 3;
        for (let x = 0; x < cellWidth; x++) {
          const colour = (bits & (0x100 >> x)) !== 0 ? foreground : background;
          pixels[at++] = colour >> 16;
          pixels[at++] = colour >> 8;
          pixels[at++] = colour;
        }
      }
    }
  }
  return { kind: 'graphics', width, height, pixels };
}

/** The frame as pixels, whatever it is. */
export const pixelsOf = (frame: Frame): PixelFrame => (frame.kind === 'text' ? paint(frame) : frame);
