/** One counter of the 8254 (Intel 82C54 data sheet): six modes, binary and BCD, computed from the time since it was loaded. */

/** Hz of the counters' clock input. */
export const FREQUENCY = 1_193_182n;
const SECOND = 1_000_000_000n;

export interface CounterState {
  /** Control word: access in bits 4–5, mode in 1–3, BCD in 0. */
  control: number;
  /** Count register, 1 to 0x10000 (10000 in BCD); 0: none was written since the control word. */
  reload: number;
  /** In modes 2 and 3 a new count waits for the end of the period, or half of it: this time; its own periods count from `since`. */
  pending: { reload: number; from: bigint; since: bigint } | null;
  /** Guest time at which counting began. */
  since: bigint;
  /** Clocks that were counted before GATE went low; null while it counts. */
  held: number | null;
  /** Modes 1 and 5: GATE has triggered it. */
  triggered: boolean;
  gate: boolean;
  /** First byte of a two-byte write, or -1. */
  low: number;
  readHigh: boolean;
  latched: number;
  /** Bytes of the latched count that are still to be read. */
  latchedBytes: number;
  status: number;
}

const powerOn = (gate: boolean): CounterState => ({
  control: 0x30,
  reload: 0,
  pending: null,
  since: 0n,
  held: null,
  triggered: false,
  gate,
  low: -1,
  readHigh: false,
  latched: 0,
  latchedBytes: 0,
  status: -1,
});

const ticks = (time: bigint): number => Number((time * FREQUENCY) / SECOND);
/** Time of so many clocks, rounded up. */
export const nanoseconds = (count: number): bigint => (BigInt(count) * SECOND + FREQUENCY - 1n) / FREQUENCY;
const fromBcd = (v: number): number => (v & 15) + 10 * ((v >> 4) & 15) + 100 * ((v >> 8) & 15) + 1000 * ((v >> 12) & 15);
const toBcd = (v: number): number =>
  (v % 10) | ((Math.floor(v / 10) % 10) << 4) | ((Math.floor(v / 100) % 10) << 8) | ((Math.floor(v / 1000) % 10) << 12);

export class Counter {
  state: CounterState;

  constructor(
    private readonly now: () => bigint,
    gate: boolean,
  ) {
    this.state = powerOn(gate);
  }

  private get mode(): number {
    const mode = (this.state.control >> 1) & 7;
    return mode > 5 ? mode - 4 : mode;
  }
  private get bcd(): boolean {
    return (this.state.control & 1) === 1;
  }
  private get periodic(): boolean {
    return this.mode === 2 || this.mode === 3;
  }
  /** GATE starts it instead of letting it count. */
  private get byTrigger(): boolean {
    return this.mode === 1 || this.mode === 5;
  }
  /** Not an interrupt line that stays up: the modes of periods and pulses. */
  get passing(): boolean {
    return this.mode >= 2;
  }
  /** OUT is low for one clock only. */
  private get pulses(): boolean {
    return this.mode === 2 || this.mode === 4 || this.mode === 5;
  }

  /** Clocks since it was loaded or triggered, without those while GATE held it. */
  private elapsed(): number {
    const { state } = this;
    if (state.held !== null) return state.held;
    if (state.pending !== null && this.now() >= state.pending.from) {
      state.reload = state.pending.reload;
      state.since = state.pending.since;
      state.pending = null;
    }
    return ticks(this.now() - state.since);
  }

  private counting(): boolean {
    return this.state.reload !== 0 && (!this.byTrigger || this.state.triggered);
  }

  /** The counting element. */
  count(): number {
    const { state } = this;
    if (state.reload === 0) return 0;
    const wrap = this.bcd ? 10000 : 0x10000;
    if (!this.counting()) return state.reload % wrap;
    const gone = this.elapsed();
    const { reload } = state;
    switch (this.mode) {
      case 2:
        return (reload - (gone % reload)) % wrap;
      case 3: {
        // Counts by two, twice a period; the half that OUT is high has one clock more when the count is odd.
        const high = Math.ceil(reload / 2);
        const at = gone % reload;
        return (reload - 2 * (at < high ? at : at - high)) & ~1 & 0xffff;
      }
      default:
        return (((reload - gone) % wrap) + wrap) % wrap;
    }
  }

  /** Level of the OUT pin. */
  output(): boolean {
    const { state, mode } = this;
    if (!this.counting()) return mode !== 0;
    // GATE low forces OUT high in the periodic modes.
    if (this.periodic && !state.gate) return true;
    const gone = this.elapsed();
    const { reload } = state;
    switch (mode) {
      case 0:
      case 1:
        return gone >= reload;
      case 2:
        return gone % reload !== reload - 1;
      case 3:
        return gone % reload < Math.ceil(reload / 2);
      default:
        return gone !== reload;
    }
  }

  /** When OUT rises next after this time; null: it will not by itself. */
  nextRise(after: bigint): bigint | null {
    const { state } = this;
    if (!this.counting() || state.held !== null || (this.periodic && !state.gate)) return null;
    if (!this.periodic) {
      // Modes 0 and 1 when the count is over, 4 and 5 behind their low pulse.
      const due = state.since + nanoseconds(this.pulses ? state.reload + 1 : state.reload);
      return due > after ? due : null;
    }
    const rise = (since: bigint, reload: number, least: bigint): bigint => {
      const periods = Math.max(0, Math.floor(ticks(least - since) / reload));
      let k = since < least ? periods : 0;
      while (since + nanoseconds(k * reload) <= after || since + nanoseconds(k * reload) < least) k += 1;
      return since + nanoseconds(k * reload);
    };
    const next = rise(state.since, state.reload, after);
    const { pending } = state;
    return pending !== null && next >= pending.from
      ? rise(pending.since, pending.reload, pending.from > after ? pending.from : after)
      : next;
  }

  /** Nanoseconds of a period. */
  get period(): bigint {
    return nanoseconds(this.state.reload || 0x1_0000);
  }

  /** The square wave that it gives, or null. */
  square(): { period: number; since: bigint } | null {
    const { state } = this;
    return this.mode === 3 && state.gate && this.counting() ? { period: state.reload, since: state.since } : null;
  }

  /** A control word for this counter: a latch command, or a new mode. */
  control(value: number): void {
    if ((value & 0x30) === 0) this.latch();
    else this.state = { ...powerOn(this.state.gate), control: value & 0x3f };
  }

  latch(): void {
    const { state } = this;
    if (state.latchedBytes > 0) return;
    const value = this.shown();
    const access = (state.control >> 4) & 3;
    state.latched = access === 2 ? value >> 8 : value;
    state.latchedBytes = access === 3 ? 2 : 1;
  }

  /** OUT, null count, access, mode. */
  latchStatus(): void {
    const { state } = this;
    if (state.status < 0) state.status = (state.control & 0x3f) | (this.output() ? 0x80 : 0) | (state.reload === 0 || state.pending !== null ? 0x40 : 0); // prettier-ignore
  }

  private shown(): number {
    const value = this.count();
    return this.bcd ? toBcd(value % 10000) : value & 0xffff;
  }

  read(): number {
    const { state } = this;
    if (state.status >= 0) {
      const { status } = state;
      state.status = -1;
      return status;
    }
    if (state.latchedBytes > 0) {
      const value = state.latched & 0xff;
      state.latched >>= 8;
      state.latchedBytes -= 1;
      return value;
    }
    const value = this.shown();
    const access = (state.control >> 4) & 3;
    const high = access === 2 || (access === 3 && state.readHigh);
    if (access === 3) state.readHigh = !state.readHigh;
    return (high ? value >> 8 : value) & 0xff;
  }

  write(value: number): void {
    const { state } = this;
    const access = (state.control >> 4) & 3;
    if (access === 1) this.load(value);
    else if (access === 2) this.load(value << 8);
    else if (state.low < 0) {
      state.low = value;
      // The first byte stops mode 0.
      if (this.mode === 0) state.held = this.counting() ? this.elapsed() : 0;
    } else {
      const word = state.low | (value << 8);
      state.low = -1;
      this.load(word);
    }
  }

  private load(value: number): void {
    const { state } = this;
    const reload = this.bcd ? fromBcd(value) || 10000 : value || 0x10000;
    const now = this.now();
    if (this.periodic && this.counting() && state.gate) {
      // The period that goes on is finished (in mode 3, its half) before the new count is taken.
      const gone = this.elapsed();
      const half = Math.ceil(state.reload / 2);
      const part = gone % state.reload;
      const high = this.mode === 3 && part < half;
      const from = now + nanoseconds(high ? half - part : state.reload - part);
      state.pending = { reload, from, since: high ? from - nanoseconds(Math.ceil(reload / 2)) : from };
      return;
    }
    if (this.byTrigger && state.triggered) {
      // The one-shot goes on with its old count until the next trigger.
      state.pending = { reload, from: 2n ** 63n, since: 0n };
      return;
    }
    Object.assign(state, { reload, since: now, pending: null, held: state.gate || this.byTrigger ? null : 0 });
  }

  setGate(gate: boolean): void {
    const { state } = this;
    const rises = gate && !state.gate;
    const falls = !gate && state.gate;
    if (falls && !this.byTrigger) state.held = this.counting() ? this.elapsed() : 0;
    state.gate = gate;
    if (!rises) return;
    if (state.pending !== null) {
      state.reload = state.pending.reload;
      state.pending = null;
    }
    if (this.byTrigger || this.periodic) Object.assign(state, { since: this.now(), held: null, triggered: state.reload !== 0 });
    else {
      // Modes 0 and 4 count on where they were held.
      state.since = this.now() - nanoseconds(state.held ?? 0);
      state.held = null;
    }
  }
}
