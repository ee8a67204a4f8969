// Compares nm, size, readelf and objdump with GNU's: every option list on every file of objcopy's corpora.
// Usage: node scripts/tools-sweep.mjs [--tool NAME] [--only TEXT] [--file TEXT] [--limit N]
// Prints what differs; the last line counts. Status 1 when anything differs.
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import fs, { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { makeCorpus } from './objcopy-corpus.mjs';
import { makeWideCorpus } from './objcopy-wide.mjs';

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({
  options: { tool: { type: 'string' }, only: { type: 'string' }, file: { type: 'string' }, limit: { type: 'string', default: '20' } },
});
const dir = mkdtempSync(path.join(os.tmpdir(), 'tskvm-tools-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const TOOLS = ['nm', 'size', 'readelf', 'objdump'];
const bundle = path.join(dir, 'tools.mjs');
await build({
  stdin: {
    contents: TOOLS.map((tool) => `export { run as ${tool} } from './src/commands/${tool}.js';`).join('\n'),
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: bundle,
  logLevel: 'warning',
  define: { __TSKVM_VERSION__: '"0"' },
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(path.join(root, 'x.js'))}); const __dirname = ${JSON.stringify(path.join(root, 'node_modules', 'iced-x86'))};`,
  },
});
const tools = await import(pathToFileURL(bundle));
const { writeSync } = fs;
let captured = null;
fs.writeSync = (fd, data, ...rest) => {
  if (!captured || fd > 2) return writeSync(fd, data, ...rest);
  const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.subarray(rest[0] ?? 0));
  captured[fd].push(bytes);
  return bytes.length;
};
syncBuiltinESMExports();
process.chdir(dir);
const files = [...makeCorpus(), ...makeWideCorpus()];
execFileSync('ar', ['rcs', 'lib.a', 'f64.o', 'a64.o', 'g64.o']);
execFileSync('ar', ['rcs', 'lib32.a', 'f32.o', 'a32.o']);
files.push('lib.a', 'lib32.a', 'nonesuch', 'extra');

const OPTIONS = {
  nm: `|-a|-g|-u|-n|-p|-r|-S|-s|-D|-P|-A|-C|-l f|--defined-only|--size-sort|-t d|-t o|-t x|-f posix|-f sysv|-f bsd|-j|-f just-symbols|-nr|-P -t d|-S --size-sort|-a -S -n|-A -P|-D -S|-u -A|-W|--no-weak -g|--special-syms|--synthetic|--with-symbol-versions -D|--without-symbol-versions -D|-f sysv -S|-f sysv -a|-f sysv -t d|-S -t d|-r --size-sort|-o -g|-U|-B|-P -S|-v|--radix=d -n|-g -u|--line-numbers|-f sysv -A|-f sysv --size-sort|-P -A -g|-X 32_64|--target=elf32-i386|-D --defined-only|-fsysv -D|-a -r -p`,
  size: `|-A|-B|-G|-o|-d|-x|-t|--common|-A -x|-A -o|-t -x|--common -A|--format=gnu|--format=sysv|--format=berkeley|--radix=16|--radix=8|-A -t|-G -t|-G -x|-G -o --common|-t -o`,
  readelf: `-h|-S|-l|-s|-r|-e|-g|-d|-n|-t|-V|-A|-u|-a|-I|-c|-h -W|-S -W|-l -W|-s -W|-r -W|-e -W|-d -W|-t -W|-V -W|-n -W|-a -W|-g -W|--dyn-syms|--dyn-syms -W|-x .text|-x 1|-p .comment|-p .debug_str|-R .text|-x .nonesuch|-p .text|-R .data|-z -x .debug_info|-z -p .debug_str|-X -s|-s --extra-sym-info -W|-D -s|-D -r|-S -s -T|-s -T|-N -h|-L -h|--section-details|--lint -S -W|-x .bss|-p 99|-hS -W|--use-dynamic -d|-C -s -W|-s -X -W|--sym-base=0 -s|--sym-base=16 -s -W|--sym-base=8 -s`,
  objdump: `-h|-f|-t|-r|-s|-x|-p|-d|-D|-T|-R|-a|-h -w|-t -w|-x -w|-d -w|-d -j .text|-s -j .data|-s -j .rodata -j .comment|-d -M intel|-d -M intel -r|-d -r|-d -l|-d -S|-D -j .data|-h -j .text|-d --no-show-raw-insn|-d --start-address=0x100 --stop-address=0x200|-d -z|-t -C|-f -h|-d -M att|-d -Mintel,i8086|-d -m i8086|-d --no-addresses|-d --insn-width=4|-s --start-address=4 --stop-address=20|-h -t -r|-d --prefix-addresses|-d --adjust-vma=0x1000|-t --special-syms|-d --disassemble=main|-x -d|-dr -w|-d -M suffix|-d --visualize-jumps|-H|-d -F|-h -F`,
};

/** Ours, in this process. */
function ours(tool, argv) {
  captured = { 1: [], 2: [] };
  let status;
  try {
    status = tools[tool](argv);
  } catch (error) {
    status = `exception ${error.stack.split('\n').slice(0, 3).join(' | ')}`;
  }
  const text = (fd) => Buffer.concat(captured[fd]).toString('latin1');
  const result = { status, out: text(1), err: text(2) };
  captured = null;
  return result;
}

const counts = {};
for (const tool of TOOLS) {
  if (values.tool && values.tool !== tool) continue;
  const count = (counts[tool] = { compared: 0, different: 0, refused: 0 });
  for (const line of OPTIONS[tool].split('|')) {
    const options = line.split(' ').filter(Boolean);
    if (values.only !== undefined && line !== values.only) continue;
    let differ = 0;
    for (const file of files) {
      if (values.file && values.file !== file) continue;
      const r = spawnSync(tool, [...options, file], {
        encoding: 'latin1',
        maxBuffer: 1 << 27,
        timeout: 20000,
        env: { ...process.env, LC_ALL: 'C' },
      });
      const mine = ours(tool, [...options, file]);
      count.compared += 1;
      const err = (text) => text.replace(/^Usage:[^]*$/m, '').trim();
      if (mine.status === r.status && mine.out === r.stdout && err(mine.err) === err(r.stderr)) continue;
      count.different += 1;
      if (differ++ >= Number(values.limit)) continue;
      console.log(`${tool} ${line} ${file}: status ${mine.status}, GNU ${r.status}`);
      if (err(mine.err) !== err(r.stderr)) console.log(`    says ${err(mine.err).slice(0, 300)}\n    GNU  ${err(r.stderr).slice(0, 300)}`);
      if (mine.out !== r.stdout) {
        const [a, b] = [mine.out.split('\n'), r.stdout.split('\n')];
        let i = 0;
        while (i < a.length && a[i] === b[i]) i++;
        console.log(
          `    line ${i + 1} of ${a.length}, ${b.length}\n    ours ${a.slice(i, i + 3).join('\n         ')}\n    GNU  ${b.slice(i, i + 3).join('\n         ')}`,
        );
      }
    }
    if (differ > 0) console.log(`${String(differ).padStart(5)} ${tool} ${line}`);
  }
}
for (const [tool, { compared, different }] of Object.entries(counts)) console.log(`${tool}: ${compared} compared, ${different} differ`);
process.exitCode = Object.values(counts).some((c) => c.different > 0) ? 1 : 0;
