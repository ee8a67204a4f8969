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

/** A section of zero-ended strings (.debug_str, .debug_line_str), filled as they are asked for. */
export class StringPool {
  private readonly offsets = new Map<string, number>();
  private readonly start: Expr;
  readonly section: Section;

  constructor(
    asm: Assembler,
    name: string,
    /** The same text gets the same place. */
    private readonly shared: boolean,
  ) {
    // SHF_MERGE | SHF_STRINGS
    this.section = debugSection(asm, name, 0x30n);
    this.section.entsize = 1;
    this.start = startOf(this.section);
  }

  /** The place of `text`, as an expression. */
  reference(text: string): Expr {
    let offset = this.shared ? this.offsets.get(text) : undefined;
    if (offset === undefined) {
      const { data } = this.section.chain(0);
      offset = data.length;
      data.cstring(text);
      this.offsets.set(text, offset);
    }
    return plus(this.start, offset);
  }
}

/** `base + offset` */
export function plus(base: Expr, offset: number): Expr {
  return offset === 0 ? base : { kind: 'binary', operator: '+', left: base, right: { kind: 'constant', value: BigInt(offset) } };
}
