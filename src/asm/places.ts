/** Operators other than + and - on places in sections: what few meanings they have (gas manual, node Infix Ops). */
import { computeBinary, type BinaryOperator, type Scope, type Value } from './expression.js';
import type { AsmSymbol } from './symbols.js';

const number = (value: bigint): Value => ({ add: null, sub: null, value });

const isEquality = (operator: BinaryOperator): boolean => operator === '==' || operator === '!=' || operator === '<>';
const isOrder = (operator: BinaryOperator): boolean => operator === '<' || operator === '<=' || operator === '>' || operator === '>=';

/** `left operator right` where not both are numbers; null: it has none, or none yet. */
export function onPlaces(operator: BinaryOperator, left: Value, right: Value, scope: Scope): Value | null {
  if (left.sub !== null || right.sub !== null) return null;
  if (isEquality(operator)) return equality(operator, left, right, scope);
  if (isOrder(operator)) return order(operator, left, right, scope);
  return scope.numbersWanted === true ? withoutEffect(operator, left, right) : null;
}

/** Anything may be compared with anything: what cannot be the same place is not. */
function equality(operator: BinaryOperator, left: Value, right: Value, scope: Scope): Value | null {
  const distance = distanceOf(left.add, right.add, scope);
  if (distance === null && scope.undecided?.(left.add, right.add) === true) return null;
  const same = distance !== null && left.value + distance === right.value;
  return number(same === (operator === '==') ? -1n : 0n);
}

function order(operator: BinaryOperator, left: Value, right: Value, scope: Scope): Value | null {
  if (left.add === null || right.add === null) return null;
  const distance = distanceOf(left.add, right.add, scope);
  if (distance !== null) return number(computeBinary(operator, BigInt.asIntN(64, left.value + distance), right.value)!);
  // What lies behind for sure, however far it will be, is greater.
  const least = operator === '>' ? (scope.leastDistance?.(left.add, right.add) ?? null) : null;
  return least !== null && left.value + least > right.value ? number(-1n) : null;
}

function distanceOf(a: AsmSymbol | null, b: AsmSymbol | null, scope: Scope): bigint | null {
  if (a === b) return 0n;
  return a === null || b === null ? null : scope.distance(a, b);
}

/** Where a number must be known at once, what a place is does not matter when 0 or 1 decides. */
function withoutEffect(operator: BinaryOperator, left: Value, right: Value): Value | null {
  const is = ({ add, value }: Value, wanted: bigint): boolean => add === null && value === wanted;
  const leftZero = is(left, 0n);
  if (leftZero || is(right, 0n)) {
    switch (operator) {
      case '|':
      case '^':
        return leftZero ? right : left;
      case '<<':
      case '>>':
        return leftZero ? number(0n) : left;
      case '*':
      case '&':
        return number(0n);
      case '!':
        return leftZero ? null : number(-1n);
      default:
        return null;
    }
  }
  if (operator === '*' && is(left, 1n)) return right;
  if ((operator === '*' || operator === '/') && is(right, 1n)) return left;
  // The same unknown twice.
  if (left.add !== right.add || left.add?.defined === true || left.value !== right.value) return null;
  if (operator === '&' || operator === '|') return left;
  if (operator === '^') return number(0n);
  return operator === '!' ? number(-1n) : null;
}
