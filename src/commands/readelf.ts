/** `tskvm readelf`: headers, symbols and relocations of ELF files, in GNU readelf's columns. */
import { readFile } from '../host-node.js';
import { isArchive, readArchive } from '../objcopy/archive.js';
import { FormatError, isElf, parseElf } from '../objcopy/elf/raw.js';
import { expandResponses, getopt, type Argument } from '../objcopy/getopt.js';
import { fileHeader, groups, programHeaders, sectionTable } from './readelf/headers.js';
import { dynamicSection, hexDump, relocations, stringDump, symbolTables } from './readelf/tables.js';
import type { View } from './readelf/text.js';
import { readBytes } from './shared/binaries.js';
import { writeStderr, writeStdout } from './shared/streams.js';

interface Request {
  header: boolean;
  segments: boolean;
  sections: boolean;
  groups: boolean;
  symbols: boolean;
  dynamicSymbols: boolean;
  relocations: boolean;
  dynamic: boolean;
  wide: boolean;
  dumps: { kind: 'hex' | 'string'; section: string }[];
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
  -x, --hex-dump=SECTION   bytes of a section, by name or number
  -p, --string-dump=SECTION  its strings
  -W, --wide               long lines
`;

const LONG: Record<string, Argument> = {
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
};

const LETTERS: Record<string, string> = {
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
    wide: false,
    dumps: [],
  };
  const parsed = getopt(expandResponses(argv, responseText), { short: 'hlSgesrdx:p:WvH', long: LONG, same: SAME });
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
    apply(request, letter, value);
  }
  const asked = Object.entries(request).some(
    ([key, value]) => key !== 'wide' && (value === true || (Array.isArray(value) && value.length > 0)),
  );
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

const SAME: Record<string, string> = { segments: 'program-headers', sections: 'section-headers', symbols: 'syms' };

function apply(r: Request, letter: string, value: string): void {
  if (letter === 'h' || letter === 'e') r.header = true;
  if (letter === 'l' || letter === 'e') r.segments = true;
  if (letter === 'S' || letter === 'e') r.sections = true;
  if (letter === 'g') r.groups = true;
  if (letter === 's') r.symbols = true;
  if (letter === 'dyn-syms') r.dynamicSymbols = true;
  if (letter === 'r') r.relocations = true;
  if (letter === 'd') r.dynamic = true;
  if (letter === 'W') r.wide = true;
  if (letter === 'x') r.dumps.push({ kind: 'hex', section: value });
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
  if (isArchive(bytes)) {
    let status = 0;
    for (const member of readArchive(bytes, file).members) {
      writeStdout(`\nFile: ${file}(${member.name})\n`);
      status |= showElf(request, member.data, `${file}(${member.name})`, complain);
    }
    return status;
  }
  if (several) writeStdout(`\nFile: ${file}\n`);
  return showElf(request, bytes, file, complain);
}

function showElf(request: Request, bytes: Uint8Array, name: string, complain: (message: string) => void): number {
  if (!isElf(bytes)) {
    complain('Error: Not an ELF file - it has the wrong magic bytes at the start');
    return 1;
  }
  let view: View;
  try {
    const raw = parseElf(bytes);
    view = { raw, wide: request.wide, is64: raw.elfClass === 64 };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    complain(`Error: ${name}: ${error.problem}`);
    return 1;
  }
  let out = '';
  if (request.header) out += fileHeader(view);
  if (request.sections) out += sectionTable(view, request.header);
  if (request.groups) out += groups(view);
  if (request.segments) out += programHeaders(view, request.header);
  if (request.dynamic) out += dynamicSection(view);
  if (request.relocations) out += relocations(view);
  if (request.symbols || request.dynamicSymbols) out += symbolTables(view, !request.symbols);
  for (const { kind, section } of request.dumps) out += (kind === 'hex' ? hexDump : stringDump)(view, section, complain);
  writeStdout(out);
  return 0;
}
