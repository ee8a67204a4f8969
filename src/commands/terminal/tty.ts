/** The terminal in raw mode: switched over and, after every kind of ending, back. */
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { ReadStream, WriteStream } from 'node:tty';

const ENTER = '\x1b[?1049h\x1b[2J\x1b[?25l';
const LEAVE = '\x1b[0m\x1b[?25h\x1b[?1049l';

export class Tty {
  private readonly input: ReadStream;
  private readonly output: WriteStream | null;
  private active = false;
  private readonly leave = (): void => this.restore();
  private readonly again = (): void => this.resume();
  private onBytes: (bytes: Buffer) => void = () => {};

  /** @param fd where the screen is drawn (1 or 2), or null when only the keys are wanted */
  constructor(private readonly fd: 1 | 2 | null) {
    this.input = process.stdin as unknown as ReadStream;
    this.output = fd === null ? null : ((fd === 1 ? process.stdout : process.stderr) as unknown as WriteStream);
  }

  get columns(): number {
    return this.output?.columns ?? 80;
  }
  get rows(): number {
    return this.output?.rows ?? 24;
  }

  /** Raw mode, another screen; what is typed goes to `onBytes`. */
  enter(onBytes: (bytes: Buffer) => void): void {
    this.onBytes = onBytes;
    process.on('exit', this.leave);
    process.on('SIGCONT', this.again);
    this.input.on('data', this.take);
    this.resume();
  }

  /** Draws without reading keys. */
  show(): void {
    process.on('exit', this.leave);
    this.active = true;
    if (this.fd !== null) writeAll(this.fd, ENTER);
  }

  onResize(callback: () => void): void {
    this.output?.on('resize', callback);
  }

  write(text: string): void {
    if (this.fd !== null) writeAll(this.fd, text);
  }

  /** Back to the state before, for a while (the monitor) or for good. Idempotent. */
  restore(): void {
    if (!this.active) return;
    this.active = false;
    if (this.fd !== null) writeAll(this.fd, LEAVE);
    try {
      if (this.input.isTTY) this.input.setRawMode(false);
    } catch {
      // The terminal has gone.
    }
  }

  /** The raw terminal again. */
  resume(): void {
    this.active = true;
    this.input.setRawMode(true);
    this.input.resume();
    if (this.fd !== null) writeAll(this.fd, ENTER);
  }

  /** For good. */
  close(): void {
    this.restore();
    process.off('exit', this.leave);
    process.off('SIGCONT', this.again);
    this.input.off('data', this.take);
    this.input.pause();
  }

  private readonly take = (bytes: Buffer | string): void => this.onBytes(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
}

/** The descriptor on which a screen can be drawn while the guest's output goes elsewhere, or null. */
export const screenDescriptor = (): 1 | 2 | null => (isatty(1) ? 1 : isatty(2) ? 2 : null);
export const keysFromTerminal = (): boolean => isatty(0);

/** A terminal may be slow, or gone. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
