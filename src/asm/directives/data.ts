/** Integers: .byte … .octa, .uleb128, .dc.*, .rva (gas manual, nodes Byte … Uleb128). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { registerIndex } from '../x86/registers.js';
import { absent, constant, isConstant, type Expr } from '../expression.js';
import { lebLength } from '../relax.js';
import { writeLebBytes } from '../layout-bytes.js';
import type { Directive, DirectiveTable } from './index.js';
import { space } from './layout.js';

/** `.long 1, sym+4, …`: integers of `size` bytes. */
function integers(size: number, signed = false): Directive {
  return (asm, args) => {
    if (args.atEnd()) return;
    do integer(asm, args, size, signed);
    while (args.comma());
    args.demandEnd();
  };
}

const address: Directive = (asm, args, name) => integers(asm.addressSize)(asm, args, name);

/** One integer of `size` bytes at the cursor. */
export function integer(asm: Assembler, args: Arguments, size: number, signed = false): void {
  if (asm.section.frames !== null) {
    const at = args.at;
    const expr = args.expression(takesRelocation(asm, size));
    const left = asm.section.frames.see(asm, size, expr);
    if (left > 0) emitInteger(asm, left, expr, at);
    return;
  }
  const quick = args.fastInteger();
  if (quick !== null) {
    if (size <= 8) asm.emitInt(size, quick);
    else asm.emitBig(size, BigInt(quick));
    if (size < 4 && Math.abs(quick) >= 2 ** (size * 8)) truncated(asm, size, BigInt(quick));
    return;
  }
  const at = args.at;
  const start = args.pos;
  const expr = args.expression(takesRelocation(asm, size));
  if (expr.kind === 'reloc') checkOperand(asm, expr, args.text.slice(start, args.pos).trimEnd(), at);
  emitInteger(asm, size, expr.kind === 'reloc' && expr.operand.kind === 'absent' ? absent : expr, at, signed);
}

/** `@GOTOFF` and the like are read in fields of 4 bytes, in 64-bit objects of 8. */
function takesRelocation(asm: Assembler, size: number): boolean {
  return size === 4 || (size === 8 && asm.is64);
}

/** What a relocation operator cannot apply to. */
function checkOperand(asm: Assembler, { operator, operand }: Expr & { kind: 'reloc' }, text: string, at: number): void {
  if (operand.kind === 'constant' || operand.kind === 'absent' || operand.kind === 'big' || operand.kind === 'register') {
    asm.error(`missing or invalid expression \`${text}'`, at);
  } else if (operator === 'PLT') {
    const value = asm.evaluateNow(operand);
    if (value === null || value.add === null || value.sub !== null) asm.error(`invalid PLT expression \`${text}'`, at);
  }
}

/** What .octa makes of a 64-bit constant. */
function extended({ value, exact = value, signed }: Expr & { kind: 'constant' }): bigint {
  const low = BigInt.asUintN(64, value);
  return signed === true && (value < 0n || exact < 0n) ? low - (1n << 64n) : low;
}

/** One integer of `size` bytes: a number, or a fixup. */
export function emitInteger(asm: Assembler, size: number, expr: Expr, at = 0, signed = false): void {
  switch (expr.kind) {
    case 'absent':
      asm.warning('zero assumed for missing expression', at);
      asm.emitInt(size, 0);
      return;
    case 'register':
      asm.warning('register value used as expression', at);
      asm.emitInt(size, registerIndex(expr.register));
      return;
    case 'float':
      asm.error('floating point number invalid', at);
      return;
    case 'big':
      emitWide(asm, size, expr.value, at);
      return;
    case 'constant':
      emitConstant(asm, size, size > 8 ? extended(expr) : expr.value, at);
      return;
    default: {
      if (asm.state.syntax === 'intel') asm.listAll(expr);
      const value = asm.evaluateNow(expr);
      if (value !== null && isConstant(value) && value.reloc === undefined) return emitConstant(asm, size, value.value, at);
      if (size > 8) {
        asm.error(`cannot do unsigned ${size} byte relocation`, at);
        return;
      }
      asm.emitExpression(size, expr, false, signed);
    }
  }
}

function emitConstant(asm: Assembler, size: number, value: bigint, at: number): void {
  asm.emitBig(size, value);
  if (size < 8) {
    const limit = 1n << BigInt(size * 8);
    // In 32-bit objects addresses, and so numbers of 4 bytes, wrap around.
    if ((value >= limit || value <= -limit) && (size !== 4 || asm.is64)) truncated(asm, size, value, at);
  }
}

function emitWide(asm: Assembler, size: number, value: bigint, at: number): void {
  const bits = BigInt(size * 8);
  if (value < -(1n << (bits - 1n)) || value >> bits > 0n) asm.warning(`bignum truncated to ${size} byte${size === 1 ? '' : 's'}`, at);
  asm.emitBig(size, value);
}

function truncated(asm: Assembler, size: number, value: bigint, at = 0): void {
  if (asm.section.absolute) return;
  const hex = (v: bigint): string => BigInt.asUintN(64, v).toString(16);
  asm.warning(`value 0x${hex(value)} truncated to 0x${hex(BigInt.asUintN(size * 8, value))}`, at);
}

/** .uleb128, .sleb128: numbers at once, what relaxation moves later. */
function leb128(signed: boolean): Directive {
  return (asm, args) => {
    if (args.atEnd()) {
      asm.warning('zero assumed for missing expression');
      return emitLeb(asm, 0n, signed);
    }
    do {
      const quick = args.fastInteger();
      if (quick !== null) {
        asm.section.frames?.see(asm, -1, constant(quick));
        emitSmallLeb(asm, quick, signed);
        continue;
      }
      const at = args.at;
      const expr = args.expression();
      asm.section.frames?.see(asm, -1, expr);
      switch (expr.kind) {
        case 'absent':
          asm.warning('zero assumed for missing expression', at);
          emitLeb(asm, 0n, signed);
          break;
        case 'float':
          asm.error('floating point number invalid', at);
          emitLeb(asm, 0n, signed);
          break;
        case 'register':
          asm.warning('register value used as expression', at);
          emitLeb(asm, BigInt(registerIndex(expr.register)), signed);
          break;
        case 'big':
          emitLeb(asm, wideLeb(expr.value, signed), signed);
          break;
        case 'constant':
          emitLeb(asm, signed ? signedLeb(expr) : (expr.exact ?? expr.value), signed);
          break;
        default: {
          const value = asm.evaluateNow(expr);
          if (value !== null && isConstant(value)) emitLeb(asm, value.value, signed);
          else {
            const { noBits, absolute, name } = asm.section;
            if (absolute) {
              asm.error('attempt to store value in absolute section', at);
              continue;
            }
            if (noBits) asm.error(`attempt to store non-zero value in section \`${name}'`, at);
            asm.tail({ kind: 'leb128', value: expr, signed });
          }
        }
      }
    } while (args.comma());
    args.demandEnd();
  };
}

/** Bits of what a minus has made of a number of more than 64 bits. */
const WIDE_BITS = 320;

/**
 * The number that .uleb128 and .sleb128 make of one of more than 64 bits. The highest 16-bit digit of a literal is its sign,
 * unless all its bits are set.
 */
function wideLeb(value: bigint, signed: boolean): bigint {
  if (value < 0n) return signed ? value : BigInt.asUintN(WIDE_BITS, value);
  if (!signed) return value;
  const bits = Math.ceil(value.toString(16).length / 4) * 16;
  return value >> BigInt(bits - 16) === 0xffffn ? value : BigInt.asIntN(bits, value);
}

/** The number that .sleb128 makes of 65 bits: a negative one that no minus has made is taken for one of 80 bits without a sign. */
function signedLeb({ value, exact = value, signed }: Expr & { kind: 'constant' }): bigint {
  return exact < 0n && value >= 0n && signed !== true ? BigInt.asUintN(80, exact) : exact;
}

function emitSmallLeb(asm: Assembler, value: number, signed: boolean): void {
  if (value < 0 || value >= 64) {
    if (signed || value < 0 || value >= 128) return emitLeb(asm, BigInt(value), signed);
  }
  asm.emitInt(1, value);
}

function emitLeb(asm: Assembler, value: bigint, signed: boolean): void {
  const size = lebLength(value, signed);
  const bytes = new Uint8Array(size);
  writeLebBytes(bytes, 0, size, value, signed);
  asm.emitBytes(bytes);
}

// prettier-ignore
export const dataDirectives: DirectiveTable = {
  '.byte': integers(1), '.dc.b': integers(1),
  '.2byte': integers(2), '.hword': integers(2), '.short': integers(2), '.word': integers(2), '.value': integers(2), '.dc.w': integers(2), '.dc': integers(2),
  '.4byte': integers(4), '.int': integers(4), '.long': integers(4), '.slong': integers(4, true), '.dc.l': integers(4),
  '.8byte': integers(8), '.quad': integers(8),
  '.octa': integers(16),
  '.dc.a': address,
  '.uleb128': leb128(false), '.sleb128': leb128(true),
  '.dcb': space(2), '.dcb.b': space(1), '.dcb.w': space(2), '.dcb.l': space(4),
  '.ds': space(2), '.ds.b': space(1), '.ds.w': space(2), '.ds.l': space(4), '.ds.s': space(4), '.ds.d': space(8), '.ds.x': space(10), '.ds.p': space(10),
};
