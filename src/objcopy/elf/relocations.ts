/** How each relocation's field is computed (psABI i386 and x86-64, tables of relocation types; range checks as ld's). */

/**
 * S: symbol, A: addend, P: place, G: its GOT entry's address, GOT: the table's, Z: symbol's size, T: offset from the
 * thread pointer, D: offset in the thread-local segment.
 */
export type Formula = 'none' | 'S+A' | 'S+A-P' | 'S+A-GOT' | 'GOT+A-P' | 'G+A-GOT' | 'G+A-P' | 'Z+A' | 'T+A' | 'D+A' | '-T+A' | 'G+A';

export interface RelocationField {
  readonly name: string;
  /** Bytes. */
  readonly size: 0 | 1 | 2 | 4 | 8;
  readonly formula: Formula;
  /** Which values fit; bitfield: signed or unsigned. */
  readonly check: 'signed' | 'unsigned' | 'bitfield' | 'none';
}

type Row = [number, string, RelocationField['size'], Formula, RelocationField['check']];

const I386: readonly Row[] = [
  [0, 'R_386_NONE', 0, 'none', 'none'],
  [1, 'R_386_32', 4, 'S+A', 'none'],
  [2, 'R_386_PC32', 4, 'S+A-P', 'none'],
  [3, 'R_386_GOT32', 4, 'G+A-GOT', 'none'],
  [4, 'R_386_PLT32', 4, 'S+A-P', 'none'],
  [9, 'R_386_GOTOFF', 4, 'S+A-GOT', 'none'],
  [10, 'R_386_GOTPC', 4, 'GOT+A-P', 'none'],
  [17, 'R_386_TLS_LE', 4, 'T+A', 'none'],
  [20, 'R_386_16', 2, 'S+A', 'bitfield'],
  [21, 'R_386_PC16', 2, 'S+A-P', 'bitfield'],
  [22, 'R_386_8', 1, 'S+A', 'bitfield'],
  [23, 'R_386_PC8', 1, 'S+A-P', 'signed'],
  [32, 'R_386_TLS_LDO_32', 4, 'D+A', 'none'],
  [34, 'R_386_TLS_LE_32', 4, '-T+A', 'none'],
  [38, 'R_386_SIZE32', 4, 'Z+A', 'unsigned'],
  [43, 'R_386_GOT32X', 4, 'G+A-GOT', 'none'],
];

const X86_64: readonly Row[] = [
  [0, 'R_X86_64_NONE', 0, 'none', 'none'],
  [1, 'R_X86_64_64', 8, 'S+A', 'none'],
  [2, 'R_X86_64_PC32', 4, 'S+A-P', 'signed'],
  [3, 'R_X86_64_GOT32', 4, 'G+A-GOT', 'signed'],
  [4, 'R_X86_64_PLT32', 4, 'S+A-P', 'signed'],
  [9, 'R_X86_64_GOTPCREL', 4, 'G+A-P', 'signed'],
  [10, 'R_X86_64_32', 4, 'S+A', 'unsigned'],
  [11, 'R_X86_64_32S', 4, 'S+A', 'signed'],
  [12, 'R_X86_64_16', 2, 'S+A', 'bitfield'],
  [13, 'R_X86_64_PC16', 2, 'S+A-P', 'bitfield'],
  [14, 'R_X86_64_8', 1, 'S+A', 'bitfield'],
  [15, 'R_X86_64_PC8', 1, 'S+A-P', 'signed'],
  [17, 'R_X86_64_DTPOFF64', 8, 'D+A', 'none'],
  [18, 'R_X86_64_TPOFF64', 8, 'T+A', 'none'],
  [21, 'R_X86_64_DTPOFF32', 4, 'D+A', 'signed'],
  [22, 'R_X86_64_GOTTPOFF', 4, 'G+A-P', 'signed'],
  [23, 'R_X86_64_TPOFF32', 4, 'T+A', 'signed'],
  [24, 'R_X86_64_PC64', 8, 'S+A-P', 'none'],
  [25, 'R_X86_64_GOTOFF64', 8, 'S+A-GOT', 'none'],
  [26, 'R_X86_64_GOTPC32', 4, 'GOT+A-P', 'signed'],
  [27, 'R_X86_64_GOT64', 8, 'G+A-GOT', 'none'],
  [28, 'R_X86_64_GOTPCREL64', 8, 'G+A-P', 'none'],
  [29, 'R_X86_64_GOTPC64', 8, 'GOT+A-P', 'none'],
  [32, 'R_X86_64_SIZE32', 4, 'Z+A', 'unsigned'],
  [33, 'R_X86_64_SIZE64', 8, 'Z+A', 'none'],
  [41, 'R_X86_64_GOTPCRELX', 4, 'G+A-P', 'signed'],
  [42, 'R_X86_64_REX_GOTPCRELX', 4, 'G+A-P', 'signed'],
];

const table = (rows: readonly Row[]): ReadonlyMap<number, RelocationField> =>
  new Map(rows.map(([type, name, size, formula, check]) => [type, { name, size, formula, check }]));

const tables = new Map<number, ReadonlyMap<number, RelocationField>>();

/** The fields of a machine's relocations, by type number. */
export function relocationFields(machine: number): ReadonlyMap<number, RelocationField> {
  let found = tables.get(machine);
  if (!found) tables.set(machine, (found = table(machine === 62 ? X86_64 : I386)));
  return found;
}

/**
 * True when `value` (64-bit, wrapped) fits a field as its check demands. Addresses are as wide as the machine's: 32 bits for
 * the i386, 64 for x32 too, where only R_X86_64_32 also takes negative values.
 */
export function fits(field: RelocationField, value: bigint, elfClass: 32 | 64, machine: number): boolean {
  if (field.check === 'none' || field.size === 8) return true;
  const bits = field.size * 8;
  const width = machine === 62 ? 64 : 32;
  const signed = BigInt.asIntN(width, value);
  const unsigned = BigInt.asUintN(width, value);
  const isSigned = BigInt.asIntN(bits, signed) === signed;
  const isUnsigned = BigInt.asUintN(bits, unsigned) === unsigned;
  if (field.check === 'signed') return isSigned;
  if (field.check === 'unsigned' && !(elfClass === 32 && field.name === 'R_X86_64_32')) return isUnsigned;
  return isSigned || isUnsigned;
}
