/** What the line information of a source comes to in the object: .debug_line, and what goes with it. */
import type { Assembler } from '../assembler.js';
import type { Section } from '../sections.js';
import { writeDebugInfo } from './debug-info.js';
import { debugSection, startOf, StringPool } from './debug-sections.js';
import { appendLate, type LateBytes } from './late.js';
import { lineHeader, writeLineHeader } from './line-header.js';
import { writeSequence } from './line-program.js';
import type { LineTable } from './line-table.js';
import { defineViews, numberViews } from './views.js';

/** Called once, when everything has been read. */
export function writeDebugSections(asm: Assembler, table: LineTable): void {
  const ownInfo = hasContents(asm, '.debug_info');
  const ownLines = hasContents(asm, '.debug_line');
  const { sections } = table;
  if (sections.length > 0 && ownLines && !table.generating) {
    asm.report({ severity: 'error', message: 'duplicate .debug_line sections', at: { file: asm.file, line: 0 } });
    return;
  }
  // Without rows the file table matters only to a .debug_info of the source's own.
  if (sections.length === 0 && !ownInfo) return;
  if (ownInfo && ownLines) return;
  defineViews(asm, sections);
  if (!ownLines) writeLines(asm, table, debugSection(asm, '.debug_line'));
  if (!ownInfo) writeDebugInfo(asm, table);
}

function hasContents(asm: Assembler, name: string): boolean {
  const section = asm.sectionsByName.get(name)?.[0];
  return section !== undefined && section.chains.some((chain) => chain.data.length > 0 || chain.fragments.length > 1);
}

function writeLines(asm: Assembler, table: LineTable, section: Section): void {
  const { sections, version } = table;
  const anyFile = table.files.files.length > 0 || table.files.directories.length > 0;
  const strings = version >= 5 && anyFile ? new StringPool(asm, '.debug_line_str') : null;
  const header = lineHeader(asm, table.files, version, strings);
  let right = true;
  // --gdwarf-sections: a part for each code section but .text, and an end that the linker puts behind all of them.
  const split = asm.options.dwarfSections === true;
  const apart = split ? sections.filter((lines) => lines.section.name !== '.text') : [];
  const together = sections.filter((lines) => !apart.includes(lines));
  const parts = apart.map((lines) => ({ lines, part: partSection(asm, lines.section.name) }));
  const end = split ? startOf(partSection(asm, '_end')) : null;
  const write = (out: LateBytes): void => {
    writeLineHeader(out, header, end);
    right = true;
    for (const lines of sections) right = numberViews(lines) && right;
    for (const lines of together) writeSequence(out, lines, asm.addressSize);
    if (end === null) out.patch32(0, out.length - 4);
  };
  appendLate(asm, section, write, () => {
    if (!right) asm.report({ severity: 'error', message: 'view number mismatch', at: { file: asm.file, line: 0 } });
  });
  for (const { lines, part } of parts) appendLate(asm, part, (out) => writeSequence(out, lines, asm.addressSize));
}

/** `.debug_line` and more: gas leaves these writable. */
function partSection(asm: Assembler, name: string): Section {
  return debugSection(asm, `.debug_line${name}`, 1n);
}
