/** Comparing outcomes with golden files, and writing them. */
import { readFileSync } from 'node:fs';
import { goldenFile, type GoldenKind, type Guest } from './discover.js';
import { writeOutputFile } from '../shared/output-file.js';
import { samePicture } from './screen-diff.js';
import type { Outcome } from './execute.js';

export interface Mismatch {
  readonly file: string;
  readonly kind: GoldenKind;
  /** null: there is no such file yet. */
  readonly expected: Uint8Array | null;
  readonly actual: Uint8Array;
}

/** What a golden file of this kind would hold. */
export function actualBytes(outcome: Outcome, kind: GoldenKind): Uint8Array {
  return kind === 'out' || kind === 'png' ? outcome[kind] : Buffer.from(outcome[kind]);
}

/** Equal, byte for byte; of pictures the pixels. */
export function sameGolden(kind: GoldenKind, expected: Uint8Array, actual: Uint8Array): boolean {
  return kind === 'png' ? samePicture(expected, actual) : Buffer.compare(expected, actual) === 0;
}

/** Golden files that differ from what happened. */
export function compare(guest: Pick<Guest, 'file' | 'goldens'>, outcome: Outcome): Mismatch[] {
  const mismatches: Mismatch[] = [];
  for (const kind of guest.goldens) {
    const file = goldenFile(guest.file, kind);
    const expected = readFileSync(file);
    const actual = actualBytes(outcome, kind);
    if (!sameGolden(kind, expected, actual)) mismatches.push({ file, kind, expected, actual });
  }
  return mismatches;
}

/** Writes golden files that are new or differ; returns their names. A guest without any gets a .out. */
export function update(guest: Guest, outcome: Outcome): string[] {
  const written: string[] = [];
  const kinds = guest.goldens.length > 0 ? guest.goldens : (['out'] as const);
  for (const kind of kinds) {
    const file = goldenFile(guest.file, kind);
    const actual = actualBytes(outcome, kind);
    if (guest.goldens.includes(kind) && sameGolden(kind, readFileSync(file), actual)) continue;
    writeOutputFile(file, actual, 2);
    written.push(file);
  }
  return written;
}
