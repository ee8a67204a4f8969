/** Fixups to bytes or relocations, once every address is settled. */
import { writeBig } from '../bytes.js';

import type { Assembler } from './assembler.js';
import { evaluate, type Scope, type Value } from './expression.js';
import { isTlsRelocation, operatorRelocation, plainRelocation, R_386, R_X86_64 } from './relocations.js';
import type { Fixup, Section } from './sections.js';
import type { AsmSymbol } from './symbols.js';

/** A relocation whose symbol is still the assembler's. */
export interface PendingRelocation {
  readonly offset: number;
  readonly type: number;
  /** null: the absolute section. */
  readonly symbol: AsmSymbol | Section | null;
  readonly addend: bigint;
}

const SHF_MERGE = 0x10n;

/** Applies the fixups of `section` to `bytes`; what only the linker knows becomes relocations. */
export function applyFixups(asm: Assembler, section: Section, fixups: readonly Fixup[], bytes: Uint8Array, scope: FinalScope): PendingRelocation[] {
  const relocations: PendingRelocation[] = [];
  for (const fixup of fixups) applyFixup(asm, section, fixup, bytes, scope, relocations);
  return relocations;
}

export interface FinalScope extends Scope {
  /** Address of a symbol in its section. */
  address(symbol: AsmSymbol): bigint;
  /** Tells `invalid` where it is. */
  at: { file: string; line: number };
}

function applyFixup(asm: Assembler, section: Section, fixup: Fixup, bytes: Uint8Array, scope: FinalScope, out: PendingRelocation[]): void {
  const { size, expression } = fixup;
  const is64 = asm.is64;
  const where = fixup.fragment.address + fixup.offset;
  scope.at = fixup;
  const value = evaluate(expression, scope);
  if (value === null) return;
  const place = BigInt(where);
  let { add } = value;
  const { sub } = value;
  let addend = value.value;
  let { pcrel } = fixup;
  if (sub !== null) {
    if (sub.section === section && add !== null && !pcrel) {
      // a - b with b here is relative to this place.
      addend += place - scope.address(sub);
      pcrel = true;
    } else {
      asm.errorAt(`can't resolve ${describe(add)} - ${describe(sub)}`, fixup.file, fixup.line);
      return;
    }
  }
  if (add === null && !pcrel && value.reloc === undefined && fixup.type === undefined) {
    store(asm, fixup, bytes, where, addend);
    return;
  }
  const type = fixup.type ?? relocationType(asm, fixup, value, pcrel, add);
  if (type === undefined) {
    asm.errorAt(`cannot represent relocation type BFD_RELOC_${size * 8}${pcrel ? '_PCREL' : ''}`, fixup.file, fixup.line);
    return;
  }
  // Local and in this section: the distance is known.
  if (pcrel && sub === null && add !== null && add.section === section && !keepsRelocation(add) && value.reloc === undefined && fixup.type === undefined) {
    const distance = scope.address(add) + addend - place - BigInt(size + fixup.trailing);
    store(asm, fixup, bytes, where, distance);
    return;
  }
  if (pcrel && sub === null) addend -= BigInt(size + fixup.trailing);
  let symbol: AsmSymbol | Section | null = add;
  if (add !== null && add.section !== null && adjustable(asm, add, type, pcrel)) {
    addend += scope.address(add);
    symbol = add.section;
  } else if (add !== null) {
    add.inRelocation = true;
    if (isTlsRelocation(type, is64)) add.type = 6;
  }
  if (is64) out.push({ offset: where, type, symbol, addend: BigInt.asIntN(64, addend) });
  else {
    writeBig(bytes, where, size, addend);
    out.push({ offset: where, type, symbol, addend: 0n });
  }
}

const describe = (symbol: AsmSymbol | null): string => (symbol === null ? '0' : symbol.name);

/** Another definition may win at link time, or the loader decides: the relocation stays. */
function keepsRelocation(symbol: AsmSymbol): boolean {
  return symbol.binding !== 'local' || symbol.type === 10;
}

/** May the relocation refer to the section instead of the symbol? */
function adjustable(asm: Assembler, symbol: AsmSymbol, type: number, pcrel: boolean): boolean {
  if (keepsRelocation(symbol)) return false;
  const { flags } = symbol.section!;
  if (asm.is64) {
    if (pcrel && (flags & SHF_MERGE) !== 0n) return false;
    return !(
      type === R_X86_64.PLT32 || type === R_X86_64.GOT32 || type === R_X86_64.GOTPCREL || type === R_X86_64.GOTPCRELX ||
      type === R_X86_64.REX_GOTPCRELX || isTlsRelocation(type, true)
    );
  }
  return !(type === R_386.PLT32 || type === R_386.GOT32 || type === R_386.GOT32X || isTlsRelocation(type, false));
}

function relocationType(asm: Assembler, fixup: Fixup, value: Value, pcrel: boolean, add: AsmSymbol | null): number | undefined {
  const is64 = asm.is64;
  if (value.reloc !== undefined) {
    const type = operatorRelocation(value.reloc, fixup.size, is64);
    if (fixup.relaxable !== undefined && asm.state.options.relaxRelocations !== false) {
      if (type === R_X86_64.GOTPCREL && is64) return fixup.relaxable === 'rex' ? R_X86_64.REX_GOTPCRELX : R_X86_64.GOTPCRELX;
      if (type === R_386.GOT32 && !is64) return R_386.GOT32X;
    }
    return type;
  }
  if (add?.name === '_GLOBAL_OFFSET_TABLE_') {
    if (!is64) return R_386.GOTPC;
    if (fixup.size === 4) return R_X86_64.GOTPC32;
    if (fixup.size === 8) return R_X86_64.GOTPC64;
  }
  if (fixup.role === 'branch' && is64 && pcrel && fixup.size === 4 && add !== null && (add.section === null || keepsRelocation(add))) return R_X86_64.PLT32;
  return plainRelocation(fixup.size, pcrel, fixup.signed, is64);
}

/** Writes a known value, after looking whether it fits. */
function store(asm: Assembler, fixup: Fixup, bytes: Uint8Array, where: number, value: bigint): void {
  const { size } = fixup;
  if (size < 8) {
    const bits = BigInt(size * 8);
    const low = fixup.pcrel ? -(1n << (bits - 1n)) : -(1n << bits);
    const high = fixup.pcrel ? 1n << (bits - 1n) : 1n << bits;
    if (value < low || value >= high) {
      asm.errorAt(`value of ${value} too large for field of ${size} byte${size === 1 ? '' : 's'} at ${where}`, fixup.file, fixup.line);
    }
  }
  writeBig(bytes, where, size, value);
}

