/**
 * The layout that GNU ld 2.40 uses on x86 when no script is given (`ld --verbose`), as a script of our own: the same
 * output sections, in the same order, at the same addresses.
 */
export interface DefaultLayout {
  elfClass: 32 | 64;
  machine: number;
  /** -N: text and data in one writable segment, not page aligned. */
  omagic: boolean;
  /** -n: data page aligned, no demand paging */
  nmagic: boolean;
  /** Code in pages of its own. */
  separateCode: boolean;
}

const word = (l: DefaultLayout): number => (l.elfClass === 64 ? 8 : 4);

/** A section that gathers `NAME`, `NAME.*` and its link-once cousins. */
const family = (name: string, once: string): string => `${name} : { *(${name} ${name}.* .gnu.linkonce.${once}.*) }`;

const INIT_PRIORITY_SKIP = 'EXCLUDE_FILE(*crtbegin.o *crtbegin?.o *crtend.o *crtend?.o)';

function pointerArray(name: string, old: string): string {
  return `.${name} : {
    PROVIDE_HIDDEN(__${name}_start = .);
    KEEP(*(SORT_BY_INIT_PRIORITY(.${name}.*) SORT_BY_INIT_PRIORITY(.${old}.*)))
    KEEP(*(.${name} ${INIT_PRIORITY_SKIP} .${old}))
    PROVIDE_HIDDEN(__${name}_end = .);
  }`;
}

function ctors(name: string): string {
  return `.${name} : {
    KEEP(*crtbegin.o(.${name})) KEEP(*crtbegin?.o(.${name}))
    KEEP(*(EXCLUDE_FILE(*crtend.o *crtend?.o) .${name})) KEEP(*(SORT(.${name}.*))) KEEP(*(.${name}))
  }`;
}

function unwindTables(constraint: string, pattern: string): string {
  return `.eh_frame : ${constraint} { KEEP(*(.eh_frame)) *(.eh_frame.*) }
  .sframe : ${constraint} { *(.sframe) *(.sframe.*) }
  .gcc_except_table : ${constraint} { *(.gcc_except_table .gcc_except_table.*) }
  .gnu_extab : ${constraint} { *(.gnu_extab${pattern}) }
  .exception_ranges : ${constraint} { *(.exception_ranges*) }`;
}

export function defaultScript(l: DefaultLayout): string {
  const base = l.machine === 62 ? '0x400000' : '0x08048000';
  const paged = !l.omagic && !l.nmagic && l.separateCode;
  const nextSegment = '. = ALIGN(CONSTANT(MAXPAGESIZE));';
  const data = l.omagic ? '. = .;' : '. = DATA_SEGMENT_ALIGN(CONSTANT(MAXPAGESIZE), CONSTANT(COMMONPAGESIZE));';
  const gotHeader = word(l) * 3;
  const large =
    l.machine === 62
      ? `.lbss : { *(.dynlbss) *(.lbss .lbss.* .gnu.linkonce.lb.*) *(LARGE_COMMON) }
  . = ALIGN(${word(l)});
  . = SEGMENT_START("ldata-segment", .);
  .lrodata ALIGN(CONSTANT(MAXPAGESIZE)) + (. & (CONSTANT(MAXPAGESIZE) - 1)) : { *(.lrodata .lrodata.* .gnu.linkonce.lr.*) }
  .ldata ALIGN(CONSTANT(MAXPAGESIZE)) + (. & (CONSTANT(MAXPAGESIZE) - 1)) : {
    *(.ldata .ldata.* .gnu.linkonce.l.*) . = ALIGN(. != 0 ? ${word(l)} : 1);
  }`
      : '';
  const segment = l.elfClass === 64 || l.machine === 3 ? 'SEGMENT_START("ldata-segment", .)' : '.';
  return `ENTRY(_start)
SECTIONS {
  PROVIDE(__executable_start = SEGMENT_START("text-segment", ${base}));
  . = SEGMENT_START("text-segment", ${base}) + SIZEOF_HEADERS;
  .interp : { *(.interp) }
  .note.gnu.build-id : { *(.note.gnu.build-id) }
  ${paged ? nextSegment : ''}
  .init : { KEEP(*(SORT_NONE(.init))) }
  .plt : { *(.plt) *(.iplt) }
  .plt.got : { *(.plt.got) }
  .plt.sec : { *(.plt.sec) }
  .text : {
    *(.text.unlikely .text.*_unlikely .text.unlikely.*)
    *(.text.exit .text.exit.*)
    *(.text.startup .text.startup.*)
    *(.text.hot .text.hot.*)
    *(SORT(.text.sorted.*))
    *(.text .stub .text.* .gnu.linkonce.t.*)
    *(.gnu.warning)
  }
  .fini : { KEEP(*(SORT_NONE(.fini))) }
  PROVIDE(__etext = .); PROVIDE(_etext = .); PROVIDE(etext = .);
  ${paged ? `${nextSegment} . = SEGMENT_START("rodata-segment", ALIGN(CONSTANT(MAXPAGESIZE)) + (. & (CONSTANT(MAXPAGESIZE) - 1)));` : ''}
  ${family('.rodata', 'r')}
  .rodata1 : { *(.rodata1) }
  .eh_frame_hdr : { *(.eh_frame_hdr) *(.eh_frame_entry .eh_frame_entry.*) }
  ${unwindTables('ONLY_IF_RO', '*')}
  ${data}
  ${unwindTables('ONLY_IF_RW', '')}
  .tdata : { PROVIDE_HIDDEN(__tdata_start = .); *(.tdata .tdata.* .gnu.linkonce.td.*) }
  .tbss : { *(.tbss .tbss.* .gnu.linkonce.tb.*) *(.tcommon) }
  .preinit_array : { PROVIDE_HIDDEN(__preinit_array_start = .); KEEP(*(.preinit_array)) PROVIDE_HIDDEN(__preinit_array_end = .); }
  ${pointerArray('init_array', 'ctors')}
  ${pointerArray('fini_array', 'dtors')}
  ${ctors('ctors')}
  ${ctors('dtors')}
  .jcr : { KEEP(*(.jcr)) }
  .data.rel.ro : { *(.data.rel.ro.local* .gnu.linkonce.d.rel.ro.local.*) *(.data.rel.ro .data.rel.ro.* .gnu.linkonce.d.rel.ro.*) }
  .got : { *(.got) *(.igot) }
  ${!l.omagic ? `. = DATA_SEGMENT_RELRO_END(SIZEOF(.got.plt) >= ${gotHeader} ? ${gotHeader} : 0, .);` : ''}
  .got.plt : { *(.got.plt) *(.igot.plt) }
  ${family('.data', 'd')}
  .data1 : { *(.data1) }
  _edata = .; PROVIDE(edata = .);
  . = .;
  __bss_start = .;
  .bss : { *(.dynbss) *(.bss .bss.* .gnu.linkonce.b.*) *(COMMON) . = ALIGN(. != 0 ? ${word(l)} : 1); }
  ${large}
  . = ALIGN(${word(l)});
  ${l.machine === 62 ? '' : `. = ${segment};\n  . = ALIGN(${word(l)});`}
  _end = .; PROVIDE(end = .);
  ${l.omagic ? '' : '. = DATA_SEGMENT_END(.);'}
  .stab 0 : { *(.stab) }
  .stabstr 0 : { *(.stabstr) }
  .comment 0 : { *(.comment) }
  .debug_aranges 0 : { *(.debug_aranges) }
  .debug_pubnames 0 : { *(.debug_pubnames) }
  .debug_info 0 : { *(.debug_info .gnu.linkonce.wi.*) }
  .debug_abbrev 0 : { *(.debug_abbrev) }
  .debug_line 0 : { *(.debug_line .debug_line.* .debug_line_end) }
  .debug_frame 0 : { *(.debug_frame) }
  .debug_str 0 : { *(.debug_str) }
  .debug_line_str 0 : { *(.debug_line_str) }
  .debug_loclists 0 : { *(.debug_loclists) }
  .debug_rnglists 0 : { *(.debug_rnglists) }
  /DISCARD/ : { *(.note.GNU-stack) *(.gnu_debuglink) *(.gnu.lto_*) }
}
`;
}

/** Without a name: at 0, and only what has just that name. */
export function relocatableScript(): string {
  const names =
    'interp note.gnu.build-id hash gnu.hash dynsym dynstr gnu.version gnu.version_d gnu.version_r init plt plt.got plt.sec text fini rodata ' +
    'rodata1 eh_frame_hdr eh_frame sframe gcc_except_table gnu_extab exception_ranges tdata tbss jcr dynamic got got.plt data data1 bss lbss ' +
    'lrodata ldata stab stabstr stab.excl stab.exclstr stab.index stab.indexstr comment debug line debug_srcinfo debug_sfnames ' +
    'debug_aranges debug_pubnames debug_info debug_abbrev debug_line debug_frame debug_str debug_loc debug_macinfo debug_weaknames ' +
    'debug_funcnames debug_typenames debug_varnames debug_pubtypes debug_ranges debug_addr debug_line_str debug_loclists debug_macro ' +
    'debug_names debug_rnglists debug_str_offsets debug_sup gnu.attributes';
  const more: Record<string, string> = { init: 'SORT_NONE(.init)', text: '.text .stub) *(.gnu.warning', gnu_extab: '.gnu_extab*' };
  return `SECTIONS {\n${names
    .split(' ')
    .map((name) => `.${name} 0 : { *(${more[name] ?? `.${name}`}) }`)
    .join('\n')}\n}\n`;
}
