/**
 * --generate-missing-build-notes=yes: .gnu.build.attributes with one note for each code section, which says where it lies
 * (the Watermark specification of GNU build notes). A source that has such a section of its own is left alone.
 */
import type { Assembler } from './assembler.js';
import type { Section } from './sections.js';
import { AsmSymbol } from './symbols.js';

const NAME = '.gnu.build.attributes';
const SHT_NOTE = 7;
const SHF_EXECINSTR = 4n;
const NT_GNU_BUILD_ATTRIBUTE_OPEN = 0x100;

/** Makes the notes, when everything else has been read and made. */
export function buildNotes(asm: Assembler): void {
  if (asm.sectionsByName.has(NAME)) return;
  const sections = asm.symbols.all.filter(({ isSection, section }) => isSection && describes(section)).map(({ section }) => section!);
  const notes = asm.makeSection(NAME);
  notes.type = SHT_NOTE;
  notes.alignPower = 2;
  asm.enter(notes);
  const width = asm.is64 ? 8 : 4;
  for (const section of sections) {
    asm.emitInt(4, 8);
    asm.emitInt(4, 2 * width);
    asm.emitInt(4, NT_GNU_BUILD_ATTRIBUTE_OPEN);
    // Version 3, made by an assembler.
    asm.emitText('GA$\x013a1\0');
    asm.emitExpression(width, section.symbol.reference);
    asm.emitExpression(width, endOf(section).reference);
  }
}

/** Code that the linker does not drop as a duplicate. */
function describes(section: Section | null): boolean {
  return (
    section !== null &&
    (section.flags & SHF_EXECINSTR) !== 0n &&
    section.group?.comdat !== true &&
    !section.name.startsWith('.gnu.linkonce')
  );
}

function endOf(section: Section): AsmSymbol {
  const symbol = new AsmSymbol('.');
  const { last, data } = section.chain(section.chains.at(-1)?.number ?? 0);
  symbol.temporary = true;
  symbol.section = section;
  symbol.fragment = last;
  symbol.offset = data.length - last.start;
  return symbol;
}
