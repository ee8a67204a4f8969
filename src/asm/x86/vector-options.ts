/**
 * The options of gas that choose other vector encodings (gas manual, node i386-Options): -msse2avx and
 * -muse-unaligned-vector-move replace a mnemonic's rows, -O, -O2 and -Os the row that was matched.
 */
import type { Kind } from './kinds.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import { findRows } from './table.js';
import type { Operand, X86Options } from './types.js';

const unaligned: Record<string, string> = {
  movaps: 'movups', movapd: 'movupd', movdqa: 'movdqu', vmovaps: 'vmovups', vmovapd: 'vmovupd', vmovdqa: 'vmovdqu',
  vmovdqa32: 'vmovdqu32', vmovdqa64: 'vmovdqu64',
}; // prettier-ignore

const derived = new Map<string, readonly Template[]>();

/** The rows of a mnemonic under these options. */
export function rowsUnder(options: X86Options, mnemonic: string, rows: readonly Template[]): readonly Template[] {
  if (options.unalignedVectorMove === true && Object.hasOwn(unaligned, mnemonic)) rows = findRows(unaligned[mnemonic])!;
  if (options.sse2avx !== true) return rows;
  const first = rows[0].mnemonic;
  let made = derived.get(first);
  if (made === undefined) {
    made = sse2avx(rows);
    derived.set(first, made);
  }
  return made;
}

/** Rows with the operands of SSE forms and the encoding of their AVX counterparts, then the SSE forms (for MMX registers). */
function sse2avx(rows: readonly Template[]): readonly Template[] {
  const legacy = rows.filter(
    (row) => row.encoding === 'legacy' && row.operands.some((kind) => kind.register === 'xmm' || row.mnemonic.endsWith('mxcsr')),
  );
  if (legacy.length === 0) return rows;
  const counterparts = findRows(`v${legacy[0].mnemonic}`) ?? [];
  const made: Template[] = [];
  for (const row of counterparts) {
    if (row.encoding !== 'vex' || row.l > 0) continue;
    for (const sse of legacy) {
      const as = withoutSource(row, sse);
      if (as !== null) {
        made.push({ ...as, mnemonic: rows[0].mnemonic, suffixes: sse.suffixes });
        break;
      }
    }
  }
  if (rows[0].mnemonic === 'cvtpi2pd') {
    // From memory it does what vcvtdq2pd does.
    const row = findRows('vcvtdq2pd')!.find((other) => other.encoding === 'vex' && other.l === 0)!;
    made.push({ ...row, mnemonic: 'cvtpi2pd', operands: row.operands.map((kind) => (kind.memory ? { ...kind, register: null } : kind)) });
  }
  return [...made, ...rows];
}

/** -msse2avx makes commutative instructions short without -O2 too. */
export function commuted(row: Template, statement: Statement): Template {
  if (row.encoding !== 'vex' || !row.flags.has('comm') || statement.prefixes.vex === 'vex3') return row;
  const { operands } = statement;
  if (numberOf(operands[row.rm]) < 8 || numberOf(operands[row.reg]) >= 8 || numberOf(operands[row.vvvv]) >= 8) return row;
  return { ...row, rm: row.vvvv, vvvv: row.rm };
}

const sameKind = (a: Kind, b: Kind): boolean =>
  (a.register === b.register || a.register === null || b.register === null) &&
  (a.memory || b.memory || a.register === b.register) &&
  a.immediate === b.immediate;

/** An AVX form whose first source is its destination, with an SSE form's operands; null: they are not alike. */
function withoutSource(row: Template, sse: Template): Template | null {
  const { operands } = row;
  const extra = operands.length - sse.operands.length;
  if (extra === 0 && operands.every((kind, i) => sameKind(kind, sse.operands[i]))) return row;
  if (extra !== 1) return null;
  const kept = operands.filter((_, i) => i !== 1).map((kind, i) => (sse.operands[i].implicit ? sse.operands[i] : kind));
  if (!kept.every((kind, i) => sameKind(kind, sse.operands[i]))) return null;
  const at = (place: number): number => (place === 1 ? 0 : place > 1 ? place - 1 : place);
  return {
    ...row,
    operands: kept,
    required: sse.required,
    reg: at(row.reg),
    rm: at(row.rm),
    vvvv: at(row.vvvv),
    is4: at(row.is4),
  };
}

// Sources that are the same register: the result is zero whatever the length.
const zeroing = /^v(andnp[sd]|xorp[sd]|pandn[dq]?|pxor[dq]?|psub[bwdq])$/;
// EVEX forms that a VEX form without element size can stand for.
const plainer = /^(vmovdqa)(?:32|64)$|^(vmovdqu)(?:8|16|32|64)$|^(vp(?:andn?|x?or))[dq]$/;
const maskZeroing = /^(kxor|kandn)[dq]$/;

const numberOf = (operand: Operand | undefined): number => (operand?.kind === 'register' ? operand.register.number : -1);

/** What -O makes of a row: another one for the same operands, or the row itself. `shortens`: AVX512VL was asked for, so that 512 bits may become 128. */
export function optimizeVector(row: Template, statement: Statement, level: 1 | 2 | 's', shortens: boolean): Template {
  const { operands, prefixes, vector } = statement;
  if (prefixes.nooptimize || (vector !== null && (vector.broadcast >= 0 || vector.rounding !== null))) return row;
  const masked = vector !== null && vector.masked >= 0;
  const same =
    operands.length === 3 &&
    operands[1].kind === 'register' &&
    operands[2].kind === 'register' &&
    operands[1].register === operands[2].register;
  if (same && maskZeroing.test(row.mnemonic)) return findRows(`${row.mnemonic.slice(0, -1)}w`)![0];
  const high = operands.some((operand) => numberOf(operand) > 15);
  const needsEvex = high || prefixes.vex === 'evex';
  let chosen = row;
  if (same && zeroing.test(row.mnemonic) && (!masked || (vector.zeroing && row.l > 0))) {
    if (!needsEvex && row.l > 0) chosen = counterpart(row, 0) ?? row;
    else if (!needsEvex && row.encoding === 'evex') chosen = counterpart(row, 0) ?? row;
    else if (needsEvex && (row.l === 1 || (row.l === 2 && shortens)) && level !== 1) return { ...row, l: 0 };
  } else if (
    row.encoding === 'evex' &&
    !masked &&
    row.l < 2 &&
    !needsEvex &&
    plainer.test(row.mnemonic) &&
    !compressedOnly(row, operands)
  ) {
    chosen = counterpart(row, row.l) ?? row;
  }
  if (chosen.encoding !== 'vex' || prefixes.vex === 'vex3' || chosen.map !== 1 || chosen.w === 1) return chosen;
  const rm = operands[chosen.rm];
  const reg = operands[chosen.reg];
  if (numberOf(rm) < 8 || numberOf(reg) >= 8) return chosen;
  if (chosen.flags.has('swap')) return prefixes.direction === '' && chosen !== row ? mirror(chosen) : chosen;
  return level === 1 ? chosen : commuted(chosen, statement);
}

/** The VEX row of an instruction's plainer name with that length, in the same direction. */
function counterpart(row: Template, l: number): Template | undefined {
  const match = plainer.exec(row.mnemonic);
  const name = match === null ? row.mnemonic : (match[1] ?? match[2] ?? match[3]);
  return findRows(name)?.find((other) => other.encoding === 'vex' && other.l === l && other.flags.has('store') === row.flags.has('store'));
}

function mirror(row: Template): Template {
  return (
    findRows(row.mnemonic)!.find(
      (other) => other.encoding === 'vex' && other.l === row.l && other.flags.has('store') !== row.flags.has('store'),
    ) ?? row
  );
}

/** The displacement fits EVEX's compressed byte but not VEX's plain one: the EVEX form is the shorter. */
function compressedOnly(row: Template, operands: readonly Operand[]): boolean {
  const memory = operands[row.rm];
  if (memory.kind !== 'memory' || memory.displacement?.kind !== 'constant') return false;
  if (memory.base === undefined || memory.base.class === 'ip') return false;
  const value = memory.displacement.value;
  const n = BigInt(row.operands[row.rm].memoryBits / 8);
  return value % n === 0n && value / n >= -128n && value / n <= 127n && (value < -128n || value > 127n);
}
