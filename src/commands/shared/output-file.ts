/** Output files appear whole or not at all: written beside the old one, then renamed over it. */
import path from 'node:path';
import {
  accessSync,
  chmodSync,
  constants,
  closeSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { TskvmError } from '../../diagnostics.js';
import { HostError } from '../../host.js';
import { reasonOf } from '../../host-node.js';
import { writeStdout } from './streams.js';

/**
 * Writes `data` to `file` (`-` is standard output). A regular file is replaced by rename, so that an unwritable disk or
 * a crash leaves the old one as it was; devices, FIFOs and the like are written in place.
 * Throws a TskvmError with exit status `status`, worded as GNU as does.
 */
export function writeOutputFile(file: string, data: Uint8Array | string, status = 1, mode = 0o666): void {
  if (file === '-') return writeStdout(data);
  try {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old && !old.isFile()) {
      // Not through O_CREAT and rename: /dev/null must stay /dev/null. A directory fails here with EISDIR.
      const fd = openSync(file, 'w');
      try {
        writeFully(fd, data);
      } finally {
        closeSync(fd);
      }
      return;
    }
    replaceFile(old ? realpathSync(file) : file, data, old ? old.mode & 0o7777 : undefined, mode);
  } catch (error) {
    throw new TskvmError(`can't create ${file}: ${reasonOf(error)}`, status);
  }
}

/** Says now, before a long run, what `writeOutputFile` would say after it: a missing folder, no permission, a directory. */
export function checkOutputFile(file: string, status = 1): void {
  if (file === '-') return;
  try {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old?.isDirectory() === true) throw new HostError('EISDIR', 'Is a directory', file);
    accessSync(old === undefined || old.isFile() ? path.dirname(old === undefined ? file : realpathSync(file)) : file, constants.W_OK);
  } catch (error) {
    throw new TskvmError(`can't create ${file}: ${error instanceof HostError ? error.reason : reasonOf(error)}`, status);
  }
}

function writeFully(fd: number, data: Uint8Array | string): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

function replaceFile(file: string, data: Uint8Array | string, oldMode: number | undefined, mode: number): void {
  const temporary = `${file}.${process.pid.toString(36)}.tmp`;
  try {
    writeFileSync(temporary, data, { mode, flag: 'wx' });
    if (oldMode !== undefined) chmodSync(temporary, oldMode);
    renameSync(temporary, file);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never made.
    }
    throw error;
  }
}
