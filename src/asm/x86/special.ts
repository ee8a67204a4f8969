/** Checks and address sizes of the instructions and prefixes that ordinary ones do without. */
import { addressBits } from './address.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import { shownRegister } from './register-text.js';
import { isDestination } from './string-operands.js';
import { BRANCH, DAS, IMPLIED_ADDRESS, INDIRECT, LEA, MPX, REGADDR, STRING, TRANSLATE } from './traits.js';
import type { EncoderHost, MemoryOperand, Operand, RegisterOperand } from './types.js';

/** The address size in force and whether it needs a prefix; null after an error has been reported. */
export function checkSpecial(
  row: Template,
  statement: Statement,
  given: readonly (Operand | undefined)[],
  memory: MemoryOperand | undefined,
  addressing: number,
  host: EncoderHost,
): { addressing: number; addressPrefix: boolean } | null {
  const { prefixes, operands } = statement;
  const { traits } = row;
  const { bits } = host.state;
  const fail = (message: string): null => {
    host.error(message, statement.column);
    return null;
  };
  const isString = (traits & STRING) !== 0;
  const isBranch = (traits & BRANCH) !== 0;
  if (isString && !destinationInEs(row, statement, given, host)) return null;
  let addressPrefix = prefixes.addressSize;
  if (memory !== undefined && !isBranch) {
    if ((traits & MPX) !== 0) {
      if (bits === 16 && addressBits(memory) === 0) addressing = 32;
      if (addressing === 16) return fail("16-bit address isn't allowed in MPX instructions");
      if (bits === 64 && addressing !== 64) return fail("32-bit address isn't allowed in 64-bit MPX instructions.");
    }
    if (addressing !== bits && !(isString && addressing === 16 && bits === 64)) addressPrefix = true;
  }
  if (row.addressSize !== 0 && row.addressSize !== bits) {
    if (prefixes.addressSize && !((traits & DAS) !== 0 && statement.suffix === '')) return fail('same type of prefix used twice');
    addressPrefix = true;
  }
  if (prefixes.displacement === 'disp32' && (isBranch ? bits === 16 && !prefixes.dataSize : memory !== undefined && addressing === 16)) {
    return fail("invalid `{disp32}' prefix");
  }
  if (prefixes.displacement === 'disp16' && (isBranch ? bits !== 16 : memory !== undefined && addressing !== 16)) {
    return fail("invalid `{disp16}' prefix");
  }
  if ((traits & INDIRECT) !== 0 && !statement.intel && operands.length === 1 && (operands[0] as RegisterOperand).indirect !== true) {
    host.warning(`indirect ${row.mnemonic} without \`*'`, statement.column);
  }
  if ((traits & LEA) !== 0 && (prefixes.segment !== 0 || memory?.segment !== undefined)) {
    host.warning(`segment override on \`${row.mnemonic}' is ineffectual`, statement.column);
  }
  if ((traits & REGADDR) !== 0) {
    // The register is an address: its size is the address size.
    const { register } = given[0] as RegisterOperand;
    // In x32 foo(%rip) goes with both.
    const relative = memory?.base?.class === 'ip' && host.state.x32;
    if (memory !== undefined && !relative && addressBits(memory) !== 0 && addressBits(memory) !== register.bits) {
      return fail(`invalid register operand size for \`${row.mnemonic}'`);
    }
    addressing = register.bits;
    addressPrefix = prefixes.addressSize || register.bits !== bits;
  }
  if ((traits & IMPLIED_ADDRESS) !== 0) {
    const implied = row.flags.has('addr16') ? 16 : row.flags.has('addr32') ? 32 : 64;
    if (implied !== bits) addressPrefix = true;
  }
  if ((traits & TRANSLATE) !== 0) {
    if (row.flags.has('fpop')) {
      if (host.state.mnemonic === 'intel') return fail(`unsupported with Intel mnemonic for \`${row.mnemonic}'`);
      host.warning(`translating to \`${row.mnemonic}p'`, statement.column);
    } else {
      // The other way round than written.
      const written = statement.intel ? [...operands].reverse() : operands;
      const names = written.map((operand) => shownRegister((operand as RegisterOperand).register, host));
      host.warning(`translating to \`${row.mnemonic} ${names.join()}'`, statement.column);
    }
  }
  return { addressing, addressPrefix };
}

/** ES:DI operands cannot be overridden. */
function destinationInEs(row: Template, statement: Statement, given: readonly (Operand | undefined)[], host: EncoderHost): boolean {
  const { operands } = statement;
  const written = (statement.intel ? given : [...given].reverse()).filter(
    (operand): operand is MemoryOperand => operand?.kind === 'memory',
  );
  for (let i = 0; i < written.length; i++) {
    const { segment } = written[i];
    if (segment === undefined || segment.name === 'es' || !isDestination(row.flags, statement, written, i)) continue;
    const at = operands.indexOf(written[i]);
    const mnemonic = row.mnemonic.replace(/^(movs|cmps|scas|stos|ins)[bwlq]$/, '$1');
    host.error(
      `\`${mnemonic}' operand ${statement.intel ? at + 1 : operands.length - at} must use \`${host.state.nakedRegisters ? '' : '%'}es' segment`,
      statement.column,
    );
    return false;
  }
  return true;
}
