/** Where sections go that the script does not mention (ld manual, node Orphan Sections). */
import { SHT } from '../elf/constants.js';
import { SEC } from './flags.js';
import { matcher } from './match.js';
import type { InputObject, InputSection } from './model.js';
import { OutputSection } from './model.js';
import type { Regions } from './regions.js';
import { addSection, isGrouped, isLinkable, type LayoutEntry, type Placement } from './place.js';

type Hold = 'text' | 'rodata' | 'rel' | 'tdata' | 'data' | 'bss' | 'interp' | 'nonalloc';
const HOLD_NAME: Record<Hold, string> = {
  text: '.text', rodata: '.rodata', rel: '.rel', tdata: '.tdata', data: '.data', bss: '.bss', interp: '.interp', nonalloc: '.comment',
}; // prettier-ignore

/** What output sections of these names are taken to hold while nothing is in them. */
const HOLD_TRAITS: Record<string, number> = {
  '.text': SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.READONLY | SEC.CODE,
  '.rodata': SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.READONLY | SEC.DATA,
  '.tdata': SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.DATA | SEC.TLS,
  '.data': SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.DATA,
  '.bss': SEC.ALLOC,
  '.interp': SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.READONLY | SEC.DATA,
  '.sdata': SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.DATA,
  '.comment': SEC.CONTENTS,
};

/** Traits by which a neighbour is chosen. */
function traitsNow(o: OutputSection): number {
  return o.created ? o.traits : o.presumed;
}

/** Where orphans of one kind have gone so far. */
interface Place {
  os: OutputSection | null;
  /** The last one put there. */
  lastEntry: LayoutEntry | null;
  lastStatement: OutputSection | null;
  lastOutput: OutputSection | null;
}

/** Orphans go where a section of this kind belongs; null: debug information, at the end. */
function holdOf(traits: number, type: number): Hold | null {
  if ((traits & (SEC.ALLOC | SEC.DEBUGGING)) === 0) return 'nonalloc';
  if ((traits & SEC.ALLOC) === 0) return null;
  if ((traits & SEC.LOAD) !== 0 && type === SHT.NOTE) return 'interp';
  if ((traits & (SEC.LOAD | SEC.CONTENTS | SEC.TLS)) === 0) return 'bss';
  if ((traits & SEC.TLS) !== 0) return 'tdata';
  if ((traits & SEC.READONLY) === 0) return 'data';
  if ((type === SHT.RELA || type === SHT.REL) && (traits & SEC.LOAD) !== 0) return 'rel';
  return (traits & SEC.CODE) === 0 ? 'rodata' : 'text';
}

/** Puts every orphan into an output section, made where ld would make it. `unique`: --unique patterns. */
export function placeOrphans(
  placement: Placement,
  objects: readonly InputObject[],
  regions: Regions,
  unique: readonly string[],
  relocatable: boolean,
): void {
  new OrphanPlacer(placement, regions, unique, relocatable).place(objects);
}

/** Tables of relocations are gathered under one name. */
function nameOf(s: InputSection): string {
  if (s.elfType === SHT.RELA) return '.rela.dyn';
  return s.elfType === SHT.REL ? '.rel.dyn' : s.section.name;
}

class OrphanPlacer {
  private readonly places = new Map<Hold, Place>();
  private readonly byName = new Map<string, OutputSection[]>();
  private readonly common: OutputSection | undefined;

  constructor(
    private readonly placement: Placement,
    private readonly regions: Regions,
    private readonly unique: readonly string[],
    private readonly relocatable: boolean,
  ) {
    for (const output of placement.statements) this.list(output);
    for (const [name, traits] of Object.entries(HOLD_TRAITS)) {
      const output = this.find(name);
      if (output && output.kind !== 'noload') output.presumed = traits;
    }
    this.common = placement.statements.find(
      (o) =>
        o.constraint !== 'failed' &&
        o.body.some(({ statement }) => statement?.kind === 'input' && statement.sections.some((s) => s.pattern === 'COMMON')),
    );
  }

  private list(output: OutputSection): void {
    const known = this.byName.get(output.name);
    if (known) known.push(output);
    else this.byName.set(output.name, [output]);
  }

  place(objects: readonly InputObject[]): void {
    const orphans: InputSection[] = [];
    for (const object of objects) for (const s of object.sections) if (s.output === null && isLinkable(s)) orphans.push(s);
    // Sections of one name and object go to one place: it is read-only only if all of them are.
    const readonly = new Map<string, boolean>();
    const key = (s: InputSection): string => `${s.object.name}\0${s.section.name}\0${s.traits & (SEC.LOAD | SEC.ALLOC)}`;
    for (const s of orphans) readonly.set(key(s), (readonly.get(key(s)) ?? true) && (s.traits & SEC.READONLY) !== 0);
    for (const s of orphans) {
      if (s.output !== null) continue;
      if (s.section.name === 'COMMON') this.placeCommon(s);
      else this.placeOne(s, readonly.get(key(s))! ? s.traits : s.traits & ~SEC.READONLY);
    }
  }

  /** Common symbols that no statement takes go to .bss. */
  private placeCommon(s: InputSection): void {
    let output = this.common ?? this.find('.bss');
    if (!output) {
      output = this.make('.bss', 'none');
      output.region = null;
      this.placement.statements.push(output);
      this.placement.entries.push({ kind: 'section', output });
    }
    this.add(output, s);
  }

  private find(name: string): OutputSection | undefined {
    return this.byName.get(name)?.find((o) => o.constraint !== 'failed');
  }

  private add(output: OutputSection, s: InputSection): void {
    output.body.push({ statement: null, sections: [s] });
    addSection(this.placement, output, s);
  }

  private make(name: string, constraint: OutputSection['constraint']): OutputSection {
    const output = new OutputSection(name, constraint);
    output.region = this.regions.fallback;
    this.list(output);
    return output;
  }

  private placeOne(s: InputSection, traits: number): void {
    const name = nameOf(s);
    let special = this.unique.some((u) => matcher(u)(name)) || (this.relocatable && isGrouped(s));
    if (!special) {
      let unused: OutputSection | undefined;
      for (const output of this.byName.get(name) ?? []) {
        if (output.constraint === 'failed') continue;
        special = true;
        const same = ((s.traits ^ output.traits) & (SEC.LOAD | SEC.ALLOC)) === 0;
        if (output.created && (output.traits === 0 || (same && output.elfType === s.elfType))) return this.add(output, s);
        if (!output.created) unused = output;
      }
      if (unused) return this.add(unused, s);
    }
    this.insert(s, traits, special);
  }

  private insert(s: InputSection, traits: number, special: boolean): void {
    const { entries, statements } = this.placement;
    const hold = holdOf(traits, s.elfType);
    const output = this.make(nameOf(s), special ? 'special' : 'none');
    if (hold === null) {
      output.addressExpr = { kind: 'number', value: 0n };
      this.add(output, s);
      statements.push(output);
      entries.push({ kind: 'section', output });
      return;
    }
    let place = this.places.get(hold);
    if (!place) {
      place = { os: null, lastEntry: null, lastStatement: null, lastOutput: null };
      this.places.set(hold, place);
    }
    place.os ??= this.named(hold, output);
    let after = place.os;
    if (after === null) after = this.findByTraits(s, traits, place, output);
    const loaded = (s.traits & (SEC.LOAD | SEC.ALLOC)) !== 0;
    if (!loaded || this.relocatable) output.addressExpr = { kind: 'number', value: 0n };
    if (after && loaded) {
      if (after.region) output.region = after.region;
      output.loadRegion = after.loadRegion;
      output.phdrs = after.phdrs;
    }
    this.add(output, s);
    this.shuffle(place, after, output);
    const entry: LayoutEntry = { kind: 'section', output };
    if (place.lastEntry) entries.splice(entries.indexOf(place.lastEntry) + 1, 0, entry);
    else entries.splice(this.positionAfter(after), 0, entry);
    place.lastEntry = entry;
    const before = place.lastStatement ?? after;
    statements.splice(before === null ? 0 : statements.indexOf(before) + 1, 0, output);
    place.lastStatement = output;
  }

  /** The output section whose kind it is by name. */
  private named(hold: Hold, itself: OutputSection): OutputSection | null {
    if (hold === 'rel') return this.beforeRelocations(itself);
    return this.byName.get(HOLD_NAME[hold])?.find((o) => o.constraint !== 'failed' && o !== itself) ?? null;
  }

  /** Tables for a dynamic linker come first of their kind: behind the last read-only section before any other table. */
  private beforeRelocations(itself: OutputSection): OutputSection | null {
    let last: OutputSection | null = null;
    let allocated: OutputSection | null = null;
    let readonly: OutputSection | null = null;
    for (const o of this.placement.statements) {
      if (o === itself) continue;
      if (o.constraint !== 'failed' && o.name.startsWith('.rel')) break;
      last = o;
      if (!o.created || (o.traits & SEC.ALLOC) === 0) continue;
      allocated = o;
      if ((o.traits & SEC.READONLY) !== 0) readonly = o;
    }
    return readonly ?? allocated ?? last;
  }

  /** Its section header stands behind that of the neighbour, or behind the last orphan that went there. */
  private shuffle(place: Place, after: OutputSection | null, output: OutputSection): void {
    const { outputs, statements } = this.placement;
    outputs.splice(outputs.indexOf(output), 1);
    let at = 0;
    if (place.lastOutput) at = outputs.indexOf(place.lastOutput) + 1;
    else if (after) {
      let neighbour: OutputSection | undefined = after;
      for (let i = statements.indexOf(after); neighbour && !neighbour.created;) neighbour = statements[--i];
      if (neighbour) at = outputs.indexOf(neighbour) + 1;
    }
    outputs.splice(at, 0, output);
    place.lastOutput = output;
  }

  /**
   * Behind `after` and the assignments that belong to it: those up to an assignment to dot, which belongs to what follows.
   * Behind nothing (null) means in front of everything but a first assignment to dot.
   */
  private positionAfter(after: OutputSection | null): number {
    const { entries } = this.placement;
    let ignoreFirst = after === null;
    let at = after === null ? 0 : entries.findIndex((e) => e.kind === 'section' && e.output === after) + 1;
    let beforeDot = -1;
    for (; at < entries.length; at++) {
      const next = entries[at];
      if (next.kind === 'section') return beforeDot >= 0 ? beforeDot : at;
      if (beforeDot < 0 && next.statement.kind === 'assign' && next.statement.name === '.') {
        if (!ignoreFirst) beforeDot = at;
        ignoreFirst = false;
      }
    }
    return at;
  }

  /** First among sections of the same sh_type, then among all. */
  private findByTraits(s: InputSection, traits: number, place: Place, itself: OutputSection): OutputSection | null {
    const candidates = this.placement.statements.filter((o) => o !== itself);
    const ofType = candidates.filter((o) => !o.created || o.elfType === s.elfType);
    const exact = exactMatch(ofType, traits);
    if (exact) return (place.os = exact);
    const isTable = s.elfType === SHT.RELA || s.elfType === SHT.REL;
    if (isTable) return similar(candidates, candidates, traits);
    return similar(ofType, candidates, traits) ?? exactMatch(candidates, traits) ?? similar(candidates, candidates, traits);
  }
}

const COMPARED = SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.READONLY | SEC.CODE | SEC.TLS;

function exactMatch(outputs: readonly OutputSection[], traits: number): OutputSection | null {
  return outputs.findLast((o) => ((traitsNow(o) ^ traits) & COMPARED) === 0) ?? null;
}

/** The last section that agrees in what matters for this kind. */
function similar(outputs: readonly OutputSection[], all: readonly OutputSection[], traits: number): OutputSection | null {
  const last = (mask: number): OutputSection | null => outputs.findLast((o) => ((traitsNow(o) ^ traits) & mask) === 0) ?? null;
  const has = (bit: number): boolean => (traits & bit) !== 0;
  if (!has(SEC.ALLOC)) return all.findLast((o) => ((traitsNow(o) ^ traits) & SEC.DEBUGGING) === 0) ?? null;
  if (has(SEC.CODE)) return last(SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.CODE | SEC.TLS);
  if (has(SEC.READONLY)) return last(SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.READONLY);
  if (has(SEC.TLS)) return threadLocal(all, traits);
  if (has(SEC.CONTENTS)) return last(SEC.CONTENTS | SEC.ALLOC | SEC.LOAD | SEC.TLS);
  return last(SEC.ALLOC);
}

/** .tdata goes behind .data, .tbss behind .tdata: they have to be neighbours, in that order. */
function threadLocal(outputs: readonly OutputSection[], traits: number): OutputSection | null {
  let found: OutputSection | null = null;
  let seen = false;
  for (const o of outputs) {
    const difference = traitsNow(o) ^ (traits | SEC.LOAD | SEC.CONTENTS);
    if ((difference & (SEC.TLS | SEC.ALLOC)) === 0) {
      // A .tdata is not to follow a .tbss.
      if ((difference & SEC.LOAD) !== 0 && (traits & SEC.LOAD) !== 0) break;
      found = o;
      seen = true;
    } else if (seen) break;
    else if ((difference & (SEC.CONTENTS | SEC.ALLOC | SEC.LOAD)) === 0) found = o;
  }
  return found;
}
