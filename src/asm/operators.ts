/**
 * Relocation operators (`@PLT`, `@GOTPCREL`, …): where they stand in an expression's text, and which fields their
 * relocations fit (gas manual, node i386-Relocations; psABI, section Relocation Types).
 */
import type { Assembler } from './assembler.js';
import { knownOperator, operatorRelocation, relocationSize, R_386, R_X86_64 } from './relocations.js';

/** The order in which gas tries them: what stands behind one is left over. */
const names =
  /^@(SIZE|PLTOFF|PLT|GOTPLT|GOTOFF|GOTPCREL|TLSGD|TLSLDM|TLSLD|GOTTPOFF|TPOFF|NTPOFF|DTPOFF|GOTNTPOFF|INDNTPOFF|GOT|TLSDESC|TLSCALL)/i;

/** Without the global offset table. */
const ownTable = new Set(['PLT', 'SIZE']);

/** The operator at the `@` that begins `text`, upper case; null where there is none, after a message when the mode has it not. */
export function operatorAt(asm: Assembler, text: string): string | null {
  const name = names.exec(text)?.[1];
  if (name === undefined) return null;
  const operator = name.toUpperCase();
  if (!knownOperator(operator, asm.is64)) {
    asm.error(`@${operator} reloc is not supported with ${asm.is64 ? 64 : 32}-bit output format`);
    return null;
  }
  if (!ownTable.has(operator)) asm.symbols.findOrMake('_GLOBAL_OFFSET_TABLE_');
  return operator;
}

const relative64: ReadonlySet<number> = new Set([
  R_X86_64.PLT32, R_X86_64.GOTPCREL, R_X86_64.TLSGD, R_X86_64.TLSLD, R_X86_64.GOTTPOFF, R_X86_64.GOTPCREL64, R_X86_64.GOTPC32_TLSDESC,
]); // prettier-ignore
/** Relocations of which the processor extends the sign. */
const signed64: ReadonlySet<number> = new Set([
  R_X86_64.GOT32, R_X86_64.PLT32, R_X86_64.GOTPCREL, R_X86_64.TLSGD, R_X86_64.TLSLD, R_X86_64.GOTTPOFF, R_X86_64.DTPOFF32, R_X86_64.TPOFF32,
]); // prettier-ignore

/** What is wrong with `operator` for a field, '' when nothing is. `sign`: the field's sign is extended; null: nobody knows. */
export function operatorProblem(asm: Assembler, operator: string, size: number, pcrel: boolean, sign: boolean | null): string {
  const { is64 } = asm;
  if (operator === 'SIZE' && pcrel) return 'there are no pc-relative size relocations';
  const type = operatorRelocation(operator, size, is64) ?? operatorRelocation(operator, 4, is64) ?? operatorRelocation(operator, 8, is64);
  if (type === undefined) return '';
  const covers = relocationSize(type, is64);
  if (covers !== size) return `${covers}-byte relocation cannot be applied to ${size}-byte field`;
  if (pcrel && !(is64 ? relative64.has(type) : type === R_386.PLT32)) return 'non-pc-relative relocation for pc-relative field';
  const checked = is64 && sign !== null && (size !== 4 || (asm.state.bits === 64 && asm.options.abi !== 'x32'));
  if (checked && ((signed64.has(type) && !sign) || (type === R_X86_64.SIZE32 && sign)))
    return 'relocated field and relocation type differ in signedness';
  return '';
}
