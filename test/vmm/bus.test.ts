import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Bus } from '../../src/vmm/bus.js';
import type { Access } from '../../src/vmm/bus.js';
import { defineDevice } from '../../src/vmm/device.js';
import type { AccessSize, DeviceDefinition } from '../../src/vmm/device.js';

const test = suite('bus');

interface Seen {
  device: string;
  offset: number;
  value: number;
  size: number;
}

function recorder(name: string, seen: Seen[], sizes: readonly AccessSize[], length = 1): DeviceDefinition {
  return defineDevice({
    name,
    sizes,
    ports: [{ start: 0, length }],
    in: (offset, size) => {
      seen.push({ device: name, offset, value: -1, size });
      return (0x1111_1111 * (offset + 1)) >>> 0;
    },
    out: (offset, value, size) => void seen.push({ device: name, offset, value, size }),
  });
}

function makeBus(): { bus: Bus; unclaimed: Access[]; failures: string[] } {
  const unclaimed: Access[] = [];
  const failures: string[] = [];
  const bus = new Bus({
    unclaimed: (access) => unclaimed.push(access),
    failed: (device, error) => failures.push(`${device}: ${String(error)}`),
  });
  return { bus, unclaimed, failures };
}

const claim = (bus: Bus, device: DeviceDefinition, start: number, length: number): void =>
  bus.claim({ device, name: device.name, where: `--device ${device.name}`, ports: [{ start, length }], mmio: [] });

test('an overlap names both claimants and where each was declared', () => {
  const { bus } = makeBus();
  claim(bus, recorder('a', [], [1]), 0x10, 8);
  assert.throws(
    () => claim(bus, recorder('b', [], [1]), 0x17, 2),
    /devices a \(--device a, ports 0x10-0x17\) and b \(--device b, ports 0x17-0x18\) both claim port 0x17/,
  );
});

test('ranges outside the 64 Ki ports are refused', () => {
  const { bus } = makeBus();
  assert.throws(() => claim(bus, recorder('a', [], [1]), 0xffff, 2), /ports are 0 to 0xffff/);
  assert.throws(() => claim(bus, recorder('a', [], [1]), 4, 0), /wants/);
});

test('a byte-only device gets wide accesses split, low byte first', () => {
  const seen: Seen[] = [];
  const { bus } = makeBus();
  claim(bus, recorder('a', seen, [1]), 0x10, 4);
  bus.out(0x10, 4, 0x44332211);
  assert.equal(
    seen.map((s) => [s.offset, s.value, s.size]),
    [
      [0, 0x11, 1],
      [1, 0x22, 1],
      [2, 0x33, 1],
      [3, 0x44, 1],
    ],
  );
  assert.is(bus.in(0x10, 2), 0x2211);
});

test('a device whose callbacks take no size is byte-only', () => {
  const values: number[] = [];
  const { bus } = makeBus();
  claim(bus, defineDevice({ name: 'led', out: (_offset, value) => void values.push(value) }), 0x10, 2);
  bus.out(0x10, 2, 0xbbaa);
  assert.equal(values, [0xaa, 0xbb]);
});

test('an unclaimed in reads all ones; each port is reported once', () => {
  const { bus, unclaimed } = makeBus();
  assert.is(bus.in(0x99, 1), 0xff);
  assert.is(bus.in(0x99, 2), 0xffff);
  assert.is(bus.in(0x99, 4), 0xffff_ffff);
  bus.out(0x99, 1, 3);
  assert.is(unclaimed.length, 1);
  bus.out(0x9a, 1, 3);
  assert.equal(
    unclaimed.map((a) => [a.direction, a.address]),
    [
      ['in', 0x99],
      ['out', 0x9a],
    ],
  );
});

test('a device that throws is named, and the access reads as all ones', () => {
  const { bus, failures } = makeBus();
  claim(bus, defineDevice({ name: 'bad', in: () => { throw new Error('no'); } }), 0x10, 1); // prettier-ignore
  assert.is(bus.in(0x10, 1), 0xff);
  assert.equal(failures, ['bad: Error: no']);
  assert.ok(bus.attention);
});

test('rep blocks of every size go to outBlock, or element by element', () => {
  const seen: Seen[] = [];
  const blocks: string[] = [];
  const { bus } = makeBus();
  claim(bus, recorder('a', seen, [1, 2, 4]), 0x10, 1);
  claim(
    bus,
    defineDevice({
      name: 'block',
      sizes: [1, 2, 4],
      outBlock: (_offset, data, size) => void blocks.push(`${size}:${Buffer.from(data).toString('hex')}`),
    }),
    0x20,
    1,
  );
  const data = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const size of [1, 2, 4] as const) {
    bus.outBlock(0x10, size, data);
    bus.outBlock(0x20, size, data);
  }
  assert.equal(
    seen.map((s) => s.value),
    [1, 2, 3, 4, 5, 6, 7, 8, 0x201, 0x403, 0x605, 0x807, 0x4030201, 0x8070605],
  );
  assert.equal(blocks, ['1:0102030405060708', '2:0102030405060708', '4:0102030405060708']);
  const read = new Uint8Array(8);
  bus.inBlock(0x10, 4, read);
  assert.is(Buffer.from(read).toString('hex'), '1111111111111111');
});

// Devices at random places with random sizes, and random accesses: every byte of an access arrives exactly once.
test('no access is dispatched twice or dropped (ports)', () => {
  const sizes = fc.constantFrom<readonly AccessSize[]>([1], [1, 2], [1, 2, 4], [1, 4]);
  const device = fc.record({ start: fc.nat(40), length: fc.integer({ min: 1, max: 9 }), sizes });
  const access = fc.record({ port: fc.nat(50), size: fc.constantFrom<AccessSize>(1, 2, 4), value: fc.nat(0xffff_ffff) });
  fc.assert(
    fc.property(fc.array(device, { maxLength: 6 }), fc.array(access, { maxLength: 20 }), (devices, accesses) => {
      const { bus } = makeBus();
      const seen: Seen[] = [];
      const owner: ({ name: string; start: number; sizes: readonly AccessSize[] } | null)[] = Array.from({ length: 64 }, () => null);
      devices.forEach(({ start, length, sizes: taken }, i) => {
        const free = owner.slice(start, start + length).every((o) => o === null);
        try {
          claim(bus, recorder(`d${i}`, seen, taken), start, length);
          assert.ok(free, 'an overlap must be refused');
          for (let k = 0; k < length; k++) owner[start + k] = { name: `d${i}`, start, sizes: taken };
        } catch (error) {
          assert.not(free, (error as Error).message);
        }
      });
      for (const { port, size, value } of accesses) {
        const masked = size === 4 ? value : value & (size === 2 ? 0xffff : 0xff);
        seen.length = 0;
        bus.out(port, size, masked);
        const bytes = new Map<number, number>();
        for (const s of seen) {
          const base = owner.find((o) => o?.name === s.device)!.start + s.offset;
          for (let i = 0; i < s.size; i++) {
            assert.not(bytes.has(base + i), 'dispatched twice');
            bytes.set(base + i, (s.value / 2 ** (8 * i)) & 0xff);
          }
        }
        const first = owner[port];
        const whole = first !== null && first.sizes.includes(size);
        for (let i = 0; i < size; i++) {
          const expected = (masked / 2 ** (8 * i)) & 0xff;
          if (whole || owner[port + i] !== null) assert.is(bytes.get(port + i), expected, 'dropped or changed');
          // A half that a neighbour takes whole may cover ports that nobody claims; nothing else may appear there.
          else if (bytes.has(port + i)) assert.is(bytes.get(port + i), expected);
        }
        for (const at of bytes.keys()) assert.ok(at >= port && at < port + size, 'outside the access');
      }
    }),
    { numRuns: 300 },
  );
});

test('no access is dispatched twice or dropped (MMIO)', () => {
  const device = fc.record({ start: fc.nat(60), length: fc.integer({ min: 1, max: 24 }), wide: fc.boolean() });
  const access = fc.record({
    address: fc.nat(80),
    size: fc.integer({ min: 1, max: 8 }),
    data: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  });
  fc.assert(
    fc.property(fc.array(device, { maxLength: 5 }), fc.array(access, { maxLength: 20 }), (devices, accesses) => {
      const { bus } = makeBus();
      const memory = new Map<number, number>();
      const writes: number[] = [];
      devices.forEach(({ start, length, wide }, i) => {
        const definition = defineDevice({
          name: `m${i}`,
          sizes: wide ? [1, 2, 4, 8] : [1, 2, 4],
          read: (offset, size) => {
            let value = 0n;
            for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(memory.get(start + offset + k) ?? 0);
            return value;
          },
          write: (offset, value, size) => {
            for (let k = 0; k < size; k++) {
              writes.push(start + offset + k);
              memory.set(start + offset + k, Number((BigInt(value) >> BigInt(8 * k)) & 0xffn));
            }
          },
        });
        try {
          bus.claim({ device: definition, name: definition.name, where: 'test', ports: [], mmio: [{ start, length }] });
          for (let k = 0; k < length; k++) memory.set(start + k, 0);
        } catch {
          // An overlap: the device is left out.
        }
      });
      for (const { address, size, data } of accesses) {
        writes.length = 0;
        bus.write(address, size, data, 0);
        const expected = Array.from({ length: size }, (_, i) => address + i).filter((at) => memory.has(at));
        assert.equal(
          [...writes].sort((a, b) => a - b),
          expected,
        );
        const back = new Uint8Array(8);
        bus.read(address, size, back, 0);
        for (let i = 0; i < size; i++) assert.is(back[i], memory.has(address + i) ? data[i] : 0xff);
      }
    }),
    { numRuns: 300 },
  );
});

test.run();
