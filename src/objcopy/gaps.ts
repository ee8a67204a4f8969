/** --gap-fill and --pad-to: sections grow until the next one's load address, or until the end that was asked for. */
import { zeros } from './errors.js';
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
  const ordered = [...sections].sort((a, b) => loaded(a) - loaded(b) || (a.lma < b.lma ? -1 : a.lma > b.lma ? 1 : a.size - b.size));
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

/** What a fill writes, in pieces of at most `size` bytes that share their memory. Ends objcopy when it is more than a file can be. */
export function fillPieces({ from, to, value }: Fill, size: number): { at: number; data: Uint8Array }[] {
  if (to - from > 2 ** 32) zeros(to - from);
  const whole = new Uint8Array(Math.min(size, Math.max(0, to - from))).fill(value);
  const pieces: { at: number; data: Uint8Array }[] = [];
  for (let at = from; at < to; at += size) pieces.push({ at, data: to - at < size ? whole.subarray(0, to - at) : whole });
  return pieces;
}
