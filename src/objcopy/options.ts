/** objcopy's options: what each one does to the plan, and the checks among them. */
import { fatal, ObjcopyError } from './errors.js';
import { getopt } from './getopt.js';
import { LONG, PE_NUMBERS, SAME, SHORT } from './option-table.js';
import {
  addedSymbol,
  addNames,
  atoi,
  changeSection,
  checkReserve,
  checkSubsystem,
  compression,
  namedFile,
  number,
  readFileOr,
  redefine,
  redefineFile,
  renameSection,
  sectionFlags,
  setAlignment,
} from './option-values.js';
import { removeSection, rule } from './section-rules.js';
import { matches } from './wildcard.js';

/** What is asked of a section, by pattern; the newest entry is asked first. */
export interface SectionRule {
  pattern: string;
  used: boolean;
  copy?: boolean;
  remove?: boolean;
  keep?: boolean;
  removeRelocations?: boolean;
  setVma?: bigint;
  alterVma?: bigint;
  setLma?: bigint;
  alterLma?: bigint;
  flags?: number;
  alignPower?: number;
}

export type RuleKind = 'copy' | 'remove' | 'keep' | 'removeRelocations' | 'vma' | 'lma' | 'flags' | 'alignPower';

/** Names of symbols given one by one or by file; patterns with `-w`. */
export class SymbolNames {
  readonly names = new Set<string>();
  /** Newest first, as GNU looks them up. */
  private readonly order: string[] = [];

  add(name: string): void {
    if (this.names.has(name)) return;
    this.names.add(name);
    this.order.push(name);
  }

  get size(): number {
    return this.names.size;
  }

  has(name: string, wildcard: boolean): boolean {
    if (!wildcard) return this.names.has(name);
    let found = false;
    for (const pattern of this.order) {
      if (pattern.startsWith('!')) {
        if (matches(pattern.slice(1), name)) return false;
      } else if (!found && matches(pattern, name)) found = true;
    }
    return found;
  }
}

export interface AddedSymbol {
  name: string;
  section?: string;
  value: bigint;
  flags: number;
  before?: string;
}

export interface NamedFile {
  section: string;
  file: string;
}

export type StripLevel = 'none' | 'debug' | 'unneeded' | 'all' | 'nondebug' | 'dwo' | 'nondwo';

export interface ObjcopyOptions {
  input: string;
  output?: string;
  inputTarget?: string;
  outputTarget?: string;
  binaryArchitecture?: string;
  rules: SectionRule[];
  sectionsCopied: boolean;
  sectionsRemoved: boolean;
  strip: StripLevel;
  discard: 'undefined' | 'none' | 'startL' | 'all';
  wildcard: boolean;
  stripSymbols: SymbolNames;
  stripUnneededSymbols: SymbolNames;
  keepSymbols: SymbolNames;
  localizeSymbols: SymbolNames;
  globalizeSymbols: SymbolNames;
  keepGlobalSymbols: SymbolNames;
  weakenSymbols: SymbolNames;
  weaken: boolean;
  localizeHidden: boolean;
  keepFileSymbols: boolean;
  keepSectionSymbols: boolean;
  redefine: Map<string, string>;
  addSymbols: AddedSymbol[];
  prefixSymbols: string;
  prefixSections: string;
  prefixAllocSections: string;
  removeLeadingChar: boolean;
  extractSymbol: boolean;
  gapFill?: number;
  padTo?: bigint;
  setStart?: bigint;
  changeStart: bigint;
  changeAddresses: bigint;
  changeWarnings: boolean;
  renames: Map<string, { name: string; flags?: number }>;
  addSections: NamedFile[];
  updateSections: NamedFile[];
  dumpSections: NamedFile[];
  debuglink?: string;
  reverseBytes: number;
  interleave: number;
  interleaveWidth: number;
  byte: number;
  srecLength: number;
  srecForceS3: boolean;
  verilogWidth: number;
  /** `none`: decompress. */
  compress?: 'none' | 'zlib-gnu' | 'zlib-gabi' | 'zstd';
  /** Asked for without saying how. */
  compressPlain: boolean;
  commonType?: boolean;
  writableText?: boolean;
  paged?: boolean;
  machineCode?: number;
  mergeNotes: boolean;
  convertDebugging: boolean;
  /** Archives say nothing about who made them and when. */
  deterministic: boolean;
  preserveDates: boolean;
  verbose: boolean;
  /** Shown instead of copying. */
  show?: 'help' | 'version' | 'info';
  warnings: string[];
}

/** Reads objcopy's command line, without the program's name. Throws `ObjcopyError`. */
export function parseOptions(argv: readonly string[], readFile: (path: string) => Uint8Array): ObjcopyOptions {
  const parsed = getopt(argv, { short: 'b:B:i:I:j:K:MN:s:O:d:F:L:G:R:SpgxXHhVvW:wDU', long: LONG, same: SAME });
  const o = defaults();
  for (const { name, value } of parsed.options) {
    const long = name.length === 1 ? SHORT[name] : (SAME[name] ?? name);
    if (long === 'help' || long === 'version' || long === 'info') return { ...o, show: long };
    try {
      apply(o, long, value ?? '', name, readFile, value === undefined);
    } catch (error) {
      if (!(error instanceof ObjcopyError)) throw error;
      throw new ObjcopyError([...o.warnings, error.message].join('\n'), error.usage);
    }
  }
  if (parsed.error !== undefined) throw new ObjcopyError(parsed.error, true);
  check(o, parsed.operands);
  return o;
}

function defaults(): ObjcopyOptions {
  return {
    input: '',
    rules: [],
    sectionsCopied: false,
    sectionsRemoved: false,
    strip: 'none',
    discard: 'undefined',
    wildcard: false,
    stripSymbols: new SymbolNames(),
    stripUnneededSymbols: new SymbolNames(),
    keepSymbols: new SymbolNames(),
    localizeSymbols: new SymbolNames(),
    globalizeSymbols: new SymbolNames(),
    keepGlobalSymbols: new SymbolNames(),
    weakenSymbols: new SymbolNames(),
    weaken: false,
    localizeHidden: false,
    keepFileSymbols: false,
    keepSectionSymbols: false,
    redefine: new Map(),
    addSymbols: [],
    prefixSymbols: '',
    prefixSections: '',
    prefixAllocSections: '',
    removeLeadingChar: false,
    extractSymbol: false,
    changeStart: 0n,
    changeAddresses: 0n,
    changeWarnings: true,
    renames: new Map(),
    addSections: [],
    updateSections: [],
    dumpSections: [],
    reverseBytes: 0,
    interleave: 0,
    interleaveWidth: 1,
    byte: -1,
    srecLength: 16,
    srecForceS3: false,
    verilogWidth: 1,
    compressPlain: false,
    mergeNotes: false,
    convertDebugging: false,
    deterministic: true,
    preserveDates: false,
    verbose: false,
    warnings: [],
  };
}

function check(o: ObjcopyOptions, operands: readonly string[]): void {
  if (o.globalizeSymbols.size > 0 && o.keepGlobalSymbols.size > 0) {
    fatal('--globalize-symbol(s) is incompatible with -G/--keep-global-symbol(s)');
  }
  if (o.interleave > 0 && o.byte < 0) fatal('interleave start byte must be set with --byte');
  if (o.byte >= 0 && o.byte >= o.interleave) fatal('byte number must be less than interleave');
  if (o.byte >= 0 && o.interleaveWidth > o.interleave - o.byte) fatal('interleave width must be less than or equal to interleave - byte`');
  if (operands.length < 1 || operands.length > 2) throw new ObjcopyError('', true);
  o.input = operands[0];
  o.output = operands[1];
}

function apply(o: ObjcopyOptions, long: string, value: string, given: string, readFile: (p: string) => Uint8Array, bare: boolean): void {
  const symbols: Record<string, SymbolNames> = {
    'strip-symbol': o.stripSymbols,
    'strip-unneeded-symbol': o.stripUnneededSymbols,
    'keep-symbol': o.keepSymbols,
    'localize-symbol': o.localizeSymbols,
    'globalize-symbol': o.globalizeSymbols,
    'keep-global-symbol': o.keepGlobalSymbols,
    'weaken-symbol': o.weakenSymbols,
  };
  if (symbols[long]) return symbols[long].add(value);
  if (long.endsWith('s') && symbols[long.slice(0, -1)]) return addNames(value, symbols[long.slice(0, -1)], o, readFile);
  const option = `--${given}`;
  switch (long) {
    case 'input-target':
      o.inputTarget = value;
      break;
    case 'output-target':
      o.outputTarget = value;
      break;
    case 'target':
      o.inputTarget = o.outputTarget = value;
      break;
    case 'binary-architecture':
      o.binaryArchitecture = value;
      break;
    case 'only-section':
      rule(o, value, { copy: true });
      o.sectionsCopied = true;
      break;
    case 'remove-section':
      removeSection(o, value);
      break;
    case 'keep-section':
      rule(o, value, { keep: true });
      break;
    case 'remove-relocations':
      rule(o, value, { removeRelocations: true });
      break;
    case 'strip-all':
      o.strip = 'all';
      break;
    case 'strip-debug':
      o.strip = 'debug';
      break;
    case 'strip-dwo':
      o.strip = 'dwo';
      break;
    case 'strip-unneeded':
      o.strip = 'unneeded';
      break;
    case 'only-keep-debug':
      o.strip = 'nondebug';
      break;
    case 'extract-dwo':
      o.strip = 'nondwo';
      break;
    case 'extract-symbol':
      o.extractSymbol = true;
      break;
    case 'keep-file-symbols':
      o.keepFileSymbols = true;
      break;
    case 'keep-section-symbols':
      o.keepSectionSymbols = true;
      break;
    case 'localize-hidden':
      o.localizeHidden = true;
      break;
    case 'weaken':
      o.weaken = true;
      break;
    case 'wildcard':
      o.wildcard = true;
      break;
    case 'discard-all':
      o.discard = 'all';
      break;
    case 'discard-locals':
      o.discard = 'startL';
      break;
    case 'interleave':
      o.interleave = bare ? 4 : atoi(value);
      if (o.interleave < 1) fatal('interleave must be positive');
      break;
    case 'interleave-width':
      o.interleaveWidth = atoi(value);
      if (o.interleaveWidth < 1) fatal('interleave width must be positive');
      break;
    case 'byte':
      o.byte = atoi(value);
      if (o.byte < 0) fatal('byte number must be non-negative');
      break;
    case 'gap-fill': {
      const fill = number(value, option);
      o.gapFill = Number(fill & 0xffn);
      if (fill > 0xffn) o.warnings.push(`Warning: truncating gap-fill from 0x${fill.toString(16)} to 0x${o.gapFill.toString(16)}`);
      break;
    }
    case 'pad-to':
      o.padTo = number(value, option);
      break;
    case 'set-start':
      o.setStart = number(value, option);
      break;
    case 'change-start':
      o.changeStart = number(value, option === '--adjust-start' ? '--change-start' : option);
      break;
    case 'change-addresses':
      o.changeAddresses = number(value, '--change-addresses');
      o.changeStart = o.changeAddresses;
      break;
    case 'change-section-address':
    case 'change-section-lma':
    case 'change-section-vma':
      changeSection(o, value, long);
      break;
    case 'change-warnings':
      o.changeWarnings = true;
      break;
    case 'no-change-warnings':
      o.changeWarnings = false;
      break;
    case 'set-section-flags': {
      const equals = value.indexOf('=');
      if (equals < 0) fatal('bad format for --set-section-flags');
      rule(o, value.slice(0, equals), { flags: sectionFlags(value.slice(equals + 1)) });
      break;
    }
    case 'set-section-alignment':
      setAlignment(o, value);
      break;
    case 'rename-section':
      renameSection(o, value);
      break;
    case 'add-section':
      o.addSections.unshift(namedFile(value, '--add-section'));
      readFileOr(o.addSections[0].file, readFile, (e) => `cannot open: ${e.path}: ${e.reason}`);
      break;
    case 'update-section':
      o.updateSections.unshift(namedFile(value, '--update-section'));
      readFileOr(o.updateSections[0].file, readFile, (e) => `cannot open: ${e.path}: ${e.reason}`);
      break;
    case 'dump-section':
      o.dumpSections.unshift(namedFile(value, '--dump-section'));
      break;
    case 'add-gnu-debuglink':
      o.debuglink = value;
      break;
    case 'reverse-bytes':
      if (o.reverseBytes !== 0) o.warnings.push(`Warning: ignoring previous --reverse-bytes value of ${o.reverseBytes}`);
      o.reverseBytes = atoi(value);
      if (o.reverseBytes <= 0 || o.reverseBytes % 2 !== 0) fatal('number of bytes to reverse must be positive and even');
      break;
    case 'redefine-sym': {
      const equals = value.indexOf('=');
      if (equals < 0) fatal('bad format for --redefine-sym');
      redefine(o, value.slice(0, equals), value.slice(equals + 1), '--redefine-sym');
      break;
    }
    case 'redefine-syms':
      redefineFile(o, value, readFile);
      break;
    case 'add-symbol':
      o.addSymbols.push(addedSymbol(value));
      break;
    case 'prefix-symbols':
      o.prefixSymbols = value;
      break;
    case 'prefix-sections':
      o.prefixSections = value;
      break;
    case 'prefix-alloc-sections':
      o.prefixAllocSections = value;
      break;
    case 'remove-leading-char':
      o.removeLeadingChar = true;
      break;
    case 'srec-len':
      o.srecLength = Number(BigInt.asUintN(32, number(value, option)));
      break;
    case 'srec-forceS3':
      o.srecForceS3 = true;
      break;
    case 'verilog-data-width': {
      const width = number(value, option);
      if (![1n, 2n, 4n, 8n, 16n].includes(width)) fatal('error: verilog data width must be 1, 2, 4, 8 or 16');
      o.verilogWidth = Number(width);
      break;
    }
    case 'compress-debug-sections':
      o.compress = compression(bare ? 'zlib-gabi' : value);
      o.compressPlain = bare;
      break;
    case 'decompress-debug-sections':
      o.compress = 'none';
      break;
    case 'elf-stt-common':
      if (value !== 'yes' && value !== 'no') fatal(`unrecognized --elf-stt-common= option \`${value}'`);
      o.commonType = value === 'yes';
      break;
    case 'writable-text':
      o.writableText = true;
      break;
    case 'readonly-text':
      o.writableText = false;
      break;
    case 'pure':
      o.paged = true;
      break;
    case 'impure':
      o.paged = false;
      break;
    case 'alt-machine-code':
      o.machineCode = Number(BigInt.asUintN(32, number(value, option)));
      if (o.machineCode === 0) fatal('unable to parse alternative machine code');
      break;
    case 'merge-notes':
      o.mergeNotes = true;
      break;
    case 'no-merge-notes':
      o.mergeNotes = false;
      break;
    case 'debugging':
      o.convertDebugging = true;
      break;
    case 'enable-deterministic-archives':
      o.deterministic = true;
      break;
    case 'disable-deterministic-archives':
      o.deterministic = false;
      break;
    case 'preserve-dates':
      o.preserveDates = true;
      break;
    case 'verbose':
      o.verbose = true;
      break;
    case 'long-section-names':
      if (!['enable', 'disable', 'keep'].includes(value)) fatal(`unknown long section names option '${value}'`);
      break;
    case 'heap':
    case 'stack':
      checkReserve(value, option);
      break;
    case 'subsystem':
      checkSubsystem(value);
      break;
    default:
      if (PE_NUMBERS.has(long)) number(value, option);
  }
}
