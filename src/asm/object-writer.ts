/** Everything settled to the object model: sections with their bytes, symbols in ELF's order, relocations, lines. */
import type { LineEntry, LineTable, ObjectFile, ObjectSection, ObjectSymbol, SymbolSection } from '../object.js';
import { SIZE_LIMIT, type Assembler } from './assembler.js';
import { evaluate, type Value } from './expression.js';
import { applyFixups, type FinalScope, type PendingRelocation } from './fixups.js';
import { sectionBytes } from './layout-bytes.js';
import { Section, type Fixup } from './sections.js';
import { AsmSymbol } from './symbols.js';

/** Makes the object. Errors go to the bag; null when it would be absurdly large. */
export function writeObject(asm: Assembler): ObjectFile | null {
  const scope = finalScope(asm);
  if (!sizesAreSane(asm)) return null;
  const made = new Map<Section, ObjectSection>();
  const pending = new Map<Section, PendingRelocation[]>();
  for (const section of asm.sections) {
    const fixups: Fixup[] = [];
    const data = sectionBytes(asm, section, scope, fixups);
    const all = fixups.length === 0 ? section.fixups : [...section.fixups, ...fixups].sort((a, b) => place(a) - place(b));
    const relocations = applyFixups(asm, section, all, data, scope);
    pending.set(section, relocations);
    made.set(section, {
      name: section.name,
      type: section.type,
      flags: section.flags,
      address: 0n,
      align: 2 ** section.alignPower,
      entsize: section.entsize,
      data,
      size: section.size,
      relocations: [],
    });
  }
  const { symbols, bySymbol } = symbolTable(asm, made, pending, scope);
  for (const [section, relocations] of pending) {
    const target = made.get(section)!;
    for (const { offset, type, symbol, addend } of relocations) {
      target.relocations.push({ offset: BigInt(offset), type, symbol: symbol === null ? null : bySymbol.get(symbol)!, addend });
    }
  }
  return {
    elfClass: asm.options.abi === '32' || asm.options.abi === 'x32' ? 32 : 64,
    machine: asm.is64 ? 62 : 3,
    type: 1,
    osabi: 0,
    abiVersion: 0,
    flags: 0,
    entry: 0n,
    sections: [...made.values()],
    symbols,
    lines: asm.recordLines ? lineTable(asm, made) : undefined,
  };
}

/** A mistyped .org or .fill must not take the machine's memory. */
function sizesAreSane(asm: Assembler): boolean {
  let total = 0;
  for (const section of asm.sections) {
    if (section.type !== 8) total += section.size;
    if (total <= SIZE_LIMIT && section.size <= Number.MAX_SAFE_INTEGER) continue;
    const large = section.chains.flatMap((chain) => chain.fragments).reduce((a, b) => (b.tailSize > a.tailSize ? b : a));
    asm.errorAt(`section \`${section.name}' is too large: ${section.size} bytes; sections may hold ${SIZE_LIMIT} bytes together`, large.file, large.line);
    return false;
  }
  return true;
}

const place = (fixup: Fixup): number => fixup.fragment.address + fixup.offset;

/** All addresses are known; what still has no meaning is an error. */
function finalScope(asm: Assembler): FinalScope {
  const memo = new Map<AsmSymbol, Value | null>();
  const scope: FinalScope = {
    at: { file: '', line: 0 },
    address: (symbol) => BigInt((symbol.fragment?.address ?? 0) + symbol.offset),
    distance(a, b) {
      if (a.section === null || a.section !== b.section) return null;
      return scope.address(a) - scope.address(b);
    },
    equated(symbol) {
      if (symbol.equated === null) return null;
      let value = memo.get(symbol);
      if (value !== undefined) return value;
      if (symbol.resolving) {
        asm.errorAt(`symbol definition loop encountered at \`${symbol.name}'`, scope.at.file, scope.at.line);
        return { add: null, sub: null, value: 0n };
      }
      symbol.resolving = true;
      value = evaluate(symbol.equated, scope);
      symbol.resolving = false;
      memo.set(symbol, value);
      return value;
    },
    invalid(operator, left, right) {
      const name = (value: Value): string =>
        value.add === null ? '*ABS*' : value.add.section !== null ? value.add.section.name : '*UND*';
      asm.errorAt(
        right === null ? `invalid operand for \`${operator}'` : `invalid operands (${name(left)} and ${name(right)} sections) for \`${operator}'`,
        scope.at.file,
        scope.at.line,
      );
    },
    divisionByZero() {
      asm.errorAt('division by zero', scope.at.file, scope.at.line);
    },
  };
  return scope;
}

const bindings = { local: 0, global: 1, weak: 2, unique: 10 } as const;

function symbolTable(
  asm: Assembler,
  made: Map<Section, ObjectSection>,
  pending: Map<Section, PendingRelocation[]>,
  scope: FinalScope,
): { symbols: ObjectSymbol[]; bySymbol: Map<AsmSymbol | Section, ObjectSymbol> } {
  const bySymbol = new Map<AsmSymbol | Section, ObjectSymbol>();
  const locals: ObjectSymbol[] = [];
  const globals: ObjectSymbol[] = [];
  for (const symbol of asm.symbols.first) locals.push({ name: symbol.name, value: 0n, size: 0n, binding: 0, type: 4, other: 0, section: 'absolute' });
  const usedSections = new Set<Section>();
  for (const relocations of pending.values()) for (const { symbol } of relocations) if (symbol instanceof Section) usedSections.add(symbol);
  for (const section of asm.sections) {
    if (!usedSections.has(section)) continue;
    const made1: ObjectSymbol = { name: '', value: 0n, size: 0n, binding: 0, type: 3, other: 0, section: made.get(section)! };
    bySymbol.set(section, made1);
    locals.push(made1);
  }
  for (const symbol of asm.symbols.all) {
    if (symbol === null || symbol.temporary) continue;
    const object = objectSymbol(asm, symbol, made, scope);
    if (object === null) continue;
    bySymbol.set(symbol, object);
    (object.binding === 0 ? locals : globals).push(object);
  }
  return { symbols: [...locals, ...globals], bySymbol };
}

function objectSymbol(asm: Assembler, symbol: AsmSymbol, made: Map<Section, ObjectSection>, scope: FinalScope): ObjectSymbol | null {
  const undefinedSymbol = !symbol.defined && symbol.common === null;
  if (undefinedSymbol && !symbol.inRelocation && !symbol.isGlobal) return null;
  if (symbol.binding === 'local' && !undefinedSymbol && !symbol.inRelocation && isLocalName(symbol.name) && asm.options.keepLocals !== true) return null;
  let section: SymbolSection = 'undefined';
  let value = 0n;
  if (symbol.section !== null) {
    section = made.get(symbol.section)!;
    value = scope.address(symbol);
  } else if (symbol.equated !== null) {
    const resolved = scope.equated(symbol);
    if (resolved === null || resolved.sub !== null) return null;
    value = resolved.value;
    if (resolved.add === null) section = 'absolute';
    else if (resolved.add.section !== null) {
      section = made.get(resolved.add.section)!;
      value += scope.address(resolved.add);
    }
  } else if (symbol.common !== null) {
    section = 'common';
    value = BigInt(symbol.common.align);
  }
  const size = symbol.common !== null ? symbol.common.size : sizeOf(symbol, scope);
  const binding = undefinedSymbol && symbol.binding === 'local' ? 1 : bindings[symbol.binding];
  return { name: symbol.name, value: BigInt.asUintN(64, value), size, binding, type: symbol.type, other: symbol.visibility, section };
}

function sizeOf(symbol: AsmSymbol, scope: FinalScope): bigint {
  if (symbol.size === null) return 0n;
  const value = evaluate(symbol.size, scope);
  return value !== null && value.add === null && value.sub === null ? BigInt.asUintN(64, value.value) : 0n;
}

/** `.L…`: dropped from the symbol table unless -L. */
function isLocalName(name: string): boolean {
  return name.charCodeAt(0) === 46 && name.charCodeAt(1) === 76;
}

/** Address → line, made when first asked for. */
function lineTable(asm: Assembler, made: Map<Section, ObjectSection>): LineTable {
  let entries: LineEntry[] | undefined;
  return {
    get entries() {
      return (entries ??= asm.lineRecords.map(({ chain, fragment, offset, line, file, bits }) => ({
        section: made.get(chain.section)!,
        offset: fragment.address + offset,
        file,
        line,
        bits,
      })));
    },
  };
}
