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
    if (wasGabi) inflateGabi(section, wide, o.input, host);
    else if (wasGnu) inflateGnu(section, o.input, host);
    if (compress === 'none') continue;
    const { deflate } = require('./deflate.js') as typeof import('./deflate.js');
    if (compress === 'zlib-gabi') deflateGabi(section, wide, deflate);
    else if (compress === 'zlib-gnu') deflateGnu(section, deflate);
  }
}

function setContents(section: Section, contents: Uint8Array): void {
  section.contents = contents;
  section.size = contents.length;
}

/** Left as it is when it would not get smaller. */
function deflateGabi(section: Section, wide: boolean, deflate: (data: Uint8Array) => Uint8Array): void {
  const data = section.contents!;
  const packed = deflate(data);
  const header = wide ? 24 : 12;
  if (header + packed.length >= data.length) return;
  const contents = new Uint8Array(header + packed.length);
  const view = new DataView(contents.buffer);
  const align = 2 ** section.alignPower;
  view.setUint32(0, ELFCOMPRESS_ZLIB, true);
  if (wide) {
    view.setBigUint64(8, BigInt(data.length), true);
    view.setBigUint64(16, BigInt(align), true);
  } else {
    view.setUint32(4, data.length, true);
    view.setUint32(8, align, true);
  }
  contents.set(packed, header);
  setContents(section, contents);
  section.elf!.flags |= SHF.COMPRESSED;
  section.alignPower = wide ? 3 : 2;
}

function deflateGnu(section: Section, deflate: (data: Uint8Array) => Uint8Array): void {
  const data = section.contents!;
  const packed = deflate(data);
  if (GNU_HEADER + packed.length >= data.length) return;
  const contents = new Uint8Array(GNU_HEADER + packed.length);
  contents.set([0x5a, 0x4c, 0x49, 0x42]);
  new DataView(contents.buffer).setBigUint64(4, BigInt(data.length));
  contents.set(packed, GNU_HEADER);
  setContents(section, contents);
  section.name = `.z${section.name.slice(1)}`;
}

function inflateGabi(section: Section, wide: boolean, file: string, host: ObjcopyHost): void {
  const data = section.contents!;
  const header = wide ? 24 : 12;
  if (data.length < header) corrupt(section, file);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const type = view.getUint32(0, true);
  if (type === ELFCOMPRESS_ZSTD) abandon(`${file}[${section.name}]: zstd compression is not supported`);
  if (type !== ELFCOMPRESS_ZLIB) corrupt(section, file);
  const size = wide ? view.getBigUint64(8, true) : BigInt(view.getUint32(4, true));
  const align = wide ? view.getBigUint64(16, true) : BigInt(view.getUint32(8, true));
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
