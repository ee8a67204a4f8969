// Runs the uvu suites: builds test/**/*.test.ts, then one process a file with a time-out each, several at once.
// Usage: node scripts/test.mjs [--jobs N] [--timeout SECONDS] [PATTERN…]   (a pattern is part of a file's path)
// The last line is always `N passed, N failed[, N skipped]`; no test at all is a failure.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { external } from './externals.mjs';

const root = path.dirname(import.meta.dirname);
process.chdir(root);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string' }, timeout: { type: 'string', default: '300' }, keep: { type: 'boolean' } },
});
const all = readdirSync('test', { recursive: true })
  .map((f) => path.join('test', f))
  .filter((f) => f.endsWith('.test.ts'))
  .sort();
const files = positionals.length === 0 ? all : all.filter((f) => positionals.some((p) => f.includes(p)));

const out = 'dist-test';
rmSync(out, { recursive: true, force: true });
if (files.length > 0) {
  await build({
    entryPoints: files,
    outdir: out,
    outbase: '.',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    external: [...external, 'uvu', 'uvu/assert', 'fast-check', 'diff', 'chokidar', 'commander', 'tskvm', 'tskvm/*'],
    // Bun takes a file that speaks of `module` or `exports` for CommonJS, whatever else it says.
    define: { __TSKVM_VERSION__: JSON.stringify('test'), module: 'undefined', exports: 'undefined' },
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'warning',
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function runFile(file) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(process.execPath, ['--enable-source-maps', path.join(out, file.replace(/\.ts$/, '.js'))], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    let text = '';
    child.stdout.on('data', (d) => (text += d));
    child.stderr.on('data', (d) => (text += d));
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          /* it has just ended */
        }
      },
      Number(values.timeout) * 1000,
    );
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const count = (word) => Number(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? NaN);
      const [tests, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')];
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      const broken = late
        ? `timed out after ${values.timeout} s`
        : Number.isNaN(tests)
          ? `ended without a summary (${signal ?? `status ${code}`})`
          : tests === 0 && !(skipped > 0)
            ? 'has no tests'
            : '';
      if (broken !== '') {
        total.failed += 1;
        failures.push(file);
        console.log(`FAIL ${file} ${broken}\n${text}`);
      } else {
        const failed = Math.max(0, tests - passed);
        total.passed += passed;
        total.skipped += skipped;
        total.failed += failed > 0 ? failed : code === 0 ? 0 : 1;
        if (failed > 0 || code !== 0) {
          failures.push(file);
          console.log(`FAIL ${file} (${seconds} s)\n${text}`);
        } else {
          console.log(`ok   ${file} (${passed} tests, ${seconds} s)`);
        }
      }
      resolve();
    });
  });
}

const queue = [...files];
const jobs = Number(values.jobs ?? Math.max(2, os.availableParallelism()));
await Promise.all(
  Array.from({ length: jobs }, async () => {
    for (let file; (file = queue.shift()) !== undefined;) await runFile(file);
  }),
);
if (files.length === 0) {
  console.log('no test files found');
  total.failed += 1;
}
if (failures.length > 0) console.log(`failed: ${failures.join(' ')}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 ? 1 : 0;
