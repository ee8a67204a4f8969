/** The output of `cpp -E`: tokens with the spacing that keeps them apart, line markers that keep positions. */
import type { Source } from './source.js';
import { PUNCTUATOR, WHITE, wouldPaste, type Token } from './tokens.js';

/** Output beyond this is taken for an endless expansion. */
const outputLimit = 128 << 20;

export class Printer {
  private readonly chunks: string[] = [];
  private out = '';
  private size = 0;
  /** Something stands on the current output line. */
  private printed = false;
  /** The line of the presumed file that the output is at. */
  private line = 1;
  private system = 0;
  private name = '';
  private previous: Token | null = null;
  private source: Token | null = null;
  private separate = false;

  constructor(
    /** -P: no line markers. */
    private readonly markers: boolean,
    private readonly overflow: () => never,
  ) {}

  /** Output switched off for -imacros, -M and -dM. */
  quiet = false;

  private put(text: string): void {
    this.out += text;
    if (this.out.length > 1 << 16) {
      this.size += this.out.length;
      this.chunks.push(this.out);
      this.out = '';
      if (this.size > outputLimit) this.overflow();
    }
  }

  text(): string {
    this.endLine();
    return this.chunks.join('') + this.out;
  }

  private endLine(): void {
    if (!this.printed) return;
    this.put('\n');
    this.line += 1;
    this.printed = false;
  }

  /** Brings the output to `line`: by newlines when it is near, by a marker else. */
  private toLine(line: number): void {
    this.endLine();
    if (line >= this.line && line < this.line + 8) {
      if (!this.markers) this.line = line;
      else for (; this.line < line; this.line++) this.put('\n');
    } else this.marker(line, '');
  }

  private marker(line: number, flags: string): void {
    this.endLine();
    this.line = line;
    if (!this.markers || this.quiet) return;
    const name = this.name.replace(/[\\"]/g, '\\$&');
    this.put(`# ${line} "${name}"${flags}${this.system === 2 ? ' 3 4' : this.system === 1 ? ' 3' : ''}\n`);
  }

  /** A file was entered ('1'), left for the one that included it ('2'), or renamed by #line (''). */
  fileChange(source: Source, line: number, reason: '' | ' 1' | ' 2', includedFromLine = 0): void {
    if (this.quiet) return;
    if (reason === ' 1' && this.markers) this.toLine(includedFromLine);
    this.name = source.name;
    this.system = source.system;
    this.marker(line, reason);
  }

  /** `t` begins a line of the source. */
  lineChange(t: Token): void {
    if (this.quiet) return;
    this.toLine(t.line);
    this.previous = null;
    this.source = null;
    if (t.column > 2) this.put(' '.repeat(t.column - 2));
    this.printed = true;
  }

  /** A whole line without macros: `text` is already spaced. */
  plainLine(line: number, column: number, text: string): void {
    if (this.quiet) return;
    this.toLine(line);
    if (column > 1) this.put(column === 2 ? ' ' : ' '.repeat(column - 1));
    this.put(text);
    this.previous = null;
    this.source = null;
    this.separate = false;
    this.printed = true;
  }

  padding(t: Token): void {
    this.separate = true;
    if (this.source === null || ((this.source.flags & WHITE) === 0 && t.source === null)) this.source = t.source;
  }

  token(t: Token): void {
    if (this.quiet) return;
    if (this.separate) {
      const source = this.source ?? t;
      const { previous } = this;
      if ((source.flags & WHITE) !== 0 || (previous !== null ? wouldPaste(previous, t) : t.kind === PUNCTUATOR && t.text === '#')) {
        this.put(' ');
      }
    } else if ((t.flags & WHITE) !== 0) this.put(' ');
    this.separate = false;
    this.source = null;
    this.previous = t;
    this.put(t.text);
    this.printed = true;
  }
}
