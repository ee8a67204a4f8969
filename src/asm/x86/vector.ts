/**
 * What vector instructions add to matching: masks, zeroing, embedded broadcast and rounding, registers 16 to 31 (SDM
 * volume 2, 2.7), and GNU as's pseudo-ops, whose names hold the immediate (cmpeqps, vpcmpltd, vpcomneqb, pclmullqhqdq).
 */
import type { Kind } from './kinds.js';
import type { Template } from './rows.js';
import type { Operand, RoundingOperand } from './types.js';

/** What a statement asks of an EVEX form. */
export interface VectorUse {
  /** Index of the operand with a mask, -1: none. */
  readonly masked: number;
  readonly zeroing: boolean;
  /** Index of the operand with {1toN}, -1: none. */
  readonly broadcast: number;
  readonly rounding: RoundingOperand['mode'] | null;
  /** How many of the other operands stand before the rounding in Intel order, and how many should. */
  readonly roundingAt: number;
  readonly roundingPlace: number;
  /** A register that only EVEX reaches. */
  readonly high: boolean;
}

/** What vector instructions alone have among the operands; null: nothing, as in nearly every statement. */
export function vectorUse(operands: readonly Operand[], intel: boolean): VectorUse | null {
  let use: { -readonly [K in keyof VectorUse]: VectorUse[K] } | null = null;
  const get = (): NonNullable<typeof use> =>
    (use ??= { masked: -1, zeroing: false, broadcast: -1, rounding: null, roundingAt: -1, roundingPlace: -1, high: false });
  let at = 0;
  for (const operand of operands) {
    if (operand.kind === 'rounding') {
      get().rounding = operand.mode;
      get().roundingAt = at;
      get().roundingPlace = roundingPlace(operands, intel, at);
      continue;
    }
    if (operand.mask !== undefined) {
      get().masked = at;
      get().zeroing = operand.zeroing === true;
    }
    if (operand.kind === 'memory') {
      if (operand.broadcast !== undefined) get().broadcast = at;
      if (operand.index !== undefined && operand.index.number > 15) get().high = true;
    } else if (operand.kind === 'register') {
      if (operand.broadcast !== undefined) get().broadcast = at;
      if (operand.register.number > 15) get().high = true;
    }
    at += 1;
  }
  return use;
}

/** Registers that must differ: vfmulcph's destination from its sources, AMX's three tiles from each other. '' when they do. */
export function registerClash(operands: readonly Operand[]): string {
  const registers = operands.map((o) => (o.kind === 'register' ? o.register : undefined));
  const [a, b, c] = registers;
  if (a !== undefined && a.class === 'tmm') return a === b || b === c || a === c ? 'all tmm registers must be distinct for `' : '';
  return a !== undefined && (a === b || a === c) ? 'destination and source registers must be distinct for `' : '';
}

const elements = (kind: Kind): number => (kind.broadcast === 0 ? 0 : kind.memoryBits / kind.broadcast);

/** {1toN} counts elements; `dword bcst` (-1) names their size. */
function broadcastFits(kind: Kind, operand: Operand & { kind: 'memory' }): boolean {
  if (operand.broadcast === -1) return operand.size !== undefined && kind.broadcast === operand.size * 8;
  return elements(kind) === operand.broadcast;
}

/** The first of gas's reasons why a row whose operands fit cannot have these decorations; '' when it can. */
export function vectorProblem(row: Template, use: VectorUse | null, operands: readonly Operand[]): string {
  const evex = row.encoding === 'evex';
  if (row.flags.has('distinct')) {
    const clash = registerClash(operands);
    if (clash !== '') return clash;
  }
  if (use === null) {
    return evex && row.rm >= 0 && row.operands[row.rm].vsib !== null ? `default mask isn't allowed for \`` : '';
  }
  const { masked, broadcast, rounding } = use;
  // Without operands gas does not look at {sae} either.
  if (operands.length === 0) return '';
  if (!evex)
    return broadcast >= 0
      ? 'unsupported broadcast for `'
      : masked >= 0
        ? 'unsupported masking for `'
        : rounding !== null
          ? 'unsupported static rounding/sae for `'
          : 'unsupported instruction `';
  if (row.rm >= 0 && row.operands[row.rm].vsib !== null && masked < 0) return `default mask isn't allowed for \``;
  if (broadcast >= 0) {
    const operand = operands[broadcast];
    if (operand.kind !== 'memory' || !broadcastFits(row.operands[broadcast], operand)) return 'unsupported broadcast for `';
  }
  if (masked >= 0) {
    const kind = row.operands[masked];
    if (!kind.mask || (use.zeroing && (!kind.zeroing || operands[masked].kind === 'memory'))) return 'unsupported masking for `';
  }
  if (rounding !== null) {
    const kind = row.operands.find((k) => k.rounding !== null);
    if (kind === undefined || (kind.rounding === 'sae') !== (rounding === 'sae') || operands.some((o) => o.kind === 'memory')) {
      return 'unsupported static rounding/sae for `';
    }
    if (use.roundingAt !== use.roundingPlace) return 'misplaced';
  }
  return '';
}

/** gas's warnings about register numbers that the processor faults on or rounds down. */
export function vectorWarning(row: Template, operands: readonly Operand[]): string {
  const registers = operands.map((o) => (o.kind === 'register' ? o.register : undefined));
  const group = row.operands.findIndex((kind) => kind.group > 1);
  if (group >= 0) {
    const register = registers[group];
    const size = row.operands[group].group;
    if (register === undefined || register.class === 'k' || register.number % size === 0) return '';
    const first = register.number - (register.number % size);
    return `source register \`%${register.name}' implicitly denotes \`%${register.class}${first}' to \`%${register.class}${first + size - 1}' source group in \``;
  }
  const at = row.operands.findIndex((kind) => kind.vsib !== null);
  if (at < 0 || registers[0] === undefined) return '';
  const memory = operands[at];
  const index = memory.kind === 'memory' ? memory.index?.number : -1;
  const destination = registers[0].number;
  if (row.encoding === 'evex') return index === destination ? 'index and destination registers should be distinct' : '';
  const mask = registers[2]?.number;
  return index === destination || index === mask || mask === destination ? 'mask, index, and destination registers should be distinct' : '';
}

/**
 * How many operands stand before {rn-sae} in Intel order. AT&T has it right behind the immediates, or, when the first
 * register is a general one, right behind that; Intel syntax behind the last but the immediates, or (`at`) before a last general one.
 */
function roundingPlace(operands: readonly Operand[], intel: boolean, at: number): number {
  const others = operands.filter((operand) => operand.kind !== 'rounding');
  const first = others.findLast((operand) => operand.kind === 'register');
  if (first?.kind === 'register' && /^r\d/.test(first.register.class) && (!intel || at === others.indexOf(first)))
    return others.indexOf(first);
  const immediates = others.filter((operand) => operand.kind === 'immediate').length;
  return others.length - immediates;
}

// SDM volume 2, CMPPS (tables 3-1 and 3-2), in the order of the predicate's number; gas's second names after them.
const legacyPredicates = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'];
const longNames =
  'eq_oq lt_os le_os unord_q neq_uq nlt_us nle_us ord_q eq_uq nge_us ngt_us false_oq neq_oq ge_os gt_os true_uq ' +
  'eq_os lt_oq le_oq unord_s neq_us nlt_uq nle_uq ord_s eq_us nge_uq ngt_uq false_os neq_os ge_oq gt_oq true_us';
const shortNames: Record<string, number> = {
  eq: 0,
  lt: 1,
  le: 2,
  unord: 3,
  neq: 4,
  nlt: 5,
  nle: 6,
  ord: 7,
  nge: 9,
  ngt: 10,
  false: 11,
  ge: 13,
  gt: 14,
  true: 15,
};
const integerPredicates: Record<string, number> = { eq: 0, lt: 1, le: 2, neq: 4, nlt: 5, nle: 6 };
const xopPredicates = ['lt', 'le', 'gt', 'ge', 'eq', 'neq', 'false', 'true'];
const halves: Record<string, number> = { lqlq: 0x00, hqlq: 0x01, lqhq: 0x10, hqhq: 0x11 };

/** The real mnemonic and immediate of a pseudo-op, and whether its sources may be exchanged; undefined: it is none. */
export function pseudoOp(mnemonic: string): { base: string; immediate: number; commutes: boolean } | undefined {
  let match = /^(v?)cmp([a-z]+(?:_[a-z]+)?)([ps][sdh])$/.exec(mnemonic);
  if (match !== null) {
    const [, vex, name, type] = match;
    let immediate = legacyPredicates.indexOf(name);
    if (vex !== '') {
      immediate = Object.hasOwn(shortNames, name) ? shortNames[name] : longNames.split(' ').indexOf(name);
    } else if (type[1] === 'h') return undefined;
    return immediate < 0 ? undefined : { base: `${vex}cmp${type}`, immediate, commutes: (immediate & 3) === 0 || (immediate & 3) === 3 };
  }
  match = /^vpcmp([a-z]+?)(u?[bwdq])$/.exec(mnemonic);
  if (match !== null && Object.hasOwn(integerPredicates, match[1])) {
    return { base: `vpcmp${match[2]}`, immediate: integerPredicates[match[1]], commutes: false };
  }
  match = /^vpcom([a-z]+?)(u?[bwdq])$/.exec(mnemonic);
  if (match !== null) {
    const immediate = xopPredicates.indexOf(match[1]);
    return immediate < 0 ? undefined : { base: `vpcom${match[2]}`, immediate, commutes: false };
  }
  match = /^(v?)pclmul([lh]q[lh]q)dq$/.exec(mnemonic);
  return match === null || !Object.hasOwn(halves, match[2])
    ? undefined
    : { base: `${match[1]}pclmulqdq`, immediate: halves[match[2]], commutes: false };
}

/** Rows of a pseudo-op: those of the real instruction without the immediate, which becomes the byte behind the operands. */
export function pseudoRows(mnemonic: string, find: (base: string) => readonly Template[] | undefined): readonly Template[] | undefined {
  const pseudo = pseudoOp(mnemonic);
  if (pseudo === undefined) return undefined;
  const rows = find(pseudo.base);
  return rows
    ?.filter((row) => row.operands.at(-1)?.immediate === 8)
    .map((row) => {
      const flags = pseudo.commutes && row.encoding === 'vex' ? new Set([...row.flags, 'comm']) : row.flags;
      return { ...row, mnemonic, flags, operands: row.operands.slice(0, -1), required: row.required - 1, suffixByte: pseudo.immediate };
    });
}
