/** The header of .debug_line, versions 3 to 5, with its directory and file tables (DWARF 5 standard, section 6.2.4). */
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import type { LateBytes } from './late.js';
import { remap, type LineFile, type LineFiles } from './line-files.js';
import { LINE_BASE, LINE_RANGE, OPCODE_BASE } from './line-program.js';
import { plus, type StringPool } from './debug-sections.js';

const DW_LNCT_PATH = 1;
const DW_LNCT_DIRECTORY_INDEX = 2;
const DW_LNCT_MD5 = 5;
const DW_FORM_UDATA = 0x0f;
const DW_FORM_DATA16 = 0x1e;
const DW_FORM_LINE_STRP = 0x1f;
/** How many operands the opcodes from 1 to 12 have. */
const OPERANDS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

/** The tables as they will stand: numbers without a file are errors. Version 5 wants a file 0. */
export function settleFiles(asm: Assembler, table: LineFiles, version: number): LineFile[] {
  const files: LineFile[] = [];
  for (let number = version >= 5 ? 0 : 1; number < table.files.length; number++) {
    const file = table.files[number];
    if (file !== undefined) files.push(file);
    else if (number === 0) files.push(table.files[1] ?? { name: '', directory: 0, md5: null });
    else asm.report({ severity: 'error', message: `unassigned file number ${number}`, at: { file: asm.file, line: 0 } });
  }
  return files;
}

export interface LineHeader {
  readonly version: number;
  readonly addressSize: number;
  readonly files: readonly LineFile[];
  /** Remapped; [0] is the compilation directory. */
  readonly directories: readonly string[];
  /** In .debug_line_str, for version 5: where the directories' and the files' names stand. */
  readonly directoryNames: readonly Expr[];
  readonly fileNames: readonly Expr[];
}

/** Everything that the header says, remapped as --debug-prefix-map asks. */
export function lineHeader(asm: Assembler, table: LineFiles, version: number, strings: StringPool | null): LineHeader {
  const files = settleFiles(asm, table, version);
  const { directories } = table;
  let count = directories.length;
  if (count === 0 && table.files.length > 0) count = 1;
  const named = Array.from({ length: count }, (_, i) => remap(asm, directories[i] ?? (i === 0 ? asm.host.cwd : '')));
  const directoryNames = strings === null ? [] : named.map((name) => strings.reference(name));
  const fileNames: Expr[] = [];
  if (strings !== null) {
    // A file 0 that only repeats file 1 has that one's name.
    for (const file of files) fileNames.push(file === files[0] && fileNames.length > 0 ? fileNames[0] : strings.reference(file.name));
  }
  return { version, addressSize: asm.addressSize, files, directories: named, directoryNames, fileNames };
}

/** Writes the header. The caller fills in the unit's length, the first 4 bytes, unless `end` is where the unit ends. */
export function writeLineHeader(out: LateBytes, header: LineHeader, end: Expr | null): void {
  const { version } = header;
  // Up to an end in a section of its own the length is the linker's to say: from behind these 4 bytes.
  if (end !== null) out.field(4, plus(end, -4), true);
  else out.u32(0);
  out.u16(version);
  if (version >= 5) {
    out.u8(header.addressSize);
    out.u8(0);
  }
  const length = out.length;
  out.u32(0);
  // Instructions may begin anywhere, there is one operation in each, and rows begin as statements.
  out.u8(1);
  if (version >= 4) out.u8(1);
  out.u8(1);
  out.u8(LINE_BASE & 0xff);
  out.u8(LINE_RANGE);
  out.u8(OPCODE_BASE);
  out.append(OPERANDS);
  if (version >= 5) writeTables5(out, header);
  else writeTables(out, header);
  out.patch32(length, out.length - length - 4);
}

function writeTables(out: LateBytes, { files, directories }: LineHeader): void {
  for (let i = 1; i < directories.length; i++) out.cstring(directories[i]);
  out.u8(0);
  for (const { name, directory } of files) {
    out.cstring(name);
    out.uleb(directory);
    // Neither time nor size is known.
    out.uleb(0);
    out.uleb(0);
  }
  out.u8(0);
}

function writeTables5(out: LateBytes, { files, directoryNames, fileNames }: LineHeader): void {
  out.append([1, DW_LNCT_PATH, DW_FORM_LINE_STRP]);
  out.uleb(directoryNames.length);
  for (const name of directoryNames) out.field(4, name);
  // gas looks at the first byte only.
  const md5 = files.some((file) => file.md5 !== null && file.md5[0] !== 0);
  out.append([md5 ? 3 : 2, DW_LNCT_PATH, DW_FORM_LINE_STRP, DW_LNCT_DIRECTORY_INDEX, DW_FORM_UDATA]);
  if (md5) out.append([DW_LNCT_MD5, DW_FORM_DATA16]);
  out.uleb(files.length);
  files.forEach(({ directory, md5: sum }, i) => {
    out.field(4, fileNames[i]);
    out.uleb(directory);
    if (md5) out.append(sum ?? new Uint8Array(16));
  });
}
