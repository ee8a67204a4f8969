/** The vCPU loop: runs the guest in slices, gives the event loop its turn between them, and decides when it is over. */
import type { LazyRequire } from '../lazy.js';
import type { Cpu, Exit } from './engine.js';
import type { Journal } from './journal.js';
import type { Machine } from './machine.js';
import type { Ending, RunResult } from './result.js';
import { statusOf } from './result.js';
import { RFLAGS_IF } from './state.js';
import { StuckWatch } from './stuck.js';

declare const require: LazyRequire;

const yieldTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `performance` would load node:perf_hooks first, which a short run feels. */
const hostMilliseconds = (): number => Number(process.hrtime.bigint()) / 1e6;

/** So long before a time-out the decoder is loaded, while the guest would spin anyway: the report then comes at once. */
const EXPLAIN_AHEAD = 150;

/** Runs `machine` to its end. Everything that was set up for it (signals, slice timer) is taken down on every way out. */
export async function runLoop(machine: Machine): Promise<RunResult> {
  const { options, engine, clock, bus, out } = machine;
  const begun = hostMilliseconds();
  const deadline = options.timeout === undefined ? Infinity : begun + options.timeout * 1000;
  bus.accessLimit = options.maxExits ?? Infinity;
  const removeSignals = options.signals === true ? listen(machine) : null;
  const asleep = new Set<number>();
  const watch = new StuckWatch();
  let prepared = false;
  let turn = 0;
  let turnBegan = begun;
  let ending: Ending | null = null;
  machine.sliceLength = machine.normalSlice;
  clock.start();
  machine.journal?.resume();
  engine.start();
  engine.setDeadline?.((options.timeout ?? Infinity) * 1000);
  try {
    while (ending === null) {
      const cpu = engine.cpus[turn % engine.cpus.length];
      machine.currentCpu = cpu;
      deliverInterrupt(machine, cpu);
      let exit = machine.tracer?.before(cpu) ?? null;
      let dealtWith = false;
      if (exit === null) {
        exit = cpu.run();
        dealtWith = machine.tracer?.after(cpu, exit) ?? false;
      }
      if (exit.kind === 'slice' && !bus.attention) exit = watch.look(machine, cpu, exit, hostMilliseconds());
      ending = pendingEnding(machine) ?? (dealtWith ? null : exitEnding(machine, exit, asleep));
      if (ending !== null) break;
      const sleeps = exit.kind === 'halt' || exit.kind === 'blocked';
      let awake = true;
      const now = hostMilliseconds();
      if (sleeps || now - turnBegan >= machine.sliceLength) {
        if (!out.flush() && out.full) await drained(machine);
        if (sleeps && engine.cpus.length === 1) awake = await doze(machine, deadline, exit.kind === 'halt');
        else await yieldTurn();
        turnBegan = hostMilliseconds();
        if (!prepared && deadline - turnBegan < EXPLAIN_AHEAD && turnBegan - begun > EXPLAIN_AHEAD) {
          prepared = true;
          machine.prepareExplanation();
        }
      }
      if (exit.kind === 'slice') machine.journal?.slice();
      clock.fire();
      adaptSlice(machine, watch.slice);
      ending = pendingEnding(machine);
      if (ending === null && !awake) ending = { kind: 'halt', forever: true };
      ending ??= machine.journal?.over() ?? null;
      if (ending === null && hostMilliseconds() >= deadline) ending = { kind: 'timeout', seconds: options.timeout ?? 0 };
      turn += 1;
    }
  } finally {
    engine.stop();
    clock.stop();
    removeSignals?.();
  }
  while (!out.flush() && machine.pending.signal === null) await pause(1);
  ending = outputEnding(machine) ?? ending;
  machine.pending.signal = null;
  const last = machine.currentCpu;
  return {
    ending,
    status: statusOf(ending),
    cpu: last.index,
    general: last.getGeneral(),
    system: last.getSystem(),
    engine: engine.name,
    statistics: machine.statistics(hostMilliseconds() - begun),
  };
}

/** Hands a waiting interrupt of the software controller to the vCPU, or asks to be told when it can take one. */
function deliverInterrupt({ interrupts }: Machine, cpu: Cpu): void {
  if (interrupts === null || cpu.index !== 0) return;
  if (!interrupts.pending()) cpu.cancelWindow();
  else if (cpu.canInterrupt()) {
    cpu.interrupt(interrupts.acknowledge());
    // Another one may wait behind it: a window exit tells when it can follow.
    if (interrupts.pending()) cpu.canInterrupt();
  }
}

/** What an access, the output or a signal asked for. Clears the request for attention. */
function pendingEnding(machine: Machine): Ending | null {
  const { pending, bus, options } = machine;
  if (!bus.attention) return null;
  bus.attention = false;
  if (pending.stop !== null) {
    const stop = pending.stop;
    pending.stop = null;
    return stop;
  }
  if (pending.failure !== null) {
    const failure = pending.failure;
    pending.failure = null;
    return { kind: 'device-error', ...failure };
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

function outputEnding({ out, options }: Machine): Ending | null {
  if (out.exceeded) return { kind: 'max-output', limit: options.maxOutput ?? 0 };
  if (out.closed) return { kind: 'output-closed' };
  if (out.error !== null) return { kind: 'output-error', error: out.error };
  return null;
}

/** What an exit means for the run; null: go on. `asleep`: the vCPUs that have slept without end since the last sign of life. */
function exitEnding(machine: Machine, exit: Exit, asleep: Set<number>): Ending | null {
  if (exit.kind === 'waiting' && exit.forever) asleep.add(machine.currentCpu.index);
  else asleep.clear();
  switch (exit.kind) {
    case 'slice':
    case 'interrupt-window':
    case 'blocked':
      return null;
    case 'halt':
      return haltEnding(machine);
    case 'waiting':
      return exit.forever && asleep.size === machine.engine.cpus.length && (masked(machine) || !machine.waiting.mayWake())
        ? { kind: 'halt', forever: (machine.currentCpu.getGeneral().rflags & RFLAGS_IF) !== 0n }
        : null;
    case 'shutdown':
      return { kind: 'shutdown' };
    case 'internal-error':
      return fixed(machine, exit);
    case 'fail-entry':
    case 'unexpected':
      return exit;
    case 'system-event':
      if (exit.type === 1) return { kind: 'power-off' };
      if (exit.type === 2) return { kind: 'reset' };
      return { kind: 'unexpected', name: 'KVM_EXIT_SYSTEM_EVENT', meaning: 'the guest reported a crash', detail: `type ${exit.type}` };
    case 'debug':
      return { kind: 'breakpoint', cause: exit.cause, pc: exit.pc };
  }
}

/** The only vCPU sleeps with interrupts off: no timer of a device and no input can wake it. */
const masked = ({ engine, currentCpu }: Machine): boolean =>
  engine.cpus.length === 1 && (currentCpu.getGeneral().rflags & RFLAGS_IF) === 0n;

/** hlt ends the run, unless an interrupt can come: then the vCPU sleeps. */
function haltEnding(machine: Machine): Ending | null {
  if (machine.interrupts === null) return { kind: 'halt', forever: false };
  if ((machine.currentCpu.getGeneral().rflags & RFLAGS_IF) === 0n) return { kind: 'halt', forever: false };
  const { interrupts } = machine;
  return interrupts.pending() || (interrupts.enabled?.() !== false && machine.waiting.mayWake()) ? null : { kind: 'halt', forever: true };
}

/** Emulates the instruction that KVM could not; null when the guest can go on. */
function fixed(machine: Machine, exit: Extract<Exit, { kind: 'internal-error' }>): Ending | null {
  if (machine.options.fixups === false || exit.suberror !== 1) return exit;
  const { TRIPLE_FAULT, fixUp } = require('./fixups/index.js') as typeof import('./fixups/index.js');
  const name = fixUp(machine.currentCpu, machine.ram, exit.instruction);
  if (name === null) return exit;
  if (name === TRIPLE_FAULT) return { kind: 'shutdown' };
  machine.tracer?.emulated(machine.currentCpu);
  machine.fixupCounts[name] = (machine.fixupCounts[name] ?? 0) + 1;
  return null;
}

/**
 * The vCPU sleeps: until a timer is due, input or an interrupt comes, the time is up, or somebody interrupts. A halted one
 * with an interrupt controller wakes for interrupts only; false: nothing can bring one any more.
 */
async function doze(machine: Machine, deadline: number, halted: boolean): Promise<boolean> {
  const { clock, interrupts } = machine;
  const forInterrupts = halted && interrupts !== null;
  const { journal } = machine;
  if (journal?.repeating === true) return journal.replaySleep();
  if (journal !== null) {
    const awake = await recordedDoze(machine, journal, deadline, forInterrupts);
    journal.sleepOver(awake);
    return awake;
  }
  while (machine.pending.signal === null && !machine.bus.attention) {
    if (forInterrupts && interrupts.pending()) return true;
    if (forInterrupts && (interrupts.enabled?.() === false || !machine.waiting.mayWake())) return false;
    const next = clock.untilNext();
    if (clock.held && forInterrupts && next !== null) {
      clock.advance(next);
      clock.fire();
      continue;
    }
    const remaining = deadline - hostMilliseconds();
    const left = Math.min(next === null ? Infinity : Number(next) / 1e6, remaining);
    if (remaining <= 0 || (left <= 0 && !forInterrupts)) return true;
    if (left > 0) {
      if (left < 1) await yieldTurn();
      else if ((await machine.waiting.sleep(left)) && !forInterrupts) return true;
    }
    clock.fire();
  }
  return true;
}

/** The same for a run that is recorded: held time moves with the host's at every step, which is an entry. */
async function recordedDoze(machine: Machine, journal: Journal, deadline: number, forInterrupts: boolean): Promise<boolean> {
  const { clock, interrupts } = machine;
  while (machine.pending.signal === null && !machine.bus.attention) {
    if (forInterrupts && interrupts?.pending() === true) return true;
    if (forInterrupts && (interrupts?.enabled?.() === false || !machine.waiting.mayWake())) return false;
    const next = clock.untilNext();
    const remaining = deadline - hostMilliseconds();
    if (remaining <= 0) return true;
    const left = Math.min(next === null ? Infinity : Number(next) / 1e6, remaining);
    let woken = false;
    if (left >= 1) woken = await machine.waiting.sleep(left);
    else if (left > 0) await yieldTurn();
    journal.sleepStep();
    clock.fire();
    if (!forInterrupts && (woken || left <= 0)) return true;
  }
  return true;
}

/** Timers of devices that are due soon make the slices short; `most` bounds them too. */
function adaptSlice(machine: Machine, most: number): void {
  const next = machine.clock.untilNext();
  const longest = Math.min(machine.normalSlice, most);
  const wanted = next === null ? longest : Math.max(0.25, Math.min(longest, Math.ceil(Number(next) / 250_000) / 4));
  if (wanted === machine.sliceLength) return;
  machine.sliceLength = wanted;
  machine.engine.setSlice(wanted);
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
