// Measures `tskvm as` and GNU as on large inputs: CPU time (user + system) and peak memory, alternating, and that the objects agree.
// Usage: node bench/assembler.mjs [--runs N] [--scale F] [--only WORD] [FILE.s …]     FILE.s: further inputs, such as a compiler's
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, scale: { type: 'string', default: '1' }, only: { type: 'string', default: '' } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const scaled = (count) => Math.max(1, Math.round(count * Number(values.scale)));
const tskvm = path.join(path.dirname(import.meta.dirname), 'bin', 'tskvm.js');
const directory = mkdtempSync(path.join(os.tmpdir(), 'tskvm-bench-'));

/** Lines with a fixed pseudo-random sequence, so that every run measures the same. */
function random(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const registers = ['rax', 'rcx', 'rdx', 'rbx', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
const operations = ['mov', 'add', 'sub', 'and', 'or', 'xor', 'cmp'];

/** Each makes the lines of one input; `n` is how much of what it is about there is. */
const generators = {
  *jumps(n) {
    const next = random(1);
    for (let i = 0; i < n; i++) {
      yield `.L${i}:`;
      yield `\tj${['e', 'ne', 'l', 'g', 'mp'][next(5)]} .L${Math.min(n - 1, Math.max(0, i + next(120) - 60))}`;
    }
  },
  *macro(n) {
    yield '.macro step a, b';
    yield '\tmov \\a, \\b';
    yield '\tadd $1, \\b';
    yield '.endm';
    for (let i = 0; i < n; i++) yield `\tstep %${registers[i % 14]}, %${registers[(i * 5 + 3) % 14]}`;
  },
  *symbols(n) {
    for (let i = 0; i < n; i++) {
      yield `\t.globl symbol_${i}`;
      yield `symbol_${i}:`;
      yield `\tcall symbol_${(i * 7919) % n}`;
    }
  },
  *sections(n) {
    for (let i = 0; i < n; i++) {
      yield `\t.section .text.f${i},"ax",@progbits`;
      yield '\tret';
    }
  },
  *mixed(n) {
    const next = random(2);
    for (let i = 0; i < n; i++) {
      const operation = operations[next(7)];
      const to = registers[next(14)];
      // Every other line is one that has not been there.
      if (i % 2 === 0) yield `\t${operation} $${next(1 << 30)}, %${to}`;
      else yield `\t${operation} ${8 * next(8)}(%rsp), %${to}`;
    }
  },
};

const sizes = {
  jumps: [20_000, 200_000],
  macro: [100_000, 1_000_000],
  symbols: [10_000, 100_000],
  sections: [6_000, 60_000],
  mixed: [100_000, 1_000_000],
};

async function generate(name, count) {
  const file = path.join(directory, `${name}-${count}.s`);
  const stream = createWriteStream(file);
  let text = '';
  for (const line of generators[name](count)) {
    text += `${line}\n`;
    if (text.length < 1 << 16) continue;
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
  }
  stream.end(text);
  await once(stream, 'close');
  return file;
}

/** CPU seconds and peak memory in KiB of one process. */
function measure(command) {
  const report = path.join(directory, 'time');
  execFileSync('/usr/bin/time', ['-o', report, '-f', '%U %S %M', ...command], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [user, system, memory] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
  return { time: user + system, memory };
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

function compare(label, file) {
  const ours = [];
  const theirs = [];
  const outputs = [path.join(directory, 'ours.o'), path.join(directory, 'theirs.o')];
  for (let i = 0; i < runs; i++) {
    ours.push(measure([process.execPath, tskvm, 'as', '-o', outputs[0], file]));
    theirs.push(measure(['as', '-o', outputs[1], file]));
  }
  const time = [ours, theirs].map((list) => median(list.map((one) => one.time)));
  const memory = [ours, theirs].map((list) => median(list.map((one) => one.memory)));
  const same = readFileSync(outputs[0]).equals(readFileSync(outputs[1]));
  console.log(
    `| ${label} | ${time.map((t) => `${t.toFixed(2)} s`).join(' | ')} | ${(time[0] / time[1]).toFixed(2)}× | ${memory.map((m) => `${(m / 1024).toFixed(0)} MiB`).join(' | ')} | ${(memory[0] / memory[1]).toFixed(1)}× | ${same ? 'same' : 'DIFFERENT'} |`,
  );
  if (!same) process.exitCode = 1;
}

try {
  console.log('| input | tskvm | GNU as | ratio | tskvm | GNU as | ratio | objects |\n|---|---|---|---|---|---|---|---|');
  for (const file of positionals) compare(path.basename(file), file);
  for (const [name, counts] of Object.entries(sizes)) {
    if (!name.includes(values.only)) continue;
    for (const count of counts) compare(`${scaled(count)} ${name}`, await generate(name, scaled(count)));
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
