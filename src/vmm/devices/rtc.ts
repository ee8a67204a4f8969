/** MC146818 real-time clock and CMOS memory (Motorola data sheet; register use of the PC/AT), with its periodic and alarm interrupts. */
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';

const A = 0x0a;
const B = 0x0b;
const C = 0x0c;
const D = 0x0d;
const CENTURY = 0x32;
/** Register B: hours in 24, binary values, update, alarm and periodic interrupts, stopped. */
const HOURS24 = 2;
const BINARY = 4;
const UPDATE = 0x10;
const ALARM = 0x20;
const PERIODIC = 0x40;
const SET = 0x80;
const IRQF = 0x80;
const SECOND = 1_000_000_000n;

/** @param options `date=2024-01-31T12:00:00`: the clock at the start */
export function rtcDevice(options: Record<string, string> = {}): DeviceDefinition {
  const fixed = options.date === undefined ? undefined : Date.parse(options.date.endsWith('Z') ? options.date : `${options.date}Z`);
  if (Number.isNaN(fixed)) throw new RangeError(`date=${options.date}: write for example date=2024-01-31T12:00:00`);
  let context: DeviceContext;
  const cmos = new Uint8Array(128);
  let index = 0;
  /** Milliseconds since 1970 at guest time 0. */
  let base = 0;
  let cancels: (() => void)[] = [];

  const date = (): Date => new Date(base + Number(context.now() / 1_000_000n));
  const encode = (value: number): number => ((cmos[B] & BINARY) !== 0 ? value : (Math.floor(value / 10) << 4) | (value % 10));
  const decode = (value: number): number => ((cmos[B] & BINARY) !== 0 ? value : (value >> 4) * 10 + (value & 15));
  const hours = (value: number): number =>
    (cmos[B] & HOURS24) !== 0 ? encode(value) : encode(value % 12 === 0 ? 12 : value % 12) | (value >= 12 ? 0x80 : 0);

  const flag = (bit: number): void => {
    cmos[C] |= bit;
    if ((cmos[C] & cmos[B] & (UPDATE | ALARM | PERIODIC)) === 0) return;
    cmos[C] |= IRQF;
    context.interrupt(true);
  };

  const alarmDue = (): boolean => [1, 3, 5].every((register) => cmos[register] >= 0xc0 || cmos[register] === clock(register - 1));

  /** Timers run only while somebody wants their interrupts. */
  const arm = (): void => {
    for (const cancel of cancels) cancel();
    cancels = [];
    if ((cmos[B] & SET) !== 0) return;
    const every = (slot: number, period: bigint, action: () => void): void => {
      cancels[slot] = context.timer(period - (context.now() % period), () => {
        action();
        every(slot, period, action);
      });
    };
    const rate = cmos[A] & 15;
    if ((cmos[B] & PERIODIC) !== 0 && rate !== 0) {
      every(0, (SECOND << BigInt((rate < 3 ? rate + 7 : rate) - 1)) / 32768n, () => flag(PERIODIC));
    }
    if ((cmos[B] & (UPDATE | ALARM)) !== 0) {
      every(1, SECOND, () => {
        flag(UPDATE);
        if (alarmDue()) flag(ALARM);
      });
    }
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
  const isClock = (register: number): boolean => [0, 2, 4, 6, 7, 8, 9, CENTURY].includes(register);

  /** The guest sets one field of the clock. */
  const setClock = (register: number, value: number): void => {
    const now = date();
    const before = now.getTime();
    const plain = decode(value & (register === 4 && (cmos[B] & HOURS24) === 0 ? 0x7f : 0xff));
    const year = now.getUTCFullYear();
    switch (register) {
      case 0:
        now.setUTCSeconds(plain);
        break;
      case 2:
        now.setUTCMinutes(plain);
        break;
      case 4:
        now.setUTCHours((cmos[B] & HOURS24) !== 0 ? plain : (plain % 12) + ((value & 0x80) !== 0 ? 12 : 0));
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
    base += now.getTime() - before;
  };

  const reset = (): void => {
    for (const cancel of cancels) cancel();
    cancels = [];
    cmos.fill(0);
    index = 0;
    const now = new Date();
    base = fixed ?? now.getTime() - now.getTimezoneOffset() * 60_000;
    cmos[A] = 0x26;
    cmos[B] = HOURS24;
    cmos[D] = 0x80;
    // Equipment as the BIOS data area has it; base memory 640 KiB; memory above 1 and 16 MiB.
    cmos[0x14] = 0x20;
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
    in(offset) {
      if (offset === 0) return 0xff;
      if (isClock(index)) return clock(index);
      const value = cmos[index];
      if (index === C) {
        cmos[C] = 0;
        context.interrupt(false);
      }
      return value;
    },
    out(offset, value) {
      if (offset === 0) {
        index = value & 0x7f;
        return;
      }
      if (isClock(index)) setClock(index, value);
      else if (index === C || index === D) return;
      else cmos[index] = index === A ? value & 0x7f : value;
      if (index === A || index === B) arm();
    },
    save: () => ({ cmos: cmos.slice(), index, base }),
    restore(saved) {
      const state = saved as { cmos: Uint8Array; index: number; base: number };
      cmos.set(state.cmos);
      ({ index, base } = state);
      arm();
    },
    close: () => {
      for (const cancel of cancels) cancel();
    },
  });
}
