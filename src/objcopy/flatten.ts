/**
 * A single relocatable object put at an address, for guests of one file: no symbol resolution across objects, no
 * scripts. Sections keep the flat-binary semantics of `objcopy -O binary`.
 */
import type { Diagnostic } from '../diagnostics.js';
import type { Image, ObjectFile, ObjectSection, ObjectSymbol, Relocation } from '../object.js';
import { writeBig } from '../bytes.js';
import { SHF, SHT } from './elf/constants.js';
import { fits, relocationFields } from './elf/relocations.js';
import { usesRela } from './elf/write.js';

export interface FlattenOptions {
  /** Address of the first section's first byte (0 when absent). */
  base?: bigint;
  /** Symbol whose address becomes the image's entry. */
  entry?: string;
}

/**
 * Lays the allocated sections of an object out one after the other from `base`, each at its alignment, and resolves
 * every relocation against the object itself. What it cannot resolve is reported.
 */
export function flatten(object: ObjectFile, options: FlattenOptions = {}): { image: Image; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const addresses = placeSections(object, options.base ?? 0n);
  const chunks: Image['chunks'] = [];
  const parts: { address: bigint; data: Uint8Array }[] = [];
  for (const [section, address] of addresses) {
    if (section.type === SHT.NOBITS || section.data.length === 0) continue;
    parts.push({ address, data: relocate(object, section, addresses, diagnostics) });
  }
  if (parts.length > 0) {
    const start = parts[0].address;
    const last = parts[parts.length - 1];
    const data = new Uint8Array(Number(last.address - start) + last.data.length);
    for (const part of parts) data.set(part.data, Number(part.address - start));
    chunks.push({ address: start, data });
  }
  const image: Image = { chunks, symbols: [], lines: imageLines(object, addresses) };
  for (const symbol of object.symbols) {
    const address = symbolAddress(symbol, addresses);
    if (address === null || symbol.name === '' || symbol.type === 4) continue;
    image.symbols.push({
      name: symbol.name,
      address,
      size: symbol.size,
      type: symbol.type,
      binding: symbol.binding,
    });
    if (symbol.name === options.entry) image.entry = address;
  }
  return { image, diagnostics };
}

/** Addresses of the allocated sections, ascending. Those without contents come after all others. */
function placeSections(object: ObjectFile, base: bigint): Map<ObjectSection, bigint> {
  const allocated = object.sections.filter((s) => (s.flags & BigInt(SHF.ALLOC)) !== 0n && !(s.size === 0 && s.data.length === 0));
  const ordered = [...allocated.filter((s) => s.type !== SHT.NOBITS), ...allocated.filter((s) => s.type === SHT.NOBITS)];
  // A lone section lies where objcopy puts it: at offset 0 of the image, whatever its alignment.
  let address = base;
  const addresses = new Map<ObjectSection, bigint>();
  for (const section of ordered) {
    const align = BigInt(section.align > 0 ? section.align : 1);
    if (addresses.size > 0) address += (align - ((address - base) % align)) % align;
    addresses.set(section, address);
    address += BigInt(section.type === SHT.NOBITS ? section.size : section.data.length);
  }
  for (const section of object.sections) {
    if ((section.flags & BigInt(SHF.ALLOC)) !== 0n && !addresses.has(section)) addresses.set(section, base);
  }
  return addresses;
}

function symbolAddress(symbol: ObjectSymbol, addresses: ReadonlyMap<ObjectSection, bigint>): bigint | null {
  if (symbol.section === 'absolute') return symbol.value;
  if (typeof symbol.section !== 'object') return null;
  const start = addresses.get(symbol.section);
  return start === undefined ? null : start + symbol.value;
}

function relocate(
  object: ObjectFile,
  section: ObjectSection,
  addresses: ReadonlyMap<ObjectSection, bigint>,
  diagnostics: Diagnostic[],
): Uint8Array {
  if (section.relocations.length === 0) return section.data;
  const data = section.data.slice();
  for (const relocation of section.relocations) {
    const problem = applyRelocation(object, section, data, relocation, addresses);
    if (problem === null) continue;
    const place = `${section.name}+0x${relocation.offset.toString(16)}`;
    const line = object.lines?.entries.findLast((e) => e.section === section && BigInt(e.offset) <= relocation.offset);
    diagnostics.push({
      severity: 'error',
      message: `(${place}): ${problem}`,
      at: line && { file: line.file, line: line.line },
    });
  }
  return data;
}

/** Patches one field; returns what is wrong with it, or null. */
function applyRelocation(
  object: ObjectFile,
  section: ObjectSection,
  data: Uint8Array,
  relocation: Relocation,
  addresses: ReadonlyMap<ObjectSection, bigint>,
): string | null {
  if (relocation.type === 0) return null;
  const field = relocationFields(object.machine).get(relocation.type);
  if (!field || (field.formula !== 'S+A' && field.formula !== 'S+A-P'))
    return `relocation ${field?.name ?? `type ${relocation.type}`} needs the linker`;
  const at = Number(relocation.offset);
  if (at < 0 || at + field.size > data.length) return `relocation ${field.name} lies outside of its section`;
  const { symbol } = relocation;
  const name = symbol === null ? '' : symbol.name || (typeof symbol.section === 'object' ? symbol.section.name : '');
  let value = symbol === null ? 0n : symbolAddress(symbol, addresses);
  if (value === null) {
    if (symbol!.section === 'undefined' && symbol!.binding === 2) value = 0n;
    else return symbol!.section === 'undefined' ? `undefined reference to \`${name}'` : `symbol \`${name}' has no address without linking`;
  }
  value += usesRela(object.machine) ? relocation.addend : readSigned(data, at, field.size);
  if (field.formula === 'S+A-P') value -= addresses.get(section)! + relocation.offset;
  if (!fits(field, BigInt.asUintN(64, value), object.elfClass, object.machine))
    return `relocation truncated to fit: ${field.name} against \`${name}'`;
  writeBig(data, at, field.size, value);
  return null;
}

function readSigned(data: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(data[at + i]);
  return BigInt.asIntN(size * 8, value);
}

function imageLines(object: ObjectFile, addresses: ReadonlyMap<ObjectSection, bigint>): Image['lines'] {
  const lines: Image['lines'] = [];
  const entries = object.lines?.entries ?? [];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const start = addresses.get(entry.section);
    if (start === undefined) continue;
    const next = entries[i + 1];
    const behind = next && next.section === entry.section ? next.offset : Math.max(entry.section.data.length, entry.section.size);
    lines.push({
      address: start + BigInt(entry.offset),
      end: start + BigInt(entry.size === undefined ? behind : entry.offset + entry.size),
      file: entry.file,
      line: entry.line,
      bits: entry.bits,
    });
  }
  return lines.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}
