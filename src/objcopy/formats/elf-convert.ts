/** What changes when a file of one x86 ELF target is written as another: relocation types, property notes. */
import type { ObjectSection } from '../../object.js';
import { EM } from '../elf/constants.js';
import { relocationFields } from '../elf/relocations.js';
import { abandon } from '../errors.js';
import type { Program } from '../model.js';
import type { ElfOutput } from './elf-out.js';

/** Types by width in bits; those relative to their place, and those that are not. */
const RELATIVE: Record<number, Record<number, readonly number[]>> = {
  [EM.I386]: { 8: [23], 16: [21], 32: [2, 4, 10] },
  [EM.X86_64]: { 8: [15], 16: [13], 32: [2, 4, 9, 19, 20, 22, 26, 34, 35, 41, 42], 64: [24, 28, 29] },
};
const PLAIN: Record<number, Record<number, readonly number[]>> = {
  [EM.I386]: { 8: [22], 16: [20], 32: [1, 3, 9, 5, 6, 7, 8, 17, 18, 19, 32, 33, 34, 38, 43] },
  [EM.X86_64]: { 8: [14], 16: [12], 32: [10, 11, 3, 21, 23, 32], 64: [1, 25, 27, 30, 31, 33, 16, 17, 18, 5, 6, 7, 8] },
};

/**
 * Rewrites the relocations of one output section for another target: the first type of the same width and kind stands for
 * each. Whether addends stand in the relocations or in the contents stays as it was.
 */
export function convertRelocations(out: ElfOutput, program: Program, machine: number, section: ObjectSection): void {
  const from = program.elf!.machine;
  section.rela = from === EM.X86_64;
  for (const relocation of section.relocations) {
    if (relocation.type === 0) continue;
    const type = find(RELATIVE, from, machine, relocation.type) ?? find(PLAIN, from, machine, relocation.type);
    if (type === undefined) refuse(out, from, machine, relocation.type);
    relocation.type = type;
  }
}

function refuse(out: ElfOutput, from: number, to: number, type: number): never {
  const name = relocationFields(from).get(type)?.name ?? `relocation type ${type}`;
  // GNU's i386 target names the width that it lacks, too: 64 bits are its code 1.
  const first = to === EM.I386 && PLAIN[from][64]?.includes(type) ? `${out.name}: unsupported relocation type: 0x1\n` : '';
  abandon(`${first}${out.name}: ${name} unsupported\n${out.name}: sorry, cannot handle this file`);
}

function find(table: typeof RELATIVE, from: number, to: number, type: number): number | undefined {
  for (const [bits, types] of Object.entries(table[from] ?? {})) {
    if (types.includes(type)) return table[to]?.[Number(bits)]?.[0];
  }
  return undefined;
}

/** .note.gnu.property: properties are padded to the size of an address. Returns the contents for the other class. */
export function convertProperties(data: Uint8Array, from: 32 | 64, to: 32 | 64): Uint8Array {
  if (data.length < 16) return data;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [inPad, outPad] = [from / 8, to / 8];
  const pad = (size: number, align: number): number => Math.ceil(size / align) * align;
  const pieces: Uint8Array[] = [];
  const end = Math.min(data.length, 16 + view.getUint32(4, true));
  for (let at = 16; at + 8 <= end;) {
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > end) return data;
    const piece = new Uint8Array(pad(8 + size, outPad));
    piece.set(data.subarray(at, at + 8 + size));
    pieces.push(piece);
    at += pad(8 + size, inPad);
  }
  const description = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const result = new Uint8Array(16 + description);
  result.set(data.subarray(0, 16));
  new DataView(result.buffer).setUint32(4, description, true);
  let at = 16;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
