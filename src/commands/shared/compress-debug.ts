/**
 * --compress-debug-sections of `as`: the .debug_* sections (and LTO's .gnu.debuglto_.debug_*) of a finished object, compressed as the gABI says (SHF_COMPRESSED
 * and a Chdr before the stream) or as GNU's older `.zdebug_*` ("ZLIB" and the size, big-endian).
 */
import { deflate } from '../../objcopy/deflate.js';
import type { ObjectFile, ObjectSection } from '../../object.js';

const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800n;
const ELFCOMPRESS_ZLIB = 1;
/** gas leaves smaller sections alone. */
const SMALLEST = 32;

/** Compresses in place whatever gets smaller by it. */
export function compressDebugSections(object: ObjectFile, format: 'gabi' | 'gnu'): void {
  for (const section of object.sections) {
    if (!/^\.(?:gnu\.debuglto_\.)?debug_/.test(section.name)) continue;
    if (section.type === SHT_NOBITS || section.size < SMALLEST) continue;
    const stream = deflate(section.data);
    const header = format === 'gnu' ? gnuHeader(section) : compressionHeader(section, object.elfClass === 64);
    if (header.length + stream.length >= section.size) continue;
    const data = new Uint8Array(header.length + stream.length);
    data.set(header);
    data.set(stream, header.length);
    section.data = data;
    section.size = data.length;
    if (format === 'gnu') section.name = section.name.replace(/^\.debug_/, '.zdebug_');
    else {
      section.flags |= SHF_COMPRESSED;
      section.align = object.elfClass === 64 ? 8 : 4;
    }
  }
}

function gnuHeader(section: ObjectSection): Uint8Array {
  const header = new Uint8Array(12);
  header.set([0x5a, 0x4c, 0x49, 0x42]);
  new DataView(header.buffer).setBigUint64(4, BigInt(section.size));
  return header;
}

/** Elf32_Chdr or Elf64_Chdr. */
function compressionHeader(section: ObjectSection, wide: boolean): Uint8Array {
  const header = new Uint8Array(wide ? 24 : 12);
  const view = new DataView(header.buffer);
  view.setUint32(0, ELFCOMPRESS_ZLIB, true);
  if (wide) {
    view.setBigUint64(8, BigInt(section.size), true);
    view.setBigUint64(16, BigInt(section.align), true);
  } else {
    view.setUint32(4, section.size, true);
    view.setUint32(8, section.align, true);
  }
  return header;
}
