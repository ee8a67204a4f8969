/** Characters to preprocessing tokens (translation phase 3). */
import type { Cursor, Source } from './source.js';
import { CHAR, NAME, NUMBER, OTHER, PUNCTUATOR, STRING, WHITE, token, type Token } from './tokens.js';

/** Classes of the characters of a name. Bytes from 0x80 up are single characters: the text is read as bytes. */
const nameStart = new Uint8Array(256);
const namePart = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const letter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
  nameStart[c] = letter ? 1 : 0;
  namePart[c] = letter || (c >= 48 && c <= 57) ? 1 : 0;
}

export const isNameStart = (c: number): boolean => nameStart[c] === 1;
export const isNamePart = (c: number): boolean => namePart[c] === 1;
export const isDigit = (c: number): boolean => c >= 48 && c <= 57;
export const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 12 || c === 11 || c === 0 || c === 13;

const threes = new Set(['<<=', '>>=', '...']);
const twos = new Set([
  '++',
  '--',
  '->',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '*=',
  '/=',
  '%=',
  '+=',
  '-=',
  '&=',
  '^=',
  '|=',
  '##',
]);
/** Characters that are punctuators by themselves: ! # % & ( ) * + , - . / : ; < = > ? [ ] ^ { | } ~ */
const single = new Uint8Array(256);
for (const c of '!#%&()*+,-./:;<=>?[]^{|}~') single[c.charCodeAt(0)] = 1;

/** End of the pp-number that starts at `pos`. */
export function numberEnd(text: string, pos: number, end: number): number {
  let i = pos + 1;
  for (; i < end; i++) {
    const c = text.charCodeAt(i);
    if (namePart[c] === 1 || c === 46) continue;
    if (c === 43 || c === 45) {
      const before = text.charCodeAt(i - 1) | 32;
      if (before === 101 || before === 112) continue;
    }
    break;
  }
  return i;
}

/** End of the literal whose quote is at `pos`, or -1 when it does not close on this line. */
export function quoteEnd(text: string, pos: number, end: number): number {
  const quote = text.charCodeAt(pos);
  for (let i = pos + 1; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) return i + 1;
    if (c === 92) i += 1;
  }
  return -1;
}

/**
 * The next token of the current logical line, or null at its end. Comments are white space; one that goes on over lines
 * advances the source. `unterminated` is called for a comment that never ends.
 */
export function lexToken(source: Source, flags: number, unterminated: (line: number) => void): Token | null {
  for (;;) {
    const { text, end } = source;
    let { pos } = source;
    let c = text.charCodeAt(pos);
    while (pos < end && isBlank(c)) {
      flags |= WHITE;
      c = text.charCodeAt(++pos);
    }
    source.pos = pos;
    if (source.spliced) source.passSplices();
    if (pos >= end) {
      source.needLine = true;
      return null;
    }
    if (c === 47) {
      const next = pos + 1 < end ? text.charCodeAt(pos + 1) : 0;
      if (next === 47) {
        source.pos = end;
        flags |= WHITE;
        continue;
      }
      if (next === 42) {
        skipComment(source, unterminated);
        flags |= WHITE;
        continue;
      }
    }
    return lexAt(source, c, flags);
  }
}

/** Moves past the block comment at `source.pos`. */
function skipComment(source: Source, unterminated: (line: number) => void): void {
  const line = source.presumedLine;
  source.pos += 2;
  for (;;) {
    const close = source.text.indexOf('*/', source.pos);
    if (close >= 0 && close + 2 <= source.end) {
      source.pos = close + 2;
      if (source.spliced) source.passSplices();
      return;
    }
    source.pos = source.end;
    if (!source.advance()) {
      unterminated(line);
      return;
    }
  }
}

/** The token whose first character `c` is at `source.pos`. */
function lexAt(source: Cursor, c: number, flags: number): Token {
  const { text, end, pos } = source;
  const line = source.line + source.lineDelta;
  const column = pos - source.base + 1;
  let i = pos + 1;
  let kind = OTHER;
  if (nameStart[c] === 1) {
    kind = NAME;
    while (i < end && namePart[text.charCodeAt(i)] === 1) i += 1;
    if (c === 76 && i === pos + 1 && i < end && (text.charCodeAt(i) === 34 || text.charCodeAt(i) === 39)) {
      const close = quoteEnd(text, i, end);
      kind = close < 0 ? OTHER : text.charCodeAt(i) === 34 ? STRING : CHAR;
      i = close < 0 ? end : close;
    }
  } else if (isDigit(c) || (c === 46 && i < end && isDigit(text.charCodeAt(i)))) {
    kind = NUMBER;
    i = numberEnd(text, pos, end);
  } else if (c === 34 || c === 39) {
    const close = quoteEnd(text, pos, end);
    kind = close < 0 ? OTHER : c === 34 ? STRING : CHAR;
    i = close < 0 ? end : close;
  } else if (single[c] === 1) {
    kind = PUNCTUATOR;
    if (i < end && single[text.charCodeAt(i)] === 1) {
      const three = text.slice(pos, Math.min(pos + 3, end));
      if (threes.has(three)) i = pos + 3;
      else if (twos.has(three.slice(0, 2))) i = pos + 2;
    }
  }
  source.pos = i;
  return token(kind, text.slice(pos, i), flags, line, column);
}

/** Tokens of a text that stands in no file: -D, the predefined macros, the result of `##`. */
export function lexText(text: string): Token[] {
  const found: Token[] = [];
  const view: Cursor = { text, end: text.length, pos: 0, base: 0, line: 0, lineDelta: 0 };
  for (;;) {
    let flags = 0;
    while (view.pos < text.length && isBlank(text.charCodeAt(view.pos))) {
      flags |= WHITE;
      view.pos += 1;
    }
    if (view.pos >= text.length) return found;
    found.push(lexAt(view, text.charCodeAt(view.pos), flags));
  }
}
