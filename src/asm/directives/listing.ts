/** Directives that steer the listing (gas manual, nodes Eject, List, Nolist, Psize, Sbttl, Title); see listing.ts. */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { isConstant } from '../expression.js';
import { findDirective, type DirectiveTable } from './index.js';
import { readString } from './string.js';

/** Accepted for other assemblers' sake; their operands mean nothing. */
const ignored = (_: Assembler, args: Arguments): void => {
  args.pos = args.end;
};

export const listingTable: DirectiveTable = {
  '.eject': eject,
  '.page': eject,
  '.list': (asm) => {
    asm.listing?.enable(1);
  },
  '.nolist': (asm) => {
    asm.listing?.enable(-1);
  },
  '.psize': paperSize,
  '.plen': paperSize,
  '.llen': paperWidth,
  '.title': title,
  '.ttl': title,
  '.sbttl': title,
  '.lflags': ignored,
  '.name': ignored,
  '.format': ignored,
  '.noformat': ignored,
  // What follows is the next statement.
  '.nopage': () => {},
  '.spc': ignored,
  '.xcom': (asm, args) => findDirective('.common.s')!(asm, args, '.common.s'),
};

/** `.psize height[, width]` */
function paperSize(asm: Assembler, args: Arguments): void {
  let height = args.absoluteNumber();
  if (height < 0 || height > 1000) {
    asm.warning('strange paper height, set to no form');
    height = 0;
  }
  asm.listing?.paper(height, null);
  if (args.comma()) paperWidth(asm, args);
  else args.demandEnd();
}

function eject(asm: Assembler): void {
  asm.listing?.eject();
}

function paperWidth(asm: Assembler, args: Arguments): void {
  const expr = args.expression();
  const value = expr.kind === 'absent' ? null : asm.evaluateNow(expr);
  if (expr.kind === 'absent') asm.error('missing expression for paper width');
  else if (value === null || !isConstant(value)) asm.error('bad or irreducible expression for paper width');
  else if (value.value <= 7n) asm.error('new paper width is too small');
  else asm.listing?.paper(null, Number(value.value));
  args.demandEnd();
}

/** A string, or the rest of the line as it stands. */
function title(asm: Assembler, args: Arguments, name: string): void {
  const text = args.peek() === 34 ? readString(asm, args) : args.rest();
  asm.listing?.title(text ?? '', name === '.sbttl');
  args.demandEnd();
}
