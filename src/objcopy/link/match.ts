/** File and section name patterns: `*`, `?`, `[a-z]`, `[!a]` (ld manual, node Input Section Wildcards). */

export type Matcher = (name: string) => boolean;

const cache = new Map<string, Matcher>();

export function matcher(pattern: string): Matcher {
  let found = cache.get(pattern);
  if (found === undefined) cache.set(pattern, (found = compile(pattern)));
  return found;
}

function compile(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern;
  const prefix = /^([^*?[\\]*)\*$/.exec(pattern)?.[1];
  if (prefix !== undefined) return (name) => name.startsWith(prefix);
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '*') source += '[^]*';
    else if (c === '?') source += '[^]';
    else if (c === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) source += '\\[';
      else {
        const set = pattern.slice(i + 1, end).replace(/\\/g, '\\\\');
        source += set.startsWith('!') || set.startsWith('^') ? `[^${set.slice(1)}]` : `[${set}]`;
        i = end;
      }
    } else source += c.replace(/[.+^${}()|\\\]]/, '\\$&');
  }
  const regex = new RegExp(`^${source}$`);
  return (name) => regex.test(name);
}

/** `archive:member`, `archive:`, `:file` or a plain file name or pattern. */
export function matchesFile(pattern: string, file: string, member: string | undefined): boolean {
  if (pattern === '*') return true;
  const colon = pattern.indexOf(':');
  if (colon >= 0) {
    const [archive, inside] = [pattern.slice(0, colon), pattern.slice(colon + 1)];
    if (archive === '') return member === undefined && matcher(inside)(file);
    return member !== undefined && matcher(archive)(file) && (inside === '' || matcher(inside)(member));
  }
  if (member !== undefined) return matcher(pattern)(member) || (/[*?[]/.test(pattern) && matcher(pattern)(file));
  return matcher(pattern)(file);
}
