/** What one device may do with its machine: the functions that `attach` hands to it. */
import type { Attached } from './attached.js';
import type { Bus } from './bus.js';
import type { GuestClock } from './clock.js';
import type { DeviceContext, DeviceDefinition, StopReason } from './device.js';
import type { Drives } from './disks/drives.js';
import type { Engine, MemoryRegion } from './engine.js';
import { INPUT_END } from './input.js';
import type { InputSource } from './input.js';
import type { Journal } from './journal.js';
import type { KeptMemory } from './kept-memory.js';
import type { OutputBuffer } from './output.js';
import type { Waiting } from './waiting.js';

/** The parts of a machine that its devices reach. */
export interface DeviceHost {
  readonly bus: Bus;
  readonly clock: GuestClock;
  readonly out: OutputBuffer;
  readonly engine: Engine;
  readonly kept: KeptMemory;
  readonly regions: readonly MemoryRegion[];
  readonly drives: Drives | null;
  readonly journal: Journal | null;
  readonly waiting: Waiting;
  readonly input: InputSource | undefined;
  /** An interrupt line of the machine. */
  setLine(line: number, level: boolean): void;
  /** The run is to end. */
  stop(reason: StopReason): void;
  device(name: string): DeviceDefinition | null;
  warn(text: string): void;
}

export function deviceContext(host: DeviceHost, { placement, name, irqs }: Attached): DeviceContext {
  const { bus, clock, out, engine, kept, regions, drives, journal, waiting, input } = host;
  return {
    name,
    memorySize: regions.find((region) => region.address === 0 && region.kind === 'ram')?.size ?? 0,
    output: (bytes) => out.write(bytes),
    outputByte: (value) => out.byte(value),
    interrupt: (level, n = 0) => {
      if (irqs[n] === undefined) host.warn(`device ${name} raised its interrupt ${n}, but has no line for it`);
      else host.setLine(irqs[n], level);
    },
    drives: drives ?? undefined,
    now: () => clock.now(),
    wallTime: () => (journal === null ? Date.now() : journal.wall + Number(clock.now() / 1_000_000n)),
    chance: (draw) => (journal === null ? draw() : journal.value('c', draw)),
    timer: (delay, callback) => clock.after(delay, callback),
    input: () => {
      const next = (): number => input?.next() ?? INPUT_END;
      const byte = journal === null ? next() : journal.value('i', next);
      waiting.took(byte);
      return byte;
    },
    awaits: (on) => waiting.awaits(name, on),
    attend: () => {
      bus.attention = true;
    },
    ports: { in: (port, size = 1) => bus.peek(port, size), out: (port, value, size = 1) => bus.poke(port, value, size) },
    waitForInput: () => {
      bus.retry = true;
    },
    onInput: (callback) => {
      waiting.listens();
      if (journal === null) input?.onReady(callback);
      else journal.onInput(callback);
    },
    memory: (address, length) => {
      const bytes = kept.ram.at(address, length);
      if (bytes === null) throw new RangeError(`no memory at 0x${address.toString(16)}, ${length} bytes`);
      kept.touch(address, length);
      return bytes;
    },
    stop: (reason) => host.stop(reason),
    warn: (text) => host.warn(text),
    overlay: (range, on) => {
      const window = bus.overlay(placement.definition, range, on);
      if (window !== null) engine.overlay(window.start, on);
    },
    peer: (wanted) => host.device(wanted),
  };
}
