/**
 * objcopy: any object, executable or flat file in, any of them out, byte for byte what GNU objcopy 2.40 writes. The
 * pipeline: read → choose sections → fill gaps → choose symbols → copy contents → write.
 */
import type { ObjectSymbol } from '../object.js';
import { FormatError } from './elf/raw.js';
import { readProgram } from './recognize.js';
import { writeElf } from './elf/write.js';
import { convertDebugSections } from './compress.js';
import { addCreatedSections, fillCreatedSections } from './created.js';
import { fatal, ObjcopyError, zeros } from './errors.js';
import { writeBinary } from './formats/binary.js';
import { elfObject } from './formats/elf-out.js';
import { draftSegments } from './formats/elf-segments.js';
import { writeIhex } from './formats/ihex.js';
import { writeSrec } from './formats/srec.js';
import { writeVerilog } from './formats/verilog.js';
import { loadedRuns, type Run } from './formats/records.js';
import { fillGaps, type Fill } from './gaps.js';
import { streamedFile, wholeFile, type OutputFile, type Program, type Section, type TargetName } from './model.js';
import { findRule, type ObjcopyOptions } from './options.js';
import { copyContents, isElfTarget, setupSections } from './sections.js';
import { filterSymbols } from './symbols.js';

/** What objcopy needs from outside. */
export interface ObjcopyHost {
  /** Throws `HostError`. */
  readFile(path: string): Uint8Array;
  /** zlib's format (RFC 1950); absent: compression is refused. */
  deflate?(data: Uint8Array): Uint8Array;
  /** At most `size` bytes; throws when the data are broken. */
  inflate?(data: Uint8Array, size: number): Uint8Array;
}

export interface ObjcopyResult {
  /** null after an error that leaves no output. */
  file: OutputFile | null;
  /** Files that --dump-section asks for. */
  dumps: { path: string; data: Uint8Array }[];
  /** In the order in which they came up, without the program's name. */
  messages: string[];
  /** 0 or 1. */
  status: number;
  /** The file is a program: give it execute permission. */
  executable: boolean;
  /** For -v. */
  inputTarget: string;
  outputTarget: string;
}

const TARGETS: readonly TargetName[] = [
  'elf64-x86-64',
  'elf32-i386',
  'elf32-iamcu',
  'elf32-x86-64',
  'srec',
  'symbolsrec',
  'verilog',
  'binary',
  'ihex',
];

/** Targets that GNU has and we do not. */
const FOREIGN = /^(pei?-|pe-bigobj-|elf(32|64)-(little|big)$|pdb$|tekhex$|plugin$|a\.out|coff|mach-o)/;

/**
 * Copies one file. `outputName` is the name that stands in messages and in S-records. Never throws for what is wrong with
 * the input: that is in `messages`.
 */
export function objcopy(input: Uint8Array, o: ObjcopyOptions, outputName: string, host: ObjcopyHost): ObjcopyResult {
  const result: ObjcopyResult = {
    file: null,
    dumps: [],
    messages: [...o.warnings],
    status: 0,
    executable: false,
    inputTarget: '',
    outputTarget: '',
  };
  const say = (message: string): void => void result.messages.push(...message.split('\n'));
  try {
    checkTargets(o);
    if (input.length === 0 && o.inputTarget !== 'binary') fatal(`error: the input file '${o.input}' is empty`);
    const program = readProgram(input, o.input, o.inputTarget, say);
    if (program.damaged) fatal(`unable to modify '${o.input}' due to errors`);
    result.inputTarget = program.target;
    const target = (o.outputTarget ?? o.inputTarget ?? program.target) as TargetName;
    result.outputTarget = target;
    result.executable = isElfTarget(target) && program.elf !== undefined && (program.elf.type === 2 || program.elf.type === 3);
    result.file = copy(program, o, target, outputName, host, say, result);
  } catch (error) {
    if (error instanceof FormatError) say(`${o.input}: ${error.problem}`);
    else if (error instanceof ObjcopyError) say(error.message);
    else throw error;
    result.file = null;
    result.status = 1;
  }
  return result;
}

function checkTargets(o: ObjcopyOptions): void {
  if (o.binaryArchitecture !== undefined && !/^(i386(:x86-64|:x64-32)?(:intel)?|i8086|iamcu(:intel)?)$/.test(o.binaryArchitecture)) {
    fatal(`architecture ${o.binaryArchitecture} unknown`);
  }
  for (const name of [o.inputTarget, o.outputTarget]) {
    if (name === undefined || name === 'default' || TARGETS.includes(name as TargetName)) continue;
    if (FOREIGN.test(name)) fatal(`target ${name} is not supported: tskvm reads and writes ${TARGETS.join(', ')}`);
    fatal(`${o.input}: invalid bfd target`);
  }
  if (o.outputTarget === 'default') o.outputTarget = 'elf64-x86-64';
  if (o.inputTarget === 'default') o.inputTarget = undefined;
}

function copy(
  program: Program,
  o: ObjcopyOptions,
  target: TargetName,
  outputName: string,
  host: ObjcopyHost,
  say: (message: string) => void,
  result: ObjcopyResult,
): OutputFile | null {
  convertDebugSections(o, program, host);
  const start = BigInt.asUintN(64, (o.setStart ?? program.start) + o.changeStart);
  const sections = setupSections(o, program, target, outputName, say);
  const aboutOutput = (message: string): void => say(`${outputName}: ${message}`);
  const aboutInput = (message: string): void => say(`${o.input}: ${message}`);
  const hasSegments = isElfTarget(target) && program.elf !== undefined && program.elf.segments.length > 0;
  if (o.extractSymbol && hasSegments) fatal('--extract-symbol is not supported for a linked file');
  const segments = hasSegments ? draftSegments(program, target, { input: aboutInput, output: aboutOutput, name: o.input }) : undefined;
  const created = addCreatedSections(o, program, sections, host, outputName);
  const fills = fillGaps(o, sections);
  if (o.mergeNotes) {
    if (program.sections.some((s) => s.name.startsWith('.gnu.build.attributes'))) fatal('--merge-notes is not supported');
    say(`${o.input}: Could not find any mergeable note sections`);
  }
  if (o.convertDebugging) {
    if (program.sections.some((s) => s.name === '.stab')) fatal('--debugging is not supported');
    say(`${o.input}: no recognized debugging information`);
  }
  result.dumps = dumpSections(o, program, say);
  const refuse = (message: string): void => {
    say(message);
    result.status = 1;
  };
  const symbols = filterSymbols(o, program, sections, refuse);
  const failed = copyContents(o, sections, created.updated, target === 'binary' || isElfTarget(target));
  if (failed) {
    fatal(`${o.input}[${failed.name}]: file truncated`);
  }
  fillCreatedSections(created, outputName);
  const runs = outputRuns(sections, fills);
  for (const { section, from, to, value } of fills) padSection(section, from, to, value);
  warnUnused(o, say);

  switch (target) {
    case 'binary': {
      const { file, failed: unwritable } = writeBinary(sections, say);
      if (unwritable) refuse(`${outputName}[${unwritable.name}]: File truncated`);
      return file;
    }
    case 'ihex':
      return streamedFile(writeIhex(runs, start, outputName));
    case 'srec':
    case 'symbolsrec':
      return streamedFile(
        writeSrec(runs, symbols, start, outputName, {
          length: o.srecLength,
          forceS3: o.srecForceS3,
          symbols: target === 'symbolsrec',
        }),
      );
    case 'verilog':
      return streamedFile(writeVerilog(runs, outputName, o.verilogWidth, isElfTarget(program.target)));
    default: {
      const object = elfObject({
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
        machineCode: o.machineCode,
        warn: aboutOutput,
        segments,
        emptyRelocations: o.extractSymbol,
        updated: created.updated,
        keepsSectionSymbols: o.keepSectionSymbols,
      });
      return wholeFile(
        writeElf(object, aboutOutput, (message, section) =>
          fatal(`${outputName}: ${message}\n${outputName}${section ? `[${section.name}]` : ''}: bad value`),
        ),
      );
    }
  }
}

/** The pieces that record formats get, in the order in which GNU's objcopy writes them: fills last, 8 KiB at a time. */
function outputRuns(sections: readonly Section[], fills: readonly Fill[]): Run[] {
  const pieces = sections.map((s) => ({ section: s, address: s.lma, data: s.contents ?? new Uint8Array(0) }));
  for (const { section, from, to, value } of fills) {
    if (to - from > 2 ** 32) zeros(to - from);
    for (let at = from; at < to; at += 8192) {
      const data = new Uint8Array(Math.min(8192, to - at)).fill(value);
      pieces.push({ section, address: section.lma + BigInt(at), data });
    }
  }
  return loadedRuns(pieces);
}

function padSection(section: Section, from: number, to: number, value: number): void {
  const data = zeros(to);
  if (section.contents) data.set(section.contents.subarray(0, from));
  data.fill(value, from, to);
  section.contents = data;
}

function dumpSections(o: ObjcopyOptions, program: Program, say: (message: string) => void): ObjcopyResult['dumps'] {
  const dumps: ObjcopyResult['dumps'] = [];
  for (const { section: name, file } of o.dumpSections) {
    const section = program.sections.find((s) => s.name === name);
    // GNU ends its message with the reason of an earlier failure: trying the other formats.
    const reason = program.target === 'elf64-x86-64' ? 'file format not recognized' : 'file in wrong format';
    if (!section) say(`${o.input}: can't dump section '${name}' - it does not exist: ${reason}`);
    else if ((section.flags & 0x100) === 0) say(`${o.input}[${name}]: can't dump section - it has no contents: ${reason}`);
    else dumps.push({ path: file, data: section.contents ?? new Uint8Array(0) });
  }
  return dumps;
}

/** Rules that named no section at all. */
function warnUnused(o: ObjcopyOptions, say: (message: string) => void): void {
  if (!o.changeWarnings) return;
  for (const rule of o.rules) {
    if (rule.used) continue;
    const amount = (set: bigint | undefined, alter: bigint | undefined): string =>
      set !== undefined
        ? `=0x${set.toString(16)}`
        : alter! > 0x7fffffffffffffffn
          ? `-0x${BigInt.asUintN(64, -alter!).toString(16)}`
          : `+0x${alter!.toString(16)}`;
    if (rule.setVma !== undefined || rule.alterVma !== undefined) {
      say(`--change-section-vma ${rule.pattern}${amount(rule.setVma, rule.alterVma)} never used`);
    }
    if (rule.setLma !== undefined || rule.alterLma !== undefined) {
      say(`--change-section-lma ${rule.pattern}${amount(rule.setLma, rule.alterLma)} never used`);
    }
  }
}
