/**
 * .eh_frame: equal CIEs of different objects become one, FDEs of discarded code go, terminators stay last (LSB core,
 * Exception Frames). Field sizes are those of 32-bit DWARF, which is all that gas and gcc emit.
 */
import type { Relocation } from '../../object.js';
import { SHT } from '../elf/constants.js';
import type { Placement } from './place.js';
import type { CieLayout } from './cfa.js';
import { cieLayout, fdeInstructions, instructionsEnd } from './cfa.js';
import { InputSection } from './model.js';

interface Frame {
  readonly section: InputSection;
  /** Place and length, its length word included, in the input section. */
  readonly start: number;
  readonly size: number;
  /** The length without padding. */
  readonly used: number;
  readonly cie: Frame | null;
  readonly isCie: boolean;
  needed: boolean;
  /** The equal CIE that stands for this one. */
  same: Frame | null;
  removed: boolean;
  offset: number;
  /** With padding at the end. */
  newSize: number;
}

interface Parsed {
  readonly section: InputSection;
  readonly frames: Frame[];
}

const align = (value: number, to: number): number => Math.ceil(value / to) * to;

/** True when anything was dropped or has become smaller. `merge`: equal CIEs become one. */
export function mergeFrames(placement: Placement, pointerSize: 4 | 8, merge: boolean): boolean {
  let changed = false;
  for (const output of placement.outputs) {
    if (output.name !== '.eh_frame') continue;
    const parsed: Parsed[] = [];
    for (const input of output.inputs) {
      if (input.discarded || input.section.type === SHT.NOBITS) continue;
      const frames = parse(input, pointerSize);
      // Something that is not a sequence of frames is kept as it is.
      if (frames) parsed.push({ section: input, frames });
    }
    mergeCies(parsed, merge);
    const before = parsed.map((p) => p.section.size);
    arrange(parsed);
    if (parsed.some((p, i) => p.section.size !== before[i])) changed = true;
  }
  return changed;
}

function parse(section: InputSection, pointerSize: number): Frame[] | null {
  const { data } = section.section;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const frames: Frame[] = [];
  const cies = new Map<number, Frame>();
  const layouts = new Map<Frame, CieLayout>();
  const byOffset = relocationsByOffset(section);
  for (let start = 0; start < data.length;) {
    if (start + 4 > data.length) return null;
    const length = view.getUint32(start, true);
    const size = length + 4;
    const frame = (isCie: boolean, cie: Frame | null, end: number): Frame => ({
      section, start, size, used: end - start, cie, isCie, needed: false, same: null, removed: false, offset: 0, newSize: size,
    }); // prettier-ignore
    if (length === 0) {
      frames.push(frame(false, null, start + 4));
      start += 4;
      continue;
    }
    if (length === 0xffffffff || start + size > data.length || length < 8) return null;
    const id = view.getUint32(start + 4, true);
    if (id === 0) {
      const layout = cieLayout(data, start, start + size, pointerSize);
      const end = layout ? instructionsEnd(data, layout.instructions, start + size, layout.addressSize) : -1;
      if (!layout || end < 0) return null;
      const made = frame(true, null, end);
      layouts.set(made, layout);
      cies.set(start, made);
      frames.push(made);
    } else {
      const cie = cies.get(start + 4 - id);
      if (!cie) return null;
      const layout = layouts.get(cie)!;
      const end = instructionsEnd(data, fdeInstructions(data, start, start + size, layout), start + size, layout.addressSize);
      if (end < 0) return null;
      const made = frame(false, cie, end);
      const target = byOffset.get(start + 8);
      if (target && isGone(section, target)) made.removed = true;
      else cie.needed = true;
      frames.push(made);
    }
    start += size;
  }
  return frames;
}

function relocationsByOffset(section: InputSection): Map<number, Relocation> {
  return new Map(section.section.relocations.map((r) => [Number(r.offset), r]));
}

/** The code that a frame describes was discarded. */
function isGone(section: InputSection, relocation: Relocation): boolean {
  const { symbol } = relocation;
  if (!symbol) return true;
  const global = section.object.globals.get(symbol);
  if (global && global.place instanceof InputSection && typeof symbol.section !== 'object') return global.place.discarded;
  if (typeof symbol.section !== 'object') return false;
  return section.object.sectionOf.get(symbol.section)?.discarded ?? false;
}

function mergeCies(parsed: readonly Parsed[], merge: boolean): void {
  const known = new Map<string, Frame>();
  for (const { section, frames } of parsed) {
    const byOffset = relocationsByOffset(section);
    for (const cie of frames) {
      if (!cie.isCie) continue;
      if (!cie.needed) {
        cie.removed = true;
        continue;
      }
      if (!merge) continue;
      const key = cieKey(cie, byOffset);
      const same = known.get(key);
      if (same) {
        cie.same = same;
        cie.removed = true;
      } else known.set(key, cie);
    }
  }
}

/** Its bytes without trailing DW_CFA_nops, and the personality routine that its relocation names. */
function cieKey(cie: Frame, byOffset: ReadonlyMap<number, Relocation>): string {
  const { data } = cie.section.section;
  const end = cie.start + cie.used;
  let key = '';
  for (let i = cie.start + 8; i < end; i++) key += String.fromCharCode(data[i]);
  for (let i = cie.start; i < cie.start + cie.size; i++) {
    const r = byOffset.get(i);
    if (!r?.symbol) continue;
    const global = cie.section.object.globals.get(r.symbol);
    key += `|${i - cie.start}:${r.type}:${r.addend}:${global ? global.name : `${cie.section.object.name}/${r.symbol.name}/${r.symbol.value}`}`;
  }
  return key;
}

function arrange(parsed: readonly Parsed[]): void {
  for (const { section, frames } of parsed) {
    let offset = 0;
    for (const frame of frames) {
      if (frame.removed) continue;
      // Padding of the assembler's goes; every frame ends at a multiple of four.
      frame.newSize = frame.size === 4 ? 4 : align(frame.used, 4);
      frame.offset = offset;
      offset += frame.newSize;
    }
    section.size = offset;
  }
  // All but the last section are padded to the output's alignment: zeros between them would read as a terminator.
  const filled = parsed.filter((p) => p.section.size > 4);
  const alignment = Math.max(1, ...parsed.map((p) => p.section.align));
  for (const { section, frames } of filled.slice(0, -1)) {
    const size = align(section.size, alignment);
    const last = frames.findLast((f) => !f.removed)!;
    last.newSize += size - section.size;
    section.size = size;
  }
  for (const { section, frames } of parsed) rewrite(section, frames);
}

function rewrite(section: InputSection, frames: readonly Frame[]): void {
  const old = section.section.data;
  const data = new Uint8Array(section.size);
  const view = new DataView(data.buffer);
  for (const frame of frames) {
    if (frame.removed) continue;
    data.set(old.subarray(frame.start, frame.start + frame.used), frame.offset);
    if (frame.size > 4) view.setUint32(frame.offset, frame.newSize - 4, true);
  }
  section.data = data;
  const offsetOf = (offset: number): number => {
    const frame = findFrame(frames, offset);
    return frame && !frame.removed ? frame.offset + (offset - frame.start) : -1;
  };
  section.map = (offset) => ({ section, offset: offsetOf(offset) });
  // CIE pointers reach back to a CIE that may now stand in another section: known once sections have addresses.
  section.finish = (): void => {
    for (const frame of frames) {
      if (frame.removed || !frame.cie) continue;
      const cie = frame.cie.same ?? frame.cie;
      const distance = section.offset + frame.offset + 4 - (cie.section.offset + cie.offset);
      view.setUint32(frame.offset + 4, distance, true);
    }
  };
}

function findFrame(frames: readonly Frame[], offset: number): Frame | undefined {
  let [low, high] = [0, frames.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frames[middle].start <= offset) low = middle;
    else high = middle - 1;
  }
  return frames[low];
}
