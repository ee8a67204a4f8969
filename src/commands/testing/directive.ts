/**
 * The `tskvm:` lines of a source's leading comment: how a golden test runs it.
 *
 *     # tskvm: mode=protected memory=16M status=7
 *     # tskvm: stdin="two\nlines\n" timeout=2 device=./led.ts@0x10 args="--defsym N=3"
 */
import { closest } from '../../suggest.js';

export interface Directive {
  readonly mode?: string;
  readonly boot?: string;
  readonly memory?: string;
  readonly board?: string;
  readonly engine?: string;
  readonly irqchip?: string;
  /** Keystrokes for the pc board's keyboard. */
  readonly keys?: string;
  /** What the mouse does. */
  readonly mouse?: string;
  /** Disk images, relative to the source. */
  /** A recording that gives the run its input and time. */
  readonly replay?: string;
  readonly hda?: string;
  readonly hdb?: string;
  readonly cdrom?: string;
  readonly fda?: string;
  readonly fdb?: string;
  readonly at?: string;
  readonly entry?: string;
  /** Bytes, one character each. */
  readonly stdin?: string;
  readonly timeout?: string;
  readonly maxOutput?: string;
  /** Expected exit status; 0 when absent. */
  readonly status?: string;
  /** Why it is not run. */
  readonly skip?: string;
  /** Not a guest of its own: other sources include it. */
  readonly library?: string;
  readonly device?: readonly string[];
  /** Build options, split at blanks. */
  readonly args?: readonly string[];
}

const keys = [
  'mode',
  'boot',
  'memory',
  'board',
  'engine',
  'irqchip',
  'keys',
  'mouse',
  'replay',
  'hda',
  'hdb',
  'cdrom',
  'fda',
  'fdb',
  'at',
  'entry',
  'stdin',
  'timeout',
  'max-output',
  'status',
  'skip',
  'library',
  'device',
  'args',
];
const lists = new Set(['device', 'args']);

/** Reads the directives; what is wrong with them comes back as `problem` with its line. */
export function parseDirective(source: string): { directive: Directive; problem?: { line: number; message: string } } {
  const found: Record<string, string | string[]> = {};
  const lines = leadingComment(source);
  for (const [i, line] of lines.entries()) {
    const at = /^[\s*#/;]*tskvm:(.*)/.exec(line);
    if (!at) continue;
    const words = at[1].replace(/\*\/\s*$/, '');
    let rest = words.trim();
    while (rest !== '') {
      const match = /^([a-z-]+)(?:=("(?:\\.|[^"\\])*"|\S*))?(?:\s+|$)/.exec(rest);
      if (!match) return problem(found, i, `\`${rest}' is not key=value`);
      const [whole, key, value = ''] = match;
      if (!keys.includes(key)) {
        const near = closest(key, keys);
        return problem(found, i, `unknown key \`${key}'${near ? `, did you mean \`${near}'?` : ''} (known: ${keys.join(', ')})`);
      }
      const text = unquote(value);
      const name = key === 'max-output' ? 'maxOutput' : key;
      if (!lists.has(key)) found[name] = text;
      else ((found[name] ??= []) as string[]).push(...(key === 'args' ? text.split(/\s+/).filter(Boolean) : [text]));
      rest = rest.slice(whole.length);
    }
  }
  return { directive: found as Directive };
}

const problem = (found: object, i: number, message: string): ReturnType<typeof parseDirective> => ({
  directive: found as Directive,
  problem: { line: i + 1, message },
});

/** The lines before the first one that is neither blank nor comment. */
function leadingComment(source: string): string[] {
  const lines: string[] = [];
  let inside = false;
  for (const line of source.split(/\r?\n/, 200)) {
    const text = line.trim();
    if (!inside && text !== '' && !/^(#|\/\/|;|\/\*)/.test(text)) break;
    if (!inside && text.startsWith('/*')) inside = true;
    if (inside && text.includes('*/')) inside = false;
    lines.push(line);
  }
  return lines;
}

/** C's escapes inside quotes. */
function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/g, (_, escape: string) => {
    const named: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', e: '\x1b', a: '\x07' };
    if (/^x./.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8) & 0xff);
    return named[escape] ?? escape;
  });
}
