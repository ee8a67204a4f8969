/** The expression of #if and #elif: 64-bit integers, signed or unsigned (C11 6.10.1). */
import { characters } from './characters.js';
import { CHAR, EOF, NAME, NUMBER, OTHER, PUNCTUATOR, STRING, type Token } from './tokens.js';

interface Number64 {
  readonly value: bigint;
  readonly unsigned: boolean;
}

export interface ConditionHost {
  /** The next token of the directive, macros replaced. */
  next(): Token;
  /** The next token as it stands, for the operand of `defined`. */
  nextRaw(): Token;
  isDefined(name: string): boolean;
  /** `#predicate(answer)`: the tokens behind the `#` are still to be read. */
  assertion(at: Token): boolean;
  error(message: string, at: Token): void;
  warning(message: string, at: Token): void;
}

class Failure extends Error {}

const precedence: Record<string, number> = {
  ',': 1,
  '?': 3,
  ':': 2,
  '||': 4,
  '&&': 5,
  '|': 6,
  '^': 7,
  '&': 8,
  '==': 9,
  '!=': 9,
  '<': 10,
  '>': 10,
  '<=': 10,
  '>=': 10,
  '<<': 11,
  '>>': 11,
  '+': 12,
  '-': 12,
  '*': 13,
  '/': 13,
  '%': 13,
};
const unaryPrecedence = 15;
/** What may begin an operand, and so has no operator before it. */
const missingBefore = new Set(['(', '!', '~', '#']);

interface Pending {
  readonly operator: string;
  readonly unary: boolean;
  readonly at: Token;
  /** Evaluation is off on its right side; what `skip` was before. */
  readonly skip: number;
}

/** True when the condition holds; false too after a reported error. */
export function evaluateCondition(directive: string, host: ConditionHost): boolean {
  try {
    return new Evaluation(directive, host).run();
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** An operator stack and a value stack: deep parentheses cost no recursion. */
class Evaluation {
  private readonly values: Number64[] = [];
  private readonly operators: Pending[] = [];
  /** Above 0: inside an operand that short-circuiting leaves unevaluated. */
  private skip = 0;

  constructor(
    private readonly directive: string,
    private readonly host: ConditionHost,
  ) {}

  private fail(message: string, at: Token): never {
    this.host.error(message, at);
    throw new Failure();
  }

  run(): boolean {
    let wantValue = true;
    let any = false;
    for (;;) {
      const t = this.host.next();
      if (t.kind === EOF) {
        if (!any) this.fail(`#${this.directive} with no expression`, t);
        if (wantValue) this.missingOperand(t);
        this.reduce(0, t);
        const open = this.operators.pop();
        if (open !== undefined) this.fail(open.operator === '(' ? "missing ')' in expression" : "'?' without following ':'", t);
        return this.values[0].value !== 0n;
      }
      any = true;
      wantValue = wantValue ? this.operand(t) : this.operator(t);
    }
  }

  private missingOperand(t: Token): never {
    const last = this.operators[this.operators.length - 1];
    if (last !== undefined && last.operator !== '(') this.fail(`operator '${last.operator}' has no right operand`, t);
    this.fail("missing ')' in expression", t);
  }

  private operand(t: Token): boolean {
    const push = (value: bigint, unsigned = false): false => {
      this.values.push({ value, unsigned });
      return false;
    };
    switch (t.kind) {
      case NUMBER:
        this.values.push(this.number(t));
        return false;
      case CHAR:
        return push(this.character(t));
      case NAME:
        if (t.text === 'defined') return push(this.defined() ? 1n : 0n);
        return push(0n);
      case PUNCTUATOR:
        if (t.text === '(' || t.text === '-' || t.text === '+' || t.text === '~' || t.text === '!') {
          this.operators.push({ operator: t.text, unary: t.text !== '(', at: t, skip: this.skip });
          return true;
        }
        if (t.text === '#') return push(this.host.assertion(t) ? 1n : 0n);
        if (t.text === ')') {
          const last = this.operators[this.operators.length - 1];
          if (last === undefined) this.fail("missing '(' in expression", t);
          if (last.operator === '(') this.fail("missing expression between '(' and ')'", t);
          this.fail(`operator '${last.operator}' has no right operand`, t);
        }
        if (t.text in precedence) {
          const last = this.operators[this.operators.length - 1];
          if (last !== undefined && last.operator !== '(') this.fail(`operator '${last.operator}' has no right operand`, t);
          this.fail(`operator '${t.text}' has no left operand`, t);
        }
        break;
      case STRING:
      case OTHER:
      default:
    }
    return this.fail(`token "${t.text}" is not valid in preprocessor expressions`, t);
  }

  private operator(t: Token): boolean {
    if (t.kind === PUNCTUATOR && t.text === ')') {
      this.reduce(1, t);
      if (this.operators.pop() === undefined) this.fail("missing '(' in expression", t);
      return false;
    }
    const level = t.kind === PUNCTUATOR ? precedence[t.text] : undefined;
    if (level === undefined) {
      if (!(t.kind === PUNCTUATOR && missingBefore.has(t.text)) && t.kind !== NUMBER && t.kind !== CHAR && t.kind !== NAME) {
        this.fail(`token "${t.text}" is not valid in preprocessor expressions`, t);
      }
      this.fail(`missing binary operator before token "${t.text}"`, t);
    }
    // `?` associates to the right, and so does the `:` that follows it.
    this.reduce(t.text === '?' ? level + 1 : level, t);
    if (t.text === ':') {
      const last = this.operators[this.operators.length - 1];
      if (last === undefined || last.operator !== '?') this.fail(" ':' without preceding '?'", t);
      this.operators.pop();
      const condition = this.values[this.values.length - 2].value !== 0n;
      this.skip = last.skip + (condition ? 1 : 0);
      this.operators.push({ operator: ':', unary: false, at: t, skip: last.skip });
      return true;
    }
    this.operators.push({ operator: t.text, unary: false, at: t, skip: this.skip });
    const left = this.values[this.values.length - 1].value !== 0n;
    if ((t.text === '&&' && !left) || (t.text === '||' && left) || (t.text === '?' && !left)) this.skip += 1;
    return true;
  }

  /** Applies pending operators that bind at least as tightly as `level`, down to an open parenthesis or `?`. */
  private reduce(level: number, at: Token): void {
    for (;;) {
      const top = this.operators[this.operators.length - 1];
      if (top === undefined || top.operator === '(') return;
      if (top.operator === '?') {
        if (level >= precedence['?'] || at.text === ':') return;
        this.fail("'?' without following ':'", at);
      }
      if ((top.unary ? unaryPrecedence : precedence[top.operator]) < level) return;
      this.operators.pop();
      this.skip = top.skip;
      if (top.unary) this.values.push(this.unary(top.operator, this.values.pop()!, top.at));
      else if (top.operator === ':') {
        const no = this.values.pop()!;
        const yes = this.values.pop()!;
        const condition = this.values.pop()!;
        this.values.push({
          value: condition.value !== 0n ? yes.value : no.value,
          unsigned: yes.unsigned || no.unsigned,
        });
      } else {
        const right = this.values.pop()!;
        this.values.push(this.binary(top, this.values.pop()!, right));
      }
    }
  }

  /** A signed result that does not fit is said. */
  private wrap(value: bigint, unsigned: boolean, at: Token): Number64 {
    const wrapped = wrap(value, unsigned);
    if (!unsigned && wrapped.value !== value && this.skip === 0) this.host.warning('integer overflow in preprocessor expression', at);
    return wrapped;
  }

  /** `a << by`; a negative `by` shifts right, arithmetically when `a` is signed. */
  private shift(a: Number64, by: bigint, at: Token): Number64 {
    if (by <= -64n) return { value: !a.unsigned && a.value < 0n ? -1n : 0n, unsigned: a.unsigned };
    if (by < 0n) return { value: a.value >> -by, unsigned: a.unsigned };
    // Once nothing is left it does not matter by how much more.
    return this.wrap(a.value << (by > 128n ? 128n : by), a.unsigned, at);
  }

  private unary(operator: string, { value, unsigned }: Number64, at: Token): Number64 {
    if (operator === '!') return { value: value === 0n ? 1n : 0n, unsigned: false };
    return this.wrap(operator === '-' ? -value : operator === '~' ? ~value : value, unsigned, at);
  }

  private binary({ operator, at }: Pending, a: Number64, b: Number64): Number64 {
    const unsigned = a.unsigned || b.unsigned;
    const x = unsigned ? BigInt.asUintN(64, a.value) : a.value;
    const y = unsigned ? BigInt.asUintN(64, b.value) : b.value;
    const truth = (holds: boolean): Number64 => ({ value: holds ? 1n : 0n, unsigned: false });
    switch (operator) {
      case '||':
        return truth(a.value !== 0n || b.value !== 0n);
      case '&&':
        return truth(a.value !== 0n && b.value !== 0n);
      case '|':
        return { value: x | y, unsigned };
      case '^':
        return wrap(x ^ y, unsigned);
      case '&':
        return wrap(x & y, unsigned);
      case '==':
        return truth(x === y);
      case '!=':
        return truth(x !== y);
      case '<':
        return truth(x < y);
      case '>':
        return truth(x > y);
      case '<=':
        return truth(x <= y);
      case '>=':
        return truth(x >= y);
      case '<<':
        return this.shift(a, b.value, at);
      case '>>':
        return this.shift(a, -b.value, at);
      case '+':
        return this.wrap(x + y, unsigned, at);
      case '-':
        return this.wrap(x - y, unsigned, at);
      case '*':
        return this.wrap(x * y, unsigned, at);
      case '/':
      case '%':
        if (y === 0n) {
          if (this.skip === 0) this.host.error('division by zero in #if', at);
          return a;
        }
        return this.wrap(operator === '/' ? x / y : x % y, unsigned, at);
      default:
        return b; // comma
    }
  }

  private defined(): boolean {
    let t = this.host.nextRaw();
    const open = t.kind === PUNCTUATOR && t.text === '(';
    if (open) t = this.host.nextRaw();
    if (t.kind !== NAME) this.fail('operator "defined" requires an identifier', t);
    if (open) {
      const close = this.host.nextRaw();
      if (close.text !== ')') this.fail('missing \')\' after "defined"', close);
    }
    return this.host.isDefined(t.text);
  }

  /** An integer constant: decimal, octal, hexadecimal, binary, with any C suffix. */
  private number(t: Token): Number64 {
    const match = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)([a-zA-Z]*)$/.exec(t.text);
    if (match === null) {
      if (/^[0-9]*[.][0-9]*[.]/.test(t.text)) this.fail('too many decimal points in number', t);
      if (/[.]|^[0-9]+[eE]|[pP]/.test(t.text)) this.fail('floating constant in preprocessor expression', t);
      const octal = /^0[0-9]*([89])/.exec(t.text);
      if (octal !== null) this.fail(`invalid digit "${octal[1]}" in octal constant`, t);
      const suffix = /^(?:0[xX][0-9a-fA-F]*|[0-9]+)(.*)$/.exec(t.text)?.[1] ?? '';
      this.fail(`invalid suffix "${suffix}" on integer constant`, t);
    }
    const suffix = match[2].toLowerCase();
    if (/^(?:[ij](?:u?(?:ll|l)?|(?:ll|l)u)|(?:u?(?:ll|l)?|(?:ll|l)u)[ij])$/.test(suffix) && !/lL|Ll/.test(match[2])) {
      this.fail('imaginary number in preprocessor expression', t);
    }
    if (!/^(u?(ll|l)?|(ll|l)u)$/.test(suffix) || /lL|Ll/.test(match[2])) {
      this.fail(`invalid suffix "${match[2]}" on integer constant`, t);
    }
    const digits = match[1];
    const value = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
    if (value > 0xffffffffffffffffn) this.host.warning('integer constant is too large for its type', t);
    const wrapped = BigInt.asUintN(64, value);
    const big = wrapped > 0x7fffffffffffffffn;
    if (big && !suffix.includes('u') && /^[1-9]/.test(digits)) this.host.warning('integer constant is so large that it is unsigned', t);
    return { value: wrapped, unsigned: suffix.includes('u') || big };
  }

  /** A character constant: several characters make a big-endian int. */
  private character(t: Token): bigint {
    const body = t.text.slice(t.text[0] === 'L' ? 2 : 1, -1);
    if (body === '') this.fail('empty character constant', t);
    const wide = t.text[0] === 'L';
    const values = characters(body, wide ? 32 : 8, (message, error) => {
      if (error) this.fail(message, t);
      this.host.warning(message, t);
    });
    if (wide) {
      if (values.length > 1) this.host.warning('character constant too long for its type', t);
      return BigInt.asIntN(32, values[values.length - 1] ?? 0n);
    }
    let value = 0n;
    for (const c of values) value = BigInt.asUintN(32, (value << 8n) | c);
    if (values.length > 4) this.host.warning('character constant too long for its type', t);
    else if (values.length > 1) this.host.warning('multi-character character constant', t);
    return values.length === 1 ? BigInt.asIntN(8, value) : BigInt.asIntN(32, value);
  }
}

function wrap(value: bigint, unsigned: boolean): Number64 {
  return { value: unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value), unsigned };
}
