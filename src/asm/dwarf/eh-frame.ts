/**
 * .eh_frame and .debug_frame: CIEs, shared between the procedures that begin alike, and FDEs (DWARF 4 standard, section
 * 6.4.1; Linux Standard Base, Core, sections 10.5 and 10.6).
 */
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import {
  EMIT_DEBUG_FRAME,
  EMIT_EH_FRAME,
  EMIT_SFRAME,
  OMIT,
  type CallFrameInstruction,
  type CallFrames,
  type Procedure,
} from './call-frames.js';
import { writeSframe } from './sframe.js';
import { debugSection, plus, startOf } from './debug-sections.js';
import { checkInstruction, encodeInstruction } from './frame-instructions.js';
import { addressOf, appendLate, type LateBytes } from './late.js';

/** DW_EH_PE_pcrel | DW_EH_PE_sdata4: how FDEs give the address of their code. */
const FDE_ENCODING = 0x1b;
const PCREL = 0x10;

/** A common information entry; `address` is its place in the section during the present pass. */
interface Cie {
  readonly model: Procedure;
  /** How many of the model's instructions are initial ones. */
  readonly count: number;
  address: number;
}

/** Writes what the .cfi_* directives gathered. Called once, when everything has been read. */
export function writeCallFrames(asm: Assembler, frames: CallFrames): void {
  for (const procedure of frames.procedures) {
    if (procedure.end !== null) continue;
    asm.report({
      severity: 'error',
      message: 'open CFI at the end of file; missing .cfi_endproc directive',
      at: { file: asm.file, line: 0 },
    });
    procedure.end = procedure.start;
  }
  if (frames.procedures.length === 0) return;
  if ((frames.allSections & EMIT_EH_FRAME) !== 0) writeSection(asm, frames, true);
  if ((frames.allSections & EMIT_SFRAME) !== 0) writeSframe(asm, frames);
  if ((frames.allSections & EMIT_DEBUG_FRAME) !== 0) writeSection(asm, frames, false);
}

function writeSection(asm: Assembler, frames: CallFrames, eh: boolean): void {
  const section = debugSection(asm, eh ? '.eh_frame' : '.debug_frame', eh ? 2n : 0n);
  section.alignPower = Math.max(section.alignPower, asm.addressSize === 8 ? 3 : 2);
  const writer = new FrameWriter(asm, frames, eh, startOf(section));
  const cies: Cie[] = [];
  const plan: { procedure: Procedure; cie: Cie; first: boolean }[] = [];
  for (const procedure of frames.procedures) {
    if ((procedure.sections & (eh ? EMIT_EH_FRAME : EMIT_DEBUG_FRAME)) === 0) continue;
    for (const instruction of procedure.instructions) checkInstruction(asm, instruction, section);
    const found = cies.find((cie) => matches(cie, procedure, eh));
    const cie = found ?? { model: procedure, count: initialCount(procedure), address: 0 };
    if (found === undefined) {
      cies.unshift(cie);
      const { returnColumn } = procedure;
      if ((asm.options.cieVersion ?? 1) === 1 && returnColumn > 255) {
        asm.report({
          severity: 'error',
          message: `return column number ${returnColumn} overflows in CIE version 1`,
          at: { file: asm.file, line: 0 },
        });
      }
    }
    plan.push({ procedure, cie, first: found === undefined });
  }
  const last = frames.procedures.at(-1);
  appendLate(asm, section, (out) => {
    for (const { procedure, cie, first } of plan) {
      if (first) writer.cie(cie, out);
      writer.fde(procedure, cie, out, procedure === last);
    }
  });
}

/** Instructions that only the procedure itself can have: what stands before the first of them may go into the CIE. */
function endsInitial({ kind }: CallFrameInstruction): boolean {
  switch (kind) {
    case 'advance':
    case 'rememberState':
    case 'windowSave':
    case 'escape':
    case 'encodedAddress':
    case 'label':
      return true;
    default:
      return false;
  }
}

function initialCount({ instructions }: Procedure): number {
  const end = instructions.findIndex(endsInitial);
  return end < 0 ? instructions.length : end;
}

/** Does `procedure` begin with all that `cie` says? .debug_frame has no personalities and LSDAs to tell CIEs apart. */
function matches(cie: Cie, procedure: Procedure, eh: boolean): boolean {
  const { model, count } = cie;
  if (model.returnColumn !== procedure.returnColumn || model.signalFrame !== procedure.signalFrame) return false;
  if (eh) {
    if (model.personalityEncoding !== procedure.personalityEncoding || model.lsdaEncoding !== procedure.lsdaEncoding) return false;
    if (model.personalityEncoding !== OMIT && !sameExpression(model.personality!, procedure.personality!)) return false;
  }
  const { instructions } = procedure;
  if (count > instructions.length) return false;
  for (let i = 0; i < count; i++) if (!sameInstruction(model.instructions[i], instructions[i])) return false;
  return true;
}

function sameInstruction(a: CallFrameInstruction, b: CallFrameInstruction): boolean {
  if (a.kind !== b.kind) return false;
  const p = a as { register?: number; saved?: number; offset?: bigint };
  const q = b as { register?: number; saved?: number; offset?: bigint };
  return p.register === q.register && p.saved === q.saved && p.offset === q.offset;
}

/** Of the shapes that .cfi_personality takes: a number, a symbol, a symbol and a number. */
function sameExpression(a: Expr, b: Expr): boolean {
  if (a.kind === 'constant' && b.kind === 'constant') return a.value === b.value;
  if (a.kind === 'symbol' && b.kind === 'symbol') return a.symbol === b.symbol;
  if (a.kind === 'binary' && b.kind === 'binary')
    return a.operator === b.operator && sameExpression(a.left, b.left) && sameExpression(a.right, b.right);
  return false;
}

/** Writes the entries of one section. */
class FrameWriter {
  constructor(
    private readonly asm: Assembler,
    private readonly frames: CallFrames,
    private readonly eh: boolean,
    /** The section's own start, for .debug_frame's references to CIEs. */
    private readonly start: Expr,
  ) {}

  cie(cie: Cie, out: LateBytes): void {
    const { asm, eh } = this;
    const { model, count } = cie;
    const version = asm.options.cieVersion ?? 1;
    const personality = eh && model.personalityEncoding !== OMIT;
    const lsda = eh && model.lsdaEncoding !== OMIT;
    cie.address = out.address;
    const begin = out.length;
    out.u32(0);
    out.u32(eh ? 0 : -1);
    out.u8(version);
    out.cstring((eh ? `z${personality ? 'P' : ''}${lsda ? 'L' : ''}R` : '') + (model.signalFrame ? 'S' : ''));
    if (version >= 4) {
      // Address size and segment selector size; gas says 8 for every target.
      out.u8(8);
      out.u8(0);
    }
    out.uleb(1);
    out.sleb(this.frames.dataAlignment);
    if (version === 1) out.u8(model.returnColumn);
    else out.uleb(model.returnColumn);
    if (eh) {
      out.uleb(1 + (lsda ? 1 : 0) + (personality ? 1 + this.encodingSize(model.personalityEncoding) : 0));
      if (personality) {
        out.u8(model.personalityEncoding);
        this.encoded(out, model.personality!, model.personalityEncoding);
      }
      if (lsda) out.u8(model.lsdaEncoding);
      out.u8(FDE_ENCODING);
    }
    for (let i = 0; i < count; i++) encodeInstruction(out, model.instructions[i], this.frames.dataAlignment, asm.addressSize);
    this.finish(out, begin, eh ? 4 : asm.addressSize);
  }

  fde(procedure: Procedure, cie: Cie, out: LateBytes, last: boolean): void {
    const { asm, eh } = this;
    const begin = out.length;
    out.u32(0);
    if (eh) out.u32(out.address - cie.address);
    else out.field(4, plus(this.start, cie.address));
    const size = eh ? 4 : asm.addressSize;
    out.field(size, procedure.address, eh);
    out.uint(size, addressOf(procedure.end!) - addressOf(procedure.start));
    if (eh) {
      const lsda = procedure.lsdaEncoding !== OMIT;
      out.uleb(lsda ? this.encodingSize(procedure.lsdaEncoding) : 0);
      if (lsda) this.encoded(out, procedure.lsda!, procedure.lsdaEncoding);
    }
    const { instructions } = procedure;
    for (let i = cie.count; i < instructions.length; i++)
      encodeInstruction(out, instructions[i], this.frames.dataAlignment, asm.addressSize);
    this.finish(out, begin, eh && !last ? 4 : asm.addressSize);
  }

  /** Pads the entry and fills in its length. */
  private finish(out: LateBytes, begin: number, alignment: number): void {
    out.pad(alignment);
    out.patch32(begin, out.length - begin - 4);
  }

  /** Bytes of a value of encoding DW_EH_PE_absptr, udata2, udata4 or udata8 and their signed forms. */
  private encodingSize(encoding: number): number {
    return [this.asm.addressSize, 0, 2, 4, 8][encoding & 7] ?? 0;
  }

  private encoded(out: LateBytes, expression: Expr, encoding: number): void {
    out.field(this.encodingSize(encoding), expression, (encoding & 0x70) === PCREL);
  }
}
