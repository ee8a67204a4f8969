/** Flat binaries: memory as it looks after loading, from the lowest loaded byte on. */
import { SEC, SYM, type OutputFile, type Program, type Section, type Symbol } from '../model.js';

/** The whole file as one data section with symbols for its start, end and size, named after the file. */
export function readBinary(bytes: Uint8Array, name: string): Program {
  const section: Section = {
    name: '.data',
    flags: SEC.ALLOC | SEC.LOAD | SEC.DATA | SEC.HAS_CONTENTS,
    vma: 0n,
    lma: 0n,
    size: bytes.length,
    alignPower: 0,
    entsize: 0,
    contents: bytes,
  };
  const stem = `_binary_${name.replace(/[^A-Za-z0-9]/g, '_')}`;
  const size = BigInt(bytes.length);
  const symbols: Symbol[] = [
    { name: `${stem}_start`, value: 0n, flags: SYM.GLOBAL, section },
    { name: `${stem}_end`, value: size, flags: SYM.GLOBAL, section },
    { name: `${stem}_size`, value: size, flags: SYM.GLOBAL, section: 'absolute' },
  ];
  return { target: 'binary', sections: [section], symbols, start: 0n, linked: false, hasRelocations: false };
}

/**
 * Every section with contents at its load address, relative to the lowest loaded one. Where sections overlap the one that
 * comes later in the file wins. Sections that would lie before the start are reported and cannot be written.
 */
export function writeBinary(sections: readonly Section[], warn: (message: string) => void): { file: OutputFile; failed?: Section } {
  const loaded = SEC.HAS_CONTENTS | SEC.LOAD | SEC.ALLOC;
  let low: bigint | undefined;
  for (const s of sections) {
    if ((s.flags & (loaded | SEC.NEVER_LOAD)) === loaded && s.size > 0 && (low === undefined || s.lma < low)) low = s.lma;
  }
  const file: OutputFile = { size: 0, parts: [] };
  const offsets = new Map<Section, bigint>();
  const occupied = SEC.HAS_CONTENTS | SEC.ALLOC;
  for (const s of sections) {
    const offset = BigInt.asIntN(64, s.lma - (low ?? 0n));
    offsets.set(s, offset);
    if ((s.flags & (occupied | SEC.NEVER_LOAD)) !== occupied || s.size === 0) continue;
    if (offset < 0n) warn(`warning: writing section \`${s.name}' at huge (ie negative) file offset`);
  }
  let failed: Section | undefined;
  for (const s of sections) {
    if (!s.contents || s.contents.length === 0) continue;
    if ((s.flags & (SEC.LOAD | SEC.ALLOC)) === 0 || (s.flags & SEC.NEVER_LOAD) !== 0) continue;
    const offset = offsets.get(s)!;
    if (offset < 0n || offset + BigInt(s.contents.length) > 0x7fffffffffffffffn) {
      failed ??= s;
      continue;
    }
    file.parts.push({ offset: Number(offset), data: s.contents });
    file.size = Math.max(file.size, Number(offset) + s.contents.length);
  }
  return { file, failed };
}
