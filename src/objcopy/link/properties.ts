/**
 * .note.gnu.property: the notes of all objects become one, in the place of the first (Linux gABI extension, Program Property;
 * psABI x86-64, same section). What one object lacks, such as IBT, the program lacks.
 */
import { SHT } from '../elf/constants.js';
import type { InputObject, InputSection } from './model.js';

const NAME = '.note.gnu.property';
const STACK_SIZE = 1;
const NO_COPY_ON_PROTECTED = 2;

/** How values of a type combine; `needsAll`: an object without it takes it away. */
type Rule = { readonly combine: (a: bigint, b: bigint) => bigint; readonly needsAll: boolean };

const OR: Rule['combine'] = (a, b) => a | b;

function ruleOf(type: number): Rule | null {
  const within = (from: number, to: number): boolean => type >= from && type <= to;
  if (type === STACK_SIZE) return { combine: (a, b) => (a > b ? a : b), needsAll: false };
  if (type === NO_COPY_ON_PROTECTED) return { combine: OR, needsAll: false };
  if (within(0xb0000000, 0xb0007fff) || within(0xc0000002, 0xc0007fff)) return { combine: (a, b) => a & b, needsAll: true };
  if (within(0xb0008000, 0xb000ffff) || within(0xc0008000, 0xc000ffff)) return { combine: OR, needsAll: false };
  if (within(0xc0010000, 0xc0017fff)) return { combine: OR, needsAll: true };
  return null;
}

interface Property {
  readonly size: number;
  readonly value: bigint;
}

/** Rewrites the first object's note, and drops the others'. Notes that can't be read are left alone. */
export function mergeProperties(objects: readonly InputObject[]): void {
  const notes = objects.map((object) =>
    object.sections.find((s) => s.section.name === NAME && s.section.type === SHT.NOTE && !s.discarded),
  );
  const first = notes.find((note) => note !== undefined);
  if (!first) return;
  const wordSize = first.object.object.elfClass === 64 ? 8 : 4;
  let merged: Map<number, Property> | null = null;
  for (const note of notes) {
    const own = note ? readProperties(note, wordSize) : new Map<number, Property>();
    if (!own) return;
    merged = merged ? combine(merged, own) : own;
  }
  for (const note of notes) if (note && note !== first) note.discarded = true;
  // A mask without bits says nothing.
  const kept = [...merged!].filter(([type, { value }]) => value !== 0n || !ruleOf(type)?.needsAll).sort(([a], [b]) => a - b);
  if (kept.length === 0) {
    first.discarded = true;
    return;
  }
  first.data = writeProperties(kept, wordSize);
  first.size = first.data.length;
  first.align = wordSize;
}

function combine(a: ReadonlyMap<number, Property>, b: ReadonlyMap<number, Property>): Map<number, Property> {
  const result = new Map<number, Property>();
  for (const type of new Set([...a.keys(), ...b.keys()])) {
    const rule = ruleOf(type)!;
    const [left, right] = [a.get(type), b.get(type)];
    if (left && right) result.set(type, { size: left.size, value: rule.combine(left.value, right.value) });
    else if (!rule.needsAll) result.set(type, (left ?? right)!);
  }
  return result;
}

const align = (value: number, to: number): number => Math.ceil(value / to) * to;

/** null: not a well-formed note of known properties. */
function readProperties({ section: { data } }: InputSection, wordSize: number): Map<number, Property> | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const properties = new Map<number, Property>();
  let at = 0;
  while (at + 16 <= data.length) {
    const end = at + 16 + view.getUint32(at + 4, true);
    // Owner "GNU", NT_GNU_PROPERTY_TYPE_0.
    if (view.getUint32(at, true) !== 4 || view.getUint32(at + 8, true) !== 5 || view.getUint32(at + 12, true) !== 0x554e47) return null;
    if (end > data.length) return null;
    let next = at + 16;
    while (next + 8 <= end) {
      const type = view.getUint32(next, true);
      const size = view.getUint32(next + 4, true);
      if (next + 8 + size > end || !ruleOf(type) || (size !== 0 && size !== 4 && size !== 8)) return null;
      const value = size === 0 ? 0n : size === 4 ? BigInt(view.getUint32(next + 8, true)) : view.getBigUint64(next + 8, true);
      properties.set(type, { size, value });
      next += 8 + align(size, wordSize);
    }
    at = align(end, wordSize);
  }
  return properties;
}

function writeProperties(properties: readonly (readonly [number, Property])[], wordSize: number): Uint8Array {
  const size = properties.reduce((sum, [, property]) => sum + 8 + align(property.size, wordSize), 0);
  const data = new Uint8Array(16 + size);
  const view = new DataView(data.buffer);
  [4, size, 5, 0x554e47].forEach((word, i) => view.setUint32(i * 4, word, true));
  let at = 16;
  for (const [type, property] of properties) {
    view.setUint32(at, type, true);
    view.setUint32(at + 4, property.size, true);
    if (property.size === 4) view.setUint32(at + 8, Number(property.value), true);
    else if (property.size === 8) view.setBigUint64(at + 8, property.value, true);
    at += 8 + align(property.size, wordSize);
  }
  return data;
}
