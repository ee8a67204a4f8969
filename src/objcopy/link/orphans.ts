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

function outputTraits(output: OutputSection): Traits | null {
  if (output.inputs.length === 0) return null;
  let flags = 0n;
  let type: number = SHT.NOBITS;
  let readonly = true;
  for (const { section } of output.inputs) {
    flags |= section.flags;
    if (section.type !== SHT.NOBITS) type = section.type;
    if ((section.flags & BigInt(SHF.WRITE)) !== 0n) readonly = false;
  }
  return { ...traits(type, flags), readonly };
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
    const { name } = orphan.section;
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
    const after =
      lastOf.get(hold) ??
      outputs.find((o) => o.name === HOLD_NAME[hold] && (o.inputs.length > 0 || hold === 'nonalloc')) ??
      findByTraits(outputs, t);
    attach(orphan, output);
    insertAfter(entries, outputs, after, { kind: 'section', output, body: [{ statement: null, sections: [orphan] }] });
    lastOf.set(hold, output);
  }
}

function compatible(output: OutputSection, t: Traits): boolean {
  const o = outputTraits(output);
  return o === null || (o.alloc === t.alloc && o.tls === t.tls);
}

/** The last section whose traits agree, from exact agreement to mere allocation. */
function findByTraits(outputs: readonly OutputSection[], t: Traits): OutputSection | null {
  const rounds: (readonly (keyof Traits)[])[] = t.code
    ? [
        ['contents', 'alloc', 'readonly', 'code', 'tls'],
        ['contents', 'alloc', 'code', 'tls'],
        ['contents', 'alloc', 'tls'],
      ]
    : t.readonly && t.alloc && t.contents
      ? [
          ['contents', 'alloc', 'readonly', 'code', 'tls'],
          ['contents', 'alloc', 'readonly', 'tls'],
          ['contents', 'alloc', 'tls'],
        ]
      : t.tls
        ? [
            ['contents', 'alloc', 'readonly', 'code', 'tls'],
            ['alloc', 'tls'],
            ['contents', 'alloc'],
          ]
        : t.contents
          ? [
              ['contents', 'alloc', 'readonly', 'code', 'tls'],
              ['contents', 'alloc', 'tls'],
              ['contents', 'alloc'],
            ]
          : [['contents', 'alloc', 'tls'], ['alloc']];
  if (!t.alloc) return null;
  for (const keys of rounds) {
    let found: OutputSection | null = null;
    for (const output of outputs) {
      const o = outputTraits(output);
      if (o && keys.every((key) => o[key] === t[key])) found = output;
    }
    if (found) return found;
  }
  return null;
}

function insertAfter(
  entries: LayoutEntry[],
  outputs: OutputSection[],
  after: OutputSection | null,
  entry: LayoutEntry & { kind: 'section' },
): void {
  if (after === null) {
    outputs.push(entry.output);
    entries.push(entry);
    return;
  }
  outputs.splice(outputs.indexOf(after) + 1, 0, entry.output);
  let at = entries.findIndex((e) => e.kind === 'section' && e.output === after) + 1;
  // Assignments belong to the section before them, except one to dot, which belongs to what follows.
  while (at < entries.length) {
    const next = entries[at];
    if (next.kind !== 'statement' || (next.statement.kind === 'assign' && next.statement.name === '.')) break;
    at++;
  }
  entries.splice(at, 0, entry);
}
