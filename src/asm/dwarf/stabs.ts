/** STABS: entries of 12 bytes in .stab, their strings in .stabstr (gas manual, node Stab), and the lines of --gstabs. */
import type { Assembler } from '../assembler.js';
import type { Expr } from '../expression.js';
import { emitInteger } from '../directives/data.js';
import type { Section } from '../sections.js';
import { debugSection } from './debug-sections.js';
import { outermost } from './line-table.js';
import type { Source } from '../source.js';

const N_FUN = 0x24;
const N_SLINE = 0x44;
const N_SO = 0x64;
const N_LSYM = 0x80;
const N_SOL = 0x84;
const ENTRY = 12;

export class Stabs {
  private readonly strings = new Map<Section, Section>();
  private lastLine = -1;
  private lastFile = '';
  private anyFile = false;
  /** The input that the last N_SO named. */
  private input: Source | null = null;
  private voidKnown = false;
  /** Inside .func: where it begins, for lines relative to it. */
  private func: { readonly label: Expr | null } | null = null;

  constructor(private readonly asm: Assembler) {
    if (asm.options.debug?.format === 'stabs') asm.beforeInstruction = () => this.line();
  }

  /** The section of entries `name`, with its header and its strings' section when it is new. */
  private section(name: string): Section {
    const { asm } = this;
    const section = debugSection(asm, name);
    if (this.strings.has(section)) return section;
    const strings = debugSection(asm, `${name}str`);
    if (/^\.stab.*str$/.test(strings.name)) strings.type = 3;
    this.strings.set(section, strings);
    section.alignPower = Math.max(section.alignPower, 2);
    const { data } = strings.chain(0);
    data.u8(0);
    const at = data.length;
    // The name counts without a line too: .file alone is enough here.
    const source = outermost(asm.source);
    data.cstring(source.saidFile ?? source.logicalFile);
    const header = section.chain(0).data;
    header.u32(at);
    header.reserve(ENTRY - 4);
    return section;
  }

  /** One entry; `value` writes its last 4 bytes. */
  entry(name: string, text: string | null, type: number, other: number, description: number, value: () => void): void {
    const { asm } = this;
    const section = this.section(name);
    const { data } = section.chain(0);
    data.u32(text === null || text === '' ? 0 : this.text(section, text));
    data.u8(type);
    data.u8(other);
    data.u16(description);
    const { place, previous } = asm;
    asm.enter(section);
    value();
    asm.enter(place.section, place.subsection);
    asm.previous = previous;
  }

  private text(section: Section, text: string): number {
    const { data } = this.strings.get(section)!.chain(0);
    const at = data.length;
    data.cstring(text);
    return at;
  }

  private own(text: string | null, type: number, description: number, value: Expr): void {
    this.entry('.stab', text, type, 0, description, () => emitInteger(this.asm, 4, value));
  }

  /** --gstabs: an entry for the line that holds an instruction. */
  private line(): void {
    const { asm } = this;
    const source = outermost(asm.source);
    const line = source.logicalLine;
    const file = source.logicalFile;
    if (line === this.lastLine && file === this.lastFile) return;
    this.lastLine = line;
    const here = asm.here();
    if (file !== this.lastFile) this.file(file, here.reference);
    const { func } = this;
    const value: Expr = func?.label == null ? here.reference : { kind: 'binary', operator: '-', left: here.reference, right: func.label };
    this.own(null, N_SLINE, line & 0xffff, value);
  }

  private file(file: string, here: Expr): void {
    const { asm } = this;
    this.lastFile = file;
    if (!this.anyFile && asm.options.debug?.extensions === true) this.own(`${asm.host.cwd.replace(/\/$/, '')}/`, N_SO, 0, here);
    const input = outermost(asm.source);
    this.own(file, input === this.input ? N_SOL : N_SO, 0, here);
    this.input = input;
    this.anyFile = true;
  }

  /** .func */
  beginFunction(name: string, label: string): boolean {
    const { asm } = this;
    if (this.func !== null) return false;
    this.func = { label: null };
    if (asm.options.debug?.format !== 'stabs') return true;
    const { reference } = asm.symbols.findOrMake(label);
    this.func = { label: reference };
    if (!this.voidKnown) this.own('void:t1=1', N_LSYM, 0, { kind: 'constant', value: 0n });
    this.voidKnown = true;
    this.own(`${name}:F1`, N_FUN, outermost(asm.source).logicalLine + 1, reference);
    return true;
  }

  /** .endfunc; false when there is no function. */
  endFunction(): boolean {
    const { asm, func } = this;
    if (func === null) return false;
    this.func = null;
    if (func.label !== null) {
      this.own(null, N_FUN, 0, { kind: 'binary', operator: '-', left: asm.here().reference, right: func.label });
    }
    return true;
  }

  /** The header of .stab counts the entries and the strings. */
  finish(): void {
    for (const [section, strings] of this.strings) {
      if (!section.name.startsWith('.stab')) continue;
      section.entsize = ENTRY;
      section.strings = strings;
      const { data } = section.chain(0);
      const count = Math.trunc(data.length / ENTRY) - 1;
      data.bytes[6] = count;
      data.bytes[7] = count >> 8;
      new DataView(data.bytes.buffer, data.bytes.byteOffset).setUint32(8, strings.chain(0).data.length, true);
    }
  }
}

/** The stabs of `asm`; the first use also arranges for their headers to be filled in at the end. */
export function stabs(asm: Assembler): Stabs {
  let found = asm.parts.get('stabs') as Stabs | undefined;
  if (found === undefined) {
    const made = new Stabs(asm);
    found = made;
    asm.parts.set('stabs', made);
    asm.finishers.push(() => made.finish());
  }
  return found;
}
