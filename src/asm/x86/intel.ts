/**
 * Intel operands (gas manual, node i386-Variations): text to the same `Operand` as the AT&T reader makes. Registers, `[ ]`,
 * `word ptr` and the operators in words are read here; what remains, symbols and numbers, is handed to the core as an
 * expression of its own.
 */
import { constant } from '../expression.js';
import type { Expr } from '../expression.js';
import { scrub } from '../expand-scrub.js';
import { resolveMnemonic, type Resolved } from './mnemonics.js';
import { failed, foreignCharacter, parseDecorations, wrapped } from './operands.js';
import { availableRegister, registerAt } from './register-text.js';
import type { Register } from './registers.js';
import type { EncoderHost, MemoryOperand, Operand, RoundingOperand } from './types.js';

/** Bytes of a `TYPE ptr`; `far` and `near` are distances. */
const TYPES: Readonly<Record<string, number>> = {
  byte: 1, word: 2, dword: 4, fword: 6, qword: 8, mmword: 8, tbyte: 10, oword: 16, xmmword: 16, ymmword: 32, zmmword: 64, near: 0, far: 0,
}; // prettier-ignore

/** Binary operators → what the core writes, and how tight they bind (as gas's own). */
const BINARY: Readonly<Record<string, readonly [text: string, precedence: number]>> = {
  '*': ['*', 8], '/': ['/', 8], '%': ['%', 8], mod: ['%', 8], '<<': ['<<', 8], shl: ['<<', 8], '>>': ['>>', 8], shr: ['>>', 8],
  '|': ['|', 7], or: ['|', 7], '&': ['&', 7], and: ['&', 7], '^': ['^', 7], xor: ['^', 7], '!': ['!', 7],
  '+': ['+', 5], '-': ['-', 5],
  '==': ['==', 4], eq: ['==', 4], '!=': ['!=', 4], '<>': ['!=', 4], ne: ['!=', 4], '<': ['<', 4], lt: ['<', 4], '>': ['>', 4], gt: ['>', 4],
  '<=': ['<=', 4], le: ['<=', 4], '>=': ['>=', 4], ge: ['>=', 4], '&&': ['&&', 3], '||': ['||', 2],
}; // prettier-ignore

const SYMBOLS = [
  '<<',
  '>>',
  '==',
  '!=',
  '<>',
  '<=',
  '>=',
  '&&',
  '||',
  '*',
  '/',
  '%',
  '|',
  '&',
  '^',
  '!',
  '+',
  '-',
  '<',
  '>',
  '~',
  '(',
  ')',
  '[',
  ']',
  ':',
  ',',
  '{',
  '}',
];
const WORD = /(?:"(?:\\.|[^"\\])*"|[A-Za-z0-9_.$\x80-\xff?]+|'(?:\\.|[^\\])'?)(?:@[A-Za-z0-9_.$]*)*/y;
const DEEPEST = 200;

/** A part of an operand: registers with their scales, and the text of all else. */
interface Term {
  /** In the order of mention. `scale` 0: not multiplied. */
  readonly registers: readonly { readonly register: Register; readonly scale: number }[];
  /** For the core's expression parser; '' when there is nothing but registers. */
  readonly text: string;
}

const nothing: Term = { registers: [], text: '' };

class Bad extends Error {}

/** An Intel operand read: `far` for `far ptr`; `selector` for `0x10:label`. */
export interface IntelOperand {
  readonly operand: Operand;
  readonly far: boolean;
  readonly selector?: Expr;
}

export function parseIntelOperand(text: string, column: number, host: EncoderHost, branch: boolean): IntelOperand | typeof failed {
  try {
    return new IntelReader(text, column, host, branch).read();
  } catch (error) {
    if (error instanceof Bad) return failed;
    throw error;
  }
}

/** Characters in an operand at most. */
const LENGTH_LIMIT = 2 ** 17;

/** The operands of a statement in Intel order, and the rows they mean where those are not the mnemonic's own; null after a message. */
export function readIntel(
  text: string,
  start: number,
  column: number,
  resolved: Resolved,
  host: EncoderHost,
): { operands: Operand[]; resolved: Resolved } | null {
  const branch = resolved.rows.some((row) => row.flags.has('indirect') || row.operands.some((kind) => kind.relative !== 0));
  const operands: Operand[] = [];
  let far = false;
  const pieces = splitIntelOperands(text, start);
  for (const [i, [from, to]] of pieces.entries()) {
    const bad = /^(?:[^"=?\\`]|"[^"]*")*?([=?\\`])/.exec(text.slice(from, to));
    if (bad !== null) {
      foreignCharacter(bad[1].charCodeAt(0), i + 1, column + from + bad[0].length - 1, host);
      return null;
    }
    if (to - from > LENGTH_LIMIT) {
      host.error(`operand is longer than ${LENGTH_LIMIT} characters`, column + from);
      return null;
    }
    if (from === to) {
      host.error(
        operands.length > 0 ? "expecting operand after ','; got nothing" : "expecting operand before ','; got nothing",
        column + from,
      );
      return null;
    }
    const read = parseIntelOperand(text.slice(from, to), column + from, host, branch && pieces.length < 2);
    if (read === failed) return null;
    if (read.selector !== undefined)
      operands.push({ kind: 'immediate', expression: read.selector, column: column + from, text: text.slice(from, to) });
    operands.push(branch && pieces.length === 2 ? asImmediate(read.operand) : read.operand);
    // 16:16 is what 16- and 64-bit code take a dword for.
    const size = branch && read.operand.kind === 'memory' ? read.operand.size : undefined;
    far ||=
      read.far ||
      size === 6 ||
      (size === 4 && host.state.bits !== 32) ||
      (size === 10 && host.state.bits === 64 && host.state.options.isa64 === 'intel64');
    if (size !== undefined && (resolved.mnemonic === 'lcall' || resolved.mnemonic === 'ljmp')) {
      host.error(`operand size mismatch for \`${resolved.mnemonic}'`, column);
      return null;
    }
  }
  const { mnemonic } = resolved;
  if (far && (mnemonic === 'jmp' || mnemonic === 'call')) return { operands, resolved: resolveMnemonic(`l${mnemonic}`)! };
  if ((mnemonic === 'movsd' || mnemonic === 'cmpsd') && operands.every((operand) => operand.kind === 'memory')) {
    return { operands, resolved: resolveMnemonic(mnemonic === 'movsd' ? 'movsl' : 'cmpsl')! };
  }
  return { operands, resolved };
}

/** A half of `ljmp selector, offset`: a bare symbol there is no memory. */
function asImmediate(operand: Operand): Operand {
  if (operand.kind !== 'memory' || operand.displacement === undefined || /[[]/.test(operand.text)) return operand;
  if ((operand.base ?? operand.index ?? operand.segment ?? operand.size) !== undefined) return operand;
  return { kind: 'immediate', expression: operand.displacement, column: operand.column, text: operand.text };
}

/** Splits at commas outside parentheses, brackets, braces and quotes; `{rn-sae}` stuck to an operand is one of its own. */
export function splitIntelOperands(text: string, start: number): [number, number][] {
  const pieces: [number, number][] = [];
  let depth = 0;
  let from = start;
  const push = (end: number): void => {
    let [a, b] = [from, end];
    while (a < b && (text[a] === ' ' || text[a] === '\t')) a++;
    while (b > a && (text[b - 1] === ' ' || text[b - 1] === '\t')) b--;
    const sae = /\{\s*(?:r[nduz]-)?sae\s*\}$/.exec(text.slice(a, b));
    if (sae && sae.index > 0) {
      let middle = a + sae.index;
      pieces.push([middle, b]);
      while (middle > a && (text[middle - 1] === ' ' || text[middle - 1] === '\t')) middle--;
      pieces.splice(pieces.length - 1, 0, [a, middle]);
    } else pieces.push([a, b]);
  };
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    } else if (c === "'") i += text[i + 1] === '\\' ? 2 : 1;
    else if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') depth--;
    else if (c === ',' && depth <= 0) {
      push(i);
      from = i + 1;
    }
  }
  if (pieces.length > 0 || text.slice(from).trim() !== '') push(text.length);
  return pieces;
}

class IntelReader {
  private at = 0;
  private end: number;
  private depth = 0;
  private size = -1;
  private far = false;
  private near = false;
  private short = false;
  private offset = false;
  /** Inside what `offset` is said of, where segments mean nothing. */
  private inOffset = 0;
  private outerSegment = false;
  private broadcastWord = false;
  private memory = false;
  private bracket = false;
  private segment: Register | undefined;
  private selector: Term | undefined;

  constructor(
    private readonly text: string,
    private readonly column: number,
    private readonly host: EncoderHost,
    private readonly branch: boolean,
  ) {
    this.end = text.length;
  }

  private fail(message: string, at = this.at): never {
    this.host.error(message, this.column + at);
    throw new Bad();
  }

  read(): IntelOperand {
    const { text, host } = this;
    const rounding = /^\{\s*((?:r[nduz]-)?sae)\s*\}$/i.exec(text);
    if (rounding)
      return {
        operand: { kind: 'rounding', mode: rounding[1].toLowerCase() as RoundingOperand['mode'], column: this.column, text },
        far: false,
      };
    const decorations = this.decorations();
    const term = this.binary(1);
    this.skip();
    if (this.at < this.end) this.fail(`junk \`${text.slice(this.at, this.end)}' after expression`);
    const { registers } = term;
    if (registers.length === 1 && term.text === '' && !this.memory && registers[0].scale === 0 && this.segment === undefined) {
      const { register } = registers[0];
      this.demandAvailable(register);
      return {
        operand: {
          kind: 'register',
          register,
          indirect: this.branch || undefined,
          column: this.column,
          text,
          mask: decorations.mask,
          zeroing: decorations.zeroing || undefined,
        },
        far: this.far,
      };
    }
    // The symbol is read before the `@` that names the global offset table: their order in the symbol table shows it.
    const named = /(?:^|[^\w.$"])([A-Za-z_.$][\w.$]*)@/.exec(term.text);
    if (named !== null) host.parseExpression(named[1], this.column);
    const expression = term.text === '' ? undefined : host.parseExpression(term.text, this.column);
    const symbolic = expression !== undefined && expression.kind !== 'constant' && expression.kind !== 'big';
    if (this.selector !== undefined) {
      const selector = host.parseExpression(this.selector.text, this.column);
      return { operand: { kind: 'immediate', expression: expression ?? constant(0n), column: this.column, text }, far: true, selector };
    }
    const isMemory = registers.length > 0 || this.memory || this.segment !== undefined || (symbolic && !this.offset) || this.branch;
    if (!isMemory || (this.offset && !this.branch && registers.length === 0 && !this.outerSegment)) {
      if (expression === undefined) this.fail(`invalid expression`);
      return { operand: { kind: 'immediate', expression: wrapped(expression, host), column: this.column, text }, far: this.far };
    }
    return { operand: this.memoryOperand(registers, expression, decorations), far: this.far };
  }

  private demandAvailable(register: Register): void {
    if (availableRegister(register, this.host.state) !== '') this.fail(`bad register name \`${register.name}'`, 0);
  }

  /** {k1}{z}{1to16} at the end; the reader then stops in front of them. */
  private decorations(): { mask: Register | undefined; zeroing: boolean; broadcast: number } {
    const brace = this.text.indexOf('{');
    if (brace < 0 || !this.text.endsWith('}')) return { mask: undefined, zeroing: false, broadcast: 0 };
    const found = parseDecorations(this.text, brace, this.end, this.column, this.host);
    if (found === failed) throw new Bad();
    this.end = brace;
    while (this.end > 0 && (this.text[this.end - 1] === ' ' || this.text[this.end - 1] === '\t')) this.end--;
    return found;
  }

  private memoryOperand(
    registers: Term['registers'],
    displacement: Expr | undefined,
    d: { mask: Register | undefined; zeroing: boolean; broadcast: number },
  ): MemoryOperand {
    const { text } = this;
    for (const { register } of registers) this.demandAvailable(register);
    let base: Register | undefined;
    let index: Register | undefined;
    let scale = 0;
    const isVector = (r: Register): boolean => r.class === 'xmm' || r.class === 'ymm' || r.class === 'zmm';
    for (const term of registers) {
      if (term.scale !== 0 || (isVector(term.register) && index === undefined)) {
        if (index !== undefined) {
          if (base !== undefined || (scale > 1 && term.scale > 1)) this.invalid();
          base = term.scale > 1 ? index : term.register;
          if (term.scale > 1) [index, scale] = [term.register, term.scale];
        } else [index, scale] = [term.register, Math.max(1, term.scale)];
      } else if (base === undefined) base = term.register;
      else if (index === undefined) [index, scale] = [term.register, 1];
      else this.invalid();
    }
    if (registers.length > 2) this.invalid();
    // 16-bit addresses name %bx or %bp first; %esp and %rsp can only be bases.
    if (base !== undefined && index !== undefined && scale <= 1 && !isVector(index)) {
      const swap =
        index.class === 'r16'
          ? index.number === 3 || index.number === 5
          : index.number === 4 && (index.class === 'r32' || index.class === 'r64') && index.name !== 'r12' && index.name !== 'r12d';
      if ((swap && index.class !== 'iz') || (base.class === 'iz' && index.class !== 'iz')) [base, index] = [index, base];
    }
    if (base === undefined && index !== undefined && scale === 1 && !isVector(index) && registers[0].scale === 0)
      [base, index] = [index, undefined];
    if (![0, 1, 2, 4, 8].includes(scale)) this.fail(`expecting scale factor of 1, 2, 4, or 8: got \`${scale}'`);
    const size = this.size > 0 ? this.size : undefined;
    const broadcast = d.broadcast || (this.broadcastWord ? -1 : 0);
    return {
      kind: 'memory',
      segment: this.segment,
      displacement: displacement ?? (base === undefined && index === undefined ? constant(0n) : undefined),
      base,
      index,
      scale: (scale || 1) as MemoryOperand['scale'],
      scaleGiven: scale > 1 || registers.some((r) => r.scale !== 0) || undefined,
      // A bare name is where a branch goes; brackets or a size make it what the branch reads.
      indirect:
        (this.branch &&
          !(this.offset && !this.outerSegment && registers.length === 0) &&
          (this.bracket ||
            (size !== undefined && !this.near && !this.short) ||
            base !== undefined ||
            index !== undefined ||
            this.segment !== undefined ||
            this.far)) ||
        undefined,
      size: this.far && size === undefined ? undefined : size,
      broadcast: broadcast === 0 ? undefined : broadcast,
      mask: d.mask,
      zeroing: d.zeroing || undefined,
      column: this.column,
      text,
    };
  }

  private invalid(): never {
    this.fail(`\`${scrub(this.text).replace(/ ?([-+*[\]()]) ?/g, '$1')}' is not a valid base/index expression`, 0);
  }

  private skip(): void {
    while (this.at < this.end && (this.text[this.at] === ' ' || this.text[this.at] === '\t')) this.at++;
  }

  /** The next symbol or word, lower case, without consuming it; '' at the end. */
  private peek(): string {
    this.skip();
    if (this.at >= this.end) return '';
    const symbol = SYMBOLS.find((s) => this.text.startsWith(s, this.at));
    if (symbol !== undefined) return symbol;
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text);
    return word ? word[0] : this.text[this.at];
  }

  private take(token: string): void {
    this.at += token.length;
  }

  private binary(least: number): Term {
    if (++this.depth > DEEPEST) this.fail('expression nested too deeply');
    let left = this.unary();
    for (;;) {
      const token = this.peek();
      if (token === '[') {
        left = this.add(left, this.brackets());
        continue;
      }
      const lower = token.toLowerCase();
      const found = Object.hasOwn(BINARY, lower) ? BINARY[lower] : undefined;
      if (found === undefined || found[1] < least) break;
      this.take(token);
      const right = this.binary(found[1] + 1);
      left = this.combine(left, found[0], right);
    }
    this.depth--;
    return left;
  }

  private brackets(): Term {
    this.take('[');
    this.bracket = true;
    this.memory = true;
    const inner = this.binary(1);
    if (this.peek() !== ']') this.fail("missing ']'");
    this.take(']');
    return inner;
  }

  private add(left: Term, right: Term): Term {
    const text = left.text === '' ? right.text : right.text === '' ? left.text : `${left.text}+(${right.text})`;
    return { registers: [...left.registers, ...right.registers], text };
  }

  private combine(left: Term, operator: string, right: Term): Term {
    if (left.registers.length === 0 && right.registers.length === 0) {
      return { registers: [], text: `(${left.text})${operator}(${right.text})` };
    }
    if (operator === '+') return this.add(left, right);
    if (operator === '-' && right.registers.length === 0) {
      return { registers: left.registers, text: left.text === '' ? `-(${right.text})` : `${left.text}-(${right.text})` };
    }
    if (operator === '*') {
      const [one, factor] = left.registers.length > 0 ? [left, right] : [right, left];
      if (one.registers.length === 1 && factor.registers.length === 0) {
        const value = this.host.parseExpression(factor.text, this.column);
        if (value.kind === 'constant') {
          const scale = Number(value.value) * (one.registers[0].scale || 1);
          if (![1, 2, 4, 8].includes(scale)) this.invalid();
          const text = one.text === '' ? '' : one === left ? `(${one.text})*(${factor.text})` : `(${factor.text})*(${one.text})`;
          return { registers: [{ register: one.registers[0].register, scale }], text };
        }
      }
    }
    return this.fail('invalid use of register');
  }

  private unary(): Term {
    const token = this.peek();
    const lower = token.toLowerCase();
    if (token === '') return this.fail('bad expression');
    if (token === '[') return this.brackets();
    if (token === '(') {
      this.take('(');
      const inner = this.binary(1);
      if (this.peek() !== ')') this.fail("missing ')'");
      this.take(')');
      return inner.registers.length > 0 ? inner : { registers: [], text: `(${inner.text})` };
    }
    if (token === '-' || token === '+' || token === '~' || token === '!' || lower === 'not') {
      this.take(token);
      const operand = this.unary();
      if (operand.registers.length > 0) {
        if (token === '+') return operand;
        this.fail('invalid use of register');
      }
      return { registers: [], text: `${lower === 'not' ? '~' : token}(${operand.text})` };
    }
    const register = registerAt(this.text, this.at, this.host.state);
    // Without %, the name of a register that this mode lacks is a symbol like any other.
    const usable = register !== null && (token === '%' || availableRegister(register.register, this.host.state) === '');
    if (usable && register.end <= this.end) return this.register(register);
    if (token === '%') this.fail(`bad register name \`${this.text.slice(this.at)}'`);
    if (lower === 'offset') {
      this.take(token);
      this.offset = true;
      this.inOffset += 1;
      const named = this.operandOf(9);
      this.inOffset -= 1;
      return named;
    }
    if (lower === 'short') {
      this.take(token);
      this.short = true;
      return this.operandOf(9);
    }
    if (lower === 'flat' && /^\s*:/.test(this.text.slice(this.at + 4))) {
      this.at += 4;
      this.skip();
      this.take(':');
      if (this.inOffset === 0) this.outerSegment = true;
      return this.operandOf(9);
    }
    if (Object.hasOwn(TYPES, lower)) {
      const typed = this.type(token, lower);
      if (typed !== null) return typed;
    }
    return this.leaf(token);
  }

  /** An operand of a prefix operator: brackets behind a name belong to it. */
  private operandOf(precedence: number): Term {
    return this.binary(precedence);
  }

  /** `dword ptr x`, `far ptr x`, `dword bcst x`; a type's name alone is its size. null: no type at all. */
  private type(token: string, lower: string): Term | null {
    const rest = /^\s*(ptr|bcst)(?![\w.$])/i.exec(this.text.slice(this.at + token.length, this.end));
    if (!rest) {
      this.take(token);
      return { registers: [], text: String(lower === 'far' ? 0xfffe : lower === 'near' ? 0xffff - 4 : TYPES[lower]) };
    }
    this.at += token.length + rest[0].length;
    if (lower === 'far') this.far = true;
    else if (lower === 'near') this.near = true;
    else if (this.size < 0) this.size = TYPES[lower];
    if (rest[1].toLowerCase() === 'bcst') this.broadcastWord = true;
    return this.operandOf(9);
  }

  private register({ register, end }: { register: Register; end: number }): Term {
    this.at = end;
    if (this.peek() === ':' && (register.class === 'sreg' || register.class === 'flat')) {
      this.take(':');
      if (this.inOffset === 0) this.outerSegment = true;
      if (this.segment === undefined) this.segment = register;
      else this.host.warning('redundant segment overrides', this.column + this.at);
      this.memory = true;
      return this.operandOf(9);
    }
    return { registers: [{ register, scale: 0 }], text: '' };
  }

  private leaf(token: string): Term {
    if (!/^["A-Za-z0-9_.$'\x80-\xff?]/.test(token)) this.fail(`invalid expression`);
    this.take(token);
    // `$` is the place itself.
    const text = token === '$' ? '.' : token;
    if (this.peek() === ':') {
      this.take(':');
      if (this.selector !== undefined) this.fail('invalid expression');
      this.selector = { registers: [], text };
      return this.binary(5);
    }
    return { ...nothing, text };
  }
}
