/**
 * `tskvm objdump`: what is in an object, executable or flat image. The disassembly is iced-x86's in objdump's layout;
 * headers, symbols, relocations and contents as GNU objdump prints them.
 */
import { dirname } from 'node:path';
import { TskvmError } from '../diagnostics.js';
import { HostError } from '../host.js';
import { readFile } from '../host-node.js';
import { isArchive, readArchive, type ArchiveMember } from '../objcopy/archive.js';
import { convertDebugSections } from '../objcopy/compress.js';
import { FormatError } from '../objcopy/elf/raw.js';
import { ObjcopyError } from '../objcopy/errors.js';
import { readElf } from '../objcopy/elf/read.js';
import type { Program, Section } from '../objcopy/model.js';
import { readProgram } from '../objcopy/recognize.js';
import type { ObjectFile, ObjectSection } from '../object.js';
import { disassembleObject } from './objdump/disassembly.js';
import { fileHeader, isWanted, sectionContents, sectionHeaders, type Selection } from './objdump/headers.js';
import { privateHeaders } from './objdump/private.js';
import { dynamicRelocations, relocationTables, resetHeading, symbolTable } from './objdump/symbols.js';
import { getoptLongOnly, type LongOption, type ShortOption } from './shared/getopt.js';
import { writeStderr, writeStdout } from './shared/streams.js';
import type { LazyRequire } from '../lazy.js';

declare const require: LazyRequire;

export interface Request {
  disassemble: boolean;
  all: boolean;
  source: boolean;
  lines: boolean;
  relocations: boolean;
  symbols: boolean;
  demangle: boolean;
  headers: boolean;
  fileHeader: boolean;
  privateHeaders: boolean;
  dynamicSymbols: boolean;
  dynamicRelocations: boolean;
  archiveHeaders: boolean;
  contents: boolean;
  /** Show runs of zeros, too. */
  zeros: boolean;
  rawBytes: boolean;
  rawAsked: boolean;
  wide: boolean;
  /** -F: where things lie in the file. */
  fileOffsets: boolean;
  addresses: boolean;
  /** --prefix-addresses: every line by itself. */
  prefixed: boolean;
  /** --insn-width: bytes a line. */
  perLine: number;
  suffixes: boolean;
  binary: boolean;
  help: boolean;
  bits: 16 | 32 | 64 | 0;
  syntax: 'att' | 'intel';
  sections: string[];
  names: string[];
  start: bigint;
  stop: bigint;
  adjust: bigint;
  files: string[];
}

function number(text: string | undefined, option: string): bigint {
  if (text === undefined || !/^-?(0x[0-9a-f]+|[0-9]+)$/i.test(text)) throw new TskvmError(`bad number: ${text ?? ''} (after ${option})`, 1);
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

/** -M words and -m architectures. */
function machine(request: Request, text: string | undefined): void {
  for (const word of (text ?? '').split(',')) {
    if (word === 'intel' || word === 'intel-mnemonic') request.syntax = 'intel';
    else if (word === 'att' || word === 'att-mnemonic') request.syntax = 'att';
    else if (word === 'suffix') request.suffixes = true;
    else if (/^(i8086|addr16,?data16|data16)$/.test(word)) request.bits = 16;
    else if (/^i386(:intel)?$/.test(word)) request.bits = 32;
    else if (/^(i386:)?x86-64(:intel)?$/.test(word)) request.bits = 64;
    else if (!/^(amd64|intel64|addr(16|32|64)|data32)$/.test(word)) throw new TskvmError(`unknown disassembler option: ${word}`, 1);
    if (/:intel$/.test(word)) request.syntax = 'intel';
  }
}

const long: readonly LongOption<Request>[] = [
  {
    name: 'disassemble',
    argument: 'optional',
    placeholder: 'SYMBOL',
    help: 'disassemble code sections, or one symbol',
    apply: (r, v) => {
      r.disassemble = true;
      if (v !== undefined) r.names.push(v);
    },
  },
  {
    name: 'disassemble-all',
    help: 'disassemble every section',
    apply: (r) => {
      r.disassemble = r.all = true;
    },
  },
  {
    name: 'source',
    help: 'source lines between the instructions',
    apply: (r) => {
      r.disassemble = r.source = true;
    },
  },
  {
    name: 'line-numbers',
    help: 'file:line between the instructions',
    apply: (r) => {
      r.lines = true;
    },
  },
  {
    name: 'reloc',
    help: 'relocations',
    apply: (r) => {
      r.relocations = true;
    },
  },
  {
    name: 'syms',
    help: 'the symbol table',
    apply: (r) => {
      r.symbols = true;
    },
  },
  {
    name: 'section-headers',
    help: 'the section headers',
    apply: (r) => {
      r.headers = true;
    },
  },
  {
    name: 'headers',
    hidden: true,
    apply: (r) => {
      r.headers = true;
    },
  },
  {
    name: 'file-headers',
    help: 'the file header',
    apply: (r) => {
      r.fileHeader = true;
    },
  },
  {
    name: 'private-headers',
    help: 'program headers, dynamic section, versions',
    apply: (r) => {
      r.privateHeaders = true;
    },
  },
  {
    name: 'dynamic-syms',
    help: 'the dynamic symbol table',
    apply: (r) => {
      r.dynamicSymbols = true;
    },
  },
  {
    name: 'dynamic-reloc',
    help: 'dynamic relocations',
    apply: (r) => {
      r.dynamicRelocations = true;
    },
  },
  {
    name: 'archive-headers',
    help: "the file's name",
    apply: (r) => {
      r.archiveHeaders = true;
    },
  },
  {
    name: 'all-headers',
    help: '-a -f -p -h -t -r',
    apply: (r) => {
      r.archiveHeaders = r.privateHeaders = r.fileHeader = r.headers = r.symbols = r.relocations = true;
    },
  },
  {
    name: 'full-contents',
    help: 'contents in hexadecimal',
    apply: (r) => {
      r.contents = true;
    },
  },
  { name: 'section', argument: 'required', placeholder: 'NAME', help: 'only this section', apply: (r, v) => void r.sections.push(v ?? '') },
  { name: 'architecture', argument: 'required', placeholder: 'ARCH', help: 'i8086, i386, i386:x86-64', apply: machine },
  { name: 'disassembler-options', argument: 'required', placeholder: 'OPTIONS', help: 'att, intel, i8086, i386, x86-64', apply: machine },
  {
    name: 'target',
    argument: 'required',
    placeholder: 'FORMAT',
    help: 'binary: a flat image',
    apply: (r, v) => {
      r.binary = v === 'binary';
    },
  },
  {
    name: 'no-show-raw-insn',
    help: 'no bytes beside the instructions',
    apply: (r) => {
      r.rawBytes = false;
    },
  },
  {
    name: 'show-raw-insn',
    hidden: true,
    apply: (r) => {
      r.rawBytes = true;
      r.rawAsked = true;
    },
  },
  {
    name: 'wide',
    help: 'all bytes on one line',
    apply: (r) => {
      r.wide = true;
    },
  },
  {
    name: 'start-address',
    argument: 'required',
    placeholder: 'ADDR',
    help: 'from this address',
    apply: (r, v) => {
      r.start = number(v, '--start-address');
    },
  },
  {
    name: 'stop-address',
    argument: 'required',
    placeholder: 'ADDR',
    help: 'up to this address',
    apply: (r, v) => {
      r.stop = number(v, '--stop-address');
    },
  },
  {
    name: 'adjust-vma',
    argument: 'required',
    placeholder: 'OFFSET',
    help: 'add to all addresses',
    apply: (r, v) => {
      r.adjust = number(v, '--adjust-vma');
    },
  },
  {
    name: 'disassemble-zeroes',
    help: 'runs of zeros, too',
    apply: (r) => {
      r.zeros = true;
    },
  },
  {
    name: 'demangle',
    argument: 'optional',
    help: 'C++ names as people write them',
    apply: (r, v) => {
      r.demangle = v !== 'none';
    },
  },
  {
    name: 'no-demangle',
    hidden: true,
    apply: (r) => {
      r.demangle = false;
    },
  },
  {
    name: 'file-offsets',
    help: 'where things lie in the file',
    apply: (r) => {
      r.fileOffsets = true;
    },
  },
  {
    name: 'no-addresses',
    help: 'no addresses beside the instructions',
    apply: (r) => {
      r.addresses = false;
    },
  },
  {
    name: 'prefix-addresses',
    help: 'address and symbol on every line',
    apply: (r) => {
      r.prefixed = true;
    },
  },
  {
    name: 'insn-width',
    argument: 'required',
    placeholder: 'WIDTH',
    help: 'bytes a line',
    apply: (r, v) => {
      r.perLine = Number(number(v, '--insn-width'));
      if (r.perLine <= 0) throw new TskvmError('error: instruction width must be positive', 1);
    },
  },
  { name: 'special-syms', hidden: true, apply: () => {} },
  {
    name: 'help',
    help: 'this text',
    apply: (r) => {
      r.help = true;
    },
  },
];

const named = (name: string): LongOption<Request> => long.find((o) => o.name === name) as LongOption<Request>;
const letters: Record<string, string> = {
  d: 'disassemble',
  D: 'disassemble-all',
  S: 'source',
  l: 'line-numbers',
  r: 'reloc',
  t: 'syms',
  h: 'section-headers',
  f: 'file-headers',
  x: 'all-headers',
  s: 'full-contents',
  j: 'section',
  m: 'architecture',
  M: 'disassembler-options',
  b: 'target',
  w: 'wide',
  z: 'disassemble-zeroes',
  C: 'demangle',
  F: 'file-offsets',
  H: 'help',
  p: 'private-headers',
  T: 'dynamic-syms',
  R: 'dynamic-reloc',
  a: 'archive-headers',
};
const short: readonly ShortOption<Request>[] = Object.entries(letters).map(([letter, name]) => {
  const { argument, apply } = named(name);
  return { letter, argument: argument === 'required' ? 'required' : undefined, apply };
});

export function run(argv: string[]): number {
  const request: Request = {
    disassemble: false,
    all: false,
    source: false,
    lines: false,
    relocations: false,
    symbols: false,
    demangle: false,
    headers: false,
    fileHeader: false,
    privateHeaders: false,
    dynamicSymbols: false,
    dynamicRelocations: false,
    archiveHeaders: false,
    zeros: false,
    contents: false,
    rawBytes: true,
    rawAsked: false,
    wide: false,
    fileOffsets: false,
    addresses: true,
    prefixed: false,
    perLine: 0,
    suffixes: false,
    binary: false,
    help: false,
    bits: 0,
    syntax: 'att',
    sections: [],
    names: [],
    start: 0n,
    stop: 1n << 64n,
    adjust: 0n,
    files: [],
  };
  getoptLongOnly(argv, long, short, request, (word) => void request.files.push(word));
  if (request.help) {
    writeStdout(help());
    return 0;
  }
  if (request.files.length === 0) request.files.push('a.out');
  const { disassemble: d, relocations, symbols, headers, contents, archiveHeaders } = request;
  const others = request.fileHeader || request.privateHeaders || request.dynamicSymbols || request.dynamicRelocations;
  if (!(d || relocations || symbols || headers || contents || archiveHeaders || others)) request.disassemble = true;
  resetHeading();
  const seen = new Set<string>();
  let failed = 0;
  for (const file of request.files) {
    try {
      failed = Math.max(failed, dump(file, request, seen));
    } catch (error) {
      if (!(error instanceof HostError || error instanceof FormatError)) throw error;
      writeStderr(
        error instanceof HostError
          ? `objdump: '${file}': ${error.code === 'ENOENT' ? 'No such file' : error.reason}\n`
          : `objdump: ${file}: ${error.message}\n`,
      );
      failed = 1;
    }
  }
  const none = !request.sections.some((name) => seen.has(name));
  for (const name of none ? [...request.sections].reverse() : []) {
    writeStderr(`objdump: section '${name}' mentioned in a -j option, but not found in any input file\n`);
    failed = 1;
  }
  return failed;
}

function help(): string {
  const rows = long
    .filter((o) => o.help !== undefined)
    .map((o) => {
      const letter = Object.keys(letters).find((l) => letters[l] === o.name);
      const value = o.placeholder === undefined ? '' : o.argument === 'optional' ? `[=${o.placeholder}]` : `=${o.placeholder}`;
      return `  ${(letter === undefined ? '    ' : `-${letter}, `) + `--${o.name}${value}`.padEnd(34)} ${o.help}`;
    });
  return `Usage: tskvm objdump OPTIONS FILE…\nShows what is in object files, executables and (-b binary -m i8086|i386|i386:x86-64) flat images. Default: -d.\n${rows.join('\n')}\n`;
}

/** Returns the exit status. */
function dump(file: string, request: Request, seen: Set<string>): number {
  const bytes = readFile(file);
  if (!isArchive(bytes)) return dumpObject(file, bytes, request, seen);
  writeStdout(`In archive ${file}:\n`);
  let status = 0;
  for (const member of readArchive(bytes, file).members) {
    status = Math.max(status, dumpObject(member.name, member.data, request, seen, memberLine(member)));
  }
  return status;
}

/** As `ar tv` has it. */
function memberLine({ name, data, date, user, group, mode }: ArchiveMember): string {
  const rights = [...'rwxrwxrwx'].map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : '-')).join('');
  const time = new Date(date * 1000);
  const month = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[time.getMonth()];
  const two = (n: number): string => String(n).padStart(2, '0');
  const when = `${month} ${String(time.getDate()).padStart(2)} ${two(time.getHours())}:${two(time.getMinutes())} ${time.getFullYear()}`;
  return `${rights} ${user}/${group} ${String(data.length).padStart(6)} ${when} ${name}`;
}

/** `header`: what -a says. */
function dumpObject(file: string, bytes: Uint8Array, request: Request, seen: Set<string>, header = file): number {
  const elf = !request.binary && bytes.length > 4 && bytes[0] === 0x7f && bytes[1] === 0x45;
  const target = request.binary || (!elf && request.bits !== 0) ? 'binary' : undefined;
  const program = readProgram(bytes, file, target, (message) => void writeStderr(`objdump: ${message}\n`));
  for (const section of program.sections) seen.add(section.name);
  const stored = program.sections.map((s) => s.contents);
  decompress(program, file);
  if (request.demangle) rename(program);
  let status = 0;
  const complain = (message: string): void => {
    writeStderr(`objdump: ${message}\n`);
    status = 1;
  };
  const wanted: Selection = { ...request };
  let out = `\n${file}:     file format ${program.target}\n`;
  if (request.archiveHeaders) out += `${header}\n`;
  if (request.fileHeader) out += fileHeader(program);
  if (request.privateHeaders) out += privateHeaders(program);
  out += '\n';
  if (request.headers) out += sectionHeaders(program, wanted);
  if (request.symbols) out += symbolTable(program, false);
  const dynamic = program.elf?.sections.some((s) => s.type === SHT_DYNSYM) ?? false;
  if ((request.dynamicSymbols || request.dynamicRelocations) && !dynamic) complain(`${file}: not a dynamic object`);
  if (request.dynamicSymbols) out += symbolTable(program, true);
  if (request.relocations && !request.disassemble) out += relocationTables(program, wanted);
  if (request.dynamicRelocations && !request.disassemble) {
    if (dynamic) out += dynamicRelocations(program);
    else complain(`${file}: invalid operation`);
  }
  // -s shows what is stored.
  if (request.contents)
    out += sectionContents({ ...program, sections: program.sections.map((s, i) => ({ ...s, contents: stored[i] })) }, wanted);
  writeStdout(Buffer.from(out, 'latin1'));
  if (request.disassemble) {
    const object = elf ? readElf(bytes) : flat(program, request);
    if (request.demangle) rename(object);
    const sections = object.sections.filter((s) => isWanted(wanted, s as unknown as Section));
    disassembleObject(object, sections, request, elf, dirname(file));
  }
  return status;
}

const SHT_DYNSYM = 11;

/** Gives the symbols of a file that was read the names that -C shows. */
function rename(file: Program | ObjectFile): void {
  const { demangle } = require('../objcopy/demangle/index.js') as typeof import('../objcopy/demangle/index.js');
  const change = (symbol: { name: string }): void => void (symbol.name = demangle(symbol.name) ?? symbol.name);
  file.symbols.forEach(change);
  if (!('target' in file)) return;
  for (const { source } of file.symbols) if (source !== undefined) change(source);
  const { dynamicSymbols } = file;
  if (dynamicSymbols !== undefined)
    file.dynamicSymbols = (versions) => dynamicSymbols.call(file, versions).map((s) => ({ ...s, name: demangle(s.name) ?? s.name }));
}

/** Compressed sections are shown as they were, under the names that they have now. */
function decompress(program: Program, file: string): void {
  if (!program.sections.some((s) => s.name.startsWith('.zdebug') || ((s.elf?.flags ?? 0) & SHF_COMPRESSED) !== 0)) return;
  const names = program.sections.map((s) => s.name);
  const { inflateSync } = require('node:zlib') as typeof import('node:zlib');
  const inflate = (data: Uint8Array, size: number): Uint8Array => inflateSync(data, { maxOutputLength: size + 1 });
  try {
    convertDebugSections({ compress: 'none', input: file }, program, { readFile, inflate });
  } catch (error) {
    if (!(error instanceof ObjcopyError)) throw error;
  }
  program.sections.forEach((s, i) => (s.name = names[i]));
}

const SHF_COMPRESSED = 0x800;

/** What has no machine as an object: its sections are code. */
function flat(program: Program, request: Request): ObjectFile {
  const sections = program.sections.map((s): ObjectSection => {
    const data = s.contents ?? new Uint8Array(0);
    const place = { name: s.name, address: s.vma, size: s.size, data };
    return { ...place, type: 1, flags: 7n, align: 1, entsize: 0, relocations: [] };
  });
  const elfClass = request.bits === 64 ? 64 : 32;
  return {
    elfClass,
    machine: elfClass === 64 ? 62 : 3,
    type: 2,
    osabi: 0,
    abiVersion: 0,
    flags: 0,
    entry: 0n,
    sections,
    symbols: [],
  };
}
