// objcopy's rows of bench/run.mjs: large files against GNU objcopy, processor time (user and system) of whole processes.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const MiB = 1 << 20;

/** Milliseconds of processor time of one process. */
function processorTime(command) {
  const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [user, system] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return (user + system) * 1000;
}

/** Bytes that look like nothing in particular. */
function noise(size) {
  const words = new Uint32Array(size / 4);
  let seed = 1;
  for (let i = 0; i < words.length; i++) words[i] = seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return new Uint8Array(words.buffer);
}

/**
 * @param runs measurements of each
 * @param add takes a row: what, against, goal, figures in milliseconds, the ratio as text
 */
export function measureObjcopy({ root, temporary, runs, add }) {
  const at = (name) => path.join(temporary, name);
  const ours = [process.execPath, path.join(root, 'bin', 'tskvm.js'), 'objcopy'];
  writeFileSync(at('noise'), noise(32 * MiB));
  const source = `.globl _start\n_start:\n${`.incbin "${at('noise')}"\n`.repeat(8)}`;
  execFileSync('as', ['--64', '-o', at('large.o'), '-'], { input: source });
  execFileSync('ld', ['-Ttext=0x100000', '-o', at('large.elf'), at('large.o')]);
  const rows = [
    ['objcopy -O binary of 256 MiB', '1.2', ['-O', 'binary', at('large.elf')]],
    ['objcopy -I binary -O ihex of 32 MiB', '1.0', ['-I', 'binary', '-O', 'ihex', at('noise')]],
    ['objcopy -I binary -O srec of 32 MiB', '1.0', ['-I', 'binary', '-O', 'srec', at('noise')]],
  ];
  for (const [what, goal, options] of rows) {
    const [a, b] = [[], []];
    for (let i = 0; i < runs; i++) {
      a.push(processorTime([...ours, ...options, at('ours.out')]));
      b.push(processorTime(['objcopy', ...options, at('gnu.out')]));
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
    add(`${what} (processor time)`, 'GNU objcopy', goal, figures, `${(figures.ours / figures.theirs).toFixed(2)}×`);
  }
}
