/**
 * White space as GNU as leaves it once it has read a statement (gas manual, node Whitespace): one blank between words,
 * none around operators; character constants become numbers. Macro arguments and .ifc compare texts, so they see this.
 * On x86 `* % - ( [ { }` may begin an operand: a blank before them stays.
 */

import { characterConstant } from './lines.js';

const QUOTE = 34;
const APOSTROPHE = 39;
const STAR = 42;
const SLASH = 47;
const COLON = 58;
const BACKSLASH = 92;

const operandChar = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const word = (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c >= 128;
  operandChar[c] = word || '$._*%-([{}'.includes(String.fromCharCode(c)) ? 1 : 0;
}

const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === 12;

/** Where the scrubber is in a statement. */
export const enum At {
  /** Before the first word. */
  start,
  /** In the first word, or in a label. */
  opcode,
  /** Among the operands, where white space means nothing. */
  operands,
  /** In a word of the operands: white space may count. */
  word,
  /** Behind a word and white space. */
  blank,
}

/** `text` from `pos` on, as the assembler sees it. `at` says what came before. */
export function scrub(text: string, pos = 0, at: At = At.start): string {
  if (pos > 0) text = text.slice(pos);
  if (!/[\s"']|\/\*/.test(text)) return text;
  pos = 0;
  let out = '';
  const end = text.length;
  while (pos < end) {
    const c = text.charCodeAt(pos);
    if (c === SLASH && text.charCodeAt(pos + 1) === STAR) {
      // A comment is nothing, but it ends a word.
      pos = text.indexOf('*/', pos + 2) + 2;
      if (pos < 2) break;
      if (at === At.word || at === At.blank) at = At.operands;
      continue;
    }
    if (isBlank(c)) {
      do pos += 1;
      while (pos < end && isBlank(text.charCodeAt(pos)));
      if (pos >= end) break;
      if (text[pos] === '/') continue;
      if (at === At.opcode) {
        if (text.charCodeAt(pos) === COLON) continue;
        at = At.operands;
        out += ' ';
      } else if (at === At.word) at = At.blank;
      continue;
    }
    if (c === QUOTE) {
      if (at === At.blank) out += ' ';
      if (at >= At.operands) at = At.word;
      const close = stringEnd(text, pos);
      out += text.slice(pos, close);
      pos = close;
      continue;
    }
    if (c === APOSTROPHE) {
      if (at === At.blank) out += ' ';
      if (at === At.blank || at === At.word) at = At.operands;
      const { value, next } = characterConstant(text, pos);
      out += String(value);
      pos = next;
      continue;
    }
    pos += 1;
    if (c === COLON) {
      at = at >= At.operands ? At.operands : At.start;
      out += ':';
      continue;
    }
    if (operandChar[c] === 1) {
      if (at === At.blank) out += ' ';
      if (at >= At.operands) at = At.word;
      else at = At.opcode;
    } else {
      if (at === At.blank && c === BACKSLASH) out += ' ';
      at = at >= At.operands ? At.operands : At.opcode;
    }
    out += text[pos - 1];
  }
  return out;
}

/** The position behind the string that opens at `pos`. */
function stringEnd(text: string, pos: number): number {
  for (pos += 1; pos < text.length; pos++) {
    const c = text.charCodeAt(pos);
    if (c === BACKSLASH) pos += 1;
    else if (c === QUOTE) return pos + 1;
  }
  return text.length;
}
