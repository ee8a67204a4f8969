/** Directives that say something or stop (gas manual, nodes Abort, Err, Error, Fail, MRI, Print, Warning). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import type { Directive, DirectiveTable } from './index.js';
import { demandString, readString } from './string.js';

/** `..mri` is the same: in MRI mode names need no dot, and one is left. */
function mri(asm: Assembler, args: Arguments): void {
  if (args.absolute() !== 0n) asm.error('MRI compatibility mode is not supported: its syntax is that of another assembler');
  args.demandEnd();
}

export const messageTable: DirectiveTable = {
  '.err': (asm, args) => {
    asm.error('.err encountered');
    args.demandEnd();
  },
  '.error': say('error'),
  '.warning': say('warning'),
  '.fail': (asm, args) => {
    const value = args.absolute();
    const message = `.fail ${value} encountered`;
    if (value >= 500n) asm.warning(message);
    else asm.error(message);
    args.demandEnd();
  },
  '.print': (asm, args) => {
    const text = demandString(asm, args);
    if (text === null) return asm.swallowLine();
    asm.printed += `${text}\n`;
    args.demandEnd();
  },
  '.abort': (asm) => asm.fatalError('.abort detected.  Abandoning ship.'),
  '.mri': mri,
  '..mri': mri,
};

function say(severity: 'error' | 'warning'): Directive {
  return (asm, args) => {
    if (args.atEnd()) return asm[severity](`.${severity} directive invoked in source file`);
    const text = readString(asm, args);
    if (text === null) return asm.error(`.${severity} argument must be a string`);
    asm[severity](text);
    args.demandEnd();
  };
}
