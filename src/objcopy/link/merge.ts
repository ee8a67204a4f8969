/**
 * SHF_MERGE sections: equal constants and strings become one, and a string that ends another lives inside it (ELF gABI,
 * sh_flags; layout as ld's: every string stays in the section where it was first seen).
 */
import { SHF } from '../elf/constants.js';
import type { Placement } from './place.js';
import type { InputSection } from './model.js';

interface Entry {
  readonly section: InputSection;
  readonly bytes: Uint8Array;
  align: number;
  /** The entry that this one ends. */
  suffixOf: Entry | null;
  /** Offset in `section` after merging. */
  offset: number;
}

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
  const entries = new Map<string, Entry>();
  const starts = new Map<InputSection, { offsets: number[]; entries: Entry[] }>();
  const record = (section: InputSection, at: number, end: number, align: number): void => {
    const bytes = section.section.data.subarray(at, end);
    const key = keyOf(bytes);
    let entry = entries.get(key);
    if (!entry) entries.set(key, (entry = { section, bytes, align, suffixOf: null, offset: 0 }));
    else if (entry.align < align) entry.align = align;
    const list = starts.get(section)!;
    list.offsets.push(at);
    list.entries.push(entry);
  };
  for (const section of sections) {
    starts.set(section, { offsets: [], entries: [] });
    if (!strings) {
      for (let at = 0; at < section.size; at += entsize) record(section, at, at + entsize, Math.max(section.align, 1));
    } else splitStrings(section, entsize, record);
  }
  const all = [...entries.values()];
  if (strings) mergeSuffixes(all, entsize);
  const sizes = new Map<InputSection, number>(sections.map((s) => [s, 0]));
  for (const entry of all) {
    if (entry.suffixOf) continue;
    const size = sizes.get(entry.section)!;
    entry.offset = Math.ceil(size / entry.align) * entry.align;
    sizes.set(entry.section, entry.offset + entry.bytes.length);
  }
  for (const entry of all) {
    if (!entry.suffixOf) continue;
    let whole = entry.suffixOf;
    while (whole.suffixOf) whole = whole.suffixOf;
    entry.offset = whole.offset + whole.bytes.length - entry.bytes.length;
    entry.suffixOf = whole;
  }
  for (const section of sections) {
    const data = new Uint8Array(sizes.get(section)!);
    for (const entry of all) if (entry.section === section && !entry.suffixOf) data.set(entry.bytes, entry.offset);
    const { offsets, entries: pieces } = starts.get(section)!;
    section.data = data;
    section.size = data.length;
    section.map = (offset) => {
      // The last piece that starts at or before the offset.
      let [low, high] = [0, offsets.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (offsets[middle] <= offset) low = middle;
        else high = middle - 1;
      }
      const entry = pieces[low];
      return { section: (entry.suffixOf ?? entry).section, offset: entry.offset + (offset - offsets[low]) };
    };
  }
}

function keyOf(bytes: Uint8Array): string {
  let key = '';
  for (let i = 0; i < bytes.length; i += 4096) key += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return key;
}

function splitStrings(
  section: InputSection,
  entsize: number,
  record: (s: InputSection, at: number, end: number, align: number) => void,
): void {
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
    while (end < data.length && !isNul(end)) end += entsize;
    end = Math.min(end + entsize, data.length);
    record(section, at, end, align);
    at = end;
    // Padding between aligned strings is not a string each time.
    while (at < data.length && isNul(at)) {
      if (!emptySeen && (at & mask) === 0) {
        emptySeen = true;
        record(section, at, at + entsize, mask + 1);
      }
      at += entsize;
    }
  }
}

function mergeSuffixes(entries: Entry[], entsize: number): void {
  const aligned = entries.some((e) => e.align > entsize);
  const sorted = [...entries].sort((a, b) => {
    if (aligned) {
      const tail = (a.bytes.length & (a.align - 1)) - (b.bytes.length & (a.align - 1));
      if (tail !== 0) return tail;
    }
    for (let i = 1; i <= a.bytes.length && i <= b.bytes.length; i++) {
      const difference = a.bytes[a.bytes.length - i] - b.bytes[b.bytes.length - i];
      if (difference !== 0) return difference;
    }
    return a.bytes.length - b.bytes.length;
  });
  let longer = sorted[sorted.length - 1];
  for (let i = sorted.length - 2; i >= 0; i--) {
    const entry = sorted[i];
    const difference = longer.bytes.length - entry.bytes.length;
    if (longer.align >= entry.align && difference >= 0 && (difference & (entry.align - 1)) === 0 && endsWith(longer.bytes, entry.bytes)) {
      entry.suffixOf = longer;
    } else longer = entry;
  }
}

function endsWith(whole: Uint8Array, tail: Uint8Array): boolean {
  const from = whole.length - tail.length;
  for (let i = tail.length - 1; i >= 0; i--) if (whole[from + i] !== tail[i]) return false;
  return true;
}
