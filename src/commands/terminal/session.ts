/**
 * A machine in a raw terminal: the screen is drawn, keys go to the guest, and Ctrl-A is ours, as in QEMU: x quits, c opens
 * the monitor, h helps, a sends Ctrl-A.
 */
import { TskvmError } from '../../diagnostics.js';
import type { LazyRequire } from '../../lazy.js';
import type { Image } from '../../object.js';
import { INPUT_NONE } from '../../vmm/input.js';
import type { InputSource } from '../../vmm/input.js';
import type { Machine } from '../../vmm/machine.js';
import { captureSink } from '../../vmm/output.js';
import type { OutputSink } from '../../vmm/output.js';
import type { RunResult } from '../../vmm/result.js';
import { statusOf } from '../../vmm/result.js';
import { frameOf } from '../shared/screen.js';
import { writeStderr } from '../shared/streams.js';
import { KeyReader } from './keys.js';
import { Painter, colourDepth } from './painter.js';
import { Tty, keysFromTerminal, screenDescriptor } from './tty.js';

declare const require: LazyRequire;

const CTRL_A = '\x01';
/** Milliseconds between two looks at the screen. */
const PERIOD = 33;
/** Console output that waits until the screen is given back; older bytes are dropped. */
const MOST_OUTPUT = 1 << 20;

const HELP = ['Ctrl-A h  this help', 'Ctrl-A x  quit', 'Ctrl-A c  monitor', 'Ctrl-A a  send Ctrl-A'];

/** What the machine is given, and what then runs it. */
export interface TerminalSession {
  readonly input: InputSource;
  /** undefined: standard output, as always. */
  readonly output: OutputSink | undefined;
  run(machine: Machine, source: Image | Uint8Array | null): Promise<RunResult>;
}

/**
 * @param kind `display` draws the screen and types on the guest's keyboard; `console` only passes bytes on
 * @throws TskvmError when there is no terminal
 */
export function openTerminal(kind: 'display' | 'console'): TerminalSession {
  const fd = screenDescriptor();
  if (kind === 'display' && fd === null) {
    throw new TskvmError('--display text needs a terminal on standard output or standard error', 2, [
      '--screen FILE and --screenshot FILE.png show the screen after the run.',
    ]);
  }
  if (kind === 'console' && !keysFromTerminal()) throw new TskvmError('--nographic needs a terminal on standard input');
  return new Session(kind, fd);
}

/** Bytes typed at the console. */
class TypedInput implements InputSource {
  readonly live = true;
  private readonly bytes: number[] = [];
  private readonly callbacks: (() => void)[] = [];

  next(): number {
    return this.bytes.shift() ?? INPUT_NONE;
  }
  onReady(callback: () => void): void {
    this.callbacks.push(callback);
  }
  close(): void {
    this.callbacks.length = 0;
  }
  push(bytes: Uint8Array): void {
    this.bytes.push(...bytes);
    for (const callback of this.callbacks) callback();
  }
}

class Session implements TerminalSession {
  readonly input = new TypedInput();
  readonly output: OutputSink | undefined;
  private readonly kept = captureSink();
  private readonly tty: Tty;
  private readonly painter = new Painter(colourDepth(process.env));
  private readonly keys = new KeyReader((codes) => this.press(codes));
  private machine: Machine | null = null;
  private prefix = false;
  private help = false;
  private wanted: 'quit' | 'monitor' | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly kind: 'display' | 'console',
    private readonly fd: 1 | 2 | null,
  ) {
    this.tty = new Tty(kind === 'display' ? fd : null);
    // What the guest prints would tear the screen; it comes when that is given back.
    if (kind === 'display' && fd === 1) this.output = { write: (bytes) => this.keep(bytes) };
  }

  private keep(bytes: Uint8Array): number {
    if (this.kept.bytes().length + bytes.length > MOST_OUTPUT) this.kept.clear();
    return this.kept.write(bytes);
  }

  async run(machine: Machine, source: Image | Uint8Array | null): Promise<RunResult> {
    this.machine = machine;
    this.begin();
    try {
      for (;;) {
        const result = await machine.run();
        const { wanted } = this;
        this.wanted = null;
        if (result.ending.kind !== 'interrupted' || wanted === null) return result;
        const quit = (): RunResult => ({ ...result, ending: { kind: 'quit' }, status: statusOf({ kind: 'quit' }) });
        if (wanted === 'quit') return quit();
        this.pause();
        const { monitor } = require('./monitor.js') as typeof import('./monitor.js');
        const answer = await monitor(machine, result, source);
        if (answer === 'quit') return quit();
        if (answer !== 'continue') return { ...result, ending: answer, status: statusOf(answer) };
        this.begin();
      }
    } finally {
      this.end();
    }
  }

  /** A signal between the raw terminal and the run ends that run at once, as one during it does. */
  private readonly signalled = (signal: NodeJS.Signals): void => this.machine?.interrupt(signal as 'SIGINT' | 'SIGTERM' | 'SIGHUP');

  private begin(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, this.signalled);
    if (keysFromTerminal()) this.tty.enter((bytes) => this.take(bytes));
    else if (this.kind === 'display') this.tty.show();
    if (this.kind !== 'display') return;
    this.painter.forget();
    this.tty.onResize(() => this.painter.forget());
    this.timer ??= setInterval(() => this.draw(), PERIOD);
    this.draw();
  }

  /** The terminal as it was, for the monitor. */
  private pause(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, this.signalled);
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.tty.close();
  }

  private end(): void {
    this.pause();
    this.keys.close();
    if (this.kind !== 'display' || this.machine === null) return;
    // The last picture stays.
    this.tty.write(this.painter.lines(frameOf(this.machine), this.tty.columns, this.tty.rows));
    const bytes = this.kept.bytes();
    if (bytes.length > 0 && this.fd === 1) this.tty.write(Buffer.from(bytes).toString('latin1'));
  }

  private draw(): void {
    const { machine } = this;
    if (machine === null) return;
    if (this.help) return;
    this.tty.write(this.painter.draw(frameOf(machine), this.tty.columns, this.tty.rows));
  }

  /** What was typed: Ctrl-A and the key behind it are ours. */
  private take(bytes: Buffer): void {
    const text = bytes.toString('utf8');
    let rest = '';
    for (const character of text) {
      let sent = false;
      if (this.help) {
        this.help = false;
        this.painter.forget();
        if (character !== CTRL_A) continue;
      }
      if (this.prefix) {
        this.prefix = false;
        sent = true;
        if (character !== 'a' && character !== CTRL_A) {
          this.command(character);
          continue;
        }
      } else if (character === CTRL_A) {
        this.prefix = true;
        continue;
      }
      rest += character === 'a' && sent ? CTRL_A : character;
    }
    if (rest === '') return;
    if (this.kind === 'display' && this.keyboard() !== null) this.keys.feed(rest);
    else this.input.push(Buffer.from(rest));
  }

  /** The key behind Ctrl-A; others than these mean nothing. */
  private command(character: string): void {
    if (character === 'x') this.ask('quit');
    else if (character === 'c') this.ask('monitor');
    else if (character === 'h' || character === '?') this.showHelp();
  }

  private ask(wanted: 'quit' | 'monitor'): void {
    this.wanted = wanted;
    this.machine?.interrupt('SIGINT');
  }

  private showHelp(): void {
    if (this.kind !== 'display') {
      writeStderr(`\r\n${HELP.join('\r\n')}\r\n`);
      return;
    }
    this.help = true;
    const box = ['', ...HELP, '', 'any key goes on', ''].map((line, i) => `\x1b[${i + 2};4H\x1b[0;7m  ${line.padEnd(26)}\x1b[0m`);
    this.tty.write(`${box.join('')}\x1b[?25l`);
  }

  private keyboard(): { press(codes: readonly number[]): void } | null {
    const device = this.machine?.device('i8042') as { press?(codes: readonly number[]): void } | null | undefined;
    return device?.press === undefined ? null : (device as { press(codes: readonly number[]): void });
  }

  private press(codes: number[]): void {
    this.machine?.press(codes);
  }
}
