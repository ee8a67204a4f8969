/**
 * What a machine needs from whatever executes the guest. Two engines implement it: `kvm` (engines/kvm.ts) and `soft`
 * (engines/soft.ts). Port and memory accesses go straight to an `IoHandler`; everything else ends `run` with an `Exit`.
 */
import type { DebugRegisters, GeneralRegisters, SystemRegisters } from './state.js';

export interface MemoryRegion {
  /** Guest physical address, a multiple of 4 KiB. */
  readonly address: number;
  /** Bytes, a multiple of 4 KiB. */
  readonly size: number;
  /** Writes to ROM become MMIO accesses. */
  readonly kind: 'ram' | 'rom';
}

/** A run of guest memory, at most 4 GiB. What it hands out is the guest's memory itself, not a copy. */
export interface MemoryView {
  readonly address: number;
  readonly size: number;
  readonly kind: 'ram' | 'rom';
  /** All of it. */
  readonly bytes: Uint8Array;
  /** `length` bytes from `offset` on; inside the view. Cheaper than `bytes` for small pieces. */
  window(offset: number, length: number): Uint8Array;
}

/** Where accesses to ports and unmapped memory go: the bus. Values are unsigned. */
export interface IoHandler {
  in(port: number, size: 1 | 2 | 4): number;
  out(port: number, size: 1 | 2 | 4, value: number): void;
  /** `rep ins`: fills `data`, count × size bytes. */
  inBlock(port: number, size: 1 | 2 | 4, data: Uint8Array): void;
  /** True when bytes written to the port in a row may be given to `outBlock` at once. */
  takesBlocks(port: number): boolean;
  outBlock(port: number, size: 1 | 2 | 4, data: Uint8Array): void;
  /** Fills `data[offset, offset + size)`, size 1 to 8. */
  read(address: number, size: number, data: Uint8Array, offset: number): void;
  write(address: number, size: number, data: Uint8Array, offset: number): void;
  /** Set by an access after which `run` must return as soon as it can. Whoever handles it clears it. */
  attention: boolean;
  /** Set by `in` or `inBlock`: the access has no answer yet and is repeated by the next `run`, which returns `blocked` now. */
  retry: boolean;
}

/** Why `run` came back. I/O never does: it has been dispatched. */
export type Exit =
  /** The time slice is over, a signal came, or the handler asked for attention. */
  | { readonly kind: 'slice' }
  /** An `in` waits for its answer (IoHandler.retry). */
  | { readonly kind: 'blocked' }
  /** hlt; the engine has no interrupt to wake it with. */
  | { readonly kind: 'halt' }
  /** hlt inside an engine with its own interrupt chip, or a vCPU that has not been started; `forever`: only another vCPU can wake it. */
  | { readonly kind: 'waiting'; readonly forever: boolean }
  /** The guest can take an interrupt now. */
  | { readonly kind: 'interrupt-window' }
  /** Triple fault. */
  | { readonly kind: 'shutdown' }
  /** A step ended (`single-step`) or a breakpoint was hit, at linear address `pc`. */
  | {
      readonly kind: 'debug';
      readonly cause: 'single-step' | 'breakpoint';
      readonly pc: bigint;
      readonly dr6: bigint;
    }
  | {
      readonly kind: 'internal-error';
      readonly suberror: number;
      readonly name: string;
      readonly instruction: Uint8Array | null;
      readonly data: readonly bigint[];
    }
  | { readonly kind: 'fail-entry'; readonly hardwareReason: bigint }
  | { readonly kind: 'system-event'; readonly type: number }
  /** Anything else, by KVM's name. */
  | {
      readonly kind: 'unexpected';
      readonly name: string;
      readonly meaning: string;
      readonly detail: string;
    };

/** What a debugger or tracer asks of a vCPU. */
export interface DebugControl {
  readonly step: boolean;
  /** At most four linear addresses (the processor's breakpoint registers). */
  readonly breakpoints: readonly bigint[];
}

/** Everything of a vCPU that a snapshot carries, structured-clonable. */
export interface CpuState {
  general: GeneralRegisters;
  system: SystemRegisters;
  debug: DebugRegisters;
  /** Engine-specific blocks by name (xsave, xcrs, events, msrs, lapic, mp_state; soft: its own). */
  blocks: Record<string, Uint8Array>;
}

export interface Cpu {
  readonly index: number;
  /** Enters the guest until the slice is over or an exit needs an answer. */
  run(): Exit;
  getGeneral(): GeneralRegisters;
  setGeneral(registers: GeneralRegisters): void;
  getSystem(): SystemRegisters;
  setSystem(registers: SystemRegisters): void;
  getDebug(): DebugRegisters;
  setDebug(registers: DebugRegisters): void;
  /** XSAVE area (SDM volume 1, chapter 13), for x87 and SSE registers. */
  getXsave(): Uint8Array;
  setXsave(area: Uint8Array): void;
  getMsr(index: number): bigint;
  setMsr(index: number, value: bigint): void;
  /** Puts an external interrupt into the guest; only when `canInterrupt()`. */
  interrupt(vector: number): void;
  /** True when the guest can take an external interrupt now; otherwise asks for an `interrupt-window` exit. */
  canInterrupt(): boolean;
  /** No interrupt waits any longer: no `interrupt-window` exit is needed. */
  cancelWindow(): void;
  nmi(): void;
  debug(control: DebugControl | null): void;
  /** Puts the vCPU to sleep as an executed hlt would, until an interrupt; only where KVM has the interrupt controllers. */
  halt?(): void;
  save(): CpuState;
  restore(state: CpuState): void;
}

export interface EngineStatistics {
  /** Returns to user space by reason, kernel names. */
  exits: Record<string, number>;
  /** Writes that came through the coalesced ring. */
  coalesced: number;
}

/** A power of the engine that a start mode or option may need. */
export type EngineFeature =
  | 'long-mode'
  | 'paging32'
  | 'kernel-irqchip'
  | 'smp'
  | 'rom'
  | 'breakpoints'
  | 'step'
  | 'coalesce'
  | 'huge-memory';

export interface EngineOptions {
  readonly memory: readonly MemoryRegion[];
  readonly cpus: number;
  /** Interrupt chips inside the engine (KVM_CREATE_IRQCHIP and PIT). */
  readonly kernelIrqchip: boolean;
  /** Length of a time slice in milliseconds. */
  readonly slice: number;
  readonly io: IoHandler;
  /** Port and MMIO ranges whose writes may be delayed to the end of a run. */
  readonly coalesced: readonly {
    readonly address: number;
    readonly size: number;
    readonly pio: boolean;
  }[];
  /** Parts of the RAM, in whole pages, that `overlay` can take out of the guest's sight. */
  readonly overlays?: readonly { readonly address: number; readonly size: number }[];
}

export interface Engine {
  readonly name: 'kvm' | 'soft';
  readonly memory: readonly MemoryView[];
  readonly cpus: readonly Cpu[];
  readonly statistics: EngineStatistics;
  has(feature: EngineFeature): boolean;
  /** Keeps registers at hand at every exit, for logs and traces. */
  watchRegisters?(on: boolean): void;
  /** Calls back at every exit with its kernel name and a short detail; absent when the engine has none. */
  observeExits?(callback: ((name: string, detail: string) => void) | null): void;
  /** What the engine must still load before its first run. */
  ready?(): Promise<void>;
  /** Level of an ISA line of the in-engine chips; only with `kernelIrqchip`. */
  irqLine(line: number, level: boolean): void;
  /** Ends the current or the next `run` at once with `slice`; callable from inside an I/O handler. */
  kick(): void;
  /** Puts vCPUs and chips back to their power-on state. Memory is the caller's affair. */
  reset(): void;
  /** On: accesses to one of `EngineOptions.overlays` go to the bus; off: to the RAM there. Callable from inside an I/O handler. */
  overlay(address: number, on: boolean): void;
  /** Starts or stops recording which pages the guest writes. */
  logDirty(on: boolean): void;
  /** Calls back for each run of pages written since the last call (guest physical address and length). */
  dirty(callback: (address: number, length: number) => void): void;
  /** State of the in-engine chips. */
  saveChips(): Record<string, Uint8Array>;
  restoreChips(chips: Record<string, Uint8Array>): void;
  /** Called around a stretch of runs: arms and disarms the slice timer. */
  start(): void;
  stop(): void;
  /** Shortens or restores the time slice while started; milliseconds. */
  setSlice(milliseconds: number): void;
  /** Milliseconds from now at which the run must be over, for an engine that cannot be interrupted everywhere. */
  setDeadline?(milliseconds: number): void;
  /** Idempotent. Every view of memory is dead afterwards. */
  close(): void;
}
