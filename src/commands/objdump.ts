/**
 * `tskvm objdump`: what is in an object, executable or flat image. The disassembly is iced-x86's in objdump's layout;
 * headers, symbols, relocations and contents as GNU objdump prints them.
 */
import { dirname, join } from 'node:path';
import { TskvmError } from '../diagnostics.js';
import { HostError } from '../host.js';
import { readFile } from '../host-node.js';
import { readElf } from '../objcopy/elf/read.js';
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../object.js';
import { debugLines, type LineRow } from './shared/debug-lines.js';
import { disassemble, symbolizer } from './shared/disassembler.js';
import { relocationNames } from './shared/relocation-names.js';
import { getoptLongOnly, type LongOption, type ShortOption } from './shared/getopt.js';
import { writeStderr, writeStdout } from './shared/streams.js';

interface Request {
  disassemble: boolean;
  all: boolean;
  source: boolean;
  lines: boolean;
  relocations: boolean;
  symbols: boolean;
  headers: boolean;
  fileHeader: boolean;
  contents: boolean;
  rawBytes: boolean;
  wide: boolean;
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
    else if (/^(i8086|addr16,?data16|data16)$/.test(word)) request.bits = 16;
    else if (/^i386(:intel)?$/.test(word)) request.bits = 32;
    else if (/^(i386:)?x86-64(:intel)?$/.test(word)) request.bits = 64;
    else if (!/^(suffix|amd64|intel64|addr(16|32|64)|data32)$/.test(word)) throw new TskvmError(`unknown disassembler option: ${word}`, 1);
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
    name: 'all-headers',
    help: '-f -h -t -r',
    apply: (r) => {
      r.fileHeader = r.headers = r.symbols = r.relocations = true;
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
  { name: 'disassemble-zeroes', hidden: true, apply: () => {} },
  { name: 'demangle', argument: 'optional', hidden: true, apply: () => {} },
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
  H: 'help',
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
    headers: false,
    fileHeader: false,
    contents: false,
    rawBytes: true,
    wide: false,
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
  const { disassemble: d, relocations, symbols, headers, fileHeader, contents } = request;
  if (!(d || relocations || symbols || headers || fileHeader || contents)) request.disassemble = true;
  let failed = 0;
  for (const file of request.files) {
    try {
      dump(file, request);
    } catch (error) {
      if (!(error instanceof HostError) && !(error instanceof Error && error.name === 'FormatError')) throw error;
      writeStderr(
        error instanceof HostError ? `tskvm objdump: '${file}': ${error.reason}\n` : `tskvm objdump: ${file}: ${error.message}\n`,
      );
      failed = 1;
    }
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

function dump(file: string, request: Request): void {
  const bytes = readFile(file);
  const elf = !request.binary && bytes.length > 4 && bytes[0] === 0x7f && bytes[1] === 0x45;
  if (!elf && !request.binary && request.bits === 0) {
    throw Object.assign(new Error('file format not recognized (a flat image: -b binary -m i8086, i386 or i386:x86-64)'), {
      name: 'FormatError',
    });
  }
  const object = elf ? readElf(bytes) : flat(bytes, request);
  const format = elf ? (object.elfClass === 64 ? 'elf64-x86-64' : object.machine === 62 ? 'elf32-x86-64' : 'elf32-i386') : 'binary';
  const out: string[] = [`\n${file}:     file format ${format}\n`];
  if (request.fileHeader) out.push(fileHeader(object));
  const sections = object.sections.filter((s) => request.sections.length === 0 || request.sections.includes(s.name));
  for (const name of request.sections) {
    if (!sections.some((s) => s.name === name))
      writeStderr(`tskvm objdump: section '${name}' mentioned in a -j option, but not found in any input file\n`);
  }
  if (request.headers) out.push(sectionHeaders(object, sections));
  if (request.symbols) out.push(symbolTable(object));
  if (request.relocations && !request.disassemble)
    out.push(...sections.filter((s) => s.relocations.length > 0).map((s) => relocationTable(object, s)));
  if (request.contents) out.push(...sections.filter((s) => s.data.length > 0).map((s) => contents(s, request)));
  writeStdout(`${out.join('\n')}\n`);
  if (request.disassemble) disassembleObject(object, sections, request, elf, dirname(file));
}

/** A flat image as an object of one section. */
function flat(bytes: Uint8Array, request: Request): ObjectFile {
  const section: ObjectSection = {
    name: '.data',
    type: 1,
    flags: 7n,
    address: 0n,
    align: 1,
    entsize: 0,
    data: bytes,
    size: bytes.length,
    relocations: [],
  };
  const elfClass = request.bits === 64 ? 64 : 32;
  return {
    elfClass,
    machine: elfClass === 64 ? 62 : 3,
    type: 2,
    osabi: 0,
    abiVersion: 0,
    flags: 0,
    entry: 0n,
    sections: [section],
    symbols: [],
  };
}

const hex = (value: bigint, width: number): string => BigInt.asUintN(64, value).toString(16).padStart(width, '0');

function fileHeader(object: ObjectFile): string {
  const names: Record<number, string> = { 1: 'REL', 2: 'EXEC', 3: 'DYN', 4: 'CORE' };
  return `architecture: ${object.elfClass === 64 ? 'i386:x86-64' : 'i386'}, type ${names[object.type] ?? object.type}\nstart address 0x${hex(object.entry, object.elfClass / 4)}\n`;
}

function sectionHeaders(object: ObjectFile, sections: readonly ObjectSection[]): string {
  const width = object.elfClass / 4;
  const out = ['Sections:', `Idx Name          Size      ${'VMA'.padEnd(width)}  ${'LMA'.padEnd(width)}  File off  Algn`];
  for (const section of sections) {
    const { flags, type } = section;
    const allocated = (flags & 2n) !== 0n;
    const contents = type !== 8;
    const words: [boolean, string][] = [
      [contents, 'CONTENTS'],
      [allocated, 'ALLOC'],
      [allocated && contents, 'LOAD'],
      [section.relocations.length > 0, 'RELOC'],
      [(flags & 1n) === 0n, 'READONLY'],
      [(flags & 4n) !== 0n, 'CODE'],
      [allocated && contents && (flags & 4n) === 0n, 'DATA'],
      [!allocated && /^\.(debug|zdebug|gnu\.debug|stab|line)/.test(section.name), 'DEBUGGING, OCTETS'],
      [type === 17, 'GROUP'],
      [(flags & 0x10n) !== 0n, 'MERGE'],
      [(flags & 0x20n) !== 0n, 'STRINGS'],
      [(flags & 0x400n) !== 0n, 'THREAD_LOCAL'],
      [(flags & 0x80000000n) !== 0n, 'EXCLUDE'],
    ];
    const index = String(object.sections.indexOf(section)).padStart(3);
    const address = `${hex(section.address, width)}  ${hex(section.loadAddress ?? section.address, width)}  ${hex(BigInt(section.offset ?? 0), 8)}`;
    out.push(`${index} ${section.name.padEnd(13)} ${hex(BigInt(section.size), 8)}  ${address}  2**${Math.log2(section.align || 1)}`);
    out.push(
      `                  ${words
        .filter(([yes]) => yes)
        .map(([, word]) => word)
        .join(', ')}`,
    );
  }
  return out.join('\n');
}

const sectionName = (symbol: ObjectSymbol): string =>
  typeof symbol.section === 'object'
    ? symbol.section.name
    : symbol.section === 'undefined'
      ? '*UND*'
      : symbol.section === 'absolute'
        ? '*ABS*'
        : '*COM*';

function symbolTable(object: ObjectFile): string {
  const width = object.elfClass / 4;
  const rows = object.symbols.map((symbol) => {
    const undefinedSymbol = symbol.section === 'undefined';
    const bind = symbol.binding === 0 ? 'l' : symbol.binding === 2 || undefinedSymbol ? ' ' : symbol.binding === 10 ? 'u' : 'g';
    const kind = symbol.type === 2 ? 'F' : symbol.type === 1 ? 'O' : symbol.type === 4 ? 'f' : ' ';
    const debug = symbol.type === 3 || symbol.type === 4 ? 'd' : ' ';
    const visibility = ['', ' .internal', ' .hidden', ' .protected'][symbol.other & 3];
    const name = symbol.type === 3 && typeof symbol.section === 'object' ? symbol.section.name : symbol.name;
    return `${hex(symbol.value, width)} ${bind}${symbol.binding === 2 ? 'w' : ' '}  ${symbol.type === 10 ? 'i' : ' '}${debug}${kind} ${sectionName(symbol)}\t${hex(symbol.size, width)}${visibility} ${name}`;
  });
  return `SYMBOL TABLE:\n${rows.length === 0 ? 'no symbols' : rows.join('\n')}\n\n`;
}

/** `foo-0x4`, `.text+0x10`, `*ABS*`. */
function relocationValue(section: ObjectSection, index: number, width = 0): string {
  const { symbol, addend } = section.relocations[index];
  const name = symbol === null ? '*ABS*' : symbol.type === 3 && typeof symbol.section === 'object' ? symbol.section.name : symbol.name;
  const digits = (addend < 0n ? -addend : addend).toString(16).padStart(width, '0');
  return addend === 0n ? name : `${name}${addend < 0n ? '-' : '+'}0x${digits}`;
}

function relocationName(object: ObjectFile, type: number): string {
  const name = relocationNames(object.machine)[type];
  return name === undefined ? `*unknown* ${type}` : `${object.machine === 62 ? 'R_X86_64_' : 'R_386_'}${name}`;
}

function relocationTable(object: ObjectFile, section: ObjectSection): string {
  const width = object.elfClass / 4;
  const rows = section.relocations.map(
    (r, i) => `${hex(r.offset, width)} ${relocationName(object, r.type).padEnd(17)} ${relocationValue(section, i, width)}`,
  );
  return `RELOCATION RECORDS FOR [${section.name}]:\n${'OFFSET'.padEnd(width)} ${'TYPE'.padEnd(17)} VALUE\n${rows.join('\n')}\n\n`;
}

function contents(section: ObjectSection, request: Request): string {
  const out = [`Contents of section ${section.name}:`];
  const address = section.address + request.adjust;
  const width = Math.max(4, (address + BigInt(section.data.length)).toString(16).length);
  for (let at = 0; at < section.data.length; at += 16) {
    const row = section.data.subarray(at, at + 16);
    let words = '';
    let text = '';
    for (let i = 0; i < 16; i++) {
      words += i < row.length ? row[i].toString(16).padStart(2, '0') : '  ';
      if (i % 4 === 3) words += ' ';
      if (i < row.length) text += row[i] >= 32 && row[i] < 127 ? String.fromCharCode(row[i]) : '.';
    }
    out.push(` ${hex(address + BigInt(at), width)} ${words} ${text.padEnd(16)}`);
  }
  return out.join('\n');
}

/** Symbols that name places in a section, the best name of an address first. */
function symbolsOf(object: ObjectFile, section: ObjectSection | null): { name: string; address: bigint; size: bigint }[] {
  const relocatable = object.type === 1;
  const rank = (s: ObjectSymbol): number => (s.type === 2 ? 0 : s.type === 3 ? 3 : 1) * 2 + (s.binding === 0 ? 1 : 0);
  return object.symbols
    .filter(
      (s) =>
        typeof s.section === 'object' &&
        (section === null || s.section === section) &&
        s.type !== 4 &&
        s.type !== 6 &&
        (s.name !== '' || s.type === 3),
    )
    .map((s) => ({ s, address: relocatable && section === null ? s.value : s.value }))
    .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : rank(a.s) - rank(b.s)))
    .map(({ s, address }) => ({ name: s.type === 3 && typeof s.section === 'object' ? s.section.name : s.name, address, size: s.size }));
}

function disassembleObject(
  object: ObjectFile,
  sections: readonly ObjectSection[],
  request: Request,
  elf: boolean,
  directory: string,
): void {
  const rows = request.source || request.lines ? debugLines(object) : [];
  const sources = new Map<string, string[] | null>();
  const bits = request.bits || (object.elfClass === 64 || object.machine === 62 ? 64 : 32);
  for (const section of sections) {
    const code = (section.flags & 4n) !== 0n;
    if (section.data.length === 0 || (!request.all && elf && !code)) continue;
    if (request.all && elf && (section.flags & 2n) === 0n && request.sections.length === 0) continue;
    writeStdout(`\nDisassembly of section ${section.name}:\n`);
    writeStdout(disassembleSection(object, section, bits, rows, directory, sources, request));
  }
}

function disassembleSection(
  object: ObjectFile,
  section: ObjectSection,
  bits: 16 | 32 | 64,
  rows: readonly LineRow[],
  directory: string,
  sources: Map<string, string[] | null>,
  request: Request,
): string {
  const relocatable = object.type === 1;
  const local = symbolsOf(object, section).map((s) => ({ ...s, address: s.address + request.adjust }));
  if (local.length === 0 || local[0].address > section.address + request.adjust)
    local.unshift({ name: section.name, address: section.address + request.adjust, size: 0n });
  const nameHere = symbolizer(local);
  const everywhere = relocatable
    ? nameHere
    : symbolizer(symbolsOf(object, null).map((s) => ({ ...s, address: s.address + request.adjust })));
  const inRange = (address: bigint): boolean =>
    address >= section.address + request.adjust && address <= section.address + request.adjust + BigInt(section.data.length);
  const nameOf = (address: bigint): string => (inRange(address) ? nameHere(address) : relocatable ? '' : everywhere(address));
  const relocations = section.relocations
    .map((r, i) => ({ at: section.address + request.adjust + r.offset, i }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const lines = linesOf(rows, section, relocatable);
  const width = object.elfClass / 4;
  const base = section.address + request.adjust;
  const end = base + BigInt(section.data.length);
  const last = end < request.stop ? end : request.stop;
  const addressWidth = Math.max(4, (last - 1n).toString(16).length);
  const out: string[] = [];
  let relocation = 0;
  let shownLine = '';
  // Each symbol starts a run of its own: decoding is in step again there.
  const starts = [...new Set([base, ...local.map((s) => s.address).filter((a) => a > base && a < end)])].sort((a, b) => (a < b ? -1 : 1));
  starts.forEach((from, k) => {
    const to = starts[k + 1] ?? end;
    if (to <= request.start || from >= request.stop) return;
    const name = nameHere(from).slice(1, -1);
    if (request.names.length > 0 && !request.names.some((n) => local.some((s) => s.name === n && s.address === from))) return;
    const first = from < request.start ? request.start : from;
    out.push('', `${hex(first, width)} <${name}>:`);
    const bytes = section.data.subarray(Number(first - base), Number((to < request.stop ? to : request.stop) - base));
    for (const line of disassemble(bytes, first, { bits, syntax: request.syntax, nameOf })) {
      const row = lines.get(line.address - request.adjust);
      if (row !== undefined && `${row.file}:${row.line}` !== shownLine) {
        const previous = shownLine;
        shownLine = `${row.file}:${row.line}`;
        if (request.lines) out.push(shownLine);
        if (request.source) out.push(...sourceLines(row, previous, directory, sources));
      }
      out.push(...instructionLines(line, section.data, base, addressWidth, request));
      const next = line.address + BigInt(line.length);
      for (; relocation < relocations.length && relocations[relocation].at < next; relocation++) {
        if (!request.relocations || relocations[relocation].at < line.address) continue;
        const { at, i } = relocations[relocation];
        out.push(`\t\t\t${at.toString(16)}: ${relocationName(object, section.relocations[i].type)}\t${relocationValue(section, i)}`);
      }
    }
  });
  return `${out.join('\n')}\n`;
}

/** Address → row, the last row of an address counts. */
function linesOf(rows: readonly LineRow[], section: ObjectSection, relocatable: boolean): Map<bigint, LineRow> {
  const map = new Map<bigint, LineRow>();
  for (const row of rows) {
    if (row.end || (relocatable && row.section !== undefined && row.section !== section)) continue;
    map.set(row.address, row);
  }
  return map;
}

/** The source text of a row; a forward step within a file shows what lies between too (at most ten lines). */
function sourceLines(row: LineRow, previous: string, directory: string, sources: Map<string, string[] | null>): string[] {
  let text = sources.get(row.file);
  if (text === undefined) {
    text = null;
    // Relative names count from the compiler's directory: ours is the best guess, then the object's.
    for (const name of [row.file, join(directory, row.file)]) {
      try {
        text ??= Buffer.from(readFile(name)).toString('utf8').split('\n');
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
      }
    }
    sources.set(row.file, text);
  }
  if (text === null) return [];
  const colon = previous.lastIndexOf(':');
  const before = previous.slice(0, colon) === row.file ? Number(previous.slice(colon + 1)) : 0;
  const from = before > 0 && before < row.line && row.line - before <= 10 ? before : row.line - 1;
  return text.slice(from, row.line);
}

/** `   0:\t48 89 e5             \tmov    %rsp,%rbp`, the bytes behind the seventh on lines of their own. */
function instructionLines(
  line: { address: bigint; length: number; text: string },
  data: Uint8Array,
  base: bigint,
  addressWidth: number,
  request: Request,
): string[] {
  const prefix = (address: bigint): string => `${address.toString(16).padStart(addressWidth)}:\t`;
  const text = line.text.trimEnd();
  if (!request.rawBytes) return [`${prefix(line.address)}${text}`];
  const at = Number(line.address - base);
  const bytes = Array.from(data.subarray(at, at + line.length), (b) => b.toString(16).padStart(2, '0'));
  const perLine = request.wide ? bytes.length : 7;
  const out = [`${prefix(line.address)}${bytes.slice(0, perLine).join(' ').padEnd(20)} \t${text}`];
  for (let i = perLine; i < bytes.length; i += perLine)
    out.push(`${prefix(line.address + BigInt(i))}${bytes.slice(i, i + perLine).join(' ')} `);
  return out;
}
