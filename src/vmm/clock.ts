/**
 * Guest time: nanoseconds since the start, stopped while the machine is stopped, and the timers that devices set in it.
 * Held, it moves by `advance` only: a guest that is stepped would otherwise see a timer run out at every instruction.
 */

interface Timer {
  due: bigint;
  callback: () => void;
}

export class GuestClock {
  private base = 0n;
  private since: bigint | null = null;
  /** Time moves by `advance` only. */
  held = false;
  private readonly timers: Timer[] = [];

  constructor(private readonly host: () => bigint = () => process.hrtime.bigint()) {}

  now(): bigint {
    return this.since === null ? this.base : this.base + (this.host() - this.since);
  }

  start(): void {
    if (!this.held) this.since ??= this.host();
  }

  /** From here on time moves by `advance` only, until `reset`. */
  hold(): void {
    this.stop();
    this.held = true;
  }

  /** Moves held time on. */
  advance(nanoseconds: bigint): void {
    if (this.held) this.base += nanoseconds;
  }

  stop(): void {
    this.base = this.now();
    this.since = null;
  }

  /** Back to zero (or to `time`, for a snapshot), without timers. */
  reset(time = 0n): void {
    this.held = false;
    this.base = time;
    if (this.since !== null) this.since = this.host();
    this.timers.length = 0;
  }

  /** Calls back once, `delay` nanoseconds from now; the result cancels it. */
  after(delay: bigint, callback: () => void): () => void {
    const timer: Timer = { due: this.now() + delay, callback };
    let at = this.timers.length;
    while (at > 0 && this.timers[at - 1].due > timer.due) at -= 1;
    this.timers.splice(at, 0, timer);
    return () => {
      const found = this.timers.indexOf(timer);
      if (found >= 0) this.timers.splice(found, 1);
    };
  }

  /** Nanoseconds to the next timer, or null without one; 0 when it is due. */
  untilNext(): bigint | null {
    if (this.timers.length === 0) return null;
    const left = this.timers[0].due - this.now();
    return left > 0n ? left : 0n;
  }

  /** Calls everything that is due. */
  fire(): void {
    if (this.timers.length === 0) return;
    const now = this.now();
    while (this.timers.length > 0 && this.timers[0].due <= now) this.timers.shift()?.callback();
  }
}
