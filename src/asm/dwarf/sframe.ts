/**
 * .sframe: where the frame of each procedure lies, in rows that an unwinder reads without running DWARF's instructions
 * (SFrame version 1, as binutils 2.40 describes it; x86-64 only). A procedure that such rows cannot express has none.
 */
import type { Assembler } from '../assembler.js';
import { EMIT_SFRAME, type CallFrameInstruction, type CallFrames, type Procedure } from './call-frames.js';
import { debugSection } from './debug-sections.js';
import { addressOf, appendLate, type LateBytes, type Place } from './late.js';

const MAGIC = 0xdee2;
const VERSION = 1;
const ABI_AMD64_LITTLE = 3;
/** The return address always lies there, counted from the canonical frame address: rows do without it. */
const FIXED_RETURN_ADDRESS = -8;
/** Bytes of a function descriptor entry. */
const FDE_SIZE = 17;

/** DWARF's numbers of %rbp, %rsp and the return address. */
const RBP = 6;
const RSP = 7;
const RETURN_ADDRESS = 16;

/** What holds from `start` on: the frame address is a register and an offset; %rbp may be saved at an offset from it. */
interface Row {
  start: Place;
  base: number;
  cfaOffset: bigint;
  savedRbp: bigint | null;
  mangled: boolean;
}

/** Writes the section for all procedures that can be expressed. */
export function writeSframe(asm: Assembler, frames: CallFrames): void {
  if (!asm.is64 || asm.options.abi === 'x32') {
    asm.report({ severity: 'error', message: '.sframe not supported for target', at: { file: asm.file, line: 0 } });
    return;
  }
  const section = debugSection(asm, '.sframe', 2n);
  section.alignPower = Math.max(section.alignPower, 3);
  const functions: { procedure: Procedure; rows: Row[] }[] = [];
  for (const procedure of frames.procedures) {
    const rows = (procedure.sections & EMIT_SFRAME) === 0 ? null : rowsOf(procedure);
    if (rows === null) continue;
    if (rows.some((row) => offsetSize(row) === null)) {
      asm.report({ severity: 'error', fatal: true, message: 'SFrame unsupported offset value', at: { file: asm.file, line: 0 } });
      asm.fatal = true;
      return;
    }
    functions.push({ procedure, rows });
  }
  appendLate(asm, section, (out) => writeTable(out, functions));
}

/** The rows of `procedure`; null when they cannot express what its instructions say. */
function rowsOf(procedure: Procedure): Row[] | null {
  if (procedure.returnColumn !== RETURN_ADDRESS) return null;
  const rows: Row[] = [];
  let row: Row = { start: procedure.start, base: -1, cfaOffset: 0n, savedRbp: null, mangled: false };
  let remembered: Row | null = null;
  /** Did the present row change what the last one says? */
  let changed = false;
  for (const instruction of procedure.instructions) {
    switch (instruction.kind) {
      case 'advance':
        if (changed) rows.push(row);
        row = { ...(rows.at(-1) ?? row), start: instruction.to };
        changed = false;
        break;
      case 'rememberState':
        // What is kept is the last whole row.
        remembered = rows.at(-1) ?? null;
        if (remembered === null) return null;
        break;
      case 'restoreState':
        if (remembered === null) return null;
        row = { ...remembered, start: row.start };
        changed = true;
        break;
      default: {
        const outcome = perform(row, instruction, rows);
        if (outcome === 'impossible') return null;
        if (outcome === 'changed') changed = true;
      }
    }
  }
  if (row.base >= 0) rows.push(row);
  return rows.length === 0 ? null : rows;
}

/** Applies one instruction to `row`, which comes after `rows`. */
function perform(row: Row, instruction: CallFrameInstruction, rows: readonly Row[]): 'changed' | 'same' | 'impossible' {
  switch (instruction.kind) {
    case 'defCfa':
      row.base = instruction.register;
      row.cfaOffset = instruction.offset;
      return 'changed';
    case 'defCfaRegister':
      if (row.base < 0) return 'impossible';
      row.base = instruction.register;
      // gas counts from the register as the last row did, even behind a .cfi_def_cfa_offset at the same place.
      row.cfaOffset = rows.at(-1)?.cfaOffset ?? row.cfaOffset;
      return 'changed';
    case 'defCfaOffset':
      if (row.base !== RSP && row.base !== RBP) return 'impossible';
      row.cfaOffset = instruction.offset;
      return 'changed';
    case 'offset':
      if (instruction.register !== RBP) return 'same';
      if (row.base < 0) return 'impossible';
      row.savedRbp = instruction.offset;
      return 'changed';
    case 'restore':
      if (instruction.register !== RBP) return 'same';
      row.savedRbp = rows[0]?.savedRbp ?? null;
      return 'changed';
    case 'valOffset':
      return instruction.register === RBP ? 'impossible' : 'same';
    case 'windowSave':
      // The same number means on AArch64 that the return address is signed from here, or no longer.
      row.mangled = !row.mangled;
      return 'changed';
    case 'undefined':
    case 'sameValue':
      return 'same';
    default:
      return 'impossible';
  }
}

/** Bytes of each offset of `row`: 1, 2 or 4; null when one needs more. */
function offsetSize({ cfaOffset, savedRbp }: Row): 1 | 2 | 4 | null {
  const size = (value: bigint): number => (value < 0n ? -value : value).toString(2).length + 1;
  const bits = Math.max(size(cfaOffset), size(savedRbp ?? 0n));
  return bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : null;
}

function writeTable(out: LateBytes, functions: readonly { procedure: Procedure; rows: readonly Row[] }[]): void {
  const count = functions.reduce((sum, { rows }) => sum + rows.length, 0);
  out.u16(MAGIC);
  out.u8(VERSION);
  out.u8(0);
  out.u8(ABI_AMD64_LITTLE);
  out.u8(0);
  out.u8(FIXED_RETURN_ADDRESS);
  out.u8(0);
  out.u32(functions.length);
  out.u32(count);
  const lengthAt = out.length;
  out.u32(0);
  out.u32(0);
  out.u32(functions.length * FDE_SIZE);
  const entries = out.length;
  for (const { procedure, rows } of functions) {
    const size = addressOf(procedure.end!) - addressOf(procedure.start);
    out.field(4, procedure.address, true);
    out.u32(size);
    out.u32(0);
    out.u32(rows.length);
    out.u8(size < 0x100 ? 0 : size < 0x10000 ? 1 : 2);
  }
  const start = out.length;
  functions.forEach(({ procedure, rows }, i) => {
    out.patch32(entries + i * FDE_SIZE + 8, out.length - start);
    const begin = addressOf(procedure.start);
    const size = addressOf(procedure.end!) - begin;
    for (const row of rows) writeRow(out, row, addressOf(row.start) - begin, size < 0x100 ? 1 : size < 0x10000 ? 2 : 4);
  });
  out.patch32(lengthAt, out.length - start);
}

function writeRow(out: LateBytes, row: Row, start: number, startSize: 1 | 2 | 4): void {
  const { base, cfaOffset, savedRbp, mangled } = row;
  const size = offsetSize(row) ?? 4;
  const offsets = savedRbp === null ? [cfaOffset] : [cfaOffset, savedRbp];
  out.uint(startSize, start);
  out.u8((mangled ? 0x80 : 0) | ((size >> 1) << 5) | (offsets.length << 1) | (base === RBP ? 0 : 1));
  for (const offset of offsets) out.uint(size, Number(BigInt.asUintN(32, offset)));
}
