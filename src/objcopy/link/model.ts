/** What the linker works on: input objects, the global symbol table, output sections. */
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation } from '../../object.js';
import type { Assignment, ScriptExpr, ScriptFill, ScriptPlace, SectionStatement } from './ast.js';
import { SEC, traitsOf } from './flags.js';
import { FileSection, FileSymbol } from './read-input.js';

/** Sections of an object → what the linker makes of them: a field of those that come from files. */
class SectionMap {
  private readonly others = new Map<ObjectSection, InputSection>();

  get(section: ObjectSection): InputSection | undefined {
    return section instanceof FileSection ? (section.input ?? undefined) : this.others.get(section);
  }

  set(section: ObjectSection, input: InputSection): void {
    if (section instanceof FileSection) section.input = input;
    else this.others.set(section, input);
  }
}

/** Symbols of an object → their meaning in the program. */
class GlobalMap {
  private readonly others = new Map<ObjectSymbol, LinkSymbol>();

  get(symbol: ObjectSymbol): LinkSymbol | undefined {
    return symbol instanceof FileSymbol ? (symbol.global ?? undefined) : this.others.get(symbol);
  }

  set(symbol: ObjectSymbol, meaning: LinkSymbol): void {
    if (symbol instanceof FileSymbol) symbol.global = meaning;
    else this.others.set(symbol, meaning);
  }
}

/** An object on the command line, or pulled from an archive. */
export class InputObject {
  readonly sections: InputSection[] = [];
  readonly sectionOf = new SectionMap();
  /** The object's global symbols, resolved. */
  readonly globals = new GlobalMap();

  constructor(
    /** As messages name it: `a.o`, `lib.a(member.o)`. */
    readonly name: string,
    /** The file itself, and the member inside an archive: what file patterns see. */
    readonly file: string,
    readonly member: string | undefined,
    readonly object: ObjectFile,
  ) {}
}

/** How offsets of an input section map into the output, when its contents were rearranged (merged strings, .eh_frame). */
export type OffsetMap = (offset: number) => { section: InputSection; offset: number };

export class InputSection {
  output: OutputSection | null = null;
  /** From the output section's start. */
  offset = 0;
  /** Contents to write; relocations refer to the original bytes unless `map` is set. */
  data: Uint8Array;
  size: number;
  align: number;
  discarded = false;
  /** A group or link-once duplicate: its symbols resolve to the kept one. */
  duplicate = false;
  /** KEEP, or reached by --gc-sections. */
  kept = false;
  map: OffsetMap | null = null;
  /** The GOT and the like. */
  madeByLinker = false;
  /** SEC bits (flags.ts). */
  traits: number;
  /** Its relocations where the linker has relaxed something. */
  readonly item: OutputItem = { kind: 'input', section: this };
  changedRelocations: readonly Relocation[] | null = null;
  /** Which pattern or orphan has it. */
  taken = false;
  /** Completes `data` once every section has its place. */
  finish: (() => void) | null = null;

  constructor(
    readonly object: InputObject,
    readonly section: ObjectSection,
  ) {
    this.data = section.data;
    this.size = section.size;
    this.align = Math.max(1, section.align);
    this.traits = traitsOf(section.name, section.type, Number(section.flags & 0xffffffffn));
  }

  get hasRelocations(): boolean {
    const { section } = this;
    if (this.changedRelocations) return this.changedRelocations.length > 0;
    return section instanceof FileSection ? section.hasRelocations : section.relocations.length > 0;
  }

  get relocations(): readonly Relocation[] {
    return this.changedRelocations ?? this.section.relocations;
  }

  /** sh_type; 0 where there is none: common symbols, and tables that the linker makes under names without a meaning. */
  get elfType(): number {
    const { name, type } = this.section;
    return name === 'COMMON' || (this.madeByLinker && name !== '.got' && !name.startsWith('.rel')) ? 0 : type;
  }

  get address(): bigint {
    return (this.output?.address ?? 0n) + BigInt(this.offset);
  }
}

export type SymbolState = 'undefined' | 'weak-undefined' | 'defined' | 'weak' | 'common';

export class LinkSymbol {
  state: SymbolState = 'undefined';
  object: InputObject | null = null;
  /** Where it is defined: null is absolute. */
  place: InputSection | OutputSection | null = null;
  value = 0n;
  size = 0n;
  type = 0;
  visibility = 0;
  /** Common: alignment in bytes. */
  align = 1;
  /** Mentioned by an input object: PROVIDE defines only those. */
  referenced = false;
  /** An object mentions it: the symbol table lists it. */
  fromObjects = false;
  /** It was a common symbol. */
  isCommon = false;
  /** STB_GNU_UNIQUE */
  unique = false;
  /** Assigned by the script. */
  scripted = false;
  /** HIDDEN( ), PROVIDE_HIDDEN( ), and what the linker itself defines. */
  hiddenByScript = false;
  /** Assigned an address between output sections: the symbol table names this one. */
  nearby: OutputSection | null = null;
  /** The PROVIDE that supplies it. */
  providedBy: Assignment | null = null;
  /** __start_NAME and the like: the script may define it as well. */
  byLinker = false;
  /** Assigned in an output section that there is not. */
  nowhere = false;
  /** In which round of evaluation the script last gave it a value. */
  iteration = -1;
  /** An object defines it too. */
  byObject = false;
  /** __stop_NAME: the end of `place`, wherever that will be. */
  atEnd = false;
  /** Final address as a signed number, once something has asked for it; NaN: not yet, or not so simple. */
  final = NaN;

  constructor(readonly name: string) {}

  get isDefined(): boolean {
    return this.state === 'defined' || this.state === 'weak';
  }

  get address(): bigint {
    const { place, value } = this;
    if (place === null) return value;
    if (place instanceof OutputSection) return place.address + value + (this.atEnd ? BigInt(place.size) : 0n);
    if (place.map === null) return place.address + value;
    const { section, offset } = place.map(Number(value));
    return section.address + BigInt(offset);
  }
}

/** What stands in an output section, in order. */
export type OutputItem =
  | { readonly kind: 'input'; readonly section: InputSection }
  | { readonly kind: 'bytes'; readonly offset: number; readonly size: number; bytes: Uint8Array }
  /** Padding that an assignment to dot has made: its fill begins anew. */
  | { readonly kind: 'padding'; readonly offset: number; readonly size: number; readonly zero?: boolean }
  /** From here on gaps are filled so. */
  | { readonly kind: 'fill'; readonly offset: number; readonly fill: Uint8Array };

/** A statement of an output section, with the input sections that it gathered. */
export interface PlacedStatement {
  readonly statement: SectionStatement | null;
  sections: InputSection[];
  /** How far an assignment to dot has moved it. */
  padding?: bigint;
}

/** A memory region while addresses are being given. */
export interface Region {
  readonly name: string;
  /** Traits that a section may have to be put here, and those that keep it out. */
  readonly wanted: number;
  readonly unwanted: number;
  readonly attributes: string;
  origin: bigint;
  length: bigint;
  current: bigint;
  /** The last section put there: later ones keep its distance between VMA and LMA. */
  last: OutputSection | null;
  full: boolean;
}

/** A name like any other; `SPECIAL`: of sections that stay apart although their names agree. */
export type Constraint = 'none' | 'read-only' | 'writable' | 'failed' | 'special';

const NOTHING = new Uint8Array();

export class OutputSection {
  address = 0n;
  load = 0n;
  /** The final address as a signed number; NaN: not final, or a number can't hold it. */
  base = NaN;
  size = 0;
  /** Of the pass before. */
  oldSize = 0;
  /** In bytes, a power of two. */
  align = 1;
  /** SEC bits (flags.ts). */
  traits = 0;
  /** SEC bits that its name stands for, as long as it does not exist. */
  presumed = 0;
  /** It exists in the output: something was put in, or an expression names it. */
  created = false;
  /** sh_type and sh_flags as far as its name or its first input fixes them. */
  elfType = 0;
  elfFlags = 0;
  /** sh_type and sh_flags in the end. */
  type = 0;
  flags = 0n;
  entsize = 0;
  /** Its bytes, once they are put together. */
  contents: Uint8Array = NOTHING;
  body: PlacedStatement[] = [];
  items: OutputItem[] = [];
  /** Input sections in the order in which they came. */
  inputs: InputSection[] = [];
  /** Bytes for gaps. */
  fill: Uint8Array | null = null;
  /** Taken out of the output: nothing is in it. */
  removed = false;
  /** Removed, and it does not even set dot. */
  ignored = false;
  /** The script assigns symbols in it. */
  assigns = false;
  processedAddress = false;
  processedLoad = false;
  /** It stands behind an assignment to `end`. */
  afterEnd = false;

  // From the script, or from what it was placed behind.
  addressExpr: ScriptExpr | undefined;
  kind: SectionKind = 'normal';
  elfTypeExpr: ScriptExpr | undefined;
  loadExpr: ScriptExpr | undefined;
  alignExpr: ScriptExpr | undefined;
  subalignExpr: ScriptExpr | undefined;
  alignWithInput = false;
  fillSpec: ScriptFill | undefined;
  region: Region | null = null;
  loadRegion: Region | null = null;
  phdrs: readonly string[] | null = null;
  overlay: 'none' | 'first' | 'later' = 'none';
  /** Where dot goes behind it, when that is not its end. */
  endExpr: ScriptExpr | undefined;
  at: ScriptPlace = { file: 'ld', line: 0 };

  constructor(
    readonly name: string,
    public constraint: Constraint = 'none',
  ) {}

  get alloc(): boolean {
    return (this.traits & SEC.ALLOC) !== 0;
  }

  get nobits(): boolean {
    return this.type === 8;
  }

  /** Thread-local zeros take no room in memory of their own. */
  get tbss(): boolean {
    return (this.traits & (SEC.TLS | SEC.LOAD)) === SEC.TLS;
  }
}

/** `(NOLOAD)` and its like; COPY, INFO, DSECT and OVERLAY all mean that nothing is allocated. */
export type SectionKind = 'normal' | 'noalloc' | 'noload' | 'readonly' | 'type' | 'typed-readonly';
