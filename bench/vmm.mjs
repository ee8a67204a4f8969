// The virtual machine's rows of bench/run.mjs: processor time (user and system) of whole processes, or of one virtual
// machine inside a process, alternating with the C baselines. Processor time, because a busy machine stretches the clock.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const summary = (ours, theirs) => ({
  ours: median(ours),
  theirs: median(theirs),
  min: Math.min(...ours),
  max: Math.max(...ours),
  theirMin: Math.min(...theirs),
  theirMax: Math.max(...theirs),
});

/** Milliseconds of processor time of one process. */
function processorTime(command) {
  const script = 'TIMEFORMAT="%U %S"; time "$@" </dev/null >/dev/null 2>/dev/null';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: status ${status}`);
  const [user, system] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return (user + system) * 1000;
}

/** What a program prints first: microseconds of processor time of one virtual machine, here in milliseconds. */
const printed = ([command, ...args]) => Number(execFileSync(command, args, { encoding: 'utf8' }).split(' ')[0]) / 1000;

function alternate(measure, ours, theirs, count, measureTheirs = measure) {
  const [a, b] = [[], []];
  for (let i = 0; i < count; i++) {
    a.push(measure(ours));
    b.push(measureTheirs(theirs));
  }
  return summary(a, b);
}

/**
 * @param runs measurements of each
 * @param add takes a row: what, against, goal, figures in milliseconds, the ratio as text
 */
export function measureVmm({ root, temporary, runs, add }) {
  const node = process.execPath;
  const tskvm = path.join(root, 'bin', 'tskvm.js');
  const bench = (name) => path.join(root, 'bench', name);
  const compile = (name) => {
    execFileSync('gcc', ['-O2', '-o', path.join(temporary, name), bench(`${name}.c`)]);
    return path.join(temporary, name);
  };
  const build = (source, count) => {
    const output = path.join(temporary, `${source}-${count}.bin`);
    execFileSync(node, [tskvm, 'build', bench(source), '--defsym', `COUNT=${count}`, '-o', output]);
    return output;
  };
  const loop = compile('kvm_loop');
  const machines = compile('kvm_vms');
  const run = (image) => [node, tskvm, 'run', '-q', '--mode', 'real', image];
  const row = (what, against, goal, measure, ours, theirs, { note, measureTheirs } = {}) => {
    const result = alternate(measure, ours, theirs, runs, measureTheirs);
    add(`${what} (processor time)`, against, goal, result, `${(result.ours / result.theirs).toFixed(2)}×`, note);
  };

  const million = build('outb.S', 1_000_000);
  const kernel =
    'All but 0.1 s of it is spent in the kernel, which emulates three instructions a byte here (KVM without hardware virtualisation); the C loop with the ring has the same floor.';
  row('1,000,000 outb, whole process', 'the same loop in C', '0.20', processorTime, run(million), [loop, million], { note: kernel });
  row('1,000,000 outb, whole process', 'in C with the coalesced ring', '1.10', processorTime, run(million), [loop, '-c', million]);
  const reads = build('in.S', 100_000);
  row('100,000 in, the run itself', 'the same loop in C', '1.05', printed, [node, bench('loop.mjs'), reads], [loop, reads], {
    measureTheirs: processorTime,
  });
  row('100,000 in, whole process', 'the same loop in C', '—', processorTime, run(reads), [loop, reads], {
    note: "What is above the row before is Node's own start.",
  });
  const block = build('outsb.S', 0);
  row('rep outsb of 1 MiB, whole process', 'C that prints all bytes', '0.12', processorTime, run(block), [loop, block]);
  const ours = (kind) => [node, bench('vms.mjs'), kind, '2000'];
  row('a virtual machine created, run, destroyed', 'the same in C', '1.10', printed, ours('create'), [machines, '2000']);
  row('a virtual machine reset and used again', 'created and destroyed in C', '0.10', printed, ours('reuse'), [machines, '2000']);
  const steps = build('outb.S', 33_333);
  const trace = [node, tskvm, 'trace', '-q', '--mode', 'real', '-o', path.join(temporary, 'trace'), steps];
  const what = 'single-step trace of 100,000 instructions to a file';
  if (installed('gdb') && installed('qemu-system-i386')) {
    const script = gdbScript(build('boot.S', 0), temporary);
    const scaled = (command) => (processorTime(command) * 100_000) / GDB_STEPS;
    row(what, "gdb's stepi on QEMU's stub", '0.05', processorTime, trace, ['gdb', '-nx', '-batch', '-x', script], {
      measureTheirs: scaled,
      note: `gdb makes ${GDB_STEPS} steps, and its time is scaled.`,
    });
  } else {
    row(what, 'node -e 0 (for scale: gdb or qemu-system-i386 is missing)', '—', processorTime, trace, [node, '-e', '0']);
  }
}

const GDB_STEPS = 1000;
const installed = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** The commands with which gdb steps through the guest on QEMU, each instruction into a file. */
function gdbScript(image, temporary) {
  const file = path.join(temporary, 'steps.gdb');
  const qemu = `qemu-system-i386 -S -gdb stdio -display none -serial none -monitor none -accel tcg -drive file=${image},format=raw,if=floppy`;
  writeFileSync(
    file,
    `set pagination off
set confirm off
set architecture i8086
target remote | exec ${qemu}
break *0x7c00
continue
delete
set logging file ${path.join(temporary, 'steps')}
set logging overwrite on
set logging redirect on
set logging enabled on
display/i $pc
set $n = 0
while $n < ${GDB_STEPS}
stepi
set $n = $n + 1
end
set logging enabled off
kill
`,
  );
  return file;
}
