/**
 * Expressions as trees, and their reduction to `symbol - symbol + number` (gas manual, node Expressions).
 * All integer arithmetic is 64-bit two's complement; constants are kept signed (`BigInt.asIntN(64, …)`).
 */
import type { AsmSymbol } from './symbols.js';
import type { Register } from './x86/registers.js';

export type BinaryOperator =
  | '*' | '/' | '%' | '<<' | '>>'
  | '|' | '&' | '^' | '!' // a ! b is a | ~b
  | '+' | '-' | '==' | '<>' | '!=' | '<' | '<=' | '>' | '>=' // comparisons yield -1 or 0
  | '&&' | '||'; // yield 1 or 0

export type Expr =
  /** 64-bit, signed. */
  | { readonly kind: 'constant'; readonly value: bigint }
  /** A literal that needs more than 64 bits (.octa, .quad, floating slots); unsigned unless negated. */
  | { readonly kind: 'big'; readonly value: bigint }
  /** A floating literal such as `0f1.5` or `1.5e3` in a place that takes one, as written. */
  | { readonly kind: 'float'; readonly text: string }
  | { readonly kind: 'symbol'; readonly symbol: AsmSymbol }
  | { readonly kind: 'register'; readonly register: Register }
  | { readonly kind: 'unary'; readonly operator: '-' | '~' | '!' | '+'; readonly operand: Expr }
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

export const constant = (value: bigint | number): Expr => ({ kind: 'constant', value: BigInt.asIntN(64, BigInt(value)) });
