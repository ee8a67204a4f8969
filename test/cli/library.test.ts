/** The library as its users have it: built files, examples, a bundle for browsers. */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { validateConfig } from '../../src/config.js';
import { exitStatus } from '../../src/exit-status.js';
import { folder, kvm, root, tskvm } from '../support/cli.js';

const test = suite('library');
const withKvm = kvm ? test : test.skip;

/** Runs an example as a user of Node 20 does, with `tskvm` resolved to the built package. */
async function example(name: string, directory: string): Promise<string> {
  const out = path.join(directory, 'example.mjs');
  await build({
    entryPoints: [path.join('examples', name)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: out,
    // The built package, not the sources that tsconfig.json's paths name.
    tsconfigRaw: {},
    plugins: [
      {
        name: 'built',
        setup(builder) {
          builder.onResolve({ filter: /^tskvm(\/testing)?$/ }, ({ path: name }) => ({
            path: path.join(root, 'dist', name === 'tskvm' ? 'index.js' : 'testing.js'),
            external: true,
          }));
          builder.onResolve({ filter: /^uvu/ }, ({ path: name }) => ({
            path: path.join(root, 'node_modules', name === 'uvu' ? 'uvu/dist/index.mjs' : 'uvu/assert/index.mjs'),
            external: true,
          }));
        },
      },
    ],
    define: { 'import.meta.dirname': JSON.stringify(path.join(root, 'examples', path.dirname(name))) },
    logLevel: 'error',
  });
  const { stdout, stderr } = spawnSync(process.execPath, [out], { encoding: 'utf8' });
  return stdout + stderr;
}

withKvm('the examples run', async () => {
  const place = folder();
  assert.is(await example('library/assemble.ts', place.path), 'b0 48 e6 f1 f4\n');
  assert.is(await example('library/objcopy.ts', place.path), 'b0 01 f4\n');
  assert.is(await example('library/machine.ts', place.path), 'the guest says 72\nhalt\n');
  assert.is(await example('library/link.ts', place.path), '0x1000: e8 01 00 00 00 f4 b8 2a 00 00 00 c3\n');
  assert.match(await example('suite/hello.test.ts', place.path), /Passed:\s+2/);
  place.remove();
});

test('the assembler works in a browser bundle', async () => {
  const result = await build({
    stdin: {
      contents:
        "import { assemble } from './src/asm/index.js'; import { memoryHost } from './src/host.js'; globalThis.tskvm = { assemble, memoryHost };",
      resolveDir: root,
    },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    logLevel: 'error',
  });
  const source = readFileSync('examples/hello/test.S');
  // A context without anything of Node: no process, no require, no Buffer.
  const context = vm.createContext({ TextEncoder, TextDecoder, source: new Uint8Array(source) });
  vm.runInContext(result.outputFiles[0].text, context);
  const bytes = vm.runInContext(
    "const { object, diagnostics } = tskvm.assemble([{ name: 'test.S', text: source }], { abi: '32' }, tskvm.memoryHost({})); diagnostics.length + ' ' + Array.from(object.sections.find((s) => s.name === '.text').data, (b) => b.toString(16).padStart(2, '0')).join(' ')",
    context,
  ) as string;
  assert.is(bytes, '0 b0 48 e6 f1 b0 65 e6 f1 b0 6c e6 f1 b0 6c e6 f1 b0 6f e6 f1 b0 0a e6 f1 f4');
});

const refuse = (config: unknown, source = ''): string => {
  try {
    validateConfig(config, 'tskvm.config.ts', source);
    return '';
  } catch (error) {
    const { message, notes } = error as { message: string; notes: string[] };
    return [message, ...notes].join('\n');
  }
};

test('a wrong config names the place and what is allowed', () => {
  const source = 'export default {\n  boards: {\n    default: {\n      memry: 1,\n    },\n  },\n};\n';
  assert.is(
    refuse({ boards: { default: { memry: 1 } } }, source),
    "tskvm.config.ts:4: boards.default.memry: unknown key, did you mean `memory'?\nallowed: mode, memory, engine, boot, at, devices, timeout, build",
  );
  assert.match(refuse({ boards: { a: { mode: 'fast' } } }), "boards.a.mode: `fast' is not allowed\nallowed: real, protected, long");
  assert.match(refuse({ boards: [] }), 'boards: a list is not an object');
  assert.match(refuse({ boards: { a: { devices: [{}] } } }), 'boards.a.devices.0: this object is not a device');
  assert.match(refuse({ boards: { a: { build: { define: { A: [] } } } } }), 'boards.a.build.define.A: a list is not a value');
  assert.match(refuse(3), 'number is not an object');
  assert.is(
    refuse({
      boards: { a: { mode: 'real', memory: '1M', devices: ['console', { name: 'x' }, { device: './d.ts', at: 3 }], build: { abi: '32' } } },
    }),
    '',
  );
});

withKvm('boards: devices, build options, a config that throws', () => {
  const place = folder({
    'tskvm.config.ts':
      "import { defineConfig } from 'tskvm';\nimport led from './led';\nexport default defineConfig({ boards: { default: { devices: ['console', { device: led, at: 0x30 }], build: { define: { LED: 0x30 } } }, other: { devices: [] } } });\n",
    'led.ts':
      "import { defineDevice, type DeviceContext } from 'tskvm';\nlet c: DeviceContext;\nexport default defineDevice({ name: 'led', attach(x: DeviceContext) { c = x; }, out(_o: number, v: number) { c.output(Buffer.from(`led ${v}\\n`)); } });\n",
    'sub/a.S': '    out %al, $LED\n    hlt\n',
  });
  const run = (...args: string[]): ReturnType<typeof tskvm> => tskvm(['build-run', ...args], { cwd: place.path });
  const { stdout, stderr } = run('sub/a.S');
  assert.is(stdout.toString(), 'led 0\n', stderr);
  assert.match(run('--board', 'other', '-D', 'LED=0x40', 'sub/a.S').stderr, 'port 0x40 was written');
  assert.match(
    run('--board', 'toher', 'sub/a.S').stderr,
    "there is no board `toher', did you mean `other'?\n  boards here: default, other, bare, pc, seed, none",
  );
  place.write('tskvm.config.ts', "\nthrow new Error('not today');\n");
  const broken = run('sub/a.S');
  assert.is(broken.status, 2);
  assert.is(broken.stderr, 'tskvm build-run: tskvm.config.ts:2: not today\n');
  place.write('tskvm.config.ts', 'export default {{\n');
  assert.match(run('sub/a.S').stderr, /^tskvm build-run: tskvm\.config\.ts:1: /);
  place.remove();
});

test('docs/exit-statuses.md has every status', () => {
  const page = readFileSync('docs/exit-statuses.md', 'utf8');
  for (const [name, status] of Object.entries(exitStatus)) assert.match(page, new RegExp(`^\\| ${status} \\|`, 'm'), name);
});

test('every command has help with examples', () => {
  const commands = [
    ...tskvm(['--help'])
      .stdout.toString()
      .matchAll(/^ {2}([a-z-]+) {2,}\S/gm),
  ].map(([, name]) => name);
  assert.ok(commands.length >= 10, commands.join(' '));
  for (const name of ['build-run', 'run', 'build', 'test', 'watch', 'devices']) {
    const { stdout, status } = tskvm([name, '--help']);
    assert.is(status, 0);
    assert.match(stdout.toString(), /\nExamples:\n {2}\$ tskvm /, name);
  }
});

test('completion scripts know every command and its options', () => {
  const bash = tskvm(['completion', 'bash']).stdout.toString();
  const ask = (...words: string[]): string[] =>
    spawnSync(
      'bash',
      ['-c', `${bash}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tskvm; printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', 'tskvm', ...words],
      {
        encoding: 'utf8',
      },
    )
      .stdout.trim()
      .split('\n');
  assert.equal(ask('bui'), ['build', 'build-run']);
  assert.equal(ask('test', '--up'), ['--update']);
  assert.equal(ask('run', '--mode', 'p'), ['protected', 'paged32']);
  assert.equal(ask('as', '-'), ['']);
  const fish = tskvm(['completion', 'fish']).stdout.toString();
  assert.match(fish, "-n '__fish_seen_subcommand_from test' -s u -l update -d 'write golden files that are new or differ'\n");
  assert.match(tskvm(['completion', 'zsh']).stdout.toString(), /^#compdef tskvm\n/);
  const wrong = tskvm(['completion', 'csh']);
  assert.is(wrong.status, 2);
  assert.is(wrong.stderr, "tskvm completion: there is no completion for `csh'\n  shells: bash, zsh, fish\n");
});

test.run();
