/** Why no row fits: gas's message, and the forms that there are. */
import { hasFeature } from './arch.js';
import { explainVector, isVector } from './explain-vector.js';
import { shownRegister } from './register-text.js';
import { LEA, MOFFS } from './traits.js';
import { operandFits, pointerFits, rowAllowed, rowOperand } from './match.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import type { Kind } from './kinds.js';
import type { EncoderHost, MemoryOperand, Operand, RegisterOperand } from './types.js';

/** `mov r32, r/m32` as the user's syntax writes it. */
function formText(row: Template, intel: boolean): string {
  const words = row.operands.map((kind) => kind.text);
  if (!intel && !row.flags.has('same')) words.reverse();
  return `${row.mnemonic} ${words.join(', ')}`.trimEnd();
}

function forms(statement: Statement, host: EncoderHost): string[] {
  const texts = new Set<string>();
  for (const row of statement.rows) if (rowAllowed(row, host, statement.intel)) texts.add(formText(row, statement.intel));
  const all = [...texts];
  const shown = all.slice(0, 12);
  if (all.length === 0) return [];
  return [`forms: ${shown.join('; ')}${all.length > shown.length ? `; and ${all.length - shown.length} more` : ''}`];
}

/**
 * Reports why a statement fits none of its mnemonic's rows. Rows that differ in operand size only are one template to gas;
 * of its reasons against each template the one that came furthest is reported.
 */
export function explainMismatch(statement: Statement, types: readonly number[], host: EncoderHost): void {
  const { rows, operands, suffix, prefixes, vector } = statement;
  // x, y and z belong to the name, and movq is one of its own.
  const named = (suffix >= 'x' && suffix <= 'z') || rows[0].mnemonic === 'movq';
  const mnemonic = named ? statement.written : statement.mnemonic;
  const say = (text: string): void => host.error(text, statement.column, statement.written.length, forms(statement, host));
  const count = operands.length;
  if (
    (mnemonic === 'push' || mnemonic === 'pop') &&
    count === 1 &&
    operands[0].kind === 'register' &&
    operands[0].register.class === 'sreg'
  ) {
    if (suffix === '' || suffix === 'w') return say(`you can't \`${mnemonic} ${shownRegister(operands[0].register, host)}'`);
  }
  const templates = new Map<string, Template[]>();
  for (const row of rows) {
    const key = templateKey(row);
    const list = templates.get(key);
    if (list === undefined) templates.set(key, [row]);
    else list.push(row);
  }
  const mode = host.state.bits === 64 ? 2 : 1;
  const missing = (row: Template): boolean => (row.modes & mode) !== 0 && !row.features.every((feature) => hasFeature(host.state, feature));
  const whole = (row: Template): boolean =>
    (row.operands.length === count || row.required === count) &&
    operands.every((operand, i) =>
      ofKind(operand, row.operands[rowOperand(row, same(row, statement) ? count - 1 - i : i, count)], types[i], row, statement, host),
    );
  if (count > 1 && rows.some((row) => missing(row) && whole(row))) return say(`unsupported instruction \`${mnemonic}'`);
  if (vector !== null && vector.rounding !== null && vector.roundingAt !== vector.roundingPlace && !statement.intel) {
    return say(`\`${mnemonic}': misplaced \`{${vector.rounding}}'`);
  }
  // The second one counts unless it is the destination.
  if (!statement.intel && operands.slice(1).filter((o) => o.kind === 'memory').length > 1) {
    return say(`too many memory references for \`${mnemonic}'`);
  }
  if (mode === 2 && rows.some((row) => (row.flags.has('addr16') || mnemonic === 'umonitor') && row.modes === 1 && whole(row))) {
    return say(`16-bit addressing unavailable for \`${mnemonic}'`);
  }
  if (statement.intel && rows.every((row) => row.flags.has('attsyn'))) return say(`unsupported syntax for \`${mnemonic}'`);
  if (isVector(rows)) {
    const allowed = rows.filter((row) => rowAllowed(row, host, statement.intel));
    const why = explainVector(statement, allowed, types, host);
    return say(why.endsWith('`') ? `${why}${mnemonic}'` : why);
  }
  let stage = 0;
  let reason = `number of operands mismatch for \`${mnemonic}'`;
  const progress = (at: number, text: string): void => {
    if (at <= stage) return;
    stage = at;
    reason = text;
  };
  for (const template of templates.values()) {
    const counted = template.filter((row) => row.operands.length === count || row.required === count);
    if (counted.length === 0) continue;
    // Far pointers in 64-bit code: lcall and ljmp are known not to have them, call and jmp are not looked at.
    if (count === 2 && (mnemonic === 'jmp' || mnemonic === 'call') && mode === 2) continue;
    const allowed = counted.filter((row) => rowAllowed(row, host, statement.intel));
    if (
      allowed.length === 0 ||
      (prefixes.vex !== '' && !allowed.some((row) => row.encoding === (prefixes.vex === 'evex' ? 'evex' : 'vex')))
    ) {
      progress(1, `unsupported instruction \`${mnemonic}'`);
      continue;
    }
    if (suffix !== '' && !allowed.some((row) => row.suffixes.includes(suffix))) {
      // Of one operand gas has nothing to say but its size, and the suffix before that.
      progress(count === 1 ? 4 : 2, `invalid instruction suffix for \`${mnemonic}'`);
      continue;
    }
    const kindsAt = (i: number): { kind: Kind; row: Template }[] =>
      allowed.map((row) => ({ kind: row.operands[rowOperand(row, same(row, statement) ? count - 1 - i : i, count)], row }));
    if (operands.some((operand, i) => wrongSize(operand, kindsAt(i)))) {
      progress(3, `operand size mismatch for \`${mnemonic}'`);
      continue;
    }
    if (!operands.every((operand, i) => kindsAt(i).some(({ kind, row }) => ofKind(operand, kind, types[i], row, statement, host)))) {
      progress(count === 1 ? 3 : 4, `operand ${count === 1 ? 'size' : 'type'} mismatch for \`${mnemonic}'`);
      continue;
    }
    const general = operands.filter(
      (operand, i) => isGeneral(operand) && kindsAt(i).some(({ kind }) => kind.fixed === null && isGeneralClass(kind.register)),
    );
    const sizes = new Set(general.map((operand) => (operand as RegisterOperand).register.bits));
    for (const operand of operands)
      if (general.length > 0 && operand.kind === 'memory' && operand.size !== undefined) sizes.add(operand.size * 8);
    if (sizes.size > 1 && allowed.some(oneSize)) {
      progress(4.5, `${reversible(rows, operands) ? 'operand' : 'register'} type mismatch for \`${mnemonic}'`);
      continue;
    }
    progress(5, suffixProblem(statement, allowed, host) ?? `operand size mismatch for \`${mnemonic}'`);
  }
  say(reason);
}

const same = (row: Template, statement: Statement): boolean => row.flags.has('same') && !statement.intel;
const isGeneralClass = (cls: string | null): boolean => cls !== null && /^r\d+$/.test(cls);
const isGeneral = (operand: Operand): boolean => operand.kind === 'register' && isGeneralClass(operand.register.class);

/** Registers of the row are all of one size (not so in the extending moves). */
const oneSize = (row: Template): boolean =>
  new Set(row.operands.filter((kind) => isGeneralClass(kind.register)).map((kind) => kind.register)).size < 2;

/** Rows with the same key are one template: their operands are alike but for the size. */
function templateKey(row: Template): string {
  const words = row.operands.map((kind) => {
    if (kind.fixed !== null && kind.size !== 0) return 'A';
    if (isGeneralClass(kind.register) && kind.fixed === null) return kind.memory ? 'RM' : row.mnemonic === 'crc32' ? kind.text : 'R';
    if (kind.immediate > 1) return row.flags.has('sx') ? 'S' : 'I';
    if (kind.memory && kind.register === null) return 'M';
    return kind.text;
  });
  return `${words.join()} ${row.map} ${row.modrm} ${row.encoding}`;
}

/**
 * Memory as destination of a form that has both directions: gas compares the sizes, then tries the other direction, whose
 * operands are of other kinds.
 */
function reversible(rows: readonly Template[], operands: readonly Operand[]): boolean {
  // mov's form with an address and no ModRM goes both ways and comes first.
  if (rows.some((row) => (row.traits & MOFFS) !== 0)) return true;
  if (operands.length !== 2 || operands[0].kind !== 'memory') return false;
  if (rows[0].mnemonic === 'test' || rows[0].mnemonic === 'xchg') return true;
  return rows.some(
    ({ operands: [to, from] }) =>
      to !== undefined && from !== undefined && to.register !== null && !to.memory && from.memory && to.fixed === null,
  );
}

/** A register of a size that the template does not have at all. */
function wrongSize(operand: Operand, kinds: readonly { kind: Kind; row: Template }[]): boolean {
  if (operand.kind === 'memory') return wrongPointer(operand, kinds);
  if (operand.kind !== 'register') return false;
  const general = kinds.filter(({ kind }) => isGeneralClass(kind.register));
  if (isGeneral(operand)) return general.length > 0 && !general.some(({ kind }) => kind.register === operand.register.class);
  const vector = kinds.filter(({ kind }) => kind.register !== null && /^[xyz]mm$/.test(kind.register));
  return (
    /^[xyz]mm$/.test(operand.register.class) && vector.length > 0 && !vector.some(({ kind }) => kind.register === operand.register.class)
  );
}

/** Intel's `TYPE ptr` of a size that no form has. */
export function wrongPointer(operand: MemoryOperand, kinds: readonly { kind: Kind; row: Template }[]): boolean {
  const { size } = operand;
  // Of lea's address no size is looked at.
  if (operand.broadcast !== undefined || kinds.some(({ row }) => (row.traits & LEA) !== 0)) return false;
  if (kinds.some(({ kind }) => kind.relative !== 0 || kind.moffs !== 0)) return false;
  const memories = kinds.filter(({ kind }) => kind.memory);
  if (memories.length === 0) return !kinds.some(({ kind }) => registerOfSize(kind, size));
  if (size === undefined) return false;
  const plain = memories.filter(({ kind }) => kind.vsib === null);
  return plain.length > 0 && !plain.some(({ kind, row }) => pointerFits(kind, size, row));
}

const vectorBytes: Readonly<Record<string, number>> = { xmm: 16, ymm: 32, zmm: 64 };

/** A register operand, which memory of so many bytes is no match for in kind but in size. */
export function registerOfSize(kind: Kind, bytes: number | undefined): boolean {
  return bytes !== undefined && kind.register !== null && (kind.size === bytes * 8 || vectorBytes[kind.register] === bytes);
}

function ofKind(operand: Operand, kind: Kind, types: number, row: Template, statement: Statement, host: EncoderHost): boolean {
  if ((operand.kind === 'register' || operand.kind === 'memory') && operand.indirect === true && !row.flags.has('indirect')) return false;
  return operandFits(kind, operand, types, row, statement, host);
}

/** A register that the AT&T suffix does not go with. */
function suffixProblem(statement: Statement, rows: readonly Template[], host: EncoderHost): string | null {
  const { operands, suffix } = statement;
  const { mnemonic } = rows[0];
  const wanted = { b: 8, w: 16, l: 32, q: 64 }[suffix];
  if (wanted === undefined) return null;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i];
    if (operand.kind !== 'register' || !isGeneral(operand) || operand.register.bits === wanted) continue;
    // Shift counts and ports are no operands of that size.
    if (!rows.some((row) => row.operands[i]?.fixed === null || row.operands[i]?.size !== 0)) continue;
    const { bits } = operand.register;
    const name = shownRegister(operand.register, host);
    if (suffix === 'b' || bits === 8) return `\`${name}' not allowed with \`${mnemonic}${suffix}'`;
    return `incorrect register \`${name}' used with \`${suffix}' suffix`;
  }
  return null;
}
