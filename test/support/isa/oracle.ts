/**
 * GNU as as a function: thousands of statements in, bytes or messages out, one process for all of them.
 * With -Z the listing holds the bytes of every good statement even when others are wrong.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export type Bits = 16 | 32 | 64;

export interface Outcome {
  /** Lower-case hex without separators; '' when the statement was rejected (or encodes to nothing). */
  hex: string;
  /** `Error: …` and `Warning: …` lines in order, without file and line. */
  messages: string[];
}

export interface OracleOptions {
  bits: Bits;
  syntax?: 'att' | 'intel';
  /** More command line: -msse2avx, -march=… */
  flags?: readonly string[];
}

/** The directives that put an assembler into the mode that the statements are for. */
export function prologue({ bits, syntax }: OracleOptions): string {
  return `.code${bits}${syntax === 'intel' ? '; .intel_syntax noprefix' : ''}`;
}

/** Statements are single lines; undefined symbols are fine (their fields are zeros). */
export function assembleWithGas(statements: readonly string[], options: OracleOptions): Outcome[] {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'isa-'));
  try {
    const source = path.join(dir, 'in.s');
    const listing = path.join(dir, 'out.lst');
    writeFileSync(source, `${prologue(options)}\n${statements.join('\n')}\n`, 'latin1');
    const run = spawnSync(
      'as',
      [options.bits === 64 ? '--64' : '--32', ...(options.flags ?? []), '-Z', `-aln=${listing}`].concat([
        '--listing-lhs-width=8',
        '--listing-rhs-width=1',
        '-o',
        path.join(dir, 'out.o'),
        source,
      ]),
      { encoding: 'latin1', maxBuffer: 1 << 30 },
    );
    if (run.error) throw run.error;
    const outcomes: Outcome[] = statements.map(() => ({ hex: '', messages: [] }));
    for (const line of readFileSync(listing, 'latin1').split('\n')) {
      const match = /^ *(\d+) [0-9a-fA-F?]{4,16} ((?:[0-9A-F]+ )+)/.exec(line);
      const outcome = match && outcomes[Number(match[1]) - 2];
      if (outcome) outcome.hex += match[2].replaceAll(' ', '').toLowerCase();
    }
    for (const line of run.stderr.split('\n')) {
      const match = /in\.s:(\d+): (.*)$/.exec(line);
      const outcome = match && outcomes[Number(match[1]) - 2];
      if (outcome) outcome.messages.push(match[2]);
    }
    return outcomes;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** `as --version`'s first line, for the reports; null where there is no GNU as 2.40 for x86. */
export function oracleVersion(): string | null {
  try {
    const line = execFileSync('as', ['--version'], { encoding: 'latin1' }).split('\n')[0];
    return / 2\.40\b/.test(line) ? line : null;
  } catch {
    return null;
  }
}
