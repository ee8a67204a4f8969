// The assembler's rows of bench/run.mjs: processor time (user and system) and peak memory of whole processes against GNU as.
// The objects of both are compared. `npm run bench -- --only as [FILE.s …]` measures only these; FILE.s: further inputs, such as
// what `gcc -O2 -m64 -S` makes of sqlite3.c.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from './inputs.mjs';

/** Input, size, and the ratio of times that it is to stay below. */
const inputs = [
  ['jumps', 200_000, '1.0'],
  ['macro', 1_000_000, '1.5'],
  ['symbols', 100_000, '1.5'],
  ['sections', 60_000, '1.5'],
  ['mixed', 1_000_000, '1.5'],
];

const what = {
  jumps: 'jumps that need relaxation',
  macro: 'calls of a macro',
  symbols: 'symbols',
  sections: 'sections',
  mixed: 'lines, half of them distinct',
};

/** Milliseconds of processor time and peak memory in MiB of one process. */
export function measureProcess(command, report, timeout = 600_000) {
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], timeout };
  execFileSync('/usr/bin/time', ['-o', report, '-f', '%U %S %M', ...command], quiet);
  const [user, system, memory] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
  return { time: (user + system) * 1000, memory: memory / 1024 };
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/**
 * @param runs measurements of each
 * @param files further inputs
 * @param add takes a row: what, against, goal, figures in milliseconds, the verdict as text
 */
export async function measureAssembler({ root, temporary, runs, files, add }) {
  const at = (name) => path.join(temporary, name);
  const tskvm = [process.execPath, path.join(root, 'bin', 'tskvm.js'), 'as'];
  const compare = (label, goal, file) => {
    const [ours, theirs] = [[], []];
    for (let i = 0; i < runs; i++) {
      ours.push(measureProcess([...tskvm, '-o', at('ours.o'), file], at('time')));
      theirs.push(measureProcess(['as', '-o', at('theirs.o'), file], at('time')));
    }
    const [a, b] = [ours, theirs].map((list) => list.map(({ time }) => time));
    const [memory, theirMemory] = [ours, theirs].map((list) => median(list.map((one) => one.memory)));
    const figures = {
      ours: median(a),
      theirs: median(b),
      min: Math.min(...a),
      max: Math.max(...a),
      theirMin: Math.min(...b),
      theirMax: Math.max(...b),
    };
    const same = readFileSync(at('ours.o')).equals(readFileSync(at('theirs.o')));
    if (!same) process.exitCode = 1;
    const space = `memory ${memory.toFixed(0)} to ${theirMemory.toFixed(0)} MiB: ${(memory / theirMemory).toFixed(1)}×`;
    const verdict = `${(figures.ours / figures.theirs).toFixed(2)}×; ${space}${same ? '' : '; the objects DIFFER'}`;
    add(`${label} (processor time)`, 'GNU as', goal, figures, verdict);
  };
  for (const file of files) compare(`as: ${path.basename(file)}`, '1.0; memory 6', file);
  for (const [name, count, goal] of inputs) {
    compare(`as: ${count.toLocaleString('en')} ${what[name]}`, goal, await generate(temporary, name, count));
  }
}
