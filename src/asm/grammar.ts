/**
 * The grammar of expressions and operands: a Chevrotain parser with embedded actions, constructed when the first text
 * arrives that the hand scanners leave to it.
 */
import { EmbeddedActionsParser, Lexer, type IToken } from 'chevrotain';
import type { Arguments } from './arguments.js';
import type { Assembler } from './assembler.js';
import {
  absent,
  computeBinary,
  computeUnary,
  constant,
  wideConstant,
  type BinaryOperator,
  type Expr,
  type UnaryOperator,
} from './expression.js';
import * as t from './tokens.js';
import { findRegister, registerExists, type Register } from './x86/registers.js';

/** Parentheses deeper than this are refused: recursion must not exhaust the stack. */
const DEPTH_LIMIT = 400;
/** Operators that remain after folding constants: evaluation recurses over them. */
const OPERATOR_LIMIT = 2000;

/** Characters in an expression at most. */
const LENGTH_LIMIT = 2 ** 19;

class Grammar extends EmbeddedActionsParser {
  asm!: Assembler;
  /** The relocation operator met in the expression, if any. */
  reloc: string | null = null;

  constructor(skipValidations: boolean) {
    super(t.allTokens, { skipValidations, recoveryEnabled: false, maxLookahead: 2, outputCst: false } as object);
    this.performSelfAnalysis();
  }

  /** operand (operator operand)*, reduced by precedence with two stacks. */
  readonly expression = this.RULE('expression', (): Expr => {
    const operands: Expr[] = [this.SUBRULE(this.operand)];
    const pending: t.OperatorToken[] = [];
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.Percent || !this.registerAhead(),
      DEF: () => {
        const token = this.CONSUME(t.Binary);
        this.ACTION(() => {
          const type = token.tokenType as t.OperatorToken;
          while (pending.length > 0 && pending[pending.length - 1].precedence >= type.precedence) this.reduce(operands, pending);
          pending.push(type);
        });
        const right = this.SUBRULE1(this.operand);
        this.ACTION(() => operands.push(right));
      },
    });
    return this.ACTION(() => {
      while (pending.length > 0) this.reduce(operands, pending);
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
    let result = this.SUBRULE(this.primary);
    this.MANY1(() => {
      const at = this.CONSUME(t.At);
      this.ACTION(() => {
        result = this.atSuffix(result, at);
      });
    });
    return this.ACTION(() => {
      for (let i = signs.length - 1; i >= 0; i--) result = unary(signs[i], result);
      return result;
    });
  });

  readonly primary = this.RULE('primary', (): Expr =>
    this.OR<Expr>([
      { ALT: () => this.literal(this.CONSUME(t.Integer)) },
      { ALT: () => this.named(this.CONSUME(t.Name)) },
      { ALT: () => this.local(this.CONSUME(t.LocalReference)) },
      { ALT: () => this.character(this.CONSUME(t.Character)) },
      { ALT: () => this.quoted(this.CONSUME(t.Quoted)) },
      {
        ALT: () => {
          const token = this.CONSUME(t.Float);
          return this.ACTION((): Expr => ({ kind: 'float', text: token.image }));
        },
      },
      {
        ALT: () => {
          const register = this.SUBRULE(this.register);
          return this.ACTION((): Expr => (register === null ? absent : { kind: 'register', register }));
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

  /** `%eax`, `%st(1)`; null after a message. */
  readonly register = this.RULE('register', (): Register | null => {
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
    return this.ACTION(() => {
      const register = findRegister(text);
      if (register === undefined) {
        this.asm.error(`bad register name \`%${text}'`);
        return null;
      }
      return register;
    });
  });

  /** Nothing that could be an operand: at an end it is missing, elsewhere the character is wrong. */
  private missing(): Expr {
    return this.ACTION(() => {
      const next = this.LA(1);
      if (
        next.tokenType.name === 'EOF' ||
        next.tokenType === t.Comma ||
        next.tokenType === t.RightParen ||
        next.tokenType === t.RightBracket
      )
        return absent;
      this.asm.error('bad expression', this.base + next.startOffset);
      this.bad = true;
      return constant(0n);
    });
  }

  private demandClosed(token: IToken | undefined, closing: string): void {
    if (token !== undefined || this.bad) return;
    const next = this.LA(1);
    const found = next.tokenType.name === 'EOF' ? '\n' : next.image[0];
    this.asm.error(`found '${found}', expected: '${closing}'`, this.base + (Number.isNaN(next.startOffset) ? 0 : next.startOffset));
    this.bad = true;
  }

  /** Column of the text's first character; a message was given and the rest is not worth another. */
  base = 0;
  bad = false;

  /** `%` is a register's and not the modulo operator: a register name follows. */
  private registerAhead(): boolean {
    const next = this.LA(2);
    const register = next.tokenType === t.Name ? findRegister(next.image.toLowerCase()) : undefined;
    return register !== undefined && registerExists(register, this.asm.state.bits);
  }

  private reduce(operands: Expr[], pending: t.OperatorToken[]): void {
    const { operator } = pending.pop()!;
    const right = operands.pop()!;
    const left = operands.pop()!;
    operands.push(this.binary(operator, left, right));
  }

  operators = 0;

  /** The first token that was not consumed. */
  get next(): IToken {
    return this.LA(1);
  }

  private binary(operator: BinaryOperator, left: Expr, right: Expr): Expr {
    left = this.integerOperand(left, 'left');
    right = this.integerOperand(right, 'right');
    if (left.kind === 'constant' && right.kind === 'constant') {
      let divisor = right.value;
      if (divisor === 0n && (operator === '/' || operator === '%')) {
        this.asm.warning('division by zero');
        divisor = 1n;
      }
      if ((operator === '<<' || operator === '>>') && (divisor < 0n || divisor > 63n)) {
        this.asm.warning(`shift count out of range (${divisor} is not between 0 and 63)`);
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
    this.operators += 1;
    return { kind: 'binary', operator, left, right };
  }

  private integerOperand(operand: Expr, side: 'left' | 'right'): Expr {
    if (operand.kind === 'absent') {
      if (!this.bad) this.asm.warning('missing operand; zero assumed');
      return constant(0n);
    }
    if (operand.kind === 'big') {
      this.asm.warning(`${side} operand is a bignum; integer 0 assumed`);
      return constant(0n);
    }
    if (operand.kind === 'float') {
      this.asm.warning(`${side} operand is a float; integer 0 assumed`);
      return constant(0n);
    }
    return operand;
  }

  private literal(token: IToken): Expr {
    return this.ACTION((): Expr => {
      const { image } = token;
      const value = /^0[0-7]+$/.test(image) ? BigInt(`0o${image.slice(1)}`) : BigInt(image);
      if (value >= 1n << 64n) return { kind: 'big', value };
      return wideConstant(value);
    });
  }

  private named(token: IToken): Expr {
    return this.ACTION(() => (token.image === '.' ? this.asm.dot() : this.asm.symbolReference(token.image)));
  }

  private local(token: IToken): Expr {
    return this.ACTION((): Expr => {
      const { image } = token;
      const number = Number.parseInt(image, 10);
      const kind = image[image.length - 1];
      const symbol = this.asm.symbols.numericReference(number, kind === 'f' || kind === 'F');
      if (symbol === null) {
        this.asm.error(`backward ref to unknown label "${number}:"`);
        return constant(0n);
      }
      this.asm.usedChanging = true;
      return symbol.reference;
    });
  }

  private character(token: IToken): Expr {
    return this.ACTION(() => {
      const { image } = token;
      if (image[1] !== '\\') return constant(image.charCodeAt(1));
      const escapes: Record<string, number> = { b: 8, f: 12, n: 10, r: 13, t: 9 };
      return constant(escapes[image[2]] ?? image.charCodeAt(2));
    });
  }

  private quoted(token: IToken): Expr {
    return this.ACTION(() => this.asm.symbolReference(token.image.slice(1, -1).replace(/\\(["\\])/g, '$1')));
  }

  private atSuffix(expr: Expr, at: IToken): Expr {
    this.reloc = at.image.slice(1).toUpperCase();
    return expr;
  }
}

function unary(operator: UnaryOperator, operand: Expr): Expr {
  if (operand.kind === 'constant') {
    const exact = operand.exact ?? operand.value;
    if (operator === '-') return wideConstant(-exact, true);
    if (operator === '~') return wideConstant(~exact, operand.signed);
    return operator === '+' ? operand : { kind: 'constant', value: computeUnary(operator, operand.value) };
  }
  if (operand.kind === 'big' && operator === '-') return { kind: 'big', value: -operand.value };
  if (operator === '+') return operand;
  return { kind: 'unary', operator, operand };
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
  grammar.reloc = null;
  grammar.operators = 0;
  grammar.bad = false;
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
    else if (c === "'") {
      i += text[i + 1] === '\\' ? 2 : 1;
      if (text[i + 1] === "'") i += 1;
    } else if (c === '"') {
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

/** Parses the expression at the cursor and moves the cursor behind it. */
export function parseExpressionAt(asm: Assembler, args: Arguments): Expr {
  const start = args.pos;
  const end = operandEnd(args.text, start);
  if (end - start > LENGTH_LIMIT) {
    asm.error(`expression is longer than ${LENGTH_LIMIT} characters`, args.at);
    args.pos = args.end;
    return absent;
  }
  const tokens = tokenize(args.text.slice(start, end));
  if (tooDeep(tokens)) {
    asm.error(`expression is nested deeper than ${DEPTH_LIMIT} parentheses`, args.at);
    args.pos = args.end;
    return absent;
  }
  // An operator that goes through the global offset table names that first.
  for (const { tokenType, image } of tokens) {
    if (tokenType === t.At && !/^@(?:PLT|SIZE)$/i.test(image)) asm.symbols.findOrMake('_GLOBAL_OFFSET_TABLE_');
  }
  const parser = parserFor(asm, tokens);
  parser.base = args.column + start;
  const result = parser.expression() as Expr | undefined;
  const reloc = parser.reloc;
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
  if (parser.bad) {
    args.pos = args.end;
    return result;
  }
  // What was not consumed is the caller's.
  const left = parser.next;
  args.pos = Number.isNaN(left.startOffset) || left.tokenType.name === 'EOF' ? end : start + left.startOffset;
  args.skipBlanks();
  return reloc === null ? result : { kind: 'reloc', operator: reloc, operand: result };
}
