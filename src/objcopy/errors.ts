/** What stops objcopy at once: the message stands after the program's name, as GNU's does. */
export class ObjcopyError extends Error {
  constructor(
    message: string,
    /** Show the usage below it. */
    readonly usage = false,
  ) {
    super(message);
    this.name = 'ObjcopyError';
  }
}

/** What ends the copy of one file; what is said at the end is still said. */
export class CopyError extends ObjcopyError {}

/** The file cannot be laid out: `reason` follows the name of whatever was being written. */
export class LayoutError extends CopyError {
  constructor(
    readonly text: string,
    readonly reason: string,
  ) {
    super(text);
  }
}

/** Ends the copy of this file. */
export function abandon(message: string): never {
  throw new CopyError(message);
}

/** Ends objcopy. */
export function fatal(message: string): never {
  throw new ObjcopyError(message);
}

/** More than any file that we can hold in memory. */
const LIMIT = 2 ** 32;

/** Zeros, or a clear end when a file asks for more than can be. */
export function zeros(size: number): Uint8Array {
  if (!(size <= LIMIT)) fatal(`cannot make ${size} bytes of contents: File too large`);
  return new Uint8Array(size);
}
