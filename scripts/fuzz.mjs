// Fuzzes one target, or all in turn: npm run fuzz -- [TARGET] [--seconds N] [--seed S] [--keep-going] [--replay FILE]
// Cases run in a process of their own, so that a hang, a crash or memory without bound is a finding like any other.
// Findings are shrunk and kept in test/corpus/TARGET/, which `npm test` replays: a finding that is not fixed fails there.
import { build } from 'esbuild';
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { external } from './externals.mjs';

const root = path.dirname(import.meta.dirname);
process.chdir(root);
const CASE_LIMIT = 10_000; // milliseconds
const SHRINK_LIMIT = 20_000;
const FINDINGS_LIMIT = 10;

/** Answers each case with its finding. */
async function child(bundle, name) {
  const { checkCase, targets } = await import(pathToFileURL(bundle));
  const target = targets.find((t) => t.name === name);
  process.on('message', async (input) => process.send({ finding: await checkCase(target, input), rss: process.memoryUsage.rss() }));
  process.on('disconnect', () => process.exit());
}

/** One process that checks cases; it is replaced when it dies. */
class Runner {
  constructor(bundle, target) {
    this.arguments = [
      import.meta.filename,
      ['--child', bundle, target],
      { serialization: 'advanced', execArgv: ['--max-old-space-size=700', '--enable-source-maps'] },
    ];
    this.process = null;
  }

  async check(input) {
    this.process ??= fork(this.arguments[0], this.arguments[1], { ...this.arguments[2], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const running = this.process;
    return new Promise((resolve) => {
      let text = '';
      const finish = (finding, dead) => {
        clearTimeout(timer);
        running.removeAllListeners();
        running.stderr.removeAllListeners();
        if (dead) this.process = null;
        resolve(finding);
      };
      const timer = setTimeout(() => {
        running.kill('SIGKILL');
        finish(`no answer within ${CASE_LIMIT / 1000} s`, true);
      }, CASE_LIMIT);
      running.stderr.on('data', (data) => (text = (text + data).slice(-4000)));
      running.once('exit', (code, signal) => {
        const heap = /heap out of memory|allocation failed/i.test(text);
        finish(heap ? 'memory without bound' : `the process died (${signal ?? `status ${code}`})\n${text}`, true);
      });
      running.once('message', ({ finding, rss }) => {
        // Fresh from time to time: what one case leaves behind must not be taken for the fault of another.
        const large = rss > 1500 * 2 ** 20;
        if (large) running.kill('SIGKILL');
        finish(finding, large);
      });
      running.send(input);
    });
  }

  close() {
    this.process?.kill('SIGKILL');
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      'keep-going': { type: 'boolean' },
      replay: { type: 'string' },
      'no-save': { type: 'boolean' },
    },
  });
  const folder = path.join(root, `dist-fuzz-${process.pid}`);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
  const bundle = path.join(folder, 'targets.mjs');
  await build({
    entryPoints: ['test/support/fuzz/index.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    external: [...external, 'commander', 'chokidar', 'diff'],
    define: { __TSKVM_VERSION__: JSON.stringify('fuzz') },
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'warning',
  });
  const { Random, kindOf, targets } = await import(pathToFileURL(bundle));
  const names = positionals.length === 0 ? targets.map((t) => t.name) : positionals;
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  for (const name of names) {
    const target = targets.find((t) => t.name === name);
    if (target === undefined) {
      console.error(`fuzz: no target ${name}; there are:\n${targets.map((t) => `  ${t.name.padEnd(10)}${t.about}`).join('\n')}`);
      process.exitCode = 2;
      return;
    }
    const runner = new Runner(bundle, name);
    if (values.replay !== undefined) {
      const finding = await runner.check(new Uint8Array(readFileSync(values.replay)));
      console.log(finding ?? 'nothing found');
      if (finding !== null) process.exitCode = 1;
      runner.close();
      continue;
    }
    const kinds = new Map();
    const end = Date.now() + Number(values.seconds) * 1000;
    let cases = 0;
    for (; Date.now() < end && kinds.size < (values['keep-going'] ? Infinity : FINDINGS_LIMIT); cases++) {
      // Each case has a seed of its own, so that it can be made again without those before it.
      const input = target.generate(new Random((seed + cases * 7919) | 0));
      const finding = await runner.check(input);
      if (finding === null) continue;
      const kind = kindOf(finding);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (kinds.get(kind) > 1) continue;
      const small = await shrink(input, async (candidate) => kindOf((await runner.check(candidate)) ?? '') === kind);
      const file = path.join('test', 'corpus', name, createHash('sha1').update(small).digest('hex').slice(0, 12));
      if (!values['no-save']) {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, small);
      }
      console.log(`\n${name}: ${(await runner.check(small)) ?? finding}\n  seed ${seed}, case ${cases}; ${small.length} bytes in ${file}`);
      if (small.length < 400) console.log(`  ${JSON.stringify(Buffer.from(small).toString('latin1'))}`);
    }
    runner.close();
    console.log(`${name}: ${cases} cases, ${kinds.size} kinds of findings, seed ${seed}`);
    if (kinds.size > 0) process.exitCode = 1;
  }
}

/** The smallest input found that still fails in the same way: lines, then bytes, go in ever smaller runs. */
async function shrink(input, fails) {
  const end = Date.now() + SHRINK_LIMIT;
  let best = Buffer.from(input).toString('latin1');
  for (const separator of ['\n', '']) {
    let parts = best.split(separator);
    for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < parts.length && Date.now() < end;) {
        const candidate = [...parts.slice(0, at), ...parts.slice(at + size)];
        if (await fails(new Uint8Array(Buffer.from(candidate.join(separator), 'latin1')))) parts = candidate;
        else at += size;
      }
    }
    best = parts.join(separator);
  }
  return new Uint8Array(Buffer.from(best, 'latin1'));
}

if (process.argv[2] === '--child') await child(process.argv[3], process.argv[4]);
else await main();
