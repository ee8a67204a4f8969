/** Symbols and the symbol table (gas manual, node Symbols). */
import { isLocalLabelName, type ObjectSymbol } from '../object.js';
import type { Expr } from './expression.js';
import { NameTable } from './name-table.js';
import type { Fragment, Section } from './sections.js';

export const STT_SECTION = 3;
export const STT_FILE = 4;

export class AsmSymbol {
  /** A symbol is an expression. */
  declare readonly kind: 'symbol';
  // Attributes that few symbols have: their defaults stand once for all (`rareDefaults`), since a source may have very many symbols.
  /** gnu_unique_object: STB_GNU_UNIQUE in the symbol table. */
  declare unique: boolean;
  /** The last of its sizes that was a number when it was given; 0 when none was. */
  declare knownSize: bigint;
  /** Redefinable (`=`, .set) as against .equiv and labels. */
  declare redefinable: boolean;
  /** .eqv and `==`: its expression is evaluated anew at each use. */
  declare forward: boolean;
  /** .local was said. */
  declare localSaid: boolean;
  /** .weakref: the target of which this is an alias. */
  declare weakrefTarget: AsmSymbol | null;
  /** Only mentioned through .weakref aliases. */
  declare weakrefUsed: boolean;
  /** Versioned names given by .symver, the last first. */
  declare versions: string[] | null;
  /** What .symver makes of the plain name. */
  declare versionMode: 'local' | 'hidden' | 'remove' | null;
  /** .hidden, .internal or .protected was said. */
  declare visibilitySaid: boolean;
  /** Line of its .size, for messages. */
  declare sizeLine: number;
  /** Common: size and alignment in bytes. */
  declare common: { size: bigint; align: number; large: boolean } | null;
  /** Guards against definition loops while it is evaluated. */
  declare resolving: boolean;

  /** Where a label stands: its section, fragment and the offset from that fragment's start. */
  section: Section | null = null;
  fragment: Fragment | null = null;
  offset = 0;
  /** `=`, .set: what it stands for. A constant expression makes the symbol absolute. */
  equated: Expr | null = null;

  binding: 'local' | 'global' | 'weak' = 'local';
  /** Number of the statement that mentioned it first. */
  born = 0;
  /** It has its place in the order of the symbol table. */
  listed = false;
  /** STV_*. */
  visibility = 0;
  /** STT_*. */
  type = 0;
  size: Expr | null = null;
  /** Some expression or relocation mentions it. */
  used = false;
  /** A relocation refers to it, so it must be in the symbol table. */
  inRelocation = false;
  /** Made by the assembler for its own use (`.`, expression values): never in the symbol table. */
  temporary = false;
  /** Position of its definition or first mention, for messages. */
  line = 0;
  file = '';
  /** What it has become in the object's symbol table. */
  made: ObjectSymbol | null = null;

  constructor(readonly name: string) {}

  /** It stands for a whole section. */
  get isSection(): boolean {
    return this.type === STT_SECTION;
  }

  get defined(): boolean {
    return this.section !== null || this.equated !== null || this.weakrefTarget !== null;
  }

  /** The expression that is just this symbol: it itself, so that very many symbols need no further objects. */
  get reference(): Expr {
    return this;
  }

  get symbol(): this {
    return this;
  }
}

const rareDefaults: Partial<AsmSymbol> = {
  unique: false,
  knownSize: 0n,
  redefinable: false,
  forward: false,
  localSaid: false,
  weakrefTarget: null,
  weakrefUsed: false,
  versions: null,
  versionMode: null,
  visibilitySaid: false,
  sizeLine: 0,
  common: null,
  resolving: false,
};
Object.assign(AsmSymbol.prototype, rareDefaults, { kind: 'symbol' });

/** Instances of a numeric label such as `1:`. */
interface NumericLabel {
  instance: number;
  current: AsmSymbol | null;
  next: AsmSymbol | null;
}

/** All symbols of one assembly, in the order of their first mention. */
export class SymbolTable {
  private readonly byName = new NameTable();
  private readonly numeric = new Map<number, NumericLabel>();
  /** In the order of first mention; `replace` keeps the place. */
  readonly all: AsmSymbol[] = [];
  private readonly place = new Map<AsmSymbol, number>();

  /** Number of the statement at hand. */
  statement = 0;

  /** `keepLocals` (-L): `.L` symbols are like all others, but not those of numbered labels. `i386`: of an object for EM_386. */
  constructor(
    private readonly keepLocals: boolean,
    private readonly i386: boolean,
  ) {}

  /** Left out of the symbol table unless a relocation names it. */
  isLocalName(name: string): boolean {
    return isLocalLabelName(name, this.i386) && (!this.keepLocals || /[\x01\x02]/.test(name));
  }

  find(name: string): AsmSymbol | undefined {
    return this.byName.get(name);
  }

  findOrMake(name: string): AsmSymbol {
    return this.findOrMakeIn(name, 0, name.length);
  }

  /** The symbol whose name stands in `text[start, end)`: no string is made for one that is known. */
  findOrMakeIn(text: string, start: number, end: number): AsmSymbol {
    let symbol = this.byName.find(text, start, end);
    if (symbol === undefined) {
      const name = text.slice(start, end);
      symbol = new AsmSymbol(name);
      symbol.born = this.statement;
      this.byName.set(name, symbol);
      if (!this.isLocalName(name)) this.list(symbol);
    }
    return symbol;
  }

  /** The symbol called `name`, to which a directive gives an attribute: even a `.L` one takes its place in the order then. */
  listed(name: string): AsmSymbol {
    const symbol = this.findOrMake(name);
    this.list(symbol);
    return symbol;
  }

  /** Gives a symbol its place in the order of the symbol table, if it has none. */
  list(symbol: AsmSymbol): void {
    if (symbol.listed) return;
    symbol.listed = true;
    this.all.push(symbol);
  }

  /** Those from number `from` on go before all others: the symbols of the command line are older than any section's. */
  moveFirst(from: number): void {
    this.all.unshift(...this.all.splice(from));
    this.place.clear();
  }

  /** Numeric labels that were referred to forward and never came. */
  missingNumeric(): AsmSymbol[] {
    return [...this.numeric.values()].flatMap(({ next }) => (next === null ? [] : [next]));
  }

  /** A fresh symbol under the name of `old`, in its place: earlier uses keep the old one (gas: symbol_clone). */
  replace(old: AsmSymbol): AsmSymbol {
    const fresh = new AsmSymbol(old.name);
    fresh.binding = old.binding;
    fresh.visibility = old.visibility;
    fresh.type = old.type;
    // A size that is a number stays with the old one, as gas has it.
    if (old.size?.kind !== 'constant') fresh.size = old.size;
    fresh.used = old.used;
    fresh.localSaid = old.localSaid;
    fresh.redefinable = old.redefinable;
    fresh.unique = old.unique;
    fresh.listed = old.listed;
    let at = this.place.get(old);
    if (at === undefined) at = this.all.indexOf(old);
    this.place.delete(old);
    this.place.set(fresh, at);
    this.all[at] = fresh;
    this.byName.set(old.name, fresh);
    // The old one is no symbol of the object's any more.
    old.binding = 'local';
    return fresh;
  }

  /** A file symbol, made by `.file "name"`: the first stands before all other symbols, later ones where they are met. */
  addFile(name: string): void {
    const symbol = new AsmSymbol(name);
    symbol.type = STT_FILE;
    symbol.equated = { kind: 'constant', value: 0n };
    if (this.file === null) this.file = symbol;
    else this.list(symbol);
  }

  /** The first file symbol. */
  file: AsmSymbol | null = null;

  /** Defines `N:`. */
  numericLabel(number: number): AsmSymbol {
    return this.define(this.numeric, number, '\x02');
  }

  /** `Nb` (null when there is none before) or `Nf`. */
  numericReference(number: number, forward: boolean): AsmSymbol | null {
    return this.refer(this.numeric, number, forward, '\x02');
  }

  /** The symbol of a new section: an undefined one of that name, if there is one, turns into it. */
  sectionSymbol(section: Section, named: boolean): AsmSymbol {
    let symbol = named ? this.byName.get(section.name) : new AsmSymbol(section.name);
    if (symbol === undefined) this.byName.set(section.name, (symbol = new AsmSymbol(section.name)));
    else if (symbol.defined) {
      // A second section of that name has its symbol from its first relocation on.
      symbol = new AsmSymbol(section.name);
      named = false;
    }
    if (named) this.list(symbol);
    symbol.section = section;
    symbol.fragment = section.chain(0).fragments[0];
    symbol.type = STT_SECTION;
    return symbol;
  }

  private define(table: Map<number, NumericLabel>, number: number, mark: string): AsmSymbol {
    let entry = table.get(number);
    if (entry === undefined) table.set(number, (entry = { instance: 0, current: null, next: null }));
    entry.instance += 1;
    const symbol = entry.next ?? this.numericSymbol(`.L${number}${mark}${entry.instance}`);
    entry.next = null;
    entry.current = symbol;
    return symbol;
  }

  private refer(table: Map<number, NumericLabel>, number: number, forward: boolean, mark: string): AsmSymbol | null {
    let entry = table.get(number);
    if (!forward) return entry?.current ?? null;
    if (entry === undefined) table.set(number, (entry = { instance: 0, current: null, next: null }));
    return (entry.next ??= this.numericSymbol(`.L${number}${mark}${entry.instance + 1}`));
  }

  private numericSymbol(name: string): AsmSymbol {
    const symbol = new AsmSymbol(name);
    if (this.keepLocals) this.list(symbol);
    return symbol;
  }
}
