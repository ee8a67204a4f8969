/** Common symbols become sections named COMMON of the object that defined them first (ld manual, node Input Section Common). */
import type { ObjectSection } from '../../object.js';
import { SHF, SHT } from '../elf/constants.js';
import type { SymbolTable } from './inputs.js';
import { InputSection } from './model.js';

export function allocateCommons(symbols: SymbolTable): void {
  const byObject = new Map<object, InputSection>();
  const commons = [...symbols.byName.values()].filter((s) => s.state === 'common' && s.object !== null);
  // Largest alignment first within an object wastes least; ld sorts so (--sort-common is not its default: input order).
  for (const symbol of commons) {
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
    symbol.place = section;
    symbol.value = BigInt(at);
  }
}
