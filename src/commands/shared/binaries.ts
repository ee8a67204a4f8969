/** The files that nm, size and readelf are given: objects, executables, flat formats, and the members of archives. */
import { statSync } from 'node:fs';
import { TskvmError } from '../../diagnostics.js';
import { HostError } from '../../host.js';
import { readFile, reasonOf } from '../../host-node.js';
import { isArchive, readArchive, type Archive } from '../../objcopy/archive.js';
import { FormatError } from '../../objcopy/elf/raw.js';
import type { Program } from '../../objcopy/model.js';
import { readProgram } from '../../objcopy/recognize.js';

export interface Binary {
  /** The file, or the archive's member. */
  name: string;
  archive?: string;
  program: Program;
}

/** Reads a file as binutils' tools do; null after a complaint. */
export function readBytes(path: string, complain: (message: string) => void): Uint8Array | null {
  try {
    if (statSync(path).isDirectory()) {
      complain(`Warning: '${path}' is a directory`);
      return null;
    }
    return readFile(path);
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'ENOENT') complain(`'${path}': No such file`);
    else complain(`${path}: ${error instanceof HostError ? error.reason : reasonOf(error)}`);
    return null;
  }
}

/** What is in a file; `archive` when it is one. null after a complaint. `warn` gets what does not make it a failure. */
export function readBinaries(
  path: string,
  complain: (message: string) => void,
  warn: (message: string) => void,
  target?: string,
): { binaries: Binary[]; archive?: Archive } | null {
  const bytes = readBytes(path, complain);
  if (bytes === null) return null;
  if (bytes.length === 0) {
    complain(`${path}: file format not recognized`);
    return null;
  }
  if (!isArchive(bytes)) {
    const program = tryRead(bytes, path, complain, warn, target);
    return program && { binaries: [{ name: path, program }] };
  }
  let archive: Archive;
  try {
    archive = readArchive(bytes, path);
  } catch (error) {
    if (!(error instanceof TskvmError)) throw error;
    complain(error.message);
    return null;
  }
  const binaries: Binary[] = [];
  for (const member of archive.members) {
    const program = tryRead(member.data, member.name, complain, warn, target);
    if (program) binaries.push({ name: member.name, archive: path, program });
  }
  return { binaries, archive };
}

type Say = (message: string) => void;

function tryRead(bytes: Uint8Array, name: string, complain: Say, warn: Say, target?: string): Program | null {
  try {
    return readProgram(bytes, name, target, warn);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    complain(`${name}: ${error.problem}`);
    return null;
  }
}
