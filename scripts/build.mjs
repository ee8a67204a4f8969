// Builds dist/: the command as one CJS bundle with V8's code cache beside it, the library as ESM, the type declarations.
// With --no-types the declarations are left out (the tests do not need them).
import { build } from 'esbuild';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
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

/**
 * Large modules without imports of their own that most commands do not need: each its own file, loaded by `require`.
 * The smaller the main bundle, the sooner it starts.
 */
const leafModules = /(^commander$|^chevrotain$|^diff$|\/opcodes\/(avx|avx512|sse|bmi|extensions|amd|x87)\.js$|\/predefined\.js$)/;
const leafEntries = new Map();
const leaves = {
  name: 'leaves',
  setup(builder) {
    builder.onResolve({ filter: leafModules }, async (args) => {
      if (args.pluginData === 'leaf') return undefined;
      const { path: file } = await builder.resolve(args.path, {
        kind: args.kind,
        resolveDir: args.resolveDir,
        importer: args.importer,
        pluginData: 'leaf',
      });
      const name = path.basename(args.path).replace(/\.js$/, '');
      leafEntries.set(name, file);
      return { path: `./leaf/${name}.cjs`, external: true };
    });
  },
};

/** The command as one CommonJS bundle. */
const command = (name, hot) =>
  build({
    ...shared,
    entryPoints: ['src/cli.ts'],
    outfile: `dist/${name}.cjs`,
    format: 'cjs',
    minify: true,
    charset: 'ascii',
    define: { ...shared.define, __TSKVM_HOT__: String(hot) },
    // One function expression, as bin/tskvm.js compiles it: wrapping a megabyte at run time costs a copy of it.
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
    plugins: [leaves],
  });

// ESM bundles of CJS dependencies call require for node: built-ins.
const banner = { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" };

const library = { index: 'src/index.ts', testing: 'src/testing.ts' };
rmSync('dist/types', { recursive: true, force: true });
// Bytecode that Bun has made of earlier bundles (bin/bun.js).
for (const name of existsSync('dist') ? readdirSync('dist') : []) if (name.startsWith('bun-')) rmSync(`dist/${name}`, { recursive: true });
const jobs = [
  command('cli', false),
  command('hot', true),
  build({ ...shared, entryPoints: library, outdir: 'dist', format: 'esm', splitting: true, banner, chunkNames: 'chunks/[name]-[hash]' }),
  build({
    ...shared,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    entryPoints: { asm: 'src/asm/index.ts' },
    outdir: 'dist',
    format: 'esm',
  }),
];
const tsc = path.join('node_modules', '.bin', 'tsc');
if (!process.argv.includes('--no-types') && existsSync(tsc)) {
  jobs.push(
    promisify(execFile)(tsc, ['-p', 'tsconfig.types.json']).catch((error) => {
      process.stderr.write(error.stdout ?? String(error));
      process.exitCode = 1;
    }),
  );
}
await Promise.all(jobs);
await build({
  ...shared,
  entryPoints: Object.fromEntries(leafEntries),
  outdir: 'dist/leaf',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  charset: 'ascii',
});

// V8's code caches, written by the command itself after the run that is to be fast: they hold what that run has compiled.
const warmUp = existsSync('/dev/kvm')
  ? ['build-run', '-q', 'examples/hello/test.S']
  : ['build', 'examples/hello/test.S', '-o', '/dev/null'];
for (const name of ['cli', 'hot']) {
  const cache = `dist/${name}.cjs.cache`;
  rmSync(cache, { force: true });
  const { stderr } = spawnSync(process.execPath, ['bin/tskvm.js', ...warmUp], {
    env: { ...process.env, TSKVM_WRITE_CODE_CACHE: name },
    encoding: 'utf8',
  });
  if (existsSync(cache)) continue;
  process.stderr.write(`build: no code cache was written\n${stderr}`);
  process.exitCode = 1;
}
