/**
 * What -malign-branch-boundary needs to know of an instruction: is it a branch of a kind that is kept within boundaries,
 * may it fuse with the jcc behind it (Intel's optimization manual, macro-fusion), how many prefixes may be put before it.
 */
import type { Expr } from '../expression.js';
import { numbers } from './emit.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import type { AsmSymbol } from '../symbols.js';
import { FAR, RELAX } from './traits.js';
import type { CodeState, Encoded } from './types.js';

export type BranchKind = 'jcc' | 'jmp' | 'call' | 'ret' | 'indirect';

export interface BranchClass {
  /** For messages. */
  readonly mnemonic: string;
  /** null: no branch of these kinds. */
  readonly branch: BranchKind | null;
  /** Of a jcc: its condition without the lowest bit, which only negates. */
  readonly condition: number;
  /** Its target, where it is a symbol. */
  readonly target: AsmSymbol | null;
  /** Fuses with a jcc of some conditions; null: never. */
  readonly fuses: 'test' | 'compare' | 'count' | null;
  /** Prefixes may be put before it. */
  readonly prefixable: boolean;
  /** Bytes before the opcode, and of all. */
  readonly leading: number;
  readonly length: number;
  /** Its length must stay: linkers look for these relocations at fixed places. */
  readonly fixed: boolean;
  /** The prefix that changes nothing. */
  readonly prefix: number;
  /** A prefix that stands alone in its statement. */
  readonly isPrefix: boolean;
}

/** A prefix on its own. */
export function prefixClass(mnemonic: string): BranchClass {
  return { mnemonic, branch: null, condition: 0, target: null, fuses: null, prefixable: false, leading: 0, length: 0, fixed: false, prefix: 0, isPrefix: true }; // prettier-ignore
}

export function branchClass(encoded: Encoded, row: Template, statement: Statement, state: CodeState): BranchClass {
  const branch = kindOfBranch(row);
  const direct =
    row.operands.some((kind) => kind.relative !== 0) || ((row.traits & FAR) !== 0 && statement.operands[0]?.kind === 'immediate');
  const leading = Math.max(0, numbers.opcodeAt);
  return {
    mnemonic: statement.written,
    branch,
    condition: branch === 'jcc' ? (row.opcode[0] & 14) >> 1 : 0,
    target: targetOf(statement),
    fuses: branch !== null || direct ? null : fusionOf(row, statement),
    prefixable: branch === null && !direct && statement.operands.length > 0 && row.features[0] !== 'padlock',
    leading,
    length: encoded.bytes.length,
    fixed: encoded.fixups.some(({ expression, pcrel }) => keepsLength(expression, pcrel)),
    prefix: harmlessPrefix(encoded.bytes, leading, statement, state.bits),
    isPrefix: false,
  };
}

function kindOfBranch(row: Template): BranchKind | null {
  const [opcode] = row.opcode;
  if (row.encoding !== 'legacy' || row.map !== 0) return null;
  if ((row.traits & RELAX) !== 0) return opcode === 0xeb ? 'jmp' : 'jcc';
  if ((opcode | 1) === 0xc3) return 'ret';
  if (opcode === 0xe8) return 'call';
  return opcode === 0xff && (row.modrm === 2 || row.modrm === 4) ? 'indirect' : null;
}

function targetOf(statement: Statement): AsmSymbol | null {
  const [operand] = statement.operands;
  let expression = operand?.kind === 'memory' ? operand.displacement : undefined;
  if (expression?.kind === 'reloc') expression = expression.operand;
  return expression?.kind === 'symbol' ? expression.symbol : null;
}

function fusionOf(row: Template, { operands }: Statement): BranchClass['fuses'] {
  if (row.encoding !== 'legacy' || row.map !== 0) return null;
  const memory = operands.find((operand) => operand.kind === 'memory');
  if (memory?.base?.class === 'ip') return null;
  const [opcode] = row.opcode;
  const group = (opcode | 3) === 0x83 ? row.modrm : (opcode & 0xc0) === 0 && (opcode & 7) < 6 ? opcode >> 3 : -1;
  let fuses: BranchClass['fuses'] = null;
  if (group === 0 || group === 5 || group === 7) fuses = 'compare';
  else if (group === 4) fuses = 'test';
  else if ((opcode | 1) === 0x85 || (opcode | 1) === 0xa9 || ((opcode | 1) === 0xf7 && row.modrm === 0)) fuses = 'test';
  if (fuses !== null) return memory !== undefined && operands.some((operand) => operand.kind === 'immediate') ? null : fuses;
  const counts = (row.modes === 1 && (opcode | 15) === 0x4f) || ((opcode | 1) === 0xff && (row.modrm === 0 || row.modrm === 1));
  return counts && memory === undefined ? 'count' : null;
}

const linkerSequences = new Set(['TLSGD', 'TLSLD', 'TLSLDM', 'INDNTPOFF', 'GOTTPOFF', 'GOTNTPOFF', 'TLSDESC', 'TLSCALL']);

/** The global offset table's own address, or a part of a thread-local access. */
function keepsLength(expression: Expr, pcrel: boolean): boolean {
  switch (expression.kind) {
    case 'symbol':
      return expression.symbol.name === '_GLOBAL_OFFSET_TABLE_' && !pcrel;
    case 'binary':
      return keepsLength(expression.left, pcrel) || keepsLength(expression.right, pcrel);
    case 'reloc':
      return linkerSequences.has(expression.operator);
    default:
      return false;
  }
}

const SEGMENTS = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const PREFIXES = [...SEGMENTS, 0x66, 0x67, 0x9b, 0xf0, 0xf2, 0xf3];

/** The segment prefix that it has; else %cs, which 64-bit code ignores, or the segment that the address means anyway. */
function harmlessPrefix(bytes: Uint8Array, leading: number, statement: Statement, bits: 16 | 32 | 64): number {
  for (let i = 0; i < leading && PREFIXES.includes(bytes[i]); i++) if (SEGMENTS.includes(bytes[i])) return bytes[i];
  if (bits === 64) return 0x2e;
  const base = statement.operands.findLast((operand) => operand.kind === 'memory' && operand.base !== undefined);
  const number = base?.kind === 'memory' ? base.base!.number : -1;
  return number === 4 || number === 5 ? 0x36 : 0x3e;
}
