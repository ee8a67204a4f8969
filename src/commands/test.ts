/** `tskvm test`: golden tests of guests. Ends in 0, 1 (failures) or 2 (nothing found, wrong options). */
import os from 'node:os';
import { TskvmError } from '../diagnostics.js';
import { exitStatus } from '../exit-status.js';
import type { LazyRequire } from '../lazy.js';
import { machineOptions } from './shared/machine-options.js';
import type { CommandSpec, Options } from './shared/spec.js';
import { writeStderr } from './shared/streams.js';
import { discover, readGuest, shard, shuffle, type Discovery, type Guest } from './testing/discover.js';
import { compare, update } from './testing/golden.js';
import { serve, WorkerPool } from './testing/pool.js';
import { makeReporter, reporterNames, type ReporterName, type TestResult, type Totals } from './testing/reporters.js';
import type { Outcome } from './testing/execute.js';

declare const require: LazyRequire;

const overrides = new Set(['engine', 'timeout', 'mem', 'irqchip', 'strictPorts', 'maxExits', 'maxOutput', 'board']);

export const test: CommandSpec = {
  name: 'test',
  description: 'Runs every guest that has golden output beside it: foo.S with foo.out (and foo.err, foo.screen, foo.regs).',
  operands: '[path...]',
  options: [
    { flags: '-u, --update', description: 'write golden files that are new or differ' },
    { flags: '--ci', description: 'a guest without golden output fails' },
    { flags: '-t, --pattern <text>', description: 'only guests whose path contains TEXT (or matches /REGEXP/)' },
    { flags: '--bail', description: 'stop at the first failure' },
    { flags: '--repeat <n>', description: 'run each guest N times' },
    { flags: '--seed [number]', description: 'random order' },
    { flags: '--shard <i/n>', description: 'only the I-th of N parts' },
    { flags: '-j, --jobs <n>', description: 'guests at once (default: processors)' },
    { flags: '-r, --reporter <name>', description: `${reporterNames.join(', ')}` },
    { flags: '--watch', description: 'run again what a change touches' },
    { flags: '--worker', description: 'answer jobs of a parent process', hidden: true },
    ...machineOptions.filter(({ flags }) => /^--(engine|timeout|mem|irqchip|strict-ports|max-exits|max-output|board)\b/.test(flags)),
  ],
  examples: [
    ['tskvm test', 'everything below this folder'],
    ['tskvm test examples/hello --update', 'accept what it prints now'],
    ['tskvm test --ci --shard 2/8 -r junit > report.xml', 'one part of eight, for a CI server'],
    ['tskvm test -t boot --repeat 20 --seed', 'is it stable?'],
  ],
  notes: 'How a guest is run stands in its leading comment: `# tskvm: mode=protected status=7 stdin="abc\\n"`. See docs/testing.md.',
  async run(paths, options) {
    if (options.worker === true) return serve();
    const request = readRequest(options);
    if (options.watch === true) {
      const { watchTests } = require('./testing/watch.js') as typeof import('./testing/watch.js');
      return watchTests(paths, request);
    }
    const found = discover(paths.length > 0 ? paths : ['.']);
    return (await runTests(found, request)).status;
  },
};

export interface TestRequest {
  readonly update: boolean;
  readonly ci: boolean;
  readonly matches: (file: string) => boolean;
  readonly bail: boolean;
  readonly repeat: number;
  readonly seed?: number;
  readonly shard?: string;
  readonly jobs: number;
  readonly reporter: ReporterName;
  /** Machine options that win over the guests' own. */
  readonly overrides: Options;
}

function whole(value: Options[string], name: string, least: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value) || Number(value) < least)
    throw new TskvmError(`--${name} takes a whole number from ${least} on, not \`${String(value)}'`);
  return Number(value);
}

function readRequest(options: Options): TestRequest {
  const reporter = (options.reporter ?? 'pretty') as ReporterName;
  if (!reporterNames.includes(reporter))
    throw new TskvmError(`there is no reporter \`${reporter}'`, 2, [`reporters: ${reporterNames.join(', ')}`]);
  const seed = options.seed === true ? Math.floor(Math.random() * 2 ** 31) : whole(options.seed, 'seed', 0);
  return {
    update: options.update === true,
    ci: options.ci === true,
    matches: matcher(options.pattern as string | undefined),
    bail: options.bail === true,
    repeat: whole(options.repeat, 'repeat', 1) ?? 1,
    seed,
    shard: options.shard as string | undefined,
    jobs: whole(options.jobs, 'jobs', 1) ?? os.availableParallelism(),
    reporter,
    overrides: Object.fromEntries(Object.entries(options).filter(([key]) => overrides.has(key))),
  };
}

function matcher(pattern: string | undefined): (file: string) => boolean {
  if (pattern === undefined) return () => true;
  const regexp = /^\/(.*)\/([a-z]*)$/.exec(pattern);
  if (!regexp) return (file) => file.includes(pattern);
  try {
    const compiled = new RegExp(regexp[1], regexp[2].replace('g', ''));
    return (file) => compiled.test(file);
  } catch (error) {
    throw new TskvmError(`-t ${pattern}: ${(error as Error).message}`);
  }
}

/** Runs what was found; the outcomes' dependencies come back by guest, for watching. */
export async function runTests(
  found: Discovery,
  request: TestRequest,
  pool?: WorkerPool,
): Promise<{ status: number; dependencies: Map<string, readonly string[]> }> {
  const dependencies = new Map<string, readonly string[]>();
  const selected = found.guests.filter((guest) => request.matches(guest.file));
  const part = request.shard === undefined ? selected : shard(selected, request.shard);
  if (part.length === 0) {
    if (found.guests.length === 0)
      for (const file of found.obsolete) writeStderr(`tskvm test: obsolete: ${file} has no source beside it\n`);
    if (selected.length > 0) {
      writeStderr(`tskvm test: shard ${request.shard} is empty\n`);
      return { status: 0, dependencies };
    }
    writeStderr(
      `tskvm test: no guests found${found.guests.length > 0 ? ` that match (of ${found.guests.length})` : ''}\n  tests are .S and .s files with a .out file beside them\n`,
    );
    return { status: exitStatus.usage, dependencies };
  }
  const list = Array.from({ length: request.repeat }, () => part).flat();
  const order = request.seed === undefined ? list : shuffle(list, request.seed);
  const reporter = makeReporter(request.reporter);
  const totals: Totals = { passed: 0, failed: 0, skipped: 0, milliseconds: 0 };
  const started = performance.now();
  reporter.start?.(order.length, request.seed);
  const note = (result: TestResult): void | 'stop' => {
    totals[result.verdict] += 1;
    if (result.outcome) dependencies.set(result.file, result.outcome.dependencies);
    reporter.result(result);
    return result.verdict === 'failed' && request.bail ? 'stop' : undefined;
  };
  const runnable: Guest[] = [];
  for (const guest of order) {
    const early = withoutRunning(guest, request);
    if (!early) runnable.push(guest);
    else if (note(early) === 'stop') {
      runnable.length = 0;
      break;
    }
  }
  const workers = pool ?? new WorkerPool(request.overrides, Math.min(request.jobs, Math.max(1, runnable.length)));
  try {
    await workers.run(runnable, (guest, outcome) => note(judge(guest, outcome, request)));
  } finally {
    if (!pool) workers.close();
  }
  totals.milliseconds = performance.now() - started;
  reporter.end(totals, request.shard === undefined && request.reporter !== undefined ? found.obsolete : []);
  return { status: totals.failed > 0 ? 1 : 0, dependencies };
}

/** What need not be run: wrong directives, skipped guests, guests without golden output. */
function withoutRunning(guest: Guest, request: TestRequest): TestResult | undefined {
  const result = (verdict: TestResult['verdict'], reason: string): TestResult => ({
    file: guest.file,
    verdict,
    reason,
    mismatches: [],
    written: [],
  });
  if (guest.problem) return result('failed', guest.problem);
  if (guest.directive.skip !== undefined) return result('skipped', guest.directive.skip || 'its comment says so');
  if (guest.goldens.length === 0 && !request.update) {
    return result(request.ci ? 'failed' : 'skipped', 'it has no golden output (tskvm test --update writes it)');
  }
  return undefined;
}

/** Compares status and golden files; with --update writes them instead. */
function judge(listed: Guest, outcome: Outcome, request: TestRequest): TestResult {
  // Golden files may have come since the guest was listed: --repeat and --update.
  const guest = request.update ? readGuest(listed.file) : listed;
  const base = { file: guest.file, outcome, mismatches: [], written: [] };
  const expected = Number(guest.directive.status ?? 0);
  if (outcome.status !== expected) {
    return {
      ...base,
      verdict: 'failed',
      reason: `status ${outcome.status} instead of ${expected}: ${outcome.ending}`,
      mismatches: request.update ? [] : compare(guest, outcome),
    };
  }
  if (request.update) return { ...base, verdict: 'passed', reason: '', written: update(guest, outcome) };
  const mismatches = compare(guest, outcome);
  if (mismatches.length === 0) return { ...base, verdict: 'passed', reason: '' };
  return {
    ...base,
    verdict: 'failed',
    reason: `${mismatches.map(({ file }) => file).join(', ')} differ${mismatches.length === 1 ? 's' : ''}`,
    mismatches,
  };
}
