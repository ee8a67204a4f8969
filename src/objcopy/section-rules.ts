/** What is asked of sections by name: entries for patterns, the newest first. */
import { fatal } from './errors.js';
import type { ObjcopyOptions, RuleKind, SectionRule } from './options.js';
import { matches } from './wildcard.js';

/** The entry for a pattern; made when it is new. Refuses what contradicts an earlier option on the same pattern. */
export function rule(o: ObjcopyOptions, pattern: string, adds: Partial<Record<keyof SectionRule, unknown>> = {}): SectionRule {
  let found = o.rules.find((r) => r.pattern === pattern);
  if (!found) {
    found = { pattern, used: false };
    o.rules.unshift(found);
  }
  Object.assign(found, adds);
  if (found.copy && found.remove) fatal(`error: ${pattern} both copied and removed`);
  if (found.setVma !== undefined && found.alterVma !== undefined) fatal(`error: ${pattern} both sets and alters VMA`);
  if (found.setLma !== undefined && found.alterLma !== undefined) fatal(`error: ${pattern} both sets and alters LMA`);
  return found;
}

const HAS: Record<RuleKind, (r: SectionRule) => boolean> = {
  copy: (r) => r.copy === true,
  remove: (r) => r.remove === true,
  keep: (r) => r.keep === true,
  removeRelocations: (r) => r.removeRelocations === true,
  vma: (r) => r.setVma !== undefined || r.alterVma !== undefined,
  lma: (r) => r.setLma !== undefined || r.alterLma !== undefined,
  flags: (r) => r.flags !== undefined,
  alignPower: (r) => r.alignPower !== undefined,
};

/** The rule of a kind that applies to a section; a matching `!pattern` of that kind means that none does. */
export function findRule(o: ObjcopyOptions, name: string, kind: RuleKind): SectionRule | undefined {
  let found: SectionRule | undefined;
  for (const r of o.rules) {
    if (!HAS[kind](r)) continue;
    if (r.pattern.startsWith('!')) {
      if (matches(r.pattern.slice(1), name)) {
        r.used = true;
        return undefined;
      }
    } else if (!found && matches(r.pattern, name)) found = r;
  }
  if (found) found.used = true;
  return found;
}

export function removeSection(o: ObjcopyOptions, pattern: string): void {
  // Relocation sections are removed with what they relocate.
  if (pattern.startsWith('.rela')) rule(o, pattern.slice(5), { removeRelocations: true });
  else if (pattern.startsWith('.rel')) rule(o, pattern.slice(4), { removeRelocations: true });
  rule(o, pattern, { remove: true });
  o.sectionsRemoved = true;
}
