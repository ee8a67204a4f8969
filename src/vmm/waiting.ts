/** A vCPU that waits for an interrupt: how long it sleeps, what may still wake it, what has. */
import type { GuestClock } from './clock.js';
import { INPUT_END } from './input.js';
import type { InputSource } from './input.js';

export class Waiting {
  /** Devices that something outside may wake. */
  private readonly awaiting = new Set<string>();
  private inputUsed = false;
  private inputEnded = false;
  private waker: (() => void) | null = null;

  constructor(
    private readonly clock: GuestClock,
    private readonly input: InputSource | undefined,
  ) {}

  /** True while something outside the vCPU may still raise an interrupt: a timer, or input that somebody listens to. */
  mayWake(): boolean {
    if (this.clock.untilNext() !== null || this.awaiting.size > 0 || this.input?.live === true) return true;
    return this.inputUsed && this.input !== undefined && !this.inputEnded;
  }

  /** Sleeps at most so long; true when `wake` ended it. */
  sleep(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(milliseconds) ? setTimeout(() => finish(false), milliseconds) : null;
      const finish = (woken: boolean): void => {
        if (timer !== null) clearTimeout(timer);
        this.waker = null;
        resolve(woken);
      };
      this.waker = () => finish(true);
    });
  }

  /** Ends a sleep: input or an interrupt has come. */
  wake(): void {
    this.waker?.();
  }

  /** A device says whether something outside may wake it. */
  awaits(device: string, on: boolean): void {
    if (on) this.awaiting.add(device);
    else this.awaiting.delete(device);
    this.wake();
  }

  /** A device listens to the machine's input. */
  listens(): void {
    this.inputUsed = true;
  }

  /** A device has taken this from the machine's input: a byte, or that there is none. */
  took(byte: number): void {
    if (byte === INPUT_END) this.inputEnded = true;
  }

  reset(): void {
    this.inputEnded = false;
  }
}
