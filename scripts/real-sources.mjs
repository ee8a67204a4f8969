/**
 * Measures `tskvm as` on real sources that are not in the repository: every .s/.S file (already preprocessed) below the
 * folders given is assembled by GNU as and by ours, and the objects are compared.
 *
 *   node scripts/real-sources.mjs [--32] [--show N] [--only PART] [--stop N] DIR…
 *
 * Options for a file stand in a `.opts` file beside it; else the folder's name decides (`…32` is --32), else --64.
 * Where to get sources: Debian source packages (`apt-get source`), with an `as` first in PATH that keeps its input.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareObjects } from './compare-objects.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 32: { type: 'boolean' }, show: { type: 'string', default: '3' }, only: { type: 'string' }, stop: { type: 'string' } },
});
const tskvm = path.join(path.dirname(import.meta.dirname), 'bin', 'tskvm.js');
const work = mkdtempSync(path.join(os.tmpdir(), 'real-'));
const files = positionals
  .flatMap((dir) =>
    statSync(dir).isDirectory()
      ? readdirSync(dir, { recursive: true })
          .filter((f) => /\.[sS]$/.test(f))
          .sort()
          .map((f) => path.join(dir, f))
      : [dir],
  )
  .filter((f) => !values.only || f.includes(values.only))
  .slice(0, values.stop ? Number(values.stop) : undefined);

const count = { same: 0, different: 0, weReject: 0, weAccept: 0, bothReject: 0, crashed: 0 };
const firstMessages = new Map();
for (const file of files) {
  const options = existsSync(file.replace(/\.[sS]$/, '.opts'))
    ? readFileSync(file.replace(/\.[sS]$/, '.opts'), 'utf8')
        .trim()
        .split(/\s+/)
        .filter(Boolean)
    : [values[32] || /32/.test(path.dirname(file)) || /\.(32|16)\./.test(file) ? '--32' : '--64'];
  const [theirs, ours] = [path.join(work, 'theirs.o'), path.join(work, 'ours.o')];
  rmSync(theirs, { force: true });
  rmSync(ours, { force: true });
  const gnu = spawnSync('as', [...options, '-o', theirs, file], { encoding: 'latin1' });
  const mine = spawnSync(process.execPath, [tskvm, 'as', ...options, '-o', ours, file], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  const note = (kind, text) => {
    count[kind]++;
    console.log(`${kind} ${file}\n    ${text.split('\n').slice(0, Number(values.show)).join('\n    ')}`);
    const key = text
      .split('\n')[0]
      .replace(/^[^ ]*:\d+: /, '')
      .replace(/[0-9a-fx]{3,}/g, 'N')
      .replace(/`[^']*'/g, "`…'")
      .slice(0, 90);
    firstMessages.set(key, (firstMessages.get(key) ?? 0) + 1);
  };
  if (mine.status !== 0 && mine.status !== 1) note('crashed', `status ${mine.status} ${mine.signal ?? ''} ${mine.stderr}`);
  else if (gnu.status !== 0 && mine.status !== 0) count.bothReject++;
  else if (gnu.status !== 0) note('weAccept', gnu.stderr.replace(/^.*Assembler messages:\n/, ''));
  else if (mine.status !== 0) note('weReject', mine.stderr);
  else if (!existsSync(theirs)) count.bothReject++; // asked for its version, or the like
  else {
    const differences = compareObjects(readFileSync(ours), readFileSync(theirs));
    if (differences.length === 0) count.same++;
    else note('different', differences.join('\n'));
  }
}
rmSync(work, { recursive: true });
for (const [text, n] of [...firstMessages].sort((x, y) => y[1] - x[1]).slice(0, 25)) console.log(`${n} × ${text}`);
console.log(
  `${files.length} files: ${Object.entries(count)
    .map(([k, n]) => `${k} ${n}`)
    .join(', ')}`,
);
