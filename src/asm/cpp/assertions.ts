/** `#assert`, `#unassert` and `#predicate(answer)` in conditions (GCC's cpp manual, node Obsolete Features). */
import { EOF, NAME, WHITE, type Token } from './tokens.js';

export interface AssertionHost {
  /** The next token of the directive as it stands. */
  raw(): Token;
  backup(t: Token): void;
  error(message: string, at: Token): void;
}

export interface Assertion {
  readonly predicate: string;
  /** null: none was written. */
  readonly answer: string | null;
}

/** Reads `predicate(answer)`; null after a reported error. Only a condition and #unassert may leave the answer out. */
export function readAssertion(kind: 'if' | 'assert' | 'unassert', host: AssertionHost): Assertion | null {
  const fail = (message: string, at: Token): null => {
    host.error(message, at);
    return null;
  };
  const name = host.raw();
  if (name.kind === EOF) return fail('assertion without predicate', name);
  if (name.kind !== NAME) return fail('predicate must be an identifier', name);
  const open = host.raw();
  if (open.text !== '(') {
    if (kind === 'if') host.backup(open);
    else if (kind !== 'unassert' || open.kind !== EOF) return fail("missing '(' after predicate", name);
    return { predicate: name.text, answer: null };
  }
  let answer = '';
  for (let t = host.raw(); t.text !== ')'; t = host.raw()) {
    if (t.kind === EOF) return fail("missing ')' to complete answer", t);
    answer += ((t.flags & WHITE) !== 0 && answer !== '' ? ' ' : '') + `${t.text}\n`;
  }
  return answer === '' ? fail("predicate's answer is empty", open) : { predicate: name.text, answer };
}
