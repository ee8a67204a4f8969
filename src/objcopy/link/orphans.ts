/** Where sections go that the script does not mention (ld manual, node Orphan Sections). */
import { SHF, SHT } from '../elf/constants.js';
import type { LayoutEntry, Placement } from './assign.js';
import { attach } from './assign.js';
import { matcher } from './match.js';
import { OutputSection } from './model.js';

/** The properties by which a neighbour is chosen. */
interface Traits {
  alloc: boolean;
  contents: boolean;
  readonly: boolean;
  code: boolean;
  tls: boolean;
  note: boolean;
}

function traits(type: number, flags: bigint): Traits {
  return {
    alloc: (flags & BigInt(SHF.ALLOC)) !== 0n,
    contents: type !== SHT.NOBITS,
    readonly: (flags & BigInt(SHF.WRITE)) === 0n,
    code: (flags & BigInt(SHF.EXECINSTR)) !== 0n,
    tls: (flags & BigInt(SHF.TLS)) !== 0n,
    note: type === SHT.NOTE,
  };
}

function outputTraits(output: OutputSection): (Traits & { type: number }) | null {
  if (output.inputs.length === 0) {
    const hasData = output.spec?.body.some((s) => s.kind === 'data' || s.kind === 'ascii') ?? false;
    return hasData ? { ...traits(SHT.PROGBITS, BigInt(SHF.ALLOC)), type: SHT.PROGBITS } : null;
  }
  let flags = 0n;
  let type: number = SHT.NOBITS;
  let readonly = true;
  for (const { section } of output.inputs) {
    flags |= section.flags;
    if (section.type !== SHT.NOBITS) type = section.type;
    if ((section.flags & BigInt(SHF.WRITE)) !== 0n) readonly = false;
  }
  return { ...traits(type, flags), readonly, type };
}

type Hold = 'text' | 'rodata' | 'tdata' | 'data' | 'bss' | 'interp' | 'nonalloc';
const HOLD_NAME: Record<Hold, string> = {
  text: '.text', rodata: '.rodata', tdata: '.tdata', data: '.data', bss: '.bss', interp: '.interp', nonalloc: '.comment',
}; // prettier-ignore

function holdOf(t: Traits): Hold {
  if (!t.alloc) return 'nonalloc';
  if (t.note) return 'interp';
  if (!t.contents && !t.tls) return 'bss';
  if (t.tls) return 'tdata';
  if (!t.readonly) return 'data';
  return t.code ? 'text' : 'rodata';
}

/** Puts every orphan into an output section, made where ld would make it. `unique`: --unique patterns. */
export function placeOrphans(placement: Placement, unique: readonly string[]): void {
  const { entries, outputs } = placement;
  const lastOf = new Map<Hold, OutputSection>();
  for (const orphan of placement.orphans) {
    // Common symbols that no statement takes go to .bss.
    const name = orphan.section.name === 'COMMON' ? '.bss' : orphan.section.name;
    const t = traits(orphan.section.type, orphan.section.flags);
    const alone = unique.some((u) => matcher(u)(name));
    const existing = alone ? undefined : outputs.find((o) => o.name === name && compatible(o, t));
    if (existing) {
      const entry = entries.find((e) => e.kind === 'section' && e.output === existing) as LayoutEntry & { kind: 'section' };
      attach(orphan, existing);
      entry.body.push({ statement: null, sections: [orphan] });
      continue;
    }
    const output = new OutputSection(name, null);
    const hold = holdOf(t);
    const after = lastOf.get(hold) ?? outputs.find((o) => o.name === HOLD_NAME[hold]) ?? findByTraits(outputs, t, orphan.section.type);
    attach(orphan, output);
    if (hold === 'nonalloc' && after === null) {
      outputs.push(output);
      entries.push({ kind: 'section', output, body: [{ statement: null, sections: [orphan] }] });
    } else insertAfter(entries, outputs, after, { kind: 'section', output, body: [{ statement: null, sections: [orphan] }] });
    lastOf.set(hold, output);
  }
}

function compatible(output: OutputSection, t: Traits): boolean {
  const o = outputTraits(output);
  return o === null || (o.alloc === t.alloc && o.tls === t.tls);
}

/** What must agree, round by round; the last section that agrees in the first successful round is the neighbour. */
function rounds(t: Traits): readonly (readonly (keyof Traits)[])[] {
  const exact: readonly (keyof Traits)[] = ['contents', 'alloc', 'readonly', 'code', 'tls'];
  if (!t.alloc) return [];
  if (t.code) return [exact, ['contents', 'alloc', 'code', 'tls']];
  if (t.readonly) return [exact, ['contents', 'alloc', 'readonly']];
  if (t.tls) return [exact, ['alloc', 'tls'], ['contents', 'alloc']];
  return t.contents ? [exact, ['contents', 'alloc', 'tls']] : [exact, ['alloc']];
}

/** First among sections of the same sh_type, then among all. */
function findByTraits(outputs: readonly OutputSection[], t: Traits, type: number): OutputSection | null {
  for (const sameType of [true, false]) {
    for (const keys of rounds(t)) {
      let found: OutputSection | null = null;
      for (const output of outputs) {
        const o = outputTraits(output);
        if (o && (!sameType || o.type === type) && keys.every((key) => o[key] === t[key])) found = output;
      }
      if (found) return found;
    }
  }
  return null;
}

/**
 * Puts a new section behind `after` and the assignments that belong to it: those up to an assignment to dot, which belongs
 * to what follows. Behind nothing (null) means in front of everything but a first assignment to dot.
 */
function insertAfter(
  entries: LayoutEntry[],
  outputs: OutputSection[],
  after: OutputSection | null,
  entry: LayoutEntry & { kind: 'section' },
): void {
  outputs.splice(after === null ? 0 : outputs.indexOf(after) + 1, 0, entry.output);
  let ignoreFirst = after === null;
  let at = entries.findIndex((e) => e.kind === 'section' && e.output === after) + 1;
  let beforeDot = -1;
  for (; at < entries.length; at++) {
    const next = entries[at];
    if (next.kind === 'section') {
      if (beforeDot >= 0) at = beforeDot;
      break;
    }
    if (beforeDot < 0 && next.statement.kind === 'assign' && next.statement.name === '.') {
      if (!ignoreFirst) beforeDot = at;
      ignoreFirst = false;
    }
  }
  entries.splice(at, 0, entry);
}
