/**
 * The map of ports and MMIO: every range is claimed once, and every access is dispatched once. A device sees offsets
 * inside its range. An access to a port belongs to the device that claims its first port, whole, if that takes the
 * size; otherwise it is split, low byte first, and each half belongs to whoever claims its own first port.
 */
import { TskvmError } from '../diagnostics.js';
import type { AccessSize, DeviceDefinition, Range } from './device.js';
import type { IoHandler } from './engine.js';

/** One range of one device. */
interface Window {
  readonly device: DeviceDefinition;
  readonly name: string;
  /** Where the user or we declared it: `--device led@0x10`, `board default`. */
  readonly where: string;
  readonly start: number;
  readonly end: number;
  /** Number of the range inside the device. */
  readonly range: number;
  /** Sum of the access sizes that the device takes (1 + 2 + 4 + 8). */
  readonly sizes: number;
  /** False: an overlay that is off. */
  on: boolean;
  /** The device is not one of ours. */
  readonly foreign: boolean;
}

export interface Claim {
  readonly device: DeviceDefinition;
  readonly name: string;
  readonly where: string;
  readonly ports: readonly Range[];
  readonly mmio: readonly Range[];
  /** Not one of ours: what it answers may depend on anything. */
  readonly foreign?: boolean;
}

/** An access as logs, traces and records see it. */
export interface Access {
  readonly space: 'port' | 'mmio';
  readonly direction: 'in' | 'out';
  readonly address: number;
  readonly size: number;
  /** The first 8 bytes at most, as an unsigned number (a bigint above 32 bits). */
  readonly value: number | bigint;
  /** Elements of a `rep` block; 1 otherwise. */
  readonly count: number;
  /** null: nothing claims it. */
  readonly device: string | null;
}

export interface BusEvents {
  /** Nothing claims it (or the device refuses the size); called for the first access to each port or MMIO page. */
  unclaimed(access: Access): void;
  /** A device's callback threw. @param out the port that was written, or null for every other kind of access */
  failed(device: string, error: unknown, out: number | null): void;
}

const ALL_ONES = [0, 0xff, 0xffff, 0, 0xffff_ffff] as const;

export class Bus implements IoHandler {
  attention = false;
  retry = false;
  /** Accesses so far; a `rep` block counts each element. */
  accesses = 0;
  /** `accesses` at which `attention` is set. */
  accessLimit = Infinity;
  /** Called for every access when set: it costs, so only logs, traces and statistics set it. */
  observer: ((access: Access) => void) | null = null;
  /** Told of every access before it is dispatched; keeps the answers of devices that are not ours. */
  journal: { access(): void; value(kind: 'r', draw: () => number): number } | null = null;
  /** Measure the time spent in devices. */
  timed = false;
  /** Milliseconds in devices so far, when `timed`. */
  deviceTime = 0;

  private readonly portMap = new Uint16Array(65536);
  private readonly windows: (Window | undefined)[] = [undefined];
  /** MMIO windows by ascending start. */
  private readonly memoryWindows: Window[] = [];
  private readonly reported = new Set<number>();
  private blockDone = 0;

  constructor(private readonly events: BusEvents) {}

  /** Claims a device's ranges. @throws TskvmError naming both claimants of an overlap */
  claim(claim: Claim): void {
    const { device, name, where } = claim;
    const ports = sizesOf(device, device.in, device.out);
    claim.ports.forEach((range, i) => {
      const window: Window = {
        device,
        name,
        where,
        start: range.start,
        end: range.start + range.length,
        range: i,
        foreign: claim.foreign === true,
        sizes: ports & 7,
        on: true,
      };
      if (!(range.length >= 1) || range.start < 0 || window.end > 0x10000) {
        throw new TskvmError(`device ${name} (${where}) wants ${portRange(range)}: ports are 0 to 0xffff`);
      }
      for (let port = window.start; port < window.end; port++) {
        const other = this.windows[this.portMap[port]];
        if (other !== undefined) throw overlap('port', window, other, portRange);
      }
      this.portMap.fill(this.windows.length, window.start, window.end);
      this.windows.push(window);
    });
    const memory = sizesOf(device, device.read, device.write);
    claim.mmio.forEach((range, i) => {
      const window: Window = {
        device,
        name,
        where,
        start: range.start,
        end: range.start + range.length,
        range: i,
        foreign: claim.foreign === true,
        sizes: memory,
        on: range.overlay !== true,
      };
      if (!(range.length >= 1) || range.start < 0) throw new TskvmError(`device ${name} (${where}) wants an empty MMIO range`);
      for (const other of this.memoryWindows) {
        if (window.start < other.end && other.start < window.end) throw overlap('address', window, other, memoryRange);
      }
      this.memoryWindows.push(window);
      this.memoryWindows.sort((a, b) => a.start - b.start);
    });
  }

  /** The device that claims a port or address, for messages. */
  deviceAt(space: 'port' | 'mmio', address: number): string | null {
    return (space === 'port' ? this.windows[this.portMap[address]] : this.find(address))?.name ?? null;
  }

  /** Switches an overlay range of a device; its place, or null when it has none. */
  overlay(device: DeviceDefinition, range: number, on: boolean): { start: number; length: number } | null {
    const window = this.memoryWindows.find((w) => w.device === device && w.range === range);
    if (window === undefined) return null;
    window.on = on;
    return { start: window.start, length: window.end - window.start };
  }

  /** Forgets which unclaimed ports were reported, and the counters. */
  reset(): void {
    this.reported.clear();
    this.retry = false;
    this.blockDone = 0;
    this.accesses = 0;
    this.deviceTime = 0;
    this.attention = false;
  }

  /** A port for the host's own use: no count, no log, and nothing is said when nobody claims it. */
  peek(port: number, size: AccessSize): number {
    return this.portMap[port & 0xffff] === 0 ? ALL_ONES[size] : this.input(port & 0xffff, size);
  }

  poke(port: number, value: number, size: AccessSize): void {
    if (this.portMap[port & 0xffff] !== 0) this.output(port & 0xffff, size, value);
  }

  in(port: number, size: AccessSize): number {
    this.journal?.access();
    const begun = this.timed ? performance.now() : 0;
    const value = this.input(port, size);
    if (this.timed) this.deviceTime += performance.now() - begun;
    if (this.retry) return value;
    this.count(1);
    if (this.observer !== null) this.observe('port', 'in', port, size, value, 1);
    return value;
  }

  out(port: number, size: AccessSize, value: number): void {
    if (!this.count(1)) return;
    this.journal?.access();
    if (this.observer !== null) this.observe('port', 'out', port, size, value, 1);
    const begun = this.timed ? performance.now() : 0;
    this.output(port, size, value);
    if (this.timed) this.deviceTime += performance.now() - begun;
  }

  inBlock(port: number, size: AccessSize, data: Uint8Array): void {
    const count = data.length / size;
    this.journal?.access();
    const window = this.windows[this.portMap[port]];
    if (window?.device.inBlock !== undefined && (window.sizes & size) !== 0) {
      try {
        window.device.inBlock(port - window.start, data, size, window.range);
      } catch (error) {
        this.fail(window, error);
      }
    } else {
      // A repeated access goes on at the element that had no answer.
      for (let i = this.blockDone; i < count; i++) {
        const value = this.input(port, size);
        if (this.retry) {
          this.blockDone = i;
          return;
        }
        store(data, i * size, size, value);
      }
      this.blockDone = 0;
    }
    this.count(count);
    if (this.observer !== null) this.observe('port', 'in', port, size, load(data, 0, Math.min(data.length, size)), count);
  }

  /**
   * Bytes written to the port one after the other may come as one block: its device takes blocks, nobody looks at single
   * accesses, and no limit on accesses can fall inside the block.
   */
  takesBlocks(port: number): boolean {
    return (
      this.observer === null &&
      this.journal === null &&
      this.accessLimit === Infinity &&
      this.windows[this.portMap[port]]?.device.outBlock !== undefined
    );
  }

  outBlock(port: number, size: AccessSize, data: Uint8Array): void {
    const count = data.length / size;
    if (!this.count(count)) return;
    this.journal?.access();
    if (this.observer !== null) this.observe('port', 'out', port, size, load(data, 0, Math.min(data.length, size)), count);
    const window = this.windows[this.portMap[port]];
    if (window?.device.outBlock !== undefined && (window.sizes & size) !== 0) {
      try {
        window.device.outBlock(port - window.start, data, size, window.range);
      } catch (error) {
        this.fail(window, error, port);
      }
    } else {
      for (let i = 0; i < count; i++) this.output(port, size, load(data, i * size, size));
    }
  }

  read(address: number, size: number, data: Uint8Array, offset: number): void {
    this.journal?.access();
    this.count(1);
    this.memoryRead(address, size, data, offset);
    if (this.observer !== null) this.observe('mmio', 'in', address, size, loadWide(data, offset, size), 1);
  }

  write(address: number, size: number, data: Uint8Array, offset: number): void {
    if (!this.count(1)) return;
    this.journal?.access();
    if (this.observer !== null) this.observe('mmio', 'out', address, size, loadWide(data, offset, size), 1);
    this.memoryWrite(address, size, data, offset);
  }

  /** Counts an access; false when the limit has been reached before it: then it is not dispatched. */
  private count(elements: number): boolean {
    const allowed = this.accesses < this.accessLimit;
    if (allowed) this.accesses += elements;
    if (this.accesses >= this.accessLimit) this.attention = true;
    return allowed;
  }

  private input(port: number, size: AccessSize): number {
    const window = this.windows[this.portMap[port]];
    if (window !== undefined && (window.sizes & size) !== 0) {
      if (window.device.in === undefined) return ALL_ONES[size];
      try {
        const { device, range, foreign } = window;
        const ask = (): number => device.in?.(port - window.start, size, range) ?? 0;
        const own = foreign && this.journal !== null && !this.retry;
        const value = own ? this.answer(ask()) : ask();
        return size === 4 ? value >>> 0 : value & ALL_ONES[size];
      } catch (error) {
        this.fail(window, error);
        return ALL_ONES[size];
      }
    }
    if (size === 1 || this.nobodys(port, size)) {
      this.unclaimed('port', 'in', port, size, ALL_ONES[size], window);
      return ALL_ONES[size];
    }
    const half = (size / 2) as AccessSize;
    const low = this.input(port, half);
    const high = this.input((port + half) & 0xffff, half);
    return (low | (high << (half * 8))) >>> 0;
  }

  /** The answer of a device that is not ours, as it is or was recorded. It is asked all the same: it may have effects. */
  private answer(given: number): number {
    return this.journal?.value('r', () => given) ?? given;
  }

  private output(port: number, size: AccessSize, value: number): void {
    const window = this.windows[this.portMap[port]];
    if (window !== undefined && (window.sizes & size) !== 0) {
      try {
        window.device.out?.(port - window.start, value, size, window.range);
      } catch (error) {
        this.fail(window, error, port);
      }
      return;
    }
    if (size === 1 || this.nobodys(port, size)) {
      this.unclaimed('port', 'out', port, size, value, window);
      return;
    }
    const half = (size / 2) as AccessSize;
    this.output(port, half, value & ALL_ONES[half]);
    this.output((port + half) & 0xffff, half, value >>> (half * 8));
  }

  private nobodys(port: number, size: number): boolean {
    for (let i = 0; i < size; i++) if (this.portMap[(port + i) & 0xffff] !== 0) return false;
    return true;
  }

  private find(address: number): Window | undefined {
    const list = this.memoryWindows;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].end <= address) low = middle + 1;
      else high = middle;
    }
    return low < list.length && list[low].start <= address && list[low].on ? list[low] : undefined;
  }

  private memoryRead(address: number, size: number, data: Uint8Array, offset: number): void {
    const window = this.find(address);
    if (window !== undefined && address + size <= window.end && (window.sizes & size) !== 0 && isPower(size)) {
      try {
        storeWide(data, offset, size, window.device.read?.(address - window.start, size, window.range) ?? -1);
      } catch (error) {
        this.fail(window, error);
        data.fill(0xff, offset, offset + size);
      }
      return;
    }
    if (size === 1 || this.noDevice(address, size)) {
      data.fill(0xff, offset, offset + size);
      this.unclaimed('mmio', 'in', address, size, loadWide(data, offset, size), window);
      return;
    }
    const low = lowPart(size);
    this.memoryRead(address, low, data, offset);
    this.memoryRead(address + low, size - low, data, offset + low);
  }

  private memoryWrite(address: number, size: number, data: Uint8Array, offset: number): void {
    const window = this.find(address);
    if (window !== undefined && address + size <= window.end && (window.sizes & size) !== 0 && isPower(size)) {
      try {
        window.device.write?.(address - window.start, loadWide(data, offset, size), size, window.range);
      } catch (error) {
        this.fail(window, error);
      }
      return;
    }
    if (size === 1 || this.noDevice(address, size)) {
      this.unclaimed('mmio', 'out', address, size, loadWide(data, offset, size), window);
      return;
    }
    const low = lowPart(size);
    this.memoryWrite(address, low, data, offset);
    this.memoryWrite(address + low, size - low, data, offset + low);
  }

  private noDevice(address: number, size: number): boolean {
    return !this.memoryWindows.some((w) => w.on && address < w.end && w.start < address + size);
  }

  private fail(window: Window, error: unknown, out: number | null = null): void {
    this.attention = true;
    this.events.failed(window.name, error, out);
  }

  private unclaimed(
    space: 'port' | 'mmio',
    direction: 'in' | 'out',
    address: number,
    size: number,
    value: number | bigint,
    window: Window | undefined,
  ): void {
    // MMIO is reported once a page; ports and pages share one set, pages below zero.
    const key = space === 'port' ? address : -1 - Math.floor(address / 4096);
    if (this.reported.has(key)) return;
    if (this.reported.size < 70_000) this.reported.add(key);
    this.events.unclaimed({
      space,
      direction,
      address,
      size,
      value,
      count: 1,
      device: window?.name ?? null,
    });
  }

  private observe(
    space: 'port' | 'mmio',
    direction: 'in' | 'out',
    address: number,
    size: number,
    value: number | bigint,
    count: number,
  ): void {
    this.observer?.({
      space,
      direction,
      address,
      size,
      value,
      count,
      device: this.deviceAt(space, address),
    });
  }
}

/** Sizes as a sum; by default a callback that takes a size takes 1, 2 and 4, and one that does not takes bytes. */
function sizesOf(device: DeviceDefinition, read: { length: number } | undefined, write: { length: number } | undefined): number {
  if (device.sizes !== undefined) return device.sizes.reduce<number>((sum, size) => sum | size, 0);
  return (read?.length ?? 0) >= 2 || (write?.length ?? 0) >= 3 || device.outBlock !== undefined || device.inBlock !== undefined ? 7 : 1;
}

const isPower = (size: number): boolean => (size & (size - 1)) === 0;

/** The size of the first piece of a split: half of a power of two, else the largest power of two below. */
function lowPart(size: number): number {
  if (isPower(size)) return size / 2;
  return size > 4 ? 4 : 2;
}

function load(data: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + data[at + i];
  return value;
}

function store(data: Uint8Array, at: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) {
    data[at + i] = value;
    value >>>= 8;
  }
}

/** Up to 4 bytes as a number, more as a bigint. */
function loadWide(data: Uint8Array, at: number, size: number): number | bigint {
  if (size <= 4) return load(data, at, size);
  return BigInt(load(data, at, 4)) | (BigInt(load(data, at + 4, size - 4)) << 32n);
}

function storeWide(data: Uint8Array, at: number, size: number, value: number | bigint): void {
  const wide = BigInt.asUintN(64, BigInt(value));
  store(data, at, Math.min(4, size), Number(wide & 0xffff_ffffn));
  if (size > 4) store(data, at + 4, size - 4, Number(wide >> 32n));
}

const portRange = (range: Range): string =>
  range.length === 1
    ? `port 0x${range.start.toString(16)}`
    : `ports 0x${range.start.toString(16)}-0x${(range.start + range.length - 1).toString(16)}`;
const memoryRange = (range: Range): string => `addresses 0x${range.start.toString(16)}-0x${(range.start + range.length - 1).toString(16)}`;

function overlap(what: string, a: Window, b: Window, show: (range: Range) => string): TskvmError {
  const range = (w: Window): Range => ({ start: w.start, length: w.end - w.start });
  return new TskvmError(
    `devices ${b.name} (${b.where}, ${show(range(b))}) and ${a.name} (${a.where}, ${show(range(a))}) both claim ${what} 0x${Math.max(a.start, b.start).toString(16)}`,
    2,
    [`Move one of them: --device ${a.name}@0x…, or leave one out.`],
  );
}
