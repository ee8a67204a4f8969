/** Tokens of expressions and operands (gas manual, nodes Constants, Symbol Names, Infix Ops). Each binary operator carries its precedence. */
import { createToken, Lexer, type TokenType } from 'chevrotain';
import type { BinaryOperator } from './expression.js';
import { operatorNames } from './relocations.js';

/** A binary operator's token: a higher number binds tighter. */
export interface OperatorToken extends TokenType {
  precedence: number;
  operator: BinaryOperator;
}

const NAME = /[A-Za-z_.${\x80-\xff][\w.$\x80-\xff]*/;
const FLOAT = '[+-]?(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?';

export const White = createToken({ name: 'White', pattern: /[ \t\r\f\n]+/, group: Lexer.SKIPPED });
/** `0f1.5`, `0d1`: `0f` alone is a label, also where `f` or `b` follows the number. */
export const Float = createToken({ name: 'Float', pattern: new RegExp(`0f${FLOAT}(?![fb])|0[FdDhH](?:${FLOAT})?`) });
/** `1b`, `1f`, of any radix. */
export const LocalReference = createToken({ name: 'LocalReference', pattern: /0b(?![01])|0[bB][01]+[bf]|0f|(?:0[0-7]+|[1-9]\d*)[bf]/ });
/** With C's suffix, one `u` and any number of `l`, which says nothing; a lone 0 has none. */
export const Integer = createToken({ name: 'Integer', pattern: /(?:0[xX][0-9a-fA-F_]*|0[bB][01]+|0[0-7]+|[1-9]\d*)[uU]?[lL]*|0/ });
/** Strings side by side are one name. */
export const Quoted = createToken({ name: 'Quoted', pattern: /"(?:\\[^]|[^"\\])*"(?:[ \t]*"(?:\\[^]|[^"\\])*")*/, line_breaks: true });
export const Name = createToken({ name: 'Name', pattern: NAME });
/** `@PLT`, `@GOTPCREL`, …: what follows the name is read on as if a blank stood there. */
export const At = createToken({ name: 'At', pattern: new RegExp(`@(?:${operatorNames.join('|')})`, 'i') });
export const LeftParen = createToken({ name: 'LeftParen', pattern: '(' });
export const RightParen = createToken({ name: 'RightParen', pattern: ')' });
export const LeftBracket = createToken({ name: 'LeftBracket', pattern: '[' });
export const RightBracket = createToken({ name: 'RightBracket', pattern: ']' });
export const Comma = createToken({ name: 'Comma', pattern: ',' });
export const Not = createToken({ name: 'Not', pattern: '~' });
/** Anything else: the parser stops in front of it. */
export const Other = createToken({ name: 'Other', pattern: /[^]/, line_breaks: true });

/** Every binary operator is also one of these, so that the grammar has one rule for all of them. */
export const Binary = createToken({ name: 'Binary', pattern: Lexer.NA });
/** `- ! +`, which also begin an operand (`~` only does that). */
export const Sign = createToken({ name: 'Sign', pattern: Lexer.NA });

function operator(pattern: string, name: string, precedence: number, canonical: string = pattern, alsoSign = false): OperatorToken {
  const token = createToken({ name, pattern, categories: alsoSign ? [Binary, Sign] : [Binary] }) as OperatorToken;
  token.precedence = precedence;
  token.operator = canonical as BinaryOperator;
  return token;
}

// Longer ones first: the lexer takes the first that matches.
export const Percent = operator('%', 'Percent', 8);
export const Star = operator('*', 'Star', 8);
export const operators: OperatorToken[] = [
  operator('<<', 'ShiftLeft', 8),
  operator('>>', 'ShiftRight', 8),
  operator('<>', 'Unequal', 4, '!='),
  operator('<=', 'LessEqual', 4),
  operator('>=', 'GreaterEqual', 4),
  operator('==', 'Equal', 4),
  operator('!=', 'NotEqual', 4),
  operator('&&', 'And', 3),
  operator('||', 'Or', 2),
  operator('<', 'Less', 4),
  operator('>', 'Greater', 4),
  Star,
  operator('/', 'Slash', 8),
  Percent,
  operator('|', 'BitOr', 7),
  operator('&', 'BitAnd', 7),
  operator('^', 'BitXor', 7),
  operator('!', 'BitOrNot', 7, '!', true),
  operator('+', 'Plus', 5, '+', true),
  operator('-', 'Minus', 5, '-', true),
];

// prettier-ignore
export const allTokens: TokenType[] = [
  White, Float, LocalReference, Integer, Quoted, Name, At, LeftParen, RightParen, LeftBracket, RightBracket, Comma, Not, Binary, Sign, ...operators, Other,
];
