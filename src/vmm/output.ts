/** The guest's console output: gathered in one buffer and handed on in large pieces, whatever the other end does. */
import { writeSync } from 'node:fs';

/** Where output goes. */
export interface OutputSink {
  /**
   * Takes a prefix of `bytes` and returns its length; less than all means "not now, call again". The bytes are only
   * valid during the call. @throws an Error with `code` 'EPIPE' when nobody reads any longer
   */
  write(bytes: Uint8Array): number;
}

/** A file descriptor, written without going through a stream, so that nothing is lost or late when the process ends. */
export function fdSink(fd: number): OutputSink {
  return {
    write(bytes) {
      try {
        return writeSync(fd, bytes);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN' || code === 'EINTR') return 0;
        throw error;
      }
    },
  };
}

/** Keeps everything: `bytes()` is what has been written so far. */
export function captureSink(): OutputSink & { bytes(): Uint8Array; clear(): void } {
  let buffer = new Uint8Array(256);
  let length = 0;
  return {
    write(bytes) {
      if (length + bytes.length > buffer.length) {
        const grown = new Uint8Array(Math.max(buffer.length * 2, length + bytes.length));
        grown.set(buffer.subarray(0, length));
        buffer = grown;
      }
      buffer.set(bytes, length);
      length += bytes.length;
      return bytes.length;
    },
    bytes: () => buffer.slice(0, length),
    clear: () => {
      length = 0;
    },
  };
}

const CAPACITY = 64 * 1024;
/** A guest that writes little needs no more. */
const FIRST_CAPACITY = 1024;
/** Output that a sink does not take is kept up to here before the guest has to wait. */
const BACKLOG = 4 * 1024 * 1024;

export class OutputBuffer {
  /** Bytes accepted from the guest since the last reset. */
  total = 0;
  limit = Infinity;
  /** Set when the guest wrote more than `limit`: the rest is dropped. */
  exceeded = false;
  /** The reader has gone (EPIPE): what follows is dropped. */
  closed = false;
  /** Any other failure of the sink. */
  error: Error | null = null;

  private buffer = new Uint8Array(FIRST_CAPACITY);
  private start = 0;
  private end = 0;

  constructor(
    private readonly sink: OutputSink,
    /** Called when the run should stop to look at `exceeded`, `closed`, `error` or `full`. */
    private readonly alert: () => void,
  ) {}

  byte(value: number): void {
    if (this.total >= this.limit) return this.refuse();
    if (this.end === this.buffer.length) this.makeRoom(1);
    this.buffer[this.end++] = value;
    this.total += 1;
  }

  write(bytes: Uint8Array): void {
    if (this.total + bytes.length > this.limit) {
      bytes = bytes.subarray(0, this.limit - this.total);
      this.refuse();
    }
    if (this.end + bytes.length > this.buffer.length) this.makeRoom(bytes.length);
    this.buffer.set(bytes, this.end);
    this.end += bytes.length;
    this.total += bytes.length;
  }

  private refuse(): void {
    this.exceeded = true;
    this.alert();
  }

  /** More waits than the sink takes: the guest must pause until `flush` has helped. */
  get full(): boolean {
    return this.end - this.start > BACKLOG;
  }

  get empty(): boolean {
    return this.start === this.end;
  }

  private makeRoom(count: number): void {
    if (this.buffer.length < CAPACITY) {
      const larger = new Uint8Array(CAPACITY);
      larger.set(this.buffer.subarray(this.start, this.end));
      this.end -= this.start;
      this.start = 0;
      this.buffer = larger;
      if (this.end + count <= CAPACITY) return;
    }
    this.flush();
    const waiting = this.end - this.start;
    if (waiting + count > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.buffer.length * 2, waiting + count));
      grown.set(this.buffer.subarray(this.start, this.end));
      this.buffer = grown;
      if (waiting + count > BACKLOG) this.alert();
    } else if (this.start > 0) {
      this.buffer.copyWithin(0, this.start, this.end);
    }
    this.start = 0;
    this.end = waiting;
  }

  /** Hands on what waits. Returns false when the sink does not take all of it now. */
  flush(): boolean {
    while (this.start < this.end) {
      if (this.closed || this.error !== null) {
        this.start = this.end;
        break;
      }
      try {
        const taken = this.sink.write(this.buffer.subarray(this.start, this.end));
        if (taken <= 0) return false;
        this.start += taken;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') this.closed = true;
        else this.error = error as Error;
        this.alert();
      }
    }
    this.start = 0;
    this.end = 0;
    return true;
  }

  reset(): void {
    this.flush();
    this.total = 0;
    this.exceeded = false;
    this.error = null;
    this.start = this.end = 0;
    if (this.buffer.length > CAPACITY) this.buffer = new Uint8Array(CAPACITY);
  }
}
