/** Addresses as people write them: `0x7c00`, `$esp+8`, `table+4*3`, `b800:10` (segment and offset, both hexadecimal). */
import { TskvmError } from '../../diagnostics.js';

export interface Names {
  /** Value of `$name`, or null. */
  register(name: string): bigint | null;
  symbol(name: string): bigint | null;
}

const tokenPattern = /\s*(0x[0-9a-f]+|\d+|\$\w+|[A-Za-z_.][\w.$]*|[-+*()])/iy;

/** @throws TskvmError: what is not understood */
export function evaluate(text: string, names: Names): bigint {
  const far = /^\s*(\$?\w+)\s*:\s*(\$?\w+)\s*$/.exec(text);
  if (far !== null) {
    const part = (word: string): bigint => (word.startsWith('$') ? evaluate(word, names) : hexadecimal(word));
    return part(far[1]) * 16n + part(far[2]);
  }
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (tokenPattern.lastIndex < trimmed.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(trimmed);
    if (match === null) throw new TskvmError(`\`${trimmed.slice(at).trim()}' is no address`);
    tokens.push(match[1]);
  }
  let next = 0;
  const primary = (): bigint => {
    const token = tokens[next++];
    if (token === undefined) throw new TskvmError('an address is missing');
    if (token === '(') {
      const inside = sum();
      if (tokens[next++] !== ')') throw new TskvmError("a `)' is missing");
      return inside;
    }
    if (token === '-') return -primary();
    if (/^\d/.test(token)) return BigInt(token);
    const found = token.startsWith('$') ? names.register(token.slice(1).toLowerCase()) : names.symbol(token);
    if (found === null) throw new TskvmError(`there is no ${token.startsWith('$') ? 'register' : 'symbol'} \`${token}'`);
    return found;
  };
  const product = (): bigint => {
    let left = primary();
    while (tokens[next] === '*') {
      next += 1;
      left *= primary();
    }
    return left;
  };
  const sum = (): bigint => {
    let left = product();
    while (tokens[next] === '+' || tokens[next] === '-') left = tokens[next++] === '+' ? left + product() : left - product();
    return left;
  };
  const result = sum();
  if (next < tokens.length) throw new TskvmError(`\`${tokens[next]}' is not expected there`);
  return result;
}

function hexadecimal(word: string): bigint {
  if (!/^(0x)?[0-9a-f]+$/i.test(word)) throw new TskvmError(`\`${word}' is no hexadecimal number`);
  return BigInt(word.toLowerCase().startsWith('0x') ? word : `0x${word}`);
}
