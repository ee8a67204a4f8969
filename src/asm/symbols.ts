/** Symbols and the symbol table (gas manual, node Symbols). */
import type { Expr } from './expression.js';
import type { Fragment, Section } from './sections.js';

export class AsmSymbol {
  /** Where a label stands: its section, fragment and the offset in that fragment's fixed part. */
  section: Section | null = null;
  fragment: Fragment | null = null;
  offset = 0;
  /** `=`, .set: what it stands for. A constant expression makes the symbol absolute. */
  equated: Expr | null = null;
  /** Common: size and alignment in bytes. */
  common: { size: bigint; align: number; large: boolean } | null = null;

  binding: 'local' | 'global' | 'weak' | 'unique' = 'local';
  /** STV_*. */
  visibility = 0;
  /** STT_*. */
  type = 0;
  size: Expr | null = null;
  /** Some expression or relocation mentions it. */
  used = false;
  /** It was used in a cached encoding: giving it a constant value must drop those caches. */
  cached = false;
  /** Redefinable (`=`, .set) as against .equiv and labels. */
  redefinable = false;
  /** Position of its definition or first mention, for messages. */
  line = 0;
  file = '';

  constructor(readonly name: string) {}

  get defined(): boolean {
    return this.section !== null || this.equated !== null;
  }
}
