/**
 * Large ELF files of which only the headers are looked at: what is big and only passed on stays in the file until it is
 * written, a piece at a time, so that `objcopy -O binary` of a file takes no more memory than its tables.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { SHF, SHT } from '../../objcopy/elf/constants.js';
import { FormatError, parseElf, parseFileHeader, type RawElf } from '../../objcopy/elf/raw.js';
import { hostError } from '../../host-node.js';
import type { ObjcopyOptions } from '../../objcopy/options.js';

/** Files below this are read whole. */
const LARGE = 1 << 24;
/** Sections below this are read. */
const LARGE_SECTION = 1 << 20;
const PIECE = 1 << 20;

interface Range {
  from: number;
  to: number;
}

export class LargeInput {
  private constructor(
    /** As long as the file. Where it was not read it is zeros, which take no memory. */
    readonly bytes: Uint8Array,
    private readonly descriptor: number,
    private readonly unread: readonly Range[],
  ) {}

  /** null: read the file in the usual way. Throws a HostError. */
  static open(path: string, size: number, o: ObjcopyOptions): LargeInput | null {
    if (size < LARGE || size > 2 ** 32 || !passesContents(o)) return null;
    const descriptor = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(size);
      const unread = findUnread(descriptor, bytes);
      if (unread.length > 0) return new LargeInput(bytes, descriptor, unread);
    } catch (error) {
      closeSync(descriptor);
      if (error instanceof FormatError) return null;
      throw hostError(error, path);
    }
    closeSync(descriptor);
    return null;
  }

  /** Writes what `data` stands for, if that is part of this file that was not read; false otherwise. */
  write(data: Uint8Array, to: number, offset: number): boolean {
    if (data.buffer !== this.bytes.buffer) return false;
    const from = data.byteOffset;
    if (!this.unread.some((range) => from < range.to && from + data.length > range.from)) return false;
    const piece = Buffer.allocUnsafe(PIECE);
    for (let at = 0; at < data.length;) {
      const count = readSync(this.descriptor, piece, 0, Math.min(PIECE, data.length - at), from + at);
      // The file became shorter meanwhile: zeros, as of a hole.
      if (count === 0) break;
      for (let done = 0; done < count;) done += writeSync(to, piece, done, count - done, offset + at + done);
      at += count;
    }
    return true;
  }

  /** For outputs that can't be written piece by piece. */
  readAll(): void {
    for (const range of this.unread) {
      for (let at = range.from; at < range.to;) {
        const count = readSync(this.descriptor, this.bytes, at, range.to - at, at);
        if (count === 0) break;
        at += count;
      }
    }
  }
}

/** Whether contents go into the output as they are, and nowhere else. */
function passesContents(o: ObjcopyOptions): boolean {
  const elf = o.inputTarget === undefined || o.inputTarget.startsWith('elf');
  const changed = o.reverseBytes > 0 || o.byte >= 0 || o.gapFill !== undefined || o.padTo !== undefined || o.dumpSections.length > 0;
  return elf && o.outputTarget === 'binary' && o.output !== undefined && o.output !== o.input && !changed;
}

/** Reads everything but large loaded sections. Throws `FormatError` for what is no ELF file. */
function findUnread(descriptor: number, bytes: Uint8Array): Range[] {
  const read = (from: number, to: number): void => {
    for (let at = from; at < to;) {
      const count = readSync(descriptor, bytes, at, to - at, at);
      if (count === 0) break;
      at += count;
    }
  };
  read(0, 4096);
  const header = parseFileHeader(bytes);
  const table = Number(header.sectionHeaderOffset);
  if (!(table > 0 && table < bytes.length)) throw new FormatError('file format not recognized');
  read(table, Math.min(bytes.length, table + 64 * 0x10000));
  const unread = passedOn(parseElf(bytes), bytes.length);
  let at = 0;
  for (const range of unread) {
    read(at, range.from);
    at = range.to;
  }
  read(at, bytes.length);
  return unread;
}

/** Large contents that nothing else overlaps, in the order of the file. */
function passedOn(elf: RawElf, size: number): Range[] {
  const table = Number(elf.sectionHeaderOffset);
  const others: Range[] = [
    { from: 0, to: 4096 },
    { from: table, to: table + elf.sections.length * 64 },
  ];
  const large: Range[] = [];
  for (const section of elf.sections) {
    if (section.type === SHT.NOBITS || section.offset + section.size > BigInt(size)) continue;
    const range = { from: Number(section.offset), to: Number(section.offset + section.size) };
    const loaded = section.type === SHT.PROGBITS && (section.flags & BigInt(SHF.ALLOC | SHF.COMPRESSED)) === BigInt(SHF.ALLOC);
    (loaded && range.to - range.from >= LARGE_SECTION ? large : others).push(range);
  }
  const apart = (a: Range, b: Range): boolean => a.to <= b.from || b.to <= a.from;
  return large.filter((range) => [...others, ...large].every((o) => o === range || apart(o, range))).sort((a, b) => a.from - b.from);
}
