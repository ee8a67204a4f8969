/**
 * `tskvm cpp`: the C preprocessor alone, as `gcc -E -x assembler-with-cpp` (GCC manual, node Preprocessor Options).
 * Ends in 0 or 1.
 */
import { existsSync, readdirSync } from 'node:fs';
import { preprocess, type PreprocessOptions } from '../asm/cpp/index.js';
import { TskvmError } from '../diagnostics.js';
import { nodeHost, readStandardInput } from '../host-node.js';
import { makeRule } from './as.js';
import { writeOutputFile } from './shared/output-file.js';
import { printDiagnostics } from './shared/report.js';
import { writeStdout } from './shared/streams.js';

const help = `Usage: tskvm cpp [options] FILE|-
Preprocesses an assembler source as gcc -E -x assembler-with-cpp does.

  -D NAME[=BODY]      define a macro (1 when there is no BODY)
  -U NAME             undefine a macro
  -I DIR              search DIR for headers
  -iquote DIR         search DIR for headers in quotes
  -isystem DIR        search DIR after all -I, as a system directory
  -nostdinc           do not search the standard directories
  -include FILE       read FILE first
  -imacros FILE       read FILE first, keep only its macros
  -undef              no predefined macros of the system
  -fno-pic, -fno-pie  no __PIC__, __PIE__ (Debian's gcc defines both)
  -m64 -m32 -mx32 -m16  whose predefined macros
  -P                  no line markers
  -dM                 the definitions in force at the end instead of the text
  -M, -MM             a rule for make instead of the text (-MM: without system headers)
  -MD, -MMD           a rule for make beside the output; -MF FILE says where, -MT and -MQ NAME its target
  -o FILE             write to FILE
  -h, --help          this text

Example:
  $ tskvm cpp -I include -D DEBUG boot.S
`;

interface Request {
  input: string | null;
  output: string;
  define: { text: string; undefine?: boolean }[];
  includePaths: string[];
  quotePaths: string[];
  systemPaths: string[];
  include: string[];
  imacros: string[];
  standard: boolean;
  undef: boolean;
  pic: boolean;
  mode: NonNullable<PreprocessOptions['mode']>;
  noLineMarkers: boolean;
  dumpMacros: boolean;
  /** 'only': -M; 'also': -MD */
  rule: 'only' | 'also' | null;
  userHeadersOnly: boolean;
  ruleFile: string | null;
  targets: string[];
}

/** Options whose value may touch them or follow as the next word. */
const valued: Record<string, (request: Request, value: string) => void> = {
  '-D': (r, text) => r.define.push({ text }),
  '-U': (r, text) => r.define.push({ text, undefine: true }),
  '-I': (r, path) => r.includePaths.push(path),
  '-iquote': (r, path) => r.quotePaths.push(path),
  '-isystem': (r, path) => r.systemPaths.push(path),
  '-include': (r, path) => r.include.push(path),
  '-imacros': (r, path) => r.imacros.push(path),
  '-MF': (r, path) => (r.ruleFile = path),
  '-MT': (r, name) => r.targets.push(name),
  '-MQ': (r, name) => r.targets.push(name),
  '-o': (r, path) => (r.output = path),
  '-x': (_, language) => {
    if (language !== 'assembler-with-cpp') throw new TskvmError(`-x ${language}: only assembler-with-cpp is known`, 1);
  },
};

const flags: Record<string, (request: Request) => void> = {
  '-E': () => {},
  '-nostdinc': (r) => (r.standard = false),
  '-undef': (r) => (r.undef = true),
  '-fno-pic': (r) => (r.pic = false),
  '-fno-pie': (r) => (r.pic = false),
  '-fno-PIC': (r) => (r.pic = false),
  '-fno-PIE': (r) => (r.pic = false),
  '-m64': (r) => (r.mode = '64'),
  '-m32': (r) => (r.mode = '32'),
  '-mx32': (r) => (r.mode = 'x32'),
  '-m16': (r) => (r.mode = '16'),
  '-P': (r) => (r.noLineMarkers = true),
  '-dM': (r) => (r.dumpMacros = true),
  '-M': (r) => (r.rule = 'only'),
  '-MM': (r) => {
    r.rule = 'only';
    r.userHeadersOnly = true;
  },
  '-MD': (r) => (r.rule = 'also'),
  '-MMD': (r) => {
    r.rule = 'also';
    r.userHeadersOnly = true;
  },
  '-MP': () => {},
};

function parse(argv: readonly string[]): Request {
  const request: Request = {
    input: null,
    output: '-',
    define: [],
    includePaths: [],
    quotePaths: [],
    systemPaths: [],
    include: [],
    imacros: [],
    standard: true,
    undef: false,
    pic: true,
    mode: '64',
    noLineMarkers: false,
    dumpMacros: false,
    rule: null,
    userHeadersOnly: false,
    ruleFile: null,
    targets: [],
  };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    if (word === '-' || !word.startsWith('-')) {
      if (request.input !== null) throw new TskvmError(`cpp takes one file, not both ${request.input} and ${word}`, 1);
      request.input = word;
      continue;
    }
    if (Object.hasOwn(flags, word)) {
      flags[word](request);
      continue;
    }
    const option = Object.keys(valued)
      .sort((a, b) => b.length - a.length)
      .find((name) => word.startsWith(name));
    if (option === undefined) throw new TskvmError(`unknown option ${word} (tskvm cpp --help lists them)`, 1);
    const value = word.length > option.length ? word.slice(option.length) : argv[++i];
    if (value === undefined) throw new TskvmError(`${option} needs a value`, 1);
    valued[option](request, value);
  }
  return request;
}

/** The compiler's and the C library's header directories on this machine, in gcc's order. */
export function standardPaths(mode: Request['mode']): string[] {
  const paths: string[] = [];
  const compiler = '/usr/lib/gcc/x86_64-linux-gnu';
  try {
    const versions = readdirSync(compiler).filter((name) => /^\d+$/.test(name));
    const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
    if (newest !== undefined) paths.push(`${compiler}/${newest}/include`);
  } catch {
    // No gcc: its headers (cet.h, limits.h) are not there either.
  }
  paths.push('/usr/local/include');
  if (mode === '64') paths.push('/usr/include/x86_64-linux-gnu');
  if (mode === '32') paths.push('/usr/include/i386-linux-gnu');
  paths.push('/usr/include');
  if (mode !== '64') paths.push('/usr/include/x86_64-linux-gnu');
  return paths.filter((path) => existsSync(path));
}

export function run(argv: string[]): number {
  if (argv.includes('--help') || argv.includes('-h')) {
    writeStdout(help);
    return 0;
  }
  const request = parse(argv);
  if (request.input === null) throw new TskvmError('no input file (tskvm cpp --help)', 1);
  const name = request.input === '-' ? '<stdin>' : request.input;
  const text = request.input === '-' ? readStandardInput() : nodeHost.readFile(request.input);
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const result = preprocess(
    text,
    name,
    {
      ...request,
      standardPaths: request.standard ? standardPaths(request.mode) : [],
      date: epoch !== undefined && /^\d+$/.test(epoch) ? Number(epoch) : undefined,
    },
    nodeHost,
  );
  printDiagnostics(result.diagnostics);
  const failed = result.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  if (request.rule !== null && !failed) {
    const rule = dependencyRule(request, name, result.dependencies);
    if (request.rule === 'only') writeOutputFile(request.ruleFile ?? request.output, rule);
    else writeOutputFile(request.ruleFile ?? `${(request.output === '-' ? name : request.output).replace(/\.[^./]*$/, '')}.d`, rule);
  }
  // Like gcc, what could be preprocessed is shown on standard output, but no file is left after errors.
  if (request.rule !== 'only' && (!failed || request.output === '-')) writeOutputFile(request.output, result.text);
  return failed ? 1 : 0;
}

function dependencyRule(request: Request, name: string, dependencies: readonly string[]): string {
  const headers = request.userHeadersOnly
    ? dependencies.filter((path) => !/^\/usr\/(lib|include|local\/include)\//.test(path))
    : dependencies;
  const stem = name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  const fallback = request.rule === 'also' && request.output !== '-' ? request.output : `${stem}.o`;
  return makeRule(request.targets.length > 0 ? request.targets.join(' ') : fallback, [name, ...headers]);
}
