/**
 * The grammar of expressions and operands: a Chevrotain parser with embedded actions, constructed when the first text
 * arrives that the hand scanners leave to it.
 */
import { EmbeddedActionsParser, Lexer, type IToken } from 'chevrotain';
import { readQuotedName, type Arguments } from './arguments.js';
import type { Assembler } from './assembler.js';
import { combine } from './combine.js';
import { absent, computeUnary, constant, wideConstant, type BinaryOperator, type Expr, type UnaryOperator } from './expression.js';
import * as t from './tokens.js';
import { operatorAt } from './operators.js';
import type { Section } from './sections.js';
import type { AsmSymbol } from './symbols.js';
import { availableRegister } from './x86/register-text.js';
import { findRegister, registerExists, type Register } from './x86/registers.js';

/** Parentheses deeper than this are refused: recursion must not exhaust the stack. */
const DEPTH_LIMIT = 400;
/** Operators that remain after folding constants: evaluation recurses over them. */
const OPERATOR_LIMIT = 2000;

/** Characters in an expression at most. */
const LENGTH_LIMIT = 2 ** 19;

class Grammar extends EmbeddedActionsParser {
  asm!: Assembler;

  constructor(skipValidations: boolean) {
    super(t.allTokens, { skipValidations, recoveryEnabled: false, maxLookahead: 2, outputCst: false } as object);
    this.performSelfAnalysis();
  }

  /** operand (operator operand)*, reduced by precedence with two stacks. */
  readonly expression = this.RULE('expression', (): Expr => {
    const operands: Expr[] = [this.SUBRULE(this.operand)];
    const segments: Segment[] = [this.ACTION(() => this.segment)];
    const pending: t.OperatorToken[] = [];
    this.MANY(() => {
      const token = this.CONSUME(t.Binary);
      this.ACTION(() => {
        const type = token.tokenType as t.OperatorToken;
        while (pending.length > 0 && pending[pending.length - 1].precedence >= type.precedence) this.reduce(operands, segments, pending);
        pending.push(type);
      });
      const right = this.SUBRULE1(this.operand);
      this.ACTION(() => {
        operands.push(right);
        segments.push(this.segment);
      });
    });
    return this.ACTION(() => {
      while (pending.length > 0) this.reduce(operands, segments, pending);
      this.segment = segments[0];
      return operands[0];
    });
  });

  /** Signs, a primary, and what may stick to it. */
  readonly operand = this.RULE('operand', (): Expr => {
    const signs: UnaryOperator[] = [];
    this.MANY(() => {
      const token = this.OR([{ ALT: () => this.CONSUME(t.Sign) }, { ALT: () => this.CONSUME(t.Not) }]);
      this.ACTION(() => signs.push(token.image as UnaryOperator));
    });
    const primary = this.SUBRULE(this.primary);
    return this.ACTION(() => {
      let result = primary;
      // A group has the one of what is in it.
      if (result.kind !== 'binary' || signs.length > 0) this.segment = segmentOf(result);
      for (let i = signs.length - 1; i >= 0; i--) result = this.unary(signs[i], result);
      return result;
    });
  });

  readonly primary = this.RULE('primary', (): Expr =>
    this.OR<Expr>([
      { ALT: () => this.literal(this.CONSUME(t.Integer)) },
      { ALT: () => this.named(this.CONSUME(t.Name)) },
      { ALT: () => this.local(this.CONSUME(t.LocalReference)) },
      { ALT: () => this.quoted(this.CONSUME(t.Quoted)) },
      {
        ALT: () => {
          const token = this.CONSUME(t.Float);
          return this.ACTION((): Expr => ({ kind: 'float', text: token.image }));
        },
      },
      {
        GATE: () => this.registerAhead(),
        ALT: () => {
          const register = this.SUBRULE(this.register);
          return this.ACTION((): Expr => ({ kind: 'register', register }));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LeftParen);
          const inner = this.SUBRULE(this.expression);
          const closed = this.OPTION(() => this.CONSUME(t.RightParen));
          this.ACTION(() => this.demandClosed(closed, ')'));
          return inner;
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LeftBracket);
          const inner = this.SUBRULE1(this.expression);
          const closed = this.OPTION1(() => this.CONSUME(t.RightBracket));
          this.ACTION(() => this.demandClosed(closed, ']'));
          return inner;
        },
      },
      { ALT: () => this.missing() },
    ]),
  );

  /** `%eax`, `%st(1)`: `registerAhead` has seen that there is such a register. */
  readonly register = this.RULE('register', (): Register => {
    this.CONSUME(t.Percent);
    const name = this.CONSUME(t.Name);
    let text = this.ACTION(() => name.image.toLowerCase());
    this.OPTION({
      GATE: () => text === 'st',
      DEF: () => {
        this.CONSUME(t.LeftParen);
        const number = this.CONSUME(t.Integer);
        this.CONSUME(t.RightParen);
        this.ACTION(() => {
          text = `st(${number.image})`;
        });
      },
    });
    return this.ACTION(() => findRegister(text)!);
  });

  /** Does `%` begin a register's name? Where an operand stands it is nothing else. */
  private registerAhead(): boolean {
    if (this.LA(1).tokenType !== t.Percent) return false;
    const name = this.LA(2);
    const register = name.tokenType === t.Name ? findRegister(name.image.toLowerCase()) : undefined;
    if (register === undefined || !registerExists(register, this.asm.state.bits)) return false;
    if (name.image.toLowerCase() !== 'st' || this.LA(3).tokenType !== t.LeftParen) return true;
    return /^[0-7]$/.test(this.LA(4).image) && this.LA(5).tokenType === t.RightParen;
  }

  /** Nothing that could be an operand: at an end it is missing, elsewhere the character is wrong and stands for 0. */
  private missing(): Expr {
    return this.ACTION(() => {
      const next = this.LA(1);
      if (next.tokenType.name === 'EOF' || next.tokenType === t.Comma) return absent;
      this.asm.error('bad expression', this.base + next.startOffset);
      if (next.image.length === 1) (this as unknown as { consumeToken(): void }).consumeToken();
      else {
        next.startOffset += 1;
        next.image = next.image.slice(1);
        next.tokenType = t.operators.find((operator) => operator.PATTERN === next.image) ?? t.Other;
        next.tokenTypeIdx = next.tokenType.tokenTypeIdx!;
      }
      return constant(0n);
    });
  }

  private demandClosed(token: IToken | undefined, closing: string): void {
    if (token !== undefined) return;
    const next = this.LA(1);
    const atEnd = next.tokenType.name === 'EOF';
    const found = atEnd ? this.terminator : next.image[0];
    this.asm.error(`found '${found}', expected: '${closing}'`, this.base + (atEnd ? 0 : next.startOffset));
  }

  /** Column of the text's first character. */
  base = 0;
  /** What stands behind the text. */
  terminator = '\n';

  private reduce(operands: Expr[], segments: Segment[], pending: t.OperatorToken[]): void {
    const { operator } = pending.pop()!;
    const right = operands.pop()!;
    const left = operands.pop()!;
    const other = segments.pop()!;
    const last = segments.length - 1;
    const segment = segments[last];
    if (segment === null || other === 'undefined') segments[last] = other;
    else if (other !== null && segment !== 'undefined' && segment !== other && operator !== '-') {
      this.asm.error('operation combines symbols in different segments');
    }
    operands.push(this.binary(operator, left, right));
  }

  operators = 0;

  /** Where the operand or expression just read lies. */
  private segment: Segment = null;

  /** The first token that was not consumed. */
  get next(): IToken {
    return this.LA(1);
  }

  private binary(operator: BinaryOperator, left: Expr, right: Expr): Expr {
    const result = combine(this.asm, operator, left, right);
    // Folded ones do not count.
    if (result.kind === 'binary' && result.left === left && result.right === right) this.operators += 1;
    return result;
  }

  private literal(token: IToken): Expr {
    return this.ACTION((): Expr => {
      const image = token.image.replace(/[uUlL]+$/, '');
      if (token.image === '0x' || token.image === '0X') return absent;
      const value = image.includes('_') ? this.words(image) : numberOf(image);
      if (value >= 1n << 64n) return { kind: 'big', value };
      return wideConstant(value);
    });
  }

  /** `0x1_2_3_4`: words of 32 bits. */
  private words(image: string): bigint {
    const words = image.slice(2).split('_');
    if (words.length !== 4) this.asm.error('a bignum with underscores must have exactly 4 words');
    else if (words.some((word) => word.length > 8)) {
      this.asm.error('a bignum with underscores may not have more than 8 hex digits in any word');
    }
    return words.reduce((value, word) => (value << 32n) | BigInt.asUintN(32, BigInt(`0x${word || '0'}`)), 0n);
  }

  private named(token: IToken): Expr {
    return this.ACTION(() => {
      if (token.image === '.') return this.asm.dot();
      if (token.image === '.startof.' || token.image === '.sizeof.') {
        const named = this.LA(1).tokenType === t.LeftParen && [t.Name, t.Quoted].includes(this.LA(2).tokenType);
        const empty = this.LA(1).tokenType === t.LeftParen && !named;
        this.asm.error(empty ? 'expected symbol name' : 'syntax error in .startof. or .sizeof.', this.base + token.startOffset);
        return absent;
      }
      return this.naked(token) ?? this.asm.symbolReference(token.image);
    });
  }

  /** A register that is written without its %, where that is on; null: none of that name is there. */
  private naked(token: IToken): Expr | null {
    const { state } = this.asm;
    if (!state.nakedRegisters) return null;
    const register = findRegister(token.image.toLowerCase());
    if (register === undefined || availableRegister(register, state) !== '') return null;
    if (register.name !== 'st' || this.LA(1).tokenType !== t.LeftParen) return { kind: 'register', register };
    if (!/^[0-7]$/.test(this.LA(2).image) || this.LA(3).tokenType !== t.RightParen) return null;
    const number = this.LA(2).image;
    const { consumeToken } = this as unknown as { consumeToken(): void };
    for (let i = 0; i < 3; i++) consumeToken.call(this);
    return { kind: 'register', register: findRegister(`st(${number})`)! };
  }

  private local(token: IToken): Expr {
    return this.ACTION((): Expr => {
      const { image } = token;
      const number = Number(BigInt.asIntN(32, numberOf(image.slice(0, -1))!));
      const symbol = this.asm.symbols.numericReference(number, image.endsWith('f'));
      if (symbol === null) {
        this.asm.error(`backward ref to unknown label "${number}:"`);
        return constant(0n);
      }
      this.asm.usedChanging = true;
      return symbol.reference;
    });
  }

  private quoted(token: IToken): Expr {
    return this.ACTION(() => this.asm.symbolReference(readQuotedName(this.asm, token.image, 0).name));
  }

  private unary(operator: UnaryOperator, operand: Expr): Expr {
    if (operand.kind === 'absent') {
      this.asm.warning(`Unary operator ${operator} ignored because bad operand follows`);
      return operand;
    }
    if (operator === '+') return operand;
    if (operand.kind === 'constant') {
      const exact = operand.exact ?? operand.value;
      if (operator === '-') return wideConstant(-exact, true);
      if (operator === '~') return wideConstant(~exact, operand.signed);
      return { kind: 'constant', value: computeUnary(operator, operand.value) };
    }
    if (operand.kind === 'big') {
      return operator === '!' ? constant(0n) : { kind: 'big', value: operator === '-' ? -operand.value : ~operand.value };
    }
    return { kind: 'unary', operator, operand };
  }
}

/** Where a value lies as far as is known by now; null: in none, a number. */
type Segment = Section | 'common' | 'undefined' | null;

function segmentOf({ kind, symbol }: Expr & { symbol?: AsmSymbol }): Segment {
  if (kind !== 'symbol' || symbol === undefined || symbol.equated !== null) return null;
  return symbol.common === null ? (symbol.section ?? 'undefined') : 'common';
}

/** The value of an integer literal: `0x` with a suffix but no digits is zero. */
function numberOf(image: string): bigint {
  if (/^0[xX]$/.test(image)) return 0n;
  return /^0[0-7]+$/.test(image) ? BigInt(`0o${image.slice(1)}`) : BigInt(image);
}

let grammar: Grammar | undefined;
let lexer: Lexer | undefined;

/** For the test that runs the validations, which the command skips. */
export function createGrammar(skipValidations: boolean): object {
  return new Grammar(skipValidations);
}

/** Tokens of `text`, with offsets into it. */
function tokenize(text: string): IToken[] {
  lexer ??= new Lexer(t.allTokens, { skipValidations: true, positionTracking: 'onlyOffset', ensureOptimizations: false });
  return lexer.tokenize(text).tokens;
}

function parserFor(asm: Assembler, tokens: IToken[]): Grammar {
  grammar ??= new Grammar(true);
  grammar.asm = asm;
  grammar.operators = 0;
  grammar.input = tokens;
  return grammar;
}

/** Where the operand at `start` ends: at a comma outside parentheses and quotes, or at the end. */
function operandEnd(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (c === '(' || c === '[') depth += 1;
    else if (c === ')' || c === ']') depth -= 1;
    else if (c === ',' && depth <= 0) return i;
    else if (c === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    }
  }
  return text.length;
}

function tooDeep(tokens: IToken[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === t.LeftParen || token.tokenType === t.LeftBracket) {
      depth += 1;
      if (depth > DEPTH_LIMIT) return true;
    } else if (token.tokenType === t.RightParen || token.tokenType === t.RightBracket) depth -= 1;
  }
  return false;
}

/**
 * The tokens of an operand, without the relocation operator that applies to all of it. Where none may stand, and at any other
 * `@`, the expression ends.
 */
function withoutOperator(asm: Assembler, text: string, relocations: boolean): { tokens: IToken[]; operator: string | null } {
  let tokens = tokenize(text);
  let operator: string | null = null;
  const first = tokens.find(({ tokenType }) => tokenType === t.At);
  if (first !== undefined && relocations) {
    const at = first.startOffset;
    operator = operatorAt(asm, text.slice(at));
    if (operator !== null) {
      const end = at + 1 + operator.length;
      tokens = tokenize(`${text.slice(0, at)}${' '.repeat(end - at)}${text.slice(end)}`);
    }
  }
  const left = tokens.findIndex(({ tokenType }) => tokenType === t.At);
  if (left < 0) return { tokens, operator };
  const rest = tokens[left];
  // A token that fits nowhere: the rest is the caller's.
  return { tokens: [...tokens.slice(0, left), { ...rest, tokenType: t.Other, tokenTypeIdx: t.Other.tokenTypeIdx! }], operator };
}

/** White space means nothing between the characters of an operator: it moves behind them. */
const splitOperator = /([&|<>=!])([ \t]+)([&|<>=])/g;
const joined = new Set(['&&', '||', '<<', '<>', '<=', '>>', '>=', '==', '!=']);

/** `.sizeof.(.text)` is a name by itself, `.sizeof..text`, that the linker defines; likewise `.startof.`. */
const sectionPlace = /(\.(?:startof|sizeof)\.)[ \t]*\([ \t]*(?:([A-Za-z_.$][\w.$]*)|"((?:\\[^]|[^"\\])*)")[ \t]*\)/g;

/**
 * Parses the expression at the cursor and moves the cursor behind it. With `relocations`, `@PLT` and the like may stand in it.
 */
export function parseExpressionAt(asm: Assembler, args: Arguments, relocations: boolean): Expr {
  args.convertCharacters();
  const start = args.pos;
  const end = operandEnd(args.text, start);
  if (end - start > LENGTH_LIMIT) {
    asm.error(`expression is longer than ${LENGTH_LIMIT} characters`, args.at);
    args.pos = args.end;
    return absent;
  }
  // Each becomes as long as before, so that offsets stay.
  const text = args.text
    .slice(start, end)
    .replace(splitOperator, (match, first: string, blanks: string, second: string) =>
      joined.has(first + second) ? first + second + blanks : match,
    )
    .replace(sectionPlace, (match, which: string, name?: string, quoted?: string) =>
      (name === undefined ? `"${which}${quoted}"` : which + name).padEnd(match.length),
    );
  const { tokens, operator } = withoutOperator(asm, text, relocations);
  if (tooDeep(tokens)) {
    asm.error(`expression is nested deeper than ${DEPTH_LIMIT} parentheses`, args.at);
    args.pos = args.end;
    return absent;
  }
  const parser = parserFor(asm, tokens);
  parser.base = args.column + start;
  parser.terminator = end < args.end ? ',' : asm.terminator;
  const result = parser.expression() as Expr | undefined;
  const error = parser.errors.find((e) => e.name !== 'NotAllInputParsedException');
  if (error !== undefined || result === undefined) {
    const failed = error?.token;
    const offset =
      failed === undefined || Number.isNaN(failed.startOffset) || failed.tokenType.name === 'EOF' ? end - start : failed.startOffset;
    asm.error(`syntax error in expression`, args.column + start + offset);
    args.pos = args.end;
    return absent;
  }
  if (parser.operators > OPERATOR_LIMIT) {
    asm.error(`expression has more than ${OPERATOR_LIMIT} operators`, args.at);
    args.pos = args.end;
    return absent;
  }
  // What was not consumed is the caller's.
  const left = parser.next;
  args.pos = Number.isNaN(left.startOffset) || left.tokenType.name === 'EOF' ? end : start + left.startOffset;
  args.skipBlanks();
  return operator === null ? result : { kind: 'reloc', operator, operand: result };
}
