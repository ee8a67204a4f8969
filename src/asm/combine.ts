/** Two operands of an expression and the operator between them, folded as gas folds them while it reads. */
import type { Assembler } from './assembler.js';
import { computeBinary, constant, wideConstant, type BinaryOperator, type Expr } from './expression.js';

/** `left operator right`. */
export function combine(asm: Assembler, operator: BinaryOperator, left: Expr, right: Expr): Expr {
  left = integerOperand(asm, left, 'left');
  right = integerOperand(asm, right, 'right');
  if (left.kind === 'constant' && right.kind === 'constant') {
    let divisor = right.value;
    if (divisor === 0n && (operator === '/' || operator === '%')) {
      asm.warning('division by zero');
      divisor = 1n;
    }
    if ((operator === '<<' || operator === '>>') && (divisor < 0n || divisor > 63n)) {
      asm.warning(shiftWarning(divisor));
    }
    const exact = left.exact ?? left.value;
    if (operator === '+') return wideConstant(exact + (right.exact ?? right.value), left.signed);
    if (operator === '-') return wideConstant(exact - (right.exact ?? right.value), left.signed);
    // Other operators leave the 65th bit as the left operand has it.
    const low = BigInt.asUintN(64, computeBinary(operator, left.value, divisor)!);
    return wideConstant(exact < 0n ? low - (1n << 64n) : low, left.signed);
  }
  if (right.kind === 'constant' && (operator === '+' || operator === '-')) {
    const value = operator === '+' ? right.value : -right.value;
    if (left.kind === 'binary' && left.operator === '+' && left.right.kind === 'constant') {
      return { kind: 'binary', operator: '+', left: left.left, right: constant(left.right.value + value) };
    }
    if (left.kind === 'symbol') return { kind: 'binary', operator: '+', left, right: constant(value) };
  }
  if (left.kind === 'register' && right.kind === 'register' && (operator === '==' || operator === '!=')) {
    return constant((left.register === right.register) === (operator === '==') ? -1n : 0n);
  }
  return { kind: 'binary', operator, left, right };
}

function integerOperand(asm: Assembler, operand: Expr, side: 'left' | 'right'): Expr {
  if (operand.kind === 'absent') {
    asm.warning('missing operand; zero assumed');
    return constant(0n);
  }
  if (operand.kind === 'big') {
    asm.warning(`${side} operand is a bignum; integer 0 assumed`);
    return constant(0n);
  }
  if (operand.kind === 'float') {
    asm.warning(`${side} operand is a float; integer 0 assumed`);
    return constant(0n);
  }
  return operand;
}

/** What gas says of a shift by so much: large numbers are shown in hexadecimal. */
function shiftWarning(count: bigint): string {
  if (count > -1024n && count < 1024n) return `shift count out of range (${count} is not between 0 and 63)`;
  return `shift count out of range (0x${BigInt.asUintN(64, count).toString(16)} is not between 0x0 and 0x3f)`;
}
