/**
 * Encoding a chosen row with its operands: prefixes, REX/VEX/EVEX/XOP, opcode, ModRM, SIB, displacement, immediates
 * (SDM volume 2, chapter 2; AMD volume 3, chapter 1). Bytes are gathered in one shared buffer.
 */
import { writeBig, writeUint } from '../../bytes.js';
import { hasFeature } from './arch.js';
import type { Expr } from '../expression.js';
import type { Statement } from './match.js';
import type { Prefixes } from './prefixes.js';
import { normalizeConstant, rowOperand } from './match.js';
import { checkPrefixes, noPrefixes } from './prefixes.js';
import { isDestination } from './string-operands.js';
import type { Template } from './rows.js';
import type {
  Encoded,
  EncoderHost,
  ImmediateOperand,
  InsnFixup,
  MemoryOperand,
  Operand,
  RegisterOperand,
  RoundingOperand,
} from './types.js';

const buffer = new Uint8Array(64);
let length = 0;

function put(byte: number): void {
  buffer[length++] = byte;
}

/** What the ModRM part comes to before it is written. */
interface Address {
  mod: number;
  rm: number;
  /** -1: none. */
  sib: number;
  displacementSize: 0 | 1 | 2 | 4 | 8;
  displacement: Expr | undefined;
  /** Already divided by N for disp8*N. */
  value: number;
  pcrel: boolean;
  rexX: number;
  rexB: number;
  /** Index bit 4 of EVEX VSIB. */
  indexHigh: number;
}

const segmentPrefix = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];

export const failure = { reported: true };

/** Segment that an address uses without an override: 3 (ds) or 2 (ss). */
function defaultSegment(memory: MemoryOperand): number {
  const { base } = memory;
  if (base === undefined) return 3;
  if (base.class === 'r16') return base.number === 5 ? 2 : 3;
  return (base.number === 4 || base.number === 5) && base.class !== 'ip' ? 2 : 3;
}

/** Bits of addressing that a memory operand implies, 0: nothing does. */
export function addressBits(memory: MemoryOperand): number {
  if (memory.base !== undefined) return memory.base.bits;
  const { index } = memory;
  if (index === undefined || index.class === 'xmm' || index.class === 'ymm' || index.class === 'zmm') return 0;
  return index.bits;
}

function fitsSigned8(value: number): boolean {
  return value >= -128 && value <= 127;
}

const noFixups: readonly InsnFixup[] = [];

/** Encodes `row`; null after an error has been reported. */
export function encodeRow(row: Template, statement: Statement, host: EncoderHost): Encoded | null {
  const { state } = host;
  const { prefixes, operands } = statement;
  const count = operands.length;
  const same = row.flags.has('same') && !statement.intel;
  /** The row's operands as given; undefined: implicit and left out. */
  const given: (Operand | undefined)[] = row.operands.map(() => undefined);
  for (let i = 0; i < count; i++) given[rowOperand(row, i, count)] = operands[same ? count - 1 - i : i];

  const isString = row.flags.has('string');
  const memories = given.filter((operand) => operand?.kind === 'memory') as MemoryOperand[];
  if (isString && memories.length > 0 && !destinationInEs(row, statement, memories, host)) return null;
  const memory = isString
    ? (memories.find(
        (operand, i) => !isDestination(row.flags, statement, memories, memories.length === 2 ? (statement.intel ? i : 1 - i) : i),
      ) ?? memories[0])
    : memories[0];
  const isMoffs = row.operands.some((kind) => kind.moffs !== 0);
  const isBranch = row.operands.some((kind) => kind.relative !== 0);
  const bits = state.bits;
  let addressing: number = bits;
  if (memory !== undefined && !isBranch) {
    addressing = addressBits(memory) || (prefixes.addressSize ? (bits === 16 ? 32 : bits === 32 ? 16 : 32) : bits);
  }
  const mpx = row.features[0] === 'mpx';
  if (mpx && bits === 16 && memory !== undefined && addressBits(memory) === 0) addressing = 32;
  let addressPrefix = prefixes.addressSize;
  if (memory !== undefined && !isBranch && addressing !== bits && !(isString && addressing === 16 && bits === 64)) addressPrefix = true;
  if (row.addressSize !== 0 && row.addressSize !== bits) addressPrefix = true;

  if (prefixes !== noPrefixes && !checkPrefixes(row, statement, given, host)) return null;
  const twice = (): null => {
    host.error('same type of prefix used twice', statement.column);
    return null;
  };
  if (row.addressSize !== 0 && row.addressSize !== bits && prefixes.addressSize && !(row.flags.has('das') && statement.suffix === ''))
    return twice();
  if (prefixes.displacement === 'disp32' && (isBranch ? bits === 16 && !prefixes.dataSize : memory !== undefined && addressing === 16)) {
    host.error("invalid `{disp32}' prefix", statement.column);
    return null;
  }
  if (prefixes.displacement === 'disp16' && (isBranch ? bits !== 16 : memory !== undefined && addressing !== 16)) {
    host.error("invalid `{disp16}' prefix", statement.column);
    return null;
  }
  if (!statement.intel && row.flags.has('indirect') && operands.length === 1 && (operands[0] as RegisterOperand).indirect !== true) {
    host.warning(`indirect ${row.mnemonic} without \`*'`, statement.column);
  }
  if (row.opcode[0] === 0x8d && row.map === 0 && (prefixes.segment !== 0 || memory?.segment !== undefined)) {
    host.warning(`segment override on \`${row.mnemonic}' is ineffectual`, statement.column);
  }

  if (row.flags.has('regaddr')) {
    // The register is an address: its size is the address size.
    const register = (given[0] as RegisterOperand).register;
    if (memory !== undefined && addressBits(memory) !== 0 && addressBits(memory) !== register.bits) {
      host.error(`invalid register operand size for \`${row.mnemonic}'`, statement.column);
      return null;
    }
    addressing = register.bits;
    addressPrefix = prefixes.addressSize || register.bits !== bits;
  }
  const implied = row.flags.has('addr16') ? 16 : row.flags.has('addr32') ? 32 : row.flags.has('addr64') ? 64 : bits;
  if (implied !== bits) addressPrefix = true;
  if (mpx && memory !== undefined && (addressing !== bits || addressing === 16)) {
    if (addressing === 16 || bits === 64) {
      host.error(
        addressing === 16 ? "16-bit address isn't allowed in MPX instructions" : "32-bit address isn't allowed in 64-bit MPX instructions.",
        statement.column,
      );
      return null;
    }
  }
  if (row.flags.has('translate')) host.warning(`translating to \`${row.mnemonic} ${operands[0].text}'`, statement.column);

  // Operand size.
  let dataPrefix = prefixes.dataSize;
  let rexW = 0;
  const sizePrefix = row.encoding === 'legacy' || row.encoding === '3dnow';
  if (sizePrefix) {
    if ((row.size === 16 && bits !== 16) || (row.size === 32 && bits === 16 && !row.flags.has('size=32'))) {
      if (dataPrefix && (statement.suffix !== '' || !row.flags.has('ds') || row.plus >= 0)) return twice();
      dataPrefix = true;
    } else if (row.wide && !row.flags.has('d64')) rexW = 8;
    if (state.code16gcc && row.flags.has('ds') && row.size === 32) dataPrefix = true;
  }

  // Segment override.
  let segment = prefixes.segment;
  if (memory?.segment !== undefined && memory.segment.class === 'sreg' && !row.flags.has('es')) {
    const byDefault = isString ? 3 : defaultSegment(memory);
    const override = segmentPrefix[memory.segment.number];
    if (memory.segment.number !== byDefault && override !== segment) {
      if (segment !== 0) return twice();
      segment = override;
    }
  }

  const mask = given.find((operand) => operand?.mask !== undefined)?.mask;
  const zeroing = given.some((operand) => operand?.zeroing === true);
  const rounding = statement.vector?.rounding ?? null;
  const broadcast = memory?.broadcast ?? 0;

  // ModRM.
  const regOperand = row.reg >= 0 ? (given[row.reg] as RegisterOperand) : undefined;
  const rmOperand = row.rm >= 0 ? given[row.rm] : undefined;
  const vOperand = row.vvvv >= 0 ? (given[row.vvvv] as RegisterOperand) : undefined;
  const plusOperand = row.plus >= 0 ? (given[row.plus] as RegisterOperand) : undefined;
  const reg = regOperand?.register.number ?? (row.modrm >= 0 ? row.modrm : 0);
  let address: Address | undefined;
  let rmNumber = 0;
  if (rmOperand?.kind === 'register') rmNumber = rmOperand.register.number;
  else if (rmOperand?.kind === 'memory') {
    const made = buildAddress(rmOperand, row, statement, addressing, broadcast, host);
    if (made === null) return null;
    address = made;
  }

  const hasRegisterRm = rmOperand?.kind === 'register';
  let rex = 0;
  if (row.encoding === 'legacy' || row.encoding === '3dnow') {
    rex |= rexW | ((reg & 8) >> 1) | (address !== undefined ? (address.rexX << 1) | address.rexB : (rmNumber & 8) >> 3);
    if (plusOperand !== undefined) rex |= (plusOperand.register.number & 8) >> 3;
    if ((rex & prefixes.rex & 15) !== 0) return twice();
    rex |= prefixes.rex & 15;
    let needsRex = (rex & ~prefixes.rex) !== 0;
    let high = '';
    for (const operand of given) {
      if (operand?.kind !== 'register') continue;
      if (operand.register.rex === true) needsRex = true;
      if (operand.register.high === true) high = operand.register.name;
    }
    if (needsRex && high !== '') {
      host.error(`can't encode register '%${high}' in an instruction requiring REX prefix.`, statement.column);
      return null;
    }
    if (prefixes.rex !== 0 || (prefixes.forceRex && high === '')) needsRex = true;
    rex = needsRex ? rex | 0x40 : 0;
    if (rex !== 0 && bits !== 64) rex = 0;
  }

  length = 0;
  const legacy = row.encoding === 'legacy';
  if (isBranch) {
    putBranchPrefixes(row, statement, dataPrefix, rex, host);
    if (row.flags.has('relax')) return encodeJump(row, given, statement, dataPrefix, host);
    rex = 0;
  } else {
    if (row.wait) put(0x9b);
    if (segment !== 0) put(segment);
    if (addressPrefix) put(0x67);
    if (dataPrefix || (legacy && row.pp === 1)) put(0x66);
    const hle = prefixes.hle !== 0 ? prefixes.hle : 0;
    const rep = prefixes.rep !== 0 ? prefixes.rep : hle !== 0 ? hle : prefixes.bnd ? 0xf2 : 0;
    if (prefixes.notrack) put(0x3e);
    if (prefixes.hint !== 0) put(prefixes.hint);
    if (rep !== 0) put(rep);
    if (legacy && row.pp >= 2) put(row.pp === 2 ? 0xf3 : 0xf2);
    if (prefixes.lock && state.options.omitLockPrefix !== true) put(0xf0);
  }

  if (legacy || row.encoding === '3dnow') {
    if (rex !== 0) put(rex);
    if (row.map >= 1) put(0x0f);
    if (row.map === 2) put(0x38);
    else if (row.map === 3) put(0x3a);
  } else if (row.encoding === 'evex') {
    putEvex(row, regOperand, vOperand, address, rmNumber, hasRegisterRm, mask, zeroing, rounding, broadcast, host, statement);
  } else {
    putVex(row, reg, vOperand, address, rmNumber, prefixes, host);
  }
  const { opcode } = row;
  for (let i = 0; i < opcode.length; i++) put(opcode[i]);
  if (plusOperand !== undefined) buffer[length - 1] |= plusOperand.register.number & 7;

  const fixups: InsnFixup[] = [];
  if (row.modrm !== -2) {
    const regField = (reg & 7) << 3;
    if (address !== undefined) {
      put((address.mod << 6) | regField | address.rm);
      if (address.sib >= 0) put(address.sib);
      putDisplacement(address, row, addressing, rex, host, fixups, statement);
    } else put(0xc0 | regField | (rmNumber & 7));
  }
  if (isMoffs && memory !== undefined) putMoffs(memory, addressing, host, fixups);

  if (row.flags.has('far') && given[0]?.kind === 'immediate' && !farPointerFits(row, given, statement, host)) return null;
  // Immediates, branch displacements, far pointers, /is4.
  // The register is implied (%xmm0) where the operand is left out.
  let is4 = row.is4 >= 0 ? ((given[row.is4] as RegisterOperand | undefined)?.register.number ?? 0) << 4 : -1;
  for (let k = 0; k < given.length; k++) {
    const operand = given[k];
    const kind = row.operands[k];
    if (operand?.kind === 'immediate' && kind.immediate > 1) {
      if (kind.immediate === 4) {
        is4 |= Number((operand.expression as { value: bigint }).value) & 15;
      } else if (!(row.flags.has('far') && k === 0)) putImmediate(operand, kind.immediate, row, host, fixups, statement);
    } else if (kind.relative !== 0 && operand?.kind === 'memory') {
      const size = (kind.relative / 8) as 1 | 2 | 4;
      fixups.push({ offset: length, size, pcrel: true, signed: true, expression: operand.displacement!, role: 'branch' });
      for (let i = 0; i < size; i++) put(0);
    }
  }
  if (row.flags.has('far') && given[0]?.kind === 'immediate') putImmediate(given[0], 16, row, host, fixups, statement);
  if (is4 >= 0) put(is4);
  if (row.suffixByte >= 0) put(row.suffixByte);
  return { bytes: buffer.slice(0, length), fixups: fixups.length === 0 ? noFixups : fixups, cacheable: true };
}

/** ES:DI operands cannot be overridden. */
function destinationInEs(row: Template, statement: Statement, memories: readonly MemoryOperand[], host: EncoderHost): boolean {
  for (let i = 0; i < memories.length; i++) {
    const { segment } = memories[i];
    if (segment === undefined || segment.name === 'es') continue;
    const written = memories.length === 2 && !statement.intel ? 1 - i : i;
    if (!isDestination(row.flags, statement, memories, written)) continue;
    const { operands } = statement;
    const at = operands.indexOf(memories[i]);
    host.error(`\`${row.mnemonic}' operand ${statement.intel ? at + 1 : operands.length - at} must use \`%es' segment`, statement.column);
    return false;
  }
  return true;
}

/** Prefixes before a direct branch; others than these are dropped with gas's warning. */
function putBranchPrefixes(row: Template, statement: Statement, dataPrefix: boolean, rex: number, host: EncoderHost): void {
  const { prefixes } = statement;
  const counter = row.addressSize !== 0;
  let dropped = prefixes.lock || prefixes.rep !== 0;
  if (counter) {
    if (row.addressSize !== host.state.bits || prefixes.addressSize) put(0x67);
  } else if (prefixes.addressSize) dropped = true;
  const hint = prefixes.hint !== 0 ? prefixes.hint : prefixes.segment;
  if (row.flags.has('hint') && (hint === 0x2e || hint === 0x3e)) put(hint);
  else if (hint !== 0) dropped = true;
  if (dataPrefix) {
    if (counter) dropped = true;
    else put(0x66);
  }
  if (prefixes.bnd) put(0xf2);
  if (rex !== 0) put(rex);
  if (dropped) host.warning(`skipping prefixes on \`${row.mnemonic}'`, statement.column);
}

function encodeJump(
  row: Template,
  given: readonly (Operand | undefined)[],
  statement: Statement,
  dataPrefix: boolean,
  host: EncoderHost,
): Encoded {
  const { bits } = host.state;
  const target = (given[0] as MemoryOperand).displacement!;
  const wide = dataPrefix ? (bits === 16 ? 32 : 16) : bits;
  const condition = row.opcode[0] === 0xeb || row.opcode[0] === 0xe9 ? -1 : row.opcode[0] & 15;
  if (statement.prefixes.displacement === 'disp32' || statement.prefixes.displacement === 'disp16') {
    // The near form is asked for.
    const size = wide === 16 ? 2 : 4;
    if (condition < 0) put(0xe9);
    else {
      put(0x0f);
      put(0x80 | condition);
    }
    const fixup: InsnFixup = { offset: length, size, pcrel: true, signed: true, expression: target, role: 'branch' };
    for (let i = 0; i < size; i++) put(0);
    return { bytes: buffer.slice(0, length), fixups: [fixup], cacheable: true };
  }
  return {
    bytes: buffer.slice(0, length),
    fixups: noFixups,
    branch: {
      branch: {
        kind: condition < 0 ? 'jmp' : 'jcc',
        condition: condition < 0 ? 0 : condition,
        bits: wide,
        nearConditional: hasFeature(host.state, '386'),
      },
      target,
    },
    cacheable: true,
  };
}

const scaleBits: Record<number, number> = { 1: 0, 2: 1, 4: 2, 8: 3 };
const rm16: Record<string, number> = { '3,6': 0, '3,7': 1, '5,6': 2, '5,7': 3, '6,': 4, '7,': 5, '5,': 6, '3,': 7 };

/** disp8*N: the N of an EVEX form (SDM volume 2, 2.7.5), 1 elsewhere. */
function displacementScale(row: Template, broadcast: number): number {
  if (row.encoding !== 'evex') return 1;
  const kind = row.operands[row.rm];
  if (broadcast !== 0) return kind.broadcast / 8;
  if (kind.vsib !== null) return row.w === 1 ? 8 : 4;
  for (const flag of row.flags) if (flag[0] === 'N') return Number(flag.slice(1));
  return Math.max(1, kind.memoryBits / 8);
}

function buildAddress(
  memory: MemoryOperand,
  row: Template,
  statement: Statement,
  addressing: number,
  broadcast: number,
  host: EncoderHost,
): Address | null {
  const { base, index, displacement } = memory;
  const bad = (): null => {
    host.error(`\`${memory.text}' is not a valid base/index expression`, memory.column, memory.text.length);
    return null;
  };
  const address: Address = {
    mod: 0,
    rm: 0,
    sib: -1,
    displacementSize: 0,
    displacement,
    value: 0,
    pcrel: false,
    rexX: 0,
    rexB: 0,
    indexHigh: 0,
  };
  const vector = index !== undefined && (index.class === 'xmm' || index.class === 'ymm' || index.class === 'zmm');
  const { bits } = host.state;
  const given = addressBits(memory);
  if (given !== 0 && statement.prefixes.addressSize && given === bits) return bad();
  // Registers that cannot go together.
  if (base !== undefined) {
    if (base.class !== 'r16' && base.class !== 'r32' && base.class !== 'r64' && base.class !== 'ip') return bad();
    if (base.class === 'r16' && bits === 64) return bad();
  }
  if (index !== undefined && !vector) {
    if (index.class !== 'r16' && index.class !== 'r32' && index.class !== 'r64' && index.class !== 'iz') return bad();
    if (base !== undefined && index.bits !== base.bits) return bad();
    if (base?.class === 'ip') return bad();
    if (index.number === 4 && index.class !== 'iz') return bad();
    if (index.class === 'r16' && bits === 64) return bad();
  }
  if (vector && (base?.class === 'ip' || base?.class === 'r16')) return bad();
  if (base?.class === 'ip' && (row.operands[row.rm]?.sib !== null || row.flags.has('mpx'))) {
    host.error(`\`${memory.text}' cannot be used here`, memory.column, memory.text.length);
    return null;
  }

  let constantDisplacement: number | null = displacement === undefined ? 0 : null;
  if (displacement?.kind === 'constant') {
    const value = normalizeDisplacement(displacement.value, memory, row, statement, addressing, host);
    if (value === null) return null;
    constantDisplacement = value;
  }
  const forced = statement.prefixes.displacement;

  if (addressing === 16) {
    let key = '';
    if (base !== undefined) key = `${base.number},${index === undefined ? '' : index.number}`;
    else if (index !== undefined) key = `${index.number},`;
    if (index !== undefined && (memory.scale !== 1 || (base === undefined && false))) return bad();
    if (key === '') {
      address.rm = 6;
      address.displacementSize = 2;
      address.value = constantDisplacement ?? 0;
      return address;
    }
    const rm = Object.hasOwn(rm16, key) ? rm16[key] : -1;
    if (rm < 0 || base === undefined) return bad();
    address.rm = rm;
    chooseSize(address, constantDisplacement, rm === 6, displacementScale(row, broadcast), 2, forced);
    return address;
  }

  const scale = displacementScale(row, broadcast);
  const needsSib = row.operands[row.rm]?.sib === 'sibmem';
  if (base === undefined && index === undefined) {
    address.displacementSize = 4;
    address.value = constantDisplacement ?? 0;
    if (bits === 64 || needsSib) {
      address.rm = 4;
      address.sib = 0x25;
    } else address.rm = 5;
    return address;
  }
  if (base?.class === 'ip') {
    address.rm = 5;
    address.pcrel = true;
    address.displacementSize = 4;
    address.value = constantDisplacement ?? 0;
    return address;
  }
  if (base === undefined) {
    // No base: disp32 always.
    address.rm = 4;
    address.displacementSize = 4;
    address.value = constantDisplacement ?? 0;
    address.sib = (scaleBits[memory.scale] << 6) | (index!.class === 'iz' ? 0x20 : (index!.number & 7) << 3) | 5;
    address.rexX = (index!.number >> 3) & 1;
    address.indexHigh = (index!.number >> 4) & 1;
    return address;
  }
  address.rexB = (base.number >> 3) & 1;
  const low = base.number & 7;
  if (index !== undefined || low === 4 || needsSib) {
    address.rm = 4;
    const indexBits = index === undefined || index.class === 'iz' ? 4 : index.number & 7;
    address.sib = (scaleBits[memory.scale] << 6) | (indexBits << 3) | low;
    if (index !== undefined && index.class !== 'iz') {
      address.rexX = (index.number >> 3) & 1;
      address.indexHigh = (index.number >> 4) & 1;
    }
  } else address.rm = low;
  chooseSize(address, constantDisplacement, low === 5, scale, 4, forced);
  return address;
}

/** mod and the displacement's size: none, 8 bits (divided by N), or full. `always`: mod 0 means something else. */
function chooseSize(
  address: Address,
  value: number | null,
  always: boolean,
  scale: number,
  full: 2 | 4,
  forced: Prefixes['displacement'],
): void {
  const wide = forced === 'disp32' || forced === 'disp16';
  if (value === null) {
    address.displacementSize = full;
    address.mod = 2;
    return;
  }
  if (value === 0 && !always && forced === '') return;
  if (value === 0 && !always && forced === 'disp8') {
    address.mod = 1;
    address.displacementSize = 1;
    return;
  }
  if (!wide && value % scale === 0 && fitsSigned8(value / scale)) {
    address.mod = 1;
    address.displacementSize = 1;
    address.value = value / scale;
    return;
  }
  address.mod = 2;
  address.displacementSize = full;
  address.value = value;
}

/** A constant displacement as the signed number of the address size; null after an error. */
function normalizeDisplacement(
  value: bigint,
  memory: MemoryOperand,
  row: Template,
  statement: Statement,
  addressing: number,
  host: EncoderHost,
): number | null {
  if (addressing === 16) return Number(BigInt.asIntN(16, value));
  if (host.state.bits !== 64 || addressing === 32) return Number(BigInt.asIntN(32, value));
  if (row.opcode.length === 1 && row.opcode[0] === 0x8d && row.map === 0 && row.size !== 64) return Number(BigInt.asIntN(32, value));
  if (value < -0x80000000n || value > 0x7fffffffn) {
    if (memory.base === undefined && memory.index === undefined)
      host.error(`operand type mismatch for \`${statement.mnemonic}'`, statement.column);
    else host.error(`0x${BigInt.asUintN(64, value).toString(16)} out of range of signed 32bit displacement`, memory.column);
    return null;
  }
  return Number(value);
}

/** Opcodes whose GOT load the linker may relax (x86-64 psABI, B.2): mov, test, and the ALU loads; call and jmp through memory. */
function relaxable(row: Template, rex: number): 'norex' | 'rex' | undefined {
  if (row.encoding !== 'legacy' || row.map !== 0 || row.opcode.length !== 1) return undefined;
  const opcode = row.opcode[0];
  const kind = rex !== 0 ? 'rex' : 'norex';
  if (opcode === 0x8b || opcode === 0x85 || (opcode & ~0x38) === 3) return kind;
  if (opcode === 0xff && (row.modrm === 2 || row.modrm === 4)) return kind;
  return undefined;
}

function putDisplacement(
  address: Address,
  row: Template,
  addressing: number,
  rex: number,
  host: EncoderHost,
  fixups: InsnFixup[],
  statement: Statement,
): void {
  const { displacementSize: size, displacement } = address;
  void statement;
  if (size === 0) return;
  if (displacement === undefined || displacement.kind === 'constant') {
    writeUint(buffer, length, size, address.value);
    length += size;
    return;
  }
  fixups.push({
    offset: length,
    size: size as 1 | 2 | 4,
    pcrel: address.pcrel,
    signed: size === 1 || (host.state.bits === 64 && addressing === 64),
    expression: displacement,
    role: 'memory',
    relaxable: size === 4 && (address.pcrel || host.state.bits !== 64) ? relaxable(row, rex) : undefined,
  });
  writeUint(buffer, length, size, 0);
  length += size;
}

function putMoffs(memory: MemoryOperand, addressing: number, host: EncoderHost, fixups: InsnFixup[]): void {
  const size = (addressing / 8) as 2 | 4 | 8;
  void host;
  const expression = memory.displacement!;
  if (expression.kind === 'constant') writeBig(buffer, length, size, expression.value);
  else {
    writeBig(buffer, length, size, 0n);
    fixups.push({ offset: length, size, pcrel: false, signed: false, expression, role: 'absolute' });
  }
  length += size;
}

/** A far pointer's offset must fit its field. */
function farPointerFits(row: Template, given: readonly (Operand | undefined)[], statement: Statement, host: EncoderHost): boolean {
  const offset = given[1] as ImmediateOperand;
  if (row.operands[1].immediate === 16 && offset.expression.kind === 'constant') {
    const { value } = offset.expression;
    if (value < -0x8000n || value > 0xffffn) {
      host.error('16-bit jump out of range', statement.column);
      return false;
    }
  }
  return true;
}

function putImmediate(
  operand: ImmediateOperand,
  bits: number,
  row: Template,
  host: EncoderHost,
  fixups: InsnFixup[],
  statement: Statement,
): void {
  const size = (bits / 8) as 1 | 2 | 4 | 8;
  const { expression } = operand;
  if (expression.kind === 'constant') {
    const { value } = expression;
    if (bits < 64) {
      const number = BigInt.asUintN(64, normalizeConstant(value, statement.guess));
      const above = ~((1n << BigInt(bits)) - 1n);
      if ((number & above) !== 0n && (BigInt.asUintN(64, -number) & above) !== 0n) {
        host.warning(`0x${number.toString(16)} shortened to 0x${(number & ~above).toString(16)}`, statement.column);
      }
    }
    writeBig(buffer, length, size, value);
  } else {
    writeBig(buffer, length, size, 0n);
    fixups.push({
      offset: length,
      size,
      pcrel: false,
      signed: size === 4 && row.size === 64,
      expression,
      role: 'immediate',
    });
  }
  length += size;
}

function putVex(
  row: Template,
  reg: number,
  vOperand: RegisterOperand | undefined,
  address: Address | undefined,
  rmNumber: number,
  prefixes: Prefixes,
  host: EncoderHost,
): void {
  const { options } = host.state;
  const w = row.w === -1 ? (options.vexwig ?? 0) : row.w;
  const l = row.l === -1 ? (options.avxscalar === 256 ? 1 : 0) : row.l;
  const r = (reg >> 3) & 1;
  const x = address?.rexX ?? 0;
  const b = address?.rexB ?? (rmNumber >> 3) & 1;
  const v = (vOperand?.register.number ?? 0) & 15;
  if (row.encoding === 'vex' && row.map === 1 && w === 0 && x === 0 && b === 0 && prefixes.vex !== 'vex3') {
    put(0xc5);
    put(((r ^ 1) << 7) | ((v ^ 15) << 3) | (l << 2) | row.pp);
    return;
  }
  put(row.encoding === 'xop' ? 0x8f : 0xc4);
  put(((r ^ 1) << 7) | ((x ^ 1) << 6) | ((b ^ 1) << 5) | row.map);
  put((w << 7) | ((v ^ 15) << 3) | (l << 2) | row.pp);
}

const roundingBits: Record<string, number> = { 'rn-sae': 0, 'rd-sae': 1, 'ru-sae': 2, 'rz-sae': 3 };
const rcigBits: Record<string, number> = { rne: 0, rd: 1, ru: 2, rz: 3 };

function putEvex(
  row: Template,
  regOperand: RegisterOperand | undefined,
  vOperand: RegisterOperand | undefined,
  address: Address | undefined,
  rmNumber: number,
  hasRegisterRm: boolean,
  mask: RegisterOperand['register'] | undefined,
  zeroing: boolean,
  rounding: RoundingOperand['mode'] | null,
  broadcast: number,
  host: EncoderHost,
  statement: Statement,
): void {
  const { options } = host.state;
  void statement;
  const w = row.w === -1 ? (options.evexwig ?? 0) : row.w;
  let l: number = row.l === -1 ? (options.evexlig === 512 ? 2 : options.evexlig === 256 ? 1 : 0) : row.l;
  let b = broadcast !== 0 ? 1 : 0;
  if (rounding !== null) {
    b = 1;
    l = rounding === 'sae' ? (options.evexrcig !== undefined ? rcigBits[options.evexrcig] : 0) : roundingBits[rounding];
  }
  const reg = regOperand?.register.number ?? 0;
  const v = vOperand?.register.number ?? 0;
  const x = hasRegisterRm ? (rmNumber >> 4) & 1 : (address?.rexX ?? 0);
  const rexB = hasRegisterRm ? (rmNumber >> 3) & 1 : (address?.rexB ?? 0);
  const v2 = (v >> 4) & 1 || (address?.indexHigh ?? 0);
  put(0x62);
  put(((((reg >> 3) & 1) ^ 1) << 7) | ((x ^ 1) << 6) | ((rexB ^ 1) << 5) | ((((reg >> 4) & 1) ^ 1) << 4) | row.map);
  put((w << 7) | (((v & 15) ^ 15) << 3) | 4 | row.pp);
  put((zeroing ? 0x80 : 0) | (l << 5) | (b << 4) | ((v2 ^ 1) << 3) | (mask?.number ?? 0));
}
