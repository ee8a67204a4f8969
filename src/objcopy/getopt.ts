/** Command lines as GNU's getopt_long reads them: abbreviations, bundled letters, options after operands. */

/** What an option takes: nothing, an argument, or an argument that may be left out (`--x=y` only). */
export type Argument = 'none' | 'required' | 'optional';

export interface OptionTable {
  /** `b:` takes an argument, `i::` may take one, in getopt's notation. */
  short: string;
  /** Long names to what they take. */
  long: Readonly<Record<string, Argument>>;
  /** Long names that mean the same as another: abbreviations that reach both are not ambiguous. */
  same?: Readonly<Record<string, string>>;
}

export interface ParsedOption {
  /** One letter, or a long name. */
  name: string;
  value?: string;
}

export interface Parsed {
  options: ParsedOption[];
  operands: string[];
  /** The first thing that is wrong, in getopt's words; what came before it is in `options`. */
  error?: string;
}

/** Reads a command line without the program's name. */
export function getopt(argv: readonly string[], table: OptionTable): Parsed {
  const parsed: Parsed = { options: [], operands: [] };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    if (word === '--') {
      parsed.operands.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) {
      const error = longOption(word, argv, i, table, parsed);
      if (typeof error === 'string') return { ...parsed, error };
      i += error;
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at];
        const found = letter === ':' ? -1 : table.short.indexOf(letter);
        if (found < 0) return { ...parsed, error: `invalid option -- '${letter}'` };
        if (table.short[found + 1] !== ':') {
          parsed.options.push({ name: letter });
          continue;
        }
        const rest = word.slice(at + 1);
        if (rest !== '') parsed.options.push({ name: letter, value: rest });
        else if (table.short[found + 2] === ':') parsed.options.push({ name: letter });
        else if (i + 1 < argv.length) parsed.options.push({ name: letter, value: argv[++i] });
        else return { ...parsed, error: `option requires an argument -- '${letter}'` };
        break;
      }
    } else parsed.operands.push(word);
  }
  return parsed;
}

/** Returns how many further words it took, or what is wrong. */
function longOption(word: string, argv: readonly string[], at: number, table: OptionTable, parsed: Parsed): number | string {
  const equals = word.indexOf('=');
  const given = equals < 0 ? word.slice(2) : word.slice(2, equals);
  let value = equals < 0 ? undefined : word.slice(equals + 1);
  let name = given;
  if (!Object.hasOwn(table.long, given)) {
    const candidates = Object.keys(table.long).filter((n) => n.startsWith(given));
    if (candidates.length === 0) return `unrecognized option '${word}'`;
    const meanings = new Set(candidates.map((n) => table.same?.[n] ?? n));
    if (meanings.size > 1) {
      return `option '${word}' is ambiguous; possibilities: ${candidates.map((n) => `'--${n}'`).join(' ')}`;
    }
    name = candidates[0];
  }
  const takes = table.long[name];
  let used = 0;
  if (takes === 'none' && value !== undefined) return `option '--${name}' doesn't allow an argument`;
  if (takes === 'required' && value === undefined) {
    if (at + 1 >= argv.length) return `option '--${name}' requires an argument`;
    value = argv[at + 1];
    used = 1;
  }
  parsed.options.push({ name, value });
  return used;
}

/** Splits the text of an `@file` into words: quotes group, a backslash takes the next character as it is. */
export function splitResponse(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let started = false;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\' && i + 1 < text.length) {
      word += text[++i];
      started = true;
    } else if (quote !== '') {
      if (c === quote) quote = '';
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      started = true;
    } else if (/\s/.test(c)) {
      if (started) words.push(word);
      word = '';
      started = false;
    } else {
      word += c;
      started = true;
    }
  }
  if (started) words.push(word);
  return words;
}

/**
 * Replaces every `@file` word by the words of that file, nested ones too. A file that cannot be read leaves its word as
 * it is. Throws when files include one another without end.
 */
export function expandResponses(argv: readonly string[], read: (path: string) => string | null, limit = 2000): string[] {
  const words = [...argv];
  for (let i = 0, left = limit; i < words.length;) {
    if (words[i].startsWith('@')) {
      const text = read(words[i].slice(1));
      if (text !== null) {
        if (--left === 0) throw new Error('too many @-files encountered');
        words.splice(i, 1, ...splitResponse(text));
        continue;
      }
    }
    i += 1;
  }
  return words;
}
