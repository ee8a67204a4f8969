/** Output sections that share memory (ld manual, node Options, `--no-check-sections`). */
import type { DiagnosticBag } from '../../diagnostics.js';
import { SEC } from './flags.js';
import type { OutputSection } from './model.js';

export function checkOverlaps(outputs: readonly OutputSection[], diagnostics: DiagnosticBag, bits: 32 | 64): void {
  const live = outputs.filter((o) => !o.removed && o.alloc && o.size > 0 && !o.tbss);
  for (const o of live) {
    const wraps = (start: bigint): boolean => BigInt.asUintN(bits, start + BigInt(o.size) - 1n) < BigInt.asUintN(bits, start);
    if (wraps(o.address)) diagnostics.error(`section ${o.name} VMA wraps around address space`);
    else if (wraps(o.load)) diagnostics.error(`section ${o.name} LMA wraps around address space`);
  }
  if (live.length < 2) return;
  const warned = new Set<OutputSection>();
  const hex = (value: bigint): string =>
    BigInt.asUintN(64, value)
      .toString(16)
      .padStart(bits / 4, '0');
  const check = (kind: 'LMA' | 'VMA', list: readonly OutputSection[], start: (o: OutputSection) => bigint): void => {
    const end = (o: OutputSection): bigint => BigInt.asUintN(64, start(o) + BigInt(o.size) - 1n);
    const sorted = [...list].sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
    for (let i = 1; i < sorted.length; i++) {
      const [before, section] = [sorted[i - 1], sorted[i]];
      if (start(section) > end(before) && end(before) >= start(before)) continue;
      if (kind === 'VMA' && warned.has(section)) continue;
      warned.add(section);
      const span = (o: OutputSection): string => `section ${o.name} ${kind} [${hex(start(o))},${hex(end(o))}]`;
      diagnostics.error(`${span(section)} overlaps ${span(before)}`);
    }
  };
  check('LMA', live.filter((o) => (o.traits & SEC.LOAD) !== 0), (o) => o.load); // prettier-ignore
  // Sections that start at one address are overlays: meant to be so.
  const starts = new Set(live.map((o) => o.address));
  if (starts.size === live.length) check('VMA', live, (o) => o.address);
}
