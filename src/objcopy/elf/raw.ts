/**
 * ELF headers as they stand in a file. The file is hostile: nothing here trusts a count, an offset or a size, and no
 * more memory is used than the headers that are really there.
 */
import { SHN, SHT, SIZES } from './constants.js';

export interface RawElf {
  bytes: Uint8Array;
  view: DataView;
  elfClass: 32 | 64;
  osabi: number;
  abiVersion: number;
  type: number;
  machine: number;
  version: number;
  entry: bigint;
  programHeaderOffset: bigint;
  sectionHeaderOffset: bigint;
  flags: number;
  headerSize: number;
  programHeaderSize: number;
  /** As it stands in the header; PN_XNUM is not used on x86. */
  programHeaderCount: number;
  sectionHeaderSize: number;
  /** e_shnum as it stands in the header; see `sections.length` for the count in force. */
  sectionHeaderCount: number;
  /** e_shstrndx as it stands in the header. */
  rawNamesIndex: number;
  /** Index of the section name table in force. */
  namesIndex: number;
  /** All headers, the null one included. */
  sections: RawSection[];
  segments: RawSegment[];
}

export interface RawSection {
  index: number;
  name: string;
  nameOffset: number;
  type: number;
  flags: bigint;
  address: bigint;
  offset: bigint;
  size: bigint;
  link: number;
  info: number;
  align: bigint;
  entsize: bigint;
}

export interface RawSegment {
  type: number;
  flags: number;
  offset: bigint;
  virtualAddress: bigint;
  physicalAddress: bigint;
  fileSize: bigint;
  memorySize: bigint;
  align: bigint;
}

/** What binutils calls the two ways in which a file can be unusable. */
export type FormatProblem = 'file format not recognized' | 'file truncated';

export class FormatError extends Error {
  constructor(readonly problem: FormatProblem) {
    super(problem);
    this.name = 'FormatError';
  }
}

/** True for a file that starts like any ELF file. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 16 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Reads all headers of a little-endian ELF file. Throws `FormatError` when the file is none, or its tables lie outside
 * of it. Contents are not looked at.
 */
export function parseElf(bytes: Uint8Array): RawElf {
  const raw = parseFileHeader(bytes);
  if (raw.sectionHeaderOffset !== 0n) parseSections(raw);
  if (raw.programHeaderCount > 0) parseSegments(raw);
  return raw;
}

/** The ELF header alone. */
export function parseFileHeader(bytes: Uint8Array): RawElf {
  const wrong = (): never => {
    throw new FormatError('file format not recognized');
  };
  if (!isElf(bytes)) wrong();
  const elfClass = bytes[4] === 2 ? 64 : 32;
  if (bytes[4] < 1 || bytes[4] > 2 || bytes[5] !== 1 || bytes[6] !== 1 || bytes.length < SIZES[elfClass].header) wrong();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = elfClass === 64;
  const word = (i: number): bigint => (wide ? view.getBigUint64(24 + i * 8, true) : BigInt(view.getUint32(24 + i * 4, true)));
  const rest = wide ? 48 : 36;
  const half = (i: number): number => view.getUint16(rest + 4 + i * 2, true);
  return {
    bytes,
    view,
    elfClass,
    osabi: bytes[7],
    abiVersion: bytes[8],
    type: view.getUint16(16, true),
    machine: view.getUint16(18, true),
    version: view.getUint32(20, true),
    entry: word(0),
    programHeaderOffset: word(1),
    sectionHeaderOffset: word(2),
    flags: view.getUint32(rest, true),
    headerSize: half(0),
    programHeaderSize: half(1),
    programHeaderCount: half(2),
    sectionHeaderSize: half(3),
    sectionHeaderCount: half(4),
    rawNamesIndex: half(5),
    namesIndex: half(5),
    sections: [],
    segments: [],
  };
}

/** More program headers than 16 bits can count: their number stands in the first section header. */
const PN_XNUM = 0xffff;

function parseSections(raw: RawElf): void {
  const sizes = SIZES[raw.elfClass];
  const fileSize = BigInt(raw.bytes.length);
  const sizeWrong = raw.sectionHeaderSize !== sizes.sectionHeader && raw.sectionHeaderCount !== 0;
  if (raw.sectionHeaderOffset < BigInt(sizes.header)) {
    if (raw.sectionHeaderCount === 0) return;
    throw new FormatError('file format not recognized');
  }
  if (sizeWrong) throw new FormatError('file format not recognized');
  if (raw.sectionHeaderOffset + BigInt(sizes.sectionHeader) > fileSize) throw new FormatError('file format not recognized');
  const first = parseSection(raw, 0);
  let count = BigInt(raw.sectionHeaderCount);
  if (count === 0n) {
    count = first.size;
    if (count === 0n) throw new FormatError('file format not recognized');
  }
  if (raw.rawNamesIndex === SHN.XINDEX) raw.namesIndex = first.link;
  if (raw.programHeaderCount === PN_XNUM && first.info !== 0) raw.programHeaderCount = first.info;
  if (raw.sectionHeaderOffset + count * BigInt(sizes.sectionHeader) > fileSize) throw new FormatError('file format not recognized');
  raw.sections.push(first);
  for (let i = 1; i < Number(count); i++) raw.sections.push(parseSection(raw, i));
  const names = raw.sections[raw.namesIndex];
  if (!names) return;
  const table = sectionBytes(raw, names);
  if (!table) return;
  for (const section of raw.sections) section.name = stringAt(table, section.nameOffset) ?? '';
}

function parseSection(raw: RawElf, index: number): RawSection {
  const { view } = raw;
  const at = Number(raw.sectionHeaderOffset) + index * SIZES[raw.elfClass].sectionHeader;
  const wide = raw.elfClass === 64;
  const word = (narrowAt: number, wideAt: number): bigint =>
    wide ? view.getBigUint64(at + wideAt, true) : BigInt(view.getUint32(at + narrowAt, true));
  return {
    index,
    name: '',
    nameOffset: view.getUint32(at, true),
    type: view.getUint32(at + 4, true),
    flags: word(8, 8),
    address: word(12, 16),
    offset: word(16, 24),
    size: word(20, 32),
    link: view.getUint32(at + (wide ? 40 : 24), true),
    info: view.getUint32(at + (wide ? 44 : 28), true),
    align: word(32, 48),
    entsize: word(36, 56),
  };
}

function parseSegments(raw: RawElf): void {
  const sizes = SIZES[raw.elfClass];
  const { view } = raw;
  const wide = raw.elfClass === 64;
  const end = raw.programHeaderOffset + BigInt(raw.programHeaderCount * sizes.programHeader);
  if (end > BigInt(raw.bytes.length)) throw new FormatError('file format not recognized');
  for (let i = 0; i < raw.programHeaderCount; i++) {
    const at = Number(raw.programHeaderOffset) + i * sizes.programHeader;
    const word = (n: number): bigint => (wide ? view.getBigUint64(at + 8 + n * 8, true) : BigInt(view.getUint32(at + 4 + n * 4, true)));
    raw.segments.push({
      type: view.getUint32(at, true),
      flags: view.getUint32(at + (wide ? 4 : 24), true),
      offset: word(0),
      virtualAddress: word(1),
      physicalAddress: word(2),
      fileSize: word(3),
      memorySize: word(4),
      align: wide ? word(5) : BigInt(view.getUint32(at + 28, true)),
    });
  }
}

/** A view of a section's contents, or null when they do not lie within the file. Empty for SHT_NOBITS. */
export function sectionBytes(raw: RawElf, section: RawSection): Uint8Array | null {
  if (section.type === SHT.NOBITS || section.size === 0n) return new Uint8Array(0);
  if (section.offset + section.size > BigInt(raw.bytes.length)) return null;
  const at = Number(section.offset);
  return raw.bytes.subarray(at, at + Number(section.size));
}

/** The NUL-terminated string at an offset, one character a byte; null when it does not start or end within the table. */
export function stringAt(table: Uint8Array, offset: number): string | null {
  if (offset >= table.length) return null;
  const end = table.indexOf(0, offset);
  if (end < 0) return null;
  return latin1(table, offset, end);
}

export function latin1(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 4096) {
    let text = '';
    for (let i = from; i < to; i += 4096) text += latin1(bytes, i, Math.min(to, i + 4096));
    return text;
  }
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
