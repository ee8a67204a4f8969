// The package as a new user gets it: packed, installed into an empty project under each Node and under Bun, and used there.
// Usage: node scripts/package-test.mjs [--only node20,node22,…,bun,optional,types,lint,reproducible] [--keep]   (needs the npm registry; build first)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } } });
const root = path.dirname(import.meta.dirname);
const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-package-'));
process.on('exit', () => values.keep || rmSync(folder, { recursive: true, force: true }));
const wanted = (name) => values.only === undefined || values.only.split(',').includes(name);
let failures = 0;

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000, ...options });
  return { status: done.status, out: done.stdout ?? '', err: `${done.error ?? ''}${done.stderr ?? ''}` };
}
function report(name, passed, detail) {
  if (!passed) failures += 1;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name}${detail ? `: ${detail.trim()}` : ''}`);
}
const npm = (args, cwd) => run('npm', args, { cwd });
const size = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;

// 1. The package file: its size, and that nothing runs on the user's machine when it is installed.
const packed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
const listing = JSON.parse(packed.out);
const [{ filename, size: small, unpackedSize, files }] = Array.isArray(listing) ? listing : Object.values(listing);
const tarball = path.join(folder, filename);
report('npm pack', existsSync(tarball), `${size(small)} packed, ${size(unpackedSize)} unpacked, ${files.length} files`);
report('the package is small', small < 4 * 2 ** 20);
const { scripts = {} } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
report('no install scripts', !['preinstall', 'install', 'postinstall'].some((name) => name in scripts));

// 2. An empty project.
const project = path.join(folder, 'project');
mkdirSync(project);
writeFileSync(path.join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
const installed = npm(['install', '--no-audit', '--no-fund', tarball], project);
report('npm install', installed.status === 0, installed.status === 0 ? '' : installed.err);
const home = path.join(project, 'node_modules', 'tskvm');
const bin = path.join(home, 'bin', 'tskvm.js');
writeFileSync(
  path.join(project, 'hello.S'),
  "    mov $'H', %al\n    out %al, $0xf1\n    mov $'i', %al\n    out %al, $0xf1\n    mov $'\\n', %al\n    out %al, $0xf1\n    hlt\n",
);
writeFileSync(
  path.join(project, 'use.mjs'),
  `import { assemble, createMachine, flatten, memoryHost } from 'tskvm';
import * as asm from 'tskvm/asm';
import * as testing from 'tskvm/testing';
const text = new TextEncoder().encode('.code16\\nmovb $72, %al\\noutb %al, $0xf1\\nhlt\\n');
const { object } = assemble([{ name: 'a.s', text }], { abi: '32' }, memoryHost({}));
const machine = createMachine({ engine: process.argv[2] });
machine.load(flatten(object, { base: 0n }).image);
const { ending } = await machine.run();
machine.close();
console.log(ending.kind, Buffer.from(machine.output()).toString(), typeof asm.assemble, Object.keys(testing).length > 0);
`,
);

/** What a runtime must do: hello on each engine there is, and the library's three entry points. */
function tryRuntime(name, runtime) {
  const version = run(runtime, ['--version']).out;
  const engines = existsSync('/dev/kvm') ? ['kvm', 'soft'] : ['soft'];
  for (const engine of engines) {
    const hello = run(runtime, [bin, 'build-run', '--engine', engine, 'hello.S'], { cwd: project });
    report(`${name} hello (${engine})`, hello.status === 0 && hello.out === 'Hi\n', hello.out === 'Hi\n' ? version : hello.out + hello.err);
    const library = run(runtime, ['use.mjs', engine], { cwd: project });
    const right = library.out.trim() === 'halt H function true';
    report(`${name} library (${engine})`, library.status === 0 && right, right ? '' : library.out + library.err);
  }
}

for (const major of [20, 22, 24, 26]) {
  if (!wanted(`node${major}`)) continue;
  const place = path.join(folder, `node${major}`);
  mkdirSync(place);
  // The npm package `node` brings the binary of that version.
  const brought = npm(['install', '--no-audit', '--no-fund', '--prefix', place, `node@${major}`], place);
  const binary = path.join(place, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(binary)) tryRuntime(`node ${major}`, binary);
  else report(`node ${major}`, false, `not installed ${brought.err}`);
}
if (wanted('bun')) {
  const place = path.join(folder, 'bun');
  mkdirSync(place);
  npm(['install', '--no-audit', '--no-fund', '--prefix', place, 'bun'], place);
  const binary = path.join(place, 'node_modules', '.bin', 'bun');
  if (existsSync(binary)) tryRuntime('bun', binary);
  else report('bun', false, 'not installed');
}

// 3. Without the optional engine: KVM works as before, and soft says what to install.
if (wanted('optional')) {
  rmSync(path.join(project, 'node_modules', 'v86'), { recursive: true, force: true });
  const missed = run(process.execPath, [bin, 'build-run', '--engine', 'soft', 'hello.S'], { cwd: project });
  report('without v86', missed.status === 2 && missed.err.includes('npm install v86'), missed.err.split('\n')[0]);
}

// 4. Types: every entry point, under each way of resolving that knows `exports`.
if (wanted('types')) {
  const tsc = path.join(root, 'node_modules', '.bin', 'tsc');
  npm(['install', '--no-audit', '--no-fund', '--no-save', path.join(root, 'node_modules', '@types', 'node')], project);
  writeFileSync(
    path.join(project, 'use.ts'),
    `import { assemble, createMachine, defineDevice, memoryHost, type DeviceContext } from 'tskvm';
import { assemble as inBrowser } from 'tskvm/asm';
import * as testing from 'tskvm/testing';
const device = defineDevice({ name: 'x', in: (offset: number, size: number): number => offset + size });
const result = assemble([{ name: 'a.s', text: new Uint8Array() }], {}, memoryHost({}));
const same: typeof inBrowser = assemble;
const machine = createMachine({ memory: 65536, devices: [{ definition: device }] });
export const context: DeviceContext | null = null;
export const size: number | undefined = result.object?.sections.length;
// @ts-expect-error memory is a number of bytes
createMachine({ memory: true });
export { machine, same, testing };
`,
  );
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', module, '--moduleResolution', resolution, '--types', 'node'];
    const checked = run(tsc, [...options, 'use.ts'], { cwd: project });
    report(`types (${resolution})`, checked.status === 0, checked.out);
  }
}

// 5. What the linters of packages say.
if (wanted('lint')) {
  const publint = run('npx', ['--yes', 'publint', '--strict', home], { cwd: folder });
  report('publint', publint.status === 0, publint.out.split('\n').at(-2));
  const attw = run('npx', ['--yes', '@arethetypeswrong/cli', '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', tarball], {
    cwd: folder,
  });
  report('attw', attw.status === 0, attw.status === 0 ? '' : attw.out + attw.err);
  const audit = npm(['audit', '--omit', 'dev'], root);
  // A registry that has no such service is no finding.
  if (audit.err.includes('audit endpoint returned an error')) console.log('skip npm audit: this registry does not answer it');
  else report('npm audit', audit.status === 0, audit.out.split('\n').at(-2));
}

// 6. The same sources give the same bytes, wherever they lie. V8's code caches hold what one run has compiled, in that V8's own
// form with a hash of its flags: they differ between builds, are checked by V8 when they are loaded, and only save time.
if (wanted('reproducible')) {
  const copy = path.join(folder, 'elsewhere');
  const skipped = new Set(['node_modules', 'dist', 'dist-test', '.git', 'coverage']);
  cpSync(root, copy, { recursive: true, filter: (from) => from === root || !skipped.has(path.basename(from)) });
  symlinkSync(realpathSync(path.join(root, 'node_modules')), path.join(copy, 'node_modules'));
  const sums = (at) => {
    const found = {};
    for (const name of readdirSync(path.join(at, 'dist'), { recursive: true }).sort()) {
      const file = path.join(at, 'dist', name);
      if (name.endsWith('.cache') || name.startsWith('bun-') || !statSync(file).isFile()) continue;
      found[name] = createHash('sha256').update(readFileSync(file)).digest('hex');
    }
    return found;
  };
  const built = [];
  for (let i = 0; i < 2; i++) {
    run(process.execPath, ['scripts/build.mjs'], { cwd: copy });
    built.push(sums(copy));
  }
  const here = sums(root);
  const names = [...new Set([...Object.keys(here), ...Object.keys(built[0])])];
  const differ = names.filter((name) => here[name] !== built[0][name] || here[name] !== built[1][name]);
  report(
    'the build is reproducible',
    names.length > 5 && differ.length === 0,
    differ.length === 0 ? `${names.length} files` : differ.join(' '),
  );
}
console.log(`installed: ${size(run('du', ['-sb', home]).out.split('\t')[0] ?? statSync(home).size)}`);
console.log(failures === 0 ? 'all well' : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
