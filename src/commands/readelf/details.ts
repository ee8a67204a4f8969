/** readelf -t and -I: sections on several lines each; how well hash tables spread. */
import { sectionBytes, type RawElf } from '../../objcopy/elf/raw.js';
import { hex, sectionTypeName, type View } from './text.js';

const FLAGS: [bigint, string][] = [
  [0x1n, 'WRITE'],
  [0x2n, 'ALLOC'],
  [0x4n, 'EXEC'],
  [0x10n, 'MERGE'],
  [0x20n, 'STRINGS'],
  [0x40n, 'INFO LINK'],
  [0x80n, 'LINK ORDER'],
  [0x100n, 'OS NONCONF'],
  [0x200n, 'GROUP'],
  [0x400n, 'TLS'],
  [0x800n, 'COMPRESSED'],
  [0x80000000n, 'EXCLUDE'],
];

function flagWords(raw: RawElf, flags: bigint): string {
  const words: string[] = [];
  let os = 0n;
  let processor = 0n;
  let unknown = 0n;
  for (let left = flags; left !== 0n;) {
    const flag = left & -left;
    left ^= flag;
    const known = FLAGS.find(([value]) => value === flag);
    if (known) words.push(known[1]);
    else if (raw.machine === 62 && flag === 0x10000000n) words.push('LARGE');
    else if (flag === 0x200000n && (raw.osabi === 3 || raw.osabi === 9)) words.push('GNU_RETAIN');
    else if (flag === 0x1000000n && (raw.osabi === 3 || raw.osabi === 0)) words.push('GNU_MBIND');
    else if ((flag & 0x0ff00000n) !== 0n) os |= flag;
    else if ((flag & 0xf0000000n) !== 0n) processor |= flag;
    else unknown |= flag;
  }
  const width = raw.elfClass / 4;
  if (os !== 0n) words.push(`OS (${hex(os, width)})`);
  if (processor !== 0n) words.push(`PROC (${hex(processor, width)})`);
  if (unknown !== 0n) words.push(`UNKNOWN (${hex(unknown, width)})`);
  return words.join(', ');
}

export function sectionDetails(view: View, withHeader: boolean): string {
  const { raw, wide, is64 } = view;
  const number = raw.sections.length;
  if (number === 0) return '\nThere are no sections in this file.\n';
  let out = '';
  if (!withHeader) {
    out += number === 1 ? 'There is 1 section header' : `There are ${number} section headers`;
    out += `, starting at offset 0x${hex(raw.sectionHeaderOffset)}:\n`;
  }
  out += number === 1 ? '\nSection Header:\n' : '\nSection Headers:\n';
  out += '  [Nr] Name\n';
  if (!is64) out += '       Type            Addr     Off    Size   ES   Lk Inf Al\n       Flags\n';
  else if (wide) out += '       Type            Address          Off    Size   ES   Lk Inf Al\n       Flags\n';
  else {
    out += '       Type              Address          Offset            Link\n';
    out += '       Size              EntSize          Info              Align\n       Flags\n';
  }
  for (const s of raw.sections) {
    const type = sectionTypeName(raw, s.type).slice(0, 15).padEnd(15);
    out += `  [${String(s.index).padStart(2)}] ${s.name}\n       ${type} `;
    if (is64 && !wide) {
      out += ` ${hex(s.address, 16)}  ${hex(s.offset, 16)}  ${s.link}\n`;
      out += `       ${hex(s.size, 16)} ${hex(s.entsize, 16)}  ${String(s.info).padEnd(16)}  ${s.align}\n`;
    } else {
      out += `${hex(s.address, is64 ? 16 : 8)} ${hex(s.offset, 6)} ${hex(s.size, 6)} ${hex(s.entsize, 2)}`;
      out += `  ${String(s.link).padStart(2)} ${String(s.info).padStart(3)} ${String(s.align).padStart(2)}\n`;
    }
    out += `       [${hex(s.flags, is64 ? 16 : 8)}]: ${flagWords(raw, s.flags)}\n`;
    if ((s.flags & 0x800n) !== 0n) out += compression(view, sectionBytes(raw, s));
  }
  return out;
}

/** The header of compressed contents. */
function compression({ is64 }: View, data: Uint8Array | null): string {
  if (!data || data.length < (is64 ? 24 : 12)) return '       [<corrupt>]\n';
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const kind = view.getUint32(0, true);
  const name = kind === 1 ? 'ZLIB' : kind === 2 ? 'ZSTD' : `[<unknown>: 0x${hex(kind)}]`;
  const size = is64 ? view.getBigUint64(8, true) : BigInt(view.getUint32(4, true));
  const align = is64 ? view.getBigUint64(16, true) : BigInt(view.getUint32(8, true));
  return `       ${name}, ${hex(size, is64 ? 16 : 8)}, ${align}\n`;
}

/** Lengths of the chains of .hash and .gnu.hash. */
export function histogram({ raw }: View): string {
  let out = '';
  for (const s of raw.sections) {
    const data = sectionBytes(raw, s);
    if (!data || data.length < 16) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (s.type === 5) out += table('\nHistogram for bucket list length', sysvLengths(view));
    else if (s.type === 0x6ffffff6) out += table("\nHistogram for `.gnu.hash' bucket list length", gnuLengths(view, raw.elfClass / 8));
  }
  return out;
}

function sysvLengths(view: DataView): number[] {
  const words = view.byteLength >> 2;
  const buckets = Math.min(view.getUint32(0, true), words - 2);
  const chains = Math.min(view.getUint32(4, true), words - 2 - buckets);
  const lengths: number[] = [];
  for (let i = 0; i < buckets; i++) {
    let length = 0;
    for (let at = view.getUint32((2 + i) * 4, true); at > 0 && at < chains && length <= chains; length++) {
      at = view.getUint32((2 + buckets + at) * 4, true);
    }
    lengths.push(length);
  }
  return lengths;
}

function gnuLengths(view: DataView, wordSize: number): number[] {
  const first = view.getUint32(4, true);
  const start = 16 + view.getUint32(8, true) * wordSize;
  const buckets = Math.min(view.getUint32(0, true), Math.max(0, (view.byteLength - start) >> 2));
  const lengths: number[] = [];
  for (let i = 0; i < buckets; i++) {
    const symbol = view.getUint32(start + i * 4, true);
    let length = 0;
    if (symbol >= first) {
      for (let at = start + (buckets + symbol - first) * 4; at + 4 <= view.byteLength; at += 4) {
        length += 1;
        if ((view.getUint32(at, true) & 1) !== 0) break;
      }
    }
    lengths.push(length);
  }
  return lengths;
}

function table(title: string, lengths: readonly number[]): string {
  if (lengths.every((length) => length === 0)) return '';
  const counts: number[] = new Array<number>(Math.max(...lengths) + 1).fill(0);
  for (const length of lengths) counts[length] += 1;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const percent = (part: number, of: number): string => `${((part * 100) / of).toFixed(1).padStart(5)}%`;
  let out = `${title} (total of ${lengths.length} ${lengths.length === 1 ? 'bucket' : 'buckets'}):\n Length  Number     % of total  Coverage\n`;
  let covered = 0;
  counts.forEach((count, length) => {
    out += `${String(length).padStart(7)}  ${String(count).padEnd(10)} (${percent(count, lengths.length)})`;
    covered += count * length;
    if (length > 0 && total > 0) out += `    ${percent(covered, total)}`;
    out += '\n';
  });
  return out;
}
