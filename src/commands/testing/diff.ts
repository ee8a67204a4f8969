/** A unified diff of two outputs that may be anything: bytes that a terminal must not see are escaped. */
import { structuredPatch } from 'diff';
import type { GoldenKind } from './discover.js';
import { gridDiff, pictureDiff } from './screen-diff.js';

/** One line per line of output; unprintable bytes as `\xNN`, backslashes doubled only where something was escaped. */
export function visibleLines(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString('utf8');
  const valid = Buffer.compare(Buffer.from(text, 'utf8'), buffer) === 0;
  const plain = valid ? text : buffer.toString('latin1').replace(/[\x80-\xff]/g, escape);
  return plain.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, escape);
}

const escape = (character: string): string =>
  character === '\r' ? '\\r' : character === '\x1b' ? '\\e' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** The difference in the form that suits the golden file's kind. */
export function goldenDiff(kind: GoldenKind, expected: Uint8Array, actual: Uint8Array, colour: boolean): string {
  if (kind === 'screen')
    return gridDiff(Buffer.from(expected).toString(), Buffer.from(actual).toString(), colour) || unifiedDiff(expected, actual, colour);
  if (kind === 'png') return pictureDiff(expected, actual);
  return unifiedDiff(expected, actual, colour);
}

const limit = 200_000;

/** Lines of the diff without a file header; `colour` paints them. Identical texts give no line. */
export function unifiedDiff(expected: Uint8Array, actual: Uint8Array, colour: boolean): string {
  const cut = (bytes: Uint8Array): string =>
    bytes.length > limit ? `${visibleLines(bytes.subarray(0, limit))}\n… ${bytes.length - limit} bytes more\n` : visibleLines(bytes);
  const paint = (code: number, line: string): string => (colour ? `\x1b[${code}m${line}\x1b[0m` : line);
  const { hunks } = structuredPatch('expected', 'actual', cut(expected), cut(actual), '', '', { context: 3, maxEditLength: 5000 }) ?? {
    hunks: [],
  };
  const lines: string[] = [];
  for (const hunk of hunks) {
    lines.push(paint(36, `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`));
    for (const line of hunk.lines) lines.push(line.startsWith('-') ? paint(31, line) : line.startsWith('+') ? paint(32, line) : line);
  }
  if (lines.length === 0 && Buffer.compare(expected, actual) !== 0) {
    lines.push(`first difference at byte ${firstDifference(expected, actual)} (expected ${expected.length} bytes, got ${actual.length})`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return length;
}
