/** Call frame instructions to bytes (DWARF 4 standard, section 7.23). */
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import type { Section } from '../sections.js';
import { registerIndex } from '../x86/registers.js';
import type { CallFrameInstruction } from './call-frames.js';
import { addressOf, type LateBytes } from './late.js';

// prettier-ignore
const DW_CFA = {
  advance_loc: 0x40, offset: 0x80, restore: 0xc0, advance_loc1: 2, advance_loc2: 3, advance_loc4: 4, offset_extended: 5,
  restore_extended: 6, undefined: 7, same_value: 8, register: 9, remember_state: 10, restore_state: 11, def_cfa: 12,
  def_cfa_register: 13, def_cfa_offset: 14, offset_extended_sf: 17, def_cfa_sf: 18, def_cfa_offset_sf: 19, val_offset: 20,
  val_offset_sf: 21, val_expression: 22, GNU_window_save: 0x2d,
} as const;
const DW_OP_ADDR = 3;
const DW_OP_GNU_ENCODED_ADDR = 0xf1;

/** Appends `instruction`. `alignment` is the CIE's data alignment factor, `addressSize` the bytes of an address. */
export function encodeInstruction(out: LateBytes, instruction: CallFrameInstruction, alignment: number, addressSize: number): void {
  switch (instruction.kind) {
    case 'advance':
      return encodeAdvance(out, addressOf(instruction.to) - addressOf(instruction.from));
    case 'defCfa': {
      const { register, offset } = instruction;
      out.u8(offset < 0n ? DW_CFA.def_cfa_sf : DW_CFA.def_cfa);
      out.uleb(register);
      if (offset < 0n) out.bigSleb(offset / BigInt(alignment));
      else out.bigUleb(offset);
      return;
    }
    case 'defCfaOffset': {
      const { offset } = instruction;
      out.u8(offset < 0n ? DW_CFA.def_cfa_offset_sf : DW_CFA.def_cfa_offset);
      if (offset < 0n) out.bigSleb(offset / BigInt(alignment));
      else out.bigUleb(offset);
      return;
    }
    case 'defCfaRegister':
    case 'undefined':
    case 'sameValue':
      out.u8({ defCfaRegister: DW_CFA.def_cfa_register, undefined: DW_CFA.undefined, sameValue: DW_CFA.same_value }[instruction.kind]);
      return out.uleb(instruction.register);
    case 'restore': {
      const { register } = instruction;
      if (register <= 0x3f) return out.u8(DW_CFA.restore + register);
      out.u8(DW_CFA.restore_extended);
      return out.uleb(register);
    }
    case 'offset': {
      const { register } = instruction;
      const factored = instruction.offset / BigInt(alignment);
      if (factored >= 0n && register <= 0x3f) out.u8(DW_CFA.offset + register);
      else {
        out.u8(factored < 0n ? DW_CFA.offset_extended_sf : DW_CFA.offset_extended);
        out.uleb(register);
      }
      return factored < 0n ? out.bigSleb(factored) : out.bigUleb(factored);
    }
    case 'valOffset': {
      const factored = instruction.offset / BigInt(alignment);
      out.u8(factored < 0n ? DW_CFA.val_offset_sf : DW_CFA.val_offset);
      out.uleb(instruction.register);
      return factored < 0n ? out.bigSleb(factored) : out.bigUleb(factored);
    }
    case 'register':
      out.u8(DW_CFA.register);
      out.uleb(instruction.register);
      return out.uleb(instruction.saved);
    case 'rememberState':
      return out.u8(DW_CFA.remember_state);
    case 'restoreState':
      return out.u8(DW_CFA.restore_state);
    case 'windowSave':
      return out.u8(DW_CFA.GNU_window_save);
    case 'escape':
      for (const expression of instruction.bytes) {
        if (expression.kind === 'constant') out.u8(Number(expression.value & 0xffn));
        else if (expression.kind === 'absent') out.u8(0);
        else if (expression.kind === 'big') out.u8(Number(expression.value & 0xffn));
        else if (expression.kind === 'register') out.u8(registerIndex(expression.register));
        else out.field(1, expression);
      }
      return;
    case 'encodedAddress':
      return encodedAddress(out, instruction, addressSize);
    case 'label':
      if (instruction.symbol !== null) instruction.symbol.offset = out.fragment.size + out.length;
      return;
  }
}

/** The shortest form for `delta` bytes of code; none for 0. */
export function encodeAdvance(out: LateBytes, delta: number): void {
  if (delta === 0) return;
  if (delta > 0 && delta <= 0x3f) out.u8(DW_CFA.advance_loc + delta);
  else if (delta > 0 && delta <= 0xff) {
    out.u8(DW_CFA.advance_loc1);
    out.u8(delta);
  } else if (delta > 0 && delta <= 0xffff) {
    out.u8(DW_CFA.advance_loc2);
    out.u16(delta);
  } else {
    out.u8(DW_CFA.advance_loc4);
    out.u32(delta);
  }
}

/** .cfi_val_encoded_addr: a value expression that is an address, absolute or in an encoding of its own. */
function encodedAddress(out: LateBytes, instruction: Extract<CallFrameInstruction, { kind: 'encodedAddress' }>, addressSize: number): void {
  const { register, encoding, expression } = instruction;
  const size = [addressSize, 0, 2, 4, 8][encoding & 7] ?? 0;
  out.u8(DW_CFA.val_expression);
  out.uleb(register);
  if (encoding === 0) {
    out.uleb(1 + size);
    out.u8(DW_OP_ADDR);
  } else {
    out.uleb(2 + size);
    out.u8(DW_OP_GNU_ENCODED_ADDR);
    out.u8(encoding);
  }
  out.field(size, expression, (encoding & 0x70) === 0x10);
}

/** What is told of a byte of .cfi_escape, by the kind of its expression. */
const escapeWarnings: Partial<Record<Expr['kind'], string>> = {
  absent: 'zero assumed for missing expression',
  big: 'bignum truncated to 1 byte',
  register: 'register value used as expression',
};

/** What gas finds out about an instruction only when it writes it: labels are defined, missing and wide bytes told. */
export function checkInstruction(asm: Assembler, instruction: CallFrameInstruction, section: Section): void {
  const at = { file: asm.file, line: 0 };
  if (instruction.kind === 'label') {
    const symbol = asm.symbols.findOrMake(instruction.name);
    if (symbol.defined || symbol.common !== null) {
      asm.report({ severity: 'error', message: `symbol \`${instruction.name}' is already defined`, at });
      return;
    }
    symbol.section = section;
    symbol.fragment = section.chain(0).last;
    instruction.symbol = symbol;
  } else if (instruction.kind === 'escape') {
    for (const expression of instruction.bytes) {
      const told = escapeWarnings[expression.kind];
      if (told !== undefined) asm.report({ severity: 'warning', message: told, at });
      else if (expression.kind === 'constant' && (expression.value < -0x80n || expression.value > 0xffn)) {
        const shown = BigInt.asUintN(64, expression.value).toString(16);
        const message = `value 0x${shown} truncated to 0x${(expression.value & 0xffn).toString(16)}`;
        asm.report({ severity: 'warning', message, at });
      }
    }
  }
}
