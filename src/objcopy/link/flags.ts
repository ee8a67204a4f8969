/**
 * What the linker knows about a section beside its ELF type: the traits that decide where orphans go, which memory region takes
 * a section, and which segment. Bits of a number, because whole sets are compared.
 */
import { SHF, SHT } from '../elf/constants.js';

export const SEC = {
  ALLOC: 1,
  /** Its bytes are loaded (not .bss). */
  LOAD: 2,
  READONLY: 8,
  CODE: 16,
  DATA: 32,
  CONTENTS: 0x100,
  NEVER_LOAD: 0x200,
  TLS: 0x400,
  DEBUGGING: 0x2000,
  EXCLUDE: 0x8000,
  MERGE: 0x800000,
  STRINGS: 0x1000000,
  /** The script moves dot in it: it stays although it is empty. */
  KEEP: 0x200000,
} as const;

const DEBUG_NAME = /^\.(debug|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.|zdebug|line|stab)|^\.gdb_index$/;

/** The traits of an input section. */
export function traitsOf(name: string, type: number, flags: number): number {
  let traits = 0;
  const nobits = type === SHT.NOBITS;
  if (!nobits) traits |= SEC.CONTENTS;
  if ((flags & SHF.ALLOC) !== 0) traits |= nobits ? SEC.ALLOC : SEC.ALLOC | SEC.LOAD;
  if ((flags & SHF.WRITE) === 0) traits |= SEC.READONLY;
  if ((flags & SHF.EXECINSTR) !== 0) traits |= SEC.CODE;
  else if ((traits & SEC.LOAD) !== 0) traits |= SEC.DATA;
  if ((flags & SHF.MERGE) !== 0) traits |= SEC.MERGE;
  if ((flags & SHF.STRINGS) !== 0) traits |= SEC.STRINGS;
  if ((flags & SHF.TLS) !== 0) traits |= SEC.TLS;
  if ((flags & SHF.ALLOC) === 0 && DEBUG_NAME.test(name)) traits |= SEC.DEBUGGING;
  return traits;
}

const AW = SHF.ALLOC | SHF.WRITE;
const AX = SHF.ALLOC | SHF.EXECINSTR;

/** Names whose type and flags the ABI fixes; `suffix`: followed by `.anything` as well. */
const KNOWN: readonly (readonly [name: string, suffix: boolean, type: number, flags: number])[] = [
  ['.bss', true, SHT.NOBITS, AW],
  ['.comment', false, SHT.PROGBITS, 0],
  ['.data', true, SHT.PROGBITS, AW],
  ['.data1', false, SHT.PROGBITS, AW],
  ['.debug', false, SHT.PROGBITS, 0],
  ['.debug_line', false, SHT.PROGBITS, 0],
  ['.debug_info', false, SHT.PROGBITS, 0],
  ['.debug_abbrev', false, SHT.PROGBITS, 0],
  ['.debug_aranges', false, SHT.PROGBITS, 0],
  ['.fini', false, SHT.PROGBITS, AX],
  ['.fini_array', true, SHT.FINI_ARRAY, AW],
  ['.gnu.linkonce.b', true, SHT.NOBITS, AW],
  ['.gnu.linkonce.n', true, SHT.NOBITS, AW],
  ['.gnu.linkonce.p', true, SHT.PROGBITS, AW],
  ['.got', false, SHT.PROGBITS, AW],
  ['.init', false, SHT.PROGBITS, AX],
  ['.init_array', true, SHT.INIT_ARRAY, AW],
  ['.interp', false, SHT.PROGBITS, 0],
  ['.line', false, SHT.PROGBITS, 0],
  ['.noinit', true, SHT.NOBITS, AW],
  ['.note.GNU-stack', false, SHT.PROGBITS, 0],
  ['.persistent.bss', false, SHT.NOBITS, AW],
  ['.persistent', true, SHT.PROGBITS, AW],
  ['.preinit_array', true, SHT.PREINIT_ARRAY, AW],
  ['.plt', false, SHT.PROGBITS, AX],
  ['.rodata', true, SHT.PROGBITS, SHF.ALLOC],
  ['.rodata1', false, SHT.PROGBITS, SHF.ALLOC],
  ['.tbss', true, SHT.NOBITS, AW | SHF.TLS],
  ['.tdata', true, SHT.PROGBITS, AW | SHF.TLS],
  ['.text', true, SHT.PROGBITS, AX],
];

/** Type and flags that a name stands for, when the section is made before anything is known about its contents. */
export function knownSection(name: string): { type: number; flags: number } | null {
  for (const [known, suffix, type, flags] of KNOWN) {
    if (name === known || (suffix && name.startsWith(known) && name[known.length] === '.')) return { type, flags };
  }
  if (name.startsWith('.note')) return { type: SHT.NOTE, flags: 0 };
  return null;
}
