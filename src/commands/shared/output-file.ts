/** Output files appear whole or not at all: written beside the old one, then renamed over it. */
import { chmodSync, closeSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { TskvmError } from '../../diagnostics.js';
import { reasonOf } from '../../host-node.js';
import { writeStdout } from './streams.js';

/**
 * Writes `data` to `path` (`-` is standard output). A regular file is replaced by rename, so that an unwritable disk or
 * a crash leaves the old one as it was; devices, FIFOs and the like are written in place.
 * Throws a TskvmError with exit status `status`, worded as GNU as does.
 */
export function writeOutputFile(path: string, data: Uint8Array | string, status = 1, mode = 0o666): void {
  if (path === '-') return writeStdout(data);
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    if (old && !old.isFile()) {
      // Not through O_CREAT and rename: /dev/null must stay /dev/null. A directory fails here with EISDIR.
      const fd = openSync(path, 'w');
      try {
        writeFully(fd, data);
      } finally {
        closeSync(fd);
      }
      return;
    }
    replaceFile(old ? realpathSync(path) : path, data, old ? old.mode & 0o7777 : undefined, mode);
  } catch (error) {
    throw new TskvmError(`can't create ${path}: ${reasonOf(error)}`, status);
  }
}

function writeFully(fd: number, data: Uint8Array | string): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

function replaceFile(path: string, data: Uint8Array | string, oldMode: number | undefined, mode: number): void {
  const temporary = `${path}.${process.pid.toString(36)}.tmp`;
  try {
    writeFileSync(temporary, data, { mode, flag: 'wx' });
    if (oldMode !== undefined) chmodSync(temporary, oldMode);
    renameSync(temporary, path);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never made.
    }
    throw error;
  }
}
