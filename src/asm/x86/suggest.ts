/** "Did you mean": the nearest known word to a misspelt one. */
import { availableRegister } from './register-text.js';
import { findRegister, registerNames } from './registers.js';
import type { CodeState } from './types.js';

/** Damerau-Levenshtein distance (adjacent swaps count one), given up above `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let value = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)) {
        value = Math.min(value, before[j - 2] + 1);
      }
      current.push(value);
      if (value < best) best = value;
    }
    if (best > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return previous[b.length];
}

/** The nearest of `words` within a third of the word's length, or undefined. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let limit = Math.max(1, Math.floor(word.length / 3));
  let found: string | undefined;
  for (const candidate of words) {
    const d = distance(word, candidate, limit);
    if (d <= limit) {
      found = candidate;
      limit = d - 1;
      if (limit < 0) break;
    }
  }
  return found;
}

/** The register most like a misspelt one, with its %; undefined: none is near. */
export function suggestRegister(text: string, state: CodeState): string | undefined {
  const word = text.replace(/^%\s*/, '').toLowerCase();
  if (findRegister(word) !== undefined) return undefined;
  const names = registerNames().filter((name) => availableRegister(findRegister(name)!, state) === '');
  const found = nearest(word, names);
  return found === undefined ? undefined : `%${found}`;
}
