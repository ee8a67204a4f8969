/** What booting needs of an ELF file: its segments by physical address, its entry and its symbols (gABI, chapters 4 and 5). */
import { TskvmError } from '../../diagnostics.js';
import type { Image } from '../../object.js';

export const EM_386 = 3;
export const EM_X86_64 = 62;
const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const STT_FILE = 4;

export interface ElfProgram {
  readonly bits: 32 | 64;
  readonly machine: number;
  /** Chunks by physical address, the zero-filled tails included; entry by physical address too. */
  readonly image: Image;
}

export const isElf = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

/** @throws TskvmError: not an x86 executable, or cut short */
export function readElfProgram(bytes: Uint8Array): ElfProgram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return read(bytes, view);
  } catch (error) {
    if (error instanceof RangeError) throw new TskvmError('the ELF file is cut short or broken: its headers point outside it');
    throw error;
  }
}

function read(bytes: Uint8Array, view: DataView): ElfProgram {
  const wide = view.getUint8(4) === 2;
  if (view.getUint8(5) !== 1) throw new TskvmError('the ELF file is big-endian: not for x86');
  const machine = view.getUint16(18, true);
  if (machine !== EM_386 && machine !== EM_X86_64)
    throw new TskvmError(`the ELF file is for another processor (e_machine ${machine}), not x86`);
  const type = view.getUint16(16, true);
  if (type === 1) {
    throw new TskvmError('the ELF file is a relocatable object, not a program', 2, [
      'Link it first (tskvm link -o kernel kernel.o), or assemble and run in one: tskvm build-run kernel.S.',
    ]);
  }
  const word = (at: number): bigint => (wide ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true)));
  const step = wide ? 8 : 4;
  let entry = word(24);
  const programHeaders = Number(word(24 + step));
  const [size, count] = [view.getUint16(wide ? 54 : 42, true), view.getUint16(wide ? 56 : 44, true)];
  const chunks: Image['chunks'] = [];
  let moved = false;
  for (let i = 0; i < count; i++) {
    const at = programHeaders + i * size;
    if (view.getUint32(at, true) !== PT_LOAD) continue;
    // Elf32_Phdr: type, offset, vaddr, paddr, filesz, memsz, flags; Elf64_Phdr has the flags second.
    const field = (n: number): bigint => word(at + (wide ? n * 8 : n * 4));
    const [offset, virtual, physical, fileSize, memorySize] = [1, 2, 3, 4, 5].map(field);
    if (memorySize === 0n) continue;
    if (fileSize > memorySize || offset + fileSize > BigInt(bytes.length)) throw new RangeError('segment');
    if (memorySize > 2n ** 33n) throw new TskvmError(`the ELF file wants ${memorySize} bytes of memory in one segment`);
    const data = new Uint8Array(Number(memorySize));
    data.set(bytes.subarray(Number(offset), Number(offset + fileSize)));
    chunks.push({ address: physical, data });
    if (!moved && word(24) >= virtual && word(24) < virtual + memorySize) {
      entry = word(24) - virtual + physical;
      moved = true;
    }
  }
  if (chunks.length === 0) throw new TskvmError('the ELF file has nothing to load (no PT_LOAD segment)');
  chunks.sort((a, b) => (a.address < b.address ? -1 : 1));
  return { bits: wide ? 64 : 32, machine, image: { chunks, entry, symbols: symbols(bytes, view, wide), lines: [] } };
}

function symbols(bytes: Uint8Array, view: DataView, wide: boolean): Image['symbols'] {
  const word = (at: number): number => (wide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const sections = word(wide ? 40 : 32);
  const [size, count] = [view.getUint16(wide ? 58 : 46, true), view.getUint16(wide ? 60 : 48, true)];
  const found: Image['symbols'] = [];
  if (sections === 0) return found;
  for (let i = 0; i < count; i++) {
    const at = sections + i * size;
    if (view.getUint32(at + 4, true) !== SHT_SYMTAB) continue;
    const strings = sections + view.getUint32(at + (wide ? 40 : 24), true) * size;
    const [table, length, names] = [word(at + (wide ? 24 : 16)), word(at + (wide ? 32 : 20)), word(strings + (wide ? 24 : 16))];
    for (let s = table; s + (wide ? 24 : 16) <= table + length; s += wide ? 24 : 16) {
      const info = view.getUint8(s + (wide ? 4 : 12));
      const index = view.getUint16(s + (wide ? 6 : 14), true);
      const start = names + view.getUint32(s, true);
      let end = start;
      while (end < bytes.length && bytes[end] !== 0) end += 1;
      if (end === start || index === 0 || (info & 15) === STT_FILE) continue;
      const address = wide ? view.getBigUint64(s + 8, true) : BigInt(view.getUint32(s + 4, true));
      const symbolSize = wide ? view.getBigUint64(s + 16, true) : BigInt(view.getUint32(s + 8, true));
      found.push({ name: latin1(bytes.subarray(start, end)), address, size: symbolSize, type: info & 15, binding: info >> 4 });
    }
  }
  return found;
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 4096));
