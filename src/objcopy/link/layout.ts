/**
 * Addresses: the script is walked a fixed number of times, as ld walks it, because what an expression may know of things further
 * down depends on it: symbols, sizes, symbols again (ld manual, nodes SECTIONS, MEMORY, Output Section LMA).
 */
import type { DiagnosticBag } from '../../diagnostics.js';
import { TskvmError } from '../../diagnostics.js';
import type { Assignment, Script, ScriptExpr, ScriptFill, ScriptPlace } from './ast.js';
import { assignSymbol } from './assign.js';
import type { DataSegment, Phase, ScriptValue, Surroundings } from './evaluate.js';
import { absolute, alignUp, evaluate } from './evaluate.js';
import { SEC } from './flags.js';
import type { SymbolTable } from './inputs.js';
import type { InputSection, OutputItem, OutputSection, PlacedStatement, Region } from './model.js';
import { checkOverlaps } from './overlaps.js';
import type { Placement } from './place.js';
import type { Regions } from './regions.js';

export interface LayoutSettings {
  /** -Ttext-segment= and friends: by segment name. */
  readonly segmentStarts: ReadonlyMap<string, bigint>;
  readonly relro: boolean;
  /** ELF header and program headers, in bytes; `exact`: of the segments that the layout so far needs, else an estimate. */
  readonly sizeofHeaders: (relro: boolean, exact: boolean) => bigint;
  /** An expression has named them. */
  readonly headersAsked: () => void;
  readonly maxPageSize: bigint;
  readonly commonPageSize: bigint;
  /** --no-check-sections */
  readonly checkSections: boolean;
  /** -r: empty sections stay. */
  readonly relocatable: boolean;
  /** Load addresses wrap there. */
  readonly addressBits: 32 | 64;
  /** -N leaves .text writable. */
  readonly textReadonly: boolean;
  /** Something has changed its size since the first look. */
  readonly again: boolean;
}

/** So many times at most the layout is made anew because of its own program headers. */
const MOST_TRIES = 10;
const NO_PLACE: ScriptPlace = { file: 'ld', line: 0 };

export class Layout {
  private dot = 0n;
  private inside: OutputSection | null = null;
  private phase: Phase = 'mark';
  private readonly segment: DataSegment = {
    phase: 'none',
    base: 0n,
    pageSize: 0n,
    relroPageSize: 0n,
    relroEnd: 0n,
    relroOffset: 0n,
    end: 0n,
  };
  private readonly byName = new Map<string, OutputSection[]>();
  private headers: bigint | null = null;
  private iteration = 1;
  private checkRegions = false;
  private items: OutputItem[] = [];
  /** For symbols assigned between sections: the section before, and whether dot was set since. */
  private current: OutputSection | null = null;
  private dotSet = false;
  private foundEnd = false;
  private sizings = 0;
  private readonly asserted = new Set<string>();

  constructor(
    private readonly script: Script,
    private readonly placement: Placement,
    private readonly regions: Regions,
    private readonly symbols: SymbolTable,
    private readonly settings: LayoutSettings,
    private readonly diagnostics: DiagnosticBag,
  ) {
    for (const output of placement.statements) {
      const list = this.byName.get(output.name);
      if (list) list.push(output);
      else this.byName.set(output.name, [output]);
    }
    this.measureRegions();
  }

  /** Settles every address. What cannot be is thrown; overlaps and overflows are reported. */
  run(): void {
    for (const output of this.placement.outputs) {
      if (output.alignExpr) output.align = Math.max(output.align, Number(this.power(output.alignExpr, output.at)));
    }
    const text = this.placement.outputs.find((o) => o.name === '.text');
    if (text && this.settings.textReadonly) text.traits |= SEC.READONLY;
    else if (text) text.traits &= ~SEC.READONLY;

    if (!this.settings.relocatable) this.alignThreadLocal();
    this.sizePass('mark');
    this.reset();
    this.strip();
    this.propagateLoadRegions();
    this.checkRegions = true;
    this.size();
    let again = this.settings.again;
    for (let tries = MOST_TRIES; ;) {
      if (again) {
        this.assignPass('assign');
        this.reset();
        this.size();
      }
      again = false;
      const now = this.settings.sizeofHeaders(this.hasRelroRange, true);
      if (this.headers !== now) {
        again = tries > 6 || this.headers === null || this.headers < now;
        if (again) this.headers = now;
      }
      if (!again || --tries === 0) break;
    }
    this.assignPass('final');
    if (this.settings.checkSections) {
      checkOverlaps(this.placement.outputs, this.diagnostics, this.settings.addressBits);
      this.regions.reportOverflows();
    }
  }

  /** The first of the thread-local sections begins a segment: it has the alignment of all. */
  private alignThreadLocal(): void {
    const { outputs } = this.placement;
    const first = outputs.findIndex((o) => (o.traits & SEC.TLS) !== 0);
    for (let i = first; i >= 0 && i < outputs.length && (outputs[i].traits & SEC.TLS) !== 0; i++)
      outputs[first].align = Math.max(outputs[first].align, outputs[i].align);
  }

  /** An expression outside SECTIONS, after the layout: PHDRS. */
  valueOf(e: ScriptExpr): ScriptValue {
    this.inside = null;
    return this.defined(e, { ...this.surroundings(NO_PLACE), elfNames: true }, 'expression');
  }

  /** Bytes of headers that the addresses allow for. */
  get headersGuess(): bigint | null {
    return this.headers;
  }

  /** What PT_GNU_RELRO covers, when there is such a range. */
  get relroRange(): { start: bigint; end: bigint } | null {
    return this.hasRelroRange ? { start: this.segment.base, end: this.segment.relroEnd } : null;
  }

  private get hasRelroRange(): boolean {
    return this.settings.relro && this.segment.relroEnd !== 0n;
  }

  private measureRegions(): void {
    this.script.memory.forEach((r, i) => {
      const region = this.regions.all[i];
      const value = (e: ScriptExpr, what: string): bigint => {
        const v = evaluate(e, this.surroundings(r.at));
        if (v === null) throw new TskvmError(`${r.at.file}:${r.at.line}: invalid ${what} for memory region ${r.name}`, 1);
        return absolute(v);
      };
      region.origin = region.current = value(r.origin, 'origin');
      region.length = value(r.length, 'length');
    });
  }

  /** Output sections without contents vanish, unless the script moves dot or places data in them. */
  private strip(): void {
    const { outputs, statements } = this.placement;
    for (const output of this.settings.relocatable ? [] : statements) {
      if (output.constraint === 'failed' || !output.created) continue;
      if (output.oldSize !== 0 || (output.traits & SEC.KEEP) !== 0) continue;
      if (output.inputs.some((s) => s.madeByLinker && !s.discarded)) continue;
      if (!output.assigns) output.ignored = true;
      output.removed = true;
      output.traits |= SEC.EXCLUDE;
    }
    this.kept = outputs.filter((o) => !o.removed);
  }

  /** The output's sections, in the order of its section headers. */
  kept: OutputSection[] = [];

  /** A section that follows in the same region follows in the same load region. */
  private propagateLoadRegions(): void {
    const { statements } = this.placement;
    statements.forEach((output, i) => {
      const before = statements[i - 1];
      if (before && output.loadRegion === null && !output.loadExpr && !output.addressExpr && output.region === before.region) {
        output.loadRegion = before.loadRegion;
      }
    });
  }

  /** Before another sizing. */
  private reset(): void {
    this.regions.reset();
    for (const output of this.placement.statements) {
      output.processedAddress = output.processedLoad = false;
      output.oldSize = output.size;
      output.size = 0;
    }
  }

  /** One sizing, and a second one when the data segment can be placed better. */
  private size(): void {
    this.segment.phase = 'none';
    this.sizePass('size');
    const { segment } = this;
    if (segment.phase !== 'end-seen') {
      segment.phase = 'done';
      return;
    }
    if (this.settings.relro && segment.relroEnd !== 0n) {
      const base = segment.base;
      const end = this.moveRelro();
      this.reset();
      this.sizePass('size');
      if (segment.relroEnd <= end) return;
      segment.base = base;
    } else if (!this.savesPage()) return;
    this.reset();
    this.sizePass('size');
  }

  /** Without relro: does the data segment fit a page less when it starts in the page where the text ends? */
  private savesPage(): boolean {
    const { segment } = this;
    const mask = segment.pageSize - 1n;
    const first = -segment.base & mask;
    const last = segment.end & mask;
    const saves = first !== 0n && last !== 0n && (segment.base & ~mask) !== (segment.end & ~mask) && first + last <= segment.pageSize;
    segment.phase = saves ? 'adjust' : 'done';
    return saves;
  }

  /** Moves the start of the read-only-after-relocation sections so that they end at a page (PT_GNU_RELRO). */
  private moveRelro(): bigint {
    const { segment } = this;
    const relroEnd = alignUp(segment.relroEnd, segment.relroPageSize);
    let end = relroEnd - segment.relroOffset;
    for (const output of this.kept.toReversed()) {
      if (!output.alloc || output.address < segment.base || output.address >= segment.relroEnd - segment.relroOffset) continue;
      const size = output.tbss ? 0n : BigInt(output.size);
      end = ((end - size) / BigInt(output.align)) * BigInt(output.align);
    }
    segment.phase = 'relro-adjust';
    segment.base = end;
    return relroEnd;
  }

  private surroundings(at: ScriptPlace): Surroundings {
    return {
      phase: this.phase,
      iteration: this.iteration,
      dot: this.dot,
      inside: this.inside,
      at,
      segment: this.segment,
      relro: this.settings.relro,
      sizeofHeaders: () => {
        this.settings.headersAsked();
        if (this.phase === 'mark') return 0n;
        return (this.headers ??= this.settings.sizeofHeaders(this.settings.relro, false));
      },
      constants: { MAXPAGESIZE: this.settings.maxPageSize, COMMONPAGESIZE: this.settings.commonPageSize },
      section: (name) => this.byName.get(name)?.find((o) => o.constraint !== 'failed'),
      region: (name) => this.regions.find(name),
      segmentStart: (name) => this.settings.segmentStarts.get(name),
      symbol: (name) => this.symbols.get(name),
      isDefined: (name) => {
        const symbol = this.symbols.byName.get(name);
        if (!symbol || !(symbol.isDefined || symbol.state === 'common')) return false;
        return !symbol.scripted || symbol.byObject || symbol.iteration === this.iteration;
      },
      failed: (message) => this.fail(message),
    };
  }

  private fail(message: string): void {
    if (this.asserted.has(message)) return;
    this.asserted.add(message);
    this.diagnostics.error(message);
  }

  private defined(e: ScriptExpr, s: Surroundings, what: string): ScriptValue {
    const v = evaluate(e, s);
    if (v === null) throw new TskvmError(`${s.at.file}:${s.at.line}: nonconstant expression for ${what}`, 1);
    return v;
  }

  private absoluteOf(e: ScriptExpr, at: ScriptPlace, what: string): bigint {
    // There is no dot here: it reads as 0.
    const { inside, dot } = this;
    this.inside = null;
    this.dot = 0n;
    const v = evaluate(e, this.surroundings(at));
    this.inside = inside;
    this.dot = dot;
    if (v === null) {
      if (this.phase === 'mark') return 0n;
      throw new TskvmError(`${at.file}:${at.line}: nonconstant expression for ${what}`, 1);
    }
    return absolute(v);
  }

  /** The power of two at or above an alignment. */
  private power(e: ScriptExpr, at: ScriptPlace, what = 'section alignment'): bigint {
    const wanted = this.absoluteOf(e, at, what);
    let power = 1n;
    while (power < wanted) power <<= 1n;
    return power;
  }

  // ---- sizes: every section gets an address, every input section an offset ----

  private sizePass(phase: 'mark' | 'size'): void {
    this.phase = phase;
    this.iteration++;
    if (phase === 'size') this.sizings++;
    this.dot = 0n;
    this.inside = null;
    for (const entry of this.placement.entries) {
      if (entry.kind === 'section') this.sizeSection(entry.output);
      else if (entry.statement.kind === 'assign') {
        this.assign(entry.statement);
        this.regions.fallback.current = this.dot;
      } else this.assertion(entry.statement);
    }
  }

  private sizeSection(output: OutputSection): void {
    const { at } = output;
    if (output.constraint === 'failed' || output.name === '/DISCARD/') return;
    const before = this.dot;
    if (output.addressExpr) {
      output.processedAddress = false;
      const v = evaluate(output.addressExpr, this.surroundings(at));
      if (v !== null) this.dot = absolute(v);
      else if (this.phase !== 'mark') {
        throw new TskvmError(`${at.file}:${at.line}: non constant or forward reference address expression for section ${output.name}`, 1);
      }
    }
    if (!output.created) return;
    let address = this.dot;
    let align: bigint;
    if (output.addressExpr === undefined) {
      const loaded = (output.traits & (SEC.ALLOC | SEC.LOAD)) !== 0;
      if (output.region === null || (loaded && output.region === this.regions.fallback)) {
        output.region = this.regions.byAttributes(output.traits);
      }
      this.requireRegion(output);
      address = output.region.current;
      align = BigInt(output.align);
    } else align = output.alignExpr ? this.power(output.alignExpr, at) : 1n;
    const unaligned = address;
    address = alignUp(address, align);
    if (address !== unaligned && output.addressExpr && this.sizings === 1 && this.phase === 'size') {
      this.diagnostics.warning(`start of section ${output.name} changed by ${address - unaligned}`);
    }
    output.address = output.load = BigInt.asUintN(64, address);

    this.inside = output;
    this.dot = output.address;
    this.items = [];
    if (output.fillSpec) output.fill = this.fillBytes(output.fillSpec, at);
    for (const placed of output.body) this.sizeStatement(placed, output);
    this.inside = null;
    output.items = this.items;
    output.processedAddress = true;
    if (!output.ignored) this.dot = output.address;
    else this.dot = output.addressExpr ? this.dot : before;

    this.setLoad(output, align, address - unaligned);
    output.processedLoad = true;
    this.advance(output);
  }

  private requireRegion(output: OutputSection): void {
    const loadable = (output.traits & SEC.ALLOC) !== 0 && !output.tbss;
    if (output.ignored || !loadable || !this.checkRegions || this.sizings !== 1) return;
    if (output.region !== this.regions.fallback || this.regions.declared === 0) return;
    const message = `no memory region specified for loadable section \`${output.name}'`;
    if (this.settings.checkSections) throw new TskvmError(message, 1);
    this.diagnostics.warning(message);
  }

  private sizeStatement(placed: PlacedStatement, output: OutputSection): void {
    const { statement } = placed;
    const offset = Number(this.dot - output.address);
    switch (statement?.kind) {
      case 'assign': {
        const before = this.dot;
        this.assign(statement);
        // A PROVIDE that supplies nothing does not count.
        const supplies = !statement.provide || this.symbols.byName.get(statement.name)?.providedBy === statement;
        if (statement.name !== '.' && supplies) output.assigns = true;
        if (output.ignored) this.dot = before;
        else if (this.dot !== before && output.kind !== 'noalloc') output.traits |= SEC.ALLOC;
        placed.padding = this.dot - before;
        if (this.dot !== before) {
          output.size = Number(this.dot - output.address);
          this.items.push({ kind: 'padding', offset, size: Number(this.dot - before) });
        }
        return;
      }
      case 'assert':
        return this.assertion(statement);
      case 'fill':
        this.items.push({ kind: 'fill', offset, fill: this.fillBytes(statement.fill, output.at) });
        return;
      case 'data':
        this.outside(() => evaluate(statement.value, this.surroundings(statement.at)));
        this.items.push({ kind: 'bytes', offset, size: statement.size, bytes: new Uint8Array(statement.size) });
        this.dot += BigInt(statement.size);
        output.size = Number(this.dot - output.address);
        return;
      default:
        if (placed.sections.length > 0) this.sizeInputs(placed.sections, output, statement === null);
    }
  }

  private sizeInputs(sections: readonly InputSection[], output: OutputSection, orphan: boolean): void {
    const { items } = this;
    const start = Number(output.address & 0xffffffffn);
    const subalign = output.subalignExpr ? Number(this.power(output.subalignExpr, output.at, 'subsection alignment')) : 0;
    let offset = Number(this.dot - output.address);
    let taken = false;
    for (const section of sections) {
      if (section.discarded || output.ignored) {
        section.offset = offset;
        continue;
      }
      if (subalign !== 0) section.align = subalign;
      const { align } = section;
      if (align > output.align) output.align = align;
      if (align > 1) {
        const over = (start + offset) % align;
        if (over !== 0) offset += align - over;
        // The padding before an orphan takes the place of what an assignment to dot has padded just before.
        const last = items.at(-1);
        if (over !== 0 && orphan && last?.kind === 'padding') items[items.length - 1] = { ...last, zero: true };
      }
      section.offset = offset;
      items.push(section.item);
      offset += section.size;
      taken = true;
    }
    this.dot = output.address + BigInt(offset);
    if (taken) output.size = offset;
  }

  private fillBytes(fill: ScriptFill, at: ScriptPlace): Uint8Array {
    if ('bytes' in fill) return fill.bytes;
    const v = this.outside(() => evaluate(fill.value, this.surroundings(at)));
    const value = Number(BigInt.asUintN(32, v?.value ?? 0n));
    return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  }

  /** Data and fill expressions see addresses, not offsets. */
  private outside<T>(work: () => T): T {
    const { inside } = this;
    this.inside = null;
    const result = work();
    this.inside = inside;
    return result;
  }

  private setLoad(output: OutputSection, align: bigint, skipped: bigint): void {
    const region = output.region ?? this.regions.fallback;
    if (output.loadExpr) output.load = this.absoluteOf(output.loadExpr, output.at, 'load base');
    else if (output.loadRegion) {
      const { current } = output.loadRegion;
      if (output.alignWithInput) output.load = current + skipped;
      else {
        const own = output.loadRegion === output.region ? align : output.alignExpr ? this.power(output.alignExpr, output.at) : 1n;
        output.load = alignUp(current, own);
      }
    } else if (region.last && (output.traits & SEC.ALLOC) !== 0) {
      const { last } = region;
      const size = BigInt(output.size);
      if (this.dot < last.address && size !== 0n && this.dot + size <= last.address) {
        if (last.address !== last.load && this.phase !== 'mark') this.warnOnce(`dot moved backwards before \`${output.name}'`);
      } else {
        const load = output.overlay === 'later' ? last.load + BigInt(last.size) : output.address + last.load - last.address;
        output.load = alignUp(BigInt.asUintN(64, load), align);
      }
    }
    output.load = BigInt.asUintN(64, output.load);

    const counts = (output.traits & SEC.ALLOC) !== 0 && !output.tbss;
    const moved = region.last === null ? output.address !== output.load : this.dot >= region.last.address;
    if (((counts && (output.size !== 0 || moved)) || output.overlay === 'first') && output.loadRegion === null) region.last = output;
  }

  private readonly warned = new Set<string>();
  private warnOnce(message: string): void {
    if (this.warned.has(message)) return;
    this.warned.add(message);
    this.diagnostics.warning(message);
  }

  private advance(output: OutputSection): void {
    if (output.ignored) return;
    const size = output.tbss ? 0n : BigInt(output.size);
    this.dot += size;
    if (output.endExpr) this.moveDot(output.endExpr, output.at);
    const { region, loadRegion } = output;
    if (region === null || (output.traits & (SEC.ALLOC | SEC.LOAD)) === 0) return;
    region.current = this.dot;
    if (this.checkRegions) this.checkRegion(region, output, output.addressExpr !== undefined, output.address);
    if (loadRegion === null || loadRegion === region || (output.traits & SEC.LOAD) === 0) return;
    loadRegion.current = output.load + size;
    if (this.checkRegions) this.checkRegion(loadRegion, output, false, output.load);
  }

  private checkRegion(region: Region, output: OutputSection, hasAddress: boolean, base: bigint): void {
    if (region !== this.regions.fallback && this.phase === 'size') this.regions.check(region, output, hasAddress, base);
  }

  // ---- symbols: sections have their addresses, assignments are evaluated again ----

  private assignPass(phase: 'assign' | 'final'): void {
    this.phase = phase;
    this.iteration++;
    this.dot = 0n;
    this.inside = null;
    this.current = null;
    this.dotSet = this.foundEnd = false;
    for (const entry of this.placement.entries) {
      if (entry.kind === 'section') this.assignSection(entry.output);
      else if (entry.statement.kind === 'assign') {
        const { name } = entry.statement;
        if (name === '.') this.dotSet = true;
        if (/^_*end$/.test(name)) this.foundEnd = true;
        this.assign(entry.statement);
      } else this.assertion(entry.statement);
    }
  }

  private assignSection(output: OutputSection): void {
    if (output.name === '/DISCARD/') return;
    if (output.constraint === 'failed') return this.assignInNothing(output);
    output.afterEnd = this.foundEnd;
    const before = this.dot;
    if (output.created) {
      if (!output.ignored && (output.traits & SEC.ALLOC) !== 0) {
        this.current = output;
        this.dotSet = false;
      }
      this.dot = output.address;
    }
    this.inside = output.created ? output : null;
    const items = output.items.values();
    for (const placed of output.body) this.assignStatement(placed, output, items);
    this.inside = null;
    if (output.ignored || !output.created) this.dot = before;
    else {
      this.dot = output.address + (output.tbss ? 0n : BigInt(output.size));
      if (output.endExpr) this.moveDot(output.endExpr, output.at);
    }
  }

  /** A section whose constraint does not hold: its symbols are assigned all the same, but there is no dot to move. */
  private assignInNothing(output: OutputSection): void {
    output.afterEnd = this.foundEnd;
    for (const { statement } of output.body) {
      if (statement?.kind !== 'assign') continue;
      if (statement.name !== '.') {
        this.assign(statement);
        const symbol = this.symbols.byName.get(statement.name);
        if (symbol?.scripted) symbol.nowhere = true;
      } else {
        throw new TskvmError(`${statement.at.file}:${statement.at.line}: invalid assignment to location counter`, 1);
      }
    }
  }

  private assignStatement(placed: PlacedStatement, output: OutputSection, items: Iterator<OutputItem>): void {
    const { statement, sections } = placed;
    switch (statement?.kind) {
      case 'assign': {
        if (statement.name === '.') {
          this.moveDot(statement.value, statement.at);
          if (!output.ignored) this.dot += placed.padding ?? 0n;
          return;
        }
        return this.assign(statement);
      }
      case 'assert':
        return this.assertion(statement);
      case 'data': {
        const v = this.outside(() => evaluate(statement.value, this.surroundings(statement.at)));
        if (this.phase === 'final') {
          if (v === null) throw new TskvmError(`${statement.at.file}:${statement.at.line}: invalid data statement`, 1);
          this.putData(items, absolute(v));
        }
        this.dot += BigInt(statement.size);
        return;
      }
      default: {
        const last = sections.findLast((s) => !s.discarded);
        if (last && !output.ignored) this.dot = output.address + BigInt(last.offset + last.size);
      }
    }
  }

  /** The next data item gets its value. */
  private putData(items: Iterator<OutputItem>, value: bigint): void {
    for (let next = items.next(); !next.done; next = items.next()) {
      const item = next.value;
      if (item.kind !== 'bytes') continue;
      for (let i = 0, rest = value; i < item.size; i++, rest >>= 8n) item.bytes[i] = Number(rest & 255n);
      return;
    }
  }

  private assertion(statement: { condition: ScriptExpr; message: string; at: ScriptPlace }): void {
    const v = evaluate(statement.condition, this.surroundings(statement.at));
    if (this.phase === 'final' && (v === null || v.value === 0n)) this.fail(statement.message);
  }

  private assign(statement: Assignment): void {
    const { value, at } = statement;
    if (statement.name === '.') return this.moveDot(value, at);
    const s = this.surroundings(at);
    const symbol = assignSymbol(statement, s, this.symbols, this.iteration);
    if (symbol && this.phase === 'final' && symbol.place === null && s.fromAddress) symbol.nearby = this.sectionForDot();
  }

  /** Which section a symbol belongs to that is assigned an address between sections. */
  private sectionForDot(): OutputSection | null {
    const { outputs, statements } = this.placement;
    const fits = (o: OutputSection): boolean => !o.removed && (o.traits & SEC.ALLOC) !== 0 && (o.traits & SEC.TLS) === 0;
    if (this.current === null || this.dotSet) {
      let i = this.current === null ? 0 : statements.indexOf(this.current) + 1;
      while (i < statements.length && !statements[i].afterEnd && (!statements[i].created || statements[i].removed)) i++;
      const next = statements[i];
      if (this.current === null || !next || !next.afterEnd) {
        const from = next ? outputs.indexOf(next) : outputs.length - 1;
        return outputs.slice(0, from + 1).findLast(fits) ?? null;
      }
    }
    const here = this.current === null ? -1 : outputs.indexOf(this.current);
    return outputs.slice(0, here + 1).findLast(fits) ?? outputs.find(fits) ?? null;
  }

  private moveDot(value: ScriptExpr, at: ScriptPlace): void {
    const s = { ...this.surroundings(at), forDot: true };
    const v = evaluate(value, s);
    const { inside, phase } = this;
    if (phase === 'mark' && inside && !(v !== null && v.value === 0n && leavesEmpty(value))) inside.traits |= SEC.KEEP;
    if (v === null) {
      if (phase !== 'mark') throw new TskvmError(`${at.file}:${at.line}: invalid assignment to location counter`, 1);
      return;
    }
    // After sizes are known, padding has taken the place of assignments inside sections.
    if (inside && phase !== 'mark' && phase !== 'size') return;
    const address = v.space === null ? v.value + (inside?.address ?? 0n) : absolute(v);
    const to = BigInt.asUintN(64, address);
    if (inside && to < this.dot) {
      throw new TskvmError(
        `${at.file}:${at.line}: cannot move location counter backwards (from ${padded(this.dot, this.settings.addressBits)} to ${padded(to, this.settings.addressBits)})`,
        1,
      );
    }
    this.dot = to;
  }
}

const padded = (value: bigint, bits: 32 | 64): string => value.toString(16).padStart(bits / 4, '0');

/** `. = 0`, `. = .`, `. = . + 0`, `. = ALIGN(. != 0 ? n : 1)` do not force a section into being; anything else does. */
function leavesEmpty(value: ScriptExpr): boolean {
  const zero = (e: ScriptExpr): boolean => (e.kind === 'number' && e.value === 0n) || e.kind === 'name';
  if (zero(value)) return true;
  if (value.kind === 'binary' && value.operator === '+' && value.left.kind === 'dot') return zero(value.right);
  if (value.kind === 'call' && value.name === 'ALIGN' && value.args.length === 1 && value.args[0].kind === 'ternary') {
    const { condition, no } = value.args[0];
    const isOne = no.kind === 'number' && no.value === 1n;
    return condition.kind === 'binary' && condition.operator === '!=' && condition.left.kind === 'dot' && zero(condition.right) && isOne;
  }
  return false;
}
