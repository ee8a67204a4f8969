/**
 * -O, -O2 and -Os on integer instructions (gas manual, node i386-Options): shorter forms that do the same.
 * -O: the 32-bit form where the upper half comes out zero anyway, and lea without arithmetic as a move; -O2: `and %r, %r` and
 * `or %r, %r` as test; -Os: test of a small constant on the low byte.
 */
import { addressBits } from './address.js';
import { constant, type Expr } from '../expression.js';
import { noPrefixes } from './prefixes.js';
import { Statement } from './match.js';
import { findRegister } from './registers.js';
import type { Register } from './registers.js';
import type { Template } from './rows.js';
import { findRows } from './table.js';
import { LEA } from './traits.js';
import type { EncoderHost, MemoryOperand, Operand } from './types.js';

export interface Choice {
  readonly row: Template;
  readonly statement: Statement;
}

/** What the options make of a matched row; the same objects when nothing applies. */
export function optimizeInteger(row: Template, statement: Statement, host: EncoderHost): Choice {
  const level = host.state.options.optimize;
  const { prefixes, operands } = statement;
  const choice = { row, statement };
  if (row.encoding !== 'legacy' || row.map !== 0 || prefixes.nooptimize || prefixes.dataSize || prefixes.rex !== 0) return choice;
  if (row.mnemonic === 'clr' && row.size === 64) return { row: narrower(row) ?? row, statement };
  if (operands.length !== 2) return choice;
  if ((row.traits & LEA) !== 0) return optimizeLea(row, statement, host) ?? choice;
  const [first, second] = operands;
  if (first.kind !== 'register') return choice;
  const same = second.kind === 'register' && second.register === first.register;
  const value = second.kind === 'immediate' && second.expression.kind === 'constant' ? second.expression.value : -1n;
  const { mnemonic } = row;
  if (level === 's' && mnemonic === 'test' && value >= 0n && value <= 127n && row.size > 8) {
    const low = lowByte(first.register, host);
    if (low !== undefined) return withRegister('test', low, statement, host);
  }
  // In 64-bit code a 32-bit result clears the upper half, which test does not.
  if (level === 2 && same && (mnemonic === 'and' || mnemonic === 'or') && (row.size !== 32 || host.state.bits !== 64)) {
    const test = findRows('test')!.find((other) => other.size === row.size && other.modrm === -1);
    if (test !== undefined) return { row: test, statement };
  }
  if (row.size !== 64 || host.state.bits !== 64) return choice;
  const narrows =
    ((mnemonic === 'and' || mnemonic === 'test') && value >= 0n && value <= 0x7fffffffn) ||
    ((mnemonic === 'xor' || mnemonic === 'sub') && same && row.flags.has('store'));
  if (narrows) return { row: narrower(row) ?? row, statement };
  if (mnemonic === 'mov' && value >= 0n && value <= 0xffffffffn) return { row: moveImmediate(32), statement };
  return choice;
}

/** The 32-bit form of a 64-bit row. */
function narrower(row: Template): Template | undefined {
  return findRows(row.mnemonic)!.find(
    (other) =>
      other.size === 32 &&
      other.opcode[0] === row.opcode[0] &&
      other.modrm === row.modrm &&
      other.operands[0].fixed?.slice(1) === row.operands[0].fixed?.slice(1) &&
      other.flags.has('store') === row.flags.has('store'),
  );
}

/** mov r16, r32 or r64 from an immediate in as many bits (32 for r64, sign-extended). */
function moveImmediate(size: 16 | 32 | 64): Template {
  return findRows('mov')!.find(
    (row) => row.size === size && (size === 64 ? row.modrm === 0 : row.plus === 0) && row.operands[1].immediate !== 0,
  )!;
}

function lowByte(register: Register, host: EncoderHost): Register | undefined {
  const { number, name } = register;
  if (number < 4) return findRegister(`${'acdb'[number]}l`);
  if (host.state.bits !== 64) return undefined;
  return number < 8 ? findRegister(`${['sp', 'bp', 'si', 'di'][number - 4]}l`) : findRegister(`${name.replace(/[wd]$/, '')}b`);
}

/** The byte form of an instruction with an immediate. */
function withRegister(mnemonic: string, register: Register, statement: Statement, host: EncoderHost): Choice {
  const { written, suffix, rows, operands, vector, intel, prefixes, column } = statement;
  const changed: Operand[] = [{ kind: 'register', register, column: operands[0].column, text: operands[0].text }, operands[1]];
  const row = findRows(mnemonic)!.find(
    (other) =>
      other.size === 8 &&
      other.operands[1].immediate === 8 &&
      (register.number === 0 ? other.operands[0].fixed === 'al' : other.operands[0].fixed === null),
  )!;
  void host;
  return { row, statement: new Statement(written, mnemonic, suffix, rows, changed, vector, intel, prefixes, column) };
}

/** lea of an address that is a register or a number. */
function optimizeLea(row: Template, statement: Statement, host: EncoderHost): Choice | null {
  const { written, suffix, rows, operands, vector, intel, prefixes, column } = statement;
  const memory = operands[1] as MemoryOperand;
  const { base, index, displacement } = memory;
  if (base?.class === 'ip' || index?.class === 'iz') return null;
  const { bits } = host.state;
  // The address is computed, not used: what segment and, without memory operand, what address size was given is no matter.
  const bare = prefixes === noPrefixes ? prefixes : { ...prefixes, segment: 0, addressSize: false };
  const remade = (operand: Operand): Statement =>
    new Statement(written, 'lea', suffix, rows, [operands[0], operand], vector, intel, bare, column);
  const addressing = addressBits(memory) || (prefixes.addressSize ? (bits === 32 ? 16 : 32) : bits);
  let { size } = row;
  // A 32-bit address is zero-extended: so is a 32-bit result.
  if (size === 64 && addressing === 32) size = 32;
  const none = displacement === undefined || (displacement.kind === 'constant' && displacement.value === 0n);
  // A symbol's address is moved when all of it is wanted.
  const whole = displacement === undefined || displacement.kind === 'constant' || (size === 16 ? addressing === 16 : addressing >= size);
  if (base === undefined && index === undefined && whole) {
    // From a 16-bit address to a 32-bit register lea is the shorter.
    if (bits === 16 && size === 32 && addressing === 16 && host.state.options.optimize === 1) return null;
    const expression = displacement === undefined ? constant(0n) : cut(displacement, addressing);
    const immediate: Operand = { kind: 'immediate', expression, column: memory.column, text: memory.text };
    let field = size;
    if (size === 64 && displacement?.kind === 'constant') field = displacement.value >= 0n && displacement.value <= 0x7fffffffn ? 32 : 64;
    return { row: moveImmediate(field as 16 | 32 | 64), statement: remade(immediate) };
  }
  const single = index === undefined ? base : base === undefined && memory.scale === 1 ? index : undefined;
  if (none && single !== undefined) {
    const extend = addressing < size;
    // In 16-bit code it would be no shorter.
    if (extend && bits === 16) return null;
    const move = findRows(extend ? 'movzx' : 'mov')!.find(
      (other) => other.size === size && (extend ? other.suffixes === 'w' : other.flags.has('load')),
    )!;
    return { row: move, statement: remade({ kind: 'register', register: single, column: memory.column, text: memory.text }) };
  }
  // The sum is cut to the result's size: 64-bit registers need no address size prefix.
  const full = bits === 64 && addressing === 32;
  if (!full && memory.segment === undefined && prefixes.segment === 0) return null;
  const wide = (register: Register | undefined): Register | undefined =>
    register === undefined || !full
      ? register
      : findRegister(register.number < 8 ? `r${register.name.slice(1)}` : register.name.slice(0, -1));
  if (bits !== 16 && (prefixes.segment !== 0 || memory.segment !== undefined))
    host.warning("segment override on `lea' is ineffectual", column);
  const changed: MemoryOperand = { ...memory, segment: undefined, base: wide(base), index: wide(index) };
  const narrow = findRows('lea')!.find((other) => other.size === size)!;
  return { row: narrow, statement: remade(changed) };
}

/** An address of 16 bits has no sign. */
function cut(displacement: Expr, addressing: number): Expr {
  return displacement.kind === 'constant' && addressing === 16 ? constant(BigInt.asUintN(16, displacement.value)) : displacement;
}
