/** What an emulated instruction works on: registers, memory by linear address, descriptors, and faults. */
import type { GuestMemory } from '../memory.js';
import { readLinear, walkPages } from '../paging.js';
import { CR0_PE, EFER_LMA } from '../state.js';
import type { GeneralRegisters, Segment, SystemRegisters } from '../state.js';

/** An exception that the instruction raises in the guest. */
export class Fault extends Error {
  constructor(
    readonly vector: number,
    readonly errorCode: number | null,
    /** cr2 of a page fault. */
    readonly address?: bigint,
  ) {
    super(`exception ${vector}`);
  }
}

/** The emulation does not cover this case: the run ends with KVM's own error. */
export class Unsupported extends Error {}

export const UD = 6;
export const NP = 11;
export const SS = 12;
export const GP = 13;
export const PF = 14;

export class Context {
  /** The instruction's length; emulation advances rip by it unless it sets rip itself. */
  length = 0;
  jumped = false;
  systemChanged = false;

  constructor(
    readonly general: GeneralRegisters,
    readonly system: SystemRegisters,
    readonly memory: GuestMemory,
    /** The instruction's bytes, at most 15. */
    readonly bytes: Uint8Array,
  ) {}

  get cpl(): number {
    return this.protectedMode ? this.system.cs.selector & 3 : 0;
  }
  get long(): boolean {
    return (this.system.efer & EFER_LMA) !== 0n;
  }
  get code64(): boolean {
    return this.long && this.system.cs.l;
  }
  get protectedMode(): boolean {
    return (this.system.cr0 & CR0_PE) !== 0n;
  }

  /** Reads `size` bytes (1 to 16) at a linear address. @throws Fault #PF */
  read(linear: bigint, size: number): bigint {
    const bytes = readLinear(this.system, this.memory, linear, size);
    if (bytes.length < size) throw this.pageFault(linear + BigInt(bytes.length), false);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return value;
  }

  /** @throws Fault #PF */
  write(linear: bigint, size: number, value: bigint): void {
    for (let i = 0; i < size; i++) {
      const at = linear + BigInt(i);
      const walk = walkPages(this.system, this.memory, at);
      const byte = walk.physical === null || (!walk.writable && this.cpl === 3) ? null : this.memory.at(walk.physical, 1);
      if (byte === null) throw this.pageFault(at, true);
      byte[0] = Number((value >> BigInt(i * 8)) & 0xffn);
    }
  }

  private pageFault(linear: bigint, write: boolean): Fault {
    return new Fault(PF, (write ? 2 : 0) | (this.cpl === 3 ? 4 : 0), linear);
  }

  /** Address inside a segment; 64-bit code ignores all bases but those of fs and gs. */
  linear(segment: Segment, offset: bigint): bigint {
    return this.code64 ? BigInt.asUintN(64, offset) : BigInt.asUintN(32, segment.base + offset);
  }

  /** Mask of the stack pointer by the width of the stack segment. */
  private stackBits(): number {
    return this.code64 ? 64 : this.system.ss.db ? 32 : 16;
  }

  push(size: 2 | 4 | 8, value: bigint): void {
    const bits = this.stackBits();
    const top = BigInt.asUintN(bits, this.general.rsp - BigInt(size));
    this.write(this.linear(this.system.ss, top), size, value);
    this.setStack(bits, top);
  }

  pop(size: 2 | 4 | 8): bigint {
    const bits = this.stackBits();
    const top = BigInt.asUintN(bits, this.general.rsp);
    const value = this.read(this.linear(this.system.ss, top), size);
    this.setStack(bits, BigInt.asUintN(bits, top + BigInt(size)));
    return value;
  }

  private setStack(bits: number, top: bigint): void {
    this.general.rsp = bits === 16 ? (this.general.rsp & ~0xffffn) | top : top;
  }

  /** The 8 bytes of the descriptor that a selector names. @throws Fault with the selector as error code */
  descriptor(selector: number, vector = GP): bigint {
    const local = (selector & 4) !== 0;
    const table = local ? { base: this.system.ldt.base, limit: this.system.ldt.limit } : this.system.gdt;
    const offset = selector & 0xfff8;
    if (offset + 7 > table.limit) throw new Fault(vector, selector & 0xfffc);
    return this.read(table.base + BigInt(offset), 8);
  }

  /** A segment register's contents as loading `selector` makes them. */
  loadSegment(selector: number, descriptor = this.descriptor(selector)): Segment {
    return decodeDescriptor(selector, descriptor);
  }
}

/** Fields of a segment descriptor (SDM volume 3A, figure 3-8). */
export function decodeDescriptor(selector: number, descriptor: bigint): Segment {
  const bit = (n: number): boolean => ((descriptor >> BigInt(n)) & 1n) === 1n;
  const raw = Number((descriptor & 0xffffn) | ((descriptor >> 32n) & 0xf_0000n));
  const g = bit(55);
  return {
    selector,
    base: ((descriptor >> 16n) & 0xff_ffffn) | (((descriptor >> 56n) & 0xffn) << 24n),
    limit: g ? raw * 4096 + 4095 : raw,
    type: Number((descriptor >> 40n) & 15n),
    s: bit(44),
    dpl: Number((descriptor >> 45n) & 3n),
    present: bit(47),
    avl: bit(52),
    l: bit(53),
    db: bit(54),
    g,
    unusable: false,
  };
}
