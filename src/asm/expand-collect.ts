/** Reads the text of a .macro, .rept, .irp or .irpc up to the directive that ends it. */
import type { Assembler } from './assembler.js';
import { scrub } from './expand-scrub.js';

/** The first directive of a statement, behind its labels. */
const directive = /^[ \t]*((?:[A-Za-z_.$\x80-\xff][\w.$\x80-\xff]*[ \t]*:[ \t]*)*)\.([\w.$\x80-\xff]+)/;
const repeats = new Set(['rept', 'rep', 'irp', 'irpc', 'irep', 'irepc']);

/** Definitions within definitions: read again at each level, more would take for ever (and expansions may nest 100 deep). */
const DEPTH_LIMIT = 1000;

export interface Collected {
  readonly text: string;
  /** It begins on the line of the directive itself, behind a `;`. */
  readonly sameLine: boolean;
  /** The line of the statement that ended it, of the same file. */
  readonly endLine: number;
}

/** The lines up to the matching .endm or .endr, scrubbed, one a line as in the source; null when the source ends first. */
export function collect(asm: Assembler, kind: 'macro' | 'repeat'): Collected | null {
  if (asm.listing !== null) asm.listing.paused = true;
  asm.lines.inBody = true;
  asm.lines.sawNul = false;
  const ended = asm.source.text.charCodeAt(asm.source.pos - 1) === 0;
  const found = ended ? null : collectLines(asm, kind);
  asm.lines.inBody = false;
  if (asm.listing !== null) asm.listing.paused = false;
  return found;
}

function collectLines(asm: Assembler, kind: 'macro' | 'repeat'): Collected | null {
  const end = kind === 'macro' ? 'endm' : 'endr';
  const parts: string[] = [];
  let { source } = asm;
  let { line } = source;
  let depth = 1;
  let first = true;
  let sameLine = false;
  while (asm.nextStatement()) {
    // A NUL is the end of the input to gas while it reads a definition.
    if (asm.lines.sawNul) return null;
    const { text, column } = asm.lines;
    const skipped = asm.source === source ? asm.source.line - line : 1;
    ({ source } = asm);
    ({ line } = source);
    const separator = skipped > 0 ? '\n'.repeat(first ? skipped - 1 : skipped) : first ? '' : ';';
    if (first) sameLine = skipped === 0;
    first = false;
    parts.push(separator);
    const match = text.includes('.') ? directive.exec(text) : null;
    if (match !== null) {
      const name = match[2].toLowerCase();
      if (name === end && --depth === 0) {
        if (match[1] !== '') parts.push(match[1]);
        return { text: `${parts.join('')}\n`, sameLine, endLine: asm.line };
      }
      if (kind === 'macro' ? name === 'macro' : repeats.has(name)) depth += 1;
      if (depth > DEPTH_LIMIT) {
        asm.fatalError('macros nested too deeply');
        return null;
      }
    }
    parts.push(column > 1 ? ` ${scrub(text)}` : scrub(text));
  }
  return null;
}
