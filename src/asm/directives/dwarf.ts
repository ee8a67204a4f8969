/** .file and .loc: line number information (gas manual, nodes File, Loc, Loc_mark_labels). dwarf/line-table.ts keeps it. */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { BASIC_BLOCK, EPILOGUE_BEGIN, IS_STMT, PROLOGUE_END, type Row, type View } from '../dwarf/line-entries.js';
import { lineTable } from '../dwarf/line-table.js';
import { stabDirectives } from './stab.js';
import { readString } from './string.js';
import type { DirectiveTable } from './index.js';

/** File numbers above this are taken for a mistake rather than for a table of that size. */
const MOST_FILES = 1 << 20;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;

/** A plain number up to a blank, which most operands of .loc are; else an expression that must be a number. */
function integer(args: Arguments): number {
  const { text, end } = args;
  args.skipBlanks();
  let pos = args.pos;
  let value = 0;
  for (; pos < end; pos++) {
    const c = text.charCodeAt(pos);
    if (!isDigit(c)) break;
    value = value * 10 + c - 48;
  }
  if (pos > args.pos && pos - args.pos < 10 && (text.charCodeAt(args.pos) !== 48 || pos === args.pos + 1)) {
    let next = pos;
    while (next < end && (text.charCodeAt(next) === 32 || text.charCodeAt(next) === 9)) next += 1;
    const c = next < end ? text.charCodeAt(next) : 0;
    if (c === 0 || (next > pos && (isDigit(c) || (c >= 97 && c <= 122)))) {
      args.pos = next;
      return value;
    }
  }
  return Number(args.absolute());
}

/** The string at the cursor; null after a message. */
function string(asm: Assembler, args: Arguments): string | null {
  const text = readString(asm, args);
  if (text === null) asm.error('missing string', args.at);
  else if (text.includes('\0')) {
    asm.error("this string may not contain '\\0'", args.at);
    return null;
  }
  return text;
}

/** `.file "name"` names the source; `.file N ["directory"] "name" [md5 M]` is an entry of the line table. */
function file(asm: Assembler, args: Arguments): void {
  if (args.peek() === 34) return sourceFile(asm, args);
  const table = lineTable(asm);
  const number = integer(args);
  if (number < 1) {
    if (number === 0) table.level = Math.max(table.level, 5);
    if (number < 0 || table.version < 5) {
      asm.error('file number less than one');
      return;
    }
  }
  let name = string(asm, args);
  if (name === null) return;
  let directory: string | null = null;
  let md5: Uint8Array | null = null;
  if (table.version >= 5) {
    if (args.peek() === 34) {
      directory = name;
      name = string(asm, args);
      if (name === null) return;
    }
    args.skipBlanks();
    if (args.text.startsWith('md5', args.pos)) {
      args.pos += 3;
      md5 = checksum(asm, args);
    }
  }
  args.demandEnd();
  table.stopGenerating(true);
  if (number > MOST_FILES) {
    asm.error(`file number ${number} is too big`);
    return;
  }
  table.files.assign(number, directory, name, md5);
}

/** The 16 bytes of an MD5 sum, which is written as a number of more than 64 bits. */
function checksum(asm: Assembler, args: Arguments): Uint8Array | null {
  const expression = args.expression();
  if (expression.kind !== 'big') {
    asm.error('md5 value too small or not a constant', args.at);
    return null;
  }
  const bytes = new Uint8Array(16);
  for (let i = 0, value = expression.value; i < 16; i++, value >>= 8n) bytes[i] = Number(value & 0xffn);
  return bytes;
}

function sourceFile(asm: Assembler, args: Arguments): void {
  const name = string(asm, args);
  if (name === null) return;
  args.demandEnd();
  asm.setLine(undefined, name);
  asm.symbols.addFile(name);
}

/** `.loc file line [column] [options]` */
function location(asm: Assembler, args: Arguments): void {
  const table = lineTable(asm);
  const number = integer(args);
  const line = integer(args);
  if (number < 1) {
    if (number === 0) table.level = Math.max(table.level, 5);
    if (number < 0) {
      asm.error('file number less than one');
      return;
    }
  }
  // The numbers that -g gives are its own.
  if (table.generating || !table.files.assigned(number)) {
    asm.error(`unassigned file number ${number}`);
    if (args.peek() === 44) args.demandEnd();
    return;
  }
  table.beginLocation();
  const { current } = table;
  current.file = number;
  current.line = line | 0;
  current.discriminator = 0;
  if (asm.listing !== null) {
    const { name, directory } = table.files.files[number]!;
    asm.listing.location(directory > 0 ? `${table.files.directories[directory]}/${name}` : name, current.line);
  }
  if (isDigit(args.peek())) current.column = integer(args) | 0;
  while (!args.atEnd()) {
    const at = args.at;
    const option = args.name();
    if (option === null) break;
    if (!locationOption(asm, args, current, option, at)) return;
  }
  args.demandEnd();
  // A view numbers this very place: its row does not wait for an instruction.
  if (current.view !== null) table.instruction();
}

/** One option of .loc; false after a message. */
function locationOption(asm: Assembler, args: Arguments, row: Row, option: string, at: number): boolean {
  switch (option) {
    case 'basic_block':
      row.flags |= BASIC_BLOCK;
      return true;
    case 'prologue_end':
      row.flags |= PROLOGUE_END;
      return true;
    case 'epilogue_begin':
      row.flags |= EPILOGUE_BEGIN;
      return true;
    case 'is_stmt': {
      const value = integer(args);
      if (value === 0) row.flags &= ~IS_STMT;
      else if (value === 1) row.flags |= IS_STMT;
      else {
        asm.error('is_stmt value not 0 or 1', at);
        return false;
      }
      return true;
    }
    case 'isa': {
      const value = integer(args);
      if (value < 0) {
        asm.error('isa number less than zero', at);
        return false;
      }
      row.isa = value | 0;
      return true;
    }
    case 'discriminator': {
      const value = integer(args);
      if (value < 0) {
        asm.error('discriminator less than zero', at);
        return false;
      }
      row.discriminator = value | 0;
      return true;
    }
    case 'view': {
      const view = viewOption(asm, args);
      if (view === null) return false;
      row.view = view;
      return true;
    }
    default:
      asm.error(`unknown .loc sub-directive \`${option}'`, at, option.length);
      return false;
  }
}

/** `0` asserts, `-0` resets, a symbol gets the number. */
function viewOption(asm: Assembler, args: Arguments): View {
  const c = args.peek();
  if (isDigit(c) || c === 45) {
    if (args.absolute() === 0n) return c === 45 ? 'reset' : 'zero';
    asm.error('numeric view can only be asserted to zero', args.at);
    return null;
  }
  const at = args.at;
  const name = args.name();
  if (name === null) {
    asm.error('expected symbol name', at);
    return null;
  }
  const symbol = asm.symbols.findOrMake(name);
  if (symbol.defined || symbol.common !== null) {
    asm.error(`symbol \`${name}' is already defined`, at, name.length);
    return null;
  }
  return symbol;
}

function markLabels(asm: Assembler, args: Arguments): void {
  const value = args.absolute();
  if (value !== 0n && value !== 1n) {
    asm.error('expected 0 or 1', args.at);
    return;
  }
  args.demandEnd();
  lineTable(asm).setMarkLabels(value === 1n);
}

export const dwarfTable: DirectiveTable = {
  '.file': file,
  '.loc': location,
  '.loc_mark_labels': markLabels,
  ...stabDirectives,
};
