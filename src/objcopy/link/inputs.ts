/** Input files → objects and one global symbol table (ld manual, nodes Options and Basic Script Concepts). */
import type { DiagnosticBag } from '../../diagnostics.js';
import { TskvmError } from '../../diagnostics.js';
import type { ObjectFile, ObjectSymbol } from '../../object.js';
import { SHF, SHT, STB } from '../elf/constants.js';
import { InputObject, InputSection, LinkSymbol } from './model.js';

export class SymbolTable {
  readonly byName = new Map<string, LinkSymbol>();
  readonly objects: InputObject[] = [];
  private readonly groups = new Set<string>();
  private readonly linkOnce = new Set<string>();

  constructor(
    readonly diagnostics: DiagnosticBag,
    private readonly wrap: ReadonlySet<string>,
    private readonly allowMultiple: boolean,
  ) {}

  get(name: string): LinkSymbol {
    let symbol = this.byName.get(name);
    if (symbol === undefined) this.byName.set(name, (symbol = new LinkSymbol(name)));
    return symbol;
  }

  /** A reference that came from outside the objects: -u, ENTRY, EXTERN. */
  require(name: string): LinkSymbol {
    const symbol = this.get(name);
    symbol.referenced = symbol.fromObjects = true;
    return symbol;
  }

  /** The name that a reference to `name` means under --wrap. */
  private wrapped(name: string): string {
    if (this.wrap.size === 0) return name;
    if (this.wrap.has(name)) return `__wrap_${name}`;
    if (name.startsWith('__real_') && this.wrap.has(name.slice(7))) return name.slice(7);
    return name;
  }

  add(name: string, file: string, member: string | undefined, object: ObjectFile): InputObject {
    if (object.type !== 1) {
      throw new TskvmError(`${name}: only relocatable objects and archives can be linked (this is an ELF file of type ${object.type})`, 1);
    }
    const input = new InputObject(name, file, member, object);
    this.objects.push(input);
    const dropped = this.droppedSections(object);
    for (const section of object.sections) {
      if (section.type === SHT.GROUP) continue;
      const made = new InputSection(input, section);
      if (dropped.has(section)) made.duplicate = made.discarded = true;
      if ((section.flags & BigInt(SHF.EXCLUDE)) !== 0n) made.discarded = true;
      input.sections.push(made);
      input.sectionOf.set(section, made);
    }
    for (const symbol of object.symbols) {
      if (symbol.binding !== STB.LOCAL) this.enter(input, symbol);
    }
    return input;
  }

  /** Members of comdat groups and link-once sections that an earlier object has brought already. */
  private droppedSections(object: ObjectFile): Set<ObjectFile['sections'][number]> {
    const dropped = new Set<ObjectFile['sections'][number]>();
    for (const section of object.sections) {
      if (section.group?.comdat) {
        const { name } = section.group.signature;
        if (this.groups.has(name)) for (const member of section.group.members) dropped.add(member);
        else this.groups.add(name);
      } else if (section.name.startsWith('.gnu.linkonce.')) {
        if (this.linkOnce.has(section.name)) dropped.add(section);
        else this.linkOnce.add(section.name);
      }
    }
    return dropped;
  }

  private enter(input: InputObject, symbol: ObjectSymbol): void {
    const place = typeof symbol.section === 'object' ? (input.sectionOf.get(symbol.section) ?? null) : null;
    const isReference = symbol.section === 'undefined' || place?.duplicate === true;
    const entry = this.get(isReference ? this.wrapped(symbol.name) : symbol.name);
    input.globals.set(symbol, entry);
    mergeVisibility(entry, symbol.other & 3);
    entry.referenced = true;
    entry.fromObjects = true;
    if (isReference) {
      if (entry.state === 'weak-undefined' && symbol.binding !== STB.WEAK) entry.state = 'undefined';
      else if (entry.state === 'undefined' && entry.object === null && symbol.binding === STB.WEAK) entry.state = 'weak-undefined';
      if (entry.object === null) entry.object = input;
      return;
    }
    // What the script has said so far gives way: it will say it again.
    if (entry.scripted) {
      entry.state = 'undefined';
      entry.scripted = false;
      entry.object = null;
    }
    if (symbol.section === 'common' || symbol.section === 0xff02) return this.enterCommon(input, entry, symbol);
    const strong = symbol.binding !== STB.WEAK;
    if (entry.state === 'defined' || (entry.state === 'weak' && !strong)) {
      if (entry.state === 'defined' && strong && !this.allowMultiple) this.multiple(input, entry, symbol);
      return;
    }
    if (entry.state === 'common' && !strong) return;
    entry.state = strong ? 'defined' : 'weak';
    entry.unique = symbol.binding === STB.GNU_UNIQUE;
    entry.object = input;
    entry.place = place;
    entry.value = symbol.value;
    entry.size = symbol.size;
    entry.type = symbol.type;
  }

  private enterCommon(input: InputObject, entry: LinkSymbol, symbol: ObjectSymbol): void {
    if (entry.state === 'defined') return;
    const align = Math.max(1, Number(symbol.value));
    if (entry.state === 'common') {
      // The largest one's object gets the space.
      if (symbol.size > entry.size) {
        entry.size = symbol.size;
        entry.object = input;
      }
      entry.align = Math.max(entry.align, align);
      return;
    }
    entry.state = 'common';
    entry.object = input;
    entry.place = null;
    entry.size = symbol.size;
    entry.align = align;
    entry.type = 1;
  }

  private multiple(input: InputObject, entry: LinkSymbol, symbol: ObjectSymbol): void {
    const here = definitionPlace(input, symbol.section as never, symbol.value);
    const first =
      entry.object === null
        ? 'the script'
        : definitionPlace(entry.object, entry.place instanceof InputSection ? entry.place.section : null, entry.value);
    this.diagnostics.report({
      severity: 'error',
      message: `${here}: multiple definition of \`${symbol.name}'; ${first}: first defined here`,
      at: sourceOf(input, symbol.section as never, symbol.value),
    });
  }
}

/** `a.o:(.text+0x4)`, or `a.o:file.S:12:(.text+0x4)` when the object knows its lines. */
export function definitionPlace(input: InputObject, section: ObjectFile['sections'][number] | null, offset: bigint): string {
  if (section === null || typeof section !== 'object') return input.name;
  const source = sourceOf(input, section, offset);
  const where = `(${section.name}+0x${offset.toString(16)})`;
  return source ? `${input.name}:${source.file}:${source.line}:${where}` : `${input.name}:${where}`;
}

/** Source line of an offset, from the object's line table. */
export function sourceOf(input: InputObject, section: unknown, offset: bigint): { file: string; line: number } | undefined {
  let best: { file: string; line: number } | undefined;
  for (const entry of input.object.lines?.entries ?? []) {
    if (entry.section === section && BigInt(entry.offset) <= offset) best = entry;
    else if (best !== undefined) break;
  }
  return best && { file: best.file, line: best.line };
}

/** STV_HIDDEN and STV_INTERNAL win over STV_PROTECTED, which wins over STV_DEFAULT. */
function mergeVisibility(entry: LinkSymbol, visibility: number): void {
  if (visibility !== 0 && (entry.visibility === 0 || visibility < entry.visibility)) entry.visibility = visibility;
}
