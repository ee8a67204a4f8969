/** One statement: labels, then an assignment, a directive, a macro call or an instruction (gas manual, node Statements). */
import { isNameChar, isNameStart } from './arguments.js';
import { assign } from './assignment.js';
import type { Assembler } from './assembler.js';
import type { LazyRequire } from '../lazy.js';
import { findDirective, lowerCase } from './directives/index.js';
import { encodeInstruction } from './x86/index.js';

declare const require: LazyRequire;

const QUOTE = 34;
const APOSTROPHE = 39;
const DOT = 46;
const COLON = 58;
const EQUALS = 61;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isBlank = (c: number): boolean => c === 32 || c === 9 || c === 13 || c === 12;

/** Carries out the statement `text`, whose first character stands in column `column`. */
export function statement(asm: Assembler, text: string, column: number): void {
  // In a false conditional only what begins like a conditional directive counts, whatever it is then (gas: ignore_input).
  if (asm.skipping && !likeConditional.test(text)) return;
  let end = text.length;
  let pos = 0;
  for (;;) {
    while (pos < end && isBlank(text.charCodeAt(pos))) pos += 1;
    if (pos >= end) return;
    const c = text.charCodeAt(pos);
    const start = pos;
    let name: string;
    if (isDigit(c)) {
      const next = numericLabel(asm, text, pos);
      if (next < 0) {
        asm.args.start(text, pos, column).demandEnd();
        return;
      }
      pos = next;
      continue;
    }
    if (isNameStart(c)) {
      do pos += 1;
      while (pos < end && isNameChar(text.charCodeAt(pos)));
      name = text.slice(start, pos);
      if (text.charCodeAt(pos) === QUOTE && (name.charCodeAt(0) === DOT || isAssignedBehind(text, pos + 1))) {
        // gas takes it for the end of a name in quotes.
        text = asm.endWithLine(text, false);
        end = text.length;
        pos += 1;
      }
    } else if (c === QUOTE) {
      const args = asm.args.start(text, pos, column);
      name = args.name()!;
      pos = args.pos;
      if (pos >= end && (end - start < 2 || text.charCodeAt(end - 1) !== QUOTE)) {
        asm.error('invalid character (0xa) in mnemonic', column + start);
        return;
      }
    } else {
      asm.args.start(text, pos, column).demandEnd();
      return;
    }
    if (text.charCodeAt(pos) === APOSTROPHE) {
      // A character constant is a number that the name goes on with.
      const args = asm.args.start(text, pos, column);
      args.convertCharacters();
      return statement(asm, args.text, column);
    }
    let after = pos;
    while (after < end && isBlank(text.charCodeAt(after))) after += 1;
    const next = after < end ? text.charCodeAt(after) : 0;
    if (next === COLON) {
      pos = after + 1;
      asm.lineLabel = { symbol: asm.defineLabel(name, column + start), statement: asm.symbols.statement };
      if (asm.skipping && !likeConditional.test(text.slice(pos).trimStart())) return;
      continue;
    }
    if (next === EQUALS) {
      const double = text.charCodeAt(after + 1) === EQUALS;
      assign(asm, name, asm.args.start(text, after + (double ? 2 : 1), column), double ? 'eqv' : 'set');
      return;
    }
    pos = operation(asm, name, text, start, pos, column);
    if (pos >= end || asm.skipping || asm.ended) return;
  }
}

const isAssignedBehind = (text: string, pos: number): boolean => /^[ \t]*[:=]/.test(text.slice(pos, pos + 80));

const likeConditional = /^\.(?:if|else|endif|endc)/i;

/** A directive, a macro call or an instruction. Returns where reading goes on: a directive need not take all that is left. */
function operation(asm: Assembler, name: string, text: string, start: number, pos: number, column: number): number {
  if (name.charCodeAt(0) === DOT) {
    const directive = findDirective(name);
    if (directive !== undefined) {
      const args = asm.args.start(text, pos, column);
      const reported = asm.bag.errors;
      directive(asm, args, lowerCase(name));
      if (asm.afterDirective !== null) asm.afterDirective(lowerCase(name), text.slice(pos));
      // Behind a mistake the rest is not looked at.
      return asm.bag.errors > reported ? text.length : text.length - (args.end - args.pos);
    }
    if (asm.expandMacro !== null && asm.expandMacro(name, asm.args.start(text, pos, column))) return text.length;
    asm.error(`unknown pseudo-op: \`${lowerCase(name)}'`, column + start, name.length, undefined, () => {
      const { suggestDirective } = require('./directives/suggest.js') as typeof import('./directives/suggest.js');
      return suggestDirective(name);
    });
    return text.length;
  }
  if (asm.expandMacro !== null && asm.expandMacro(name, asm.args.start(text, pos, column))) return text.length;
  instruction(asm, start === 0 ? text : text.slice(start), column + start, start === 0);
  return text.length;
}

function instruction(asm: Assembler, text: string, column: number, alone: boolean): void {
  const errors = asm.bag.all.length;
  asm.usedChanging = false;
  const encoded = encodeInstruction(text, column, asm);
  asm.readTwice = text.startsWith('movq') && !text.includes('mm');
  if (encoded === null) return;
  asm.emitEncoded(encoded);
  if (alone && encoded.cacheable && !asm.usedChanging && asm.bag.all.length === errors) asm.encodedInstruction = encoded;
}

/** `1:`; returns the position after the colon, or -1. */
function numericLabel(asm: Assembler, text: string, start: number): number {
  let pos = start;
  while (isDigit(text.charCodeAt(pos))) pos += 1;
  const digits = text.slice(start, pos);
  while (isBlank(text.charCodeAt(pos))) pos += 1;
  if (text.charCodeAt(pos) !== COLON) return -1;
  if (Number(digits) > 0x7fffffff) {
    asm.error(
      `local label too large near ${text
        .slice(start + 1)
        .trimEnd()
        .replace(/:[ \t]+/, ':')}`,
    );
    return pos + 1;
  }
  const symbol = asm.symbols.numericLabel(Number(digits));
  asm.placeSymbol(symbol);
  asm.onLabel?.(symbol);
  return pos + 1;
}
