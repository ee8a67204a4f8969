/** objdump -f, -h and -s: what kind of file it is, its sections and their bytes. */
import { SEC, type Program, type Section } from '../../objcopy/model.js';

/** Which sections are shown, and which of their bytes. */
export interface Selection {
  sections: readonly string[];
  start: bigint;
  stop: bigint;
  adjust: bigint;
  wide: boolean;
}

const DYNAMIC = 3;

/** Digits of an address. */
export function addressWidth(program: Program): number {
  return program.elf?.elfClass === 64 && program.target !== 'elf32-x86-64' ? 16 : 8;
}

export function address(program: Program, value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(addressWidth(program), '0');
}

export function isWanted(selection: Selection, section: Section): boolean {
  return selection.sections.length === 0 || selection.sections.includes(section.name);
}

function architecture(program: Program): string {
  switch (program.target) {
    case 'elf64-x86-64':
      return 'i386:x86-64';
    case 'elf32-x86-64':
      return 'i386:x64-32';
    case 'elf32-i386':
      return 'i386';
    case 'elf32-iamcu':
      return 'iamcu';
    default:
      return 'UNKNOWN!';
  }
}

/** -f */
export function fileHeader(program: Program): string {
  const { elf } = program;
  const core = elf?.type === 4;
  const rows: [boolean, number, string][] = [
    [!core && program.hasRelocations, 1, 'HAS_RELOC'],
    [elf?.type === 2, 2, 'EXEC_P'],
    [!core && hasSymbols(program), 0x10, 'HAS_SYMS'],
    [elf?.type === DYNAMIC, 0x40, 'DYNAMIC'],
    [(elf?.type === 2 || elf?.type === DYNAMIC) && isPaged(program), 0x100, 'D_PAGED'],
  ];
  const set = rows.filter(([yes]) => yes);
  const flags = set.reduce((sum, [, bit]) => sum | bit, 0);
  const names = set.map(([, , name]) => name).join(', ');
  return `architecture: ${architecture(program)}, flags 0x${flags.toString(16).padStart(8, '0')}:\n${names}\nstart address 0x${address(program, program.start)}\n`;
}

function hasSymbols(program: Program): boolean {
  return program.symbols.length > 0 || (program.dynamicSymbols?.(false).length ?? 0) > 0;
}

function isPaged(program: Program): boolean {
  return program.elf!.segments.some((s) => s.type === 1 && s.align >= 0x1000n);
}

const FLAGS: [number, string][] = [
  [SEC.HAS_CONTENTS, 'CONTENTS'],
  [SEC.ALLOC, 'ALLOC'],
  [SEC.LOAD, 'LOAD'],
  [SEC.RELOC, 'RELOC'],
  [SEC.READONLY, 'READONLY'],
  [SEC.CODE, 'CODE'],
  [SEC.DATA, 'DATA'],
  [SEC.ROM, 'ROM'],
  [SEC.DEBUGGING, 'DEBUGGING'],
  [SEC.NEVER_LOAD, 'NEVER_LOAD'],
  [SEC.EXCLUDE, 'EXCLUDE'],
];

/** Debugging information counts in octets, whatever the machine's bytes are. */
const OCTETS = /^\.(debug|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.|zdebug|note\.gnu)/;

function flagNames(section: Section): string {
  const { flags, elf } = section;
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0 && !(bit === SEC.EXCLUDE && (flags & SEC.GROUP) !== 0)).map(([, name]) => name);
  if (elf && (flags & SEC.ALLOC) === 0 && OCTETS.test(section.name)) names.push('OCTETS');
  if ((flags & SEC.THREAD_LOCAL) !== 0) names.push('THREAD_LOCAL');
  if ((flags & SEC.GROUP) !== 0) names.push('GROUP');
  if ((flags & SEC.LINK_ONCE) !== 0) names.push('LINK_ONCE_DISCARD');
  return names.join(', ');
}

/** -h */
export function sectionHeaders(program: Program, selection: Selection): string {
  const shown = program.sections.filter((s) => isWanted(selection, s));
  const longest = selection.wide ? Math.max(13, ...shown.map((s) => s.name.length)) : 13;
  const width = addressWidth(program);
  let out = `Sections:\nIdx ${'Name'.padEnd(longest)} Size      ${'VMA'.padEnd(width)}  ${'LMA'.padEnd(width)}  File off  Algn`;
  out += selection.wide ? '  Flags\n' : '\n';
  for (const s of shown) {
    const number = String(program.sections.indexOf(s)).padStart(3);
    const place = (s.elf?.header?.offset ?? BigInt(s.fileOffset ?? 0)).toString(16).padStart(8, '0');
    const [vma, lma] = [address(program, s.vma + selection.adjust), address(program, s.lma + selection.adjust)];
    out += `${number} ${s.name.padEnd(longest)} ${s.size.toString(16).padStart(8, '0')}  ${vma}  ${lma}  ${place}  2**${s.alignPower}`;
    out += `${selection.wide ? '' : '\n                '}  ${flagNames(s)}\n`;
  }
  return out;
}

/** -s */
export function sectionContents(program: Program, selection: Selection): string {
  let out = '';
  for (const s of program.sections) {
    const data = s.contents;
    if (!data || data.length === 0 || !isWanted(selection, s)) continue;
    const vma = s.vma + selection.adjust;
    const from = selection.start > vma ? Number(selection.start - vma) : 0;
    const to = selection.stop < vma + BigInt(data.length) ? Number(selection.stop - vma) : data.length;
    if (from >= to) continue;
    out += `Contents of section ${s.name}:\n`;
    const digits = (at: number): string => BigInt.asUintN(64, vma + BigInt(at)).toString(16);
    const width = Math.max(4, digits(from).length, digits(to - 1).length);
    for (let at = from; at < to; at += 16) out += line(data, at, to, digits(at).padStart(width, '0'));
  }
  return out;
}

function line(data: Uint8Array, at: number, end: number, place: string): string {
  let words = '';
  let text = '';
  for (let i = 0; i < 16; i++) {
    const byte = at + i < end ? data[at + i] : undefined;
    words += byte === undefined ? '  ' : byte.toString(16).padStart(2, '0');
    if (i % 4 === 3) words += ' ';
    text += byte === undefined ? ' ' : byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  }
  return ` ${place} ${words} ${text}\n`;
}
