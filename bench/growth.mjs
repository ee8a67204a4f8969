// How times grow with the size of the input: n, 10n, 100n. What takes more than n log n is a fault; absolute times are not judged.
// `npm run bench -- --growth` measures the short form (n and 10n), which CI runs; `--growth --long` all three.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from './inputs.mjs';

/** Ten times as much may take so many times as long: n log n, and room for the noise of a busy machine. */
const LIMIT = 20;
/** Less processor time than this, in ms, is taken for this: what is so short is noise. */
const LEAST = 60;

/** What grows, and the smallest n. */
const assembled = [
  ['lines', 'mixed', 8000],
  ['labels', 'symbols', 3000],
  ['jumps', 'jumps', 4000],
  ['sections', 'sections', 1500],
  ['macro calls', 'macro', 20_000],
  ['macro depth', 'depth', 1000],
];

/** Milliseconds of processor time (user and system) of one process; what takes minutes has grown too fast. */
function processorTime(command) {
  const options = { encoding: 'utf8', timeout: 180_000, killSignal: 'SIGKILL' };
  const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...command], options);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${status === null ? 'takes minutes' : stderr}`);
  const [user, system] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return (user + system) * 1000;
}

/** Returns the rows of the table; sets the exit status when something grows too fast. */
export async function measureGrowth({ root, temporary, long }) {
  const at = (name) => path.join(temporary, name);
  const tskvm = [process.execPath, path.join(root, 'bin', 'tskvm.js')];
  const time = (command) => {
    // The lesser of two: what disturbs only adds.
    const full = [...tskvm, ...command];
    return Math.min(processorTime(full), processorTime(full));
  };
  writeFileSync(at('empty.s'), '');
  const rows = [];
  const grow = async (label, n, base, commandOf) => {
    const sizes = long ? [n, 10 * n, 100 * n] : [n, 10 * n];
    const times = [];
    for (const size of sizes) times.push(Math.max(LEAST, time(await commandOf(size)) - base));
    const factors = times.slice(1).map((one, i) => one / times[i]);
    const grows = factors.some((factor) => factor > LIMIT);
    if (grows) process.exitCode = 1;
    rows.push({ label, sizes, times, factors, grows });
    const shown = sizes.map((size, i) => `${size}: ${times[i].toFixed(0)} ms`).join(', ');
    console.log(`growth: ${label}: ${shown}: ${factors.map((f) => `${f.toFixed(1)}×`).join(', ')}${grows ? ' TOO FAST' : ''}`);
  };
  const start = time(['as', '-o', at('growth.o'), at('empty.s')]);
  for (const [label, name, n] of assembled) {
    await grow(label, n, start, async (size) => ['as', '-o', at('growth.o'), await generate(temporary, name, size)]);
  }
  if (existsSync('/dev/kvm')) await growMachine({ temporary, long, grow, time });
  return rows;
}

/** Guests of `tskvm test`, instructions of `tskvm trace`. */
async function growMachine({ temporary, long, grow, time }) {
  const at = (name) => path.join(temporary, name);
  const traced = (size) => {
    const file = at(`trace-${size}.S`);
    writeFileSync(file, `.code16\nmov $${size}, %ecx\n1: decl %ecx\njnz 1b\nhlt\n`);
    return ['trace', '-q', '--mode', 'real', '-o', at('trace'), file];
  };
  await grow('trace length', 500, time(traced(1)), traced);
  if (!long) return;
  const guests = (size) => {
    const folder = at(`guests-${size}`);
    mkdirSync(folder);
    for (let i = 0; i < size; i++) {
      writeFileSync(path.join(folder, `${i}.S`), `.code16\nmov $'A', %al\nout %al, $0xe9\nhlt\n`);
      writeFileSync(path.join(folder, `${i}.out`), 'A');
    }
    return ['test', folder];
  };
  await grow('guests', 5, time(guests(1)), guests);
}

/** The table as markdown. */
export function growthTable(rows) {
  const columns = Math.max(...rows.map(({ sizes }) => sizes.length));
  const heads = ['n', '10n', '100n'].slice(0, columns);
  const lines = rows.map(({ label, sizes, times, factors }) => {
    const cells = sizes.map((size, i) => `${size.toLocaleString('en')}: ${times[i].toFixed(0)}`);
    return `| ${label} | ${cells.join(' | ')} | ${factors.map((f) => `${f.toFixed(1)}×`).join(', ')} |`;
  });
  return `| what | ${heads.join(' | ')} | growth |\n|${'---|'.repeat(heads.length + 2)}\n${lines.join('\n')}\n`;
}
