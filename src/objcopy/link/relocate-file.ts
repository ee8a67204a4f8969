/**
 * The plain relocations of sections that come from files, which are almost all there are: addresses and distances, computed with
 * numbers and read as they stand in the file. Whatever is out of the ordinary goes to the caller.
 */
import { STT } from '../elf/constants.js';
import type { Relocation } from '../../object.js';
import { InputSection, type LinkSymbol } from './model.js';
import { FileSection, relocationAt, type FileSymbol, type RelocationTable } from './read-input.js';
import { exact } from './relocate.js';

// What is done with S + A, by relocation type; 0: not here.
const WORD64 = 1;
const WRAP = 2;
const SIGNED = 3;
const UNSIGNED = 4;
const PC = 5;
const PC_WRAP = 6;
// R_X86_64_64, PC32, PLT32, 32, 32S; R_386_32, PC32, PLT32.
const X86_64 = Uint8Array.of(0, WORD64, PC, 0, PC, 0, 0, 0, 0, 0, UNSIGNED, SIGNED);
const I386 = Uint8Array.of(0, WRAP, PC_WRAP, 0, PC_WRAP);

/** `place`: the section's address. `slow` does a relocation in full. */
export function relocateFromFile(
  section: InputSection,
  table: RelocationTable,
  place: number,
  machine: number,
  slow: (r: Relocation) => void,
): void {
  const { words, rela, wide, symbols } = table;
  const { data } = section;
  const kinds = machine === 62 ? X86_64 : I386;
  const step = table.entsize >> 2;
  const end = table.count * step;
  // Offset, (its high half,) (symbol and) type, (symbol,) addend, (its high half).
  const infoAt = wide ? 2 : 1;
  const addendAt = wide ? 4 : 2;
  for (let at = 0; at < end; at += step) {
    const offset = words[at] >>> 0;
    const info = words[at + infoAt];
    const type = wide ? info >>> 0 : info & 255;
    const kind = type < kinds.length ? kinds[type] : 0;
    const symbol = symbols[(wide ? words[at + 3] : info >>> 8) - 1];
    if (
      kind === 0 ||
      symbol === undefined ||
      offset + (kind === WORD64 ? 8 : 4) > data.length ||
      (wide && (words[at + 1] !== 0 || (rela && words[at + 5] !== words[at + 4] >> 31)))
    ) {
      slow(relocationAt(table, at * 4));
      continue;
    }
    let { address } = symbol;
    if (address !== address) {
      address = addressOf(symbol);
      // Merged sections: which piece is meant depends on the addend.
      if (address !== address) {
        slow(relocationAt(table, at * 4));
        continue;
      }
      symbol.address = address;
    }
    const addend = rela
      ? words[at + addendAt]
      : data[offset] | (data[offset + 1] << 8) | (data[offset + 2] << 16) | (data[offset + 3] << 24);
    let value = address + addend;
    if (kind >= PC) value -= place + offset;
    if (kind === UNSIGNED ? value < 0 || value > 4294967295 : (kind === PC || kind === SIGNED) && value !== (value | 0)) {
      slow(relocationAt(table, at * 4));
      continue;
    }
    put(data, offset, value | 0);
    if (kind === WORD64) put(data, offset + 4, Math.floor(value / 4294967296));
  }
}

function put(data: Uint8Array, at: number, word: number): void {
  data[at] = word;
  data[at + 1] = word >> 8;
  data[at + 2] = word >> 16;
  data[at + 3] = word >> 24;
}

/** NaN where it takes more to know. */
function addressOf(symbol: FileSymbol): number {
  const { global, section } = symbol;
  if (global !== null) {
    if (global.final !== global.final) global.final = finalAddress(global);
    return global.final;
  }
  if (!(section instanceof FileSection)) return NaN;
  const { input } = section;
  if (!input || input.discarded || input.output === null) return NaN;
  const value = symbol.number;
  if (input.map === null) return bounded(input.output.base + input.offset + value);
  if (symbol.type === STT.SECTION || !Number.isSafeInteger(value)) return NaN;
  const moved = input.map(value);
  return bounded((moved.section.output?.base ?? NaN) + moved.section.offset + moved.offset);
}

function finalAddress(global: LinkSymbol): number {
  if (!global.isDefined) return NaN;
  const { place } = global;
  if (!(place instanceof InputSection)) return exact(global.address);
  if (place.discarded) return NaN;
  if (place.map !== null || place.output === null) return exact(global.address);
  return bounded(place.output.base + place.offset + exact(global.value));
}

/** Beyond what can be added up without a loss: NaN. */
function bounded(address: number): number {
  return Math.abs(address) < 2 ** 51 ? address : NaN;
}
