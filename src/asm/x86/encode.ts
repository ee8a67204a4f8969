/**
 * Encoding a chosen row with its operands: prefixes, REX, opcode, ModRM and what follows (SDM volume 2, chapter 2; AMD
 * volume 3, chapter 1).
 */
import { constant, type Expr } from '../expression.js';
import { addressBits, buildAddress } from './address.js';
import type { Address } from './address.js';
import { last, numbers, out, put, putNumber } from './emit.js';
import { farPointerFits, putDisplacement, putImmediate, putMoffs } from './fields.js';
import { encodeJump, putBranchPrefixes } from './jumps.js';
import { codeAddress, rowOperand } from './match.js';
import type { Statement } from './match.js';
import { checkPrefixes, noPrefixes } from './prefixes.js';
import type { Prefixes } from './prefixes.js';
import type { Template } from './rows.js';
import { checkSpecial } from './special.js';
import { isDestination } from './string-operands.js';
import { BRANCH, D64, DS, ES, FAR, MOFFS, NO_SIZE_PREFIX, RELAX, SAME, SPECIAL, STRING } from './traits.js';
import type { Encoded, EncoderHost, InsnFixup, MemoryOperand, Operand, RegisterOperand } from './types.js';
import { putEvex, putVex } from './vex.js';

const segmentPrefix = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];

/** Segment that an address uses without an override: 3 (ds) or 2 (ss). */
function defaultSegment(memory: MemoryOperand): number {
  const { base } = memory;
  if (base === undefined) return 3;
  if (base.class === 'r16') return base.number === 5 ? 2 : 3;
  return (base.number === 4 || base.number === 5) && base.class !== 'ip' ? 2 : 3;
}

const noFixups: readonly InsnFixup[] = [];

type Given = readonly (Operand | undefined)[];

/** The statement's operands by the row's numbers; implicit ones that were left out are undefined. */
function layOut(row: Template, statement: Statement): Given {
  const { operands } = statement;
  const count = operands.length;
  const same = (row.traits & SAME) !== 0 && !statement.intel;
  if (!same && count === row.operands.length) return operands;
  const given: (Operand | undefined)[] = row.operands.map(() => undefined);
  for (let i = 0; i < count; i++) given[rowOperand(row, i, count)] = operands[same ? count - 1 - i : i];
  return given;
}

/** The memory operand that decides address size and segment: of a string instruction the source. */
function memoryOf(row: Template, statement: Statement, given: Given): MemoryOperand | undefined {
  let first: MemoryOperand | undefined;
  let second: MemoryOperand | undefined;
  for (let i = 0; i < given.length; i++) {
    const operand = given[i];
    if (operand !== undefined && operand.kind === 'memory') {
      if (first === undefined) first = operand;
      else second = operand;
    }
  }
  if (second === undefined) return first;
  const written = statement.intel ? [first!, second] : [second, first!];
  return written[isDestination(row.flags, statement, written, 0) ? 1 : 0];
}

function twice(statement: Statement, host: EncoderHost): null {
  host.error('same type of prefix used twice', statement.column);
  return null;
}

/** Encodes `row`; null after an error has been reported. */
export function encodeRow(row: Template, statement: Statement, host: EncoderHost): Encoded | null {
  const { bits } = host.state;
  const { prefixes, vector } = statement;
  const { traits } = row;
  const given = layOut(row, statement);
  const memory = memoryOf(row, statement, given);
  const isBranch = (traits & BRANCH) !== 0;
  if (memory?.displacement?.kind === 'reloc' && noThreadOffset(memory.displacement.operator, row, host)) {
    host.error(`TLS relocation cannot be used with \`${row.mnemonic}'`, statement.column);
    return null;
  }
  if (prefixes !== noPrefixes && !checkPrefixes(row, statement, given, host)) return null;

  let addressing: number = bits;
  if (memory !== undefined && !isBranch) {
    addressing = addressBits(memory);
    if (addressing === 0) addressing = prefixes.addressSize ? (bits === 32 ? 16 : 32) : bits;
  }
  let addressPrefix = prefixes.addressSize || addressing !== bits;
  if (row.addressSize !== 0 && row.addressSize !== bits) addressPrefix = true;
  if ((traits & SPECIAL) !== 0 || prefixes !== noPrefixes) {
    const special = checkSpecial(row, statement, given, memory, addressing, host);
    if (special === null) return null;
    addressing = special.addressing;
    addressPrefix = special.addressPrefix;
  }

  // Operand size.
  let dataPrefix = prefixes.dataSize;
  const plain = row.encoding === 'legacy' || row.encoding === '3dnow';
  if (plain && ((row.size === 16 && bits !== 16) || (row.size === 32 && bits === 16 && (traits & NO_SIZE_PREFIX) === 0))) {
    if (dataPrefix && !statement.sizedByPrefix && (statement.suffix !== '' || (traits & DS) === 0 || row.plus >= 0))
      return twice(statement, host);
    dataPrefix = true;
  }

  // Segment override.
  let { segment } = prefixes;
  if (memory !== undefined && memory.segment !== undefined && memory.segment.class === 'sreg' && (traits & ES) === 0) {
    const byDefault = (traits & STRING) !== 0 ? 3 : defaultSegment(memory);
    const override = segmentPrefix[memory.segment.number];
    if (memory.segment.number !== byDefault && override !== segment) {
      if (segment !== 0) return twice(statement, host);
      segment = override;
    }
  }

  // ModRM.
  const regOperand = row.reg >= 0 ? (given[row.reg] as RegisterOperand) : undefined;
  const rmOperand = row.rm >= 0 ? given[row.rm] : undefined;
  const plusOperand = row.plus >= 0 ? (given[row.plus] as RegisterOperand) : undefined;
  const reg = regOperand !== undefined ? regOperand.register.number : row.modrm >= 0 ? row.modrm : 0;
  const broadcast = memory === undefined || memory.broadcast === undefined ? 0 : memory.broadcast;
  let address: Address | undefined;
  let rmNumber = 0;
  if (rmOperand !== undefined) {
    if (rmOperand.kind === 'register') rmNumber = rmOperand.register.number;
    else if (rmOperand.kind === 'memory') {
      const made = buildAddress(rmOperand, row, statement, addressing, broadcast, host);
      if (made === null) return null;
      address = made;
    }
  }

  let rex = 0;
  if (plain) {
    rex = (row.wide && (traits & D64) === 0 && !statement.sizedByPrefix ? 8 : 0) | ((reg & 8) >> 1);
    rex |= address !== undefined ? (address.rexX << 1) | address.rexB : (rmNumber & 8) >> 3;
    if (plusOperand !== undefined) rex |= (plusOperand.register.number & 8) >> 3;
    rex = completeRex(rex, given, statement, host);
    if (rex < 0) return null;
    // x32: the linker's relaxation of a load from the thread pointer's offset writes into the REX prefix.
    if (rex === 0 && host.state.x32 && given.length === 2 && row.map === 0 && given.some(isThreadOffset)) rex = 0x40;
  }

  out.length = 0;
  if (isBranch) {
    putBranchPrefixes(row, statement, dataPrefix, rex, host);
    if ((traits & RELAX) !== 0) return encodeJump(row, given[0] as MemoryOperand, statement, dataPrefix, host);
    rex = 0;
  } else putPrefixes(row, prefixes, segment, addressPrefix, dataPrefix, given, host, statement.column);
  if (plain) {
    if (rex !== 0) put(rex);
    if (row.map >= 1) put(0x0f);
    if (row.map === 2) put(0x38);
    else if (row.map === 3) put(0x3a);
  } else {
    const vOperand = row.vvvv >= 0 ? (given[row.vvvv] as RegisterOperand) : undefined;
    if (row.encoding === 'evex') {
      const mask = vector !== null && vector.masked >= 0 ? given[vector.masked]?.mask : undefined;
      const zeroing = vector !== null && vector.zeroing;
      const rounding = vector !== null ? vector.rounding : null;
      const isRegister = rmOperand?.kind === 'register';
      putEvex(row, regOperand, vOperand, address, rmNumber, isRegister, mask, zeroing, rounding, broadcast, host);
    } else putVex(row, reg, vOperand, address, rmNumber, prefixes, host);
  }
  const { opcode } = row;
  numbers.opcodeAt = out.length;
  for (let i = 0; i < opcode.length; i++) put(opcode[i]);
  if (plusOperand !== undefined) out.bytes[out.length - 1] |= plusOperand.register.number & 7;

  last.row = row;
  last.rows = statement.rows;
  last.given = given;
  last.modrmAt = out.length;
  last.sibAt = address !== undefined && address.sib >= 0 ? out.length + 1 : -1;

  const fixups: InsnFixup[] = [];
  if (address !== undefined && address.call) fixups.push(tlsCall(memory!.displacement!));
  if (row.modrm !== -2) {
    const regField = (reg & 7) << 3;
    if (address !== undefined) {
      put((address.mod << 6) | regField | address.rm);
      if (address.sib >= 0) put(address.sib);
      putDisplacement(address, row, addressing, rex, dataPrefix, host, fixups);
    } else put(0xc0 | regField | (rmNumber & 7));
  }
  if ((traits & MOFFS) !== 0 && memory !== undefined) putMoffs(memory, addressing, fixups, statement, host);
  if (!putTrailing(row, given, statement, host, fixups)) return null;
  return { bytes: out.bytes.slice(0, out.length), fixups: fixups.length === 0 ? noFixups : fixups, branch: undefined, cacheable: true };
}

/** Operators whose relocations are for instructions that the linker can rewrite: those of the vector units are not among them. */
function noThreadOffset(operator: string, row: Template, host: EncoderHost): boolean {
  const named =
    host.state.abi === '32' ? operator === 'TPOFF' || operator === 'GOTNTPOFF' : operator === 'GOTTPOFF' || operator === 'TLSLD';
  return named && (row.encoding !== 'legacy' || row.operands.some(({ register }) => register !== null && /^(mm|xmm)$/.test(register)));
}

/** In x32 these are relaxed by the linker, which wants room for a REX prefix. */
function isThreadOffset(source: Operand | undefined): boolean {
  const expression = source?.kind === 'memory' ? source.displacement : source?.kind === 'immediate' ? source.expression : undefined;
  return expression?.kind === 'reloc' && (expression.operator === 'GOTTPOFF' || expression.operator === 'TLSDESC');
}

/** `foo@TLSCALL(%rax)` is no displacement: it marks the instruction. */
const tlsCall = (expression: Expr): InsnFixup => ({ offset: 0, size: 0, pcrel: false, signed: false, expression, role: 'absolute' });

/** REX as a whole: what the operands need, what was given, or 0; -1 after an error. */
function completeRex(needed: number, given: Given, statement: Statement, host: EncoderHost): number {
  const { prefixes } = statement;
  if ((needed & prefixes.rex & 15) !== 0) {
    twice(statement, host);
    return -1;
  }
  let need = needed !== 0;
  let high = '';
  for (let i = 0; i < given.length; i++) {
    const operand = given[i];
    if (operand === undefined || operand.kind !== 'register') continue;
    const { register } = operand;
    if (register.class !== 'r8') continue;
    if (register.rex === true) need = true;
    else if (register.high === true) high = register.name;
  }
  if (need && high !== '') {
    host.error(
      `can't encode register '${host.state.nakedRegisters ? '' : '%'}${high}' in an instruction requiring REX prefix.`,
      statement.column,
    );
    return -1;
  }
  if (prefixes.rex !== 0 || (prefixes.forceRex && high === '')) need = true;
  return need && host.state.bits === 64 ? needed | prefixes.rex | 0x40 : 0;
}

/** The prefixes but REX, in gas's order. */
function putPrefixes(
  row: Template,
  prefixes: Prefixes,
  segment: number,
  addressPrefix: boolean,
  dataPrefix: boolean,
  given: Given,
  host: EncoderHost,
  column: number,
): void {
  const legacy = row.encoding === 'legacy';
  if (row.wait) put(0x9b);
  if (segment !== 0) put(segment);
  if (prefixes.notrack) put(0x3e);
  if (addressPrefix) put(0x67);
  if (dataPrefix || (legacy && row.pp === 1)) put(0x66);
  if (prefixes !== noPrefixes) {
    let repeat = prefixes.rep !== 0 ? prefixes.rep : prefixes.hle;
    if (repeat !== 0 && host.state.options.addBndPrefix === true && row.flags.has('bnd')) {
      if (repeat === 0xf3) host.warning("replacing `rep'/`repe' prefix by `bnd'", column);
      repeat = 0;
    }
    // Where the opcode begins with rep, another changes nothing.
    if (repeat !== 0 && !(repeat === 0xf3 && legacy && row.pp === 2 && row.flags.has('rep'))) put(repeat);
    else if (prefixes.bnd) put(0xf2);
  }
  if (host.state.options.addBndPrefix === true && !prefixes.bnd && row.flags.has('bnd')) put(0xf2);
  if (legacy && row.pp >= 2) put(row.pp === 2 ? 0xf3 : 0xf2);
  // Outside 64-bit code AMD's way to the upper control registers.
  if (
    given.some((operand) => operand?.kind === 'register' && operand.register.class === 'cr' && operand.register.number > 7) &&
    host.state.bits !== 64
  )
    put(0xf0);
  if (prefixes.lock && host.state.options.omitLockPrefix !== true) put(0xf0);
}

/** Immediates, branch displacements, far pointers, /is4 and the byte behind a 3DNow! form. */
function putTrailing(row: Template, given: Given, statement: Statement, host: EncoderHost, fixups: InsnFixup[]): boolean {
  const far = (row.traits & FAR) !== 0 && given[0]?.kind === 'immediate';
  if (far && !farPointerFits(row, given, statement, host)) return false;
  // The register is implied (%xmm0) where the operand is left out.
  let is4 = row.is4 >= 0 ? ((given[row.is4] as RegisterOperand | undefined)?.register.number ?? 0) << 4 : -1;
  for (let k = 0; k < given.length; k++) {
    const operand = given[k];
    if (operand === undefined || operand.kind === 'register') continue;
    const kind = row.operands[k];
    if (operand.kind === 'immediate') {
      if (kind.immediate === 4) is4 |= Number((operand.expression as { value: bigint }).value) & 15;
      else if (kind.immediate > 1 && !(far && k === 0)) putImmediate(operand, kind.immediate, row, host, fixups, statement);
    } else if (operand.kind === 'memory' && kind.relative !== 0) {
      const size = (kind.relative / 8) as 1 | 2 | 4;
      let expression = operand.displacement!;
      if (size === 1 && expression.kind === 'constant') expression = constant(codeAddress(expression.value, host.state.bits));
      // Whether it must not wrap around: near branches may, but for xbegin.
      const signed = size === 1 || (size === 2 && row.mnemonic === 'xbegin') || (size === 4 && host.state.bits === 64);
      fixups.push({ offset: out.length, size, pcrel: true, signed, expression, role: 'branch' });
      putNumber(0, size);
    }
  }
  if (far) putImmediate(given[0] as Operand & { kind: 'immediate' }, 16, row, host, fixups, statement);
  if (is4 >= 0) put(is4);
  if (row.suffixByte >= 0) put(row.suffixByte);
  return true;
}
