// Every form of the instruction tables × mode × operand shape: GNU as 2.40 against ours. The sweep itself is
// test/support/isa/sweep.ts; this builds and runs it. Usage: npm run isa:sweep [-- OPTIONS], see there.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { external } from './externals.mjs';

const root = path.dirname(import.meta.dirname);
const directory = mkdtempSync(path.join(root, 'dist-sweep-'));
try {
  const outfile = path.join(directory, 'sweep.cjs');
  await build({
    entryPoints: [path.join(root, 'test/support/isa/sweep.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external,
    logLevel: 'warning',
  });
  const { status } = spawnSync(process.execPath, ['--max-old-space-size=4096', outfile, ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: root,
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
