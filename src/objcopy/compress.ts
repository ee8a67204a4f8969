/**
 * --compress-debug-sections and --decompress-debug-sections: the gABI's compressed sections (SHF_COMPRESSED, a Chdr before
 * the data) and GNU's older `.zdebug_*` ("ZLIB" and the size, big-endian). Decompression is injected.
 */
import type { LazyRequire } from '../lazy.js';
import { isCompressible } from './checks.js';
import { SHF } from './elf/constants.js';
import { abandon } from './errors.js';
import type { ObjcopyHost } from './index.js';
import { SEC, type Program, type Section } from './model.js';
import type { ObjcopyOptions } from './options.js';
import { powerOf } from './formats/elf-in.js';

declare const require: LazyRequire;

const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;
const GNU_HEADER = 12;
/** No deflate stream expands more than this: larger claims are lies. */
const MAX_RATIO = 1032;

/** Changes the debugging sections of the input as asked. */
export function convertDebugSections(o: Pick<ObjcopyOptions, 'compress' | 'input'>, program: Program, host: ObjcopyHost): void {
  const { compress } = o;
  if (!program.elf || compress === undefined) return;
  if (compress === 'zstd') abandon('--compress-debug-sections=zstd is not supported');
  const wide = program.elf.elfClass === 64;
  for (const section of program.sections) {
    if ((section.flags & SEC.DEBUGGING) === 0 || !section.elf || !section.contents || section.contents.length === 0) continue;
    if (!isCompressible(section.name)) continue;
    const wasGabi = (section.elf.flags & SHF.COMPRESSED) !== 0;
    const wasGnu = !wasGabi && section.name.startsWith('.zdebug');
    if ((wasGabi && compress === 'zlib-gabi') || (wasGnu && compress === 'zlib-gnu')) continue;
    if ((wasGabi && compress === 'zlib-gnu') || (wasGnu && compress === 'zlib-gabi')) {
      if (changeHeader(section, wasGabi, wide)) continue;
    }
    if (wasGabi) inflateGabi(section, wide, o.input, host);
    else if (wasGnu) inflateGnu(section, o.input, host);
    if (compress === 'none' || wasGabi || wasGnu) continue;
    const { deflate } = require('./deflate.js') as typeof import('./deflate.js');
    const data = section.contents;
    if (compress === 'zlib-gabi') putGabi(section, wide, deflate(data), BigInt(data.length));
    else if (compress === 'zlib-gnu') putGnu(section, deflate(data), BigInt(data.length));
  }
}

function setContents(section: Section, contents: Uint8Array): void {
  section.contents = contents;
  section.size = contents.length;
}

/** Puts a stream that expands to `size` bytes in. Left as it is, and false, when it would not get smaller. */
function putGabi(section: Section, wide: boolean, packed: Uint8Array, size: bigint): boolean {
  const header = wide ? 24 : 12;
  if (BigInt(header + packed.length) >= size) return false;
  const contents = new Uint8Array(header + packed.length);
  putHeader(new DataView(contents.buffer), wide, ELFCOMPRESS_ZLIB, size, 1n << BigInt(section.alignPower));
  contents.set(packed, header);
  setContents(section, contents);
  section.elf!.flags |= SHF.COMPRESSED;
  section.alignPower = wide ? 3 : 2;
  return true;
}

/** The same in GNU's way, which knows no alignment. */
function putGnu(section: Section, packed: Uint8Array, size: bigint): boolean {
  if (BigInt(GNU_HEADER + packed.length) >= size) return false;
  const contents = new Uint8Array(GNU_HEADER + packed.length);
  contents.set([0x5a, 0x4c, 0x49, 0x42]);
  new DataView(contents.buffer).setBigUint64(4, size);
  contents.set(packed, GNU_HEADER);
  setContents(section, contents);
  section.name = `.z${section.name.slice(1)}`;
  section.elf!.flags &= ~SHF.COMPRESSED;
  section.alignPower = 0;
  return true;
}

/** From one way to the other the stream stays as it is. Returns whether that was possible. */
function changeHeader(section: Section, fromGabi: boolean, wide: boolean): boolean {
  const data = section.contents!;
  if (data.length < 24) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (fromGabi) {
    const { type, size, length } = readHeader(view, wide);
    return type === ELFCOMPRESS_ZLIB && putGnu(section, data.subarray(length), size);
  }
  if (data[0] !== 0x5a || data[1] !== 0x4c) return false;
  if (!putGabi(section, wide, data.subarray(GNU_HEADER), view.getBigUint64(4))) return false;
  section.name = `.${section.name.slice(2)}`;
  return true;
}

function readHeader(view: DataView, wide: boolean): { type: number; size: bigint; align: bigint; length: number } {
  const type = view.getUint32(0, true);
  if (wide) return { type, size: view.getBigUint64(8, true), align: view.getBigUint64(16, true), length: 24 };
  return { type, size: BigInt(view.getUint32(4, true)), align: BigInt(view.getUint32(8, true)), length: 12 };
}

function putHeader(view: DataView, wide: boolean, type: number, size: bigint, align: bigint): void {
  view.setUint32(0, type, true);
  if (wide) {
    view.setBigUint64(8, size, true);
    view.setBigUint64(16, align, true);
  } else {
    view.setUint32(4, Number(BigInt.asUintN(32, size)), true);
    view.setUint32(8, Number(BigInt.asUintN(32, align)), true);
  }
}

/** A compressed section of one ELF class as the other has it: with its header. null when it is too short for one. */
export function convertHeader(data: Uint8Array, from: 32 | 64): Uint8Array | null {
  const length = from === 64 ? 24 : 12;
  if (data.length < length) return null;
  const { type, size, align } = readHeader(new DataView(data.buffer, data.byteOffset, data.byteLength), from === 64);
  const to = from === 64 ? 12 : 24;
  const result = new Uint8Array(to + data.length - length);
  putHeader(new DataView(result.buffer), from === 32, type, size, align);
  result.set(data.subarray(length), to);
  return result;
}

function inflateGabi(section: Section, wide: boolean, file: string, host: ObjcopyHost): void {
  const data = section.contents!;
  const header = wide ? 24 : 12;
  if (data.length < header) corrupt(section, file);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const { type, size, align } = readHeader(view, wide);
  if (type === ELFCOMPRESS_ZSTD) abandon(`${file}[${section.name}]: zstd compression is not supported`);
  if (type !== ELFCOMPRESS_ZLIB) corrupt(section, file);
  inflate(section, data.subarray(header), size, file, host);
  section.elf!.flags &= ~SHF.COMPRESSED;
  section.alignPower = powerOf(align);
}

function inflateGnu(section: Section, file: string, host: ObjcopyHost): void {
  const data = section.contents!;
  if (data.length < GNU_HEADER || data[0] !== 0x5a || data[1] !== 0x4c) return;
  const size = new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(4);
  inflate(section, data.subarray(GNU_HEADER), size, file, host);
  section.name = `.${section.name.slice(2)}`;
}

function inflate(section: Section, packed: Uint8Array, size: bigint, file: string, host: ObjcopyHost): void {
  if (!host.inflate) abandon('--decompress-debug-sections needs zlib, which is not here');
  if (size > BigInt(packed.length) * BigInt(MAX_RATIO) + 64n) corrupt(section, file);
  let contents: Uint8Array;
  try {
    contents = host.inflate(packed, Number(size));
  } catch {
    return corrupt(section, file);
  }
  if (BigInt(contents.length) !== size) corrupt(section, file);
  setContents(section, contents);
}

function corrupt(section: Section, file: string): never {
  return abandon(`${file}[${section.name}]: bad value`);
}
