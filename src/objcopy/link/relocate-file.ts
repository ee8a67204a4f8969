/**
 * The plain relocations of sections that come from files, which are almost all there are: addresses and distances, computed with
 * numbers and read as they stand in the file. Whatever is out of the ordinary goes to the caller.
 */
import { STT } from '../elf/constants.js';
import type { Relocation } from '../../object.js';
import { InputSection } from './model.js';
import { FileSection, relocationAt, type FileSymbol, type RelocationTable } from './read-input.js';
import { exact } from './relocate.js';

/** 8: 64 bits; 'pc' relative to the place; which values fit 32 bits. */
type Plain = 'S64' | 'pc' | 'signed' | 'unsigned' | 'wrap' | 'pc-wrap';

const X86_64: Readonly<Record<number, Plain>> = { 1: 'S64', 2: 'pc', 4: 'pc', 10: 'unsigned', 11: 'signed' };
const I386: Readonly<Record<number, Plain>> = { 1: 'wrap', 2: 'pc-wrap', 4: 'pc-wrap' };

/** `place`: the section's address. `slow` does a relocation in full. */
export function relocateFromFile(
  section: InputSection,
  table: RelocationTable,
  place: number,
  machine: number,
  slow: (r: Relocation) => void,
): void {
  const { view, count, entsize, rela, wide, symbols } = table;
  const { data } = section;
  const plain = machine === 62 ? X86_64 : I386;
  const out = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let i = 0, at = 0; i < count; i++, at += entsize) {
    const offset = view.getUint32(at, true);
    const info = view.getUint32(at + (wide ? 8 : 4), true);
    const kind = plain[wide ? info : info & 255];
    const symbol = symbols[(wide ? view.getUint32(at + 12, true) : info >>> 8) - 1];
    if (
      kind === undefined ||
      symbol === undefined ||
      offset + (kind === 'S64' ? 8 : 4) > data.length ||
      (wide && (view.getUint32(at + 4, true) !== 0 || view.getInt32(at + 20, true) !== view.getInt32(at + 16, true) >> 31))
    ) {
      slow(relocationAt(table, at));
      continue;
    }
    const addend = rela ? view.getInt32(at + (wide ? 16 : 8), true) : out.getInt32(offset, true);
    let { address } = symbol;
    if (address !== address) {
      address = addressOf(symbol);
      // Merged sections: which piece is meant depends on the addend.
      if (address !== address) {
        slow(relocationAt(table, at));
        continue;
      }
      symbol.address = address;
    }
    let value = address + addend;
    if (kind === 'pc' || kind === 'pc-wrap') value -= place + offset;
    if (kind === 'S64') {
      out.setUint32(offset, value >>> 0, true);
      out.setInt32(offset + 4, Math.floor(value / 4294967296), true);
      continue;
    }
    const low = kind === 'unsigned' ? 0 : -2147483648;
    const high = kind === 'unsigned' ? 4294967295 : 2147483647;
    if (kind !== 'wrap' && kind !== 'pc-wrap' && (value < low || value > high)) slow(relocationAt(table, at));
    else out.setUint32(offset, value >>> 0, true);
  }
}

/** NaN where it takes more to know. */
function addressOf(symbol: FileSymbol): number {
  const { global, section } = symbol;
  if (global) {
    if (!global.isDefined || (global.place instanceof InputSection && global.place.discarded)) return NaN;
    return exact(global.address);
  }
  if (!(section instanceof FileSection)) return NaN;
  const { input } = section;
  if (!input || input.discarded || input.output === null) return NaN;
  if (input.map === null) return exact(input.address + symbol.value);
  if (symbol.type === STT.SECTION) return NaN;
  const moved = input.map(Number(symbol.value));
  return exact(moved.section.address + BigInt(moved.offset));
}
