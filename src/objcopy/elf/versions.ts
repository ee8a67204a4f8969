/** Symbol versions of dynamic linking: .gnu.version, .gnu.version_d, .gnu.version_r (LSB, Symbol Versioning). */
import { SHT } from './constants.js';
import { sectionBytes, stringAt, type RawElf, type RawSection } from './raw.js';

export interface SymbolVersion {
  name: string;
  /** Not the version that a plain reference gets. */
  hidden: boolean;
  /** Another file's: of what this one refers to or has copied. */
  needed: boolean;
}

type Names = Map<number, { name: string; needed: boolean }>;

const NO_BYTES = new Uint8Array(0);

/** The version of every dynamic symbol by index; absent for local, global and unversioned ones. */
export function symbolVersions(raw: RawElf): (SymbolVersion | undefined)[] {
  const table = raw.sections.find((s) => s.type === SHT.GNU_VERSYM);
  if (!table) return [];
  const names = versionNames(raw);
  const view = viewOf(sectionBytes(raw, table) ?? NO_BYTES);
  const versions: (SymbolVersion | undefined)[] = [];
  for (let at = 0; at + 2 <= view.byteLength; at += 2) {
    const word = view.getUint16(at, true);
    const version = names.get(word & 0x7fff);
    versions.push(version && { ...version, hidden: version.needed || (word & 0x8000) !== 0 });
  }
  return versions;
}

/** Version index → name, of what is defined and needed; the file's own base version is left out. */
function versionNames(raw: RawElf): Names {
  const names: Names = new Map();
  for (const header of raw.sections) {
    if (header.type === SHT.GNU_VERNEED) readNeeded(raw, header, names);
    else if (header.type === SHT.GNU_VERDEF) readDefined(raw, header, names);
  }
  return names;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function strings(raw: RawElf, header: RawSection): Uint8Array {
  const table = raw.sections[header.link];
  return (table && sectionBytes(raw, table)) ?? NO_BYTES;
}

function readNeeded(raw: RawElf, header: RawSection, names: Names): void {
  const view = viewOf(sectionBytes(raw, header) ?? NO_BYTES);
  const table = strings(raw, header);
  // Every step goes forward, so a cycle cannot arise.
  for (let at = 0; at + 16 <= view.byteLength;) {
    let count = view.getUint16(at + 2, true);
    for (let aux = at + view.getUint32(at + 8, true); count > 0 && aux + 16 <= view.byteLength; count--) {
      names.set(view.getUint16(aux + 6, true) & 0x7fff, { name: stringAt(table, view.getUint32(aux + 8, true)) ?? '', needed: true });
      const step = view.getUint32(aux + 12, true);
      if (step === 0) break;
      aux += step;
    }
    const step = view.getUint32(at + 12, true);
    if (step === 0) break;
    at += step;
  }
}

function readDefined(raw: RawElf, header: RawSection, names: Names): void {
  const view = viewOf(sectionBytes(raw, header) ?? NO_BYTES);
  const table = strings(raw, header);
  for (let at = 0; at + 20 <= view.byteLength;) {
    const base = (view.getUint16(at + 2, true) & 1) !== 0;
    const aux = at + view.getUint32(at + 12, true);
    if (!base && aux + 8 <= view.byteLength) {
      names.set(view.getUint16(at + 4, true) & 0x7fff, { name: stringAt(table, view.getUint32(aux, true)) ?? '', needed: false });
    }
    const step = view.getUint32(at + 16, true);
    if (step === 0) break;
    at += step;
  }
}

export interface IndexedVersion extends SymbolVersion {
  /** The number that .gnu.version has for it. */
  index: number;
}

/** As `symbolVersions`, with each version's number. */
export function symbolVersionsWithIndex(raw: RawElf): (IndexedVersion | undefined)[] {
  const table = raw.sections.find((s) => s.type === SHT.GNU_VERSYM);
  if (!table) return [];
  const view = viewOf(sectionBytes(raw, table) ?? NO_BYTES);
  return symbolVersions(raw).map((version, i) => version && { ...version, index: view.getUint16(i * 2, true) & 0x7fff });
}
