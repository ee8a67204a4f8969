/** Section names that stand for a type and flags: the gABI's special sections and GNU's. */
import { SHF, SHT } from '../elf/constants.js';

const A = SHF.ALLOC;
const AW = SHF.ALLOC | SHF.WRITE;
const AX = SHF.ALLOC | SHF.EXECINSTR;

/** How the name is matched: exactly; itself or with a `.suffix`; as a prefix. */
type Match = 'exact' | 'dotted' | 'prefix';

// prettier-ignore
const SPECIAL: readonly (readonly [name: string, match: Match, type: number, flags: number])[] = [
  ['.bss',               'dotted', SHT.NOBITS,        AW],
  ['.comment',           'exact',  SHT.PROGBITS,      0],
  ['.ctf',               'exact',  SHT.PROGBITS,      0],
  ['.data',              'dotted', SHT.PROGBITS,      AW],
  ['.data1',             'exact',  SHT.PROGBITS,      AW],
  ['.debug',             'exact',  SHT.PROGBITS,      0],
  ['.debug_line',        'exact',  SHT.PROGBITS,      0],
  ['.debug_info',        'exact',  SHT.PROGBITS,      0],
  ['.debug_abbrev',      'exact',  SHT.PROGBITS,      0],
  ['.debug_aranges',     'exact',  SHT.PROGBITS,      0],
  ['.dynamic',           'exact',  SHT.DYNAMIC,       A],
  ['.dynstr',            'exact',  SHT.STRTAB,        A],
  ['.dynsym',            'exact',  SHT.DYNSYM,        A],
  ['.fini',              'exact',  SHT.PROGBITS,      AX],
  ['.fini_array',        'dotted', SHT.FINI_ARRAY,    AW],
  ['.gnu.linkonce.b',    'dotted', SHT.NOBITS,        AW],
  ['.gnu.linkonce.lb',   'dotted', SHT.NOBITS,        AW | SHF.X86_64_LARGE],
  ['.gnu.linkonce.ld',   'dotted', SHT.PROGBITS,      AW | SHF.X86_64_LARGE],
  ['.gnu.linkonce.lr',   'dotted', SHT.PROGBITS,      A | SHF.X86_64_LARGE],
  ['.gnu.linkonce.lt',   'dotted', SHT.PROGBITS,      AX | SHF.X86_64_LARGE],
  ['.gnu.linkonce.n',    'dotted', SHT.NOBITS,        AW],
  ['.gnu.linkonce.p',    'dotted', SHT.PROGBITS,      AW],
  ['.gnu.lto_',          'prefix', SHT.PROGBITS,      SHF.EXCLUDE],
  ['.got',               'exact',  SHT.PROGBITS,      AW],
  ['.gnu_object_only',   'exact',  SHT.PROGBITS,      SHF.EXCLUDE],
  ['.gnu.version',       'exact',  SHT.GNU_VERSYM,    0],
  ['.gnu.version_d',     'exact',  SHT.GNU_VERDEF,    0],
  ['.gnu.version_r',     'exact',  SHT.GNU_VERNEED,   0],
  ['.gnu.liblist',       'exact',  SHT.GNU_LIBLIST,   A],
  ['.gnu.conflict',      'exact',  SHT.RELA,          A],
  ['.gnu.hash',          'exact',  SHT.GNU_HASH,      A],
  ['.hash',              'exact',  SHT.HASH,          A],
  ['.init',              'exact',  SHT.PROGBITS,      AX],
  ['.init_array',        'dotted', SHT.INIT_ARRAY,    AW],
  ['.interp',            'exact',  SHT.PROGBITS,      0],
  ['.line',              'exact',  SHT.PROGBITS,      0],
  ['.lbss',              'dotted', SHT.NOBITS,        AW | SHF.X86_64_LARGE],
  ['.ldata',             'dotted', SHT.PROGBITS,      AW | SHF.X86_64_LARGE],
  ['.lrodata',           'dotted', SHT.PROGBITS,      A | SHF.X86_64_LARGE],
  ['.noinit',            'dotted', SHT.NOBITS,        AW],
  ['.note.GNU-stack',    'exact',  SHT.PROGBITS,      0],
  ['.note',              'prefix', SHT.NOTE,          0],
  ['.persistent.bss',    'exact',  SHT.NOBITS,        AW],
  ['.persistent',        'dotted', SHT.PROGBITS,      AW],
  ['.preinit_array',     'dotted', SHT.PREINIT_ARRAY, AW],
  ['.plt',               'exact',  SHT.PROGBITS,      AX],
  ['.rodata',            'dotted', SHT.PROGBITS,      A],
  ['.rodata1',           'exact',  SHT.PROGBITS,      A],
  ['.relr.dyn',          'exact',  SHT.RELR,          A],
  ['.rela',              'prefix', SHT.RELA,          0],
  ['.rel',               'prefix', SHT.REL,           0],
  ['.shstrtab',          'exact',  SHT.STRTAB,        0],
  ['.strtab',            'exact',  SHT.STRTAB,        0],
  ['.symtab',            'exact',  SHT.SYMTAB,        0],
  ['.tbss',              'dotted', SHT.NOBITS,        AW | SHF.TLS],
  ['.tdata',             'dotted', SHT.PROGBITS,      AW | SHF.TLS],
  ['.text',              'dotted', SHT.PROGBITS,      AX],
  ['.zdebug_line',       'exact',  SHT.PROGBITS,      0],
  ['.zdebug_info',       'exact',  SHT.PROGBITS,      0],
  ['.zdebug_abbrev',     'exact',  SHT.PROGBITS,      0],
  ['.zdebug_aranges',    'exact',  SHT.PROGBITS,      0],
];

/** What a section of this name is by convention, or undefined. `rela`: relocations of the target carry their addends. */
export function specialSection(name: string, rela: boolean): { type: number; flags: number } | undefined {
  if (name.startsWith('.stab') && name.endsWith('str')) return { type: SHT.STRTAB, flags: 0 };
  for (const [special, match, type, flags] of SPECIAL) {
    const fits = match === 'prefix' ? name.startsWith(special) : name === special || (match === 'dotted' && name.startsWith(`${special}.`));
    if (fits && !(type === SHT.REL && rela && name.length > 4 && name[4] !== '.')) return { type, flags };
  }
  return undefined;
}
