/** Program headers: the script's PHDRS, or one PT_LOAD for each change of permissions (ld manual, node PHDRS). */
import { TskvmError } from '../../diagnostics.js';
import type { ObjectSection, ObjectSegment } from '../../object.js';
import { PF, PT, SHF, SIZES } from '../elf/constants.js';
import type { Script } from './ast.js';
import type { ScriptValue } from './evaluate.js';
import type { OutputSection } from './model.js';

export interface SegmentSettings {
  readonly maxPageSize: bigint;
  /** False with -N and -n: one segment holds whatever its addresses allow. */
  readonly paged: boolean;
  /** Code never shares a page with anything else, the headers included (-z separate-code). */
  readonly separateCode: boolean;
  /** Some input says whether it needs an executable stack. */
  readonly stackNote: boolean;
}

/** How many headers the layout so far needs: for SIZEOF_HEADERS. */
export function headerCount(script: Script, outputs: readonly OutputSection[], settings: SegmentSettings): number {
  if (script.phdrs.length > 0) return script.phdrs.length;
  const live = liveSections(outputs);
  const loads = loadGroups(live, settings);
  let count = loads.length;
  // The headers go into the first segment, or into one of their own before code.
  if (settings.separateCode && loads.length > 0 && (permissions(loads[0][0]) & PF.X) !== 0) count++;
  if (live.some((o) => (o.flags & BigInt(SHF.TLS)) !== 0n)) count++;
  if (settings.stackNote) count++;
  return count + noteGroups(live).length;
}

function liveSections(outputs: readonly OutputSection[]): OutputSection[] {
  return outputs.filter((o) => o.alloc && !o.removed && o.size > 0);
}

/** Neighbouring SHT_NOTE sections of one alignment share a PT_NOTE. */
function noteGroups(live: readonly OutputSection[]): OutputSection[][] {
  const groups: OutputSection[][] = [];
  let before: OutputSection | undefined;
  for (const output of live) {
    if (output.type === 7) {
      const group = groups.at(-1);
      if (group && before === group.at(-1) && group[0].align === output.align) group.push(output);
      else groups.push([output]);
    }
    before = output;
  }
  return groups;
}

function loadGroups(live: readonly OutputSection[], settings: SegmentSettings): OutputSection[][] {
  const groups: OutputSection[][] = [];
  for (const output of live) {
    if (output.tbss) continue;
    const group = groups.at(-1);
    const last = group?.at(-1);
    const page = (a: bigint): bigint => a / settings.maxPageSize;
    const nextPage = (a: bigint): bigint => page(a + settings.maxPageSize - 1n);
    const end = last ? last.address + BigInt(last.size) : 0n;
    const fitsIn =
      group !== undefined &&
      last !== undefined &&
      output.address >= end &&
      output.load - output.address === last.load - last.address &&
      (output.nobits || !last.nobits) &&
      (!settings.paged ||
        (nextPage(output.load) <= nextPage(last.load + BigInt(last.size)) &&
          (page(output.load) === page(last.load + BigInt(last.size) - 1n) ||
            ((!writable(output) || group.some(writable)) && (!settings.separateCode || executable(output) === executable(last))))));
    if (fitsIn) group.push(output);
    else groups.push([output]);
  }
  return groups;
}

const writable = (o: OutputSection): boolean => (o.flags & BigInt(SHF.WRITE)) !== 0n;
const executable = (o: OutputSection): boolean => (o.flags & BigInt(SHF.EXECINSTR)) !== 0n;

export function headersSize(elfClass: 32 | 64, count: number): bigint {
  const sizes = SIZES[elfClass];
  return BigInt(sizes.header + count * (elfClass === 64 ? 56 : 32));
}

const permissions = (o: OutputSection): number =>
  PF.R | ((o.flags & BigInt(SHF.WRITE)) !== 0n ? PF.W : 0) | ((o.flags & BigInt(SHF.EXECINSTR)) !== 0n ? PF.X : 0);

/**
 * Segments with addresses and the sections in each.
 * `value` evaluates what PHDRS says (types, FLAGS, AT).
 */
export function makeSegments(
  script: Script,
  outputs: readonly OutputSection[],
  sections: ReadonlyMap<OutputSection, ObjectSection>,
  value: (e: Script['phdrs'][number]['type']) => ScriptValue,
  settings: SegmentSettings,
): ObjectSegment[] {
  const live = liveSections(outputs).filter((o) => sections.has(o));
  if (script.phdrs.length > 0) return scriptSegments(script, live, sections, value);
  const groups = loadGroups(live, settings);
  const segments = groups.map((group) => segment(PT.LOAD, group, sections));
  for (const group of noteGroups(live)) segments.push(segment(PT.NOTE, group, sections));
  const tls = live.filter((o) => (o.flags & BigInt(SHF.TLS)) !== 0n);
  if (tls.length > 0) segments.push(segment(PT.TLS, tls, sections, PF.R));
  if (settings.stackNote) {
    segments.push({
      type: PT.GNU_STACK,
      flags: PF.R | PF.W,
      offset: 0n,
      virtualAddress: 0n,
      physicalAddress: 0n,
      fileSize: 0n,
      memorySize: 0n,
      align: 16n,
      sections: [],
    });
  }
  return segments;
}

function segment(
  type: number,
  group: readonly OutputSection[],
  sections: ReadonlyMap<OutputSection, ObjectSection>,
  flags?: number,
): ObjectSegment {
  const start = group.reduce((a, o) => (o.address < a ? o.address : a), group[0].address);
  const first = group.find((o) => o.address === start)!;
  let [fileEnd, memoryEnd] = [start, start];
  let align = 1;
  for (const o of group) {
    const end = o.address + BigInt(o.size);
    if (!o.nobits && end > fileEnd) fileEnd = end;
    if (end > memoryEnd) memoryEnd = end;
    align = Math.max(align, o.align);
  }
  return {
    type,
    flags: flags ?? group.reduce((f, o) => f | permissions(o), 0),
    offset: 0n,
    virtualAddress: start,
    physicalAddress: first.load,
    fileSize: fileEnd - start,
    memorySize: memoryEnd - start,
    align: type === PT.LOAD ? 0x1000n : BigInt(align),
    sections: group.map((o) => sections.get(o)!),
  };
}

function scriptSegments(
  script: Script,
  live: readonly OutputSection[],
  sections: ReadonlyMap<OutputSection, ObjectSection>,
  value: (e: Script['phdrs'][number]['type']) => ScriptValue,
): ObjectSegment[] {
  const known = new Set(script.phdrs.map((p) => p.name));
  const members = new Map<string, OutputSection[]>(script.phdrs.map((p) => [p.name, []]));
  // A section without :phdr goes where the one before it went; the first ones go to the first PT_LOAD.
  let current: readonly string[] = script.phdrs.filter((p) => Number(value(p.type).value) === PT.LOAD).slice(0, 1).map((p) => p.name); // prettier-ignore
  for (const output of live) {
    const given = output.spec?.phdrs ?? [];
    if (given.length > 0) {
      for (const name of given) {
        if (name !== 'NONE' && !known.has(name))
          throw new TskvmError(`section \`${output.name}' assigned to non-existent phdr \`${name}'`, 1);
      }
      current = given.filter((n) => n !== 'NONE');
    }
    for (const name of current) members.get(name)!.push(output);
  }
  return script.phdrs.flatMap((p) => {
    const group = members.get(p.name)!;
    const type = Number(value(p.type).value);
    const flags = p.flags ? Number(value(p.flags).value) : undefined;
    if (group.length === 0) {
      return [
        {
          type,
          flags: flags ?? 0,
          offset: 0n,
          virtualAddress: 0n,
          physicalAddress: 0n,
          fileSize: 0n,
          memorySize: 0n,
          align: 8n,
          sections: [],
        },
      ];
    }
    const made = segment(type, group, sections, flags);
    return [p.address ? { ...made, physicalAddress: value(p.address).value } : made];
  });
}

/**
 * Chooses file offsets: within a PT_LOAD, offsets and addresses advance together, and agree modulo the page size, so that
 * a loader can map the file. Writes `offset` of segments and sections.
 */
export function assignOffsets(segments: readonly ObjectSegment[], elfClass: 32 | 64, maxPageSize: bigint): void {
  let offset = headersSize(elfClass, segments.length);
  const load = segments.filter((s) => s.type === PT.LOAD && s.sections && s.sections.length > 0);
  for (const segment of load) {
    const ahead = (segment.virtualAddress - offset) % maxPageSize;
    offset += ahead < 0n ? ahead + maxPageSize : ahead;
    segment.offset = offset;
    for (const section of segment.sections!) section.offset = Number(offset + section.address - segment.virtualAddress);
    offset += segment.fileSize;
  }
  for (const segment of segments) {
    if (segment.type === PT.LOAD) continue;
    const first = segment.sections?.[0];
    segment.offset = BigInt(first?.offset ?? 0);
  }
}
