/**
 * Recording a run and repeating it. Guest time stands still except at entries of the journal: an entry says after how many
 * accesses time moved on, input came, a key was pressed, or a sleep ended; in between a guest does the same again by itself.
 * What devices take from outside (bytes of input, random bits, answers of devices that are not ours) is an entry, too.
 */
import { TskvmError } from '../diagnostics.js';
import type { GuestClock } from './clock.js';
import type { InputSource } from './input.js';
import type { Ending } from './result.js';

const MAGIC = 'tskvm recording 1';
/** Guest time moves at an access when so many nanoseconds have gone by. */
const GRAIN = 20_000n;
/** In a guest that makes none, after so many time slices, and when so much time has gone by. */
const PATIENCE = 3;
const LEAST = 4_000_000n;
/** Entries of a recording: what comes after them is not recorded. */
const MOST_ENTRIES = 20_000_000;

/**
 * Kinds of entries: t time before an access, s time in a guest that makes none, h time in a sleep, d a sleep is over,
 * e input may have come, p keys; and values: i input, c chance, r an answer. x: the end.
 */
type Kind = 't' | 's' | 'h' | 'd' | 'e' | 'p' | 'i' | 'c' | 'r' | 'x';

/** Endings that come from outside. */
const OUTSIDE = new Set(['timeout', 'interrupted', 'output-closed', 'output-error']);

interface Entry {
  readonly kind: Kind;
  /** Accesses so far. */
  readonly at: number;
  readonly text: string;
}

/** What the loop and the machine give it. */
export interface JournalHost {
  readonly clock: GuestClock;
  /** The engine is to come back after this access. */
  attend(): void;
  /** A sleep is to end. */
  wake(): void;
  /** Scan codes of set 1, as the keyboard sends them. */
  press(codes: readonly number[]): void;
}

export interface Journal {
  /** Milliseconds since 1970 at guest time 0. */
  readonly wall: number;
  /** From the beginning again. */
  rewind(): void;
  /** The run goes on: host time counts from here. */
  resume(): void;
  /** Before each access. */
  access(): void;
  /** The guest has been stopped by the time slice. */
  slice(): void;
  /** One step of a sleep: true while it lasts (recording), or to the next of its entries (repeating). */
  sleepStep(): void;
  /** A sleep has ended, with this outcome; repeating: null until its entry comes. */
  sleepOver(awake: boolean): void;
  readonly repeating: boolean;
  /** Repeating: how the sleep that goes on ends, after its entries. */
  replaySleep(): boolean;
  /** A number from outside. */
  value(kind: 'i' | 'c' | 'r', draw: () => number): number;
  /** Somebody wants to know of input. */
  onInput(callback: () => void): void;
  press(codes: readonly number[]): void;
  /** Repeating: the ending of the recorded run, when it has been reached. */
  over(): Ending | null;
}

abstract class Common {
  protected count = 0;
  protected listeners: (() => void)[] = [];
  private turn = -1;
  private slices = 0;

  constructor(protected readonly host: JournalHost) {}

  onInput(callback: () => void): void {
    this.listeners.push(callback);
  }

  /** Timers that are due now are served right after this access. */
  protected due(): void {
    if (this.host.clock.untilNext() === 0n) this.host.attend();
  }

  /**
   * Asked at the end of each time slice: true when the guest computes without any access. Time that moves there cannot be
   * repeated at the very instruction, so a guest that was only interrupted on its way to the next access or hlt is let go on.
   */
  protected computes(): boolean {
    this.slices = this.turn === this.count ? this.slices + 1 : 0;
    this.turn = this.count;
    return this.slices >= PATIENCE;
  }

  protected perform({ kind, text }: Entry): void {
    if (kind === 'e') this.listeners.forEach((listener) => listener());
    else if (kind === 'p') this.host.press(text.split(',').map(Number));
    else this.host.clock.advance(BigInt(text));
  }
}

export class Recorder extends Common implements Journal {
  readonly repeating = false;
  wall = Date.now();
  private entries: string[] = [];
  private last = process.hrtime.bigint();
  private ready = false;
  private pressed: number[][] = [];

  /** @param source where the input comes from; its readiness is an event */
  constructor(
    host: JournalHost,
    private readonly source: InputSource | undefined,
  ) {
    super(host);
    source?.onReady(() => {
      this.ready = true;
      host.wake();
    });
  }

  rewind(): void {
    this.entries = [];
    this.count = 0;
    this.wall = Date.now();
    this.resume();
  }

  resume(): void {
    this.last = process.hrtime.bigint();
  }

  private log(kind: Kind, text: string): void {
    if (this.entries.length < MOST_ENTRIES) this.entries.push(`${kind} ${this.count} ${text}`);
  }

  private happen(kind: Kind, text: string): void {
    this.log(kind, text);
    this.perform({ kind, at: this.count, text });
  }

  /** Time and events since the last look. */
  private look(kind: 't' | 's' | 'h', least: bigint): void {
    const now = process.hrtime.bigint();
    if (now - this.last >= least) {
      this.happen(kind, String(now - this.last));
      this.last = now;
    }
    if (this.ready) {
      this.ready = false;
      this.happen('e', '');
    }
    for (const codes of this.pressed.splice(0)) this.happen('p', codes.join(','));
  }

  access(): void {
    this.count += 1;
    this.look('t', GRAIN);
    this.due();
  }

  slice(): void {
    if (this.computes()) this.look('s', LEAST);
  }

  sleepStep(): void {
    this.look('h', 0n);
  }

  sleepOver(awake: boolean): void {
    this.log('d', awake ? '1' : '0');
  }

  replaySleep(): boolean {
    return true;
  }

  value(kind: 'i' | 'c' | 'r', draw: () => number): number {
    const value = draw();
    this.log(kind, String(value));
    return value;
  }

  press(codes: readonly number[]): void {
    this.pressed.push([...codes]);
    this.host.wake();
  }

  over(): Ending | null {
    return null;
  }

  /** The recording as text: a line of what it is, the entries, the ending. */
  text(engine: string, ending: Ending): string {
    const head = JSON.stringify({ wall: this.wall, engine, live: this.source?.live === true });
    const shown = JSON.stringify(ending, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
    return `${MAGIC}\n${head}\n${this.entries.join('\n')}${this.entries.length > 0 ? '\n' : ''}x ${this.count} ${shown}\n`;
  }
}

export class Replayer extends Common implements Journal {
  readonly repeating = true;
  readonly wall: number;
  readonly live: boolean;
  private readonly entries: Entry[];
  private next = 0;
  private readonly ending: Ending;

  /** @throws TskvmError when the text is no recording */
  constructor(host: JournalHost, text: string) {
    super(host);
    const [magic, head, ...lines] = text.split('\n');
    const wrong = (why: string): TskvmError =>
      new TskvmError(`the recording cannot be repeated: ${why}`, 2, ['tskvm run --record FILE writes one.']);
    if (magic !== MAGIC) throw wrong('it is not one of this version of tskvm');
    try {
      const { wall, live } = JSON.parse(head) as { wall: number; live: boolean };
      if (typeof wall !== 'number') throw new TypeError('no time');
      this.wall = wall;
      this.live = live;
    } catch {
      throw wrong('its second line is damaged');
    }
    this.entries = lines
      .filter((line) => line !== '')
      .map((line, i) => {
        const [, kind, at, rest] = /^([tshdepicrx]) (\d+) ?(.*)$/.exec(line) ?? [];
        const number = 'tshicrd'.includes(kind ?? '?') ? /^-?\d+$/.test(rest) : kind !== 'p' || /^\d+(,\d+)*$/.test(rest);
        if (kind === undefined || !number) throw wrong(`line ${i + 3} is damaged`);
        return { kind: kind as Kind, at: Number(at), text: rest };
      });
    try {
      const last = this.entries.at(-1);
      if (last?.kind !== 'x') throw new TypeError('no ending');
      this.ending = JSON.parse(last.text) as Ending;
    } catch {
      throw wrong('it has no end');
    }
  }

  rewind(): void {
    this.next = 0;
    this.count = 0;
  }

  resume(): void {}

  access(): void {
    this.count += 1;
    for (;;) {
      const entry = this.entries[this.next];
      if (entry === undefined || !'tsep'.includes(entry.kind) || entry.at > this.count) break;
      // Time of the guest's computing after this access comes by the time slices.
      if (entry.kind === 's' && entry.at === this.count) break;
      this.next += 1;
      this.perform(entry);
    }
    this.due();
  }

  slice(): void {
    if (!this.computes()) return;
    const first = this.entries[this.next];
    if (first === undefined || !'sep'.includes(first.kind) || first.at > this.count) return;
    do this.perform(this.entries[this.next++]);
    while ('ep'.includes(this.entries[this.next]?.kind ?? '?') && this.entries[this.next].at === first.at);
  }

  sleepStep(): void {}
  sleepOver(): void {}

  replaySleep(): boolean {
    for (;;) {
      const entry = this.entries[this.next];
      if (entry === undefined || !'hsepd'.includes(entry.kind)) {
        this.stray('sleeps', entry);
        return false;
      }
      this.next += 1;
      if (entry.kind === 'd') return entry.text === '1';
      this.perform(entry);
      this.host.clock.fire();
      // Time that had moved before the guest slept: what came of it came before, too.
      if (entry.kind === 's') return true;
    }
  }

  value(kind: 'i' | 'c' | 'r'): number {
    const entry = this.entries[this.next];
    if (entry?.kind !== kind) {
      this.stray(kind === 'i' ? 'asks for input' : kind === 'c' ? 'asks for random bits' : 'asks a device', entry);
      return kind === 'i' ? -2 : 0;
    }
    this.next += 1;
    return Number(entry.text);
  }

  /** At the end of the recording anything may still be asked: the run is over then. */
  private stray(what: string, entry: Entry | undefined): void {
    if (entry === undefined || entry.kind === 'x') return;
    throw new TskvmError(`the run has left the recording: after ${this.count} accesses the guest ${what}, which it did not do there`);
  }

  press(): void {}

  over(): Ending | null {
    const entry = this.entries[this.next];
    if (entry === undefined) return { kind: 'halt', forever: true };
    if (entry.kind !== 'x' || this.count < entry.at) return null;
    // Every other ending comes by itself.
    return OUTSIDE.has(this.ending.kind) ? this.ending : null;
  }

  /** The input of the recorded run: its bytes come through `value`. */
  input(): InputSource {
    const { live } = this;
    return { next: () => -1, onReady: () => undefined, close: () => undefined, live };
  }
}
