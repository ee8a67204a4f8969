/**
 * Why no row of a vector instruction fits, in gas's order of checks. gas tries each template in turn and reports the
 * failure that came latest in the chain of checks (number of operands, suffix, sizes, types, sizes against each other,
 * decorations, encoding), of equals the first. A template of gas is a group of rows that differ only in lengths and sizes.
 */
import type { Kind } from './kinds.js';
import { operandFits, pointerFits } from './match.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import { shownRegister } from './register-text.js';
import { registerOfSize } from './explain.js';
import type { EncoderHost, Operand } from './types.js';
import { registerClash, vectorProblem, vectorWarning } from './vector.js';

const vectorClasses = new Set(['mm', 'xmm', 'ymm', 'zmm', 'k', 'tmm', 'bnd']);
const simd = new Set(['xmm', 'ymm', 'zmm']);
/** gas's RegSIMD: what has a size that operand_size_match compares. */
const sized = new Set(['xmm', 'ymm', 'zmm', 'tmm']);
const general = new Set(['r8', 'r16', 'r32', 'r64']);

/** The rows are those of a vector (or VEX-encoded) instruction. */
export function isVector(rows: readonly Template[]): boolean {
  return rows.some(
    (row) => row.encoding !== 'legacy' || row.operands.some((kind) => kind.register !== null && vectorClasses.has(kind.register)),
  );
}

/** Rows that gas has as one template. */
function templates(rows: readonly Template[]): Template[][] {
  const groups = new Map<string, Template[]>();
  for (const row of rows) {
    // Lengths that go together make one template; where they differ (conversions), each length has its own.
    const lengths = new Set(row.operands.map((kind) => kind.register).filter((cls) => cls !== null && simd.has(cls)));
    const split =
      (lengths.size > 1 && !/^vps(ll|ra|rl)[dqw]$/.test(row.mnemonic)) || row.suffixes >= 'x' || row.operands.some((k) => k.vsib !== null);
    const key = [
      split ? row.l : '',
      row.encoding,
      row.map,
      row.pp,
      row.opcode.join(),
      row.modrm,
      row.suffixByte,
      row.operands.length,
      row.operands.map((k) => family(k)).join(),
    ].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function family(kind: Kind): string {
  if (kind.register === null) return kind.memory ? 'm' : 'i';
  if (simd.has(kind.register)) return 'v';
  return general.has(kind.register) ? 'r' : kind.register;
}

const COUNT = 0;
const SUFFIX = 1;
const SIZE = 2;
const TYPE = 3;
const DECORATION = 4;
const ENCODING = 5;

/** Which operands (AT&T order) an operand's size is compared with. */
const pairs: readonly (readonly number[])[] = [[], [0], [0, 1], [1, 2], [3]];

/** gas's message, without the mnemonic behind the backquote. */
export function explainVector(statement: Statement, rows: readonly Template[], types: readonly number[], host: EncoderHost): string {
  const suffixed = wrongRegister(statement, rows, types, host);
  if (suffixed !== '') return suffixed;
  let stage = COUNT;
  let message = 'number of operands mismatch for `';
  for (const group of templates(rows)) {
    const [reached, why] = failureOf(group, rows, statement, types, host);
    if (reached > stage) {
      stage = reached;
      message = why;
    }
  }
  return message;
}

/** Everything fits but for the suffix: gas names the register that is of another size. */
function wrongRegister(statement: Statement, rows: readonly Template[], types: readonly number[], host: EncoderHost): string {
  const { operands, suffix } = statement;
  if (suffix === '' || !rows.some((row) => row.suffixes.includes(suffix))) return '';
  const fits = rows.find(
    (row) =>
      row.suffixes !== '' &&
      row.operands.length === operands.length &&
      operands.every((operand, at) => typeFits(row.operands[at], operand, types[at], row, statement, host)),
  );
  const wrong =
    fits &&
    operands.find((operand) => operand.kind === 'register' && general.has(operand.register.class) && !fits.suffixes.includes(suffix));
  return wrong?.kind === 'register' ? `incorrect register \`${shownRegister(wrong.register, host)}' used with \`${suffix}' suffix` : '';
}

function failureOf(
  group: readonly Template[],
  rows: readonly Template[],
  statement: Statement,
  types: readonly number[],
  host: EncoderHost,
): [number, string] {
  const { operands, suffix } = statement;
  const count = operands.length;
  const [first] = group;
  if (first.operands.length !== count && first.required !== count) return [COUNT, ''];
  if (suffix !== '' && !group.some((row) => row.suffixes.includes(suffix))) return [SUFFIX, 'invalid instruction suffix for `'];
  const kindsAt = (at: number): Kind[] => group.map((row) => row.operands[at]);
  for (let at = 0; at < count; at++) if (!sizeFits(operands[at], kindsAt(at), group, at)) return [SIZE, 'operand size mismatch for `'];
  if (suffix === '' && lengthUnknown(group, operands)) return [SIZE, 'operand size mismatch for `'];
  // In AT&T order: the first two operands, then from the last to the third.
  const order = [...new Set([0, 1, 4, 3, 2])].filter((n) => n < count);
  for (let k = 0; k < order.length; k++) {
    const n = order[k];
    const at = count - 1 - n;
    const stage = TYPE + (n < 2 ? 0 : (5 - n) / 10);
    if (!group.some((row) => typeFits(row.operands[at], operands[at], types[at], row, statement, host)))
      return [stage, 'operand type mismatch for `'];
    for (const other of pairs[n])
      if (!together(group, operands, at, count - 1 - other))
        return [stage, `${reversible(rows, operands) ? 'operand' : 'register'} type mismatch for \``];
  }
  const fitting = group.filter((row) =>
    operands.every((operand, at) => operand.kind !== 'register' || row.operands[at].register === operand.register.class),
  );
  const row = (fitting.length > 0 ? fitting : group)[0];
  const { vex } = statement.prefixes;
  if (vex !== '' && (row.encoding === 'legacy' || row.encoding === '3dnow' || (vex === 'evex') !== (row.encoding === 'evex'))) {
    return [ENCODING, 'unsupported instruction `'];
  }
  const imm4 = row.operands.findIndex((kind) => kind.immediate === 4);
  const problem = decorationProblem(row, statement, group, host);
  if (problem !== '') return [problem === 'unsupported instruction `' ? ENCODING : DECORATION, problem];
  const immediate = operands[imm4];
  if (imm4 >= 0 && immediate.kind === 'immediate') return [DECORATION, "constant doesn't fit in 4 bits for `"];
  if (row.flags.has('vex')) return [ENCODING, 'unsupported instruction `'];
  return [TYPE, 'operand type mismatch for `'];
}

/** gas's operand_size_match: the operand's size is one of the template's. */
function sizeFits(operand: Operand, kinds: readonly Kind[], group: readonly Template[], at: number): boolean {
  if (operand.kind === 'register') {
    const { class: cls, bits } = operand.register;
    if (kinds[0].fixed !== null && (sized.has(cls) || general.has(cls)) && !kinds.some((k) => k.register === cls)) return false;
    if (sized.has(cls)) return !kinds.some((k) => k.register !== null && sized.has(k.register)) || kinds.some((k) => k.register === cls);
    if (!general.has(cls) || !kinds.some((k) => k.register !== null && general.has(k.register))) return true;
    // A memory operand of another size is another template, which takes no register at all.
    return kinds.some((k) => k.size === bits || (k.memory && k.memoryBits !== k.size));
  }
  if (operand.kind !== 'memory') return true;
  if (operand.size !== undefined && operand.broadcast === undefined) {
    const memories = group.filter((row) => row.operands[at].memory && row.operands[at].vsib === null);
    if (
      memories.length > 0 &&
      !memories.some((row) => pointerFits(row.operands[at], operand.size!, row) || row.operands[at].broadcast === operand.size! * 8)
    )
      return false;
  }
  if (group[0].modrm === -2 || kinds.some((k) => k.memory || k.relative !== 0 || k.moffs !== 0)) return true;
  return kinds.some((k) => registerOfSize(k, operand.size));
}

function lengthUnknown(group: readonly Template[], operands: readonly Operand[]): boolean {
  if (group.length < 2 && group[0].suffixes < 'x') return false;
  const memory = operands.find((o) => o.kind === 'memory');
  if (operands.some((o) => 'broadcast' in o && o.broadcast !== undefined)) return false;
  return (
    memory?.kind === 'memory' &&
    memory.broadcast === undefined &&
    memory.size === undefined &&
    'xyz'.includes(group[0].suffixes) &&
    group[0].suffixes !== ''
  );
}

function typeFits(kind: Kind, operand: Operand, types: number, row: Template, statement: Statement, host: EncoderHost): boolean {
  if (operand.kind === 'memory') return kind.memory;
  if (kind.immediate === 4) return operand.kind === 'immediate';
  if (operand.kind === 'register' && operand.indirect === true) return false;
  return operandFits(kind, operand, types, row, statement, host);
}

/** Some row takes both registers; where the template leaves no choice of size the types alone decide. */
function together(group: readonly Template[], operands: readonly Operand[], a: number, b: number): boolean {
  const [x, y] = [operands[a], operands[b]];
  if (x.kind === 'memory' || y.kind === 'memory') return pointerTogether(group, x, y, a, b);
  if (x.kind !== 'register' || y.kind !== 'register') return true;
  const classes = (at: number): Set<string | null> => new Set(group.map((row) => row.operands[at].register));
  const second = classes(b);
  if ([...classes(a)].filter((cls) => second.has(cls)).length < 2) return true;
  return group.some((row) => row.operands[a].register === x.register.class && row.operands[b].register === y.register.class);
}

/** A load of a form that stores too: the other direction, which gas tries next, has operands of other kinds. */
const reversible = (rows: readonly Template[], operands: readonly Operand[]): boolean =>
  operands.length === 2 && operands[1].kind === 'memory' && rows.some(({ operands: [to] }) => to?.memory);

const classOfBytes: Readonly<Record<number, string>> = { 16: 'xmm', 32: 'ymm', 64: 'zmm' };

/** The same of Intel's `TYPE ptr` and a vector register. */
function pointerTogether(group: readonly Template[], x: Operand, y: Operand, a: number, b: number): boolean {
  const [memory, register, at, other] = x.kind === 'memory' ? [x, y, a, b] : [y, x, b, a];
  if (memory.kind !== 'memory' || memory.size === undefined || memory.broadcast !== undefined) return true;
  if (register.kind !== 'register' || !simd.has(register.register.class)) return true;
  const lengths = new Set<string | null>();
  for (const row of group) {
    const { memoryBits, register: cls } = row.operands[at];
    const length = cls ?? classOfBytes[memoryBits / 8];
    if (length !== undefined && group.some((one) => one.operands[other].register === length)) lengths.add(length);
  }
  return lengths.size < 2 || classOfBytes[memory.size] === register.register.class;
}

/** gas's check_VecOperands, in its order. */
function decorationProblem(row: Template, statement: Statement, group: readonly Template[], host: EncoderHost): string {
  const { vector, operands } = statement;
  const memoryAt = operands.findIndex((o) => o.kind === 'memory');
  const memory = operands[memoryAt];
  const index = memory?.kind === 'memory' ? memory.index : undefined;
  const vsib = memoryAt >= 0 && row.operands[memoryAt].vsib !== null;
  if (!vsib && index !== undefined && simd.has(index.class)) return 'unsupported vector index register for `';
  if (vsib) {
    if (row.encoding === 'evex' && (vector === null || vector.masked < 0)) return "default mask isn't allowed for `";
    const lengths = group.filter((r) => operands.every((o, at) => o.kind !== 'register' || r.operands[at].register === o.register.class));
    if (index === undefined || !lengths.some((r) => r.operands[memoryAt].vsib!.register === index.class))
      return 'invalid VSIB address for `';
    const warning = row.encoding !== 'evex' && vector !== null && vector.masked >= 0 ? '' : vectorWarning(row, operands);
    if (warning !== '') host.warning(warning, statement.column);
  }
  if (row.flags.has('distinct')) {
    const clash = registerClash(operands);
    if (clash !== '') return clash;
  }
  if (vector === null) return vectorProblem(row, vector, operands);
  const { masked, broadcast, rounding } = vector;
  if (broadcast >= 0) {
    const problem = vectorProblem(row, { ...vector, masked: -1, rounding: null, high: false }, operands);
    if (problem.includes('broadcast') || row.encoding !== 'evex') return 'unsupported broadcast for `';
  }
  if (masked >= 0) {
    const destination = row.operands.findIndex((kind) => kind.mask);
    if (destination < 0 || (vector.zeroing && (!row.operands[destination].zeroing || operands[0].kind === 'memory')))
      return 'unsupported masking for `';
    if (masked !== destination) return 'mask not on destination operand for `';
  }
  if (rounding !== null) {
    const template = group.find((r) => r.operands.some((kind) => kind.rounding !== null));
    const kind = template?.operands.find((k) => k.rounding !== null);
    if (kind === undefined || (kind.rounding === 'sae') !== (rounding === 'sae') || memoryAt >= 0)
      return 'unsupported static rounding/sae for `';
    if (row.l !== -1 && !operands.some((o) => o.kind === 'register' && o.register.class === 'zmm')) return 'operand size mismatch for `';
  }
  if (vector.high && row.encoding !== 'evex') return 'unsupported instruction `';
  return vectorProblem(row, vector, operands);
}
