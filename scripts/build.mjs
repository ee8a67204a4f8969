// Builds dist/: the command as one CJS bundle with V8's code cache beside it, the library as ESM, the type declarations.
// With --no-types the declarations are left out (the tests do not need them).
import { build } from 'esbuild';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { external } from './externals.mjs';

const root = path.dirname(import.meta.dirname);
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const shared = {
  bundle: true,
  // Comments name files by their path: a linked node_modules must not show where it lies.
  preserveSymlinks: true,
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
const command = (name) =>
  build({
    ...shared,
    entryPoints: ['src/cli.ts'],
    outfile: `dist/${name}.cjs`,
    format: 'cjs',
    minify: true,
    charset: 'ascii',
    define: { ...shared.define, __TSKVM_BUNDLE__: JSON.stringify(name) },
    // One function expression, as bin/tskvm.js compiles it: wrapping a megabyte at run time costs a copy of it.
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
    plugins: [leaves],
  });

// ESM bundles of CJS dependencies call require for node: built-ins.
const banner = { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" };

const library = { index: 'src/index.ts', testing: 'src/testing.ts' };
rmSync('dist/types', { recursive: true, force: true });
// Chunks have their contents' hash in their names: those of earlier builds would stay, and be packed.
rmSync('dist/chunks', { recursive: true, force: true });
rmSync('dist/leaf', { recursive: true, force: true });
// Bytecode that Bun has made of earlier bundles (bin/bun.js).
for (const name of existsSync('dist') ? readdirSync('dist') : []) if (name.startsWith('bun-')) rmSync(`dist/${name}`, { recursive: true });
const jobs = [
  command('cli'),
  command('hot'),
  command('tools'),
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

// V8's code caches, written by the command itself after the runs that are to be fast: they hold what those have compiled, each
// run what the one before has left, too.
const hello = 'examples/hello/test.S';
const kvm = existsSync('/dev/kvm');
const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-build-'));
const at = (name) => path.join(folder, name);
const first = kvm ? ['build-run', '-q', hello] : ['build', hello, '-o', at('hello.bin')];
const warmUps = {
  hot: [first],
  // `test` runs guests in processes of its own, which begin from the same cache.
  cli: kvm ? [first, ['test', 'examples/hello']] : [first],
  tools: [
    ['link', '-o', at('a.elf'), at('a.o'), at('b.o')],
    ['link', '--oformat=binary', '-o', at('a.bin'), at('a.o'), at('b.o')],
    ...['ihex', 'srec', 'binary'].map((format) => ['objcopy', '-O', format, at('a.elf'), at('a.out')]),
    ['objcopy', '-I', 'binary', '-O', 'ihex', at('a.elf'), at('a.out')],
  ],
};
writeFileSync(
  at('a.s'),
  '.globl _start\n_start: call f\nmov d(%rip), %eax\nlea s(%rip), %rdi\n.data\n.globl d\nd: .quad f\n.section .rodata.str1.1,"aMS",@progbits,1\ns: .asciz "text"\n',
);
writeFileSync(
  at('b.s'),
  '.globl f\nf: ret\n.section .text.g,"ax"\ng: call _start\n.section .rodata.str1.1,"aMS",@progbits,1\n.asciz "text"\n',
);
const run = (name, words) => {
  const env = name === undefined ? process.env : { ...process.env, TSKVM_WRITE_CODE_CACHE: name };
  return spawnSync(process.execPath, ['bin/tskvm.js', ...words], { env, encoding: 'utf8' });
};
try {
  for (const [name, words] of Object.entries(warmUps)) {
    const cache = `dist/${name}.cjs.cache`;
    rmSync(cache, { force: true });
    if (name === 'tools') for (const source of ['a', 'b']) run(undefined, ['as', '-o', at(`${source}.o`), at(`${source}.s`)]);
    let failed = '';
    for (const command of words) {
      const { status, stderr } = run(name, command);
      if (status !== 0) failed = `${command.join(' ')}: status ${status}\n${stderr}`;
    }
    if (existsSync(cache) && failed === '') continue;
    process.stderr.write(`build: no code cache was written\n${failed}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
