/** The assembler's file system on Node: whole files, synchronously, with strerror(3)'s words when that fails. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { HostError, type Host } from './host.js';

/** Where libuv's wording differs from glibc's by more than a capital letter. */
const glibc: Record<string, string> = {
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ETXTBSY: 'Text file busy',
  EBUSY: 'Device or resource busy',
  EIO: 'Input/output error',
  EDQUOT: 'Disk quota exceeded',
  ENODEV: 'No such device',
  EPERM: 'Operation not permitted',
  EXDEV: 'Invalid cross-device link',
  ERR_FS_FILE_TOO_LARGE: 'File too large',
  ERR_INVALID_ARG_VALUE: 'Invalid argument',
};

/** strerror(3)'s words for an error thrown by node:fs. */
export function reasonOf(error: unknown): string {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  if (Object.hasOwn(glibc, code)) return glibc[code];
  // Node's own messages read "ENOENT: no such file or directory, open 'x'".
  const words = new RegExp(`^${code}: ([^,]*)`).exec(message)?.[1] ?? message;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A failed call of node:fs as the error that the rest of tskvm reports. */
export function hostError(error: unknown, path: string): HostError {
  return new HostError((error as NodeJS.ErrnoException).code ?? 'EIO', reasonOf(error), path);
}

/** Reads a whole file; throws a HostError. FIFOs and devices are read to their end. */
export function readFile(path: string): Uint8Array {
  try {
    const descriptor = openSync(path, 'r');
    try {
      return readSmall(descriptor) ?? (fstatSync(descriptor).isFile() ? readFileSync(descriptor) : readStream(descriptor, path));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof HostError ? error : hostError(error, path);
  }
}

/** What is left of a block into which small files are read; a link reads a thousand of them. */
let block = new Uint8Array(0);
const BLOCK = 1 << 20;
const SMALL = 1 << 16;

/** The contents of a small file, without asking for its size; undefined for whatever else it is, of which nothing is lost. */
function readSmall(descriptor: number): Uint8Array | undefined {
  if (block.length < SMALL) block = new Uint8Array(BLOCK);
  try {
    // At a place of its own in the file: what has no places (a FIFO, a terminal) fails here, before anything is taken from it.
    const count = readSync(descriptor, block, 0, SMALL, 0);
    if (count === SMALL || count === 0 || readSync(descriptor, block, count, SMALL - count, count) !== 0) return undefined;
    const data = block.subarray(0, count);
    // The next file begins where words are aligned.
    block = block.subarray((count + 15) & ~15);
    return data;
  } catch {
    return undefined;
  }
}

/** Bytes that are read from what has no size (a device, a FIFO) at most. */
const STREAM_LIMIT = 2 ** 28;

/** What has no size, to its end; /dev/zero has none. */
function readStream(descriptor: number, path: string): Uint8Array {
  const pieces: Buffer[] = [];
  for (let total = 0; ;) {
    const piece = Buffer.allocUnsafe(1 << 20);
    const count = readSync(descriptor, piece, 0, piece.length, null);
    if (count === 0) return Buffer.concat(pieces);
    total += count;
    if (total > STREAM_LIMIT) throw new HostError('EFBIG', 'File too large', path);
    pieces.push(piece.subarray(0, count));
  }
}

/** Standard input to its end, also when it is a terminal or a non-blocking pipe. */
export function readStandardInput(): Uint8Array {
  for (;;) {
    try {
      return readFileSync(0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
        // Some parent made the pipe non-blocking: wait a moment for its writer, without spinning.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        continue;
      }
      throw hostError(error, 'standard input');
    }
  }
}

/** The file system, as the assembler, linker and objcopy see it under Node. */
export const nodeHost: Host = {
  get cwd() {
    return process.cwd();
  },
  exists(path) {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  },
  readFile,
};
