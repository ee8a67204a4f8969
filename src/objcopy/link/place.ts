/** Which input section goes where: script patterns, KEEP, sorting, constraints (ld manual, nodes Input Section, Output Section Attributes). */
import { SHF, SHT } from '../elf/constants.js';
import type { InputSpec, OutputSpec, ScriptExpr, SectionKindWord, SectionPattern, TopStatement } from './ast.js';
import { knownSection, SEC } from './flags.js';
import { matcher, matchesFile } from './match.js';
import type { InputObject, InputSection, PlacedStatement, SectionKind } from './model.js';
import { OutputSection } from './model.js';
import type { Regions } from './regions.js';

/** The script with its sections filled: what the address passes walk. */
export type LayoutEntry =
  | { readonly kind: 'section'; readonly output: OutputSection }
  | { readonly kind: 'statement'; readonly statement: Exclude<TopStatement, OutputSpec> };

export interface Placement {
  /** In the order of the script. */
  readonly entries: LayoutEntry[];
  /** Output sections in the order of the script. */
  readonly statements: OutputSection[];
  /** Those that exist, in the order of the output's section headers. */
  readonly outputs: OutputSection[];
  readonly discardedByScript: Set<InputSection>;
}

export interface PlaceSettings {
  /** -Ttext=, --section-start: these exist whether the script mentions them or not. */
  readonly sectionStarts: ReadonlyMap<string, bigint>;
  /** They were asked for before the script was read. */
  readonly startsFirst: boolean;
  /** Of those, what SEGMENT_START has taken over. */
  readonly segmentNames: ReadonlySet<string>;
  /** --sort-section */
  readonly sortSection?: 'name' | 'alignment';
  /** -r: members of groups stay by themselves. */
  readonly relocatable: boolean;
  /** -s, -S: debug information takes no part. */
  readonly stripDebug: boolean;
}

const KINDS: Record<SectionKindWord, SectionKind> = {
  NOLOAD: 'noload', READONLY: 'readonly', COPY: 'noalloc', INFO: 'noalloc', DSECT: 'noalloc', OVERLAY: 'noalloc', TYPE: 'type',
}; // prettier-ignore

/** Fills the script's sections. Common symbols have been given sections named COMMON (see `commons.ts`). */
export function placeInputs(
  script: readonly TopStatement[],
  objects: readonly InputObject[],
  regions: Regions,
  settings: PlaceSettings,
): Placement {
  const placer = new Placer(script, objects, regions, settings);
  placer.map();
  return placer.placement;
}

class Placer {
  readonly placement: Placement = { entries: [], statements: [], outputs: [], discardedByScript: new Set() };
  private readonly described: { output: OutputSection | null; spec: OutputSpec }[] = [];
  private readonly byName = new Map<string, OutputSection[]>();
  private readonly candidates: Candidates;

  constructor(
    script: readonly TopStatement[],
    objects: readonly InputObject[],
    private readonly regions: Regions,
    private readonly settings: PlaceSettings,
  ) {
    for (const statement of script) {
      if (statement.kind === 'output') this.describe(statement);
      else this.placement.entries.push({ kind: 'statement', statement });
    }
    if (settings.stripDebug) {
      for (const object of objects) for (const s of object.sections) if ((s.traits & SEC.DEBUGGING) !== 0) s.discarded = true;
    }
    this.candidates = new Candidates(objects, settings.relocatable);
  }

  /** Every description is an output section of its own, even of a name that is there already; expressions mean the first. */
  private describe(spec: OutputSpec): void {
    if (spec.name === '/DISCARD/') {
      const known = this.byName.get(spec.name)?.[0];
      const output = known ?? this.enter(spec, 'none');
      for (const statement of spec.body) output.body.push({ statement, sections: [] });
      return;
    }
    const constraint = spec.constraint === undefined ? 'none' : spec.constraint === 'ONLY_IF_RO' ? 'read-only' : 'writable';
    const output = this.enter(spec, constraint);
    output.addressExpr = spec.address;
    output.kind = spec.type === undefined ? (spec.elfType ? 'type' : 'normal') : KINDS[spec.type as SectionKindWord];
    if (spec.type === 'READONLY' && spec.elfType) output.kind = 'typed-readonly';
    output.elfTypeExpr = spec.elfType;
    output.loadExpr = spec.loadAddress;
    output.alignExpr = spec.align;
    output.subalignExpr = spec.subalign;
    output.alignWithInput = spec.alignWithInput;
    output.overlay = spec.overlay ?? 'none';
    output.endExpr = spec.end;
    output.at = spec.at;
    output.phdrs = spec.phdrs.length > 0 ? spec.phdrs : null;
    output.fillSpec = spec.fill;
    // A load region alone is the region of both addresses.
    output.loadRegion = spec.loadRegion === undefined ? null : this.regions.named(spec.loadRegion);
    output.region =
      spec.loadRegion !== undefined && output.addressExpr === undefined && spec.region === undefined
        ? output.loadRegion
        : this.regions.named(spec.region ?? '*default*');
    for (const statement of spec.body) output.body.push({ statement, sections: [] });
  }

  private enter(spec: OutputSpec, constraint: OutputSection['constraint']): OutputSection {
    const output = new OutputSection(spec.name, constraint);
    const list = this.byName.get(spec.name);
    if (list) list.push(output);
    else this.byName.set(spec.name, [output]);
    this.placement.statements.push(output);
    this.placement.entries.push({ kind: 'section', output });
    return output;
  }

  map(): void {
    const { placement } = this;
    if (this.settings.startsFirst) this.startSections();
    for (const entry of placement.entries.slice()) {
      if (entry.kind === 'statement') {
        if (entry.statement.kind === 'assign') this.createNamed(entry.statement.value);
        else this.createNamed(entry.statement.condition);
        continue;
      }
      const { output } = entry;
      if (output.constraint === 'read-only' || output.constraint === 'writable') {
        if (!this.constraintHolds(output)) {
          output.constraint = 'failed';
          continue;
        }
      }
      for (const placed of output.body) this.mapStatement(output, placed);
    }
    if (!this.settings.startsFirst) this.startSections();
  }

  /** --section-start of sections that the script does not mention: they come last. */
  private startSections(): void {
    for (const [name, address] of this.settings.sectionStarts) {
      if (this.settings.segmentNames.has(name.slice(1))) continue;
      let output = this.find(name);
      if (!output) {
        // Without a region: what follows in the default one goes on where that was.
        output = new OutputSection(name);
        this.byName.set(name, [output]);
        this.placement.statements.push(output);
        this.placement.entries.push({ kind: 'section', output });
      }
      output.addressExpr = { kind: 'number', value: address };
      create(this.placement, output, 0);
    }
  }

  private find(name: string): OutputSection | undefined {
    return this.byName.get(name)?.find((o) => o.constraint !== 'failed');
  }

  private constraintHolds(output: OutputSection): boolean {
    let readonly = true;
    for (const { statement } of output.body) {
      if (statement?.kind !== 'input') continue;
      for (const s of this.candidates.gather(statement, this.settings.sortSection)) if ((s.traits & SEC.READONLY) === 0) readonly = false;
    }
    return readonly === (output.constraint === 'read-only');
  }

  private mapStatement(output: OutputSection, placed: PlacedStatement): void {
    const { statement } = placed;
    const { placement } = this;
    switch (statement?.kind) {
      case 'input': {
        const found = this.candidates.gather(statement, this.settings.sortSection);
        for (const section of found) {
          this.candidates.take(section);
          if (statement.keep) section.kept = true;
        }
        if (output.name === '/DISCARD/') {
          for (const section of found) {
            section.discarded = true;
            placement.discardedByScript.add(section);
          }
        } else {
          placed.sections = found;
          for (const section of found) addSection(placement, output, section);
        }
        return;
      }
      case 'data': {
        const kind = output.kind;
        let traits: number = SEC.CONTENTS | SEC.ALLOC | SEC.LOAD;
        if (kind === 'noalloc') traits = SEC.CONTENTS;
        else if (kind === 'readonly' || kind === 'typed-readonly') traits |= SEC.READONLY;
        else if (kind === 'noload') traits = SEC.NEVER_LOAD | SEC.ALLOC;
        this.createNamed(statement.value);
        if (output.created) output.traits |= traits;
        else create(placement, output, traits | SEC.READONLY);
        return;
      }
      case 'assign':
      case 'assert':
        create(placement, output, 0);
        this.createNamed(statement.kind === 'assign' ? statement.value : statement.condition);
        return;
      default:
        create(placement, output, 0);
    }
  }

  /** Sections that an expression names exist from there on. */
  private createNamed(e: ScriptExpr): void {
    switch (e.kind) {
      case 'unary':
        return this.createNamed(e.operand);
      case 'binary':
        this.createNamed(e.left);
        return this.createNamed(e.right);
      case 'ternary':
        this.createNamed(e.condition);
        this.createNamed(e.yes);
        return this.createNamed(e.no);
      case 'call':
        for (const arg of e.args) this.createNamed(arg);
        // SIZEOF of a section that nothing else brings into being is 0.
        if (/^(ADDR|LOADADDR)$/.test(e.name)) {
          const output = this.find(e.names[0]);
          if (output) create(this.placement, output, 0);
        }
    }
  }
}

/** Marks what KEEP( ) names, wherever it will go. */
export function markKept(script: readonly TopStatement[], objects: readonly InputObject[]): void {
  const candidates = new Candidates(objects);
  for (const statement of script) {
    if (statement.kind !== 'output') continue;
    for (const inner of statement.body) {
      if (inner.kind === 'input' && inner.keep) for (const s of candidates.gather(inner, undefined)) s.kept = true;
    }
  }
}

/** Makes the section of the output, unless it exists. */
export function create(placement: Placement, output: OutputSection, traits: number): void {
  if (output.created || output.name === '/DISCARD/') return;
  output.created = true;
  output.traits = traits;
  const known = knownSection(output.name);
  if (known) {
    output.elfType = known.type;
    output.elfFlags = known.flags;
  }
  placement.outputs.push(output);
}

/** Puts an input section into an output section, which takes on its traits. */
export function addSection(placement: Placement, output: OutputSection, section: InputSection): void {
  let traits = (section.traits & ~(SEC.NEVER_LOAD | SEC.EXCLUDE)) | (section.kept ? SEC.KEEP : 0);
  if (output.kind === 'noalloc') traits &= ~SEC.ALLOC;
  else if (output.kind === 'readonly' || output.kind === 'typed-readonly') traits |= SEC.READONLY;
  else if (output.kind === 'noload') traits = (traits & ~(SEC.LOAD | SEC.CONTENTS)) | SEC.NEVER_LOAD;
  create(placement, output, traits);
  const mergeable = SEC.MERGE | SEC.STRINGS;
  output.traits &= traits | ~SEC.READONLY;
  if (output.inputs.length > 0) {
    traits &= ~SEC.READONLY;
    const differs = (output.traits & mergeable) !== (traits & mergeable);
    if (differs || ((traits & SEC.MERGE) !== 0 && output.entsize !== section.section.entsize)) {
      output.traits &= ~mergeable;
      traits &= ~mergeable;
    }
  }
  output.traits |= traits;
  if (output.inputs.length === 0) {
    if (output.elfType === SHT.PROGBITS || output.elfType === SHT.NOTE || output.elfType === SHT.NOBITS) output.elfType = 0;
    output.elfFlags = 0;
    if (output.elfType === 0 && (output.traits & ~SEC.KEEP) === section.traits) output.elfType = section.elfType;
    if ((traits & SEC.MERGE) !== 0) output.entsize = section.section.entsize;
  }
  if (section.align > output.align) output.align = section.align;
  section.output = output;
  output.inputs.push(section);
}

interface NamedSection {
  readonly section: InputSection;
  readonly order: number;
}

const START = 4;

/** Input sections by name; a section leaves when a pattern has taken it. */
class Candidates {
  private readonly byName = new Map<string, NamedSection[]>();
  /** Names by how they begin: most patterns begin with something. */
  private readonly byStart = new Map<string, string[]>();

  /** `whole`: without members of groups. */
  constructor(objects: readonly InputObject[], whole = false) {
    let order = 0;
    for (const object of objects) {
      for (const section of object.sections) {
        if (!isLinkable(section) || (whole && isGrouped(section))) continue;
        const list = this.byName.get(section.section.name);
        const entry = { section, order: order++ };
        if (list) list.push(entry);
        else this.enter(section.section.name, entry);
      }
    }
  }

  private enter(name: string, entry: NamedSection): void {
    this.byName.set(name, [entry]);
    const start = name.slice(0, START);
    const names = this.byStart.get(start);
    if (names) names.push(name);
    else this.byStart.set(start, [name]);
  }

  /** Lists of the sections whose names match. */
  private lists(patterns: readonly SectionPattern[]): NamedSection[][] {
    const lists = new Set<NamedSection[]>();
    for (const { pattern } of patterns) {
      if (!/[*?[\\]/.test(pattern)) {
        const exact = this.byName.get(pattern);
        if (exact) lists.add(exact);
        continue;
      }
      const test = matcher(pattern);
      const fixed = /^[^*?[\\]*/.exec(pattern)![0];
      const names = fixed.length >= START ? (this.byStart.get(fixed.slice(0, START)) ?? []) : this.byName.keys();
      for (const name of names) if (test(name)) lists.add(this.byName.get(name)!);
    }
    return [...lists];
  }

  take(section: InputSection): void {
    section.taken = true;
  }

  /** What a statement matches, in its order. */
  gather(spec: InputSpec, sortSection: 'name' | 'alignment' | undefined): InputSection[] {
    const patterns: readonly SectionPattern[] = spec.sections.length > 0 ? spec.sections : [{ pattern: '*', excludeFiles: [], sort: [] }];
    const tests = patterns.map((p) => matcher(p.pattern));
    const files = new FileFilter(spec);
    const lists = this.lists(patterns);
    if (lists.length === 0) return [];
    const matched: { section: InputSection; order: number; by: number }[] = [];
    for (const list of lists) {
      for (const { section, order } of list) {
        if (section.taken || !files.fits(section.object)) continue;
        const by = this.matching(section, spec, patterns, tests);
        if (by >= 0) matched.push({ section, order, by });
      }
    }
    if (lists.length > 1) matched.sort((a, b) => a.order - b.order);
    const compares = patterns.map((p) => comparison(p, sortSection));
    if (!spec.sortFiles && compares.every((c) => c === null)) return matched.map((m) => m.section);
    if (patterns.length === 1 && !spec.sortFiles) {
      const compare = compares[0]!;
      return matched.sort((a, b) => compare(a.section, b.section) || a.order - b.order).map((m) => m.section);
    }
    return sortInto(matched, spec.sortFiles, compares);
  }

  /** Which pattern a section matches; -1: none. */
  private matching(
    section: InputSection,
    spec: InputSpec,
    patterns: readonly SectionPattern[],
    tests: readonly ((name: string) => boolean)[],
  ): number {
    const { file, member } = section.object;
    if (spec.flags && !flagsFit(spec.flags, section.madeByLinker ? 0 : Number(section.section.flags & 0xffffffffn))) return -1;
    return tests.findIndex((test, n) => test(section.section.name) && !patterns[n].excludeFiles.some((x) => matchesFile(x, file, member)));
  }
}

/** Which files a statement names; the answer for each is kept. */
class FileFilter {
  private readonly known = new Map<InputObject, boolean>();
  private readonly all: boolean;

  constructor(private readonly spec: InputSpec) {
    this.all = spec.file === '*' && spec.excludeFiles.length === 0;
  }

  fits(object: InputObject): boolean {
    if (this.all) return true;
    let found = this.known.get(object);
    if (found === undefined) {
      const { file, member } = object;
      found = matchesFile(this.spec.file, file, member) && !this.spec.excludeFiles.some((x) => matchesFile(x, file, member));
      this.known.set(object, found);
    }
    return found;
  }
}

/** Each goes in front of the first one that has to come after it. */
function sortInto(
  matched: readonly { section: InputSection; by: number }[],
  sortFiles: boolean,
  compares: readonly (Comparison | null)[],
): InputSection[] {
  const found: InputSection[] = [];
  for (const { section, by } of matched) {
    const compare = compares[by];
    const before = found.findIndex((other) => {
      const files = sortFiles ? byText(section.object.name, other.object.name) : 0;
      return files !== 0 ? files < 0 : compare !== null && compare(section, other) < 0;
    });
    if (before < 0) found.push(section);
    else found.splice(before, 0, section);
  }
  return found;
}

function flagsFit(flags: { readonly wanted: number; readonly unwanted: number }, actual: number): boolean {
  return (actual & flags.wanted) === flags.wanted && (actual & flags.unwanted) === 0;
}

/** Sections that take part: not symbol tables, groups or what a duplicate comdat left behind. */
export function isLinkable(s: InputSection): boolean {
  if (s.discarded) return false;
  const { type } = s.section;
  if (s.madeByLinker) return true;
  return type !== SHT.NULL && type !== SHT.SYMTAB && type !== SHT.STRTAB && type !== SHT.RELA && type !== SHT.REL && type !== SHT.GROUP;
}

export const isGrouped = (s: InputSection): boolean => (s.section.flags & BigInt(SHF.GROUP)) !== 0n;

type Comparison = (a: InputSection, b: InputSection) => number;

function comparison(pattern: SectionPattern, sortSection: 'name' | 'alignment' | undefined): Comparison | null {
  let kinds = pattern.sort.filter((k) => k !== 'none' && k !== 'reverse');
  // --sort-section sorts what does not say how, and is the second key of what does.
  if (sortSection !== undefined && !/^\.(init|fini)$/.test(pattern.pattern) && !pattern.sort.includes('none')) {
    if (kinds.length === 0) kinds = [sortSection];
    else if (kinds.length === 1 && kinds[0] !== 'init-priority' && kinds[0] !== sortSection) kinds = [kinds[0], sortSection];
  }
  if (kinds.length === 0) return null;
  const sign = pattern.sort.includes('reverse') ? -1 : 1;
  return (a, b) => {
    for (const kind of kinds) {
      const order =
        kind === 'alignment' ? b.align - a.align
        : kind === 'init-priority' ? priority(a.section.name) - priority(b.section.name) || byText(a.section.name, b.section.name)
        : byText(a.section.name, b.section.name); // prettier-ignore
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `.init_array.00100` → 100; `.ctors.65435` counts backwards. */
function priority(name: string): number {
  const digits = /\.(\d+)$/.exec(name)?.[1];
  if (digits === undefined) return 0;
  return /^\.(ctors|dtors)\./.test(name) ? 65535 - Number(digits) : Number(digits);
}
