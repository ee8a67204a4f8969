/**
 * The hinge between the assembler's core and the instruction encoder: text of one statement in, bytes and fixups out.
 */
import type { Expr } from '../expression.js';
import type { BranchTail } from '../sections.js';
import type { BranchClass } from './branch-class.js';
import type { Register } from './registers.js';
import type { Uses } from './used-features.js';

/** Everything of the assembler's state that changes how an instruction is read or encoded. A cache key is `epoch`. */
export interface CodeState {
  bits: 16 | 32 | 64;
  /** x32: 64-bit code, 32-bit pointers. */
  x32: boolean;
  /** Of the object file. */
  abi: '32' | '64' | 'x32';
  /** .code16gcc */
  code16gcc: boolean;
  syntax: 'att' | 'intel';
  /** noprefix: registers need no %. */
  nakedRegisters: boolean;
  /** -mmnemonic: decides the fsub/fsubr family. */
  mnemonic: 'att' | 'intel';
  /** .allow_index_reg */
  allowIndexRegister: boolean;
  /** -march/.arch: enabled features, CPU to tune for; owned by x86/arch.ts. */
  arch: ArchState;
  options: X86Options;
  /** Names that .set or `=` has given to registers; absent when there are none. */
  registerNames?: Map<string, Register>;
  /** Encodings carry notes: -mx86-used-note or -malign-branch-boundary is given. */
  annotate?: boolean;
  /** Changes whenever any of the above changes; encodings cached under another epoch do not apply. */
  epoch: number;
  /** Nothing is taken from caches (a switch for tests). */
  noCache?: boolean;
}

/** Owned by x86/arch.ts; opaque to the core. */
export interface ArchState {
  /** Features in force (names as -march extensions give them); `*`: all. */
  readonly features: ReadonlySet<string>;
  /** The CPU that was named, '' when none was, and `.ext.noext` behind it. */
  readonly cpu: string;
  readonly extensions: string;
  /** The CPU to tune for, '' when none was named; `tuned`: by -mtune. */
  readonly tune: string;
  readonly tuned?: boolean;
  /** .arch x, nojumps: no promotion of jcc to jcc-over-jmp. */
  readonly jumps: boolean;
  /** 0F 1F nops can be used for padding. */
  readonly nop: boolean;
}

/** The -m and -O options of gas (gas manual, node i386-Options), in gas's defaults when undefined. */
export interface X86Options {
  optimize?: 0 | 1 | 2 | 's';
  sse2avx?: boolean;
  unalignedVectorMove?: boolean;
  sseCheck?: 'none' | 'warning' | 'error';
  operandCheck?: 'none' | 'warning' | 'error';
  avxscalar?: 128 | 256;
  vexwig?: 0 | 1;
  evexlig?: 128 | 256 | 512;
  evexwig?: 0 | 1;
  evexrcig?: 'rne' | 'rd' | 'ru' | 'rz';
  addBndPrefix?: boolean;
  omitLockPrefix?: boolean;
  fenceAsLockAdd?: boolean;
  relaxRelocations?: boolean;
  isa64?: 'amd64' | 'intel64';
  shared?: boolean;
  alignBranchBoundary?: number;
  alignBranch?: readonly string[];
  alignBranchPrefixSize?: number;
  lfenceAfterLoad?: boolean;
  lfenceBeforeIndirectBranch?: 'none' | 'all' | 'register' | 'memory';
  lfenceBeforeRet?: 'none' | 'or' | 'not' | 'shl' | 'yes';
}

/** What the encoder asks of the core while it reads a statement. */
export interface EncoderHost {
  readonly state: CodeState;
  /** Parses an expression; symbols that are absolute by now are folded into constants, as gas does. */
  parseExpression(text: string, column: number): Expr;
  /** The same for `text[start, end)`, which is a name. */
  symbolIn?(text: string, start: number, end: number): Expr;
  error(message: string, column?: number, length?: number, notes?: readonly string[], suggestion?: Suggestion): void;
  warning(message: string, column?: number): void;
}

/** What a misspelt word was meant to be, or how to find that out. */
export type Suggestion = string | (() => string | undefined);

/** A field of an encoding that waits for an expression. */
export interface InsnFixup {
  /** Bytes from the instruction's first byte. */
  readonly offset: number;
  /** 0: a mark on the instruction for the linker (TLSCALL). */
  readonly size: 0 | 1 | 2 | 4 | 8;
  /** Relative to the end of the instruction (the core subtracts what follows the field). */
  readonly pcrel: boolean;
  /** Sign-extended by the processor (R_X86_64_32S, 8-bit displacements and immediates). */
  readonly signed: boolean;
  readonly expression: Expr;
  /**
   * What the field is, for the choice of relocation: 'branch' (PLT32 in 64-bit code), 'memory' (GOTPCRELX candidates:
   * `relaxable` says by which opcode), 'immediate', 'absolute' (moffs).
   */
  readonly role: 'branch' | 'memory' | 'immediate' | 'absolute';
  /** GOTPCRELX/REX_GOTPCRELX/GOT32X may be used: the instruction is one that the linker can relax. */
  readonly relaxable?: 'norex' | 'rex';
  /** The address has neither base nor index. */
  readonly baseless?: boolean;
}

/** What is known of an instruction beyond its bytes. */
export interface InstructionNotes {
  /** For -mx86-used-note. */
  readonly uses?: Uses;
  /** For -malign-branch-boundary. */
  readonly branch?: BranchClass;
}

/** One encoded statement: immutable, so that it can be cached and emitted again. */
export interface Encoded {
  /** Zeros where fixups apply. Empty when only `branch` follows. */
  readonly bytes: Uint8Array;
  readonly fixups: readonly InsnFixup[];
  /** Ends with a jump that relaxation sizes: `bytes` then holds only its prefixes. */
  readonly branch?: BranchTail;
  /** What options about whole instructions ask (see CodeState.annotate). */
  readonly notes?: InstructionNotes;
  /** False when it depends on more than text and epoch (`.`, local labels, warnings were given). */
  readonly cacheable: boolean;
}

/** A parsed operand, AT&T and Intel alike. */
export type Operand = RegisterOperand | ImmediateOperand | MemoryOperand | RoundingOperand;

interface OperandBase {
  /** Column of its text in the statement's line, from 1. */
  readonly column: number;
  /** As written, for messages. */
  readonly text: string;
  /** {%k1}, {z} */
  readonly mask?: Register;
  readonly zeroing?: boolean;
}

export interface RegisterOperand extends OperandBase {
  readonly kind: 'register';
  readonly register: Register;
  /** `*%eax` */
  readonly indirect?: boolean;
  /** {1to8}: no register takes it, which matching finds. */
  readonly broadcast?: number;
  /** `(%dx)`: the port of in and out. */
  readonly port?: boolean;
}

export interface ImmediateOperand extends OperandBase {
  readonly kind: 'immediate';
  readonly expression: Expr;
}

export interface MemoryOperand extends OperandBase {
  readonly kind: 'memory';
  readonly segment?: Register;
  readonly displacement?: Expr;
  readonly base?: Register;
  readonly index?: Register;
  readonly scale: 1 | 2 | 4 | 8;
  readonly scaleGiven?: boolean;
  /** `*(%eax)`; in AT&T a bare expression is memory, and a branch target for branches. */
  readonly indirect?: boolean;
  /** {1to8} */
  readonly broadcast?: number;
  /** Intel `dword ptr`: bytes. */
  readonly size?: number;
}

export interface RoundingOperand extends OperandBase {
  readonly kind: 'rounding';
  readonly mode: 'rn-sae' | 'rd-sae' | 'ru-sae' | 'rz-sae' | 'sae';
}
