/** Program headers: the script's PHDRS, or one PT_LOAD for each change of permissions (ld manual, node PHDRS). */
import { TskvmError } from '../../diagnostics.js';
import type { DiagnosticBag } from '../../diagnostics.js';
import type { ObjectSection, ObjectSegment } from '../../object.js';
import { PF, PT, SHT, SIZES } from '../elf/constants.js';
import type { Script } from './ast.js';
import type { ScriptValue } from './evaluate.js';
import { SEC } from './flags.js';
import type { OutputSection } from './model.js';

export interface SegmentSettings {
  readonly elfClass: 32 | 64;
  readonly maxPageSize: bigint;
  /** False with -N and -n: one segment holds whatever its addresses allow. */
  readonly paged: boolean;
  /** Code never shares a page with anything else, the headers included (-z separate-code). */
  readonly separateCode: boolean;
  /** PF bits of PT_GNU_STACK, when some input says whether it needs an executable stack; else 0. */
  readonly stack: number;
  /** What PT_GNU_STACK says of its size. */
  readonly stackSize: bigint;
  /** The script has asked for SIZEOF_HEADERS: the headers are loaded. */
  loadHeaders: boolean;
}

/** A program header as far as the layout decides it; the writer does the rest. */
export interface Segment {
  readonly type: number;
  readonly outputs: readonly OutputSection[];
  readonly header?: boolean;
  readonly programHeaders?: boolean;
  readonly flags?: number;
  readonly align?: bigint;
  readonly physicalAddress?: bigint;
  readonly addressOffset?: bigint;
  readonly size?: bigint;
}

export function headersSize(elfClass: 32 | 64, count: number): bigint {
  const sizes = SIZES[elfClass];
  return BigInt(sizes.header + count * sizes.programHeader);
}

const isNote = (o: OutputSection): boolean => (o.traits & SEC.LOAD) !== 0 && o.elfType === SHT.NOTE;
const isTls = (o: OutputSection): boolean => (o.traits & SEC.TLS) !== 0;
const PROPERTY = '.note.gnu.property';

/** How many headers there may be, before anything has an address: SIZEOF_HEADERS needs a number. */
export function estimateHeaders(outputs: readonly OutputSection[], settings: SegmentSettings, relro: boolean): number {
  let count = 2;
  if (outputs.some((o) => o.name === '.interp' && (o.traits & SEC.LOAD) !== 0 && o.size !== 0)) count += 2;
  if (relro) count++;
  if (settings.stack !== 0) count++;
  if (outputs.some((o) => o.name === PROPERTY && o.size !== 0)) count++;
  for (let i = 0; i < outputs.length; i++) {
    if (!isNote(outputs[i])) continue;
    count++;
    const { align } = outputs[i];
    while (i + 1 < outputs.length && isNote(outputs[i + 1]) && outputs[i + 1].align === align) i++;
  }
  return outputs.some(isTls) ? count + 1 : count;
}

/** Segments for `outputs`, which are in section header order. */
export function mapSegments(
  outputs: readonly OutputSection[],
  settings: SegmentSettings,
  headers: bigint,
  relro: { start: bigint; end: bigint } | null,
): Segment[] {
  const sorted = sortSections(outputs.filter((o) => o.alloc));
  const segments: Segment[] = [];
  const interp = outputs.find((o) => o.name === '.interp' && (o.traits & SEC.LOAD) !== 0 && o.size !== 0);
  if (interp) {
    segments.push({ type: PT.PHDR, outputs: [], programHeaders: true, flags: PF.R }, { type: PT.INTERP, outputs: [interp] });
  }
  const own = headerPlace(sorted, settings, headers, interp !== undefined);
  if (own.segment) segments.push(own.segment);
  let inFirst = own.inFirst;
  const groups = loadGroups(sorted, settings);
  for (const group of groups) {
    segments.push({ type: PT.LOAD, outputs: group, header: inFirst, programHeaders: inFirst });
    inFirst = false;
  }
  for (const group of noteGroups(outputs)) segments.push({ type: PT.NOTE, outputs: group });
  const tls = threadLocal(outputs);
  if (tls.length > 0) segments.push({ type: PT.TLS, outputs: tls, flags: PF.R });
  const property = outputs.find((o) => o.name === PROPERTY && o.size !== 0);
  if (property) segments.push({ type: PT.GNU_PROPERTY, outputs: [property], flags: PF.R });
  if (settings.stack !== 0) segments.push({ type: PT.GNU_STACK, outputs: [], flags: settings.stack, align: 16n, size: settings.stackSize });
  if (relro) {
    const holder = segments.find(
      (s) =>
        s.type === PT.LOAD &&
        s.outputs.length > 0 &&
        s.outputs[0].address >= relro.start &&
        s.outputs[0].address < relro.end &&
        s.outputs.some((o) => o.size > 0 && (o.traits & SEC.LOAD) !== 0 && (o.traits & SEC.CONTENTS) !== 0),
    );
    if (holder) segments.push({ type: PT.GNU_RELRO, outputs: [], size: relro.end });
  }
  return segments.filter((s) => s.type !== PT.LOAD || s.outputs.length > 0 || s.programHeaders);
}

function sortSections(outputs: readonly OutputSection[]): OutputSection[] {
  const toEnd = (o: OutputSection): boolean => (o.traits & (SEC.LOAD | SEC.TLS)) === 0 && o.size !== 0;
  const size = (o: OutputSection): number => ((o.traits & SEC.LOAD) !== 0 ? o.size : 0);
  return [...outputs].sort((a, b) => {
    if (a.load !== b.load) return a.load < b.load ? -1 : 1;
    if (a.address !== b.address) return a.address < b.address ? -1 : 1;
    if (toEnd(a) !== toEnd(b)) return toEnd(a) ? 1 : -1;
    return size(a) - size(b);
  });
}

/** Do the headers go into the first segment, into one of their own before code, or into none? */
function headerPlace(
  sorted: readonly OutputSection[],
  settings: SegmentSettings,
  headers: bigint,
  forced: boolean,
): { inFirst: boolean; segment?: Segment } {
  const first = sorted[0];
  if (!first || !settings.paged) return { inFirst: false };
  const page = settings.maxPageSize;
  const down = (value: bigint): bigint => BigInt.asUintN(settings.elfClass, value) & -page & ((1n << 64n) - 1n);
  const room = (first.load & (page - 1n)) >= (headers & (page - 1n));
  if (!room && !settings.loadHeaders && !forced) return { inFirst: false };
  let at = down(first.load - headers);
  let separate = false;
  if (settings.separateCode && (first.traits & SEC.CODE) !== 0) {
    separate = true;
    if (down(at + headers - 1n) === down(first.load)) {
      if (at >= page) at -= page;
      else separate = false;
    }
  }
  if (first.load < at || first.load < headers) return { inFirst: false };
  let wrapped = 0n;
  for (const o of sorted) {
    const end = BigInt.asUintN(settings.elfClass, o.load + BigInt(o.size));
    if (end < o.load) wrapped = end;
  }
  if (at < wrapped) return { inFirst: false };
  if (!separate) return { inFirst: true };
  const segment: Segment = {
    type: PT.LOAD, outputs: [], header: true, programHeaders: true, physicalAddress: at, addressOffset: down(first.address - headers),
  }; // prettier-ignore
  return { inFirst: false, segment };
}

function loadGroups(sorted: readonly OutputSection[], settings: SegmentSettings): OutputSection[][] {
  const groups: OutputSection[][] = [];
  const page = settings.maxPageSize;
  let group: OutputSection[] = [];
  let [writable, executable] = [false, false];
  let last: OutputSection | null = null;
  let lastSize = 0n;
  for (const section of sorted) {
    const isCode = (section.traits & SEC.CODE) !== 0;
    const isWritable = (section.traits & SEC.READONLY) === 0;
    if (
      last &&
      startsSegment(section, last, lastSize, {
        page,
        paged: settings.paged,
        separate: settings.separateCode && executable !== isCode,
        writable,
      })
    ) {
      groups.push(group);
      group = [];
      writable = isWritable;
      executable = isCode;
    } else {
      if (isWritable) writable = true;
      if (isCode) executable = true;
    }
    group.push(section);
    last = section;
    lastSize = section.tbss ? 0n : BigInt(section.size);
  }
  // Thread-local zeros alone are in no segment of their own.
  if (group.length > 0 && !(group.length === 1 && group[0].tbss)) groups.push(group);
  return groups;
}

function startsSegment(
  section: OutputSection,
  last: OutputSection,
  lastSize: bigint,
  { page, paged, separate, writable }: { page: bigint; paged: boolean; separate: boolean; writable: boolean },
): boolean {
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
  const end = wrap(last.load + lastSize);
  const down = (value: bigint): bigint => value - (value % page);
  if (wrap(last.load - last.address) !== wrap(section.load - section.address)) return true;
  if (section.load < end || end < last.load) return true;
  if (paged && down(wrap(end - 1n)) === down(section.load)) return false;
  const next = wrap(down(end + page - 1n) + page);
  if (next > last.load && next <= section.load) return true;
  const noFile = (o: OutputSection): boolean => (o.traits & (SEC.LOAD | SEC.TLS)) === 0;
  if (noFile(last) && !noFile(section)) return true;
  if (!paged) return false;
  if (separate) return true;
  return !writable && (section.traits & SEC.READONLY) === 0;
}

/** Neighbouring loaded notes of one alignment share a PT_NOTE. */
function noteGroups(outputs: readonly OutputSection[]): OutputSection[][] {
  const groups: OutputSection[][] = [];
  for (let i = 0; i < outputs.length; i++) {
    if (!isNote(outputs[i])) continue;
    const group = [outputs[i]];
    const align = BigInt(outputs[i].align);
    for (let next = outputs[i + 1]; next && isNote(next) && BigInt(next.align) === align; next = outputs[i + 1]) {
      const last = outputs[i];
      if (((last.load + BigInt(last.size) + align - 1n) & -align) !== next.load) break;
      group.push(next);
      i++;
    }
    groups.push(group);
  }
  return groups;
}

function threadLocal(outputs: readonly OutputSection[]): OutputSection[] {
  const tls = outputs.filter(isTls);
  if (tls.length === 0) return [];
  const first = outputs.indexOf(tls[0]);
  if (outputs.slice(first, first + tls.length).some((o) => !isTls(o))) throw new TskvmError('TLS sections are not adjacent', 1);
  return tls;
}

/** The segments of a PHDRS command. */
export function scriptSegments(
  script: Script,
  statements: readonly OutputSection[],
  value: (e: Script['phdrs'][number]['type']) => ScriptValue,
  diagnostics: DiagnosticBag,
): Segment[] {
  const used = new Set<string>(['NONE']);
  let last: readonly string[] | null = null;
  const live = statements.filter((o) => o.constraint !== 'failed' && o.name !== '/DISCARD/');
  const segments = script.phdrs.map((p): Segment => {
    const type = Number(value(p.type).value);
    const outputs: OutputSection[] = [];
    live.forEach((output) => {
      if (output.phdrs !== null) last = output.phdrs;
      else {
        if (output.kind === 'noload' || !output.created || !output.alloc || type === PT.INTERP) return;
        // Sections before the first that names its headers go with that one.
        last ??= statements.slice(statements.indexOf(output)).find((o) => o.phdrs !== null)?.phdrs ?? null;
        if (last === null) throw new TskvmError('no sections assigned to phdrs', 1);
      }
      if (!output.created || !last?.includes(p.name)) return;
      used.add(p.name);
      const takesPart = !output.removed && (output.alloc || type !== PT.LOAD);
      if (takesPart) outputs.push(output);
    });
    return {
      type,
      // However the script orders them, a segment's bytes follow its load addresses.
      outputs: sortSections(outputs),
      header: p.filehdr,
      programHeaders: p.phdrs,
      flags: p.flags ? Number(value(p.flags).value) : undefined,
      physicalAddress: p.address ? value(p.address).value : undefined,
    };
  });
  const known = new Set(script.phdrs.map((p) => p.name));
  for (const output of live) {
    if (!output.created) continue;
    for (const name of output.phdrs ?? []) {
      if (name !== 'NONE' && !known.has(name)) {
        diagnostics.error(`section \`${output.name}' assigned to non-existent phdr \`${name}'`);
      }
    }
  }
  return segments;
}

/** Program headers for the writer, which chooses file offsets. */
export function plannedSegments(
  segments: readonly Segment[],
  sections: ReadonlyMap<OutputSection, ObjectSection>,
  relro: { start: bigint; end: bigint } | null,
): ObjectSegment[] {
  return segments.map((s) => ({
    type: s.type,
    flags: 0,
    offset: 0n,
    virtualAddress: 0n,
    physicalAddress: 0n,
    fileSize: 0n,
    memorySize: 0n,
    align: 0n,
    plan: {
      sections: s.outputs.flatMap((o) => sections.get(o) ?? []),
      includesHeader: s.header ?? false,
      includesProgramHeaders: s.programHeaders ?? false,
      flags: s.flags,
      align: s.align,
      size: s.type === PT.GNU_STACK ? s.size : undefined,
      physicalAddress: s.physicalAddress,
      addressOffset: s.addressOffset ?? 0n,
      range: s.type === PT.GNU_RELRO && relro ? relro : undefined,
    },
  }));
}
