/** `-r`: sections of one name joined, symbols and relocations kept, for another link to finish (ld manual, node Options, `-r`). */
import { isLocalLabelName, type ObjectFile, type ObjectSection, type ObjectSymbol, type Relocation } from '../../object.js';
import { EM, SHF, SHT, STB, STT } from '../elf/constants.js';
import type { SymbolTable } from './inputs.js';
import type { InputObject, LinkSymbol, OutputSection } from './model.js';
import { inTableOrder } from './table-order.js';
import { InputSection } from './model.js';
import type { OutputSettings } from './output.js';

/** Bytes of the field that a R_386_* relocation changes; others have 4. */
const NARROW_386: Readonly<Record<number, number>> = { 20: 2, 21: 2, 22: 1, 23: 1 };

/** The joined objects as one relocatable file. Every output section has its contents already. */
export function relocatableObject(outputs: readonly OutputSection[], symbols: SymbolTable, settings: OutputSettings): ObjectFile {
  return new Joiner(outputs, symbols, settings).join();
}

class Joiner {
  private readonly sections = new Map<OutputSection, ObjectSection>();
  private readonly sectionSymbols = new Map<ObjectSection, ObjectSymbol>();
  private readonly locals = new Map<ObjectSymbol, ObjectSymbol>();
  private readonly globals = new Map<LinkSymbol, ObjectSymbol>();
  private readonly neededBy = new Map<InputObject, Set<ObjectSymbol | null>>();

  constructor(
    private readonly outputs: readonly OutputSection[],
    private readonly symbols: SymbolTable,
    private readonly settings: OutputSettings,
  ) {}

  join(): ObjectFile {
    const { settings } = this;
    for (const output of this.outputs) this.sections.set(output, joined(output));
    for (const symbol of inTableOrder([...this.symbols.byName.values()])) this.addGlobal(symbol);
    for (const object of this.symbols.objects) this.addLocals(object);
    const groups = this.groups();
    const own = [...this.sections.values()];
    // The writer numbers groups first; their name stands with those of what is not loaded.
    const stack = this.outputs.findIndex((o) => o.name === '.note.GNU-stack');
    const { objects } = this.symbols;
    const first = objects.findIndex((o) => o.object.sections.some((s) => s.group !== undefined));
    const before = stack >= 0 && first <= objects.indexOf(this.outputs[stack].inputs[0]?.object);
    const at = before ? stack : own.findLastIndex((s) => s.name === '.comment' || s.name === '.note.GNU-stack') + 1;
    const all = [...own.slice(0, at), ...groups, ...own.slice(at)];
    for (const section of [...groups, ...own]) {
      this.sectionSymbols.set(section, {
        name: section.name, value: 0n, size: 0n, binding: STB.LOCAL, type: STT.SECTION, other: 0, section,
      }); // prettier-ignore
    }
    for (const [output, section] of this.sections) {
      for (const input of output.inputs) if (!input.discarded) this.relocations(input, section);
      section.relocations.sort((a, b) => Number(a.offset - b.offset));
    }
    const { elfClass, machine } = settings;
    let listed = [...this.sectionSymbols.values(), ...this.locals.values(), ...this.globals.values()];
    if (settings.stripAll) {
      const used = new Set<ObjectSymbol | null>(groups.map((g) => g.group!.signature));
      for (const { relocations } of all) for (const r of relocations) used.add(r.symbol);
      listed = listed.filter((s) => s.type === STT.SECTION || used.has(s));
    }
    return {
      elfClass,
      machine,
      type: 1,
      osabi: gnuAbi(all, listed),
      abiVersion: 0,
      flags: 0,
      entry: 0n,
      sections: all,
      symbols: listed,
      keepSymbolTable: true,
    };
  }

  private addGlobal(symbol: LinkSymbol): void {
    const { name, size, type, visibility: other } = symbol;
    if (!symbol.isDefined) {
      if (!symbol.fromObjects) return;
      const common = symbol.state === 'common';
      this.globals.set(symbol, {
        name,
        value: common ? BigInt(symbol.align) : 0n,
        size: common ? size : 0n,
        binding: symbol.state === 'weak-undefined' ? STB.WEAK : STB.GLOBAL,
        type,
        other,
        section: common ? 'common' : 'undefined',
      });
      return;
    }
    const { place } = symbol;
    const input = place instanceof InputSection ? place : null;
    const output = input ? input.output : (place as OutputSection | null);
    const section = output === null ? 'absolute' : this.sections.get(output);
    if (section === undefined || input?.discarded) return;
    const local = symbol.hiddenByScript;
    this.globals.set(symbol, {
      name,
      value: symbol.value + BigInt(input?.offset ?? 0) + (symbol.atEnd && output ? BigInt(output.size) : 0n),
      size,
      binding: local ? STB.LOCAL : symbol.state === 'weak' ? STB.WEAK : symbol.unique ? STB.GNU_UNIQUE : STB.GLOBAL,
      type,
      other,
      section,
    });
  }

  private addLocals(object: InputObject): void {
    const { discard } = this.settings;
    for (const symbol of object.object.symbols) {
      if (symbol.binding !== STB.LOCAL || symbol.type === STT.SECTION || symbol.name === '' || symbol.section === 'undefined') continue;
      if (discard === 'all' && !this.needed(object).has(symbol)) continue;
      if (discard === 'temporary' && isLocalLabelName(symbol.name, this.settings.machine === EM.I386)) continue;
      const { name, size, binding, type, other } = symbol;
      if (typeof symbol.section !== 'object') {
        this.locals.set(symbol, { name, value: symbol.value, size, binding, type, other, section: symbol.section });
        continue;
      }
      const input = object.sectionOf.get(symbol.section);
      const section = input?.output && !input.discarded ? this.sections.get(input.output) : undefined;
      if (!input || !section) continue;
      this.locals.set(symbol, { name, value: symbol.value + BigInt(input.offset), size, binding, type, other, section });
    }
  }

  /** -x keeps what a relocation names. */
  private needed(object: InputObject): ReadonlySet<ObjectSymbol | null> {
    let needed = this.neededBy.get(object);
    if (needed) return needed;
    this.neededBy.set(object, (needed = new Set()));
    for (const input of object.sections) if (!input.discarded) for (const r of input.relocations) needed.add(r.symbol);
    return needed;
  }

  /** Groups that still have members, their members being the sections that hold them now. */
  private groups(): ObjectSection[] {
    const groups: ObjectSection[] = [];
    for (const object of this.symbols.objects) {
      for (const section of object.object.sections) {
        if (!section.group) continue;
        const members: ObjectSection[] = [];
        for (const member of section.group.members) {
          const input = object.sectionOf.get(member);
          const output = input?.output && !input.discarded ? this.sections.get(input.output) : undefined;
          if (output) members.push(output);
        }
        if (members.length === 0) continue;
        for (const member of members) member.flags |= BigInt(SHF.GROUP);
        const { signature, comdat } = section.group;
        const { name, flags } = section;
        const kept = this.outputSymbol(object, signature) ?? { ...signature, value: 0n, section: members[0] };
        if (!this.locals.has(signature) && kept.binding === STB.LOCAL && kept.type !== STT.SECTION) this.locals.set(signature, kept);
        groups.push({
          name, type: SHT.GROUP, flags, address: 0n, align: 4, entsize: 4, data: new Uint8Array(), size: 0, relocations: [],
          group: { signature: kept, comdat, members },
        }); // prettier-ignore
      }
    }
    return groups;
  }

  private outputSymbol(object: InputObject, symbol: ObjectSymbol): ObjectSymbol | undefined {
    const global = object.globals.get(symbol);
    return global ? this.globals.get(global) : this.locals.get(symbol);
  }

  private relocations(input: InputSection, section: ObjectSection): void {
    const { object } = input;
    const rela = this.settings.machine === EM.X86_64;
    const debug = (input.section.flags & BigInt(SHF.ALLOC)) === 0n && /^\.(z?debug|stab)/.test(section.name);
    // Relocations of frames that are gone stay, empty, at the place of the one before.
    let last = input.offset;
    for (const r of input.relocations) {
      const at = input.map === null ? Number(r.offset) : input.map(Number(r.offset)).offset;
      if (at < 0) {
        section.relocations.push({ offset: BigInt(last), type: 0, symbol: null, addend: 0n });
        continue;
      }
      last = input.offset + at;
      const moved: { -readonly [K in keyof Relocation]: Relocation[K] } = { ...r, offset: BigInt(last) };
      if (r.symbol === null) section.relocations.push(moved);
      else if (r.symbol.type === STT.SECTION && typeof r.symbol.section === 'object' && r.symbol.binding === STB.LOCAL) {
        const target = object.sectionOf.get(r.symbol.section);
        const output = target?.output && !target.discarded ? this.sections.get(target.output) : undefined;
        if (!target || !output) this.gone(input, section, moved, debug);
        else {
          moved.symbol = this.sectionSymbols.get(output)!;
          if (rela) moved.addend += BigInt(target.offset);
          else addInPlace(input, r, target.offset);
          section.relocations.push(moved);
        }
      } else {
        const symbol = this.outputSymbol(object, r.symbol);
        if (!symbol) this.gone(input, section, moved, debug);
        else section.relocations.push({ ...moved, symbol });
      }
    }
  }

  /** What it meant went with a duplicate group: debug information loses the relocation, other sections keep an empty one. */
  private gone(input: InputSection, section: ObjectSection, r: Relocation, debug: boolean): void {
    const width = this.settings.machine === EM.X86_64 ? (r.type === 1 || r.type === 24 ? 8 : 4) : (NARROW_386[r.type] ?? 4);
    const at = Number(r.offset) - input.offset;
    // In lists of ranges a zero would end the list.
    if (at + width <= input.data.length) {
      input.data.fill(0, at, at + width);
      if (/^\.debug_(ranges|loc)$/.test(section.name)) input.data[at] = 1;
    }
    if (!debug) section.relocations.push({ ...r, type: 0, symbol: null, addend: 0n });
  }
}

/** ELFOSABI_GNU where something is used that only GNU systems have. */
export function gnuAbi(sections: readonly ObjectSection[], symbols: readonly ObjectSymbol[]): number {
  const gnu = symbols.some((s) => s.binding === STB.GNU_UNIQUE || s.type === STT.GNU_IFUNC);
  return gnu || sections.some((s) => (s.flags & 0x200000n) !== 0n) ? 3 : 0;
}

/** A REL addend stands in the section's bytes. */
function addInPlace(input: InputSection, r: Relocation, by: number): void {
  const width = NARROW_386[r.type] ?? 4;
  let at = Number(r.offset);
  if (at + width > input.data.length) return;
  for (let i = 0, carry = by; i < width; i++, at++) {
    carry += input.data[at];
    input.data[at] = carry & 255;
    carry = Math.floor(carry / 256);
  }
}

function joined(output: OutputSection): ObjectSection {
  const { name, type, flags, address, align, entsize, contents: data, size } = output;
  return { name, type, flags, address, align, entsize, data, size, relocations: [] };
}
