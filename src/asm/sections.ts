/**
 * Sections are lists of fragments; a fragment is a fixed run of bytes followed by at most one part whose size only
 * relaxation knows (gas internals: frags). Relaxation walks the fragments of a section in order.
 */
import { ByteBuffer } from '../bytes.js';
import type { Expr } from './expression.js';
import type { AsmSymbol } from './symbols.js';

/** The variable part that ends a fragment. */
export type Tail =
  /** .align and friends: pad to 2**power with `fill` (null: nops in code, zeros elsewhere), at most `max` bytes (0: any). */
  | { kind: 'align'; power: number; fill: Uint8Array | null; max: number; bits: 16 | 32 | 64; tune: unknown }
  /** .org: up to `target`, filled with `fill`. */
  | { kind: 'org'; target: Expr; fill: number }
  /** .space/.skip/.fill whose count is not known yet: `count` times `pattern`. */
  | { kind: 'fill'; count: Expr; pattern: Uint8Array }
  /** .nops size, control. */
  | { kind: 'nops'; size: Expr; control: number; bits: 16 | 32 | 64 }
  | { kind: 'leb128'; value: Expr; signed: boolean }
  /** jmp, jcc: the opcode bytes of the size chosen so far. */
  | { kind: 'branch'; branch: Branch; target: Expr; state: number }
  /** Sized by a callback at every pass: CFI advances, line program steps, branch alignment. */
  | { kind: 'computed'; size(pass: number): number; emit(size: number): Uint8Array };

/** A jump whose displacement may be short or near. */
export interface Branch {
  readonly kind: 'jmp' | 'jcc';
  /** Condition code 0 to 15 for jcc. */
  readonly condition: number;
  /** Code size in force, after any data16/data32 prefix. */
  readonly bits: 16 | 32 | 64;
  /** False on CPUs without near jcc (.arch below i386 with `jumps`): jcc over a jmp. */
  readonly nearConditional: boolean;
}

export class Fragment {
  /** Address in the section: provisional until relaxation has settled. */
  address = 0;
  /** The fixed part is `section.data[start, start + size)`. */
  size = 0;
  tail: Tail | null = null;
  /** Size in bytes of the tail, as settled. */
  tailSize = 0;

  constructor(
    readonly section: Section,
    readonly start: number,
    readonly line: number,
    readonly file: string,
  ) {}
}

/** A place whose bytes wait for a symbol's value, or become a relocation. */
export interface Fixup {
  readonly fragment: Fragment;
  /** From the fragment's start. */
  readonly offset: number;
  readonly size: number;
  readonly pcrel: boolean;
  readonly expression: Expr;
  /** Relocation operator, or a hint such as `GOTPCRELX` candidates that the encoder gives. */
  readonly reloc?: string;
  readonly signed?: boolean;
  readonly line: number;
  readonly file: string;
}

export class Section {
  readonly data = new ByteBuffer(256);
  readonly fragments: Fragment[] = [];
  readonly fixups: Fixup[] = [];
  /** SHT_*, SHF_*, sh_entsize, sh_addralign as a power of two. */
  type = 0;
  flags = 0n;
  entsize = 0;
  alignPower = 0;
  symbol: AsmSymbol | null = null;

  constructor(readonly name: string) {}
}
