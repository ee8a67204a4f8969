/**
 * Choosing the row: which form of a mnemonic the operands mean. A row fits when each operand is of its kind, the AT&T
 * suffix is one of its suffixes, and immediates are in range. Where nothing but the operand size tells rows apart and
 * neither suffix nor register says the size, the mode's default is taken with gas's warning.
 */
import type { Expr } from '../expression.js';
import { hasFeature } from './arch.js';
import type { Kind } from './kinds.js';
import type { Template } from './rows.js';
import { BASE, D64, DAS, DS, FAR, INDIRECT, PTR, RELAX, SAME, SRC, SWAP, SX } from './traits.js';
import type { EncoderHost, ImmediateOperand, MemoryOperand, Operand } from './types.js';
import { vectorProblem, vectorWarning } from './vector.js';
import type { VectorUse } from './vector.js';
import { explainMismatch } from './explain.js';
import type { Prefixes } from './prefixes.js';

/** A statement taken apart. */
export class Statement {
  /** Suffix that immediates are read with: the given one, or the first register's. */
  guess = '';
  /** data16 or rex.w has said the operand size, and is the prefix that the row needs. */
  sizedByPrefix = false;

  constructor(
    /** As written, for messages (with suffix). */
    readonly written: string,
    /** The mnemonic under which the rows were found. */
    readonly mnemonic: string,
    readonly suffix: string,
    readonly rows: readonly Template[],
    /** In Intel order, without the rounding operand, which `vector` holds. */
    readonly operands: readonly Operand[],
    readonly vector: VectorUse | null,
    readonly intel: boolean,
    readonly prefixes: Prefixes,
    readonly column: number,
  ) {}

  withPrefixes(prefixes: Prefixes): Statement {
    const { written, mnemonic, suffix, rows, operands, vector, intel, column } = this;
    const copy = new Statement(written, mnemonic, suffix, rows, operands, vector, intel, prefixes, column);
    copy.sizedByPrefix = this.sizedByPrefix;
    return copy;
  }

  withSuffix(suffix: string): Statement {
    return new Statement(
      this.written,
      this.mnemonic,
      suffix,
      this.rows,
      this.operands,
      this.vector,
      this.intel,
      this.prefixes,
      this.column,
    );
  }
}

// gas's immediate types, as bits.
const I1 = 1;
const I8 = 2;
const I8S = 4;
const I16 = 8;
const I32 = 16;
const I32S = 32;
const I64 = 64;
const ALL = I8 | I16 | I32 | I32S | I64;

const SUFFIX_OF_SIZE: Readonly<Record<number, string>> = { 1: 'b', 2: 'w', 4: 'l', 8: 'q' };

/** Operand size in force without a suffix: 'b' to 'q', or '' (gas guesses it so for immediates). */
function guessSuffix(statement: Statement, host: EncoderHost): string {
  if (statement.suffix !== '') return statement.suffix;
  if (statement.intel) {
    // `dword ptr` says what a suffix says.
    for (const operand of statement.operands) {
      const suffix = operand.kind === 'memory' ? SUFFIX_OF_SIZE[operand.size ?? 0] : undefined;
      if (suffix !== undefined && statement.rows.some((row) => row.suffixes.includes(suffix))) return suffix;
    }
  }
  let registers = false;
  for (const operand of statement.operands) {
    if (operand.kind !== 'register') continue;
    registers = true;
    const cls = operand.register.class;
    if (cls === 'r8') return 'b';
    if (cls === 'r16') return 'w';
    if (cls === 'r32') return 'l';
    if (cls === 'r64') return 'q';
  }
  // Intel's push of a number is of the mode's size.
  if (statement.intel && host.state.bits === 32 && statement.mnemonic === 'push') return 'l';
  return !registers && (host.state.bits === 16) !== statement.prefixes.dataSize ? 'w' : '';
}

/** A constant as the operand size `guess` reads it: 16- and 32-bit ones are sign-extended. */
export function normalizeConstant(value: bigint, guess: string): bigint {
  let number = value;
  if ((guess === 'b' || guess === 'w') && (number & ~0xffffn) === 0n) number = BigInt.asIntN(16, number);
  if ((guess === 'b' || guess === 'w' || guess === 'l') && (number & ~0xffffffffn) === 0n) number = BigInt.asIntN(32, number);
  return number;
}

/** The field types that a constant fits. */
function constantTypes(value: bigint, guess: string): number {
  let types = I64;
  if (guess === 'l') types |= I32;
  else if (guess === 'w') types |= I16 | I32 | I32S;
  else if (guess === 'b') types |= I8 | I8S | I16 | I32 | I32S;
  let small = Number(value);
  if (small >= -0x80000000 && small <= 0xffffffff) {
    if (small >= 0 && guess !== '' && guess !== 'q') {
      if (small <= 0xffff && guess !== 'l') small = (small << 16) >> 16;
      small |= 0;
    }
    if (small >= -128 && small <= 127) types |= I8 | I8S | I16 | I32 | I32S | (small === 1 ? I1 : 0);
    else if (small >= 0 && small <= 255) types |= I8 | I16 | I32 | I32S;
    else if (small >= -0x8000 && small <= 0xffff) types |= I16 | I32 | I32S;
    else if (small <= 0x7fffffff) types |= I32 | I32S;
    else types |= I32;
  }
  if (guess === 'q' && (types & I32S) === 0) types &= ~I32;
  return types;
}

function immediateBit(kind: Kind, row: Template): number {
  switch (kind.immediate) {
    case 1:
      return I1;
    case 8:
      return (row.traits & SX) !== 0 ? I8S : I8;
    case 16:
      return I16;
    case 32:
      return row.size === 64 ? I32S : I32;
    case 64:
      return I64;
    default:
      return 0;
  }
}

/** The fields that each operator's relocations have in 64-bit code: immediates, and displacements of 4 and 8 bytes. */
const operatorFields: Readonly<Record<string, readonly [immediate: number, displacement: string]>> = {
  SIZE: [I32 | I64, ''],
  PLTOFF: [I64, ''],
  GOTPLT: [I64, '8'],
  GOTOFF: [I64, '8'],
  GOT: [I32 | I32S | I64, '4'],
  TPOFF: [I32 | I32S | I64, '48'],
  DTPOFF: [I32 | I32S | I64, '48'],
};

const fieldsOf = (operator: string): readonly [immediate: number, displacement: string] => operatorFields[operator] ?? [I32 | I32S, '4'];

/** Whether a displacement with an operator may have that size; outside 64-bit code nothing is known of it. */
/** An address written as a number, with the sign that it has in code of 16 or 32 bits. */
export function codeAddress(value: bigint, bits: 16 | 32 | 64): bigint {
  return bits !== 64 && BigInt.asUintN(bits, value) === value ? BigInt.asIntN(bits, value) : value;
}

function displacementFits(expression: Expr | undefined, bytes: '1' | '4' | '8', host: EncoderHost): boolean {
  if (bytes === '1' && expression?.kind === 'constant') {
    const value = codeAddress(expression.value, host.state.bits);
    return value === BigInt.asIntN(8, value);
  }
  if (expression?.kind !== 'reloc' || host.state.bits !== 64) return true;
  return fieldsOf(expression.operator)[1].includes(bytes);
}

function symbolicTypes(operand: ImmediateOperand, at: number, statement: Statement, guess: string, host: EncoderHost): number {
  let types = ALL;
  if (operand.expression.kind === 'reloc' && host.state.bits === 64) [types] = fieldsOf(operand.expression.operator);
  const mask = guess === 'b' ? I8 : guess === 'w' ? I16 : guess === 'l' ? I32 : guess === 'q' ? I64 | I32S : 0;
  // Of a far pointer the operand size decides.
  if (mask === 0 || statement.rows.some((row) => (row.traits & FAR) !== 0)) return types;
  let allowed = 0;
  for (const row of statement.rows) {
    const kind = row.operands[(row.traits & SAME) !== 0 && !statement.intel ? statement.operands.length - 1 - at : at];
    if (kind !== undefined && kind.immediate > 1) allowed |= immediateBit(kind, row);
  }
  return (allowed & mask) === 0 ? types : types & mask;
}

const noTypes: readonly number[] = [0, 0, 0, 0, 0, 0];

/** Types of each immediate of the statement; 0 for other operands. */
export function immediateTypes(statement: Statement, host: EncoderHost): readonly number[] {
  const guess = guessSuffix(statement, host);
  statement.guess = guess;
  const { operands } = statement;
  let any = false;
  for (let i = 0; i < operands.length; i++) if (operands[i].kind === 'immediate') any = true;
  if (!any) return noTypes;
  return operands.map((operand, i) => {
    if (operand.kind !== 'immediate') return 0;
    return operand.expression.kind === 'constant'
      ? constantTypes(operand.expression.value, guess)
      : symbolicTypes(operand, i, statement, guess, host);
  });
}

const isPlain = (operand: MemoryOperand): boolean =>
  operand.base === undefined && operand.index === undefined && operand.displacement !== undefined;

/** foo@GOT: the linker can relax the long form only. */
const isGot = (operand: MemoryOperand): boolean => operand.displacement!.kind === 'reloc' && operand.displacement!.operator === 'GOT';

/** A constant that only a 64-bit field holds, in 64-bit code. */
function needs64(operand: MemoryOperand, statement: Statement): boolean {
  const expression = operand.displacement!;
  if (expression.kind !== 'constant' || statement.prefixes.addressSize) return false;
  return expression.value < -0x80000000n || expression.value > 0x7fffffffn;
}

function registerFits(kind: Kind, operand: Operand & { kind: 'register' }): boolean {
  const { register } = operand;
  // %edx and %rdx name the port as well.
  if (kind.register !== register.class) return kind.fixed === 'dx' && (register.name === 'edx' || register.name === 'rdx');
  return kind.fixed === null || kind.fixed === register.name || (kind.fixed === 'st' && register.number === 0);
}

/** Whether one operand is of a kind. Immediates: `types` as immediateTypes gives them. */
export function operandFits(kind: Kind, operand: Operand, types: number, row: Template, statement: Statement, host: EncoderHost): boolean {
  switch (operand.kind) {
    case 'register':
      return registerFits(kind, operand);
    case 'immediate':
      if (kind.immediate === 0) return false;
      if (kind.immediate === 4) return operand.expression.kind === 'constant' && (operand.expression.value & ~15n) === 0n;
      return (types & immediateBit(kind, row)) !== 0;
    case 'memory': {
      if (kind.relative !== 0) {
        if (!isPlain(operand) || operand.segment !== undefined || operand.indirect === true || operand.scaleGiven === true) return false;
        return displacementFits(operand.displacement, kind.relative === 8 && (row.traits & RELAX) === 0 ? '1' : '4', host);
      }
      if (kind.moffs !== 0) {
        if (operand.size !== undefined && operand.size * 8 !== kind.moffs) return false;
        if (!isPlain(operand) || isGot(operand) || !displacementFits(operand.displacement, '8', host)) return false;
        const { prefixes } = statement;
        // xrelease goes with the general form only.
        if (prefixes.hle !== 0) return false;
        if (host.state.bits !== 64 || statement.mnemonic === 'movabs' || prefixes.addressSize) return true;
        return prefixes.displacement === 'disp32' || (prefixes.displacement === '' && needs64(operand, statement));
      }
      if (!kind.memory) return false;
      // A bare symbol is a branch's target, not a pointer to it; but for lcall and ljmp, which have no such targets.
      const bare = operand.indirect !== true && operand.scaleGiven !== true && isPlain(operand);
      if (bare && (row.traits & INDIRECT) !== 0 && !statement.intel && row.mnemonic[0] !== 'l') return false;
      if (operand.size !== undefined && operand.broadcast === undefined && kind.vsib === null && !pointerFits(kind, operand.size, row))
        return false;
      if ((row.traits & BASE) !== 0 && operand.base === undefined && operand.index === undefined) return false;
      const vector =
        operand.index !== undefined && (operand.index.class === 'xmm' || operand.index.class === 'ymm' || operand.index.class === 'zmm');
      if (kind.vsib === null) return !vector;
      // A gather's pointer is to one element.
      if (operand.size !== undefined && operand.size !== (row.w === 1 ? 8 : 4)) return false;
      return vector && operand.index!.class === kind.vsib.register;
    }
    case 'rounding':
      return false;
  }
}

/** Whether a memory operand of this kind goes with Intel's `TYPE ptr` of so many bytes. */
export function pointerFits(kind: Kind, bytes: number, row: Template): boolean {
  if ((row.traits & PTR) === 0) return kind.memoryBits === bytes * 8;
  const { flags } = row;
  return flags.has('nosize') || flags.has(`ptr=${bytes}`) || (flags.has('ptr+16') && (bytes === 16 || kind.memoryBits === bytes * 8));
}

function modeFits(row: Template, host: EncoderHost): boolean {
  return (row.modes & (host.state.bits === 64 ? 2 : 1)) !== 0;
}

/** Rows that this -march, mode and dialect leave. */
export function rowAllowed(row: Template, host: EncoderHost, intel: boolean): boolean {
  if (!modeFits(row, host)) return false;
  if (!host.state.arch.features.has('*')) {
    for (const feature of row.features) if (!hasFeature(host.state, feature)) return false;
    if (row.size === 32 && !hasFeature(host.state, '386')) return false;
  }
  const { flags } = row;
  if (flags.size === 0) return true;
  if (flags.has('code16gcc') && !host.state.code16gcc) return false;
  if (flags.has('intel64') && host.state.options.isa64 !== 'intel64') return false;
  if (flags.has('noint64') && host.state.bits === 64 && host.state.options.isa64 === 'intel64') return false;
  if (flags.has('noamd64') && host.state.options.isa64 === 'amd64') return false;
  if (flags.has('attsyn') && intel) return false;
  if (flags.has('intelsyn') && !intel) return false;
  const intelMnemonic = intel || host.state.mnemonic === 'intel';
  if (flags.has(intelMnemonic ? 'att' : 'intel')) return false;
  return true;
}

/** The statement's operands laid out as a row's, implicit ones that were left out absent; null: the number is wrong. */
function countFits(row: Template, count: number): boolean {
  return count === row.operands.length || count === row.required;
}

/** Index of the row operand that the statement's operand `i` stands for (implicit operands may be left out). */
export function rowOperand(row: Template, i: number, count: number): number {
  if (count === row.operands.length) return i;
  let seen = -1;
  for (let k = 0; k < row.operands.length; k++) {
    if (!row.operands[k].implicit) seen += 1;
    if (seen === i) return k;
  }
  return -1;
}

function shapeFits(row: Template, statement: Statement, types: readonly number[], host: EncoderHost, sizesOnly: boolean): boolean {
  const { operands } = statement;
  if (!countFits(row, operands.length)) return false;
  const same = (row.traits & SAME) !== 0 && !statement.intel;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[same ? operands.length - 1 - i : i];
    const kind = row.operands[rowOperand(row, i, operands.length)];
    if (
      sizesOnly && operand.kind === 'immediate'
        ? kind.immediate === 0
        : !operandFits(kind, operand, types[same ? operands.length - 1 - i : i], row, statement, host)
    ) {
      return false;
    }
    if (operand.kind === 'register' || operand.kind === 'memory') {
      if (operand.indirect === true && (row.traits & INDIRECT) === 0) return false;
    }
  }
  return true;
}

/** Whether a register among the operands fixes the row's operand size. */
function sizeGiven(row: Template, statement: Statement): boolean {
  if (row.size === 0) return true;
  const { operands } = statement;
  const source = (row.traits & SRC) !== 0;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i];
    if (source && i === 0) continue;
    if (operand.kind === 'register') {
      const kind = row.operands[rowOperand(row, i, operands.length)];
      if (kind.size !== 0 && (kind.size === row.size || source)) return true;
    } else if (operand.kind === 'memory' && operand.size !== undefined) {
      // Of lgdt's six bytes the mode still decides which.
      if ((row.traits & DS) === 0 || row.operands[0].memoryBits !== 48 || row.operands.length > 1 || (row.traits & INDIRECT) !== 0)
        return true;
    }
  }
  return false;
}

/** The operand size that the mode means for rows with the flag `ds`. */
function defaultSize(row: Template, host: EncoderHost): number {
  const { state } = host;
  if (state.bits === 64) return (row.traits & D64) !== 0 ? 64 : 32;
  return state.bits === 16 && (!state.code16gcc || row.flags.has('nostack')) ? 16 : 32;
}

/**
 * A number that is the same for statements of one mnemonic that match alike: registers as they are, of memory operands what
 * they have, of immediates their types. -1: too much decides (four operands, decorations, prefixes).
 */
export function matchCode(statement: Statement, types: readonly number[]): number {
  const { operands } = statement;
  if (operands.length > 3) return -1;
  let code = 1;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i];
    let part = 0;
    if (operand.kind === 'register') {
      if (operand.port === true) return -1;
      part = (operand.register.id << 3) | (operand.indirect === true ? 5 : 1);
    } else if (operand.kind === 'immediate') part = (types[i] << 2) | 2;
    else if (operand.kind === 'memory') {
      const { base, index, displacement } = operand;
      if (index !== undefined && (index.class === 'xmm' || index.class === 'ymm' || index.class === 'zmm')) return -1;
      if (operand.size !== undefined && operand.size > 255) return -1;
      part = 3 | (operand.indirect === true ? 4 : 0);
      if (base === undefined && index === undefined) part |= displacement !== undefined && needs64(operand, statement) ? 24 : 8;
      if (operand.segment !== undefined) part |= 32;
      if (displacement !== undefined && displacement.kind === 'reloc') return -1;
      // A number may be too far for a short branch.
      if ((displacement?.kind === 'constant' || operand.scaleGiven === true) && operands.length === 1 && base === undefined) return -1;
      if (operand.size !== undefined) part |= operand.size << 6;
    } else return -1;
    code = code * 16384 + part;
  }
  return code;
}

/** The row that a statement means; null after gas's error has been reported. `types`: as immediateTypes gives them. */
export function matchStatement(statement: Statement, types: readonly number[], host: EncoderHost): Template | null {
  const { rows, suffix, intel, prefixes } = statement;
  const { direction } = prefixes;
  if (intel && suffix === '' && unsized(statement, host)) {
    host.error(`ambiguous operand size for \`${statement.mnemonic}'`, statement.column);
    return null;
  }
  let first: Template | undefined;
  let swapped: Template | undefined;
  for (const row of rows) {
    if (!rowAllowed(row, host, intel)) continue;
    if (suffix !== '' && !row.suffixes.includes(suffix)) continue;
    if (!shapeFits(row, statement, types, host, false)) continue;
    if (row.encoding !== 'legacy' || prefixes.vex !== '' || statement.vector !== null) {
      const problem = !encodingFits(row, prefixes.vex, statement, host)
        ? 'unsupported instruction `'
        : vectorProblem(row, statement.vector, statement.operands);
      if (problem !== '') {
        continue;
      }
      if (suffix === '' && lengthAmbiguous(row, statement)) continue;
      if (row.encoding !== 'legacy') {
        if ((prefixes.forceRex || prefixes.rex !== 0) && row.encoding !== '3dnow') {
          host.error(`REX prefix invalid with \`${statement.mnemonic}'`, statement.column);
          return null;
        }
        const warning = vectorWarning(row, statement.operands);
        if (
          warning.endsWith('distinct') &&
          host.state.options.operandCheck !== undefined &&
          host.state.options.operandCheck !== 'warning'
        ) {
          if (host.state.options.operandCheck === 'error') {
            host.error(`mask, index, and destination registers must be distinct for \`${statement.mnemonic}'`, statement.column);
            return null;
          }
        } else if (warning !== '') host.warning(warning.endsWith('`') ? `${warning}${statement.mnemonic}'` : warning, statement.column);
      }
      if (direction === '' && (row.traits & SWAP) !== 0 && row.encoding === 'vex') return shorterDirection(row, statement, host, types);
    }
    if (suffix === '' && (row.traits & DAS) !== 0) {
      if (row.addressSize === addressDefault(prefixes, host)) return row;
      continue;
    }
    if (suffix === '' && !sizeGiven(row, statement)) {
      if ((row.traits & DS) === 0) first ??= row;
      else if (row.size === sizeDefault(row, statement, host)) {
        const [operand] = statement.operands;
        if (host.state.code16gcc && operand !== undefined && operand.kind === 'register' && operand.register.class === 'sreg') {
          host.warning(`generating 32-bit \`${statement.mnemonic}', unlike earlier gas versions`, statement.column);
        }
        return row;
      }
      continue;
    }
    if (direction !== '' && (row.traits & SWAP) !== 0) {
      // {load} and {store} name a direction; `.s` is the other than the first.
      if (direction === 'swap' ? swapped !== undefined : row.flags.has(direction)) return row;
      swapped ??= row;
      continue;
    }
    return swapped ?? row;
  }
  if (swapped !== undefined) return swapped;
  if (first !== undefined) return resolveSize(first, statement, types, host);
  explainMismatch(statement, types, host);
  return null;
}

/**
 * Intel syntax where only a `ptr` could tell what is meant: memory that movsx and movzx extend, the x87's numbers in memory,
 * integers that 64-bit code converts, and sysret and sysexit there.
 */
function unsized({ mnemonic, operands, rows }: Statement, { state }: EncoderHost): boolean {
  const source = operands[operands.length - 1];
  if (source === undefined) return state.bits === 64 && (mnemonic === 'sysret' || mnemonic === 'sysexit');
  if (source.kind !== 'memory' || source.size !== undefined || source.broadcast !== undefined) return false;
  if (mnemonic === 'movsx' || mnemonic === 'movzx') return true;
  return rows.some((row) => row.flags.has('fp')) || (state.bits === 64 && /^v?cvtu?si2s[sdh]$/.test(mnemonic));
}

/** Counter size of loop and jcxz without a suffix. */
function addressDefault(prefixes: Prefixes, host: EncoderHost): number {
  const { bits } = host.state;
  return prefixes.addressSize ? (bits === 32 ? 16 : 32) : bits;
}

function sizeDefault(row: Template, statement: Statement, host: EncoderHost): number {
  const { dataSize, rex } = statement.prefixes;
  const size = defaultSize(row, host);
  if (!dataSize || statement.intel || (rex & 8) !== 0) return size;
  return size === 16 ? 32 : 16;
}

/** No suffix and no register: which operand sizes are there for this shape, whatever the value of the immediate? */
function resolveSize(first: Template, statement: Statement, types: readonly number[], host: EncoderHost): Template | null {
  const { rows, intel } = statement;
  const choices: Template[] = [];
  for (const row of rows) {
    if (!rowAllowed(row, host, intel) || row.size === 0 || row.suffixes === '') continue;
    if (shapeFits(row, statement, types, host, true) && !sizeGiven(row, statement)) choices.push(row);
  }
  if (new Set(choices.map((row) => row.size)).size < 2) return first;
  const { state } = host;
  if (statement.prefixes.dataSize && statement.operands.length === 0) {
    const row = choices.find(({ size }) => size === (state.bits === 16 ? 32 : 16));
    statement.sizedByPrefix = row !== undefined;
    return row ?? first;
  }
  if (state.code16gcc && (first.mnemonic === 'iret' || first.mnemonic === 'lret' || first.mnemonic === 'retf')) {
    const wide = first.mnemonic !== 'iret';
    if (!wide) host.warning("generating 16-bit `iret' for .code16gcc directive", statement.column);
    return choices.find((row) => row.size === (wide ? 32 : 16)) ?? first;
  }
  // A prefix that names the size leaves no doubt.
  const { dataSize, rex } = statement.prefixes;
  const named = (rex & 8) !== 0 ? 64 : !dataSize ? 0 : state.bits === 16 ? 32 : 16;
  if (!intel && choices.some((row) => row.size === named)) {
    statement.sizedByPrefix = true;
    return sizedRow(named, statement, types, host);
  }
  const name = statement.mnemonic;
  const farReturn = first.mnemonic === 'iret' || first.mnemonic === 'lret' || first.mnemonic === 'retf';
  const check = state.options.operandCheck ?? 'warning';
  const strict =
    intel &&
    (first.flags.has('string') ||
      /^(in|out|sysret|sysexit)$/.test(name) ||
      statement.operands.some((operand) => operand.kind === 'memory'));
  if (strict || check === 'error') {
    host.error(
      intel
        ? `ambiguous operand size for \`${name}'`
        : `no instruction mnemonic suffix given and no register operands; can't size \`${name}'`,
      statement.column,
    );
    return null;
  }
  if (check === 'warning' && (intel || (!dataSize && (rex & 8) === 0)) && !((intel || farReturn) && state.bits !== 64)) {
    const reason = intel ? 'ambiguous operand size' : 'no instruction mnemonic suffix given and no register operands';
    host.warning(`${reason}; using default for \`${intel ? statement.written : name}'`, statement.column);
  }
  let size = state.bits === 16 ? 16 : 32;
  if (!choices.some((row) => row.size === size)) size = choices.some((row) => row.size === 64) ? 64 : choices[0].size;
  return sizedRow(size, statement, types, host);
}

/** The row of an operand size that nothing but a default or a prefix says. */
function sizedRow(size: number, statement: Statement, types: readonly number[], host: EncoderHost): Template | null {
  const { rows, intel } = statement;
  const suffix = size === 8 ? 'b' : size === 16 ? 'w' : size === 32 ? 'l' : 'q';
  const sized = statement.withSuffix(suffix);
  const again = immediateTypes(sized, host);
  // Immediates were classed before the default was taken: $0xffffffff is no sign-extended byte here.
  for (const classes of [types, again]) {
    for (const row of rows) {
      if (row.size === size && rowAllowed(row, host, intel) && shapeFits(row, statement, classes, host, false)) return row;
    }
  }
  explainMismatch(sized, again, host);
  return null;
}

function encodingFits(row: Template, wanted: Prefixes['vex'], statement: Statement, host: EncoderHost): boolean {
  if (wanted === 'evex') return row.encoding === 'evex';
  if (wanted !== '') return row.encoding === 'vex' || row.encoding === 'xop';
  // VEX forms younger than their EVEX ones are taken unasked only where the CPU has no EVEX form.
  if (!row.flags.has('vex')) return true;
  const { operands } = statement;
  return !statement.rows.some(
    (other) =>
      other.encoding === 'evex' &&
      rowAllowed(other, host, statement.intel) &&
      other.l === row.l &&
      other.operands.length === operands.length,
  );
}

/** vcvtpd2ps (%rax), %xmm1: nothing tells the source's length, and AT&T syntax wants an x or y. */
function lengthAmbiguous(row: Template, statement: Statement): boolean {
  const { suffixes } = row;
  if (suffixes !== 'x' && suffixes !== 'y' && suffixes !== 'z') return false;
  return statement.operands.some((operand) => operand.kind === 'memory' && operand.broadcast === undefined && operand.size === undefined);
}

/** The two-byte VEX prefix reaches registers 8 to 15 in ModRM.reg only: a move between registers may go the other way. */
function shorterDirection(row: Template, statement: Statement, host: EncoderHost, types: readonly number[]): Template {
  const { operands, prefixes } = statement;
  if (prefixes.direction !== '' || prefixes.vex === 'vex3' || row.map !== 1 || row.w === 1 || row.modrm !== -1) return row;
  if (operands.some((operand) => operand.kind !== 'register')) return row;
  const numberOf = (at: number): number => (operands[at] as Operand & { kind: 'register' }).register.number;
  if (numberOf(row.rm) < 8 || numberOf(row.reg) >= 8) return row;
  const wanted = row.flags.has('load') ? 'store' : 'load';
  for (const other of statement.rows) {
    if (
      other.flags.has(wanted) &&
      other.encoding === 'vex' &&
      rowAllowed(other, host, statement.intel) &&
      shapeFits(other, statement, types, host, false)
    )
      return other;
  }
  return row;
}
