// Compares objcopy with GNU's: every option against every file of a corpus that is made here.
// Usage: node scripts/objcopy-sweep.mjs [--only TEXT] [--file TEXT] [--limit N]
// or, with one to three options drawn at random on more files: --random N [--seed N]; --extra: on files of still other kinds
// Prints what differs; the last line counts. Status 1 when anything differs.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { makeCorpus, optionSets } from './objcopy-corpus.mjs';
import { makeExtraCorpus } from './objcopy-extra.mjs';
import { makeWideCorpus, randomOptions } from './objcopy-wide.mjs';

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    file: { type: 'string' },
    limit: { type: 'string' },
    random: { type: 'string' },
    seed: { type: 'string' },
    extra: { type: 'boolean' },
  },
});
const dir = mkdtempSync(path.join(os.tmpdir(), 'tskvm-sweep-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const bundle = path.join(dir, 'objcopy.mjs');
await build({
  stdin: {
    contents:
      "export { objcopy } from './src/objcopy/index.js'; export { parseOptions } from './src/objcopy/options.js'; export { toBytes } from './src/objcopy/model.js'; export { ObjcopyError } from './src/objcopy/errors.js'; export { HostError } from './src/host.js';",
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: bundle,
  logLevel: 'warning',
});
const { objcopy, parseOptions, toBytes, ObjcopyError, HostError } = await import(pathToFileURL(bundle));
const zlib = await import('node:zlib');
process.chdir(dir);
const host = {
  readFile(name) {
    try {
      return new Uint8Array(readFileSync(name));
    } catch (e) {
      throw new HostError(e.code, 'No such file or directory', name);
    }
  },
  inflate: (d, size) => zlib.inflateSync(d, { maxOutputLength: size + 1 }),
};

/** Ours, in this process. */
function ours(argv) {
  try {
    const options = parseOptions(argv, host.readFile);
    const result = objcopy(host.readFile(options.input), options, options.output ?? options.input, host);
    return {
      status: result.file && result.status === 0 ? 0 : 1,
      messages: result.messages,
      bytes: result.file && toBytes(result.file),
      dumps: result.dumps,
    };
  } catch (e) {
    if (!(e instanceof ObjcopyError || e instanceof HostError)) return { status: 99, messages: [e.stack], bytes: null, dumps: [] };
    return { status: 1, messages: e.message.split('\n').filter(Boolean), bytes: null, dumps: [] };
  }
}

/** GNU's, a process. */
function theirs(argv, out) {
  rmSync(out, { force: true });
  const r = spawnSync('prlimit', ['--fsize=33554432', 'objcopy', ...argv], { encoding: 'latin1', maxBuffer: 1 << 26 });
  const messages = r.stderr
    .split('\n')
    .filter((l) => l.startsWith('objcopy: ') && !l.includes('assertion fail'))
    // The folder of an archive's members has another name each time.
    .map((l) => l.slice(9).replace(/\bst[0-9A-Za-z]{6}\//g, 'stXXXXXX/'));
  return { status: r.status, messages, bytes: existsSync(out) ? readFileSync(out) : null, signal: r.signal };
}

let files = makeCorpus();
let seed = Number(values.seed ?? 1);
function random(limit) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 4294967296) * limit);
}

/** Takes seconds: for a few of the options. */
const LARGE = 'many.o';

/** Option lists with the file that each is for. */
function* cases() {
  if (values.random) {
    files.push(...makeWideCorpus());
    if (values.extra) files = makeExtraCorpus().filter((f) => f !== LARGE);
    for (let i = Number(values.random); i > 0; i--) {
      const options = randomOptions(random);
      yield [options, files[random(files.length)]];
    }
    return;
  }
  if (values.extra) {
    makeWideCorpus();
    files = makeExtraCorpus();
  }
  files = files.filter((f) => !values.file || f.includes(values.file));
  let n = 0;
  for (const options of optionSets()) {
    n += 1;
    for (const file of files) if (file !== LARGE || values.file || n % 12 === 0) yield [options, file];
  }
}

let compared = 0;
let different = 0;
let crashed = 0;
const byOption = new Map();
for (const [options, file] of cases()) {
  const text = options.join(' ');
  if (values.only && !text.includes(values.only)) continue;
  const out = 'out.bin';
  const argv = [...options, file, out];
  const b = theirs(argv, out);
  const dumpBytes = existsSync('dump.out') ? readFileSync('dump.out') : null;
  rmSync('dump.out', { force: true });
  const a = ours(argv);
  compared += 1;
  // What GNU's does not survive is nothing to compare with.
  if (b.signal || (b.bytes === null && b.status === 0)) {
    crashed += 1;
    if (a.status !== 99) continue;
  }
  const problems = [];
  if (a.status !== b.status) problems.push(`status ${a.status}, GNU ${b.status}`);
  if (a.messages.join('\n') !== b.messages.join('\n'))
    problems.push(`says   ${a.messages.join(' | ')}\n    GNU  ${b.messages.join(' | ')}`);
  if (a.status === 0 && b.status === 0 && Buffer.compare(a.bytes, b.bytes ?? Buffer.alloc(0)) !== 0) {
    let i = 0;
    while (i < a.bytes.length && b.bytes && a.bytes[i] === b.bytes[i]) i++;
    problems.push(`bytes differ at ${i}: ${a.bytes.length} against ${b.bytes?.length}`);
  }
  if (dumpBytes && a.dumps?.length > 0 && Buffer.compare(a.dumps.at(-1).data, dumpBytes) !== 0) problems.push('dump differs');
  if (problems.length > 0) {
    different += 1;
    byOption.set(text, (byOption.get(text) ?? 0) + 1);
    if (different <= Number(values.limit ?? 40)) console.log(`objcopy ${argv.join(' ')}\n    ${problems.join('\n    ')}`);
  }
}
if (!values.random) for (const [text, count] of byOption) console.log(`${String(count).padStart(4)}  ${text}`);
console.log(`${compared} compared, ${different} differ${crashed > 0 ? `, ${crashed} crash GNU's` : ''}`);
process.exitCode = different > 0 ? 1 : 0;
