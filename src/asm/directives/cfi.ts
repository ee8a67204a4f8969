/** .cfi_*: call frame information (gas manual, node CFI directives). dwarf/call-frames.ts keeps it, dwarf/eh-frame.ts writes it. */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { isConstant, type Expr } from '../expression.js';
import { callFrames, EMIT_DEBUG_FRAME, EMIT_EH_FRAME, EMIT_SFRAME, OMIT, type CallFrames } from '../dwarf/call-frames.js';
import { writeCallFrames } from '../dwarf/eh-frame.js';
import { dwarfRegister } from '../dwarf/registers.js';
import { findRegister } from '../x86/registers.js';
import { lowerCase, type Directive, type DirectiveTable } from './index.js';

type Open = NonNullable<CallFrames['current']>;
type Body = (frames: CallFrames, open: Open, args: Arguments, asm: Assembler) => void;

/** What is left of the statement does not matter. */
class EndOfStatement extends Error {}

/** A directive inside a procedure. `place` is false for those that describe the procedure as a whole. */
function inside(body: Body, place = true): Directive {
  return (asm, args) => {
    const frames = callFrames(asm, writeCallFrames);
    const open = frames.current;
    if (open === undefined) {
      asm.error('CFI instruction used without previous .cfi_startproc');
      return;
    }
    if (place) frames.advance(open);
    try {
      body(frames, open, args, asm);
    } catch (error) {
      if (!(error instanceof EndOfStatement)) throw error;
      args.skip();
    }
  };
}

/** The same, where nothing may follow the operands. */
function simple(body: Body, place = true): Directive {
  return inside((frames, open, args, asm) => {
    body(frames, open, args, asm);
    args.demandEnd();
  }, place);
}

const registerName = /%?[ \t]?([A-Za-z][A-Za-z0-9_.]*)(?:[ \t]*\([ \t]*([0-7])[ \t]*\))?[ \t]*(?=,|$)/y;

/** A register by name, with or without %, or by its DWARF number. */
function register(asm: Assembler, args: Arguments): number {
  const at = args.at;
  const first = args.peek();
  if (first === 37 || first >= 65) {
    registerName.lastIndex = args.pos;
    const match = registerName.exec(args.text);
    const found = match === null ? undefined : dwarfRegister(match[1].toLowerCase() + (match[2] ?? ''), asm.state.bits);
    if (found !== undefined) {
      args.pos = registerName.lastIndex;
      return found;
    }
    // One that only other code has ends the statement.
    if (first === 37 && match !== null && findRegister(lowerCase(match[1])) !== undefined) {
      asm.error('bad register expression', at);
      throw new EndOfStatement();
    }
  }
  const expression = args.expression();
  const found = expression.kind === 'register' ? dwarfRegister(expression.register.name, asm.state.bits) : number(asm, expression);
  if (found !== undefined && found >= 0) return found;
  asm.error('bad register expression', at);
  return 0;
}

function number(asm: Assembler, expression: Expr): number | undefined {
  if (expression.kind === 'absent' || expression.kind === 'big') return undefined;
  const value = expression.kind === 'constant' ? expression : asm.evaluateNow(expression);
  if (value === null || ('add' in value && !isConstant(value))) return undefined;
  return Number(BigInt.asIntN(32, value.value));
}

function separator(asm: Assembler, args: Arguments): void {
  if (!args.comma()) asm.error('missing separator', args.at);
}

function startProcedure(asm: Assembler, args: Arguments): void {
  const frames = callFrames(asm, writeCallFrames);
  if (frames.current !== undefined) {
    asm.error('previous CFI entry not closed (missing .cfi_endproc)');
    return;
  }
  frames.begin();
  const start = args.pos;
  const plain = args.name() !== 'simple';
  if (plain) args.pos = start;
  args.demandEnd();
  if (plain) frames.initialInstructions(frames.current!);
}

function endProcedure(asm: Assembler, args: Arguments): void {
  const frames = callFrames(asm, writeCallFrames);
  const open = frames.current;
  if (open === undefined) {
    asm.error('.cfi_endproc without corresponding .cfi_startproc');
    return;
  }
  frames.end(open);
  args.demandEnd();
}

/** `.cfi_sections .eh_frame, .debug_frame`: gas compares only how the names begin. */
function sections(asm: Assembler, args: Arguments): void {
  const frames = callFrames(asm, writeCallFrames);
  let chosen = 0;
  for (;;) {
    const start = args.pos;
    const name = args.peek() < 0 ? null : args.name();
    const bit = name === null ? 0 : sectionBit(name);
    if (bit === 0) {
      args.pos = start;
      break;
    }
    chosen |= bit;
    const comma = args.pos;
    if (!args.comma()) break;
    const next = args.peek();
    if (next < 0 || !/[A-Za-z_.$"\x80-\xff]/.test(String.fromCharCode(next))) {
      args.pos = comma;
      break;
    }
  }
  args.demandEnd();
  if (frames.sectionsSettled && (chosen & EMIT_EH_FRAME) !== 0 && (frames.sections & EMIT_EH_FRAME) === 0) {
    asm.error('inconsistent uses of .cfi_sections');
  }
  frames.sections = frames.always | chosen;
}

function sectionBit(name: string): number {
  if (name.startsWith('.eh_frame') && name[9] !== '_') return EMIT_EH_FRAME;
  if (name.startsWith('.debug_frame')) return EMIT_DEBUG_FRAME;
  return name.startsWith('.sframe') ? EMIT_SFRAME : 0;
}

/** `.cfi_restore 3, 4`: one instruction for each register. */
function registers(kind: 'restore' | 'undefined'): Directive {
  return simple((frames, open, args, asm) => {
    do frames.add(open, { kind, register: register(asm, args) });
    while (args.comma());
  });
}

/** May a pointer be encoded so? Absolute or relative to its place, and 2, 4, 8 bytes or an address wide. */
function goodEncoding(encoding: number): boolean {
  if ((encoding & 0xff) !== encoding) return false;
  const application = encoding & 0x70;
  return (application === 0 || application === 0x10) && (encoding & 7) !== 1 && (encoding & 7) <= 4;
}

/** The expression of a pointer, or null when it cannot be one in this encoding. */
function pointer(asm: Assembler, args: Arguments, encoding: number): Expr | null {
  const expression = args.expression();
  if (expression.kind === 'constant') return (encoding & 0x70) === 0x10 ? null : expression;
  if (expression.kind === 'symbol') return expression;
  if (expression.kind !== 'binary') return null;
  const value = asm.evaluateNow(expression);
  return value !== null && value.add !== null && value.sub === null ? expression : null;
}

/** .cfi_personality and .cfi_lsda: an encoding, and unless that is DW_EH_PE_omit a pointer. */
function encodedPointer(name: '.cfi_personality' | '.cfi_lsda'): Directive {
  return inside((_frames, { procedure }, args, asm) => {
    const at = args.at;
    const encoding = Number(BigInt.asIntN(32, args.absolute()));
    let expression: Expr | null = null;
    if (encoding !== OMIT) {
      if (!goodEncoding(encoding)) {
        asm.error(`invalid or unsupported encoding in ${name}`, at);
        return;
      }
      if (!args.comma()) {
        asm.error(`${name} requires encoding and symbol arguments`, args.at);
        if (args.atEnd()) asm.swallowLine(false);
        return;
      }
      expression = pointer(asm, args, encoding);
      if (expression === null) {
        asm.error(`wrong second argument to ${name}`, args.at);
        return;
      }
    }
    if (name === '.cfi_lsda') {
      procedure.lsdaEncoding = encoding;
      procedure.lsda = expression;
    } else {
      procedure.personalityEncoding = encoding;
      procedure.personality = expression;
    }
    args.demandEnd();
  }, false);
}

function valueEncodedAddress(frames: CallFrames, open: Open, args: Arguments, asm: Assembler): void {
  const saved = register(asm, args);
  separator(asm, args);
  const encoding = Number(BigInt.asIntN(32, args.absolute()));
  // So says gas, too.
  const good = goodEncoding(encoding);
  if (!good) asm.error('invalid or unsupported encoding in .cfi_lsda');
  separator(asm, args);
  const expression = pointer(asm, args, encoding);
  if (!good || expression === null) asm.error('wrong third argument to .cfi_val_encoded_addr');
  else frames.add(open, { kind: 'encodedAddress', register: saved, encoding, expression });
}

function escape(frames: CallFrames, open: Open, args: Arguments): void {
  const bytes: Expr[] = [];
  do bytes.push(args.expression());
  while (args.comma());
  frames.add(open, { kind: 'escape', bytes });
}

function unsupported(name: string): Directive {
  return (asm) => asm.error(`${name} is not supported for this target`);
}

const windowSave = simple((frames, open) => frames.add(open, { kind: 'windowSave' }));

export const cfiTable: DirectiveTable = {
  '.cfi_sections': sections,
  '.cfi_startproc': startProcedure,
  '.cfi_endproc': endProcedure,
  '.cfi_def_cfa': simple((frames, open, args, asm) => {
    const base = register(asm, args);
    separator(asm, args);
    frames.defineCfa(open, base, args.absolute());
  }),
  '.cfi_def_cfa_register': simple((frames, open, args, asm) => frames.add(open, { kind: 'defCfaRegister', register: register(asm, args) })),
  '.cfi_def_cfa_offset': simple((frames, open, args) => frames.defineCfaOffset(open, args.absolute())),
  '.cfi_adjust_cfa_offset': simple((frames, open, args) => frames.defineCfaOffset(open, open.cfaOffset + args.absolute())),
  '.cfi_offset': simple((frames, open, args, asm) => {
    const saved = register(asm, args);
    separator(asm, args);
    frames.saveAt(open, 'offset', saved, args.absolute());
  }),
  '.cfi_rel_offset': simple((frames, open, args, asm) => {
    const saved = register(asm, args);
    separator(asm, args);
    frames.saveAt(open, 'offset', saved, args.absolute() - open.cfaOffset);
  }),
  '.cfi_val_offset': simple((frames, open, args, asm) => {
    const saved = register(asm, args);
    separator(asm, args);
    frames.saveAt(open, 'valOffset', saved, args.absolute());
  }),
  '.cfi_register': simple((frames, open, args, asm) => {
    const saved = register(asm, args);
    separator(asm, args);
    frames.add(open, { kind: 'register', register: saved, saved: register(asm, args) });
  }),
  '.cfi_restore': registers('restore'),
  '.cfi_undefined': registers('undefined'),
  '.cfi_same_value': simple((frames, open, args, asm) => frames.add(open, { kind: 'sameValue', register: register(asm, args) })),
  '.cfi_remember_state': simple((frames, open) => frames.rememberState(open)),
  '.cfi_restore_state': simple((frames, open) => frames.restoreState(open)),
  '.cfi_return_column': simple((_frames, open, args, asm) => {
    open.procedure.returnColumn = register(asm, args);
  }),
  '.cfi_signal_frame': simple((_frames, open) => {
    open.procedure.signalFrame = true;
  }),
  '.cfi_window_save': windowSave,
  '.cfi_negate_ra_state': windowSave,
  '.cfi_escape': simple(escape),
  '.cfi_personality': encodedPointer('.cfi_personality'),
  '.cfi_lsda': encodedPointer('.cfi_lsda'),
  '.cfi_val_encoded_addr': simple(valueEncodedAddress),
  '.cfi_label': inside((frames, open, args, asm) => {
    const name = args.name();
    if (name === null) {
      asm.error('expected symbol name', args.at);
      return;
    }
    frames.add(open, { kind: 'label', name, symbol: null });
    args.demandEnd();
  }),
  '.cfi_personality_id': unsupported('.cfi_personality_id'),
  '.cfi_inline_lsda': unsupported('.cfi_inline_lsda'),
  '.cfi_fde_data': unsupported('.cfi_fde_data'),
};
