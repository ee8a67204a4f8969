/** One file being read: its logical lines, after splices (translation phase 2). */

/** An open #if: see directives.ts. */
export interface Conditional {
  readonly line: number;
  /** if, ifdef, ifndef; elif or else once one was seen */
  directive: string;
  /** The enclosing group was skipped. */
  readonly wasSkipping: boolean;
  /** A group of this #if has been taken: the rest is skipped. */
  taken: boolean;
  /** #else was seen. */
  sawElse: boolean;
  /** This is the #ifndef of an include guard, naming the macro. */
  readonly guard: string | null;
}

/** Where the lexer stands in a text. */
export interface Cursor {
  text: string;
  pos: number;
  end: number;
  base: number;
  line: number;
  lineDelta: number;
}

export class Source implements Cursor {
  /** What the lexer reads: the file, or one spliced line of it. */
  text: string;
  pos = 0;
  /** End of the logical line in `text`, at its newline. */
  end = 0;
  /** Where column 1 of the current physical line is in `text`. */
  base = 0;
  /** Physical line, from 1. */
  line = 0;
  /** Where lines were joined in `text`, and how much to add to the column there. */
  private splices: number[] = [];
  private nextSplice = 0;
  /** Next physical line in `file`. */
  private next = 0;
  /** Physical line of the current logical one where blanks stand behind the backslash; 0: nowhere. */
  blankSplice = 0;
  /** Nothing follows the line that a backslash joins to the current one. */
  spliceAtEnd = false;
  /** The current line is used up. */
  needLine = true;
  /** Added to `line`: the effect of #line. */
  lineDelta = 0;
  readonly conditionals: Conditional[] = [];
  /** Include guard found so far: undefined at the start, null when there is none. */
  guard: string | null | undefined = undefined;
  /** The guard's #endif has passed: anything that follows spoils it. */
  guardClosed = false;

  constructor(
    private readonly file: string,
    /** As found: dependencies, #pragma once. */
    readonly path: string,
    /** As presumed: #line changes it. */
    public name: string,
    /** Directory with its slash, for quoted includes. */
    readonly directory: string,
    /** Index in the search path where it was found; -1 when it was found beside its includer or is a main file. */
    readonly searchIndex: number,
    public system: number,
  ) {
    this.text = file;
  }

  get presumedLine(): number {
    return this.line + this.lineDelta;
  }

  /** Begins the next logical line; false at the end of the file. */
  advance(): boolean {
    const { file } = this;
    const start = this.next;
    if (start >= file.length) return false;
    let newline = file.indexOf('\n', start);
    if (newline < 0) newline = file.length;
    this.line += 1 + this.pendingLines();
    this.needLine = false;
    if (spliceLength(file, start, newline) === 0) {
      this.text = file;
      this.pos = this.base = start;
      this.end = newline;
      this.next = newline + 1;
      return true;
    }
    const parts: string[] = [];
    let length = 0;
    let from = start;
    for (;;) {
      const cut = newline < file.length ? spliceLength(file, from, newline) : 0;
      parts.push(file.slice(from, newline - cut));
      length += newline - cut - from;
      if (cut > 1 && this.blankSplice === 0) this.blankSplice = this.line + parts.length - 1;
      if (cut > 0 && newline + 1 >= file.length) this.spliceAtEnd = true;
      if (cut === 0 || newline + 1 >= file.length) break;
      this.splices.push(length);
      from = newline + 1;
      newline = file.indexOf('\n', from);
      if (newline < 0) newline = file.length;
    }
    this.text = parts.join('');
    this.pos = this.base = 0;
    this.end = this.text.length;
    this.next = newline + 1;
    return true;
  }

  /** Physical lines of the last logical line that the lexer did not walk over. */
  private pendingLines(): number {
    const rest = this.splices.length - this.nextSplice;
    if (this.splices.length > 0) this.splices = [];
    this.nextSplice = 0;
    return rest;
  }

  /** Keeps `line` and `base` right once `pos` has passed a splice. */
  passSplices(): void {
    const { splices } = this;
    while (this.nextSplice < splices.length && splices[this.nextSplice] <= this.pos) {
      this.base = splices[this.nextSplice];
      this.line += 1;
      this.nextSplice += 1;
    }
  }

  get spliced(): boolean {
    return this.splices.length > 0;
  }
}

/** Length of the backslash and blanks that end the line, 0 when it does not end so. */
function spliceLength(text: string, start: number, newline: number): number {
  let i = newline - 1;
  let c = text.charCodeAt(i);
  while (i >= start && (c === 32 || c === 9 || c === 12 || c === 11)) c = text.charCodeAt(--i);
  return i >= start && c === 92 ? newline - i : 0;
}
