/** What binutils refuses as no object of its format, and what it only complains of (measured on 2.40, fuzzed). */
import { EM, ET, SHF, SHN, SHT, SIZES } from '../elf/constants.js';
import { FormatError, sectionBytes, type RawElf, type RawSection } from '../elf/raw.js';
import { isRelocationOf, isTable } from '../elf/read.js';

/** Alignments of 2^63 and more are none. */
const MAX_POWER = 62;

const X86_64_UNWIND = 0x70000001;
/** Sections of these types are meant for who knows them only. */
const OS_NONCONFORMING = 0x100n;

const PLAIN: readonly number[] = [SHT.PROGBITS, SHT.NOBITS, SHT.HASH, SHT.NOTE, SHT.INIT_ARRAY, SHT.FINI_ARRAY, SHT.PREINIT_ARRAY,
  SHT.DYNAMIC, SHT.STRTAB, SHT.SYMTAB, SHT.DYNSYM, SHT.SYMTAB_SHNDX, SHT.REL, SHT.RELA, SHT.RELR, SHT.GROUP, SHT.SHLIB, SHT.NULL]; // prettier-ignore

/** log2 of the lowest bit of an alignment. */
export function alignmentPower(align: bigint): number {
  if (align === 0n) return 0;
  let power = 0;
  while (((align >> BigInt(power)) & 1n) === 0n) power += 1;
  return power;
}

/**
 * Throws `FormatError` for a file that is refused. Returns the complaints about one that can be looked at but not copied; the
 * section headers of one without names are taken away. `anyType`: sections of unknown types are as good as any, as they are to
 * all of binutils' targets but x86-64's.
 */
export function checkElf(raw: RawElf, anyType = raw.machine !== EM.X86_64): string[] {
  const damage: string[] = [];
  const complain = (what: string): void => {
    if (damage.length === 0) damage.push(what);
  };
  const count = raw.sections.length;
  if (count === 0) {
    if (raw.type === ET.REL || raw.namesIndex !== 0) wrong();
  } else {
    const end = BigInt(raw.bytes.length);
    raw.sections.forEach((section, i) => {
      if (section.type !== SHT.NOBITS && section.offset + section.size > end) complain('has a section extending past end of file');
      if (i > 0) checkLinks(section, count);
    });
    if (raw.sections[raw.namesIndex]?.type !== SHT.STRTAB) {
      complain('has a corrupt string table index');
      raw.sections = [];
    }
  }
  for (const segment of raw.segments) {
    const lowest = segment.align & -segment.align;
    if (segment.align === lowest) continue;
    segment.align = lowest;
    complain('has a program header with invalid alignment');
  }
  if (raw.sections.length > 0) checkSections(raw, anyType);
  return damage;
}

function wrong(): never {
  throw new FormatError('file format not recognized');
}

function checkLinks(section: RawSection, count: number): void {
  const relocations = section.type === SHT.REL || section.type === SHT.RELA;
  // SHN_BEFORE and SHN_AFTER are let through.
  if (section.link >= count && section.link !== SHN.LORESERVE && section.link !== SHN.LORESERVE + 1) wrong();
  if ((relocations || (section.flags & BigInt(SHF.INFO_LINK)) !== 0n) && section.info >= count) wrong();
}

function checkSections(raw: RawElf, anyType: boolean): void {
  const sizes = SIZES[raw.elfClass];
  const names = raw.sections[raw.namesIndex];
  const symtab = raw.sections.find((s) => s.type === SHT.SYMTAB);
  const entries: Record<number, number> = {
    [SHT.SYMTAB]: sizes.symbol,
    [SHT.DYNSYM]: sizes.symbol,
    [SHT.RELA]: sizes.rela,
    [SHT.REL]: sizes.rel,
    [SHT.RELR]: raw.elfClass / 8,
    [SHT.GNU_VERSYM]: 2,
    [SHT.GROUP]: 4,
  };
  const made = new Set<number>();
  const text = sectionBytes(raw, names);
  const named = raw.sections.some((s, i) => i > 0 && s.nameOffset !== 0);
  if (named && (!text || text.length === 0 || text[text.length - 1] !== 0)) wrong();
  for (const section of raw.sections.slice(1)) {
    const { type, size } = section;
    if (section.nameOffset !== 0 && BigInt(section.nameOffset) >= names.size) wrong();
    if (type === SHT.NULL) continue;
    if (!anyType && isUnknown(section)) wrong();
    if (entries[type] !== undefined && section.entsize !== BigInt(entries[type])) wrong();
    if ((type === SHT.SYMTAB || type === SHT.DYNSYM) && size !== 0n && BigInt(section.info) * section.entsize > size) wrong();
    if (type === SHT.GROUP && (size < 4n || size % 4n !== 0n)) wrong();
    if (isTable(raw, section, symtab) || type === SHT.SHLIB || isRelocationOf(raw, section, symtab)) continue;
    if (alignmentPower(section.align) > MAX_POWER) wrong();
    if (type === SHT.NOTE && size !== 0n && sectionBytes(raw, section) === null) wrong();
    made.add(section.index);
  }
  for (const section of raw.sections.slice(1)) {
    if (isRelocationOf(raw, section, symtab) && !made.has(section.info)) wrong();
    if (!made.has(section.index)) continue;
    if ((section.flags & BigInt(SHF.LINK_ORDER)) !== 0n && section.link !== 0 && !made.has(section.link)) wrong();
    if (section.type === SHT.GROUP) checkGroup(raw, section, made, symtab);
  }
}

function isUnknown({ type, flags }: RawSection): boolean {
  if (PLAIN.includes(type)) return false;
  if (type >= 0x80000000) return (flags & BigInt(SHF.ALLOC)) !== 0n;
  if (type >= 0x70000000) return type !== X86_64_UNWIND;
  return type < 0x60000000 || (type < SHT.GNU_ATTRIBUTES && (flags & OS_NONCONFORMING) !== 0n);
}

/** A group has members, all of them sections, and a symbol that names it. */
function checkGroup(raw: RawElf, section: RawSection, made: ReadonlySet<number>, symtab: RawSection | undefined): void {
  const data = sectionBytes(raw, section);
  if (data === null) wrong();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let members = 0;
  for (let at = 4; at + 4 <= data.length; at += 4) {
    const member = raw.sections[view.getUint32(at, true)];
    if (!member || member.type === SHT.GROUP) continue;
    if (made.has(member.index)) {
      if ((member.flags & BigInt(SHF.GROUP)) !== 0n) members += 1;
    } else if (member.type !== SHT.REL && member.type !== SHT.RELA) wrong();
  }
  const table = raw.sections[section.link];
  const entries = symtab ? symtab.size / BigInt(SIZES[raw.elfClass].symbol) : 0n;
  if (members === 0 || !symtab || table !== symtab || BigInt(section.info) >= entries || sectionBytes(raw, symtab) === null) wrong();
}
