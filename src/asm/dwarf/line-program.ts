/** Line number programs (DWARF 5 standard, section 6.2.5), in gas's choice of opcodes. */
import {
  COLUMN,
  DISCRIMINATOR,
  FILE,
  FLAGS,
  IS_STMT,
  BASIC_BLOCK,
  EPILOGUE_BEGIN,
  ISA,
  LINE,
  type LineSection,
  PROLOGUE_END,
  STRIDE,
} from './line-entries.js';
import type { LateBytes } from './late.js';
import { plus, startOf } from './debug-sections.js';
import type { Expr } from '../expression.js';
import type { Fragment } from '../sections.js';

export const LINE_BASE = -5;
export const LINE_RANGE = 14;
export const OPCODE_BASE = 13;
/** The largest address step of a special opcode that leaves the line alone; DW_LNS_const_add_pc adds as much. */
const MAX_SPECIAL_STEP = Math.trunc((255 - OPCODE_BASE) / LINE_RANGE);

// prettier-ignore
const DW_LNS = {
  extended: 0, copy: 1, advance_pc: 2, advance_line: 3, set_file: 4, set_column: 5, negate_stmt: 6, set_basic_block: 7,
  const_add_pc: 8, set_prologue_end: 10, set_epilogue_begin: 11, set_isa: 12,
} as const;
const DW_LNE_END_SEQUENCE = 1;
const DW_LNE_SET_ADDRESS = 2;
const DW_LNE_SET_DISCRIMINATOR = 4;

/** One sequence: the rows of `section`, and its end. */
export function writeSequence(out: LateBytes, section: LineSection, addressSize: number): void {
  if (section.lists.length === 0) return;
  const start = startOf(section.section);
  let file = 1;
  let line = 1;
  let column = 0;
  let isa = 0;
  let statement = IS_STMT;
  let address = -1;
  let lastFragment: Fragment | null = null;
  let lastOffset = 0;
  for (const list of section.lists) {
    const { numbers, fragments, length } = list;
    for (let row = 0, at = 0; row < length; row++, at += STRIDE) {
      if (numbers[at + FILE] !== file) {
        file = numbers[at + FILE];
        out.u8(DW_LNS.set_file);
        out.uleb(file >>> 0);
      }
      if (numbers[at + COLUMN] !== column) {
        column = numbers[at + COLUMN];
        out.u8(DW_LNS.set_column);
        out.uleb(column >>> 0);
      }
      const discriminator = numbers[at + DISCRIMINATOR] >>> 0;
      if (discriminator !== 0) {
        out.u8(DW_LNS.extended);
        const length = out.length;
        out.u8(0);
        out.u8(DW_LNE_SET_DISCRIMINATOR);
        out.uleb(discriminator);
        out.bytes[length] = out.length - length - 1;
      }
      if (numbers[at + ISA] !== isa) {
        isa = numbers[at + ISA];
        out.u8(DW_LNS.set_isa);
        out.uleb(isa >>> 0);
      }
      const flags = numbers[at + FLAGS];
      if ((flags & IS_STMT) !== statement) {
        statement = flags & IS_STMT;
        out.u8(DW_LNS.negate_stmt);
      }
      if ((flags & BASIC_BLOCK) !== 0) out.u8(DW_LNS.set_basic_block);
      if ((flags & PROLOGUE_END) !== 0) out.u8(DW_LNS.set_prologue_end);
      if ((flags & EPILOGUE_BEGIN) !== 0) out.u8(DW_LNS.set_epilogue_begin);
      const fragment = fragments[row];
      const offset = list.offset(row);
      const here = list.address(row);
      const step = numbers[at + LINE] - line;
      if (lastFragment === null || (list.views.get(row) === 'reset' && mayBeSamePlace(lastFragment, lastOffset, fragment, offset))) {
        const label = list.labels.get(row);
        setAddress(out, label === undefined ? plus(start, here) : label.reference, addressSize);
        advance(out, step, 0);
      } else advance(out, step, here - address);
      line = numbers[at + LINE];
      address = here;
      lastFragment = fragment;
      lastOffset = offset;
    }
  }
  endSequence(out, section.end - address);
}

/** A view can be reset by an address alone, so one is set where the address may not have moved. */
function mayBeSamePlace(last: Fragment, lastOffset: number, fragment: Fragment, offset: number): boolean {
  if (fragment === last) return offset === lastOffset;
  return offset === 0 && lastOffset >= last.size && last.tail?.kind !== 'branch';
}

function setAddress(out: LateBytes, place: Expr, size: number): void {
  out.u8(DW_LNS.extended);
  out.uleb(size + 1);
  out.u8(DW_LNE_SET_ADDRESS);
  out.field(size, place);
}

/** Moves line and address and makes a row, in the shortest of gas's forms. */
function advance(out: LateBytes, lines: number, bytes: number): void {
  // Between two passes addresses may run backwards for a while.
  if (bytes < 0) bytes = 0;
  lines |= 0;
  let biased = lines - LINE_BASE;
  let copy = false;
  if (biased < 0 || biased >= LINE_RANGE) {
    out.u8(DW_LNS.advance_line);
    out.sleb(lines);
    lines = 0;
    biased = -LINE_BASE;
    copy = true;
  }
  if (lines === 0 && bytes === 0) return out.u8(DW_LNS.copy);
  biased += OPCODE_BASE;
  if (bytes < 256 + MAX_SPECIAL_STEP) {
    let opcode = biased + bytes * LINE_RANGE;
    if (opcode <= 255) return out.u8(opcode);
    opcode = biased + (bytes - MAX_SPECIAL_STEP) * LINE_RANGE;
    if (opcode <= 255) {
      out.u8(DW_LNS.const_add_pc);
      return out.u8(opcode);
    }
  }
  out.u8(DW_LNS.advance_pc);
  out.uleb(bytes);
  out.u8(copy ? DW_LNS.copy : biased);
}

function endSequence(out: LateBytes, bytes: number): void {
  if (bytes === MAX_SPECIAL_STEP) out.u8(DW_LNS.const_add_pc);
  else if (bytes > 0) {
    out.u8(DW_LNS.advance_pc);
    out.uleb(bytes);
  }
  out.u8(DW_LNS.extended);
  out.u8(1);
  out.u8(DW_LNE_END_SEQUENCE);
}
