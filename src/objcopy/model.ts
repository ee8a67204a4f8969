/**
 * What objcopy edits: a format-independent view of any file that it reads. A section has an address at which it runs and
 * one at which it is loaded, and flags that say what becomes of it; ELF's own fields ride along in `elf`.
 */
import { ByteBuffer } from '../bytes.js';
import type { ObjectSymbol, Relocation } from '../object.js';
import type { RawElf, RawSection } from './elf/raw.js';

/** Section flags, the union of what object formats can say. */
export const SEC = {
  /** Takes memory when the program runs. */
  ALLOC: 0x1,
  /** Its bytes are loaded from the file. */
  LOAD: 0x2,
  RELOC: 0x4,
  READONLY: 0x8,
  CODE: 0x10,
  DATA: 0x20,
  ROM: 0x40,
  HAS_CONTENTS: 0x100,
  NEVER_LOAD: 0x200,
  THREAD_LOCAL: 0x400,
  DEBUGGING: 0x2000,
  EXCLUDE: 0x8000,
  LINK_ONCE: 0x20000,
  /** Made by objcopy itself: ELF chooses its type by name. */
  CREATED: 0x100000,
  MERGE: 0x800000,
  STRINGS: 0x1000000,
  GROUP: 0x2000000,
  SHARED_LIBRARY: 0x4000000,
} as const;

/** Symbol flags. */
export const SYM = {
  LOCAL: 1 << 0,
  GLOBAL: 1 << 1,
  DEBUGGING: 1 << 2,
  FUNCTION: 1 << 3,
  WEAK: 1 << 7,
  SECTION: 1 << 8,
  /** A relocation or a group needs it. */
  KEEP: 1 << 5,
  FILE: 1 << 14,
  OBJECT: 1 << 16,
  THREAD_LOCAL: 1 << 18,
  CONSTRUCTOR: 1 << 11,
  WARNING: 1 << 12,
  INDIRECT: 1 << 13,
  SYNTHETIC: 1 << 21,
  INDIRECT_FUNCTION: 1 << 22,
  UNIQUE: 1 << 23,
} as const;

export type TargetName =
  | 'elf64-x86-64'
  | 'elf32-i386'
  | 'elf32-x86-64'
  | 'elf32-iamcu'
  | 'binary'
  | 'ihex'
  | 'srec'
  | 'symbolsrec'
  | 'verilog';

/** The file that is read. */
export interface Program {
  target: TargetName;
  sections: Section[];
  /** Parsed on first use: a flat binary needs no symbols. */
  readonly symbols: Symbol[];
  start: bigint;
  /** A linked file: symbol values are addresses. */
  linked: boolean;
  /** Whether the file says that it has relocations at all. */
  hasRelocations: boolean;
  elf?: RawElf;
  /** Its headers contradict the file: it can be looked at, not copied. */
  damaged?: boolean;
  /** Relocations of a section, read on first use. */
  relocationsOf?(section: Section): Relocation[];
  /** Symbols of dynamic linking; `versions`: with `@VERSION` after their names. */
  dynamicSymbols?(versions: boolean): Symbol[];
  /** The symbol that names a group. */
  signatureOf?(section: Section): Symbol | undefined;
}

export interface Section {
  name: string;
  /** SEC flags. */
  flags: number;
  vma: bigint;
  lma: bigint;
  /** Bytes in memory. */
  size: number;
  /** log2 of the alignment. */
  alignPower: number;
  entsize: number;
  /** Bytes; absent when there are none, or not yet. */
  contents?: Uint8Array;
  /** The header promises contents that the file does not have. */
  truncated?: boolean;
  relocations?: Relocation[];
  /** Where the contents start in a file without section headers. */
  fileOffset?: number;
  /** What the ELF header of the section says. */
  elf?: ElfSection;
  /** Where it goes in the output; absent when it is left out. */
  output?: Section;
  /** The input section that it was made from. */
  input?: Section;
}

/** ELF fields that no other format has. */
export interface ElfSection {
  /** SHT_*, or 0 when flags and name decide. */
  type: number;
  /** All of sh_flags as read; of the output only those that the format-independent flags do not cover. */
  flags: number;
  link?: Section;
  linksSymtab?: boolean;
  rawLink: number;
  rawInfo: number;
  infoSection?: Section;
  header?: RawSection;
  /** SHT_GROUP */
  group?: { signatureIndex: number; comdat: boolean; members: Section[] };
  /** The SHT_GROUP section that it belongs to. */
  memberOf?: Section;
  relocationsInGroup?: boolean;
  hasRelocationSection?: boolean;
  /** The SHT_REL or SHT_RELA sections that apply to it. */
  relocationHeaders?: RawSection[];
}

/** `section`: an object, or one of the three that every format has. */
export interface Symbol {
  name: string;
  /** Relative to the section; for commons their size. */
  value: bigint;
  /** SYM flags. */
  flags: number;
  section: Section | 'undefined' | 'absolute' | 'common';
  /** ELF's own view of it. */
  elf?: { size: bigint; other: number; type: number; value: bigint; index: number; binding: number; large: boolean };
  /** The symbol of the object model that relocations refer to. */
  source?: ObjectSymbol;
}

/** A file to be written: pieces at ascending or overlapping offsets; later pieces win; gaps are zeros. */
export interface OutputFile {
  size: number;
  parts: { offset: number; data: Uint8Array }[];
  /** Instead of `parts`: writes the file from its start; a piece is only valid during the call. `size` is not known. */
  stream?: (sink: (piece: Uint8Array) => void) => void;
}

/** A file of one piece. */
export function wholeFile(data: Uint8Array): OutputFile {
  return { size: data.length, parts: [{ offset: 0, data }] };
}

/** A file that is made while it is written. */
export function streamedFile(stream: NonNullable<OutputFile['stream']>): OutputFile {
  return { size: 0, parts: [], stream };
}

/** The bytes of an output file in memory. */
export function toBytes(file: OutputFile): Uint8Array {
  if (file.stream) {
    const out = new ByteBuffer(4096);
    file.stream((piece) => out.append(piece));
    return out.bytes.subarray(0, out.length);
  }
  if (file.parts.length === 1 && file.parts[0].offset === 0 && file.parts[0].data.length === file.size) return file.parts[0].data;
  const bytes = new Uint8Array(file.size);
  for (const part of file.parts) bytes.set(part.data, part.offset);
  return bytes;
}
