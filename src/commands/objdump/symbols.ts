/** objdump -t, -T, -r and -R: symbols and relocations. */
import { SYM, type Program, type Symbol } from '../../objcopy/model.js';
import { symbolVersions } from '../../objcopy/elf/versions.js';
import type { ObjectSymbol, Relocation } from '../../object.js';
import { readRelocations } from '../../objcopy/elf/read.js';
import { relocationNames } from '../shared/relocation-names.js';
import { address, addressWidth, isWanted, type Selection } from './headers.js';

const PSEUDO = { undefined: '*UND*', absolute: '*ABS*', common: '*COM*' } as const;

const NO_VERSION = { name: '', hidden: false };

/** -t and -T. */
export function symbolTable(program: Program, dynamic: boolean): string {
  const symbols = dynamic ? (program.dynamicSymbols?.(false) ?? []) : program.symbols;
  const versions = program.elf ? symbolVersions(program.elf) : [];
  const rows = symbols.map((s, i) => {
    if (versions.length === 0) return `${symbolRow(program, s, dynamic, undefined)}\n`;
    // Only dynamic symbols have versions; the others leave the column empty.
    return `${symbolRow(program, s, dynamic, dynamic ? (versions[i + 1] ?? null) : NO_VERSION)}\n`;
  });
  return `${dynamic ? 'DYNAMIC ' : ''}SYMBOL TABLE:\n${rows.length > 0 ? rows.join('') : 'no symbols\n'}\n\n`;
}

/** `version`: undefined in a file without versions, null for those that have none. */
function symbolRow(program: Program, s: Symbol, dynamic: boolean, version: { name: string; hidden: boolean } | null | undefined): string {
  const { flags } = s;
  const is = (bit: number): boolean => (flags & bit) !== 0;
  const base = typeof s.section === 'object' ? s.section.vma : 0n;
  const binding = is(SYM.LOCAL) ? 'l' : is(SYM.GLOBAL) ? 'g' : is(SYM.UNIQUE) ? 'u' : ' ';
  const debug = is(SYM.DEBUGGING) ? 'd' : dynamic ? 'D' : ' ';
  const kind = is(SYM.FUNCTION) ? 'F' : is(SYM.FILE) ? 'f' : is(SYM.OBJECT) ? 'O' : ' ';
  const letters = `${binding}${is(SYM.WEAK) ? 'w' : ' '}  ${is(SYM.INDIRECT_FUNCTION) ? 'i' : ' '}${debug}${kind}`;
  const section = typeof s.section === 'object' ? s.section.name : PSEUDO[s.section];
  const start = `${address(program, s.value + base)} ${letters} ${section}`;
  if (!s.elf) return `${start} ${s.name}`;
  const size = s.section === 'common' ? s.elf.value : s.elf.size;
  const visibility = ['', ' .internal', ' .hidden', ' .protected'][s.elf.other & 3];
  const other = (s.elf.other & ~3) !== 0 ? ` 0x${s.elf.other.toString(16).padStart(2, '0')}` : visibility;
  return `${start}\t${address(program, size)}${versionColumn(s, version)}${other} ${s.name}`;
}

function versionColumn(s: Symbol, version: { name: string; hidden: boolean } | null | undefined): string {
  if (version === undefined) return '';
  if (version === null) return `  ${(s.elf!.binding === 0 ? '' : 'Base').padEnd(11)}`;
  if (version.name === '' || (!version.hidden && s.section !== 'undefined')) return `  ${version.name.padEnd(11)}`;
  return ` (${version.name})${' '.repeat(Math.max(0, 10 - version.name.length))}`;
}

/** -r */
export function relocationTables(program: Program, selection: Selection): string {
  let out = '';
  for (const section of program.sections) {
    if (!section.elf?.relocationHeaders || !isWanted(selection, section)) continue;
    const list = program.relocationsOf?.(section) ?? [];
    out += `RELOCATION RECORDS FOR [${section.name}]:${list.length === 0 ? ' (none)\n\n' : `\n${rows(program, list, section.vma)}\n\n`}`;
  }
  return out;
}

/** -R */
export function dynamicRelocations(program: Program): string {
  const elf = program.elf!;
  const versioned = symbolVersions(elf).length > 0;
  const suffix = (s: Symbol): string =>
    versioned && !s.name.includes('@') && s.elf!.binding !== 0 ? (s.section === 'undefined' ? '@Base' : '@@Base') : '';
  const symbols = (program.dynamicSymbols?.(true) ?? []).map((s): ObjectSymbol => ({ ...s.source!, name: s.name + suffix(s) }));
  const tables = elf.sections.filter((s) => (s.type === 4 || s.type === 9) && elf.sections[s.link]?.type === 11);
  const list = tables.flatMap((table) => readRelocations(elf, table, symbols));
  return `DYNAMIC RELOCATION RECORDS${list.length === 0 ? ' (none)\n\n' : `\n${rows(program, list, 0n)}\n\n`}`;
}

/** The heading is as wide as the first file's addresses, as GNU's is. */
let headingWidth: number | undefined;

/** Of the next run. */
export function resetHeading(): void {
  headingWidth = undefined;
}

function rows(program: Program, list: readonly Relocation[], base: bigint): string {
  headingWidth ??= addressWidth(program);
  let out = `OFFSET ${' '.repeat(headingWidth - 7)} TYPE              VALUE\n`;
  const names = relocationNames(program.elf!.machine);
  const prefix = program.elf!.machine === 62 ? 'R_X86_64_' : 'R_386_';
  for (const r of list) {
    const known = names[r.type];
    const name = known && known !== '-' ? ` ${(prefix + known).padEnd(16)}  ` : ' *unknown*         ';
    const digits = (r.addend < 0n ? -r.addend : r.addend).toString(16).padStart(addressWidth(program), '0');
    const addend = r.addend === 0n ? '' : `${r.addend < 0n ? '-' : '+'}0x${digits}`;
    // In a linked file the addresses are absolute: objdump shows them from the section's start.
    out += `${address(program, program.linked ? r.offset - base : r.offset)}${name}${symbolName(r.symbol)}${addend}\n`;
  }
  return out;
}

function symbolName(symbol: ObjectSymbol | null): string {
  if (symbol === null) return '*ABS*';
  if (symbol.type === 3 && symbol.name === '' && typeof symbol.section === 'object') return symbol.section.name;
  return symbol.name;
}
