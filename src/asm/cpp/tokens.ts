/** Preprocessing tokens (C11 6.4), as an assembler source has them: no digraphs, no `$` in names. */

export const NAME = 0;
/** pp-number */
export const NUMBER = 1;
export const CHAR = 2;
export const STRING = 3;
export const PUNCTUATOR = 4;
/** Any other character; also a quote that never closes, with the rest of its line. */
export const OTHER = 5;
/** `<file>` after #include. */
export const HEADER = 6;
/** Nothing: marks where an expansion begins or ends, for the spacing of the output. */
export const PADDING = 7;
/** End of a directive, of a macro argument or of the input. */
export const EOF = 8;
/** A parameter in a macro's body; `arg` is its index. */
export const PARAMETER = 9;

/** White space or a comment stood before it. */
export const WHITE = 1;
/** First of its line. */
export const BOL = 2;
/** The left side of `##`. */
export const PASTE = 4;
/** The operand of `#`. */
export const STRINGIFY = 8;
/** The name of a macro that was being expanded: never expanded again (6.10.3.4). */
export const NO_EXPAND = 16;
/** White space stood between `#` and its operand: only tells definitions apart. */
export const INNER_WHITE = 32;

export interface Token {
  readonly kind: number;
  readonly text: string;
  readonly flags: number;
  /** Line in the (presumed) file; 0 in a macro's body. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly arg: number;
  /** PADDING: the token whose white space counts; null: only separate what would paste. */
  readonly source: Token | null;
}

export function token(kind: number, text: string, flags: number, line: number, column: number): Token {
  return { kind, text, flags, line, column, arg: 0, source: null };
}

export const withFlags = (t: Token, flags: number): Token => ({ ...t, flags });

/** The padding that stands where the expansion of `source` begins. */
export const padding = (source: Token | null): Token => ({
  kind: PADDING,
  text: '',
  flags: 0,
  line: 0,
  column: 0,
  arg: 0,
  source,
});

/** Separates tokens that would otherwise be read as one. */
export const avoidPaste: Token = padding(null);
export const eof: Token = token(EOF, '', 0, 0, 0);

const beforeEquals = new Set(['=', '!', '>', '<', '+', '-', '*', '/', '%', '&', '|', '^', '>>', '<<']);

/** Would `b` written directly after `a` be read as something else? */
export function wouldPaste(a: Token, b: Token): boolean {
  const c = b.kind === PUNCTUATOR ? b.text[0] : '';
  if (a.kind === PUNCTUATOR) {
    if (c === '=' && beforeEquals.has(a.text)) return true;
    switch (a.text) {
      case '>':
        return c === '>';
      case '<':
        return c === '<' || c === '%' || c === ':';
      case '+':
        return c === '+';
      case '-':
        return c === '-' || c === '>';
      case '/':
        return c === '/' || c === '*';
      case '%':
        return c === ':' || c === '>';
      case '&':
        return c === '&';
      case '|':
        return c === '|';
      case ':':
        return c === ':' || c === '>';
      case '->':
        return c === '*';
      case '.':
        return c === '.' || c === '%' || b.kind === NUMBER;
      case '#':
        return c === '#' || c === '%';
      default:
        return false;
    }
  }
  if (a.kind === NAME) {
    return b.kind === NAME || b.kind === CHAR || b.kind === STRING || (b.kind === NUMBER && /^\w+$/.test(b.text));
  }
  if (a.kind === NUMBER) return b.kind === NUMBER || b.kind === NAME || b.kind === CHAR || c === '.' || c === '+' || c === '-';
  if (a.kind === OTHER) return a.text[0] === '\\' && b.kind === NAME;
  return false;
}
