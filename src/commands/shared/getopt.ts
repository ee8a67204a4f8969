/**
 * getopt_long_only(3) and @FILE expansion, as GNU's tools read their command lines: long options with one dash or two,
 * unambiguous abbreviations, `--name=value` and `--name value`, options and operands in any order, `--`.
 */
import { TskvmError } from '../../diagnostics.js';
import type { Host } from '../../host.js';
import { closest } from '../../suggest.js';

export interface LongOption<Request> {
  readonly name: string;
  readonly argument?: 'required' | 'optional';
  /** Not shown by --help. */
  readonly hidden?: boolean;
  /** `help` for --help; what stands left of it is made from the name and `placeholder`. */
  readonly help?: string;
  readonly placeholder?: string;
  apply(request: Request, value: string | undefined): void;
}

export interface ShortOption<Request> {
  readonly letter: string;
  readonly argument?: 'required' | 'optional';
  readonly help?: string;
  readonly placeholder?: string;
  readonly hidden?: boolean;
  apply(request: Request, value: string | undefined): void;
}

/** Reads `argv` into `request`; operands go to `operand`. Throws a TskvmError (status 1) worded as getopt does. */
export function getoptLongOnly<Request>(
  argv: readonly string[],
  long: readonly LongOption<Request>[],
  short: readonly ShortOption<Request>[],
  request: Request,
  operand: (word: string) => void,
): void {
  const letters = new Map(short.map((option) => [option.letter, option]));
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    if (word === '--') {
      argv.slice(i + 1).forEach(operand);
      return;
    }
    if (word === '-' || !word.startsWith('-')) {
      operand(word);
      continue;
    }
    const dashes = word.startsWith('--') ? '--' : '-';
    // A single dash and a known letter is that letter: -g is not --gen-debug.
    if (dashes === '--' || word.length > 2 || !letters.has(word[1])) {
      const equals = word.indexOf('=');
      const name = word.slice(dashes.length, equals < 0 ? undefined : equals);
      const shown = `${dashes}${name}`;
      const option = findLong(name, long, shown);
      if (option) {
        let value = equals < 0 ? undefined : word.slice(equals + 1);
        if (value !== undefined && !option.argument) throw new TskvmError(`option '${shown}' doesn't allow an argument`, 1);
        if (value === undefined && option.argument === 'required') {
          value = argv[++i];
          if (value === undefined) throw new TskvmError(`option '${shown}' requires an argument`, 1);
        }
        option.apply(request, value);
        continue;
      }
      if (dashes === '--' || !letters.has(word[1])) throw unrecognized(shown, word, long);
    }
    // A cluster of letters, the last of which may take the rest or the next word.
    for (let at = 1; at < word.length; at++) {
      const option = letters.get(word[at]);
      if (!option) throw new TskvmError(`invalid option -- '${word[at]}'`, 1);
      let value: string | undefined;
      if (option.argument && at + 1 < word.length) value = word.slice(at + 1);
      else if (option.argument === 'required') {
        value = argv[++i];
        if (value === undefined) throw new TskvmError(`option requires an argument -- '${option.letter}'`, 1);
      }
      option.apply(request, value);
      if (option.argument) break;
    }
  }
}

function findLong<Request>(name: string, long: readonly LongOption<Request>[], shown: string): LongOption<Request> | undefined {
  const exact = long.find((option) => option.name === name);
  if (exact || name === '') return exact;
  const starts = long.filter((option) => option.name.startsWith(name));
  if (starts.length <= 1) return starts[0];
  throw new TskvmError(
    `option '${shown}' is ambiguous; possibilities: ${starts.map((option) => `'${shown.startsWith('--') ? '--' : '-'}${option.name}'`).join(' ')}`,
    1,
  );
}

function unrecognized<Request>(shown: string, word: string, long: readonly LongOption<Request>[]): TskvmError {
  const near = closest(
    shown.replace(/^-+/, ''),
    long.map((option) => option.name),
  );
  return new TskvmError(`unrecognized option '${word}'`, 1, near ? [`did you mean '--${near}'?`] : []);
}

/** Replaces each @FILE by the words in it (quotes and backslashes as in libiberty's expandargv); unreadable ones stay. */
export function expandResponseFiles(argv: readonly string[], host: Host): string[] {
  const words: string[] = [];
  const stack = [...argv].reverse();
  let files = 0;
  while (stack.length > 0) {
    const word = stack.pop() as string;
    const file = word.slice(1);
    if (!word.startsWith('@') || !host.exists(file)) {
      words.push(word);
      continue;
    }
    if (++files > 2000) throw new TskvmError('too many @-files encountered', 1);
    stack.push(...splitWords(new TextDecoder().decode(host.readFile(file))).reverse());
  }
  return words;
}

function splitWords(text: string): string[] {
  const words: string[] = [];
  const pattern = /(?:"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?|\\[\s\S]|[^\s"'\\]|\\$)+/g;
  for (const [word] of text.matchAll(pattern)) {
    words.push(
      word.replace(/"((?:\\[\s\S]|[^"\\])*)"?|'((?:\\[\s\S]|[^'\\])*)'?|\\([\s\S])/g, (_, double, single, plain) =>
        plain !== undefined ? plain : ((double ?? single) as string).replace(/\\([\s\S])/g, '$1'),
      ),
    );
  }
  return words;
}
