/**
 * The device map and the devices: claims and accesses, one a line. Values fit their sizes, every element is counted once,
 * nothing throws, and a device that is restored from what it saved goes on as the original does.
 */
import { TskvmError } from '../../../src/diagnostics.js';
import { Bus } from '../../../src/vmm/bus.js';
import type { AccessSize, DeviceContext, DeviceDefinition } from '../../../src/vmm/device.js';
import { devices } from '../../../src/vmm/devices/index.js';
import { Drives } from '../../../src/vmm/disks/drives.js';
import { bytesImage } from '../../../src/vmm/disks/medium.js';
import type { Random } from '../random.js';
import { latin1, textOf, type Target } from './target.js';

const MEMORY = 1 << 16;
const SECTORS = 40;
/** The same random numbers for both of a pair. */
const optionsOf = (name: string): Record<string, string> => (name === 'random' ? { seed: '1' } : {});
/** Values that mean something to a device, among random ones. */
const telling: Readonly<Record<string, readonly number[]>> = {
  ata: [0xec, 0xa1, 0x20, 0x24, 0x30, 0x34, 0xc4, 0xc5, 0xc6, 0xa0, 0x90, 0x08, 0xe0, 0x40, 4, 0],
  'fw-cfg': [0x19, 0x20, 0x21, 0x8003, 0x1000000],
  i8042: [0xd4, 0xf4, 0xff, 0xf3, 200, 100, 80, 0xeb, 0x60, 0x43, 0xa8],
  uart: [0x80, 3, 0x1f, 0xc7, 0x0f],
};

/** A device alone: its interrupt levels, output and timers are part of what is compared. */
class Bench {
  readonly seen: string[] = [];
  readonly memory = new Uint8Array(MEMORY);
  readonly drives = new Drives({
    hda: bytesImage(new Uint8Array(SECTORS * 512).fill(3)),
    cdrom: bytesImage(new Uint8Array(SECTORS * 2048)),
  });
  asked = 0;
  time = 0n;
  timers: { at: bigint; callback: () => void }[] = [];
  constructor(readonly device: DeviceDefinition) {
    const context: DeviceContext = {
      name: device.name,
      output: (bytes) => void this.seen.push(`output ${Buffer.from(bytes).toString('hex')}`),
      outputByte: (value) => void this.seen.push(`output ${value}`),
      interrupt: (level, n = 0) => void this.seen.push(`irq ${n} ${level}`),
      now: () => this.time,
      wallTime: () => Number(this.time / 1_000_000n),
      timer: (delay, callback) => {
        const timer = { at: this.time + delay, callback };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((t) => t !== timer));
      },
      drives: this.drives,
      input: () => (this.asked++ % 3 === 0 ? this.asked & 0xff : this.asked > 500 ? -2 : -1),
      waitForInput: () => {},
      onInput: () => {},
      memorySize: MEMORY,
      memory: (address, length) => {
        if (!(address >= 0 && length >= 0 && address + length <= MEMORY)) throw new RangeError('no memory');
        return this.memory.subarray(address, address + length);
      },
      stop: (reason) => void this.seen.push(`stop ${JSON.stringify(reason)}`),
      warn: () => {},
    };
    device.attach?.(context);
  }

  /** Everything around the device is as it is around the other. */
  like(other: Bench): void {
    this.time = other.time;
    this.asked = other.asked;
    this.memory.set(other.memory);
    this.drives.device.restore?.(structuredClone(other.drives.device.save?.()));
  }

  pass(nanoseconds: bigint): void {
    const end = this.time + nanoseconds;
    for (let fired = 0; fired < 1000; fired++) {
      const next = this.timers.filter((t) => t.at <= end).sort((a, b) => Number(a.at - b.at))[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((t) => t !== next);
      if (next.at > this.time) this.time = next.at;
      next.callback();
    }
    this.time = end;
  }
}

const claims = (random: Random): string =>
  `claim ${random.pick([0x10, 0x11, 0x60, 0xf1, 0xfffe, 0xffff])} ${random.pick([1, 2, 4, 8])} ${random.pick(['1', '1,2', '1,2,4', '4', '2'])} ${random.pick([0, 0x1000, 0x1004, 0x100000000])} ${random.pick([1, 4, 16, 4096])}`;

function operation(random: Random, ports: readonly number[], own: readonly number[] = []): string {
  const port =
    random.chance(0.9) && ports.length > 0
      ? random.pick(ports)
      : random.pick([0, 0xf, 0x10, 0x11, 0x13, 0x61, 0xf1, 0xfffd, 0xfffe, 0xffff]);
  const size = random.pick([1, 1, 1, 2, 4]);
  const value = random.pick([...own, 0, 1, 0x80, 0xff, random.below(256), random.below(65536), random.below(2 ** 32)]);
  return random.pick([
    `out ${port} ${size} ${value}`,
    `out ${port} ${size} ${value}`,
    `in ${port} ${size}`,
    `in ${port} ${size}`,
    `outs ${port} ${size} ${random.range(1, 9)}`,
    `ins ${port} ${size} ${random.range(1, 9)}`,
    `read ${0x1000 + random.below(24)} ${random.pick([1, 2, 4, 8])}`,
    `write ${0x1000 + random.below(24)} ${random.pick([1, 2, 4, 8])} ${value}`,
    `wait ${random.pick([1, 1000, 54925439, 2000000000])}`,
  ]);
}

export const deviceTarget: Target = {
  name: 'devices',
  about: 'the map of ports and MMIO, and sequences of accesses to every device',
  generate(random) {
    const name = random.pick(['', ...Object.keys(devices)]);
    const lines = [name];
    let ports: number[] = [];
    if (name === '') for (let i = random.range(1, 4); i > 0; i--) lines.push(claims(random));
    else
      ports = (devices[name].make(optionsOf(name)).ports ?? []).flatMap((r) =>
        Array.from({ length: Math.min(r.length, 16) }, (_, i) => r.start + i),
      );
    for (let i = random.range(1, 60); i > 0; i--) lines.push(operation(random, ports, telling[name]));
    return latin1(lines.join('\n'));
  },
  check(input) {
    const [name, ...lines] = textOf(input).split('\n');
    return Object.hasOwn(devices, name) ? checkDevice(name, lines) : checkMap(lines);
  },
};

function checkMap(lines: readonly string[]): string | null {
  let failure = '';
  const bus = new Bus({ unclaimed: () => {}, failed: (device, error) => (failure = `${device}: ${String(error)}`) });
  const claimed = new Map<number, number>();
  let index = 0;
  const outside: number[] = [];
  for (const line of lines) {
    const [verb, a, b, sizes = '1', d, e] = line.split(' ');
    if (verb !== 'claim') continue;
    const own = ++index;
    const check = (offset: number, limit: number): void => {
      if (!(offset >= 0 && offset < limit)) outside.push(offset);
    };
    const device: DeviceDefinition = {
      name: `d${own}`,
      sizes: sizes.split(',').map(Number) as AccessSize[],
      in: (offset) => (check(offset, Number(b)), own),
      out: (offset) => check(offset, Number(b)),
      read: (offset) => (check(offset, Number(e)), own),
      write: (offset) => check(offset, Number(e)),
    };
    const ports = [{ start: Number(a), length: Number(b) }];
    try {
      bus.claim({ device, name: device.name, where: line, ports, mmio: [{ start: Number(d), length: Number(e) }] });
      for (let port = ports[0].start; port < ports[0].start + ports[0].length; port++) {
        if (claimed.has(port)) return `port ${port} was claimed twice`;
        claimed.set(port, own);
      }
    } catch (error) {
      if (!(error instanceof TskvmError)) throw error;
      return null; // Such a machine is never made.
    }
  }
  let expected = 0;
  for (const line of lines) {
    const [verb, at, size, value] = line.split(' ').map((word, i) => (i === 0 ? word : Number(word))) as [
      string,
      number,
      AccessSize,
      number,
    ];
    expected += access(bus, verb, at, size, value);
    if (bus.accesses !== expected) return `${line}: ${bus.accesses} accesses were counted, not ${expected}`;
    if (verb === 'in') {
      const got = bus.in(at, size);
      expected += 1;
      if (!(got >= 0 && got < 2 ** (8 * size))) return `${line}: ${got} does not fit`;
      const owner = claimed.get(at);
      if (size === 1 && owner === undefined && got !== 0xff) return `${line}: nobody claims it, and it reads ${got}`;
    }
  }
  if (outside.length > 0) return `a device was asked for the offset ${outside[0]}, outside its range`;
  return failure === '' ? null : failure;
}

/** Does one access; the number of elements. */
function access(bus: Bus, verb: string, at: number, size: AccessSize, value: number): number {
  switch (verb) {
    case 'out':
      bus.out(at, size, value);
      return 1;
    case 'outs':
      bus.outBlock(at, size, new Uint8Array(value * size).fill(7));
      return value;
    case 'ins':
      bus.inBlock(at, size, new Uint8Array(value * size));
      return value;
    case 'read':
      bus.read(at, size, new Uint8Array(16), 3);
      return 1;
    case 'write':
      bus.write(at, size, new Uint8Array(16).fill(value & 0xff), 3);
      return 1;
    default:
      return 0;
  }
}

function checkDevice(name: string, lines: readonly string[]): string | null {
  const make = (): Bench => new Bench(devices[name].make(optionsOf(name)));
  const play = (bench: Bench, from: number, to: number): string | null => {
    const { device } = bench;
    const ranges = device.ports ?? [];
    for (const line of lines.slice(from, to)) {
      const [verb, at, size = 1, value = 0] = line.split(' ').map((word, i) => (i === 0 ? word : Number(word))) as [
        string,
        number,
        AccessSize,
        number,
      ];
      if (verb === 'wait') {
        bench.pass(BigInt(at));
        continue;
      }
      const range = ranges.findIndex((r) => at >= r.start && at < r.start + r.length);
      if (range < 0 || !(device.sizes ?? [1]).includes(size)) continue;
      const offset = at - ranges[range].start;
      if (verb === 'out') device.out?.(offset, value % 2 ** (8 * size), size, range);
      if (verb === 'outs') device.outBlock?.(offset, new Uint8Array(value * size), size, range);
      if (verb === 'ins' && device.inBlock !== undefined) {
        const data = new Uint8Array(value * size);
        device.inBlock(offset, data, size, range);
        bench.seen.push(`${line} = ${data.join()}`);
      }
      if (verb !== 'in' || device.in === undefined) continue;
      const got = device.in(offset, size, range);
      if (!Number.isInteger(got) || got < 0 || got >= 2 ** (8 * size)) return `${name} answers ${got} to ${line}`;
      bench.seen.push(`${line} = ${got}`);
    }
    return null;
  };
  const half = lines.length >> 1;
  const first = make();
  const wrong = play(first, 0, half);
  if (wrong !== null) return wrong;
  const second = make();
  if (first.device.save !== undefined && first.device.restore !== undefined) {
    second.like(first);
    second.device.restore?.(structuredClone(first.device.save()));
    first.seen.length = second.seen.length = 0;
    const later = play(first, half, lines.length) ?? play(second, half, lines.length);
    if (later !== null) return later;
    const [a, b] = [first.seen, second.seen].map((seen) => seen.filter((line) => !line.startsWith('irq')).join('\n'));
    if (a !== b) return `${name} goes on otherwise after save and restore\noriginal:\n${a}\nrestored:\n${b}`;
  } else {
    const later = play(first, half, lines.length);
    if (later !== null) return later;
  }
  first.device.reset?.();
  for (const bench of [first, second]) bench.device.close?.();
  return null;
}
