/** Integers and strings: .byte … .octa, .uleb128, .ascii and relatives, .dc.*, .dcb.*, .ds.* (gas manual, node Pseudo Ops). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { constant, isConstant, type Expr } from '../expression.js';
import type { Directive, DirectiveTable } from './index.js';

/** `.long 1, sym+4, …`: integers of `size` bytes. */
function integers(size: number): Directive {
  return (asm, args) => {
    if (args.atEnd()) return;
    do integer(asm, args, size);
    while (args.comma());
    args.demandEnd();
  };
}

function integer(asm: Assembler, args: Arguments, size: number): void {
  const quick = args.fastInteger();
  if (quick !== null && size <= 8) {
    if (size < 4 && (quick >= 2 ** (size * 8) || quick < -(2 ** (size * 8)))) truncated(asm, size, BigInt(quick));
    asm.emitInt(size, quick);
    return;
  }
  const at = args.at;
  const expr = quick !== null ? constant(quick) : args.expression();
  emitInteger(asm, size, expr, at);
}

/** One integer of `size` bytes: a number, or a fixup. */
export function emitInteger(asm: Assembler, size: number, expr: Expr, at = 0): void {
  switch (expr.kind) {
    case 'absent':
      // gas: "zero assumed for missing expression" is a warning.
      asm.warning('zero assumed for missing expression', at);
      asm.emitInt(size, 0);
      return;
    case 'register':
      asm.error('register value used as expression', at);
      return;
    case 'float':
      asm.error('floating point number invalid', at);
      return;
    case 'big':
      emitBig(asm, size, expr.value, at);
      return;
    case 'constant':
      emitConstant(asm, size, expr.value, at);
      return;
    default: {
      const value = asm.evaluateNow(expr);
      if (value !== null && isConstant(value) && value.reloc === undefined) return emitConstant(asm, size, value.value, at);
      asm.emitExpression(size, expr);
    }
  }
}

function emitConstant(asm: Assembler, size: number, value: bigint, at: number): void {
  if (size < 8) {
    const bits = BigInt(size * 8);
    if (value >= 1n << bits || value < -(1n << bits)) truncated(asm, size, value, at);
  }
  asm.emitBig(size, size > 8 ? value : BigInt.asUintN(64, value));
}

function emitBig(asm: Assembler, size: number, value: bigint, at: number): void {
  if (value >= 1n << BigInt(size * 8)) asm.warning(`bignum truncated to ${size} bytes`, at);
  asm.emitBig(size, value);
}

function truncated(asm: Assembler, size: number, value: bigint, at = 0): void {
  const hex = (v: bigint): string => BigInt.asUintN(64, v).toString(16);
  asm.warning(`value 0x${hex(value)} truncated to 0x${hex(BigInt.asUintN(size * 8, value))}`, at);
}

// prettier-ignore
export const dataDirectives: DirectiveTable = {
  '.byte': integers(1), '.dc.b': integers(1),
  '.2byte': integers(2), '.hword': integers(2), '.short': integers(2), '.word': integers(2), '.value': integers(2), '.dc.w': integers(2), '.dc': integers(2),
  '.4byte': integers(4), '.int': integers(4), '.long': integers(4), '.dc.l': integers(4),
  '.8byte': integers(8), '.quad': integers(8),
  '.octa': integers(16),
};
