/**
 * Makes compiler output for `real-sources.mjs`: every C and C++ file below the folders given is compiled by `gcc -S` in seeded
 * random combinations of mode, optimization, debugging format and code generation options.
 *
 *   node scripts/compile-sources.mjs [--seed N] [--each N] [-I DIR]… OUT DIR…
 *   node scripts/real-sources.mjs OUT
 *
 * What the compiler refuses (a header is missing, most often) is left out. Debian's /usr/share/doc has examples to begin with.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    each: { type: 'string', default: '2' },
    I: { type: 'string', short: 'I', multiple: true, default: [] },
  },
});
const [out, ...folders] = positionals;
if (out === undefined || folders.length === 0) {
  console.error('usage: compile-sources.mjs [--seed N] [--each N] [-I DIR] OUT DIR…');
  process.exit(2);
}
let state = Number(values.seed);
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];

const debugging = [
  '',
  '-g',
  '-g',
  '-gdwarf-2',
  '-gdwarf-3',
  '-gdwarf-4',
  '-gdwarf-5',
  '-g3',
  '-ggdb -gno-column-info',
  '-gdwarf-4 -gstrict-dwarf',
  '-g -gno-variable-location-views',
  '-gsplit-dwarf',
  '-g -gno-as-loc-support',
  '-g -gno-as-locview-support',
];
const extra = [
  '-fno-asynchronous-unwind-tables',
  '-ffunction-sections',
  '-fPIC',
  '-fdata-sections',
  '-fno-dwarf2-cfi-asm',
  '-mno-red-zone',
  '-fno-plt',
  '-fcf-protection=none',
  '-march=x86-64-v3',
  '-fomit-frame-pointer',
  '-fno-omit-frame-pointer',
  '-masm=intel',
  '-fverbose-asm',
  '-flto',
];
const modes = { '-m64': '--64', '-m32': '--32', '-m16': '--32', '-mx32': '--x32' };

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const files = folders
  .flatMap((folder) =>
    statSync(folder).isDirectory() ? readdirSync(folder, { recursive: true }).map((f) => path.join(folder, f)) : [folder],
  )
  .filter((f) => /\.(c|cc|cpp|cxx)$/.test(f))
  .sort();
let made = 0;
for (const [index, file] of files.entries()) {
  for (let i = 0; i < Number(values.each); i++) {
    const mode = pick(['-m64', '-m64', '-m32', '-mx32', '-m16']);
    const debug = pick(debugging);
    const options = [
      mode,
      pick(['-O0', '-O1', '-O2', '-O3', '-Os']),
      ...debug.split(' ').filter(Boolean),
      ...extra.filter(() => random() < 0.09),
    ];
    // As the driver does: -g alone asks the assembler for version 5.
    const assembler = [modes[mode], ...(/^(-g|-g3|-ggdb|-gdwarf-5)( |$)/.test(debug) && random() < 0.8 ? ['--gdwarf-5'] : [])];
    const name = path.join(out, `${String(index).padStart(4, '0')}-${i}-${path.basename(file).replace(/\W/g, '_')}`);
    const include = [path.dirname(file), ...values.I].map((dir) => `-I${dir}`);
    const { status } = spawnSync('gcc', ['-w', '-S', ...options, ...include, file, '-o', `${name}.s`], { stdio: 'ignore' });
    if (status !== 0) {
      rmSync(`${name}.s`, { force: true });
      continue;
    }
    writeFileSync(`${name}.opts`, assembler.join(' '));
    made += 1;
  }
}
console.log(`${made} files made from ${files.length} sources, seed ${values.seed}`);
