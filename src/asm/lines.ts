/**
 * Physical lines to statements, by gas's rules for x86 Linux (gas manual, nodes Preprocessing, Comments, Statements):
 * `#` begins a comment anywhere, `/` only where a line begins, block comments may span lines, `;` separates, strings and
 * character constants protect. `# 12 "file"` at the start of a line is a line marker.
 */
import type { Source } from './source.js';

const NEWLINE = 10;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const STAR = 42;
const SLASH = 47;
const SEMICOLON = 59;
const BACKSLASH = 92;

export interface LineEvents {
  /** `# 12 "file" flags`: what stands behind the `#`. */
  marker(text: string): void;
  /** The text ended too soon: no line can be named. */
  endWarning(message: string): void;
  /** About the line being read. */
  lineWarning(message: string): void;
}

/** What takes strings over several lines, even where quotes have got out of step. */
const readsStrings = /^\.(?:asci[iz]|string|ident|version|if[en]|print|err|warn)/i;

/** Reads one statement after the other from a source. */
export class LineReader {
  /** The statement's text without comments: what a comment covered is blank. */
  text = '';
  /** Where the statement begins in its line, from 1. */
  column = 1;
  /** Where the statement begins in the source text. */
  start = 0;
  /** `/` is division everywhere, and no comment begins with it (--divide). */
  constructor(private readonly events: LineEvents) {}

  /** Reads the next statement of `source` into `text`. False at its end. */
  next(source: Source): boolean {
    const text = source.text;
    const end = text.length;
    while (source.pos < end) {
      let pos = source.pos;
      const freshLine = source.atLineStart;
      if (freshLine) {
        source.line += 1;
        source.atLineStart = false;
        source.lineStart = pos;
      }
      let first = pos;
      let c = text.charCodeAt(pos);
      while (c === 32 || c === 9 || c === 13 || c === 12) c = text.charCodeAt(++pos);
      if (!source.scrubbed && (c === HASH || (c === SLASH && text.charCodeAt(pos + 1) !== STAR))) {
        const newline = text.indexOf('\n', pos);
        const stop = newline < 0 ? end : newline;
        const marker = freshLine && c === HASH && pos === first ? text.slice(pos + 1, stop) : '';
        source.pos = newline < 0 ? end : newline + 1;
        source.atLineStart = true;
        if (/^[ \t]*\d/.test(marker)) this.events.marker(marker);
        continue;
      }
      first = pos;
      if (this.scan(source, pos)) {
        this.start = first;
        this.column = first - source.lineStart + 1;
        return true;
      }
    }
    return false;
  }

  /** Scans a statement from `start`; false when there is nothing but white space and comments. */
  private scan(source: Source, start: number): boolean {
    const text = source.text;
    const end = text.length;
    let result = '';
    let from = start;
    let pos = start;
    let lines = 0;
    const { scrubbed } = source;
    const cuts = scrubbed && !readsStrings.test(text.slice(start, start + 16));
    for (;;) {
      if (pos >= end) break;
      const c = text.charCodeAt(pos);
      // A NUL ends a statement, too.
      if (c === NEWLINE || c === SEMICOLON || c === 0) break;
      if (scrubbed && c !== QUOTE) {
        pos += 1;
        continue;
      }
      if (c === HASH) {
        result += text.slice(from, pos);
        const newline = text.indexOf('\n', pos);
        from = pos = newline < 0 ? end : newline;
        break;
      }
      if (c === QUOTE) {
        pos += 1;
        for (;;) {
          if ((this.inBody || cuts) && (text.charCodeAt(pos) === NEWLINE || text.charCodeAt(pos) === 0)) {
            this.cut(source, pos);
            this.text = result + text.slice(from, pos);
            return true;
          }
          if (pos >= end) {
            if (!scrubbed) {
              this.events.endWarning("end of file in string; '\"' inserted");
              source.warnedEnd = true;
            }
            source.pos = end;
            this.text = `${result}${text.slice(from, end)}"`;
            return true;
          }
          const d = text.charCodeAt(pos);
          if (d === BACKSLASH) pos += text.charCodeAt(pos + 1) === NEWLINE ? 1 : 2;
          else if (d === QUOTE) break;
          else {
            if (d === NEWLINE) lines += 1;
            pos += 1;
          }
        }
        pos += 1;
      } else if (c === APOSTROPHE) {
        pos = characterConstant(text, pos).next;
        if (pos > end) {
          this.events.endWarning('end of file after a one-character quote; \\0 inserted');
          pos = end;
        }
      } else if (c === SLASH && text.charCodeAt(pos + 1) === STAR) {
        const close = text.indexOf('*/', pos + 2);
        result += text.slice(from, pos);
        if (close < 0) {
          this.events.endWarning('end of file in comment');
          from = pos = end;
          break;
        }
        const newlines = countNewlines(text, pos, close);
        lines += newlines;
        result += newlines > 0 ? ' ' : ' '.repeat(close + 2 - pos);
        from = pos = close + 2;
      } else {
        pos += 1;
      }
    }
    const stop = Math.min(pos, end);
    this.text = result === '' ? text.slice(from, stop) : result + text.slice(from, stop);
    source.atLineStart = pos >= end || text.charCodeAt(pos) === NEWLINE;
    if (text.charCodeAt(pos) === 0) this.sawNul = true;
    source.pos = pos + 1;
    this.extraLines = lines;
    if (/^[ \t\r\f]*$/.test(this.text)) {
      source.line += lines;
      this.extraLines = 0;
      return false;
    }
    return true;
  }

  /** A line ends at `pos` though a string is open: what follows is read as it stands, with no comments in it. */
  private cut(source: Source, pos: number): void {
    if (!source.scrubbed) {
      source.text = source.text.slice(0, pos) + scrubbedFrom(source.text, pos, this.events, source.warnedEnd);
      source.scrubbed = true;
      source.lines = null;
    }
    if (source.text.charCodeAt(pos) === 0) this.sawNul = true;
    source.atLineStart = source.text.charCodeAt(pos) === NEWLINE;
    source.pos = pos + 1;
    this.extraLines = 0;
    if (this.inBody && !this.quiet) this.events.lineWarning('missing closing `"\'');
  }

  /** Reads the statement at hand again, up to the end of its line even if a string is open there. */
  again(source: Source, warn: boolean): void {
    source.pos = this.start;
    this.inBody = true;
    this.quiet = !warn;
    this.scan(source, this.start);
    this.inBody = this.quiet = false;
  }

  private quiet = false;

  /** Reading the text of a definition: a line ends, whether or not a string is open. */
  inBody = false;
  /** A NUL has been read since this was last cleared: gas takes it for the end of its input while it reads a definition. */
  sawNul = false;

  /** Newlines inside the statement (in comments and strings): the caller adds them once the statement is done. */
  extraLines = 0;
}

/** `'c` or `'\n` at `pos`, with or without a closing quote; `next` lies behind the text when the text ends too soon. */
export function characterConstant(text: string, pos: number): { value: number; next: number } {
  let next = pos + 1;
  if (next >= text.length) return { value: 0, next: next + 1 };
  let value = text.charCodeAt(next);
  next += 1;
  if (value === BACKSLASH && next < text.length) {
    value = escapes[text[next]] ?? text.charCodeAt(next);
    next += 1;
  }
  if (text.charCodeAt(next) === APOSTROPHE) next += 1;
  return { value: value & 255, next };
}

const escapes: Record<string, number | undefined> = { b: 8, f: 12, n: 10, r: 13, t: 9 };

function countNewlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === NEWLINE) count += 1;
  return count;
}

/** `text` from `pos` on, which lies in a string, without comments and character constants. */
function scrubbedFrom(text: string, pos: number, events: LineEvents, warned: boolean): string {
  const out: string[] = [];
  let inString = true;
  let owed = 0;
  let lineStart = false;
  while (pos < text.length) {
    const c = text.charCodeAt(pos);
    const from = pos;
    pos += 1;
    if (inString) {
      if (c === BACKSLASH && pos < text.length) pos += 1;
      else if (c === QUOTE) inString = false;
      out.push(text.slice(from, pos));
      continue;
    }
    if (c === HASH || (lineStart && c === SLASH && text.charCodeAt(pos) !== STAR)) {
      const newline = text.indexOf('\n', pos);
      pos = newline < 0 ? text.length : newline;
    } else if (c === SLASH && text.charCodeAt(pos) === STAR) {
      const close = text.indexOf('*/', pos + 1);
      if (close < 0) {
        events.endWarning('end of file in comment');
        pos = text.length;
      } else {
        owed += countNewlines(text, pos, close);
        out.push(' ');
        pos = close + 2;
      }
    } else if (c === APOSTROPHE) {
      const { value, next } = characterConstant(text, from);
      out.push(String(value));
      pos = next;
    } else {
      if (c === QUOTE) inString = true;
      out.push(text[from]);
      if (c === NEWLINE) {
        out.push('\n'.repeat(owed));
        owed = 0;
      }
    }
    lineStart = c === NEWLINE || (lineStart && (c === 32 || c === 9));
  }
  if (inString) {
    if (!warned) events.endWarning("end of file in string; '\"' inserted");
    out.push('"\n');
  }
  return out.join('');
}
