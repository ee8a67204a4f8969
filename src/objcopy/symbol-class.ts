/** The letter that nm shows for a symbol: what it is, and in upper case when it is global. */
import { SEC, SYM, type Section, type Symbol } from './model.js';

const BY_NAME: Record<string, string> = { '.drectve': 'i', '.edata': 'e', '.idata': 'i', '.pdata': 'p' };

/** One letter; `?` for what is neither local nor global. */
export function symbolClass(symbol: Symbol): string {
  const { flags, section } = symbol;
  if (section === 'common') return 'C';
  if (section === 'undefined') {
    if ((flags & SYM.WEAK) === 0) return 'U';
    return (flags & SYM.OBJECT) !== 0 ? 'v' : 'w';
  }
  if ((flags & SYM.INDIRECT_FUNCTION) !== 0) return 'i';
  if ((flags & SYM.WEAK) !== 0) return (flags & SYM.OBJECT) !== 0 ? 'V' : 'W';
  if ((flags & SYM.UNIQUE) !== 0) return 'u';
  if ((flags & (SYM.GLOBAL | SYM.LOCAL)) === 0) return '?';
  const letter = section === 'absolute' ? 'a' : sectionClass(section);
  return (flags & SYM.GLOBAL) !== 0 ? letter.toUpperCase() : letter;
}

function sectionClass(section: Section): string {
  for (const [name, letter] of Object.entries(BY_NAME)) {
    if (section.name.startsWith(name) && (section.name.length === name.length || /[.$0-9]/.test(section.name[name.length]))) return letter;
  }
  const { flags } = section;
  if ((flags & SEC.CODE) !== 0) return 't';
  if ((flags & SEC.DATA) !== 0) return (flags & SEC.READONLY) !== 0 ? 'r' : 'd';
  if ((flags & SEC.HAS_CONTENTS) === 0) return 'b';
  if ((flags & SEC.DEBUGGING) !== 0) return 'N';
  return (flags & SEC.READONLY) !== 0 ? 'n' : '?';
}
