/** Relocations that .reloc and .vtable_inherit ask for by number (gas manual, node Reloc). */
import { writeBig } from '../bytes.js';
import type { Assembler } from './assembler.js';
import { evaluate, type Value } from './expression.js';
import type { FinalScope } from './final-scope.js';
import { applyFixups, PendingRelocations } from './fixups.js';
import { relocationSize } from './relocations.js';
import type { Fixup } from './fixup.js';
import type { LateFixup, Section } from './sections.js';
import type { AsmSymbol } from './symbols.js';

/** One whose place is known. */
export interface Placed {
  readonly late: LateFixup;
  /** In its section. */
  readonly where: bigint;
}

/** By section, in the order of the source: a symbol as the offset names the section, too. None when one is wrong. */
export function placeLateFixups(asm: Assembler, scope: FinalScope): Map<Section, Placed[]> {
  const all = new Map<Section, Placed[]>();
  const nowhere: LateFixup[] = [];
  for (const current of asm.sections) {
    for (const late of current.lateFixups) {
      scope.at = late;
      const offset = evaluate(late.offset, scope);
      if (offset === null) continue;
      const place = offset.add === null ? null : scope.located(offset.add);
      if (offset.sub !== null || (late.numeric ? offset.add !== null : place === null || place.section.absolute)) {
        nowhere.push(late);
        continue;
      }
      const section = place?.section ?? current;
      const list = all.get(section);
      const placed = { late, where: offset.value + (place?.address ?? 0n) };
      if (list === undefined) all.set(section, [placed]);
      else list.push(placed);
    }
  }
  // With one that is nowhere, gas looks at no other. It tells of them from the last to the first.
  for (const { file, line } of nowhere.reverse()) asm.errorAt('invalid offset expression', file, line);
  return nowhere.length === 0 ? all : new Map();
}

/** Applies `fixups` of `section`, and between them, by their places, the relocations that were asked for by number. */
export function lateRelocations(
  asm: Assembler,
  section: Section,
  placed: readonly Placed[],
  fixups: readonly Fixup[],
  scope: FinalScope,
  bytes: Uint8Array,
  out: PendingRelocations,
): void {
  const first = new PendingRelocations();
  const later = new PendingRelocations();
  let done = 0;
  for (const { late, where } of placed) {
    if (late.sequence !== null) {
      applyFixups(asm, section, fixups, done, late.sequence, bytes, scope, first);
      done = late.sequence;
    }
    scope.at = late;
    const value = evaluate(late.expression, scope);
    if (value === null) continue;
    if (inFixedPart(section, where)) add(asm, section, Number(where), late, value, bytes, scope, late.sequence === null ? later : first);
    else asm.errorAt('reloc not within (fixed part of) section', late.file, late.line);
  }
  applyFixups(asm, section, fixups, done, fixups.length, bytes, scope, first);
  // Each of the later ones before the first that has a higher address.
  let next = 0;
  first.made.forEach((relocation, i) => {
    while (next < later.made.length && later.made[next].offset < relocation.offset) copy(later, next++, out);
    copy(first, i, out);
  });
  while (next < later.made.length) copy(later, next++, out);
}

function copy(from: PendingRelocations, i: number, to: PendingRelocations): void {
  to.made.push(from.made[i]);
  to.targets.push(from.targets[i]);
}

/** Not in what pads and fills. The end of a fixed part still counts. */
function inFixedPart(section: Section, where: bigint): boolean {
  if (where < 0n || where > BigInt(section.size)) return false;
  const at = Number(where);
  for (const chain of section.chains) {
    for (const { start, address, size, tail, tailSize } of chain.fragments) {
      if (at > address && at < address + size) {
        const place = start + at - address;
        const filled = chain.filled ?? [];
        for (let i = 0; i < filled.length; i += 2) if (place > filled[i] && place < filled[i + 1]) return false;
        return true;
      }
      if (at > address + size && at < address + size + tailSize)
        return tail?.kind === 'branch' || tail?.kind === 'leb128' || tail?.kind === 'computed';
    }
  }
  return true;
}

/** One relocation. Where the section holds addends, what it holds already counts too. */
function add(
  asm: Assembler,
  section: Section,
  where: number,
  late: LateFixup,
  given: Value,
  bytes: Uint8Array,
  scope: FinalScope,
  out: PendingRelocations,
): void {
  const { type } = late;
  const size = relocationSize(type, asm.is64);
  let { value } = given;
  let symbol: AsmSymbol | Section | null = given.add;
  const place = given.add === null ? null : scope.located(given.add);
  // `.` has no name to keep.
  if (place !== null && (given.add!.isSection || given.add!.temporary)) {
    symbol = place.section;
    value += place.address;
  }
  const named = symbol !== null && symbol === given.add;
  if (named) given.add!.inRelocation = true;
  if (symbol !== null && (!named || (value !== 0n && !asm.is64)) && where + size > section.size) {
    asm.errorAt('relocation out of range', late.file, late.line);
    return;
  }
  if (asm.is64) out.add(where, type, symbol, value);
  else {
    if (value !== 0n && symbol !== null && size > 0 && where + size <= bytes.length)
      writeBig(bytes, where, size, readBig(bytes, where, size) + value);
    out.add(where, type, symbol, 0n);
  }
}

function readBig(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size; i-- > 0;) value = (value << 8n) | BigInt(bytes[at + i]);
  return value;
}
