/** Every command that the pages show (fences marked `console`, lines `$ …`) runs, and shows what stands below it. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folder, kvm, root, tskvm } from '../support/cli.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const test = suite('documentation');

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The commands of one page, in order. */
function commandsOf(text: string): Shown[] {
  return [...text.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block
      .split(/^\$ /m)
      .filter((part) => part.trim() !== '')
      .map((part) => ({ command: part.slice(0, part.indexOf('\n')), output: part.slice(part.indexOf('\n') + 1).trimEnd() })),
  );
}

test('the reader sees commands and their output', () => {
  assert.equal(commandsOf('```console\n$ a b\nx\ny\n$ c\n```\n'), [
    { command: 'a b', output: 'x\ny' },
    { command: 'c', output: '' },
  ]);
});

for (const page of pages) {
  const shown = commandsOf(readFileSync(page, 'utf8'));
  if (shown.length === 0) continue;
  (kvm ? test : test.skip)(`${page}: ${shown.length} commands`, () => {
    const place = folder();
    cpSync(path.join(root, 'examples'), path.join(place.path, 'examples'), { recursive: true });
    for (const { command, output } of shown) {
      const [program, ...words] = command.replace(/^npx /, '').split(/\s+/);
      assert.is(program, 'tskvm', `${page} shows ${command}: only tskvm is run here`);
      const { stdout, stderr } = tskvm(words, { cwd: place.path });
      const lines = (stdout.toString() + (stdout.length > 0 && stdout[stdout.length - 1] !== 10 ? '\n' : '') + stderr).trimEnd();
      assert.is(lines, output, `${page}: ${command}`);
    }
    place.remove();
  });
}

test('every link between the pages leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
      .filter(([, target]) => !existsSync(path.join(path.dirname(page), target)))
      .map(([, target]) => `${page}: ${target}`),
  );
  assert.equal(broken, []);
});

test('docs/reference.md is what the code says', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/reference.mjs', '--check'], { encoding: 'utf8' });
  assert.is(status, 0, stderr);
});

test('THIRD_PARTY.md is what is bundled', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/licenses.mjs', '--check'], { encoding: 'utf8' });
  assert.is(status, 0, stderr);
});

test.run();
