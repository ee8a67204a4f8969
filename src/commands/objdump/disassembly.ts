/** objdump -d, -D, -S, -l: sections as instructions, in GNU's layout. */
import { join } from 'node:path';
import { HostError } from '../../host.js';
import { readFile } from '../../host-node.js';
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../../object.js';
import type { Request } from '../objdump.js';
import { debugLines, type LineRow } from '../shared/debug-lines.js';
import { disassemble, symbolizer, type DisassembledLine, type DisassemblerOptions } from '../shared/disassembler.js';
import { relocationNames } from '../shared/relocation-names.js';

import { writeStdout } from '../shared/streams.js';

const hex = (value: bigint, width: number): string => BigInt.asUintN(64, value).toString(16).padStart(width, '0');

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

/** Symbols that name places in a section, the best name of an address first. */
function symbolsOf(object: ObjectFile, section: ObjectSection | null): { name: string; address: bigint; size: bigint }[] {
  const relocatable = object.type === 1;
  const rank = (s: ObjectSymbol): number => (s.type === 2 ? 0 : s.type === 3 ? 3 : 1) * 2 + (s.binding === 0 ? 1 : 0);
  return object.symbols
    .filter(
      (s) =>
        (section === null ? (typeof s.section === 'object' || s.section === 'absolute') && s.type !== 3 : s.section === section) &&
        s.type !== 4 &&
        s.type !== 6 &&
        (s.name !== '' || s.type === 3),
    )
    .map((s) => ({ s, address: relocatable && section === null ? s.value : s.value }))
    .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : rank(a.s) - rank(b.s)))
    .map(({ s, address }) => ({ name: s.type === 3 && typeof s.section === 'object' ? s.section.name : s.name, address, size: s.size }));
}

/** -d, -D, -S and -l of one file. `directory`: where its sources may be. */
export function disassembleObject(
  object: ObjectFile,
  sections: readonly ObjectSection[],
  request: Request,
  elf: boolean,
  directory: string,
): void {
  const rows = request.source || request.lines ? debugLines(object) : [];
  const state: Shown = { sources: new Map(), function: '' };
  const bits = request.bits || (object.elfClass === 64 || object.machine === 62 ? 64 : 32);
  for (const section of sections) {
    const code = (section.flags & 4n) !== 0n;
    if (section.data.length === 0 || (!request.all && elf && !code && request.sections.length === 0)) continue;
    const from = section.address + request.adjust;
    if (from + BigInt(section.data.length) <= request.start || from >= request.stop) continue;
    writeStdout(`\nDisassembly of section ${section.name}:\n`);
    writeStdout(disassembleSection(object, section, bits, rows, directory, state, request));
  }
}

function disassembleSection(
  object: ObjectFile,
  section: ObjectSection,
  bits: 16 | 32 | 64,
  rows: readonly LineRow[],
  directory: string,
  state: Shown,
  request: Request,
): string {
  const relocatable = object.type === 1;
  const local = symbolsOf(object, section).map((s) => ({ ...s, address: s.address + request.adjust }));
  if (local.length === 0 || local[0].address > section.address + request.adjust)
    local.unshift({ name: section.name, address: section.address + request.adjust, size: 0n });
  const nameHere = symbolizer(local);
  // Elsewhere the nearest symbol counts, whatever section of a relocatable file it is in.
  const everywhere = symbolizer(symbolsOf(object, null).map((s) => ({ ...s, address: s.address + request.adjust })));
  const inRange = (address: bigint): boolean =>
    address >= section.address + request.adjust && address < section.address + request.adjust + BigInt(section.data.length);
  const nameOf = (address: bigint): string => {
    if (inRange(address)) return nameHere(address);
    return everywhere(address) || (relocatable ? nameHere(address) : '');
  };
  const relocations = section.relocations
    .map((r, i) => ({ at: section.address + request.adjust + r.offset, i }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const lines = linesOf(rows, section, relocatable);
  const width = object.elfClass / 4;
  const base = section.address + request.adjust;
  const end = base + BigInt(section.data.length);
  const digits = hex(end, width);
  let skipped = 0;
  // Zeros that all addresses start with are left out in fours.
  while (digits.startsWith('00000', skipped)) skipped += 4;
  const addressWidth = width - skipped;
  const decoding: DisassemblerOptions = {
    bits,
    syntax: request.syntax,
    suffixes: request.suffixes,
    nameOf: (address) => {
      const name = nameOf(address);
      return name === '' ? '' : name + fileOffset(address);
    },
    addressText: (address) => (request.addresses ? (request.prefixed ? hex(address, width) : address.toString(16)) : ''),
  };
  const out: string[] = [];
  let relocation = 0;
  let shownLine = '';
  const fileOffset = (address: bigint): string =>
    request.fileOffsets ? ` (File Offset: 0x${offsetOf(object, section, address - request.adjust)})` : '';
  const functionAt = request.lines ? functionNames(object, section, request.adjust) : () => '';
  const showRelocations = (next: bigint): void => {
    for (; relocation < relocations.length && relocations[relocation].at < next; relocation++) {
      const { at, i } = relocations[relocation];
      if (!request.relocations || at < request.start) continue;
      const place = request.addresses ? `${at.toString(16)}: ` : '';
      const text = `${place}${relocationName(object, section.relocations[i].type)}\t${relocationValue(section, i)}`;
      // With -w they stand on the instruction's line.
      if (request.wide && out.length > 0) out[out.length - 1] += `\t${text}`;
      else out.push(`\t\t\t${text}`);
    }
  };
  // Each symbol starts a run of its own: decoding is in step again there.
  const starts = [...new Set([base, ...local.map((s) => s.address).filter((a) => a > base && a < end)])].sort((a, b) => (a < b ? -1 : 1));
  starts.forEach((from, k) => {
    const next = starts[k + 1] ?? end;
    if (next <= request.start || from >= request.stop) return;
    const name = nameHere(from).slice(1, -1);
    if (request.names.length > 0 && !request.names.some((n) => local.some((s) => s.name === n && s.address === from))) return;
    // A symbol that is asked for ends with its size, or at the next one.
    const size = request.names.length > 0 ? (local.find((s) => s.address === from && request.names.includes(s.name))?.size ?? 0n) : 0n;
    const to = size > 0n && from + size < next ? from + size : next;
    const first = from < request.start ? request.start : from;
    if (!request.prefixed) out.push('', `${request.addresses ? `${hex(first, width)} ` : ''}<${name}>${fileOffset(first)}:`);
    const limit = Number((to < request.stop ? to : request.stop) - first);
    // With -D an instruction may read beyond the next symbol, where the next run starts nevertheless.
    const bytes = section.data.subarray(Number(first - base), request.all ? undefined : Number(first - base) + limit);
    const runs = request.zeros ? [] : zeroRuns(bytes.subarray(0, limit));
    for (const line of linesWithout(runs, bytes, limit, first, decoding)) {
      if (line === null) {
        out.push('\t...');
        continue;
      }
      // Those within zeros that were left out.
      showRelocations(line.address);
      if (request.lines) {
        const name = functionAt(line.address);
        if (name !== '' && name !== state.function) {
          out.push(`${name}():`);
          state.function = name;
          shownLine = '';
        }
      }
      const row = lines.get(line.address - request.adjust);
      if (row !== undefined && `${row.file}:${row.line}` !== shownLine) {
        shownLine = `${row.file}:${row.line}`;
        if (request.lines) out.push(shownLine);
        if (request.source) out.push(...sourceLines(row, directory, state.sources));
      }
      const place = request.prefixed ? `${hex(line.address, width)} ${nameHere(line.address)}`.trimEnd() : null;
      out.push(...instructionLines(line, section.data, base, addressWidth, request, place));
      showRelocations(line.address + BigInt(line.length));
    }
    showRelocations(to < request.stop ? to : request.stop);
  });
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

/** What has been shown so far, over all sections. */
interface Shown {
  sources: Map<string, SourceFile>;
  function: string;
}

interface SourceFile {
  /** null: it cannot be read. */
  text: string[] | null;
  last: number;
  /** The largest line that was shown. */
  most: number;
}

/** In the file, in hexadecimal; of an address outside of the section through the section that holds it. */
function offsetOf(object: ObjectFile, section: ObjectSection, address: bigint): string {
  const holds = (s: ObjectSection): boolean => address >= s.address && address < s.address + BigInt(s.size);
  const home = object.type === 1 || holds(section) ? section : (object.sections.find((s) => (s.flags & 2n) !== 0n && holds(s)) ?? section);
  return BigInt.asUintN(64, address - home.address + BigInt(home.offset ?? 0)).toString(16);
}

/** The function that an address is in: the last one that starts at or before it. */
function functionNames(object: ObjectFile, section: ObjectSection, adjust: bigint): (address: bigint) => string {
  const functions = object.symbols
    .filter((s) => s.section === section && (s.type === 2 || s.type === 0 || s.type === 10) && s.name !== '')
    .map((s) => ({ name: s.name, address: s.value + adjust, rank: (s.type === 2 ? 0 : 2) + (s.binding === 0 ? 1 : 0) }))
    .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.rank - b.rank));
  const name = symbolizer(functions);
  return (address) => /^<(.*?)(\+0x[0-9a-f]+)?>$/.exec(name(address))?.[1] ?? '';
}

interface Run {
  from: number;
  to: number;
}

/** Where an instruction may start at zeros that are not worth showing, and how far they go. */
function zeroRuns(bytes: Uint8Array): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== 0) {
      at += 1;
      continue;
    }
    const from = at;
    while (at < bytes.length && bytes[at] === 0) at++;
    runs.push({ from, to: at });
  }
  return runs;
}

/**
 * Instructions, with null for each run of eight zeros and more, and of up to two at the end. If something follows, zeros are
 * left out in fours.
 */
function* linesWithout(
  runs: readonly Run[],
  bytes: Uint8Array,
  limit: number,
  address: bigint,
  options: DisassemblerOptions,
): Generator<DisassembledLine | null> {
  let next = 0;
  for (let at = 0; at < limit;) {
    let skipped = 0;
    for (const line of disassemble(bytes.subarray(at), address + BigInt(at), options)) {
      const here = Number(line.address - address);
      if (here >= limit) return;
      while (next < runs.length && runs[next].to <= here) next++;
      const run = runs[next];
      const left = run && here >= run.from ? run.to - here : 0;
      if (left >= 8 || (left > 0 && left < 3 && run.to === limit)) {
        skipped = run.to === limit ? left : left & ~3;
        at = here + skipped;
        yield null;
        break;
      }
      yield here + line.length > limit ? { ...line, length: limit - here } : line;
    }
    if (skipped === 0) return;
  }
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

/** Lines before the first that is shown of a file. */
const CONTEXT = 5;

/** The source text of a row, with what comes before it as far as that has not been shown. */
function sourceLines({ file, line }: LineRow, directory: string, sources: Map<string, SourceFile>): string[] {
  let source = sources.get(file);
  if (!source) {
    source = { text: sourceText(file, directory), last: 0, most: 0 };
    sources.set(file, source);
  }
  if (source.text === null || line === source.last) return [];
  // Before the fifth line there is all of the start; at the fifth GNU's shows nothing.
  let from = line < CONTEXT ? 1 : line - CONTEXT;
  if (source.most >= from) from = source.most < line ? source.most + 1 : line;
  source.most = Math.max(source.most, line);
  source.last = line;
  return from === 0 ? [] : source.text.slice(from - 1, line);
}

/** Relative names count from the compiler's directory: ours is the best guess, then the object's. */
function sourceText(file: string, directory: string): string[] | null {
  for (const name of [file, join(directory, file)]) {
    try {
      return Buffer.from(readFile(name)).toString('utf8').split('\n');
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
    }
  }
  return null;
}

/** `   0:\t48 89 e5             \tmov    %rsp,%rbp`, the bytes behind the seventh on lines of their own. */
function instructionLines(
  line: { address: bigint; length: number; text: string },
  data: Uint8Array,
  base: bigint,
  addressWidth: number,
  request: Request,
  /** Instead of the address. */
  place: string | null,
): string[] {
  const prefix = (address: bigint): string => (request.addresses ? `${address.toString(16).padStart(addressWidth)}:` : '');
  const text = line.text.trimEnd();
  const start = place !== null ? `${place} ` : `${prefix(line.address)}\t`;
  if (place !== null ? !request.rawAsked : !request.rawBytes) return [`${start}${text}`];
  const at = Number(line.address - base);
  const bytes = Array.from(data.subarray(at, at + line.length), (b) => b.toString(16).padStart(2, '0'));
  const perLine = request.wide ? bytes.length : request.perLine || 7;
  const column = (request.perLine || 7) * 3 - 1;
  const out = [`${start}${bytes.slice(0, perLine).join(' ').padEnd(column)} \t${text}`];
  for (let i = perLine; i < bytes.length; i += perLine)
    out.push(
      `${place !== null ? `${hexOf(line.address + BigInt(i), place)} ` : `${prefix(line.address + BigInt(i))}\t`}${bytes.slice(i, i + perLine).join(' ')} `,
    );
  return out;
}

/** An address as wide as the one that a place begins with. */
function hexOf(address: bigint, place: string): string {
  return address.toString(16).padStart(place.indexOf(' ') < 0 ? place.length : place.indexOf(' '), '0');
}
