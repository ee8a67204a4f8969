/** Macro definitions: their table, their parsing, their comparison (C11 6.10.3). */
import { lexText } from './lexer.js';
import { INNER_WHITE, NAME, PARAMETER, PASTE, PUNCTUATOR, STRINGIFY, WHITE, withFlags, type Token } from './tokens.js';

/** What a name stands for without a body. */
export type Builtin =
  | 'line'
  | 'file'
  | 'file-name'
  | 'base-file'
  | 'include-level'
  | 'counter'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'has-include'
  | 'has-include-next'
  | 'pragma';

export interface Macro {
  readonly name: string;
  /** null: object-like. */
  readonly params: readonly string[] | null;
  /** The last parameter takes the rest of the arguments. */
  readonly variadic: boolean;
  readonly body: readonly Token[];
  readonly builtin: Builtin | null;
  /** Being expanded: its name in its own expansion stays. */
  disabled: boolean;
  /** Undefined or defined anew since: what is expanding it may still come back to its name. */
  replaced: boolean;
  /** Where it was defined; line 0 for the predefined ones. */
  readonly file: string;
  readonly line: number;
}

/** A predefined macro whose body is read when it is first needed. */
export interface LazyMacro {
  readonly lazy: string;
}

/** Name → definition. The predefined macros stay unread texts until something asks for them. */
export class MacroTable {
  private readonly table = new Map<string, Macro | LazyMacro>();

  has(name: string): boolean {
    return this.table.has(name);
  }

  get(name: string): Macro | undefined {
    const found = this.table.get(name);
    if (found === undefined || !('lazy' in found)) return found as Macro | undefined;
    const macro: Macro = {
      ...plain(name),
      ...(parseDefinition(name, lexText(found.lazy), () => {}) as {
        params: string[] | null;
        variadic: boolean;
        body: Token[];
      }),
    };
    this.table.set(name, macro);
    return macro;
  }

  set(macro: Macro): void {
    this.table.set(macro.name, macro);
  }

  /** `text` is what follows the name in a #define, beginning with its `(` when it is function-like. */
  setLazy(name: string, text: string): void {
    this.table.set(name, { lazy: text });
  }

  delete(name: string): void {
    this.table.delete(name);
  }

  names(): IterableIterator<string> {
    return this.table.keys();
  }
}

function plain(name: string): Macro {
  return {
    name,
    params: null,
    variadic: false,
    body: [],
    builtin: null,
    disabled: false,
    replaced: false,
    file: '<built-in>',
    line: 0,
  };
}

export const builtin = (name: string, kind: Builtin): Macro => ({ ...plain(name), builtin: kind });

export const builtins: readonly (readonly [string, Builtin])[] = [
  ['__LINE__', 'line'],
  ['__FILE__', 'file'],
  ['__FILE_NAME__', 'file-name'],
  ['__BASE_FILE__', 'base-file'],
  ['__INCLUDE_LEVEL__', 'include-level'],
  ['__COUNTER__', 'counter'],
  ['__DATE__', 'date'],
  ['__TIME__', 'time'],
  ['__TIMESTAMP__', 'timestamp'],
  ['__has_include', 'has-include'],
  ['__has_include_next', 'has-include-next'],
  ['_Pragma', 'pragma'],
];

type Report = (message: string, at: Token | null, warning?: boolean) => void;

/** Reads what follows the macro's name; null after a reported error. `tokens[0]` has WHITE unless it touches the name. */
export function parseDefinition(
  name: string,
  tokens: readonly Token[],
  report: Report,
): { params: readonly string[] | null; variadic: boolean; body: readonly Token[] } | null {
  let at = 0;
  let params: string[] | null = null;
  let variadic = false;
  if (tokens.length > 0 && tokens[0].text === '(' && (tokens[0].flags & WHITE) === 0) {
    const head = parseParameters(tokens, report);
    if (head === null) return null;
    ({ params, variadic, at } = head);
  } else if (tokens.length > 0 && (tokens[0].flags & WHITE) === 0) {
    report('missing whitespace after the macro name', tokens[0], true);
  }
  const bodyAt = at;
  const body: Token[] = [];
  let pasting = false;
  for (; at < tokens.length; at++) {
    const source = tokens[at];
    let t: Token = { ...source, line: 0 };
    const index = t.kind === NAME && params !== null ? params.indexOf(t.text) : -1;
    if (index >= 0) t = { ...t, kind: PARAMETER, arg: index };
    const last = body[body.length - 1];
    const optional = variadic && t.kind === NAME && t.text === '__VA_OPT__';
    if (
      (t.kind === PARAMETER || optional) &&
      params !== null &&
      last !== undefined &&
      last.kind === PUNCTUATOR &&
      last.text === '#' &&
      !pasting
    ) {
      const inner = (t.flags & WHITE) !== 0 ? INNER_WHITE : 0;
      body[body.length - 1] = withFlags(t, STRINGIFY | inner | (last.flags & WHITE));
      continue;
    }
    if (t.kind === PUNCTUATOR && t.text === '##') {
      if (last === undefined) {
        report("'##' cannot appear at either end of a macro expansion", source);
        return null;
      }
      if (!pasting) body[body.length - 1] = withFlags(last, last.flags | PASTE | ((t.flags & WHITE) !== 0 ? INNER_WHITE : 0));
      pasting = true;
      continue;
    }
    pasting = false;
    body.push(t);
  }
  if (pasting) {
    report("'##' cannot appear at either end of a macro expansion", tokens[tokens.length - 1]);
    return null;
  }
  if (variadic && !optionalsRight(tokens.slice(bodyAt), report)) return null;
  if (body.length > 0) body[0] = withFlags(body[0], body[0].flags & ~WHITE);
  return { params, variadic, body };
}

/** Each __VA_OPT__ of a body has its parentheses, none within another, and no `##` at its ends. */
function optionalsRight(tokens: readonly Token[], report: Report): boolean {
  const fail = (message: string, at: Token): false => {
    report(message, at);
    return false;
  };
  /** The __VA_OPT__ that is open, and how many parentheses are open in it. */
  let open: Token | null = null;
  let parens = 0;
  for (const [i, t] of tokens.entries()) {
    if (t.kind === NAME && t.text === '__VA_OPT__') {
      if (open !== null) return fail('__VA_OPT__ may not appear in a __VA_OPT__', t);
      open = t;
      parens = 0;
    } else if (open !== null) {
      const opens = t.kind === PUNCTUATOR && t.text === '(';
      if (parens === 0 && !opens) return fail('__VA_OPT__ must be followed by an open parenthesis', open);
      const closes = t.kind === PUNCTUATOR && t.text === ')';
      const atEnd = (parens === 1 && tokens[i - 1] !== open && tokens[i - 2] === open) || (closes && parens === 1);
      const paste = closes ? tokens[i - 1] : t;
      if (atEnd && paste.kind === PUNCTUATOR && paste.text === '##') return fail("'##' cannot appear at either end of __VA_OPT__", paste);
      parens += opens ? 1 : closes ? -1 : 0;
      if (parens === 0) open = null;
    }
  }
  return open === null || fail('unterminated __VA_OPT__', open);
}

/** The parameter list; `tokens[0]` is its `(`. `at` is the index behind its `)`. */
function parseParameters(tokens: readonly Token[], report: Report): { params: string[]; variadic: boolean; at: number } | null {
  const params: string[] = [];
  let at = 1;
  const fail = (t: Token | undefined, message: string): null => {
    report(message, t ?? tokens[tokens.length - 1]);
    return null;
  };
  if (tokens[1]?.text === ')') return { params, variadic: false, at: 2 };
  for (;;) {
    const t = tokens[at];
    if (t === undefined) return fail(t, 'expected parameter name before end of line');
    if (t.text === '...') {
      params.push('__VA_ARGS__');
      if (tokens[at + 1]?.text !== ')') return fail(tokens[at + 1], 'expected \')\' after "..."');
      return { params, variadic: true, at: at + 2 };
    }
    if (t.kind !== NAME) return fail(t, `expected parameter name, found "${t.text}"`);
    if (params.includes(t.text)) return fail(t, `duplicate macro parameter "${t.text}"`);
    params.push(t.text);
    const next = tokens[at + 1];
    if (next === undefined) return fail(next, "expected ')' before end of line");
    if (next.text === ')') return { params, variadic: false, at: at + 2 };
    if (next.text === '...') {
      if (tokens[at + 2]?.text !== ')') return fail(tokens[at + 2], 'expected \')\' after "..."');
      return { params, variadic: true, at: at + 3 };
    }
    if (next.text !== ',') return fail(next, `expected ',' or ')', found "${next.text}"`);
    at += 2;
  }
}

/** May `b` replace `a` without a word? (6.10.3 p 2) */
export function sameDefinition(a: Macro, b: Macro): boolean {
  if (a.builtin !== null || b.builtin !== null || a.variadic !== b.variadic || a.body.length !== b.body.length) return false;
  if ((a.params === null) !== (b.params === null) || a.params?.join() !== b.params?.join()) return false;
  return a.body.every((t, i) => {
    const u = b.body[i];
    const mask = WHITE | PASTE | STRINGIFY | INNER_WHITE;
    return t.kind === u.kind && t.text === u.text && (t.flags & mask) === (u.flags & mask);
  });
}

/** The definition as -dM prints it. */
export function showDefinition(macro: Macro): string {
  let text = `#define ${macro.name}`;
  if (macro.params !== null) {
    const names = macro.params.map((name, i) => {
      const rest = macro.variadic && i === macro.params!.length - 1;
      return rest ? (name === '__VA_ARGS__' ? '...' : `${name}...`) : name;
    });
    text += `(${names.join(',')})`;
  }
  text += ' ';
  for (const t of macro.body) {
    if ((t.flags & WHITE) !== 0) text += ' ';
    if ((t.flags & STRINGIFY) !== 0) text += (t.flags & INNER_WHITE) !== 0 && (t.flags & PASTE) === 0 ? '# ' : '#';
    text += t.text;
    if ((t.flags & PASTE) !== 0) text += ' ##';
  }
  return text;
}
