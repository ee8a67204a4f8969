// Inputs of the benchmarks of the assembler: generated, the same every time.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';

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
export const generators = {
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
  /** Macros that call one another, n deep in a chain of 50 at a time. */
  *depth(n) {
    for (let chain = 0; chain * 50 < n; chain++) {
      for (let i = 0; i < 50; i++) {
        yield `.macro level_${chain}_${i} r`;
        yield i === 0 ? '\tincl \\r' : `\tlevel_${chain}_${i - 1} \\r`;
        yield '.endm';
      }
      yield `\tlevel_${chain}_49 %eax`;
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

/** Writes the input `name` of size `count` into `directory`; the file. */
export async function generate(directory, name, count) {
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
