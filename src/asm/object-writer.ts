/** Everything settled to the object model: sections with their bytes, groups, relocations, symbols, lines. */
import type { LineEntry, LineTable, ObjectFile, ObjectSection, ObjectSymbol } from '../object.js';
import { SIZE_LIMIT, type Assembler } from './assembler.js';
import { fieldScope, finalScope, type FinalScope } from './final-scope.js';
import { applyFixups, checkExpressions, PendingRelocations } from './fixups.js';
import { lateRelocations, placeLateFixups, type Placed } from './late-relocations.js';
import { sectionBytes } from './layout-bytes.js';
import type { Fixup } from './fixup.js';
import { Section } from './sections.js';
import { symbolTables } from './symbol-writer.js';

const SHT_NOBITS = 8;
const SHT_GROUP = 17;

/** Makes the object. Errors go to the bag; null when it would be absurdly large. */
export function writeObject(asm: Assembler): ObjectFile | null {
  if (!sizesAreSane(asm)) return null;
  const scope = finalScope(asm);
  const fields = fieldScope(scope);
  const made = new Map<Section, ObjectSection>();
  /** Of the sections that have any, in order. */
  const pending: PendingRelocations[] = [];
  for (const section of asm.sections) checkExpressions(section.fixups, fields);
  const is64 = (asm.options.abi ?? '64') === '64';
  const branches: Fixup[] = [];
  const placed = placeLateFixups(asm, fields);
  for (const section of asm.sections) {
    branches.length = 0;
    const data = sectionBytes(asm, section, scope, branches);
    const object = objectSection(section, data, is64);
    made.set(section, object);
    if (branches.length === 0 && section.fixups.length === 0 && !placed.has(section)) continue;
    const relocations = relocationsOf(asm, section, placed.get(section), data, branches, fields);
    if (relocations.made.length === 0) continue;
    object.relocations = relocations.made;
    pending.push(relocations);
  }
  linkOrder(asm, made, scope);
  // Those that have no place in the symbol table yet get one: first sections of the assembler's own, then `.L` names.
  const used = new Set<Section>(asm.sections.filter(({ named }) => named));
  for (const { symbol } of used) asm.symbols.list(symbol);
  for (const { targets } of pending) listSections(asm, targets, used);
  for (const { targets } of pending) listSymbols(asm, targets);
  const symbols = symbolTables(asm, made, used, scope);
  for (const relocations of pending) resolve(relocations);
  const groups = groupSections(asm, made, symbols);
  asm.listing?.settled(made, symbols);
  return {
    elfClass: asm.options.abi === '32' || asm.options.abi === 'x32' ? 32 : 64,
    // EM_IAMCU is i386's sibling.
    machine: asm.is64 ? 62 : /^iamcu\b/.test(asm.options.march ?? '') ? 6 : 3,
    type: 1,
    osabi: asm.gnuExtensions ? 3 : 0,
    abiVersion: 0,
    flags: 0,
    entry: 0n,
    sections: [...groups, ...made.values()],
    symbols,
    lines: asm.recordLines ? lineTable(asm, made) : undefined,
  };
}

/** Applies the fixups of a section, its `branches` last. */
function relocationsOf(
  asm: Assembler,
  section: Section,
  placed: readonly Placed[] | undefined,
  data: Uint8Array,
  branches: readonly Fixup[],
  fields: FinalScope,
): PendingRelocations {
  const { fixups } = section;
  // Subsections come one after the other, each with its relocations.
  if (section.chains.length > 1 && (placed === undefined || placed.every(({ late }) => late.sequence === null))) {
    fixups.sort((a, b) => a.fragment.chain.number - b.fragment.chain.number);
  }
  const relocations = new PendingRelocations();
  if (placed !== undefined) lateRelocations(asm, section, placed, [...fixups, ...branches], fields, data, relocations);
  else {
    applyFixups(asm, section, fixups, 0, fixups.length, data, fields, relocations);
    applyFixups(asm, section, branches, 0, branches.length, data, fields, relocations);
  }
  return relocations;
}

/** Sections that relocations refer to are among the symbols. */
function listSections(asm: Assembler, targets: PendingRelocations['targets'], used: Set<Section>): void {
  for (const target of targets) {
    if (!(target instanceof Section) || target.absolute || used.has(target)) continue;
    used.add(target);
    asm.symbols.list(target.symbol);
  }
}

function listSymbols(asm: Assembler, targets: PendingRelocations['targets']): void {
  for (const target of targets) if (target !== null && !(target instanceof Section)) asm.symbols.list(target);
}

/** The symbols of the relocations, now that they are made. */
function resolve({ made, targets }: PendingRelocations): void {
  for (let i = 0; i < made.length; i++) {
    const target = targets[i];
    if (target !== null) made[i].symbol = target.made;
  }
}

/** Sizes of entries by section type, in 32- and 64-bit objects: hashes, dynamic tables, relocations, arrays, versions. */
const entrySizes: Readonly<Record<number, readonly [number, number] | undefined>> = {
  4: [0, 24], 5: [4, 4], 6: [8, 16], 9: [8, 0], 11: [16, 24], 14: [4, 8], 15: [4, 8], 16: [4, 8], 0x6ffffff6: [4, 0], 0x6fffffff: [2, 2],
}; // prettier-ignore

/** A section that a name such as .rela.foo or .hash makes one of the file format's own gets what those have. */
function tableFields(object: ObjectSection, type: number, is64: boolean): void {
  const entsize = entrySizes[type]?.[is64 ? 1 : 0] ?? 0;
  if (type === 4 || type === 9) object.linksSymtab = true;
  // That of mergeable entries stays, but not in tables of relocations and symbols.
  if (entsize !== 0 && (object.entsize === 0 || type === 4 || type === 9 || type === 11)) object.entsize = entsize;
}

function objectSection(section: Section, data: Uint8Array, is64: boolean): ObjectSection {
  const { type } = section;
  const object: ObjectSection = {
    name: section.name,
    type,
    flags: section.flags,
    address: 0n,
    align: 2 ** section.alignPower,
    entsize: section.entsize,
    data,
    size: section.size,
    relocations: [],
  };
  if (section.info !== null) object.info = section.info;
  if (type !== 1) tableFields(object, type, is64);
  // The base relocations of EFI programs, which BFD knows.
  if (type === 9 && section.name === '.reloc') {
    object.type = 1;
    object.linksSymtab = false;
  }
  return object;
}

/** A mistyped .org or .fill must not take the machine's memory. */
function sizesAreSane(asm: Assembler): boolean {
  let total = 0;
  for (const section of asm.sections) {
    // In the file too a section stands at a multiple of its alignment.
    if (2 ** section.alignPower > SIZE_LIMIT && section.type !== SHT_NOBITS) {
      asm.errorAt(
        `section \`${section.name}' is aligned to 2**${section.alignPower}; sections with contents to ${SIZE_LIMIT} at most`,
        asm.firstFile,
        0,
      );
      return false;
    }
    if (section.type !== SHT_NOBITS) total += section.size;
    if (total <= SIZE_LIMIT && section.size <= Number.MAX_SAFE_INTEGER) continue;
    const large = section.chains.flatMap((chain) => chain.fragments).reduce((a, b) => (b.tailSize > a.tailSize ? b : a));
    asm.errorAt(
      `section \`${section.name}' is too large: ${section.size} bytes; sections may hold ${SIZE_LIMIT} bytes together`,
      large.file,
      large.line,
    );
    return false;
  }
  return true;
}

/** sh_link of the sections with the `o` flag: the section of the symbol that they name. */
function linkOrder(asm: Assembler, made: ReadonlyMap<Section, ObjectSection>, scope: FinalScope): void {
  for (const section of asm.sections) {
    if (section.strings !== null) made.get(section)!.linkedTo = made.get(section.strings);
    if (section.linkedTo === null) continue;
    const symbol = asm.symbols.find(section.linkedTo);
    const place = symbol === undefined ? null : scope.located(symbol);
    if (place === null) asm.errorAt(`undefined linked-to symbol \`${section.linkedTo}' on section \`${section.name}'`, asm.firstFile, 0);
    else made.get(section)!.linkedTo = made.get(place.section);
  }
}

/** One SHT_GROUP section for each signature, in the order of their first members, before all other sections. */
function groupSections(asm: Assembler, made: ReadonlyMap<Section, ObjectSection>, symbols: ObjectSymbol[]): ObjectSection[] {
  const bySignature = new Map<string, { members: Section[]; comdat: boolean; mixed: boolean }>();
  for (const section of asm.sections) {
    const { group } = section;
    if (group === null) continue;
    const entry = bySignature.get(group.signature);
    if (entry === undefined) bySignature.set(group.signature, { members: [section], comdat: group.comdat, mixed: false });
    else {
      entry.members.push(section);
      if (entry.comdat !== group.comdat) {
        entry.mixed = true;
        entry.comdat = true;
      }
    }
  }
  const result: ObjectSection[] = [];
  const byName = new Map<string, ObjectSymbol>();
  if (bySignature.size > 0)
    for (const symbol of symbols) if (symbol.name !== '' && !byName.has(symbol.name)) byName.set(symbol.name, symbol);
  let locals = symbols.findIndex((symbol) => symbol.binding !== 0);
  if (locals < 0) locals = symbols.length;
  const fresh: ObjectSymbol[] = [];
  for (const [signature, { members, comdat, mixed }] of bySignature) {
    if (mixed) asm.warningAt(`assuming all members of group \`${signature}' are COMDAT`, asm.firstFile, 0);
    const section: ObjectSection = {
      name: '.group',
      type: SHT_GROUP,
      flags: 0n,
      address: 0n,
      align: 4,
      entsize: 4,
      data: new Uint8Array(0),
      size: 0,
      relocations: [],
    };
    let symbol = byName.get(signature);
    if (symbol === undefined) {
      symbol = { name: signature, value: 0n, size: 0n, binding: 0, type: 0, other: 0, section };
      fresh.push(symbol);
    }
    section.group = { signature: symbol, comdat, members: members.map((member) => made.get(member)!) };
    result.push(section);
  }
  symbols.splice(locals, 0, ...fresh);
  return result;
}

/** Address → line, made when first asked for. */
function lineTable(asm: Assembler, made: ReadonlyMap<Section, ObjectSection>): LineTable {
  let entries: LineEntry[] | undefined;
  return {
    get entries() {
      return (entries ??= asm.lineRecords.map(({ chain, fragment, offset, length, line, file, bits }) => ({
        section: made.get(chain.section)!,
        offset: fragment.address + offset,
        size: length > 0 ? length : chain.fragments[fragment.index + 1].address - fragment.address - offset,
        file,
        line,
        bits,
      })));
    },
  };
}
