/** Which guests there are under the given paths, and which of their golden files. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { TskvmError } from '../../diagnostics.js';
import { hostError } from '../../host-node.js';
import { parseDirective, type Directive } from './directive.js';

/** What can be compared, by the golden file's extension. */
export const goldenKinds = ['out', 'err', 'screen', 'regs', 'png'] as const;
export type GoldenKind = (typeof goldenKinds)[number];

export interface Guest {
  /** As shown: relative to the working folder where it lies below it. */
  readonly file: string;
  readonly directive: Directive;
  /** What is wrong with its tskvm: line. */
  readonly problem?: string;
  readonly goldens: readonly GoldenKind[];
}

export interface Discovery {
  readonly guests: readonly Guest[];
  /** Golden files without a source. */
  readonly obsolete: readonly string[];
}

const sourcePattern = /\.[sS]$/;
const skipped = new Set(['node_modules', 'dist', 'coverage']);

/** The golden file of a source: `foo.S` → `foo.out`. */
export const goldenFile = (source: string, kind: GoldenKind): string => source.replace(sourcePattern, `.${kind}`);

/** Looks through files and folders, sorted by path. Throws a TskvmError for a path that is not there. */
export function discover(paths: readonly string[]): Discovery {
  const sources = new Set<string>();
  const goldens = new Set<string>();
  const visit = (entry: string, named: boolean): void => {
    let stat;
    try {
      stat = statSync(entry);
    } catch (error) {
      if (!named) return;
      throw hostError(error, entry);
    }
    if (stat.isDirectory()) {
      for (const name of readdirSync(entry).sort()) {
        if (!name.startsWith('.') && !skipped.has(name)) visit(path.join(entry, name), false);
      }
    } else if (sourcePattern.test(entry)) {
      sources.add(entry);
    } else if (named) {
      throw new TskvmError(`${entry} is not an assembler source`, 2, ['tests are .S and .s files with a .out file beside them']);
    } else if (goldenKinds.some((kind) => entry.endsWith(`.${kind}`)) && path.basename(entry) !== 'a.out') {
      goldens.add(entry);
    }
  };
  for (const entry of paths) visit(path.normalize(entry), true);
  const obsolete = [...goldens]
    .filter((file) => !['.S', '.s'].some((extension) => existsSync(file.replace(/\.[a-z]+$/, extension))))
    .sort();
  const guests = [...sources].sort().map(readGuest);
  return { guests: guests.filter((guest) => guest.directive.library === undefined), obsolete };
}

export function readGuest(file: string): Guest {
  const { directive, problem } = parseDirective(readFileSync(file, 'latin1'));
  return {
    file,
    directive,
    problem: problem && `${file}:${problem.line}: Error: ${problem.message}`,
    goldens: goldenKinds.filter((kind) => existsSync(goldenFile(file, kind))),
  };
}

/** Guests of one shard of several: every n-th, so that shards are of like size and each guest is in exactly one. */
export function shard<T>(guests: readonly T[], spec: string): T[] {
  const match = /^(\d+)\/(\d+)$/.exec(spec);
  const [index, count] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
  if (index < 1 || index > count)
    throw new TskvmError(`--shard takes I/N with I from 1 to N, not \`${spec}'`, 2, ['for example --shard 2/8']);
  return guests.filter((_, i) => i % count === index - 1);
}

/** A permutation that depends on the seed alone (mulberry32, Fisher-Yates). */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
