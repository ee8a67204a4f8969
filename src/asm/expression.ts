/**
 * Expressions as trees, and their reduction to `symbol - symbol + number` (gas manual, node Expressions).
 * All integer arithmetic is 64-bit two's complement; constants are kept signed (`BigInt.asIntN(64, …)`).
 */
import type { LazyRequire } from '../lazy.js';
import type { AsmSymbol } from './symbols.js';
import type { Register } from './x86/registers.js';

declare const require: LazyRequire;

export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '<<'
  | '>>'
  | '|'
  | '&'
  | '^'
  | '!' // a ! b is a | ~b
  | '+'
  | '-'
  | '=='
  | '<>'
  | '!='
  | '<'
  | '<='
  | '>'
  | '>=' // comparisons yield -1 or 0
  | '&&'
  | '||'; // yield 1 or 0

export type UnaryOperator = '-' | '~' | '!' | '+';

export type Expr =
  /**
   * 64-bit, kept signed. `exact`: the same in 65 bits, where they differ (.sleb128 tells); `signed`: a minus made it, so that
   * .octa extends its sign.
   */
  | { readonly kind: 'constant'; readonly value: bigint; readonly exact?: bigint; readonly signed?: boolean }
  /** A literal that needs more than 64 bits (.octa, .quad, floating slots); unsigned unless negated. */
  | { readonly kind: 'big'; readonly value: bigint }
  /** A floating literal such as `0f1.5` or `1.5e3` in a place that takes one, as written. */
  | { readonly kind: 'float'; readonly text: string }
  | { readonly kind: 'symbol'; readonly symbol: AsmSymbol }
  | { readonly kind: 'register'; readonly register: Register }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
  /** `sym@PLT`: the relocation operator as written, upper case; applies to the whole expression around it. */
  | { readonly kind: 'reloc'; readonly operator: string; readonly operand: Expr }
  /** Nothing where an operand was optional. */
  | { readonly kind: 'absent' };

/** add - sub + value; both symbols null: a constant. */
export interface Value {
  readonly add: AsmSymbol | null;
  readonly sub: AsmSymbol | null;
  readonly value: bigint;
  /** Relocation operator found on the way (`PLT`, `GOTPCREL`, …), upper case. */
  readonly reloc?: string;
}

/** What an evaluation may know: while reading, distances inside a fragment; at the end, all of them. */
export interface Scope {
  /** a - b in bytes when it is known and will not change. */
  distance(a: AsmSymbol, b: AsmSymbol): bigint | null;
  /** What an equated symbol stands for now (null: keep the symbol). */
  equated(symbol: AsmSymbol): Value | null;
  /** `left operator right` has no meaning for a relocation. */
  invalid(operator: string, left: Value, right: Value | null): void;
  divisionByZero(operator: string): void;
  /** At the end `!` has a meaning for everything: it asks whether the value, an address as it stands in its section, is zero. */
  addressOf?(value: Value): bigint | null;
  /** Parts of expressions must have values of their own. */
  readonly wholeParts?: boolean;
  /** In counts of bytes signs have a meaning for addresses, too. */
  readonly signs?: boolean;
  /** A number is wanted at once: places may stand where they make no difference, as in `0*a`. */
  readonly numbersWanted?: boolean;
  /** While reading: whether a and b (null: a number) are the same place may still change. */
  undecided?(a: AsmSymbol | null, b: AsmSymbol | null): boolean;
  /** While reading: bytes that lie between b and a, which is behind it, at least; null: not known. */
  leastDistance?(a: AsmSymbol, b: AsmSymbol): bigint | null;
}

export const absent: Expr = { kind: 'absent' };

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

export const constant = (value: bigint | number): Expr => ({ kind: 'constant', value: BigInt.asIntN(64, BigInt(value)) });

/** A constant of 65 bits: 64 and the sign. */
export function wideConstant(number: bigint, signed = false): Expr & { kind: 'constant' } {
  const exact = BigInt.asIntN(65, number);
  const value = BigInt.asIntN(64, number);
  if (signed) return { kind: 'constant', value, exact, signed };
  return exact === value ? { kind: 'constant', value } : { kind: 'constant', value, exact };
}

export const constantValue = (value: bigint): Value => ({ add: null, sub: null, value });

export const isConstant = (value: Value): boolean => value.add === null && value.sub === null;

/** `a operator b` on 64-bit integers; null for a division by zero. */
export function computeBinary(operator: BinaryOperator, a: bigint, b: bigint): bigint | null {
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
      return b === 0n ? null : wrap(a / b);
    case '%':
      return b === 0n ? null : wrap(a % b);
    // Shifts take the count's low bits as the machine does for counts of 64 and more (gas: undefined, zero in practice).
    case '<<':
      return b < 0n || b > 63n ? 0n : wrap(a << b);
    case '>>':
      return b < 0n || b > 63n ? 0n : wrap(BigInt.asUintN(64, a) >> b);
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '!':
      return a | ~b;
    case '==':
      return a === b ? -1n : 0n;
    case '<>':
    case '!=':
      return a === b ? 0n : -1n;
    case '<':
      return a < b ? -1n : 0n;
    case '<=':
      return a <= b ? -1n : 0n;
    case '>':
      return a > b ? -1n : 0n;
    case '>=':
      return a >= b ? -1n : 0n;
    case '&&':
      return a !== 0n && b !== 0n ? 1n : 0n;
    case '||':
      return a !== 0n || b !== 0n ? 1n : 0n;
  }
}

export function computeUnary(operator: UnaryOperator, a: bigint): bigint {
  switch (operator) {
    case '-':
      return wrap(-a);
    case '~':
      return ~a;
    case '!':
      return a === 0n ? 1n : 0n;
    case '+':
      return a;
  }
}

/** Reduces a tree. Null when it has no meaning; `scope` has been told why. */
export function evaluate(expr: Expr, scope: Scope): Value | null {
  switch (expr.kind) {
    case 'constant':
      return constantValue(expr.value);
    case 'big':
      return constantValue(wrap(expr.value));
    case 'symbol':
      return scope.equated(expr.symbol) ?? { add: expr.symbol, sub: null, value: 0n };
    case 'reloc': {
      const inner = evaluate(expr.operand, scope);
      return inner === null ? null : { ...inner, reloc: expr.operator };
    }
    case 'unary':
      return evaluateUnary(expr.operator, expr.operand, scope);
    case 'binary':
      return evaluateBinary(expr.operator, expr.left, expr.right, scope);
    case 'absent':
      return constantValue(0n);
    case 'float':
    case 'register':
      return null;
  }
}

function evaluateUnary(operator: UnaryOperator, operand: Expr, scope: Scope): Value | null {
  const inner = evaluate(operand, scope);
  if (inner === null) return null;
  if (operator === '+') return inner;
  if (isConstant(inner)) return { ...inner, value: computeUnary(operator, inner.value) };
  if (operator === '!' || scope.signs === true) {
    const address = scope.addressOf?.(inner) ?? null;
    if (address !== null) return constantValue(computeUnary(operator, address));
  }
  if (operator === '-' && inner.sub !== null && inner.add !== null)
    return { ...inner, add: inner.sub, sub: inner.add, value: wrap(-inner.value) };
  if (operator === '-' && inner.sub === null) return { ...inner, add: null, sub: inner.add, value: wrap(-inner.value) };
  return invalidUnary(operator, inner, scope);
}

/** A part of an expression: at the end it must have a value of its own, a number or a place. */
function evaluatePart(expr: Expr, scope: Scope): Value | null {
  const value = evaluate(expr, scope);
  if (value === null || value.sub === null || scope.wholeParts !== true) return value;
  if (expr.kind === 'unary') return invalidUnary(expr.operator, evaluate(expr.operand, scope)!, scope);
  if (expr.kind !== 'binary') return value;
  return invalid(expr.operator, evaluate(expr.left, scope)!, evaluate(expr.right, scope)!, scope);
}

function invalidUnary(operator: UnaryOperator, operand: Value, scope: Scope): null {
  scope.invalid(operator, operand, null);
  return null;
}

function evaluateBinary(operator: BinaryOperator, leftExpr: Expr, rightExpr: Expr, scope: Scope): Value | null {
  // What a number is added to is no part by itself.
  const left = rightExpr.kind === 'constant' ? evaluate(leftExpr, scope) : evaluatePart(leftExpr, scope);
  if (left === null) return null;
  const right = leftExpr.kind === 'constant' && operator === '+' ? evaluate(rightExpr, scope) : evaluatePart(rightExpr, scope);
  if (right === null) return null;
  const reloc = left.reloc ?? right.reloc;
  if (isConstant(left) && isConstant(right)) {
    const value = computeBinary(operator, left.value, right.value);
    if (value === null) {
      scope.divisionByZero(operator);
      return constantValue(0n);
    }
    return reloc === undefined ? constantValue(value) : { add: null, sub: null, value, reloc };
  }
  if (operator === '+')
    return combine(left, right.add, right.sub, wrap(left.value + right.value), reloc, scope) ?? invalid('+', left, right, scope);
  if (operator === '-')
    return combine(left, right.sub, right.add, wrap(left.value - right.value), reloc, scope) ?? invalid('-', left, right, scope);
  const { onPlaces } = require('./places.js') as typeof import('./places.js');
  return onPlaces(operator, left, right, scope) ?? invalid(operator, left, right, scope);
}

function invalid(operator: string, left: Value, right: Value, scope: Scope): null {
  scope.invalid(operator, left, right);
  return null;
}

/** left + plus - minus with known distances cancelled; null when more than one symbol of a sign remains. */
function combine(
  left: Value,
  plus: AsmSymbol | null,
  minus: AsmSymbol | null,
  value: bigint,
  reloc: string | undefined,
  scope: Scope,
): Value | null {
  const plusses = [left.add, plus].filter((s) => s !== null);
  const minuses = [left.sub, minus].filter((s) => s !== null);
  for (let i = 0; i < plusses.length; i++) {
    for (let j = 0; j < minuses.length; j++) {
      const distance = plusses[i] === minuses[j] ? 0n : scope.distance(plusses[i], minuses[j]);
      if (distance === null) continue;
      value = wrap(value + distance);
      plusses.splice(i--, 1);
      minuses.splice(j, 1);
      break;
    }
  }
  if (plusses.length > 1 || minuses.length > 1) return null;
  const result = { add: plusses[0] ?? null, sub: minuses[0] ?? null, value };
  return reloc === undefined ? result : { ...result, reloc };
}
