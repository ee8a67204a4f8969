/**
 * Listings (-a, --listing-*; gas manual, nodes a and listing). While the sources are read each line leaves a node that
 * says where output stood; when everything is settled the nodes become lines with addresses and bytes.
 */
import type { ObjectSection, ObjectSymbol } from '../object.js';
import type { Assembler } from './assembler.js';
import { scrub } from './expand-scrub.js';
import type { ListingOptions } from './index.js';
import { HostError } from '../host.js';
import { ListingPages } from './listing-pages.js';
import type { Chain, Fragment, Section } from './sections.js';
import { latin1, type Source } from './source.js';
import type { AsmSymbol } from './symbols.js';

/** What .list, .nolist, .eject, .title, .sbttl say about the line that they stand on. */
type Edict = 'none' | 'list' | 'nolist' | 'nolist-next' | 'eject' | 'title' | 'subtitle';

const STT_SECTION = 3;
const STT_FILE = 4;

/** A place in a section's output. */
interface Place {
  readonly fragment: Fragment;
  readonly offset: number;
}

export interface ListingNode {
  readonly file: ListedFile;
  readonly line: number;
  /** Text of its own: a line of a macro's expansion. */
  readonly contents: string | null;
  readonly chain: Chain;
  readonly from: Place;
  to: Place;
  edict: Edict;
  argument: string;
  debugging: boolean;
  readonly messages: string[];
  /** .loc: lines of the high-level source up to this one are shown before it (-ah). */
  source: { readonly file: string; readonly line: number } | null;
}

/** A source file on its way into the listing. */
export class ListedFile {
  /** Lines printed or passed so far. */
  line = 0;
  private lines: readonly string[] | null = null;

  constructor(
    readonly name: string,
    private readonly read: () => string | null,
  ) {}

  private get all(): readonly string[] {
    return (this.lines ??= (this.read() ?? '').split(/\r\n|\n\r|\n|\r/));
  }

  get atEnd(): boolean {
    return this.line >= this.all.length;
  }

  /** Line `number`, without moving on. */
  at(number: number, width: number): string {
    return (this.all[number - 1] ?? '').slice(0, width - 1);
  }

  /** The next line, cut to `width` characters. */
  next(width: number): string {
    const text = this.all[this.line] ?? '';
    this.line += 1;
    // gas marks the line that the end of the file cuts off.
    const last = this.line >= this.all.length ? '...' : '';
    return text.slice(0, width - 1) + (text.length + 2 < width - 1 ? last : '');
  }
}

const here = (chain: Chain): Place => ({ fragment: chain.last, offset: chain.data.length - chain.last.start });

export class Listing {
  private readonly nodes: ListingNode[] = [];
  private readonly files = new Map<string, ListedFile>();
  /** Lines read as the body of a macro are no statements. */
  paused = false;
  height = 60;
  width = 200;
  private readonly sources = new Map<string, ListedFile>();
  private readonly labels = new Map<AsmSymbol, ListingNode>();
  private reported = 0;
  /** The expansion that the last statement stood in, and its line there. */
  private expansion: { readonly source: Source; readonly line: number } | null = null;
  private fileSymbols: readonly ObjectSymbol[] = [];
  private sections: ReadonlyMap<Section, ObjectSection> = new Map();

  constructor(
    private readonly asm: Assembler,
    readonly options: ListingOptions,
  ) {}

  private has(letter: string): boolean {
    return this.options.letters.has(letter);
  }

  private file(source: Source): ListedFile {
    const name = source.logicalFile;
    let file = this.files.get(name);
    if (file === undefined) {
      const own = name === source.name ? source.text : null;
      file = new ListedFile(name, () => own ?? this.readFile(name));
      this.files.set(name, file);
    }
    return file;
  }

  private readFile(name: string): string | null {
    try {
      return latin1(this.asm.host.readFile(name));
    } catch (error) {
      if (error instanceof HostError) return null;
      throw error;
    }
  }

  /** A statement is about to be carried out. */
  statement(): void {
    if (this.paused) return;
    const { asm } = this;
    this.closeLast();
    if (asm.section.absolute) return;
    const expanded = this.has('m');
    const inner = asm.source;
    // With -ah the lines of a repetition count as themselves, without as the line that ended it.
    const numbered = this.has('h');
    let source: Source = inner;
    let nest = 0;
    for (let at: Source = inner; at.expansion && at.parent !== null; at = at.parent) {
      nest += 1;
      if (at.macro || !numbered) source = at.parent;
    }
    const file = this.file(source);
    const line = source.logicalLine;
    const last = this.nodes[this.nodes.length - 1];
    if (nest > 0 && expanded) {
      const mark = '>'.repeat(nest);
      const from = this.expansion?.source === inner ? this.expansion.line : inner.line === 1 ? 0 : inner.line - 1;
      for (let i = from + 1; i < inner.line; i++) this.add(file, numbered && !inner.macro ? line - inner.line + i : line, `${mark} `);
      this.expansion = { source: inner, line: inner.line };
      this.add(file, line, `${mark} ${asm.column > 1 ? ' ' : ''}${scrub(asm.statement)}`);
      return;
    }
    // gas loses what a repetition makes under -ah without -am.
    if (source.expansion) return this.add(file, 0, null);
    if (last !== undefined && last.line === line && last.file === file) return;
    if (last !== undefined && last.file === file) for (let i = last.line + 1; i < line && last.line > 0; i++) this.add(file, i, null);
    this.add(file, line, null);
  }

  private add(file: ListedFile, line: number, contents: string | null): void {
    const { chain, section } = this.asm;
    const place = here(chain);
    const debugging = /^\.(debug|line)/.test(section.name) || /^\.(type|size)\b/.test(this.asm.statement);
    this.nodes.push({
      file,
      line,
      contents,
      chain,
      from: place,
      to: place,
      edict: 'none',
      argument: '',
      debugging,
      messages: [],
      source: null,
    });
  }

  /** The last line's output ends here. */
  private closeLast(): void {
    const last = this.nodes[this.nodes.length - 1];
    if (last === undefined) return;
    // The statement that switches to a debugging section counts to it.
    if (/^\.(debug|line)/.test(this.asm.section.name)) last.debugging = true;
    const { all } = this.asm.bag;
    for (; this.reported < all.length; this.reported++) {
      const { severity, message } = all[this.reported];
      if (severity !== 'note') last.messages.push(`${severity === 'error' ? 'Error' : 'Warning'}: ${message}`);
    }
  }

  /** A file was read to its end: the comments behind its last statement belong to the listing too. */
  endOfFile(source: Source): void {
    this.closeLast();
    if (source.expansion || source.text === '') return;
    const file = this.file(source);
    const total = source.text.split('\n').length - (source.text.endsWith('\n') ? 1 : 0) + source.lineDelta;
    const last = this.nodes[this.nodes.length - 1];
    for (let i = last?.file === file ? last.line + 1 : 1; i <= total; i++) this.add(file, i, null);
  }

  /** A label is defined on the line at hand. */
  label(symbol: AsmSymbol): void {
    const last = this.nodes[this.nodes.length - 1];
    if (last !== undefined && last.line > 0) this.labels.set(symbol, last);
  }

  private edict(edict: Edict, argument = ''): void {
    const last = this.nodes[this.nodes.length - 1];
    if (last === undefined) return;
    last.edict = edict;
    last.argument = argument;
  }

  /** .list (+1), .nolist (-1) */
  enable(by: 1 | -1): void {
    const current = this.nodes[this.nodes.length - 1]?.edict;
    if (by < 0) this.edict(current === 'list' ? 'none' : 'nolist');
    else this.edict(current === 'nolist' || current === 'nolist-next' ? 'none' : 'list');
  }

  /** -ac: a conditional's skipped lines are left out, from the line after this one. */
  skipNext(): void {
    if (this.has('c')) this.edict('nolist-next');
  }

  /** … and shown again. */
  skipEnd(): void {
    if (this.has('c')) this.enable(1);
  }

  eject(): void {
    this.edict('eject');
  }

  /** .psize, .llen; null: unchanged. */
  paper(height: number | null, width: number | null): void {
    if (height !== null) this.height = height;
    if (width !== null) this.width = width;
  }

  /** .loc: `line` of `file`, a compiler's source. */
  location(file: string, line: number): void {
    const last = this.nodes[this.nodes.length - 1];
    if (last !== undefined) last.source = { file, line };
  }

  title(text: string, subtitle: boolean): void {
    this.edict(subtitle ? 'subtitle' : 'title', text);
  }

  /** Sections have their bytes, symbols their values: a line's output goes to where the next one of its section begins. */
  settled(sections: ReadonlyMap<Section, ObjectSection>, all: readonly ObjectSymbol[]): void {
    this.fileSymbols = all.filter((symbol) => symbol.type === STT_FILE);
    this.sections = sections;
    const next = new Map<Chain, Place>();
    for (const node of this.nodes.toReversed()) {
      node.to = next.get(node.chain) ?? here(node.chain);
      next.set(node.chain, node.from);
    }
  }

  /** The listing's text. */
  render(): string {
    const name = this.asm.firstFile === '{standard input}' ? '' : this.asm.firstFile;
    const pages = new ListingPages(name, this.has('n') ? 0 : this.height, this.nodes);
    const { general } = this.options;
    if (this.has('g') && general !== undefined) pages.general(general);
    if (this.has('l')) this.renderLines(pages);
    if (this.has('s')) this.renderSymbols(pages);
    return pages.text;
  }

  private renderLines(pages: ListingPages): void {
    pages.eject();
    let shown = 1;
    const width = Math.min(this.options.rhsWidth ?? 100, this.width);
    this.nodes.forEach((node, index) => {
      const { file, edict } = node;
      let line = node.line;
      if (edict === 'list' || (edict === 'nolist-next' && shown === 0)) line -= 1;
      else if (edict === 'nolist') shown -= 1;
      else if (edict === 'title') pages.title = node.argument;
      else if (edict === 'subtitle') pages.subtitle = node.argument;
      if (shown <= 0) while (file.line < line && !file.atEnd) file.next(width);
      if (edict === 'list' || (edict === 'nolist-next' && shown === 0)) {
        line += 1;
        shown += 1;
      }
      if (shown > 0) {
        if (this.has('h') && node.source !== null) this.renderSource(pages, index, node.source, width);
        const hidden = this.has('d') && node.debugging;
        while (file.line < line && !file.atEnd) {
          const text = file.next(width);
          if (!hidden) this.renderLine(pages, index, file.line, text, file.line >= line);
        }
        if (node.contents !== null && !hidden) this.renderLine(pages, index, node.line, node.contents, true);
        if (edict === 'eject') pages.eject();
      }
      if (edict === 'nolist-next' && shown === 1) shown -= 1;
    });
  }

  /** The compiler's source up to a line; a line that was shown before is shown again alone. */
  private renderSource(pages: ListingPages, index: number, { file: name, line }: { file: string; line: number }, width: number): void {
    let file = this.sources.get(name);
    if (file === undefined) this.sources.set(name, (file = new ListedFile(name, () => this.readFile(name))));
    const show = (number: number, text: string): void => pages.line(`${String(number).padStart(4)}:${name.padEnd(13)} **** ${text}`, index);
    if (file.line > line && line > 0) show(line, file.at(line, width));
    else while (file.line < line && !file.atEnd) show(file.line + 1, file.next(width));
  }

  /** One source line, with the address and bytes of its node when `output`. */
  private renderLine(pages: ListingPages, index: number, line: number, text: string, output: boolean): void {
    const node = this.nodes[index];
    const { lhsWidth = 1, continuationLines = 4 } = this.options;
    const lhsWidth2 = Math.max(this.options.lhsWidth2 ?? 1, lhsWidth);
    const number = String(line)
      .padStart(line > 999 ? 0 : 3)
      .padStart(line > 999 ? String(line).length + 1 : 4);
    const hex = output ? this.bytes(node, 9 * lhsWidth + 9 * lhsWidth2 * continuationLines + 20) : '';
    pages.begin(index);
    if (hex === '') {
      pages.line(`${number}     ${' '.repeat(9 * lhsWidth)}\t${text}`, null);
      return;
    }
    const address = node.from.fragment.address + node.from.offset;
    const place = this.asm.bag.errors > 0 ? '????' : address.toString(16).padStart(4, '0');
    const words = hex.match(/.{1,8}/g)!;
    const first = words
      .slice(0, lhsWidth)
      .map((word) => (word.length === 8 ? `${word} ` : word))
      .join('');
    pages.line(`${number} ${place} ${first.padEnd(9 * lhsWidth)}\t${text}`, index);
    for (const message of node.messages) pages.line(`****  ${message}`, index);
    const rest = words.slice(lhsWidth);
    for (let i = 0; i < continuationLines && i * lhsWidth2 < rest.length; i++) {
      const row = rest
        .slice(i * lhsWidth2, (i + 1) * lhsWidth2)
        .map((word) => (word.length === 8 ? `${word} ` : word))
        .join('');
      pages.line(`${number}      ${row}`, index);
    }
  }

  /** The bytes that a line made, in hex, as many as are shown. */
  private bytes(node: ListingNode, limit: number): string {
    const section = this.sections.get(node.chain.section);
    const from = node.from.fragment.address + node.from.offset;
    const to = node.to.fragment.address + node.to.offset;
    const count = Math.min(to - from, Math.ceil((limit - 3) / 2));
    if (section === undefined || count <= 0) return '';
    let hex = '';
    for (let i = 0; i < count; i++) hex += (section.data[from + i] ?? 0).toString(16).padStart(2, '0');
    return hex.toUpperCase();
  }

  private renderSymbols(pages: ListingPages): void {
    pages.eject();
    pages.begin(null);
    const digits = this.asm.is64 ? 16 : 8;
    let any = false;
    const begin = (): void => {
      if (!any) pages.line('DEFINED SYMBOLS', null, false);
      any = true;
    };
    for (const made of this.fileSymbols) {
      begin();
      pages.line(`${'*ABS*'.padStart(33)}:${'0'.repeat(digits)} ${made.name}`, null);
    }
    for (const symbol of this.asm.symbols.all) {
      const made = symbol?.made ?? undefined;
      if (symbol === null || made === undefined || made.section === 'undefined' || made.type === STT_SECTION || made.type === STT_FILE)
        continue;
      begin();
      const section = typeof made.section === 'object' ? made.section.name : made.section === 'absolute' ? '*ABS*' : '*COM*';
      const value = BigInt.asUintN(digits * 4, made.section === 'common' ? made.size : made.value)
        .toString(16)
        .padStart(digits, '0');
      const node = this.labels.get(symbol);
      const file = node?.file.name ?? symbol.file;
      const line = node?.line ?? symbol.line;
      const place =
        symbol.common === null && line > 0 ? `${file.padStart(20)}:${String(line).padEnd(5)}  ${section}` : section.padStart(33);
      pages.line(`${place}:${value} ${made.name}`, null);
    }
    if (!any) pages.line('NO DEFINED SYMBOLS', null, false);
    pages.line('', null);
    let undefinedOnes = false;
    for (const symbol of this.asm.symbols.all) {
      const made = symbol?.made ?? undefined;
      if (made === undefined || made.section !== 'undefined') continue;
      if (!undefinedOnes) pages.line('UNDEFINED SYMBOLS', null);
      undefinedOnes = true;
      pages.line(made.name, null);
    }
    if (!undefinedOnes) pages.line('NO UNDEFINED SYMBOLS', null);
  }
}
