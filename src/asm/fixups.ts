/** Fixups to bytes or relocations, once every address is settled. */
import { writeBig } from '../bytes.js';
import type { Relocation } from '../object.js';
import type { Assembler } from './assembler.js';
import { evaluate, type Expr, type Value } from './expression.js';
import type { FinalScope } from './final-scope.js';
import { isTlsRelocation, operatorRelocation, plainRelocation, R_386, R_X86_64 } from './relocations.js';
import type { Fixup } from './fixup.js';
import type { Section } from './sections.js';
import type { AsmSymbol } from './symbols.js';

/** The relocations of a section, while their symbols are still the assembler's. */
export class PendingRelocations {
  /** Their symbols are filled in when the symbol table is made. */
  readonly made: Relocation[] = [];
  /** What each refers to; null: the absolute section. */
  readonly targets: (AsmSymbol | Section | null)[] = [];

  add(offset: number, type: number, target: AsmSymbol | Section | null, addend: bigint): void {
    this.made.push({ offset: BigInt(offset), type, symbol: null, addend });
    this.targets.push(target);
  }
}

const SHF_MERGE = 0x10n;
const SHF_TLS = 0x400n;
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;

/** Applies `fixups[from..to)` of `section` to `bytes`; what only the linker knows becomes relocations. */
export function applyFixups(
  asm: Assembler,
  section: Section,
  fixups: readonly Fixup[],
  from: number,
  to: number,
  bytes: Uint8Array,
  scope: FinalScope,
  out: PendingRelocations,
): void {
  for (let i = from; i < to; i++) applyFixup(asm, section, fixups[i], bytes, scope, out);
}

/** Reports expressions that no relocation can express, before anything that is wrong with those that one could. */
export function checkExpressions(fixups: readonly Fixup[], scope: FinalScope): void {
  for (const fixup of fixups) {
    const { expression } = fixup;
    if (expression.kind !== 'binary' && expression.kind !== 'unary') continue;
    if (
      expression.kind === 'binary' &&
      expression.operator === '+' &&
      expression.right.kind === 'constant' &&
      expression.left.kind === 'symbol'
    )
      continue;
    scope.at = fixup;
    if (evaluate(expression, scope) === null && !mentionsRegister(expression)) scope.meaningless.add(fixup);
  }
}

/** Relocations of 8-byte fields that x32 does without, by gas's names. */
const only64: ReadonlyMap<number, string> = new Map([
  [R_X86_64.DTPOFF64, 'X86_64_DTPOFF64'],
  [R_X86_64.TPOFF64, 'X86_64_TPOFF64'],
  [R_X86_64.PC64, '64_PCREL'],
  [R_X86_64.GOTOFF64, 'X86_64_GOTOFF64'],
  [R_X86_64.GOT64, 'X86_64_GOT64'],
  [R_X86_64.GOTPCREL64, 'X86_64_GOTPCREL64'],
  [R_X86_64.GOTPC64, 'X86_64_GOTPC64'],
  [R_X86_64.GOTPLT64, 'X86_64_GOTPLT64'],
  [R_X86_64.PLTOFF64, 'X86_64_PLTOFF64'],
]);

/** A field that has no relocation is worth a message only where there is no other error. */
function unrepresentable(asm: Assembler, { size, file, line }: Fixup, type: number | undefined, pcrel: boolean): void {
  const name = type === undefined ? `${size * 8}${pcrel ? '_PCREL' : ''}` : `${only64.get(type)} in x32 mode`;
  asm.lastResort.push({ severity: 'error', message: `cannot represent relocation type BFD_RELOC_${name}`, at: { file, line, column: 0 } });
}

/** A register may be a value of its own in data, but no part of one. */
function mentionsRegister(expression: Expr): boolean {
  switch (expression.kind) {
    case 'register':
      return true;
    case 'unary':
    case 'reloc':
      return mentionsRegister(expression.operand);
    case 'binary':
      return mentionsRegister(expression.left) || mentionsRegister(expression.right);
    default:
      return false;
  }
}

/** `foo@GOT + 4`: the symbol and what is added. */
function entryOf(expression: Expr): Value | null {
  if (expression.kind === 'reloc') return entryOf(expression.operand);
  if (expression.kind === 'symbol') return { add: expression.symbol, sub: null, value: 0n };
  if (expression.kind !== 'binary' || expression.operator !== '+' || expression.right.kind !== 'constant') return null;
  const left = entryOf(expression.left);
  return left === null ? null : { ...left, value: left.value + expression.right.value };
}

function applyFixup(asm: Assembler, section: Section, fixup: Fixup, bytes: Uint8Array, scope: FinalScope, out: PendingRelocations): void {
  const { size, expression } = fixup;
  const is64 = asm.is64;
  const where = fixup.fragment.address + fixup.offset;
  if (scope.meaningless.has(fixup)) return;
  scope.at = fixup;
  let value = evaluate(expression, scope);
  if (value?.add === null && value.sub === null && value.reloc === (is64 ? 'GOTPCREL' : 'GOT')) {
    // The table has an entry for the symbol, whatever number it stands for.
    const named = entryOf(expression);
    if (named !== null) value = { ...named, reloc: value.reloc };
  }
  // Other operators say nothing of a number.
  const numbers = is64 ? ['GOT', 'PLT'] : ['GOTOFF', 'PLT'];
  if (!fixup.pcrel && value?.add === null && value.sub === null && value.reloc !== undefined && numbers.includes(value.reloc)) {
    value = { ...value, reloc: undefined };
  }
  if (value === null) {
    if (expression.kind === 'unary' && mentionsRegister(expression))
      asm.errorAt('register value used as expression', fixup.file, fixup.line);
    else if (mentionsRegister(expression))
      asm.errorAt(`invalid R_${is64 ? 'X86_64' : '386'}_${size * 8} relocation against register`, fixup.file, fixup.line);
    return;
  }
  const place = BigInt(where);
  const { add, sub } = value;
  let addend = value.value;
  let { pcrel } = fixup;
  if (sub !== null) {
    const subPlace = scope.located(sub);
    if (subPlace !== null && subPlace.section === section && !pcrel) {
      // a - b with b here is relative to this place.
      addend += place - subPlace.address;
      pcrel = true;
    } else if (subPlace !== null && subPlace.section === section) {
      // A distance from here to such a distance is of no use, but gas writes it.
      addend -= subPlace.address;
    } else {
      const section = add === null || keepsRelocation(add) ? null : scope.located(add)?.section;
      asm.errorAt(`can't resolve ${section?.name ?? add?.name ?? '0'} - ${sub.name}`, fixup.file, fixup.line);
      return;
    }
  }
  if (add === null && !pcrel && value.reloc === undefined && fixup.type === undefined) {
    store(asm, fixup, bytes, where, addend);
    return;
  }
  const type = fixup.type ?? relocationType(asm, fixup, value, pcrel, add);
  if (type === undefined || (asm.options.abi === 'x32' && only64.has(type))) {
    if (value.reloc === undefined || type !== undefined) unrepresentable(asm, fixup, type, pcrel);
    return;
  }
  if (value.reloc === 'SIZE' && add !== null && add.binding === 'local' && scope.located(add) !== null) {
    const known = add.size === null ? null : evaluate(add.size, scope);
    store(asm, fixup, bytes, where, addend + (known !== null && known.add === null && known.sub === null ? known.value : 0n));
    return;
  }
  // Local and in this section: the distance is known.
  if (
    pcrel &&
    sub === null &&
    add !== null &&
    add.section === section &&
    !keepsRelocation(add) &&
    (value.reloc === undefined || (value.reloc === 'PLT' && (is64 || adjustable(asm, value, add.section, section, type, pcrel, fixup)))) &&
    fixup.type === undefined
  ) {
    const distance = scope.address(add) + addend - place - BigInt(size + fixup.trailing);
    store(asm, fixup, bytes, where, distance);
    return;
  }
  const table = is64 ? (type === R_X86_64.GOTPC32 && !pcrel) || type === R_X86_64.GOTPC64 : type === R_386.GOTPC;
  if (table && sub === null && value.reloc === undefined && fixup.type === undefined) addend += BigInt(fixup.lead);
  if (pcrel && (sub === null || fixup.pcrel)) addend -= BigInt(size + fixup.trailing);
  emitRelocation(asm, section, fixup, type, value, addend, pcrel, bytes, scope, out);
}

/** Puts out one relocation: against the symbol, or its section where that says the same. */
function emitRelocation(
  asm: Assembler,
  section: Section,
  fixup: Fixup,
  type: number,
  value: Value,
  addend: bigint,
  pcrel: boolean,
  bytes: Uint8Array,
  scope: FinalScope,
  out: PendingRelocations,
): void {
  const { is64 } = asm;
  const { add } = value;
  const where = fixup.fragment.address + fixup.offset;
  const { size } = fixup;
  let symbol: AsmSymbol | Section | null = add;
  const place = add === null ? null : scope.located(add);
  if (add !== null && place !== null && (add.isSection || adjustable(asm, value, place.section, section, type, pcrel, fixup))) {
    addend += place.address;
    symbol = place.section;
    // A section is no procedure: nothing to link by a table.
    if (type === (is64 ? R_X86_64.PLT32 : R_386.PLT32)) {
      type = plainRelocation(size, pcrel, false, is64) ?? type;
      // gas takes it for a distance on its way, and adds the place twice where the field holds the addend.
      if (!pcrel && !is64) addend += 2n * BigInt(where);
    }
  } else if (add !== null) {
    add.inRelocation = true;
    if (isTlsRelocation(type, is64)) {
      if (place !== null && (place.section.flags & SHF_TLS) === 0n)
        asm.errorAt(`Accessing \`${add.name}' as thread-local object`, asm.firstFile, 0);
      add.type = STT_TLS;
    }
  }
  if (is64) out.add(where, type, symbol, BigInt.asIntN(64, addend));
  else {
    writeBig(bytes, where, size, withoutAddend.has(type) ? 0n : addend);
    out.add(where, type, symbol, 0n);
  }
}

/** Thread-local ones of i386 that only the loader resolves. */
const withoutAddend: ReadonlySet<number> = new Set([
  R_386.TLS_GD, R_386.TLS_LDM, R_386.TLS_IE_32, R_386.TLS_IE, R_386.TLS_GOTIE, R_386.TLS_GOTDESC,
]); // prettier-ignore

/** Another definition may win at link time, or the loader decides: the relocation stays. */
function keepsRelocation(symbol: AsmSymbol): boolean {
  return symbol.binding !== 'local' || symbol.type === STT_GNU_IFUNC;
}

/** May the relocation in section `from` refer to the section of `value.add`, instead of that symbol? */
function adjustable(asm: Assembler, value: Value, section: Section, from: Section, type: number, pcrel: boolean, fixup: Fixup): boolean {
  const symbol = value.add!;
  if (keepsRelocation(symbol) || (section.flags & SHF_TLS) !== 0n) return false;
  // Of sections of which the linker keeps one copy it may be another one: there the symbol is looked up by its name.
  if (section !== from && isOnce(section) && !asm.symbols.isLocalName(symbol.name)) return false;
  // The linker moves the strings and constants of mergeable sections: only their exact starts can be counted from the section.
  if (
    (section.flags & SHF_MERGE) !== 0n &&
    (value.value !== BigInt(pcrel ? fixup.trailing : 0) || value.sub !== null || (pcrel && asm.is64))
  )
    return false;
  if (asm.is64) {
    const { GOT32, GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOTOFF64, SIZE32, SIZE64 } = R_X86_64;
    const named: readonly number[] = [GOT32, GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOTOFF64, SIZE32, SIZE64];
    return !named.includes(type) && !isTlsRelocation(type, true);
  }
  const { GOT32, GOT32X, GOTOFF, SIZE32 } = R_386;
  const named: readonly number[] = [GOT32, GOT32X, SIZE32];
  if (type === GOTOFF) return fixup.role !== 'data' && (section.flags & SHF_MERGE) === 0n;
  return !named.includes(type) && !isTlsRelocation(type, false);
}

/** A COMDAT group's, or named by GNU's older convention. */
function isOnce(section: Section): boolean {
  return section.group?.comdat === true || section.name.startsWith('.gnu.linkonce');
}

function relocationType(asm: Assembler, fixup: Fixup, value: Value, pcrel: boolean, add: AsmSymbol | null): number | undefined {
  const is64 = asm.is64;
  if (value.reloc !== undefined) {
    // A jump's field has its relocation whatever its size.
    const size = fixup.role === 'branch' && fixup.size === 2 ? 4 : fixup.size;
    const type = operatorRelocation(value.reloc, size, is64);
    if (fixup.relaxable !== undefined) {
      const wanted = asm.state.options.relaxRelocations !== false;
      if (wanted && type === R_X86_64.GOTPCREL && is64) return fixup.relaxable === 'rex' ? R_X86_64.REX_GOTPCRELX : R_X86_64.GOTPCRELX;
      // Without a base register only GOT32X says that the address itself is meant.
      if (type === R_386.GOT32 && !is64 && (wanted || fixup.baseless === true)) return R_386.GOT32X;
    }
    return type;
  }
  if (add?.name === '_GLOBAL_OFFSET_TABLE_') {
    if (!is64 && fixup.size === 4) return R_386.GOTPC;
    if (is64 && fixup.size === 4) return R_X86_64.GOTPC32;
    if (is64 && fixup.size === 8) return R_X86_64.GOTPC64;
  }
  // Behind a symbol's start no procedure linkage is meant.
  const start = value.value === 0n;
  if (fixup.plt && start && is64 && fixup.bits === 64 && pcrel && fixup.size === 4 && add !== null) return R_X86_64.PLT32;
  return plainRelocation(fixup.size, pcrel, fixup.signed, is64);
}

/** As wide as an address of the object. */
function addressText(asm: Assembler, value: bigint): string {
  const digits = asm.options.abi === undefined || asm.options.abi === '64' ? 16 : 8;
  return BigInt.asUintN(digits * 4, value)
    .toString(16)
    .padStart(digits, '0');
}

/** Writes a known value, after looking whether it fits. Near branches reach around 64 KiB and, outside 64-bit code, 4 GiB. */
function store(asm: Assembler, fixup: Fixup, bytes: Uint8Array, where: number, value: bigint): void {
  const { size } = fixup;
  // 32-bit objects have addresses of 32 bits.
  if (!asm.is64 && (value > 0x7fffffffn || value < -0x80000000n)) {
    value = value >= 0n && value <= 0xffffffffn ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value);
  }
  if (size < 8) {
    const bits = BigInt(size * 8);
    const signed = fixup.role === 'branch' ? fixup.signed : fixup.pcrel;
    const low = signed ? -(1n << (bits - 1n)) : -(1n << bits);
    const high = signed ? 1n << (bits - 1n) : 1n << bits;
    if (value < low || value >= high) {
      const shown = value >= 0n && value <= 1000n ? `${value}` : addressText(asm, value);
      const field = `field of ${size} byte${size === 1 ? '' : 's'}`;
      asm.errorAt(`value of ${shown} too large for ${field} at ${addressText(asm, BigInt(where))}`, fixup.file, fixup.line);
    }
  }
  writeBig(bytes, where, size, value);
}
