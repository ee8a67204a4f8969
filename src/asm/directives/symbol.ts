/** Symbols' attributes: .globl, .weak, .hidden, .type, .size, .set … */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { assign, type AssignmentKind } from '../assignment.js';
import type { AsmSymbol } from '../symbols.js';
import type { Directive, DirectiveTable } from './index.js';

/** `.globl a, b`: `effect` for each symbol named. */
function names(effect: (symbol: AsmSymbol, asm: Assembler) => void): Directive {
  return (asm, args) => {
    do {
      const name = symbolName(asm, args);
      if (name === null) return;
      effect(asm.symbols.findOrMake(name), asm);
    } while (args.comma());
    args.demandEnd();
  };
}

function symbolName(asm: Assembler, args: Arguments): string | null {
  const at = args.at;
  const name = args.name();
  if (name === null) asm.error('expected symbol name', at);
  return name;
}

function set(kind: AssignmentKind): Directive {
  return (asm, args) => {
    const name = symbolName(asm, args);
    if (name === null) return;
    if (!args.comma()) {
      asm.error(`expected comma after "${name}"`, args.at);
      return;
    }
    assign(asm, name, args, kind);
  };
}

const global = names((symbol) => {
  symbol.binding = symbol.binding === 'weak' ? 'weak' : 'global';
});

export const symbolDirectives: DirectiveTable = {
  '.globl': global,
  '.global': global,
  '.set': set('set'),
  '.equ': set('set'),
  '.equiv': set('equiv'),
  '.eqv': set('eqv'),
};
