/** .if in all its forms (gas manual, nodes If, Else, Elseif, Endif). */
import { isNameStart, type Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { isConstant } from '../expression.js';
import { expansions } from '../expansions.js';
import type { Directive, DirectiveTable } from './index.js';
import { operandText } from './macro.js';
import { demandString } from './string.js';

export const conditionalTable: DirectiveTable = {
  '.if': number((value) => value !== 0n),
  '.ifne': number((value) => value !== 0n),
  '.ifeq': number((value) => value === 0n),
  '.ifgt': number((value) => value > 0n),
  '.ifge': number((value) => value >= 0n),
  '.iflt': number((value) => value < 0n),
  '.ifle': number((value) => value <= 0n),
  '.ifdef': defined(true),
  '.ifndef': defined(false),
  '.ifnotdef': defined(false),
  '.ifb': blank(true),
  '.ifnb': blank(false),
  '.ifc': sameText(true),
  '.ifnc': sameText(false),
  '.ifeqs': sameStrings(true),
  '.ifnes': sameStrings(false),
  '.elseif': otherwiseIf,
  '.else': otherwise,
  '.elsec': otherwise,
  '.endif': close,
  '.endc': close,
};

/** Numbers, operators, parentheses: nothing that another place or time could change. */
const numbersOnly = /^(?:0x[0-9a-f]+|[0-9]+(?![\w$])|[-+*/%<>=!&|^~() \t])+$/i;

/** A condition on an absolute expression. */
function number(test: (value: bigint) => boolean): Directive {
  return (asm, args) => {
    expansions(asm).open(() => {
      const holds = test(evaluate(asm, args, 'if'));
      args.demandEnd();
      return holds;
    });
  };
}

function evaluate(asm: Assembler, args: Arguments, directive: string): bigint {
  const fast = args.fastInteger();
  if (fast !== null) return BigInt(fast);
  const { constants } = expansions(asm);
  const text = args.text.slice(args.pos);
  const known = constants.get(text);
  if (known !== undefined) {
    args.pos = args.end;
    return known;
  }
  const errors = asm.bag.all.length;
  const expr = args.expression();
  const value = expr.kind === 'absent' || expr.kind === 'big' ? null : asm.reduceNow(expr);
  if (value !== null && isConstant(value) && value.reloc === undefined) {
    if (text.length < 80 && errors === asm.bag.all.length && args.atEnd() && numbersOnly.test(text)) {
      if (constants.size > 4096) constants.clear();
      constants.set(text, value.value);
    }
    return value.value;
  }
  asm.error(`non-constant expression in ".${directive}" statement`);
  return 0n;
}

function defined(wanted: boolean): Directive {
  return (asm, args) => {
    const c = args.peek();
    if (c !== 34 && (c < 0 || !isNameStart(c))) {
      // gas opens no conditional then, not even in a skipped group.
      asm.error('invalid identifier for ".ifdef"');
      return;
    }
    const name = args.name()!;
    expansions(asm).open(() => {
      const symbol = asm.symbols.find(name);
      // It is a use: what only .weakref has mentioned is no longer weak.
      const mentioned = symbol?.weakrefTarget ?? symbol;
      if (mentioned?.weakrefUsed === true) mentioned.used = mentioned.inRelocation = true;
      const is = symbol !== undefined && (symbol.defined || symbol.common !== null) && symbol.equated?.kind !== 'register';
      args.demandEnd();
      return is === wanted;
    });
  };
}

function blank(wanted: boolean): Directive {
  return (asm, args) => {
    const holds = args.atEnd() === wanted;
    args.skip();
    expansions(asm).open(() => holds);
  };
}

function sameText(wanted: boolean): Directive {
  return (asm, args) => {
    // gas reads the operands of skipped ones, too.
    const text = operandText(asm, args);
    const first = takeText(text, 0, ',');
    if (text[first.end] !== ',') asm.error('bad format for ifc or ifnc');
    const second = takeText(text, first.end + 1, ';');
    expansions(asm).open(() => (first.value === second.value) === wanted);
  };
}

/** A text up to `stop`, or in apostrophes, of which a doubled one stands for one. */
function takeText(text: string, at: number, stop: string): { value: string; end: number } {
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  if (text[at] !== "'") {
    let end = text.indexOf(stop, at);
    if (end < 0) end = text.length;
    return { value: text.slice(at, end).trimEnd(), end };
  }
  let value = "'";
  for (at += 1; at < text.length; at++) {
    value += text[at];
    if (text[at] === "'") {
      if (text[at + 1] !== "'") {
        at += 1;
        break;
      }
      at += 1;
    }
  }
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return { value, end: at };
}

function sameStrings(wanted: boolean): Directive {
  return (asm, args) => {
    const first = demandString(asm, args);
    if (first === null || !args.comma()) {
      asm.error('.ifeqs syntax error');
      if (first === null) asm.swallowLine(false);
      return;
    }
    const second = demandString(asm, args);
    if (second === null) asm.swallowLine();
    expansions(asm).open(() => (first === second) === wanted);
    args.demandEnd();
  };
}

/** Reports a branch after .else; true when there was one. */
function afterElse(asm: Assembler, message: string): boolean {
  const { current } = expansions(asm);
  if (current === undefined || !current.sawElse) return false;
  asm.error(message);
  asm.errorAt('here is the previous ".else"', current.elseFile, current.elseLine);
  asm.errorAt('here is the previous ".if"', current.file, current.line);
  return true;
}

function otherwise(asm: Assembler, args: Arguments): void {
  const state = expansions(asm);
  const { current } = state;
  if (current === undefined) asm.error('".else" without matching ".if"');
  else if (!afterElse(asm, 'duplicate ".else"')) {
    markElse(asm);
    const was = current.ignoring;
    current.ignoring = current.dead || !current.ignoring;
    current.sawElse = true;
    listSkipping(asm, was, current.ignoring);
    state.update();
  }
  args.demandEnd();
}

function otherwiseIf(asm: Assembler, args: Arguments): void {
  const state = expansions(asm);
  const { current } = state;
  if (current === undefined) {
    asm.error('".elseif" without matching ".if"');
    return;
  }
  const was = current.ignoring;
  if (!afterElse(asm, '".elseif" after ".else"')) {
    markElse(asm);
    current.dead ||= !current.ignoring;
    current.ignoring = current.dead;
  }
  if (!current.ignoring) {
    current.ignoring = evaluate(asm, args, 'elseif') === 0n;
    args.demandEnd();
  }
  listSkipping(asm, was, current.ignoring);
  state.update();
}

function markElse(asm: Assembler): void {
  const current = expansions(asm).current!;
  const place = asm.topPosition();
  current.elseFile = place.file;
  current.elseLine = place.line;
}

/** -ac: the branch that ends was listed or not, the one that begins is or is not. */
function listSkipping(asm: Assembler, was: boolean, is: boolean): void {
  const { conditionals } = expansions(asm);
  if (asm.listing === null || was === is || conditionals[conditionals.length - 2]?.ignoring === true) return;
  if (is) asm.listing.skipNext();
  else asm.listing.skipEnd();
}

function close(asm: Assembler, args: Arguments): void {
  const state = expansions(asm);
  const { current } = state;
  if (current !== undefined) listSkipping(asm, current.ignoring, false);
  if (state.conditionals.pop() === undefined) asm.error('".endif" without ".if"');
  state.update();
  args.demandEnd();
}
