/** readelf -h, -S, -g and -l: the headers of a file. */
import { sectionInSegment } from '../../objcopy/formats/elf-in.js';
import { sectionBytes, stringAt, type RawElf, type RawSegment } from '../../objcopy/elf/raw.js';
import { readSymbols } from '../../objcopy/elf/read.js';
import { hex, prefixed, sectionTypeName, shortName, type View } from './text.js';

const ABIS: Record<number, string> = {
  0: 'UNIX - System V',
  1: 'UNIX - HP-UX',
  2: 'UNIX - NetBSD',
  3: 'UNIX - GNU',
  6: 'UNIX - Solaris',
  9: 'UNIX - FreeBSD',
  12: 'UNIX - OpenBSD',
};
const MACHINES: Record<number, string> = { 0: 'None', 3: 'Intel 80386', 6: 'Intel MCU', 62: 'Advanced Micro Devices X86-64' };

export function fileTypeName(raw: RawElf): string {
  switch (raw.type) {
    case 0:
      return 'NONE (None)';
    case 1:
      return 'REL (Relocatable file)';
    case 2:
      return 'EXEC (Executable file)';
    case 3:
      return isPie(raw) ? 'DYN (Position-Independent Executable file)' : 'DYN (Shared object file)';
    case 4:
      return 'CORE (Core file)';
  }
  if (raw.type >= 0xff00) return `Processor Specific: (${hex(raw.type)})`;
  if (raw.type >= 0xfe00) return `OS Specific: (${hex(raw.type)})`;
  return `<unknown>: ${hex(raw.type)}`;
}

/** DF_1_PIE (0x08000000) in DT_FLAGS_1 (0x6ffffffb). */
function isPie(raw: RawElf): boolean {
  const segment = raw.segments.find((s) => s.type === 2);
  if (!segment || segment.offset + segment.fileSize > BigInt(raw.bytes.length)) return false;
  const step = raw.elfClass === 64 ? 16 : 8;
  const end = Number(segment.offset + segment.fileSize);
  for (let at = Number(segment.offset); at + step <= end; at += step) {
    const tag = raw.elfClass === 64 ? Number(raw.view.getBigUint64(at, true)) : raw.view.getUint32(at, true);
    const value = raw.view.getUint32(at + step / 2, true);
    if (tag === 0) return false;
    if (tag === 0x6ffffffb) return (value & 0x08000000) !== 0;
  }
  return false;
}

export function fileHeader({ raw, is64 }: View): string {
  const rows: [string, string][] = [
    ['Class', `ELF${is64 ? 64 : 32}`],
    ['Data', "2's complement, little endian"],
    ['Version', '1 (current)'],
    ['OS/ABI', ABIS[raw.osabi] ?? `<unknown: ${hex(raw.osabi)}>`],
    ['ABI Version', String(raw.abiVersion)],
    ['Type', fileTypeName(raw)],
    ['Machine', MACHINES[raw.machine] ?? `<unknown>: 0x${hex(raw.machine)}`],
    ['Version', `0x${hex(raw.version)}`],
    ['Entry point address', `0x${hex(raw.entry)}`],
    ['Start of program headers', `${raw.programHeaderOffset} (bytes into file)`],
    ['Start of section headers', `${raw.sectionHeaderOffset} (bytes into file)`],
    ['Flags', `0x${hex(raw.flags)}`],
    ['Size of this header', `${raw.headerSize} (bytes)`],
    ['Size of program headers', `${raw.programHeaderSize} (bytes)`],
    ['Number of program headers', String(raw.programHeaderCount)],
    ['Size of section headers', `${raw.sectionHeaderSize} (bytes)`],
    ['Number of section headers', count(raw.sectionHeaderCount, raw.sections.length)],
    ['Section header string table index', count(raw.rawNamesIndex, raw.namesIndex)],
  ];
  const magic = [...raw.bytes.subarray(0, 16)].map((b) => `${hex(b, 2)} `).join('');
  return `ELF Header:\n  Magic:   ${magic}\n${rows.map(([name, value]) => `  ${`${name}:`.padEnd(34)} ${value}\n`).join('')}`;
}

/** What the header cannot hold stands in the first section header. */
function count(stated: number, real: number): string {
  return stated === real ? String(stated) : `${stated} (${real})`;
}

const FLAGS: [number, string][] = [
  [0x1, 'W'],
  [0x2, 'A'],
  [0x4, 'X'],
  [0x10, 'M'],
  [0x20, 'S'],
  [0x40, 'I'],
  [0x80, 'L'],
  [0x100, 'O'],
  [0x200, 'G'],
  [0x400, 'T'],
  [0x800, 'C'],
  [0x80000000, 'E'],
];

function flagLetters(raw: RawElf, flags: bigint): string {
  let out = '';
  for (let left = flags; left !== 0n;) {
    const flag = left & -left;
    left ^= flag;
    const known = FLAGS.find(([value]) => BigInt(value) === flag);
    if (known) out += known[1];
    else if (raw.machine === 62 && flag === 0x10000000n) out += 'l';
    else if ((flag & 0x0ff00000n) !== 0n) {
      if (flag === 0x200000n && (raw.osabi === 3 || raw.osabi === 9)) out += 'R';
      else if (flag === 0x1000000n && (raw.osabi === 3 || raw.osabi === 0)) out += 'D';
      else {
        out += 'o';
        left &= ~0x0ff00000n;
      }
    } else if ((flag & 0xf0000000n) !== 0n) {
      out += 'p';
      left &= ~0xf0000000n;
    } else out += 'x';
  }
  return out;
}

export function sectionTable(view: View, withHeader: boolean): string {
  const { raw, wide, is64 } = view;
  const number = raw.sections.length;
  if (number === 0) return '\nThere are no sections in this file.\n';
  let out = '';
  if (!withHeader) {
    out += number === 1 ? 'There is 1 section header' : `There are ${number} section headers`;
    out += `, starting at offset 0x${hex(raw.sectionHeaderOffset)}:\n`;
  }
  out += number === 1 ? '\nSection Header:\n' : '\nSection Headers:\n';
  if (!is64) out += '  [Nr] Name              Type            Addr     Off    Size   ES Flg Lk Inf Al\n';
  else if (wide) out += '  [Nr] Name              Type            Address          Off    Size   ES Flg Lk Inf Al\n';
  else
    out +=
      '  [Nr] Name              Type             Address           Offset\n       Size              EntSize          Flags  Link  Info  Align\n';
  for (const s of raw.sections) {
    const name = shortName(view, s.name, -17);
    const type = sectionTypeName(raw, s.type).slice(0, 15).padEnd(15);
    const flags = flagLetters(raw, s.flags).padStart(3);
    const [link, info] = [String(s.link), String(s.info)];
    out += `  [${String(s.index).padStart(2)}] ${name} ${type} `;
    if (is64 && !wide) {
      out += ` ${hex(s.address, 16)}  ${hex(s.offset, 8)}\n       ${hex(s.size, 16)}  ${hex(s.entsize, 16)} ${flags}`;
      out += `      ${link.padStart(2)}   ${info.padStart(3)}     ${s.align}\n`;
      continue;
    }
    out += `${hex(s.address, is64 ? 16 : 8)} ${hex(s.offset, 6)} ${hex(s.size, 6)} ${hex(s.entsize, 2)} ${flags} `;
    out += `${link.padStart(2)} ${info.padStart(3)} ${String(s.align).padStart(2)}\n`;
  }
  const last = [
    raw.osabi === 3 || raw.osabi === 9 ? 'R (retain), ' : '',
    raw.osabi === 3 || raw.osabi === 0 ? 'D (mbind), ' : '',
    raw.machine === 62 ? 'l (large), ' : '',
    'p (processor specific)',
  ].join('');
  return `${out}Key to Flags:
  W (write), A (alloc), X (execute), M (merge), S (strings), I (info),
  L (link order), O (extra OS processing required), G (group), T (TLS),
  C (compressed), x (unknown), o (OS specific), E (exclude),
  ${last}
`;
}

export function groups({ raw }: View): string {
  let out = '';
  for (const s of raw.sections) {
    if (s.type !== 17) continue;
    const data = sectionBytes(raw, s);
    if (!data || data.length < 4) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const symtab = raw.sections[s.link];
    const symbol = symtab?.type === 2 && sectionBytes(raw, symtab) ? readSymbols(raw, symtab, () => undefined)[s.info - 1] : undefined;
    const kind = (view.getUint32(0, true) & 1) !== 0 ? 'COMDAT ' : '';
    const members = data.length / 4 - 1;
    const number = `contains ${members} sections:`;
    out += `\n${kind}group section [${String(s.index).padStart(5)}] \`${s.name}' [${symbol?.name ?? ''}] ${number}\n   [Index]    Name\n`;
    for (let at = 4; at + 4 <= data.length; at += 4) {
      const index = view.getUint32(at, true);
      out += `   [${String(index).padStart(5)}]   ${raw.sections[index]?.name ?? '<corrupt>'}\n`;
    }
  }
  return out === '' ? '\nThere are no section groups in this file.\n' : out;
}

const SEGMENT_TYPES: Record<number, string> = {
  0: 'NULL',
  1: 'LOAD',
  2: 'DYNAMIC',
  3: 'INTERP',
  4: 'NOTE',
  5: 'SHLIB',
  6: 'PHDR',
  7: 'TLS',
  0x6474e550: 'GNU_EH_FRAME',
  0x6474e551: 'GNU_STACK',
  0x6474e552: 'GNU_RELRO',
  0x6474e553: 'GNU_PROPERTY',
  0x6474e554: 'GNU_SFRAME',
};

function segmentTypeName(type: number): string {
  if (SEGMENT_TYPES[type]) return SEGMENT_TYPES[type];
  if (type >= 0x70000000 && type <= 0x7fffffff) return `LOPROC+${prefixed(type - 0x70000000)}`;
  if (type >= 0x60000000 && type <= 0x6fffffff) return `LOOS+${prefixed(type - 0x60000000)}`;
  return `<unknown>: ${hex(type)}`;
}

export function programHeaders(view: View, withHeader: boolean): string {
  const { raw, wide, is64 } = view;
  const number = raw.segments.length;
  if (number === 0) return '\nThere are no program headers in this file.\n';
  let out = '';
  if (!withHeader) {
    out += `\nElf file type is ${fileTypeName(raw)}\nEntry point 0x${hex(raw.entry)}\n`;
    out += number === 1 ? 'There is 1 program header' : `There are ${number} program headers`;
    out += `, starting at offset ${raw.programHeaderOffset}\n`;
  }
  out += number === 1 ? '\nProgram Header:\n' : '\nProgram Headers:\n';
  if (!is64) out += '  Type           Offset   VirtAddr   PhysAddr   FileSiz MemSiz  Flg Align\n';
  else if (wide) out += '  Type           Offset   VirtAddr           PhysAddr           FileSiz  MemSiz   Flg Align\n';
  else
    out +=
      '  Type           Offset             VirtAddr           PhysAddr\n                 FileSiz            MemSiz              Flags  Align\n';
  for (const s of raw.segments) out += segmentRow(view, s);
  return out + segmentMapping(raw);
}

function segmentRow({ raw, wide, is64 }: View, s: RawSegment): string {
  const flags = `${(s.flags & 4) !== 0 ? 'R' : ' '}${(s.flags & 2) !== 0 ? 'W' : ' '}${(s.flags & 1) !== 0 ? 'E' : ' '}`;
  const of = (value: bigint, width: number): string => `0x${hex(value, width)}`;
  let out = `  ${segmentTypeName(s.type).slice(0, 14).padEnd(14)} `;
  if (!is64) {
    out += `${of(s.offset, 6)} ${of(s.virtualAddress, 8)} ${of(s.physicalAddress, 8)} ${of(s.fileSize, 5)} ${of(s.memorySize, 5)} ${flags} `;
  } else if (wide) {
    out += `${of(s.offset, 6)} ${of(s.virtualAddress, 16)} ${of(s.physicalAddress, 16)} ${of(s.fileSize, 6)} ${of(s.memorySize, 6)} ${flags} `;
  } else {
    out += `${of(s.offset, 16)} ${of(s.virtualAddress, 16)} ${of(s.physicalAddress, 16)}\n`;
    out += `                 ${of(s.fileSize, 16)} ${of(s.memorySize, 16)}  ${flags}    `;
  }
  out += `${prefixed(s.align)}\n`;
  const name = s.type === 3 && interpreter(raw, s);
  if (name) out += `      [Requesting program interpreter: ${name}]\n`;
  return out;
}

/** The dynamic linker that a PT_INTERP segment names; empty when there is none. */
export function interpreter(raw: RawElf, s: RawSegment): string {
  if (s.offset + s.fileSize > BigInt(raw.bytes.length)) return '';
  return stringAt(raw.bytes.subarray(Number(s.offset), Number(s.offset + s.fileSize)), 0) ?? '';
}

function segmentMapping(raw: RawElf): string {
  if (raw.sections.length === 0) return '';
  let out = '\n Section to Segment mapping:\n  Segment Sections...\n';
  raw.segments.forEach((segment, i) => {
    const names = raw.sections
      .slice(1)
      .filter((s) => {
        const tbss = (s.flags & 0x400n) !== 0n && s.type === 8;
        return !(tbss && segment.type !== 7) && sectionInSegment(s, segment, true, true);
      })
      .map((s) => `${s.name} `);
    out += `   ${String(i).padStart(2, '0')}     ${names.join('')}\n`;
  });
  return out;
}
