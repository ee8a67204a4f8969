/** The options by which sources become an image, shared by build, build-run, watch and test. */
import { TskvmError } from '../../diagnostics.js';
import type { BoardConfig } from '../../config.js';
import type { OptionSpec, Options } from './spec.js';

// prettier-ignore
export const buildOptions: readonly OptionSpec[] = [
  { flags: '--32', description: '32-bit object (default, unless the source says .code64)' },
  { flags: '--64', description: '64-bit object' },
  { flags: '--x32', description: 'x32 object' },
  { flags: '-I, --include-path <dir>', description: 'search DIR for #include, .include and .incbin', repeat: true },
  { flags: '-D, --define <name[=value]>', description: 'define a macro for the C preprocessor', repeat: true },
  { flags: '-U, --undefine <name>', description: 'undefine one', repeat: true },
  { flags: '--defsym <sym=value>', description: 'define an absolute symbol', repeat: true },
  { flags: '--as <option>', description: 'any option of `tskvm as` (-Wa,OPTION too)', repeat: true },
  { flags: '--at <address>', description: 'address of the first byte (default 0; 0x7c00 for a boot sector)' },
  { flags: '-e, --entry <address|symbol>', description: 'where the guest starts' },
  { flags: '-T, --script <file>', description: 'linker script' },
  { flags: '--ld <option>', description: 'any option of `tskvm link` (-Wl,OPTION too)', repeat: true },
  { flags: '-L, --library-path <dir>', description: 'search DIR for archives', repeat: true },
  { flags: '-l, --library <name>', description: 'link libNAME.a', repeat: true },
  { flags: '--no-warn', description: 'no warnings from the assembler' },
  { flags: '--profile', description: 'show the time and memory of each stage of the build' },
];

/** What is to be built and how. */
export interface BuildRequest {
  readonly sources: readonly string[];
  /** Undefined: 32, unless the source's entry is explicit 64-bit code. */
  readonly abi?: '32' | '64' | 'x32';
  readonly includePaths: readonly string[];
  /** -D and -U in the order of the command line is lost: all definitions come first. */
  readonly define: readonly string[];
  readonly undefine: readonly string[];
  readonly defsym: readonly string[];
  readonly as: readonly string[];
  readonly at?: bigint;
  readonly entry?: string;
  readonly script?: string;
  readonly ld: readonly string[];
  readonly libraryPaths: readonly string[];
  readonly libraries: readonly string[];
  readonly noWarnings: boolean;
  readonly profile?: boolean;
}

const list = (value: Options[string]): readonly string[] => (Array.isArray(value) ? value : []);
const text = (value: Options[string]): string | undefined => (typeof value === 'string' ? value : undefined);

/** `-Wa,A,B` and `-Wl,A,B` as gcc has them, and ld's single-dash long options, in the spelling of `buildOptions`. */
export function spellBuildOptions(argv: readonly string[]): string[] {
  return argv.flatMap((word) => {
    if (word === '-32' || word === '-64' || word === '-x32') return [`-${word}`];
    if (word.startsWith('-Wa,'))
      return word
        .slice(4)
        .split(',')
        .map((option) => `--as=${option}`);
    if (word.startsWith('-Wl,'))
      return word
        .slice(4)
        .split(',')
        .map((option) => `--ld=${option}`);
    if (word.startsWith('-Ttext=')) return ['--at', word.slice(7)];
    if (/^-T(data|bss)=/.test(word)) return [`--ld=${word}`];
    return [word];
  });
}

/** An address or a size in C's notation: `0x7c00`, `31744`. Throws a TskvmError that names the option. */
export function parseAddress(value: string, option: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(value)) throw new TskvmError(`${option} takes an address, not \`${value}'`, 2, ['for example 0x7c00']);
  return BigInt(value);
}

/** Reads the options; a board's build section gives what the command line leaves open. */
export function buildRequest(sources: readonly string[], options: Options, board: BoardConfig = {}): BuildRequest {
  const abis = (['32', '64', 'x32'] as const).filter((abi) => options[abi] === true);
  if (abis.length > 1) throw new TskvmError(`--${abis[0]} and --${abis[1]} exclude one another`);
  const { build = {} } = board;
  const at = text(options.at);
  return {
    sources,
    abi: abis[0] ?? build.abi ?? (options.mode === 'long' || board.mode === 'long' ? '64' : undefined),
    includePaths: [...list(options.includePath), ...(build.include ?? [])],
    define: [
      ...Object.entries(build.define ?? {}).map(([name, value]) => `${name}=${value === true ? 1 : value === false ? 0 : value}`),
      ...list(options.define),
    ],
    undefine: list(options.undefine),
    defsym: [...Object.entries(build.defsym ?? {}).map(([name, value]) => `${name}=${value}`), ...list(options.defsym)],
    as: [...(build.as ?? []), ...list(options.as)],
    at:
      at !== undefined
        ? parseAddress(at, '--at')
        : board.at !== undefined
          ? BigInt(board.at)
          : options.boot === 'sector'
            ? 0x7c00n
            : undefined,
    entry: text(options.entry),
    script: text(options.script) ?? build.script,
    ld: list(options.ld),
    libraryPaths: list(options.libraryPath),
    libraries: list(options.library),
    noWarnings: options.warn === false,
    profile: options.profile === true,
  };
}
