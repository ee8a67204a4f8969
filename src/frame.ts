/**
 * Renders diagnostics as text. The first line is exactly gas's, so that editors parse it:
 *
 *     hello.S:3: Error: no such instruction: `mvo $1,%al'
 *       --> hello.S:3:1
 *      3 | mvo $1, %al
 *        | ^~~
 *       help: did you mean `mov'?
 */
import type { Diagnostic, Position } from './diagnostics.js';

/** What a source line may take on the screen; longer ones are shown around the caret. */
const maximumWidth = 160;

const codes = { error: '31;1', warning: '35;1', note: '36;1', help: '32;1', dim: '2', caret: '32;1' } as const;
type Paint = (text: string, style: keyof typeof codes) => string;

const plain: Paint = (text) => text;
const coloured: Paint = (text, style) => `\x1b[${codes[style]}m${text}\x1b[0m`;

export interface FrameOptions {
  readonly color?: boolean;
  /** Finds the text of a line that the diagnostic itself does not carry. */
  readonly sourceLine?: (file: string, line: number) => string | undefined;
}

/** The diagnostic's lines, each ended by a newline. */
export function renderDiagnostic(diagnostic: Diagnostic, options: FrameOptions = {}): string {
  const paint = options.color ? coloured : plain;
  const { at, severity } = diagnostic;
  const label = diagnostic.fatal === true ? 'Fatal error' : severity === 'error' ? 'Error' : severity === 'warning' ? 'Warning' : 'Info';
  let text = `${at ? `${place(at)}: ` : ''}${paint(`${label}:`, severity)} ${decode(diagnostic.message)}\n`;
  if (at) text += frame(at, diagnostic.sourceLine ?? options.sourceLine?.(at.file, at.line), paint);
  for (const link of diagnostic.chain ?? []) {
    text += `  ${decode(link.message)}${link.at ? ` ${paint(`at ${place(link.at)}`, 'dim')}` : ''}\n`;
  }
  for (const note of diagnostic.notes ?? []) text += `  ${paint('note:', 'note')} ${decode(note)}\n`;
  if (diagnostic.suggestion) text += `  ${paint('help:', 'help')} did you mean \`${decode(diagnostic.suggestion)}'?\n`;
  return text;
}

/** gas gives no line number for what concerns a whole file. */
function place(at: Position): string {
  return at.line > 0 ? `${at.file}:${at.line}` : at.file;
}

function frame(at: Position, source: string | undefined, paint: Paint): string {
  const column = at.column ?? 0;
  if (at.line <= 0) return '';
  let text = column > 0 ? `  ${paint(`--> ${at.file}:${at.line}:${column}`, 'dim')}\n` : '';
  if (source === undefined) return text;
  const line = source.replace(/[\r\n]+$/, '');
  const start = Math.max(0, Math.min(column, line.length + 1) - 1);
  const end = Math.min(line.length, start + Math.max(1, at.length ?? 1));
  // A window around the caret, when the line is very long.
  const from = line.length > maximumWidth && start > maximumWidth / 2 ? start - maximumWidth / 2 : 0;
  const to = Math.min(line.length, from + maximumWidth);
  const before = printable(line.slice(from, start));
  const marked = printable(line.slice(start, Math.min(end, to)));
  const rest = printable(line.slice(Math.min(end, to), to));
  const number = String(at.line).padStart(4);
  const gutter = (content: string): string => `${paint(`${content} |`, 'dim')} `;
  text += `${gutter(number)}${from > 0 ? '…' : ''}${before}${marked}${rest}${to < line.length ? '…' : ''}\n`;
  if (column > 0) {
    const indent = (from > 0 ? ' ' : '') + [...before].map((c) => (c === '\t' ? '\t' : ' '.repeat(width(c)))).join('');
    const underline = '~'.repeat(Math.max(0, [...marked].reduce((sum, c) => sum + width(c), 0) - 1));
    text += `${gutter('    ')}${indent}${paint(`^${underline}`, 'caret')}\n`;
  }
  return text;
}

/** Sources are read as latin1, a character a byte: this gives back the UTF-8 that they were, if they were. */
function decode(text: string): string {
  let high = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) return text;
    if (unit > 0x7f) high = true;
  }
  if (!high) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** What can be shown on a terminal without moving its cursor: control characters become a dot. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return decode(text).replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '·');
}

/** Columns of a terminal that a character takes (East Asian wide ones take 2). */
function width(character: string): number {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u.test(character)
    ? 2
    : 1;
}
