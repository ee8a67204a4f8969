/**
 * -mx86-used-note: .note.gnu.property with what the instructions use (x86-64 psABI, section Program Property). What the
 * source itself puts into that section stands before it.
 */
import type { Assembler } from './assembler.js';
import { FEATURE } from './x86/used-features.js';

const NT_GNU_PROPERTY_TYPE_0 = 5;
const GNU_PROPERTY_X86_FEATURE_2_USED = 0xc0010001;
const GNU_PROPERTY_X86_ISA_1_USED = 0xc0010002;
const SHT_NOTE = 7;
const SHF_ALLOC = 2n;

/** Starts to gather; the note is written when the sources have been read. */
export function usedNote(asm: Assembler): void {
  let features = 0;
  let levels = 0;
  asm.beforeEncoded = ({ notes }) => {
    if (notes?.uses === undefined) return;
    const { uses } = notes;
    features |= uses.features;
    levels |= uses.levels | ((features & FEATURE.TMM) === 0 ? uses.levelsWithoutTiles : 0);
  };
  asm.finishers.unshift(() => write(asm, features | FEATURE.X86, levels));
}

function write(asm: Assembler, features: number, levels: number): void {
  const name = '.note.gnu.property';
  const section = asm.sectionsByName.get(name)?.[0] ?? asm.makeSection(name);
  section.type = SHT_NOTE;
  section.flags = SHF_ALLOC;
  const wide = (asm.options.abi ?? '64') === '64';
  section.alignPower = Math.max(section.alignPower, wide ? 3 : 2);
  asm.enter(section);
  const words = (...values: number[]): void => values.forEach((value) => asm.emitInt(4, value));
  words(4, wide ? 32 : 24, NT_GNU_PROPERTY_TYPE_0);
  asm.emitText('GNU\0');
  for (const [type, value] of [
    [GNU_PROPERTY_X86_ISA_1_USED, levels],
    [GNU_PROPERTY_X86_FEATURE_2_USED, features],
  ]) {
    words(type, 4, value);
    if (wide) words(0);
  }
}
