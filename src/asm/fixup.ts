/** A place whose bytes wait for a symbol's value, or become a relocation. A large source has hundreds of thousands of them. */
import type { Expr } from './expression.js';
import type { Fragment } from './sections.js';

/** What the field is: data, or an instruction's field (see `InsnFixup.role`). */
export type FieldRole = 'data' | 'branch' | 'memory' | 'immediate' | 'absolute';

/** What is known of the field itself. */
export interface Field {
  /** In bytes. */
  readonly size: number;
  readonly pcrel: boolean;
  readonly role: FieldRole;
  /** Sign-extended by the processor (R_X86_64_32S). */
  readonly signed: boolean;
  /** A call: the symbol was undefined, global or weak when it was assembled, so that the relocation is PLT32. */
  readonly plt: boolean;
  /** Bytes of the instruction before the field: i386 counts `_GLOBAL_OFFSET_TABLE_` from the instruction's start. */
  readonly lead: number;
  /** The linker may relax the instruction: GOTPCRELX, REX_GOTPCRELX, GOT32X. */
  readonly relaxable: 'norex' | 'rex' | undefined;
  /** The address has neither base nor index. */
  readonly baseless: boolean;
  /** Bytes of the instruction that follow the field: what pcrel counts from is the instruction's end. */
  readonly trailing: number;
  /** Code size in force. */
  readonly bits: 16 | 32 | 64;
}

const roles: readonly FieldRole[] = ['data', 'branch', 'memory', 'immediate', 'absolute'];
const codeSizes = [16, 32, 64] as const;

// The facts in one number, from its lowest bit on: size (5 bits), pcrel, signed, role (3), code size (2), plt, relaxable (2),
// baseless, lead (7), trailing and 16 (7).
const PCREL = 1 << 5;
const SIGNED = 1 << 6;
const ROLE_AT = 7;
const BITS_AT = 10;
const PLT = 1 << 12;
const RELAXABLE_AT = 13;
const BASELESS = 1 << 15;
const LEAD_AT = 16;
const TRAILING_AT = 23;
/** Distances of tables count from the field itself: what follows it is then less than nothing. */
const LEAST_TRAILING = -16;

/** A field as one number. No instruction has more than 100 bytes, no field more than 16. */
export function packField(
  size: number,
  pcrel: boolean,
  signed: boolean,
  role: FieldRole,
  bits: 16 | 32 | 64,
  lead = 0,
  trailing = 0,
  plt = false,
  relaxable: 'norex' | 'rex' | undefined = undefined,
  baseless = false,
): number {
  const roleCode = role === 'data' ? 0 : role === 'branch' ? 1 : role === 'memory' ? 2 : role === 'immediate' ? 3 : 4;
  return (
    size |
    (pcrel ? PCREL : 0) |
    (signed ? SIGNED : 0) |
    (roleCode << ROLE_AT) |
    ((bits >> 5) << BITS_AT) |
    (plt ? PLT : 0) |
    ((relaxable === undefined ? 0 : relaxable === 'rex' ? 2 : 1) << RELAXABLE_AT) |
    (baseless ? BASELESS : 0) |
    (lead << LEAD_AT) |
    ((trailing - LEAST_TRAILING) << TRAILING_AT)
  );
}

export class Fixup implements Field {
  constructor(
    readonly fragment: Fragment,
    /** From the fragment's start. */
    readonly offset: number,
    readonly expression: Expr,
    private readonly field: number,
    readonly line: number,
    readonly file: string,
    /** .vtable_entry and others that know the relocation's number. */
    readonly type: number | undefined,
  ) {}

  get size(): number {
    return this.field & 31;
  }

  get pcrel(): boolean {
    return (this.field & PCREL) !== 0;
  }

  get signed(): boolean {
    return (this.field & SIGNED) !== 0;
  }

  get role(): FieldRole {
    return roles[(this.field >> ROLE_AT) & 7];
  }

  get bits(): 16 | 32 | 64 {
    return codeSizes[(this.field >> BITS_AT) & 3];
  }

  get plt(): boolean {
    return (this.field & PLT) !== 0;
  }

  get relaxable(): 'norex' | 'rex' | undefined {
    const code = (this.field >> RELAXABLE_AT) & 3;
    return code === 0 ? undefined : code === 2 ? 'rex' : 'norex';
  }

  get baseless(): boolean {
    return (this.field & BASELESS) !== 0;
  }

  get lead(): number {
    return (this.field >> LEAD_AT) & 127;
  }

  get trailing(): number {
    return (this.field >> TRAILING_AT) + LEAST_TRAILING;
  }
}
