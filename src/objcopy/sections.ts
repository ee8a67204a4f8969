/** Which sections are copied, and what becomes of their names, flags, sizes and addresses. */
import { convertHeader } from './compress.js';
import { SHF, SHT } from './elf/constants.js';
import { fatal, zeros } from './errors.js';
import { convertProperties } from './formats/elf-convert.js';
import { SEC, SYM, type Program, type Section } from './model.js';
import type { ObjcopyOptions } from './options.js';
import { findRule } from './section-rules.js';

/** Section flags that a format can express; what it cannot is dropped between unlike formats. */
const RECORD_FLAGS = SEC.ALLOC | SEC.LOAD | SEC.RELOC | SEC.READONLY | SEC.CODE | SEC.DATA | SEC.ROM | SEC.HAS_CONTENTS;

export function isElfTarget(target: string): boolean {
  return target.startsWith('elf');
}

function isDwo(section: Section): boolean {
  return section.name.endsWith('.dwo');
}

/** True when the section is left out by -R, -j or the strip level. */
export function isStripped(o: ObjcopyOptions, program: Program, section: Section): boolean {
  if (isStrippedItself(o, section)) return true;
  if ((section.flags & SEC.GROUP) === 0) return false;
  // A group without its signature or without members is no group.
  const signature = program.signatureOf?.(section);
  if (!signature) return true;
  const name = signature.name;
  if (o.strip === 'all' && !o.keepSymbols.has(name, o.wildcard)) return true;
  if (o.stripSymbols.has(name, o.wildcard)) return true;
  const members = section.elf?.group?.members ?? [];
  return members.length > 0 && members.every((member) => isStrippedItself(o, member));
}

function isStrippedItself(o: ObjcopyOptions, section: Section): boolean {
  if (findRule(o, section.name, 'keep')) return false;
  if (o.sectionsRemoved || o.sectionsCopied) {
    const removed = findRule(o, section.name, 'remove');
    const copied = findRule(o, section.name, 'copy');
    if (removed && copied) fatal(`error: section ${section.name} matches both remove and copy options`);
    if (removed && o.updateSections.some((u) => u.section === section.name)) {
      fatal(`error: section ${section.name} matches both update and remove options`);
    }
    if (removed) return true;
    if (o.sectionsCopied && !copied) return true;
  }
  if ((section.flags & SEC.DEBUGGING) !== 0) {
    const byLevel = o.strip === 'debug' || o.strip === 'unneeded' || o.strip === 'all' || o.discard === 'all' || o.convertDebugging;
    if (byLevel && !/^\.gnu_debug(alt)?link$/.test(section.name)) return true;
    if (o.strip === 'dwo') return isDwo(section);
    if (o.strip === 'nondebug') return false;
  }
  return o.strip === 'nondwo' && !isDwo(section);
}

/** What --only-keep-debug keeps of the loaded sections: notes. */
function keepsContents(section: Section): boolean {
  return section.elf?.type === SHT.NOTE;
}

/**
 * Makes the output section of every input section that is copied, in the order of the input. Warnings are about flags that
 * the output cannot have; `outputName` is the output file's name in them.
 */
export function setupSections(
  o: ObjcopyOptions,
  program: Program,
  outputTarget: string,
  outputName: string,
  warn: (message: string) => void,
): Section[] {
  const sections: Section[] = [];
  for (const section of program.sections) {
    if (isStripped(o, program, section)) continue;
    const made = setupSection(o, program, section, outputTarget, outputName, warn);
    section.output = made;
    sections.push(made);
  }
  return sections;
}

function setupSection(
  o: ObjcopyOptions,
  program: Program,
  input: Section,
  outputTarget: string,
  outputName: string,
  warn: (message: string) => void,
): Section {
  const elf = isElfTarget(outputTarget);
  let { flags } = input;
  const alike = isElfTarget(program.target) === elf && (elf || program.target === outputTarget);
  if (!alike && !elf) flags &= RECORD_FLAGS;
  let { name } = input;
  const rename = o.renames.get(name);
  if (rename) {
    ({ name } = rename);
    if (rename.flags !== undefined) flags = checkFlags(rename.flags, name, outputName, warn);
  }
  if (o.prefixAllocSections !== '' && (input.flags & SEC.ALLOC) !== 0) name = o.prefixAllocSections + name;
  else if (o.prefixSections !== '') name = o.prefixSections + name;

  let nobits = false;
  const set = findRule(o, input.name, 'flags');
  if (set) flags = checkFlags(set.flags!, input.name, outputName, warn) | (flags & (SEC.HAS_CONTENTS | SEC.RELOC));
  else if (o.strip === 'nondebug' && (flags & (SEC.ALLOC | SEC.GROUP)) !== 0 && !keepsContents(input)) {
    let cleared: number = SEC.HAS_CONTENTS | SEC.LOAD | SEC.GROUP;
    if (elf) {
      // Groups are copied whole: the debug file would otherwise have empty ones.
      if ((flags & SEC.GROUP) !== 0) cleared = SEC.LOAD;
      else nobits = true;
    }
    input.flags &= ~cleared;
    flags &= ~cleared;
  }

  const output: Section = {
    name,
    flags,
    vma: input.vma,
    lma: input.lma,
    size: input.size,
    alignPower: findRule(o, input.name, 'alignPower')?.alignPower ?? input.alignPower,
    entsize: input.entsize,
    input,
  };
  if (elf && input.name === '.note.gnu.property' && input.contents && program.elf) {
    // Property notes are padded to the size of an address.
    const to = outputTarget === 'elf64-x86-64' ? 64 : 32;
    if (to !== program.elf.elfClass) {
      input.contents = convertProperties(input.contents, program.elf.elfClass, to);
      output.size = input.contents.length;
    }
  }
  if (elf && program.elf && input.contents && ((input.elf?.flags ?? 0) & SHF.COMPRESSED) !== 0) {
    const { elfClass } = program.elf;
    if (elfClass !== (outputTarget === 'elf64-x86-64' ? 64 : 32)) {
      input.contents = convertHeader(input.contents, elfClass) ?? input.contents;
      output.size = input.contents.length;
    }
  }
  if (o.byte >= 0) output.size = Math.ceil(input.size / o.interleave) * o.interleaveWidth;
  else if (o.extractSymbol) output.size = 0;
  const vma = findRule(o, input.name, 'vma');
  output.vma = wrap(vma ? (vma.setVma ?? output.vma + vma.alterVma!) : output.vma + o.changeAddresses);
  const lma = findRule(o, input.name, 'lma');
  output.lma = wrap(lma ? (lma.setLma ?? output.lma + lma.alterLma!) : output.lma + o.changeAddresses);
  if (input.elf && elf) output.elf = { type: nobits ? 8 : 0, flags: 0, rawLink: 0, rawInfo: 0 };
  if ((input.flags & SEC.GROUP) !== 0) {
    const signature = program.signatureOf?.(input);
    if (signature) signature.flags |= SYM.KEEP;
  }
  return output;
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** Drops what only COFF can say. */
export function checkFlags(flags: number, name: string, outputName: string, warn: (message: string) => void): number {
  if ((flags & SEC.SHARED_LIBRARY) === 0) return flags;
  warn(`${outputName}[${name}]: Note - dropping 'share' flag as output format is not COFF`);
  return flags & ~SEC.SHARED_LIBRARY;
}

/**
 * Fills in the contents of the output sections from their inputs: as they are, reversed or interleaved. `layoutOnce`: the
 * output's format gives all sections their places at once. Returns a section whose contents are not in the file.
 */
export function copyContents(
  o: ObjcopyOptions,
  sections: readonly Section[],
  updated: ReadonlySet<Section>,
  layoutOnce: boolean,
): Section | undefined {
  let first = true;
  let failed: Section | undefined;
  for (const output of sections) {
    const { input } = output;
    if (!input || updated.has(input) || (input.flags & SEC.GROUP) !== 0 || input.size === 0 || o.extractSymbol) continue;
    if ((input.flags & SEC.HAS_CONTENTS) !== 0 && (output.flags & SEC.HAS_CONTENTS) !== 0) {
      if (input.truncated || !input.contents) {
        failed ??= input;
        continue;
      }
      output.contents = transform(o, input);
      // Where GNU's writers lay the file out when they get the first bytes, the other sections have not moved yet.
      if (o.byte >= 0 && (!layoutOnce || first)) narrowAddress(o, output);
      first = false;
    } else if ((findRule(o, input.name, 'flags')?.flags ?? 0) & SEC.HAS_CONTENTS) {
      output.flags |= SEC.HAS_CONTENTS;
      output.contents = zeros(input.size);
    }
  }
  return failed;
}

function transform(o: ObjcopyOptions, input: Section): Uint8Array {
  let data = input.contents!;
  if (o.reverseBytes > 0) {
    if (data.length % o.reverseBytes !== 0) {
      fatal(`cannot reverse bytes: length of section ${input.name} must be evenly divisible by ${o.reverseBytes}`);
    }
    const reversed = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i += o.reverseBytes) {
      for (let j = 0; j < o.reverseBytes; j++) reversed[i + j] = data[i + o.reverseBytes - 1 - j];
    }
    data = reversed;
  }
  if (o.byte < 0) return data;
  // Lanes are those of the load address, so a section that starts within one begins elsewhere.
  const breadth = BigInt(o.interleave);
  const extra = Number(input.lma % breadth);
  const kept = new Uint8Array(Math.floor((input.size + o.interleave - o.byte - 1) / o.interleave) * o.interleaveWidth);
  let to = 0;
  for (let from = o.byte - extra + (o.byte < extra ? o.interleave : 0); from < data.length; from += o.interleave) {
    for (let i = 0; i < o.interleaveWidth && from + i < data.length; i++) if (to < kept.length) kept[to++] = data[from + i];
  }
  // Like GNU, what is left of the section beyond the lanes' bytes is what stood there.
  for (; to < kept.length; to++) kept[to] = data[to] ?? 0;
  return kept;
}

/** The load address in one lane's memory. */
function narrowAddress(o: ObjcopyOptions, output: Section): void {
  const breadth = BigInt(o.interleave);
  const extra = Number(output.input!.lma % breadth);
  output.lma /= breadth;
  if (o.byte < extra) output.lma += 1n;
}

/** True when relocations of this kind of file are copied at all. */
export function isLinked(program: Program): boolean {
  return program.elf !== undefined && program.linked;
}
