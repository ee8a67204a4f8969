/** What a directive reads its arguments with: one cursor over the text of the statement. */
import { absent, constant, isConstant, wideConstant, type Expr, type Value } from './expression.js';
import type { Assembler } from './assembler.js';
import { characterConstant } from './lines.js';
import { sumAt } from './sums.js';

/** May begin a symbol: letters, `_ . $ {` and bytes from 0x80. */
export function isNameStart(c: number): boolean {
  return isNameChar(c) ? c < 48 || c > 57 : c === 123;
}

/** May stand in a symbol: the same and digits, but no `{`. */
export function isNameChar(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 46 || c === 95 || c === 36 || c >= 128 || (c >= 48 && c <= 57);
}

/** The name in quotes at `pos`, and where it ends: strings side by side are one name. */
export function readQuotedName(asm: Assembler, text: string, pos: number): { name: string; end: number } {
  let name = '';
  for (;;) {
    for (pos += 1; pos < text.length && text[pos] !== '"'; pos++) {
      if (text[pos] === '\\') {
        const next = text[pos + 1];
        if (next === '"' || next === '\\') pos += 1;
        else if (next !== undefined) asm.warning(`'\\${next}' in quoted symbol name; behavior may change in the future`);
      }
      name += text[pos];
    }
    if (pos >= text.length) {
      asm.warning(`missing closing \`"'`);
      return { name, end: pos };
    }
    let next = pos + 1;
    while (next < text.length && isBlank(text.charCodeAt(next))) next += 1;
    if (text[next] !== '"') return { name, end: pos + 1 };
    pos = next;
  }
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === 12;

const MINUS = 45;
const PLUS = 43;
const COMMA = 44;

const small: Expr[] = [];
for (let i = 0; i < 256; i++) small.push({ kind: 'constant', value: BigInt(i) });

export class Arguments {
  text = '';
  pos = 0;
  end = 0;
  /** Column (from 1) of the text's first character in its line. */
  column = 1;

  constructor(private readonly asm: Assembler) {}

  start(text: string, pos: number, column: number): this {
    this.text = text;
    this.pos = pos;
    this.end = text.length;
    this.column = column;
    this.skipBlanks();
    return this;
  }

  skipBlanks(): void {
    const { text, end } = this;
    let pos = this.pos;
    while (pos < end && isBlank(text.charCodeAt(pos))) pos += 1;
    this.pos = pos;
  }

  /** A text that has no character constants from the cursor on. */
  private converted = '';

  /** Character constants become numbers, which go on with what follows: `'a'b` is `97b`. */
  convertCharacters(): void {
    const { text } = this;
    // Looked for once a text: there may be a million expressions in it.
    if (this.converted === text) return;
    this.converted = text;
    if (text.indexOf("'", this.pos) < 0) return;
    const parts: string[] = [];
    let from = 0;
    let quoted = false;
    for (let pos = this.pos; pos < text.length; pos++) {
      const c = text[pos];
      if (c === '"') quoted = !quoted;
      else if (c === '\\') pos += quoted ? 1 : 0;
      else if (c === "'" && !quoted) {
        const { value, next } = characterConstant(text, pos);
        parts.push(text.slice(from, pos), String(value));
        from = next;
        pos = next - 1;
      }
    }
    parts.push(text.slice(from));
    this.text = this.converted = parts.join('');
    this.end = this.text.length;
  }

  /** Code of the next character after blanks, or -1 at the end. */
  peek(): number {
    this.skipBlanks();
    return this.pos < this.end ? this.text.charCodeAt(this.pos) : -1;
  }

  /** Column of the next character, for messages. */
  get at(): number {
    return this.column + this.pos;
  }

  atEnd(): boolean {
    return this.peek() < 0;
  }

  /** Steps over `char` if it is next. */
  accept(char: string): boolean {
    if (this.peek() !== char.charCodeAt(0)) return false;
    this.pos += 1;
    this.skipBlanks();
    return true;
  }

  comma(): boolean {
    return this.accept(',');
  }

  /** Everything that is left, without blanks at its ends; the cursor moves to the end. */
  rest(): string {
    this.skipBlanks();
    const text = this.text.slice(this.pos, this.end).trimEnd();
    this.pos = this.end;
    return text;
  }

  /** What is read of the line ends with it, even if a string is open there. */
  endWithLine(): void {
    this.text = this.asm.endWithLine(this.text, true);
    this.end = this.text.length;
  }

  /** The rest of the statement is not looked at (gas: ignore_rest_of_line). */
  skip(): void {
    this.pos = this.end;
  }

  /** The rest of the statement must be empty (gas: demand_empty_rest_of_line). */
  demandEnd(): boolean {
    if (this.peek() === 39) this.convertCharacters();
    const c = this.peek();
    if (c < 0) return true;
    const shown = c >= 32 && c < 127 ? `\`${String.fromCharCode(c)}'` : `valued 0x${c.toString(16)}`;
    this.asm.error(`junk at end of line, first unrecognized character ${c >= 32 && c < 127 ? 'is ' : ''}${shown}`, this.at);
    this.pos = this.end;
    return false;
  }

  /** A symbol name, plain or in quotes; null when there is none. */
  name(): string | null {
    const c = this.peek();
    if (c === 34) return this.quotedName();
    if (c < 0 || !isNameStart(c)) return null;
    const { text, end } = this;
    const start = this.pos;
    let pos = start + 1;
    while (pos < end && isNameChar(text.charCodeAt(pos))) pos += 1;
    this.pos = pos;
    return text.slice(start, pos);
  }

  private quotedName(): string {
    const { name, end } = readQuotedName(this.asm, this.text, this.pos);
    this.pos = end;
    return name;
  }

  /** A word up to a blank or comma: section names, flags without quotes. */
  word(): string {
    this.skipBlanks();
    const { text, end } = this;
    const start = this.pos;
    let pos = start;
    while (pos < end && !isBlank(text.charCodeAt(pos)) && text.charCodeAt(pos) !== COMMA) pos += 1;
    this.pos = pos;
    return text.slice(start, pos);
  }

  /**
   * An expression; `absent` when there is none. Symbols that are absolute by now are constants. `relocations`: `@PLT` and
   * the like may stand in it.
   */
  expression(relocations = false): Expr {
    const c = this.peek();
    if (c < 0 || c === COMMA) return absent;
    return this.fast(c) ?? sumAt(this.asm, this) ?? (relocations ? this.linked(c) : null) ?? this.asm.fullExpression(this, relocations);
  }

  /** An integer when a plain one that fits 32 bits stands there alone; else null and the cursor stays. */
  fastInteger(): number | null {
    const { text, end } = this;
    this.skipBlanks();
    let pos = this.pos;
    let c = text.charCodeAt(pos);
    const negative = c === MINUS;
    if (negative) c = text.charCodeAt(++pos);
    if (!isDigit(c)) return null;
    let value = 0;
    if (c === 48 && pos + 1 < end) {
      const d = text.charCodeAt(pos + 1);
      if (d === 120 || d === 88) {
        const first = (pos += 2);
        for (; pos < end; pos++) {
          const h = text.charCodeAt(pos);
          const digit = h >= 48 && h <= 57 ? h - 48 : h >= 97 && h <= 102 ? h - 87 : h >= 65 && h <= 70 ? h - 55 : -1;
          if (digit < 0) break;
          value = value * 16 + digit;
        }
        if (pos - first > 8 || pos === first) return null;
        return this.accepted(pos, negative ? -value : value);
      }
      if (isNameChar(d)) return null;
    }
    const first = pos;
    for (; pos < end; pos++) {
      const d = text.charCodeAt(pos);
      if (!isDigit(d)) break;
      value = value * 10 + d - 48;
    }
    if (pos - first > 9) return null;
    return this.accepted(pos, negative ? -value : value);
  }

  private accepted(pos: number, value: number): number | null {
    const { text, end } = this;
    while (pos < end && isBlank(text.charCodeAt(pos))) pos += 1;
    if (pos < end && text.charCodeAt(pos) !== COMMA) return null;
    this.pos = pos;
    return value;
  }

  /** Plain integers, plain symbols, symbol±integer: what nearly all operands are. */
  private fast(c: number): Expr | null {
    if (isDigit(c) || c === MINUS) {
      const value = this.fastInteger();
      if (value === null) return c === MINUS ? null : this.sum();
      if (value < 0) return wideConstant(BigInt(value), true);
      return value < 256 ? small[value] : { kind: 'constant', value: BigInt(value) };
    }
    if (!isNameStart(c)) return null;
    const { text, end } = this;
    const start = this.pos;
    let pos = start + 1;
    while (pos < end && isNameChar(text.charCodeAt(pos))) pos += 1;
    let stop = pos;
    while (stop < end && isBlank(text.charCodeAt(stop))) stop += 1;
    const next = stop < end ? text.charCodeAt(stop) : COMMA;
    if (next === MINUS && stop + 1 < end && isNameStart(text.charCodeAt(stop + 1))) return this.distance(start, pos, stop + 1);
    if (c === 46 && (pos === start + 1 || (pos > start + 7 && text.charCodeAt(pos - 1) === 46))) return null;
    if (next === COMMA) {
      const symbol = this.asm.plainSymbol(text.slice(start, pos));
      if (symbol !== null) this.pos = stop;
      return symbol;
    }
    if (next !== PLUS && next !== MINUS) return null;
    this.pos = stop + 1;
    if (!isDigit(text.charCodeAt(this.pos))) {
      this.pos = start;
      return null;
    }
    const value = this.fastInteger();
    const symbol = value === null ? null : this.asm.plainSymbol(text.slice(start, pos));
    if (symbol === null || symbol.kind !== 'symbol') {
      this.pos = start;
      return null;
    }
    return { kind: 'binary', operator: '+', left: symbol, right: constant(next === PLUS ? value! : -value!) };
  }

  /** `foo@PLT`, as compilers write calls. */
  private linked(c: number): Expr | null {
    if (!isNameStart(c)) return null;
    const { text, end } = this;
    const start = this.pos;
    let pos = start + 1;
    while (pos < end && isNameChar(text.charCodeAt(pos))) pos += 1;
    if (!text.startsWith('@PLT', pos)) return null;
    let stop = pos + 4;
    while (stop < end && isBlank(text.charCodeAt(stop))) stop += 1;
    if ((stop < end && text.charCodeAt(stop) !== COMMA) || (pos === start + 1 && c === 46)) return null;
    const operand = this.asm.plainSymbol(text.slice(start, pos));
    if (operand === null || operand.kind !== 'symbol') return null;
    this.pos = stop;
    return { kind: 'reloc', operator: 'PLT', operand };
  }

  /** `8+foo`, as gcc writes it. */
  private sum(): Expr | null {
    const { text, end } = this;
    const start = this.pos;
    let pos = start;
    let value = 0;
    for (; pos < end && isDigit(text.charCodeAt(pos)); pos++) value = value * 10 + text.charCodeAt(pos) - 48;
    const name = pos + 1;
    // 010 is octal, and what is longer may not be a small number.
    if (pos - start > 9 || (text.charCodeAt(start) === 48 && pos > start + 1) || text.charCodeAt(pos) !== PLUS) return null;
    if (name >= end || !isNameStart(text.charCodeAt(name))) return null;
    pos = name + 1;
    while (pos < end && isNameChar(text.charCodeAt(pos))) pos += 1;
    let stop = pos;
    while (stop < end && isBlank(text.charCodeAt(stop))) stop += 1;
    if ((stop < end && text.charCodeAt(stop) !== COMMA) || (pos === name + 1 && text.charCodeAt(name) === 46)) return null;
    const symbol = this.asm.plainSymbol(text.slice(name, pos));
    if (symbol === null || symbol.kind !== 'symbol') return null;
    this.pos = stop;
    return { kind: 'binary', operator: '+', left: constant(value), right: symbol };
  }

  /** `a-b` of two symbols, of which the first ends at `end` and the second begins at `second`: jump tables, lengths. */
  private distance(start: number, end: number, second: number): Expr | null {
    const { text } = this;
    let pos = second + 1;
    while (pos < this.end && isNameChar(text.charCodeAt(pos))) pos += 1;
    let stop = pos;
    while (stop < this.end && isBlank(text.charCodeAt(stop))) stop += 1;
    if (stop < this.end && text.charCodeAt(stop) !== COMMA) return null;
    const rightName = text.slice(second, pos);
    if (rightName === '.') return null;
    const leftName = text.slice(start, end);
    // What has a value by now is folded by the grammar.
    if (this.asm.standsForMore(leftName) || this.asm.standsForMore(rightName)) return null;
    const left = leftName === '.' ? this.asm.dot() : this.asm.symbolReference(leftName);
    const right = this.asm.symbolReference(rightName);
    if (left.kind !== 'symbol' || right.kind !== 'symbol') return null;
    this.pos = stop;
    return { kind: 'binary', operator: '-', left, right };
  }

  /** An expression that must be a number by now (gas: get_absolute_expression): 0 after a message when it isn't. */
  absolute(): bigint {
    const value = this.fastInteger();
    if (value !== null) return BigInt(value);
    const at = this.at;
    const expr = this.expression();
    return this.toAbsolute(expr, at);
  }

  /** The same as a number, for counts and sizes that fit 53 bits; larger ones are clamped. */
  absoluteNumber(): number {
    const value = this.fastInteger();
    return value ?? Number(this.absolute());
  }

  toAbsolute(expr: Expr, at = this.at): bigint {
    if (expr.kind === 'constant') return expr.value;
    if (expr.kind === 'absent') return 0n;
    const value = expr.kind === 'big' ? null : this.asm.reduceNow(expr);
    if (value !== null && isConstant(value) && value.reloc === undefined) return value.value;
    this.asm.error('bad or irreducible absolute expression', at);
    return 0n;
  }

  /** Reduced as far as known by now. */
  value(expr: Expr): Value | null {
    return this.asm.evaluateNow(expr);
  }
}
