/**
 * What the .cfi_* directives say, function by function (DWARF 4 standard, section 6.4; gas manual, node CFI directives).
 * eh-frame.ts writes it out.
 */
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import type { Chain } from '../sections.js';
import type { AsmSymbol } from '../symbols.js';
import { dwarfRegister } from './registers.js';
import type { Place } from './late.js';

/** One call frame instruction. Offsets are in bytes, not yet factored by the data alignment. */
export type CallFrameInstruction =
  | { readonly kind: 'advance'; readonly from: Place; readonly to: Place }
  | { readonly kind: 'defCfa' | 'offset' | 'valOffset'; readonly register: number; readonly offset: bigint }
  | { readonly kind: 'defCfaRegister' | 'restore' | 'undefined' | 'sameValue'; readonly register: number }
  | { readonly kind: 'defCfaOffset'; readonly offset: bigint }
  | { readonly kind: 'register'; readonly register: number; readonly saved: number }
  | { readonly kind: 'rememberState' | 'restoreState' | 'windowSave' }
  | { readonly kind: 'escape'; readonly bytes: readonly Expr[] }
  | { readonly kind: 'encodedAddress'; readonly register: number; readonly encoding: number; readonly expression: Expr }
  | { readonly kind: 'label'; readonly name: string; symbol: AsmSymbol | null };

/** DW_EH_PE_omit: no such value. */
export const OMIT = 0xff;

/** .cfi_sections, as a set of bits. */
export const EMIT_EH_FRAME = 1;
export const EMIT_DEBUG_FRAME = 2;
export const EMIT_SFRAME = 4;

/** From .cfi_startproc to .cfi_endproc. */
export interface Procedure {
  readonly start: Place;
  end: Place | null;
  readonly chain: Chain;
  /** The start as an expression, for relocations. */
  readonly address: Expr;
  readonly instructions: CallFrameInstruction[];
  /** EMIT_* bits. */
  readonly sections: number;
  returnColumn: number;
  signalFrame: boolean;
  /** DW_EH_PE_*, or OMIT. */
  personalityEncoding: number;
  personality: Expr | null;
  lsdaEncoding: number;
  lsda: Expr | null;
}

interface OpenProcedure {
  readonly procedure: Procedure;
  last: Place;
  /** CFA offset in force, for .cfi_rel_offset and .cfi_adjust_cfa_offset; what .cfi_remember_state saved of it. */
  cfaOffset: bigint;
  readonly saved: bigint[];
}

/** All call frame information of one assembly. */
export class CallFrames {
  readonly procedures: Procedure[] = [];
  /** EMIT_* bits that .cfi_sections chose last, and those that any procedure has asked for. */
  sections: number;
  /** Those that an option asks for. */
  readonly always: number;
  allSections = 0;
  sectionsSettled = false;
  /** A procedure may be open in every subsection at once. */
  private readonly open = new Map<Chain, OpenProcedure>();
  /** Factor of offsets in CIEs: -4 for i386, -8 for x86-64 and x32. */
  readonly dataAlignment: number;
  private readonly returnColumn: number;

  constructor(private readonly asm: Assembler) {
    this.dataAlignment = asm.is64 ? -8 : -4;
    this.returnColumn = asm.is64 ? 16 : 8;
    this.always = asm.options.sframe === true ? EMIT_SFRAME : 0;
    this.sections = this.always | EMIT_EH_FRAME;
  }

  /** The procedure open in the present subsection. */
  get current(): OpenProcedure | undefined {
    return this.open.get(this.asm.chain);
  }

  private here(): Place {
    const { chain, section, absoluteLocation } = this.asm;
    return { fragment: chain.last, offset: section.absolute ? Number(absoluteLocation) : chain.data.length - chain.last.start };
  }

  /** .cfi_startproc: the caller has made sure that none is open here. */
  begin(): void {
    const { asm } = this;
    const start = this.here();
    this.sectionsSettled = true;
    this.allSections |= this.sections;
    const procedure: Procedure = {
      start,
      end: null,
      chain: asm.chain,
      address: asm.here().reference,
      instructions: [],
      sections: this.allSections,
      returnColumn: this.returnColumn,
      signalFrame: false,
      personalityEncoding: OMIT,
      personality: null,
      lsdaEncoding: OMIT,
      lsda: null,
    };
    this.procedures.push(procedure);
    this.open.set(asm.chain, { procedure, last: start, cfaOffset: 0n, saved: [] });
  }

  /** What holds at every function's first instruction: the CFA lies behind the return address. */
  initialInstructions(open: OpenProcedure): void {
    const { bits } = this.asm.state;
    this.defineCfa(open, dwarfRegister(bits === 64 ? 'rsp' : 'esp', bits)!, BigInt(-this.dataAlignment));
    this.add(open, { kind: 'offset', register: this.returnColumn, offset: BigInt(this.dataAlignment) });
  }

  /** .cfi_endproc */
  end(open: OpenProcedure): void {
    open.procedure.end = this.here();
    this.open.delete(this.asm.chain);
  }

  /** Moves the location to the present place, when output has moved on since the last instruction. */
  advance(open: OpenProcedure): void {
    const { last } = open;
    const to = this.here();
    if (last.fragment === to.fragment && last.offset === to.offset) return;
    open.procedure.instructions.push({ kind: 'advance', from: last, to });
    open.last = to;
  }

  add(open: OpenProcedure, instruction: CallFrameInstruction): void {
    open.procedure.instructions.push(instruction);
  }

  defineCfa(open: OpenProcedure, register: number, offset: bigint): void {
    this.add(open, { kind: 'defCfa', register, offset });
    open.cfaOffset = offset;
  }

  defineCfaOffset(open: OpenProcedure, offset: bigint): void {
    this.add(open, { kind: 'defCfaOffset', offset });
    open.cfaOffset = offset;
  }

  /** `register` is saved at (or, `valOffset`, has the value) CFA + offset. */
  saveAt(open: OpenProcedure, kind: 'offset' | 'valOffset', register: number, offset: bigint): void {
    if (offset % BigInt(this.dataAlignment) !== 0n) this.asm.error(`register save offset not a multiple of ${-this.dataAlignment}`);
    this.add(open, { kind, register, offset });
  }

  rememberState(open: OpenProcedure): void {
    this.add(open, { kind: 'rememberState' });
    open.saved.push(open.cfaOffset);
  }

  restoreState(open: OpenProcedure): void {
    const saved = open.saved.pop();
    if (saved === undefined) {
      this.asm.error('CFI state restore without previous remember');
      return;
    }
    this.add(open, { kind: 'restoreState' });
    open.cfaOffset = saved;
  }
}

/** The call frames of `asm`; the first use also arranges for them to be written at the end. */
export function callFrames(asm: Assembler, write: (asm: Assembler, frames: CallFrames) => void): CallFrames {
  let frames = asm.parts.get('cfi') as CallFrames | undefined;
  if (frames === undefined) {
    const made = new CallFrames(asm);
    frames = made;
    asm.parts.set('cfi', made);
    asm.finishers.push(() => write(asm, made));
  }
  return frames;
}
