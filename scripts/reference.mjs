// Writes docs/reference.md from the code: commands with their options, devices, exit statuses, BIOS boards, the library's exports.
// Usage: node scripts/reference.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { external } from './externals.mjs';

const root = path.dirname(import.meta.dirname);
const specs = {
  'build-run': 'buildRun',
  run: 'run',
  build: 'build',
  watch: 'watch',
  test: 'test',
  trace: 'trace',
  devices: 'devices',
  doctor: 'doctor',
  explain: 'explain',
  init: 'init',
};
const entry = [
  ...Object.entries(specs).map(([file, name]) => `export { ${name} } from './src/commands/${file}.js';`),
  `export { boardDevices, boardNames, devices as builtin } from './src/vmm/devices/index.js';`,
].join('\n');
const bundled = await build({
  stdin: { contents: entry, resolveDir: root },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  external,
  define: { __TSKVM_VERSION__: '""' },
  loader: { '.bin': 'binary' },
});
const module = { exports: {} };
new Function('module', 'exports', 'require', bundled.outputFiles[0].text)(module, module.exports, createRequire(import.meta.url));
const code = module.exports;

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
const hex = (n) => `0x${n.toString(16)}`;
const range = ({ start, length }) => (length === 1 ? hex(start) : `${hex(start)}–${hex(start + length - 1)}`);

function command(spec) {
  const rows = spec.options
    .filter(({ hidden }) => !hidden)
    .map(
      ({ flags, description, repeat }) =>
        `| \`${flags.replaceAll('|', '\\|')}\` | ${cell(description)}${repeat ? ' (may be repeated)' : ''} |`,
    );
  const examples = spec.examples.map(([line, what]) => `    ${line}    # ${what}`).join('\n');
  return `### tskvm ${spec.name}${spec.operands ? ` \`${spec.operands}\`` : ''}\n\n${spec.description}\n\n${rows.length > 0 ? `| option | what |\n|---|---|\n${rows.join('\n')}\n\n` : ''}${examples}\n`;
}

function devices() {
  const rows = Object.entries(code.builtin).map(([name, device]) => {
    const made = device.make({});
    const places = [
      ...(made.ports ?? []).map(range),
      ...(made.mmio ?? []).map((r) => `memory ${range(r)}`),
      ...(made.irqs ?? []).map((irq) => `IRQ ${irq}`),
    ];
    const options = Object.entries(device.options).map(([key, what]) => `\`${key}=\` ${cell(what)}`);
    return `| \`${name}\` | ${places.join(', ')} | ${cell(made.description ?? '')}${options.length > 0 ? `; ${options.join('; ')}` : ''} |`;
  });
  const boards = code.boardNames.map((name) => {
    const list = code.boardDevices(name, undefined).map((device) => device.name);
    return `| \`${name}\` | ${list.length > 0 ? list.join(', ') : 'nothing'} |`;
  });
  return `| device | place | what; options of its spec |\n|---|---|---|\n${rows.join('\n')}\n\n| board | devices |\n|---|---|\n${boards.join('\n')}\n`;
}

/** `name: value` pairs of src/exit-status.ts with the comment before each. */
function statuses() {
  const text = readFileSync(path.join(root, 'src/exit-status.ts'), 'utf8');
  const rows = [...text.matchAll(/\/\*\*\s*([^*]+?)\s*\*\/\s*(\w+): (\d+),/g)].map(([, what, , value]) => `| ${value} | ${cell(what)} |`);
  return `| status | meaning |\n|---|---|\n| odd | the guest's own verdict by the debug-exit port: (v << 1) \\| 1 |\n${rows.join('\n')}\n`;
}

/** Every export of a module with the first sentence of its docstring. */
function library(entryFile) {
  const text = readFileSync(path.join(root, entryFile), 'utf8');
  const rows = [];
  for (const [, type, names, from] of text.matchAll(/export (type )?\{([^}]+)\} from '([^']+)';/g)) {
    const file = path.join(root, path.dirname(entryFile), from.replace(/\.js$/, '.ts'));
    for (const part of names
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)) {
      const [own, , shown = own] = part.split(/\s+(as)\s+/);
      rows.push({ name: shown, kind: type ? 'type' : 'value', what: docstring(file, own) });
    }
  }
  rows.sort((a, b) => (a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === 'value' ? -1 : 1));
  return `| export | what |\n|---|---|\n${rows.map(({ name, kind, what }) => `| \`${kind === 'type' ? 'type ' : ''}${name}\` | ${cell(what)} |`).join('\n')}\n`;
}

function docstring(file, name, depth = 0) {
  const text = readFileSync(file, 'utf8');
  const declared = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*)?export (?:declare )?(?:async )?(?:function|class|const|interface|type|enum) ${name}\\b`,
  ).exec(text);
  if (declared === null) {
    const again = [...text.matchAll(/export (?:type )?\{([^}]+)\} from '([^']+)';/g)].find(([, names]) =>
      new RegExp(`\\b${name}\\b`).test(names),
    );
    return again && depth < 4 ? docstring(path.join(path.dirname(file), again[2].replace(/\.js$/, '.ts')), name, depth + 1) : '';
  }
  const comment = (declared[1] ?? '')
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim();
  return /^([\s\S]*?[.](?=\s|$)|[\s\S]*?$)/
    .exec(comment.split(/\n\s*\n|@/)[0])[1]
    .replaceAll('\n', ' ')
    .trim();
}

const text = `<!-- written by scripts/reference.mjs -->

# Reference

Made from the code: what \`--help\`, \`tskvm devices\` and the types say, on one page. The assembler's directives and options are in
[as.md](as.md), the instructions in [isa.md](isa.md). \`as\`, \`objcopy\`, \`link\`, \`nm\`, \`size\`, \`readelf\`, \`objdump\` and \`cpp\` take the
options of GNU's tools: \`tskvm NAME --help\` lists them, [coming-from.md](coming-from.md) says what differs.

## Commands

${Object.values(specs)
  .map((name) => command(code[name]))
  .join('\n')}
## Devices and boards

${devices()}
How to write one: [devices.md](devices.md).

## Exit statuses

${statuses()}
More about them: [exit-statuses.md](exit-statuses.md).

## The library

\`import { … } from 'tskvm'\`; examples of its use: [api.md](api.md).

${library('src/index.ts')}
\`import { … } from 'tskvm/testing'\`: see [testing.md](testing.md).
`;

const file = path.join(root, 'docs/reference.md');
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/reference.md is out of date: run node scripts/reference.mjs');
  process.exit(1);
}
