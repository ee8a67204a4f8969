/** `tskvm readelf`: headers, symbols and relocations of ELF files, in GNU readelf's columns. */
import { readFile } from '../host-node.js';
import { isArchive, readArchive } from '../objcopy/archive.js';
import { FormatError, isElf, parseElf, type RawSection } from '../objcopy/elf/raw.js';
import { expandResponses, getopt, type Argument } from '../objcopy/getopt.js';
import { fileHeader, groups, interpreter, programHeaders, sectionTable } from './readelf/headers.js';
import { histogram, sectionDetails } from './readelf/details.js';
import { notes } from './readelf/notes.js';
import {
  dumpSections,
  dynamicRelocations,
  dynamicSection,
  dynamicSymbolTable,
  relocations,
  symbolTables,
  type Dump,
} from './readelf/tables.js';
import type { View } from './readelf/text.js';
import { versionSections } from './readelf/versions.js';
import { readBytes } from './shared/binaries.js';
import type { LazyRequire } from '../lazy.js';
import { writeStderr, writeStdout } from './shared/streams.js';

declare const require: LazyRequire;

interface Request {
  header: boolean;
  segments: boolean;
  sections: boolean;
  groups: boolean;
  symbols: boolean;
  dynamicSymbols: boolean;
  relocations: boolean;
  dynamic: boolean;
  /** Several lines a section. */
  details: boolean;
  notes: boolean;
  versions: boolean;
  histogram: boolean;
  unwind: boolean;
  /** Nothing to show for x86, but asked for. */
  architecture: boolean;
  decompress: boolean;
  /** Names are cut without dots. */
  silent: boolean;
  /** -D: what dynamic linking sees, not the sections. */
  useDynamic: boolean;
  /** -c: the index of archives. */
  index: boolean;
  demangle: boolean;
  /** -L: empty sections are mentioned. */
  lint: boolean;
  symbolBase: View['symbolBase'];
  wide: boolean;
  dumps: Dump[];
}

const USAGE = `Usage: tskvm readelf <option(s)> elf-file(s)

Shows what is in ELF files.

  -h, --file-header        the ELF header
  -l, --program-headers    program headers and what they hold (--segments)
  -S, --section-headers    section headers (--sections)
  -g, --section-groups     groups of sections
  -e, --headers            -h -l -S
  -s, --syms               symbol tables (--symbols); --dyn-syms: only dynamic ones
  -r, --relocs             relocations
  -d, --dynamic            the dynamic section
  -t, --section-details    section headers, several lines each
  -n, --notes              notes
  -V, --version-info       symbol versions
  -I, --histogram          how well hash tables spread
  -a, --all                all of these (-A, -u: what there is for x86, which is nothing)
  -x, --hex-dump=SECTION   bytes of a section, by name or number
  -p, --string-dump=SECTION  its strings
  -R, --relocated-dump=SECTION  its bytes with its relocations applied
  -D, --use-dynamic        -s and -r as dynamic linking sees them
  -c, --archive-index      the index of an archive
      --sym-base=0|8|10|16 how sizes of symbols are written
  -C, --demangle           names of C++ and Rust as people write them
  -z, --decompress         decompress the section first
  -W, --wide               long lines
  -T, --silent-truncation  no dots where names are cut
`;

const LONG: Record<string, Argument> = {
  all: 'none',
  'archive-index': 'none',
  'arch-specific': 'none',
  decompress: 'none',
  histogram: 'none',
  notes: 'none',
  'section-details': 'none',
  'silent-truncation': 'none',
  unwind: 'none',
  'version-info': 'none',
  dynamic: 'none',
  'dyn-syms': 'none',
  'file-header': 'none',
  headers: 'none',
  help: 'none',
  'hex-dump': 'required',
  'program-headers': 'none',
  relocs: 'none',
  'section-groups': 'none',
  'section-headers': 'none',
  sections: 'none',
  segments: 'none',
  'string-dump': 'required',
  symbols: 'none',
  syms: 'none',
  version: 'none',
  wide: 'none',
  'relocated-dump': 'required',
  'use-dynamic': 'none',
  'sym-base': 'optional',
  'process-links': 'none',
  lint: 'none',
  'enable-checks': 'none',
  demangle: 'optional',
  'no-demangle': 'none',
  'recurse-limit': 'none',
  'no-recurse-limit': 'none',
  'no-recursion-limit': 'none',
  unicode: 'required',
  'debug-dump': 'optional',
  'dwarf-depth': 'required',
  'dwarf-start': 'required',
  ctf: 'required',
  'ctf-symbols': 'required',
  'ctf-strings': 'required',
  'ctf-parent': 'required',
  sframe: 'optional',
};

/** What shows debugging information: not there. */
const REFUSED: Record<string, string> = {
  w: '--debug-dump',
  'debug-dump': '--debug-dump',
  ctf: '--ctf',
  sframe: '--sframe',
};

const LETTERS: Record<string, string> = {
  'archive-index': 'c',
  'relocated-dump': 'R',
  'use-dynamic': 'D',
  // As GNU's has it.
  N: 't',
  'process-links': 'P',
  lint: 'L',
  'enable-checks': 'L',
  demangle: 'C',
  unicode: 'U',
  all: 'a',
  'arch-specific': 'A',
  decompress: 'z',
  histogram: 'I',
  notes: 'n',
  'section-details': 't',
  'silent-truncation': 'T',
  unwind: 'u',
  'version-info': 'V',
  'file-header': 'h',
  'program-headers': 'l',
  segments: 'l',
  'section-headers': 'S',
  sections: 'S',
  'section-groups': 'g',
  headers: 'e',
  syms: 's',
  symbols: 's',
  relocs: 'r',
  dynamic: 'd',
  'hex-dump': 'x',
  'string-dump': 'p',
  wide: 'W',
  version: 'v',
  help: 'H',
};

export function run(argv: string[]): number {
  const request: Request = {
    header: false,
    segments: false,
    sections: false,
    groups: false,
    symbols: false,
    dynamicSymbols: false,
    relocations: false,
    dynamic: false,
    details: false,
    notes: false,
    versions: false,
    histogram: false,
    unwind: false,
    architecture: false,
    decompress: false,
    silent: false,
    useDynamic: false,
    index: false,
    demangle: false,
    lint: false,
    symbolBase: 0,
    wide: false,
    dumps: [],
  };
  const parsed = getopt(expandResponses(argv, responseText), { short: 'ACDHILNPR:STU:VWacdeghlnp:rstuvw::x:z', long: LONG, same: SAME });
  for (const { name, value = '' } of parsed.options) {
    const letter = LETTERS[name] ?? name;
    if (letter === 'H') {
      writeStdout(USAGE);
      return 0;
    }
    if (letter === 'v') {
      writeStdout('tskvm readelf, compatible with GNU readelf 2.40\n');
      return 0;
    }
    const refused = REFUSED[letter];
    if (refused !== undefined) {
      writeStderr(`readelf: ${refused} is not supported: tskvm objdump -l and -S show source lines\n`);
      return 1;
    }
    if (letter === 'U' && !/^[deilxh]/.test(value)) {
      writeStderr(`readelf: Error: invalid argument to -U/--unicode: ${value}\n`);
      return 1;
    }
    apply(request, letter, value);
  }
  const asked = request.index || asksForMore(request);
  if (parsed.error !== undefined || !asked || parsed.operands.length === 0) {
    if (parsed.error !== undefined) writeStderr(`readelf: ${parsed.error}\n`);
    else if (asked) writeStderr('readelf: Warning: Nothing to do.\n');
    writeStderr(USAGE);
    return 1;
  }
  let status = 0;
  for (const file of parsed.operands) status |= show(request, file, parsed.operands.length > 1);
  return status;
}

/** What only says how to show things. */
const NO_OUTPUT = new Set(['wide', 'decompress', 'silent', 'useDynamic', 'demangle', 'lint', 'symbolBase']);

const SAME: Record<string, string> = {
  segments: 'program-headers',
  sections: 'section-headers',
  symbols: 'syms',
  'enable-checks': 'lint',
};

function apply(r: Request, letter: string, value: string): void {
  const all = letter === 'a';
  if (letter === 'h' || letter === 'e' || all) r.header = true;
  if (letter === 'l' || letter === 'e' || all) r.segments = true;
  if (letter === 'S' || letter === 'e' || letter === 't' || all) r.sections = true;
  if (letter === 't') r.details = true;
  if (letter === 'g' || all) r.groups = true;
  if (letter === 's' || all) r.symbols = true;
  if (letter === 'dyn-syms') r.dynamicSymbols = true;
  if (letter === 'r' || all) r.relocations = true;
  if (letter === 'd' || all) r.dynamic = true;
  if (letter === 'n' || all) r.notes = true;
  if (letter === 'V' || all) r.versions = true;
  if (letter === 'I' || all) r.histogram = true;
  if (letter === 'u' || all) r.unwind = true;
  if (letter === 'A' || all) r.architecture = true;
  if (letter === 'z') r.decompress = true;
  if (letter === 'T') r.silent = true;
  if (letter === 'W') r.wide = true;
  if (letter === 'x') r.dumps.push({ kind: 'hex', section: value });
  if (letter === 'R') r.dumps.push({ kind: 'relocated', section: value });
  if (letter === 'D') r.useDynamic = true;
  if (letter === 'c') r.index = true;
  if (letter === 'C') r.demangle = true;
  if (letter === 'L') r.lint = true;
  if (letter === 'no-demangle') r.demangle = false;
  if (letter === 'sym-base') r.symbolBase = ([8, 10, 16] as const).find((base) => base === Number(value)) ?? 0;
  if (letter === 'p') r.dumps.push({ kind: 'string', section: value });
}

function responseText(path: string): string | null {
  try {
    return Buffer.from(readFile(path)).toString('latin1');
  } catch {
    return null;
  }
}

function show(request: Request, file: string, several: boolean): number {
  const complain = (message: string): void => writeStderr(`readelf: ${message}\n`);
  const bytes = readBytes(file, (message) => complain(`Error: ${message}`));
  if (bytes === null) return 1;
  if (isArchive(bytes)) return showArchive(request, bytes, file, complain);
  if (request.index) complain(`Error: File ${file} is not an archive so its index cannot be displayed.`);
  if (several) writeStdout(`\nFile: ${file}\n`);
  return showElf(request, bytes, file, complain);
}

function showArchive(request: Request, bytes: Uint8Array, file: string, complain: (message: string) => void): number {
  const archive = readArchive(bytes, file);
  let status = 0;
  if (request.index) {
    const { table } = archive;
    if (!table) {
      complain(`Error: ${file}: unable to dump the index as none was found`);
      writeStdout(`${file} has no archive index\n`);
    } else {
      let out = `Index of archive ${file}: (${table.symbols.length} entries, 0x${table.bytes.toString(16)} bytes in the symbol table)\n`;
      table.symbols.forEach(({ name, member }, i) => {
        const { name: owner = '', offset = 0 } = archive.members[member ?? -1] ?? {};
        if (member !== table.symbols[i - 1]?.member) out += `Contents of binary ${file}(${owner}) at offset 0x${offset.toString(16)}\n`;
        out += `\t${name}\n`;
      });
      writeStdout(Buffer.from(out, 'latin1'));
    }
    if (!asksForMore(request)) return status;
  }
  for (const member of archive.members) {
    writeStdout(`\nFile: ${file}(${member.name})\n`);
    status |= showElf(request, member.data, `${file}(${member.name})`, complain);
  }
  return status;
}

/** Whether anything but the index is asked for. */
function asksForMore(request: Request): boolean {
  return Object.entries(request).some(
    ([key, value]) => !NO_OUTPUT.has(key) && key !== 'index' && (value === true || (Array.isArray(value) && value.length > 0)),
  );
}

function showElf(request: Request, bytes: Uint8Array, name: string, complain: (message: string) => void): number {
  if (!isElf(bytes)) {
    if (bytes.length < 52) complain(`Error: ${name}: Failed to read file header`);
    else complain('Error: Not an ELF file - it has the wrong magic bytes at the start');
    return 1;
  }
  let view: View;
  try {
    const raw = parseElf(bytes);
    view = {
      raw,
      wide: request.wide,
      silent: request.silent,
      decompress: request.decompress,
      symbolBase: request.symbolBase,
      is64: raw.elfClass === 64,
      demangle: request.demangle
        ? (require('../objcopy/demangle/index.js') as typeof import('../objcopy/demangle/index.js')).demangle
        : undefined,
    };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    complain(`Error: ${name}: ${error.problem}`);
    return 1;
  }
  const { raw } = view;
  if (request.lint) for (const section of raw.sections) sayEmpty(section, complain);
  if (raw.segments.some((s) => s.type === 3 && !interpreter(raw, s))) complain('Error: Unable to find program interpreter name');
  let out = '';
  if (request.header) out += fileHeader(view);
  if (request.sections) out += (request.details ? sectionDetails : sectionTable)(view, request.header);
  if (request.groups) out += groups(view);
  if (request.segments) out += programHeaders(view, request.header);
  if (request.dynamic) out += dynamicSection(view);
  if (request.relocations) out += request.useDynamic ? dynamicRelocations(view) : relocations(view);
  if (request.unwind) out += 'No processor specific unwind information to decode\n';
  if (request.symbols && request.useDynamic) out += dynamicSymbolTable(view);
  else if (request.symbols && raw.sections.length === 0) {
    out += '\nDynamic symbol information is not available for displaying symbols.\n';
  } else if (request.symbols || request.dynamicSymbols) out += symbolTables(view, !request.symbols);
  if (request.histogram) out += histogram(view);
  if (request.versions) out += versionSections(view);
  out += dumpSections(view, request.dumps, complain);
  if (request.notes) out += notes(view, complain);
  writeStdout(Buffer.from(out, 'latin1'));
  const missing = request.dumps.some(({ section }) => /^\d+$/.test(section) && !raw.sections[Number(section)]);
  return missing ? 1 : 0;
}

function sayEmpty({ name, type, size }: RawSection, complain: (message: string) => void): void {
  if (size === 0n && type !== 0 && type !== 8) complain(`Warning: Section '${name}': has a size of zero - is this intended ?`);
}
