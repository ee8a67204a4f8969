/** `tskvm nm`: the symbols of objects, executables and archives, in GNU nm's columns. */
import { readFile } from '../host-node.js';
import type { Archive } from '../objcopy/archive.js';
import { expandResponses, getopt, type Argument } from '../objcopy/getopt.js';
import { SYM, type Symbol } from '../objcopy/model.js';
import { symbolClass } from '../objcopy/symbol-class.js';
import { readBinaries, type Binary } from './shared/binaries.js';
import type { LazyRequire } from '../lazy.js';
import { writeStderr, writeStdout } from './shared/streams.js';

declare const require: LazyRequire;

type Format = 'bsd' | 'sysv' | 'posix' | 'just-symbols';

interface Request {
  format: Format;
  radix: 8 | 10 | 16;
  debug: boolean;
  dynamic: boolean;
  externOnly: boolean;
  definedOnly: boolean;
  undefinedOnly: boolean;
  noWeak: boolean;
  fileNames: boolean;
  armap: boolean;
  sizes: boolean;
  quiet: boolean;
  /** Names of C++ and Rust as people write them. */
  demangle: boolean;
  /** Where there is debugging information, source lines would have to be found for every symbol: refused. */
  lines: boolean;
  /** Names for the entries of a PLT: refused where there is one. */
  synthetic: boolean;
  versions: boolean;
  sort: 'name' | 'value' | 'size' | 'none';
  reverse: boolean;
  target?: string;
}

const USAGE = `Usage: tskvm nm [option(s)] [file(s)]

Lists the symbols of objects, executables and archives (a.out when no file is given).

  -a, --debug-syms           section and file symbols too
  -A, -o, --print-file-name  the file's name on every line
  -D, --dynamic              dynamic symbols
  -f, --format=FORMAT        bsd, sysv, posix or just-symbols
  -g, --extern-only          only external symbols
  -j, --just-symbols         only names
  -n, -v, --numeric-sort     by address
  -p, --no-sort              as they stand in the file
  -P, --portability          as --format=posix
  -r, --reverse-sort         the other way round
  -s, --print-armap          the archive's index
  -S, --print-size           sizes too
      --size-sort            by size
  -t, --radix=d|o|x          numbers
  -u, --undefined-only       only undefined symbols
      --defined-only         only defined ones
  -W, --no-weak              no weak ones
      --without-symbol-versions, --quiet, --target=FORMAT
`;

const LONG: Record<string, Argument> = {
  'debug-syms': 'none',
  'defined-only': 'none',
  demangle: 'optional',
  dynamic: 'none',
  'extern-only': 'none',
  format: 'required',
  help: 'none',
  'ifunc-chars': 'required',
  'just-symbols': 'none',
  'line-numbers': 'none',
  'no-cplus': 'none',
  'no-demangle': 'none',
  'no-recurse-limit': 'none',
  'no-recursion-limit': 'none',
  'no-sort': 'none',
  'no-weak': 'none',
  'numeric-sort': 'none',
  plugin: 'required',
  portability: 'none',
  'print-armap': 'none',
  'print-file-name': 'none',
  'print-size': 'none',
  quiet: 'none',
  radix: 'required',
  'recurse-limit': 'none',
  'recursion-limit': 'none',
  'reverse-sort': 'none',
  'size-sort': 'none',
  'special-syms': 'none',
  synthetic: 'none',
  target: 'required',
  'undefined-only': 'none',
  unicode: 'required',
  version: 'none',
  'with-symbol-versions': 'none',
  'without-symbol-versions': 'none',
};

export function run(argv: string[]): number {
  const request: Request = {
    format: 'bsd',
    radix: 16,
    debug: false,
    dynamic: false,
    externOnly: false,
    definedOnly: false,
    undefinedOnly: false,
    noWeak: false,
    fileNames: false,
    armap: false,
    sizes: false,
    quiet: false,
    demangle: false,
    lines: false,
    synthetic: false,
    versions: true,
    sort: 'name',
    reverse: false,
  };
  const parsed = getopt(expandResponses(argv, responseText), { short: 'aABCDef:gHhjlnopPrSst:uU:vVWX:', long: LONG });
  for (const { name, value = '' } of parsed.options) {
    const problem = apply(request, name, value);
    if (problem === 'help') {
      writeStdout(USAGE);
      return 0;
    }
    if (problem === 'version') {
      writeStdout('tskvm nm, compatible with GNU nm 2.40\n');
      return 0;
    }
    if (problem !== undefined) {
      writeStderr(`nm: ${problem}\n`);
      return 1;
    }
  }
  if (parsed.error !== undefined) {
    writeStderr(`nm: ${parsed.error}\n${USAGE}`);
    return 1;
  }
  return show(request, parsed.operands.length > 0 ? parsed.operands : ['a.out']);
}

function responseText(path: string): string | null {
  try {
    return Buffer.from(readFile(path)).toString('latin1');
  } catch {
    return null;
  }
}

/** Returns what is wrong, or `help` or `version`. */
function apply(r: Request, name: string, value: string): string | undefined {
  switch (name) {
    case 'a':
    case 'debug-syms':
      r.debug = true;
      return;
    case 'A':
    case 'o':
    case 'print-file-name':
      r.fileNames = true;
      return;
    case 'B':
      r.format = 'bsd';
      return;
    case 'C':
    case 'demangle':
      if (value !== '' && !/^(none|auto|gnu-v3|rust)$/.test(value)) {
        return /^(java|gnat|dlang)$/.test(value) ? `--demangle=${value} is not supported` : `unknown demangling style \`${value}'`;
      }
      r.demangle = value !== 'none';
      return;
    case 'no-demangle':
      r.demangle = false;
      return;
    case 'l':
    case 'line-numbers':
      r.lines = true;
      return;
    case 'plugin':
      return '--plugin is not supported';
    case 'synthetic':
      r.synthetic = true;
      return;
    case 'D':
    case 'dynamic':
      r.dynamic = true;
      return;
    case 'f':
    case 'format': {
      const formats: Record<string, Format> = {
        B: 'bsd',
        b: 'bsd',
        S: 'sysv',
        s: 'sysv',
        P: 'posix',
        p: 'posix',
        J: 'just-symbols',
        j: 'just-symbols',
      };
      const format = formats[value[0] ?? ''];
      if (!format) return `${value}: invalid output format`;
      r.format = format;
      return;
    }
    case 'g':
    case 'extern-only':
      r.externOnly = true;
      return;
    case 'h':
    case 'H':
    case 'help':
      return 'help';
    case 'j':
    case 'just-symbols':
      r.format = 'just-symbols';
      return;
    case 'n':
    case 'v':
    case 'numeric-sort':
      r.sort = 'value';
      return;
    case 'p':
    case 'no-sort':
      r.sort = 'none';
      return;
    case 'P':
    case 'portability':
      r.format = 'posix';
      return;
    case 'r':
    case 'reverse-sort':
      r.reverse = true;
      return;
    case 's':
    case 'print-armap':
      r.armap = true;
      return;
    case 'S':
    case 'print-size':
      r.sizes = true;
      return;
    case 'size-sort':
      r.sort = 'size';
      return;
    case 't':
    case 'radix': {
      const radixes: Record<string, 8 | 10 | 16> = { d: 10, o: 8, x: 16 };
      if (!radixes[value]) return `${value}: invalid radix`;
      r.radix = radixes[value];
      return;
    }
    case 'u':
    case 'undefined-only':
      r.undefinedOnly = true;
      return;
    case 'defined-only':
      r.definedOnly = true;
      return;
    case 'W':
    case 'no-weak':
      r.noWeak = true;
      return;
    case 'X':
      return value === '32_64' ? undefined : 'Only -X 32_64 is supported';
    case 'V':
    case 'version':
      return 'version';
    case 'quiet':
      r.quiet = true;
      return;
    case 'target':
      r.target = value;
      return;
    case 'without-symbol-versions':
      r.versions = false;
      return;
  }
  return undefined;
}

function show(request: Request, files: readonly string[]): number {
  let status = 0;
  const warn = (message: string): void => {
    flush();
    writeStderr(`nm: ${message}\n`);
  };
  const complain = (message: string): void => {
    status += 1;
    warn(message);
  };
  let out = '';
  const flush = (): void => {
    if (out !== '') writeStdout(out);
    out = '';
  };
  const several = files.length > 1;
  for (const file of files) {
    const found = readBinaries(file, complain, warn, request.target);
    if (!found) continue;
    const { archive } = found;
    if (archive && request.format === 'bsd' && several) out += `\n${file}:\n`;
    if (archive && request.armap) out += armap(archive);
    for (const binary of found.binaries) {
      const refusal = refuse(request, binary);
      if (refusal !== undefined) {
        if (refusal === 'invalid operation' && request.format === 'sysv') out += heading(request, binary);
        complain(`${binary.name}: ${refusal}`);
        continue;
      }
      if (request.format === 'sysv' || (!request.fileNames && (archive || several))) out += heading(request, binary);
      const lines = list(request, binary);
      if (lines === null) {
        flush();
        if (!request.quiet) writeStderr(`nm: ${binary.name}: no symbols\n`);
      } else out += lines;
    }
  }
  flush();
  return status;
}

/** What cannot be shown of a file, in GNU's words where it cannot either. */
function refuse(r: Request, { program }: Binary): string | undefined {
  if (program.elf?.type === 4) return 'file format not recognized';
  if (r.dynamic && program.target === 'ihex') return 'invalid operation';
  if (r.synthetic && program.sections.some((s) => s.name.startsWith('.plt'))) return '--synthetic is not supported for files with a PLT';
  if (r.lines && program.sections.some((s) => /^\.z?debug_(info|line)$|^\.stab$/.test(s.name))) {
    return '--line-numbers is not supported for files with debugging information';
  }
  if (r.demangle && program.symbols.some((s) => /^_R/.test(s.name))) return "--demangle of Rust's v0 names (_R…) is not supported";
  return undefined;
}

function armap(archive: Archive): string {
  if (!archive.table) return '';
  const lines = archive.table.symbols.map(({ name, member }) => `${name} in ${archive.members[member ?? -1]?.name ?? ''}\n`);
  return `\nArchive index:\n${lines.join('')}`;
}

function heading(request: Request, binary: Binary): string {
  const { archive, name, program } = binary;
  if (request.format === 'bsd') return `\n${name}:\n`;
  if (request.format === 'posix') return archive ? `${archive}[${name}]:\n` : `${name}:\n`;
  if (request.format === 'just-symbols') return '';
  const what = request.undefinedOnly ? 'Undefined symbols from' : 'Symbols from';
  const from = archive ? `${archive}[${name}]` : name;
  const wide = program.elf ? program.elf.elfClass === 64 : false;
  const columns = wide
    ? 'Name                  Value           Class        Type         Size             Line  Section'
    : 'Name                  Value   Class        Type         Size     Line  Section';
  return `\n\n${what} ${from}:\n\n${columns}\n\n`;
}

interface Entry {
  symbol: Symbol;
  value: bigint;
  size: bigint;
}

/** The lines of one file; null when it has no symbols at all. */
function list(request: Request, binary: Binary): string | null {
  const { program } = binary;
  const symbols = request.dynamic ? (program.dynamicSymbols?.(request.versions) ?? []) : program.symbols;
  if (symbols.length === 0) return null;
  const entries: Entry[] = [];
  for (const symbol of symbols) {
    if (!isWanted(request, symbol)) continue;
    const base = typeof symbol.section === 'object' ? symbol.section.vma : 0n;
    const value = BigInt.asUintN(64, symbol.value + base);
    const size = symbol.section === 'common' ? symbol.value : (symbol.elf?.size ?? 0n);
    entries.push({ symbol, value, size });
  }
  const sorted = sort(request, entries);
  const width = program.elf?.elfClass === 64 ? 16 : 8;
  return sorted.map((entry) => line(request, binary, entry, width)).join('');
}

function isWanted(r: Request, symbol: Symbol): boolean {
  const { flags, section } = symbol;
  const isUndefined = section === 'undefined';
  if (r.undefinedOnly && !isUndefined) return false;
  if (!r.undefinedOnly && r.externOnly) {
    // -g wins over -W.
    if ((flags & (SYM.GLOBAL | SYM.WEAK | SYM.UNIQUE)) === 0 && !isUndefined && section !== 'common') return false;
  }
  if (r.noWeak && !r.undefinedOnly && !r.externOnly && (flags & SYM.WEAK) !== 0) return false;
  if (!r.debug && (flags & SYM.DEBUGGING) !== 0) return false;
  if (r.sort === 'size' && (isUndefined || (symbol.elf?.size ?? 0n) === 0n)) return false;
  return !(r.definedOnly && isUndefined);
}

function sort(r: Request, entries: Entry[]): Entry[] {
  if (r.sort === 'none') return entries;
  const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
  // The versions of dynamic symbols do not count.
  const key = ({ symbol: { name } }: Entry): string => (r.dynamic ? name.replace(/@.*/, '') : name);
  const byName = (a: Entry, b: Entry): number => compare(key(a), key(b));
  const byValue = (a: Entry, b: Entry): number => {
    const [x, y] = [a.symbol.section === 'undefined' ? 0 : 1, b.symbol.section === 'undefined' ? 0 : 1];
    return x - y || (x === 0 ? 0 : compare(a.value, b.value)) || byName(a, b);
  };
  const bySize = (a: Entry, b: Entry): number => compare(a.size, b.size) || byName(a, b);
  const order = r.sort === 'value' ? byValue : r.sort === 'size' ? bySize : byName;
  return entries.sort(r.reverse ? (a, b) => order(b, a) : order);
}

function line(r: Request, binary: Binary, entry: Entry, width: number): string {
  const { symbol } = entry;
  const name = r.demangle ? shown(symbol.name) : symbol.name;
  const letter = symbolClass(symbol);
  const isUndefined = symbol.section === 'undefined';
  const number = (value: bigint, pad = width): string => value.toString(r.radix).padStart(pad, '0');
  let prefix = '';
  if (r.fileNames && r.format !== 'just-symbols') {
    if (r.format !== 'posix') prefix = binary.archive ? `${binary.archive}:${binary.name}:` : `${binary.name}:`;
    else prefix = binary.archive ? `${binary.archive}[${binary.name}]: ` : `${binary.name}: `;
  }
  switch (r.format) {
    case 'just-symbols':
      return `${prefix}${name}\n`;
    case 'posix': {
      if (isUndefined) return `${prefix}${name} ${letter}         \n`;
      const size = entry.size !== 0n ? entry.size.toString(r.radix) : '';
      return `${prefix}${name} ${letter} ${entry.value.toString(r.radix)} ${size}\n`;
    }
    case 'sysv': {
      const value = isUndefined ? ' '.repeat(width) : number(entry.value);
      const size = entry.size !== 0n ? number(entry.size) : ' '.repeat(width);
      const known = symbol.elf !== undefined && (symbol.flags & SYM.SECTION) === 0;
      const section = !known ? '' : typeof symbol.section === 'object' ? symbol.section.name : PSEUDO[symbol.section];
      return `${prefix}${name.padEnd(20)}|${value}|   ${letter}  |${typeName(symbol).padStart(18)}|${size}|     |${section}\n`;
    }
    default: {
      if (isUndefined) return `${prefix}${' '.repeat(width)} ${letter} ${name}\n`;
      // By size without -S: the size stands where the value would.
      const sizeOnly = r.sort === 'size' && !r.sizes;
      const value = number(sizeOnly ? entry.size : entry.value);
      const size = r.sizes && entry.size !== 0n ? ` ${number(entry.size)}` : '';
      return `${prefix}${value}${size} ${letter} ${name}\n`;
    }
  }
}

function shown(name: string): string {
  const { demangle } = require('../objcopy/demangle/index.js') as typeof import('../objcopy/demangle/index.js');
  return demangle(name) ?? name;
}

const PSEUDO = { undefined: '*UND*', absolute: '*ABS*', common: '*COM*' } as const;

const TYPES: Record<number, string> = { 0: 'NOTYPE', 1: 'OBJECT', 2: 'FUNC', 3: 'SECTION', 4: 'FILE', 5: 'COMMON', 6: 'TLS' };

function typeName(symbol: Symbol): string {
  if (!symbol.elf || (symbol.flags & SYM.SECTION) !== 0) return '';
  const { type } = symbol.elf;
  return TYPES[type] ?? (type >= 13 ? `<processor specific>: ${type}` : type >= 10 ? `<OS specific>: ${type}` : `<unknown>: ${type}`);
}
