/** The preprocessor's state, and the loop from files to output. */
import { DiagnosticBag, type Position } from '../../diagnostics.js';
import { HostError, type Host } from '../../host.js';
import { expandBuiltin } from './builtins.js';
import { defineFromOption, runDirective } from './directives.js';
import { Expander, type ExpansionHost } from './expand.js';
import { IncludeSearch, type Found } from './include.js';
import type { PreprocessOptions } from './index.js';
import { isBlank, isDigit, isNamePart, isNameStart, lexToken, numberEnd, quoteEnd } from './lexer.js';
import { MacroTable, builtin, builtins, showDefinition, type Macro } from './macro.js';
import { predefined } from './predefined.js';
import { Printer } from './printer.js';
import { Source } from './source.js';
import { BOL, EOF, NAME, PADDING, PUNCTUATOR, WHITE, token, type Token } from './tokens.js';

/** Files that include one another may stand this deep (GCC's default). */
const includeDepth = 200;
const errorLimit = 100;

/** Unwinds to `run` after a fatal error; the error itself is in the bag. */
class Stop extends Error {}

export class Preprocessor implements ExpansionHost {
  readonly bag = new DiagnosticBag();
  readonly dependencies = new Set<string>();
  readonly macros = new MacroTable();
  readonly search: IncludeSearch;
  readonly expander = new Expander(this);
  readonly assertions = new Map<string, Set<string>>();
  /** #pragma once */
  readonly once = new Set<string>();
  /** #pragma push_macro */
  readonly pushed = new Map<string, (Macro | null)[]>();
  /** Names that may not stand everywhere: those of #pragma GCC poison, and two of the language. */
  readonly poisoned = new Set(['__VA_ARGS__', '__VA_OPT__']);
  /** In #pragma GCC poison: a name may be poisoned twice. */
  poisonedAllowed = false;
  /** In the definition of a macro with `...`: __VA_ARGS__ and __VA_OPT__ mean something. */
  variableArguments = false;
  /** Path → macro that, when defined, makes the file empty. */
  private readonly guards = new Map<string, string>();
  readonly printer: Printer;
  readonly sources: Source[] = [];
  source!: Source;
  /** In a group whose condition is false. */
  skipping = false;
  /** Set by #include: entered when its directive is over. */
  pendingInclude: Found | null = null;
  /** #import: never again. */
  pendingOnce = false;
  counter = 0;
  bytesRead = 0;
  private lineStart = false;

  constructor(
    readonly options: PreprocessOptions,
    readonly host: Host,
  ) {
    this.search = new IncludeSearch(host, {
      quote: options.quotePaths ?? [],
      angle: options.includePaths ?? [],
      system: options.systemPaths ?? [],
      standard: options.standardPaths ?? [],
    });
    this.printer = new Printer(options.noLineMarkers !== true, () =>
      this.fatal('the output exceeds 128 MiB: macros or files that never end'),
    );
    for (const [name, kind] of builtins) this.macros.set(builtin(name, kind));
  }

  /** Reads the main file to its end. */
  run(text: string, name: string): string {
    const directory = name.slice(0, name.lastIndexOf('/') + 1);
    this.bytesRead = text.length;
    const main = new Source(text, name, name, directory, -1, 0);
    try {
      this.predefine(main);
      this.sources.push((this.source = main));
      this.printer.fileChange(main, 1, '');
      this.printer.quiet = this.options.dumpMacros === true;
      this.drain();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
    if (this.options.dumpMacros === true) return this.dump();
    return this.printer.text();
  }

  /** The predefined macros, -D, -U, -imacros and -include. */
  private predefine(main: Source): void {
    const { options, printer } = this;
    for (const name of [main.name, '<built-in>', '<command-line>']) {
      printer.fileChange(new Source('', name, name, '', -1, 0), 0, '');
    }
    for (const [name, text] of predefined(options.mode ?? '64')) {
      if (options.pic === false && /^__(pic|PIC|pie|PIE)__$/.test(name)) continue;
      if (options.undef === true && !name.startsWith('__STDC') && name !== '__ASSEMBLER__') continue;
      this.macros.setLazy(name, text);
    }
    for (const [predicate, ...answers] of [
      ['system', 'linux', 'unix', 'posix'],
      ['cpu', options.mode === '32' ? 'i386' : 'x86_64'],
      ['machine', options.mode === '32' ? 'i386' : 'x86_64'],
    ]) {
      this.assertions.set(predicate, new Set(answers.map((answer) => `${answer}\n`)));
    }
    const commandLine = new Source('', '<command-line>', '<command-line>', '', -1, 0);
    this.source = commandLine;
    for (const { text, undefine } of options.define ?? []) defineFromOption(this, text, undefine === true);
    const wanted = [
      ...(options.imacros ?? []).map((path) => ({ path, quiet: true })),
      ...(options.include ?? []).map((path) => ({ path, quiet: options.dumpMacros === true })),
    ];
    for (const { path, quiet } of wanted) {
      this.sources.push((this.source = commandLine));
      const found = this.search.find(path, false, {
        path,
        index: -1,
        system: 0,
        directory: path.startsWith('/') ? '' : './',
      });
      if (found === null) this.fatal(`${path}: No such file or directory`);
      printer.quiet = quiet;
      this.enter(found);
      this.drain();
      printer.quiet = false;
      this.sources.length = 0;
    }
  }

  /** Everything up to the end of the outermost open file, to the printer. */
  private drain(): void {
    const { expander, printer } = this;
    for (;;) {
      if (expander.atFile && this.source.needLine && !this.skipping) this.plainLines();
      const t = expander.next();
      if (t.kind === PADDING) printer.padding(t);
      else if (t.kind === EOF) return;
      else printer.token(t);
    }
  }

  /** Prints lines in which nothing is to be done: no macro, no directive, no comment that goes on. */
  private plainLines(): void {
    const { source } = this;
    while (source.needLine && source.advance()) {
      this.checkSplices();
      if (source.spliced || !this.plainLine(source)) {
        this.lineStart = true;
        return;
      }
    }
  }

  private plainLine(source: Source): boolean {
    const { text, end, base } = source;
    const { macros } = this;
    let i = base;
    while (i < end && isBlank(text.charCodeAt(i))) i += 1;
    if (i >= end) {
      source.needLine = true;
      return true;
    }
    const first = i;
    if (text.charCodeAt(i) === 35) return false;
    let out = '';
    let from = i;
    let last = i;
    while (i < end) {
      const c = text.charCodeAt(i);
      if (isNameStart(c)) {
        const start = i;
        do i += 1;
        while (i < end && isNamePart(text.charCodeAt(i)));
        const name = text.slice(start, i);
        if (macros.has(name) || this.poisoned.has(name)) return false;
      } else if (isBlank(c)) {
        const start = i;
        do i += 1;
        while (i < end && isBlank(text.charCodeAt(i)));
        if (i < end && (i - start > 1 || c !== 32)) {
          out += text.slice(from, start) + ' ';
          from = i;
        }
        continue;
      } else if (isDigit(c) || (c === 46 && i + 1 < end && isDigit(text.charCodeAt(i + 1)))) i = numberEnd(text, i, end);
      else if (c === 34 || c === 39) {
        i = quoteEnd(text, i, end);
        if (i < 0) return false;
      } else if (c === 47 && i + 1 < end && (text.charCodeAt(i + 1) === 47 || text.charCodeAt(i + 1) === 42)) {
        if (text.charCodeAt(i + 1) === 42) {
          let after = text.indexOf('*/', i + 2);
          if (after < 0 || (after += 2) > end) return false;
          while (after < end && isBlank(text.charCodeAt(after))) after += 1;
          if (after < end || last === first) return false;
        } else if (last === first) return false;
        break;
      } else i += 1;
      last = i;
    }
    if (source.conditionals.length === 0 && (source.guard === undefined || source.guardClosed)) source.guard = null;
    source.needLine = true;
    if (this.options.keepSpacing === true) this.printer.plainLine(source.presumedLine, 1, text.slice(base, last));
    else this.printer.plainLine(source.presumedLine, first - base + 1, out === '' ? text.slice(from, last) : out + text.slice(from, last));
    return true;
  }

  /** The next token of the files, unexpanded; directives are done on the way. */
  nextFromFile(): Token {
    const { expander } = this;
    for (;;) {
      const t = expander.takeLookahead() ?? this.lex();
      if ((t.flags & BOL) !== 0 && !expander.inDirective) {
        if (t.kind === PUNCTUATOR && t.text === '#' && expander.parsingArgs !== 1 && runDirective(this, t)) continue;
        if (t.kind !== EOF && !this.skipping) {
          const { source } = this;
          if (source.conditionals.length === 0 && (source.guard === undefined || source.guardClosed)) source.guard = null;
          if (expander.parsingArgs === 0) this.printer.lineChange(t);
        }
      }
      if (expander.inDirective || !this.skipping || t.kind === EOF) return t;
    }
  }

  /** One token. In a directive the end of the line is EOF. */
  private lex(): Token {
    const { expander } = this;
    let flags = 0;
    if (this.lineStart) flags = BOL;
    this.lineStart = false;
    for (;;) {
      if (this.source.needLine) {
        if (expander.inDirective) return this.end(0);
        if (!this.freshLine()) return this.end(BOL);
        flags = expander.parsingArgs === 2 ? BOL | WHITE : BOL;
        if (this.skipping && this.skippableLine()) continue;
      }
      const t = lexToken(this.source, flags, (line) => this.bag.error('unterminated comment', { file: this.source.name, line }));
      if (t !== null) {
        if (t.kind === NAME && !this.skipping && this.poisoned.has(t.text)) this.comment(t);
        return t;
      }
    }
  }

  private end(flags: number): Token {
    return token(EOF, '', flags, this.source.presumedLine, 0);
  }

  /** In a skipped group: a line that is no directive and opens no comment. */
  private skippableLine(): boolean {
    const { source } = this;
    if (source.spliced) return false;
    const { text, end } = source;
    let i = source.pos;
    while (i < end && isBlank(text.charCodeAt(i))) i += 1;
    if (i < end && text.charCodeAt(i) === 35) return false;
    for (i = text.indexOf('/', i); i >= 0 && i < end; i = text.indexOf('/', i + 1)) if (text.charCodeAt(i + 1) === 42) return false;
    source.needLine = true;
    return true;
  }

  private freshLine(): boolean {
    for (;;) {
      if (this.source.advance()) {
        this.checkSplices();
        return true;
      }
      if (this.expander.parsingArgs !== 0) return false;
      this.leave();
      if (this.sources.length === 0) return false;
      if (this.sources.length === 1 && this.source.path === '<command-line>') {
        this.sources.length = 0;
        return false;
      }
    }
  }

  /** What is odd about the backslashes at the ends of the lines just joined. */
  private checkSplices(): void {
    const { source } = this;
    if (source.blankSplice > 0 && !/\/[/*]/.test(source.text)) {
      this.bag.warning('backslash and newline separated by space', this.at(source.blankSplice + source.lineDelta));
    }
    if (source.spliceAtEnd) this.bag.warning('backslash-newline at end of file', this.at(source.presumedLine));
    source.blankSplice = 0;
    source.spliceAtEnd = false;
  }

  /** The current file is at its end. */
  private leave(): void {
    const { source } = this;
    for (const open of source.conditionals) this.bag.error(`unterminated #${open.directive}`, this.at(open.line));
    if (typeof source.guard === 'string' && source.guardClosed) this.guards.set(source.path, source.guard);
    this.skipping = source.conditionals[0]?.wasSkipping ?? false;
    this.sources.pop();
    if (this.sources.length === 0) return;
    this.source = this.sources[this.sources.length - 1];
    const line = this.source.path === '<command-line>' ? 0 : this.source.presumedLine + 1;
    this.printer.fileChange(this.source, line, ' 2');
  }

  /** Begins to read an included file. */
  enter(found: Found): void {
    const guard = this.guards.get(found.path);
    if (this.once.has(found.path) || (guard !== undefined && this.macros.has(guard))) return;
    if (this.sources.length >= includeDepth) {
      this.fatal(`#include nested depth ${this.sources.length} exceeds maximum of ${includeDepth}`);
    }
    let text: string;
    try {
      text = this.search.read(found.path);
    } catch (error) {
      if (error instanceof HostError) this.fatal(`${found.path}: ${error.reason}`);
      throw error;
    }
    this.bytesRead += text.length;
    this.dependencies.add(found.path);
    const directory = found.path.slice(0, found.path.lastIndexOf('/') + 1);
    const from = this.source.presumedLine;
    this.source = new Source(text, found.path, found.path, directory, found.index, Math.max(found.system, this.source.system));
    this.sources.push(this.source);
    this.printer.fileChange(this.source, 1, ' 1', from);
  }

  definition(name: string): Macro | undefined {
    return this.macros.get(name);
  }

  /** Names about which there is something to say wherever they are read. */
  private comment(t: Token): void {
    if (t.text === '__VA_ARGS__' || t.text === '__VA_OPT__') {
      if (this.variableArguments) return;
      const since = t.text === '__VA_OPT__' ? 'C++20' : 'C99';
      this.warning(`${t.text} can only appear in the expansion of a ${since} variadic macro`, t);
    } else if (!this.poisonedAllowed) this.error(`attempt to use poisoned "${t.text}"`, t);
  }

  builtin(macro: Macro, line: number, name: Token): Token[] {
    return expandBuiltin(this, macro, line, name);
  }

  /** The definitions in force, one #define a line (-dM). */
  private dump(): string {
    let out = '';
    for (const name of this.macros.names()) {
      const macro = this.macros.get(name)!;
      if (macro.builtin === null) out += `${showDefinition(macro)}\n`;
    }
    return out;
  }

  at(line: number, column = 0, length = 1): Position {
    return column > 0 ? { file: this.source.name, line, column, length } : { file: this.source.name, line };
  }

  private position(t: Token | null): Position {
    return t === null || t.line === 0 ? this.at(this.source.presumedLine) : this.at(t.line, t.column, Math.max(1, t.text.length));
  }

  /** "included from here", innermost first. */
  private chain(): { message: string; at: Position }[] {
    return this.sources
      .slice(0, -1)
      .reverse()
      .filter((source) => source.path !== '<command-line>')
      .map((source) => ({
        message: 'included from here',
        at: { file: source.name, line: source.presumedLine },
      }));
  }

  error(message: string, t: Token | null, note?: string): void {
    this.bag.error(message, this.position(t), { chain: this.chain(), ...(note === undefined ? {} : { notes: [note] }) });
    if (this.bag.errors >= errorLimit) this.fatal('too many errors');
  }

  warning(message: string, t: Token | null): void {
    this.bag.warning(message, this.position(t), { chain: this.chain() });
  }

  fatal(message: string, t: Token | null = null): never {
    this.bag.error(message, this.position(t), { chain: this.chain() });
    throw new Stop();
  }
}
