// Do the tests notice? Plants ten faults in core functions, one at a time, in a copy of the project, and runs the tests that ought to
// see each. A fault that no test sees is a failure. Usage: node scripts/plant-faults.mjs [NUMBER…]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, realpathSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);

// The file, what stands there (once), what is put in its place, the tests that must fail.
const faults = [
  ['src/asm/x86/nops.ts', '90,6690,0f1f00,0f1f4000,', '90,6690,0f1f00,0f1f4001,', 'core.test macro.test'],
  ['src/vmm/bus.ts', 'const ALL_ONES = [0, 0xff, 0xffff,', 'const ALL_ONES = [0, 0xfe, 0xffff,', 'bus.test'],
  [
    'src/vmm/bus.ts',
    'const allowed = this.accesses < this.accessLimit;',
    'const allowed = this.accesses <= this.accessLimit;',
    'planted.test',
  ],
  ['src/vmm/result.ts', '((ending.value << 1) | 1) & 0xff', '(ending.value << 1) & 0xff', 'machine.test'],
  ['src/vmm/devices/console.ts', 'for (let i = 1; i < size; i++)', 'for (let i = 2; i < size; i++)', 'planted.test'],
  ['src/vmm/devices/debug-exit.ts', 'export const PORT = 0xf4;', 'export const PORT = 0xf5;', 'machine.test'],
  [
    'src/asm/directives/section.ts',
    "asm.warning('.popsection without corresponding .pushsection; ignored');\n    args.demandEnd();",
    "asm.warning('.popsection without corresponding .pushsection; ignored');",
    'corpus.test',
  ],
  ['src/asm/assembler.ts', 'if (symbol.defined || symbol.common !== null) {', 'if (symbol.common !== null) {', 'planted.test'],
  ['src/objcopy/link/layout.ts', 'output.size > 0x7fffffff', 'output.size > Infinity', 'corpus.test'],
  ['src/objcopy/elf/relocations.ts', "'R_386_PC32', 4, 'S+A-P'", "'R_386_PC32', 4, 'S+A'", 'library.test objcopy/link.test'],
];

const copy = mkdtempSync(path.join(os.tmpdir(), 'tskvm-faults-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const skipped = new Set(['node_modules', 'dist-test', '.git', 'coverage']);
cpSync(root, copy, { recursive: true, filter: (from) => from === root || !skipped.has(path.basename(from)) });
symlinkSync(realpathSync(path.join(root, 'node_modules')), path.join(copy, 'node_modules'));

const wanted = process.argv.slice(2).map(Number);
let missed = 0;
let planted = 0;
for (const [i, [file, from, to, tests]] of faults.entries()) {
  if (wanted.length > 0 && !wanted.includes(i + 1)) continue;
  const place = path.join(copy, file);
  const original = readFileSync(place, 'utf8');
  if (original.split(from).length !== 2) {
    console.log(`${i + 1}. ${file}: the place is not there once any more: ${from.split('\n')[0]}`);
    missed += 1;
    continue;
  }
  writeFileSync(
    place,
    original.replace(from, () => to),
  );
  planted += 1;
  const run = (args) => spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: 300_000 });
  run(['scripts/build.mjs', '--no-types']);
  const { stdout } = run(['scripts/test.mjs', ...tests.split(' ')]);
  const failed = Number(/(\d+) failed/.exec(stdout.trimEnd().split('\n').at(-1) ?? '')?.[1] ?? 0);
  if (failed === 0) missed += 1;
  console.log(`${i + 1}. ${file}: ${failed > 0 ? `caught by ${failed} in ${tests}` : `NOT caught by ${tests}`}`);
  writeFileSync(place, original);
}
console.log(`${planted} planted, ${missed} missed`);
process.exitCode = missed > 0 ? 1 : 0;
