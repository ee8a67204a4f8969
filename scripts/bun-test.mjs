// The whole suite on Bun: installs the pinned version from npm into a folder outside the project and runs scripts/test.mjs with it.
// Usage: node scripts/bun-test.mjs [what scripts/test.mjs takes]   (build first; the registry is needed once)
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const version = '1.3.14';
const folder = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'tskvm', `bun-${version}`);
const bun = path.join(folder, 'node_modules', '.bin', 'bun');
const run = (command, words) => spawnSync(command, words, { cwd: path.dirname(import.meta.dirname), stdio: 'inherit' }).status ?? 1;

if (!existsSync(bun)) run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `bun@${version}`]);
if (!existsSync(bun)) {
  console.error(`bun ${version} could not be installed into ${folder}`);
  process.exit(2);
}
process.exitCode = run(bun, [path.join('scripts', 'test.mjs'), ...process.argv.slice(2)]);
