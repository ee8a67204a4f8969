/**
 * Characters of a linker script into words. The language is read in two ways: as expressions, where `*` and `-` are
 * operators, and as file and section patterns, where they belong to the name (ld manual, node Script Format).
 */
import { TskvmError } from '../../diagnostics.js';

const OPERATORS = [
  '<<=', '>>=', '<<', '>>', '==', '!=', '<=', '>=', '&&', '||', '+=', '-=', '*=', '/=', '&=', '|=', '^=',
  '+', '-', '*', '/', '%', '&', '|', '^', '~', '!', '<', '>', '=', '?', ':', '(', ')', '{', '}', '[', ']', ',', ';',
]; // prettier-ignore

export type WordKind = 'name' | 'number' | 'string' | 'operator' | 'end';

export interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

const NAME = /[A-Za-z_.$\\][A-Za-z0-9_.$\\~]*/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|\$[0-9a-fA-F]+|[0-9][0-9a-fA-F]*[hH]|[0-9]+)[kKmM]?/y;
const PATTERN = /[A-Za-z0-9_/.\\$~+\-:[\]?*^!@#]+/y;

export class ScriptScanner {
  position = 0;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  get line(): number {
    let line = 1;
    for (let i = this.text.indexOf('\n'); i >= 0 && i < this.position; i = this.text.indexOf('\n', i + 1)) line++;
    return line;
  }

  fail(message: string): never {
    throw new TskvmError(`${this.file}:${this.line}: ${message}`, 1);
  }

  skip(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.position);
      if (c === 32 || (c >= 9 && c <= 13)) this.position++;
      else if (c === 0x2f && this.text.charCodeAt(this.position + 1) === 0x2a) {
        const end = this.text.indexOf('*/', this.position + 2);
        if (end < 0) this.fail('unterminated comment');
        this.position = end + 2;
      } else if (c === 0x23) {
        const end = this.text.indexOf('\n', this.position);
        this.position = end < 0 ? this.text.length : end;
      } else return;
    }
  }

  /** The next word of an expression. */
  next(): Word {
    const word = this.peek();
    this.position += this.peeked;
    return word;
  }

  private peeked = 0;

  peek(): Word {
    this.skip();
    if (this.position >= this.text.length) return this.found('end', '', 0);
    if (this.text[this.position] === '"') {
      const end = this.text.indexOf('"', this.position + 1);
      if (end < 0) this.fail('unterminated string');
      return this.found('string', this.text.slice(this.position + 1, end), end + 1 - this.position);
    }
    if (this.text.startsWith('/DISCARD/', this.position)) return this.found('name', '/DISCARD/', 9);
    NUMBER.lastIndex = this.position;
    const number = NUMBER.exec(this.text);
    if (number) return this.found('number', number[0], number[0].length);
    NAME.lastIndex = this.position;
    const name = NAME.exec(this.text);
    if (name) return this.found('name', name[0], name[0].length);
    const operator = OPERATORS.find((o) => this.text.startsWith(o, this.position));
    if (operator === undefined) this.fail(`syntax error near \`${this.text.slice(this.position, this.position + 12).split('\n')[0]}'`);
    return this.found('operator', operator, operator.length);
  }

  private found(kind: WordKind, text: string, length: number): Word {
    this.peeked = length;
    return { kind, text };
  }

  /** A file or section pattern, quoted or not; empty when none stands here. */
  pattern(): string {
    this.skip();
    if (this.text[this.position] === '"') return this.next().text;
    PATTERN.lastIndex = this.position;
    const match = PATTERN.exec(this.text);
    if (!match) return '';
    // `.text:` names `.text`; a colon inside is `archive:file`.
    const text = match[0].replace(/:+$/, '');
    this.position += text.length;
    return text;
  }

  peekPattern(): string {
    const at = this.position;
    const text = this.pattern();
    this.position = at;
    return text;
  }

  /** The next word where a pattern may stand: never fails on pattern characters. */
  peekInBody(): Word {
    this.skip();
    const c = this.text[this.position];
    if (c === undefined) return this.found('end', '', 0);
    if (c === '*' || c === '/' || c === '[' || c === '?' || c === '@') return this.found('operator', c, 1);
    return this.peek();
  }

  /** True, and consumed, when the next word is exactly this. */
  take(text: string): boolean {
    const word = this.peek();
    if (word.kind === 'string' || word.text !== text) return false;
    this.position += this.peeked;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(`syntax error: expected \`${text}' before \`${this.peek().text || 'end of file'}'`);
  }

  name(): string {
    const word = this.next();
    if (word.kind !== 'name' && word.kind !== 'string') this.fail(`syntax error: a name was expected instead of \`${word.text}'`);
    return word.text;
  }
}

/** `0x10`, `10K`, `0FFh`, `$ff`. */
export function scriptNumber(text: string): bigint {
  let scale = 1n;
  let digits = text;
  const last = digits[digits.length - 1].toLowerCase();
  if (last === 'k' || last === 'm') {
    scale = last === 'k' ? 1024n : 1048576n;
    digits = digits.slice(0, -1);
  }
  if (/^0x/i.test(digits)) return BigInt(digits) * scale;
  if (digits.startsWith('$')) return BigInt(`0x${digits.slice(1)}`) * scale;
  if (/h$/i.test(digits)) return BigInt(`0x${digits.slice(0, -1)}`) * scale;
  return (/^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits)) * scale;
}
