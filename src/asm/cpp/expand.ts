/** Macro expansion (C11 6.10.3): contexts of pending tokens, arguments, `#`, `##` and rescanning. */
import type { Macro } from './macro.js';
import { Argument, paste, substitute } from './substitute.js';
import { BOL, EOF, NAME, NO_EXPAND, PADDING, PASTE, PUNCTUATOR, WHITE, avoidPaste, eof, padding, withFlags, type Token } from './tokens.js';

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
  definition(name: string): Macro | undefined;
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
      const macro = this.host.definition(t.text);
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

  /** Runs `run` as if `tokens` were the rest of a directive. */
  asDirective(tokens: readonly Token[], run: () => void): void {
    const { inDirective, parsingArgs, preventExpansion } = this;
    // Its end can be read more than once.
    this.push(null, [...tokens, eof, eof, eof, eof], 0);
    const level = this.stack.length;
    this.inDirective = true;
    this.parsingArgs = 0;
    this.preventExpansion = 0;
    run();
    this.inDirective = inDirective;
    this.parsingArgs = parsingArgs;
    this.preventExpansion = preventExpansion;
    this.dropContexts(level - 1);
  }

  private push(macro: Macro | null, tokens: readonly Token[], line: number): void {
    this.stack.push((this.context = { macro, tokens, pos: 0, line }));
    if (macro !== null) this.disable(macro, true);
    if (this.stack.length > 100_000) this.tooLarge();
  }

  private pop(): void {
    const ended = this.stack.pop();
    if (ended?.macro) this.disable(ended.macro, false);
    this.context = this.stack.length > 0 ? this.stack[this.stack.length - 1] : null;
  }

  /** A name is disabled, not a definition: directives among the arguments may have given it a new one. */
  private disable(macro: Macro, disabled: boolean): void {
    macro.disabled = disabled;
    const current = macro.replaced ? this.host.definition(macro.name) : undefined;
    if (current !== undefined) current.disabled = disabled;
  }

  /** Forgets what is left of the expansions in progress: a directive ends its line. */
  dropContexts(keep: number): void {
    while (this.stack.length > keep) this.pop();
  }

  get contexts(): number {
    return this.stack.length;
  }

  /** Counts tokens that were made: expansion that does not come to an end is an error, not a full memory. */
  count(tokens: number): void {
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
      if (macro.params.length > 0) tokens = substitute(macro, args, this);
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
      // A line that begins with `#` and is no directive ends an argument, as a comma does.
    } while (t.kind !== EOF && t.text !== ')');
    if (t.kind === EOF) {
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

  warning(message: string): void {
    this.host.warning(message, null);
  }

  /** The argument with its macros replaced, as a parameter away from `#` and `##` stands for it. */
  expanded(arg: Argument): readonly Token[] {
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
