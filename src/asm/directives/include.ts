/** .include and .incbin (gas manual, nodes Include, Incbin). */
import { HostError } from '../../host.js';
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { latin1, Source } from '../source.js';
import type { DirectiveTable } from './index.js';
import { demandString } from './string.js';

/** Files that include one another: about what gas can have open. */
const DEPTH_LIMIT = 1000;

export const includeTable: DirectiveTable = {
  '.include': include,
  '.incbin': incbin,
};

/** .include's file: with -I given, in the working directory and then in those directories; null when there is none. */
function locate(asm: Assembler, name: string): string | null {
  if (name.startsWith('/')) return asm.host.exists(name) ? name : null;
  const { includePaths = [] } = asm.options;
  for (const directory of includePaths.length > 0 ? ['.', ...includePaths] : []) {
    const path = `${directory}/${name}`;
    if (asm.host.exists(path)) return path;
  }
  return asm.host.exists(name) ? name : null;
}

function include(asm: Assembler, args: Arguments): void {
  const name = demandString(asm, args);
  if (name === null) return;
  args.demandEnd();
  const path = locate(asm, name) ?? name;
  let depth = 0;
  for (let { parent } = asm.source; parent !== null; parent = parent.parent) depth += 1;
  if (depth >= DEPTH_LIMIT) {
    asm.error(`can't open ${path} for reading: Too many open files`, 0, 1, ['files include one another without end']);
    asm.fatal = asm.ended = true;
    return;
  }
  const bytes = read(asm, path);
  if (typeof bytes === 'string') {
    asm.error(bytes === 'Is a directory' ? `can't read from ${path}: ${bytes}` : `can't open ${path} for reading: ${bytes}`);
    return;
  }
  if (!asm.dependencies.includes(path)) asm.dependencies.push(path);
  const source = new Source(path, latin1(bytes), 'included from here');
  asm.push(source);
  const { finishLastLine } = require('../unfinished.js') as typeof import('../unfinished.js');
  finishLastLine(asm);
}

/** The file's bytes, or why it could not be read. */
function read(asm: Assembler, path: string): Uint8Array | string {
  try {
    return asm.host.readFile(path);
  } catch (error) {
    if (error instanceof HostError) return error.reason;
    throw error;
  }
}

/** `.incbin "file"[,skip[,count]]` */
function incbin(asm: Assembler, args: Arguments): void {
  const name = demandString(asm, args);
  if (name === null) return;
  let skip = 0;
  let count = 0;
  if (args.comma()) {
    skip = args.absoluteNumber();
    if (args.comma()) {
      count = args.absoluteNumber();
      if (count === 0) asm.warning(`.incbin count zero, ignoring \`${name}'`);
    }
  }
  args.demandEnd();
  const path = asm.host.exists(name) ? name : locate(asm, name);
  if (path === null) {
    const reason = read(asm, name);
    asm.error(reason === 'Is a directory' ? `unable to include \`${name}'` : `file not found: ${name}`);
    return;
  }
  const bytes = read(asm, path);
  if (typeof bytes === 'string') {
    asm.error(`file not found: ${name}`);
    return;
  }
  if (!asm.dependencies.includes(path)) asm.dependencies.push(path);
  if (count === 0) count = bytes.length - skip;
  if (skip < 0 || count < 0 || skip + count > bytes.length) {
    asm.error(`skip (${skip}) or count (${count}) invalid for file size (${bytes.length})`);
    return;
  }
  asm.emitBytes(bytes.subarray(skip, skip + count));
}
