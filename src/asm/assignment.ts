/** `name = expression` and its relatives .set, .equ, .equiv, .eqv, --defsym (gas manual, node Setting Symbols). */
import type { Arguments } from './arguments.js';
import type { Assembler } from './assembler.js';
import { constant, wideConstant, type Expr } from './expression.js';
import type { AsmSymbol } from './symbols.js';

/** set: redefinable; equiv: an error when defined already; eqv: evaluated anew at each use. */
export type AssignmentKind = 'set' | 'equiv' | 'eqv';

/** Reads the value at the cursor and gives it to `name`. */
export function assign(asm: Assembler, name: string, args: Arguments, kind: AssignmentKind): void {
  if (name === '.') return assignDot(asm, args);
  const at = args.at;
  asm.symbols.listed(name);
  asm.deferring = kind === 'eqv';
  const expr = args.expression();
  asm.deferring = false;
  if (expr.kind === 'absent') asm.error('missing expression', at);
  args.demandEnd();
  assignValue(asm, name, expr.kind === 'absent' ? constant(0n) : expr, kind);
}

/** `. = expression` is .org. */
function assignDot(asm: Assembler, args: Arguments): void {
  asm.org(asm.knownExpression(args), 0);
  args.demandEnd();
}

export function assignValue(asm: Assembler, name: string, expr: Expr, kind: AssignmentKind): AsmSymbol {
  let symbol = asm.symbols.listed(name);
  if (symbol.defined || symbol.common !== null) {
    if (kind !== 'set' || !symbol.redefinable) {
      asm.error(`symbol \`${name}' is already defined`);
      return symbol;
    }
    asm.forget(symbol);
    symbol = asm.symbols.replace(symbol);
  } else {
    asm.forget(symbol);
  }
  if (expr.kind === 'register' && symbol.binding === 'global') {
    asm.error(`can't equate global symbol \`${name}' with register name`);
    return symbol;
  }
  symbol.line = asm.line;
  symbol.file = asm.file;
  symbol.redefinable = kind === 'set';
  symbol.forward = kind === 'eqv';
  listTarget(asm, expr);
  nameRegister(asm, name, expr);
  if (kind === 'eqv') {
    symbol.equated = expr;
    return symbol;
  }
  if (expr.kind === 'symbol' && expr.symbol.common !== null) {
    asm.error(`\`${name}' can't be equated to common symbol \`${expr.symbol.name}'`);
  }
  const value = expr.kind === 'symbol' || expr.kind === 'binary' || expr.kind === 'unary' ? asm.evaluateNow(expr) : null;
  if (value !== null && value.add === null && value.sub === null && value.reloc === undefined) symbol.equated = unsigned(value.value);
  else if (expr.kind === 'constant') symbol.equated = unsigned(expr.value);
  else if (
    value !== null &&
    value.add !== null &&
    value.sub === null &&
    value.reloc === undefined &&
    value.add.section !== null &&
    !value.add.isSection
  ) {
    // A place in a section: the symbol becomes a label there.
    symbol.section = value.add.section;
    symbol.fragment = value.add.fragment;
    symbol.offset = value.add.offset + Number(value.value);
    symbol.type = strongerType(symbol.type, value.add.type);
    if (value.add.name !== name) symbol.size ??= value.add.size;
  } else symbol.equated = expr;
  return symbol;
}

/** A symbol's value has no sign. */
const unsigned = (value: bigint): Expr => wideConstant(BigInt.asUintN(64, value));

const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;

/** A symbol that stands for another is of both types: the first of these that one of them is. */
export function strongerType(own: number, other: number): number {
  return [STT_TLS, STT_GNU_IFUNC, STT_FUNC, STT_OBJECT].find((type) => type === own || type === other) ?? own;
}

/** `name = %eax`: the name stands for the register from here on. */
function nameRegister(asm: Assembler, name: string, expr: Expr): void {
  const { state } = asm;
  if (expr.kind === 'register') (state.registerNames ??= new Map()).set(name, expr.register);
  else if (state.registerNames?.delete(name) !== true) return;
  state.epoch += 1;
}

/** The symbol that another is equated to takes its place in the symbol table's order. */
function listTarget(asm: Assembler, expr: Expr): void {
  if (expr.kind === 'symbol') {
    if (!expr.symbol.temporary) asm.symbols.list(expr.symbol);
  } else if (expr.kind === 'binary' && expr.right.kind === 'constant') listTarget(asm, expr.left);
}

/** --defsym name=value, in order, before the first line. */
export function defineOptions(asm: Assembler): void {
  const { defsym } = asm.options;
  if (defsym === undefined) return;
  const before = asm.symbols.all.length;
  for (const { name, value } of defsym) assignValue(asm, name, constant(value), 'set');
  asm.symbols.moveFirst(before);
}
