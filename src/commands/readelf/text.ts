/** What readelf's tables share: numbers, names of types, cut-off names. */
import { sectionBytes, stringAt, type RawElf, type RawSection } from '../../objcopy/elf/raw.js';

export interface View {
  raw: RawElf;
  /** -W: long lines, whole names. */
  wide: boolean;
  /** -T: names are cut without dots. */
  silent: boolean;
  /** -z: dumps show compressed sections as they were. */
  decompress: boolean;
  /** --sym-base: how sizes of symbols are written; 0: as suits them. */
  symbolBase: 0 | 8 | 10 | 16;
  /** -C: a name as people write it; null when it is none that was mangled. */
  demangle?: (name: string) => string | null;
  /** 64-bit addresses. */
  is64: boolean;
}

export function hex(value: bigint | number, width = 0): string {
  return value.toString(16).padStart(width, '0');
}

/** `%#lx`: zero has no prefix. */
export function prefixed(value: bigint | number): string {
  return Number(value) === 0 ? '0' : `0x${value.toString(16)}`;
}

/**
 * A name in at most `width` characters unless lines may be long; control characters as ^X. Whether dots stand for what is cut is
 * decided by the name as it is in the file, even where -C shows another. A negative width stands for a column of that many characters.
 */
export function shortName(view: View, name: string, width: number): string {
  if (width === 0) return '';
  const column = Math.abs(width);
  const dots = !view.wide && !view.silent && name.length > column;
  const room = view.wide ? Infinity : dots ? Math.max(0, column - 5) : column;
  const shown = (name !== '' && view.demangle?.(name)) || name;
  let out = '';
  for (const c of shown) {
    const code = c.charCodeAt(0);
    const control = code < 0x20 || code === 0x7f;
    if (out.length + (control ? 2 : 1) > room) break;
    out += control ? `^${String.fromCharCode(code + 0x40)}` : c;
  }
  if (dots) out += '[...]';
  return width < 0 ? out.padEnd(column) : out;
}

const SECTION_TYPES: Record<number, string> = {
  0: 'NULL',
  1: 'PROGBITS',
  2: 'SYMTAB',
  3: 'STRTAB',
  4: 'RELA',
  5: 'HASH',
  6: 'DYNAMIC',
  7: 'NOTE',
  8: 'NOBITS',
  9: 'REL',
  10: 'SHLIB',
  11: 'DYNSYM',
  14: 'INIT_ARRAY',
  15: 'FINI_ARRAY',
  16: 'PREINIT_ARRAY',
  17: 'GROUP',
  18: 'SYMTAB SECTION INDICES',
  19: 'RELR',
  0x6ffffff5: 'GNU_ATTRIBUTES',
  0x6ffffff6: 'GNU_HASH',
  0x6ffffff7: 'GNU_LIBLIST',
  0x6ffffffd: 'VERDEF',
  0x6ffffffe: 'VERNEED',
  0x6fffffff: 'VERSYM',
  0x7ffffffd: 'AUXILIARY',
  0x7fffffff: 'FILTER',
};

export function sectionTypeName(raw: RawElf, type: number): string {
  if (SECTION_TYPES[type]) return SECTION_TYPES[type];
  if (type === 0x70000001 && raw.machine === 62) return 'X86_64_UNWIND';
  if (type >= 0x70000000 && type <= 0x7fffffff) return `LOPROC+${prefixed(type - 0x70000000)}`;
  if (type >= 0x60000000 && type <= 0x6fffffff) return `LOOS+${prefixed(type - 0x60000000)}`;
  if (type >= 0x80000000) return `LOUSER+${prefixed(type - 0x80000000)}`;
  return `${hex(type, 8)}: <unknown>`;
}

/** The string table that a section links to. */
export function linkedStrings(raw: RawElf, section: RawSection): Uint8Array {
  const table = raw.sections[section.link];
  return (table && table.link !== section.index && sectionBytes(raw, table)) || new Uint8Array(0);
}

export function text(table: Uint8Array, offset: number): string {
  return stringAt(table, offset) ?? '<corrupt>';
}
