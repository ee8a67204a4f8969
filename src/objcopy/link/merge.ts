/**
 * SHF_MERGE sections: equal constants and strings become one, and a string that ends another lives inside it (ELF gABI,
 * sh_flags; layout as ld's: every string stays in the section where it was first seen).
 */
import { SHF } from '../elf/constants.js';
import { PieceTable } from './merge-pieces.js';
import type { InputSection } from './model.js';
import type { Placement } from './place.js';

interface Group {
  readonly sections: InputSection[];
  readonly strings: boolean;
  readonly entsize: number;
}

export function mergeSections(placement: Placement): void {
  const groups = new Map<string, Group>();
  const outputs = new Map(placement.outputs.map((o, i) => [o, i]));
  for (const output of placement.outputs) {
    for (const input of output.inputs) {
      if (!canMerge(input)) continue;
      const strings = (input.section.flags & BigInt(SHF.STRINGS)) !== 0n;
      const key = `${outputs.get(output)} ${input.section.entsize} ${input.align} ${strings}`;
      const group = groups.get(key);
      if (group) group.sections.push(input);
      else groups.set(key, { sections: [input], strings, entsize: input.section.entsize });
    }
  }
  for (const group of groups.values()) mergeGroup(group);
}

function canMerge(input: InputSection): boolean {
  const { section, align, size, discarded } = input;
  const { entsize } = section;
  if (discarded || (section.flags & BigInt(SHF.MERGE)) === 0n || entsize === 0 || size === 0 || input.hasRelocations) return false;
  if (size % entsize !== 0) return false;
  const strings = (section.flags & BigInt(SHF.STRINGS)) !== 0n;
  if (entsize < align && ((entsize & (entsize - 1)) !== 0 || !strings)) return false;
  return !(entsize > align && (entsize & (align - 1)) !== 0);
}

function mergeGroup({ sections, strings, entsize }: Group): void {
  const table = new PieceTable(sections);
  // Where the pieces of each section begin in the list of all.
  const first = new Int32Array(sections.length + 1);
  for (let i = 0; i < sections.length; i++) {
    if (strings) splitStrings(sections[i], i, entsize, table);
    else splitConstants(sections[i], i, entsize, table);
    first[i + 1] = table.count;
  }
  if (strings) table.mergeTails(entsize);
  const sizes = table.place();
  const data = sections.map((_, i) => new Uint8Array(sizes[i]));
  table.write(data);
  for (let i = 0; i < sections.length; i++) {
    const section = sections[i];
    section.data = data[i];
    section.size = sizes[i];
    const [from, to] = [first[i], first[i + 1] - 1];
    section.map = (offset) => table.find(offset, from, to);
  }
}

function splitConstants(section: InputSection, index: number, entsize: number, table: PieceTable): void {
  const align = Math.max(section.align, 1);
  for (let at = 0; at < section.size; at += entsize) table.add(index, at, at + entsize, align);
}

function splitStrings(section: InputSection, index: number, entsize: number, table: PieceTable): void {
  const { data } = section.section;
  const mask = section.align - 1;
  const isNul = (at: number): boolean => {
    for (let i = 0; i < entsize; i++) if (data[at + i] !== 0) return false;
    return true;
  };
  let emptySeen = false;
  for (let at = 0; at < data.length;) {
    let align = ((at ^ (at - 1)) + 1) >>> 1;
    if (align === 0 || align > mask) align = mask + 1;
    let end = at;
    if (entsize === 1) while (end < data.length && data[end] !== 0) end++;
    else while (end < data.length && !isNul(end)) end += entsize;
    end = Math.min(end + entsize, data.length);
    table.add(index, at, end, align);
    at = end;
    // Padding between aligned strings is not a string each time.
    while (at < data.length && isNul(at)) {
      if (!emptySeen && (at & mask) === 0) {
        emptySeen = true;
        table.add(index, at, at + entsize, mask + 1);
      }
      at += entsize;
    }
  }
}
