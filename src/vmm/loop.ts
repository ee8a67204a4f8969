/** The vCPU loop: runs the guest in slices, gives the event loop its turn between them, and decides when it is over. */
import type { LazyRequire } from '../lazy.js';
import type { Exit } from './engine.js';
import type { Machine } from './machine.js';
import type { Ending, RunResult } from './result.js';
import { statusOf } from './result.js';

declare const require: LazyRequire;

const yieldTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs `machine` to its end. Everything that was set up for it (signals, slice timer) is taken down on every way out. */
export async function runLoop(machine: Machine): Promise<RunResult> {
  const { options, engine, clock, bus, out } = machine;
  const begun = performance.now();
  const deadline = options.timeout === undefined ? Infinity : begun + options.timeout * 1000;
  bus.accessLimit = options.maxExits ?? Infinity;
  const removeSignals = options.signals === true ? listen(machine) : null;
  let turn = 0;
  let ending: Ending | null = null;
  clock.start();
  engine.start();
  try {
    while (ending === null) {
      const cpu = engine.cpus[turn % engine.cpus.length];
      machine.currentCpu = cpu;
      const exit = cpu.run();
      ending = pendingEnding(machine) ?? exitEnding(machine, exit);
      if (ending !== null) break;
      if (!out.flush() && out.full) await drained(machine);
      await yieldTurn();
      clock.fire();
      if (performance.now() >= deadline) ending = { kind: 'timeout', seconds: options.timeout ?? 0 };
      turn += 1;
    }
  } finally {
    engine.stop();
    clock.stop();
    removeSignals?.();
  }
  while (!out.flush() && machine.pending.signal === null) await pause(1);
  ending = outputEnding(machine) ?? ending;
  const last = engine.cpus[turn % engine.cpus.length];
  return {
    ending,
    status: statusOf(ending),
    cpu: last.index,
    general: last.getGeneral(),
    system: last.getSystem(),
    engine: engine.name,
    statistics: {
      ...engine.statistics,
      accesses: bus.accesses,
      fixups: { ...machine.fixupCounts },
      milliseconds: performance.now() - begun,
      output: out.total,
      ports:
        options.statistics === true
          ? Object.fromEntries([...machine.portCounts].map(([port, counts]) => [`0x${port.toString(16)}`, counts]))
          : undefined,
    },
  };
}

/** What an access, the output or a signal asked for. Clears the request for attention. */
function pendingEnding(machine: Machine): Ending | null {
  const { pending, bus, options } = machine;
  if (!bus.attention) return outputEnding(machine);
  bus.attention = false;
  if (pending.stop !== null) {
    const stop = pending.stop;
    pending.stop = null;
    return stop;
  }
  if (pending.failure !== null) {
    const { device, error } = pending.failure;
    pending.failure = null;
    return { kind: 'device-error', device, error };
  }
  if (pending.unclaimed !== null) {
    const access = pending.unclaimed;
    pending.unclaimed = null;
    return { kind: 'unclaimed', access };
  }
  const output = outputEnding(machine);
  if (output !== null) return output;
  if (pending.signal !== null) return { kind: 'interrupted', signal: pending.signal };
  if (bus.accesses >= bus.accessLimit) return { kind: 'max-exits', limit: options.maxExits ?? 0 };
  return null;
}

function outputEnding({ out, options, pending }: Machine): Ending | null {
  if (out.exceeded) return { kind: 'max-output', limit: options.maxOutput ?? 0 };
  if (out.closed) return { kind: 'output-closed' };
  if (out.error !== null) return { kind: 'output-error', error: out.error };
  return pending.signal === null ? null : { kind: 'interrupted', signal: pending.signal };
}

/** What an exit means for the run; null: go on. */
function exitEnding(machine: Machine, exit: Exit): Ending | null {
  switch (exit.kind) {
    case 'slice':
    case 'interrupt-window':
      return null;
    case 'halt':
      return { kind: 'halt', forever: false };
    case 'waiting':
      return exit.forever ? { kind: 'halt', forever: true } : null;
    case 'shutdown':
      return { kind: 'shutdown' };
    case 'internal-error':
      return fixed(machine, exit) ? null : exit;
    case 'fail-entry':
    case 'unexpected':
      return exit;
    case 'system-event':
      return exit.type === 1
        ? { kind: 'power-off' }
        : exit.type === 2
          ? { kind: 'reset' }
          : {
              kind: 'unexpected',
              name: 'KVM_EXIT_SYSTEM_EVENT',
              meaning: 'the guest reported a crash',
              detail: `type ${exit.type}`,
            };
    case 'debug':
      return { kind: 'breakpoint', cause: exit.cause, pc: exit.pc };
  }
}

/** True when the instruction that KVM could not emulate has been emulated here. */
function fixed(machine: Machine, exit: Extract<Exit, { kind: 'internal-error' }>): boolean {
  if (machine.options.fixups === false || exit.suberror !== 1) return false;
  const { fixUp } = require('./fixups/index.js') as typeof import('./fixups/index.js');
  const name = fixUp(machine.currentCpu, machine.ram, exit.instruction);
  if (name === null) return false;
  machine.fixupCounts[name] = (machine.fixupCounts[name] ?? 0) + 1;
  return true;
}

/** Waits until the sink takes output again; a signal ends the wait. */
async function drained(machine: Machine): Promise<void> {
  while (!machine.out.flush() && machine.pending.signal === null) await pause(1);
}

/** SIGINT, SIGTERM and SIGHUP end the run. With a listener, KVM_RUN returns EINTR by itself when one comes. */
function listen(machine: Machine): () => void {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listeners = names.map((name) => {
    const listener = (): void => machine.interrupt(name);
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  return () => listeners.forEach((remove) => remove());
}
