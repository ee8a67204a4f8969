/** Sections: .text, .data, .bss, .section, .pushsection … (gas manual, nodes Section, Sub-Sections). */
import type { DirectiveTable } from './index.js';

export const sectionDirectives: DirectiveTable = {
  '.text': (asm, args) => asm.switchTo(asm.text, args.atEnd() ? 0 : args.absoluteNumber()),
  '.data': (asm, args) => asm.switchTo(asm.data, args.atEnd() ? 0 : args.absoluteNumber()),
  '.bss': (asm, args) => asm.switchTo(asm.bss, args.atEnd() ? 0 : args.absoluteNumber()),
};
