// Writes THIRD_PARTY.md: the packages whose code is bundled into dist/, with their licences. `--check` only compares.
import { build } from 'esbuild';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { external } from './externals.mjs';

process.chdir(path.dirname(import.meta.dirname));
const { metafile } = await build({
  entryPoints: ['src/cli.ts', 'src/index.ts', 'src/testing.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
  outdir: 'unused',
  metafile: true,
  external,
  logLevel: 'error',
});
const names = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) names.add(found[1]);
}
let text = `# Third-party code\n\nPackages whose code is part of \`dist/\`. Written by \`node scripts/licenses.mjs\` from the bundler's own account.\n`;
for (const name of [...names].sort()) {
  const folder = path.join('node_modules', name);
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const licence = file === undefined ? `Licence: ${manifest.license}` : readFileSync(path.join(folder, file), 'utf8').trim();
  text += `\n## ${name} ${manifest.version} (${manifest.license})\n\n${licence.replace(/^/gm, '    ').replace(/[ \t]+$/gm, '')}\n`;
}
const target = 'THIRD_PARTY.md';
if (process.argv.includes('--check')) {
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    console.error(`${target} is not what is bundled: run node scripts/licenses.mjs`);
    process.exitCode = 1;
  }
} else writeFileSync(target, text);
