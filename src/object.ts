/**
 * The object model: what the assembler makes, the ELF reader reads, objcopy edits, the linker consumes and the ELF
 * writer writes. Terms and numbers are the ELF gABI's (`elf.h`); see elf(5).
 */

/** A relocatable, executable, shared or core file in memory. */
export interface ObjectFile {
  /** 32 for ELFCLASS32 (i386 and x32), 64 for ELFCLASS64. */
  elfClass: 32 | 64;
  /** e_machine: EM_386 is 3, EM_X86_64 is 62. i386 uses REL, the others RELA. */
  machine: number;
  /** e_type: ET_REL 1, ET_EXEC 2, ET_DYN 3, ET_CORE 4. */
  type: number;
  osabi: number;
  abiVersion: number;
  flags: number;
  entry: bigint;
  /** In section header order, without the null section and without .symtab, .strtab, .shstrtab and SHT_REL/RELA. */
  sections: ObjectSection[];
  /** In symbol table order without the null symbol; locals first. */
  symbols: ObjectSymbol[];
  /** Write a symbol table even when it is empty. */
  keepSymbolTable?: boolean;
  /** The machine whose conventions hold when `machine` is a number of the user's. */
  mainMachine?: number;
  /** Segments are laid out for mapping by pages. */
  paged?: boolean;
  /** Of such pages, in bytes; 4096 when absent. */
  pageSize?: bigint;
  /** Program headers, for executables. */
  segments?: ObjectSegment[];
  /** Address → source, when the maker knows it. Not written to a file: it stays with the image in memory. */
  lines?: LineTable;
}

export interface ObjectSection {
  name: string;
  /** sh_type: SHT_PROGBITS 1, SHT_NOTE 7, SHT_NOBITS 8, SHT_INIT_ARRAY 14, SHT_GROUP 17, … */
  type: number;
  /** sh_flags: SHF_WRITE 1, SHF_ALLOC 2, SHF_EXECINSTR 4, SHF_MERGE 0x10, SHF_STRINGS 0x20, SHF_LINK_ORDER 0x80, SHF_GROUP 0x200, SHF_TLS 0x400, … */
  flags: bigint;
  /** Virtual address. */
  address: bigint;
  /** Load address, when it differs from `address` (objcopy, linker AT). */
  loadAddress?: bigint;
  /** sh_addralign in bytes. */
  align: number;
  entsize: number;
  /** Contents; empty for SHT_NOBITS. */
  data: Uint8Array;
  /** sh_size in bytes: `data.length`, except for SHT_NOBITS. */
  size: number;
  relocations: Relocation[];
  /** The section that sh_link names (SHF_LINK_ORDER, SHT_DYNAMIC, SHT_HASH, …). */
  linkedTo?: ObjectSection;
  /** sh_link names the symbol table that the writer makes. */
  linksSymtab?: boolean;
  /** sh_link where it names nothing that the model knows (raw). */
  link?: number;
  /** The section that sh_info names (SHF_INFO_LINK). */
  infoSection?: ObjectSection;
  /** Relocations carry their addends (SHT_RELA); absent: as the machine has it. */
  rela?: boolean;
  /** Write a relocation section although there are no relocations. */
  emptyRelocations?: boolean;
  /** Member of a group, but its relocation section is not. */
  relocationsOutsideGroup?: boolean;
  /** sh_offset: where the contents lie in the file that was read. */
  offset?: number;
  /** The SHT_GROUP section's signature and members (only on SHT_GROUP sections). */
  group?: { signature: ObjectSymbol; comdat: boolean; members: ObjectSection[]; /** Zero words before the members. */ vacant?: number };
  /** sh_info where it is neither a symbol nor a section that the model knows (raw). */
  info?: number;
}

export interface Relocation {
  /** Bytes from the section's start. */
  offset: bigint;
  /** R_386_* or R_X86_64_*. */
  type: number;
  /** null: symbol index 0. */
  symbol: ObjectSymbol | null;
  /** RELA addend. For REL the addend stands in the section's bytes and this is 0. */
  addend: bigint;
}

/** Where a symbol lives: a section, or SHN_UNDEF, SHN_ABS, SHN_COMMON, or another reserved index (SHN_X86_64_LCOMMON). */
export type SymbolSection = ObjectSection | 'undefined' | 'absolute' | 'common' | number;

export interface ObjectSymbol {
  name: string;
  value: bigint;
  size: bigint;
  /** STB_LOCAL 0, STB_GLOBAL 1, STB_WEAK 2, STB_GNU_UNIQUE 10. */
  binding: number;
  /** STT_NOTYPE 0, OBJECT 1, FUNC 2, SECTION 3, FILE 4, COMMON 5, TLS 6, GNU_IFUNC 10. */
  type: number;
  /** st_other: visibility in the low 2 bits (STV_DEFAULT 0, INTERNAL 1, HIDDEN 2, PROTECTED 3). */
  other: number;
  section: SymbolSection;
  /** Its place in the symbol table that was last written: the writer's own affair. */
  index?: number;
}

export interface ObjectSegment {
  /** PT_LOAD 1, … */
  type: number;
  /** PF_X 1, PF_W 2, PF_R 4. */
  flags: number;
  offset: bigint;
  virtualAddress: bigint;
  physicalAddress: bigint;
  fileSize: bigint;
  memorySize: bigint;
  align: bigint;
  /** What lies in it: the writer then chooses the file offsets. */
  sections?: ObjectSection[];
  /** What the segment covers, when the writer is to lay it out. */
  plan?: SegmentPlan;
}

/** A segment in terms of what it holds: addresses and offsets follow from the sections. */
export interface SegmentPlan {
  /** Ascending by address. */
  sections: ObjectSection[];
  /** The ELF header and the program headers lie in it. */
  includesHeader: boolean;
  includesProgramHeaders: boolean;
  /** Set where the value is given, not computed. */
  physicalAddress?: bigint;
  flags?: number;
  align?: bigint;
  /** Bytes before the first section that are no headers; the address of a segment without sections. */
  addressOffset: bigint;
  /** Bytes from the segment's start to its first section. */
  headerSize?: bigint;
  /** p_memsz where no section tells. */
  size?: bigint;
  /** PT_GNU_RELRO: the addresses that it covers. */
  range?: { start: bigint; end: bigint };
}

/** Sorted by (section, offset): `line` of `file` starts at `offset` of `section`. */
export interface LineTable {
  entries: LineEntry[];
}

export interface LineEntry {
  section: ObjectSection;
  offset: number;
  /** Bytes of the instruction; absent: up to the next entry or the section's end. */
  size?: number;
  file: string;
  line: number;
  /** Code size in bits in force there: a disassembler and the mode checks need it. */
  bits: 16 | 32 | 64;
}

/**
 * What is put into guest memory and everything that later messages need to name an address.
 * Made by the linker (or `flatten` for a single object), read by src/vmm.
 */
export interface Image {
  /** Runs of bytes by physical (load) address, ascending, not overlapping. */
  chunks: { address: bigint; data: Uint8Array }[];
  /** Absent: the boot protocol decides (flat: the first chunk's address). */
  entry?: bigint;
  /** Final addresses. */
  symbols: { name: string; address: bigint; size: bigint; type: number; binding: number }[];
  /** Ascending by address. `end` is exclusive. */
  lines: { address: bigint; end: bigint; file: string; line: number; bits: 16 | 32 | 64 }[];
  /** Some of the code was built elsewhere: bytes without a line may be instructions all the same. */
  partialLines?: boolean;
  /** Code size at the entry when the source said it (.code16/.code32/.code64), else undefined. */
  entryBits?: 16 | 32 | 64;
}

/**
 * Labels that compilers make, of no use behind the assembler: `.L…`, `..…`, `_.L_…`, `L` with a number and control-A or
 * control-B (older gas), and in objects for EM_386 (`i386`) `.X…`. What `as` leaves out, objcopy -X and ld -X take away.
 */
export function isLocalLabelName(name: string, i386: boolean): boolean {
  const first = name.charCodeAt(0);
  if (first === 46) {
    const second = name.charCodeAt(1);
    return second === 76 || second === 46 || (i386 && second === 88);
  }
  if (first === 95) return name.startsWith('_.L_');
  return first === 76 && /^L\d+[\x01\x02]/.test(name);
}
