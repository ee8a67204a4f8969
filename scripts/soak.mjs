// Does anything grow? Runs one thing for a long time and looks at descriptors, mappings, threads and memory of the process.
//   node scripts/soak.mjs guests [--count 10000]    virtual machines made, run and closed in one process
//   node scripts/soak.mjs reuse [--count 10000]     one machine, reset between guests
//   node scripts/soak.mjs assemble [--count 10000]  sources assembled and linked in one process
//   node scripts/soak.mjs guest [--seconds 3600]    one guest that never ends, with a timer and output
//   node scripts/soak.mjs watch [--seconds 3600]    `tskvm watch` under constant saves
// The exit status is 1 when something has grown after the first fifth.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '3600' } },
});
const root = path.dirname(import.meta.dirname);

/** What /proc says of a process; memory in MiB. */
function measure(pid = process.pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    mappings: readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').length - 1,
    threads: field('Threads'),
    memory: Math.round(field('VmRSS') / 1024),
  };
}

const samples = [];
function sample(label, pid) {
  if (pid === undefined) globalThis.gc();
  const now = measure(pid);
  samples.push(now);
  console.log(
    `${label.padEnd(14)} ${Object.entries(now)
      .map(([name, value]) => `${name} ${String(value).padStart(5)}`)
      .join('  ')}`,
  );
}

/** V8's own heap comes and goes in many small mappings: with a small young generation and one malloc arena it holds still. */
const quiet = ['--expose-gc', '--max-semi-space-size=1'];
const environment = { ...process.env, MALLOC_ARENA_MAX: '1' };

/** Descriptors and threads stay as they are; the heap may move by a tenth and 32 MiB, V8's mappings by as many. */
function verdict() {
  const settled = samples[Math.floor(samples.length / 5)];
  const last = samples[samples.length - 1];
  const grown = [];
  for (const name of ['descriptors', 'threads']) if (last[name] > settled[name]) grown.push(name);
  if (last.mappings > settled.mappings + 32) grown.push('mappings');
  if (last.memory > settled.memory * 1.1 + 32) grown.push('memory');
  console.log(grown.length === 0 ? 'nothing has grown' : `grown: ${grown.join(', ')}`);
  process.exitCode = grown.length === 0 ? 0 : 1;
}

const hello = '.code16\nmov $72, %al\nout %al, $0xf1\nhlt\n';
const encode = (text) => new TextEncoder().encode(text);

async function guests(reuse) {
  const { createMachine } = await import(path.join(root, 'dist', 'index.js'));
  const code = Uint8Array.of(0xb0, 0x48, 0xe6, 0xf1, 0xf4);
  const count = Number(values.count);
  let machine = reuse ? createMachine({ memory: 65536 }) : null;
  for (let i = 0; i <= count; i++) {
    if (reuse) machine.reset();
    else machine = createMachine({ memory: 65536 });
    machine.load(code);
    const { ending } = await machine.run();
    if (ending.kind !== 'halt' || Buffer.from(machine.output()).toString() !== 'H') throw new Error(`guest ${i} ended by ${ending.kind}`);
    if (!reuse) machine.close();
    if (i % Math.ceil(count / 20) === 0) sample(`${i} guests`);
  }
  if (reuse) machine.close();
}

async function assembling() {
  const { assemble, flatten, memoryHost } = await import(path.join(root, 'dist', 'index.js'));
  const count = Number(values.count);
  const host = memoryHost({});
  for (let i = 0; i <= count; i++) {
    const text = `${hello}.macro m${i}\n.long ${i}, label${i}\n.endm\nlabel${i}: m${i}\nadd $${i}, %eax\n`;
    const { object } = assemble([{ name: `${i}.s`, text: encode(text) }], { abi: '32' }, host);
    if (!object) throw new Error(`source ${i} does not assemble`);
    flatten(object, { base: 0n });
    if (i % Math.ceil(count / 20) === 0) sample(`${i} sources`);
  }
}

/** Looks at a child process for the given time, twenty times. */
async function observe(child, act) {
  const seconds = Number(values.seconds);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const begun = Date.now();
  let next = 0;
  let early = false;
  void ended.then(() => (early = true));
  while (!early && Date.now() - begun < seconds * 1000) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    act?.();
    if (!early && Date.now() - begun >= (next * seconds * 1000) / 20 + 2000) {
      sample(`${Math.round((Date.now() - begun) / 1000)} s`, child.pid);
      next++;
    }
  }
  if (early) throw new Error('it ended by itself');
  child.kill('SIGTERM');
  await ended;
}

// What runs in this process runs in one with these flags.
if (globalThis.gc === undefined && ['guests', 'reuse', 'assemble'].includes(positionals[0])) {
  const child = spawn(process.execPath, [...quiet, ...process.argv.slice(1)], { stdio: 'inherit', env: environment });
  process.exit(await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1))));
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-soak-'));
const bin = path.join(root, 'bin', 'tskvm.js');
const file = path.join(folder, 'a.S');
try {
  switch (positionals[0]) {
    case 'guests':
    case 'reuse':
      await guests(positionals[0] === 'reuse');
      break;
    case 'assemble':
      await assembling();
      break;
    case 'guest':
      // The third tutorial kernel's timer, without an end: a dot a tick.
      writeFileSync(file, readFileSync(path.join(root, 'examples/tutorial/4-timer.S'), 'utf8').replace('dec %ecx', 'nop'));
      await observe(
        spawn(process.execPath, [...quiet, bin, 'build-run', '-q', '--irqchip', 'kernel', file], {
          stdio: ['ignore', 'ignore', 'inherit'],
          env: environment,
        }),
      );
      break;
    case 'watch': {
      let saves = 0;
      const save = () => writeFileSync(file, `${hello}# ${saves++}\n`);
      save();
      const child = spawn(process.execPath, [...quiet, bin, 'watch', file], { stdio: ['ignore', 'ignore', 'ignore'], env: environment });
      await observe(child, save);
      console.log(`${saves} saves`);
      break;
    }
    default:
      console.log('which: guests, reuse, assemble, guest or watch?');
      process.exit(2);
  }
  verdict();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
