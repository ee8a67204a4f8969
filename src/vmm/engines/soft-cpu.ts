/** The processor of the engine in software: v86's, as the machine sees a virtual CPU. */
import { TskvmError } from '../../diagnostics.js';
import type { Cpu, CpuState, DebugControl, EngineOptions, Exit, MemoryView } from '../engine.js';
import { Context, Fault, PF } from '../fixups/context.js';
import { deliver, deliverReal } from '../fixups/transfer.js';
import { GuestMemory } from '../memory.js';
import { readLinear, walkPages } from '../paging.js';
import { CR0_WP, realSegment } from '../state.js';
import type { DebugRegisters, GeneralRegisters, Segment, SystemRegisters } from '../state.js';
import { elementsLeft, runString, type StringHost, type StringOperation } from './soft-strings.js';
import type { V86Cpu } from './v86.js';

/** Thrown through v86 to leave the guest right behind an access. */
export const LEAVE = Symbol('leave the guest');

const SLICE: Exit = { kind: 'slice' };
const BLOCKED: Exit = { kind: 'blocked' };
const HALT: Exit = { kind: 'halt' };
const WINDOW: Exit = { kind: 'interrupt-window' };

/** v86's order of segment registers. */
const segmentNames = ['es', 'cs', 'ss', 'ds', 'fs', 'gs', 'tr', 'ldt'] as const;
/** v86's order of general registers, the encoding order. */
const generalNames = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'] as const;
/** Blocks of state that are typed arrays in the processor object. */
const stateArrays = ['reg_xmm32s', 'mxcsr', 'fpu_st', 'fpu_stack_empty', 'fpu_stack_ptr', 'fpu_control_word', 'fpu_status_word', 'reg_pdpte', 'in_hlt', 'sysenter_cs', 'sysenter_esp', 'sysenter_eip'] as const; // prettier-ignore

/** What the processor shares with its engine. */
export interface SoftHost {
  readonly options: EngineOptions;
  readonly memory: MemoryView[];
  /** Of v86's compiled code: what is thrown through it does not give its stack back. */
  readonly stackPointer: { value: number } | null;
  readonly exits: { halt: number; slice: number; port: number; mmio: number };
  /** Length of a run in milliseconds, and when the one that goes on ends. */
  readonly slice: number;
  until: number;
  /** A run must end: set by kick and by accesses. */
  kicked: boolean;
  /** v86 has trapped: it must be made anew before the next guest. */
  broken: boolean;
  /** The access in hand waits for input, or is made again. */
  waits: boolean;
  again: boolean;
  /** The repeated string instruction that v86 has left. */
  string: StringOperation | null;
  readPhysical(address: number, size: number): number;
  writePhysical(address: number, size: number, value: number): void;
}

const consoleMethods = ['log', 'warn', 'error', 'trace'] as const;
let saved: Partial<Record<(typeof consoleMethods)[number], () => void>> | null = null;

/** v86 writes its panics to the console: while it runs, nothing of that may get into the guest's output. */
function hush(on: boolean): void {
  if (on && saved === null) {
    saved = {};
    for (const name of consoleMethods) {
      const original = console[name];
      saved[name] = original;
      console[name] = (...words: unknown[]) => {
        if (!/^(panicked at|Unimplemented)/.test(String(words[0]))) original(...words);
      };
    }
  } else if (!on && saved !== null) {
    Object.assign(console, saved);
    saved = null;
  }
}

/** The power-on state (SDM volume 3A, table 9-1) with the reset vector below 1 MiB. */
const powerOn = (): { general: GeneralRegisters; system: SystemRegisters } => {
  const data = realSegment(0);
  const general = Object.fromEntries(
    [...generalNames, 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'].map((name) => [name, 0n]),
  ) as unknown as GeneralRegisters;
  const table = { base: 0n, limit: 0xffff };
  return {
    general: { ...general, rip: 0xfff0n, rflags: 2n },
    system: {
      cs: { ...realSegment(0xf000, true), base: 0xf_0000n }, ds: data, es: data, fs: data, gs: data, ss: data,
      tr: { ...data, type: 11, s: false }, ldt: { ...data, type: 2, s: false }, gdt: table, idt: table,
      cr0: 0x10n, cr2: 0n, cr3: 0n, cr4: 0n, cr8: 0n, efer: 0n, apicBase: 0n,
    }, // prettier-ignore
  };
};

export class SoftCpu implements Cpu {
  readonly index = 0;
  private processor: V86Cpu | null = null;
  /** State while v86 is not loaded yet. */
  private early = powerOn();
  private wantsWindow = false;

  constructor(private readonly engine: SoftHost) {}

  adopt(processor: V86Cpu): void {
    this.processor = processor;
    this.setSystem(this.early.system);
    this.setGeneral(this.early.general);
  }

  abandon(): void {
    this.processor = null;
  }

  reset(): void {
    this.early = powerOn();
    this.wantsWindow = false;
    if (this.processor !== null) this.adopt(this.processor);
  }

  run(): Exit {
    const { engine, processor } = this;
    if (processor === null) throw new TskvmError('the soft engine has not been loaded');
    const { io } = engine.options;
    const { stackPointer } = engine;
    const stack = stackPointer?.value ?? 0;
    engine.until = performance.now() + engine.slice;
    hush(true);
    try {
      do {
        if (processor.in_hlt[0] !== 0) {
          processor.in_hlt[0] = 0;
          engine.exits.halt += 1;
          return HALT;
        }
        try {
          processor.main_loop();
        } catch (error) {
          if (stackPointer !== null) stackPointer.value = stack;
          if (error !== LEAVE || engine.string === null) throw error;
        }
        if (engine.string !== null && this.runString(processor, engine.string) === 'blocked') return BLOCKED;
        if (this.wantsWindow && this.canInterrupt()) return WINDOW;
      } while (!io.attention && !engine.kicked && performance.now() < engine.until);
    } catch (error) {
      if (error !== LEAVE) {
        // v86 has no triple fault: an exception that cannot be delivered exhausts its stack or traps.
        if (!(error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError'))) throw error;
        engine.broken = true;
        return { kind: 'shutdown' };
      }
    } finally {
      hush(false);
    }
    if (engine.waits) {
      engine.waits = false;
      processor.instruction_pointer[0] = processor.previous_ip[0];
      return BLOCKED;
    }
    if (engine.again) {
      engine.again = false;
      processor.instruction_pointer[0] = processor.previous_ip[0];
    }
    engine.kicked = false;
    if (processor.in_hlt[0] === 0) engine.exits.slice += 1;
    return SLICE;
  }

  /** Executes a repeated string instruction, which v86 has left before its first element, as far as time allows. */
  private runString(processor: V86Cpu, operation: StringOperation): 'done' | 'later' | 'blocked' {
    const { engine } = this;
    const { io } = engine.options;
    engine.string = null;
    processor.instruction_pointer[0] = operation.at;
    let elements = 0;
    const translate = this.translator();
    const host: StringHost = {
      io,
      translate: (linear, write) => {
        const physical = translate(linear, write);
        if (physical === null) throw new Fault(PF, (write ? 2 : 0) | (processor.cpl[0] === 3 ? 4 : 0), BigInt(linear));
        return physical;
      },
      read: (address, size) => engine.readPhysical(address, size),
      write: (address, size, value) => engine.writePhysical(address, size, value),
      over: () => io.attention || engine.kicked || ((elements = (elements + 1) & 63) === 0 && performance.now() >= engine.until),
    };
    try {
      const before = elementsLeft(processor, operation);
      const result = runString(processor, operation, host);
      engine.exits.port += before - elementsLeft(processor, operation);
      if (result === 'done') processor.instruction_pointer[0] = (operation.at + operation.length) | 0;
      return result;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const context = this.context();
      context.system.cr2 = error.address ?? 0n;
      deliver(context, error.vector, error.errorCode, false);
      this.setSystem(context.system);
      this.setGeneral(context.general);
      return 'done';
    }
  }

  /** Physical addresses for linear ones; the last few pages are remembered. null: not there for such an access. */
  private translator(): (linear: number, write: boolean) => number | null {
    if ((this.processor as V86Cpu).cr[0] >= 0) return (linear) => linear;
    const system = this.getSystem();
    const memory = new GuestMemory(() => this.engine.memory, '');
    const user = (system.cs.selector & 3) === 3;
    const known = new Map<number, number | null>();
    return (linear, write) => {
      const key = (linear & ~0xfff) + (write ? 1 : 0);
      let page = known.get(key);
      if (page === undefined) {
        const walk = walkPages(system, memory, BigInt(linear - (linear & 0xfff)));
        const forbidden = (user && !walk.user) || (write && !walk.writable && (user || (system.cr0 & CR0_WP) !== 0n));
        page = walk.physical === null || forbidden ? null : walk.physical;
        if (known.size >= 8) known.clear();
        known.set(key, page);
      }
      return page === null ? null : page + (linear & 0xfff);
    };
  }

  /** Bytes of code; fewer where there is no memory. */
  code(linear: number, length: number): Uint8Array {
    return readLinear(this.getSystem(), new GuestMemory(() => this.engine.memory, ''), BigInt(linear), length);
  }

  getGeneral(): GeneralRegisters {
    const { processor } = this;
    if (processor === null) return { ...this.early.general };
    const general = powerOn().general;
    generalNames.forEach((name, i) => (general[name] = BigInt(processor.reg32[i] >>> 0)));
    general.rip = BigInt((processor.instruction_pointer[0] - processor.segment_offsets[1]) >>> 0);
    general.rflags = BigInt(processor.get_eflags() >>> 0);
    return general;
  }

  setGeneral(registers: GeneralRegisters): void {
    const { processor } = this;
    if (processor === null) {
      this.early.general = { ...registers };
      return;
    }
    generalNames.forEach((name, i) => (processor.reg32[i] = Number(BigInt.asIntN(32, registers[name]))));
    processor.instruction_pointer[0] = processor.segment_offsets[1] + Number(BigInt.asIntN(32, registers.rip));
    processor.previous_ip[0] = processor.instruction_pointer[0];
    processor.flags[0] = Number(BigInt.asIntN(32, registers.rflags)) | 2;
    processor.flags_changed[0] = 0;
  }

  getSystem(): SystemRegisters {
    const { processor } = this;
    if (processor === null) return { ...this.early.system };
    const system = powerOn().system;
    segmentNames.forEach((name, i) => {
      const access = processor.segment_access_bytes[i];
      const limit = processor.segment_limits[i] >>> 0;
      const wide = name === 'cs' ? processor.is_32[0] !== 0 : name === 'ss' ? processor.stack_size_32[0] !== 0 : limit > 0xffff;
      system[name] = {
        ...realSegment(processor.sreg[i], name === 'cs'),
        base: BigInt(processor.segment_offsets[i] >>> 0),
        limit,
        db: wide,
        g: limit > 0xf_ffff,
        ...(processor.protected_mode[0] !== 0 && access !== 0
          ? { type: access & 15, s: (access & 16) !== 0, dpl: (access >> 5) & 3, present: (access & 0x80) !== 0 }
          : {}),
        unusable: processor.segment_is_null[i] !== 0,
      };
    });
    system.gdt = { base: BigInt(processor.gdtr_offset[0] >>> 0), limit: processor.gdtr_size[0] & 0xffff };
    system.idt = { base: BigInt(processor.idtr_offset[0] >>> 0), limit: processor.idtr_size[0] & 0xffff };
    for (const n of [0, 2, 3, 4] as const) system[`cr${n}`] = BigInt(processor.cr[n] >>> 0);
    return system;
  }

  setSystem(registers: SystemRegisters): void {
    const { processor } = this;
    if (processor === null) {
      this.early.system = { ...registers };
      return;
    }
    const rip = (processor.instruction_pointer[0] - processor.segment_offsets[1]) | 0;
    segmentNames.forEach((name, i) => {
      const segment: Segment = registers[name];
      processor.sreg[i] = segment.selector;
      processor.segment_offsets[i] = Number(BigInt.asIntN(32, segment.base));
      processor.segment_limits[i] = segment.limit;
      processor.segment_is_null[i] = segment.unusable ? 1 : 0;
      processor.segment_access_bytes[i] = segment.type | (segment.s ? 16 : 0) | (segment.dpl << 5) | (segment.present ? 0x80 : 0);
    });
    processor.instruction_pointer[0] = processor.segment_offsets[1] + rip;
    const paged = (registers.cr0 & 1n) !== 0n;
    processor.protected_mode[0] = paged ? 1 : 0;
    processor.cpl[0] = paged ? registers.cs.selector & 3 : 0;
    processor.is_32[0] = registers.cs.db ? 1 : 0;
    processor.stack_size_32[0] = registers.ss.db ? 1 : 0;
    processor.tss_size_32[0] = (registers.tr.type & 8) !== 0 ? 1 : 0;
    processor.gdtr_offset[0] = Number(BigInt.asIntN(32, registers.gdt.base));
    processor.gdtr_size[0] = registers.gdt.limit;
    processor.idtr_offset[0] = Number(BigInt.asIntN(32, registers.idt.base));
    processor.idtr_size[0] = registers.idt.limit;
    for (const n of [0, 2, 3, 4] as const) processor.cr[n] = Number(BigInt.asIntN(32, registers[`cr${n}`]));
    processor.update_state_flags();
    processor.full_clear_tlb();
  }

  getDebug(): DebugRegisters {
    const at = (i: number): bigint => BigInt((this.processor?.dreg[i] ?? 0) >>> 0);
    return { addresses: [at(0), at(1), at(2), at(3)], dr6: at(6), dr7: at(7) };
  }
  setDebug(registers: DebugRegisters): void {
    const { processor } = this;
    if (processor === null) return;
    [...registers.addresses, 0n, 0n, registers.dr6, registers.dr7].forEach(
      (value, i) => (processor.dreg[i] = Number(BigInt.asIntN(32, value))),
    );
  }

  getXsave(): Uint8Array {
    throw new TskvmError('the soft engine keeps x87 and SSE registers in its own form: use save and restore');
  }
  setXsave(): void {
    this.getXsave();
  }
  getMsr(index: number): bigint {
    throw new TskvmError(`the soft engine does not show MSR 0x${index.toString(16)}`);
  }
  setMsr(index: number): void {
    this.getMsr(index);
  }

  /** Delivery through the IVT or IDT, as the processor does it. */
  interrupt(vector: number): void {
    const { processor } = this;
    if (processor === null) return;
    const context = this.context();
    const { general, system } = context;
    if (!context.protectedMode) {
      deliverReal(context, vector, general.rip);
    } else {
      try {
        deliver(context, vector, null, false);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        deliver(context, error.vector, error.errorCode, false);
      }
    }
    this.setSystem(system);
    this.setGeneral(general);
    processor.in_hlt[0] = 0;
    this.wantsWindow = false;
  }

  private context(): Context {
    return new Context(this.getGeneral(), this.getSystem(), new GuestMemory(() => this.engine.memory, ''), new Uint8Array());
  }

  /** An interrupt waits, and the guest would take it here. */
  get windowOpen(): boolean {
    return this.wantsWindow && this.processor !== null && (this.processor.flags[0] & 0x200) !== 0;
  }

  canInterrupt(): boolean {
    const ready = (this.getGeneral().rflags & 0x200n) !== 0n;
    this.wantsWindow = !ready;
    return ready;
  }
  cancelWindow(): void {
    this.wantsWindow = false;
  }

  nmi(): void {
    this.interrupt(2);
  }

  debug(control: DebugControl | null): void {
    if (control !== null) throw new TskvmError('single steps and breakpoints need the kvm engine');
  }

  save(): CpuState {
    const blocks: Record<string, Uint8Array> = {};
    for (const name of stateArrays) {
      const array = this.processor?.[name];
      if (ArrayBuffer.isView(array)) blocks[name] = new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
    }
    return { general: this.getGeneral(), system: this.getSystem(), debug: this.getDebug(), blocks };
  }

  restore(state: CpuState): void {
    this.setSystem(state.system);
    this.setGeneral(state.general);
    this.setDebug(state.debug);
    for (const [name, bytes] of Object.entries(state.blocks)) {
      const array = this.processor?.[name];
      if (ArrayBuffer.isView(array)) new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
    }
  }
}
