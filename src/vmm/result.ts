/** How a run ended, as data. report.ts makes text of it; the command line makes a status. */
import { exitStatus } from '../exit-status.js';
import type { Access } from './bus.js';
import type { Place } from './explain.js';
import type { GeneralRegisters, SystemRegisters } from './state.js';

export type Ending =
  /** hlt; `forever`: with interrupts possible in principle, but nothing that could raise one. */
  | { readonly kind: 'halt'; readonly forever: boolean }
  | { readonly kind: 'debug-exit'; readonly value: number }
  | { readonly kind: 'power-off' }
  | { readonly kind: 'reset' }
  /** A triple fault. */
  | { readonly kind: 'shutdown' }
  | {
      readonly kind: 'internal-error';
      readonly suberror: number;
      readonly name: string;
      readonly instruction: Uint8Array | null;
      readonly data: readonly bigint[];
    }
  | { readonly kind: 'fail-entry'; readonly hardwareReason: bigint }
  | {
      readonly kind: 'unexpected';
      readonly name: string;
      readonly meaning: string;
      readonly detail: string;
    }
  /** --strict-ports */
  | { readonly kind: 'unclaimed'; readonly access: Access }
  | { readonly kind: 'max-exits'; readonly limit: number }
  /** A trace has recorded as many instructions as it was asked for. */
  | { readonly kind: 'trace-limit'; readonly limit: number }
  | { readonly kind: 'max-output'; readonly limit: number }
  | { readonly kind: 'timeout'; readonly seconds: number }
  | { readonly kind: 'interrupted'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
  /** The user has had enough of it (Ctrl-A x). */
  | { readonly kind: 'quit' }
  | { readonly kind: 'device-error'; readonly device: string; readonly error: unknown; readonly place: Place }
  /** Nobody reads the output any longer. */
  | { readonly kind: 'output-closed' }
  | { readonly kind: 'output-error'; readonly error: Error }
  /** A breakpoint or finished step; only with debugging on. */
  | {
      readonly kind: 'breakpoint';
      readonly cause: 'single-step' | 'breakpoint';
      readonly pc: bigint;
    };

/** Process exit status of an ending; see docs/exit-statuses.md. */
export function statusOf(ending: Ending): number {
  switch (ending.kind) {
    case 'halt':
    case 'power-off':
    case 'reset':
    case 'output-closed':
    case 'breakpoint':
    case 'trace-limit':
    case 'quit':
      return exitStatus.halted;
    case 'debug-exit':
      // A process status has 8 bits: the low 7 bits of the value, and the 1 that marks the guest's verdict.
      return ((ending.value << 1) | 1) & 0xff;
    case 'shutdown':
      return exitStatus.shutdown;
    case 'internal-error':
      return exitStatus.internalError;
    case 'fail-entry':
      return exitStatus.failEntry;
    case 'unexpected':
      return exitStatus.unexpectedExit;
    case 'unclaimed':
      return exitStatus.unclaimedPort;
    case 'max-exits':
      return exitStatus.maxExits;
    case 'max-output':
      return exitStatus.maxOutput;
    case 'timeout':
      return exitStatus.timeout;
    case 'interrupted':
      return ending.signal === 'SIGINT' ? exitStatus.interrupted : exitStatus.terminated;
    case 'device-error':
      return exitStatus.deviceError;
    case 'output-error':
      return exitStatus.outputError;
  }
}

export interface RunStatistics {
  /** Exits by KVM's name. */
  readonly exits: Readonly<Record<string, number>>;
  readonly coalesced: number;
  /** Port and MMIO accesses, elements of `rep` counted one by one. */
  readonly accesses: number;
  /** Instructions emulated because KVM could not, by mnemonic. */
  readonly fixups: Readonly<Record<string, number>>;
  /** Milliseconds of wall-clock time in `run`. */
  readonly milliseconds: number;
  /** Bytes of console output. */
  readonly output: number;
  /** With `statistics` on: accesses by port and device, and milliseconds spent in devices. */
  readonly ports?: Readonly<Record<string, { device: string | null; in: number; out: number }>>;
  readonly deviceMilliseconds?: number;
}

export interface RunResult {
  readonly ending: Ending;
  /** Exit status of a process that runs this guest. */
  readonly status: number;
  /** vCPU that was running at the end. */
  readonly cpu: number;
  readonly general: GeneralRegisters;
  readonly system: SystemRegisters;
  readonly engine: 'kvm' | 'soft';
  readonly statistics: RunStatistics;
}
