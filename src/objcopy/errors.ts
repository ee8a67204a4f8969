/** What stops objcopy: the message stands after the program's name, as GNU's does. */
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

export function fatal(message: string): never {
  throw new ObjcopyError(message);
}
