/** A macro's body with its parameters replaced: `#`, `##`, `__VA_OPT__` (C11 6.10.3.1 to 6.10.3.3, C23 6.10.5.1). */
import { lexText } from './lexer.js';
import type { Macro } from './macro.js';
import {
  CHAR,
  EOF,
  NAME,
  OTHER,
  PADDING,
  PARAMETER,
  PASTE,
  PUNCTUATOR,
  STRING,
  STRINGIFY,
  WHITE,
  avoidPaste,
  padding,
  token,
  withFlags,
  type Token,
} from './tokens.js';

/** One argument of an invocation; what it comes to is found once. */
export class Argument {
  /** A variadic argument that was left out altogether. */
  omitted = false;
  expansion: readonly Token[] | null = null;
  string: Token | null = null;
  constructor(readonly tokens: readonly Token[]) {}
}

/** What substitution asks of the expander around it. */
export interface SubstitutionHost {
  readonly inDirective: boolean;
  expanded(arg: Argument): readonly Token[];
  count(tokens: number): void;
  warning(message: string): void;
}

/** The body of `macro` with `args` for its parameters. */
export function substitute(macro: Macro, args: readonly Argument[], host: SubstitutionHost): Token[] {
  const { body } = macro;
  // Every parameter is expanded, also in a __VA_OPT__ that comes to nothing: what is wrong in an argument is always said.
  for (let i = 0; i < body.length; i++) {
    if (body[i].kind !== PARAMETER) continue;
    const arg = args[body[i].arg];
    if ((body[i].flags & STRINGIFY) !== 0) arg.string ??= stringify(arg.tokens, host);
    else if (!pasted(body, i)) host.expanded(arg);
  }
  return new Substitution(macro, args, host).run();
}

const pasted = (body: readonly Token[], i: number): boolean =>
  (body[i].flags & PASTE) !== 0 || (i > 0 && (body[i - 1].flags & PASTE) !== 0);

class Substitution {
  private readonly out: Token[] = [];
  /** Inside `__VA_OPT__ ( … )`: how many parentheses are open. */
  private optional = 0;
  /** Index in `out` of the token before the __VA_OPT__; -1 when there is none. */
  private before = -1;
  private stringified = false;

  constructor(
    private readonly macro: Macro,
    private readonly args: readonly Argument[],
    private readonly host: SubstitutionHost,
  ) {}

  run(): Token[] {
    const { out, host } = this;
    const { body, variadic } = this.macro;
    let present: boolean | null = null;
    for (let i = 0; i < body.length; i++) {
      const t = body[i];
      if (variadic) {
        if (t.kind === NAME && t.text === '__VA_OPT__') {
          present ??= host.expanded(this.args[this.args.length - 1]).some((u) => u.kind !== PADDING);
          this.open(t, i);
          i += 1;
          continue;
        }
        if (this.optional > 0) {
          if (t.kind === PUNCTUATOR && t.text === '(') this.optional += 1;
          else if (t.kind === PUNCTUATOR && t.text === ')' && --this.optional === 0) {
            this.close(t);
            continue;
          }
          if (present !== true) continue;
        }
      }
      if (t.kind === PARAMETER) this.parameter(i);
      else out.push(t);
      host.count(1);
    }
    return out;
  }

  /** `__VA_OPT__ (` at body[i] */
  private open(t: Token, i: number): void {
    const { body } = this.macro;
    if (i > 0 && (body[i - 1].flags & PASTE) === 0) this.out.push(padding(t));
    this.before = this.out.length - 1;
    this.optional = 1;
    this.stringified = (t.flags & STRINGIFY) !== 0;
  }

  /** The `)` of a __VA_OPT__ */
  private close(t: Token): void {
    const { out, before } = this;
    this.before = -1;
    if (this.stringified) {
      const string = stringify(joinPasted(out.splice(before + 1)), this.host);
      out.push((t.flags & PASTE) !== 0 ? withFlags(string, PASTE) : string);
      return;
    }
    if ((t.flags & PASTE) !== 0) while (out.length - 1 > before && out[out.length - 1] === avoidPaste) out.pop();
    const last = out.length - 1;
    if (before >= 0 && last === before && (out[last].flags & PASTE) !== 0) out[last] = withFlags(out[last], out[last].flags & ~PASTE);
    if ((t.flags & PASTE) === 0) out.push(avoidPaste);
    else if (last >= 0 && out[last].kind !== PADDING) out[last] = withFlags(out[last], out[last].flags | PASTE);
  }

  /** Nothing of the current __VA_OPT__ has been put out. */
  private get atStart(): boolean {
    return this.optional > 0 && this.before >= 0 && this.before === this.out.length - 1;
  }

  private parameter(i: number): void {
    const { out, host, macro } = this;
    const { body } = macro;
    const t = body[i];
    const arg = this.args[t.arg];
    const rightOfPaste = i > 0 && (body[i - 1].flags & PASTE) !== 0;
    const leftOfPaste = (t.flags & PASTE) !== 0;
    let tokens: readonly Token[];
    let from = 0;
    // Where the paste flag is to be as this parameter's.
    let marked = -1;
    if ((t.flags & STRINGIFY) !== 0) tokens = [arg.string!];
    else if (leftOfPaste || rightOfPaste) {
      tokens = arg.tokens;
      const last = out.length - 1;
      if (!leftOfPaste && last >= 0) {
        if (out[last].kind === PUNCTUATOR && out[last].text === ',' && macro.variadic && t.arg === this.args.length - 1) {
          if (arg.omitted) out.pop();
          else marked = last;
        } else if (tokens.length === 0 && !this.atStart) marked = last;
      }
    } else {
      tokens = host.expanded(arg);
      if (this.atStart) while (from < tokens.length && tokens[from].kind === PADDING) from += 1;
    }
    if (!host.inDirective && i > 0 && !rightOfPaste && !this.atStart) out.push(padding(t));
    host.count(tokens.length);
    for (; from < tokens.length; from++) out.push(tokens[from]);
    if (leftOfPaste && tokens.length > 0) marked = out.length - 1;
    const flagged = marked;
    if (!host.inDirective && !leftOfPaste && !this.atStart) out.push(avoidPaste);
    if (flagged >= 0) out[flagged] = withFlags(out[flagged], (out[flagged].flags & ~PASTE) | (t.flags & PASTE));
  }
}

/** `#parameter` (6.10.3.2): the spelling of the argument's tokens. */
function stringify(tokens: readonly Token[], host: SubstitutionHost): Token {
  let text = '"';
  let source: Token | null = null;
  let backslashes = 0;
  for (const t of tokens) {
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
    host.warning("invalid string literal, ignoring final '\\'");
    text = text.slice(0, -1);
  }
  return token(STRING, `${text}"`, 0, 0, 0);
}

/** Tokens with what `##` joins joined. */
function joinPasted(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    let t = tokens[i];
    for (let left = t; (left.flags & PASTE) !== 0 && i + 1 < tokens.length;) {
      const both = paste(t, tokens[i + 1]);
      if (both === null) break;
      t = both;
      left = tokens[++i];
    }
    joined.push(t);
  }
  return joined;
}

/** One token of both, or null: in assembler sources that is no error, they stay two. */
export function paste(left: Token, right: Token): Token | null {
  if (right.kind === EOF) return null;
  const text = left.text + (left.text === '/' && right.text[0] !== '=' ? ' ' : '') + right.text;
  const tokens = lexText(text);
  if (tokens.length !== 1) return null;
  return { ...tokens[0], flags: left.flags & WHITE, line: left.line, column: left.column };
}
