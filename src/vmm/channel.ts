/** Where a serial port goes besides standard output: a file, a pseudo-terminal, a TCP connection of this machine. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { TskvmError } from '../diagnostics.js';
import type { LazyRequire } from '../lazy.js';

declare const require: LazyRequire;

/** Bytes from the other end that wait for the guest, and for the other end: what comes beyond is dropped. */
const BACKLOG = 1 << 20;
const PIECE = 4096;

export interface Channel {
  write(byte: number): void;
  /** The next byte from the other end, or -1. */
  read(): number;
  /** Something may still come. */
  readonly live: boolean;
  /** What must have happened before the guest starts. */
  ready?(): Promise<void>;
  /** Hands on what has been gathered. */
  flush(): void;
  close(): void;
}

export interface ChannelEvents {
  /** Bytes have come, or the other end has gone. */
  changed(): void;
  /** One line to the user. */
  say(text: string): void;
}

const forms = 'stdio, none, file:NAME, pty, or tcp:127.0.0.1:PORT (with ,server or ,client)';

/** True for a spec that is well-formed. */
export function isChannelSpec(spec: string): boolean {
  return /^(stdio|none|pty|file:.+)$/.test(spec) || parseTcp(spec) !== null;
}

/** @param spec `file:NAME`, `pty`, `tcp:127.0.0.1:PORT`, `none` @throws TskvmError */
export function openChannel(spec: string, events: ChannelEvents): Channel {
  if (spec === 'none') return { write: () => undefined, read: () => -1, live: false, flush: () => undefined, close: () => undefined };
  if (spec.startsWith('file:') && spec.length > 5) return fileChannel(spec.slice(5));
  if (spec === 'pty') return ptyChannel(events);
  const tcp = parseTcp(spec);
  if (tcp !== null) return tcpChannel(tcp, events);
  throw new TskvmError(`--serial takes ${forms}, not \`${spec}'`);
}

interface Tcp {
  readonly host: string;
  readonly port: number;
  readonly role: 'server' | 'client' | 'either';
}

/** Only this machine: a guest is nobody's network service. */
function parseTcp(spec: string): Tcp | null {
  const match = /^tcp:(127\.\d+\.\d+\.\d+|localhost|\[::1\]):(\d{1,5})(?:,(server|client))?$/.exec(spec);
  if (match === null || Number(match[2]) > 65535) return null;
  return { host: match[1].replace(/[[\]]/g, ''), port: Number(match[2]), role: (match[3] ?? 'either') as Tcp['role'] };
}

/** Bytes gathered until a line ends or enough are there. */
class Gatherer {
  private readonly bytes = Buffer.alloc(PIECE);
  private length = 0;
  constructor(private readonly put: (bytes: Buffer) => void) {}

  write(byte: number): void {
    this.bytes[this.length++] = byte;
    if (byte === 10 || this.length === PIECE) this.flush();
  }

  flush(): void {
    if (this.length === 0) return;
    const piece = Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    this.put(piece);
  }
}

/** Bytes that have come and wait. */
class Arrivals {
  private chunks: Uint8Array[] = [];
  private at = 0;
  private waiting = 0;

  push(chunk: Uint8Array): void {
    if (this.waiting + chunk.length > BACKLOG) return;
    this.waiting += chunk.length;
    this.chunks.push(chunk);
  }

  next(): number {
    const [chunk] = this.chunks;
    if (chunk === undefined) return -1;
    const byte = chunk[this.at++];
    this.waiting -= 1;
    if (this.at === chunk.length) {
      this.chunks.shift();
      this.at = 0;
    }
    return byte;
  }
}

function fileChannel(name: string): Channel {
  let fd: number;
  try {
    fd = openSync(name, 'w');
  } catch (error) {
    throw new TskvmError(`--serial file:${name}: it cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
  const gatherer = new Gatherer((bytes) => writeSync(fd, bytes));
  return {
    write: (byte) => gatherer.write(byte),
    read: () => -1,
    live: false,
    flush: () => gatherer.flush(),
    close() {
      gatherer.flush();
      closeSync(fd);
    },
  };
}

/** A pseudo-terminal whose other end the user opens (`screen /dev/pts/7`). */
function ptyChannel(events: ChannelEvents): Channel {
  const TIOCSPTLCK = 0x40045431;
  const TIOCGPTN = 0x80045430;
  const fd = openSync('/dev/ptmx', 'r+');
  const { loadFfi } = require('./kvm/ffi.js') as typeof import('./kvm/ffi.js');
  const ffi = loadFfi();
  const number = Buffer.alloc(4);
  if (ffi.ioctl(fd, TIOCSPTLCK, Buffer.alloc(4)) < 0 || ffi.ioctl(fd, TIOCGPTN, number) < 0) {
    closeSync(fd);
    throw new TskvmError('--serial pty: this system gives no pseudo-terminal');
  }
  const name = `/dev/pts/${number.readUInt32LE()}`;
  // The other end stays open, so that nobody's leaving ends it; echo would send the guest its own words.
  const other = openSync(name, 'r+');
  makeRaw(ffi, other);
  const { ReadStream } = require('node:tty') as typeof import('node:tty');
  const stream = new ReadStream(fd);
  const arrivals = new Arrivals();
  stream.on('data', (chunk) => {
    arrivals.push(chunk as unknown as Uint8Array);
    events.changed();
  });
  stream.on('error', () => undefined);
  stream.unref();
  events.say(`a serial port is ${name}`);
  const gatherer = new Gatherer((bytes) => {
    try {
      writeSync(fd, bytes);
    } catch {
      // Nobody reads and the terminal's buffer is full.
    }
  });
  return {
    write: (byte) => gatherer.write(byte),
    read: () => arrivals.next(),
    live: true,
    flush: () => gatherer.flush(),
    close() {
      gatherer.flush();
      stream.destroy();
      closeSync(other);
    },
  };
}

/** TCGETS, then no echo, no line discipline, no translation (struct termios: four words of flags first). */
function makeRaw(ffi: { ioctl(fd: number, request: number, argument: Uint8Array): number }, fd: number): void {
  const TCGETS = 0x5401;
  const TCSETS = 0x5402;
  const termios = Buffer.alloc(64);
  if (ffi.ioctl(fd, TCGETS, termios) < 0) return;
  termios.writeUInt32LE(0, 0);
  termios.writeUInt32LE(0, 4);
  termios.writeUInt32LE(0, 12);
  ffi.ioctl(fd, TCSETS, termios);
}

/** A client where somebody listens, else a server for one connection; the guest starts when it stands. */
function tcpChannel({ host, port, role }: Tcp, events: ChannelEvents): Channel {
  const { connect, createServer } = require('node:net') as typeof import('node:net');
  const arrivals = new Arrivals();
  let socket: import('node:net').Socket | null = null;
  let server: import('node:net').Server | null = null;
  let live = true;
  const use = (made: import('node:net').Socket): void => {
    socket = made.setNoDelay(true);
    made.on('data', (chunk) => {
      arrivals.push(chunk);
      events.changed();
    });
    made.on('error', () => undefined);
    made.on('close', () => {
      live = false;
      events.changed();
    });
  };
  const fail = (error: Error, verb: string): TskvmError =>
    new TskvmError(`--serial tcp:${host}:${port}: cannot ${verb} (${(error as NodeJS.ErrnoException).code ?? error.message})`);
  const serve = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // Bun may tell of a connection first and of listening afterwards.
      let said = false;
      const say = (): void => {
        if (!said) events.say(`a serial port waits for a connection to ${host}:${port}`);
        said = true;
      };
      server = createServer((made) => {
        say();
        use(made);
        server?.close();
        resolve();
      });
      server.on('error', (error) => reject(fail(error, 'listen')));
      server.listen(port, host, say);
    });
  const call = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const made = connect(port, host);
      made.once('connect', () => {
        use(made);
        resolve();
      });
      made.once('error', (error) => {
        if (socket !== null) return;
        if (role === 'client') reject(fail(error, 'connect'));
        else serve().then(resolve, reject);
      });
    });
  const gatherer = new Gatherer((bytes) => {
    if (socket !== null && live && socket.writableLength < BACKLOG) socket.write(bytes);
  });
  return {
    write: (byte) => gatherer.write(byte),
    read: () => arrivals.next(),
    get live() {
      return live;
    },
    ready: () => (socket !== null ? Promise.resolve() : role === 'server' ? serve() : call()),
    flush: () => gatherer.flush(),
    close() {
      gatherer.flush();
      live = false;
      socket?.end();
      server?.close();
    },
  };
}
