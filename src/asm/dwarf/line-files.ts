/**
 * The file and directory tables of .debug_line (DWARF 5 standard, section 6.2.4), filled by .file directives or, under -g,
 * by the sources as they are read.
 */
import type { Assembler } from '../assembler.js';

export interface LineFile {
  readonly name: string;
  /** Index in `directories`. */
  readonly directory: number;
  /** 16 bytes, the number's lowest first as gas has it; null: none was given. */
  readonly md5: Uint8Array | null;
}

export class LineFiles {
  /** By number; number 0 is DWARF 5's primary source file. */
  readonly files: (LineFile | undefined)[] = [];
  /** By number; number 0 is the compilation directory, when something says which that is. */
  readonly directories: (string | undefined)[] = [];
  private lastPath: string | null = null;
  private lastNumber = 0;

  constructor(
    private readonly asm: Assembler,
    /** DWARF version asked for so far. */
    private readonly level: () => number,
  ) {}

  assigned(number: number): boolean {
    return this.files[number] !== undefined;
  }

  /** The number of the source `path`, which gets the next free one when it has none. Number 0 is not for these. */
  numberOf(path: string): number {
    if (path === this.lastPath) return this.lastNumber;
    const length = baseOffset(path);
    const name = path.slice(length);
    const directory = this.directory(path.slice(0, length), null, false);
    let number = 1;
    while (number < this.files.length && !(this.files[number]?.name === name && this.files[number]?.directory === directory)) number += 1;
    if (number >= this.files.length) this.files[number] = { name, directory, md5: null };
    this.lastPath = path;
    this.lastNumber = number;
    return number;
  }

  /** `.file number ["directory"] "name" [md5]`. Errors are reported. */
  assign(number: number, directory: string | null, name: string, md5: Uint8Array | null): void {
    const present = this.files[number];
    if (present !== undefined) {
      if (this.same(present, directory, name, md5)) return;
      const known = this.directories[present.directory];
      const was = known === undefined ? present.name : `${known}/${present.name}`;
      const given = directory === null ? name : `${directory}/${name}`;
      this.asm.error(`file table slot ${number} is already occupied by a different file (${was} vs ${given})`);
      return;
    }
    // The directory given with file 0 is the compilation directory; the name's own one then comes after it.
    const length = directory === null || number === 0 ? baseOffset(name) : 0;
    const where = this.directory(length === 0 ? (directory ?? '') : name.slice(0, length), directory, number === 0);
    this.lastPath = null;
    this.files[number] = { name: name.slice(length), directory: where, md5 };
  }

  /** Does the entry say the same? An entry whose directory was not known takes the one given now. */
  private same(present: LineFile, directory: string | null, name: string, md5: Uint8Array | null): boolean {
    const known = this.directories[present.directory];
    if (md5 !== null && !md5.every((byte, i) => byte === (present.md5?.[i] ?? 0))) return false;
    if (directory !== null) {
      if ((known !== undefined && known !== directory) || name !== present.name) return false;
      if (known === undefined) this.directories[present.directory] = directory;
      return true;
    }
    if (known !== undefined) return name === `${known}/${present.name}`;
    const length = baseOffset(name);
    if (name.slice(length) !== present.name) return false;
    if (length > 0) this.directories[present.directory] = name.slice(0, length);
    return true;
  }

  /** The number of the directory `name` (a slash at its end does not count), a new one when it has none. */
  private directory(name: string, first: string | null, canBeZero: boolean): number {
    const plain = name.endsWith('/') ? name.slice(0, -1) : name;
    if (plain === '') return 0;
    const { directories } = this;
    const found = directories.indexOf(plain);
    if (found >= 0) return found;
    let number = directories.length;
    if (canBeZero) {
      if (directories[0] === undefined) {
        const current = first ?? this.asm.host.cwd;
        if (this.level() >= 5 && name !== current) {
          // Directory 0 is the compilation directory, which this is not.
          this.directory(current, first, true);
          number = 1;
        } else number = 0;
      }
    } else if (number === 0) number = 1;
    directories[number] = plain;
    return number;
  }

  /** Forgets everything: what -g gathered before the source's own line information began. */
  clear(): void {
    this.files.length = this.directories.length = 0;
    this.lastPath = null;
  }
}

/** Where the last component of `path` begins; the root directory is no component of its own. */
function baseOffset(path: string): number {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? 0 : slash + 1;
}

/** --debug-prefix-map: the first map of the list that fits applies, which is the one given last. */
export function remap(asm: Assembler, path: string): string {
  const map = asm.options.debugPrefixMap?.find(({ from }) => path.startsWith(from));
  return map === undefined ? path : map.to + path.slice(map.from.length);
}
