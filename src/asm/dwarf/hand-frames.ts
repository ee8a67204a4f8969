/**
 * .eh_frame and .debug_frame that the source writes out itself, with .byte and .long: gas shortens their DW_CFA_advance_loc4
 * to the form that the distance needs. It follows the data through the entries to know which byte is an opcode.
 */
import type { Assembler } from '../assembler.js';
import { evaluate, isConstant, type Expr } from '../expression.js';
import { relaxScope } from '../relax.js';
import type { Section } from '../sections.js';
import type { AsmSymbol } from '../symbols.js';
import { encodeAdvance } from './frame-instructions.js';
import { appendLateTo } from './late.js';

const ADVANCE_LOC4 = 4;

/** What comes next in the entry. */
type State = 'length' | 'cie' | 'address' | 'range' | 'augmentation size' | 'augmentation' | 'opcode' | 'distance' | 'unknown';

export class HandFrames {
  private state: State = 'length';
  /** Defined where the entry ends. */
  private end: AsmSymbol | null = null;
  private augmentation = 0;
  private shift = 0;
  private readonly id: number;

  constructor(private readonly section: Section) {
    this.id = section.name.startsWith('.debug_frame') ? 0xff : 0;
  }

  /** An integer of `size` bytes (-1: a LEB128) is about to be written. How many bytes the caller shall write still. */
  see(asm: Assembler, size: number, expression: Expr): number {
    if (this.state !== 'length' && this.end?.defined === true) this.state = 'length';
    switch (this.state) {
      case 'length':
        if (size === 4) this.seeLength(asm, expression);
        return size;
      case 'cie':
        this.state = 'address';
        return size;
      case 'address':
        this.state = 'range';
        return size;
      case 'range':
        this.state = this.afterRange();
        return size;
      case 'augmentation size':
        this.seeAugmentationSize(size, expression);
        return size;
      case 'augmentation':
        this.augmentation -= size < 0 ? this.augmentation + 1 : size;
        if (this.augmentation <= 0) this.state = this.augmentation === 0 ? 'opcode' : 'unknown';
        return size;
      case 'opcode':
        if (size === 1 && expression.kind === 'constant' && expression.value === BigInt(ADVANCE_LOC4)) this.state = 'distance';
        return size;
      case 'distance':
        this.state = 'opcode';
        return size === 4 ? this.distance(asm, expression) : size;
      case 'unknown':
        return size;
    }
  }

  /** Lengths that are worth following are differences whose end is still to come. */
  private seeLength(asm: Assembler, expression: Expr): void {
    const value = expression.kind === 'constant' ? null : asm.evaluateNow(expression);
    if (value === null || value.add === null || value.add.defined) return;
    this.end = value.add;
    this.state = 'cie';
    this.augmentation = this.shift = 0;
  }

  /** Reads the CIE at the section's start: instructions are followed when it is of version 1 and code is not aligned. */
  private afterRange(): State {
    const { data } = this.section.chain(0);
    const { bytes, length } = data;
    for (let i = 4; i < 8; i++) if (bytes[i] !== this.id) return 'unknown';
    if (length < 10 || bytes[8] !== 1) return 'unknown';
    let at = 9;
    while (at < length && bytes[at] !== 0) at += 1;
    if (at + 1 >= length || bytes[at + 1] !== 1) return 'unknown';
    return bytes[9] === 0x7a ? 'augmentation size' : 'opcode';
  }

  private seeAugmentationSize(size: number, expression: Expr): void {
    if (expression.kind !== 'constant') {
      this.state = 'unknown';
      return;
    }
    const value = Number(BigInt.asIntN(32, expression.value));
    if (size === -1) this.augmentation = value;
    else {
      this.augmentation |= (value & 0x7f) << this.shift;
      this.shift += 7;
      if ((value & 0x80) !== 0) return;
    }
    this.state = this.augmentation === 0 ? 'opcode' : 'augmentation';
  }

  /** The operand of a DW_CFA_advance_loc4, whose opcode has just been written. */
  private distance(asm: Assembler, expression: Expr): number {
    const { data } = asm.chain;
    const value = asm.evaluateNow(expression);
    if (value === null) return 4;
    const opcode = data.length - 1;
    if (isConstant(value)) {
      const bytes = Number(BigInt.asUintN(32, value.value));
      if (bytes < 0x40) {
        data.bytes[opcode] = 0x40 | bytes;
        return 0;
      }
      if (bytes >= 0x10000) return 4;
      data.bytes[opcode] = bytes < 0x100 ? 2 : 3;
      return bytes < 0x100 ? 1 : 2;
    }
    if (value.add === null || value.sub === null || opcode < asm.chain.last.start) return 4;
    // The opcode is made anew with its operand once the distance is known.
    data.bytes[opcode] = 0;
    data.length = opcode;
    const scope = relaxScope();
    appendLateTo(asm, asm.chain, (out) => {
      const now = evaluate(expression, scope);
      if (now !== null && isConstant(now)) return encodeAdvance(out, Number(BigInt.asUintN(32, now.value)));
      out.u8(ADVANCE_LOC4);
      out.field(4, expression);
    });
    return 0;
  }
}
