/** 8254 interval timer (Intel 82C54 data sheet) with the PC's port 0x61: gate and output of counter 2, speaker. */
import type { LazyRequire } from '../../lazy.js';
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { Counter } from './pit-counter.js';
import type { CounterState } from './pit-counter.js';
import type { Speaker } from './speaker.js';

export { FREQUENCY } from './pit-counter.js';

declare const require: LazyRequire;

/** Port 0x61. */
const GATE2 = 1;
const SPEAKER_DATA = 2;
const REFRESH = 0x10;
const OUT2 = 0x20;

/** @param options `firmware=true`: counter 0 runs at 18.2 Hz, as a PC's firmware leaves it; `speaker=FILE.wav`: what is heard */
export function pitDevice(options: Record<string, string> = {}): DeviceDefinition {
  let context: DeviceContext;
  let counters: Counter[] = [];
  let control61 = 0;
  let refresh = 0;
  let cancel: (() => void) | null = null;
  /** When counter 0 last interrupted, or was set. */
  let risen = 0n;
  let sound: Speaker | null = null;

  /** Sets the timer for the next rise of counter 0. What was missed is made up for once, no more. */
  const arm = (): void => {
    cancel?.();
    cancel = null;
    const [first] = counters;
    const now = context.now();
    if (first.passing && risen < now - first.period) risen = now - first.period;
    const next = first.nextRise(risen);
    if (next === null) return;
    cancel = context.timer(next > now ? next - now : 0n, () => {
      cancel = null;
      risen = next;
      context.interrupt(true);
      if (first.passing) context.interrupt(false);
      arm();
    });
  };

  /** Counter 0 has been set: its line starts anew. */
  const begin = (): void => {
    risen = context.now();
    context.interrupt(counters[0].passing ? false : counters[0].output());
    arm();
  };

  const hear = (): void => {
    if (sound === null) return;
    const second = counters[2];
    const driven = (control61 & SPEAKER_DATA) !== 0;
    const tone = second.square();
    sound.set(context.now(), !driven ? 'off' : (tone ?? (second.output() ? 'on' : 'off')));
  };

  const control = (value: number): void => {
    const index = value >> 6;
    if (index < 3) {
      counters[index].control(value);
      return;
    }
    // Read-back: counts and states of the selected counters are latched.
    counters.forEach((counter, i) => {
      if ((value & (2 << i)) === 0) return;
      if ((value & 0x20) === 0) counter.latch();
      if ((value & 0x10) === 0) counter.latchStatus();
    });
  };

  const reset = (): void => {
    cancel?.();
    cancel = null;
    control61 = refresh = 0;
    risen = context.now();
    const now = (): bigint => context.now();
    counters = [new Counter(now, true), new Counter(now, true), new Counter(now, false)];
    sound?.clear();
    if (options.firmware === 'true') {
      counters[0].control(0x36);
      counters[0].write(0);
      counters[0].write(0);
    }
    arm();
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
      if (options.speaker !== undefined) {
        const { Speaker: Made } = require('./speaker.js') as typeof import('./speaker.js');
        sound = new Made(options.speaker);
      }
      reset();
    },
    reset,
    in(offset, _size, range) {
      if (range === 1) {
        refresh ^= REFRESH;
        return control61 | refresh | (counters[2].output() ? OUT2 : 0);
      }
      return offset === 3 ? 0xff : counters[offset].read();
    },
    out(offset, value, _size, range) {
      if (range === 1) {
        control61 = value & (GATE2 | SPEAKER_DATA);
        counters[2].setGate((value & GATE2) !== 0);
      } else if (offset === 3) control(value);
      else counters[offset].write(value);
      if (range === 0 && (offset === 0 || (offset === 3 && value >> 6 === 0 && (value & 0x30) !== 0))) begin();
      hear();
    },
    save: () => ({ counters: counters.map(({ state }) => structuredClone(state)), control61, refresh, risen }),
    restore(saved) {
      const state = saved as { counters: CounterState[]; control61: number; refresh: number; risen: bigint };
      ({ control61, refresh, risen } = state);
      counters.forEach((counter, i) => (counter.state = structuredClone(state.counters[i])));
      arm();
    },
    close() {
      cancel?.();
      sound?.write(context.now());
    },
  });
}
