/**
 * Every option of GNU as 2.40 for x86 ELF (gas manual, nodes Invoking and i386-Options): one row each, with its effect.
 * What is not supported is refused by name; what gas itself ignores is ignored.
 */
import type { AssembleOptions } from '../../asm/index.js';
import type { X86Options } from '../../asm/x86/types.js';
import { TskvmError } from '../../diagnostics.js';
import type { Host } from '../../host.js';
import { expandResponseFiles, getoptLongOnly, type LongOption, type ShortOption } from './getopt.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What one call of `as` was asked to do. */
export interface AsRequest {
  options: Mutable<AssembleOptions>;
  x86: X86Options;
  /** `-` is standard input, and so is no file at all. */
  inputs: string[];
  output: string;
  noWarnings: boolean;
  fatalWarnings: boolean;
  /** --MD */
  dependencyFile?: string;
  /** -a: letters; the listing goes to `listingFile` or standard output. */
  listing?: Set<string>;
  listingFile?: string;
  listingWidths: { lhsWidth?: number; lhsWidth2?: number; rhsWidth?: number; continuationLines?: number };
  statistics: boolean;
  /** --profile, which GNU as does not have. */
  profile: boolean;
  /** --compress-debug-sections */
  compressDebug?: 'gabi' | 'gnu';
  /** Shown instead of or before assembling. */
  show?: 'help' | 'target-help' | 'version' | 'config';
  showVersionLine: boolean;
}

const fatal = (message: string): TskvmError => new TskvmError(message, 1);
const ignored = (): void => {};

type Long = LongOption<AsRequest>;
type Short = ShortOption<AsRequest>;

/** `--name` without an argument. */
const flag = (name: string, help: string, apply: (request: AsRequest) => void): Long => ({ name, help, apply });

/** `-mNAME=one|of|these`, refused as gas does. */
function choice<T>(name: string, values: Record<string, T>, help: string, apply: (request: AsRequest, value: T) => void): Long {
  return {
    name,
    argument: 'required',
    placeholder: Object.keys(values).join('|'),
    help,
    apply(request, value = '') {
      if (!Object.hasOwn(values, value)) throw fatal(`invalid -${name}= option: \`${value}'`);
      apply(request, values[value]);
    },
  };
}

const yesNo = { no: false, yes: true };
const levels = { none: 'none', error: 'error', warning: 'warning' } as const;
const branchTypes = ['jcc', 'fused', 'jmp', 'call', 'ret', 'indirect'];

/** strtoull(3) with base 0 and no complaint about what follows the digits, as bfd_scan_vma reads --defsym. */
function scanNumber(text: string): bigint {
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|[0-9]+)/.exec(text);
  if (!match) return 0n;
  const digits = match[2];
  const octal = /^0[0-7]+/.exec(digits)?.[0];
  const value = /^0[xX]/.test(digits) || !digits.startsWith('0') ? BigInt(digits) : octal ? BigInt(`0o${octal.slice(1)}`) : 0n;
  return BigInt.asUintN(64, match[1] === '-' ? -value : value);
}

const atoi = (text: string | undefined): number => Number(/^\s*[-+]?\d+/.exec(text ?? '')?.[0] ?? 0);

function listing(request: AsRequest, value: string | undefined): void {
  request.listing ??= new Set();
  const [, letters, file] = /^([^=]*)(?:=([\s\S]*))?$/.exec(value ?? '') as RegExpExecArray;
  const unknown = /[^cdghlmns]/.exec(letters);
  if (unknown) throw fatal(`invalid listing option \`${unknown[0]}'`);
  // A bare -a is -ahls; -an alone adds nothing to list (gas manual, node a).
  for (const letter of letters === '' ? 'hls' : letters) request.listing.add(letter);
  if (file !== undefined) request.listingFile = file;
}

/** The last of --execstack and --noexecstack counts. */
function setStack({ options }: AsRequest, executable: boolean): void {
  options.execstack = executable;
  options.noexecstack = !executable;
}

const width = (name: string, key: keyof AsRequest['listingWidths'], help: string, plus = 0): Long => ({
  name,
  argument: 'required',
  placeholder: 'N',
  help,
  apply: (request, value) => void (request.listingWidths[key] = Math.max(0, atoi(value)) + plus),
});

const debug = (name: string, version: 2 | 3 | 4 | 5 | undefined, help: string): Long =>
  flag(name, help, (request) => void (request.options.debug = { format: 'dwarf', version }));

const unsupported = (name: string, why: string, argument?: 'required' | 'optional'): Long => ({
  name,
  argument,
  hidden: true,
  apply() {
    throw new TskvmError(`option '--${name}' is not supported: ${why}`, 1);
  },
});

/** GNU's order within a group matters to nobody; abbreviations are resolved over the whole list. */
export const longOptions: readonly Long[] = [
  flag('32', 'make an ELF32 object for i386', (r) => void (r.options.abi = '32')),
  flag('64', 'make an ELF64 object for x86-64 (default)', (r) => void (r.options.abi = '64')),
  flag('x32', 'make an ELF32 object for x86-64', (r) => void (r.options.abi = 'x32')),
  { name: 'a', argument: 'optional', hidden: true, apply: (r, v) => listing(r, v === undefined ? undefined : `=${v}`) },
  { name: 'al', argument: 'optional', hidden: true, apply: (r, v) => listing(r, v === undefined ? 'l' : `l=${v}`) },
  flag('alternate', 'start with alternate macro syntax', (r) => void (r.options.alternateMacro = true)),
  {
    name: 'compress-debug-sections',
    argument: 'optional',
    placeholder: 'none|zlib|zlib-gnu|zlib-gabi',
    help: 'compress .debug_* sections (default: none)',
    apply(request, value = 'zlib-gabi') {
      if (!['none', 'zlib', 'zlib-gnu', 'zlib-gabi', 'zstd'].includes(value))
        throw fatal(`Invalid --compress-debug-sections option: \`${value}'`);
      if (value === 'zstd') throw fatal("option '--compress-debug-sections=zstd' is not supported: use zlib");
      request.compressDebug = value === 'none' ? undefined : value === 'zlib-gnu' ? 'gnu' : 'gabi';
    },
  },
  flag('nocompress-debug-sections', "don't compress .debug_* sections (default)", (r) => void (r.compressDebug = undefined)),
  {
    name: 'debug-prefix-map',
    argument: 'required',
    placeholder: 'OLD=NEW',
    help: 'map OLD to NEW in debug information',
    apply(request, value = '') {
      const at = value.indexOf('=');
      if (at < 0) throw fatal(`invalid argument '${value}' to -fdebug-prefix-map`);
      // The last one given is tried first.
      request.options.debugPrefixMap = [{ from: value.slice(0, at), to: value.slice(at + 1) }, ...(request.options.debugPrefixMap ?? [])];
    },
  },
  {
    name: 'defsym',
    argument: 'required',
    placeholder: 'SYM=VALUE',
    help: 'define the absolute symbol SYM',
    apply(request, value = '') {
      const at = value.indexOf('=');
      if (at <= 0) throw fatal('bad defsym; format is --defsym name=value');
      request.options.defsym = [...(request.options.defsym ?? []), { name: value.slice(0, at), value: scanNumber(value.slice(at + 1)) }];
    },
  },
  flag('dump-config', 'show the configuration', (r) => void (r.show = 'config')),
  {
    name: 'emulation',
    argument: 'required',
    hidden: true,
    apply() {
      throw fatal('emulations not handled in this configuration');
    },
  },
  flag('execstack', 'ask for an executable stack', (r) => setStack(r, true)),
  flag('noexecstack', 'ask for a stack that is not executable', (r) => setStack(r, false)),
  {
    name: 'elf-stt-common',
    argument: 'required',
    placeholder: 'no|yes',
    help: 'make common symbols STT_COMMON (default: no)',
    apply(request, value = '') {
      if (value !== 'no' && value !== 'yes') throw fatal(`Invalid --elf-stt-common= option: \`${value}'`);
      request.options.sttCommon = value === 'yes';
    },
  },
  flag('fatal-warnings', 'treat warnings as errors', (r) => void (r.fatalWarnings = true)),
  flag('gen-debug', 'same as -g', (r) => void (r.options.debug = { format: 'dwarf' })),
  flag('gstabs', 'make STABS line information', (r) => void (r.options.debug = { format: 'stabs' })),
  flag('gstabs+', 'same as --gstabs, with GNU extensions', (r) => void (r.options.debug = { format: 'stabs', extensions: true })),
  debug('gdwarf-2', 2, 'make DWARF 2 line information'),
  debug('gdwarf-3', 3, 'make DWARF 3 line information'),
  debug('gdwarf-4', 4, 'make DWARF 4 line information'),
  debug('gdwarf-5', 5, 'make DWARF 5 line information'),
  debug('gdwarf2', 2, 'same as --gdwarf-2'),
  flag('gdwarf-sections', 'one DWARF line section per code section', (r) => void (r.options.dwarfSections = true)),
  {
    name: 'gdwarf-cie-version',
    argument: 'required',
    placeholder: '1|3|4',
    help: 'version of the CIEs in .eh_frame and .debug_frame',
    apply(request, value = '') {
      const version = atoi(value);
      if (version !== 1 && version !== 3 && version !== 4) throw fatal(`Invalid --gdwarf-cie-version \`${value}'`);
      request.options.cieVersion = version;
    },
  },
  {
    name: 'generate-missing-build-notes',
    argument: 'required',
    placeholder: 'no|yes',
    help: 'make GNU build notes (default: no)',
    apply(request, value = '') {
      if (value !== 'yes' && value !== 'no') throw fatal(`Invalid --generate-missing-build-notes option: \`${value}'`);
      request.options.buildNotes = value === 'yes';
    },
  },
  flag('gsframe', 'write .sframe, too, from the .cfi_* directives', (r) => void (r.options.sframe = true)),
  { name: 'hash-size', argument: 'required', hidden: true, apply: ignored },
  flag('help', 'show this help', (r) => void (r.show = 'help')),
  flag('keep-locals', 'same as -L', (r) => void (r.options.keepLocals = true)),
  width('listing-lhs-width', 'lhsWidth', 'words in the first output column of a listing'),
  width('listing-lhs-width2', 'lhsWidth2', 'words in its continuation lines'),
  width('listing-rhs-width', 'rhsWidth', 'characters of source in a listing line'),
  width('listing-cont-lines', 'continuationLines', 'continuation lines in a listing'),
  {
    name: 'MD',
    argument: 'required',
    placeholder: 'FILE',
    help: 'write dependencies for make to FILE',
    apply: (r, v) => void (r.dependencyFile = v),
  },
  unsupported('mri', 'MRI compatibility mode is for 68k sources'),
  {
    name: 'multibyte-handling',
    argument: 'required',
    placeholder: 'allow|warn|warn-sym-only',
    help: 'what to do about multibyte characters',
    apply(request, value = '') {
      if (value === 'allow' || value === 'warn') request.options.multibyte = value;
      else if (value === 'warn-sym-only' || value === 'warn_sym_only') request.options.multibyte = 'warn-sym-only';
      else throw fatal(`unexpected argument to --multibyte-input-option: '${value}'`);
    },
  },
  { name: 'nocpp', hidden: true, apply: ignored },
  flag('no-pad-sections', 'do not pad sections to their alignment', (r) => void (r.options.noPadSections = true)),
  flag('no-warn', 'same as -W', (r) => void (r.noWarnings = true)),
  flag('profile', 'show the time and memory of each stage', (r) => void (r.profile = true)),
  { name: 'reduce-memory-overheads', hidden: true, apply: ignored },
  flag('sectname-subst', 'replace %S in section names', (r) => void (r.options.sectnameSubst = true)),
  {
    name: 'size-check',
    argument: 'required',
    placeholder: 'error|warning',
    help: 'what a bad .size is (default: error)',
    apply(request, value = '') {
      if (value !== 'error' && value !== 'warning') throw fatal(`Invalid --size-check= option: \`${value}'`);
      request.options.sizeCheck = value;
    },
  },
  flag('statistics', 'show the time that assembling took', (r) => void (r.statistics = true)),
  flag('strip-local-absolute', 'leave local absolute symbols out', (r) => void (r.options.stripLocalAbsolute = true)),
  flag('target-help', 'show the options for x86', (r) => void (r.show = 'target-help')),
  { name: 'traditional-format', hidden: true, apply: ignored },
  flag('verbose', 'same as -v', (r) => void (r.showVersionLine = true)),
  flag('version', 'show the version', (r) => void (r.show = 'version')),
  flag('warn', 'show warnings (default)', (r) => {
    r.noWarnings = false;
    r.fatalWarnings = false;
  }),
];

/** The -m options, in the manual's order. */
export const machineOptions: readonly Long[] = [
  flag('divide', 'take / for division (default on ELF: it is)', (r) => void (r.options.divide = true)),
  {
    name: 'march',
    argument: 'required',
    placeholder: 'CPU[+EXTENSION...]',
    help: 'accept the instructions of CPU and EXTENSION',
    apply: (r, v) => void (r.options.march = v),
  },
  { name: 'mtune', argument: 'required', placeholder: 'CPU', help: 'optimise for CPU', apply: (r, v) => void (r.options.mtune = v) },
  flag('msse2avx', 'encode SSE instructions with VEX', (r) => void (r.x86.sse2avx = true)),
  flag('muse-unaligned-vector-move', 'encode aligned vector moves as unaligned ones', (r) => void (r.x86.unalignedVectorMove = true)),
  choice('msse-check', levels, 'report SSE instructions', (r, v) => void (r.x86.sseCheck = v)),
  choice('moperand-check', levels, 'report dubious operands', (r, v) => void (r.x86.operandCheck = v)),
  choice('mavxscalar', { 128: 128, 256: 256 } as const, 'vector length of scalar AVX', (r, v) => void (r.x86.avxscalar = v)),
  choice('mvexwig', { 0: 0, 1: 1 } as const, 'VEX.W where it is ignored', (r, v) => void (r.x86.vexwig = v)),
  choice('mevexlig', { 128: 128, 256: 256, 512: 512 } as const, 'vector length of scalar EVEX', (r, v) => void (r.x86.evexlig = v)),
  choice('mevexwig', { 0: 0, 1: 1 } as const, 'EVEX.W where it is ignored', (r, v) => void (r.x86.evexwig = v)),
  choice(
    'mevexrcig',
    { rne: 'rne', rd: 'rd', ru: 'ru', rz: 'rz' } as const,
    'EVEX.RC where it is ignored',
    (r, v) => void (r.x86.evexrcig = v),
  ),
  choice('mmnemonic', { att: 'att', intel: 'intel' } as const, 'which mnemonics', (r, v) => void (r.options.mnemonic = v)),
  choice('msyntax', { att: 'att', intel: 'intel' } as const, 'which syntax', (r, v) => void (r.options.syntax = v)),
  flag('mindex-reg', 'know %eiz and %riz', (r) => void (r.options.indexRegister = true)),
  flag('mnaked-reg', 'registers need no %', (r) => void (r.options.nakedRegisters = true)),
  flag('madd-bnd-prefix', 'put BND before every branch', (r) => void (r.x86.addBndPrefix = true)),
  flag('mshared', 'do not optimise branches for shared code', (r) => void (r.x86.shared = true)),
  choice('mx86-used-note', yesNo, 'make .note.gnu.property (default: no)', (r, v) => void (r.options.x86UsedNote = v)),
  choice('momit-lock-prefix', yesNo, 'leave lock prefixes out', (r, v) => void (r.x86.omitLockPrefix = v)),
  choice('mfence-as-lock-add', yesNo, 'encode fences as lock addl', (r, v) => void (r.x86.fenceAsLockAdd = v)),
  choice('mrelax-relocations', yesNo, 'make GOTPCRELX and the like (default: yes)', (r, v) => void (r.x86.relaxRelocations = v)),
  {
    name: 'malign-branch-boundary',
    argument: 'required',
    placeholder: 'N',
    help: 'keep branches within N bytes',
    apply(request, value = '') {
      const boundary = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(value) ? Number(scanNumber(value)) : Number.NaN;
      const power = Math.log2(boundary);
      if (boundary !== 0 && !(boundary >= 16 && Number.isInteger(power) && power < 32)) {
        throw fatal(`invalid -malign-branch-boundary= value: ${value}`);
      }
      request.x86.alignBranchBoundary = boundary;
    },
  },
  {
    name: 'malign-branch',
    argument: 'required',
    placeholder: 'TYPE[+TYPE...]',
    help: `which branches: ${branchTypes.join(', ')}`,
    apply(request, value = '') {
      const types = value.split('+');
      if (types.some((type) => !branchTypes.includes(type))) throw fatal(`invalid -malign-branch= option: \`${value}'`);
      request.x86.alignBranch = types;
    },
  },
  {
    name: 'malign-branch-prefix-size',
    argument: 'required',
    placeholder: 'N',
    help: 'with up to N prefixes on an instruction (default: 5)',
    apply(request, value = '') {
      const size = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(value) ? Number(scanNumber(value)) : Number.NaN;
      if (!(size < 6)) throw fatal(`invalid -malign-branch-prefix-size= value: ${value}`);
      request.x86.alignBranchPrefixSize = size;
    },
  },
  flag('mbranches-within-32B-boundaries', 'keep jcc, fused and jmp within 32 bytes', (r) => {
    r.x86.alignBranchBoundary = 32;
    r.x86.alignBranch = ['jcc', 'fused', 'jmp'];
    r.x86.alignBranchPrefixSize = 5;
  }),
  choice('mlfence-after-load', yesNo, 'put lfence after loads', (r, v) => void (r.x86.lfenceAfterLoad = v)),
  choice(
    'mlfence-before-indirect-branch',
    { none: 'none', all: 'all', register: 'register', memory: 'memory' } as const,
    'put lfence before indirect branches',
    (r, v) => void (r.x86.lfenceBeforeIndirectBranch = v),
  ),
  choice(
    'mlfence-before-ret',
    { none: 'none', or: 'or', not: 'not', shl: 'shl', yes: 'yes' } as const,
    'put lfence before ret',
    (r, v) => void (r.x86.lfenceBeforeRet = v),
  ),
  flag('mamd64', 'accept only the AMD64 ISA (default)', (r) => void (r.x86.isa64 = 'amd64')),
  flag('mintel64', 'accept only the Intel64 ISA', (r) => void (r.x86.isa64 = 'intel64')),
];

export const shortOptions: readonly Short[] = [
  { letter: 'a', argument: 'optional', placeholder: 'cdghlmns[=FILE]', help: 'make a listing', apply: listing },
  { letter: 'D', help: 'accepted and ignored, as by GNU as', apply: ignored },
  { letter: 'f', help: 'accepted and ignored: preprocessed sources are read all the same', apply: ignored },
  {
    letter: 'g',
    argument: 'optional',
    help: 'make DWARF line information',
    apply(request, value) {
      if (value?.startsWith('dwarf')) throw fatal(`unknown DWARF option -g${value}\n`);
      if (value !== undefined) throw fatal(`unknown option \`-g${value}'`);
      request.options.debug = { format: 'dwarf' };
    },
  },
  {
    letter: 'I',
    argument: 'required',
    placeholder: 'DIR',
    help: 'search DIR for .include and .incbin',
    apply: (r, v = '') => void (r.options.includePaths = [...(r.options.includePaths ?? []), v]),
  },
  { letter: 'J', help: "don't warn about signed overflow", apply: (r) => void (r.options.noSignedOverflow = true) },
  { letter: 'L', help: 'keep local symbols', apply: (r) => void (r.options.keepLocals = true) },
  {
    letter: 'M',
    hidden: true,
    apply() {
      throw new TskvmError("option '-M' is not supported: MRI compatibility mode is for 68k sources", 1);
    },
  },
  {
    letter: 'o',
    argument: 'required',
    placeholder: 'FILE',
    help: 'name the object (default a.out, - is standard output)',
    apply: (r, v = '') => void (r.output = v),
  },
  { letter: 'R', help: 'put data into the text section', apply: (r) => void (r.options.readonlyData = true) },
  { letter: 'v', help: 'show the version and assemble', apply: (r) => void (r.showVersionLine = true) },
  { letter: 'V', hidden: true, apply: (r) => void (r.showVersionLine = true) },
  { letter: 'W', help: 'no warnings', apply: (r) => void (r.noWarnings = true) },
  { letter: 'w', hidden: true, apply: ignored },
  { letter: 'X', hidden: true, apply: ignored },
  { letter: 'Z', help: 'make an object even after errors', apply: (r) => void (r.options.force = true) },
  { letter: 'k', hidden: true, apply: ignored },
  { letter: 's', hidden: true, apply: ignored },
  { letter: 'n', help: 'fill alignments with one-byte nops', apply: (r) => void (r.options.plainNops = true) },
  { letter: 'q', help: 'quieten some warnings', apply: (r) => void (r.options.quiet = true) },
  {
    letter: 'O',
    argument: 'optional',
    placeholder: '0|1|2|s',
    help: 'shorter encodings (-O is -O1)',
    apply: (r, v) => void (r.x86.optimize = v === undefined ? 1 : v === 's' ? 's' : (Math.min(2, atoi(v)) as 0 | 1 | 2)),
  },
  {
    letter: 'Q',
    argument: 'required',
    hidden: true,
    apply(_, value = '') {
      if (value !== 'y' && value !== 'n') throw fatal(`unrecognized option -Q${value}`);
    },
  },
];

/** Reads the command line of `as`; throws a TskvmError with status 1. */
export function parseAsOptions(argv: readonly string[], host: Host): AsRequest {
  const request: AsRequest = {
    options: {},
    x86: {},
    inputs: [],
    output: 'a.out',
    noWarnings: false,
    fatalWarnings: false,
    statistics: false,
    profile: false,
    listingWidths: {},
    showVersionLine: false,
  };
  request.options.x86 = request.x86;
  getoptLongOnly(expandResponseFiles(argv, host), [...longOptions, ...machineOptions], shortOptions, request, (word) =>
    request.inputs.push(word),
  );
  if (request.listing) request.options.listing = { letters: request.listing, ...request.listingWidths };
  return request;
}
