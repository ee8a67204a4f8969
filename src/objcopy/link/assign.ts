/** Which input section goes where: script patterns, KEEP, sorting, orphans (ld manual, nodes Input Section, Orphan Sections). */
import { SHF, SHT } from '../elf/constants.js';
import type { InputSpec, OutputSpec, SectionPattern, SectionStatement, TopStatement } from './ast.js';
import { matcher, matchesFile } from './match.js';
import type { InputObject, InputSection } from './model.js';
import { OutputSection } from './model.js';

/** A statement of an output section, with the input sections that it gathered. */
export interface PlacedStatement {
  readonly statement: SectionStatement | null;
  readonly sections: InputSection[];
}

/** The script with its sections filled: what the address passes walk. */
export type LayoutEntry =
  | { readonly kind: 'section'; readonly output: OutputSection; readonly body: PlacedStatement[] }
  | { readonly kind: 'statement'; readonly statement: Exclude<TopStatement, OutputSpec> };

export interface Placement {
  readonly entries: LayoutEntry[];
  readonly outputs: OutputSection[];
  /** Sections that no statement took, in input order. */
  readonly orphans: InputSection[];
}

const isReadonly = (s: InputSection): boolean => (s.section.flags & BigInt(SHF.WRITE)) === 0n;

/** Common symbols have been given sections named COMMON (see `commons.ts`). */
export function placeInputs(statements: readonly TopStatement[], objects: readonly InputObject[]): Placement {
  const entries: LayoutEntry[] = [];
  const outputs: OutputSection[] = [];
  const byName = new Map<string, LayoutEntry & { kind: 'section' }>();
  const candidates = objects.flatMap((o) => o.sections.filter((s) => isLinkable(s)));
  const taken = new Set<InputSection>();
  const byFile = new Map<InputObject, InputSection[]>();
  for (const section of candidates) {
    const list = byFile.get(section.object);
    if (list) list.push(section);
    else byFile.set(section.object, [section]);
  }
  const names = new Set(candidates.map((s) => s.section.name));

  for (const statement of statements) {
    if (statement.kind !== 'output') {
      entries.push({ kind: 'statement', statement });
      continue;
    }
    // The first statement that matches a section takes it.
    const gathered = statement.body.map((inner) => {
      const sections = inner.kind === 'input' ? gather(inner, objects, byFile, names, taken) : [];
      for (const s of sections) taken.add(s);
      return { inner, sections };
    });
    const all = gathered.flatMap((g) => g.sections);
    if (statement.constraint && !constraintHolds(statement.constraint, all)) {
      for (const s of all) taken.delete(s);
      continue;
    }
    for (const { inner, sections } of gathered) if (inner.kind === 'input' && inner.keep) for (const s of sections) s.kept = true;
    if (statement.name === '/DISCARD/') {
      for (const { sections } of gathered) for (const s of sections) s.discarded = true;
      continue;
    }
    // A second description of one name adds to the first, unless a constraint tells them apart.
    let entry = statement.constraint ? undefined : byName.get(statement.name);
    if (entry === undefined) {
      const output = new OutputSection(statement.name, statement);
      entry = { kind: 'section', output, body: [] };
      byName.set(statement.name, entry);
      outputs.push(output);
      entries.push(entry);
    }
    for (const { inner, sections } of gathered) {
      entry.body.push({ statement: inner, sections });
      for (const s of sections) attach(s, entry.output);
    }
  }
  const orphans = candidates.filter((s) => !taken.has(s) && !s.discarded);
  return { entries, outputs, orphans };
}

export function attach(section: InputSection, output: OutputSection): void {
  section.output = output;
  output.inputs.push(section);
}

/** Sections that take part: not symbol tables, groups or what a duplicate comdat left behind. */
function isLinkable(s: InputSection): boolean {
  if (s.discarded) return false;
  const { type } = s.section;
  return type !== SHT.NULL && type !== SHT.SYMTAB && type !== SHT.STRTAB && type !== SHT.RELA && type !== SHT.REL && type !== SHT.GROUP;
}

function constraintHolds(constraint: 'ONLY_IF_RO' | 'ONLY_IF_RW', sections: readonly InputSection[]): boolean {
  if (sections.length === 0) return false;
  const readonly = sections.every(isReadonly);
  return constraint === 'ONLY_IF_RO' ? readonly : !readonly;
}

function gather(
  spec: InputSpec,
  objects: readonly InputObject[],
  byFile: ReadonlyMap<InputObject, readonly InputSection[]>,
  names: ReadonlySet<string>,
  taken: ReadonlySet<InputSection>,
): InputSection[] {
  const patterns = spec.sections.length > 0 ? spec.sections : [{ pattern: '*', excludeFiles: [], sort: [] }];
  const tests = patterns.map((p) => matcher(p.pattern));
  // Most patterns of the default layout match nothing at all.
  let possible = false;
  for (const name of names) {
    if (tests.some((test) => test(name))) {
      possible = true;
      break;
    }
  }
  if (!possible) return [];
  const files = objects.filter(
    (o) => matchesFile(spec.file, o.file, o.member) && !spec.excludeFiles.some((x) => matchesFile(x, o.file, o.member)),
  );
  if (spec.sortFiles) files.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const found: { section: InputSection; pattern: SectionPattern }[] = [];
  for (const object of files) {
    for (const section of byFile.get(object) ?? []) {
      if (taken.has(section)) continue;
      const i = tests.findIndex(
        (test, n) => test(section.section.name) && !patterns[n].excludeFiles.some((x) => matchesFile(x, object.file, object.member)),
      );
      if (i < 0) continue;
      const pattern = patterns[i];
      const compare = comparison(pattern);
      const entry = { section, pattern };
      const before = compare === null ? -1 : found.findIndex((other) => other.pattern === pattern && compare(section, other.section) < 0);
      if (before < 0) {
        // Sorted sections of one pattern stay together, in front of what a later pattern matched.
        found.push(entry);
      } else found.splice(before, 0, entry);
    }
  }
  if (patterns.some((p) => p.sort.length > 0 && p.sort[0] !== 'none') && patterns.length > 1) {
    found.sort((a, b) => patterns.indexOf(a.pattern) - patterns.indexOf(b.pattern));
  }
  return found.map((f) => f.section);
}

type Comparison = (a: InputSection, b: InputSection) => number;

function comparison(pattern: SectionPattern): Comparison | null {
  const kinds = pattern.sort.filter((k) => k !== 'none' && k !== 'reverse');
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
