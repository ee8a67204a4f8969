/** Common symbols become sections named COMMON of the object with the largest of each (ld manual, node Input Section Common). */
import type { ObjectSection } from '../../object.js';
import { SHF, SHT } from '../elf/constants.js';
import type { SymbolTable } from './inputs.js';
import type { LinkSymbol } from './model.js';
import { InputSection } from './model.js';

/** `sort`: --sort-common, larger alignments first or last. */
export function allocateCommons(symbols: SymbolTable, sort?: 'ascending' | 'descending'): void {
  const byObject = new Map<object, InputSection>();
  const commons = [...symbols.byName.values()].filter((s) => s.state === 'common' && s.object !== null);
  const ordered = [...inTableOrder(commons, symbols.byName.size)];
  // Beyond 16 bytes all count alike.
  const rank = (s: LinkSymbol): number => Math.min(s.align, 16);
  if (sort !== undefined) ordered.sort((a, b) => (sort === 'descending' ? rank(b) - rank(a) : Math.max(2, rank(a)) - Math.max(2, rank(b))));
  for (const symbol of ordered) {
    const object = symbol.object!;
    let section = byObject.get(object);
    if (!section) {
      const made: ObjectSection = {
        name: 'COMMON', type: SHT.NOBITS, flags: BigInt(SHF.ALLOC | SHF.WRITE), address: 0n, align: 1, entsize: 0, data: new Uint8Array(), size: 0, relocations: [],
      }; // prettier-ignore
      section = new InputSection(object, made);
      byObject.set(object, section);
      object.sections.push(section);
    }
    const at = Math.ceil(section.size / symbol.align) * symbol.align;
    section.size = at + Number(symbol.size);
    section.align = Math.max(section.align, symbol.align);
    symbol.state = 'defined';
    symbol.isCommon = true;
    symbol.place = section;
    symbol.value = BigInt(at);
  }
}

/** Sizes of ld's symbol table: it starts with the first, and takes the next when three quarters are full. */
const TABLE_SIZES = [4051, 4091, 8191, 16381, 32749, 65521, 131071, 262139, 524287, 1048573, 2097143, 4194301];

/**
 * ld places commons in the order in which a walk over its hash table of symbols meets them, so that is the order of their
 * addresses: by bucket, and within a bucket the last entered first.
 */
export function inTableOrder(commons: readonly LinkSymbol[], symbolCount: number): readonly LinkSymbol[] {
  if (commons.length < 2) return commons;
  const size = BigInt(TABLE_SIZES.find((n) => symbolCount <= Math.floor((n * 3) / 4)) ?? TABLE_SIZES[TABLE_SIZES.length - 1]);
  const buckets = commons.map((symbol, entered) => ({ symbol, entered, bucket: Number(hash(symbol.name) % size) }));
  buckets.sort((a, b) => a.bucket - b.bucket || b.entered - a.entered);
  return buckets.map(({ symbol }) => symbol);
}

/** The hash of a name, 64 bits wide. */
function hash(name: string): bigint {
  let value = 0n;
  const mix = (n: number): void => {
    value = BigInt.asUintN(64, value + BigInt(n + n * 0x20000));
    value ^= value >> 2n;
  };
  const bytes = new TextEncoder().encode(name);
  for (const byte of bytes) mix(byte);
  mix(bytes.length);
  return value;
}
