/** The written operands of string instructions and xlat: only their address size and segment matter. */
import type { Statement } from './match.js';
import type { EncoderHost, MemoryOperand } from './types.js';

const registerNames: Record<string, Record<number, string>> = {
  si: { 16: 'si', 32: 'esi', 64: 'rsi' },
  di: { 16: 'di', 32: 'edi', 64: 'rdi' },
  bx: { 16: 'bx', 32: 'ebx', 64: 'rbx' },
};

/**
 * Checks the memory operands of a string instruction: gas warns where an operand is not the register that the processor
 * takes, and refuses operands of two address sizes. Returns false after an error.
 */
export function checkStringOperands(statement: Statement, host: EncoderHost): boolean {
  const { rows, operands, prefixes } = statement;
  const { flags } = rows[0];
  const { bits } = host.state;
  let addressing = prefixes.addressSize ? (bits === 32 ? 16 : 32) : 0;
  // As the source has them.
  const written = statement.intel ? operands : [...operands].reverse();
  const memories = written.filter((operand): operand is MemoryOperand => operand.kind === 'memory');
  // movsb and its like are also names of extending moves, which have one memory operand.
  if (memories.length < 2 && !rows[rows.length - 1].flags.has('string')) return true;
  for (let i = 0; i < memories.length; i++) {
    const memory = memories[i];
    const { base } = memory;
    if (base !== undefined) {
      const valid =
        base.class === 'r16' ? bits !== 64 : base.class === 'r32' || (base.class === 'r64' && bits === 64) || base.class === 'ip';
      if ((!valid && memories.length > 1) || (addressing !== 0 && base.bits !== addressing)) {
        host.error(`\`${memory.text}' is not a valid base/index expression`, memory.column, memory.text.length);
        return false;
      }
      if (valid && base.class !== 'ip') addressing = base.bits;
    }
    const size = addressing || bits;
    const destination = isDestination(flags, statement, memories, i);
    const register = registerNames[flags.has('bx') ? 'bx' : destination ? 'di' : 'si'][size];
    if (base?.name !== register || memory.index !== undefined || memory.displacement !== undefined) {
      host.warning(
        `\`${memory.text}' is not valid here (expected \`${statement.intel ? `[${register}]` : `(%${register})`}')`,
        memory.column,
      );
    }
  }
  return true;
}

/** Whether a memory operand is the one that ES:DI addresses. */
export function isDestination(flags: ReadonlySet<string>, statement: Statement, memories: readonly MemoryOperand[], i: number): boolean {
  if (flags.has('es')) return true;
  if (memories.length < 2) return false;
  // movs writes to its last AT&T operand, cmps compares its first with ES.
  const first = statement.intel ? !flags.has('cmps') : flags.has('cmps');
  return first ? i === 0 : i === 1;
}
