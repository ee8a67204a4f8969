/** Relocations of one x86 ELF target in terms of another. */
import type { ObjectFile, ObjectSection } from '../../object.js';
import { readInt, writeBig } from '../../bytes.js';
import { EM } from '../elf/constants.js';
import { fatal } from '../errors.js';
import type { Program } from '../model.js';
import type { ElfOutput } from './elf-out.js';

/** Type number → width in bits and whether it is relative to its place. */
type Kinds = Record<number, { bits: number; relative: boolean; name: string }>;

const I386: Kinds = {
  1: { bits: 32, relative: false, name: 'R_386_32' },
  2: { bits: 32, relative: true, name: 'R_386_PC32' },
  20: { bits: 16, relative: false, name: 'R_386_16' },
  21: { bits: 16, relative: true, name: 'R_386_PC16' },
  22: { bits: 8, relative: false, name: 'R_386_8' },
  23: { bits: 8, relative: true, name: 'R_386_PC8' },
};

const X86_64: Kinds = {
  1: { bits: 64, relative: false, name: 'R_X86_64_64' },
  2: { bits: 32, relative: true, name: 'R_X86_64_PC32' },
  10: { bits: 32, relative: false, name: 'R_X86_64_32' },
  12: { bits: 16, relative: false, name: 'R_X86_64_16' },
  13: { bits: 16, relative: true, name: 'R_X86_64_PC16' },
  14: { bits: 8, relative: false, name: 'R_X86_64_8' },
  15: { bits: 8, relative: true, name: 'R_X86_64_PC8' },
  24: { bits: 64, relative: true, name: 'R_X86_64_PC64' },
};

/** Rewrites the relocations of one output section for the output's machine. Both x86-64 targets have the same types. */
export function convertRelocations(out: ElfOutput, program: Program, object: ObjectFile, section: ObjectSection): void {
  const from = program.elf!.machine;
  if (from === object.machine || section.relocations.length === 0) return;
  const [source, target] = from === EM.X86_64 ? [X86_64, I386] : [I386, X86_64];
  const toRela = object.machine === EM.X86_64;
  const data = section.data.slice();
  for (const relocation of section.relocations) {
    const kind = source[relocation.type];
    const found = kind && Object.entries(target).find(([, k]) => k.bits === kind.bits && k.relative === kind.relative);
    if (!found)
      fatal(`${out.name}: ${kind?.name ?? `relocation type ${relocation.type}`} unsupported\n${out.name}: sorry, cannot handle this file`);
    relocation.type = Number(found[0]);
    const at = Number(relocation.offset);
    const size = kind.bits / 8;
    if (at + size > data.length) continue;
    if (toRela) relocation.addend = 0n;
    else {
      writeBig(data, at, size, readInt(data, at, size) + relocation.addend);
      relocation.addend = 0n;
    }
  }
  section.data = data;
}
