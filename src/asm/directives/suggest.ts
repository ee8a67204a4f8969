/** The likely meaning of a misspelt directive. */
import { directiveNames } from './index.js';

/** The directive nearest to `name`, when it is near: one edit for short names, two for longer ones. */
export function suggestDirective(name: string): string | undefined {
  return nearest(name.toLowerCase(), directiveNames());
}

/** The candidate with the fewest edits (insert, delete, change, swap of neighbours), if there are few. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = word.length > 5 ? 3 : 2;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = edits(word, candidate);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

function edits(a: string, b: string): number {
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, older[j - 2] + 1);
      row.push(cost);
    }
    older = old;
    old = row;
  }
  return old[b.length];
}
