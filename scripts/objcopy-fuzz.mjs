// Mutated ELF files through objcopy, nm's and readelf's readers: no exception, no hang; with --gnu N also whether GNU's
// objcopy accepts the same files. Usage: node scripts/objcopy-fuzz.mjs [--rounds N] [--seed N] [--gnu N]
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { makeCorpus } from './objcopy-corpus.mjs';

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    gnu: { type: 'string', default: '0' },
    limit: { type: 'string', default: '25' },
  },
});
const dir = mkdtempSync(path.join(os.tmpdir(), 'tskvm-fuzz-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const bundle = path.join(dir, 'bundle.mjs');
await build({
  stdin: {
    contents: `export { objcopy } from './src/objcopy/index.js'; export { parseOptions } from './src/objcopy/options.js';
export { toBytes } from './src/objcopy/model.js'; export { readElf } from './src/objcopy/elf/read.js';
export { FormatError, parseElf } from './src/objcopy/elf/raw.js';
export * from './src/commands/readelf/headers.js'; export * from './src/commands/readelf/tables.js';`,
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: bundle,
  logLevel: 'warning',
});
const t = await import(pathToFileURL(bundle));
process.chdir(dir);
const files = makeCorpus(dir).map((name) => ({ name, bytes: new Uint8Array(readFileSync(name)) }));

let seed = Number(values.seed);
function random(limit) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 4294967296) * limit);
}

/** Flips, extreme words in headers, truncation. */
function mutate(original) {
  const bytes = change(original);
  const places = [];
  for (let i = 0; i < bytes.length && places.length < 12; i++)
    if (bytes[i] !== original[i]) places.push(`${placeName(original, i)}:${original[i]}>${bytes[i]}`);
  what = bytes.length < original.length ? `cut to ${bytes.length} of ${original.length}` : places.join(' ');
  return bytes;
}

const HEADER = { 2: [[4, 'ident'], [16, 'type'], [18, 'machine'], [20, 'version'], [24, 'entry'], [32, 'phoff'], [40, 'shoff'], [48, 'flags'], [52, 'ehsize'], [54, 'phentsize'], [56, 'phnum'], [58, 'shentsize'], [60, 'shnum'], [62, 'shstrndx']],
  1: [[4, 'ident'], [16, 'type'], [18, 'machine'], [20, 'version'], [24, 'entry'], [28, 'phoff'], [32, 'shoff'], [36, 'flags'], [40, 'ehsize'], [42, 'phentsize'], [44, 'phnum'], [46, 'shentsize'], [48, 'shnum'], [50, 'shstrndx']] }; // prettier-ignore
const SECTION = { 2: [[0, 'name'], [4, 'type'], [8, 'flags'], [16, 'addr'], [24, 'offset'], [32, 'size'], [40, 'link'], [44, 'info'], [48, 'align'], [56, 'entsize']],
  1: [[0, 'name'], [4, 'type'], [8, 'flags'], [12, 'addr'], [16, 'offset'], [20, 'size'], [24, 'link'], [28, 'info'], [32, 'align'], [36, 'entsize']] }; // prettier-ignore

/** The field of the ELF header or of a section header that a byte is in, or its offset. */
function placeName(b, at) {
  const wide = b[4];
  const find = (list, offset) => list.findLast(([from]) => from <= offset)?.[1] ?? 'magic';
  if (at < (wide === 2 ? 64 : 52)) return find(HEADER[wide], at);
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const table = wide === 2 ? Number(view.getBigUint64(40, true)) : view.getUint32(32, true);
  const size = wide === 2 ? 64 : 40;
  if (at >= table)
    return `sh${Math.floor((at - table) / size)}(${view.getUint32(table + Math.floor((at - table) / size) * size + 4, true)}).${find(SECTION[wide], (at - table) % size)}`;
  return String(at);
}

/** The last mutation, for people. */
let what = '';

function change(original) {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  const headers = bytes[4] === 2 ? Number(view.getBigUint64(40, true)) : view.getUint32(32, true);
  for (let i = 1 + random(4); i > 0; i--) {
    const kind = random(5);
    if (kind === 0) bytes[random(bytes.length)] = random(256);
    else if (kind === 1) bytes[random(64)] = random(256);
    else if (kind === 2) {
      const at = Math.min(headers + random(Math.max(1, bytes.length - headers)), bytes.length - 8);
      view.setBigUint64(at, [0n, 1n, 1n << 63n, (1n << 64n) - 1n, 0x7fffffffn, 0xffffffffn][random(6)], true);
    } else if (kind === 3) {
      const at = Math.min(headers + random(Math.max(1, bytes.length - headers)), bytes.length - 1);
      bytes[at] = random(256);
    } else if (bytes.length > 100 && random(4) === 0) return bytes.slice(0, random(bytes.length));
  }
  return bytes;
}

const optionSets = [
  [],
  ['-O', 'binary'],
  ['-S'],
  ['-g'],
  ['-O', 'ihex'],
  ['-O', 'srec'],
  ['--strip-unneeded'],
  ['-R', '.data'],
  ['--only-keep-debug'],
  ['--change-addresses=16'],
  ['--gap-fill=1', '-O', 'binary'],
];
const host = { readFile: () => new Uint8Array(4) };
let broken = 0;
let slowest = 0;
let compared = 0;
let different = 0;
for (let round = 0; round < Number(values.rounds); round++) {
  const file = files[random(files.length)];
  const bytes = mutate(file.bytes);
  const argv = [...optionSets[random(optionSets.length)], 'in', 'out'];
  const started = performance.now();
  let ours;
  try {
    const result = t.objcopy(bytes, t.parseOptions(argv, host.readFile), 'out', host);
    const small = result.file && (result.file.stream || result.file.size < 1 << 28);
    ours = { ok: result.file !== null && result.status === 0, bytes: small ? t.toBytes(result.file) : null, messages: result.messages };
    try {
      t.readElf(bytes);
    } catch (e) {
      if (!(e instanceof t.FormatError)) throw e;
    }
    let raw = null;
    try {
      raw = t.parseElf(bytes);
    } catch (e) {
      if (!(e instanceof t.FormatError)) throw e;
    }
    if (raw) {
      const view = { raw, wide: false, is64: raw.elfClass === 64 };
      for (const show of ['fileHeader', 'sectionTable', 'groups', 'programHeaders', 'relocations', 'dynamicSection', 'symbolTables'])
        t[show](view, false);
    }
  } catch (e) {
    broken += 1;
    if (broken <= 10) console.log(`round ${round} ${file.name} ${argv.join(' ')}: ${e.stack.split('\n').slice(0, 4).join(' | ')}`);
    continue;
  }
  slowest = Math.max(slowest, performance.now() - started);
  if (round < Number(values.gnu)) {
    writeFileSync('in', bytes);
    rmSync('out', { force: true });
    const r = spawnSync('objcopy', argv, { encoding: 'latin1', timeout: 10000 });
    compared += 1;
    const ok = r.status === 0;
    const gnu = existsSync('out') && statSync('out').size < 1 << 28 ? readFileSync('out') : null;
    if (r.signal) continue;
    if (ok !== ours.ok || (ok && ours.bytes && gnu && Buffer.compare(ours.bytes, gnu) !== 0)) {
      different += 1;
      const said = r.stderr.split('\n')[0].slice(0, 110);
      if (different <= Number(values.limit))
        console.log(
          `${round} ${file.name} ${argv.join(' ')}: ours ${ours.ok} "${(ours.messages[0] ?? '').slice(0, 90)}", GNU ${ok} "${said}" [${what}]`,
        );
    }
  }
}
console.log(
  `${values.rounds} rounds, ${broken} exceptions, slowest ${slowest.toFixed(0)} ms${compared > 0 ? `, ${compared} compared, ${different} differ` : ''}`,
);
process.exitCode = broken > 0 ? 1 : 0;
