/** How two screens differ: character grids by row and column, pictures by pixels. */
import { decodePng } from '../shared/png.js';
import { TskvmError } from '../../diagnostics.js';

/** Rows are shown in full, up to so many. */
const MOST_ROWS = 25;

/** Each row that differs, expected above actual, with carets under the columns that differ. Rows and columns count from 0. */
export function gridDiff(expected: string, actual: string, colour: boolean): string {
  const paint = (code: number, line: string): string => (colour ? `\x1b[${code}m${line}\x1b[0m` : line);
  const before = expected.replace(/\n$/, '').split('\n');
  const after = actual.replace(/\n$/, '').split('\n');
  const lines: string[] = [];
  let differing = 0;
  for (let row = 0; row < Math.max(before.length, after.length); row++) {
    const [a, b] = [[...(before[row] ?? '')], [...(after[row] ?? '')]];
    const width = Math.max(a.length, b.length);
    const marks = Array.from({ length: width }, (_, i) => ((a[i] ?? ' ') === (b[i] ?? ' ') ? ' ' : '^'));
    const first = marks.indexOf('^');
    if (first < 0) continue;
    differing += 1;
    if (differing > MOST_ROWS) continue;
    const final = marks.lastIndexOf('^');
    const shown = (line: readonly string[]): string => Array.from({ length: width }, (_, i) => line[i] ?? ' ').join('');
    lines.push(paint(36, `@@ row ${row}, ${first === final ? `column ${first}` : `columns ${first} to ${final}`} @@`));
    lines.push(paint(31, `-|${shown(a)}|`), paint(32, `+|${shown(b)}|`), `  ${marks.join('').trimEnd()}`);
  }
  if (differing > MOST_ROWS) lines.push(`… ${differing - MOST_ROWS} more rows differ`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Size, number and place of the pixels that differ. */
export function pictureDiff(expected: Uint8Array, actual: Uint8Array): string {
  try {
    const [a, b] = [decodePng(expected), decodePng(actual)];
    if (a.width !== b.width || a.height !== b.height) {
      return `the picture is ${b.width}×${b.height} pixels, not ${a.width}×${a.height}\n`;
    }
    let [count, left, top, right, bottom] = [0, a.width, a.height, -1, -1];
    for (let i = 0; i < a.width * a.height; i++) {
      if (pixel(a.pixels, i) === pixel(b.pixels, i)) continue;
      count += 1;
      const [x, y] = [i % a.width, Math.floor(i / a.width)];
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
    if (count === 0) return '';
    const hex = (pixels: Uint8Array): string =>
      `#${pixel(pixels, top * a.width + firstX)
        .toString(16)
        .padStart(6, '0')}`;
    let firstX = left;
    while (pixel(a.pixels, top * a.width + firstX) === pixel(b.pixels, top * a.width + firstX)) firstX += 1;
    return `${count} of ${a.width * a.height} pixels differ, in columns ${left} to ${right} and rows ${top} to ${bottom}; the first, (${firstX}, ${top}), is ${hex(b.pixels)}, not ${hex(a.pixels)}\n`;
  } catch (error) {
    if (error instanceof TskvmError) return `${error.message}\n`;
    throw error;
  }
}

/** True when two PNG files hold the same pixels, however they are compressed. */
export function samePicture(expected: Uint8Array, actual: Uint8Array): boolean {
  return Buffer.compare(expected, actual) === 0 || pictureDiff(expected, actual) === '';
}

const pixel = (pixels: Uint8Array, i: number): number => (pixels[i * 3] << 16) | (pixels[i * 3 + 1] << 8) | pixels[i * 3 + 2];
