// Runs an image in this process: `node bench/loop.mjs IMAGE` prints the processor time of the run itself in microseconds.
import { readFileSync } from 'node:fs';
import { createMachine } from '../dist/index.js';

const machine = createMachine({ engine: 'kvm', mode: 'real' });
machine.load(readFileSync(process.argv[2]));
machine.prepare();
const before = process.cpuUsage();
const { ending } = await machine.run();
const { user, system } = process.cpuUsage(before);
if (ending.kind !== 'halt') throw new Error(ending.kind);
machine.close();
console.log(`${user + system}`);
