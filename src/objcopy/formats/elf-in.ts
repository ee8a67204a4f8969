/** An ELF file as objcopy sees it: the format-independent view, with ELF's own fields beside it. */
import type { ObjectSection, ObjectSymbol } from '../../object.js';
import { ET, GRP_COMDAT, PT, SHF, SHN, SHT, SIZES, STB, STT } from '../elf/constants.js';
import { FormatError, parseElf, parseFileHeader, sectionBytes, type RawElf, type RawSection, type RawSegment } from '../elf/raw.js';
import { isRelocationOf, isTable, readRelocations, readSymbols } from '../elf/read.js';
import { symbolVersions } from '../elf/versions.js';
import { alignmentPower, checkElf } from './elf-check.js';
import { SEC, SYM, type ElfSection, type Program, type Section, type Symbol, type TargetName } from '../model.js';

/** The target whose files look like this, or null for a machine that is not ours. */
export function elfTarget(bytes: Uint8Array): TargetName | null {
  try {
    const raw = parseFileHeader(bytes);
    if (raw.machine === 62) return raw.elfClass === 64 ? 'elf64-x86-64' : 'elf32-x86-64';
    if (raw.elfClass === 32 && raw.machine === 3) return 'elf32-i386';
    if (raw.elfClass === 32 && raw.machine === 6) return 'elf32-iamcu';
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return null;
}

/** An ELF file that would be all right for a machine that binutils knows nothing about. */
export function isForeignElf(bytes: Uint8Array): boolean {
  try {
    const raw = parseElf(bytes);
    checkElf(raw, true);
    return raw.type !== ET.CORE;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** Reads an ELF file. Throws `FormatError`; complaints that do not stop it go to `warn`. */
export function readElfProgram(bytes: Uint8Array, name: string, warn: (message: string) => void): Program {
  const raw = parseElf(bytes);
  const target = elfTarget(bytes);
  if (target === null) throw new FormatError('file format not recognized');
  const damage = checkElf(raw);
  for (const what of damage) warn(`warning: ${name} ${what}`);
  const program = new ElfProgram(raw, target, name, warn);
  program.damaged = damage.length > 0;
  return program;
}

class ElfProgram implements Program {
  readonly sections: Section[] = [];
  readonly start: bigint;
  readonly linked: boolean;
  readonly hasRelocations: boolean;
  readonly elf: RawElf;
  damaged = false;
  private readonly byIndex: (Section | undefined)[] = [];
  private readonly symtab: RawSection | undefined;
  private cached: Symbol[] | undefined;

  constructor(
    raw: RawElf,
    readonly target: TargetName,
    private readonly name: string,
    private readonly warn: (message: string) => void,
  ) {
    this.elf = raw;
    this.start = raw.entry;
    this.linked = raw.type === ET.EXEC || raw.type === ET.DYN;
    this.symtab = raw.sections.find((s) => s.type === SHT.SYMTAB);
    const zeroed = physicalAddressesAreZero(raw.segments);
    const relocations: RawSection[] = [];
    for (const header of raw.sections) {
      if (isTable(raw, header, this.symtab) || header.type === SHT.SHLIB) continue;
      if (isRelocationOf(raw, header, this.symtab)) relocations.push(header);
      else {
        const section = this.section(header, zeroed);
        this.byIndex[header.index] = section;
        this.sections.push(section);
      }
    }
    this.hasRelocations = relocations.length > 0;
    for (const header of relocations) this.attachRelocations(header);
    for (const section of this.sections) this.resolveLinks(section);
    for (const { name: member, elf } of this.sections) {
      if (elf && (elf.flags & SHF.GROUP) !== 0 && !elf.memberOf) warn(`${name}: no group info for section '${member}'`);
    }
    if (raw.type === ET.CORE) this.addCoreSections();
  }

  /** All symbols but the null one. */
  get symbols(): Symbol[] {
    this.cached ??= this.symtab ? this.readSymbols(this.symtab) : [];
    return this.cached;
  }

  /** Symbols of dynamic linking; `versions`: with `@VERSION`, or `@@` for the default one, after their names. */
  dynamicSymbols(versions: boolean): Symbol[] {
    const table = this.elf.sections.find((s) => s.type === SHT.DYNSYM);
    if (!table) return [];
    const symbols = this.readSymbols(table);
    if (!versions) return symbols;
    const names = symbolVersions(this.elf);
    symbols.forEach((symbol, i) => {
      const version = names[i + 1];
      // The symbol that stands for the version itself goes without.
      if (version && version.name !== symbol.name)
        symbol.name += (version.hidden || symbol.section === 'undefined' ? '@' : '@@') + version.name;
    });
    return symbols;
  }

  private section(header: RawSection, zeroed: boolean): Section {
    const flags = flagsOf(header);
    const elf: ElfSection = {
      type: header.type,
      flags: Number(header.flags & 0xffffffffn),
      rawLink: header.link,
      rawInfo: header.info,
      header,
    };
    const section: Section = {
      name: header.name,
      flags,
      vma: header.address,
      lma: header.address,
      size: header.size > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(header.size),
      alignPower: alignmentPower(header.align),
      entsize: (flags & (SEC.MERGE | SEC.STRINGS)) !== 0 ? Number(header.entsize) : 0,
      elf,
    };
    if ((flags & SEC.ALLOC) !== 0 && !zeroed) section.lma = loadAddress(this.elf, header, flags);
    if ((flags & SEC.HAS_CONTENTS) !== 0) section.contents = sectionBytes(this.elf, header) ?? undefined;
    if (section.contents === undefined && (flags & SEC.HAS_CONTENTS) !== 0 && header.size > 0n) section.truncated = true;
    return section;
  }

  private attachRelocations(header: RawSection): void {
    const target = this.byIndex[header.info];
    if (!target || !target.elf) return;
    target.flags |= SEC.RELOC;
    target.elf.hasRelocationSection = true;
    target.elf.relocationsInGroup = (header.flags & BigInt(SHF.GROUP)) !== 0n;
    (target.elf.relocationHeaders ??= []).push(header);
  }

  /** The relocations of a section, in terms of `ObjectSymbol`s that `symbols` carry as `source`. */
  relocationsOf(section: Section): NonNullable<Section['relocations']> {
    if (section.relocations) return section.relocations;
    const sources = this.symbols.map((s) => s.source!);
    let list: NonNullable<Section['relocations']> = [];
    for (const header of section.elf?.relocationHeaders ?? []) {
      this.checkRelocations(section, header, sources.length);
      list = list.concat(readRelocations(this.elf, header, sources));
    }
    section.relocations = list;
    return list;
  }

  private checkRelocations(section: Section, header: RawSection, count: number): void {
    const table = sectionBytes(this.elf, header);
    if (table === null) throw new FormatError('file truncated');
    const sizes = SIZES[this.elf.elfClass];
    const entry = header.type === SHT.RELA ? sizes.rela : sizes.rel;
    const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    for (let at = 0, i = 0; at + entry <= table.length; at += entry, i++) {
      const index = this.elf.elfClass === 64 ? view.getUint32(at + 12, true) : view.getUint32(at + 4, true) >>> 8;
      if (index > count) this.warn(`${this.name}(${section.name}): relocation ${i} has invalid symbol index ${index}`);
    }
  }

  private resolveLinks(section: Section): void {
    const { elf } = section;
    const header = elf?.header;
    if (!elf || !header) return;
    if (header.type === SHT.GROUP) {
      this.readGroup(section, elf, header);
      return;
    }
    elf.link = this.byIndex[header.link];
    elf.linksSymtab = header.link !== 0 && header.link === this.symtab?.index;
    elf.infoSection = this.byIndex[header.info];
  }

  private readGroup(section: Section, elf: ElfSection, header: RawSection): void {
    const data = sectionBytes(this.elf, header);
    if (data === null || data.length < 4) return;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const members: Section[] = [];
    for (let at = 4; at + 4 <= data.length; at += 4) {
      const member = this.byIndex[view.getUint32(at, true)];
      if (!member || member === section || !member.elf || (member.elf.flags & SHF.GROUP) === 0 || member.elf.memberOf) continue;
      member.elf.memberOf = section;
      members.push(member);
    }
    const comdat = (view.getUint32(0, true) & GRP_COMDAT) !== 0;
    elf.group = { signatureIndex: header.info, comdat, members };
    if (comdat) section.flags |= SEC.LINK_ONCE;
  }

  /** The signature symbol of a group section. */
  signatureOf(section: Section): Symbol | undefined {
    const index = section.elf?.group?.signatureIndex ?? 0;
    return index > 0 ? this.symbols[index - 1] : undefined;
  }

  private readSymbols(symtab: RawSection): Symbol[] {
    // The model's sections stand in for `ObjectSection`s here: only their identity matters.
    const sources = readSymbols(this.elf, symtab, (index) => this.byIndex[index] as unknown as ObjectSection | undefined);
    return sources.map((source, i) => this.symbol(source, i + 1));
  }

  private symbol(source: ObjectSymbol, index: number): Symbol {
    const section: Symbol['section'] =
      typeof source.section === 'object'
        ? (source.section as unknown as Section)
        : source.section === 'undefined' || source.section === 'common'
          ? source.section
          : source.section === SHN.X86_64_LCOMMON && this.elf.machine === 62
            ? 'common'
            : 'absolute';
    const large = source.section === SHN.X86_64_LCOMMON;
    let flags = 0;
    const reserved = section === 'undefined' || section === 'common';
    if (source.binding === STB.LOCAL) flags |= SYM.LOCAL;
    else if (source.binding === STB.GLOBAL && !reserved) flags |= SYM.GLOBAL;
    else if (source.binding === STB.WEAK) flags |= SYM.WEAK;
    else if (source.binding === STB.GNU_UNIQUE) flags |= SYM.UNIQUE;
    if (source.type === STT.SECTION) flags |= SYM.SECTION | SYM.DEBUGGING;
    else if (source.type === STT.FILE) flags |= SYM.FILE | SYM.DEBUGGING;
    else if (source.type === STT.FUNC) flags |= SYM.FUNCTION;
    else if (source.type === STT.OBJECT || source.type === STT.COMMON) flags |= SYM.OBJECT;
    else if (source.type === STT.TLS) flags |= SYM.THREAD_LOCAL;
    else if (source.type === STT.GNU_IFUNC) flags |= SYM.INDIRECT_FUNCTION;
    let value = source.value;
    if (section === 'common') value = source.size;
    else if (this.linked && typeof section === 'object') value = BigInt.asUintN(64, value - section.vma);
    let { name } = source;
    if (source.type === STT.SECTION && name === '' && typeof section === 'object') ({ name } = section);
    const { size, other, type, binding } = source;
    return { name, value, flags, section, source, elf: { size, other, type, value: source.value, index, binding, large } };
  }

  /** A core file's memory is in its segments. */
  private addCoreSections(): void {
    this.elf.segments.forEach((segment, i) => this.addSegmentSections(segment, i));
  }

  private addSegmentSections(segment: RawSegment, index: number): void {
    const kinds: Record<number, string> = { [PT.NULL]: 'null', [PT.LOAD]: 'load', [PT.NOTE]: 'note' };
    const kind = kinds[segment.type] ?? 'segment';
    const split = segment.memorySize > 0n && segment.fileSize > 0n && segment.memorySize > segment.fileSize;
    const add = (name: string, flags: number, offset: bigint, size: bigint, address: bigint, lma: bigint): void => {
      const section: Section = {
        name,
        flags,
        vma: address,
        lma,
        size: Number(size),
        alignPower: alignmentPower(segment.align),
        entsize: 0,
      };
      section.fileOffset = Number(BigInt.asUintN(48, offset));
      if ((flags & SEC.HAS_CONTENTS) !== 0) {
        const end = offset + size;
        if (end > BigInt(this.elf.bytes.length)) section.truncated = true;
        else section.contents = this.elf.bytes.subarray(Number(offset), Number(end));
      }
      this.sections.push(section);
    };
    const base = (segment.flags & 2) === 0 ? SEC.READONLY : 0;
    if (segment.fileSize > 0n) {
      let flags = SEC.HAS_CONTENTS | base;
      if (segment.type === PT.LOAD) flags |= SEC.ALLOC | SEC.LOAD | ((segment.flags & 1) !== 0 ? SEC.CODE : 0);
      const name = `${kind}${index}${split ? 'a' : ''}`;
      add(name, flags, segment.offset, segment.fileSize, segment.virtualAddress, segment.physicalAddress);
    }
    if (segment.memorySize > segment.fileSize) {
      let flags = base;
      if (segment.type === PT.LOAD) flags |= SEC.ALLOC | ((segment.flags & 1) !== 0 ? SEC.CODE : 0);
      const name = `${kind}${index}${split ? 'b' : ''}`;
      const size = segment.memorySize - segment.fileSize;
      add(
        name,
        flags,
        segment.offset + segment.fileSize,
        size,
        segment.virtualAddress + segment.fileSize,
        segment.physicalAddress + segment.fileSize,
      );
    }
  }
}

/** log2 of an alignment: the power that is at least as large. */
export function powerOf(align: bigint): number {
  let power = 0;
  while (1n << BigInt(power) < align && power < 63) power += 1;
  return power;
}

const DEBUG_NAME = /^\.(debug|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.|zdebug|line|stab|gdb_index)/;

/** The flags that a section header means. */
export function flagsOf(header: RawSection): number {
  const is = (flag: number): boolean => (header.flags & BigInt(flag)) !== 0n;
  let flags = 0;
  if (header.type !== SHT.NOBITS) flags |= SEC.HAS_CONTENTS;
  if (header.type === SHT.GROUP) flags |= SEC.GROUP | SEC.EXCLUDE;
  if (is(SHF.ALLOC)) {
    flags |= SEC.ALLOC;
    if (header.type !== SHT.NOBITS) flags |= SEC.LOAD;
  }
  if (!is(SHF.WRITE)) flags |= SEC.READONLY;
  if (is(SHF.EXECINSTR)) flags |= SEC.CODE;
  else if ((flags & SEC.LOAD) !== 0) flags |= SEC.DATA;
  if (is(SHF.MERGE)) flags |= SEC.MERGE;
  if (is(SHF.STRINGS)) flags |= SEC.STRINGS;
  if (is(SHF.TLS)) flags |= SEC.THREAD_LOCAL;
  if (is(SHF.EXCLUDE)) flags |= SEC.EXCLUDE;
  if (!is(SHF.ALLOC) && DEBUG_NAME.test(header.name)) flags |= SEC.DEBUGGING;
  if (header.name.startsWith('.gnu.linkonce') && !is(SHF.GROUP)) flags |= SEC.LINK_ONCE;
  return flags;
}

/** Some linkers leave all physical addresses zero: then sections load where they run. */
function physicalAddressesAreZero(segments: readonly RawSegment[]): boolean {
  if (segments.some((s) => s.physicalAddress !== 0n)) return false;
  return segments.filter((s) => s.type === PT.LOAD && s.memorySize !== 0n).length > 1;
}

/** Where the segment that holds a section puts it. */
function loadAddress(raw: RawElf, header: RawSection, flags: number): bigint {
  let lma = header.address;
  for (const s of raw.segments) {
    const kind = (s.type === PT.LOAD && (header.flags & BigInt(SHF.TLS)) === 0n) || s.type === PT.TLS;
    if (!kind || !sectionInSegment(header, s)) continue;
    lma =
      (flags & SEC.LOAD) === 0
        ? BigInt.asUintN(64, s.physicalAddress + header.address - s.virtualAddress)
        : BigInt.asUintN(64, s.physicalAddress + header.offset - s.offset);
    // An empty section may stand at the end of one segment and the start of the next: addresses decide.
    if (header.address >= s.virtualAddress && header.address + header.size <= s.virtualAddress + s.memorySize) break;
  }
  return lma;
}

/** Bytes that a section takes within a segment: thread-local zeros take none outside of PT_TLS. */
function sizeWithin(header: RawSection, s: RawSegment): bigint {
  const tbss = (header.flags & BigInt(SHF.TLS)) !== 0n && header.type === SHT.NOBITS && s.type !== PT.TLS;
  return tbss ? 0n : header.size;
}

/** Whether a section belongs to a segment by its kind, file offset and address. `strict`: an empty one at the end does not. */
export function sectionInSegment(header: RawSection, s: RawSegment, checkAddress = true, strict = false): boolean {
  const tls = (header.flags & BigInt(SHF.TLS)) !== 0n;
  const alloc = (header.flags & BigInt(SHF.ALLOC)) !== 0n;
  // Only PT_LOAD, PT_GNU_RELRO and PT_TLS hold thread-local sections; PT_TLS holds nothing else, PT_PHDR nothing at all.
  if (tls ? ![PT.TLS, PT.GNU_RELRO, PT.LOAD].includes(s.type as 1) : s.type === PT.TLS || s.type === PT.PHDR) return false;
  const loadedKinds: number[] = [PT.LOAD, PT.DYNAMIC, PT.GNU_EH_FRAME, PT.GNU_STACK, PT.GNU_RELRO, PT.GNU_SFRAME];
  if (!alloc && loadedKinds.includes(s.type)) return false;
  const size = sizeWithin(header, s);
  if (header.type !== SHT.NOBITS) {
    if (header.offset < s.offset) return false;
    const at = header.offset - s.offset;
    if (strict && !(at <= s.fileSize - 1n) && s.fileSize !== 0n) return false;
    if (at + size > s.fileSize) return false;
  }
  if (checkAddress && alloc) {
    if (header.address < s.virtualAddress) return false;
    const at = header.address - s.virtualAddress;
    if (strict && s.memorySize !== 0n && at > s.memorySize - 1n) return false;
    if (at + size > s.memorySize) return false;
  }
  // Nothing empty lies at the start or end of PT_DYNAMIC or PT_NOTE.
  if ((s.type === PT.DYNAMIC || s.type === PT.NOTE) && header.size === 0n && s.memorySize !== 0n) {
    const inFile = header.type === SHT.NOBITS || (header.offset > s.offset && header.offset - s.offset < s.fileSize);
    const inMemory = !alloc || (header.address > s.virtualAddress && header.address - s.virtualAddress < s.memorySize);
    if (!inFile || !inMemory) return false;
  }
  return true;
}

export type { ElfProgram };
