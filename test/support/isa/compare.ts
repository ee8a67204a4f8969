/** Both assemblers over a list of statements, and where they part. */
import type { X86Options } from '../../../src/asm/x86/index.js';
import { assembleWithGas, type Bits, type Outcome } from './oracle.js';
import { encodeOurs } from './ours.js';
import type { Statement } from './statements.js';

export interface Difference {
  statement: Statement;
  theirs: Outcome;
  ours: Outcome;
  /** bytes: both accept; reject: we do, GNU does not; accept: the other way; message: only the words. */
  kind: 'bytes' | 'reject' | 'accept' | 'message';
  run?: string;
}

export interface CompareOptions {
  bits: Bits;
  syntax: 'att' | 'intel';
  flags?: readonly string[];
  x86?: X86Options;
}

const failed = (outcome: Outcome): boolean => outcome.messages.some((m) => m.startsWith('Error'));

/** Statements at once in one run of the oracle. */
const batch = 100_000;

export function compare(statements: readonly Statement[], options: CompareOptions): Difference[] {
  const differences: Difference[] = [];
  for (let at = 0; at < statements.length; at += batch) {
    const part = statements.slice(at, at + batch);
    const texts = part.map((s) => s.text);
    const theirs = assembleWithGas(texts, options);
    const ours = encodeOurs(texts, options);
    part.forEach((statement, i) => {
      const t = { ...theirs[i], hex: failed(theirs[i]) ? '' : theirs[i].hex };
      const o = ours[i];
      const rejected = failed(t);
      if (rejected !== failed(o) || t.hex !== o.hex) {
        differences.push({ statement, theirs: t, ours: o, kind: rejected ? 'accept' : failed(o) ? 'reject' : 'bytes' });
      } else if (t.messages.join() !== o.messages.join()) differences.push({ statement, theirs: t, ours: o, kind: 'message' });
    });
  }
  return differences;
}
