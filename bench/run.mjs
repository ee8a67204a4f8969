// Measures us and what we replace side by side, alternating, on this machine, and prints the ratios.
// Usage: node bench/run.mjs [--runs N] [--write] [--only as|vmm|objcopy|link] [FILE.s …]
//        node bench/run.mjs --growth [--long]
// --write puts the tables into bench/RESULTS.md. FILE.s: further inputs for the assembler. --growth measures only how times grow
// with the size of the input, and fails on nothing but that.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureAssembler } from './assembler.mjs';
import { growthTable, measureGrowth } from './growth.mjs';
import { measureLink } from './link.mjs';
import { measureObjcopy } from './objcopy.mjs';
import { measureFlow } from './flow.mjs';
import { measureVmm } from './vmm.mjs';

const root = path.dirname(import.meta.dirname);
const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    write: { type: 'boolean' },
    only: { type: 'string' },
    growth: { type: 'boolean' },
    long: { type: 'boolean' },
  },
  allowPositionals: true,
});
const runs = Number(values.runs);
/** Is this part asked for? */
const wanted = (part) => !values.growth && (values.only === undefined || values.only === part);
const temporary = mkdtempSync(path.join(os.tmpdir(), 'tskvm-bench-'));
const tskvm = path.join(root, 'bin', 'tskvm.js');
const node = process.execPath;

const build = (defsym, output) => {
  execFileSync(node, [tskvm, 'build', path.join(root, 'bench', 'outb.S'), '--defsym', `COUNT=${defsym}`, '-o', output]);
  return output;
};
const hello = path.join(root, 'examples', 'hello', 'test.S');

/** Milliseconds of one process from its start to its end. */
function time([command, ...args]) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: status ${status}\n${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Runs both alternately, so that a busy machine is busy for both. */
function compare(ours, theirs, count) {
  const a = [];
  const b = [];
  time(ours);
  time(theirs);
  for (let i = 0; i < count; i++) {
    a.push(time(ours));
    b.push(time(theirs));
  }
  return {
    ours: median(a),
    theirs: median(b),
    min: Math.min(...a),
    max: Math.max(...a),
    theirMin: Math.min(...b),
    theirMax: Math.max(...b),
  };
}

const rows = [];
const add = (what, against, goal, result, verdict, note = '') => {
  rows.push({ what, against, goal, ...result, verdict, note });
  const range = (low, high) => `${low.toFixed(0)}–${high.toFixed(0)}`;
  console.log(
    `${what}: ${result.ours.toFixed(1)} ms (${range(result.min, result.max)}), ${against}: ${result.theirs.toFixed(1)} ms (${range(result.theirMin, result.theirMax)}): ${verdict} (goal: ${goal})`,
  );
};

async function measureRuns() {
  const loop = path.join(temporary, 'kvm_loop');
  execFileSync('gcc', ['-O2', '-o', loop, path.join(root, 'bench', 'kvm_loop.c')]);
  const outb = build(100_000, path.join(temporary, 'outb.bin'));
  const cold = compare([node, tskvm, 'build-run', '-q', hello], [node, '-e', '0'], runs);
  add('cold build-run of hello', 'node -e 0', '+20 ms', cold, `+${(cold.ours - cold.theirs).toFixed(1)} ms`);
  const run = [node, tskvm, 'run', '-q', '--mode', 'real', outb];
  const plain = compare(run, [loop, outb], Math.ceil(runs / 3));
  add('100,000 outb, whole process', 'the same loop in C', '1.3', plain, `${(plain.ours / plain.theirs).toFixed(2)}×`);
  const ring = compare(run, [loop, '-c', outb], Math.ceil(runs / 3));
  add('100,000 outb, whole process', 'in C with the coalesced ring', '1.10', ring, `${(ring.ours / ring.theirs).toFixed(2)}×`);
  await measureFlow({ root, temporary, runs: Math.ceil(runs / 5), loop, add });
  measureVmm({ root, temporary, runs: Math.ceil(runs / 5), add });
}

let growth = [];
try {
  if (wanted('vmm')) await measureRuns();
  if (wanted('as')) await measureAssembler({ root, temporary, runs: Math.ceil(runs / 3), files: positionals, add });
  if (wanted('objcopy')) measureObjcopy({ root, temporary, runs: Math.ceil(runs / 3), add });
  if (wanted('link')) measureLink({ root, temporary, runs: Math.ceil(runs / 3), add });
  if (values.growth || values.write) growth = await measureGrowth({ root, temporary, long: values.long === true || values.write === true });
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

if (values.write) {
  const table = rows.map(
    (r) =>
      `| ${r.what} | ${r.against} | ${r.ours.toFixed(1)} (${r.min.toFixed(1)}–${r.max.toFixed(1)}) | ${r.theirs.toFixed(1)} (${r.theirMin.toFixed(1)}–${r.theirMax.toFixed(1)}) | ${r.verdict} | ${r.goal} | ${r.note} |`,
  );
  writeFileSync(
    path.join(root, 'bench', 'RESULTS.md'),
    `# Benchmarks\n\nWritten by \`npm run bench -- --write\`: median (minimum–maximum) in milliseconds, ${runs} runs, alternating.\n\nNode ${process.version}, ${os.cpus()[0].model}, ${os.cpus().length} processors, Linux ${os.release()}.\n\n| what | against | ours | theirs | ratio | goal | note |\n|---|---|---|---|---|---|---|\n${table.join('\n')}\n\n## Growth\n\nMilliseconds of processor time less that of an empty input, for n, ten times and a hundred times as much.\n\n${growthTable(growth)}`,
  );
}
