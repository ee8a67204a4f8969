/**
 * The options of GNU ld that a static x86 image can have (ld manual, node Options): one row each, with its effect. What
 * is not supported is refused by name; what means nothing for a static image is accepted and ignored.
 */
import { TskvmError } from '../../diagnostics.js';
import type { LinkOptions } from '../../objcopy/link/index.js';
import { expandResponseFiles, getoptLongOnly, type LongOption, type ShortOption } from './getopt.js';
import { nodeHost } from '../../host-node.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A file or -lNAME in the order of the command line. */
export interface LinkInput {
  readonly name: string;
  /** -l: looked up in the search path. */
  readonly library: boolean;
  readonly group: number;
  readonly whole: boolean;
}

export interface LinkRequest {
  options: Mutable<LinkOptions>;
  inputs: LinkInput[];
  searchPath: string[];
  output?: string;
  script?: string;
  /** How many inputs stand before it. */
  scriptAt?: number;
  format?: 'binary' | 'elf32-i386' | 'elf64-x86-64' | 'elf32-x86-64' | string;
  mapFile?: string;
  printMap: boolean;
  noWarnings: boolean;
  fatalWarnings: boolean;
  trace: boolean;
  /** --print-memory-usage */
  memoryUsage?: boolean;
  show?: 'help' | 'version';
  group: number;
  inGroup: boolean;
  whole: boolean;
}

type Long = LongOption<LinkRequest>;
type Short = ShortOption<LinkRequest>;

const fatal = (message: string): TskvmError => new TskvmError(message, 1);

/** ld reads an address as hexadecimal whether or not it begins with 0x. */
function address(text: string | undefined, option: string): bigint {
  const digits = (text ?? '').replace(/^0x/i, '');
  if (!/^[0-9a-f]+$/i.test(digits)) throw fatal(`invalid hex number \`${text}' in ${option}`);
  return BigInt(`0x${digits}`);
}

function number(text: string | undefined, option: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text ?? '')) throw fatal(`invalid number \`${text}' in ${option}`);
  return BigInt(text as string);
}

const flag = (name: string, help: string, apply: (r: LinkRequest) => void): Long => ({ name, help, apply });
const value = (name: string, placeholder: string, help: string, apply: (r: LinkRequest, v: string) => void): Long => ({
  name,
  argument: 'required',
  placeholder,
  help,
  apply: (r, v) => apply(r, v as string),
});
const ignored = (name: string, argument?: 'required' | 'optional'): Long => ({ name, argument, hidden: true, apply: () => {} });
const refused = (name: string, why: string, argument?: 'required' | 'optional'): Long => ({
  name,
  argument,
  hidden: true,
  apply: () => {
    throw fatal(`option '--${name}' is not supported: ${why}`);
  },
});

/** An option of which one value is the default, and the only one there is. */
const only = (name: string, value: string, why: string): Long => ({
  name,
  argument: 'optional',
  hidden: true,
  apply: (_r, v) => {
    if (v !== value) throw fatal(`option '--${name}${v === undefined ? '' : `=${v}`}' is not supported: ${why}`);
  },
});

function startOf(map: 'sectionStarts' | 'segmentStarts', key: string, option: string) {
  return (r: LinkRequest, v: string): void => {
    r.options[map] = new Map([...(r.options[map] ?? []), [key, address(v, option)]]);
  };
}

function script(r: LinkRequest, name: string): void {
  r.script = name;
  r.scriptAt = r.inputs.length;
  r.options.startsFirst = r.options.sectionStarts !== undefined;
  r.options.defsymsBefore = r.options.defsym?.length ?? 0;
}

function defsym(r: LinkRequest, text: string): void {
  const equals = text.indexOf('=');
  if (equals <= 0) throw fatal(`malformed --defsym \`${text}': it takes NAME=EXPRESSION`);
  r.options.defsym = [...(r.options.defsym ?? []), { name: text.slice(0, equals), expression: text.slice(equals + 1) }];
}

function keyword(r: LinkRequest, text: string): void {
  const [word, setting] = text.split('=', 2);
  switch (word) {
    case 'muldefs': r.options.allowMultipleDefinition = true; break;
    case 'relro': r.options.relro = true; break;
    case 'norelro': r.options.relro = false; break;
    case 'separate-code': r.options.separateCode = true; break;
    case 'noseparate-code': r.options.separateCode = false; break;
    case 'execstack': r.options.stack = 'executable'; break;
    case 'noexecstack': r.options.stack = 'data'; break;
    case 'max-page-size': r.options.maxPageSize = number(setting, '-z max-page-size'); break;
    case 'common-page-size': r.options.commonPageSize = number(setting, '-z common-page-size'); break;
    // About dynamic linking, or notes for the kernel that runs ELF programs.
    case 'defs': case 'nodefs': case 'now': case 'lazy': case 'combreloc': case 'nocombreloc':
    case 'nodynamic-undefined-weak': case 'text': case 'notext': case 'norewrite': case 'nodlopen': case 'nodelete': case 'nodefaultlib':
    case 'nocopyreloc': case 'initfirst': case 'interpose': case 'loadfltr': case 'origin': case 'global': case 'globalaudit': case 'nodump':
    case 'start-stop-visibility': case 'nostart-stop-gc': case 'nounique-symbol': case 'textoff': case 'noextern-protected-data':
    case 'dynamic-undefined-weak': case 'extern-protected-data': break;
    case 'stack-size': r.options.stackSize = number(setting, '-z stack-size'); break;
    default: throw fatal(`option '-z ${text}' is not supported`);
  } // prettier-ignore
}

export const linkLongOptions: readonly Long[] = [
  value('output', 'FILE', 'name of the output file', (r, v) => void (r.output = v)),
  value('script', 'FILE', 'read a linker script', script),
  value('entry', 'SYMBOL|ADDRESS', 'where execution begins', (r, v) => void (r.options.entry = v)),
  value('Ttext', 'ADDRESS', 'address of .text (hexadecimal)', startOf('sectionStarts', '.text', '-Ttext')),
  value('Tdata', 'ADDRESS', 'address of .data', startOf('sectionStarts', '.data', '-Tdata')),
  value('Tbss', 'ADDRESS', 'address of .bss', startOf('sectionStarts', '.bss', '-Tbss')),
  value('Ttext-segment', 'ADDRESS', 'address of the text segment', startOf('segmentStarts', 'text-segment', '-Ttext-segment')),
  value('Trodata-segment', 'ADDRESS', 'address of the rodata segment', startOf('segmentStarts', 'rodata-segment', '-Trodata-segment')),
  value('Tldata-segment', 'ADDRESS', 'address of the large data segment', startOf('segmentStarts', 'ldata-segment', '-Tldata-segment')),
  value('image-base', 'ADDRESS', 'the same as -Ttext-segment', startOf('segmentStarts', 'text-segment', '--image-base')),
  value('section-start', 'NAME=ADDRESS', 'address of a section', (r, v) => {
    const equals = v.indexOf('=');
    if (equals <= 0) throw fatal(`invalid argument to option "--section-start"`);
    startOf('sectionStarts', v.slice(0, equals), '--section-start')(r, v.slice(equals + 1));
  }),
  value('defsym', 'NAME=EXPRESSION', 'define a symbol', defsym),
  value('undefined', 'SYMBOL', 'pull in the archive member that defines SYMBOL', (r, v) => void (r.options.undefined = [...(r.options.undefined ?? []), v])),
  value('require-defined', 'SYMBOL', 'the same, and it must be defined', (r, v) => void (r.options.undefined = [...(r.options.undefined ?? []), v])),
  value('library', 'NAME', 'search for libNAME.a', (r, v) => void r.inputs.push({ name: v, library: true, group: r.inGroup ? r.group : 0, whole: r.whole })),
  value('library-path', 'DIR', 'add DIR to the search path', (r, v) => void r.searchPath.push(v)),
  value('oformat', 'FORMAT', 'binary, elf32-i386, elf64-x86-64 or elf32-x86-64', (r, v) => void (r.format = v)),
  value('format', 'FORMAT', 'format of the inputs (elf only)', (_, v) => {
    if (!v.startsWith('elf') && v !== 'default') throw fatal(`input format \`${v}' is not supported: convert it with tskvm objcopy`);
  }),
  value('wrap', 'SYMBOL', 'references to SYMBOL mean __wrap_SYMBOL', (r, v) => void (r.options.wrap = [...(r.options.wrap ?? []), v])),
  value('Map', 'FILE', 'write a link map', (r, v) => {
    r.mapFile = v;
    r.options.map = true;
  }),
  flag('print-map', 'write a link map to standard output', (r) => {
    r.printMap = true;
    r.options.map = true;
  }),
  flag('gc-sections', 'drop sections that nothing reaches', (r) => void (r.options.gcSections = true)),
  flag('no-gc-sections', 'keep them (default)', (r) => void (r.options.gcSections = false)),
  flag('print-gc-sections', 'say what was dropped', (r) => void (r.options.printGcSections = true)),
  flag('no-print-gc-sections', '', (r) => void (r.options.printGcSections = false)),
  flag('start-group', 'archives up to --end-group are searched repeatedly', (r) => {
    r.group++;
    r.inGroup = true;
  }),
  flag('end-group', '', (r) => void (r.inGroup = false)),
  flag('whole-archive', 'take every member of the archives that follow', (r) => void (r.whole = true)),
  flag('no-whole-archive', '', (r) => void (r.whole = false)),
  flag('omagic', 'text and data in one writable segment, not page aligned', (r) => void (r.options.omagic = true)),
  flag('no-omagic', '', (r) => void (r.options.omagic = false)),
  flag('nmagic', 'sections not page aligned', (r) => void (r.options.nmagic = true)),
  flag('no-nmagic', '', (r) => void (r.options.nmagic = false)),
  flag('relocatable', 'an object that can be linked again', (r) => void (r.options.relocatable = true)),
  flag('strip-all', 'no symbol table', (r) => void (r.options.stripAll = true)),
  flag('strip-debug', 'no debug sections', (r) => void (r.options.stripDebug = true)),
  flag('discard-all', 'no local symbols', (r) => void (r.options.discard = 'all')),
  flag('discard-locals', 'no local symbols that begin with .L', (r) => void (r.options.discard = 'temporary')),
  flag('discard-none', 'all local symbols', (r) => void (r.options.discard = 'none')),
  {
    name: 'sort-common',
    argument: 'optional',
    placeholder: 'ORDER',
    help: 'sort common symbols by alignment, descending or ascending',
    apply: (r, v = 'descending') => {
      if (v !== 'descending' && v !== 'ascending') throw fatal(`invalid common section sorting option: ${v}`);
      r.options.sortCommon = v;
    },
  },
  value('sort-section', 'KEY', 'sort sections that wildcards match: name or alignment', (r, v) => {
    if (v !== 'name' && v !== 'alignment' && v !== 'none') throw fatal(`invalid section sorting option: ${v}`);
    r.options.sortSection = v === 'none' ? undefined : v;
  }),
  flag('allow-multiple-definition', 'the first definition counts', (r) => void (r.options.allowMultipleDefinition = true)),
  flag('no-check-sections', 'do not look for overlapping sections', (r) => void (r.options.checkSections = false)),
  flag('check-sections', '', (r) => void (r.options.checkSections = true)),
  flag('no-undefined', '', () => {}),
  flag('warn-unresolved-symbols', 'undefined symbols are warnings', (r) => void (r.options.unresolved = 'warning')),
  flag('error-unresolved-symbols', '', (r) => void (r.options.unresolved = 'error')),
  value('unresolved-symbols', 'METHOD', 'report-all or ignore-all', (r, v) => {
    if (!/^(ignore-all|report-all|ignore-in-object-files|ignore-in-shared-libs)$/.test(v)) throw fatal(`bad --unresolved-symbols option: ${v}`);
    r.options.unresolved = v === 'ignore-all' || v === 'ignore-in-object-files' ? 'ignore' : 'error';
  }),
  {
    name: 'unique',
    argument: 'optional',
    placeholder: 'SECTION',
    help: 'an output section for each input section that matches',
    apply: (r, v) => void (r.options.unique = [...(r.options.unique ?? []), v ?? '*']),
  },
  flag('fatal-warnings', 'warnings are errors', (r) => void (r.fatalWarnings = true)),
  flag('no-fatal-warnings', '', (r) => void (r.fatalWarnings = false)),
  flag('no-warnings', 'no warnings', (r) => void (r.noWarnings = true)),
  flag('print-memory-usage', 'say how full the regions of MEMORY are', (r) => void (r.memoryUsage = true)),
  flag('trace', 'name the input files', (r) => void (r.trace = true)),
  flag('static', '', () => {}),
  flag('help', 'this text', (r) => void (r.show = 'help')),
  flag('version', 'the version', (r) => void (r.show = 'version')),
  ...['Bstatic', 'dn', 'non_shared', 'no-dynamic-linker', 'nostdlib', 'no-pie', 'relax', 'no-eh-frame-hdr',
    'no-warn-mismatch', 'no-warn-rwx-segments', 'warn-rwx-segments', 'no-warn-execstack', 'no-ld-generated-unwind-info', 'as-needed', 'no-as-needed', 'accept-unknown-input-arch',
    'no-keep-memory', 'reduce-memory-overheads', 'stats', 'no-demangle', 'no-undefined-version', 'no-export-dynamic', 'warn-once', 'warn-section-align', 'verbose', 'no-print-map-discarded', 'print-map-discarded', 'force-exe-suffix', 'export-dynamic', 'EL',
  ].map((name) => ignored(name)),
  ...['hash-style', 'demangle', 'color-diagnostics'].map((name) => ignored(name, 'optional')),
  // What they are when nobody gives them; anything else is refused.
  only('build-id', 'none', 'no note with the build ID is made'),
  only('orphan-handling', 'place', 'sections that a script does not name are placed as ld places them'),
  only('compress-debug-sections', 'none', 'compress them with tskvm objcopy'),
  refused('cref', 'the map has no cross references'),
  refused('warn-common', 'common symbols are merged without a word'),
  refused('no-relax', 'code that goes through the GOT is always relaxed'),
  refused('trace-symbol', 'the map shows the symbols', 'required'),
  ...['sysroot', 'rpath', 'dynamic-linker', 'plugin', 'plugin-opt', 'spare-dynamic-tags', 'assert'].map((name) => ignored(name, 'required')),
  refused('shared', 'tskvm links static images'),
  refused('Bshareable', 'tskvm links static images'),
  refused('pie', 'tskvm links static images at fixed addresses'),
  refused('pic-executable', 'tskvm links static images at fixed addresses'),
  refused('emit-relocs', 'a final image has no relocations'),
  refused('version-script', 'versions belong to shared libraries', 'required'),
  refused('dynamic-list', 'dynamic lists belong to shared libraries', 'required'),
  refused('just-symbols', 'give the addresses with --defsym', 'required'),
  refused('eh-frame-hdr', 'static images have no .eh_frame_hdr'),
]; // prettier-ignore

const letter = (l: string, placeholder: string | undefined, help: string, apply: (r: LinkRequest, v: string) => void): Short => ({
  letter: l,
  argument: placeholder ? 'required' : undefined,
  placeholder,
  help,
  apply: (r, v) => apply(r, v as string),
});
const byName = (name: string): Long => linkLongOptions.find((o) => o.name === name) as Long;
const same = (l: string, name: string): Short => {
  const long = byName(name);
  return { letter: l, argument: long.argument, placeholder: long.placeholder, help: long.help, apply: (r, v) => long.apply(r, v) };
};

export const linkShortOptions: readonly Short[] = [
  same('o', 'output'), same('T', 'script'), same('e', 'entry'), same('u', 'undefined'), same('l', 'library'), same('L', 'library-path'),
  same('N', 'omagic'), same('n', 'nmagic'), same('s', 'strip-all'), same('S', 'strip-debug'), same('M', 'print-map'), same('t', 'trace'),
  same('w', 'no-warnings'), same('r', 'relocatable'), same('q', 'emit-relocs'), same('b', 'format'),
  { ...same('(', 'start-group') }, { ...same(')', 'end-group') },
  letter('m', 'EMULATION', 'elf_i386, elf_x86_64 or elf32_x86_64', (r, v) => void (r.options.emulation = v)),
  letter('z', 'KEYWORD', 'max-page-size=N, muldefs, norelro, …', keyword),
  letter('v', undefined, 'the version', (r) => void (r.show = 'version')),
  letter('V', undefined, 'the version', (r) => void (r.show = 'version')),
  letter('O', 'LEVEL', 'ignored', () => {}),
  letter('G', 'SIZE', 'ignored', () => {}),
  same('y', 'trace-symbol'),
  same('X', 'discard-locals'), same('x', 'discard-all'), letter('d', undefined, 'with -r: place common symbols', (r) => void (r.options.defineCommon = true)),
  letter('g', undefined, 'ignored', () => {}), letter('i', undefined, '', (r, v) => byName('relocatable').apply(r, v)), letter('E', undefined, 'ignored', () => {}),
]; // prettier-ignore

export function parseLinkOptions(argv: readonly string[]): LinkRequest {
  const request: LinkRequest = {
    options: {}, inputs: [], searchPath: [], printMap: false, noWarnings: false, fatalWarnings: false, trace: false, group: 0, inGroup: false, whole: false,
  }; // prettier-ignore
  // `-Ttext 0x7c00` and `-Ttext=0x7c00` are long options although `-T` takes the rest of its word; `-static` is no `-s`.
  getoptLongOnly(expandResponseFiles(argv, nodeHost), linkLongOptions, linkShortOptions, request, (name) =>
    request.inputs.push({ name, library: false, group: request.inGroup ? request.group : 0, whole: request.whole }),
  );
  return request;
}
