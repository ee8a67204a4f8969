/** Where #include finds its file. */
import type { Host } from '../../host.js';

export interface SearchPaths {
  /** -iquote: only for `"file"`. */
  readonly quote: readonly string[];
  /** -I */
  readonly angle: readonly string[];
  /** -isystem */
  readonly system: readonly string[];
  /** The compiler's and the C library's own directories. */
  readonly standard: readonly string[];
}

export interface Found {
  readonly path: string;
  /** Index in the search list. -1: beside the including file, or an absolute path. */
  readonly index: number;
  /** 0 a user's directory, 1 -isystem, 2 a standard directory. */
  readonly system: number;
}

interface Directory {
  readonly prefix: string;
  readonly system: number;
}

export class IncludeSearch {
  private readonly list: Directory[];
  private readonly firstAngle: number;
  private readonly contents = new Map<string, string>();
  private readonly absent = new Set<string>();

  constructor(
    private readonly host: Host,
    paths: SearchPaths,
  ) {
    const entry =
      (system: number) =>
      (directory: string): Directory => ({
        prefix: directory.endsWith('/') ? directory : `${directory}/`,
        system,
      });
    // A directory named twice counts at its later, system place (GCC manual, Directory Options).
    const later = new Set([...paths.system, ...paths.standard]);
    this.list = [
      ...paths.quote.map(entry(0)),
      ...paths.angle.filter((directory) => !later.has(directory)).map(entry(0)),
      ...paths.system.map(entry(1)),
      ...paths.standard.map(entry(2)),
    ];
    this.firstAngle = paths.quote.length;
  }

  /**
   * `name` as an #include names it. `beside` is the including file's directory (with its slash, or empty) when that is to be
   * looked at first; `after` is the list index behind which #include_next goes on.
   */
  find(name: string, angled: boolean, beside: (Found & { directory: string }) | null, after = -1): Found | null {
    if (name.startsWith('/')) return this.exists(name) ? { path: name, index: -1, system: 0 } : null;
    if (beside !== null && !angled && this.exists(beside.directory + name)) {
      return { path: beside.directory + name, index: -1, system: beside.system };
    }
    for (let i = Math.max(after + 1, angled ? this.firstAngle : 0); i < this.list.length; i++) {
      const { prefix, system } = this.list[i];
      if (this.exists(prefix + name)) return { path: prefix + name, index: i, system };
    }
    return null;
  }

  private exists(path: string): boolean {
    if (this.contents.has(path)) return true;
    if (this.absent.has(path)) return false;
    if (this.host.exists(path)) return true;
    this.absent.add(path);
    return false;
  }

  /** The file as Latin-1 text, one character a byte; newlines normalised. */
  read(path: string): string {
    let text = this.contents.get(path);
    if (text === undefined) {
      text = decode(this.host.readFile(path));
      this.contents.set(path, text);
    }
    return text;
  }
}

const decoder = new TextDecoder('latin1');

/** Bytes to a string with one character a byte. `latin1` of the Encoding standard is windows-1252: 0x80 to 0x9f need care. */
export function decode(bytes: Uint8Array): string {
  let high = false;
  for (let i = 0; i < bytes.length && !high; i++) high = bytes[i] >= 0x80;
  let text: string;
  if (!high) text = decoder.decode(bytes);
  else {
    const parts: string[] = [];
    for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
    text = parts.join('');
  }
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
}

/** The inverse of `decode`. */
export function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
