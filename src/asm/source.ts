/** Source texts: files, and what expansions make. They nest: the innermost is read first. */
import type { Position } from '../diagnostics.js';

/** Bytes as a string with one character a byte (latin1), so that every byte of a string literal survives. */
export function latin1(bytes: Uint8Array): string {
  if (typeof Buffer !== 'undefined') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return parts.join('');
}

export class Source {
  /** Next character to read. */
  pos = 0;
  /** Physical number of the line last begun (0 before the first). */
  line = 0;
  /** Where the line last begun begins. */
  lineStart = 0;
  /** Nothing of the line has been read yet. */
  atLineStart = true;
  /** Name and line offset as .file, .line, .linefile and `# 12 "file"` have set them: logical line = line + lineDelta. */
  logicalFile: string;
  lineDelta = 0;
  /** Lines inside the statement that pushed another source: they count when this one reads on. */
  pendingLines = 0;
  /** What .line and .file said of them, each by itself. */
  saidDelta: number | null = null;
  saidFile: string | null = null;
  /** What reads on when this one has ended. */
  parent: Source | null = null;
  /**
   * Called when it has been read to its end, before the parent reads on (conditionals and macros check their nesting).
   * True: it has been wound back and is read again (.rept).
   */
  onEnd: (() => boolean | void) | null = null;
  /** The lines of `text`, where it is read again and again: the same strings each time are found faster in a cache. */
  lines: readonly string[] | null = null;
  /** Comments are gone: it is read as it stands (see LineReader.cut). */
  scrubbed = false;
  /** It has been said that a string is open at its end. */
  warnedEnd = false;
  /** Text that stands in no file: what a macro or a repetition made. */
  expansion = false;
  /** A macro's expansion: debugging information names the place of its invocation instead. */
  macro = false;
  /** `.file` and `.line` in it have given it lines of its own; line markers don't. */
  placed = false;

  constructor(
    /** As it shall stand in messages. */
    readonly name: string,
    public text: string,
    /** How a message describes it: `included from here`, `macro invoked from here`. Empty for the files of the command line. */
    readonly label = '',
    /** Lines are not cached by their text: they contain what changes (`\@` has been replaced) and rarely repeat. */
    readonly transient = false,
  ) {
    this.logicalFile = name;
  }

  get logicalLine(): number {
    return this.line + this.lineDelta;
  }

  position(column = 0, length = 1): Position {
    return { file: this.logicalFile, line: this.logicalLine, column, length };
  }

  /** The physical line around `pos`, for the frame of a message. */
  lineText(at: number): string {
    const start = this.text.lastIndexOf('\n', at - 1) + 1;
    const end = this.text.indexOf('\n', start);
    const line = this.text.slice(start, end < 0 ? undefined : end);
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}
