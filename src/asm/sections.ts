/**
 * Sections are lists of fragments; a fragment is a fixed run of bytes followed by at most one part whose size only
 * relaxation knows (gas internals: frags). Relaxation walks the fragments of a section in order.
 */
import { ByteBuffer } from '../bytes.js';
import type { ObjectSymbol } from '../object.js';
import type { Assembler } from './assembler.js';
import type { Padding } from './branch-padding.js';
import type { Expr } from './expression.js';
import type { Fixup } from './fixup.js';
import type { AsmSymbol } from './symbols.js';

/** The variable part that ends a fragment. */
export type Tail =
  /** .align and friends: pad to 2**power with `fill` (null: nops in code, zeros elsewhere), at most `max` bytes (0: any). */
  | { kind: 'align'; power: number; fill: Uint8Array | null; max: number; bits: 16 | 32 | 64; tune: unknown }
  /** .org: up to `target`, filled with `fill`. */
  | { kind: 'org'; target: Expr; fill: number }
  /** .space/.skip/.fill: `count` times `pattern`. A constant count is as good as fixed bytes. */
  | { kind: 'fill'; count: Expr; pattern: Uint8Array }
  /** .nops size, control. */
  | { kind: 'nops'; size: Expr; control: number; bits: 16 | 32 | 64; tune?: unknown }
  | { kind: 'leb128'; value: Expr; signed: boolean }
  | BranchTail
  /** Nops or prefixes that keep a branch within its boundaries. */
  | { kind: 'padding'; padding: Padding; bits: 16 | 32 | 64; tune: unknown }
  /** Sized by a callback at every pass: CFI advances, line program steps, branch alignment. */
  | { kind: 'computed'; size(pass: number): number; emit(size: number): Uint8Array };

/** jmp, jcc. Equal statements share theirs: what relaxation chooses for each stands in `ChainLayout.choices`. */
export interface BranchTail {
  readonly kind: 'branch';
  readonly branch: Branch;
  readonly target: Expr;
}

/** Choices of relaxation for a branch: it is near (else short); its target is the assembler's to reach, without a relocation. */
export const NEAR = 1;
export const REACHED = 2;

/** A jump whose displacement may be short or near. */
export interface Branch {
  readonly kind: 'jmp' | 'jcc';
  /** Condition code 0 to 15 for jcc. */
  readonly condition: number;
  /** Code size in force, after any data16/data32 prefix. */
  readonly bits: 16 | 32 | 64;
  /** .arch x, nojumps: a jcc to a symbol of elsewhere stays short, and one that must grow is warned about. */
  readonly keepShort?: boolean;
  /** The near form was asked for. */
  readonly near?: boolean;
  /** False on CPUs without near jcc (.arch below i386 with `jumps`): jcc over a jmp. */
  readonly nearConditional: boolean;
}

export class Fragment {
  /** The fixed part is `chain.data[start, start + size)`. Settled when the fragment is closed. */
  size = 0;
  tail: Tail | null = null;
  /** Where the statement that made the tail stands. */
  line = 0;
  file = '';

  constructor(
    readonly chain: Chain,
    readonly start: number,
    /** Its place in `chain.fragments`. */
    readonly index: number,
  ) {}

  get section(): Section {
    return this.chain.section;
  }

  /** Address in the section: provisional until relaxation has settled. */
  get address(): number {
    return this.chain.layout.addresses[this.index];
  }

  /** Size in bytes of the tail: provisional, too. */
  get tailSize(): number {
    return this.chain.layout.tailSizes[this.index];
  }
}

/** Relaxation's numbers of a chain's fragments, as columns: hundreds of thousands of branches make many passes. */
export interface ChainLayout {
  readonly addresses: Float64Array;
  readonly tailSizes: Float64Array;
  /** NEAR, REACHED. */
  readonly choices: Uint8Array;
  /** Place of the chain's first fragment among those of the section. */
  readonly order: number;
}

const plainLayout: ChainLayout = {
  addresses: new Float64Array(1),
  tailSizes: new Float64Array(1),
  choices: new Uint8Array(1),
  order: 0,
};

/** One subsection: its bytes and fragments. The subsections of a section are laid out by number. */
export class Chain {
  readonly data = new ByteBuffer(16);
  readonly fragments: Fragment[];
  /** Ends of the runs in `data` that fill: in turn where one begins and where it ends. */
  filled: number[] | null = null;
  last: Fragment;

  /** Made by relaxation; a section that is but one fragment without a tail does with this one. */
  layout: ChainLayout = plainLayout;

  constructor(
    readonly section: Section,
    readonly number: number,
  ) {
    this.last = new Fragment(this, 0, 0);
    // An array that grows by its first element would take room for 17.
    this.fragments = [this.last];
  }

  /** Ends the open fragment with `tail` and opens the next. */
  close(tail: Tail, line: number, file: string): Fragment {
    const closed = this.last;
    closed.size = this.data.length - closed.start;
    closed.tail = tail;
    closed.line = line;
    closed.file = file;
    this.last = new Fragment(this, this.data.length, this.fragments.length);
    this.fragments.push(this.last);
    return closed;
  }
}

/** A relocation that .reloc or .vtable_inherit asks for by number. */
export interface LateFixup {
  /** A number (from the section's start) or a label. */
  readonly offset: Expr;
  readonly type: number;
  readonly expression: Expr;
  /** How many ordinary fixups came before; null: it stands before the first one at a higher address. */
  readonly sequence: number | null;
  /** The offset was a number where it was written. */
  readonly numeric: boolean;
  readonly line: number;
  readonly file: string;
}

const noChains: Chain[] = [];

export class Section {
  /** Subsections, ascending by number. */
  chains: Chain[] = noChains;
  readonly fixups: Fixup[] = [];
  /** .reloc: placed when addresses are known, between the fixups before and after. */
  readonly lateFixups: LateFixup[] = [];
  /** SHT_*, SHF_*, sh_entsize, sh_addralign as a power of two. */
  type = 1;
  flags = 0n;
  entsize = 0;
  alignPower = 0;
  /** The symbol that stands for the section itself; its name is the section's. */
  symbol!: AsmSymbol;
  /** Signature of its group. */
  group: { signature: string; comdat: boolean } | null = null;
  /** The section or symbol name after the `o` flag. */
  linkedTo: string | null = null;
  /** The number after `unique`. */
  unique: number | null = null;
  info: number | null = null;
  /** .space and friends only move the location; bytes other than zero are refused (.bss, .struct). */
  noBits = false;
  /** The absolute section of .struct and .offset. */
  absolute = false;
  /** Its symbol is wanted although no relocation may refer to it. */
  named = false;
  /** Some instruction was assembled into it. */
  hasCode = false;
  /** Follows what the source itself writes into .eh_frame and .debug_frame. */
  frames: { see(asm: Assembler, size: number, expression: Expr): number } | null = null;
  /** Where the strings are that its entries refer to (.stab). */
  strings: Section | null = null;
  /** Settled size in bytes. */
  size = 0;
  /** Its symbol in the object's symbol table. */
  made: ObjectSymbol | null = null;

  constructor(readonly name: string) {}

  chain(number: number): Chain {
    const chains = this.chains;
    let low = 0;
    for (let high = chains.length; low < high;) {
      const middle = (low + high) >> 1;
      if (chains[middle].number === number) return chains[middle];
      if (chains[middle].number < number) low = middle + 1;
      else high = middle;
    }
    const made = new Chain(this, number);
    if (chains.length === 0) this.chains = [made];
    else chains.splice(low, 0, made);
    return made;
  }
}
