// Random links (test/support/link-generator.ts) by ours and by GNU ld: flat image, symbols, section and program headers.
// Usage: node scripts/link-compare.mjs [--cases N] [--seed S] [--show N] [--only image,symbols,sections,segments,accept,text]
//        node scripts/link-compare.mjs --one SEED     prints the case and what differs
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { external } from './externals.mjs';

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '5' },
    only: { type: 'string', default: 'accept,image,symbols,sections,segments' },
    one: { type: 'string' },
    reasons: { type: 'boolean' },
  },
});
const dir = process.env.KEEP ?? mkdtempSync(path.join(os.tmpdir(), 'tskvm-links-'));
if (!process.env.KEEP) process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const bundle = path.join(dir, 'bundle.mjs');
await build({
  stdin: {
    contents: `export * from './test/support/link-compare.js'; export * from './test/support/link-generator.js';`,
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: bundle,
  sourcemap: 'inline',
  external: [...external, 'commander', 'chokidar', 'diff'],
  define: { __TSKVM_VERSION__: JSON.stringify('compare') },
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  logLevel: 'warning',
});
const { compareLinks, generateLink, scriptOf } = await import(pathToFileURL(bundle));
process.chdir(dir);
const BATCH = 50;
const first = values.one === undefined ? Number(values.seed) : Number(values.one);
const count = values.one === undefined ? Number(values.cases) : 1;
const kinds = values.only.split(',');
const tally = new Map();
let refused = 0;
let shown = 0;
const reasons = new Map();
for (let at = 0; at < count; at += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => ({ seed: first + at + i, ...generateLink(first + at + i) }));
  for (const { seed, findings, theirText, ourText, accepted } of compareLinks(
    batch,
    (script) => execFileSync('sh', [], { input: script, maxBuffer: 1 << 28 }),
    { existsSync, mkdirSync, readFileSync, statSync, writeFileSync },
  )) {
    if (!accepted) {
      refused++;
      const why =
        theirText
          .split('\n')
          .find((l) => !/warning/.test(l))
          ?.replace(/^.*?(error|ld): ?/, '')
          .replace(/`.*?'|0x[0-9a-f]+|\d+|\[.*?\]/g, '_') ?? '';
      reasons.set(why, (reasons.get(why) ?? 0) + 1);
    }
    const found = findings.filter((f) => kinds.includes(f.kind));
    for (const kind of new Set(found.map((f) => f.kind))) tally.set(kind, [...(tally.get(kind) ?? []), seed]);
    if (values.one !== undefined) {
      const one = batch[0];
      console.log(scriptOf(one), '\n-- ld says:', theirText, '\n-- we say:', ourText);
      for (const file of ['gnu.elf', 'our.elf'])
        if (existsSync(`case${seed}/${file}`))
          console.log(
            execFileSync('readelf', ['-SWl', `case${seed}/${file}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).replace(
              /Key to Flags[^]*?\n\n|There are.*\n|Elf file type.*\n|Entry.*\n/g,
              '',
            ),
          );
      one.sources.forEach((s, i) => console.log(`-- ${'abc'[i]}.s\n${s}`));
    }
    if (found.length > 0 && shown++ < Number(values.show))
      for (const f of found.slice(0, values.one ? 40 : 4)) console.log(`seed ${seed}: ${f.kind}: ${f.text}`);
  }
}
console.log(`${count} links, ${refused} refused by ld`);
if (values.reasons) for (const [why, n] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(`  ${n} × ${why}`);
for (const [kind, seeds] of tally) console.log(`${kind}: ${seeds.length} differ, seeds ${seeds.slice(0, 25).join(' ')}`);
process.exitCode = tally.size === 0 ? 0 : 1;
