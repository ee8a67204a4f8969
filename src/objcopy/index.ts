/**
 * objcopy: any object, executable or flat file in, any of them out, byte for byte what GNU objcopy 2.40 writes.
 */
import { isArchive } from './archive.js';
import type { Stamp } from './archive-write.js';
import { copyProgram } from './copy.js';
import { FormatError } from './elf/raw.js';
import { abandon, CopyError, fatal, ObjcopyError } from './errors.js';
import { isForeignElf } from './formats/elf-in.js';
import type { OutputFile, Program, TargetName } from './model.js';
import type { LazyRequire } from '../lazy.js';
import type { ObjcopyOptions } from './options.js';
import { readProgram } from './recognize.js';
import { isElfTarget } from './sections.js';

declare const require: LazyRequire;

/** What objcopy needs from outside. */
export interface ObjcopyHost {
  /** Throws `HostError`. */
  readFile(path: string): Uint8Array;
  /** zlib's format (RFC 1950); absent: compressed sections are refused. At most `size` bytes; throws when the data are broken. */
  inflate?(data: Uint8Array, size: number): Uint8Array;
  /** What a new file's header in an archive says (`-U`); absent: what stands for nobody and no time. */
  stamp?(): Stamp;
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
  /** For -v: one file, or an archive's members. */
  copies: { input: string; inputTarget: string; output: string; outputTarget: string }[];
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
    copies: [],
  };
  const say = (message: string): void => void result.messages.push(...message.split('\n').filter(Boolean));
  let stopped = false;
  try {
    checkTargets(o);
    if (input.length === 0) abandon(`error: the input file '${o.input}' is empty`);
    const copy = (program: Program, own: ObjcopyOptions, name: string): OutputFile | null => {
      if (program.damaged) abandon(`unable to modify '${own.input}' due to errors`);
      const target = (own.outputTarget ?? own.inputTarget ?? program.target) as TargetName;
      result.copies.push({ input: own.input, inputTarget: program.target, output: name, outputTarget: target });
      result.executable = isElfTarget(target) && program.elf !== undefined && (program.elf.type === 2 || program.elf.type === 3);
      return copyProgram({ program, o: own, target, outputName: name, host, say, result });
    };
    if (o.inputTarget !== 'binary' && isArchive(input)) {
      const { copyArchive } = require('./copy-archive.js') as typeof import('./copy-archive.js');
      const dumps: ObjcopyResult['dumps'] = [];
      const copyMember = (program: Program, own: ObjcopyOptions, name: string): OutputFile | null => {
        const made = copy(program, own, name);
        dumps.push(...result.dumps);
        return made;
      };
      const passed = (name: string, output: string): void =>
        void result.copies.push({ input: name, inputTarget: 'unknown', output, outputTarget: 'unknown' });
      result.file = copyArchive({ input, o, outputName, host, say, copyProgram: copyMember, passed });
      result.dumps = dumps;
      result.executable = false;
    } else result.file = copy(readProgram(input, o.input, o.inputTarget, say), o, outputName);
  } catch (error) {
    if (error instanceof FormatError) {
      say(isForeignElf(input) ? `Unable to recognise the format of the input file \`${o.input}'` : `${o.input}: ${error.problem}`);
    } else if (error instanceof ObjcopyError) say(error.message);
    else throw error;
    stopped = error instanceof ObjcopyError && !(error instanceof CopyError);
    result.file = null;
    result.status = 1;
  }
  if (!stopped) warnUnused(o, say);
  return result;
}

function checkTargets(o: ObjcopyOptions): void {
  if (o.binaryArchitecture !== undefined && !/^(i386(:x86-64|:x64-32)?(:intel)?|i8086|iamcu(:intel)?)$/.test(o.binaryArchitecture)) {
    fatal(`architecture ${o.binaryArchitecture} unknown`);
  }
  for (const name of [o.inputTarget, o.outputTarget]) {
    if (name === undefined || name === 'default' || TARGETS.includes(name as TargetName)) continue;
    if (FOREIGN.test(name)) abandon(`target ${name} is not supported: tskvm reads and writes ${TARGETS.join(', ')}`);
    abandon(`${o.input}: invalid bfd target`);
  }
  if (o.outputTarget === 'default') o.outputTarget = 'elf64-x86-64';
  if (o.inputTarget === 'default') o.inputTarget = undefined;
}

/** Rules that named no section at all. */
function warnUnused(o: ObjcopyOptions, say: (message: string) => void): void {
  if (!o.changeWarnings) return;
  for (const rule of o.rules) {
    if (rule.used) continue;
    const amount = (set: bigint | undefined, alter: bigint | undefined): string =>
      set !== undefined ? `=0x${set.toString(16)}` : `+0x${alter!.toString(16)}`;
    if (rule.setVma !== undefined || rule.alterVma !== undefined) {
      say(`--change-section-vma ${rule.pattern}${amount(rule.setVma, rule.alterVma)} never used`);
    }
    if (rule.setLma !== undefined || rule.alterLma !== undefined) {
      say(`--change-section-lma ${rule.pattern}${amount(rule.setLma, rule.alterLma)} never used`);
    }
  }
}
