/** Who types `--keys`: one keystroke after the other, in guest time, or as soon as the guest asks for a key. */
import type { DeviceContext } from '../device.js';
import { keyEvents } from '../keys.js';
import type { KeyEvent } from '../keys.js';

/** Guest time between two keystrokes of a guest that does not ask. */
const INTERVAL = 20_000_000n;

export interface TypistState {
  /** Events that are done. */
  typed: number;
  /** Guest time before which nothing is typed. */
  notBefore: bigint;
}

export class Typist {
  state: TypistState = { typed: 0, notBefore: 0n };
  private events: KeyEvent[];
  private cancel: (() => void) | null = null;
  private context: DeviceContext | null = null;

  /**
   * @param text as `--keys` has it
   * @param idle true when the guest has read everything that was typed
   * @param press sends make and break codes of set 1
   */
  constructor(
    text: string,
    private readonly idle: () => boolean,
    private readonly press: (codes: readonly number[]) => void,
  ) {
    this.events = keyEvents(text);
  }

  attach(context: DeviceContext): void {
    this.context = context;
  }

  /** From the beginning, with another text when one is given. */
  reset(text?: string): void {
    if (text !== undefined) this.events = keyEvents(text);
    this.state = { typed: 0, notBefore: 0n };
    this.schedule();
  }

  restore(state: TypistState): void {
    this.state = { ...state };
    this.schedule();
  }

  /** The guest waits for a key: it gets the next one at once, unless that is to come later. True: something was typed. */
  asked(): boolean {
    const next = this.events[this.state.typed];
    if (next?.kind === 'asked') this.state.typed += 1;
    return this.step();
  }

  /** True while keys are still to come by themselves. */
  typing(): boolean {
    return this.state.typed < this.events.length;
  }

  close(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private step(): boolean {
    const { context, state } = this;
    const event = this.events[state.typed];
    let done = false;
    if (context !== null && event !== undefined && context.now() >= state.notBefore) {
      if (event.kind === 'wait') {
        state.notBefore = context.now() + event.time;
        state.typed += 1;
      } else if (event.kind === 'codes' && this.idle()) {
        this.press(event.codes);
        state.typed += 1;
        done = true;
      }
    }
    this.schedule();
    return done;
  }

  private schedule(): void {
    this.close();
    const { context, state } = this;
    const event = this.events[state.typed];
    if (context === null || event === undefined || event.kind === 'asked') return;
    const rest = state.notBefore - context.now();
    this.cancel = context.timer(rest > INTERVAL ? rest : INTERVAL, () => {
      this.cancel = null;
      this.step();
    });
  }
}
