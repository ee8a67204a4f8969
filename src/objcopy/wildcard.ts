/** Shell patterns as fnmatch(3) without flags matches them: `*`, `?`, `[a-z]`, `[!a]`, `\x`. */

const compiled = new Map<string, RegExp | null>();

/** True when the whole of `text` matches. A pattern without special characters is a plain comparison. */
export function matches(pattern: string, text: string): boolean {
  if (!/[*?[\\]/.test(pattern)) return pattern === text;
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = compile(pattern);
    compiled.set(pattern, expression);
  }
  return expression !== null && expression.test(text);
}

/** null when the pattern can match nothing. */
function compile(pattern: string): RegExp | null {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '*') {
      // Several stars are one; more would make the match slow.
      if (pattern[i - 1] !== '*') out += '[^]*';
    } else if (c === '?') out += '[^]';
    else if (c === '\\') {
      if (i + 1 >= pattern.length) return null;
      out += escape(pattern[++i]);
    } else if (c === '[') {
      const set = bracket(pattern, i);
      if (set === null) out += '\\[';
      else {
        out += set.source;
        i = set.end;
      }
    } else out += escape(c);
  }
  try {
    return new RegExp(`^${out}$`);
  } catch {
    return null;
  }
}

function escape(c: string): string {
  return c.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function bracket(pattern: string, at: number): { source: string; end: number } | null {
  let i = at + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i += 1;
  let body = '';
  for (let first = true; ; first = false) {
    const c = pattern[i];
    if (c === undefined) return null;
    if (c === ']' && !first) break;
    const named = c === '[' && /^\[:(\w+):\]/.exec(pattern.slice(i));
    if (named) {
      const classes: Record<string, string> = {
        alpha: 'A-Za-z',
        digit: '0-9',
        alnum: 'A-Za-z0-9',
        upper: 'A-Z',
        lower: 'a-z',
        space: ' \\t-\\r',
        blank: ' \\t',
        xdigit: '0-9A-Fa-f',
        punct: '!-\\/:-@\\[-`{-~',
        cntrl: '\\0-\\x1f\\x7f',
        print: ' -~',
        graph: '!-~',
      };
      if (!classes[named[1]]) return null;
      body += classes[named[1]];
      i += named[0].length;
      continue;
    }
    if (c === '\\') i += 1;
    if (pattern[i] === undefined) return null;
    const low = pattern[i];
    i += 1;
    if (pattern[i] === '-' && pattern[i + 1] !== undefined && pattern[i + 1] !== ']') {
      const high = pattern[i + 1] === '\\' ? pattern[i + 2] : pattern[i + 1];
      i += pattern[i + 1] === '\\' ? 3 : 2;
      if (low <= high) body += `${escape(low)}-${escape(high)}`;
    } else body += escape(low);
  }
  if (body === '') return { source: negated ? '[^]' : '(?!)', end: i };
  return { source: `[${negated ? '^' : ''}${body}]`, end: i };
}
