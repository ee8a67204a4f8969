/** Settled sections → bytes, flat image, ELF object (object.ts). */
import { isLocalLabelName, type Image, type ObjectFile, type ObjectSection, type ObjectSymbol } from '../../object.js';
import type { DiagnosticBag } from '../../diagnostics.js';
import { TskvmError } from '../../diagnostics.js';
import { EM, SHF, SHT, STB, STT } from '../elf/constants.js';
import { fillGap } from './fill.js';
import { SEC } from './flags.js';
import type { GotTable } from './got.js';
import type { SymbolTable } from './inputs.js';
import type { InputObject, LinkSymbol, OutputSection } from './model.js';
import { InputSection } from './model.js';
import { gnuAbi } from './relocatable.js';
import { resolve, threadLocalStart, threadPointerOf } from './relocate.js';
import { inTableOrder } from './table-order.js';

/** The contents of an output section: inputs, data, gaps. */
export function contents(output: OutputSection, machine: number): Uint8Array {
  if (output.nobits) return new Uint8Array();
  const data = new Uint8Array(output.size);
  const code = (output.traits & SEC.CODE) !== 0;
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
    if (item.kind === 'padding') {
      if (!item.zero) fillGap(data, start, start + item.size, fill, code, machine);
      at = start + item.size;
      continue;
    }
    const bytes = item.kind === 'input' ? item.section.data : item.bytes;
    if (bytes.length > 0) data.set(bytes, start);
    // From here on the section's bytes are those in the output.
    if (item.kind === 'input') item.section.data = data.subarray(start, start + item.section.data.length);
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
  readonly stripAll: boolean;
  /** -x: no local symbols; -X (`temporary`): none that the compiler made. */
  readonly discard: 'none' | 'merged' | 'temporary' | 'all';
}

/** sh_type and sh_flags from what has been put in. */
export function finishTraits(output: OutputSection, diagnostics: DiagnosticBag, wordSize: number, elfType: number | undefined): void {
  const { traits } = output;
  const has = (bit: number): boolean => (traits & bit) !== 0;
  const nobits = has(SEC.ALLOC) && ((traits & (SEC.LOAD | SEC.CONTENTS)) === 0 || has(SEC.NEVER_LOAD));
  const derived = nobits ? SHT.NOBITS : SHT.PROGBITS;
  let type = elfType ?? output.elfType;
  if (type === 0) type = derived;
  else if (type === SHT.NOBITS && derived === SHT.PROGBITS && has(SEC.ALLOC)) {
    if (elfType === undefined) diagnostics.warning(`section \`${output.name}' type changed to PROGBITS`);
    type = derived;
  }
  if (type === SHT.INIT_ARRAY || type === SHT.FINI_ARRAY || type === SHT.PREINIT_ARRAY) output.entsize = wordSize;
  else if (type === SHT.REL || type === SHT.RELA) output.entsize = (wordSize / 4) * (type === SHT.REL ? 8 : 12);
  else if (!has(SEC.MERGE)) output.entsize = 0;
  if (has(SEC.ALLOC) && (traits & (SEC.LOAD | SEC.NEVER_LOAD)) === 0) type = SHT.NOBITS;
  let flags = output.elfFlags;
  if (has(SEC.ALLOC)) flags |= SHF.ALLOC;
  if (!has(SEC.READONLY)) flags |= SHF.WRITE;
  if (has(SEC.CODE)) flags |= SHF.EXECINSTR;
  if (has(SEC.MERGE)) flags |= SHF.MERGE;
  if (has(SEC.STRINGS)) flags |= SHF.STRINGS;
  if (has(SEC.TLS)) flags |= SHF.TLS;
  output.type = type;
  output.flags = BigInt(flags >>> 0);
}

/** The linked program as an object: sections with contents, symbols at final addresses. */
export function linkedObject(
  outputs: readonly OutputSection[],
  all: readonly OutputSection[],
  symbols: SymbolTable,
  settings: OutputSettings,
): LinkedFile {
  const sections = new Map<OutputSection, ObjectSection>();
  for (const output of outputs) {
    sections.set(output, {
      name: output.name,
      type: output.type,
      flags: output.flags,
      address: output.address,
      loadAddress: output.load,
      align: output.align,
      entsize: output.entsize,
      data: output.contents,
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
    entry: 0n,
    sections: [...sections.values()],
    symbols: settings.stripAll ? [] : linkedSymbols(symbols, sections, all, settings),
  };
  object.osabi = gnuAbi(object.sections, object.symbols);
  return { object, sections };
}

function linkedSymbols(
  symbols: SymbolTable,
  sections: ReadonlyMap<OutputSection, ObjectSection>,
  all: readonly OutputSection[],
  settings: OutputSettings,
): ObjectSymbol[] {
  const locals: ObjectSymbol[] = [];
  const globals: ObjectSymbol[] = [];
  const start = threadLocalStart(all);
  const placeOf = (place: OutputSection, address: bigint): ObjectSection | 'absolute' =>
    sections.get(place) ?? nearby(all, sections, place, address);
  for (const object of inOrderOfContents(sections.keys())) {
    let named = false;
    for (const symbol of object.object.symbols) {
      if (symbol.binding !== STB.LOCAL || symbol.type === STT.SECTION || symbol.name === '' || symbol.section === 'undefined') continue;
      if (symbol.type === STT.FILE) named = true;
      if (settings.discard === 'all') continue;
      const temporary = isLocalLabelName(symbol.name, settings.machine === EM.I386);
      if (temporary && settings.discard === 'temporary') continue;
      if (typeof symbol.section !== 'object') {
        if (symbol.type !== STT.FILE && !named) named = addFile(locals, object);
        locals.push(copyOf(symbol, symbol.value, symbol.section));
        continue;
      }
      const input = object.sectionOf.get(symbol.section);
      if (!input || input.discarded || !input.output || input.output.removed) continue;
      if (temporary && settings.discard === 'merged' && (symbol.section.flags & BigInt(SHF.MERGE)) !== 0n) continue;
      const { address } = resolve(input, symbol, 0n);
      if (!named) named = addFile(locals, object);
      locals.push(copyOf(symbol, symbol.type === STT.TLS ? address - start : address, placeOf(input.output, address)));
    }
  }
  const files = locals.reduce((n, s) => (s.type === STT.FILE ? n + 1 : n), 0);
  let scriptFile = false;
  for (const symbol of inTableOrder([...symbols.byName.values()])) {
    if (!symbol.isDefined) {
      // What objects refer to in vain is not in the table; what only -u or the script ask for is.
      if (symbol.object === null && symbol.referenced && symbol.state !== 'common') globals.push(undefinedSymbol(symbol));
      continue;
    }
    if (symbol.nowhere || (symbol.place instanceof InputSection && symbol.place.discarded)) continue;
    const place = symbol.place instanceof InputSection ? symbol.place.output : symbol.place;
    const { address } = symbol;
    const section = place ? placeOf(place, address) : symbol.nearby ? placeOf(symbol.nearby, address) : 'absolute';
    // Hidden by the script: behind a file symbol without a name, where files have theirs.
    if (symbol.hiddenByScript && !scriptFile) {
      scriptFile = true;
      if (files > 0) locals.push({ name: '', value: 0n, size: 0n, binding: STB.LOCAL, type: STT.FILE, other: 0, section: 'absolute' });
    }
    // Hidden symbols of objects stay global in a static program; those that the script hides do not.
    const local = symbol.hiddenByScript;
    (local ? locals : globals).push({
      name: symbol.name,
      value: symbol.type === STT.TLS && place ? address - start : address,
      size: symbol.size,
      binding: local ? STB.LOCAL : symbol.state === 'weak' ? STB.WEAK : symbol.unique ? 10 : STB.GLOBAL,
      type: symbol.type,
      other: local ? 0 : symbol.visibility,
      section,
    });
  }
  return [...locals, ...globals];
}

function copyOf({ name, size, binding, type, other }: ObjectSymbol, value: bigint, section: ObjectSymbol['section']): ObjectSymbol {
  return { name, value, size, binding, type, other, section };
}

/** Objects in the order in which the file has their contents; those of which nothing goes into the file leave no local symbols. */
function inOrderOfContents(outputs: Iterable<OutputSection>): Set<InputObject> {
  const objects = new Set<InputObject>();
  for (const { traits, items } of outputs) {
    if ((traits & SEC.CONTENTS) === 0 && (traits & (SEC.LOAD | SEC.TLS)) !== (SEC.LOAD | SEC.TLS)) continue;
    for (const item of items) if (item.kind === 'input') objects.add(item.section.object);
  }
  return objects;
}

/** Local symbols of a file that does not say what it was made from stand behind its own name. */
function addFile(locals: ObjectSymbol[], object: InputObject): true {
  const name = (object.member ?? object.file).replace(/^.*\//, '');
  locals.push({ name, value: 0n, size: 0n, binding: STB.LOCAL, type: STT.FILE, other: 0, section: 'absolute' });
  return true;
}

function undefinedSymbol(symbol: LinkSymbol): ObjectSymbol {
  return {
    name: symbol.name,
    value: 0n,
    size: 0n,
    binding: symbol.state === 'weak-undefined' ? STB.WEAK : STB.GLOBAL,
    type: symbol.type,
    other: symbol.visibility,
    section: 'undefined',
  };
}

/** A symbol of a removed section moves to a neighbour: the one that would have been in the same segment. */
function nearby(
  all: readonly OutputSection[],
  sections: ReadonlyMap<OutputSection, ObjectSection>,
  gone: OutputSection,
  address: bigint,
): ObjectSection | 'absolute' {
  const at = all.indexOf(gone);
  const before = all.slice(0, at).findLast((o) => sections.has(o));
  const after = all.slice(at + 1).find((o) => sections.has(o));
  if (!before || !after) return sections.get((before ?? after)!) ?? 'absolute';
  const differ = (a: OutputSection, b: OutputSection, bits: number): boolean => ((a.traits ^ b.traits) & bits) !== 0;
  let best = after;
  if (differ(before, after, SEC.ALLOC | SEC.TLS | SEC.LOAD)) {
    const onlyBeforeLoads = (before.traits & SEC.LOAD) !== 0 && (after.traits & SEC.LOAD) === 0;
    if (differ(after, gone, SEC.ALLOC | SEC.TLS) || onlyBeforeLoads) best = before;
  } else if (differ(before, after, SEC.READONLY)) {
    if (differ(after, gone, SEC.READONLY)) best = before;
  } else if (differ(before, after, SEC.CODE)) {
    if (differ(after, gone, SEC.CODE)) best = before;
  } else if (address < after.address) best = before;
  return sections.get(best)!;
}

/** Bytes by load address, symbols and lines: what a machine runs and later messages name. */
export function imageOf(outputs: readonly OutputSection[], symbols: SymbolTable, file: LinkedFile, entry: bigint | undefined): Image {
  const loaded = outputs
    .filter((o) => !o.removed && o.alloc && !o.nobits && o.size > 0)
    .sort((a, b) => (a.load < b.load ? -1 : a.load > b.load ? 1 : 0));
  const chunks = loaded.map((o) => ({ address: o.load, data: file.sections.get(o)!.data }));
  let named: Image['symbols'] | null = null;
  return {
    chunks,
    entry,
    // Only messages ask for them.
    get symbols() {
      named ??= file.object.symbols
        .filter((s) => s.section !== 'undefined' && s.type !== STT.FILE && s.type !== STT.SECTION)
        .map((s) => ({ name: s.name, address: s.value, size: s.size, type: s.type, binding: s.binding }));
      return named;
    },
    lines: linesOf(symbols),
    partialLines: symbols.objects.some((object) => object.object.lines === undefined),
  };
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

/** Bytes that one buffer holds. */
const MOST_FLAT = 0x7fffffff;

/** `--oformat binary`: from the lowest load address, gaps zero, NOBITS at the end left out, in the middle zero. */
export function flatBinary(image: Image): Uint8Array {
  if (image.chunks.length === 0) return new Uint8Array();
  const start = image.chunks[0].address;
  let end = start;
  for (const { address, data } of image.chunks) if (address + BigInt(data.length) > end) end = address + BigInt(data.length);
  if (end - start > BigInt(MOST_FLAT)) {
    const [from, to] = [start, end].map((v) => `0x${v.toString(16)}`);
    throw new TskvmError(`a flat image from ${from} to ${to} would hold more than 0x${MOST_FLAT.toString(16)} bytes`, 1);
  }
  const out = new Uint8Array(Number(end - start));
  for (const { address, data } of image.chunks) out.set(data, Number(address - start));
  return out;
}
