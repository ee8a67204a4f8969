/** What a linker script says, as a tree (ld manual, node Scripts). */

export type ScriptExpr =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'dot' }
  | { readonly kind: 'unary'; readonly operator: '-' | '~' | '!' | '+'; readonly operand: ScriptExpr }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: ScriptExpr; readonly right: ScriptExpr }
  | { readonly kind: 'ternary'; readonly condition: ScriptExpr; readonly yes: ScriptExpr; readonly no: ScriptExpr }
  /** ADDR(.text), ALIGN(16), SIZEOF_HEADERS, …: `names` for functions of sections, symbols, regions; else `args`. */
  | { readonly kind: 'call'; readonly name: string; readonly names: readonly string[]; readonly args: readonly ScriptExpr[] };

export interface ScriptPlace {
  readonly file: string;
  readonly line: number;
}

export type SortKind = 'none' | 'name' | 'alignment' | 'init-priority' | 'reverse';

export interface SectionPattern {
  readonly pattern: string;
  readonly excludeFiles: readonly string[];
  /** Outermost first; empty: in the order of the command line. */
  readonly sort: readonly SortKind[];
}

/** `file(.text .data)`, KEEP and sorting included. */
export interface InputSpec {
  readonly kind: 'input';
  readonly file: string;
  readonly excludeFiles: readonly string[];
  readonly sortFiles: boolean;
  readonly sections: readonly SectionPattern[];
  readonly keep: boolean;
  /** INPUT_SECTION_FLAGS: bits of sh_flags that must be there, and that must not. */
  readonly flags?: { readonly wanted: number; readonly unwanted: number };
}

/** What may stand in parentheses behind the name of an output section. */
export type SectionKindWord = 'NOLOAD' | 'READONLY' | 'COPY' | 'INFO' | 'DSECT' | 'OVERLAY' | 'TYPE';

export interface Assignment {
  readonly kind: 'assign';
  readonly name: string;
  readonly value: ScriptExpr;
  readonly provide: boolean;
  readonly hidden: boolean;
  readonly at: ScriptPlace;
}

export type Fill = Uint8Array;

export type SectionStatement =
  | InputSpec
  | Assignment
  | { readonly kind: 'assert'; readonly condition: ScriptExpr; readonly message: string; readonly at: ScriptPlace }
  | { readonly kind: 'data'; readonly size: 1 | 2 | 4 | 8; readonly value: ScriptExpr; readonly at: ScriptPlace }
  | { readonly kind: 'fill'; readonly fill: ScriptFill };

/** `=0x9090` as bytes, or an expression whose low four bytes count, most significant first. */
export type ScriptFill = { readonly bytes: Fill } | { readonly value: ScriptExpr };

export interface OutputSpec {
  readonly kind: 'output';
  readonly name: string;
  readonly address?: ScriptExpr;
  /** NOLOAD, READONLY, COPY, INFO, … */
  readonly type?: string;
  /** `TYPE = n` */
  readonly elfType?: ScriptExpr;
  readonly loadAddress?: ScriptExpr;
  readonly align?: ScriptExpr;
  readonly alignWithInput: boolean;
  readonly subalign?: ScriptExpr;
  readonly constraint?: 'ONLY_IF_RO' | 'ONLY_IF_RW';
  readonly body: readonly SectionStatement[];
  readonly region?: string;
  readonly loadRegion?: string;
  readonly phdrs: readonly string[];
  readonly fill?: ScriptFill;
  /** A member of an OVERLAY. */
  readonly overlay?: 'first' | 'later';
  /** Dot behind the last one. */
  readonly end?: ScriptExpr;
  readonly at: ScriptPlace;
}

export type TopStatement =
  | OutputSpec
  | Assignment
  | { readonly kind: 'assert'; readonly condition: ScriptExpr; readonly message: string; readonly at: ScriptPlace };

export interface MemoryRegion {
  readonly name: string;
  readonly attributes: string;
  readonly origin: ScriptExpr;
  readonly length: ScriptExpr;
  readonly at: ScriptPlace;
}

export interface PhdrSpec {
  readonly name: string;
  readonly type: ScriptExpr;
  readonly filehdr: boolean;
  readonly phdrs: boolean;
  readonly address?: ScriptExpr;
  readonly flags?: ScriptExpr;
}

export interface Script {
  /** Everything inside SECTIONS and assignments outside, in order. */
  readonly statements: TopStatement[];
  /** True when there was a SECTIONS command: the default layout does not apply. */
  sections: boolean;
  readonly memory: MemoryRegion[];
  readonly aliases: Map<string, string>;
  readonly phdrs: PhdrSpec[];
  entry?: string;
  outputFormat?: string;
  outputArch?: string;
  output?: string;
  /** INPUT, GROUP and STARTUP, and the files that sections name without a wildcard, as they come. */
  readonly inputs: { readonly name: string; readonly group: number; readonly kind: 'input' | 'startup' | 'named' }[];
  readonly searchDirs: string[];
  /** NOCROSSREFS, NOCROSSREFS_TO: output sections that must not refer to one another. */
  readonly noCrossReferences: { readonly sections: readonly string[]; readonly onlyToFirst: boolean }[];
  readonly undefined: string[];
}
