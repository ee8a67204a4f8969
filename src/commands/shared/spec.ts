/**
 * What a command is, as data: cli.ts makes commander's commands and the help from it, and `quickParse` reads the usual
 * well-formed command line without commander, whose loading costs more than a whole hello (6 ms against 0.1).
 */

export interface OptionSpec {
  /** As commander writes them: `-o, --output <file>`, `--no-fixups`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times: the value is an array. */
  readonly repeat?: boolean;
  readonly hidden?: boolean;
}

/** Values by camel-cased long name: strings, arrays of strings when `repeat`, booleans. */
export type Options = Record<string, string | boolean | string[] | undefined>;

export interface CommandSpec {
  readonly name: string;
  /** One sentence for --help. */
  readonly description: string;
  /** As commander writes them: `<source...>`, `[path...]`. */
  readonly operands: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Rewrites spellings that no option list can hold (`-Wa,…`, `-kernel`) before the words are read. */
  readonly spell?: (argv: readonly string[]) => string[];
  /** More help below the examples. */
  readonly notes?: string;
  run(operands: string[], options: Options): number | Promise<number>;
}

export interface ParsedOption {
  readonly names: readonly string[];
  readonly key: string;
  readonly argument: 'none' | 'required' | 'optional';
  readonly negated: boolean;
  readonly repeat: boolean;
}

/** `-o, --output <file>` → its names, the key of its value and whether it takes one. */
export function parseFlags(option: OptionSpec): ParsedOption {
  const names = option.flags.split(/[ ,|]+/).filter((word) => word.startsWith('-'));
  const long = names[names.length - 1].replace(/^--?/, '');
  const negated = names[names.length - 1].startsWith('--no-');
  const key = (negated ? long.slice(3) : long).replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const argument = option.flags.includes('<') ? 'required' : option.flags.includes('[') ? 'optional' : 'none';
  return { names, key, argument, negated, repeat: option.repeat === true };
}

/**
 * Reads a well-formed command line; null as soon as there is anything to explain (an unknown option, a missing value or
 * operand, --help): commander then says it.
 */
export function quickParse(spec: CommandSpec, argv: readonly string[]): { operands: string[]; options: Options } | null {
  // Only the options that are used are taken apart.
  const find = (name: string): ParsedOption | undefined => {
    for (const option of spec.options) {
      if (!option.flags.includes(name)) continue;
      const parsed = parseFlags(option);
      if (parsed.names.includes(name)) return parsed;
    }
    return undefined;
  };
  const operands: string[] = [];
  const options: Options = {};
  const set = (option: ParsedOption, value: string | boolean): void => {
    if (option.repeat && typeof value === 'string') ((options[option.key] ??= []) as string[]).push(value);
    else options[option.key] = value;
  };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    if (word === '--') {
      operands.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const option = find(equals < 0 ? word : word.slice(0, equals));
    if (!option) {
      // -DNAME, -Idir: a letter with its value.
      const letter = find(word.slice(0, 2));
      if (word.startsWith('--') || !letter || letter.argument === 'none') return null;
      set(letter, word.slice(2));
      continue;
    }
    if (option.argument === 'none') {
      if (equals >= 0) return null;
      set(option, !option.negated);
    } else if (equals >= 0) {
      set(option, word.slice(equals + 1));
    } else if (option.argument === 'required') {
      const value = argv[++i];
      if (value === undefined) return null;
      set(option, value);
    } else {
      const next = argv[i + 1];
      if (next !== undefined && (next === '-' || !next.startsWith('-'))) set(option, argv[++i]);
      else set(option, true);
    }
  }
  const least = spec.operands.split(' ').filter((operand) => operand.startsWith('<')).length;
  const most = spec.operands.includes('...') ? Infinity : spec.operands === '' ? 0 : spec.operands.split(' ').length;
  return operands.length < least || operands.length > most ? null : { operands, options };
}
