/** The sections that the assembler itself fills: found by name, or made. */
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import type { Section } from '../sections.js';
import { AsmSymbol } from '../symbols.js';

/** The section `name`, made with `flags` (SHF_*) when the source has none. */
export function debugSection(asm: Assembler, name: string, flags = 0n): Section {
  let section = asm.sectionsByName.get(name)?.[0];
  if (section === undefined) {
    section = asm.makeSection(name);
    section.flags = flags;
    section.chain(0);
  }
  return section;
}

/** The present end of subsection 0 of `section`, as an expression: what is appended next begins there. */
export function endOf(section: Section): Expr {
  const symbol = new AsmSymbol('.');
  const { last, data } = section.chain(0);
  symbol.temporary = true;
  symbol.section = section;
  symbol.fragment = last;
  symbol.offset = data.length - last.start;
  return symbol.reference;
}

/** The first byte of `section`. */
export function startOf(section: Section): Expr {
  const symbol = new AsmSymbol('.');
  symbol.temporary = true;
  symbol.section = section;
  section.chain(0);
  [symbol.fragment] = section.chains[0].fragments;
  return symbol.reference;
}
