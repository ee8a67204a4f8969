// Virtual machines in a row in one process: `node bench/vms.mjs create|reuse COUNT` prints the processor time and the
// wall-clock time of one in microseconds, as bench/kvm_vms.c does.
import { createMachine } from '../dist/index.js';

const [kind, count] = [process.argv[2], Number(process.argv[3])];
const hlt = Uint8Array.of(0xf4);
const options = { engine: 'kvm', memory: 2 ** 20 };

async function run(machine) {
  machine.load(hlt);
  const { ending } = await machine.run();
  if (ending.kind !== 'halt') throw new Error(ending.kind);
}

async function created() {
  const machine = createMachine(options);
  await run(machine);
  machine.close();
}

const kept = createMachine(options);
async function reused() {
  kept.reset();
  await run(kept);
}

const one = kind === 'reuse' ? reused : created;
for (let i = 0; i < 20; i++) await one();
const cpu = process.cpuUsage();
const begun = process.hrtime.bigint();
for (let i = 0; i < count; i++) await one();
const { user, system } = process.cpuUsage(cpu);
console.log(`${((user + system) / count).toFixed(1)} ${(Number(process.hrtime.bigint() - begun) / count / 1e3).toFixed(1)}`);
kept.close();
