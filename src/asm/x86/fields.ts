/** The fields behind ModRM: displacements, moffs, immediates, far pointers; with a fixup where a symbol decides. */
import { writeBig } from '../../bytes.js';
import type { Address } from './address.js';
import { numbers, out, putNumber } from './emit.js';
import { normalizeConstant } from './match.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import { LEA } from './traits.js';
import type { EncoderHost, ImmediateOperand, InsnFixup, MemoryOperand, Operand } from './types.js';

/** Opcodes whose GOT load the linker may relax (x86-64 psABI, B.2): mov, test, and the ALU loads; call and jmp through memory. None with a data prefix. */
function relaxable(row: Template, rex: number): 'norex' | 'rex' | undefined {
  if (row.encoding !== 'legacy' || row.map !== 0 || row.opcode.length !== 1) return undefined;
  const opcode = row.opcode[0];
  const kind = rex !== 0 ? 'rex' : 'norex';
  if (opcode === 0x8b || opcode === 0x85 || (opcode & ~0x38) === 3) return kind;
  if (opcode === 0xff && (row.modrm === 2 || row.modrm === 4)) return kind;
  return undefined;
}

export function putDisplacement(
  address: Address,
  row: Template,
  addressing: number,
  rex: number,
  dataPrefix: boolean,
  host: EncoderHost,
  fixups: InsnFixup[],
): void {
  const { displacementSize: size, displacement } = address;
  if (size === 0) return;
  if (displacement === undefined || displacement.kind === 'constant') {
    // EVEX displacements are scaled.
    if (row.encoding !== 'evex') {
      numbers.displacementAt = out.length;
      numbers.displacementSize = size;
    }
    putNumber(address.value, size);
    return;
  }
  fixups.push({
    offset: out.length,
    size: size as 1 | 2 | 4,
    pcrel: address.pcrel,
    // lea to a shorter register keeps the low half, which any number of 32 bits gives.
    signed: size === 1 || (host.state.bits === 64 && addressing === 64 && (address.pcrel || (row.traits & LEA) === 0 || row.size === 64)),
    expression: displacement,
    role: 'memory',
    relaxable:
      size === 4 && !dataPrefix && (address.pcrel || host.state.bits !== 64 || host.state.abi === '32') ? relaxable(row, rex) : undefined,
    baseless: address.mod === 0 && address.rm === 5,
  });
  putNumber(0, size);
}

/** The address itself, as a0 to a3 have it. */
export function putMoffs(memory: MemoryOperand, addressing: number, fixups: InsnFixup[], statement: Statement, host: EncoderHost): void {
  const size = (addressing / 8) as 2 | 4 | 8;
  const expression = memory.displacement!;
  if (expression.kind !== 'constant') fixups.push({ offset: out.length, size, pcrel: false, signed: false, expression, role: 'absolute' });
  else if (size < 8) checkRange(host.state.bits === 64 ? expression.value : BigInt.asIntN(32, expression.value), size * 8, statement, host);
  writeBig(out.bytes, out.length, size, expression.kind === 'constant' ? expression.value : 0n);
  out.length += size;
}

/** A far pointer's offset must fit its field. */
export function farPointerFits(row: Template, given: readonly (Operand | undefined)[], statement: Statement, host: EncoderHost): boolean {
  const offset = given[1] as ImmediateOperand;
  if (row.operands[1].immediate !== 16 || offset.expression.kind !== 'constant') return true;
  const { value } = offset.expression;
  if (value >= -0x8000n && value <= 0xffffn) return true;
  host.error('16-bit jump out of range', statement.column);
  return false;
}

/** Warns where a constant loses value: neither its signed nor its unsigned reading fits `bits`. */
export function checkRange(value: bigint, bits: number, statement: Statement, host: EncoderHost): void {
  const number = BigInt.asUintN(64, value);
  const above = ~((1n << BigInt(bits)) - 1n);
  if ((number & above) === 0n || (BigInt.asUintN(64, -number) & above) === 0n) return;
  host.warning(`0x${number.toString(16)} shortened to 0x${(number & ~above).toString(16)}`, statement.column);
}

export function putImmediate(
  operand: ImmediateOperand,
  bits: number,
  row: Template,
  host: EncoderHost,
  fixups: InsnFixup[],
  statement: Statement,
): void {
  const size = (bits / 8) as 1 | 2 | 4 | 8;
  const { expression } = operand;
  if (expression.kind === 'constant') {
    const value = normalizeConstant(expression.value, statement.guess);
    const number = Number(value);
    if (bits < 64) {
      if (number < -(2 ** (bits - 1)) || number >= 2 ** bits) checkRange(value, bits, statement, host);
      if (number >= -0x80000000 && number <= 0xffffffff) {
        numbers.immediateAt = out.length;
        numbers.immediateSize = size;
        putNumber(number, size);
        return;
      }
    }
    writeBig(out.bytes, out.length, size, value);
  } else {
    fixups.push({ offset: out.length, size, pcrel: false, signed: size === 4 && row.size === 64, expression, role: 'immediate' });
    writeBig(out.bytes, out.length, size, 0n);
  }
  out.length += size;
}
