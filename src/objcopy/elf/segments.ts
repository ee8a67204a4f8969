/** Program headers laid out from what each segment holds, as binutils does it (measured on objcopy 2.40). */
import type { ObjectFile, ObjectSection, ObjectSegment } from '../../object.js';
import { ET, PF, PT, SHF, SHT, SIZES } from './constants.js';
import { layoutTables, place } from './layout.js';
import type { Header, Headers } from './write.js';

/** Gets what is odd about the layout. */
export type Report = (message: string) => void;
/** Gets what makes the layout impossible, and the first section concerned; does not return. */
export type Fail = (message: string, section: ObjectSection) => never;

/**
 * An executable: every loaded segment's sections at offsets congruent to their addresses, in the order of load addresses,
 * then what is in no segment. Fills in the segments; returns the place of the section header table.
 */
export function layoutPlanned(object: ObjectFile, headers: Headers, warn: Report, fail: Fail): number {
  const sizes = SIZES[object.elfClass];
  const segments = object.segments!;
  const bySection = new Map<ObjectSection, Header>();
  for (const header of headers.all) if (header.section) bySection.set(header.section, header);
  const placed = new Set<Header>();
  let offset = sizes.header + segments.length * sizes.programHeader;
  const context: SegmentContext = {
    object,
    bySection,
    placed,
    headersEnd: offset,
    pageSize: object.pageSize ?? 0x1000n,
    sorted: sortSegments(segments),
    warn,
    fail,
  };
  for (const segment of context.sorted) offset = layoutSegment(context, segment, offset);

  const later = new Set<Header | undefined>([
    ...headers.relocations,
    headers.symtab,
    headers.symtabShndx,
    headers.strtab,
    headers.shstrtab,
  ]);
  const debugFile = isDebugFile(headers);
  for (const header of headers.all.slice(1)) {
    if (later.has(header) || placed.has(header)) continue;
    // What takes no room in the file is only placed with its segment.
    if (header.type === SHT.NOBITS) continue;
    const alloc = (header.flags & SHF.ALLOC) !== 0;
    if (!alloc) {
      offset = place(header, offset, true);
      continue;
    }
    if (header.size !== 0 && header.section && !debugFile) warn(`warning: allocated section \`${header.section.name}' not in segment`);
    const align = header.size !== 0 && object.paged !== false ? (object.pageSize ?? PAGE) : BigInt(header.align);
    offset = place(header, offset + bias(header.address, offset, align), false);
  }
  for (const segment of segments) finishSegment(context, segment);
  return layoutTables(object, headers, offset);
}

/** A file of nothing but debugging information: what is loaded is elsewhere. */
function isDebugFile(headers: Headers): boolean {
  return headers.all.every(({ flags, type }) => (flags & SHF.ALLOC) === 0 || type === SHT.NOBITS || type === SHT.NOTE);
}

interface SegmentContext {
  object: ObjectFile;
  bySection: ReadonlyMap<ObjectSection, Header>;
  /** Sections that have their place. */
  placed: Set<Header>;
  /** First byte after the program headers. */
  headersEnd: number;
  pageSize: bigint;
  sorted: ObjectSegment[];
  warn: Report;
  fail: Fail;
}

/** By type, the one with the file header first, loaded ones by load address. */
function sortSegments(segments: readonly ObjectSegment[]): ObjectSegment[] {
  const load = (s: ObjectSegment): bigint => {
    const plan = s.plan!;
    if (plan.physicalAddress !== undefined) return plan.physicalAddress;
    return plan.sections.length > 0 ? (plan.sections[0].loadAddress ?? plan.sections[0].address) + plan.addressOffset : 0n;
  };
  const rank = (s: ObjectSegment): number => (s.type === PT.NULL ? Infinity : s.type);
  return [...segments].sort((a, b) => {
    if (a.type !== b.type) return rank(a) - rank(b);
    if (a.plan!.includesHeader !== b.plan!.includesHeader) return a.plan!.includesHeader ? -1 : 1;
    if (a.type !== PT.LOAD) return 0;
    return load(a) < load(b) ? -1 : load(a) > load(b) ? 1 : 0;
  });
}

/** Bytes to skip so that an offset is congruent to an address. */
function bias(address: bigint, offset: number, align: bigint): number {
  return align > 1n ? Number((((address - BigInt(offset)) % align) + align) % align) : 0;
}

function layoutSegment(context: SegmentContext, s: ObjectSegment, start: number): number {
  const plan = s.plan!;
  const { sections } = plan;
  const sizes = SIZES[context.object.elfClass];
  const first = sections[0];
  const headerOf = (section: ObjectSection): Header => context.bySection.get(section)!;
  const lmaOf = (section: ObjectSection): bigint => section.loadAddress ?? section.address;
  let offset = start;
  let flags = plan.flags ?? 0;
  let fileSize = 0n;
  let memorySize = 0n;
  let vaddr = first ? first.address + plan.addressOffset : plan.addressOffset;
  let paddr = plan.physicalAddress ?? (first ? lmaOf(first) + plan.addressOffset : 0n);
  const load = s.type === PT.LOAD;
  const paged = context.object.paged !== false;
  if (load && paged) {
    if (plan.align !== undefined) context.pageSize = plan.align;
    s.align = context.pageSize;
  } else if (plan.align !== undefined) s.align = plan.align;
  else s.align = first ? 0n : BigInt(sizes.align);

  let adjustment = 0;
  let empty = false;
  // What the header says, when it is not what the layout goes by: the usual page, or the larger alignment of a section.
  const usual = (context.object.pageSize ?? PAGE) === PAGE;
  let shownAlign = load && paged && usual && plan.align === undefined ? PAGE : undefined;
  if (load && first) {
    let align = s.align === 0n ? 1n : s.align;
    if (plan.align === undefined) {
      const most = sections.reduce((max, { align: own }) => (BigInt(own) > max ? BigInt(own) : max), 1n);
      if (most >= align) shownAlign = align = most;
      else if (most > PAGE) shownAlign = undefined;
    }
    for (const section of sections) if (section.data.length === 0 && section.size > 0) headerOf(section).type = SHT.NOBITS;
    empty = sections.every((section) => headerOf(section).type === SHT.NOBITS);
    adjustment = bias(vaddr, offset, align);
    offset += adjustment;
    // A segment without contents takes no room: what was skipped for it is given back.
    if (!empty) adjustment = 0;
  } else if (s.type === PT.NOTE) for (const section of sections) headerOf(section).type = SHT.NOTE;

  if (plan.flags === undefined && (plan.includesHeader || plan.includesProgramHeaders)) flags |= PF.R;
  s.offset = 0n;
  const holder = context.sorted.find((other) => other.type === PT.LOAD && other.plan!.includesProgramHeaders);
  if (plan.includesHeader) {
    fileSize = memorySize = BigInt(sizes.header);
    if (load && first) {
      if (vaddr < BigInt(offset) || (plan.physicalAddress === undefined && paddr < BigInt(offset))) context.fail(NO_ROOM, first);
      vaddr -= BigInt(offset);
      if (plan.physicalAddress === undefined) paddr -= BigInt(offset);
    } else if (!load && context.sorted[0].plan!.includesHeader) {
      vaddr = context.sorted[0].virtualAddress;
      if (plan.physicalAddress === undefined) paddr = context.sorted[0].physicalAddress;
    }
  }
  if (plan.includesProgramHeaders) {
    const table = BigInt(context.headersEnd - sizes.header);
    if (!plan.includesHeader) {
      s.offset = BigInt(sizes.header);
      if (load && first) {
        vaddr -= BigInt(offset) - s.offset;
        if (plan.physicalAddress === undefined) paddr -= BigInt(offset) - s.offset;
      } else if (!load && holder) {
        const skip = holder.plan!.includesHeader ? BigInt(sizes.header) : 0n;
        vaddr = holder.virtualAddress + skip;
        if (plan.physicalAddress === undefined) paddr = holder.physicalAddress + skip;
        s.offset = holder.offset + skip;
      }
    }
    fileSize += table;
    memorySize += table;
  }
  // Notes of a core file have their place here, too.
  if (load || (s.type === PT.NOTE && context.object.type === ET.CORE)) {
    if (!plan.includesHeader && !plan.includesProgramHeaders) {
      const page = paged ? context.pageSize : 1n;
      s.offset = empty ? BigInt(offset) % (s.align > page ? s.align : page) : BigInt(offset);
    } else {
      const gap = BigInt(offset) - (s.offset + fileSize);
      if (!empty) fileSize += gap;
      memorySize += gap;
    }
  }

  sections.forEach((section, i) => {
    const header = headerOf(section);
    const nobits = header.type === SHT.NOBITS;
    const tls = (header.flags & SHF.TLS) !== 0;
    const alloc = (header.flags & SHF.ALLOC) !== 0;
    const size = BigInt(header.size);
    if ((load || s.type === PT.TLS) && (!nobits || (alloc && (!tls || s.type === PT.TLS)))) {
      const end = BigInt.asUintN(64, paddr + memorySize);
      const lma = lmaOf(section);
      let gap = lma - end;
      if (gap !== 0n && (lma < end || end < paddr)) {
        const [was, now] = [lma.toString(16), end.toString(16)];
        context.warn(`section ${section.name} lma ${was === '0' ? '0' : `0x${was}`} adjusted to ${now === '0' ? '0' : `0x${now}`}`);
        gap = 0n;
        section.loadAddress = end;
      }
      memorySize += gap;
      if (load) {
        if (!nobits) {
          adjustment = 0;
          // Contents after zeros: the zeros before them have to be in the file.
          if (fileSize + gap < memorySize) gap = memorySize - fileSize;
        }
        if (!nobits || i === 0) {
          offset += Number(gap);
          if (nobits) adjustment += Number(gap);
        }
      }
      if (!nobits) fileSize += gap;
    }
    if (load) {
      header.offset = offset;
      context.placed.add(header);
      if (!nobits) offset += header.size;
    } else if (nobits && tls && !context.placed.has(header)) {
      header.offset = offset + bias(header.address, offset, BigInt(header.align));
      context.placed.add(header);
    }
    if (!nobits) {
      fileSize += size;
      if (alloc) memorySize += size;
    } else if (alloc && (s.type === PT.TLS || !tls)) memorySize += size;
    const align = BigInt(section.align);
    if (align > s.align && plan.align === undefined && (!load || !paged)) s.align = align;
    if (plan.flags === undefined) {
      flags |= PF.R | ((header.flags & SHF.EXECINSTR) !== 0 ? PF.X : 0) | ((header.flags & SHF.WRITE) !== 0 ? PF.W : 0);
    }
  });
  if (load) checkSections(context, s, { fileSize, memorySize, vaddr });
  if (shownAlign !== undefined && context.object.type !== ET.CORE) s.align = shownAlign;
  s.flags = flags;
  s.fileSize = fileSize;
  s.memorySize = memorySize;
  s.virtualAddress = BigInt.asUintN(64, vaddr);
  s.physicalAddress = BigInt.asUintN(64, paddr);
  return offset - adjustment;
}

const PAGE = 0x1000n;

const NO_ROOM = 'not enough room for program headers, try linking with -N';

/** Reports sections that ended up outside of the loaded segment that they belong to. */
function checkSections(context: SegmentContext, s: ObjectSegment, at: { fileSize: bigint; memorySize: bigint; vaddr: bigint }): void {
  const { sections } = s.plan!;
  const sizeOf = (section: ObjectSection): number => {
    const { flags, type, size } = context.bySection.get(section)!;
    return (flags & SHF.TLS) !== 0 && type === SHT.NOBITS ? 0 : size;
  };
  const overlaid = sections.some((section, i) => {
    const before = sections[i - 1];
    return i > 0 && section.address === before.address && sizeOf(section) !== 0 && sizeOf(before) !== 0;
  });
  const start = BigInt.asUintN(64, at.vaddr);
  for (const section of sections) {
    const header = context.bySection.get(section)!;
    if ((header.flags & SHF.TLS) !== 0 && header.type === SHT.NOBITS) continue;
    const size = BigInt(header.size);
    const inFile = header.type === SHT.NOBITS || BigInt(header.offset) - s.offset + size <= at.fileSize;
    const inMemory = overlaid || (header.address >= start && header.address - start + size <= at.memorySize);
    if (inFile && inMemory) continue;
    context.warn(`section \`${section.name}' can't be allocated in segment ${context.sorted.indexOf(s)}`);
  }
}

/** Offsets and sizes of segments that lie within loaded ones. */
function finishSegment(context: SegmentContext, s: ObjectSegment): void {
  const plan = s.plan!;
  const { sections } = plan;
  if (s.type === PT.GNU_RELRO) finishRelro(context, s);
  else if (s.type === PT.GNU_STACK) {
    if (plan.size !== undefined) s.memorySize = plan.size;
  } else if (sections.length > 0 && s.type !== PT.LOAD && !(s.type === PT.NOTE && context.object.type === ET.CORE)) {
    const start = context.bySection.get(sections[0])!.offset;
    s.offset = BigInt(start);
    s.fileSize = 0n;
    const last = sections.findLast((section) => context.bySection.get(section)!.type !== SHT.NOBITS);
    if (last) {
      const header = context.bySection.get(last)!;
      s.fileSize = BigInt(header.offset - start + header.size);
      if (s.type === PT.NOTE && (header.flags & SHF.ALLOC) !== 0) s.memorySize = s.fileSize;
    }
  }
}

function finishRelro(context: SegmentContext, s: ObjectSegment): void {
  const plan = s.plan!;
  const [first] = plan.sections;
  const start = plan.range ? plan.range.start : first ? first.address : 0n;
  const end = plan.range ? plan.range.end : start + (first ? plan.size! : 0n);
  const holder = context.object.segments!.find((other) => {
    const inner = other.plan!.sections;
    if (other.type !== PT.LOAD || inner.length === 0) return false;
    const last = context.bySection.get(inner[inner.length - 1])!;
    const tbss = (last.flags & SHF.TLS) !== 0 && last.type === SHT.NOBITS;
    return last.address + (tbss ? 0n : BigInt(last.size)) > start && inner[0].address < end;
  });
  const anchor = holder?.plan!.sections.find((section) => {
    return section.address >= start && section.address < end && context.bySection.get(section)!.size !== 0;
  });
  if (!holder || !anchor || start >= end) {
    Object.assign(s, { type: 0, flags: 0, offset: 0n, virtualAddress: 0n, physicalAddress: 0n, fileSize: 0n, memorySize: 0n, align: 0n });
    return;
  }
  s.virtualAddress = anchor.address;
  s.physicalAddress = anchor.loadAddress ?? anchor.address;
  s.offset = BigInt(context.bySection.get(anchor)!.offset);
  s.memorySize = s.fileSize = end - s.virtualAddress;
  const room = holder.virtualAddress + holder.fileSize - s.virtualAddress;
  if (s.fileSize > room) s.fileSize = room;
  if (plan.align === undefined) s.align = 1n;
  if (plan.flags === undefined) s.flags = PF.R;
}
