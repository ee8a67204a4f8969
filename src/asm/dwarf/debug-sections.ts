/** The sections that the assembler itself fills: found by name, or made. */
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import type { Section } from '../sections.js';
import { AsmSymbol } from '../symbols.js';

/** The section `name`, made with `flags` (SHF_*) when the source has none. */
export function debugSection(asm: Assembler, name: string, flags = 0n): Section {
  let section = asm.sectionsByName.get(name)?.[0];
  if (section === undefined) {
    section = asm.makeSection(name, false);
    section.flags = flags;
    section.chain(0);
  }
  return section;
}

/** The first byte of `section`. */
export function startOf(section: Section): Expr {
  return section.symbol!.reference;
}

/** The present end of subsection 0 of `section`: a nameless label. */
function endOf(section: Section): Expr {
  const symbol = new AsmSymbol('.');
  const { last, data } = section.chain(0);
  symbol.temporary = true;
  symbol.section = section;
  symbol.fragment = last;
  symbol.offset = data.length - last.start;
  return symbol.reference;
}

/** A section of zero-ended strings (.debug_str, .debug_line_str), filled as they are asked for; gas shares none. */
export class StringPool {
  readonly section: Section;

  constructor(asm: Assembler, name: string) {
    // SHF_MERGE | SHF_STRINGS
    this.section = debugSection(asm, name);
    this.section.flags = 0x30n;
    this.section.entsize = 1;
  }

  /** Appends `text`; its place, as an expression. */
  reference(text: string): Expr {
    const place = endOf(this.section);
    this.section.chain(0).data.cstring(text);
    return place;
  }
}

/** `base + offset` */
export function plus(base: Expr, offset: number): Expr {
  return offset === 0 ? base : { kind: 'binary', operator: '+', left: base, right: { kind: 'constant', value: BigInt(offset) } };
}
