/** What GNU's objcopy asks of input and output together before it copies anything. */
import { EM, ET } from './elf/constants.js';
import { abandon } from './errors.js';
import { SEC, type Program, type TargetName } from './model.js';
import type { ObjcopyOptions } from './options.js';
import { isElfTarget } from './sections.js';

/** Options that only an ELF input can have. */
export function checkFlavour(o: ObjcopyOptions, program: Program): void {
  if (program.elf) return;
  // The plain form is let through: nothing is compressed then.
  if (o.compress !== undefined && o.compress !== 'none' && !o.compressPlain) {
    abandon(`--compress-debug-sections=[zlib|zlib-gnu|zlib-gabi|zstd] is unsupported on \`${o.input}'`);
  }
  if (o.commonType !== undefined) abandon(`--elf-stt-common=[yes|no] is unsupported on \`${o.input}'`);
}

/** The Intel MCU counts as another architecture than the 386 and its successors. */
const family = (name: string): string => (name.includes('iamcu') ? 'iamcu' : 'i386');

/** Whether the output can hold code of the input's machine, or of the one that -B names. */
export function checkArchitecture(o: ObjcopyOptions, program: Program, target: TargetName, warn: (message: string) => void): void {
  const named = o.binaryArchitecture;
  const { elf } = program;
  if (elf) {
    if (named !== undefined) warn(`Input file \`${o.input}' ignores binary architecture parameter.`);
    if (isElfTarget(target) && family(target) !== family(program.target)) {
      const name =
        elf.machine === EM.IAMCU ? 'iamcu' : elf.machine === EM.I386 ? 'i386' : elf.elfClass === 64 ? 'i386:x86-64' : 'i386:x64-32';
      abandon(`Output file cannot represent architecture \`${name}'`);
    }
    return;
  }
  if (o.inputTarget !== undefined) return;
  const unlike = isElfTarget(target) ? named !== undefined && family(named) !== family(target) : target === 'binary' && named === undefined;
  if (unlike) abandon(`Unable to recognise the format of the input file \`${o.input}'`);
}

/**
 * Some of GNU's messages end with the reason of whatever failed last, which is long past: recognising the file as of another
 * format, or looking for the header of compressed contents in a section that is too short for one.
 */
export function reasonOfLastFailure(o: ObjcopyOptions, program: Program, target: TargetName): string {
  if (!program.elf && (target === 'binary' || target === 'ihex')) return 'bad value';
  if (program.target !== (o.inputTarget ?? 'elf64-x86-64') || program.elf?.type === ET.CORE) return 'file in wrong format';
  const isShort = program.sections.some(
    (s) => (s.flags & (SEC.HAS_CONTENTS | SEC.DEBUGGING)) === (SEC.HAS_CONTENTS | SEC.DEBUGGING) && isCompressible(s.name) && s.size < 12,
  );
  return isShort ? 'bad value' : 'file format not recognized';
}

/** Names of the sections that may be compressed. */
export function isCompressible(name: string): boolean {
  return (name[1] === 'd' && name[6] === '_') || (name[1] === 'z' && name[7] === '_');
}
