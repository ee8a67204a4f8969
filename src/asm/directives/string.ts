/** Strings: .ascii, .asciz, .string and its wide forms (gas manual, nodes Ascii, Asciz, String, Strings). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import type { Directive, DirectiveTable } from './index.js';

/** Strings of `width` bytes a character, each (or each run of adjacent ones) followed by a zero when `terminated`. */
function strings(width: number, terminated: boolean): Directive {
  return (asm, args) => {
    if (args.atEnd()) return;
    do {
      if (!run(asm, args, width)) return;
      if (terminated) asm.emitInt(width, 0);
    } while (args.comma());
    args.demandEnd();
  };
}

/** Adjacent strings and <byte>s without a comma between them; false after a message. */
function run(asm: Assembler, args: Arguments, width: number): boolean {
  for (let first = true; ; first = false) {
    const c = args.peek();
    if (c === 34) {
      emit(asm, readString(asm, args)!, width);
    } else if (c === 60) {
      args.pos += 1;
      const at = args.at;
      const value = angle(args);
      if (value === null) {
        asm.error('expected <nn>', at);
        return false;
      }
      asm.emitInt(width, value);
    } else if (first) {
      args.demandEnd();
      return c < 0;
    } else return true;
  }
}

function angle(args: Arguments): number | null {
  const match = /^\s*(0[xX][0-9a-fA-F]+|\d+)\s*>/.exec(args.text.slice(args.pos));
  if (match === null) return null;
  args.pos += match[0].length;
  return Number(match[1]);
}

function emit(asm: Assembler, text: string, width: number): void {
  if (width === 1) asm.emitText(text);
  else for (let i = 0; i < text.length; i++) asm.emitInt(width, text.charCodeAt(i));
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
