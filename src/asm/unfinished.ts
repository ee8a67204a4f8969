/** A file whose last line has no line break: gas puts one there, and says so when it comes upon the file's end. */
import type { Assembler } from './assembler.js';

/** gas reads so many bytes at a time: the lines before them have been read when it sees the end. */
const CHUNK = 32 * 1024;

/** Warns, if the file that is about to be read deserves it: at once for a short file, at its end for a long one. */
export function finishLastLine(asm: Assembler): void {
  const { source } = asm;
  const { text } = source;
  if (text === '' || text.endsWith('\n')) return;
  const message = unfinished(text);
  if (message === '') return;
  const read = Math.floor((text.length - 1) / CHUNK) * CHUNK;
  if (read === 0) asm.warningAt(message, source.logicalFile, 0);
  else {
    let lines = 0;
    for (let at = text.indexOf('\n'); at >= 0 && at < read; at = text.indexOf('\n', at + 1)) lines += 1;
    const { onEnd } = source;
    source.onEnd = () => {
      asm.warningAt(message, source.logicalFile, lines);
      return onEnd?.();
    };
  }
}

/** What there is to say of the last line; '' for one that is empty, or inside a string or a comment of several lines. */
function unfinished(text: string): string {
  if (text.lastIndexOf('/*') > text.lastIndexOf('*/')) return '';
  const line = text
    .slice(text.lastIndexOf('\n') + 1)
    .replace(/^.*\*\/(?=[^"']*$)/, ' ')
    .replace(/\/\*.*?\*\//g, ' ');
  const plain = 'end of file not at end of a line; newline inserted';
  const comment = 'end of file in comment; newline inserted';
  if (line.trim() === '') return '';
  if (/^[ \t]*#[ \t]*\d/.test(line)) return plain;
  if (/^[ \t]*[#/]/.test(line)) return comment;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '#') return comment;
    if (line[i] === "'") i += line[i + 1] === '\\' ? 2 : 1;
    else if (line[i] === '"') {
      for (i++; i < line.length && line[i] !== '"'; i++) if (line[i] === '\\') i++;
      if (i >= line.length) return '';
    }
  }
  return plain;
}
