/**
 * Copies one program. The pipeline: check → choose sections → plan segments → add sections → fill gaps → choose symbols → copy
 * contents → write.
 */
import type { ObjectSymbol } from '../object.js';
import { checkArchitecture, checkFlavour, reasonOfLastFailure } from './checks.js';
import { convertDebugSections } from './compress.js';
import { addCreatedSections, fillCreatedSections, type CreatedSections } from './created.js';
import { ET } from './elf/constants.js';
import { writeElf } from './elf/write.js';
import { abandon, CopyError, fatal, LayoutError, zeros } from './errors.js';
import { writeBinary } from './formats/binary.js';
import { elfObject, type ElfOutput } from './formats/elf-out.js';
import { draftSegments, type SegmentDraft } from './formats/elf-segments.js';
import { writeIhex } from './formats/ihex.js';
import { loadedRuns, type Run } from './formats/records.js';
import { writeSrec } from './formats/srec.js';
import { writeVerilog } from './formats/verilog.js';
import { fillGaps, fillPieces, type Fill } from './gaps.js';
import type { ObjcopyHost, ObjcopyResult } from './index.js';
import { streamedFile, wholeFile, type OutputFile, type Program, type Section, type Symbol, type TargetName } from './model.js';
import type { ObjcopyOptions } from './options.js';
import { findRule } from './section-rules.js';
import { copyContents, isElfTarget, setupSections } from './sections.js';
import { filterSymbols, isFiltered } from './symbols.js';

export interface Copy {
  program: Program;
  o: ObjcopyOptions;
  target: TargetName;
  outputName: string;
  host: ObjcopyHost;
  /** Gets messages, without the program's name. */
  say: (message: string) => void;
  /** Gets the status and what --dump-section asks for. */
  result: ObjcopyResult;
}

/** The file that is written, or null. Throws `CopyError` for what leaves no file. */
export function copyProgram(copy: Copy): OutputFile | null {
  const { program, o, target, outputName, host, say, result } = copy;
  if (program.sections.length === 0) abandon(`error: the input file '${o.input}' has no sections`);
  const core = program.elf?.type === ET.CORE;
  checkFlavour(o, program);
  if (core && !isElfTarget(target)) abandon(`${outputName}: invalid operation`);
  checkArchitecture(o, program, target, say);
  convertDebugSections(o, program, host);
  const start = core ? program.start : BigInt.asUintN(64, (o.setStart ?? program.start) + o.changeStart);
  const sections = setupSections(o, program, target, outputName, say);
  const { segments, problem } = planSegments(copy);
  const lastFailure = problem ? 'sorry, cannot handle this file' : reasonOfLastFailure(o, program, target);
  const created = addCreatedSections({ o, program, sections, host, outputName, lastFailure, warn: say });
  const fills = fillGaps(o, sections);
  if (o.mergeNotes && program.sections.some((s) => s.name.startsWith('.gnu.build.attributes'))) fatal('--merge-notes is not supported');
  result.dumps = dumpSections(copy, lastFailure);
  // Relocations of a core file cannot be asked for: GNU's ends here without a word.
  if (core && sections.length > 0 && o.strip !== 'all' && isFiltered(o)) abandon('');
  const refuse = (message: string): void => {
    say(message);
    result.status = 1;
  };
  const symbols = filterSymbols(o, program, sections, refuse);
  if (result.status !== 0) abandon('');
  if (o.convertDebugging) sayDebugging(copy);
  if (problem) {
    sayMerged(copy);
    sayMachine(copy);
    abandon('');
  }
  const failed = copyContents(o, sections, created.updated, target === 'binary' || isElfTarget(target));
  if (failed) abandon(`${o.input}[${failed.name}]: file truncated`);
  fillCreatedSections(created, outputName);
  const runs = outputRuns(sections, fills);

  if (isElfTarget(target)) for (const { section, from, to, value } of fills) padSection(section, from, to, value);
  if (isElfTarget(target)) return writeAsElf(copy, { sections, symbols, start, segments, created, fills });
  sayMerged(copy);
  sayMachine(copy);
  switch (target) {
    case 'binary': {
      const { file, failed: unwritable } = writeBinary(sections, fills, say);
      if (unwritable) refuse(`${outputName}[${unwritable.name}]: File truncated`);
      return file;
    }
    case 'ihex':
      return streamedFile(writeIhex(runs, start, outputName));
    case 'verilog':
      return streamedFile(writeVerilog(runs, outputName, o.verilogWidth, isElfTarget(program.target)));
    default:
      return streamedFile(
        writeSrec(runs, symbols, start, outputName, {
          length: o.srecLength,
          forceS3: o.srecForceS3,
          symbols: target === 'symbolsrec',
        }),
      );
  }
}

/** `problem`: no segments can hold the sections. GNU's says so and goes on for a while. */
function planSegments({ program, o, target, outputName, say }: Copy): { segments?: SegmentDraft; problem?: CopyError } {
  if (!isElfTarget(target) || !program.elf || program.elf.segments.length === 0) return {};
  if (o.extractSymbol) fatal('--extract-symbol is not supported for a linked file');
  const input = (message: string): void => say(`${o.input}: ${message}`);
  const output = (message: string): void => say(`${outputName}: ${message}`);
  try {
    return { segments: draftSegments(program, target, { input, output, name: o.input }) };
  } catch (error) {
    if (!(error instanceof CopyError)) throw error;
    say(error.message);
    return { problem: error };
  }
}

function sayMerged({ o, say }: Copy): void {
  if (o.mergeNotes) say(`${o.input}: Could not find any mergeable note sections`);
}

function sayDebugging({ program, o, say }: Copy): void {
  if (program.sections.some((s) => s.name === '.stab')) fatal('--debugging is not supported');
  say(`${o.input}: no recognized debugging information`);
}

/** No x86 target has other machine numbers: the number is taken as it is. */
function sayMachine({ o, target, say }: Copy): void {
  if (o.machineCode === undefined) return;
  say(`this target does not support ${o.machineCode} alternative machine codes`);
  say(isElfTarget(target) ? 'treating that number as an absolute e_machine value instead' : 'ignoring the alternative value');
}

interface Parts {
  sections: Section[];
  symbols: Symbol[];
  start: bigint;
  segments?: SegmentDraft;
  created: CreatedSections;
  fills: readonly Fill[];
}

function writeAsElf(copy: Copy, parts: Parts): OutputFile {
  const { program, o, target, outputName, say } = copy;
  const { sections, symbols, start, segments, created } = parts;
  const warn = (message: string): void => say(`${outputName}: ${message}`);
  const out: ElfOutput = {
    program,
    target,
    sections,
    symbols,
    start,
    inputName: o.input,
    name: outputName,
    stripAll: o.strip === 'all',
    dropsRelocations: (section) => findRule(o, section.name, 'removeRelocations') !== undefined,
    keepsRelocation: (symbol: ObjectSymbol) => o.keepSymbols.has(symbol.name, o.wildcard),
    commonType: o.commonType,
    // Where nothing is written before the headers are, those are made anew with the target's own machine.
    machineCode:
      firstWritten(parts) || created.contents.size > 0 || created.debuglink || parts.fills.length > 0 ? o.machineCode : undefined,
    say,
    segments,
    emptyRelocations: o.extractSymbol,
    updated: created.updated,
    keepsSectionSymbols: o.keepSectionSymbols,
  };
  let bytes: Uint8Array;
  try {
    bytes = writeElf(elfObject(out), warn, (message) => {
      throw new LayoutError(`${outputName}: ${message}`, 'bad value');
    });
  } catch (error) {
    if (error instanceof LayoutError) sayLayout(copy, parts, error);
    else if (error instanceof CopyError) {
      // What is only found at the end.
      sayMerged(copy);
      sayMachine(copy);
    }
    throw error;
  }
  sayMerged(copy);
  sayMachine(copy);
  return wholeFile(bytes);
}

/** The first section whose contents are copied. */
function firstWritten({ sections, created }: Parts): Section | undefined {
  return sections.find((s) => s.input && s.contents && s.contents.length > 0 && !created.contents.has(s));
}

/**
 * The first contents that are written make GNU's lay out the file, and messages about that name their section. What is not
 * copied from the input is written nevertheless, and ends objcopy then.
 */
function sayLayout(copy: Copy, parts: Parts, { text, reason }: LayoutError): never {
  const { created, fills } = parts;
  const { outputName, say } = copy;
  const places: string[] = [];
  const first = firstWritten(parts);
  if (first) places.push(`${outputName}[${first.name}]`);
  const [made] = created.contents.keys();
  const link = created.debuglink;
  if (made) places.push(`${outputName}[${made.name}]`);
  else if (link) places.push(`${outputName}: cannot fill debug link section \`${link.file}'`);
  else if (fills.length > 0) places.push(`${outputName}[${fills[0].section.name}]`);
  else if (!first) places.push(outputName);
  for (const place of places) say(`${text}\n${place}: ${reason}`);
  if (!made && !link && fills.length === 0) {
    sayMerged(copy);
    sayMachine(copy);
  }
  abandon('');
}

/** The pieces that record formats get, in the order in which GNU's objcopy writes them: fills last, 8 KiB at a time. */
function outputRuns(sections: readonly Section[], fills: readonly Fill[]): Run[] {
  const pieces = sections.map((s) => ({ section: s, address: s.lma, data: s.contents ?? new Uint8Array(0) }));
  for (const fill of fills) {
    for (const { at, data } of fillPieces(fill, 8192)) pieces.push({ section: fill.section, address: fill.section.lma + BigInt(at), data });
  }
  return loadedRuns(pieces);
}

function padSection(section: Section, from: number, to: number, value: number): void {
  const data = zeros(to);
  if (section.contents) data.set(section.contents.subarray(0, from));
  data.fill(value, from, to);
  section.contents = data;
}

function dumpSections({ o, program, say }: Copy, reason: string): ObjcopyResult['dumps'] {
  const dumps: ObjcopyResult['dumps'] = [];
  for (const { section: name, file } of o.dumpSections) {
    const section = program.sections.find((s) => s.name === name);
    if (!section) say(`${o.input}: can't dump section '${name}' - it does not exist: ${reason}`);
    else if ((section.flags & 0x100) === 0) say(`${o.input}[${name}]: can't dump section - it has no contents: ${reason}`);
    else dumps.push({ path: file, data: section.contents ?? new Uint8Array(0) });
  }
  return dumps;
}
