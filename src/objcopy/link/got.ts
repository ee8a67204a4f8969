/**
 * The global offset table, and loads through it that need none: in a static image every address is known, so
 * `mov foo@GOTPCREL(%rip), %reg` becomes `mov $foo, %reg` (psABI x86-64, appendix B "Linker Optimization"; i386 likewise).
 */
import type { ObjectSection, ObjectSymbol, Relocation } from '../../object.js';
import { SHF, SHT, STT } from '../elf/constants.js';
import { relocationFields } from '../elf/relocations.js';
import { SEC } from './flags.js';
import type { SymbolTable } from './inputs.js';
import type { InputObject, LinkSymbol } from './model.js';
import { InputSection } from './model.js';
import { FileSection } from './read-input.js';
import { toLocalExec } from './tls.js';

const R64 = { PC32: 2, PLT32: 4, GOTPCREL: 9, ABS32: 10, ABS32S: 11, GOTTPOFF: 22, TPOFF32: 23, GOTPCRELX: 41, REX_GOTPCRELX: 42 };
const R32 = { ABS32: 1, PC32: 2, GOT32: 3, GOTOFF: 9, GOT32X: 43 };

/** A symbol as relocations see it: the global, or an object's own local. */
export type Target = LinkSymbol | { readonly object: InputObject; readonly symbol: ObjectSymbol };

export class GotTable {
  /** One word a symbol, in the order of first use. `tls`: its offset from the thread pointer instead of its address. */
  readonly entries: { readonly target: Target; readonly tls: boolean }[] = [];
  private readonly indexOf = new Map<LinkSymbol | ObjectSymbol, number>();
  got: InputSection | null = null;
  plt: InputSection | null = null;
  private readonly made: InputSection[] = [];

  constructor(
    readonly wordSize: 4 | 8,
    readonly machine: number,
  ) {}

  /** Turns what can be relaxed, and lists what needs an entry. */
  scan(objects: readonly InputObject[], symbols: SymbolTable, scripted: ReadonlySet<string>): void {
    const fields = relocationFields(this.machine);
    // The table exists for its entries, and for relocations against its symbol; a mere mention makes none.
    const base = symbols.byName.get('_GLOBAL_OFFSET_TABLE_');
    let wanted = false;
    const tables = new Set<string>();
    for (const object of objects) {
      for (const section of object.sections) {
        if (section.discarded || !section.hasRelocations || isPlain(section, this.machine, base, tables)) continue;
        const relax = this.machine === 62 ? relax64 : relax32;
        section.changedRelocations = this.relaxed(section, relax, scripted);
        for (const r of section.relocations) {
          if (base && r.symbol && object.globals.get(r.symbol) === base) wanted = !base.isDefined;
          const field = fields.get(r.type);
          const formula = field?.formula;
          const target = r.symbol ? object.globals.get(r.symbol) : undefined;
          // A dynamic linker might have to do these: ld prepares tables for them, which stay empty.
          if (target && (formula === 'S+A' || formula === 'S+A-P') && !field!.name.includes('PLT')) noteTable(section, target, tables);
          if (formula === undefined || !formula.includes('G')) continue;
          if (formula.startsWith('G+')) this.enter(object, r, r.type === R64.GOTTPOFF && this.machine === 62);
        }
      }
    }
    // ld hangs what it makes on the first input, used or not: there the script's patterns meet them.
    const home = objects[0];
    const rela = this.machine === 62;
    const relocations = rela ? '.rela' : '.rel';
    this.makeSection(home, `${relocations}.got`, 0, rela ? SHT.RELA : SHT.REL, SHF.ALLOC);
    this.got = this.makeSection(home, '.got', this.entries.length * this.wordSize);
    // Three words that a dynamic linker would use; the table's symbol points here.
    const header = this.entries.length > 0 || wanted;
    this.plt = this.makeSection(home, '.got.plt', header ? this.wordSize * 3 : 0);
    this.makeSection(home, '.iplt', 0, SHT.PROGBITS, SHF.ALLOC | SHF.EXECINSTR);
    this.makeSection(home, `${relocations}.iplt`, 0, rela ? SHT.RELA : SHT.REL, SHF.ALLOC);
    this.makeSection(home, '.igot.plt', 0);
    for (const name of tables) this.makeSection(home, `${relocations}${name}`, 0, rela ? SHT.RELA : SHT.REL, SHF.ALLOC);
    if (base && !base.isDefined && this.plt.size === 0) {
      symbols.byName.delete('_GLOBAL_OFFSET_TABLE_');
    } else if (base && !base.isDefined) {
      base.state = 'defined';
      base.place = this.plt;
      base.value = 0n;
      base.type = STT.OBJECT;
      base.visibility = 2;
      base.hiddenByScript = true;
    }
  }

  /** The section's relocations after relaxation; its code is changed to match. */
  private relaxed(section: InputSection, relax: typeof relax64, scripted: ReadonlySet<string>): Relocation[] {
    const { relocations, flags } = section.section;
    const isCode = (flags & BigInt(SHF.EXECINSTR)) !== 0n;
    const result: Relocation[] = [];
    for (let i = 0; i < relocations.length; i++) {
      const r = relocations[i];
      const access =
        isThreadLocal(this.machine, r.type) && (r.symbol === null || resolvable(section, r, scripted))
          ? toLocalExec(r, writable(section), this.machine, section.object.object.elfClass, isCode)
          : null;
      if (!access) {
        result.push(relax(section, r, scripted) ?? r);
        continue;
      }
      if (access.relocation) result.push(access.relocation);
      if (!access.skipNext) continue;
      const called = relocations[++i];
      const callee = called?.symbol ? section.object.globals.get(called.symbol) : undefined;
      if (!callee) continue;
      // A call through the table keeps its entry, used or not.
      if (called.type === R64.GOTPCRELX || called.type === R64.GOTPCREL || called.type === R32.GOT32X)
        this.enter(section.object, called, false);
    }
    return result;
  }

  private makeSection(
    owner: InputObject,
    name: string,
    size: number,
    type: number = SHT.PROGBITS,
    flags: number = SHF.ALLOC | SHF.WRITE,
  ): InputSection {
    const isCode = (flags & SHF.EXECINSTR) !== 0;
    const isTable = type === SHT.RELA || type === SHT.REL;
    const wide = owner.object.elfClass === 64;
    const entsize = type === SHT.RELA ? (wide ? 24 : 12) : type === SHT.REL ? 8 : isCode ? 0 : this.wordSize;
    const align = isCode ? 1 : isTable ? (wide ? 8 : 4) : this.wordSize;
    const section: ObjectSection = {
      name, type, flags: BigInt(flags), address: 0n, align, entsize, data: new Uint8Array(size), size, relocations: [],
    }; // prettier-ignore
    const made = new InputSection(owner, section);
    made.madeByLinker = true;
    owner.sections.push(made);
    this.made.push(made);
    return made;
  }

  /** Those that nothing needs go, once the script's patterns have taken them. */
  dropUnused(): void {
    for (const section of this.made) if (section.size === 0) section.discarded = true;
  }

  private enter(object: InputObject, { symbol }: Relocation, tls: boolean): void {
    if (!symbol) return;
    const global = object.globals.get(symbol);
    const key = global ?? symbol;
    if (this.indexOf.has(key)) return;
    this.indexOf.set(key, this.entries.length);
    this.entries.push({ target: global ?? { object, symbol }, tls });
  }

  /** Address of a symbol's entry. */
  entryAddress(object: InputObject, symbol: ObjectSymbol): bigint {
    const index = this.indexOf.get(object.globals.get(symbol) ?? symbol) ?? 0;
    return (this.got?.address ?? 0n) + BigInt(index * this.wordSize);
  }

  /** Any section of the object: a place to resolve its local symbols from. */
  sectionIn(object: InputObject): InputSection {
    return object.sections[0];
  }

  /** What GOT means in relocations: where _GLOBAL_OFFSET_TABLE_ points. */
  get address(): bigint {
    return this.plt?.output?.address ?? 0n;
  }
}

/** Relocations that are nothing but an address or a distance: by far the most, and nothing to relax. */
const PLAIN64 = flagged([0, 1, R64.PC32, R64.PLT32, R64.ABS32, R64.ABS32S, 12, 13, 14, 15, 24]);
const PLAIN32 = flagged([0, R32.ABS32, R32.PC32, 4, 20, 21, 22, 23]);

function flagged(types: readonly number[]): Uint8Array {
  const flags = new Uint8Array(256);
  for (const type of types) flags[type] = 1;
  return flags;
}

/** A section of a file with plain relocations only, none of them against the table itself. */
function isPlain(section: InputSection, machine: number, base: LinkSymbol | undefined, tables: Set<string>): boolean {
  if (!(section.section instanceof FileSection)) return false;
  const plain = machine === 62 ? PLAIN64 : PLAIN32;
  const plt = 4;
  for (const { symbols, entsize, words, wide, count } of section.section.tables) {
    const step = entsize >> 2;
    for (let at = 0, end = count * step; at < end; at += step) {
      const type = wide ? words[at + 2] >>> 0 : words[at + 1] & 255;
      if (type > 255 || plain[type] === 0) return false;
      const symbol = symbols[(wide ? words[at + 3] : words[at + 1] >>> 8) - 1];
      if (symbol === undefined || symbol.global === null) continue;
      const { global } = symbol;
      if (global === base) return false;
      if (type !== plt && (global.state !== 'defined' || global.scripted || global.isCommon)) noteTable(section, global, tables);
    }
  }
  return true;
}

/** ld prepares a table for what a dynamic linker might have to do; it stays empty. */
function noteTable(section: InputSection, target: LinkSymbol, tables: Set<string>): void {
  const open = target.state === 'weak' || target.scripted || !target.isDefined || target.isCommon;
  if (open && (section.traits & SEC.ALLOC) !== 0) tables.add(section.section.name);
}

/** Accesses of thread-local variables that a static program makes simpler. */
const isThreadLocal = (machine: number, type: number): boolean =>
  machine === 62
    ? (type >= 17 && type <= 21 && type !== 18) || type === 34 || type === 35
    : (type >= 15 && type <= 19 && type !== 17) || type === 32 || type === 33 || type === 39 || type === 40;

/** The symbol has, or will have, an address; `scripted`: names that the script or the linker itself defines. */
function resolvable(section: InputSection, { symbol }: Relocation, scripted: ReadonlySet<string>): boolean {
  if (!symbol) return false;
  const global = section.object.globals.get(symbol);
  if (!global) return typeof symbol.section === 'object' || symbol.section === 'absolute';
  return (global.isDefined || global.state === 'common' || scripted.has(global.name)) && global.type !== STT.GNU_IFUNC;
}

/** Sections are shared with the input object: the first change makes a copy. */
function writable(section: InputSection): Uint8Array {
  if (section.data === section.section.data) section.data = section.data.slice();
  return section.data;
}

function relax64(section: InputSection, r: Relocation, scripted: ReadonlySet<string>): Relocation | null {
  const at = Number(r.offset);
  if (r.type === R64.GOTTPOFF) return relaxInitialExec(section, r, at, scripted);
  if ((r.type !== R64.GOTPCREL && r.type !== R64.GOTPCRELX && r.type !== R64.REX_GOTPCRELX) || r.addend !== -4n) return null;
  if (!resolvable(section, r, scripted) || at < 2) return null;
  const opcode = section.data[at - 2];
  const modrm = section.data[at - 1];
  const relocX = r.type !== R64.GOTPCREL;
  if ((modrm & 0xc7) !== 0x05) return null;
  if (opcode === 0xff) {
    if (r.type !== R64.GOTPCRELX) return null;
    const bytes = writable(section);
    if (modrm === 0x15) {
      // call *foo@GOTPCREL(%rip): addr32 call foo
      bytes[at - 2] = 0x67;
      bytes[at - 1] = 0xe8;
      return { ...r, type: R64.PC32 };
    }
    if (modrm !== 0x25) return null;
    // jmp *foo@GOTPCREL(%rip): jmp foo; nop
    bytes[at - 2] = 0xe9;
    bytes[at + 3] = 0x90;
    return { ...r, type: R64.PC32, offset: r.offset - 1n };
  }
  const rex = r.type === R64.REX_GOTPCRELX ? section.data[at - 3] : 0;
  if (!relocX) {
    if (opcode !== 0x8b) return null;
    writable(section)[at - 2] = 0x8d;
    return { ...r, type: R64.PC32 };
  }
  const bytes = writable(section);
  const wide = (rex & 8) !== 0;
  const register = (modrm & 0x38) >> 3;
  let newRex = (rex & ~4) | ((rex & 4) >> 2);
  let type = wide ? R64.ABS32S : R64.ABS32;
  if (opcode === 0x8b) {
    bytes[at - 2] = 0xc7;
    bytes[at - 1] = 0xc0 | register;
    if (wide && section.object.object.elfClass === 32) {
      newRex &= ~8;
      type = R64.ABS32;
    }
  } else if (opcode === 0x85) {
    bytes[at - 2] = 0xf7;
    bytes[at - 1] = 0xc0 | register;
  } else {
    bytes[at - 2] = 0x81;
    bytes[at - 1] = 0xc0 | register | (opcode & 0x3c);
  }
  if (rex !== 0) bytes[at - 3] = newRex;
  return { ...r, type, addend: 0n };
}

/** `mov foo@GOTTPOFF(%rip), %reg` → `mov $foo@TPOFF, %reg`; `add` → `lea foo@TPOFF(%reg), %reg` (psABI TLS, IE to LE). */
function relaxInitialExec(section: InputSection, r: Relocation, at: number, scripted: ReadonlySet<string>): Relocation | null {
  if (!resolvable(section, r, scripted) || at < 3) return null;
  const bytes = writable(section);
  const rex = bytes[at - 3];
  const register = (bytes[at - 1] & 0x38) >> 3;
  const opcode = bytes[at - 2];
  if (opcode === 0x8b) {
    if (rex === 0x4c) bytes[at - 3] = 0x49;
    bytes[at - 2] = 0xc7;
    bytes[at - 1] = 0xc0 | register;
  } else if (opcode === 0x03 && register === 4) {
    // %rsp and %r12 as a base would need a SIB byte: add $foo@TPOFF, %reg.
    if (rex === 0x4c) bytes[at - 3] = 0x49;
    bytes[at - 2] = 0x81;
    bytes[at - 1] = 0xc0 | register;
  } else if (opcode === 0x03) {
    if (rex === 0x4c) bytes[at - 3] = 0x4d;
    bytes[at - 2] = 0x8d;
    bytes[at - 1] = 0x80 | register | (register << 3);
  } else return null;
  return { ...r, type: R64.TPOFF32, addend: 0n };
}

function relax32(section: InputSection, r: Relocation, scripted: ReadonlySet<string>): Relocation | null {
  if ((r.type !== R32.GOT32X && r.type !== R32.GOT32) || !resolvable(section, r, scripted)) return null;
  const at = Number(r.offset);
  if (at < 2) return null;
  const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.byteLength);
  if (at + 4 > section.data.length || view.getUint32(at, true) !== 0) return null;
  const opcode = section.data[at - 2];
  const modrm = section.data[at - 1];
  if (r.type === R32.GOT32) {
    // An older assembler's load through a base register: mov becomes lea.
    if (opcode !== 0x8b || (modrm & 0xc7) === 0x05) return null;
    writable(section)[at - 2] = 0x8d;
    return { ...r, type: R32.GOTOFF };
  }
  const put = (opcodeByte: number, modrmByte: number): void => {
    const bytes = writable(section);
    bytes[at - 2] = opcodeByte;
    bytes[at - 1] = modrmByte;
  };
  const setAddend = (offset: number, value: number): void => {
    const bytes = writable(section);
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(offset, value, true);
  };
  const register = (modrm & 0x38) >> 3;
  if (opcode === 0xff) {
    if ((modrm & 0x38) === 0x10) {
      put(0x67, 0xe8);
      setAddend(at, -4);
      return { ...r, type: R32.PC32 };
    }
    if ((modrm & 0x38) !== 0x20) return null;
    put(0xe9, 0);
    setAddend(at - 1, -4);
    writable(section)[at + 3] = 0x90;
    return { ...r, type: R32.PC32, offset: r.offset - 1n };
  }
  if (opcode === 0x8b) {
    put(0xc7, 0xc0 | register);
    return { ...r, type: R32.ABS32 };
  }
  if (opcode === 0x85) put(0xf7, 0xc0 | register);
  else put(0x81, 0xc0 | register | (opcode & 0x3c));
  return { ...r, type: R32.ABS32 };
}
