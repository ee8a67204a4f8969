/**
 * The state of one assembly, and what directives and instructions do with it: symbols, sections, emission, messages.
 * The pipeline that drives it is in index.ts; statements are taken apart in statements.ts.
 */
import { DiagnosticBag, type Diagnostic, type Position } from '../diagnostics.js';
import type { Host } from '../host.js';
import { Arguments } from './arguments.js';
import type { Bundles } from './bundles.js';
import { constant, evaluate, isConstant, type Expr, type Scope, type Value } from './expression.js';
import type { AssembleOptions } from './index.js';
import type { LazyRequire } from '../lazy.js';
import { isPreemptible } from './final-scope.js';
import { LineReader } from './lines.js';
import type { Listing } from './listing.js';
import { Fixup, packField } from './fixup.js';
import { Section, type BranchTail, type Chain, type Fragment, type Tail } from './sections.js';
import { Source } from './source.js';
import { AsmSymbol, SymbolTable } from './symbols.js';
import { createState, type ArchState, type CodeState, type Encoded, type InsnFixup, type Suggestion } from './x86/index.js';

declare const require: LazyRequire;

const zeroByte = Uint8Array.of(0);

// Kept: each `require` of a module of the bundle makes its object of exports anew.
let grammar: typeof import('./grammar.js') | undefined;
let nops: typeof import('./x86/nops.js') | undefined;

/** Bytes that the sections with contents may hold together. A source that asks for more is taken for a mistake. */
export const SIZE_LIMIT = 2 ** 28;

/** Of the messages of a severity so many carry their source line and the like: no more are shown with it. */
const DETAILED = 100;

/** Definitions that one expression may lead to while reading. */
const EVALUATION_LIMIT = 20_000;

/** A section and a subsection of it. */
export interface Place {
  readonly section: Section;
  readonly subsection: number;
}

/** One instruction statement, for the line table. */
export interface LineRecord {
  readonly chain: Chain;
  readonly fragment: Fragment;
  readonly offset: number;
  /** Bytes of the instruction; 0: it goes to the end of its fragment, which relaxation sizes. */
  readonly length: number;
  readonly line: number;
  readonly file: string;
  readonly bits: 16 | 32 | 64;
}

export class Assembler {
  readonly bag = new DiagnosticBag();
  readonly symbols: SymbolTable;
  readonly sections: Section[] = [];
  readonly sectionsByName = new Map<string, Section[]>();
  /** Every file that was read. */
  readonly dependencies: string[] = [];
  readonly state: CodeState;
  readonly args = new Arguments(this);
  readonly lines: LineReader;

  /** What is being read; `push` nests. */
  source: Source;
  /** Where output goes. */
  section: Section;
  chain: Chain;
  previous: Place | null = null;
  readonly sectionStack: { current: Place; previous: Place | null }[] = [];
  readonly text: Section;
  readonly data: Section;
  readonly bss: Section;
  /** .struct, .offset: labels there are numbers. */
  readonly absoluteSection: Section;
  absoluteLocation = 0n;

  /** The file and line of the statement at hand, as messages show them. */
  line = 0;
  file = '';
  /** The statement's text and the column of its first character. */
  statement = '';
  column = 1;

  // Seams for the other parts; null until something needs them.
  /** A false conditional is being skipped (directives/conditional.ts). */
  skipping = false;
  /** Expands a macro of that name and returns true, or returns false (directives/macro.ts). `name` is as written. */
  expandMacro: ((name: string, args: Arguments) => boolean) | null = null;
  /** Called before the bytes of each instruction statement (.loc, -g). */
  beforeInstruction: (() => void) | null = null;
  /** Called with each instruction before and after its bytes (-mx86-used-note, -malign-branch-boundary). */
  beforeEncoded: ((encoded: Encoded) => void) | null = null;
  afterEncoded: ((encoded: Encoded) => void) | null = null;
  /** Set by .bundle_align_mode and its like. */
  bundles: Bundles | null = null;
  /** Called with each directive and its arguments when it has been carried out. */
  afterDirective: ((name: string, text: string) => void) | null = null;
  /** Called for each label that is defined (.loc_mark_labels, -g). */
  onLabel: ((symbol: AsmSymbol) => void) | null = null;
  /** Called when the sources have been read, before relaxation (.eh_frame, .debug_line, …). */
  readonly finishers: (() => void)[] = [];
  /** Room for the other parts' own state, by part: `macros`, `cfi`, `dwarf`, … */
  readonly parts = new Map<string, unknown>();
  /** Called with each statement and line for listings. */
  listing: Listing | null = null;
  /** Errors that are reported when there are no others. */
  readonly lastResort: Diagnostic[] = [];
  /** What .print said. */
  printed = '';

  /** The cacheable encoding of the statement just carried out, if it was one instruction: for the cache by line text. */
  encodedInstruction: Encoded | null = null;
  /** The expression just parsed depends on where it stands (`.`, `1b`): its statement cannot be cached. */
  usedChanging = false;
  /** How often relaxation has changed a size, computed ones not counted: what is computed from addresses holds until it changes. */
  moves = 0;
  /** Something that only GNU/Linux loaders and linkers know was used: EI_OSABI says so. */
  gnuExtensions = false;
  /** gas reads the operands of `movq` twice when it turns out to be `mov` with a suffix: the order of symbols shows it. */
  readTwice = false;
  /** The label last defined, in which statement: a macro defined behind it is called so. */
  lineLabel: { readonly symbol: AsmSymbol; readonly statement: number } | null = null;
  /** Name of the first file, for messages about the whole. */
  firstFile = '';
  /** Set by .end and by what stops the reading of everything. */
  ended = false;
  /** Code size at the first instruction, when a directive had set it. */
  entryBits: 16 | 32 | 64 | undefined;
  codeSizeSet = false;
  readonly lineRecords: LineRecord[] = [];
  readonly recordLines: boolean;
  /** Gives up on files with absurdly many errors. */
  fatal = false;

  constructor(
    readonly options: AssembleOptions,
    readonly host: Host,
  ) {
    this.symbols = new SymbolTable(options.keepLocals === true, options.abi === '32');
    this.state = createState(options);
    this.recordLines = options.lineTable !== false;
    this.source = new Source('', '');
    this.lines = new LineReader({
      marker: (text) => this.lineMarker(text),
      endWarning: (message) => this.warningAt(message, this.source.logicalFile, 0),
      lineWarning: (message) => this.warningAt(message, this.source.logicalFile, this.source.logicalLine),
    });
    this.text = this.makeSection('.text');
    this.text.flags = 6n;
    this.data = this.makeSection('.data');
    this.data.flags = 3n;
    this.bss = this.makeSection('.bss');
    this.bss.flags = 3n;
    this.bss.type = 8;
    this.bss.noBits = true;
    this.absoluteSection = new Section('*ABS*');
    this.absoluteSection.absolute = true;
    this.absoluteSection.noBits = true;
    this.section = this.text;
    this.chain = this.text.chain(0);
    this.data.chain(0);
    this.bss.chain(0);
  }

  get is64(): boolean {
    return this.options.abi !== '32';
  }

  /** Bytes of an address: 4 for --32 and --x32, 8 for --64. */
  get addressSize(): 4 | 8 {
    return this.options.abi === '32' || this.options.abi === 'x32' ? 4 : 8;
  }

  // ---- messages -------------------------------------------------------------------------------------------------

  /** Where the statement at hand stands; `column` counts from 1 in its line, 0 is the whole line. */
  position(column = 0, length = 1): Position {
    return { file: this.file || this.source.logicalFile, line: this.line, column, length };
  }

  private linePosition(): Position {
    return { file: this.file || this.source.logicalFile, line: this.line };
  }

  /** The statement's place outside all macros: where the outermost was invoked. */
  topPosition(): { readonly file: string; readonly line: number } {
    let top: Source | null = null;
    for (let source: Source | null = this.source; source !== null; source = source.parent) if (source.macro) top = source.parent;
    return top === null ? { file: this.file, line: this.line } : { file: top.logicalFile, line: top.logicalLine };
  }

  /** A `suggestion` that takes a search is a function: it is asked only where it is shown. */
  error(message: string, column = 0, length = 1, notes?: readonly string[], suggestion?: Suggestion): void {
    if (this.bag.errors >= DETAILED) this.report({ severity: 'error', message, at: this.linePosition() });
    else {
      const said = typeof suggestion === 'function' ? suggestion() : suggestion;
      this.report({ severity: 'error', message, at: this.position(column, length), ...this.context(), notes, suggestion: said });
    }
  }

  /** An error after which nothing is read. */
  fatalError(message: string, column = 0): void {
    this.report({ severity: 'error', fatal: true, message, at: this.position(column), ...this.context() });
    this.fatal = this.ended = true;
  }

  warning(message: string, column = 0, length = 1): void {
    if (this.bag.warnings >= DETAILED) this.report({ severity: 'warning', message, at: this.linePosition() });
    else this.report({ severity: 'warning', message, at: this.position(column, length), ...this.context() });
  }

  errorAt(message: string, file: string, line: number): void {
    this.report({ severity: 'error', message, at: { file, line, column: 0 } });
  }

  warningAt(message: string, file: string, line: number): void {
    this.report({ severity: 'warning', message, at: { file, line, column: 0 } });
  }

  report(diagnostic: Diagnostic): void {
    if (diagnostic.severity === 'error' && this.bag.errors >= 10_000) {
      this.fatal = this.ended = true;
      return;
    }
    this.bag.report(diagnostic);
  }

  /** The source line and the chain of macros and files that led to it. */
  private context(): Partial<Diagnostic> {
    const { source } = this;
    const chain: { message: string; at: Position }[] = [];
    let depth = 0;
    for (let inner: Source | null = source; inner?.parent != null && depth < 12; inner = inner.parent, depth++) {
      if (inner.label !== '') chain.push({ message: inner.label, at: inner.parent.position() });
    }
    const sourceLine = source.text === '' ? undefined : source.lineText(Math.max(0, this.lines.start));
    return { sourceLine, ...(chain.length > 0 ? { chain } : {}) };
  }

  // ---- input ----------------------------------------------------------------------------------------------------

  /** Reads `source` next, then what was being read. */
  push(source: Source): void {
    source.parent = this.source;
    this.source.pendingLines = this.lines.extraLines;
    this.lines.extraLines = 0;
    this.source = source;
  }

  /** The statement at hand, `text`, up to the end of its line: a string that goes on there is cut, with a warning if `warn`. */
  endWithLine(text: string, warn: boolean): string {
    if (!text.includes('\n')) return text;
    this.lines.again(this.source, warn);
    this.statement = this.lines.text;
    return this.statement;
  }

  /** The next statement of all that is being read, in `lines.text`; false when there is none left. */
  nextStatement(): boolean {
    this.source.line += this.lines.extraLines;
    this.lines.extraLines = 0;
    while (!this.lines.next(this.source)) {
      const { parent } = this.source;
      if (this.source.onEnd?.() === true) continue;
      if (this.listing !== null) this.listing.endOfFile(this.source);
      if (parent === null) return false;
      this.source = parent;
      parent.line += parent.pendingLines;
      parent.pendingLines = 0;
    }
    this.symbols.statement += 1;
    this.line = this.source.logicalLine;
    this.file = this.source.logicalFile;
    this.statement = this.lines.text;
    this.column = this.lines.column;
    if (this.listing !== null) this.listing.statement();
    return true;
  }

  /**
   * Where gas has stepped over the end of the statement unawares, the line that follows is what it finds behind the
   * operands; the line is not counted either. `junk`: it is reported, else dropped.
   */
  swallowLine(junk = true): void {
    const { source, lines } = this;
    if (!source.atLineStart) {
      if (junk) this.swallow(source, lines);
      return;
    }
    const { text, pos } = source;
    const newline = text.indexOf('\n', pos);
    if (/^[ \t\r\f]*(?:#.*)?$/.test(text.slice(pos, newline < 0 ? text.length : newline))) {
      source.pos = newline < 0 ? text.length : newline + 1;
      return;
    }
    const { line } = source;
    this.swallow(source, lines, junk);
    source.line = line;
  }

  private swallow(source: Source, lines: LineReader, junk = true): void {
    if (lines.next(source) && junk) this.args.start(lines.text, 0, lines.column).demandEnd();
  }

  /** `# 12 "file" 1 3`: the next line is line 12 of file. */
  private lineMarker(text: string): void {
    const match = /^[ \t]*(\d+)(?:[ \t]+"((?:[^"\\]|\\.)*)")?/.exec(text);
    if (match === null) return;
    const file = match[2]?.replace(/\\(["\\])/g, '$1');
    this.setLine(Number(match[1]), file, true);
  }

  /**
   * The line after the one at hand is `line`, it and all that follow belong to `file` (.line, .file, .linefile, line
   * markers). One alone changes nothing: until both are known the physical file and line count.
   */
  setLine(line: number | undefined, file?: string, marker = false): void {
    const { source } = this;
    if (line !== undefined) source.saidDelta = line - (source.line + 1);
    if (file !== undefined) source.saidFile = file;
    if (source.saidDelta === null || source.saidFile === null) return;
    source.placed = !marker;
    source.lineDelta = source.saidDelta;
    source.logicalFile = source.saidFile;
  }

  // ---- symbols and expressions ----------------------------------------------------------------------------------

  /** A plain name in an expression: its symbol, or the number it stands for by now; null when only the parser can tell. */
  plainSymbol(name: string): Expr | null {
    if (this.state.nakedRegisters) return null;
    return this.symbolReference(name);
  }

  /** Only the grammar can tell what `name` is in an expression: a register, a number, another symbol. */
  standsForMore(name: string): boolean {
    if (this.state.nakedRegisters || (name === '.' && this.section.absolute)) return true;
    const symbol = this.symbols.find(name);
    return symbol !== undefined && (symbol.equated !== null || symbol.weakrefTarget !== null);
  }

  /** .eqv reads its expression: names stay names, whatever they stand for now. */
  deferring = false;

  /** A use of the symbol `name`: a constant when it is absolute by now, as gas folds it. */
  symbolReference(name: string): Expr {
    return this.referenceTo(this.symbols.findOrMake(name));
  }

  /** The same for the name in `text[start, end)`. */
  symbolIn(text: string, start: number, end: number): Expr {
    return this.referenceTo(this.symbols.findOrMakeIn(text, start, end));
  }

  private referenceTo(symbol: AsmSymbol): Expr {
    if (symbol.weakrefTarget !== null) {
      let target = symbol.weakrefTarget;
      while (target.weakrefTarget !== null) target = target.weakrefTarget;
      target.weakrefUsed = true;
      return target.reference;
    }
    const { equated } = symbol;
    symbol.used = true;
    if (equated !== null && !this.deferring) {
      if (symbol.forward) return this.cloneForward(symbol, 0);
      if ((equated.kind === 'constant' || equated.kind === 'big') && symbol.binding !== 'weak') return equated;
      if (equated.kind === 'register') return equated;
    } else if (symbol.section === null) {
      if (symbol.line === 0) {
        symbol.line = this.line;
        symbol.file = this.file;
      }
    }
    return symbol.reference;
  }

  /** .eqv: its expression with what its names stand for now. */
  private cloneForward(symbol: AsmSymbol, depth: number): Expr {
    if (depth === 0) this.evaluations = 0;
    if (symbol.equated === null || depth > 200 || (this.evaluations += 1) > EVALUATION_LIMIT) return symbol.reference;
    const renew = (expr: Expr): Expr => {
      switch (expr.kind) {
        case 'symbol': {
          if (expr.symbol === this.movingDot) return this.dot();
          const now = this.symbols.find(expr.symbol.name) ?? expr.symbol;
          if (now.equated === null) return now.reference;
          if (now.forward) return this.cloneForward(now, depth + 1);
          return now.equated.kind === 'constant' ? now.equated : now.reference;
        }
        case 'unary':
          return { ...expr, operand: renew(expr.operand) };
        case 'binary':
          return { ...expr, left: renew(expr.left), right: renew(expr.right) };
        default:
          return expr;
      }
    };
    const fresh = renew(symbol.equated);
    const value = evaluate(fresh, this.scope);
    return value !== null && isConstant(value) ? constant(value.value) : fresh;
  }

  /** `.`: where output stands now. */
  dot(): Expr {
    this.usedChanging = true;
    if (this.deferring) return this.movingDot.reference;
    if (this.section.absolute) return constant(this.absoluteLocation);
    return this.here().reference;
  }

  /** `.` in an expression of .eqv: the place of each use; for the symbol's own value the place where output ended. */
  readonly movingDot = new AsmSymbol('.');

  /** When everything has been read. */
  settleMovingDot(): void {
    const { section, fragment, offset } = this.here();
    Object.assign(this.movingDot, { section, fragment, offset, temporary: true });
  }

  /** A nameless label at the present place. */
  here(): AsmSymbol {
    const symbol = new AsmSymbol('.');
    symbol.temporary = true;
    symbol.section = this.section;
    symbol.fragment = this.chain.last;
    symbol.offset = this.section.absolute ? Number(this.absoluteLocation) : this.chain.data.length - this.chain.last.start;
    return symbol;
  }

  /** Parses an expression: plain shapes by hand, the rest with the grammar. For the instruction encoder. */
  parseExpression(text: string, column: number): Expr {
    const args = new Arguments(this).start(text, 0, column);
    const expr = args.expression(true);
    if (!args.atEnd()) this.error(`junk \`${args.rest()}' after expression`, args.at);
    if (
      (expr.kind !== 'binary' && expr.kind !== 'unary') ||
      (expr.kind === 'binary' && expr.left.kind === 'symbol' && expr.right.kind === 'constant') ||
      (expr.kind === 'binary' && expr.operator === '+' && expr.left.kind === 'constant' && expr.right.kind === 'symbol')
    )
      return expr;
    // The distance of labels that nothing between them can move is a number; when they come later it is not yet.
    const value = this.evaluateNow(expr);
    if (value !== null && isConstant(value) && value.reloc === undefined) return constant(value.value);
    this.usedChanging = true;
    return expr;
  }

  /** The grammar's reading of an expression at the cursor. */
  fullExpression(args: Arguments, relocations: boolean): Expr {
    grammar ??= require('./grammar.js') as typeof import('./grammar.js');
    return grammar.parseExpressionAt(this, args, relocations);
  }

  /** The character that ended the statement at hand. */
  get terminator(): string {
    return this.source.text[this.source.pos - 1] === ';' ? ';' : '\n';
  }

  /** Reduces with what is known while reading; null after a message. */
  evaluateNow(expr: Expr): Value | null {
    this.evaluations = 0;
    return evaluate(expr, this.scope);
  }

  /**
   * The same where a number is wanted at once, as by .if (gas: expression_and_evaluate). `space`: what comes later may
   * still decide (gas: resolve_expression).
   */
  reduceNow(expr: Expr, space = false): Value | null {
    this.evaluations = 0;
    return evaluate(expr, space ? this.spaceScope : this.numberScope);
  }

  /** Definitions followed for one expression. */
  private evaluations = 0;

  /** What is known while reading: distances inside fragments and over fixed fragments. */
  readonly scope: Scope = {
    distance: (a, b) => {
      if (a.fragment === null || b.fragment === null) return null;
      if (isPreemptible(a) || isPreemptible(b)) return null;
      if (a.fragment === b.fragment) return BigInt(a.offset - b.offset);
      const between = fixedDistance(a.fragment, b.fragment);
      return between === null ? null : between + BigInt(a.offset - b.offset);
    },
    equated: (symbol) => {
      // Definitions that double at each step are left for later.
      if (symbol.equated === null || (this.evaluations += 1) > EVALUATION_LIMIT) return null;
      if (symbol.resolving) {
        this.error(`symbol definition loop encountered at \`${symbol.name}'`);
        return { add: null, sub: null, value: 0n };
      }
      symbol.resolving = true;
      const value = evaluate(symbol.equated, this.quietScope);
      symbol.resolving = false;
      // What cannot be reduced yet stays the symbol.
      return value !== null && (value.sub === null || value.add === null) && value.sub === null ? value : null;
    },
    wholeParts: true,
    undecided: (a, b) => a?.defined === false || b?.defined === false || (a?.section != null && a.section === b?.section),
    invalid: () => {},
    divisionByZero: () => {
      this.error('division by zero');
    },
  };

  private readonly spaceScope: Scope = {
    ...this.scope,
    numbersWanted: true,
    leastDistance: (a, b) => leastDistance(a, b),
    undecided: (a, b) => a?.defined === false || b?.defined === false,
  };
  private readonly numberScope: Scope = { ...this.spaceScope, undecided: () => false };
  private readonly quietScope: Scope = { ...this.scope, divisionByZero: () => {} };

  /** Defines a label here. */
  defineLabel(name: string, column = 0): AsmSymbol {
    const symbol = this.symbols.findOrMake(name);
    this.define(symbol, column);
    return symbol;
  }

  /** `symbol` is a label here. */
  define(symbol: AsmSymbol, column: number): void {
    if (symbol.redefinable && symbol.defined) {
      // .set does not bind the name to what it stood for: earlier uses keep that.
      this.forget(symbol);
      symbol = this.symbols.replace(symbol);
      symbol.redefinable = false;
    } else if (symbol.defined || symbol.common !== null) {
      // The same label at the same place once more changes nothing, and gas takes it.
      const again = symbol.common === null && symbol.equated === null && symbol.section === this.section && !this.section.absolute;
      if (again && symbol.fragment === this.chain.last && symbol.offset === this.chain.data.length - this.chain.last.start) return;
      this.error(`symbol \`${symbol.name}' is already defined`, column, symbol.name.length);
      return;
    }
    this.placeSymbol(symbol);
    this.onLabel?.(symbol);
  }

  /** Puts an undefined symbol at the present place. */
  placeSymbol(symbol: AsmSymbol): void {
    symbol.line = this.line;
    symbol.file = this.file;
    if (this.listing !== null) this.listing.label(symbol);
    if (this.section.absolute) {
      symbol.equated = constant(this.absoluteLocation);
      this.forget(symbol);
      return;
    }
    symbol.section = this.section;
    symbol.fragment = this.chain.last;
    symbol.offset = this.chain.data.length - this.chain.last.start;
  }

  /** Cached encodings that used `symbol` as an unknown do not apply any more. */
  forget(symbol: AsmSymbol): void {
    if (symbol.used) this.state.epoch += 1;
  }

  // ---- sections -------------------------------------------------------------------------------------------------

  /** A new section; `named`: its name is also a symbol, as for sections that the source names. */
  makeSection(name: string, named = true): Section {
    const section = new Section(name);
    this.sections.push(section);
    section.symbol = this.symbols.sectionSymbol(section, named);
    if (named && (name.startsWith('.eh_frame') ? name[9] !== '_' : name.startsWith('.debug_frame'))) {
      const { HandFrames } = require('./dwarf/hand-frames.js') as typeof import('./dwarf/hand-frames.js');
      section.frames = new HandFrames(section);
    }
    const same = this.sectionsByName.get(name);
    if (same === undefined) this.sectionsByName.set(name, [section]);
    else same.push(section);
    return section;
  }

  /** Output goes to `subsection` of `section` from now on. */
  switchTo(section: Section, subsection = 0): void {
    this.previous = { section: this.section, subsection: this.chain.number };
    this.enter(section, subsection);
  }

  /** Like `switchTo`, without remembering where output was. */
  enter(section: Section, subsection = 0): void {
    this.section = section;
    this.chain = section.chain(subsection);
  }

  get place(): Place {
    return { section: this.section, subsection: this.chain.number };
  }

  // ---- emission -------------------------------------------------------------------------------------------------

  /** The low `size` bytes of a number (|value| < 2**53). */
  emitInt(size: number, value: number): void {
    if (this.section.noBits && !this.checkBits(value === 0, size)) return;
    const { data } = this.chain;
    let at = data.reserve(size);
    const { bytes } = data;
    if (size > 4) {
      bytes.fill(value < 0 ? 255 : 0, at + 4, at + size);
      const high = Math.floor(value / 4294967296);
      for (let i = 4, h = high; i < size && i < 8; i++, h >>= 8) bytes[at + i] = h;
      size = 4;
    }
    for (; size > 0; size--, at++, value >>= 8) bytes[at] = value;
  }

  /** The low `size` bytes of a bigint. */
  emitBig(size: number, value: bigint): void {
    if (this.section.noBits && !this.checkBits(value === 0n, size)) return;
    const { data } = this.chain;
    const at = data.reserve(size);
    for (let i = 0; i < size; i++, value >>= 8n) data.bytes[at + i] = Number(value & 0xffn);
  }

  emitBytes(bytes: ArrayLike<number>): void {
    if (this.section.noBits && !this.checkBits(allZero(bytes), bytes.length)) return;
    this.chain.data.append(bytes);
  }

  /** One byte for each character (sources are latin1). */
  emitText(text: string): void {
    if (this.section.noBits) {
      if (this.section.absolute) {
        this.error('strings must be placed into a section');
        return;
      }
      if (text !== '') this.error(`attempt to store non-empty string in section \`${this.section.name}'`);
    }
    const { data } = this.chain;
    const at = data.reserve(text.length);
    for (let i = 0; i < text.length; i++) data.bytes[at + i] = text.charCodeAt(i);
  }

  /** In .bss and .struct only zeros may be stored. In .struct they only move the location; returns whether to go on. */
  private checkBits(zero: boolean, size: number): boolean {
    const { section } = this;
    if (section.absolute) {
      if (!zero) this.error('attempt to store value in absolute section');
      this.moveAbsolute(BigInt(size));
      return false;
    }
    if (!zero) this.error(`attempt to store non-zero value in section \`${section.name}'`);
    return true;
  }

  private moveAbsolute(count: bigint): void {
    this.absoluteLocation = BigInt.asIntN(64, this.absoluteLocation + count);
  }

  /** An integer expression in `size` bytes of data. */
  emitExpression(size: number, expr: Expr, pcrel = false, signed = false): void {
    if (expr.kind === 'constant') return this.emitBig(size, expr.value);
    if (this.section.noBits && !this.checkBits(false, size)) return;
    if (expr.kind !== 'reloc' || this.operatorFits(expr.operator, size, pcrel, null)) this.addFixup(size, expr, pcrel, undefined, signed);
    this.chain.data.reserve(size);
  }

  /** A fixup of role data at the present place; the caller reserves the bytes. */
  addFixup(size: number, expression: Expr, pcrel = false, type?: number, signed = false): void {
    const { chain } = this;
    const field = packField(size, pcrel, signed, 'data', this.state.bits);
    const offset = chain.data.length - chain.last.start;
    this.section.fixups.push(new Fixup(chain.last, offset, expression, field, this.line, this.file, type));
  }

  /** False after a message that the operator's relocation does not fit a field. */
  private operatorFits(operator: string, size: number, pcrel: boolean, sign: boolean | null): boolean {
    if (size === 0) return true;
    const { operatorProblem } = require('./operators.js') as typeof import('./operators.js');
    const problem = operatorProblem(this, operator, size, pcrel, sign);
    if (problem !== '') this.error(problem);
    return problem === '';
  }

  /** Ends the fragment with a part that relaxation sizes. */
  tail(tail: Tail): void {
    this.chain.close(tail, this.line, this.file);
  }

  /** Nothing has to know of each instruction but -g and the like. */
  get emitsPlainly(): boolean {
    return this.bundles === null && this.beforeEncoded === null && this.afterEncoded === null;
  }

  /**
   * Room for an instruction of `count` bytes, where `emitsPlainly`: its place in `chain.data`, -1: none. `recorded`: its length for
   * the line table.
   */
  reserveInstruction(count: number, recorded = count): number {
    this.beforeInstruction?.();
    const { section, chain } = this;
    if (section.absolute) {
      this.moveAbsolute(BigInt(count));
      return -1;
    }
    section.hasCode = true;
    if (this.recordLines) this.recordLine(chain.last, chain.data.length - chain.last.start, recorded);
    return chain.data.reserve(count);
  }

  /** Such an instruction: `count` bytes of `source` from `from` on. */
  emitInstructionBytes(source: Uint8Array, from: number, count: number): void {
    const at = this.reserveInstruction(count);
    if (at < 0) return;
    const { bytes } = this.chain.data;
    for (let i = 0; i < count; i++) bytes[at + i] = source[from + i];
  }

  /** The fixup of a field of the instruction that has `count` bytes from `at` on in the open fragment. */
  addField(at: number, count: number, fixup: InsnFixup, expression: Expr): void {
    const { offset, size, pcrel, role, signed } = fixup;
    if (role === 'memory' || role === 'branch' || this.state.syntax === 'intel') this.listMentioned(expression);
    if (expression.kind === 'reloc' && !this.operatorFits(expression.operator, size, pcrel, signed)) return;
    const fragment = this.chain.last;
    const trailing = pcrel ? count - offset - size : 0;
    const plt = role === 'branch' && mayBeElsewhere(expression);
    const field = packField(size, pcrel, signed, role, this.state.bits, offset, trailing, plt, fixup.relaxable, fixup.baseless);
    this.section.fixups.push(new Fixup(fragment, at - fragment.start + offset, expression, field, this.line, this.file, undefined));
  }

  /** A jump that relaxation sizes ends the instruction at hand. */
  addBranch(branch: BranchTail): void {
    this.listMentioned(branch.target);
    this.chain.close(branch, this.line, this.file);
  }

  /** The bytes and fixups of one instruction statement. */
  emitEncoded(encoded: Encoded): void {
    if (this.bundles !== null) this.bundles.before();
    this.beforeInstruction?.();
    const { section, chain } = this;
    if (section.absolute) {
      // Only its length counts there; that of a jump is not known yet.
      if (encoded.branch !== undefined) this.error('relaxable branches not supported in absolute section');
      else this.moveAbsolute(BigInt(encoded.bytes.length));
      return;
    }
    section.hasCode = true;
    if (this.beforeEncoded !== null) {
      this.beforeEncoded(encoded);
    }
    const { data } = chain;
    const { bytes, fixups, branch } = encoded;
    const at = data.length;
    const fragment = chain.last;
    const count = bytes.length;
    if (this.recordLines) this.recordLine(fragment, at - fragment.start, branch === undefined ? count : 0);
    data.reserve(count);
    const target = data.bytes;
    for (let i = 0; i < count; i++) target[at + i] = bytes[i];
    for (let i = 0; i < fixups.length; i++) this.addField(at, count, fixups[i], fixups[i].expression);
    if (branch !== undefined) this.addBranch(branch);
    if (this.afterEncoded !== null) this.afterEncoded(encoded);
    if (this.bundles !== null) this.bundles.after();
  }

  /** `.org target, fill`. */
  org(target: Expr, fill: number): void {
    const value = this.evaluateNow(target);
    if (this.section.absolute) {
      if (fill !== 0) this.warning('ignoring fill value in absolute section');
      if (value === null || !isConstant(value)) this.error('only constant offsets supported in absolute section');
      this.absoluteLocation = value !== null && isConstant(value) ? value.value : 0n;
      return;
    }
    const section = value?.add?.section ?? null;
    if (section !== null && section !== this.section) this.error(`invalid segment "${section.name}"`);
    else this.tail({ kind: 'org', target, fill });
  }

  /** .align and relatives: to a multiple of 2**power, with nops in code when `fill` is null (or one nop byte). */
  align(power: number, fill: Uint8Array | null, max: number): void {
    const { section } = this;
    if (section.absolute) {
      if (fill?.some((byte) => byte !== 0) === true) this.warning('ignoring fill value in absolute section');
      const mask = (1n << BigInt(power)) - 1n;
      const next = (this.absoluteLocation + mask) & ~mask;
      if (max === 0 || next - this.absoluteLocation <= BigInt(max)) this.absoluteLocation = next;
      return;
    }
    if (fill?.some((byte) => byte !== 0) === true && section.noBits) this.warning(`ignoring fill value in section \`${section.name}'`);
    if (power !== 0) {
      const code =
        (section.flags & 4n) !== 0n && (fill === null || (fill.length === 1 && fill[0] === 0x90 && this.options.plainNops !== true));
      this.tail({
        kind: 'align',
        power,
        fill: code ? null : (fill ?? zeroByte),
        max,
        bits: this.state.bits,
        tune: this.state.arch,
      });
    }
    // As in gas, 2**63 asks for nothing.
    if (power > section.alignPower && power < 63) section.alignPower = power;
  }

  /** `count` times `pattern`, for a count that may be known only later. */
  fill(count: Expr, pattern: Uint8Array, nonZero: boolean): void {
    const { section } = this;
    if (section.absolute) {
      if (count.kind !== 'constant') this.error('non-constant fill count for absolute section');
      else {
        if (nonZero) this.error('attempt to fill absolute section with non-zero value');
        this.moveAbsolute(count.value * BigInt(pattern.length));
      }
      return;
    }
    if (nonZero && section.noBits) this.error(`attempt to fill section \`${section.name}' with non-zero value`);
    if (count.kind === 'constant' && count.value * BigInt(pattern.length) <= 1024n) {
      const { chain } = this;
      const { data } = chain;
      const start = data.length;
      for (let i = Number(count.value); i > 0; i--) data.append(pattern);
      (chain.filled ??= []).push(start, data.length);
      return;
    }
    this.tail({ kind: 'fill', count, pattern });
  }

  /**
   * .space, .dcb.*, .ds.*: `count` items of `size` bytes, 0 being one byte whose count relaxation may settle. A count that
   * is not known yet counts bytes, whatever the size.
   */
  space(count: Expr, size: number, value: Expr): void {
    const { section } = this;
    const fill = value.kind === 'constant' ? value.value : null;
    const plain = fill !== null && fill >= -0x80n && fill <= 0xffn && (size < 2 || fill === 0n);
    if (!plain && !section.noBits) {
      const known = this.constantOf(count);
      if (known === null) this.error('unsupported variable size or fill value');
      else if (known.value < 0n || known.value > 1024n) {
        this.error(`size value for space directive too large: ${BigInt.asUintN(64, known.value).toString(16)}`);
      } else this.repeatValue(Number(known.value), size || 1, value);
      return;
    }
    const known = size === 0 || section.absolute || isDistance(count) ? this.constantOf(count) : count.kind === 'constant' ? count : null;
    const bytes = known === null ? this.plainCount(count) : constant(known.value * BigInt(size || 1));
    if (bytes.kind === 'constant' && bytes.value <= 0n) {
      this.warning('.space repeat count is zero, ignored');
      return;
    }
    if (known === null && section.absolute) {
      this.error('space allocation too complex in absolute section');
      this.switchTo(this.text);
      return;
    }
    if (fill !== 0n && section.noBits) {
      this.warning(`ignoring fill value in ${section.absolute ? 'absolute section' : `section \`${section.name}'`}`);
      this.fill(bytes, zeroByte, false);
    } else this.fill(bytes, Uint8Array.of(Number(BigInt.asUintN(8, fill ?? 0n))), false);
  }

  /** An expression of which only the symbol counts when that is undefined, with a warning (gas: get_known_segmented_expression). */
  knownExpression(args: Arguments): Expr {
    const { at } = args;
    const expr = args.expression();
    if (expr.kind === 'absent' || expr.kind === 'big' || expr.kind === 'float') {
      this.error('expected address expression', at);
      return constant(0);
    }
    const add = expr.kind === 'constant' ? null : (this.evaluateNow(expr)?.add ?? null);
    if (add === null || add.section !== null || add.equated !== null) return expr;
    this.warning(`symbol "${add.name}" undefined; zero assumed`, at);
    return add.reference;
  }

  private repeatValue(count: number, size: number, value: Expr): void {
    const { emitInteger } = require('./directives/data.js') as typeof import('./directives/data.js');
    // Only the first item's sign fills more than 64 bits.
    const other = value.kind === 'constant' ? constant(value.value) : value;
    for (let i = 0; i < count; i++) emitInteger(this, size, i === 0 ? value : other);
  }

  /** A number too wide or with a fraction counts nothing, after a message. */
  plainCount(count: Expr): Expr {
    if (count.kind !== 'big' && count.kind !== 'float') return count;
    this.error(count.kind === 'big' ? 'bignum invalid' : 'floating point number invalid');
    return { kind: 'unary', operator: '+', operand: constant(0) };
  }

  private constantOf(expr: Expr): (Expr & { kind: 'constant' }) | null {
    if (expr.kind === 'absent' || expr.kind === 'big') return null;
    const value = this.reduceNow(expr, true);
    return value !== null && isConstant(value) ? (constant(value.value) as Expr & { kind: 'constant' }) : null;
  }

  /** .struct: labels are numbers from `location` on. */
  enterAbsolute(location: bigint): void {
    this.switchTo(this.absoluteSection);
    this.absoluteLocation = location;
  }

  /** Padding in code: the nops of the CPU in force where the alignment stood; zeros in data. */
  fillCode(bytes: Uint8Array, at: number, size: number, bits: 16 | 32 | 64, tune: unknown, section: Section): void {
    if (size === 0 || (section.flags & 4n) === 0n) return;
    nops ??= require('./x86/nops.js') as typeof import('./x86/nops.js');
    bytes.set(nops.fillNops(size, bits, tune as ArchState), at);
  }

  /** .nops: `control` is the longest single nop, 0 for the CPU's longest. */
  fillNops(bytes: Uint8Array, at: number, size: number, control: number, bits: 16 | 32 | 64, tune: unknown, fragment: Fragment): void {
    const { explicitNops } = require('./x86/nops.js') as typeof import('./x86/nops.js');
    bytes.set(
      explicitNops(size, control, bits, tune as ArchState, (message) =>
        this.lastResort.push({ severity: 'error', message, at: { file: fragment.file, line: fragment.line, column: 0 } }),
      ),
      at,
    );
  }

  /** A `.L` name takes its place in the symbol table's order where an operand begins with it and it was known before. */
  private listMentioned(expr: Expr): void {
    if (this.state.syntax === 'intel') return this.listAll(expr);
    while (expr.kind !== 'symbol') {
      if (expr.kind === 'binary') expr = expr.left;
      else if (expr.kind === 'reloc') expr = expr.operand;
      else return;
    }
    if (!expr.symbol.listed && !expr.symbol.temporary && (this.readTwice || expr.symbol.born !== this.symbols.statement))
      this.symbols.list(expr.symbol);
  }

  /** In Intel syntax every `.L` name of an operand, and of a number in data, takes its place at once. */
  listAll(expr: Expr): void {
    if (expr.kind === 'symbol') {
      if (!expr.symbol.listed && !expr.symbol.temporary) this.symbols.list(expr.symbol);
    } else if (expr.kind === 'binary') {
      this.listAll(expr.left);
      this.listAll(expr.right);
    } else if (expr.kind === 'unary' || expr.kind === 'reloc') this.listAll(expr.operand);
  }

  private recordLine(fragment: Fragment, offset: number, length: number): void {
    if (this.entryBits === undefined && this.codeSizeSet) this.entryBits = this.state.bits;
    this.lineRecords.push({ chain: this.chain, fragment, offset, length, line: this.line, file: this.file, bits: this.state.bits });
  }
}

/** Only what is added and taken away is a number at once, however it is used. */
function isDistance(expr: Expr): boolean {
  if (expr.kind === 'binary') return (expr.operator === '+' || expr.operator === '-') && isDistance(expr.left) && isDistance(expr.right);
  return expr.kind === 'constant' || expr.kind === 'symbol';
}

/** A symbol that is undefined by now, global or weak. */
function mayBeElsewhere(expr: Expr): boolean {
  if (expr.kind === 'binary') return mayBeElsewhere(expr.left);
  return expr.kind === 'symbol' && (expr.symbol.binding !== 'local' || !expr.symbol.defined);
}

function allZero(bytes: ArrayLike<number>): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Bytes from `b` to `a`, which stands behind it in the same subsection, at least. */
function leastDistance(a: AsmSymbol, b: AsmSymbol): bigint | null {
  const [to, from] = [a.fragment, b.fragment];
  if (to === null || from === null || to.chain !== from.chain || to.index <= from.index) return null;
  const { fragments } = to.chain;
  let distance = a.offset - b.offset;
  // A jump has at least its opcode.
  for (let i = from.index; i < to.index; i++) distance += fragments[i].size + (fragments[i].tail?.kind === 'branch' ? 1 : 0);
  return BigInt(distance);
}

/** Bytes from the start of `b` to the start of `a` when nothing between them can change its size. */
export function fixedDistance(a: Fragment, b: Fragment): bigint | null {
  if (a.chain !== b.chain) return null;
  if (a.index < b.index) {
    const back = fixedDistance(b, a);
    return back === null ? null : -back;
  }
  const { fragments } = a.chain;
  let distance = 0n;
  for (let i = b.index; i < a.index; i++) {
    const { tail, size } = fragments[i];
    if (tail?.kind !== 'fill' || tail.count.kind !== 'constant') return null;
    distance += BigInt(size) + tail.count.value * BigInt(tail.pattern.length);
  }
  return distance;
}
