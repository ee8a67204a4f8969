/** A device alone: time, input, lines, memory and disks are in the test's hand. */
import type { DeviceContext, DeviceDefinition } from '../../../src/vmm/device.js';
import { Drives } from '../../../src/vmm/disks/drives.js';
import type { DriveImages } from '../../../src/vmm/disks/drives.js';

export function bench(device: DeviceDefinition, images: DriveImages = {}) {
  const memory = new Uint8Array(1 << 20);
  const state = {
    time: 0n,
    output: [] as number[],
    input: [] as number[],
    levels: [] as boolean[],
    edges: 0,
    stopped: '',
    warnings: [] as string[],
  };
  let timers: { due: bigint; callback: () => void }[] = [];
  const listeners: (() => void)[] = [];
  const drives = new Drives(images);
  const context: DeviceContext = {
    name: device.name,
    memorySize: 64 << 20,
    drives,
    output: (bytes) => state.output.push(...bytes),
    outputByte: (value) => state.output.push(value),
    interrupt(level, n = 0) {
      if (level && state.levels[n] !== true) state.edges += 1;
      state.levels[n] = level;
    },
    now: () => state.time,
    timer(delay, callback) {
      const timer = { due: state.time + delay, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    input: () => state.input.shift() ?? -1,
    waitForInput: () => undefined,
    onInput: (callback) => listeners.push(callback),
    memory(address, length) {
      if (address + length > memory.length) throw new RangeError('no memory');
      return memory.subarray(address, address + length);
    },
    stop: (reason) => {
      state.stopped = reason.kind;
    },
    warn: (text) => state.warnings.push(text),
  };
  const window = (port: number): [range: number, offset: number] => {
    const range = (device.ports ?? []).findIndex(({ start, length }) => port >= start && port < start + length);
    if (range < 0) throw new RangeError(`the device has no port ${port}`);
    return [range, port - (device.ports ?? [])[range].start];
  };
  device.attach?.(context);
  return {
    state,
    context,
    drives,
    memory,
    /** Input has come. */
    listen: () => listeners.forEach((callback) => callback()),
    in(port: number, size: 1 | 2 | 4 = 1): number {
      const [range, offset] = window(port);
      return (device.in?.(offset, size, range) ?? 0xff) % 2 ** (8 * size);
    },
    out(port: number, value: number, size: 1 | 2 | 4 = 1): void {
      const [range, offset] = window(port);
      device.out?.(offset, value, size, range);
    },
    advance(nanoseconds: bigint): void {
      const end = state.time + nanoseconds;
      for (;;) {
        timers.sort((a, b) => (a.due < b.due ? -1 : 1));
        const [next] = timers;
        if (next === undefined || next.due > end) break;
        timers.shift();
        state.time = next.due;
        next.callback();
      }
      state.time = end;
    },
  };
}
