/** Macro expansion (C11 6.10.3): contexts of pending tokens, arguments, `#`, `##` and rescanning. */
import { lexText } from './lexer.js';
import type { Macro } from './macro.js';
import {
  BOL,
  CHAR,
  EOF,
  NAME,
  NO_EXPAND,
  OTHER,
  PADDING,
  PARAMETER,
  PASTE,
  PUNCTUATOR,
  STRING,
  STRINGIFY,
  WHITE,
  avoidPaste,
  eof,
  padding,
  token,
  withFlags,
  type Token,
} from './tokens.js';

/** Tokens that all expansions together may come to: so many, and so many more a byte of source. */
const tokenLimit = 4_000_000;
const tokensPerByte = 64;
/** How deep macros may stand in arguments of macros. */
const depthLimit = 400;

interface Context {
  /** Enabled again when the context ends. */
  readonly macro: Macro | null;
  readonly tokens: readonly Token[];
  pos: number;
  /** Line of the invocation in the file: what __LINE__ gives in the macro's body. */
  readonly line: number;
}

/** What expansion asks of the preprocessor around it. */
export interface ExpansionHost {
  /** The next token of the files; directives are done on the way. */
  nextFromFile(): Token;
  macro(name: string): Macro | undefined;
  /** Tokens of a built-in macro. */
  builtin(macro: Macro, line: number, name: Token): Token[];
  /** Bytes of source read so far. */
  readonly bytesRead: number;
  error(message: string, at: Token | null): void;
  warning(message: string, at: Token | null): void;
  fatal(message: string): never;
}

export class Expander {
  /** Inside a directive: paddings are left out, the end of the line is EOF. */
  inDirective = false;
  /** 1: looking for the `(` of a function-like macro; 2: collecting its arguments. */
  parsingArgs: 0 | 1 | 2 = 0;
  preventExpansion = 0;
  private readonly stack: Context[] = [];
  private context: Context | null = null;
  private lookahead: Token | null = null;
  private work = 0;
  private depth = 0;

  constructor(private readonly host: ExpansionHost) {}

  /** Nothing is pending: the next token comes from the file. */
  get atFile(): boolean {
    return this.context === null && this.lookahead === null;
  }

  /** The token that was looked at and put back, if any. */
  takeLookahead(): Token | null {
    const t = this.lookahead;
    this.lookahead = null;
    return t;
  }

  /** The next token after macro replacement; PADDING tokens only outside directives. */
  next(): Token {
    for (;;) {
      const { context } = this;
      let t: Token;
      let line = 0;
      if (context === null) {
        t = this.host.nextFromFile();
        line = t.line;
      } else if (context.pos < context.tokens.length) {
        t = context.tokens[context.pos++];
        line = t.line === 0 ? context.line : t.line;
        if ((t.flags & PASTE) !== 0) {
          this.pasteAll(t, context);
          if (this.inDirective) continue;
          return padding(t);
        }
      } else {
        this.pop();
        if (this.inDirective) continue;
        return avoidPaste;
      }
      if (t.kind !== NAME || (t.flags & NO_EXPAND) !== 0) return t;
      const macro = this.host.macro(t.text);
      if (macro === undefined) return t;
      if (macro.disabled) return withFlags(t, t.flags | NO_EXPAND);
      if (this.preventExpansion > 0) return t;
      if (this.enter(macro, t, line)) {
        if (this.inDirective) continue;
        return padding(t);
      }
      return t;
    }
  }

  /** Puts back the token that `next` just gave. */
  backup(t: Token): void {
    if (this.context !== null) this.context.pos -= 1;
    else this.lookahead = t;
  }

  private push(macro: Macro | null, tokens: readonly Token[], line: number): void {
    this.stack.push((this.context = { macro, tokens, pos: 0, line }));
    if (macro !== null) macro.disabled = true;
    if (this.stack.length > 100_000) this.tooLarge();
  }

  private pop(): void {
    const ended = this.stack.pop();
    if (ended?.macro) ended.macro.disabled = false;
    this.context = this.stack.length > 0 ? this.stack[this.stack.length - 1] : null;
  }

  /** Forgets what is left of the expansions in progress: a directive ends its line. */
  dropContexts(keep: number): void {
    while (this.stack.length > keep) this.pop();
  }

  get contexts(): number {
    return this.stack.length;
  }

  private count(tokens: number): void {
    this.work += tokens;
    if (this.work > tokenLimit && this.work > tokenLimit + tokensPerByte * this.host.bytesRead) this.tooLarge();
  }

  private tooLarge(): never {
    this.host.fatal('macro expansion does not come to an end');
  }

  /** Replaces `name`: pushes the macro's tokens. False: a function-like macro without its arguments. */
  private enter(macro: Macro, name: Token, line: number): boolean {
    if (macro.builtin !== null) {
      const tokens = this.host.builtin(macro, line, name);
      this.push(null, tokens, line);
      return true;
    }
    let tokens = macro.body;
    if (macro.params !== null) {
      this.preventExpansion += 1;
      this.parsingArgs = 1;
      const args = this.invocation(macro);
      this.parsingArgs = 0;
      this.preventExpansion -= 1;
      if (args === null) return false;
      if (macro.params.length > 0) tokens = this.replaceArguments(macro, args);
    }
    this.count(tokens.length + 1);
    this.push(macro, tokens, line);
    return true;
  }

  private invocation(macro: Macro): Argument[] | null {
    let kept: Token | null = null;
    let t = this.next();
    for (; t.kind === PADDING; t = this.next()) {
      if (kept === null || kept.source === null || ((kept.source.flags & WHITE) === 0 && t.source === null)) kept = t;
    }
    if (t.kind === PUNCTUATOR && t.text === '(') {
      this.parsingArgs = 2;
      return this.collect(macro);
    }
    if (t.kind !== EOF || t === eof) {
      this.backup(t);
      if (kept !== null) this.push(null, [kept], 0);
    }
    return null;
  }

  private collect(macro: Macro): Argument[] | null {
    const count = macro.params!.length;
    const args: Argument[] = [];
    let t: Token;
    do {
      const tokens: Token[] = [];
      let parens = 0;
      for (;;) {
        t = this.next();
        if (t.kind === PADDING) {
          if (tokens.length === 0) continue;
        } else if (t.kind === PUNCTUATOR) {
          if (t.text === '(') parens += 1;
          else if (t.text === ')') {
            if (parens-- === 0) break;
          } else if (t.text === ',') {
            if (parens === 0 && !(macro.variadic && args.length + 1 === count)) break;
          } else if (t.text === '#' && (t.flags & BOL) !== 0) break;
        } else if (t.kind === EOF) break;
        tokens.push(t);
        this.count(1);
      }
      while (tokens.length > 0 && tokens[tokens.length - 1].kind === PADDING) tokens.pop();
      args.push(new Argument(tokens));
    } while (t.text === ',' && t.kind === PUNCTUATOR);
    if (t.text !== ')') {
      if (this.context !== null || this.inDirective) this.backup(t);
      this.host.error(`unterminated argument list invoking macro "${macro.name}"`, t);
      return null;
    }
    return this.arrange(macro, args, t);
  }

  /** Checks the number of arguments, and marks a variadic one that was left out. */
  private arrange(macro: Macro, args: Argument[], at: Token): Argument[] | null {
    const wanted = macro.params!.length;
    let given = args.length;
    if (given === 1 && wanted === 0 && args[0].tokens.length === 0) given = 0;
    if (given > wanted) {
      this.host.error(`macro "${macro.name}" passed ${given} arguments, but takes just ${wanted}`, at);
      return null;
    }
    if (given < wanted && !(given + 1 === wanted && macro.variadic)) {
      this.host.error(`macro "${macro.name}" requires ${wanted} arguments, but only ${given} given`, at);
      return null;
    }
    if (given < wanted) args.push(new Argument([]));
    if (macro.variadic && (given < wanted || (given === 1 && args[0].tokens.length === 0))) args[wanted - 1].omitted = true;
    return args;
  }

  private expanded(arg: Argument): readonly Token[] {
    if (arg.expansion === null) {
      if (arg.tokens.length === 0) return (arg.expansion = []);
      if (this.depth >= depthLimit) this.host.fatal(`macro calls in arguments of macro calls nest deeper than ${depthLimit}`);
      this.depth += 1;
      this.push(null, [...arg.tokens, eof], 0);
      const level = this.stack.length;
      const found: Token[] = [];
      const prevented = this.preventExpansion;
      this.preventExpansion = 0;
      for (let t = this.next(); t.kind !== EOF; t = this.next()) {
        found.push(t);
        this.count(1);
      }
      this.preventExpansion = prevented;
      this.dropContexts(level - 1);
      this.depth -= 1;
      arg.expansion = found;
    }
    return arg.expansion;
  }

  /** The macro's body with its parameters replaced (6.10.3.1 to 6.10.3.3). */
  private replaceArguments(macro: Macro, args: Argument[]): Token[] {
    const out: Token[] = [];
    this.replaceRange(macro, args, 0, macro.body.length, out);
    return out;
  }

  private replaceRange(macro: Macro, args: Argument[], from: number, to: number, out: Token[]): void {
    const { body } = macro;
    for (let i = from; i < to; i++) {
      const t = body[i];
      if (t.kind !== PARAMETER) {
        if (t.kind === NAME && t.text === '__VA_OPT__' && macro.variadic && body[i + 1]?.text === '(') {
          i = this.optional(macro, args, i, out);
        } else out.push(t);
        continue;
      }
      this.replaceParameter(macro, args, i, out, i === from && from > 0);
      this.count(1);
    }
  }

  /** `afterOptional`: first in a __VA_OPT__( … ): no padding before it. */
  private replaceParameter(macro: Macro, args: Argument[], i: number, out: Token[], afterOptional: boolean): void {
    const { body } = macro;
    const t = body[i];
    const arg = args[t.arg];
    const rightOfPaste = i > 0 && (body[i - 1].flags & PASTE) !== 0;
    const leftOfPaste = (t.flags & PASTE) !== 0;
    const spaced = !this.inDirective;
    let tokens: readonly Token[];
    let flagAt = -1;
    if ((t.flags & STRINGIFY) !== 0) tokens = [this.stringify(arg)];
    else if (leftOfPaste || rightOfPaste) {
      tokens = arg.tokens;
      const last = out.length - 1;
      if (!leftOfPaste || rightOfPaste) {
        if (
          last >= 0 &&
          out[last].kind === PUNCTUATOR &&
          out[last].text === ',' &&
          macro.variadic &&
          t.arg === args.length - 1 &&
          !leftOfPaste
        ) {
          if (arg.omitted) out.pop();
          else flagAt = last;
        } else if (last >= 0 && tokens.length === 0) flagAt = last;
      }
    } else tokens = this.expanded(arg);
    if (spaced && i > 0 && !rightOfPaste && !afterOptional) out.push(padding(t));
    this.count(tokens.length);
    for (const u of tokens) out.push(u);
    if (leftOfPaste && tokens.length > 0) flagAt = out.length - 1;
    const marked = flagAt;
    if (spaced && !leftOfPaste) out.push(avoidPaste);
    if (marked >= 0) out[marked] = withFlags(out[marked], leftOfPaste ? out[marked].flags | PASTE : out[marked].flags & ~PASTE);
  }

  /** `__VA_OPT__ ( … )` at body[i]: its content when the variable arguments expand to something. Returns the index of its `)`. */
  private optional(macro: Macro, args: Argument[], i: number, out: Token[]): number {
    const { body } = macro;
    let close = i + 2;
    for (let parens = 0; close < body.length; close++) {
      if (body[close].text === '(') parens += 1;
      else if (body[close].text === ')' && parens-- === 0) break;
    }
    const present = this.expanded(args[args.length - 1]).some((t) => t.kind !== PADDING);
    const rightOfPaste = i > 0 && (body[i - 1].flags & PASTE) !== 0;
    const leftOfPaste = close < body.length && (body[close].flags & PASTE) !== 0;
    const spaced = !this.inDirective;
    if (spaced && i > 0 && !rightOfPaste) out.push(padding(body[i]));
    const before = out.length;
    if (present) this.replaceRange(macro, args, i + 2, close, out);
    while (out.length > before && out[out.length - 1].kind === PADDING) out.pop();
    const last = out.length - 1;
    if (last >= 0 && (out.length > before ? leftOfPaste : rightOfPaste)) {
      out[last] = withFlags(out[last], leftOfPaste ? out[last].flags | PASTE : out[last].flags & ~PASTE);
    }
    if (spaced && !leftOfPaste) out.push(avoidPaste);
    return close;
  }

  /** `#parameter` (6.10.3.2) */
  private stringify(arg: Argument): Token {
    if (arg.string !== null) return arg.string;
    let text = '"';
    let source: Token | null = null;
    let backslashes = 0;
    for (const t of arg.tokens) {
      if (t.kind === PADDING) {
        if (source === null || ((source.flags & WHITE) === 0 && t.source === null)) source = t.source;
        continue;
      }
      if (text.length > 1 && ((source ?? t).flags & WHITE) !== 0) text += ' ';
      source = null;
      text += t.kind === STRING || t.kind === CHAR ? t.text.replace(/[\\"]/g, '\\$&') : t.text;
      backslashes = t.kind === OTHER && t.text[0] === '\\' ? backslashes + 1 : 0;
    }
    if (backslashes % 2 === 1) {
      this.host.warning("invalid string literal, ignoring final '\\'", null);
      text = text.slice(0, -1);
    }
    return (arg.string = token(STRING, `${text}"`, 0, 0, 0));
  }

  /** `left ## …`: joins as long as the right side is itself a left side; pushes the result (6.10.3.3). */
  private pasteAll(left: Token, context: Context): void {
    let result = left;
    const line = left.line === 0 ? context.line : left.line;
    for (let more = true; more;) {
      if (context.pos >= context.tokens.length) break;
      const right = context.tokens[context.pos++];
      if (right.kind === PADDING) continue;
      const joined = paste(result, right);
      if (joined === null) {
        context.pos -= 1;
        break;
      }
      result = joined;
      more = (right.flags & PASTE) !== 0;
    }
    this.count(1);
    this.push(null, [withFlags(result, result.flags & ~PASTE)], line);
  }
}

/** One token of both, or null: in assembler sources that is no error, they stay two. */
function paste(left: Token, right: Token): Token | null {
  if (right.kind === EOF) return null;
  const text = left.text + (left.text === '/' && right.text[0] !== '=' ? ' ' : '') + right.text;
  const tokens = lexText(text);
  if (tokens.length !== 1) return null;
  return { ...tokens[0], flags: left.flags & WHITE, line: left.line, column: left.column };
}

class Argument {
  /** A variadic argument that was left out altogether. */
  omitted = false;
  expansion: readonly Token[] | null = null;
  string: Token | null = null;
  constructor(readonly tokens: readonly Token[]) {}
}
