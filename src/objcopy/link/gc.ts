/** --gc-sections: what neither the entry, -u, KEEP nor the script reaches is dropped (ld manual, node Options). */
import { SHT } from '../elf/constants.js';
import { SEC } from './flags.js';
import type { SymbolTable } from './inputs.js';
import type { InputObject } from './model.js';
import { InputSection } from './model.js';

const SHF_GNU_RETAIN = 0x200000n;

export function collectGarbage(
  objects: readonly InputObject[],
  symbols: SymbolTable,
  roots: readonly string[],
  report: (removed: InputSection) => void,
): void {
  const pending: InputSection[] = [];
  const reached = new Set<InputSection>();
  const reach = (section: InputSection | undefined | null): void => {
    if (!section || section.discarded || reached.has(section)) return;
    reached.add(section);
    pending.push(section);
  };
  const groupOf = new Map<InputSection, InputSection[]>();
  const byName = new Map<string, InputSection[]>();
  for (const object of objects) {
    for (const { group } of object.object.sections) {
      if (!group) continue;
      const members = group.members.flatMap((m) => object.sectionOf.get(m) ?? []);
      for (const member of members) groupOf.set(member, members);
    }
    for (const section of object.sections) {
      const { name, flags, type } = section.section;
      const list = byName.get(name);
      if (list) list.push(section);
      else byName.set(name, [section]);
      const isNote = type === SHT.NOTE && !groupOf.has(section) && !section.section.name.startsWith('.gnu.build.attributes');
      if (section.kept || isNote || (flags & SHF_GNU_RETAIN) !== 0n) reach(section);
    }
  }
  for (const name of roots) {
    const place = symbols.byName.get(name)?.place;
    if (place instanceof InputSection) reach(place);
  }
  for (let section = pending.pop(); section; section = pending.pop()) {
    for (const member of groupOf.get(section) ?? []) reach(member);
    // A frame keeps nothing alive; it is dropped with its function.
    if (section.section.name === '.eh_frame') continue;
    for (const { symbol } of section.section.relocations) {
      if (!symbol) continue;
      const global = section.object.globals.get(symbol);
      if (!global) {
        if (typeof symbol.section === 'object') reach(section.object.sectionOf.get(symbol.section));
      } else if (global.place instanceof InputSection) reach(global.place);
      else {
        const bounds = /^__(?:start|stop)_(.+)$/.exec(global.name)?.[1];
        if (bounds !== undefined) for (const named of byName.get(bounds) ?? []) reach(named);
      }
    }
  }
  for (const object of objects) {
    // What is not loaded stays with an object of which something loaded stays; not its groups', not what has relocations.
    const isLoaded = (s: InputSection): boolean => (s.traits & SEC.ALLOC) !== 0 && s.section.type !== SHT.NOTE;
    const someKept = object.sections.some((s) => isLoaded(s) && reached.has(s) && !s.discarded);
    for (const section of object.sections) {
      if (reached.has(section) || section.discarded || section.madeByLinker) continue;
      const isDebug = (section.traits & SEC.DEBUGGING) !== 0;
      const isSpecial = (section.traits & SEC.ALLOC) === 0 && !section.hasRelocations;
      if (someKept && (isDebug || isSpecial) && !groupOf.has(section)) continue;
      section.discarded = true;
      if (section.size > 0) report(section);
    }
  }
}
