/** readelf -n: notes, those of GNU explained. */
import { sectionBytes, type RawElf } from '../../objcopy/elf/raw.js';
import { latin1 } from '../../objcopy/elf/raw.js';
import { hex, prefixed, type View } from './text.js';

interface Note {
  owner: string;
  type: number;
  data: Uint8Array;
}

type Warn = (message: string) => void;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** The notes of all SHT_NOTE sections; of all PT_NOTE segments in a file without sections. */
export function notes(v: View, warn: Warn): string {
  const { raw } = v;
  const sections = raw.type === 4 ? [] : raw.sections.filter((s) => s.type === 7);
  let out = '';
  for (const s of sections) {
    const data = sectionBytes(raw, s);
    if (!data || data.length === 0) continue;
    out += `\nDisplaying notes found in: ${s.name}\n${table(v, data, Number(s.align), warn)}`;
  }
  if (raw.type !== 4 && raw.sections.length > 0) return out;
  for (const p of raw.segments) {
    if (p.type !== 4 || p.offset + p.fileSize > BigInt(raw.bytes.length) || p.fileSize === 0n) continue;
    const data = raw.bytes.subarray(Number(p.offset), Number(p.offset + p.fileSize));
    out += `\nDisplaying notes found at file offset 0x${hex(p.offset, 8)} with length 0x${hex(p.fileSize, 8)}:\n`;
    out += table(v, data, Number(p.align), warn);
  }
  return out;
}

function table(v: View, data: Uint8Array, stated: number, warn: Warn): string {
  const align = stated < 4 ? 4 : stated;
  let out = '  Owner                Data size \tDescription\n';
  if (align !== 4 && align !== 8) {
    warn(`Warning: Corrupt note: alignment ${align}, expecting 4 or 8`);
    return out;
  }
  const view = viewOf(data);
  for (let at = 0; at < data.length;) {
    if (at + 12 > data.length) {
      warn(`Warning: Corrupt note: only ${data.length - at} ${data.length - at === 1 ? 'byte' : 'bytes'} left, not enough for a full note`);
      return out;
    }
    const nameSize = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const start = alignUp(at + 12 + nameSize, align);
    const next = alignUp(start + size, align);
    if (start > data.length || start + size > data.length || next < start) {
      warn(`Warning: note with invalid namesz and/or descsz found at offset 0x${hex(at)}`);
      warn(`Warning:  type: 0x${hex(type)}, namesize: 0x${hex(nameSize, 8)}, descsize: 0x${hex(size, 8)}, alignment: ${align}`);
      return out;
    }
    const owner = latin1(data, at + 12, at + 12 + nameSize).replace(/\0[^]*$/, '');
    out += line(v, { owner, type, data: data.subarray(start, start + size) });
    at = next;
  }
  return out;
}

const GNU_TYPES: Record<number, string> = {
  1: 'NT_GNU_ABI_TAG (ABI version tag)',
  2: 'NT_GNU_HWCAP (DSO-supplied software HWCAP info)',
  3: 'NT_GNU_BUILD_ID (unique build ID bitstring)',
  4: 'NT_GNU_GOLD_VERSION (gold version)',
  5: 'NT_GNU_PROPERTY_TYPE_0',
};
const CORE_TYPES: Record<number, string> = {
  1: 'NT_PRSTATUS (prstatus structure)',
  2: 'NT_FPREGSET (floating point registers)',
  3: 'NT_PRPSINFO (prpsinfo structure)',
  4: 'NT_TASKSTRUCT (task structure)',
  6: 'NT_AUXV (auxiliary vector)',
  0x46494c45: 'NT_FILE (mapped files)',
  0x53494749: 'NT_SIGINFO (siginfo_t data)',
};

function typeName(raw: RawElf, note: Note): string {
  const unknown = `Unknown note type: (0x${hex(note.type, 8)})`;
  if (note.owner === 'GNU') return GNU_TYPES[note.type] ?? unknown;
  if (note.owner === 'stapsdt') return note.type === 3 ? 'NT_STAPSDT (SystemTap probe descriptors)' : unknown;
  if (raw.type === 4) return CORE_TYPES[note.type] ?? unknown;
  if (note.type === 1) return 'NT_VERSION (version)';
  if (note.type === 2) return 'NT_ARCH (architecture)';
  if (note.type === 0x100) return 'OPEN';
  if (note.type === 0x101) return 'func';
  return unknown;
}

function line({ raw, wide }: View, note: Note): string {
  const owner = note.owner === '' ? '(NONE)' : note.owner;
  const description = describe(raw, note);
  return `  ${owner.padEnd(20)} 0x${hex(note.data.length, 8)}\t${typeName(raw, note)}${wide ? '\t' : '\n'}${description || (wide ? '\n' : '')}`;
}

function describe(raw: RawElf, { owner, type, data }: Note): string {
  if (owner === 'GNU') {
    if (type === 1) return abiTag(data);
    if (type === 3) return `    Build ID: ${[...data].map((b) => hex(b, 2)).join('')}\n`;
    if (type === 4) return `    Version: ${latin1(data, 0, data.length).replace(/\0[^]*$/, '')}\n`;
    if (type === 5) return properties(raw, data);
  }
  if (data.length === 0 || raw.type === 4) return '';
  return `   description data: ${[...data].map((b) => `${hex(b, 2)} `).join('')}\n`;
}

function abiTag(data: Uint8Array): string {
  if (data.length < 16) return '    <corrupt GNU_ABI_TAG>\n';
  const word = (i: number): number => viewOf(data).getUint32(i * 4, true);
  const systems = ['Linux', 'Hurd', 'Solaris', 'FreeBSD', 'NetBSD', 'Syllable', 'NaCl'];
  return `    OS: ${systems[word(0)] ?? 'Unknown'}, ABI: ${word(1)}.${word(2)}.${word(3)}\n`;
}

const FEATURES: [number, string][] = [
  [1, 'IBT'],
  [2, 'SHSTK'],
  [4, 'LAM_U48'],
  [8, 'LAM_U57'],
];
const ISAS: [number, string][] = [
  [1, 'x86-64-baseline'],
  [2, 'x86-64-v2'],
  [4, 'x86-64-v3'],
  [8, 'x86-64-v4'],
];
const FEATURES_2: [number, string][] = [
  [1, 'x86'],
  [2, 'x87'],
  [4, 'MMX'],
  [8, 'XMM'],
  [0x10, 'YMM'],
  [0x20, 'ZMM'],
  [0x40, 'FXSR'],
  [0x80, 'XSAVE'],
  [0x100, 'XSAVEOPT'],
  [0x200, 'XSAVEC'],
  [0x400, 'TMM'],
  [0x800, 'MASK'],
];

function bitNames(bits: number, names: readonly [number, string][]): string {
  if (bits === 0) return '<None>';
  const words: string[] = [];
  for (let left = bits; left !== 0;) {
    const bit = left & -left;
    left &= ~bit;
    words.push(names.find(([value]) => value === bit)?.[1] ?? `<unknown: ${hex(bit >>> 0)}>`);
  }
  return words.join(', ');
}

/** NT_GNU_PROPERTY_TYPE_0: properties padded to the size of an address. */
function properties(raw: RawElf, data: Uint8Array): string {
  const pad = raw.elfClass / 8;
  const view = viewOf(data);
  const lines: string[] = [];
  if (data.length < 8 || data.length % pad !== 0) return `      Properties: <corrupt GNU_PROPERTY_TYPE, size = ${prefixed(data.length)}>\n`;
  for (let at = 0; at < data.length;) {
    if (at + 8 > data.length) {
      lines.push(`<corrupt descsz: ${prefixed(data.length)}>`);
      break;
    }
    const type = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    if (size > data.length - at - 8) {
      lines.push(`<corrupt type (${prefixed(type)}) datasz: ${prefixed(size)}>`);
      break;
    }
    lines.push(property(view, at + 8, type, size, pad));
    at += 8 + alignUp(size, pad);
  }
  return `      Properties: ${lines.join('\n\t')}\n`;
}

const X86: Record<number, [string, readonly [number, string][]]> = {
  0xc0000002: ['x86 feature: ', FEATURES],
  0xc0008002: ['x86 ISA needed: ', ISAS],
  0xc0010002: ['x86 ISA used: ', ISAS],
  0xc0008001: ['x86 feature needed: ', FEATURES_2],
  0xc0010001: ['x86 feature used: ', FEATURES_2],
};

function property(view: DataView, at: number, type: number, size: number, pad: number): string {
  const known = X86[type];
  if (known) return known[0] + (size === 4 ? bitNames(view.getUint32(at, true), known[1]) : `<corrupt length: ${prefixed(size)}> `);
  if (type === 1) {
    if (size !== pad) return `stack size: <corrupt length: ${prefixed(size)}>`;
    return `stack size: 0x${hex(pad === 8 ? view.getBigUint64(at, true) : view.getUint32(at, true))}`;
  }
  if (type === 2) return `no copy on protected ${size !== 0 ? `<corrupt length: ${prefixed(size)}>` : ''}`;
  const bytes = Array.from({ length: size }, (_, i) => hex(view.getUint8(at + i), 2)).join(' ');
  const range =
    type >= 0xc0000000 && type <= 0xdfffffff
      ? `<processor-specific type ${prefixed(type)} data: `
      : type >= 0xe0000000
        ? `<application-specific type ${prefixed(type)} data: `
        : `<unknown type ${prefixed(type)} data: `;
  return `${range}${bytes === '' ? '' : `${bytes} `}>`;
}
