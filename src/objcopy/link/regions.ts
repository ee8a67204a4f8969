/** MEMORY: regions by name, what they take, how far they are filled (ld manual, node MEMORY). */
import type { DiagnosticBag } from '../../diagnostics.js';
import type { Script } from './ast.js';
import { SEC } from './flags.js';
import type { OutputSection, Region } from './model.js';

const LETTERS: Readonly<Record<string, number>> = { a: SEC.ALLOC, r: SEC.READONLY, w: SEC.DATA, x: SEC.CODE, l: SEC.LOAD, i: SEC.LOAD };

export class Regions {
  /** Everything that no region of the script takes. */
  readonly fallback: Region = makeRegion('*default*', '');
  /** In the order of the script; names that were never declared follow. */
  readonly all: Region[] = [];
  readonly declared: number;

  constructor(
    private readonly script: Script,
    private readonly diagnostics: DiagnosticBag,
  ) {
    for (const { name, attributes } of script.memory) this.all.push(makeRegion(name, attributes));
    this.declared = this.all.length;
  }

  find(name: string): Region | undefined {
    const meant = this.script.aliases.get(name) ?? name;
    return this.all.find((r) => r.name === meant);
  }

  /** As an output section names it: one that does not exist is made, and warned about. */
  named(name: string): Region {
    if (name === '*default*') return this.fallback;
    let found = this.find(name);
    if (!found) {
      this.diagnostics.warning(`memory region \`${name}' not declared`);
      this.all.push((found = makeRegion(name, '')));
    }
    return found;
  }

  /** The region of a section that names none: the first whose attributes fit. */
  byAttributes(traits: number): Region {
    const wanted = (traits & (SEC.ALLOC | SEC.READONLY | SEC.CODE)) === SEC.ALLOC ? traits | SEC.DATA : traits;
    return this.all.find((r) => (r.wanted & wanted) !== 0 && (r.unwanted & wanted) === 0) ?? this.fallback;
  }

  reset(): void {
    for (const r of [this.fallback, ...this.all]) {
      r.current = r.origin;
      r.last = null;
    }
  }

  /** A section that ends outside of its region. */
  check(region: Region, output: OutputSection, hasAddress: boolean, base: bigint): void {
    const { current, origin, length } = region;
    if (current >= origin && current - origin <= length) return;
    if (current === BigInt.asUintN(64, origin + length) && base !== 0n) return;
    if (hasAddress) {
      const at = `0x${current.toString(16)}`;
      this.diagnostics.error(`address ${at} of section \`${output.name}' is not within region \`${region.name}'`);
    } else if (!region.full) {
      region.full = true;
      this.diagnostics.error(`section \`${output.name}' will not fit in region \`${region.name}'`);
    }
  }

  reportOverflows(): void {
    for (const r of this.all) {
      if (!r.full) continue;
      const over = BigInt.asUintN(64, r.current - (r.origin + r.length));
      this.diagnostics.error(`region \`${r.name}' overflowed by ${over} byte${over === 1n ? '' : 's'}`);
    }
  }
}

function makeRegion(name: string, attributes: string): Region {
  let [wanted, unwanted] = [0, 0];
  let inverted = false;
  for (const c of attributes.toLowerCase()) {
    if (c === '!') inverted = !inverted;
    else if (inverted) unwanted |= LETTERS[c] ?? 0;
    else wanted |= LETTERS[c] ?? 0;
  }
  return { name, wanted, unwanted, attributes, origin: 0n, length: (1n << 64n) - 1n, current: 0n, last: null, full: false };
}
