/**
 * Instructions that a KVM without hardware virtualisation never gets past, and says nothing about: its emulator reads a
 * descriptor or an interrupt vector where no memory is, and KVM_RUN tries again for ever. Looked at when a time slice is over.
 */
import type { LazyRequire } from '../lazy.js';
import type { Cpu, Exit } from './engine.js';
import type { Machine } from './machine.js';
import { readLinear } from './paging.js';
import { CR0_PE, RFLAGS_IF, RFLAGS_TF, linearRip } from './state.js';
import type { GeneralRegisters } from './state.js';

declare const require: LazyRequire;

/** So many slices must end with the same registers before the instruction is tried by itself. */
const SUSPICIOUS = 25;
/** Slices after an instruction that had to be emulated here are so short (in milliseconds), because the next may follow soon. */
const HURRY = 0.25;
/** The registers are looked at once in so many milliseconds. */
const PAUSE = 1;

/** What the loop makes of an instruction that KVM does not get past. */
const STUCK: Exit = {
  kind: 'unexpected',
  name: 'KVM_RUN',
  meaning: 'KVM does not get past one instruction: it tries it again and again and never leaves the guest',
  detail: '',
};

export class StuckWatch {
  /** Longest time slice that is wanted now, in milliseconds. */
  slice = Infinity;
  private same = 0;
  private last: GeneralRegisters | null = null;
  private looked = 0;

  /**
   * The time slice of `cpu` is over at `now` (milliseconds). Returns the exit that stands for it: the one given, or what
   * a look at a suspicious instruction has found.
   */
  look(machine: Machine, cpu: Cpu, exit: Exit, now: number): Exit {
    if (machine.engine.name !== 'kvm') return exit;
    if (now - this.looked < Math.min(PAUSE, this.slice)) return exit;
    this.looked = now;
    const general = cpu.getGeneral();
    if (machine.options.fixups !== false && this.interrupts(machine, cpu, general)) {
      this.slice = HURRY;
      this.same = 0;
      return exit;
    }
    if (this.slice < machine.normalSlice) this.slice *= 2;
    else this.slice = Infinity;
    this.same = this.last !== null && equal(general, this.last) ? this.same + 1 : 0;
    this.last = general;
    if (this.same < SUSPICIOUS || machine.tracer !== null || machine.engine.cpus.length > 1) return exit;
    this.same = 0;
    if (asleep(machine, cpu, general)) return exit;
    const code = codeAt(machine, cpu, general);
    return jumps(code) || setsFlags.has(code[0]) ? exit : (this.tryStep(cpu, general) ?? exit);
  }

  /** `int n` of real mode above 127, which KVM's emulator takes for a negative vector. True: it has been emulated. */
  private interrupts(machine: Machine, cpu: Cpu, general: GeneralRegisters): boolean {
    if ((cpu.getSystem().cr0 & CR0_PE) !== 0n) return false;
    const code = codeAt(machine, cpu, general);
    if (code[0] !== 0xcd || code[1] < 0x80) return false;
    const { realInterrupt } = require('./fixups/index.js') as typeof import('./fixups/index.js');
    if (!realInterrupt(cpu, machine.ram, code[1])) return false;
    machine.tracer?.emulated(cpu);
    machine.fixupCounts.int = (machine.fixupCounts.int ?? 0) + 1;
    return true;
  }

  /**
   * Runs one instruction. What came of it when that is more than a step; null: the guest moves. Interrupts are off meanwhile:
   * one that came now would put the trap flag of the step into the frame that its handler returns by.
   */
  private tryStep(cpu: Cpu, before: GeneralRegisters): Exit | null {
    const held = before.rflags & RFLAGS_IF;
    if (held !== 0n) cpu.setGeneral({ ...before, rflags: before.rflags & ~RFLAGS_IF });
    const stands = (): boolean => equal({ ...cpu.getGeneral(), rflags: before.rflags }, before);
    cpu.debug({ step: true, breakpoints: [] });
    let exit: Exit;
    try {
      // On a busy machine a slice may be over before the instruction has had its turn.
      let attempts = 0;
      do exit = cpu.run();
      while (exit.kind === 'slice' && ++attempts < SUSPICIOUS && stands());
    } finally {
      cpu.debug(null);
      const after = cpu.getGeneral();
      const rflags = (after.rflags | held) & ~(before.rflags & RFLAGS_TF ? 0n : RFLAGS_TF);
      if (rflags !== after.rflags) cpu.setGeneral({ ...after, rflags });
    }
    if (exit.kind !== 'debug' && exit.kind !== 'slice') return exit;
    return equal(cpu.getGeneral(), before) ? STUCK : null;
  }
}

/** cli, sti, popf, iret: what they do to the interrupt flag is theirs, and KVM gets past them. */
const setsFlags = new Set([0xfa, 0xfb, 0x9d, 0xcf]);

/** Behind a `hlt` that an interrupt inside KVM will end: the registers stay as they are, and nothing is stuck. */
const asleep = (machine: Machine, cpu: Cpu, general: GeneralRegisters): boolean =>
  machine.options.irqchip === 'kernel' &&
  (general.rflags & RFLAGS_IF) !== 0n &&
  readLinear(cpu.getSystem(), machine.ram, linearRip(general, cpu.getSystem()) - 1n, 1)[0] === 0xf4;

const codeAt = (machine: Machine, cpu: Cpu, general: GeneralRegisters): Uint8Array => {
  const system = cpu.getSystem();
  return readLinear(system, machine.ram, linearRip(general, system), 15);
};

/** A jump may lead to itself: then every register stays as it was. */
function jumps(code: Uint8Array): boolean {
  let at = 0;
  while (at < code.length - 1 && [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67].includes(code[at])) at += 1;
  const [first, second] = [code[at], code[at + 1]];
  if (first === 0xff) return (second & 0x38) === 0x20 || (second & 0x38) === 0x28;
  return (first & 0xf0) === 0x70 || first === 0xeb || first === 0xe9 || first === 0xea || (first === 0x0f && (second & 0xf0) === 0x80);
}

function equal(a: GeneralRegisters, b: GeneralRegisters): boolean {
  if (a.rip !== b.rip) return false;
  for (const name in a) if (a[name as keyof GeneralRegisters] !== b[name as keyof GeneralRegisters]) return false;
  return true;
}
