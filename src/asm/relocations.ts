/** Relocation numbers (psABI for x86-64 and i386) and which one a field gets. */

export const R_X86_64 = {
  NONE: 0, '64': 1, PC32: 2, GOT32: 3, PLT32: 4, GOTPCREL: 9, '32': 10, '32S': 11, '16': 12, PC16: 13, '8': 14, PC8: 15,
  DTPMOD64: 16, DTPOFF64: 17, TPOFF64: 18, TLSGD: 19, TLSLD: 20, DTPOFF32: 21, GOTTPOFF: 22, TPOFF32: 23, PC64: 24, GOTOFF64: 25,
  GOTPC32: 26, GOT64: 27, GOTPCREL64: 28, GOTPC64: 29, GOTPLT64: 30, PLTOFF64: 31, SIZE32: 32, SIZE64: 33, GOTPC32_TLSDESC: 34,
  TLSDESC_CALL: 35, TLSDESC: 36, IRELATIVE: 37, GOTPCRELX: 41, REX_GOTPCRELX: 42, GNU_VTINHERIT: 250, GNU_VTENTRY: 251,
} as const; // prettier-ignore

export const R_386 = {
  NONE: 0, '32': 1, PC32: 2, GOT32: 3, PLT32: 4, COPY: 5, GLOB_DAT: 6, JUMP_SLOT: 7, RELATIVE: 8, GOTOFF: 9, GOTPC: 10, TLS_TPOFF: 14,
  TLS_IE: 15, TLS_GOTIE: 16, TLS_LE: 17, TLS_GD: 18, TLS_LDM: 19, '16': 20, PC16: 21, '8': 22, PC8: 23, TLS_LDO_32: 32, TLS_IE_32: 33,
  TLS_LE_32: 34, TLS_DTPMOD32: 35, TLS_DTPOFF32: 36, TLS_TPOFF32: 37, SIZE32: 38, TLS_GOTDESC: 39, TLS_DESC_CALL: 40, TLS_DESC: 41,
  IRELATIVE: 42, GOT32X: 43, GNU_VTINHERIT: 250, GNU_VTENTRY: 251,
} as const; // prettier-ignore

/** Operator → [relocation for 4 bytes, for 8 bytes]; undefined: the operator has no such form. */
type OperatorRow = readonly [number | undefined, number | undefined];

// prettier-ignore
const operators64: Record<string, OperatorRow> = {
  PLT: [R_X86_64.PLT32, undefined],
  PLTOFF: [undefined, R_X86_64.PLTOFF64],
  GOT: [R_X86_64.GOT32, R_X86_64.GOT64],
  GOTPLT: [undefined, R_X86_64.GOTPLT64],
  GOTOFF: [undefined, R_X86_64.GOTOFF64],
  GOTPCREL: [R_X86_64.GOTPCREL, R_X86_64.GOTPCREL64],
  TLSGD: [R_X86_64.TLSGD, undefined],
  TLSLD: [R_X86_64.TLSLD, undefined],
  DTPOFF: [R_X86_64.DTPOFF32, R_X86_64.DTPOFF64],
  TPOFF: [R_X86_64.TPOFF32, R_X86_64.TPOFF64],
  GOTTPOFF: [R_X86_64.GOTTPOFF, undefined],
  TLSDESC: [R_X86_64.GOTPC32_TLSDESC, undefined],
  TLSCALL: [R_X86_64.TLSDESC_CALL, R_X86_64.TLSDESC_CALL],
  SIZE: [R_X86_64.SIZE32, R_X86_64.SIZE64],
};

// prettier-ignore
const operators32: Record<string, OperatorRow> = {
  PLT: [R_386.PLT32, undefined],
  GOT: [R_386.GOT32, undefined],
  GOTOFF: [R_386.GOTOFF, undefined],
  TLSGD: [R_386.TLS_GD, undefined],
  TLSLDM: [R_386.TLS_LDM, undefined],
  DTPOFF: [R_386.TLS_LDO_32, undefined],
  TPOFF: [R_386.TLS_LE_32, undefined],
  NTPOFF: [R_386.TLS_LE, undefined],
  GOTTPOFF: [R_386.TLS_IE_32, undefined],
  GOTNTPOFF: [R_386.TLS_GOTIE, undefined],
  INDNTPOFF: [R_386.TLS_IE, undefined],
  TLSDESC: [R_386.TLS_GOTDESC, undefined],
  TLSCALL: [R_386.TLS_DESC_CALL, undefined],
  SIZE: [R_386.SIZE32, undefined],
};

/** All operators, of either ABI; one that another begins with stands behind it. */
// prettier-ignore
export const operatorNames = [
  'PLTOFF', 'PLT', 'GOTPLT', 'GOTOFF', 'GOTPCREL', 'GOTTPOFF', 'GOTNTPOFF', 'GOT', 'TLSGD', 'TLSLDM', 'TLSLD', 'TPOFF', 'NTPOFF', 'DTPOFF',
  'INDNTPOFF', 'TLSDESC', 'TLSCALL', 'SIZE',
];

/** The relocation of `sym@operator` in a field of `size` bytes, or undefined when there is none. */
export function operatorRelocation(operator: string, size: number, is64: boolean): number | undefined {
  const row = (is64 ? operators64 : operators32)[operator];
  // Size 0: a mark on the instruction.
  return size === 4 || size === 0 ? row?.[0] : size === 8 ? row?.[1] : undefined;
}

/** Is there an operator of that name at all? */
export function knownOperator(operator: string, is64: boolean): boolean {
  return Object.hasOwn(is64 ? operators64 : operators32, operator);
}

/** The plain relocation of a field, or undefined. */
export function plainRelocation(size: number, pcrel: boolean, signed: boolean, is64: boolean): number | undefined {
  if (is64) {
    switch (size) {
      case 1:
        return pcrel ? R_X86_64.PC8 : R_X86_64['8'];
      case 2:
        return pcrel ? R_X86_64.PC16 : R_X86_64['16'];
      case 4:
        return pcrel ? R_X86_64.PC32 : signed ? R_X86_64['32S'] : R_X86_64['32'];
      case 8:
        return pcrel ? R_X86_64.PC64 : R_X86_64['64'];
    }
    return undefined;
  }
  switch (size) {
    case 1:
      return pcrel ? R_386.PC8 : R_386['8'];
    case 2:
      return pcrel ? R_386.PC16 : R_386['16'];
    case 4:
      return pcrel ? R_386.PC32 : R_386['32'];
  }
  return undefined;
}

/** Relocations that mark their symbol as thread-local. */
export function isTlsRelocation(type: number, is64: boolean): boolean {
  return is64
    ? (type >= R_X86_64.DTPMOD64 && type <= R_X86_64.TPOFF32) || (type >= R_X86_64.GOTPC32_TLSDESC && type <= R_X86_64.TLSDESC)
    : (type >= R_386.TLS_TPOFF && type <= R_386.TLS_LDM) ||
        (type >= R_386.TLS_LDO_32 && type <= R_386.TLS_TPOFF32) ||
        (type >= R_386.TLS_GOTDESC && type <= R_386.TLS_DESC);
}

const generic64: Record<string, number | undefined> = {
  NONE: 0,
  '8': R_X86_64['8'],
  '16': R_X86_64['16'],
  '32': R_X86_64['32'],
  '64': R_X86_64['64'],
};
const generic32: Record<string, number | undefined> = { NONE: 0, '8': R_386['8'], '16': R_386['16'], '32': R_386['32'] };

/** The number of `R_X86_64_PC32`, `R_386_32`, `BFD_RELOC_32`, …; undefined when there is none for this ABI. Case does not count. */
export function relocationByName(name: string, is64: boolean): number | undefined {
  const upper = name.toUpperCase();
  if (upper.startsWith('BFD_RELOC_')) return (is64 ? generic64 : generic32)[upper.slice(10)];
  const prefix = is64 ? 'R_X86_64_' : 'R_386_';
  if (!upper.startsWith(prefix)) return undefined;
  const table: Record<string, number | undefined> = is64 ? R_X86_64 : R_386;
  return table[upper.slice(prefix.length)];
}

/** Bytes that a relocation covers in the section. */
export function relocationSize(type: number, is64: boolean): number {
  if (is64) {
    const { NONE, GNU_VTINHERIT, GNU_VTENTRY, TLSDESC_CALL } = R_X86_64;
    if (type === NONE || type === GNU_VTINHERIT || type === GNU_VTENTRY || type === TLSDESC_CALL) return 0;
    if (type === R_X86_64['8'] || type === R_X86_64.PC8) return 1;
    if (type === R_X86_64['16'] || type === R_X86_64.PC16) return 2;
    const wide: readonly number[] = [1, 16, 17, 18, 24, 25, 27, 28, 29, 30, 31, 33, 36, 37];
    return wide.includes(type) ? 8 : 4;
  }
  if (type === R_386.NONE || type === R_386.GNU_VTINHERIT || type === R_386.GNU_VTENTRY || type === R_386.TLS_DESC_CALL) return 0;
  if (type === R_386['8'] || type === R_386.PC8) return 1;
  return type === R_386['16'] || type === R_386.PC16 ? 2 : 4;
}
