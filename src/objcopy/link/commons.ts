/** Common symbols become sections named COMMON of the object with the largest of each (ld manual, node Input Section Common). */
import type { ObjectSection } from '../../object.js';
import { SHF, SHT } from '../elf/constants.js';
import type { SymbolTable } from './inputs.js';
import type { LinkSymbol } from './model.js';
import { InputSection } from './model.js';
import { inTableOrder } from './table-order.js';

/** `sort`: --sort-common, larger alignments first or last. */
export function allocateCommons(symbols: SymbolTable, sort?: 'ascending' | 'descending'): void {
  const byObject = new Map<object, InputSection>();
  const common = (s: LinkSymbol): boolean => s.state === 'common' && s.object !== null;
  const entries = [...symbols.byName.values()];
  const ordered = entries.some(common) ? inTableOrder(entries).filter(common) : [];
  // Beyond 16 bytes all count alike.
  const rank = (s: LinkSymbol): number => Math.min(s.align, 16);
  if (sort !== undefined) ordered.sort((a, b) => (sort === 'descending' ? rank(b) - rank(a) : Math.max(2, rank(a)) - Math.max(2, rank(b))));
  for (const symbol of ordered) {
    const object = symbol.object!;
    let section = byObject.get(object);
    if (!section) {
      const made: ObjectSection = {
        name: 'COMMON', type: SHT.NOBITS, flags: BigInt(SHF.ALLOC | SHF.WRITE), address: 0n, align: 1, entsize: 0, data: new Uint8Array(), size: 0, relocations: [],
      }; // prettier-ignore
      section = new InputSection(object, made);
      byObject.set(object, section);
      object.sections.push(section);
    }
    const at = Math.ceil(section.size / symbol.align) * symbol.align;
    section.size = at + Number(symbol.size);
    section.align = Math.max(section.align, symbol.align);
    symbol.state = 'defined';
    symbol.isCommon = true;
    symbol.place = section;
    symbol.value = BigInt(at);
  }
}
