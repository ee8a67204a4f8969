/** MC146818 real-time clock and CMOS memory (Motorola data sheet; register use of the PC/AT), with its three interrupts. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { floppyGeometry } from '../disks/geometry.js';

const A = 0x0a;
const B = 0x0b;
const C = 0x0c;
const D = 0x0d;
const CENTURY = 0x32;
/** Register A: update in progress. */
const UIP = 0x80;
/** Register B: hours in 24, binary values, update, alarm and periodic interrupts, stopped. */
const HOURS24 = 2;
const BINARY = 4;
const UPDATE = 0x10;
const ALARM = 0x20;
const PERIODIC = 0x40;
const SET = 0x80;
const IRQF = 0x80;
const SECOND = 1_000_000_000n;
/** UIP is up so long before the seconds change. */
const UIP_TIME = 244_000n;
/** Seconds that are looked through for an alarm that nobody has asked about in the meantime. */
const LOOK_BACK = 3600;
/** Registers of the PC's configuration: floppies, disks, equipment, and their checksum over 10h to 2Dh. */
const FLOPPIES = 0x10;
const EQUIPMENT = 0x14;
const CHECKSUM = 0x2e;

interface RtcState {
  cmos: Uint8Array;
  index: number;
  /** Milliseconds since 1970 at guest time 0; while register B's SET holds the clock: the time it shows. */
  base: number;
  held: boolean;
  /** The second and the period up to which flags have been set. */
  second: number;
  period: bigint;
}

const clockRegisters = [0, 2, 4, 6, 7, 8, 9, CENTURY];

/** @param options `date=2024-01-31T12:00:00`: the clock at the start */
export function rtcDevice(options: Record<string, string> = {}): DeviceDefinition {
  const fixed = options.date === undefined ? undefined : Date.parse(options.date.endsWith('Z') ? options.date : `${options.date}Z`);
  if (Number.isNaN(fixed)) throw new RangeError(`date=${options.date}: write for example date=2024-01-31T12:00:00`);
  let context: DeviceContext;
  let state: RtcState;
  let cancels: (() => void)[] = [];

  const milliseconds = (): number => (state.held ? state.base : state.base + Number(context.now() / 1_000_000n));
  const date = (): Date => new Date(milliseconds());
  /** A byte, whatever century the guest has set. */
  const encode = (value: number): number => ((state.cmos[B] & BINARY) !== 0 ? value : (Math.floor(value / 10) << 4) | (value % 10)) & 0xff;
  const decode = (value: number): number => ((state.cmos[B] & BINARY) !== 0 ? value : (value >> 4) * 10 + (value & 15));
  const hours = (value: number): number =>
    (state.cmos[B] & HOURS24) !== 0 ? encode(value) : encode(value % 12 === 0 ? 12 : value % 12) | (value >= 12 ? 0x80 : 0);

  /** Nanoseconds of the periodic interrupt, or null: it is off. */
  const periodTime = (): bigint | null => {
    const rate = state.cmos[A] & 15;
    return rate === 0 ? null : (SECOND << BigInt((rate < 3 ? rate + 7 : rate) - 1)) / 32768n;
  };

  const alarmAt = (second: number): boolean => {
    const at = new Date(second * 1000);
    const matches = (register: number, value: number): boolean => state.cmos[register] >= 0xc0 || state.cmos[register] === value;
    return matches(1, encode(at.getUTCSeconds())) && matches(3, encode(at.getUTCMinutes())) && matches(5, hours(at.getUTCHours()));
  };

  /** Sets register C's flags for what has happened since it was last looked at. */
  const look = (): void => {
    const { cmos } = state;
    const second = Math.floor(milliseconds() / 1000);
    if (!state.held && second !== state.second) {
      cmos[C] |= UPDATE;
      for (let at = Math.max(state.second + 1, second - LOOK_BACK); at <= second; at++) {
        if (!alarmAt(at)) continue;
        cmos[C] |= ALARM;
        break;
      }
    }
    state.second = second;
    const time = periodTime();
    const period = time === null ? 0n : context.now() / time;
    if (time !== null && period !== state.period) cmos[C] |= PERIODIC;
    state.period = period;
    if ((cmos[C] & cmos[B] & (UPDATE | ALARM | PERIODIC)) === 0) return;
    cmos[C] |= IRQF;
    context.interrupt(true);
  };

  /** Timers run only while somebody wants their interrupts. */
  const arm = (): void => {
    for (const cancel of cancels) cancel();
    cancels = [];
    const every = (slot: number, due: () => bigint): void => {
      const wait = due();
      cancels[slot] = context.timer(wait > 0n ? wait : 1n, () => {
        look();
        every(slot, due);
      });
    };
    const time = periodTime();
    if ((state.cmos[B] & PERIODIC) !== 0 && time !== null) every(0, () => time - (context.now() % time));
    else cancels[0] = () => undefined;
    const seconds = (): bigint => BigInt(1000 - (milliseconds() % 1000)) * 1_000_000n - (context.now() % 1_000_000n);
    if ((state.cmos[B] & (UPDATE | ALARM)) !== 0 && !state.held) every(1, seconds);
  };

  const clock = (register: number): number => {
    const now = date();
    switch (register) {
      case 0:
        return encode(now.getUTCSeconds());
      case 2:
        return encode(now.getUTCMinutes());
      case 4:
        return hours(now.getUTCHours());
      case 6:
        return encode(now.getUTCDay() + 1);
      case 7:
        return encode(now.getUTCDate());
      case 8:
        return encode(now.getUTCMonth() + 1);
      case 9:
        return encode(now.getUTCFullYear() % 100);
      default:
        return encode(Math.floor(now.getUTCFullYear() / 100));
    }
  };

  /** The guest sets one field of the clock. */
  const setClock = (register: number, value: number): void => {
    const now = date();
    const before = now.getTime();
    const plain = decode(value & (register === 4 && (state.cmos[B] & HOURS24) === 0 ? 0x7f : 0xff));
    const year = now.getUTCFullYear();
    switch (register) {
      case 0:
        now.setUTCSeconds(plain);
        break;
      case 2:
        now.setUTCMinutes(plain);
        break;
      case 4:
        now.setUTCHours((state.cmos[B] & HOURS24) !== 0 ? plain : (plain % 12) + ((value & 0x80) !== 0 ? 12 : 0));
        break;
      case 7:
        now.setUTCDate(plain);
        break;
      case 8:
        now.setUTCMonth(plain - 1);
        break;
      case 9:
        now.setUTCFullYear(year - (year % 100) + plain);
        break;
      case CENTURY:
        now.setUTCFullYear(plain * 100 + (year % 100));
        break;
      default:
        break;
    }
    if (!Number.isNaN(now.getTime())) state.base += now.getTime() - before;
    state.second = Math.floor(milliseconds() / 1000);
  };

  /** SET stops the clock where it is; cleared, it goes on from there. */
  const hold = (on: boolean): void => {
    if (on === state.held) return;
    const shown = milliseconds();
    state.held = on;
    state.base = on ? shown : shown - Number(context.now() / 1_000_000n);
    state.second = Math.floor(shown / 1000);
  };

  /** Drive types of the floppies, first in the high half. */
  const floppies = (): number => {
    const type = (name: 'fda' | 'fdb'): number => {
      const medium = context.drives?.get(name) ?? null;
      return medium === null ? 0 : floppyGeometry(medium.sectors).type;
    };
    return (type('fda') << 4) | type('fdb');
  };

  const configuration = (register: number): number => {
    const { cmos } = state;
    if (register === FLOPPIES) return floppies();
    if (register === EQUIPMENT) {
      const drives = floppies();
      return cmos[EQUIPMENT] | (drives === 0 ? 0 : (drives & 15) !== 0 ? 0x41 : 1);
    }
    if (register === CHECKSUM || register === CHECKSUM + 1) {
      let sum = 0;
      for (let at = FLOPPIES; at < CHECKSUM; at++) sum += configuration(at);
      return register === CHECKSUM ? (sum >> 8) & 0xff : sum & 0xff;
    }
    return cmos[register];
  };

  const reset = (): void => {
    for (const cancel of cancels) cancel();
    cancels = [];
    const now = new Date(context.wallTime?.() ?? Date.now());
    const base = fixed ?? now.getTime() - now.getTimezoneOffset() * 60_000;
    const cmos = new Uint8Array(128);
    state = { cmos, index: 0, base, held: false, second: Math.floor(base / 1000), period: 0n };
    cmos[A] = 0x26;
    cmos[B] = HOURS24;
    cmos[D] = 0x80;
    // 80×25 colour, mouse, coprocessor; base memory 640 KiB; memory above 1 and 16 MiB.
    cmos[EQUIPMENT] = 0x26;
    const put = (register: number, value: number): void => {
      cmos[register] = value;
      cmos[register + 1] = value >> 8;
    };
    put(0x15, 640);
    const extended = Math.max(0, context.memorySize - 0x10_0000) / 1024;
    put(0x17, Math.min(0xffff, extended));
    put(0x30, Math.min(0xffff, extended));
    put(0x34, Math.min(0xffff, Math.max(0, context.memorySize - 0x100_0000) / 65536));
  };

  const read = (register: number): number => {
    const { cmos } = state;
    if (clockRegisters.includes(register)) return clock(register);
    if (register === A) {
      const left = SECOND - ((BigInt(milliseconds() % 1000) * 1_000_000n + (context.now() % 1_000_000n)) % SECOND);
      return cmos[A] | (!state.held && left <= UIP_TIME ? UIP : 0);
    }
    if (register !== C) return configuration(register);
    look();
    const value = cmos[C];
    cmos[C] = 0;
    context.interrupt(false);
    return value;
  };

  const write = (register: number, value: number): void => {
    const { cmos } = state;
    if (clockRegisters.includes(register)) setClock(register, value);
    else if (register === A || register === B) {
      look();
      cmos[register] = register === A ? value & 0x7f : value;
      if (register === B) hold((value & SET) !== 0);
      // A flag that is up already interrupts when its enable bit comes.
      if ((cmos[C] & cmos[B] & (UPDATE | ALARM | PERIODIC)) !== 0) look();
      arm();
    } else if (register !== C && register !== D) cmos[register] = value;
  };

  return defineDevice({
    name: 'rtc',
    description: 'MC146818 real-time clock and CMOS memory',
    ports: [{ start: 0x70, length: 2 }],
    irqs: [8],
    sizes: [1],
    attach(given) {
      context = given;
      reset();
    },
    reset,
    in: (offset) => (offset === 0 ? 0xff : read(state.index)),
    out(offset, value) {
      if (offset === 0) state.index = value & 0x7f;
      else write(state.index, value);
    },
    save: () => structuredClone(state),
    restore(saved) {
      state = structuredClone(saved as RtcState);
      arm();
    },
    close: () => {
      for (const cancel of cancels) cancel();
    },
  });
}
