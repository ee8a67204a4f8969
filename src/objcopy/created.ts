/** Sections whose contents come from other files: --add-section, --update-section, --add-gnu-debuglink. */
import { HostError } from '../host.js';
import { abandon } from './errors.js';
import type { ObjcopyHost } from './index.js';
import { SEC, type Program, type Section } from './model.js';
import type { ObjcopyOptions } from './options.js';
import { findRule } from './section-rules.js';
import { checkFlags } from './sections.js';

export interface CreatedSections {
  /** Output sections and what they are filled with. */
  contents: Map<Section, Uint8Array>;
  /** Input sections whose own contents are not copied. */
  updated: Set<Section>;
  debuglink?: { section: Section; file: string; read: () => Uint8Array };
}

export interface CopyInProgress {
  o: ObjcopyOptions;
  program: Program;
  /** Of the output. */
  sections: Section[];
  host: ObjcopyHost;
  outputName: string;
  /** Why something failed long before. */
  lastFailure: string;
  warn: (message: string) => void;
}

/** Makes the sections and gives them their sizes. */
export function addCreatedSections(copy: CopyInProgress): CreatedSections {
  const { o, program, sections, host, outputName, warn } = copy;
  const created: CreatedSections = { contents: new Map(), updated: new Set() };
  for (const { section: name, file } of o.addSections) {
    const data = host.readFile(file);
    if (sections.some((s) => s.name === name)) abandon(`${outputName}: can't add section '${name}': ${copy.lastFailure}`);
    const set = findRule(o, name, 'flags');
    const section: Section = {
      name,
      flags: set
        ? checkFlags(set.flags!, name, outputName, warn) | SEC.HAS_CONTENTS
        : SEC.HAS_CONTENTS | SEC.READONLY | SEC.DATA | SEC.CREATED,
      vma: findRule(o, name, 'vma')?.setVma ?? 0n,
      lma: findRule(o, name, 'lma')?.setLma ?? 0n,
      size: data.length,
      alignPower: findRule(o, name, 'alignPower')?.alignPower ?? 0,
      entsize: 0,
    };
    sections.push(section);
    created.contents.set(section, data);
  }
  for (const { section: name, file } of o.updateSections) {
    const input = program.sections.find((s) => s.name === name);
    if (!input) abandon(`error: ${name} not found, can't be updated`);
    const data = host.readFile(file);
    if (!input.output) continue;
    input.output.size = data.length;
    created.updated.add(input);
    created.contents.set(input.output, data);
  }
  if (o.debuglink !== undefined) addDebuglink(o, program, sections, created, host, outputName);
  return created;
}

/** The name of the debug file, padded to a multiple of 4, then the CRC of its contents. */
function addDebuglink(
  o: ObjcopyOptions,
  program: Program,
  sections: Section[],
  created: CreatedSections,
  host: ObjcopyHost,
  outputName: string,
): void {
  const file = o.debuglink!;
  if (program.sections.some((s) => s.name === '.gnu_debuglink' && s.output)) {
    abandon(`${outputName}: debuglink section already exists`);
  }
  const base = file.slice(file.lastIndexOf('/') + 1);
  const size = ((base.length + 1 + 3) & ~3) + 4;
  const section: Section = {
    name: '.gnu_debuglink',
    flags: SEC.HAS_CONTENTS | SEC.READONLY | SEC.DEBUGGING,
    vma: 0n,
    lma: 0n,
    size,
    alignPower: 2,
    entsize: 0,
  };
  sections.push(section);
  created.debuglink = { section, file, read: () => host.readFile(file) };
}

/** Puts the contents in, after everything else was copied. */
export function fillCreatedSections(created: CreatedSections, outputName: string): void {
  for (const [section, data] of created.contents) {
    if ((section.flags & SEC.HAS_CONTENTS) === 0) abandon(`${outputName}[${section.name}]: section has no contents`);
    section.contents = data;
  }
  const link = created.debuglink;
  if (!link) return;
  let data: Uint8Array;
  try {
    data = link.read();
  } catch (error) {
    if (error instanceof HostError) abandon(`${outputName}: cannot fill debug link section \`${link.file}': ${error.reason}`);
    throw error;
  }
  const base = link.file.slice(link.file.lastIndexOf('/') + 1);
  const contents = new Uint8Array(link.section.size);
  for (let i = 0; i < base.length; i++) contents[i] = base.charCodeAt(i);
  new DataView(contents.buffer).setUint32(contents.length - 4, crc32(data), true);
  link.section.contents = contents;
}

/** CRC-32 (IEEE 802.3), as .gnu_debuglink has it. */
export function crc32(data: Uint8Array): number {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    table[i] = c >>> 0;
  }
  let crc = 0xffffffff;
  for (let i = 0; i < data.length; i++) crc = table[(crc ^ data[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
