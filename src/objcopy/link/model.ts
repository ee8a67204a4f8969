/** What the linker works on: input objects, the global symbol table, output sections. */
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation } from '../../object.js';
import type { OutputSpec } from './ast.js';

/** An object on the command line, or pulled from an archive. */
export class InputObject {
  readonly sections: InputSection[] = [];
  readonly sectionOf = new Map<ObjectSection, InputSection>();
  /** The object's global symbols, resolved. */
  readonly globals = new Map<ObjectSymbol, LinkSymbol>();

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
  /** The section's, after what the linker relaxed. */
  relocations: readonly Relocation[];
  /** Completes `data` once every section has its place. */
  finish: (() => void) | null = null;

  constructor(
    readonly object: InputObject,
    readonly section: ObjectSection,
  ) {
    this.data = section.data;
    this.size = section.size;
    this.relocations = section.relocations;
    this.align = Math.max(1, section.align);
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
  /** Assigned by the script. */
  scripted = false;
  /** HIDDEN( ), PROVIDE_HIDDEN( ), and what the linker itself defines. */
  hiddenByScript = false;
  /** Assigned from dot between output sections: which section the symbol table names is decided at the end. */
  nearby: { readonly before: OutputSection | null; readonly dotSet: boolean } | null = null;
  /** __stop_NAME: the end of `place`, wherever that will be. */
  atEnd = false;

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
  /** From here on gaps are filled so. */
  | { readonly kind: 'fill'; readonly offset: number; readonly fill: Uint8Array };

export class OutputSection {
  address = 0n;
  load = 0n;
  size = 0;
  align = 1;
  type = 0;
  flags = 0n;
  entsize = 0;
  items: OutputItem[] = [];
  /** Input sections in the order of the script; sized in between its statements. */
  inputs: InputSection[] = [];
  /** Contents exist in the output file. */
  noload = false;
  /** Bytes for gaps. */
  fill: Uint8Array | null = null;
  /** It stays although nothing is in it: the script moves dot or places data there. */
  forced = false;
  removed = false;

  constructor(
    readonly name: string,
    readonly spec: OutputSpec | null,
  ) {}

  get alloc(): boolean {
    return (this.flags & 2n) !== 0n;
  }

  get nobits(): boolean {
    return this.type === 8;
  }

  get tbss(): boolean {
    return this.nobits && (this.flags & 0x400n) !== 0n;
  }
}
