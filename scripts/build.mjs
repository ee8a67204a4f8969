// Builds dist/: the command as one CJS bundle with V8's code cache beside it, the library as ESM, the type declarations.
// With --no-types the declarations are left out (the tests do not need them).
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { promisify } from 'node:util';
import { external } from './externals.mjs';

const root = path.dirname(import.meta.dirname);
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  external,
  legalComments: 'none',
  define: { __TSKVM_VERSION__: JSON.stringify(version) },
  loader: { '.bin': 'binary' },
  logLevel: 'warning',
};

// ESM bundles of CJS dependencies call require for node: built-ins.
const banner = { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" };

const library = { index: 'src/index.ts', testing: 'src/testing.ts' };
rmSync('dist/types', { recursive: true, force: true });
const jobs = [
  build({ ...shared, entryPoints: ['src/cli.ts'], outfile: 'dist/cli.cjs', format: 'cjs', minify: true, charset: 'ascii' }),
  build({ ...shared, entryPoints: library, outdir: 'dist', format: 'esm', splitting: true, banner, chunkNames: 'chunks/[name]-[hash]' }),
  build({ ...shared, platform: 'neutral', mainFields: ['module', 'main'], entryPoints: { asm: 'src/asm/index.ts' }, outdir: 'dist', format: 'esm' }),
];
const tsc = path.join('node_modules', '.bin', 'tsc');
if (!process.argv.includes('--no-types') && existsSync(tsc)) {
  jobs.push(promisify(execFile)(tsc, ['-p', 'tsconfig.types.json']).catch((error) => {
    process.stderr.write(error.stdout ?? String(error));
    process.exitCode = 1;
  }));
}
await Promise.all(jobs);

// The same wrapper as in bin/tskvm.js: a code cache only fits the exact source text.
const file = path.resolve('dist/cli.cjs');
const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`, { filename: file });
writeFileSync(`${file}.cache`, script.createCachedData());
