// Line and branch coverage of src/ by the test suite, a line a directory. Usage: node scripts/coverage.mjs [PATTERN of test files…]
// c8 maps the tests' bundles back to their sources; what the tests run as a command (dist/) does not count.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
process.chdir(root);
rmSync('coverage', { recursive: true, force: true });
// Bundles are excluded by name before they are mapped, so that test files can only be left out below.
const options = ['--include', 'src/**', '--include', 'dist-test/**', '-x', 'node_modules/**', '-r', 'json-summary'];
const run = spawnSync(
  path.join('node_modules', '.bin', 'c8'),
  [...options, process.execPath, 'scripts/test.mjs', ...process.argv.slice(2)],
  {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  },
);
const files = Object.entries(JSON.parse(readFileSync(path.join('coverage', 'coverage-summary.json'), 'utf8')));
const totals = new Map();
for (const [file, { lines, branches }] of files) {
  const place = path.relative(root, file).split(path.sep);
  if (place[0] !== 'src') continue;
  for (const name of [place.length > 2 ? place.slice(0, 2).join('/') : 'src', 'all of src']) {
    const sum = totals.get(name) ?? { lines: 0, ofLines: 0, branches: 0, ofBranches: 0 };
    sum.lines += lines.covered;
    sum.ofLines += lines.total;
    sum.branches += branches.covered;
    sum.ofBranches += branches.total;
    totals.set(name, sum);
  }
}
const percent = (part, all) => `${((100 * part) / Math.max(1, all)).toFixed(1)} %`.padStart(8);
console.log(`${'coverage'.padEnd(20)}   lines  branches`);
for (const [name, sum] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`${name.padEnd(20)}${percent(sum.lines, sum.ofLines)}  ${percent(sum.branches, sum.ofBranches)}`);
}
console.log(run.stdout.trimEnd().split('\n').at(-1));
process.exitCode = totals.size === 0 ? 1 : (run.status ?? 1);
