/** Addresses: the script is walked with `.` until nothing moves any more (ld manual, nodes SECTIONS, MEMORY, Output Section LMA). */
import type { DiagnosticBag } from '../../diagnostics.js';
import { TskvmError } from '../../diagnostics.js';
import { SHF, SHT } from '../elf/constants.js';
import type { Assignment, OutputSpec, Script, ScriptExpr, ScriptFill, ScriptPlace } from './ast.js';
import type { LayoutEntry, PlacedStatement, Placement } from './assign.js';
import type { DataSegment, ScriptValue, Surroundings } from './evaluate.js';
import { absolute, alignUp, evaluate, symbolValue } from './evaluate.js';
import type { SymbolTable } from './inputs.js';
import type { OutputItem } from './model.js';
import { OutputSection } from './model.js';

export interface LayoutSettings {
  /** -Ttext=, --section-start: by section name. */
  readonly sectionStarts: ReadonlyMap<string, bigint>;
  /** -Ttext-segment= and friends: by segment name. */
  readonly segmentStarts: ReadonlyMap<string, bigint>;
  readonly relro: boolean;
  /** From the layout so far. */
  readonly sizeofHeaders: () => bigint;
  readonly maxPageSize: bigint;
  readonly commonPageSize: bigint;
  /** --no-check-sections */
  readonly checkSections: boolean;
  /** Load addresses wrap there. */
  readonly addressBits: 32 | 64;
}

interface Region {
  readonly name: string;
  readonly attributes: string;
  readonly origin: bigint;
  readonly length: bigint;
  current: bigint;
  /** The last section put there: later ones keep its distance between VMA and LMA. */
  last: OutputSection | null;
  overflow: bigint;
}

const MOST_PASSES = 16;
const NO_PLACE: ScriptPlace = { file: 'ld', line: 0 };

export class Layout {
  private dot = 0n;
  private inside: OutputSection | null = null;
  private final = false;
  private changed = false;
  private readonly segment: DataSegment = {
    phase: 'none',
    base: 0n,
    pageSize: 0n,
    relroPageSize: 0n,
    relroEnd: 0n,
    relroOffset: 0n,
    end: 0n,
  };
  private regions = new Map<string, Region>();
  private fallback: Region = region('*default*');
  private readonly byName = new Map<string, OutputSection>();
  private headersSize = 0n;
  /** Script symbols that some pass has given a value already. */
  private readonly valued = new Set<string>();
  private items: OutputItem[] = [];

  /** For symbols assigned between sections: they belong to the section before, or, once dot was set, to the next. */
  private lastSection: OutputSection | null = null;
  private dotSet = false;

  constructor(
    private readonly script: Script,
    private readonly placement: Placement,
    private readonly symbols: SymbolTable,
    private readonly settings: LayoutSettings,
    private readonly diagnostics: DiagnosticBag,
  ) {
    for (const output of placement.outputs) if (!this.byName.has(output.name)) this.byName.set(output.name, output);
  }

  /** A symbol that the script will define is known before symbols are checked. */
  declareSymbols(): void {
    for (const assignment of this.assignments()) {
      if (assignment.name === '.') continue;
      const known = this.symbols.byName.get(assignment.name);
      if (assignment.provide && (!known || !known.referenced || known.isDefined || known.state === 'common')) continue;
      const symbol = known ?? this.symbols.get(assignment.name);
      symbol.scripted = true;
      symbol.state = 'defined';
      symbol.object = null;
      symbol.place = null;
      symbol.value = symbol.size = 0n;
      symbol.type = 0;
      if (assignment.hidden) {
        symbol.visibility = 2;
        symbol.hiddenByScript = true;
      }
    }
  }

  /** Settles every address. What cannot be is thrown; overlaps and overflows are reported. */
  run(): void {
    this.settle();
    if (this.strip()) this.settle();
    this.finishDataSegment();
    this.final = true;
    this.pass();
    this.check();
  }

  /** An expression outside SECTIONS, after the layout: PHDRS. */
  valueOf(e: ScriptExpr): ScriptValue {
    this.inside = null;
    return evaluate(e, { ...this.surroundings(NO_PLACE), elfNames: true });
  }

  /** There are sections between DATA_SEGMENT_ALIGN and DATA_SEGMENT_RELRO_END: they get a PT_GNU_RELRO. */
  get hasRelro(): boolean {
    return this.settings.relro && this.segment.relroEnd !== 0n && this.relroSections().length > 0;
  }

  declaredRegions(): readonly { name: string; origin: bigint; length: bigint; attributes: string }[] {
    return [...this.regions.values()];
  }

  private *assignments(): Generator<Assignment> {
    for (const entry of this.placement.entries) {
      if (entry.kind === 'statement') {
        if (entry.statement.kind === 'assign') yield entry.statement;
      } else for (const { statement } of entry.body) if (statement?.kind === 'assign') yield statement;
    }
  }

  private settle(): void {
    for (let i = 0; i < MOST_PASSES; i++) {
      this.segment.phase = 'none';
      this.changed = false;
      this.pass();
      if (!this.changed) return;
    }
  }

  /** Output sections without contents vanish, unless the script moves dot or places data in them. */
  private strip(): boolean {
    let stripped = false;
    for (const entry of this.placement.entries) {
      if (entry.kind !== 'section' || entry.output.removed) continue;
      const { output, body } = entry;
      const forced = body.some(({ statement }) => statement?.kind === 'assign' && statement.name === '.' && movesDot(statement.value));
      if (output.size === 0 && !forced) {
        output.removed = true;
        stripped = true;
      }
    }
    return stripped;
  }

  private finishDataSegment(): void {
    const { segment } = this;
    if (segment.phase !== 'end-seen') return;
    if (this.settings.relro && segment.relroEnd !== 0n) {
      this.moveRelro();
      segment.phase = 'relro-adjust';
      this.repass();
    } else {
      const mask = segment.pageSize - 1n;
      const first = -segment.base & mask;
      const last = segment.end & mask;
      if (first !== 0n && last !== 0n && (segment.base & ~mask) !== (segment.end & ~mask) && first + last <= segment.pageSize) {
        segment.phase = 'adjust';
        this.repass();
      } else segment.phase = 'done';
    }
  }

  /** Passes that keep the data segment's phase. */
  private repass(): void {
    for (let i = 0; i < MOST_PASSES; i++) {
      this.changed = false;
      this.pass();
      if (!this.changed) return;
    }
  }

  private relroSections(): OutputSection[] {
    const { base, relroEnd, relroOffset } = this.segment;
    return this.placement.outputs.filter(
      (o) => !o.removed && o.alloc && o.size > 0 && o.address >= base && o.address < relroEnd - relroOffset,
    );
  }

  /** Moves the start of the read-only-after-relocation sections so that they end at a page (PT_GNU_RELRO). */
  private moveRelro(): void {
    const { segment } = this;
    let end = alignUp(segment.relroEnd, segment.relroPageSize) - segment.relroOffset;
    for (const output of this.relroSections().reverse()) {
      const size = output.tbss ? 0n : BigInt(output.size);
      end = ((end - size) / BigInt(output.align)) * BigInt(output.align);
    }
    segment.base = end;
  }

  private surroundings(at: ScriptPlace): Surroundings {
    return {
      dot: this.dot,
      inside: this.inside,
      at,
      segment: this.segment,
      relro: this.settings.relro,
      sizeofHeaders: this.headersSize,
      constants: { MAXPAGESIZE: this.settings.maxPageSize, COMMONPAGESIZE: this.settings.commonPageSize },
      section: (name) => {
        const found = this.byName.get(name);
        return found?.removed ? undefined : found;
      },
      region: (name) => this.findRegion(name),
      segmentStart: (name) => this.settings.segmentStarts.get(name),
      symbol: (name) => {
        const symbol = this.symbols.byName.get(name);
        if (!symbol || !symbol.isDefined) return undefined;
        // Assigned further down: 0 until a pass has come by there.
        if (symbol.scripted && !this.valued.has(name)) return { value: 0n, space: 'absolute' };
        return symbolValue(symbol.place, symbol.value, symbol.address);
      },
    };
  }

  private findRegion(name: string): Region | undefined {
    return this.regions.get(this.script.aliases.get(name) ?? name);
  }

  private regionNamed(name: string, at: ScriptPlace): Region {
    const found = this.findRegion(name);
    if (!found) throw new TskvmError(`${at.file}:${at.line}: memory region \`${name}' not declared`, 1);
    return found;
  }

  private evaluate(e: ScriptExpr, at: ScriptPlace): ScriptValue {
    return evaluate(e, this.surroundings(at));
  }

  private address(e: ScriptExpr, at: ScriptPlace): bigint {
    return absolute(this.evaluate(e, at));
  }

  private pass(): void {
    this.headersSize = this.settings.sizeofHeaders();
    this.dot = 0n;
    this.lastSection = null;
    this.dotSet = false;
    this.inside = null;
    this.fallback = region('*default*');
    this.regions = new Map();
    for (const r of this.script.memory) {
      this.regions.set(r.name, region(r.name, r.attributes, this.address(r.origin, r.at), this.address(r.length, r.at)));
    }
    for (const entry of this.placement.entries) {
      if (entry.kind === 'section') this.section(entry);
      else if (entry.statement.kind === 'assign') this.assign(entry.statement);
      else this.assertion(entry.statement);
    }
  }

  private assertion(statement: { condition: ScriptExpr; message: string; at: ScriptPlace }): void {
    if (this.final && this.evaluate(statement.condition, statement.at).value === 0n) {
      this.diagnostics.error(statement.message, { file: statement.at.file, line: statement.at.line });
    }
  }

  private assign({ name, value, at }: Assignment): void {
    if (name === '.') return this.moveDot(value, at);
    const symbol = this.symbols.byName.get(name);
    if (!symbol?.scripted) return;
    const v = this.evaluate(value, at);
    const place = v.space instanceof OutputSection ? v.space : v.space === 'number' ? this.inside : null;
    if (symbol.place !== place || symbol.value !== v.value) this.changed = true;
    if (value.kind === 'name') symbol.type = this.symbols.byName.get(value.name)?.type ?? 0;
    symbol.place = place;
    symbol.value = v.value;
    symbol.nearby = place === null && !this.inside && namesDot(value) ? { before: this.lastSection, dotSet: this.dotSet } : null;
    this.valued.add(name);
  }

  private moveDot(value: ScriptExpr, at: ScriptPlace): void {
    const to = this.evaluate(value, at);
    const address = this.inside && to.space === 'number' ? this.inside.address + to.value : absolute(to);
    if (this.inside && address < this.dot) {
      if (!this.final) return;
      throw new TskvmError(
        `${at.file}:${at.line}: cannot move location counter backwards (from ${padded(this.dot)} to ${padded(address)})`,
        1,
      );
    }
    this.dot = address;
    if (!this.inside) this.dotSet = true;
  }

  private section({ output, body }: LayoutEntry & { kind: 'section' }): void {
    const { spec } = output;
    const at = spec?.at ?? NO_PLACE;
    const before = this.dot;
    if (output.removed) return this.emptySection(output, body, at);
    if (output.alloc || output.inputs.length === 0) {
      this.lastSection = output;
      this.dotSet = false;
    }
    setTraits(output, body);
    const owner = this.regionFor(output, spec);
    const [oldAddress, oldSize] = [output.address, output.size];
    this.begin(output, spec, owner, at);
    this.dot = output.address;
    this.inside = output;
    this.items = [];
    for (const placed of body) this.statement(placed, spec, at);
    output.items = this.items;
    this.inside = null;
    output.size = Number(this.dot - output.address);
    if (!output.nobits && output.size > 0x7fffffff) {
      const size = `0x${output.size.toString(16)}`;
      throw new TskvmError(`${at.file}:${at.line}: section ${output.name} would hold ${size} bytes, more than a file of ours can`, 1);
    }
    if (spec?.fill) output.fill = this.fillBytes(spec.fill, at);
    if (spec?.elfType) output.type = Number(evaluate(spec.elfType, { ...this.surroundings(at), elfNames: true }).value);
    this.setLoad(output, spec, owner, at, before);
    if (oldAddress !== output.address || oldSize !== output.size) this.changed = true;
    if (!output.alloc || output.tbss) this.dot = before;
    else this.advance(owner, output, spec, at);
  }

  /** A removed section's symbols keep their addresses; dot moves only where the script names an address for them. */
  private emptySection(output: OutputSection, body: readonly PlacedStatement[], at: ScriptPlace): void {
    const assignments = body.flatMap(({ statement }) => (statement?.kind === 'assign' && statement.name !== '.' ? [statement] : []));
    if (assignments.length > 0 && output.spec?.address) this.dot = this.address(output.spec.address, at);
    output.address = output.load = this.dot;
    output.size = 0;
    this.inside = output;
    for (const assignment of assignments) this.assign(assignment);
    this.inside = null;
  }

  private begin(output: OutputSection, spec: OutputSpec | null, owner: Region, at: ScriptPlace): void {
    const given = this.settings.sectionStarts.get(output.name);
    const forced = spec?.align ? this.address(spec.align, at) : 1n;
    if (forced > BigInt(output.align)) output.align = Number(forced);
    if (given !== undefined) output.address = alignUp(given, forced);
    else if (spec?.address) output.address = alignUp(this.address(spec.address, at), forced);
    else if (!output.alloc) output.address = 0n;
    else output.address = alignUp(owner === this.fallback ? this.dot : owner.current, BigInt(output.align));
  }

  private statement({ statement, sections }: PlacedStatement, spec: OutputSpec | null, at: ScriptPlace): void {
    if (statement !== null && statement.kind !== 'input') {
      const offset = Number(this.dot - this.inside!.address);
      switch (statement.kind) {
        case 'assign':
          return this.assign(statement);
        case 'assert':
          return this.assertion(statement);
        case 'fill':
          this.items.push({ kind: 'fill', offset, fill: this.fillBytes(statement.fill, at) });
          return;
        case 'ascii':
          this.items.push({ kind: 'bytes', offset, size: statement.bytes.length, bytes: statement.bytes });
          this.dot += BigInt(statement.bytes.length);
          return;
        case 'data': {
          const bytes = new Uint8Array(statement.size);
          let value = this.address(statement.value, statement.at);
          for (let i = 0; i < statement.size; i++, value >>= 8n) bytes[i] = Number(value & 255n);
          this.items.push({ kind: 'bytes', offset, size: statement.size, bytes });
          this.dot += BigInt(statement.size);
          return;
        }
      }
    }
    const subalign = spec?.subalign ? this.address(spec.subalign, at) : 0n;
    const base = this.inside!.address;
    for (const section of sections) {
      if (section.discarded) continue;
      this.dot = alignUp(this.dot, subalign === 0n ? BigInt(section.align) : subalign);
      section.offset = Number(this.dot - base);
      this.items.push({ kind: 'input', section });
      this.dot += BigInt(section.size);
    }
  }

  private fillBytes(fill: ScriptFill, at: ScriptPlace): Uint8Array {
    if ('bytes' in fill) return fill.bytes;
    const value = Number(BigInt.asUintN(32, this.evaluate(fill.value, at).value));
    return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  }

  /** `>region`, else the first region whose attributes fit (ld manual, node MEMORY). */
  private regionFor(output: OutputSection, spec: OutputSpec | null): Region {
    if (spec?.region) return this.regionNamed(spec.region, spec.at);
    if (!output.alloc || spec?.address || this.settings.sectionStarts.has(output.name)) return this.fallback;
    for (const candidate of this.regions.values()) if (attributesFit(candidate.attributes, output)) return candidate;
    return this.fallback;
  }

  private setLoad(output: OutputSection, spec: OutputSpec | null, owner: Region, at: ScriptPlace, before: bigint): void {
    const explicit = spec?.address !== undefined || this.settings.sectionStarts.has(output.name);
    if (spec?.loadAddress) output.load = this.address(spec.loadAddress, at);
    else if (spec?.loadRegion) {
      const target = this.regionNamed(spec.loadRegion, at);
      if (spec.alignWithInput) output.load = target.current + (output.address - before);
      else {
        const align = target === owner ? BigInt(output.align) : spec.align ? this.address(spec.align, at) : 1n;
        output.load = alignUp(target.current, align);
      }
    } else if (owner.last && output.alloc && !(explicit && owner === this.fallback)) {
      const { last } = owner;
      const movedBack = output.address < last.address && output.size !== 0 && output.address + BigInt(output.size) <= last.address;
      output.load = movedBack ? output.address : output.address + last.load - last.address;
    } else output.load = output.address;
    output.load = BigInt.asUintN(this.settings.addressBits, output.load);
    if (output.alloc && !output.tbss && (output.size !== 0 || (owner.last === null && output.address !== output.load))) {
      owner.last = output;
    }
  }

  private advance(owner: Region, output: OutputSection, spec: OutputSpec | null, at: ScriptPlace): void {
    if (owner !== this.fallback) {
      owner.current = this.dot;
      this.noteOverflow(owner);
    }
    if (!spec?.loadRegion) return;
    const target = this.regionNamed(spec.loadRegion, at);
    if (target === owner || (output.nobits && !output.noload)) return;
    target.current = output.load + BigInt(output.size);
    this.noteOverflow(target);
  }

  private noteOverflow(r: Region): void {
    const over = r.current - (r.origin + r.length);
    if (over > r.overflow) r.overflow = over;
  }

  /** Regions that overflowed, sections that overlap. */
  private check(): void {
    for (const r of this.regions.values()) {
      if (r.overflow > 0n) this.diagnostics.error(`region \`${r.name}' overflowed by ${r.overflow} bytes`);
    }
    if (!this.settings.checkSections) return;
    const live = this.placement.outputs.filter((o) => !o.removed && o.alloc && o.size > 0 && !o.tbss);
    const report = (kind: 'VMA' | 'LMA', list: OutputSection[], start: (o: OutputSection) => bigint): void => {
      list.sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
      for (let i = 1; i < list.length; i++) {
        const [a, b] = [list[i - 1], list[i]];
        const end = start(a) + BigInt(a.size) - 1n;
        if (start(b) > end) continue;
        const span = (o: OutputSection): string => `${kind} [${padded(start(o))},${padded(start(o) + BigInt(o.size) - 1n)}]`;
        this.diagnostics.error(`section ${b.name} ${span(b)} overlaps section ${a.name} ${span(a)}`);
      }
    };
    report('LMA', live.filter((o) => !o.nobits), (o) => o.load); // prettier-ignore
    report('VMA', [...live], (o) => o.address); // prettier-ignore
  }
}

function region(name: string, attributes = '', origin = 0n, length = 1n << 64n): Region {
  return { name, attributes, origin, length, current: origin, last: null, overflow: 0n };
}

const padded = (value: bigint): string => value.toString(16).padStart(16, '0');

/** The value is an address that comes from the location counter. */
function namesDot(e: ScriptExpr): boolean {
  switch (e.kind) {
    case 'dot':
      return true;
    case 'unary':
      return namesDot(e.operand);
    case 'binary':
      return namesDot(e.left) || namesDot(e.right);
    case 'ternary':
      return namesDot(e.yes) || namesDot(e.no);
    case 'call':
      return e.name === 'ALIGN' || e.args.some(namesDot);
    default:
      return false;
  }
}

/** `. = 0`, `. = .`… do not force a section into being; anything else does. */
function movesDot(value: ScriptExpr): boolean {
  if (value.kind === 'number') return value.value !== 0n;
  if (value.kind === 'name') return false;
  if (value.kind === 'dot') return true;
  if (value.kind === 'binary' && value.operator === '+' && value.left.kind === 'dot') {
    return !((value.right.kind === 'number' && value.right.value === 0n) || value.right.kind === 'name');
  }
  if (value.kind === 'call' && value.name === 'ALIGN' && value.args.length === 1 && value.args[0].kind === 'ternary') {
    const { condition } = value.args[0];
    return !(condition.kind === 'binary' && condition.operator === '!=' && condition.left.kind === 'dot');
  }
  return true;
}

/** Type, flags and alignment from what is inside. */
function setTraits(output: OutputSection, body: readonly PlacedStatement[]): void {
  const { spec } = output;
  let type = -1;
  let flags = 0n;
  let align = 1;
  let entsize = -1;
  const mergeable = BigInt(SHF.MERGE | SHF.STRINGS);
  let common = mergeable;
  for (const input of output.inputs) {
    if (input.discarded) continue;
    const { section } = input;
    if (type < 0 || type === SHT.NOBITS) type = section.type;
    else if (section.type !== SHT.NOBITS && section.type !== type) type = SHT.PROGBITS;
    flags |= section.flags;
    common &= section.flags;
    entsize = entsize < 0 || entsize === section.entsize ? section.entsize : 0;
    if (!spec?.subalign && input.align > align) align = input.align;
  }
  flags &= ~(mergeable | BigInt(SHF.GROUP | SHF.LINK_ORDER | SHF.INFO_LINK));
  if (type >= 0) flags |= common;
  const data = body.some(({ statement }) => statement?.kind === 'data' || statement?.kind === 'ascii');
  const moves = body.some(({ statement }) => statement?.kind === 'assign' && statement.name === '.');
  if (type < 0) {
    type = data ? SHT.PROGBITS : SHT.NOBITS;
    if (data || moves) flags |= BigInt(SHF.ALLOC | (data ? 0 : SHF.WRITE));
    entsize = 0;
  } else if (data && type === SHT.NOBITS) type = SHT.PROGBITS;
  output.noload = spec?.type === 'NOLOAD';
  if (output.noload) type = SHT.NOBITS;
  if (spec?.type === 'READONLY') flags &= ~BigInt(SHF.WRITE);
  if (spec?.type && /^(DSECT|COPY|INFO|OVERLAY)$/.test(spec.type)) flags &= ~BigInt(SHF.ALLOC);
  output.type = type;
  output.flags = flags;
  output.entsize = Math.max(0, entsize);
  output.align = align;
}

function attributesFit(attributes: string, output: OutputSection): boolean {
  if (attributes === '') return false;
  let negated = false;
  for (const c of attributes.toLowerCase()) {
    let holds: boolean;
    if (c === '!') {
      negated = !negated;
      continue;
    } else if (c === 'r') holds = (output.flags & BigInt(SHF.WRITE)) === 0n;
    else if (c === 'w') holds = (output.flags & BigInt(SHF.WRITE)) !== 0n;
    else if (c === 'x') holds = (output.flags & BigInt(SHF.EXECINSTR)) !== 0n;
    else if (c === 'a') holds = output.alloc;
    else if (c === 'i' || c === 'l') holds = !output.nobits;
    else continue;
    if (negated && holds) return false;
    if (!negated && holds) return true;
  }
  return negated;
}
