/** Memory operands: ModRM, SIB and displacement (SDM volume 2, 2.1.5, 2.2.1.6, 2.7.5). */
import type { Expr } from '../expression.js';
import { checkRange } from './fields.js';
import type { Statement } from './match.js';
import type { Prefixes } from './prefixes.js';
import type { Template } from './rows.js';
import { LEA, MPX } from './traits.js';
import type { EncoderHost, MemoryOperand } from './types.js';

/** What the ModRM part comes to before it is written. */
export interface Address {
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
  /** The displacement was a TLSCALL mark. */
  call: boolean;
  /** Index bit 4 of EVEX VSIB. */
  indexHigh: number;
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

export function buildAddress(
  memory: MemoryOperand,
  row: Template,
  statement: Statement,
  addressing: number,
  broadcast: number,
  host: EncoderHost,
): Address | null {
  const { base, index } = memory;
  const call = memory.displacement?.kind === 'reloc' && memory.displacement.operator === 'TLSCALL';
  const displacement = call ? undefined : memory.displacement;
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
    call,
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
  if (base?.class === 'ip' && (row.operands[row.rm]?.sib !== null || ((row.traits & MPX) !== 0 && row.mnemonic === 'bndmk'))) {
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
    if (index !== undefined && memory.scale !== 1) return bad();
    if (key === '') {
      address.rm = 6;
      address.displacementSize = 2;
      address.value = ((constantDisplacement ?? 0) << 16) >> 16;
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
    address.value = (constantDisplacement ?? 0) | 0;
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
    address.value = (constantDisplacement ?? 0) | 0;
    return address;
  }
  if (base === undefined) {
    // No base: disp32 always.
    address.rm = 4;
    address.displacementSize = 4;
    address.value = (constantDisplacement ?? 0) | 0;
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
  address.value = full === 2 ? (value << 16) >> 16 : value | 0;
}

/**
 * A constant displacement, signed when it fits the address size as an unsigned number; null after an error. One that fits
 * neither way wraps, but takes all the bytes of the address size: -0xffffffff is no displacement of 8 bits.
 */
function normalizeDisplacement(
  value: bigint,
  memory: MemoryOperand,
  row: Template,
  statement: Statement,
  addressing: number,
  host: EncoderHost,
): number | null {
  // 16- and 32-bit code knows addresses of 32 bits only.
  if (host.state.bits !== 64) value = BigInt.asIntN(32, value);
  if (addressing === 16 && value >= 0n && value <= 0xffffn) return Number(BigInt.asIntN(16, value));
  if (addressing === 16) checkRange(value, 16, statement, host);
  const narrow = host.state.bits !== 64 || addressing !== 64 || ((row.traits & LEA) !== 0 && row.size !== 64);
  if (narrow) {
    checkRange(value, 32, statement, host);
    return Number(value >= 0n && value <= 0xffffffffn ? BigInt.asIntN(32, value) : value);
  }
  if (value < -0x80000000n || value > 0x7fffffffn) {
    if (memory.base === undefined && memory.index === undefined)
      host.error(`operand type mismatch for \`${statement.mnemonic}'`, statement.column);
    else host.error(`0x${BigInt.asUintN(64, value).toString(16)} out of range of signed 32bit displacement`, memory.column);
    return null;
  }
  return Number(value);
}
