/** --gap-fill and --pad-to: sections grow until the next one's load address, or until the end that was asked for. */
import { SEC, type Section } from './model.js';
import type { ObjcopyOptions } from './options.js';

/** Bytes [from, to) of a section are filled with a value. */
export interface Fill {
  section: Section;
  from: number;
  to: number;
  value: number;
}

const LOADED = SEC.HAS_CONTENTS | SEC.LOAD;

/** Grows the sections and says which bytes are new. */
export function fillGaps(o: ObjcopyOptions, sections: readonly Section[]): Fill[] {
  const fills: Fill[] = [];
  if ((o.gapFill === undefined && o.padTo === undefined) || sections.length === 0) return fills;
  // What is not loaded comes first: it neither grows nor ends a gap.
  const loaded = (s: Section): number => ((s.flags & LOADED) === LOADED ? 1 : 0);
  const ordered = [...sections].sort(
    (a, b) => loaded(a) - loaded(b) || (a.lma < b.lma ? -1 : a.lma > b.lma ? 1 : loaded(a) * (a.size - b.size)),
  );
  const value = o.gapFill ?? 0;
  const grow = (section: Section, end: bigint): void => {
    const to = Number(end - section.lma);
    fills.push({ section, from: section.size, to, value });
    section.size = to;
  };
  if (o.gapFill !== undefined) {
    for (let i = 0; i + 1 < ordered.length; i++) {
      const section = ordered[i];
      if ((section.flags & LOADED) !== LOADED) continue;
      const next = ordered[i + 1].lma;
      if (section.lma + BigInt(section.size) < next) grow(section, next);
    }
  }
  if (o.padTo !== undefined) {
    const last = ordered[ordered.length - 1];
    if (last.lma + BigInt(last.size) < o.padTo) grow(last, o.padTo);
  }
  return fills;
}
