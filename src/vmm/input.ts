/** The console's input: bytes that devices ask for one at a time. */

/** What `next` gives besides a byte. */
export const INPUT_NONE = -1;
export const INPUT_END = -2;

export interface InputSource {
  /** The next byte, INPUT_NONE (nothing now) or INPUT_END. */
  next(): number;
  /** Calls back whenever input may have become available. */
  onReady(callback: () => void): void;
  close(): void;
  /** Somebody sits at a keyboard: a key may come at any time, so a sleeping guest is worth waiting for. */
  readonly live?: boolean;
}

/** Input that is known beforehand, as in golden tests. */
export function bytesInput(bytes: Uint8Array): InputSource {
  let at = 0;
  return {
    next: () => (at < bytes.length ? bytes[at++] : INPUT_END),
    onReady: () => undefined,
    close: () => undefined,
  };
}

/** A readable stream (process.stdin): nothing is read before somebody asks for the first byte. */
export function streamInput(open: () => NodeJS.ReadableStream): InputSource {
  let chunks: Uint8Array[] = [];
  let at = 0;
  let ended = false;
  let stream: NodeJS.ReadableStream | undefined;
  const callbacks: (() => void)[] = [];
  const wake = (): void => callbacks.forEach((callback) => callback());
  const onData = (chunk: Uint8Array | string): void => {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    wake();
  };
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  const begin = (): void => {
    if (stream !== undefined) return;
    stream = open();
    stream.on('data', onData).on('end', onEnd).on('error', onEnd);
  };
  return {
    next() {
      begin();
      const chunk = chunks[0];
      if (chunk === undefined) return ended ? INPUT_END : INPUT_NONE;
      const value = chunk[at++];
      if (at >= chunk.length) {
        chunks.shift();
        at = 0;
      }
      return value;
    },
    onReady(callback) {
      callbacks.push(callback);
    },
    close() {
      chunks = [];
      ended = true;
      callbacks.length = 0;
      stream?.off('data', onData).off('end', onEnd).off('error', onEnd);
      stream?.pause();
    },
  };
}
