/** What a fuzz target is: cases from random numbers, and a check that says what is wrong. A case is bytes, so that it can be kept as a file. */
import type { Random } from '../random.js';

export interface Target {
  readonly name: string;
  /** One line for the list of targets. */
  readonly about: string;
  generate(random: Random): Uint8Array;
  /**
   * null when all is well, else the finding: its first line without numbers names the fault, so that shrinking keeps to it.
   * An exception is a finding too.
   */
  check(input: Uint8Array): string | null | Promise<string | null>;
}

export const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** Changes a text or a file in a few places: bytes, pieces, whole lines, words of a dictionary. */
export function mutate(random: Random, original: Uint8Array, words: readonly string[] = []): Uint8Array {
  let bytes = Buffer.from(original);
  const splice = (at: number, remove: number, insert: Uint8Array | string): void => {
    bytes = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(insert as string, 'latin1'),
      bytes.subarray(Math.min(bytes.length, at + remove)),
    ]);
  };
  for (let i = random.range(1, 5); i > 0; i--) {
    const at = random.below(bytes.length + 1);
    const length = random.below(random.chance(0.8) ? 8 : 200);
    random.pick([
      () => splice(at, 1, Uint8Array.of(random.below(256))),
      () => splice(at, length, ''),
      () => splice(at, 0, bytes.subarray(at, at + length)),
      () =>
        splice(at, 0, random.pick(['\n', ';', '"', '\\', '(', ')', ',', '%', '$', '#', '/*', '*/', '\0', '-', '@', '.', ':', "'", ' '])),
      () =>
        splice(
          at,
          random.below(3),
          random.pick(['0', '-1', '0x7fffffff', '0xffffffff', '0x8000000000000000', '18446744073709551616', '1e9']),
        ),
      () => words.length > 0 && splice(at, random.below(4), random.pick(words)),
      () => {
        const lines = textOf(bytes).split('\n');
        const line = random.pick(lines);
        lines.splice(random.below(lines.length + 1), random.below(3), line);
        bytes = Buffer.from(lines.join('\n'), 'latin1');
      },
    ])();
  }
  return new Uint8Array(bytes);
}

/** Noise: all bytes, or those of a small alphabet. */
export function noise(random: Random, limit: number, alphabet = ''): Uint8Array {
  const length = random.below(limit) + 1;
  return Uint8Array.from({ length }, () => (alphabet === '' ? random.below(256) : alphabet.charCodeAt(random.below(alphabet.length))));
}

/** An exception as a finding: where it was thrown is part of what it is. */
export function thrown(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const where = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return `threw ${error.name}: ${error.message.split('\n')[0]}\n${where.slice(0, 6).join('\n')}`;
}

/** What two findings have in common when they are the same fault. */
export const kindOf = (finding: string): string =>
  finding
    .split('\n')[0]
    .replace(/['"`“].*?['"`”]/g, '')
    .replace(/0x[0-9a-f]+|\d+/gi, '')
    .slice(0, 60);
