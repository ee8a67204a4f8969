/** Which format a file is of, and its contents. */
import { FormatError } from './elf/raw.js';
import { readBinary } from './formats/binary.js';
import { elfTarget, readElfProgram } from './formats/elf-in.js';
import { isIhex, readIhex } from './formats/ihex.js';
import { isSrec, isSymbolSrec, readSrec } from './formats/srec.js';
import { readVerilog } from './formats/verilog.js';
import type { Program } from './model.js';

/**
 * Reads a file of any format that has a signature, or of the one that `target` names. Throws `FormatError`; complaints
 * that GNU's tools print go to `warn`.
 */
export function readProgram(input: Uint8Array, name: string, target: string | undefined, warn: (message: string) => void): Program {
  if (target === 'binary') return readBinary(input, name);
  // Any other name is a hint: a file of another format is recognised all the same.
  if (elfTarget(input)) return readElfProgram(input, name, warn);
  if (isSrec(input) || isSymbolSrec(input)) return readSrec(input, name, warn);
  if (isIhex(input)) return readIhex(input, name, warn);
  if (target === 'verilog') return readVerilog(input);
  throw new FormatError('file format not recognized');
}
