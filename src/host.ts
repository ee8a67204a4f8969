/**
 * The one seam between the assembler, the linker or objcopy and the outside: a small file system.
 * Nothing else in src/asm, src/objcopy, src/object.ts touches Node, so that the same code runs in a browser.
 */
export interface Host {
  /** The whole file, or throws an `HostError`. `-` is not special here: the command line resolves standard input. */
  readFile(path: string): Uint8Array;
  /** True when `path` names a readable regular file. */
  exists(path: string): boolean;
  /** Working directory, for DW_AT_comp_dir and .debug_line. */
  readonly cwd: string;
}

/** Why a file could not be read or written: `code` is the errno name, `reason` what strerror(3) says. */
export class HostError extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
    readonly path: string,
  ) {
    super(`${path}: ${reason}`);
    this.name = 'HostError';
  }
}

/** Files from memory: for tests and browsers. */
export function memoryHost(files: Record<string, string | Uint8Array>, cwd = '/'): Host {
  const encoder = new TextEncoder();
  return {
    cwd,
    exists: (path) => Object.hasOwn(files, path),
    readFile(path) {
      if (!Object.hasOwn(files, path)) throw new HostError('ENOENT', 'No such file or directory', path);
      const content = files[path];
      return typeof content === 'string' ? encoder.encode(content) : content;
    },
  };
}
