/** The rows of the line table as .loc and -g make them, one list for each subsection. Numbers in one array: there are many. */
import type { Chain, Fragment, Section } from '../sections.js';
import type { AsmSymbol } from '../symbols.js';

export const IS_STMT = 1;
export const BASIC_BLOCK = 2;
export const PROLOGUE_END = 4;
export const EPILOGUE_BEGIN = 8;

/** How the view number of a row is known: not asked for, asserted to be 0, reset to 0, or wanted as a symbol's value. */
export type View = null | 'zero' | 'reset' | AsmSymbol;

export interface Row {
  file: number;
  line: number;
  column: number;
  /** IS_STMT … */
  flags: number;
  isa: number;
  discriminator: number;
  view: View;
}

/** Numbers of a row, in this order, in `LineEntries.numbers`. */
export const OFFSET = 0;
export const FILE = 1;
export const LINE = 2;
export const COLUMN = 3;
export const FLAGS = 4;
export const ISA = 5;
export const DISCRIMINATOR = 6;
export const STRIDE = 7;

export class LineEntries {
  length = 0;
  numbers = new Int32Array(64 * STRIDE);
  readonly fragments: Fragment[] = [];
  /** By row, where there is one. */
  readonly views = new Map<number, View>();
  /** The labels that are rows of their own, by row. */
  readonly labels = new Map<number, AsmSymbol>();

  constructor(readonly chain: Chain) {}

  add(fragment: Fragment, offset: number, row: Row): void {
    let at = this.length * STRIDE;
    if (at + STRIDE > this.numbers.length) {
      const grown = new Int32Array(this.numbers.length * 2);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    const { numbers } = this;
    numbers[at++] = offset;
    numbers[at++] = row.file;
    numbers[at++] = row.line;
    numbers[at++] = row.column;
    numbers[at++] = row.flags;
    numbers[at++] = row.isa;
    numbers[at] = row.discriminator;
    if (row.view !== null) this.views.set(this.length, row.view);
    this.fragments.push(fragment);
    this.length += 1;
  }

  offset(row: number): number {
    return this.numbers[row * STRIDE + OFFSET];
  }

  address(row: number): number {
    return this.fragments[row].address + this.numbers[row * STRIDE + OFFSET];
  }
}

/** The rows of one section: its subsections' lists, by number. */
export class LineSection {
  readonly lists: LineEntries[] = [];

  constructor(readonly section: Section) {}

  list(chain: Chain): LineEntries {
    const { lists } = this;
    let i = 0;
    for (; i < lists.length && lists[i].chain.number <= chain.number; i++) if (lists[i].chain === chain) return lists[i];
    const made = new LineEntries(chain);
    lists.splice(i, 0, made);
    return made;
  }

  /** Where the section ends, as of the present pass. */
  get end(): number {
    const { chains } = this.section;
    const { last } = chains[chains.length - 1];
    return last.address + last.size + last.tailSize;
  }
}
