/**
 * `import { runGuest, golden } from 'tskvm/testing'`: guests in TypeScript tests, at home in uvu and any other runner.
 *
 *     const guest = await runGuest('hello.S');
 *     assert.is(guest.text, 'Hello\n');
 *     golden(guest, 'hello.out');
 */
import { readFileSync } from 'node:fs';
import { goldenDiff } from './commands/testing/diff.js';
import { goldenKinds, readGuest, type GoldenKind } from './commands/testing/discover.js';
import { GuestRunner } from './commands/testing/execute.js';
import { actualBytes, sameGolden } from './commands/testing/golden.js';
import { writeOutputFile } from './commands/shared/output-file.js';
import type { Options } from './commands/shared/spec.js';
import type { Directive } from './commands/testing/directive.js';

/** How to run a guest: what a `tskvm:` line says, in an object. It wins over the source's own. */
export interface RunGuestOptions {
  readonly mode?: 'real' | 'protected' | 'paged32' | 'long';
  readonly boot?: 'flat' | 'sector' | 'elf' | 'multiboot';
  /** `64M` */
  readonly memory?: string;
  readonly board?: string;
  readonly engine?: 'kvm' | 'soft' | 'auto';
  /** Device specs, as --device takes them; paths relative to the working folder. */
  readonly devices?: readonly string[];
  readonly stdin?: string | Uint8Array;
  /** Seconds; default 10. */
  readonly timeout?: number;
  /** Bytes; default 1 MiB. */
  readonly maxOutput?: number;
  /** Build options: `['--defsym', 'N=3']`. */
  readonly args?: readonly string[];
}

/** What a guest did. */
export interface GuestOutcome {
  readonly file: string;
  /** Exit status as of `tskvm build-run`: 0 halted, odd: its own verdict, even: a failure. */
  readonly status: number;
  /** What it wrote. */
  readonly out: Uint8Array;
  /** The same, decoded as UTF-8. */
  readonly text: string;
  /** What tskvm said: diagnostics, warnings, the ending. */
  readonly err: string;
  /** The 80×25 text screen. */
  readonly screen: string;
  /** The screen as a PNG file, when there is a golden one beside the source. */
  readonly png: Uint8Array;
  /** General registers and flags at the end. */
  readonly regs: string;
  /** The ending in one line. */
  readonly ending: string;
}

let runner: GuestRunner | undefined;

/**
 * Builds and runs a source file; resolves for every ending, a failed build included. Guests that run one after the other
 * share a machine that is reset in between; calls that overlap wait for one another.
 */
export function runGuest(file: string, options: RunGuestOptions = {}): Promise<GuestOutcome> {
  const result = queue.then(() => runOne(file, options));
  queue = result.catch(() => undefined);
  return result;
}

let queue: Promise<unknown> = Promise.resolve();

async function runOne(file: string, options: RunGuestOptions): Promise<GuestOutcome> {
  const { devices, stdin, timeout, maxOutput, args, ...rest } = options;
  const own: Record<string, unknown> = { ...rest };
  if (devices) own.device = devices;
  if (stdin !== undefined) own.stdin = Buffer.from(stdin).toString('latin1');
  if (timeout !== undefined) own.timeout = String(timeout);
  if (maxOutput !== undefined) own.maxOutput = String(maxOutput);
  if (args) own.args = args;
  const directive = { ...readGuest(file).directive, ...own } as Directive;
  runner ??= new GuestRunner({} satisfies Options);
  const outcome = await runner.run(file, directive);
  return { file, ...outcome, text: Buffer.from(outcome.out).toString() };
}

/** Frees the machines that runGuest keeps. Not needed at the end of a process. */
export function closeMachines(): void {
  runner?.close();
  runner = undefined;
}

/**
 * Compares what a guest did with a golden file (its extension says what: .out, .err, .screen, .regs, .png) and throws an Error
 * with the diff and the command that accepts it. TSKVM_UPDATE=1 writes the file instead.
 */
export function golden(guest: GuestOutcome, file: string): void {
  const kind = /\.([a-z]+)$/.exec(file)?.[1] as GoldenKind;
  if (!goldenKinds.includes(kind)) throw new Error(`${file}: a golden file ends in ${goldenKinds.map((k) => `.${k}`).join(', ')}`);
  const actual = actualBytes({ ...guest, milliseconds: 0, dependencies: [] }, kind);
  if (process.env.TSKVM_UPDATE) {
    writeOutputFile(file, actual, 2);
    return;
  }
  let expected: Uint8Array;
  try {
    expected = readFileSync(file);
  } catch {
    throw new Error(`${file} is not there: run the test with TSKVM_UPDATE=1 to write it`);
  }
  if (sameGolden(kind, expected, actual)) return;
  throw new Error(
    `${guest.file} differs from ${file}\n${goldenDiff(kind, expected, actual, false)}to accept: run the test with TSKVM_UPDATE=1`,
  );
}
