/** What a machine is made from: its options, their defaults and their limits, and which features of an engine they need. */
import { TskvmError } from '../diagnostics.js';
import type { LazyRequire } from '../lazy.js';
import type { BootKind, BootOptions } from './boot/index.js';
import type { Access } from './bus.js';
import type { DeviceDefinition, Range } from './device.js';
import { boardDevices, devices as builtin } from './devices/index.js';
import type { DriveImages, Drives } from './disks/drives.js';
import type { EngineFeature, MemoryRegion } from './engine.js';
import type { EngineChoice } from './engines/index.js';
import type { InputSource } from './input.js';
import { checkMemoryMap, defaultMemoryMap } from './memory.js';
import type { StartMode } from './modes.js';
import type { OutputSink } from './output.js';

declare const require: LazyRequire;

const DEFAULT_MEMORY = 64 * 2 ** 20;
const ROM_SIZE = 16 * 2 ** 20;

/** A device with the place where it stands in this machine. */
export interface DevicePlacement {
  readonly definition: DeviceDefinition;
  /** For messages and logs; the definition's own name when absent. */
  readonly name?: string;
  /** Instead of the definition's ranges. */
  readonly ports?: readonly Range[];
  readonly mmio?: readonly Range[];
  readonly irqs?: readonly number[];
  /** Who declared it, for overlap errors: `--device led.ts@0x10`, `board pc`. */
  readonly where?: string;
}

export interface MachineOptions {
  /** Default 'auto': KVM where it works, else soft (told through `warn`). */
  readonly engine?: EngineChoice;
  /** Default 'real'. */
  readonly mode?: StartMode;
  /** Bytes of RAM; default 64 MiB. */
  readonly memory?: number;
  /** RAM, ROM and holes instead of `memory`. */
  readonly memoryMap?: readonly MemoryRegion[];
  /** vCPUs; default 1. */
  readonly cpus?: number;
  /** Load address of a flat image; default 0, or what the image says. */
  readonly at?: number;
  /** Address or symbol; default: what the image says, else its start. */
  readonly entry?: number | string;
  readonly boot?: BootKind;
  /** More files, each at its address, put in with every `load`. */
  readonly files?: readonly { readonly name: string; readonly address: number; readonly data: Uint8Array }[];
  /** Multiboot command line and modules. */
  readonly append?: string;
  readonly modules?: BootOptions['modules'];
  /** Disk images: floppies, disks, a CD. Without an image to `load` the machine starts from one of them. */
  readonly drives?: DriveImages;
  /** Default: console, debugcon and debug-exit at their usual ports. */
  readonly devices?: readonly DevicePlacement[];
  /** Default 'none': hlt ends the run. */
  readonly irqchip?: 'kernel' | 'soft' | 'none';
  /** An access that nothing claims ends the run. */
  readonly strictPorts?: boolean;
  /** Seconds of wall-clock time; default none. */
  readonly timeout?: number;
  /** Limit on port and MMIO accesses (a `rep` block counts each element), coalesced or not. */
  readonly maxExits?: number;
  /** Limit on bytes of console output. */
  readonly maxOutput?: number;
  /** Emulate what KVM cannot (`iret`, `int n`, …); default true. */
  readonly fixups?: boolean;
  /** Let KVM gather writes of devices that allow it; default true. */
  readonly coalesce?: boolean;
  /** Console output: a sink, a file descriptor, or (default) kept for `machine.output()`. */
  readonly output?: OutputSink | number;
  /** Console input; default: at its end. */
  readonly input?: InputSource;
  /** One line to the user, at most once per distinct text. Default: dropped. */
  readonly warn?: (text: string) => void;
  /** Called for every access (logs, traces). */
  readonly onAccess?: (access: Access) => void;
  /** Keep what comes from outside, so that `recording` gives a journal by which the run can be repeated. */
  readonly record?: boolean;
  /** Repeat the run of this journal: its input instead of `input`, its time instead of the host's. */
  readonly replay?: string;
  /** Count accesses by port and the time in devices. */
  readonly statistics?: boolean;
  /** SIGINT, SIGTERM and SIGHUP end the run while it goes on. */
  readonly signals?: boolean;
  /** Milliseconds between turns of the event loop; default 10. */
  readonly slice?: number;
}

export function defaultDevices({ boot, irqchip, drives }: MachineOptions): DevicePlacement[] {
  const board = boot === 'sector' || boot === 'multiboot' || drives !== undefined ? 'pc' : 'bare';
  return boardDevices(board, irqchip).map(({ name, options }) => ({
    definition: builtin[name].make(options),
    where: board === 'pc' ? 'board pc' : 'the default board',
  }));
}

/** The drives of a board that has a disk controller or BIOS services. */
export function makeDrives({ drives }: MachineOptions, placements: readonly DevicePlacement[]): Drives | null {
  if (!placements.some(({ definition: { name } }) => name === 'ata' || name === 'bios')) {
    if (drives === undefined || Object.keys(drives).length === 0) return null;
    throw new TskvmError('this board has no disk drives', 2, ['Use --board pc, or --device ata for the controller alone.']);
  }
  const { Drives: Made } = require('./disks/drives.js') as typeof import('./disks/drives.js');
  return new Made(drives);
}

export function memoryMap(options: MachineOptions): readonly MemoryRegion[] {
  if (options.memoryMap !== undefined) {
    checkMemoryMap(options.memoryMap);
    return options.memoryMap;
  }
  const map = defaultMemoryMap(options.memory ?? DEFAULT_MEMORY);
  if (options.mode === 'reset') map.push({ address: 2 ** 32 - ROM_SIZE, size: ROM_SIZE, kind: 'rom' });
  return map;
}

export function needs(options: MachineOptions): EngineFeature[] {
  const features: EngineFeature[] = [];
  const mode = options.mode === undefined ? null : modeFeature(options.mode);
  if (mode !== null) features.push(mode);
  if (options.irqchip === 'kernel') features.push('kernel-irqchip');
  if ((options.cpus ?? 1) > 1) features.push('smp');
  return features;
}

export function modeFeature(mode: StartMode): EngineFeature | null {
  return mode === 'long' ? 'long-mode' : mode === 'paged32' ? 'paging32' : null;
}

export function checkLimits(options: MachineOptions): void {
  const positive = (name: string, value: number | undefined, most = Infinity): void => {
    if (value !== undefined && !(value > 0 && value <= most)) throw new TskvmError(`${name} must be a positive number, not ${value}`);
  };
  positive('the time-out', options.timeout);
  positive('the limit on exits', options.maxExits);
  positive('the limit on output', options.maxOutput);
  positive('the length of a time slice', options.slice, 1000);
  if ((options.cpus ?? 1) > 1 && options.irqchip !== 'kernel') {
    throw new TskvmError('more than one vCPU needs --irqchip kernel: the processors start each other through its APICs');
  }
  if (options.cpus !== undefined && (!Number.isInteger(options.cpus) || options.cpus < 1))
    throw new TskvmError(`a machine has 1 vCPU or more, not ${options.cpus}`);
}
