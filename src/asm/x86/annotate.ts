/** The notes that an encoding carries where options ask for them: what the instruction uses, how branches are aligned. */
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import type { CodeState, Encoded, InstructionNotes } from './types.js';
import { usesOf } from './used-features.js';

/** The notes on one instruction. */
export function annotate(encoded: Encoded, row: Template, statement: Statement, state: CodeState): InstructionNotes {
  void encoded;
  return { uses: usesOf(row, statement, state.bits) };
}
