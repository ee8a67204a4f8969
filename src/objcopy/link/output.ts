/** Settled sections → bytes, flat image, ELF object (object.ts). */
import type { Image, ObjectFile, ObjectSection, ObjectSegment, ObjectSymbol } from '../../object.js';
import { SHF, STB, STT } from '../elf/constants.js';
import { fillGap } from './fill.js';
import type { GotTable } from './got.js';
import type { SymbolTable } from './inputs.js';
import type { LinkSymbol, OutputSection } from './model.js';
import { InputSection } from './model.js';
import { resolve, threadLocalStart, threadPointerOf } from './relocate.js';

/** The contents of an output section: inputs, data, gaps. */
export function contents(output: OutputSection, machine: number): Uint8Array {
  if (output.nobits) return new Uint8Array();
  const data = new Uint8Array(output.size);
  const code = (output.flags & BigInt(SHF.EXECINSTR)) !== 0n;
  let fill = output.fill;
  let at = 0;
  for (const item of output.items) {
    const start = item.kind === 'input' ? item.section.offset : item.offset;
    if (start > at) fillGap(data, at, start, fill, code, machine);
    if (item.kind === 'fill') {
      fill = item.fill;
      at = Math.max(at, start);
      continue;
    }
    const bytes = item.kind === 'input' ? item.section.data : item.bytes;
    data.set(bytes, start);
    at = start + (item.kind === 'input' ? item.section.size : item.size);
  }
  if (at < data.length) fillGap(data, at, data.length, fill, code, machine);
  return data;
}

/** Fills the global offset table: every address is known by now. */
export function fillGot(got: GotTable, outputs: readonly OutputSection[]): void {
  if (!got.got) return;
  const view = new DataView(got.got.data.buffer);
  got.entries.forEach(({ target, tls }, i) => {
    let value =
      'object' in target && 'symbol' in target
        ? resolve(got.sectionIn(target.object), target.symbol, 0n).address
        : target.isDefined
          ? target.address
          : 0n;
    if (tls) value -= threadPointerOf(outputs);
    if (got.wordSize === 8) view.setBigUint64(i * 8, BigInt.asUintN(64, value), true);
    else view.setUint32(i * 4, Number(BigInt.asUintN(32, value)), true);
  });
}

export interface LinkedFile {
  readonly object: ObjectFile;
  readonly sections: ReadonlyMap<OutputSection, ObjectSection>;
}

export interface OutputSettings {
  readonly elfClass: 32 | 64;
  readonly machine: number;
  readonly entry: bigint;
  readonly stripAll: boolean;
  readonly stripDebug: boolean;
  readonly maxPageSize: bigint;
  readonly segments: readonly ObjectSegment[] | undefined;
}

/** The linked program as an object: sections with contents, symbols at final addresses, program headers. */
export function linkedObject(outputs: readonly OutputSection[], symbols: SymbolTable, settings: OutputSettings): LinkedFile {
  const sections = new Map<OutputSection, ObjectSection>();
  for (const output of outputs) {
    if (output.removed) continue;
    if (settings.stripDebug && !output.alloc && output.name.startsWith('.debug')) continue;
    const data = contents(output, settings.machine);
    sections.set(output, {
      name: output.name,
      type: output.type,
      flags: output.flags,
      address: output.address,
      loadAddress: output.load,
      align: output.align,
      entsize: output.entsize,
      data,
      size: output.size,
      relocations: [],
    });
  }
  const object: ObjectFile = {
    elfClass: settings.elfClass,
    machine: settings.machine,
    type: 2,
    osabi: 0,
    abiVersion: 0,
    flags: 0,
    entry: settings.entry,
    sections: [...sections.values()],
    symbols: settings.stripAll ? [] : linkedSymbols(symbols, sections),
    segments: settings.segments ? [...settings.segments] : undefined,
  };
  return { object, sections };
}

function linkedSymbols(symbols: SymbolTable, sections: ReadonlyMap<OutputSection, ObjectSection>): ObjectSymbol[] {
  const locals: ObjectSymbol[] = [];
  const globals: ObjectSymbol[] = [];
  for (const object of symbols.objects) {
    for (const symbol of object.object.symbols) {
      if (symbol.binding !== STB.LOCAL || symbol.type === STT.SECTION || symbol.name === '' || symbol.section === 'undefined') continue;
      if (typeof symbol.section !== 'object') {
        locals.push({ ...symbol });
        continue;
      }
      const input = object.sectionOf.get(symbol.section);
      const section = input?.output && sections.get(input.output);
      if (!input || input.discarded || !section || (symbol.name.startsWith('.L') && (symbol.section.flags & BigInt(SHF.MERGE)) !== 0n))
        continue;
      const { address } = resolve(input, symbol, 0n);
      locals.push({ ...symbol, value: address, section });
    }
  }
  for (const symbol of symbols.byName.values()) {
    if (!symbol.isDefined) continue;
    const place = symbol.place instanceof InputSection ? symbol.place.output : symbol.place;
    if (symbol.place instanceof InputSection && symbol.place.discarded) continue;
    const section = place
      ? (sections.get(place) ?? nearest(sections, symbol.address))
      : symbol.nearby
        ? neighbour(sections, symbol.nearby)
        : 'absolute';
    // Hidden symbols of objects stay global in a static program; those that the script hides do not.
    const local = symbol.hiddenByScript;
    (local ? locals : globals).push({
      name: symbol.name,
      value: symbol.address,
      size: symbol.size,
      binding: local ? STB.LOCAL : symbol.state === 'weak' ? STB.WEAK : STB.GLOBAL,
      type: symbol.type,
      other: local ? 0 : symbol.visibility,
      section,
    });
  }
  const start = threadLocalStart([...sections.keys()]);
  for (const symbol of [...locals, ...globals]) {
    if (symbol.type === STT.TLS && typeof symbol.section === 'object') symbol.value -= start;
  }
  return [...locals, ...globals];
}

/** The section before, or the next one when the script has set dot since. */
function neighbour(
  sections: ReadonlyMap<OutputSection, ObjectSection>,
  { before, dotSet }: NonNullable<LinkSymbol['nearby']>,
): ObjectSection | 'absolute' {
  const list = [...sections].filter(([output]) => output.alloc);
  const at = before ? list.findIndex(([output]) => output === before) : -1;
  return (list[dotSet || at < 0 ? Math.min(at + 1, list.length - 1) : at]?.[1] ?? 'absolute') as ObjectSection | 'absolute';
}

/** A symbol of a removed section moves to the section that now stands there. */
function nearest(sections: ReadonlyMap<OutputSection, ObjectSection>, address: bigint): ObjectSection | 'absolute' {
  let best: ObjectSection | 'absolute' = 'absolute';
  for (const [output, section] of sections) if (output.alloc && output.address <= address) best = section;
  return best;
}

/** Bytes by load address, symbols and lines: what a machine runs and later messages name. */
export function imageOf(outputs: readonly OutputSection[], symbols: SymbolTable, file: LinkedFile, entry: bigint | undefined): Image {
  const loaded = outputs
    .filter((o) => !o.removed && o.alloc && !o.nobits && o.size > 0)
    .sort((a, b) => (a.load < b.load ? -1 : a.load > b.load ? 1 : 0));
  const chunks = loaded.map((o) => ({ address: o.load, data: file.sections.get(o)!.data }));
  const named: Image['symbols'] = file.object.symbols
    .filter((s) => s.section !== 'undefined' && s.type !== STT.FILE && s.type !== STT.SECTION)
    .map((s) => ({ name: s.name, address: s.value, size: s.size, type: s.type, binding: s.binding }));
  return { chunks, entry, symbols: named, lines: linesOf(symbols) };
}

function linesOf(symbols: SymbolTable): Image['lines'] {
  const lines: Image['lines'] = [];
  for (const object of symbols.objects) {
    const entries = object.object.lines?.entries ?? [];
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i];
      const input = object.sectionOf.get(entry.section);
      if (!input || input.discarded || !input.output || input.output.removed) continue;
      const next = entries[i + 1];
      const behind = next?.section === entry.section ? next.offset : input.section.size;
      const end = entry.size === undefined ? behind : entry.offset + entry.size;
      if (end <= entry.offset) continue;
      lines.push({
        address: input.address + BigInt(entry.offset),
        end: input.address + BigInt(end),
        file: entry.file,
        line: entry.line,
        bits: entry.bits,
      });
    }
  }
  return lines.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}

/** `--oformat binary`: from the lowest load address, gaps zero, NOBITS at the end left out, in the middle zero. */
export function flatBinary(image: Image): Uint8Array {
  if (image.chunks.length === 0) return new Uint8Array();
  const start = image.chunks[0].address;
  let end = start;
  for (const { address, data } of image.chunks) if (address + BigInt(data.length) > end) end = address + BigInt(data.length);
  const out = new Uint8Array(Number(end - start));
  for (const { address, data } of image.chunks) out.set(data, Number(address - start));
  return out;
}
