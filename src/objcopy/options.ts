/** objcopy's options: the table, what each one does to the plan, and the checks among them. */
import { HostError } from '../host.js';
import { fatal, ObjcopyError } from './errors.js';
import { getopt, type Argument } from './getopt.js';
import { latin1 } from './elf/raw.js';
import { SEC, SYM } from './model.js';
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
  preserveDates: boolean;
  verbose: boolean;
  /** Shown instead of copying. */
  show?: 'help' | 'version' | 'info';
  warnings: string[];
}

const LONG: Record<string, Argument> = {
  'add-gnu-debuglink': 'required',
  'add-section': 'required',
  'add-symbol': 'required',
  'adjust-section-vma': 'required',
  'adjust-start': 'required',
  'adjust-vma': 'required',
  'adjust-warnings': 'none',
  'alt-machine-code': 'required',
  'binary-architecture': 'required',
  byte: 'required',
  'change-addresses': 'required',
  'change-leading-char': 'none',
  'change-section-address': 'required',
  'change-section-lma': 'required',
  'change-section-vma': 'required',
  'change-start': 'required',
  'change-warnings': 'none',
  'compress-debug-sections': 'optional',
  debugging: 'none',
  'decompress-debug-sections': 'none',
  'disable-deterministic-archives': 'none',
  'discard-all': 'none',
  'discard-locals': 'none',
  'dump-section': 'required',
  'elf-stt-common': 'required',
  'enable-deterministic-archives': 'none',
  'extract-dwo': 'none',
  'extract-symbol': 'none',
  'file-alignment': 'required',
  format: 'required',
  'gap-fill': 'required',
  'globalize-symbol': 'required',
  'globalize-symbols': 'required',
  heap: 'required',
  help: 'none',
  'image-base': 'required',
  impure: 'none',
  info: 'none',
  'input-format': 'required',
  'input-target': 'required',
  interleave: 'optional',
  'interleave-width': 'required',
  'keep-file-symbols': 'none',
  'keep-global-symbol': 'required',
  'keep-global-symbols': 'required',
  'keep-section': 'required',
  // GNU's table wants an argument here, and ignores it.
  'keep-section-symbols': 'required',
  'keep-symbol': 'required',
  'keep-symbols': 'required',
  'localize-hidden': 'none',
  'localize-symbol': 'required',
  'localize-symbols': 'required',
  'long-section-names': 'required',
  'merge-notes': 'none',
  'no-adjust-warnings': 'none',
  'no-change-warnings': 'none',
  'no-merge-notes': 'none',
  'only-keep-debug': 'none',
  'only-section': 'required',
  'output-format': 'required',
  'output-target': 'required',
  'pad-to': 'required',
  'prefix-alloc-sections': 'required',
  'prefix-sections': 'required',
  'prefix-symbols': 'required',
  'preserve-dates': 'none',
  pure: 'none',
  'readonly-text': 'none',
  'redefine-sym': 'required',
  'redefine-syms': 'required',
  'remove-leading-char': 'none',
  'remove-relocations': 'required',
  'remove-section': 'required',
  'rename-section': 'required',
  'reverse-bytes': 'required',
  'section-alignment': 'required',
  'set-section-alignment': 'required',
  'set-section-flags': 'required',
  'set-start': 'required',
  'srec-forceS3': 'none',
  'srec-len': 'required',
  stack: 'required',
  'strip-all': 'none',
  'strip-debug': 'none',
  'strip-dwo': 'none',
  'strip-symbol': 'required',
  'strip-symbols': 'required',
  'strip-unneeded': 'none',
  'strip-unneeded-symbol': 'required',
  'strip-unneeded-symbols': 'required',
  subsystem: 'required',
  target: 'required',
  'update-section': 'required',
  'verilog-data-width': 'required',
  verbose: 'none',
  version: 'none',
  weaken: 'none',
  'weaken-symbol': 'required',
  'weaken-symbols': 'required',
  wildcard: 'none',
  'writable-text': 'none',
};

/** One letter → its long name. */
const SHORT: Record<string, string> = {
  b: 'byte',
  B: 'binary-architecture',
  D: 'enable-deterministic-archives',
  d: 'output-target',
  F: 'target',
  g: 'strip-debug',
  G: 'keep-global-symbol',
  H: 'help',
  h: 'help',
  i: 'interleave',
  I: 'input-target',
  j: 'only-section',
  K: 'keep-symbol',
  L: 'localize-symbol',
  M: 'merge-notes',
  N: 'strip-symbol',
  O: 'output-target',
  p: 'preserve-dates',
  R: 'remove-section',
  s: 'input-target',
  S: 'strip-all',
  U: 'disable-deterministic-archives',
  v: 'verbose',
  V: 'version',
  w: 'wildcard',
  W: 'weaken-symbol',
  x: 'discard-all',
  X: 'discard-locals',
};

const SAME: Record<string, string> = {
  'adjust-start': 'change-start',
  'adjust-vma': 'change-addresses',
  'adjust-section-vma': 'change-section-address',
  'adjust-warnings': 'change-warnings',
  'no-adjust-warnings': 'no-change-warnings',
  'input-format': 'input-target',
  'output-format': 'output-target',
  format: 'target',
};

/** Options that only PE output knows: GNU takes and ignores them for ELF; so do we, after the same checks. */
const PE_NUMBERS = new Set(['file-alignment', 'image-base', 'section-alignment']);

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

/** The entry for a pattern; made when it is new. Refuses what contradicts an earlier option on the same pattern. */
function rule(o: ObjcopyOptions, pattern: string, adds: Partial<Record<keyof SectionRule, unknown>> = {}): SectionRule {
  let found = o.rules.find((r) => r.pattern === pattern);
  if (!found) {
    found = { pattern, used: false };
    o.rules.unshift(found);
  }
  Object.assign(found, adds);
  if (found.copy && found.remove) fatal(`error: ${pattern} both copied and removed`);
  if (found.setVma !== undefined && found.alterVma !== undefined) fatal(`error: ${pattern} both sets and alters VMA`);
  if (found.setLma !== undefined && found.alterLma !== undefined) fatal(`error: ${pattern} both sets and alters LMA`);
  return found;
}

const HAS: Record<RuleKind, (r: SectionRule) => boolean> = {
  copy: (r) => r.copy === true,
  remove: (r) => r.remove === true,
  keep: (r) => r.keep === true,
  removeRelocations: (r) => r.removeRelocations === true,
  vma: (r) => r.setVma !== undefined || r.alterVma !== undefined,
  lma: (r) => r.setLma !== undefined || r.alterLma !== undefined,
  flags: (r) => r.flags !== undefined,
  alignPower: (r) => r.alignPower !== undefined,
};

/** The rule of a kind that applies to a section; a matching `!pattern` of that kind means that none does. */
export function findRule(o: ObjcopyOptions, name: string, kind: RuleKind): SectionRule | undefined {
  let found: SectionRule | undefined;
  for (const r of o.rules) {
    if (!HAS[kind](r)) continue;
    if (r.pattern.startsWith('!')) {
      if (matches(r.pattern.slice(1), name)) {
        r.used = true;
        return undefined;
      }
    } else if (!found && matches(r.pattern, name)) found = r;
  }
  if (found) found.used = true;
  return found;
}

function removeSection(o: ObjcopyOptions, pattern: string): void {
  // Relocation sections are removed with what they relocate.
  if (pattern.startsWith('.rela')) rule(o, pattern.slice(5), { removeRelocations: true });
  else if (pattern.startsWith('.rel')) rule(o, pattern.slice(4), { removeRelocations: true });
  rule(o, pattern, { remove: true });
  o.sectionsRemoved = true;
}

function atoi(text: string): number {
  const digits = /^\s*([+-]?\d+)/.exec(text);
  return digits ? Number(BigInt.asIntN(32, BigInt(digits[1].replace('+', '')))) : 0;
}

/** strtoull with base 0; null when something is left over. */
function scan(text: string): bigint | null {
  const m = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)?$/.exec(text);
  if (!m) return null;
  if (m[2] === undefined) return text === '' ? 0n : null;
  if (/^0\d/.test(m[2]) && !/^[0-7]+$/.test(m[2])) return null;
  let value = /^0\d/.test(m[2]) ? BigInt(`0o${m[2].slice(1)}`) : BigInt(m[2].toLowerCase());
  if (value > 0xffffffffffffffffn) value = 0xffffffffffffffffn;
  return BigInt.asUintN(64, m[1] === '-' ? -value : value);
}

/** strtoull's value of the longest prefix that is a number. */
function scanPrefix(text: string): bigint {
  const m = /^\s*[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
  return m ? (scan(m[0]) ?? 0n) : 0n;
}

function number(text: string, option: string): bigint {
  return scan(text) ?? fatal(`${option}: bad number: ${text}`);
}

function changeSection(o: ObjcopyOptions, value: string, long: string): void {
  let at = value.indexOf('=');
  if (at < 0) at = value.indexOf('+');
  if (at < 0) at = value.indexOf('-');
  if (at < 0) fatal(`bad format for --${long}`);
  const amount = number(value.slice(at + 1), `--${long}`);
  const signed = BigInt.asUintN(64, value[at] === '-' ? -amount : amount);
  const pattern = value.slice(0, at);
  const set = value[at] === '=';
  if (long !== 'change-section-lma') rule(o, pattern, { [set ? 'setVma' : 'alterVma']: signed });
  if (long !== 'change-section-vma') rule(o, pattern, { [set ? 'setLma' : 'alterLma']: signed });
}

function setAlignment(o: ObjcopyOptions, value: string): void {
  const equals = value.indexOf('=');
  if (equals < 0) fatal('bad format for --set-section-alignment: argument needed');
  const text = value.slice(equals + 1);
  if (!/^\s*[+-]?\d/.test(text)) fatal('bad format for --set-section-alignment: numeric argument needed');
  const amount = scanPrefix(text);
  if (amount === 0n || amount > 0x7fffffffffffffffn) fatal('bad format for --set-section-alignment: numeric argument needed');
  const power = Math.log2(Number(amount));
  if (!Number.isInteger(power)) fatal('bad format for --set-section-alignment: alignment is not a power of two');
  rule(o, value.slice(0, equals), { alignPower: power });
}

const SECTION_FLAGS: [string, number][] = [
  ['alloc', SEC.ALLOC],
  ['load', SEC.LOAD],
  ['noload', SEC.NEVER_LOAD],
  ['readonly', SEC.READONLY],
  ['debug', SEC.DEBUGGING],
  ['code', SEC.CODE],
  ['data', SEC.DATA],
  ['rom', SEC.ROM],
  ['exclude', SEC.EXCLUDE],
  ['share', SEC.SHARED_LIBRARY],
  ['contents', SEC.HAS_CONTENTS],
  ['merge', SEC.MERGE],
  ['strings', SEC.STRINGS],
];

/** Comma-separated flags, each of which may be cut short; a section is writable unless `readonly` is among them. */
function sectionFlags(text: string): number {
  let flags = 0;
  for (const word of text.split(',')) {
    const found = SECTION_FLAGS.find(([name]) => name.startsWith(word.toLowerCase()));
    if (!found) {
      throw new ObjcopyError(`unrecognized section flag \`${word}'\nsupported flags: ${SECTION_FLAGS.map(([name]) => name).join(', ')}`);
    }
    flags |= found[1];
  }
  return flags;
}

function renameSection(o: ObjcopyOptions, value: string): void {
  const m = /^([^=]*)=([^,]*)(?:,(.*))?$/s.exec(value);
  if (!m || m[1] === '' || m[2] === '') fatal('bad format for --rename-section');
  if (o.renames.has(m[1])) fatal(`Multiple renames of section ${m[1]}`);
  o.renames.set(m[1], { name: m[2], flags: m[3] === undefined ? undefined : sectionFlags(m[3]) });
}

function namedFile(value: string, option: string): NamedFile {
  const equals = value.indexOf('=');
  if (equals < 0) fatal(`bad format for ${option}`);
  return { section: value.slice(0, equals), file: value.slice(equals + 1) };
}

function readFileOr(path: string, readFile: (p: string) => Uint8Array, message: (e: HostError) => string): Uint8Array {
  try {
    return readFile(path);
  } catch (error) {
    if (error instanceof HostError) fatal(message(error));
    throw error;
  }
}

function redefine(o: ObjcopyOptions, source: string, target: string, cause: string): void {
  for (const [from, to] of o.redefine) {
    if (from === source) fatal(`${cause}: Multiple redefinition of symbol "${source}"`);
    if (to === target) fatal(`${cause}: Symbol "${target}" is target of more than one redefinition`);
  }
  o.redefine.set(source, target);
}

function redefineFile(o: ObjcopyOptions, path: string, readFile: (p: string) => Uint8Array): void {
  const bytes = readFileOr(path, readFile, (e) => `couldn't open symbol redefinition file ${path} (error: ${e.reason})`);
  const lines = latin1(bytes, 0, bytes.length).split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') continue;
    const words = line.split(/\s+/);
    if (words.length < 2) fatal(`${path}:${index + 1}: missing new symbol name`);
    if (words.length > 2) fatal(`${path}:${index + 1}: garbage found at end of line`);
    redefine(o, words[0], words[1], path);
  }
}

function addNames(path: string, names: SymbolNames, o: ObjcopyOptions, readFile: (p: string) => Uint8Array): void {
  const bytes = readFileOr(path, readFile, (e) =>
    e.code === 'ENOENT' ? `'${path}': No such file\ncannot open '${path}': ${e.reason}` : `cannot open '${path}': ${e.reason}`,
  );
  const lines = latin1(bytes, 0, bytes.length).split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const m = /^[ \t]*([^\s#]+)?(.*)$/s.exec(line)!;
    if (m[1] === undefined) continue;
    if (/[^\s]/.test(m[2]) && !/^\s*#/.test(m[2])) o.warnings.push(`${path}:${index + 1}: Ignoring rubbish found on this line`);
    names.add(m[1]);
  }
}

const SYMBOL_FLAGS: [string, number][] = [
  ['local', SYM.LOCAL],
  ['global', SYM.GLOBAL],
  ['export', SYM.GLOBAL],
  ['debug', SYM.DEBUGGING],
  ['function', SYM.FUNCTION],
  ['weak', SYM.WEAK],
  ['section', SYM.SECTION],
  ['constructor', SYM.CONSTRUCTOR],
  ['warning', SYM.WARNING],
  ['indirect', SYM.INDIRECT],
  ['file', SYM.FILE],
  ['object', SYM.OBJECT],
  ['synthetic', SYM.SYNTHETIC],
  ['indirect-function', SYM.INDIRECT_FUNCTION],
  ['unique-object', SYM.UNIQUE],
];

function addedSymbol(text: string): AddedSymbol {
  const equals = text.indexOf('=');
  if (equals < 0) fatal('bad format for --add-symbol');
  const symbol: AddedSymbol = { name: text.slice(0, equals), value: 0n, flags: SYM.GLOBAL };
  let rest = text.slice(equals + 1);
  const colon = rest.indexOf(':');
  if (colon >= 0) {
    symbol.section = rest.slice(0, colon);
    rest = rest.slice(colon + 1);
  }
  symbol.value = scanPrefix(rest);
  const comma = rest.indexOf(',');
  if (comma >= 0) {
    symbol.flags = 0;
    for (const word of rest.slice(comma + 1).split(',')) {
      if (/^before=/i.test(word)) {
        symbol.before = word.slice(7);
        continue;
      }
      const found = SYMBOL_FLAGS.find(([name]) => name === word.toLowerCase());
      if (!found) {
        const known = [...SYMBOL_FLAGS.map(([name]) => name), 'before=<othersym>'].join(', ');
        throw new ObjcopyError(`unrecognized symbol flag \`${word}'\nsupported flags: ${known}`);
      }
      symbol.flags |= found[1];
    }
  }
  return symbol;
}

function compression(type: string): ObjcopyOptions['compress'] {
  switch (type.toLowerCase()) {
    case 'none':
      return 'none';
    case 'zlib':
    case 'zlib-gabi':
      return 'zlib-gabi';
    case 'zlib-gnu':
      return 'zlib-gnu';
    case 'zstd':
      return 'zstd';
    default:
      return fatal(`unrecognized --compress-debug-sections type \`${type}'`);
  }
}

function checkReserve(text: string, option: string): void {
  const m = /^\s*[+-]?(0[xX][0-9a-fA-F]+|\d+)?(,?)(.*)$/s.exec(text)!;
  if (m[2] === '' && m[3] !== '') fatal(`${text}: invalid reserve value for ${option}`);
  if (m[2] === ',' && scan(m[3]) === null) fatal(`${text}: invalid commit value for ${option}`);
}

function checkSubsystem(text: string): void {
  const m = /^([^:]*)(?::(\d+)(?:\.(\d+))?(.*))?$/s.exec(text);
  const known = ['native', 'windows', 'console', 'posix', 'wince', 'efi-app', 'efi-bsd', 'efi-rtd', 'sal-rtd', 'xbox', 'efi-rom'];
  if (!m || (m[4] ?? '') !== '') fatal(`bad subsystem version \`${text}'`);
  if (!known.includes(m[1])) fatal(`unknown PE subsystem: ${m[1]}`);
}
