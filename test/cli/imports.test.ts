/** The import rules of ARCHITECTURE.md, read from the sources themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

interface Import {
  readonly from: string;
  /** A path under src/, or a package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Static, dynamic and lazy imports of a source text. */
function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const to = specifier.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)).replace(/\.js$/, '.ts')
      : specifier;
    found.push({ from: file, to, typeOnly });
  };
  for (const [, keyword, names, specifier] of code.matchAll(/^\s*(import|export)\b([^'";]*?)\bfrom\s*'([^']+)'/gm)) {
    void keyword;
    add(specifier, /^\s*type\b/.test(names));
  }
  for (const [, specifier] of code.matchAll(/^\s*import\s*'([^']+)'/gm)) add(specifier, false);
  for (const [, specifier] of code.matchAll(/\brequire\(\s*'([^']+)'\s*\)/g)) add(specifier, false);
  for (const [, specifier] of code.matchAll(/(?<!typeof )\bimport\(\s*'([^']+)'\s*\)/g)) add(specifier, false);
  return found;
}

const files = readdirSync('src', { recursive: true })
  .map((file) => path.posix.join('src', String(file)))
  .filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));
const builtin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);
const part = (file: string): string => /^src\/(asm|objcopy|vmm|commands)\//.exec(file)?.[1] ?? 'base';
/** What several parts share. */
const shared = new Set(['object', 'bytes', 'diagnostics', 'host', 'lazy', 'suggest'].map((name) => `src/${name}.ts`));
const show = (list: Import[]): string => list.map((i) => `${i.from} imports ${i.to}`).join('\n');

const test = suite('imports');

test('the reader sees every kind of import', () => {
  const text =
    "import a from 'x';\nimport type { T } from './t.js';\nexport { b } from '../b.js';\nconst c = require('./c.js');\nvoid import('./d.js');\n// import e from 'e';\n";
  assert.equal(
    importsOf('src/vmm/m.ts', text).map((i) => `${i.to}${i.typeOnly ? ' (type)' : ''}`),
    ['x', 'src/vmm/t.ts (type)', 'src/b.ts', 'src/vmm/c.ts', 'src/vmm/d.ts'],
  );
  assert.ok(files.length > 40 && imports.length > 100, 'the sources were found');
});

for (const [name, allowed] of [
  ['chevrotain', ['src/asm/grammar.ts', 'src/asm/tokens.ts']],
  ['koffi', ['src/vmm/kvm/ffi.ts']],
  ['commander', ['src/cli.ts']],
] as const) {
  test(`only ${allowed.join(' and ')} may import ${name}`, () => {
    const wrong = imports.filter((i) => (i.to === name || i.to.startsWith(`${name}/`)) && !(allowed as readonly string[]).includes(i.from));
    assert.is(show(wrong), '');
  });
}

test('asm, objcopy and vmm never import one another', () => {
  const parts = ['asm', 'objcopy', 'vmm'];
  const wrong = imports.filter(
    (i) => parts.includes(part(i.from)) && i.to.startsWith('src/') && part(i.to) !== part(i.from) && !shared.has(i.to),
  );
  assert.is(show(wrong.filter((i) => !(part(i.from) === 'vmm' && i.to === 'src/exit-status.ts'))), '');
});

test('asm and objcopy import no Node built-in', () => {
  const pure = (file: string): boolean => ['asm', 'objcopy'].includes(part(file)) || shared.has(file);
  assert.is(show(imports.filter((i) => pure(i.from) && builtin(i.to))), '');
});

test('nothing below the commands imports them or the command line', () => {
  const wrong = imports.filter(
    (i) => ['asm', 'objcopy', 'vmm'].includes(part(i.from)) && (part(i.to) === 'commands' || i.to === 'src/cli.ts'),
  );
  assert.is(show(wrong), '');
  assert.is(show(imports.filter((i) => i.to === 'src/cli.ts')), '');
});

test('every imported file exists', () => {
  const known = new Set(files);
  assert.is(show(imports.filter((i) => i.to.startsWith('src/') && !known.has(i.to))), '');
});

test.run();
