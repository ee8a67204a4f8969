/** Line number information while the source is read: what .file and .loc say, and what -g makes of the lines themselves. */
import type { Assembler } from '../assembler.js';
import type { LazyRequire } from '../../lazy.js';
import type { Chain } from '../sections.js';
import type { Source } from '../source.js';
import type { AsmSymbol } from '../symbols.js';
import { BASIC_BLOCK, EPILOGUE_BEGIN, IS_STMT, LineSection, PROLOGUE_END, type LineEntries, type Row } from './line-entries.js';
import { LineFiles } from './line-files.js';

declare const require: LazyRequire;

/** SHF_ALLOC | SHF_EXECINSTR: code that is loaded. */
const LOADED_CODE = 6n;

export class LineTable {
  readonly files: LineFiles;
  /** In the order in which they got their first row. */
  readonly sections: LineSection[] = [];
  /** The DWARF version asked for; line information alone, without -g, makes it 3. */
  level: number;
  /** -g: every line that holds an instruction is a row. Ends with the first .file N or .loc. */
  generating: boolean;
  /** What the last .loc said. */
  readonly current: Row = { file: 1, line: 1, column: 0, flags: IS_STMT, isa: 0, discriminator: 0, view: null };
  /** A .loc waits for its instruction. */
  pending = false;
  private markLabels = false;
  private lastLine = -1;
  private lastFile = -1;
  private lastList: LineEntries | null = null;

  constructor(private readonly asm: Assembler) {
    const { debug } = asm.options;
    this.generating = debug?.format === 'dwarf';
    this.level = this.generating ? (debug?.version ?? 2) : 3;
    this.files = new LineFiles(asm, () => this.level);
    if (this.generating) asm.beforeInstruction = this.instruction;
  }

  /** Version of the line program that the tables will have. */
  get version(): number {
    return Math.max(this.level, 3);
  }

  /** `.loc`: the next instruction gets a row. The caller changes `current` after this. */
  beginLocation(): void {
    this.stopGenerating(false);
    // Of two .loc in a row the first stands for no code, but it stands.
    if (this.pending) this.instruction();
    this.pending = true;
    this.asm.beforeInstruction = this.instruction;
  }

  /** The source brings its own line information: what -g has gathered so far does not count. */
  stopGenerating(files: boolean): void {
    if (!this.generating) return;
    this.generating = false;
    // The sections still count as sections with lines.
    for (const section of this.sections) section.lists.length = 0;
    this.lastList = null;
    if (files) this.files.clear();
    this.asm.beforeInstruction = null;
  }

  /** A row for the instruction that begins here. */
  readonly instruction = (): void => {
    const { asm } = this;
    if (this.generating) {
      if ((asm.section.flags & LOADED_CODE) !== LOADED_CODE) return;
      const source = outermost(asm.source);
      const line = source.logicalLine;
      const file = this.files.numberOf(source.logicalFile);
      if (line === 0 || (line === this.lastLine && file === this.lastFile)) return;
      this.lastLine = line;
      this.lastFile = file;
      this.add({ ...this.current, file, line, column: 0, flags: IS_STMT, view: null });
      return;
    }
    if ((asm.section.flags & LOADED_CODE) !== LOADED_CODE && this.current.line !== 0)
      asm.warning(`dwarf line number information for ${asm.section.name} ignored`);
    else if (this.current.line !== 0) this.addCurrent();
    this.consume();
  };

  private addCurrent(): void {
    const { current } = this;
    if (current.file === 0) this.level = Math.max(this.level, 5);
    this.add(current);
  }

  /** What a .loc says of one row only ends with that row. */
  private consume(): void {
    const { current } = this;
    this.pending = false;
    this.asm.beforeInstruction = null;
    current.flags &= ~(BASIC_BLOCK | PROLOGUE_END | EPILOGUE_BEGIN);
    current.discriminator = 0;
    current.view = null;
  }

  private add(row: Row, label: AsmSymbol | null = null): void {
    const { chain } = this.asm;
    const list = this.list(chain);
    if (label !== null) list.labels.set(list.length, label);
    if (row.view === 'zero' && list.length > 0) {
      const last = list.length - 1;
      const same = list.fragments[last] === chain.last && list.offset(last) === chain.data.length - chain.last.start;
      if (same) {
        this.asm.error('view number mismatch');
        row.view = null;
      }
    }
    list.add(chain.last, chain.data.length - chain.last.start, row);
  }

  private list(chain: Chain): LineEntries {
    if (this.lastList?.chain === chain) return this.lastList;
    let section = this.sections.find((candidate) => candidate.section === chain.section);
    if (section === undefined) this.sections.push((section = new LineSection(chain.section)));
    return (this.lastList = section.list(chain));
  }

  /** `.loc_mark_labels` */
  setMarkLabels(on: boolean): void {
    this.markLabels = on;
    if (on) this.asm.onLabel = this.label;
  }

  private readonly label = (symbol: AsmSymbol): void => {
    const { asm } = this;
    if (!this.markLabels || symbol.section !== asm.section || (asm.section.flags & LOADED_CODE) !== LOADED_CODE) return;
    if (this.files.files.length === 0 && !this.generating) return;
    if (this.generating) {
      const source = outermost(asm.source);
      const file = this.files.numberOf(source.logicalFile);
      this.add({ ...this.current, file, line: source.logicalLine, column: 0, flags: IS_STMT | BASIC_BLOCK, view: null }, symbol);
      return;
    }
    this.add({ ...this.current, flags: this.current.flags | BASIC_BLOCK }, symbol);
    this.consume();
  };
}

/** The source of which -g shows the lines: not macros, but where they were called. */
export function outermost(source: Source): Source {
  let found = source;
  for (let outer: Source | null = source; outer !== null; outer = outer.parent)
    if (outer.macro && outer.parent !== null && !outer.placed) found = outer.parent;
  return found;
}

/** The line table of `asm`; the first use also arranges for it to be written at the end. */
export function lineTable(asm: Assembler): LineTable {
  let table = asm.parts.get('lines') as LineTable | undefined;
  if (table === undefined) {
    const made = new LineTable(asm);
    table = made;
    asm.parts.set('lines', made);
    const { writeDebugSections } = require('./write.js') as typeof import('./write.js');
    asm.finishers.push(() => writeDebugSections(asm, made));
  }
  return table;
}
