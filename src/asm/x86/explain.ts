/** Why no row fits: gas's message, and the forms that there are. */
import { operandFits, rowAllowed, rowOperand } from './match.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import type { EncoderHost } from './types.js';

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

/** Reports why a statement fits none of its mnemonic's rows. */
export function explainMismatch(statement: Statement, types: readonly number[], host: EncoderHost): void {
  const { rows, operands, suffix, mnemonic, intel } = statement;
  const say = (text: string): void => host.error(text, statement.column, statement.written.length, forms(statement, host));
  const count = operands.length;
  if (
    (mnemonic === 'push' || mnemonic === 'pop') &&
    count === 1 &&
    operands[0].kind === 'register' &&
    operands[0].register.class === 'sreg'
  ) {
    if (suffix === '' || suffix === 'w') return say(`you can't \`${mnemonic} %${operands[0].register.name}'`);
  }
  const counted = rows.filter((row) => rowAllowed(row, host, intel) && (row.operands.length === count || row.required === count));
  if (counted.length === 0) return say(`number of operands mismatch for \`${mnemonic}'`);
  if (statement.prefixes.vex !== '' && !counted.some((row) => row.encoding === (statement.prefixes.vex === 'evex' ? 'evex' : 'vex'))) {
    return say(`unsupported instruction \`${mnemonic}'`);
  }
  // How far each row matched: the operands that fit by class (any size), then by kind.
  let best = 0;
  let sizeOnly = false;
  let registerClash = false;
  let suffixClash: Template | undefined;
  for (const row of counted) {
    const same = row.flags.has('same') && !intel;
    let exact = true;
    let loose = true;
    for (let i = 0; i < count; i++) {
      const at = same ? count - 1 - i : i;
      const operand = operands[at];
      const kind = row.operands[rowOperand(row, i, count)];
      if (operandFits(kind, operand, types[at], row, statement, host)) continue;
      exact = false;
      const general =
        operand.kind === 'register' && /^r\d+$/.test(operand.register.class) && kind.register !== null && /^r\d+$/.test(kind.register);
      const immediate = operand.kind === 'immediate' && kind.immediate !== 0;
      if (!general && !immediate) loose = false;
      if (general) registerClash = true;
    }
    if (exact) {
      best = 3;
      suffixClash ??= row;
    } else if (loose) {
      best = Math.max(best, 2);
      sizeOnly = true;
    }
  }
  if (best === 3 && suffix !== '') {
    const row = suffixClash!;
    for (let i = count - 1; i >= 0; i--) {
      const operand = operands[i];
      if (operand.kind !== 'register' || !/^r\d+$/.test(operand.register.class)) continue;
      const wanted = { b: 8, w: 16, l: 32, q: 64 }[suffix] ?? 0;
      if (rows.some((other) => other.suffixes.includes(suffix)) && operand.register.bits !== wanted && row.size !== wanted) {
        if (suffix === 'b') return say(`\`%${operand.register.name}' not allowed with \`${mnemonic}b'`);
        return say(`incorrect register \`%${operand.register.name}' used with \`${suffix}' suffix`);
      }
    }
    return say(`invalid instruction suffix for \`${mnemonic}'`);
  }
  if (intel && sizeOnly && registerClash) return say(`operand type mismatch for \`${mnemonic}'`);
  if (sizeOnly && registerClash && count > 1) return say(`register type mismatch for \`${mnemonic}'`);
  if (sizeOnly) return say(`operand size mismatch for \`${mnemonic}'`);
  return say(`operand type mismatch for \`${mnemonic}'`);
}
