/** Processor state as plain data, in the manual's names (Intel SDM volume 3A, chapters 2 and 3). */

// prettier-ignore
export interface GeneralRegisters {
  rax: bigint; rbx: bigint; rcx: bigint; rdx: bigint; rsi: bigint; rdi: bigint; rsp: bigint; rbp: bigint;
  r8: bigint; r9: bigint; r10: bigint; r11: bigint; r12: bigint; r13: bigint; r14: bigint; r15: bigint;
  rip: bigint; rflags: bigint;
}

/** A segment register with its hidden part. */
export interface Segment {
  selector: number;
  base: bigint;
  /** Last valid offset in bytes, already scaled by the granularity. */
  limit: number;
  /** Type field of the descriptor: 11 is readable, accessed code; 3 writable, accessed data; 2 LDT; 11 with s = 0 a busy TSS. */
  type: number;
  present: boolean;
  dpl: number;
  /** 32-bit default size (D/B). */
  db: boolean;
  /** Code or data (not a system segment). */
  s: boolean;
  /** 64-bit code (L). */
  l: boolean;
  /** Granularity of 4 KiB (G). */
  g: boolean;
  avl: boolean;
  unusable: boolean;
}

export interface DescriptorTable {
  base: bigint;
  limit: number;
}

export interface SystemRegisters {
  cs: Segment;
  ds: Segment;
  es: Segment;
  fs: Segment;
  gs: Segment;
  ss: Segment;
  tr: Segment;
  ldt: Segment;
  gdt: DescriptorTable;
  idt: DescriptorTable;
  cr0: bigint;
  cr2: bigint;
  cr3: bigint;
  cr4: bigint;
  cr8: bigint;
  efer: bigint;
  apicBase: bigint;
}

export interface DebugRegisters {
  /** Breakpoint addresses DR0 to DR3. */
  addresses: [bigint, bigint, bigint, bigint];
  dr6: bigint;
  dr7: bigint;
}

export const CR0_PE = 1n;
export const CR0_WP = 1n << 16n;
export const CR0_PG = 1n << 31n;
export const CR4_PSE = 1n << 4n;
export const CR4_PAE = 1n << 5n;
export const CR4_LA57 = 1n << 12n;
export const EFER_LME = 1n << 8n;
export const EFER_LMA = 1n << 10n;
export const RFLAGS_TF = 1n << 8n;
export const RFLAGS_IF = 1n << 9n;
export const RFLAGS_VM = 1n << 17n;

/** Code size at cs: 16, 32 or 64. */
export function codeBits(system: Pick<SystemRegisters, 'cs' | 'efer' | 'cr0'>): 16 | 32 | 64 {
  if ((system.efer & EFER_LMA) !== 0n && system.cs.l) return 64;
  return (system.cr0 & CR0_PE) !== 0n && system.cs.db ? 32 : 16;
}

/** Linear address of the next instruction. */
export function linearRip(general: GeneralRegisters, system: SystemRegisters): bigint {
  return codeBits(system) === 64 ? general.rip : BigInt.asUintN(32, system.cs.base + general.rip);
}

/** A flat segment of the given kind, as a descriptor with base 0 and limit 4 GiB − 1 loads it. */
export function flatSegment(kind: 'code16' | 'code32' | 'code64' | 'data', selector: number): Segment {
  return {
    selector,
    base: 0n,
    limit: 0xffff_ffff,
    type: kind === 'data' ? 3 : 11,
    present: true,
    dpl: 0,
    db: kind === 'code32' || kind === 'data',
    s: true,
    l: kind === 'code64',
    g: true,
    avl: false,
    unusable: false,
  };
}

/** A real-mode segment: base is selector × 16, limit 64 KiB − 1. */
export function realSegment(selector: number, code = false): Segment {
  return {
    ...flatSegment('data', selector),
    base: BigInt(selector) << 4n,
    limit: 0xffff,
    type: code ? 11 : 3,
    db: false,
    g: false,
  };
}
