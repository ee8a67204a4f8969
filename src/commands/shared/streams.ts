/**
 * Standard output and error, written synchronously: cheaper at start-up than process.stdout, and nothing is lost when
 * the process ends. The guest's output is stdout and nothing else is.
 */
import { writeSync } from 'node:fs';
import { TskvmError } from '../../diagnostics.js';
import { exitStatus } from '../../exit-status.js';
import { reasonOf } from '../../host-node.js';

/** Thrown when the reader of standard output has gone: the command ends quietly. */
export class ClosedPipe extends Error {
  override name = 'ClosedPipe';
}

function write(fd: number, data: Uint8Array | string): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A non-blocking pipe whose reader is slow: wait, without spinning.
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      else throw error;
    }
  }
}

/** Throws ClosedPipe when nobody reads any more, a TskvmError when the disk is full or the like. */
export function writeStdout(data: Uint8Array | string): void {
  try {
    write(1, data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw new ClosedPipe();
    throw new TskvmError(`can't write standard output: ${reasonOf(error)}`, exitStatus.outputError);
  }
}

/** Messages; where they cannot be written there is nobody to tell. */
export function writeStderr(text: string): void {
  try {
    write(2, text);
  } catch {
    // Standard error is closed.
  }
}

let forced: boolean | undefined;

/** `--color`: overrides what the environment and the terminal say. */
export function setColor(when: string): void {
  if (when === 'always' || when === 'never') forced = when === 'always';
  else if (when !== 'auto') throw new TskvmError(`--color takes always, never or auto, not \`${when}'`);
}

/** Colour for stderr (2) or stdout (1)? NO_COLOR and FORCE_COLOR as everywhere (https://no-color.org). */
export function useColor(fd: 1 | 2): boolean {
  if (forced !== undefined) return forced;
  if (process.env.NO_COLOR) return false;
  if (process.env.FORCE_COLOR !== undefined) return process.env.FORCE_COLOR !== '0';
  if (process.env.TERM === 'dumb') return false;
  return (require('node:tty') as typeof import('node:tty')).isatty(fd);
}

declare const require: (id: string) => unknown;
