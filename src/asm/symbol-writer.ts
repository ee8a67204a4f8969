/** The symbol table of the object: which symbols it has, in which order, with which attributes (gABI, "Symbol Table"). */
import type { ObjectSection, ObjectSymbol, SymbolSection } from '../object.js';
import type { Assembler } from './assembler.js';
import { strongerType } from './assignment.js';
import { evaluate, type Expr } from './expression.js';
import type { FinalScope } from './final-scope.js';
import type { Section } from './sections.js';
import { STT_FILE, type AsmSymbol } from './symbols.js';

const SHF_TLS = 0x400n;
const STT_OBJECT = 1;
const STT_TLS = 6;
const bindings = { local: 0, global: 1, weak: 2 } as const;
const STB_GNU_UNIQUE = 10;
const STV_HIDDEN = 2;
const STT_COMMON = 5;
/** SHN_X86_64_LCOMMON */
const LARGE_COMMON = 0xff02;

/**
 * Locals first; section symbols, where the section was first named, only when a relocation uses them. What each of the
 * assembler's symbols has become is in its `made`.
 */
export function symbolTables(
  asm: Assembler,
  made: ReadonlyMap<Section, ObjectSection>,
  usedSections: ReadonlySet<Section>,
  scope: FinalScope,
): ObjectSymbol[] {
  const locals: ObjectSymbol[] = [];
  const globals: ObjectSymbol[] = [];
  const versions: ObjectSymbol[] = [];
  checkVersions(asm);
  if (asm.symbols.file !== null) locals.push(fileSymbol(asm.symbols.file));
  const sectionSymbol = (section: Section): void => {
    if (!usedSections.has(section) || section.made !== null) return;
    const symbol: ObjectSymbol = { name: '', value: 0n, size: 0n, binding: 0, type: 3, other: 0, section: made.get(section)!, index: 0 };
    section.made = symbol;
    locals.push(symbol);
  };
  for (const missing of asm.symbols.missingNumeric()) {
    if (!mentioned(asm, missing)) continue;
    const [, number, instance] = /^\.L(\d+)\x02(\d+)$/.exec(missing.name)!;
    asm.errorAt(`local label \`"${number}" (instance number ${instance} of a fb label)' is not defined`, asm.firstFile, 0);
  }
  for (const symbol of asm.symbols.all) {
    if (symbol.temporary) continue;
    if (symbol.isSection) {
      sectionSymbol(symbol.section!);
      continue;
    }
    if (symbol.type === STT_FILE) {
      locals.push(fileSymbol(symbol));
      continue;
    }
    const object = objectSymbol(asm, symbol, made, scope);
    if (object === null) continue;
    const kept = symbol.versions === null ? object : version(asm, symbol, object, versions);
    // Relocations against a name that is removed are against its version.
    symbol.made = kept === null ? versions[versions.length - symbol.versions!.length] : object;
    if (object.section === 'common' || object.section === LARGE_COMMON) {
      if (object.binding === 2) asm.errorAt(`symbol \`${symbol.name}' can not be both weak and common`, asm.firstFile, 0);
      object.binding = 1;
    }
    if (kept !== null) (object.binding === 0 ? locals : globals).push(object);
  }
  // Sections that the assembler made itself have a symbol from their first relocation on.
  for (const section of usedSections) sectionSymbol(section);
  for (const symbol of versions) (symbol.binding === 0 ? locals : globals).push(symbol);
  for (const symbol of globals) locals.push(symbol);
  return locals;
}

function fileSymbol(symbol: AsmSymbol): ObjectSymbol {
  return { name: symbol.name, value: 0n, size: 0n, binding: 0, type: STT_FILE, other: 0, section: 'absolute' };
}

/** Does a field of some section mention the symbol? */
function mentioned({ sections }: Assembler, symbol: AsmSymbol): boolean {
  const seen = new Set<AsmSymbol>();
  const within = (expr: Expr): boolean => {
    if (expr.kind === 'symbol') {
      if (expr.symbol === symbol) return true;
      if (expr.symbol.equated === null || seen.has(expr.symbol)) return false;
      seen.add(expr.symbol);
      return within(expr.symbol.equated);
    }
    if (expr.kind === 'binary') return within(expr.left) || within(expr.right);
    return (expr.kind === 'unary' || expr.kind === 'reloc') && within(expr.operand);
  };
  return sections.some(
    ({ fixups, lateFixups, chains }) =>
      fixups.some(({ expression }) => within(expression)) ||
      lateFixups.some(({ expression }) => within(expression)) ||
      chains.some((chain) => chain.fragments.some(({ tail }) => tail?.kind === 'branch' && within(tail.target))),
  );
}

function objectSymbol(
  asm: Assembler,
  symbol: AsmSymbol,
  made: ReadonlyMap<Section, ObjectSection>,
  scope: FinalScope,
): ObjectSymbol | null {
  const { inRelocation } = symbol;
  if (symbol.weakrefTarget !== null) return null;
  if (!symbol.defined && symbol.common === null) return undefinedSymbol(asm, symbol, scope);
  if (symbol.binding === 'local' && !inRelocation && asm.symbols.isLocalName(symbol.name)) return null;
  let section: SymbolSection = 'undefined';
  let value = 0n;
  if (symbol.section !== null) {
    section = made.get(symbol.section)!;
    value = scope.address(symbol);
  } else if (symbol.equated !== null) {
    if (symbol.equated.kind === 'register') return null;
    const resolved = scope.meaning(symbol);
    if (resolved === null) return null;
    // `.` is no place once all is read.
    if (resolved.add === asm.movingDot && resolved.sub === null) return null;
    const place = scope.located(symbol);
    if (place !== null) {
      section = made.get(place.section)!;
      value = place.address;
      if (resolved.add !== null && !resolved.add.isSection) symbol.type = strongerType(symbol.type, resolved.add.type);
      symbol.size ??= resolved.add?.size ?? null;
    } else if (resolved.add === null && resolved.sub === null) {
      section = 'absolute';
      value = resolved.value;
      if (asm.options.stripLocalAbsolute === true && symbol.binding === 'local' && !inRelocation) return null;
    } else if (resolved.add !== null && resolved.sub === null) {
      // Another name for an undefined symbol: only that one is in the table.
      if (resolved.add.common !== null && !symbol.temporary) {
        asm.errorAt(`\`${symbol.name}' can't be equated to common symbol \`${resolved.add.name}'`, asm.firstFile, 0);
      }
      return null;
    } else {
      asm.errorAt(`can't resolve value for symbol \`${symbol.name}'`, symbol.file, symbol.line);
      return null;
    }
  } else if (symbol.common !== null) {
    section = symbol.common.large ? LARGE_COMMON : 'common';
    value = BigInt(symbol.common.align);
  }
  const size = symbol.common !== null && symbol.size === null ? symbol.common.size : sizeOf(asm, symbol, scope);
  let type = symbol.common !== null && asm.options.sttCommon === true && symbol.type === 1 ? STT_COMMON : symbol.type;
  // Whatever was said: what lies in a thread-local section is thread-local.
  if (typeof section === 'object' && (section.flags & SHF_TLS) !== 0n) type = STT_TLS;
  return {
    name: symbol.name,
    value: BigInt.asUintN(64, value),
    size,
    binding: symbol.unique ? STB_GNU_UNIQUE : bindings[symbol.binding],
    type,
    other: symbol.visibility,
    section,
    index: 0,
  };
}

function undefinedSymbol(asm: Assembler, symbol: AsmSymbol, scope: FinalScope): ObjectSymbol | null {
  const { inRelocation } = symbol;
  if (symbol.versions !== null && !inRelocation && !symbol.used) return null;
  if (!inRelocation && symbol.binding !== 'global') {
    if (asm.symbols.isLocalName(symbol.name) || symbol.binding === 'weak' || symbol.weakrefUsed) return null;
  }
  const weakOnly = symbol.weakrefUsed && !symbol.used && symbol.binding === 'local';
  const binding = weakOnly ? 2 : symbol.binding === 'local' ? 1 : bindings[symbol.binding];
  const size = sizeOf(asm, symbol, scope);
  return { name: symbol.name, value: 0n, size, binding, type: symbol.type, other: symbol.visibility, section: 'undefined', index: 0 };
}

function sizeOf(asm: Assembler, symbol: AsmSymbol, scope: FinalScope): bigint {
  const { size } = symbol;
  if (size === null) return 0n;
  if (size.kind === 'constant') return BigInt.asUintN(64, size.value);
  scope.at = { file: asm.firstFile, line: 0 };
  const value = evaluate(size, scope);
  if (value !== null && value.add === null && value.sub === null) return BigInt.asUintN(64, value.value);
  const message = `.size expression for ${symbol.name} does not evaluate to a constant`;
  if (asm.options.sizeCheck === 'warning') asm.warningAt(message, asm.firstFile, 0);
  else asm.errorAt(message, asm.firstFile, 0);
  return 0n;
}

/** .symver of symbols that are not defined here gives one name, by which they are called. */
function checkVersions(asm: Assembler): void {
  for (const { name, versions, defined, common } of asm.symbols.all) {
    if (versions === null || defined || common !== null) continue;
    const [last, other] = versions;
    const renamed = versions.some((version) => version.includes('@@@'));
    if (!renamed && last.includes('@@')) {
      asm.errorAt(`invalid attempt to declare external version name as default in symbol \`${last}'`, asm.firstFile, 0);
      return;
    }
    if (other !== undefined) {
      asm.errorAt(`multiple versions [\`${last}'|\`${other}'] for symbol \`${name}'`, asm.firstFile, 0);
      return;
    }
  }
}

/** .symver: renames the symbol or adds versioned names for it. Returns what stands in the table under the plain name, null: nothing. */
function version(asm: Assembler, symbol: AsmSymbol, object: ObjectSymbol, added: ObjectSymbol[]): ObjectSymbol | null {
  const versions = symbol.versions!;
  const undefinedHere = object.section === 'undefined';
  if (undefinedHere || versions.some((name) => name.includes('@@@'))) {
    object.name = versions[0].replace(/@@@/, undefinedHere ? '@' : '@@');
    return object;
  }
  if (symbol.common !== null) {
    asm.errorAt(`\`${versions[0]}' can't be versioned to common symbol '${symbol.name}'`, asm.firstFile, 0);
    return object;
  }
  // An alias is an object or a function, but neither thread-local for its own sake nor unique.
  const type = object.type === STT_TLS && ((symbol.section?.flags ?? 0n) & SHF_TLS) === 0n ? STT_OBJECT : object.type;
  const binding = object.binding === STB_GNU_UNIQUE ? 1 : object.binding;
  const aliases = versions.map((name): ObjectSymbol => ({ ...object, name, type, binding }));
  added.push(...aliases);
  if (symbol.versionMode === 'local') object.binding = object.binding === 2 ? 2 : 0;
  else if (symbol.versionMode === 'hidden') object.other = STV_HIDDEN;
  else if (symbol.versionMode === 'remove') {
    if (symbol.inRelocation && aliases.length > 1) {
      asm.errorAt(`symbol '${symbol.name}' with multiple versions cannot be used in relocation`, asm.firstFile, 0);
    }
    return null;
  }
  return object;
}
