/** Flat binaries: memory as it looks after loading, from the lowest loaded byte on. */
import { fillPieces, type Fill } from '../gaps.js';
import { SEC, SYM, type OutputFile, type Program, type Section, type Symbol } from '../model.js';

const FILL_PIECE = 1 << 22;

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
export function writeBinary(
  sections: readonly Section[],
  fills: readonly Fill[],
  warn: (message: string) => void,
): { file: OutputFile; failed?: Section } {
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
  const put = (s: Section, at: number, data: Uint8Array | undefined): void => {
    if (!data || data.length === 0) return;
    if ((s.flags & (SEC.LOAD | SEC.ALLOC)) === 0 || (s.flags & SEC.NEVER_LOAD) !== 0) return;
    const offset = offsets.get(s)! + BigInt(at);
    if (offset < 0n || offset + BigInt(data.length) > 0x7fffffffffffffffn) {
      failed ??= s;
      return;
    }
    file.parts.push({ offset: Number(offset), data });
    file.size = Math.max(file.size, Number(offset) + data.length);
  };
  // Contents end where the section was to be filled from, and fills come last.
  for (const s of sections) {
    const fill = fills.find((f) => f.section === s);
    put(s, 0, fill ? s.contents?.subarray(0, fill.from) : s.contents);
  }
  for (const fill of fills) for (const { at, data } of fillPieces(fill, FILL_PIECE)) put(fill.section, at, data);
  return { file, failed };
}
