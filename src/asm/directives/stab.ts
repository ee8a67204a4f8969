/** .stabs, .stabn, .stabd, .xstabs and .func (gas manual, nodes Stab, Func). dwarf/stabs.ts keeps them. */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { stabs } from '../dwarf/stabs.js';
import { integer } from './data.js';
import { readString } from './string.js';
import type { Directive } from './index.js';

/** `.stabs "text", type, other, description, value`, without text for .stabn, without text and value for .stabd. */
function stab(asm: Assembler, args: Arguments, kind: 's' | 'n' | 'd', section: string): void {
  const comma = (): boolean => {
    if (args.comma()) return true;
    asm.warning(`.stab${kind}: missing comma`, args.at);
    if (args.atEnd()) asm.swallowLine(false);
    args.skip();
    return false;
  };
  let text: string | null = null;
  if (kind === 's') {
    text = readString(asm, args);
    if (text === null) {
      asm.error('missing string', args.at);
      asm.warning('.stabs: missing string');
      return;
    }
    if (!comma()) return;
  }
  const type = args.absoluteNumber();
  if (!comma()) return;
  const other = args.absoluteNumber();
  if (!comma()) return;
  const description = args.absoluteNumber();
  if (description > 0xffff || description < -0x8000) {
    const shown = (description >>> 0).toString(16);
    asm.warning(`.stab${kind}: description field '${shown}' too big, try a different debug format`);
  }
  if (kind === 'd') {
    const here = asm.here().reference;
    stabs(asm).entry(section, text, type, other, description, () => asm.emitExpression(4, here));
    args.demandEnd();
    return;
  }
  if (!comma()) return;
  // The value is read like those of .long, so there may be several.
  stabs(asm).entry(section, text, type, other, description, () => {
    if (args.atEnd()) return;
    do integer(asm, args, 4);
    while (args.comma());
  });
  args.demandEnd();
}

function ownSection(asm: Assembler, args: Arguments): void {
  const section = readString(asm, args);
  if (section === null) asm.error('missing string', args.at);
  if (section === null || !args.comma()) {
    asm.error('comma missing in .xstabs', args.at);
    return;
  }
  stab(asm, args, 's', section);
}

function beginFunction(asm: Assembler, args: Arguments): void {
  const name = args.name() ?? '';
  const label = args.comma() ? (args.name() ?? '') : name;
  if (!stabs(asm).beginFunction(name, label)) {
    asm.error('.endfunc missing for previous .func');
    return;
  }
  args.demandEnd();
}

function endFunction(asm: Assembler, args: Arguments): void {
  if (!stabs(asm).endFunction()) {
    asm.error('missing .func');
    args.skip();
  }
  args.demandEnd();
}

export const stabDirectives: Readonly<Record<string, Directive>> = {
  '.stabs': (asm, args) => stab(asm, args, 's', '.stab'),
  '.stabn': (asm, args) => stab(asm, args, 'n', '.stab'),
  '.stabd': (asm, args) => stab(asm, args, 'd', '.stab'),
  '.xstabs': ownSection,
  '.func': beginFunction,
  '.endfunc': endFunction,
  '.debug': (_asm, args) => void args.rest(),
};
