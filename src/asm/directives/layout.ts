/** Where things stand: alignment, .org, .space, .fill, .nops, .struct (gas manual, nodes Align … Zero). */
import { SIZE_LIMIT, type Assembler } from '../assembler.js';
import { constant, isConstant } from '../expression.js';
import type { Directive, DirectiveTable } from './index.js';

/** `unit`: is the first argument bytes or a power of two; `width`: of the fill pattern (0: .align's single byte). */
function align(unit: 'bytes' | 'power', width: 0 | 2 | 4): Directive {
  return (asm, args) => {
    const at = args.at;
    let power = alignPower(asm, args.absolute(), unit, at);
    const limit = asm.addressSize * 8 - 1;
    if (power > limit) {
      asm.warning(`alignment too large: ${limit} assumed`, at);
      power = limit;
    }
    let fill: bigint | null = null;
    let max = 0;
    if (args.comma()) {
      if (args.peek() !== 44) fill = args.absolute();
      if (args.comma()) max = args.absoluteNumber();
    }
    if (fill === null && width !== 0) asm.warning('expected fill pattern missing');
    asm.align(power, fill === null ? null : fillPattern(fill, width), max);
    args.demandEnd();
  };
}

function alignPower(asm: Assembler, value: bigint, unit: 'bytes' | 'power', at: number): number {
  if (unit === 'power') return value < 0n || value > 0xffffffffn ? 0xffffffff : Number(value);
  let bits = BigInt.asUintN(32, value);
  if (bits === 0n) return 0;
  let power = 0;
  while ((bits & 1n) === 0n) {
    bits >>= 1n;
    power += 1;
  }
  if (bits !== 1n) asm.error('alignment not a power of 2', at);
  return power;
}

function fillPattern(fill: bigint, width: number): Uint8Array {
  const size = Math.max(1, width);
  return Uint8Array.from({ length: size }, (_, i) => Number((fill >> BigInt(8 * i)) & 0xffn));
}

const org: Directive = (asm, args) => {
  const target = asm.knownExpression(args);
  const fill = args.comma() ? args.absoluteNumber() : 0;
  asm.org(target, fill & 255);
  args.demandEnd();
};

/** .space, .skip, .zero (size 0), .dcb.*, .ds.*: as many items of `size` bytes. */
export function space(size: number): Directive {
  return (asm, args) => {
    const count = args.expression();
    const value = args.comma() ? args.expression() : constant(0);
    asm.space(count, size, value);
    args.demandEnd();
  };
}

/** `.fill repeat, size, value`: at most 8 bytes each, of which the value fills 4. */
const fill: Directive = (asm, args) => {
  const repeat = asm.plainCount(args.expression());
  let size = 1;
  let value = 0n;
  if (args.comma()) {
    size = args.absoluteNumber();
    if (args.comma()) value = args.absolute();
  }
  if (size > 8) {
    asm.warning('.fill size clamped to 8');
    size = 8;
  }
  const known = asm.evaluateNow(repeat);
  const count = known !== null && isConstant(known) ? known.value : null;
  if (size < 0) asm.warning('size negative; .fill ignored');
  else if (count !== null && count < 0n) asm.warning('repeat < 0; .fill ignored');
  else if (size > 0 && count !== 0n) {
    const pattern = new Uint8Array(size);
    for (let i = 0; i < size && i < 4; i++) pattern[i] = Number((value >> BigInt(8 * i)) & 0xffn);
    asm.fill(count === null ? repeat : constant(count), pattern, value !== 0n);
  }
  args.demandEnd();
};

const nops: Directive = (asm, args) => {
  const size = args.expression();
  let control = 0n;
  if (args.comma()) {
    const expr = args.expression();
    if (expr.kind !== 'constant') asm.error('unsupported variable nop control in .nops directive');
    else control = expr.value;
  }
  if (control < 0n) {
    asm.warning('negative nop control byte, ignored');
    control = 0n;
  }
  asm.tail({ kind: 'nops', size, control: Number(control), bits: asm.state.bits, tune: asm.state.arch });
  args.demandEnd();
};

/** `.nop [size]`: as many as make `size` bytes, when that is a number; at least one. */
const nop: Directive = (asm, args) => {
  const size = args.expression();
  args.demandEnd();
  asm.beforeInstruction?.();
  const count = size.kind === 'constant' && size.value > 1n ? Number(size.value) : 1;
  for (let i = 0; i < Math.min(count, SIZE_LIMIT); i++) asm.emitInt(1, 0x90);
};

const struct: Directive = (asm, args) => {
  asm.enterAbsolute(args.absolute());
  args.demandEnd();
};

export const layoutDirectives: DirectiveTable = {
  '.align': align('bytes', 0),
  '.balign': align('bytes', 0),
  '.balignw': align('bytes', 2),
  '.balignl': align('bytes', 4),
  '.p2align': align('power', 0),
  '.p2alignw': align('power', 2),
  '.p2alignl': align('power', 4),
  '.org': org,
  '.space': space(0),
  '.skip': space(0),
  '.zero': space(0),
  '.fill': fill,
  '.nops': nops,
  '.nop': nop,
  '.struct': struct,
  '.offset': struct,
};
