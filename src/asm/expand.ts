/**
 * Macros: what a definition is, how arguments are taken apart, how a body becomes text (gas manual, nodes Macro and
 * Altmacro). Reading definitions from the source is in expand-collect.ts, the directives in directives/macro.ts.
 */
import { Arguments, isNameChar, isNameStart } from './arguments.js';
import type { Assembler } from './assembler.js';
import { isConstant } from './expression.js';

export interface Formal {
  readonly name: string;
  readonly kind: 'optional' | 'required' | 'vararg';
  readonly default: string;
}

export interface Macro {
  readonly name: string;
  readonly formals: readonly Formal[];
  readonly body: string;
  readonly file: string;
  /** Of its .macro. */
  readonly line: number;
  /** The body taken apart, for either syntax; made when first needed. */
  plain: Template | null;
  alternate: Template | null;
  /** Operands as written → expansion, where that is all it depends on. */
  readonly known: Map<string, Expansion>;
}

/** What a call becomes: its text, and its lines. */
export interface Expansion {
  readonly text: string;
  readonly lines: readonly string[] | null;
}

/** A body: texts between which stand formals (0 …), the invocation's number (-1) and local labels (-2 …). */
interface Template {
  readonly pieces: readonly (string | number)[];
  readonly locals: number;
  /** Contains `\@` or LOCAL: every expansion differs. */
  readonly numbered: boolean;
}

const NUMBER = -1;
const FIRST_LOCAL = -2;

/** Expansions remembered per macro, and how long they may be. */
const KNOWN_LIMIT = 1024;
const KNOWN_TEXT = 4096;

export class ExpansionError extends Error {}

const isBlank = (c: string): boolean => c === ' ' || c === '\t';

/** The index behind the name at `at`; `at` itself when there is none. A `&` behind it belongs to it in .altmacro. */
export function nameEnd(text: string, at: number): number {
  if (at >= text.length || !isNameStart(text.charCodeAt(at))) return at;
  do at += 1;
  while (at < text.length && isNameChar(text.charCodeAt(at)));
  return at;
}

export function skipBlanks(text: string, at: number): number {
  while (at < text.length && isBlank(text[at])) at += 1;
  return at;
}

export function skipComma(text: string, at: number): number {
  at = skipBlanks(text, at);
  if (text[at] === ',') at += 1;
  return skipBlanks(text, at);
}

/** Takes arguments from scrubbed text, one after the other. */
export class ArgumentReader {
  at = 0;

  constructor(
    readonly text: string,
    private readonly asm: Assembler,
    private readonly alternate: boolean,
  ) {}

  /** One argument: a word, a string without its quotes, `<…>` or `%expression` in .altmacro. */
  next(): string {
    const { text, alternate } = this;
    this.at = skipBlanks(text, this.at);
    const c = text[this.at];
    if (c === undefined) return '';
    if (text[this.at + 1] === "'" && this.at + 2 < text.length && 'bBqQhHdD'.includes(c)) return this.prefixed();
    if (alternate && c === '%') return this.evaluated();
    if (c === '"' || (alternate && c === "'")) return alternate ? c + this.quoted() + c : this.quoted();
    if (alternate && c === '<') return this.quoted();
    return this.word();
  }

  /** `b'1010` and the like stay together. */
  private prefixed(): string {
    const { text } = this;
    const start = this.at;
    while (this.at < text.length && !this.isSeparator(text[this.at])) this.at += 1;
    return text.slice(start, this.at);
  }

  isSeparator(c: string): boolean {
    return ' \t,";)('.includes(c) || (this.alternate && (c === '<' || c === '>'));
  }

  private evaluated(): string {
    const args = new Arguments(this.asm).start(this.text, this.at + 1, 0);
    const expr = args.expression();
    const value = expr.kind === 'absent' ? null : this.asm.reduceNow(expr);
    this.at = args.pos;
    if (value === null || !isConstant(value)) {
      this.asm.error('% operator needs absolute expression');
      return '0';
    }
    return String(value.value);
  }

  /** Adjacent strings join; a doubled quote stands for one; `!` protects in .altmacro. */
  private quoted(): string {
    const { text, alternate } = this;
    let out = '';
    for (let quote = text[this.at]; quote === '"' || (alternate && (quote === '<' || quote === "'")); quote = text[this.at]) {
      out += quote === '<' ? this.bracketed() : this.string(quote);
    }
    return out;
  }

  private bracketed(): string {
    const { text } = this;
    let out = '';
    let at = this.at + 1;
    for (let nest = 0; at < text.length && (text[at] !== '>' || nest > 0); at++) {
      if (text[at] === '!') at += 1;
      else if (text[at] === '>') nest -= 1;
      else if (text[at] === '<') nest += 1;
      out += text[at] ?? '';
    }
    this.at = at + 1;
    return out;
  }

  private string(quote: string): string {
    const { text, alternate } = this;
    let out = '';
    let escaped = false;
    let at = this.at + 1;
    while (at < text.length) {
      escaped = text[at - 1] === '\\' ? !escaped : false;
      if (alternate && text[at] === '!') {
        out += text[at + 1] ?? '';
        at += 2;
      } else if (escaped && text[at] === quote) {
        out += quote;
        at += 1;
      } else {
        if (text[at] === quote) {
          at += 1;
          if (text[at] !== quote) break;
        }
        out += text[at];
        at += 1;
      }
    }
    this.at = at;
    return out;
  }

  /** Up to a comma, or to a blank outside brackets. */
  private word(): string {
    const { text, alternate } = this;
    const start = this.at;
    const brackets: string[] = [];
    let at = start;
    for (; at < text.length; at++) {
      const c = text[at];
      if (c === ',' || (brackets.length === 0 && isBlank(c)) || (alternate && c === '<')) break;
      if (c === '"' || c === "'") {
        at = text.indexOf(c, at + 1);
        if (at < 0) {
          at = text.length;
          break;
        }
      } else if (c === '(' || c === '[') brackets.push(c);
      else if (c === ')' ? brackets[brackets.length - 1] === '(' : c === ']' && brackets[brackets.length - 1] === '[') brackets.pop();
    }
    this.at = at;
    return text.slice(start, at);
  }
}

/** The values of a macro's formals in a call; null after a reported error. `operands` is scrubbed. */
export function bindArguments(asm: Assembler, macro: Macro, operands: string, alternate: boolean): string[] | null {
  const { formals } = macro;
  const values: string[] = Array.from({ length: formals.length }, () => '');
  const reader = new ArgumentReader(operands, asm, alternate);
  let keywords = false;
  let next = 0;
  for (reader.at = skipBlanks(operands, 0); reader.at < operands.length; reader.at = skipComma(operands, reader.at)) {
    let scan = reader.at;
    while (scan < operands.length && operands[scan] !== '=' && !reader.isSeparator(operands[scan])) scan += 1;
    if (operands[scan] === '=' && !alternate) {
      keywords = true;
      const end = nameEnd(operands, reader.at);
      if (operands[end] !== '=') return fail(asm, 'confusion in formal parameters');
      const name = operands.slice(reader.at, end);
      reader.at = end + 1;
      const index = formals.findIndex((formal) => formal.name === name);
      if (index < 0) asm.error(`Parameter named \`${name}' does not exist for macro \`${macro.name}'`);
      else if (values[index] !== '') asm.warning(`Value for parameter \`${name}' of macro \`${macro.name}' was already specified`);
      const value = reader.next();
      if (index >= 0) values[index] = value;
    } else {
      if (keywords) return fail(asm, "can't mix positional and keyword arguments");
      const formal = formals[next];
      if (formal === undefined) return fail(asm, 'too many positional arguments');
      if (formal.kind === 'vararg') {
        values[next] = operands.slice(reader.at);
        reader.at = operands.length;
      } else values[next] = reader.next();
      next += 1;
    }
  }
  for (let i = 0; i < formals.length; i++) {
    if (formals[i].kind === 'required' && values[i] === '') {
      asm.error(`Missing value for required parameter \`${formals[i].name}' of macro \`${macro.name}'`);
    }
    if (values[i] === '') values[i] = formals[i].default;
  }
  return values;
}

function fail(asm: Assembler, message: string): null {
  asm.error(message);
  return null;
}

/** Takes a body apart. `line` is where it begins, for messages; `locals`: LOCAL is a statement in it. */
export function parseTemplate(asm: Assembler, body: string, names: readonly string[], alternate: boolean, macro: Macro | null): Template {
  // Of two of the same name the first counts.
  const index = new Map<string, number>();
  names.forEach((name, i) => index.has(name) || index.set(name, i));
  const pieces: (string | number)[] = [];
  let literal = '';
  let locals = 0;
  let numbered = false;
  let quoted = false;
  let newlines = 0;
  const add = (piece: number): void => {
    if (literal !== '') pieces.push(literal);
    literal = '';
    pieces.push(piece);
  };
  /** A name at `at` and the delimiter `suffix` behind it; `otherwise` is written when it is no formal. */
  const substitute = (at: number, suffix: string, otherwise: (name: string, ended: boolean) => string): number => {
    let end = nameEnd(body, at);
    const name = body.slice(at, end);
    if (alternate && body[end] === '&') end += 1;
    if (body[end] === suffix) end += 1;
    const found = index.get(name);
    if (found !== undefined) add(found);
    else literal += otherwise(name, end > at && body[end - 1] === suffix);
    return end;
  };
  let at = 0;
  while (at < body.length) {
    const c = body[at];
    if (c === '&') at = substitute(at + 1, '&', (name, ended) => `&${name}${ended ? '&' : ''}`);
    else if (c === '\\') {
      at += 1;
      if (body[at] === '(') {
        let close = body.indexOf(')', at);
        if (close < 0) {
          close = body.length;
          if (macro === null) throw new ExpansionError("missing `)'");
          asm.errorAt("missing `)'", macro.file, macro.line + newlines);
        }
        literal += body.slice(at + 1, close);
        at = close + 1;
      } else if (body[at] === '@') {
        add(NUMBER);
        numbered = true;
        at += 1;
      } else if (body[at] === '&') {
        literal += '\\&';
        at += 1;
      } else at = substitute(at, "'", (name) => `\\${name}`);
    } else if (alternate && isNameStart(body.charCodeAt(at))) {
      if (macro !== null && !quoted && /^local[ \t]/i.test(body.slice(at, at + 6))) {
        at = skipBlanks(body, at + 5);
        while (at < body.length && body[at] !== '\n' && body[at] !== ';') {
          const end = nameEnd(body, at);
          const name = body.slice(at, end);
          if (end === at) break;
          if (index.has(name)) {
            asm.errorAt(`\`${name}' was already used as parameter (or another local) name`, macro.file, macro.line + newlines);
          } else index.set(name, FIRST_LOCAL - locals++);
          at = skipComma(body, end);
        }
        numbered = true;
      } else at = substitute(at, "'", (name) => name);
    } else {
      if (c === '"') quoted = !quoted;
      else if (c === '\n') newlines += 1;
      literal += c;
      at += 1;
    }
  }
  if (literal !== '') pieces.push(literal);
  return { pieces, locals, numbered };
}

/** Numbers that expansions use up. */
export interface Counters {
  /** `\@`: macros expanded so far. */
  calls: number;
  /** LOCAL labels made so far. */
  locals: number;
}

/** The template with values for its formals. */
export function fill(template: Template, values: readonly string[], counters: Counters): string {
  let out = '';
  const { pieces, locals } = template;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i];
    if (typeof piece === 'string') out += piece;
    else if (piece >= 0) out += values[piece];
    else if (piece === NUMBER) out += String(counters.calls);
    else out += `.LL${(counters.locals + FIRST_LOCAL - piece + 1).toString(16).padStart(4, '0')}`;
  }
  counters.locals += locals;
  return out;
}

/**
 * What a call of `macro` becomes; null after a reported error. `operands` is scrubbed, `written` the same as it stands in
 * the source (null: not to be remembered).
 */
export function expandCall(
  asm: Assembler,
  macro: Macro,
  operands: string,
  written: string | null,
  alternate: boolean,
  counters: Counters,
): Expansion | null {
  const reported = asm.bag.all.length;
  const values = bindArguments(asm, macro, operands, alternate);
  if (values === null) return null;
  const names = macro.formals.map((formal) => formal.name);
  const template = alternate
    ? (macro.alternate ??= parseTemplate(asm, macro.body, names, true, macro))
    : (macro.plain ??= parseTemplate(asm, macro.body, names, false, macro));
  const text = fill(template, values, counters);
  counters.calls += 1;
  if (written === null || alternate || template.numbered || asm.bag.all.length !== reported || text.length > KNOWN_TEXT)
    return { text, lines: null };
  // Most operands never come again: only the second time is it worth while to take the text apart.
  const again = macro.known.has(written);
  const expansion = { text, lines: again ? text.split('\n') : null };
  if (macro.known.size < KNOWN_LIMIT || again) macro.known.set(written, expansion);
  return expansion;
}
