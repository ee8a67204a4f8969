/** Archives as input: every member is copied as a file of its own, then the archive is put together again. */
import { TskvmError } from '../diagnostics.js';
import { isThinArchive, readArchive, type Archive, type ArchiveMember } from './archive.js';
import { PLAIN_STAMP, writeArchive, type NewMember, type Stamp } from './archive-write.js';
import { FormatError } from './elf/raw.js';
import { abandon } from './errors.js';
import type { ObjcopyHost } from './index.js';
import { SYM, toBytes, wholeFile, type OutputFile, type Program } from './model.js';
import type { ObjcopyOptions } from './options.js';
import { readProgram } from './recognize.js';
import { isElfTarget } from './sections.js';

export interface ArchiveCopy {
  input: Uint8Array;
  o: ObjcopyOptions;
  outputName: string;
  host: ObjcopyHost;
  say: (message: string) => void;
  /** Copies one member that is a program; null after an error. */
  copyProgram: (program: Program, o: ObjcopyOptions, outputName: string) => OutputFile | null;
  /** A member of no known format is passed on. */
  passed: (input: string, outputName: string) => void;
}

/** GNU's works in a folder beside the output, whose name is made up anew each time: this stands for it in messages. */
const FOLDER = 'stXXXXXX';

/** The archive with its members copied. Throws `CopyError` for what leaves no file. */
export function copyArchive(copy: ArchiveCopy): OutputFile | null {
  const { input, outputName, host, say } = copy;
  if (copy.o.debuglink !== undefined) say(`--add-gnu-debuglink ignored for archive ${copy.o.input}`);
  const o = { ...copy.o, debuglink: undefined };
  if (isThinArchive(input)) abandon(`${o.input}: sorry: copying thin archives is not currently supported: invalid operation`);
  const archive = read(input, o);
  const target = o.outputTarget ?? o.inputTarget;
  if (target === 'binary' || target === 'verilog') abandon(`${outputName}: invalid operation`);
  const made: NewMember[] = [];
  for (const member of archive.members) {
    const name = `${o.input}(${member.name})`;
    const file = `${FOLDER}/${member.name}`;
    let program: Program | null = null;
    try {
      program = readProgram(member.data, name, o.inputTarget, say);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      say(`${name}: Unable to recognise the format of file: file format not recognized`);
    }
    let data: Uint8Array;
    if (program) {
      const result = copy.copyProgram(program, { ...o, input: name }, file);
      if (!result) return null;
      data = toBytes(result);
    } else {
      ({ data } = member);
      copy.passed(name, file);
    }
    made.push({ name: member.name, data, stamp: stampOf(o, member, program, host), ...indexed(data) });
  }
  if (target !== undefined && !isElfTarget(target) && made.length > 0) abandon(`${outputName}: invalid operation`);
  const hasIndex = archive.table !== undefined && o.strip !== 'all';
  const now = o.deterministic ? 0 : (host.stamp?.().date ?? 0);
  return wholeFile(writeArchive(made, hasIndex ? now : undefined));
}

function read(input: Uint8Array, o: ObjcopyOptions): Archive {
  try {
    return readArchive(input, o.input);
  } catch (error) {
    if (!(error instanceof TskvmError)) throw error;
    return abandon(`${o.input}: file format not recognized`);
  }
}

function stampOf(o: ObjcopyOptions, member: ArchiveMember, program: Program | null, host: ObjcopyHost): Stamp {
  const stamp = o.deterministic ? undefined : host.stamp?.();
  if (!stamp) return PLAIN_STAMP;
  const executable = program?.elf !== undefined && (program.elf.type === 2 || program.elf.type === 3);
  const mode = 0o100000 | (executable ? stamp.mode | 0o111 : stamp.mode);
  return { ...stamp, mode, date: o.preserveDates ? member.date : stamp.date };
}

/** What the index says of a member: the symbols that it defines for others. */
function indexed(data: Uint8Array): { symbols: string[]; object: boolean } {
  try {
    const program = readProgram(data, '', undefined, () => {});
    const outside = SYM.GLOBAL | SYM.WEAK | SYM.INDIRECT | SYM.UNIQUE;
    const symbols = program.symbols.filter((s) => s.section !== 'undefined' && ((s.flags & outside) !== 0 || s.section === 'common'));
    return { symbols: symbols.map((s) => s.name), object: true };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { symbols: [], object: false };
  }
}
