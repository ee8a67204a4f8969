/** 8254 interval timer (Intel 82C54 data sheet) with the PC's port 0x61: gate and output of counter 2, speaker. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

/** Hz of the counters' clock input. */
export const FREQUENCY = 1_193_182n;
const SECOND = 1_000_000_000n;

interface Counter {
  /** Control word: access in bits 4–5, mode in 1–3, BCD in 0. */
  control: number;
  /** Reload value, 1 to 0x10000; 0: none was written yet. */
  reload: number;
  /** Guest time at which counting began. */
  since: bigint;
  gate: boolean;
  /** First byte of a two-byte write, or -1. */
  low: number;
  readHigh: boolean;
  latched: number;
  /** Bytes of the latched count that are still to be read. */
  latchedBytes: number;
  status: number;
}

const counter = (gate: boolean): Counter => ({
  control: 0x30,
  reload: 0,
  since: 0n,
  gate,
  low: -1,
  readHigh: false,
  latched: 0,
  latchedBytes: 0,
  status: -1,
});

const modeOf = (c: Counter): number => {
  const mode = (c.control >> 1) & 7;
  return mode > 5 ? mode - 4 : mode;
};
const ticks = (time: bigint): number => Number((time * FREQUENCY) / SECOND);
const nanoseconds = (count: number): bigint => (BigInt(count) * SECOND + FREQUENCY - 1n) / FREQUENCY;
const fromBcd = (v: number): number => (v & 15) + 10 * ((v >> 4) & 15) + 100 * ((v >> 8) & 15) + 1000 * ((v >> 12) & 15);
const toBcd = (v: number): number =>
  (v % 10) | ((Math.floor(v / 10) % 10) << 4) | ((Math.floor(v / 100) % 10) << 8) | ((Math.floor(v / 1000) % 10) << 12);

/** @param options `firmware=true`: counter 0 runs at 18.2 Hz, as a PC's firmware leaves it */
export function pitDevice(options: Record<string, string> = {}): DeviceDefinition {
  let context: DeviceContext;
  let counters: Counter[] = [];
  /** Port 0x61, bits 0 and 1: gate of counter 2, speaker. */
  let speaker = 0;
  let refresh = 0;
  let cancel: (() => void) | null = null;
  let ticked = 0;

  const elapsed = (c: Counter): number => ticks(context.now() - c.since);

  /** The counting element now. */
  const count = (c: Counter): number => {
    if (c.reload === 0) return 0;
    const gone = c.gate || modeOf(c) === 1 || modeOf(c) === 5 ? elapsed(c) : 0;
    const wrap = (c.control & 1) === 1 ? 10000 : 0x10000;
    switch (modeOf(c)) {
      case 2:
        return c.reload - (gone % c.reload);
      case 3:
        return (c.reload - ((gone * 2) % c.reload)) & ~1;
      default:
        return (((c.reload - gone) % wrap) + wrap) % wrap;
    }
  };

  /** Level of the OUT pin. */
  const output = (c: Counter): boolean => {
    const mode = modeOf(c);
    if (c.reload === 0) return mode !== 0;
    const gone = elapsed(c);
    switch (mode) {
      case 0:
      case 1:
        return gone >= c.reload;
      case 2:
        return gone % c.reload !== c.reload - 1;
      case 3:
        return gone % c.reload < (c.reload + 1) / 2;
      default:
        return gone !== c.reload;
    }
  };

  /** Counter 0 raises its line when OUT rises: at every reload, or once. */
  const arm = (): void => {
    cancel?.();
    cancel = null;
    const c = counters[0];
    const mode = modeOf(c);
    // Without a trigger input, modes 1 and 5 of counter 0 never start.
    if (c.reload === 0 || mode === 1 || mode === 5) return;
    const periodic = mode === 2 || mode === 3;
    const next = periodic ? Math.max(ticked + 1, Math.floor(elapsed(c) / c.reload)) : 1;
    if (!periodic && ticked > 0) return;
    const delay = c.since + nanoseconds(next * c.reload) - context.now();
    cancel = context.timer(delay > 0n ? delay : 0n, () => {
      cancel = null;
      ticked = next;
      context.interrupt(true);
      if (periodic) context.interrupt(false);
      arm();
    });
  };

  const load = (index: number, value: number): void => {
    const c = counters[index];
    const bcd = (c.control & 1) === 1;
    c.reload = bcd ? fromBcd(value) || 10000 : value || 0x10000;
    c.since = context.now();
    if (index !== 0) return;
    ticked = 0;
    context.interrupt(false);
    arm();
  };

  const latch = (c: Counter): void => {
    if (c.latchedBytes > 0) return;
    const value = count(c);
    c.latched = (c.control & 1) === 1 ? toBcd(value % 10000) : value & 0xffff;
    c.latchedBytes = (c.control & 0x30) === 0x30 ? 2 : 1;
    if ((c.control & 0x30) === 0x20) c.latched >>= 8;
  };

  const control = (value: number): void => {
    const index = value >> 6;
    if (index === 3) {
      // Read-back: the selected counters' counts and states are latched.
      counters.forEach((c, i) => {
        if ((value & (2 << i)) === 0) return;
        if ((value & 0x20) === 0) latch(c);
        if ((value & 0x10) === 0 && c.status < 0) c.status = (c.control & 0x3f) | (output(c) ? 0x80 : 0) | (c.reload === 0 ? 0x40 : 0);
      });
    } else if ((value & 0x30) === 0) latch(counters[index]);
    else {
      counters[index] = { ...counter(counters[index].gate), control: value & 0x3f };
      if (index === 0) {
        arm();
        context.interrupt(false);
      }
    }
  };

  const read = (c: Counter): number => {
    if (c.status >= 0) {
      const { status } = c;
      c.status = -1;
      return status;
    }
    if (c.latchedBytes > 0) {
      const value = c.latched & 0xff;
      c.latched >>= 8;
      c.latchedBytes -= 1;
      return value;
    }
    const value = (c.control & 1) === 1 ? toBcd(count(c) % 10000) : count(c);
    const access = (c.control >> 4) & 3;
    const high = access === 2 || (access === 3 && c.readHigh);
    if (access === 3) c.readHigh = !c.readHigh;
    return (high ? value >> 8 : value) & 0xff;
  };

  const write = (index: number, value: number): void => {
    const c = counters[index];
    const access = (c.control >> 4) & 3;
    if (access === 1) load(index, value);
    else if (access === 2) load(index, value << 8);
    else if (c.low < 0) c.low = value;
    else {
      const word = c.low | (value << 8);
      c.low = -1;
      load(index, word);
    }
  };

  const reset = (): void => {
    cancel?.();
    cancel = null;
    ticked = 0;
    speaker = refresh = 0;
    counters = [counter(true), counter(true), counter(false)];
    if (options.firmware === 'true') {
      counters[0].control = 0x36;
      counters[0].reload = 0x10000;
      counters[0].since = context.now();
      arm();
    }
  };

  return defineDevice({
    name: 'pit',
    description: '8254 interval timer in software, with port 0x61 (counter 2, speaker)',
    ports: [
      { start: 0x40, length: 4 },
      { start: 0x61, length: 1 },
    ],
    irqs: [0],
    sizes: [1],
    attach(given) {
      context = given;
      reset();
    },
    reset,
    in(offset, _size, range) {
      if (range === 1) {
        refresh ^= 0x10;
        return speaker | refresh | (output(counters[2]) ? 0x20 : 0);
      }
      return offset === 3 ? 0xff : read(counters[offset]);
    },
    out(offset, value, _size, range) {
      if (range === 0) {
        if (offset === 3) control(value);
        else write(offset, value);
        return;
      }
      const gate = (value & 1) !== 0;
      // A rising gate starts counter 2 anew in the modes that it triggers.
      if (gate && !counters[2].gate) counters[2].since = context.now();
      counters[2].gate = gate;
      speaker = value & 3;
    },
    save: () => ({ counters: structuredClone(counters), speaker, refresh, ticked }),
    restore(saved) {
      const state = saved as { counters: Counter[]; speaker: number; refresh: number; ticked: number };
      ({ speaker, refresh, ticked } = state);
      counters = structuredClone(state.counters);
      arm();
    },
    close: () => cancel?.(),
  });
}
