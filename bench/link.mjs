// The linker's rows of bench/run.mjs: many objects, and how time grows with sections and symbols, against GNU ld; processor time
// (user and system) of whole processes.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Milliseconds of processor time of one process. */
function processorTime(command, cwd) {
  const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...command], { encoding: 'utf8', cwd });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [user, system] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return (user + system) * 1000;
}

/** An object with functions that call those of others, data that points at them, and strings. */
function source(i, count, functions) {
  let text = i === 0 ? '.globl _start\n_start: nop\n' : '';
  for (let k = 0; k < functions; k++) {
    if (k === functions / 2) text += `.section .text.f${i},"ax"\n`;
    text += `.globl f${i}_${k}\nf${i}_${k}: mov d${i}_${k}(%rip), %eax\ncall f${(i * 7 + k) % count}_${(k * 3) % functions}\nlea .Ls${k}(%rip), %rdi\nret\n`;
  }
  text += '.data\n';
  for (let k = 0; k < functions; k++) text += `.globl d${i}_${k}\nd${i}_${k}: .quad f${(i * 3 + k) % count}_${k}\n`;
  text += '.section .rodata.str1.1,"aMS",@progbits,1\n';
  for (let k = 0; k < functions; k++) text += `.Ls${k}: .asciz "string ${k} of ${i % 50}"\n`;
  return text;
}

/** One object with many sections, each with ten symbols. */
function manySections(sections) {
  let text = '.globl _start\n_start: nop\n';
  for (let i = 0; i < sections; i++) {
    text += `.section .text.s${i},"ax"\n`;
    for (let k = 0; k < 10; k++) text += `.globl s${i}_${k}\ns${i}_${k}: nop\n`;
    text += `call s${(i * 7) % sections}_0\n`;
  }
  return text;
}

/**
 * @param runs measurements of each
 * @param add takes a row: what, against, goal, figures in milliseconds, the ratio as text
 */
export function measureLink({ root, temporary, runs, add }) {
  const folder = path.join(temporary, 'link');
  mkdirSync(folder);
  const names = Array.from({ length: 1000 }, (_, i) => `o${i}.o`);
  names.forEach((name, i) => writeFileSync(path.join(folder, `${name}.s`), source(i, names.length, 20)));
  execFileSync('sh', ['-c', 'for f in *.s; do as -o "${f%.s}" "$f"; done'], { cwd: folder });
  writeFileSync(path.join(folder, 'list'), names.join('\n'));
  for (const sections of [1000, 10_000]) {
    execFileSync('as', ['-o', path.join(folder, `s${sections}.o`), '-'], { input: manySections(sections) });
  }
  const ours = [process.execPath, path.join(root, 'bin', 'tskvm.js'), 'link'];
  const rows = [
    ['1,000 objects to an ELF file', '1.2', ['@list']],
    ['1,000 objects to a flat image', '1.2', ['--oformat=binary', '@list']],
    ['1,000 sections, 10,000 symbols', 'linear', ['s1000.o']],
    ['10,000 sections, 100,000 symbols', 'linear', ['s10000.o']],
  ];
  for (const [what, goal, options] of rows) {
    const [a, b] = [[], []];
    for (let i = 0; i < runs; i++) {
      a.push(processorTime([...ours, ...options, '-o', 'ours.out'], folder));
      b.push(processorTime(['ld', ...options, '-o', 'gnu.out'], folder));
    }
    const median = (list) => [...list].sort((x, y) => x - y)[list.length >> 1];
    const figures = {
      ours: median(a),
      theirs: median(b),
      min: Math.min(...a),
      max: Math.max(...a),
      theirMin: Math.min(...b),
      theirMax: Math.max(...b),
    };
    add(`link: ${what} (processor time)`, 'GNU ld', goal, figures, `${(figures.ours / figures.theirs).toFixed(2)}×`);
  }
}
