/** Source lines of an executable that was built elsewhere, from its DWARF: what a linked image of our own carries along. */
import type { Image } from '../../object.js';
import { readElf } from '../../objcopy/elf/read.js';
import { isElf } from '../../vmm/boot/elf.js';
import type { Machine } from '../../vmm/machine.js';
import { debugLines } from './debug-lines.js';

const EM_X86_64 = 62;

/** Gives the machine's image the lines of the ELF file that it was loaded from; a file without them, or a damaged one, has none. */
export function addSourceLines(machine: Machine, source: unknown): void {
  const { image } = machine;
  if (!(source instanceof Uint8Array) || image === null || image.lines.length > 0 || !isElf(source)) return;
  try {
    machine.image = { ...image, lines: linesOf(source), partialLines: true };
  } catch {
    // What boots need not be in order elsewhere: it is told without lines then.
  }
}

function linesOf(bytes: Uint8Array): Image['lines'] {
  const object = readElf(bytes);
  const bits = object.machine === EM_X86_64 ? 64 : 32;
  const rows = debugLines(object);
  const lines: Image['lines'] = [];
  rows.forEach(({ address, file, line, end }, i) => {
    const next = rows[i + 1];
    if (!end && next !== undefined && next.address > address) lines.push({ address, end: next.address, file, line, bits });
  });
  return lines.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}
