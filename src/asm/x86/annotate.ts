/** The notes that an encoding carries where options ask for them: what the instruction uses, how branches are aligned. */
import { branchClass } from './branch-class.js';
import type { Statement } from './match.js';
import type { Template } from './rows.js';
import type { CodeState, Encoded, InstructionNotes } from './types.js';
import { usesOf } from './used-features.js';

/** The notes on one instruction: `row` was encoded, `matched` before options made a shorter one of it. */
export function annotate(encoded: Encoded, row: Template, matched: Template, statement: Statement, state: CodeState): InstructionNotes {
  return { uses: usesOf(matched, statement, state.bits), branch: branchClass(encoded, row, statement, state) };
}
