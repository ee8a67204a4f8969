/** Which symbols are copied, under which names and with which binding. */
import { isLocalLabelName } from '../object.js';
import { SYM, type Program, type Section, type Symbol } from './model.js';
import type { AddedSymbol, ObjcopyOptions } from './options.js';
import { isLinked, isStripped } from './sections.js';
import { ObjcopyError } from './errors.js';

const GLOBAL = SYM.GLOBAL | SYM.WEAK | SYM.UNIQUE;

/** True when any option changes the symbol table: otherwise it is copied as it is. */
export function isFiltered(o: ObjcopyOptions): boolean {
  return (
    o.strip !== 'none' ||
    o.discard !== 'undefined' ||
    o.stripSymbols.size > 0 ||
    o.keepSymbols.size > 0 ||
    o.localizeSymbols.size > 0 ||
    o.globalizeSymbols.size > 0 ||
    o.keepGlobalSymbols.size > 0 ||
    o.weakenSymbols.size > 0 ||
    o.addSymbols.length > 0 ||
    o.prefixSymbols !== '' ||
    o.sectionsRemoved ||
    o.sectionsCopied ||
    o.convertDebugging ||
    o.removeLeadingChar ||
    o.redefine.size > 0 ||
    o.renames.size > 0 ||
    o.weaken ||
    o.localizeHidden
  );
}

/** The output's symbols. `report` gets what was refused; the copy then ends with status 1. */
export function filterSymbols(
  o: ObjcopyOptions,
  program: Program,
  sections: readonly Section[],
  report: (message: string) => void,
): Symbol[] {
  if (o.strip === 'all' && o.keepSymbols.size === 0 && o.addSymbols.length === 0 && !o.keepFileSymbols) {
    if (!program.sections.some((s) => s.flags & 0x2000000)) return [];
  }
  if (!isFiltered(o)) return program.symbols.slice();
  if (o.strip !== 'all') markNeeded(program);
  // -j and -R see symbols without a section as being in sections of these names.
  const pseudo = (name: string): boolean => isStripped(o, program, { ...NO_SECTION, name });
  const reserved = { undefined: pseudo('*UND*'), absolute: pseudo('*ABS*'), common: pseudo('*COM*') };
  const stripped = new Map<Section, boolean>();
  const isGone = (section: Symbol['section']): boolean => {
    if (typeof section !== 'object') return reserved[section];
    let gone = stripped.get(section);
    if (gone === undefined) stripped.set(section, (gone = isStripped(o, program, section)));
    return gone;
  };
  const kept: Symbol[] = [];
  for (const { before } of o.addSymbols) {
    if (before !== undefined && !program.symbols.some((s) => s.name === before)) throw new ObjcopyError(`'before=${before}' not found`);
  }
  for (const symbol of program.symbols) {
    const before = o.addSymbols.filter((a) => a.before !== undefined && a.before === symbol.name);
    for (const added of before) kept.push(addSymbol(added, sections));
    const result = filterSymbol(o, program, symbol, isGone, report);
    if (result) kept.push(symbol);
  }
  for (const added of o.addSymbols) {
    if (added.before === undefined) kept.push(addSymbol(added, sections));
  }
  return kept;
}

const NO_SECTION: Section = { name: '', flags: 0, vma: 0n, lma: 0n, size: 0, alignPower: 0, entsize: 0 };

/** What relocations of copied sections refer to has to stay. */
function markNeeded(program: Program): void {
  if (!program.relocationsOf) return;
  const bySource = new Map(program.symbols.map((s) => [s.source, s]));
  for (const section of program.sections) {
    if (!section.output || !section.elf?.relocationHeaders) continue;
    for (const relocation of program.relocationsOf(section)) {
      const symbol = relocation.symbol && bySource.get(relocation.symbol);
      if (symbol) symbol.flags |= SYM.KEEP;
    }
  }
}

function filterSymbol(
  o: ObjcopyOptions,
  program: Program,
  symbol: Symbol,
  isGone: (section: Symbol['section']) => boolean,
  report: (message: string) => void,
): boolean {
  const relocatable = !isLinked(program);
  const undefinedSymbol = symbol.section === 'undefined';
  if (o.redefine.size > 0 || o.renames.size > 0) {
    const renamed = o.redefine.get(symbol.name);
    if (renamed !== undefined) symbol.name = renamed;
    else if ((symbol.flags & SYM.SECTION) !== 0) symbol.name = o.renames.get(symbol.name)?.name ?? symbol.name;
  }
  if (o.prefixSymbols !== '' && (symbol.flags & SYM.SECTION) === 0) symbol.name = o.prefixSymbols + symbol.name;
  const { name, flags } = symbol;
  const named = (names: ObjcopyOptions['stripSymbols']): boolean => names.size > 0 && names.has(name, o.wildcard);

  let keep = isKept(o, program, symbol, relocatable);
  if (keep && named(o.stripSymbols)) {
    if ((flags & SYM.KEEP) !== 0) report(`not stripping symbol \`${name}' because it is named in a relocation`);
    else keep = false;
  }
  if (keep && (flags & SYM.KEEP) === 0 && named(o.stripUnneededSymbols)) keep = false;
  if (!keep && o.keepFileSymbols && (flags & SYM.FILE) !== 0) keep = true;
  if (!keep && named(o.keepSymbols)) keep = true;
  if (keep && isGone(symbol.section)) keep = false;
  if (!keep) return false;

  if (((flags & (SYM.GLOBAL | SYM.UNIQUE)) !== 0 || undefinedSymbol) && (o.weaken || named(o.weakenSymbols))) {
    symbol.flags = (symbol.flags & ~(SYM.GLOBAL | SYM.UNIQUE)) | SYM.WEAK;
  }
  if (!undefinedSymbol && (flags & (SYM.GLOBAL | SYM.WEAK)) !== 0) {
    const hidden = ((symbol.elf?.other ?? 0) & 3) === 2 || ((symbol.elf?.other ?? 0) & 3) === 1;
    const listed = named(o.localizeSymbols) || (o.keepGlobalSymbols.size > 0 && !named(o.keepGlobalSymbols));
    if (listed || (o.localizeHidden && hidden)) symbol.flags = (symbol.flags & ~(SYM.GLOBAL | SYM.WEAK)) | SYM.LOCAL;
  }
  if (!undefinedSymbol && (flags & SYM.LOCAL) !== 0 && named(o.globalizeSymbols)) {
    symbol.flags = (symbol.flags & ~SYM.LOCAL) | SYM.GLOBAL;
  }
  return true;
}

function isKept(o: ObjcopyOptions, program: Program, symbol: Symbol, relocatable: boolean): boolean {
  const { flags, section } = symbol;
  if (o.strip === 'all') return false;
  if ((flags & SYM.KEEP) !== 0) return true;
  const external = section === 'undefined' || section === 'common';
  const exported = (flags & (SYM.GLOBAL | SYM.WEAK)) !== 0 || section === 'common';
  if (relocatable && exported && section !== 'undefined') return true;
  if ((flags & (SYM.GLOBAL | SYM.WEAK)) !== 0 || external) return o.strip !== 'unneeded';
  if ((flags & SYM.DEBUGGING) !== 0) return o.strip !== 'debug' && o.strip !== 'unneeded' && !o.convertDebugging;
  return o.strip !== 'unneeded' && o.discard !== 'all' && (o.discard !== 'startL' || !isLocalLabel(program, symbol));
}

function isLocalLabel({ target }: Program, { name, flags }: Symbol): boolean {
  return (flags & (GLOBAL | SYM.FILE | SYM.SECTION)) === 0 && isLocalLabelName(name, target === 'elf32-i386');
}

function addSymbol(added: AddedSymbol, sections: readonly Section[]): Symbol {
  const symbol: Symbol = { name: added.name, value: added.value, flags: added.flags, section: 'absolute' };
  if (added.section !== undefined) {
    const section = sections.find((s) => s.name === added.section);
    if (!section) throw new ObjcopyError(`Section ${added.section} not found`);
    symbol.section = section;
  }
  return symbol;
}
