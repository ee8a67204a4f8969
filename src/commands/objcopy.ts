/** `tskvm objcopy`: a drop-in for GNU objcopy 2.40 on x86. Ends in 0 or 1. */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { HostError } from '../host.js';
import { readFile, reasonOf } from '../host-node.js';
import { ObjcopyError } from '../objcopy/errors.js';
import { expandResponses } from '../objcopy/getopt.js';
import { objcopy, type ObjcopyHost } from '../objcopy/index.js';
import { toBytes, type OutputFile } from '../objcopy/model.js';
import { parseOptions, type ObjcopyOptions } from '../objcopy/options.js';
import { writeStderr, writeStdout } from './shared/streams.js';
import type { LargeInput } from './shared/large-input.js';
import type { LazyRequire } from '../lazy.js';

declare const require: LazyRequire;

const say = (message: string): void => writeStderr(`objcopy: ${message}\n`);

export function run(argv: string[]): number {
  let options: ObjcopyOptions;
  try {
    options = parseOptions(expandResponses(argv, responseText), readFile);
  } catch (error) {
    if (!(error instanceof ObjcopyError || error instanceof HostError)) throw error;
    for (const line of error.message.split('\n')) if (line !== '') say(line);
    if (error instanceof ObjcopyError && error.usage) writeStderr(`${help().usage}\n`);
    return 1;
  }
  if (options.show) {
    writeStdout(help().texts[options.show]);
    return 0;
  }
  return copyFile(options);
}

function largeInput(path: string, size: number, options: ObjcopyOptions): LargeInput | null {
  return (require('./shared/large-input.js') as typeof import('./shared/large-input.js')).LargeInput.open(path, size, options);
}

function help(): typeof import('./shared/objcopy-help.js') {
  return require('./shared/objcopy-help.js') as typeof import('./shared/objcopy-help.js');
}

/** The text of an `@file`; null leaves the word as it is, as when there is no such file. */
function responseText(path: string): string | null {
  try {
    return Buffer.from(readFile(path)).toString('latin1');
  } catch {
    return null;
  }
}

const host: ObjcopyHost = {
  readFile,
  inflate: (data, size) => (require('node:zlib') as typeof import('node:zlib')).inflateSync(data, { maxOutputLength: size + 1 }),
  stamp: () => ({
    date: Math.floor(Date.now() / 1000),
    user: process.getuid?.() ?? 0,
    group: process.getgid?.() ?? 0,
    mode: 0o666 & ~process.umask(),
  }),
};

function copyFile(options: ObjcopyOptions): number {
  const { input } = options;
  const target = options.output ?? input;
  let bytes: Uint8Array;
  let from: Stats;
  let large: LargeInput | null;
  try {
    from = statSync(input);
    if (from.isDirectory()) throw new ObjcopyError(`Warning: '${input}' is a directory`);
    large = from.isFile() && from.size >= 1 << 24 ? largeInput(input, from.size, options) : null;
    bytes = large?.bytes ?? readFile(input);
  } catch (error) {
    say(inputProblem(error, input));
    return 1;
  }
  if (!canWrite(target)) {
    say(`${target}: Bad file descriptor`);
    return 1;
  }
  let result;
  try {
    result = objcopy(bytes, options, target, host);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    say(`${error.path}: ${error.reason}`);
    return 1;
  }
  if (options.verbose) {
    for (const c of result.copies) writeStdout(`copy from \`${c.input}' [${c.inputTarget}] to \`${c.output}' [${c.outputTarget}]\n`);
  }
  result.messages.forEach(say);
  for (const dump of result.dumps) {
    try {
      writeWhole(dump.path, { size: dump.data.length, parts: [{ offset: 0, data: dump.data }] }, 0o666);
    } catch (error) {
      say(`${dump.path}: could not open section dump file: ${reasonOf(error)}`);
    }
  }
  if (result.file === null || result.status !== 0) return 1;
  try {
    writeWhole(target, result.file, result.executable ? 0o777 : 0o666, large);
    if (options.output === undefined) chmodSync(target, from.mode & 0o7777);
    if (options.preserveDates) utimesSync(target, from.atimeMs / 1000, from.mtimeMs / 1000);
  } catch (error) {
    say(`${target}: ${reasonOf(error)}`);
    return 1;
  }
  return 0;
}

/** Whether the output can be made at all. GNU's finds out before it copies, and has no better words for it. */
function canWrite(path: string): boolean {
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    if (old?.isDirectory()) return false;
    accessSync(old ? path : dirname(path), constants.W_OK);
    return old !== undefined || statSync(dirname(path)).isDirectory();
  } catch {
    return false;
  }
}

function inputProblem(error: unknown, input: string): string {
  if (error instanceof ObjcopyError) return error.message;
  const code = (error as { code?: string }).code ?? '';
  if (code === 'ENOENT') return `'${input}': No such file`;
  if (error instanceof HostError) return `${input}: ${error.reason}`;
  return `warning: could not locate '${input}'.  reason: ${reasonOf(error)}`;
}

/**
 * Puts a file beside the old one, then renames it over it: a failure leaves the old one as it was. What is no regular
 * file is written in place. Gaps become holes.
 */
function writeWhole(path: string, file: OutputFile, mode: number, large: LargeInput | null = null): void {
  const old = statSync(path, { throwIfNoEntry: false });
  if (old && !old.isFile()) {
    const fd = openSync(path, 'w');
    try {
      large?.readAll();
      writeFully(fd, toBytes(file), null);
    } finally {
      closeSync(fd);
    }
    return;
  }
  const place = old ? realpathSync(path) : path;
  const temporary = `${place}.${process.pid.toString(36)}.tmp`;
  const fd = openSync(temporary, 'wx', mode);
  try {
    try {
      if (file.stream) {
        file.stream((piece) => writeFully(fd, piece, null));
      } else {
        for (const { offset, data } of file.parts) if (!large?.write(data, fd, offset)) writeFully(fd, data, offset);
        ftruncateSync(fd, file.size);
      }
    } finally {
      closeSync(fd);
    }
    if (old) chmodSync(temporary, (old.mode & 0o7777) | (mode & 0o111 & ~process.umask()));
    renameSync(temporary, place);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

/** `offset` null: wherever the file is, for pipes. */
function writeFully(fd: number, data: Uint8Array, offset: number | null): void {
  for (let at = 0; at < data.length;) {
    at += writeSync(fd, data, at, Math.min(data.length - at, 0x40000000), offset === null ? null : offset + at);
  }
}
