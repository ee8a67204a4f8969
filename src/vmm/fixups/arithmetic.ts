/** Small instructions that KVM's emulator may lack, on operands that iced-x86 has decoded. Volume 2 of the SDM, each by its name. */
import { Fault, UD } from './context.js';
import type { Context } from './context.js';
import type { Operand } from './operands.js';

const CF = 1n;
const PF = 4n;
const AF = 1n << 4n;
const ZF = 1n << 6n;
const SF = 1n << 7n;
const OF = 1n << 11n;

type Effect = (context: Context, operands: readonly Operand[]) => void;

function setFlags(context: Context, clear: bigint, set: bigint): void {
  context.general.rflags = (context.general.rflags & ~clear) | set;
}

function resultFlags(value: number): bigint {
  let parity = value & 0xff;
  parity ^= parity >> 4;
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  return ((parity & 1) === 0 ? PF : 0n) | (value === 0 ? ZF : 0n) | ((value & 0x80) !== 0 ? SF : 0n);
}

function setAl(context: Context, al: number): void {
  context.general.rax = (context.general.rax & ~0xffn) | BigInt(al & 0xff);
}

/** aaa and aas: adjust after the addition or subtraction of two unpacked decimal digits. */
const asciiAdjust =
  (direction: 1 | -1): Effect =>
  (context) => {
    const { general } = context;
    const ax = Number(general.rax & 0xffffn);
    const adjust = (ax & 15) > 9 || (general.rflags & AF) !== 0n;
    const value = adjust ? (ax + direction * 0x106) & 0xffff : ax;
    general.rax = (general.rax & ~0xffffn) | BigInt(value & 0xff0f);
    setFlags(context, CF | AF, adjust ? CF | AF : 0n);
  };

/** daa and das: adjust after the addition or subtraction of two packed decimal bytes. */
const decimalAdjust =
  (direction: 1 | -1): Effect =>
  (context) => {
    const { general } = context;
    const old = Number(general.rax & 0xffn);
    const carry = (general.rflags & CF) !== 0n;
    let al = old;
    let set = 0n;
    if ((old & 15) > 9 || (general.rflags & AF) !== 0n) {
      const sum = al + direction * 6;
      al = sum & 0xff;
      set |= AF;
      if (carry || sum < 0 || sum > 0xff) set |= CF;
    }
    if (old > 0x99 || carry) {
      al = (al + direction * 0x60) & 0xff;
      set |= CF;
    } else if (direction === 1) set &= ~CF;
    setAl(context, al);
    setFlags(context, CF | AF | PF | ZF | SF, set | resultFlags(al));
  };

const popcnt: Effect = (context, [to, from]) => {
  let count = 0n;
  for (let value = from.read(); value !== 0n; value >>= 1n) count += value & 1n;
  to.write(count);
  setFlags(context, OF | SF | ZF | AF | CF | PF, count === 0n ? ZF : 0n);
};

/** CRC-32C, polynomial 0x11EDC6F41 reflected. */
const crc32: Effect = (_context, [to, from]) => {
  let crc = Number(to.read() & 0xffff_ffffn);
  const data = from.read();
  for (let i = 0; i < from.size; i++) {
    crc ^= Number((data >> BigInt(i * 8)) & 0xffn);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) !== 0 ? 0x82f6_3b78 : 0);
  }
  to.write(BigInt(crc >>> 0));
};

/** andn, blsr, … of BMI1 and the plain shifts of BMI2. */
const andn: Effect = (context, [to, first, second]) => {
  const value = BigInt.asUintN(to.size * 8, ~first.read() & second.read());
  to.write(value);
  setFlags(context, OF | CF | ZF | SF, (value === 0n ? ZF : 0n) | (value >> BigInt(to.size * 8 - 1) === 1n ? SF : 0n));
};

const movbe: Effect = (_context, [to, from]) => {
  let value = 0n;
  const data = from.read();
  for (let i = 0; i < from.size; i++) value = (value << 8n) | ((data >> BigInt(i * 8)) & 0xffn);
  to.write(value);
};

/** arpl: raises the RPL of the destination to the source's. */
const arpl: Effect = (context, [to, from]) => {
  const [a, b] = [to.read(), from.read()];
  const raise = (a & 3n) < (b & 3n);
  if (raise) to.write((a & ~3n) | (b & 3n));
  setFlags(context, ZF, raise ? ZF : 0n);
};

/** The descriptor that a selector names if the current privilege may see it, else null. */
function visible(context: Context, selector: number, system: readonly number[]): bigint | null {
  if ((selector & 0xfffc) === 0) return null;
  try {
    const descriptor = context.descriptor(selector);
    const type = Number((descriptor >> 40n) & 0x1fn);
    const level = Number((descriptor >> 45n) & 3n);
    if ((type & 0x10) === 0 && !system.includes(type)) return null;
    const conforming = (type & 0x1c) === 0x1c;
    if (!conforming && (context.cpl > level || (selector & 3) > level)) return null;
    return descriptor;
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

const lar: Effect = (context, [to, from]) => {
  const descriptor = visible(context, Number(from.read() & 0xffffn), context.long ? [2, 9, 11, 12] : [1, 2, 3, 4, 5, 9, 11, 12]);
  if (descriptor !== null) to.write(BigInt.asUintN(to.size * 8, (descriptor >> 32n) & 0xff_ff00n));
  setFlags(context, ZF, descriptor === null ? 0n : ZF);
};

const lsl: Effect = (context, [to, from]) => {
  const selector = Number(from.read() & 0xffffn);
  const descriptor = visible(context, selector, context.long ? [2, 9, 11] : [1, 2, 3, 9, 11]);
  if (descriptor !== null) to.write(BigInt.asUintN(to.size * 8, BigInt(context.loadSegment(selector, descriptor).limit)));
  setFlags(context, ZF, descriptor === null ? 0n : ZF);
};

const verify =
  (write: boolean): Effect =>
  (context, [from]) => {
    const descriptor = visible(context, Number(from.read() & 0xffffn), []);
    const type = descriptor === null ? 0 : Number((descriptor >> 40n) & 15n);
    const code = (type & 8) !== 0;
    const good = descriptor !== null && (write ? !code && (type & 2) !== 0 : !code || (type & 2) !== 0);
    setFlags(context, ZF, good ? ZF : 0n);
  };

/** bound: #BR when the index lies outside the pair of signed limits. */
const bound: Effect = (context, [index, limits]) => {
  const bits = index.size * 8;
  const pair = limits.read();
  const value = BigInt.asIntN(bits, index.read());
  if (value < BigInt.asIntN(bits, pair) || value > BigInt.asIntN(bits, pair >> BigInt(bits))) throw new Fault(5, null);
  void context;
};

const cmpxchg16b: Effect = (context, [memory]) => {
  const { general } = context;
  const old = memory.read();
  const expected = (general.rdx << 64n) | general.rax;
  if (old === expected) {
    memory.write((general.rcx << 64n) | general.rbx);
    setFlags(context, ZF, ZF);
  } else {
    general.rax = BigInt.asUintN(64, old);
    general.rdx = old >> 64n;
    setFlags(context, ZF, 0n);
  }
};

const salc: Effect = (context) => setAl(context, (context.general.rflags & CF) !== 0n ? 0xff : 0);

/** rdtscp's and rdpid's processor number is the vCPU's, 0; the counter is the host's clock in nanoseconds. */
const rdtscp: Effect = ({ general }) => {
  const now = process.hrtime.bigint();
  general.rax = now & 0xffff_ffffn;
  general.rdx = (now >> 32n) & 0xffff_ffffn;
  general.rcx = 0n;
};

const xgetbv: Effect = ({ general }) => {
  if ((general.rcx & 0xffff_ffffn) !== 0n) throw new Fault(13, 0);
  general.rax = 3n;
  general.rdx = 0n;
};

const rejected: Effect = () => {
  throw new Fault(UD, null);
};

/** By the mnemonic that iced-x86 gives, in capitals. */
// prettier-ignore
export const effects: Readonly<Record<string, Effect>> = {
  AAA: asciiAdjust(1), AAS: asciiAdjust(-1), DAA: decimalAdjust(1), DAS: decimalAdjust(-1),
  POPCNT: popcnt, CRC32: crc32, ANDN: andn, MOVBE: movbe, ARPL: arpl, LAR: lar, LSL: lsl,
  VERR: verify(false), VERW: verify(true), BOUND: bound, CMPXCHG16B: cmpxchg16b, SALC: salc, RDTSCP: rdtscp, XGETBV: xgetbv,
  UD0: rejected, UD1: rejected, UD2: rejected,
};
