/** Interrupt delivery, iret and far returns (SDM volume 3A, chapter 6; volume 2, INT n, IRET, RET). */
import { RFLAGS_IF, RFLAGS_TF, RFLAGS_VM, realSegment } from '../state.js';
import type { Segment } from '../state.js';
import { Fault, GP, NP, SS, Unsupported } from './context.js';
import type { Context } from './context.js';

const RFLAGS_NT = 1n << 14n;
const RFLAGS_RF = 1n << 16n;
const CONFORMING = 4;
const CODE = 8;

/**
 * Delivers an interrupt or exception through the IDT of protected or long mode.
 * @param software true for int n, int3, into: the gate's privilege is checked and the return address is behind the instruction
 */
export function deliver(context: Context, vector: number, errorCode: number | null, software: boolean): void {
  const { system, general } = context;
  const entrySize = context.long ? 16 : 8;
  const external = software ? 0 : 1;
  const inIdt = vector * 8 + 2 + external;
  if (vector * entrySize + entrySize - 1 > system.idt.limit) throw new Fault(GP, inIdt);
  const gate = context.read(system.idt.base + BigInt(vector * entrySize), entrySize);
  const type = Number((gate >> 40n) & 0x1fn);
  // 16- and 32-bit interrupt and trap gates; in long mode the latter are 64-bit gates. Task gates are not emulated.
  if (type === 5 && !context.long) throw new Unsupported();
  if (![6, 7, 14, 15].includes(type) || (context.long && type < 14)) throw new Fault(GP, inIdt);
  const gateLevel = Number((gate >> 45n) & 3n);
  if (software && gateLevel < context.cpl) throw new Fault(GP, inIdt);
  if (((gate >> 47n) & 1n) === 0n) throw new Fault(NP, inIdt);
  const selector = Number((gate >> 16n) & 0xffffn);
  let target = (gate & 0xffffn) | (((gate >> 48n) & 0xffffn) << 16n);
  if (context.long) target |= ((gate >> 64n) & 0xffff_ffffn) << 32n;
  else if (type < 14) target &= 0xffffn;
  if ((selector & 0xfffc) === 0) throw new Fault(GP, external);
  const code = context.loadSegment(selector);
  if (!code.s || (code.type & CODE) === 0 || code.dpl > context.cpl) throw new Fault(GP, (selector & 0xfffc) + external);
  if (!code.present) throw new Fault(NP, (selector & 0xfffc) + external);

  const size = context.long ? 8 : type >= 14 ? 4 : 2;
  const from = { cs: system.cs, ss: system.ss, rsp: general.rsp, flags: general.rflags, cpl: context.cpl };
  const inner = (code.type & CONFORMING) === 0 && code.dpl < from.cpl;
  const level = (code.type & CONFORMING) !== 0 ? from.cpl : code.dpl;
  if ((from.flags & RFLAGS_VM) !== 0n) throw new Unsupported();

  if (context.long) {
    const ist = Number((gate >> 32n) & 7n);
    if (ist !== 0) general.rsp = context.read(system.tr.base + 0x24n + BigInt(ist - 1) * 8n, 8);
    else if (inner) general.rsp = context.read(system.tr.base + 4n + BigInt(level) * 8n, 8);
    general.rsp &= ~15n;
    system.cs = code64(code, selector, level);
    if (inner) system.ss = nullStack(system.ss, level);
    context.push(8, BigInt(from.ss.selector));
    context.push(8, from.rsp);
  } else if (inner) {
    const wide = (system.tr.type & 8) !== 0;
    const slot = system.tr.base + (wide ? 4n + BigInt(level) * 8n : 2n + BigInt(level) * 4n);
    const stack = Number(context.read(slot + (wide ? 4n : 2n), 2));
    const top = context.read(slot, wide ? 4 : 2);
    const ss = context.loadSegment(stack);
    if (!ss.present) throw new Fault(SS, stack & 0xfffc);
    system.ss = ss;
    general.rsp = top;
    context.push(size, BigInt(from.ss.selector));
    context.push(size, from.rsp);
  }
  context.push(size, from.flags);
  context.push(size, BigInt(from.cs.selector));
  context.push(size, software ? general.rip + BigInt(context.length) : general.rip);
  if (errorCode !== null) context.push(size, BigInt(errorCode));
  if (!context.long) system.cs = { ...code, selector: (selector & 0xfffc) | level };
  general.rip = target;
  general.rflags &= ~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | RFLAGS_VM);
  if (type % 2 === 0) general.rflags &= ~RFLAGS_IF;
  context.jumped = true;
  context.systemChanged = true;
}

/** Delivers an interrupt in real mode through the IVT; `behind` is the offset to which it returns. @throws Fault #GP beyond the table */
export function deliverReal(context: Context, vector: number, behind: bigint): void {
  const { system, general } = context;
  if (vector * 4 + 3 > system.idt.limit) throw new Fault(GP, null);
  const entry = context.read(system.idt.base + BigInt(vector * 4), 4);
  for (const value of [general.rflags, BigInt(system.cs.selector), behind]) context.push(2, value & 0xffffn);
  system.cs = realSegment(Number(entry >> 16n), true);
  general.rip = entry & 0xffffn;
  general.rflags &= ~(RFLAGS_IF | RFLAGS_TF);
}

const code64 = (code: Segment, selector: number, level: number): Segment => ({ ...code, selector: (selector & 0xfffc) | level });
const nullStack = (ss: Segment, level: number): Segment => ({
  ...ss,
  selector: level,
  dpl: level,
  type: 3,
  s: true,
  present: true,
  unusable: false,
});

/** Flags that iret may change at a privilege level. */
function poppedFlags(old: bigint, popped: bigint, size: number, cpl: number): bigint {
  const IOPL = 3n << 12n;
  let mask = size === 2 ? 0xffffn : 0x25_7fd5n;
  const iopl = Number((old & IOPL) >> 12n);
  if (cpl !== 0) mask &= ~IOPL;
  if (cpl > iopl) mask &= ~RFLAGS_IF;
  mask &= ~RFLAGS_VM;
  return (old & ~mask) | (popped & mask) | 2n;
}

/** iret with the given operand size, in protected and long mode. */
export function interruptReturn(context: Context, size: 2 | 4 | 8): void {
  const { general, system } = context;
  if ((general.rflags & (RFLAGS_NT | RFLAGS_VM)) !== 0n) throw new Unsupported();
  const rip = context.pop(size);
  const selector = Number(context.pop(size) & 0xffffn);
  const flags = context.pop(size);
  if ((flags & RFLAGS_VM) !== 0n && context.cpl === 0 && size === 4) throw new Unsupported();
  const cpl = context.cpl;
  const stack = context.code64 || (selector & 3) > cpl ? { rsp: context.pop(size), ss: Number(context.pop(size) & 0xffffn) } : null;
  farTransfer(context, rip, selector, stack);
  general.rflags = poppedFlags(general.rflags, flags, size, cpl);
  void system;
}

/** retf with the given operand size; `release` more bytes are dropped from both stacks. */
export function farReturn(context: Context, size: 2 | 4 | 8, release: number): void {
  const rip = context.pop(size);
  const selector = Number(context.pop(size) & 0xffffn);
  const { general } = context;
  const outer = (selector & 3) > context.cpl;
  general.rsp += BigInt(release);
  const stack = outer ? { rsp: context.pop(size) + BigInt(release), ss: Number(context.pop(size) & 0xffffn) } : null;
  farTransfer(context, rip, selector, stack);
}

function farTransfer(context: Context, rip: bigint, selector: number, stack: { rsp: bigint; ss: number } | null): void {
  const { general, system } = context;
  const cpl = context.cpl;
  if ((selector & 0xfffc) === 0) throw new Fault(GP, 0);
  const level = selector & 3;
  if (level < cpl) throw new Fault(GP, selector & 0xfffc);
  const code = context.loadSegment(selector);
  const conforming = (code.type & CONFORMING) !== 0;
  if (!code.s || (code.type & CODE) === 0 || (conforming ? code.dpl > level : code.dpl !== level)) throw new Fault(GP, selector & 0xfffc);
  if (!code.present) throw new Fault(NP, selector & 0xfffc);
  const limit = code.l && context.long ? null : BigInt(code.limit);
  if (limit !== null && rip > limit) throw new Fault(GP, 0);
  if (stack !== null) {
    if ((stack.ss & 0xfffc) === 0) {
      if (!context.long || !code.l || level === 3) throw new Fault(GP, 0);
      system.ss = nullStack(system.ss, level);
    } else {
      const ss = context.loadSegment(stack.ss);
      if ((stack.ss & 3) !== level || ss.dpl !== level || !ss.s || (ss.type & (CODE | 2)) !== 2) throw new Fault(GP, stack.ss & 0xfffc);
      if (!ss.present) throw new Fault(SS, stack.ss & 0xfffc);
      system.ss = ss;
    }
  }
  system.cs = code;
  general.rip = rip;
  if (stack !== null) general.rsp = system.ss.db || (code.l && context.long) ? stack.rsp : (general.rsp & ~0xffffn) | (stack.rsp & 0xffffn);
  if (level > cpl) {
    // Data segments that the outer level may not use become null.
    for (const name of ['ds', 'es', 'fs', 'gs'] as const) {
      const segment = system[name];
      const data = segment.s && (segment.type & (CODE | CONFORMING)) !== (CODE | CONFORMING);
      if (data && segment.dpl < level && !segment.unusable)
        system[name] = { ...segment, selector: 0, base: 0n, unusable: true, present: false };
    }
  }
  context.jumped = true;
  context.systemChanged = true;
}
