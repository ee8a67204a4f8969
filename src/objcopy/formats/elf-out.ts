/** The output sections and symbols as an ELF object: section types and flags, links, symbols, relocations. */
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation, SymbolSection } from '../../object.js';
import { EM, ET, SHF, SHN, SHT, STB, STT } from '../elf/constants.js';
import { usesRela } from '../elf/write.js';
import { abandon, LayoutError, zeros } from '../errors.js';
import { SEC, SYM, type Program, type Section, type Symbol, type TargetName } from '../model.js';
import { convertRelocations } from './elf-convert.js';
import { applySegments, type SegmentDraft } from './elf-segments.js';
import { specialSection } from './elf-special.js';

export interface ElfOutput {
  program: Program;
  target: TargetName;
  sections: Section[];
  symbols: Symbol[];
  start: bigint;
  /** File names, for messages. */
  inputName: string;
  name: string;
  /** -S: relocations are dropped. */
  stripAll: boolean;
  /** Names of sections whose relocations are dropped. */
  dropsRelocations: (section: Section) => boolean;
  /** Symbols whose relocations -S keeps. */
  keepsRelocation: (symbol: ObjectSymbol) => boolean;
  commonType?: boolean;
  machineCode?: number;
  /** Messages without a file's name. */
  say: (message: string) => void;
  segments?: SegmentDraft;
  /** --extract-symbol: relocation sections stay, empty. */
  emptyRelocations: boolean;
  /** --update-section: other contents have no relocations. */
  updated: ReadonlySet<Section>;
  keepsSectionSymbols: boolean;
}

const MACHINES: Partial<Record<TargetName, { machine: number; elfClass: 32 | 64 }>> = {
  'elf64-x86-64': { machine: EM.X86_64, elfClass: 64 },
  'elf32-i386': { machine: EM.I386, elfClass: 32 },
  'elf32-x86-64': { machine: EM.X86_64, elfClass: 32 },
  'elf32-iamcu': { machine: EM.IAMCU, elfClass: 32 },
};

/** Any other type of file is written as a relocatable one. */
const TYPES: readonly number[] = [ET.EXEC, ET.DYN, ET.CORE];

/** The object that `writeElf` lays out. */
export function elfObject(out: ElfOutput): ObjectFile {
  const { machine, elfClass } = MACHINES[out.target]!;
  const raw = out.program.elf;
  const made = new Map<Section, ObjectSection>();
  for (const section of out.sections) made.set(section, objectSection(out, section, elfClass));
  const object: ObjectFile = {
    elfClass,
    machine: out.machineCode ?? machine,
    type: raw && TYPES.includes(raw.type) ? raw.type : ET.REL,
    osabi: raw?.osabi ?? 0,
    abiVersion: raw?.abiVersion ?? 0,
    flags: raw?.flags ?? 0,
    entry: out.start,
    sections: [...made.values()],
    symbols: [],
    mainMachine: machine,
  };
  const symbolOf = addSymbols(out, object, made);
  linkSections(out, made, symbolOf);
  addRelocations(out, object, made, symbolOf);
  if (out.segments) applySegments(object, out.segments, made);
  return object;
}

function objectSection(out: ElfOutput, section: Section, elfClass: 32 | 64): ObjectSection {
  const { input } = section;
  const from = input?.elf;
  const sameFlags = input !== undefined && from !== undefined && input.flags === section.flags;
  let type = 0;
  let flags = 0;
  // What the name stands for. Contents, notes and zeros are not bound to it, nor are flags, where there is a section to copy.
  const rela = usesRela(MACHINES[out.target]!.machine);
  const special = specialSection(section.name, rela);
  if (special) ({ type, flags } = special);
  if (from) {
    const plain: number[] = [SHT.PROGBITS, SHT.NOTE, SHT.NOBITS];
    if (plain.includes(type)) type = 0;
    if (type === 0 && sameFlags) ({ type } = from);
    flags = from.flags & (SHF.MASKOS | SHF.MASKPROC);
    flags |= from.flags & (SHF.COMPRESSED | SHF.LINK_ORDER);
    flags >>>= 0;
  }
  if (section.elf?.type) ({ type } = section.elf);
  const byFlags =
    (section.flags & SEC.GROUP) !== 0
      ? SHT.GROUP
      : (section.flags & SEC.ALLOC) !== 0 && (section.flags & (SEC.LOAD | SEC.HAS_CONTENTS)) === 0
        ? SHT.NOBITS
        : SHT.PROGBITS;
  if (type === 0) type = byFlags;
  else if (type === SHT.NOBITS && byFlags === SHT.PROGBITS && (section.flags & SEC.ALLOC) !== 0) {
    out.say(`warning: section \`${section.name}' type changed to PROGBITS`);
    type = byFlags;
  }
  if ((section.flags & SEC.ALLOC) !== 0) flags |= SHF.ALLOC;
  if ((section.flags & SEC.READONLY) === 0) flags |= SHF.WRITE;
  if ((section.flags & SEC.CODE) !== 0) flags |= SHF.EXECINSTR;
  if ((section.flags & SEC.MERGE) !== 0) flags |= SHF.MERGE;
  if ((section.flags & SEC.STRINGS) !== 0) flags |= SHF.STRINGS;
  if ((section.flags & SEC.THREAD_LOCAL) !== 0) flags |= SHF.TLS;
  if ((section.flags & (SEC.EXCLUDE | SEC.GROUP)) === SEC.EXCLUDE) flags |= SHF.EXCLUDE;
  const stray = from && (from.flags & SHF.GROUP) !== 0 && !from.memberOf;
  if (stray || from?.memberOf?.output || (from?.group && (section.flags & SEC.GROUP) === 0)) flags |= SHF.GROUP;

  const data = section.contents ?? new Uint8Array(0);
  const nobits = type === SHT.NOBITS || takesNoRoom(out, section);
  const result: ObjectSection = {
    name: section.name,
    type,
    flags: BigInt(flags >>> 0),
    address: section.vma,
    loadAddress: section.lma,
    align: 2 ** section.alignPower,
    entsize: (section.flags & SEC.MERGE) !== 0 ? section.entsize : entrySize(section, type, elfClass, rela),
    data: nobits || data.length >= section.size ? data : padded(data, section.size),
    size: section.size,
    relocations: [],
  };
  if (nobits) result.data = new Uint8Array(0);
  return result;
}

/** Where segments decide, what is not loaded is nothing but room in memory, whatever its type. */
function takesNoRoom(out: ElfOutput, { flags }: Section): boolean {
  return out.segments !== undefined && (flags & (SEC.LOAD | SEC.HAS_CONTENTS)) === 0;
}

/** Contents that were never set are zeros in the file. */
function padded(data: Uint8Array, size: number): Uint8Array {
  const full = zeros(size);
  full.set(data);
  return full;
}

function entrySize(section: Section, type: number, elfClass: 32 | 64, rela: boolean): number {
  const wide = elfClass === 64;
  const stated = Number(section.input?.elf?.header?.entsize ?? 0n);
  switch (type) {
    case SHT.HASH:
      return 4;
    case SHT.DYNSYM:
      return wide ? 24 : 16;
    case SHT.DYNAMIC:
      return wide ? 16 : 8;
    case SHT.RELA:
      return rela ? (wide ? 24 : 12) : stated;
    case SHT.REL:
      return rela ? stated : wide ? 16 : 8;
    case SHT.INIT_ARRAY:
    case SHT.FINI_ARRAY:
    case SHT.PREINIT_ARRAY:
      return wide ? 8 : 4;
    case SHT.GNU_VERSYM:
      return 2;
    case SHT.GNU_VERDEF:
    case SHT.GNU_VERNEED:
      return 0;
    case SHT.GROUP:
      return 4;
    case SHT.GNU_HASH:
      return wide ? 0 : 4;
    default:
      return stated;
  }
}

function addSymbols(out: ElfOutput, object: ObjectFile, made: ReadonlyMap<Section, ObjectSection>): Map<Symbol, ObjectSymbol> {
  const symbolOf = new Map<Symbol, ObjectSymbol>();
  const relocatable = !out.program.linked;
  for (const symbol of out.symbols) {
    const made1 = objectSymbol(out, symbol, relocatable, made);
    if (!made1) continue;
    symbolOf.set(symbol, made1);
    object.symbols.push(made1);
  }
  const relocations = out.program.hasRelocations && !out.stripAll;
  if (out.keepsSectionSymbols && object.symbols.length > 0 && (object.type === ET.EXEC || object.type === ET.DYN) && !relocations)
    addSectionSymbols(object, made);
  const isGlobal = (s: ObjectSymbol): boolean => s.binding !== STB.LOCAL;
  object.symbols = [...object.symbols.filter((s) => !isGlobal(s)), ...object.symbols.filter(isGlobal)];
  return symbolOf;
}

/** --keep-section-symbols gives every section of a linked file a symbol. */
function addSectionSymbols(object: ObjectFile, made: ReadonlyMap<Section, ObjectSection>): void {
  const named = new Set(object.symbols.filter((s) => s.type === STT.SECTION).map((s) => s.section));
  for (const section of made.values()) {
    if (named.has(section)) continue;
    const place = { value: section.address, size: 0n, binding: STB.LOCAL, type: STT.SECTION, other: 0, section };
    object.symbols.push({ name: '', ...place });
  }
}

function objectSymbol(
  out: ElfOutput,
  symbol: Symbol,
  relocatable: boolean,
  made: ReadonlyMap<Section, ObjectSection>,
): ObjectSymbol | null {
  const { flags, elf } = symbol;
  // One that --add-symbol makes is nobody's.
  if ((flags & SYM.SECTION) !== 0 && !symbol.source) return null;
  const home = typeof symbol.section === 'object' ? (symbol.section.output ?? symbol.section) : symbol.section;
  let section: SymbolSection = 'absolute';
  let { value } = symbol;
  let size = elf?.size ?? 0n;
  if (symbol.section === 'common') {
    section = elf?.large ? SHN.X86_64_LCOMMON : 'common';
    size = value;
    value = elf?.value ?? 1n;
  } else if (typeof home === 'object') {
    const target = made.get(home) ?? [...made].find(([s]) => s.name === home.name)?.[1];
    if (!target) {
      if ((flags & SYM.SECTION) !== 0) return null;
      abandon(
        `${out.name}: unable to find equivalent output section for symbol '${symbol.name}' from section '${home.name}'\n${out.name}: nonrepresentable section on output`,
      );
    }
    section = target;
    if (!relocatable) value = BigInt.asUintN(64, value + home.vma);
  } else if (symbol.section === 'undefined') section = 'undefined';
  else if (symbol.source && typeof symbol.source.section === 'number') section = symbol.source.section;

  let type: number = STT.NOTYPE;
  if ((flags & SYM.THREAD_LOCAL) !== 0) type = STT.TLS;
  else if ((flags & SYM.INDIRECT_FUNCTION) !== 0) type = STT.GNU_IFUNC;
  else if ((flags & SYM.FUNCTION) !== 0) type = STT.FUNC;
  else if ((flags & SYM.OBJECT) !== 0) type = STT.OBJECT;
  else if (elf && elf.type > 10) ({ type } = elf);
  if (typeof home === 'object' && (home.flags & SEC.THREAD_LOCAL) !== 0) type = STT.TLS;
  let binding: number = STB.LOCAL;
  if ((flags & SYM.SECTION) !== 0) {
    type = STT.SECTION;
    if ((flags & SYM.GLOBAL) !== 0) binding = STB.GLOBAL;
  } else if (symbol.section === 'common') {
    if (type !== STT.TLS) {
      const asCommon = out.commonType ?? elf?.type === STT.COMMON;
      type = asCommon ? STT.COMMON : STT.OBJECT;
    }
    binding = STB.GLOBAL;
  } else if (symbol.section === 'undefined') binding = (flags & SYM.WEAK) !== 0 ? STB.WEAK : STB.GLOBAL;
  else if ((flags & SYM.FILE) !== 0) type = STT.FILE;
  else if ((flags & SYM.LOCAL) !== 0) binding = STB.LOCAL;
  else if ((flags & SYM.UNIQUE) !== 0) binding = STB.GNU_UNIQUE;
  else if ((flags & SYM.WEAK) !== 0) binding = STB.WEAK;
  else if ((flags & SYM.GLOBAL) !== 0) binding = STB.GLOBAL;
  return { name: symbol.name, value, size, binding, type, other: elf?.other ?? 0, section };
}

function addRelocations(
  out: ElfOutput,
  object: ObjectFile,
  made: ReadonlyMap<Section, ObjectSection>,
  symbolOf: ReadonlyMap<Symbol, ObjectSymbol>,
): void {
  const { program } = out;
  if (!program.relocationsOf) return;
  let bySource: Map<ObjectSymbol, ObjectSymbol | null> | undefined;
  for (const [section, target] of made) {
    const { input } = section;
    if (!input?.elf?.relocationHeaders || (input.flags & SEC.GROUP) !== 0 || out.dropsRelocations(input)) continue;
    if (out.emptyRelocations || out.updated.has(input)) {
      target.emptyRelocations = true;
      continue;
    }
    let list = program.relocationsOf(input);
    if (out.stripAll) list = list.filter((r) => r.symbol !== null && out.keepsRelocation(r.symbol));
    if (list.length === 0) continue;
    bySource ??= sourceMap(program, symbolOf);
    target.relocations = list.map((r) => relocation(out, program, r, bySource!));
    target.relocationsOutsideGroup = !input.elf.relocationsInGroup;
    if (program.target !== out.target) convertRelocations(out, program, MACHINES[out.target]!.machine, target);
  }
}

function sourceMap(program: Program, symbolOf: ReadonlyMap<Symbol, ObjectSymbol>): Map<ObjectSymbol, ObjectSymbol | null> {
  const map = new Map<ObjectSymbol, ObjectSymbol | null>();
  const sectionSymbols = new Map<Section, ObjectSymbol>();
  for (const symbol of program.symbols) {
    const written = symbolOf.get(symbol);
    if (written && (symbol.flags & SYM.SECTION) !== 0 && typeof symbol.section === 'object') sectionSymbols.set(symbol.section, written);
  }
  for (const symbol of program.symbols) {
    if (!symbol.source) continue;
    let written = symbolOf.get(symbol) ?? null;
    if (!written && (symbol.flags & SYM.SECTION) !== 0 && typeof symbol.section === 'object') {
      written = sectionSymbols.get(symbol.section) ?? null;
    }
    map.set(symbol.source, written);
  }
  return map;
}

function relocation(out: ElfOutput, program: Program, r: Relocation, bySource: ReadonlyMap<ObjectSymbol, ObjectSymbol | null>): Relocation {
  if (r.symbol === null) return r;
  const symbol = bySource.get(r.symbol);
  if (!symbol) {
    const name = program.symbols.find((s) => s.source === r.symbol)?.name ?? '';
    abandon(`${out.name}: symbol \`${name}' required but not present\n${out.name}: no symbols`);
  }
  return { ...r, symbol };
}

/** sh_link, sh_info and group members in terms of the output. */
function linkSections(out: ElfOutput, made: ReadonlyMap<Section, ObjectSection>, symbolOf: ReadonlyMap<Symbol, ObjectSymbol>): void {
  const byName = (name: string): ObjectSection | undefined => {
    for (const [section, target] of made) if (section.name === name) return target;
    return undefined;
  };
  for (const [section, target] of made) {
    const from = section.input?.elf;
    const outputOf = (s: Section | undefined): ObjectSection | undefined => (s?.output ? made.get(s.output) : undefined);
    const keepsInfo: number[] = [SHT.DYNSYM, SHT.GNU_VERNEED, SHT.GNU_VERDEF];
    if (from?.header && keepsInfo.includes(from.type)) target.info = from.rawInfo;
    const type = takesNoRoom(out, section) && (section.flags & SEC.ALLOC) !== 0 ? SHT.NOBITS : target.type;
    if (from?.header && (from.type === type || type === SHT.NOBITS)) {
      if (type === SHT.NOBITS && target.size !== 0) {
        // What is left of a section in a debug file keeps its numbers, so that the two can be matched.
        target.link = from.rawLink;
        target.info = from.rawInfo;
        const applied = from.type === SHT.NOBITS ? relocatedSection(target.name, byName) : undefined;
        if (applied && applied === outputOf(from.infoSection)) target.flags |= BigInt(SHF.INFO_LINK);
      }
    }
    if ((Number(target.flags) & SHF.LINK_ORDER) !== 0 && from) {
      target.linkedTo = outputOf(from.link);
      if (!target.linkedTo && from.link) {
        const verb = `sh_link of section \`${target.name}' points to`;
        const text = `${out.name}: ${verb} removed section \`${from.link.name}' of \`${out.inputName}'`;
        throw new LayoutError(text, 'bad value');
      }
    }
    switch (target.type) {
      case SHT.REL:
      case SHT.RELA: {
        const dynsym = (Number(target.flags) & SHF.ALLOC) !== 0 ? byName('.dynsym') : undefined;
        if (dynsym) target.linkedTo = dynsym;
        else target.linksSymtab = true;
        const applied = relocatedSection(target.name, byName);
        if (applied) {
          target.infoSection = applied;
          target.flags |= BigInt(SHF.INFO_LINK);
        }
        break;
      }
      case SHT.DYNAMIC:
      case SHT.DYNSYM:
      case SHT.GNU_VERNEED:
      case SHT.GNU_VERDEF:
        target.linkedTo = byName('.dynstr');
        break;
      case SHT.HASH:
      case SHT.GNU_HASH:
      case SHT.GNU_VERSYM:
        target.linkedTo = byName('.dynsym');
        break;
      case SHT.STRTAB:
        if (target.name.startsWith('.stab') && target.name.endsWith('str')) {
          const table = byName(target.name.slice(0, -3));
          if (table) table.linkedTo = target;
        }
        break;
      case SHT.GROUP:
        target.linksSymtab = true;
        groupMembers(out, section, target, made, symbolOf);
    }
    // Links go by what the section is called; what it is in the file is only found when it is laid out.
    target.type = type;
  }
}

/** What `.rela.text` applies to by its name. `.plt` relocations apply to the PLT's part of the GOT when there is one. */
function relocatedSection(table: string, byName: (name: string) => ObjectSection | undefined): ObjectSection | undefined {
  const name = table.startsWith('.rela') ? table.slice(5) : table.startsWith('.rel') ? table.slice(4) : '';
  if (name === '') return undefined;
  if (name === '.plt') return byName('.got.plt') ?? byName('.got') ?? byName(name);
  return byName(name);
}

function groupMembers(
  out: ElfOutput,
  section: Section,
  target: ObjectSection,
  made: ReadonlyMap<Section, ObjectSection>,
  symbolOf: ReadonlyMap<Symbol, ObjectSymbol>,
): void {
  const group = section.input?.elf?.group;
  // --extract-symbol leaves nothing of a group but its section.
  if (!group || !section.input || out.emptyRelocations) return;
  const signature = out.program.signatureOf?.(section.input);
  const written = signature && symbolOf.get(signature);
  const members: ObjectSection[] = [];
  for (const member of group.members) {
    const output = member.output && made.get(member.output);
    if (output) members.push(output);
  }
  if (!written && members.length > 0) throw new LayoutError('', 'cause of error unknown');
  const missing: ObjectSymbol = { name: '', value: 0n, size: 0n, binding: 0, type: 0, other: 0, section: 'undefined' };
  // Relocations that are left out leave their places empty.
  const vacant = group.members.filter(
    (m) => m.output && m.elf!.relocationHeaders?.some((r) => r.size > 0n) && m.elf!.relocationsInGroup && out.dropsRelocations(m),
  ).length;
  target.group = { signature: written ?? missing, comdat: group.comdat, members, vacant };
}
