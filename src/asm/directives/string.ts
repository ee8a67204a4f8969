/** Strings: .ascii, .asciz, .string and its wide forms (gas manual, nodes Ascii, Asciz, String, Strings). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import type { Directive, DirectiveTable } from './index.js';

/**
 * Strings of `width` bytes a character, each (or each run of adjacent ones) followed by a zero when `terminated`, and
 * <byte>s, with or without commas between them.
 */
function strings(width: number, terminated: boolean): Directive {
  return (asm, args) => {
    if (args.atEnd()) return asm.swallowLine();
    for (let c = 44; c === 44 || c === 60 || c === 34; c = args.peek()) {
      const next = args.peek();
      if (next === 34) {
        emit(asm, readString(asm, args)!, width);
        if (terminated && args.peek() !== 34) asm.emitInt(width, 0);
      } else if (next === 60) {
        args.pos += 1;
        asm.emitInt(width, angle(args));
        if (!args.accept('>')) {
          asm.error('expected <nn>', args.at);
          args.skip();
          return;
        }
      } else if (next === 44) args.pos += 1;
      else break;
    }
    args.demandEnd();
  };
}

/** The number of `<nn>`, behind its `<`. */
function angle(args: Arguments): number {
  args.skipBlanks();
  const match = /^(?:0[xX][0-9a-fA-F]+|\d+)/.exec(args.text.slice(args.pos)) ?? [''];
  args.pos += match[0].length;
  return Number(match[0]) & 0xff;
}

function emit(asm: Assembler, text: string, width: number): void {
  if (width === 1) asm.emitText(text);
  else for (let i = 0; i < text.length; i++) asm.emitInt(width, text.charCodeAt(i));
}

/** A string that must be there; null after a message (gas: demand_copy_C_string). */
export function demandString(asm: Assembler, args: Arguments): string | null {
  const text = readString(asm, args);
  if (text === null) {
    asm.error('missing string');
    args.pos = args.end;
  } else if (text.includes('\0')) {
    asm.error("this string may not contain '\\0'");
    return null;
  }
  return text;
}

/** The string literal at the cursor with its escapes resolved, one character a byte; null when there is none. */
export function readString(asm: Assembler, args: Arguments): string | null {
  if (args.peek() !== 34) return null;
  const { text, end } = args;
  const start = args.pos + 1;
  // Without escapes, the common case, it is a slice.
  let pos = start;
  for (; pos < end; pos++) {
    const c = text.charCodeAt(pos);
    if (c === 34) {
      args.pos = pos + 1;
      return text.slice(start, pos);
    }
    if (c === 92 || c === 10) break;
  }
  let result = text.slice(start, pos);
  while (pos < end) {
    const c = text.charCodeAt(pos);
    if (c === 34) {
      args.pos = pos + 1;
      return result;
    }
    if (c !== 92) {
      if (c === 10) asm.warning('unterminated string; newline inserted');
      result += text[pos];
      pos += 1;
      continue;
    }
    const escape = readEscape(text, pos + 1, end);
    if (text.charCodeAt(pos + 1) === 10) asm.warning('unterminated string; newline inserted');
    result += String.fromCharCode(escape.value);
    pos = escape.pos;
  }
  args.pos = end;
  return result;
}

const escapes: Record<string, number> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The escape whose backslash stands before `pos`. Octal takes three digits at most, hex any number and keeps the last two. */
function readEscape(text: string, pos: number, end: number): { value: number; pos: number } {
  if (pos >= end) return { value: 92, pos };
  const c = text[pos];
  const named = escapes[c];
  if (named !== undefined) return { value: named, pos: pos + 1 };
  if (c >= '0' && c <= '9') {
    let value = 0;
    let stop = pos;
    for (; stop < end && stop < pos + 3 && text[stop] >= '0' && text[stop] <= '9'; stop++) value = value * 8 + Number(text[stop]);
    return { value: value & 255, pos: stop };
  }
  if (c === 'x' || c === 'X') {
    let value = 0;
    let stop = pos + 1;
    for (; stop < end && /[0-9a-fA-F]/.test(text[stop]); stop++) value = (value * 16 + Number.parseInt(text[stop], 16)) & 255;
    return { value, pos: stop };
  }
  return { value: c.charCodeAt(0) & 255, pos: pos + 1 };
}

export const stringDirectives: DirectiveTable = {
  '.ascii': strings(1, false),
  '.asciz': strings(1, true),
  '.string': strings(1, true),
  '.string8': strings(1, true),
  '.string16': strings(2, true),
  '.string32': strings(4, true),
  '.string64': strings(8, true),
};
