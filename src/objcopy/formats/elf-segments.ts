/**
 * Program headers of a copied executable. When nothing changed that lies in a segment, each input segment is planned as
 * it was; otherwise sections are sorted into the segments anew by their load addresses, and a segment whose sections no
 * longer fit is split. File offsets follow from the plan when the file is written.
 */
import type { ObjectFile, ObjectSection, ObjectSegment, SegmentPlan } from '../../object.js';
import { ET, PT, SHF, SHT, SIZES } from '../elf/constants.js';
import type { RawElf, RawSegment } from '../elf/raw.js';
import { abandon } from '../errors.js';
import { SEC, type Program, type Section, type TargetName } from '../model.js';
import { sectionInSegment } from './elf-in.js';

/** A segment of the output: what the input's header says, and which sections it holds. */
export interface DraftSegment extends RawSegment {
  plan: DraftPlan;
}

interface DraftPlan extends Omit<SegmentPlan, 'sections'> {
  sections: Section[];
}

export interface SegmentDraft {
  segments: DraftSegment[];
  /** Segments can be mapped page by page. */
  paged: boolean;
}

/**
 * Plans the program headers from the output sections as they are right after they were made: what grows or is added
 * later does not change which section is in which segment.
 */
export function draftSegments(program: Program, target: TargetName, warnings: { input: Warn; output: Warn; name: string }): SegmentDraft {
  const planner = new Planner(program, program.elf!, warnings.input, warnings.name);
  const segments = program.target === target && planner.isUnchanged() ? planner.copy() : planner.rewrite(program.target === target);
  return { segments, paged: planner.paged };
}

/** Puts a draft into the object that is written. */
export function applySegments(object: ObjectFile, draft: SegmentDraft, made: ReadonlyMap<Section, ObjectSection>): void {
  object.paged = draft.paged;
  object.segments = draft.segments.map((segment): ObjectSegment => {
    // What is no longer part of memory is in no loaded segment either.
    const inMemory = (s: Section): boolean => (s.flags & SEC.ALLOC) !== 0 || segment.type !== PT.LOAD;
    const sections = segment.plan.sections.filter((s) => inMemory(s) && (s.flags & SEC.EXCLUDE) === 0).map((s) => made.get(s)!);
    return {
      ...segment,
      plan: { ...segment.plan, sections: object.type === ET.CORE && segment.type === PT.NOTE ? sections : sorted(sections) },
    };
  });
}

/** By load address, then address; zeros after contents; the empty ones first of those at the same place. */
function sorted(sections: readonly ObjectSection[]): ObjectSection[] {
  const loads = (s: ObjectSection): boolean => s.type !== SHT.NOBITS;
  const toEnd = (s: ObjectSection): boolean => !loads(s) && (Number(s.flags) & SHF.TLS) === 0 && s.size !== 0;
  const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...sections].sort((a, b) => {
    const order = compare(a.loadAddress ?? a.address, b.loadAddress ?? b.address) || compare(a.address, b.address);
    if (order !== 0) return order;
    if (toEnd(a) !== toEnd(b)) return toEnd(a) ? 1 : -1;
    return toEnd(a) ? 0 : (loads(a) ? a.size : 0) - (loads(b) ? b.size : 0);
  });
}

/** A segment whose address was found with a guess of the number of program headers. */
interface Adjusted {
  plan: DraftPlan;
  physical: bigint;
}

type Warn = (message: string) => void;

const MIN_PAGE = 0x1000n;

class Planner {
  /** Section addresses may be zero throughout: then they are not to be kept. */
  private readonly physicalValid: boolean;
  /** Segments can be mapped page by page. */
  readonly paged: boolean;
  private headersTaken = false;
  private readonly marked = new Set<Section>();

  constructor(
    private readonly program: Program,
    private readonly raw: RawElf,
    private readonly warnInput: Warn,
    private readonly inputName: string,
  ) {
    this.paged = !raw.sections.some((s) => {
      const loaded = s.size !== 0n && (s.flags & BigInt(SHF.ALLOC)) !== 0n && s.type !== SHT.NOBITS;
      return loaded && (s.address - s.offset) % MIN_PAGE !== 0n;
    });
    this.physicalValid = raw.segments.some((s) => s.physicalAddress !== 0n);
  }

  private inSegment(section: Section, segment: RawSegment): boolean {
    const header = section.elf?.header;
    return header !== undefined && sectionInSegment(header, segment);
  }

  /** True when no section of any segment changed. */
  isUnchanged(): boolean {
    for (const segment of this.raw.segments) {
      for (const section of this.program.sections) {
        if (!this.inSegment(section, segment)) continue;
        const { output } = section;
        if (
          !output ||
          output.flags !== section.flags ||
          output.lma !== section.lma ||
          output.vma !== section.vma ||
          output.size !== section.size ||
          output.alignPower !== section.alignPower
        ) {
          return false;
        }
      }
    }
    return true;
  }

  private headersIn(segment: RawSegment): { includesHeader: boolean; includesProgramHeaders: boolean } {
    const { raw } = this;
    const includesHeader = segment.offset === 0n && segment.fileSize >= BigInt(raw.headerSize);
    let includesProgramHeaders = false;
    if (!this.headersTaken || segment.type !== PT.LOAD) {
      const end = raw.programHeaderOffset + BigInt(raw.programHeaderCount * raw.programHeaderSize);
      includesProgramHeaders = segment.offset <= raw.programHeaderOffset && segment.offset + segment.fileSize >= end;
      if (segment.type === PT.LOAD && includesProgramHeaders) this.headersTaken = true;
    }
    return { includesHeader, includesProgramHeaders };
  }

  private headerBytes(plan: DraftPlan): bigint {
    const programHeaders = BigInt(this.raw.programHeaderCount * this.raw.programHeaderSize);
    return (plan.includesHeader ? BigInt(this.raw.headerSize) : 0n) + (plan.includesProgramHeaders ? programHeaders : 0n);
  }

  private segment(from: RawSegment, plan: DraftPlan): DraftSegment {
    return { ...from, plan };
  }

  copy(): DraftSegment[] {
    return this.raw.segments.map((segment) => {
      const plan: DraftPlan = { sections: [], ...this.headersIn(segment), addressOffset: 0n, flags: segment.flags, align: segment.align };
      if (segment.type === PT.GNU_RELRO || segment.type === PT.GNU_STACK) plan.size = segment.memorySize;
      let valid = this.physicalValid;
      let lowest: Section | undefined;
      for (const section of this.program.sections) {
        if (!this.inSegment(section, segment)) continue;
        plan.sections.push(section.output!);
        if ((section.flags & SEC.ALLOC) === 0) continue;
        if (!lowest || section.lma < lowest.lma) lowest = section;
        const { header } = section.elf!;
        const within = (section.flags & SEC.LOAD) !== 0 ? header!.offset - segment.offset : header!.address - segment.virtualAddress;
        if (BigInt.asUintN(64, section.lma - segment.physicalAddress) !== BigInt.asUintN(64, within)) valid = false;
      }
      if (valid) plan.physicalAddress = segment.physicalAddress;
      if (plan.sections.length === 0) plan.addressOffset = segment.virtualAddress;
      else if (valid) plan.addressOffset = segment.physicalAddress + this.headerBytes(plan) - (lowest?.lma ?? 0n);
      return this.segment(segment, plan);
    });
  }

  /** `alike`: the output is of the input's format. */
  rewrite(alike: boolean): DraftSegment[] {
    const segments = this.mergeOverlaps();
    const pageSize = alike ? this.pageSize() : MIN_PAGE;
    const planned: DraftSegment[] = [];
    let adjusted: Adjusted | undefined;
    for (const segment of segments) {
      if (segment.type === PT.NULL) continue;
      const covered = this.program.sections.filter((s) => this.belongs(s, segment));
      const sections = covered.filter((s) => s.output);
      const plan: DraftPlan = { sections: [], ...this.headersIn(segment), addressOffset: 0n, flags: segment.flags };
      if (segment.type === PT.LOAD && this.paged && segment.align > 1n) plan.align = segment.align > pageSize ? pageSize : segment.align;
      // Without its first section the segment's address means nothing any more.
      let physical = 0n;
      const keeps = covered.length === 0 || covered[0].output !== undefined;
      if (keeps) {
        physical = segment.physicalAddress;
        if (this.physicalValid) plan.physicalAddress = physical;
      }
      if (sections.length === 0) {
        if (segment.type === PT.LOAD && (segment.fileSize > 0n || segment.memorySize === 0n)) {
          const at = segment.virtualAddress === 0n ? '0' : `0x${segment.virtualAddress.toString(16)}`;
          this.warnInput(`warning: empty loadable segment detected at vaddr=${at}, is this intentional?`);
        }
        plan.addressOffset = segment.virtualAddress;
        planned.push(this.segment(segment, plan));
        continue;
      }
      const first = sections[0].output!;
      if (!this.physicalValid && segment.virtualAddress !== 0n && first.lma !== 0n) {
        const start = alignPower(segment.virtualAddress + this.headerBytes(plan), first.alignPower);
        if (start === first.vma) physical = segment.virtualAddress;
      }
      // Notes are where they are in the file, whatever their addresses.
      const fits = (s: Section): boolean => containedByLma(s.output!, segment, physical) || isNoteOf(s, segment);
      const fitting = sections.filter(fits).map((s) => s.output!);
      let lowest: Section | undefined;
      for (const s of fitting) if (!lowest || s.lma < lowest.lma) lowest = s;
      if (fitting.length === sections.length) {
        plan.sections = fitting;
        if (this.physicalValid) plan.addressOffset = physical + this.headerBytes(plan) - lowest!.lma;
        planned.push(this.segment(segment, plan));
        continue;
      }
      const anchor = lowest ?? sections[0].output!;
      physical = anchor.lma;
      if (plan.includesProgramHeaders) {
        physical -= BigInt(this.raw.programHeaderCount * this.raw.programHeaderSize);
        adjusted = { plan, physical: 0n };
      }
      if (plan.includesHeader) {
        let align = 1n << BigInt(anchor.alignPower);
        physical -= BigInt(this.raw.headerSize);
        if (segment.align !== 0n && segment.align < align) align = segment.align;
        physical &= -align;
      }
      if (adjusted?.plan === plan) adjusted.physical = BigInt.asUintN(64, physical);
      planned.push(...this.split(segment, plan, physical, sections, pageSize));
    }
    if (adjusted) this.adjustHeaders(planned, adjusted);
    return planned;
  }

  /** Puts the sections into the segment as long as they fit, then into new ones. */
  private split(segment: RawSegment, first: DraftPlan, start: bigint, all: Section[], pageSize: bigint): DraftSegment[] {
    const made: DraftSegment[] = [];
    let plan = first;
    let physical = BigInt.asUintN(64, start);
    let left = all.slice();
    for (;;) {
      if (plan !== first || plan.physicalAddress !== undefined) plan.physicalAddress = this.physicalValid ? physical : undefined;
      let suggested: Section | undefined;
      let previous: Section | undefined;
      const rest: Section[] = [];
      for (const section of left) {
        const output = section.output!;
        let fits = containedByLma(output, segment, physical) || isNoteOf(section, segment);
        if (fits && previous) {
          const end = previous.lma + BigInt(previous.size);
          // Not too large a gap, and no step back.
          if (alignTo(end, pageSize) < alignTo(output.lma, pageSize) || end > output.lma) fits = false;
        } else if (fits && alignPower(physical + this.headerBytes(plan), output.alignPower) !== output.lma) {
          abandon(`${this.inputName}: error in private header data: sorry, cannot handle this file`);
        }
        if (!fits) {
          suggested ??= output;
          rest.push(section);
          continue;
        }
        plan.sections.push(output);
        previous = output;
        if (segment.type === PT.LOAD) this.marked.add(section);
      }
      made.push(this.segment(segment, plan));
      if (rest.length === 0 || !suggested || made.length > all.length) return made;
      left = rest;
      physical = suggested.lma;
      plan = { sections: [], includesHeader: false, includesProgramHeaders: false, addressOffset: 0n, flags: segment.flags };
    }
  }

  /** The number of headers was a guess: correct what was computed with it. */
  private adjustHeaders(planned: DraftSegment[], { plan, physical }: Adjusted): void {
    const more = planned.length - this.raw.programHeaderCount;
    const start = more > 0 ? physical - BigInt(more * this.raw.programHeaderSize) : physical;
    if (plan.physicalAddress !== undefined) plan.physicalAddress = start;
    const table = planned.find((s) => s.type === PT.PHDR);
    if (table?.plan.physicalAddress !== undefined) {
      table.plan.physicalAddress = start + (plan.includesHeader ? BigInt(this.raw.headerSize) : 0n);
    }
  }

  /** Loaded segments that overlap become one; PT_GNU_RELRO cannot be kept. */
  private mergeOverlaps(): RawSegment[] {
    const segments = this.raw.segments.map((s) => ({ ...s }));
    const end = (s: RawSegment, start: bigint): bigint => start + (s.memorySize > s.fileSize ? s.memorySize : s.fileSize);
    segments.forEach((segment, i) => {
      if (segment.type === PT.GNU_RELRO) segment.type = PT.NULL;
      if (segment.type !== PT.LOAD) return;
      for (const other of segments.slice(0, i)) {
        if (other.type !== PT.LOAD) continue;
        const apartV =
          segment.virtualAddress >= end(other, other.virtualAddress) || other.virtualAddress >= end(segment, segment.virtualAddress);
        const apartP =
          segment.physicalAddress >= end(other, other.physicalAddress) || other.physicalAddress >= end(segment, segment.physicalAddress);
        if (apartV || apartP) continue;
        const [low, high] = other.virtualAddress < segment.virtualAddress ? [other, segment] : [segment, other];
        const extra = end(high, high.virtualAddress) - end(low, low.virtualAddress);
        if (extra > 0n) {
          low.memorySize += extra;
          low.fileSize += extra;
        }
        high.type = PT.NULL;
        if (high === segment) break;
      }
    });
    return segments;
  }

  /** The largest alignment of a loaded segment stands for the page size. */
  private pageSize(): bigint {
    let size = 0n;
    for (const s of this.raw.segments) {
      if (s.type === PT.LOAD && s.align > size && (s.align & (s.align - 1n)) === 0n) size = s.align;
    }
    return size === 0n ? 0x1000n : size;
  }

  /** Whether an input section belongs to an input segment, by address. */
  private belongs(section: Section, segment: RawSegment): boolean {
    const { flags } = section;
    const header = section.elf?.header;
    if (!header) return false;
    const tls = (flags & SEC.THREAD_LOCAL) !== 0;
    const alloc = (flags & SEC.ALLOC) !== 0;
    const byAddress =
      alloc &&
      (segment.physicalAddress !== 0n ? containedByLma(section, segment, segment.physicalAddress) : containedByVma(section, segment));
    if (!byAddress && !isNoteOf(section, segment)) return false;
    if (segment.type === PT.GNU_STACK || (segment.type === PT.TLS && !tls)) return false;
    if (segment.type !== PT.LOAD && segment.type !== PT.TLS && tls) return false;
    if (segment.type === PT.DYNAMIC && sizeIn(section, segment) === 0n && section.name !== '.dynamic') {
      const start = segment.physicalAddress !== 0n ? segment.physicalAddress === section.lma : segment.virtualAddress === section.vma;
      if (start) return false;
    }
    return segment.type !== PT.LOAD || !this.marked.has(section);
  }
}

/** A note within the file's bytes of a note segment. */
function isNoteOf(section: Section, segment: RawSegment): boolean {
  const header = section.elf?.header;
  if (!header || segment.type !== PT.NOTE || header.type !== SHT.NOTE) return false;
  return header.offset >= segment.offset && header.offset + header.size <= segment.offset + segment.fileSize;
}

/** Thread-local zeros take no room outside of PT_TLS. */
function sizeIn(section: Section, segment: RawSegment): bigint {
  const zeros = (section.flags & (SEC.HAS_CONTENTS | SEC.THREAD_LOCAL)) === SEC.THREAD_LOCAL;
  return zeros && segment.type !== PT.TLS ? 0n : BigInt(section.size);
}

function segmentSize(segment: RawSegment): bigint {
  return segment.memorySize > segment.fileSize ? segment.memorySize : segment.fileSize;
}

function containedByVma(section: Section, segment: RawSegment): boolean {
  const { virtualAddress: base } = segment;
  return section.vma >= base && section.vma + sizeIn(section, segment) <= base + segmentSize(segment);
}

function containedByLma(section: Section, segment: RawSegment, base: bigint): boolean {
  return section.lma >= base && section.lma + sizeIn(section, segment) <= base + segmentSize(segment);
}

function alignPower(value: bigint, power: number): bigint {
  return alignTo(value, 1n << BigInt(power));
}

function alignTo(value: bigint, align: bigint): bigint {
  return ((value + align - 1n) / align) * align;
}

/** Bytes of the ELF header and `count` program headers. */
export function headersSize(elfClass: 32 | 64, count: number): number {
  return SIZES[elfClass].header + count * SIZES[elfClass].programHeader;
}
