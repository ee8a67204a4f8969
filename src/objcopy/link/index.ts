/**
 * The linker: objects and archives → one program at fixed addresses, as GNU ld 2.40 makes a static one. Stages in order:
 * load → resolve → place → merge → lay out → relocate → image.
 */
import type { Diagnostic } from '../../diagnostics.js';
import { DiagnosticBag, TskvmError } from '../../diagnostics.js';
import type { Image, ObjectFile } from '../../object.js';
import { isArchive, readArchive } from '../archive.js';
import { EM, PF, STT } from '../elf/constants.js';
import type { Script, ScriptExpr, TopStatement } from './ast.js';
import { assignEarly, hideAssigned } from './assign.js';
import { allocateCommons } from './commons.js';
import { checkCrossReferences } from './cross-references.js';
import { defaultScript, relocatableScript } from './default-script.js';
import { mergeFrames } from './eh-frame.js';
import { absolute, type ScriptValue } from './evaluate.js';
import { SEC } from './flags.js';
import { collectGarbage } from './gc.js';
import { GotTable } from './got.js';
import { SymbolTable } from './inputs.js';
import { Layout } from './layout.js';
import { linkMap } from './map.js';
import { mergeSections } from './merge.js';
import type { InputSection, OutputSection } from './model.js';
import { contents, fillGot, finishTraits, imageOf, linkedObject } from './output.js';
import { placeOrphans } from './orphans.js';
import { markKept, placeInputs } from './place.js';
import { mergeProperties } from './properties.js';
import { Regions } from './regions.js';
import { readInput } from './read-input.js';
import { relocatableObject } from './relocatable.js';
import { relocateContext, relocateSection, threadLocalStart, threadPointerOf } from './relocate.js';
import { hasRelroInputs } from './relro.js';
import { emptyScript, parseExpression, parseScript } from './script-parser.js';
import { estimateHeaders, headersSize, mapSegments, plannedSegments, scriptSegments, type SegmentSettings } from './segments.js';

/** A file on the command line: bytes, or an object that was just assembled in memory. */
export interface LinkFile {
  /** As given; messages and file patterns see it. */
  readonly name: string;
  readonly data?: Uint8Array;
  readonly object?: ObjectFile;
  /** Archives between --start-group and --end-group share a number > 0. */
  readonly group?: number;
  /** --whole-archive */
  readonly whole?: boolean;
}

export interface LinkOptions {
  /** -T: name and text of the script, which replaces the default layout; `implicit`: an input file that is one, which adds to it. */
  readonly script?: { readonly name: string; readonly text: string; readonly implicit?: boolean };
  /** Text of a file that a script INCLUDEs; undefined: not found. */
  readonly include?: (name: string) => string | undefined;
  /** How many of the files stand before the script. */
  readonly scriptAt?: number;
  /** A file that a script names, `-lname` too; `required`: with INPUT, GROUP or STARTUP. */
  readonly open?: (name: string, required: boolean) => LinkFile | undefined;
  /** -e: a symbol or a number. */
  readonly entry?: string;
  /** -Ttext=, -Tdata=, -Tbss=, --section-start. */
  readonly sectionStarts?: ReadonlyMap<string, bigint>;
  /** -Ttext-segment, --image-base: by segment name. */
  readonly segmentStarts?: ReadonlyMap<string, bigint>;
  /** --defsym NAME=EXPRESSION */
  readonly defsym?: readonly { readonly name: string; readonly expression: string }[];
  /** How many of them stand before -T. */
  readonly defsymsBefore?: number;
  /** -u */
  readonly undefined?: readonly string[];
  readonly gcSections?: boolean;
  readonly printGcSections?: boolean;
  /** --wrap */
  readonly wrap?: readonly string[];
  /** -z muldefs */
  readonly allowMultipleDefinition?: boolean;
  readonly unresolved?: 'error' | 'warning' | 'ignore';
  /** -N */
  readonly omagic?: boolean;
  /** -n */
  readonly nmagic?: boolean;
  /** -z norelro turns it off. */
  readonly relro?: boolean;
  /** -z noseparate-code */
  readonly separateCode?: boolean;
  readonly maxPageSize?: bigint;
  readonly commonPageSize?: bigint;
  readonly checkSections?: boolean;
  readonly unique?: readonly string[];
  readonly stripAll?: boolean;
  readonly stripDebug?: boolean;
  /** -x, -X, --discard-none; by default local labels of merged sections go. */
  readonly discard?: 'none' | 'merged' | 'temporary' | 'all';
  /** Section starts were given before -T. */
  readonly startsFirst?: boolean;
  readonly sortCommon?: 'ascending' | 'descending';
  /** --sort-section */
  readonly sortSection?: 'name' | 'alignment';
  /** -z execstack, -z noexecstack */
  readonly stack?: 'executable' | 'data';
  /** -z stack-size */
  readonly stackSize?: bigint;
  /** `-m`: elf_i386, elf_x86_64, elf32_x86_64; else the first object decides. */
  readonly emulation?: string;
  readonly map?: boolean;
  /** -r: the output can be linked again. */
  readonly relocatable?: boolean;
  /** -d: common symbols get their places even so. */
  readonly defineCommon?: boolean;
  /** --oformat binary: as ld then does, mergeable strings and frames stay as they are, and there are no headers. */
  readonly flat?: boolean;
}

export interface LinkResult {
  /** null when there were errors. */
  readonly image: Image | null;
  readonly object: ObjectFile | null;
  /** -Map */
  readonly map?: string;
  /** How full the regions of MEMORY are, in bytes. */
  readonly memory?: readonly { readonly name: string; readonly used: bigint; readonly length: bigint }[];
  /** OUTPUT( ) and OUTPUT_FORMAT( ) of the script. */
  readonly output?: string;
  readonly format?: string;
  readonly diagnostics: readonly Diagnostic[];
}

const EMULATIONS: Record<string, { elfClass: 32 | 64; machine: number }> = {
  elf_i386: { elfClass: 32, machine: EM.I386 },
  elf_x86_64: { elfClass: 64, machine: EM.X86_64 },
  elf32_x86_64: { elfClass: 32, machine: EM.X86_64 },
};

const FORMAT_TARGETS: Record<string, { elfClass: 32 | 64; machine: number }> = {
  'elf32-i386': EMULATIONS.elf_i386,
  'elf64-x86-64': EMULATIONS.elf_x86_64,
  'elf32-x86-64': EMULATIONS.elf32_x86_64,
};

/** Links objects and archives into one image, as GNU ld does (info ld); what is wrong with them is in the result's diagnostics. */
export function link(files: readonly LinkFile[], options: LinkOptions = {}): LinkResult {
  const diagnostics = new DiagnosticBag();
  const run = new LinkRun(options, diagnostics);
  try {
    return run.link(files);
  } catch (error) {
    if (!(error instanceof TskvmError)) throw error;
    diagnostics.error(error.message, undefined, { notes: error.notes });
    return { image: null, object: null, diagnostics: diagnostics.all };
  }
}

class LinkRun {
  private readonly symbols: SymbolTable;
  private readonly script: Script = emptyScript();
  private readonly pulled: { member: string; by: string; symbol: string }[] = [];
  private readonly dropped = new Set<InputSection>();
  private target: { elfClass: 32 | 64; machine: number } | null;

  constructor(
    private readonly options: LinkOptions,
    private readonly diagnostics: DiagnosticBag,
  ) {
    this.symbols = new SymbolTable(diagnostics, new Set(options.wrap ?? []), options.allowMultipleDefinition ?? false);
    this.target = options.emulation ? EMULATIONS[options.emulation] : null;
    if (options.emulation && !this.target)
      throw new TskvmError(`unrecognised emulation mode: ${options.emulation} (supported: ${Object.keys(EMULATIONS).join(' ')})`, 1);
  }

  link(files: readonly LinkFile[]): LinkResult {
    const { options, script, symbols, diagnostics } = this;
    const include = (name: string): string => {
      const text = options.include?.(name);
      if (text === undefined) throw new TskvmError(`cannot find linker script ${name}`, 1);
      return text;
    };
    if (options.script) parseScript(options.script.text, options.script.name, script, include);
    const flat = options.flat || script.outputFormat === 'binary';
    if (script.outputFormat && FORMAT_TARGETS[script.outputFormat]) this.target = FORMAT_TARGETS[script.outputFormat];
    for (const name of [...(options.undefined ?? []), ...script.undefined]) symbols.require(name);
    const ownLayout = script.sections || (options.script !== undefined && !options.script.implicit);
    const start = options.entry ?? script.entry ?? (ownLayout || options.relocatable ? undefined : '_start');
    if (start !== undefined && !NUMBER.test(start)) symbols.require(start);
    const regions = new Regions(script, diagnostics);
    const defsyms = this.defsyms();
    const ordered = this.inOrder(files);
    const behind = ordered.indexOf(files[options.scriptAt ?? 0]);
    const earlier = script.sections && behind > 0 ? behind : 0;
    this.load(ordered.slice(0, earlier));
    assignEarly('first', [...defsyms, ...script.statements], symbols, regions);
    this.load(ordered.slice(earlier));
    if (symbols.objects.length === 0) throw new TskvmError('no input files', 1);
    const target = this.target!;
    if (!ownLayout) this.useDefaultLayout(target, include);
    const before = options.script === undefined ? defsyms.length : (options.defsymsBefore ?? defsyms.length);
    const statements = [...defsyms.slice(0, before), ...script.statements, ...defsyms.slice(before)];
    assignEarly('mark', statements, symbols, regions);
    if (!options.relocatable || options.defineCommon) allocateCommons(symbols, options.sortCommon);
    if (!flat) mergeProperties(symbols.objects);
    const entryName = options.entry ?? script.entry ?? 'start';
    markKept(statements, symbols.objects);
    if (options.gcSections) this.collect(options.entry ?? script.entry);
    const got = new GotTable(target.elfClass === 64 ? 8 : target.machine === EM.X86_64 ? 8 : 4, target.machine);
    if (!options.relocatable) got.scan(symbols.objects, symbols, this.namesToCome(statements));

    const placement = placeInputs(statements, symbols.objects, regions, {
      sectionStarts: options.sectionStarts ?? new Map<string, bigint>(),
      startsFirst: options.script === undefined || (options.startsFirst ?? false),
      segmentNames: segmentNamesOf(script),
      sortSection: options.sortSection,
      relocatable: options.relocatable ?? false,
      stripDebug: (options.stripDebug ?? false) || (options.stripAll ?? false),
    });
    placeOrphans(placement, symbols.objects, regions, options.unique ?? [], options.relocatable ?? false);
    for (const object of symbols.objects) for (const s of object.sections) if (s.discarded && s.size > 0) this.dropped.add(s);
    got.dropUnused();
    hideAssigned(statements, symbols);
    if (!options.relocatable) this.startStopSymbols(placement.outputs);
    let framesChanged = false;
    if (!flat) {
      if (!options.relocatable) mergeSections(placement);
      framesChanged = mergeFrames(placement, target.elfClass === 64 ? 8 : 4, !options.relocatable);
    }

    const segmentSettings = this.segmentSettings(target);
    const settings = {
      segmentStarts: options.segmentStarts ?? new Map<string, bigint>(),
      relro: (options.relro ?? true) && hasRelroInputs(statements, symbols.objects),
      maxPageSize: segmentSettings.maxPageSize,
      commonPageSize: options.commonPageSize ?? 0x1000n,
      checkSections: !options.relocatable && (options.checkSections ?? true),
      relocatable: options.relocatable ?? false,
      addressBits: target.elfClass,
      textReadonly: !options.omagic,
      again: framesChanged,
      headersAsked: (): void => {
        segmentSettings.loadHeaders = true;
      },
      sizeofHeaders: (relro: boolean, exact: boolean): bigint => {
        if (flat) return 0n;
        if (script.phdrs.length > 0) return headersSize(target.elfClass, script.phdrs.length);
        const outputs = placement.outputs.filter((o) => !o.removed);
        if (!exact) return headersSize(target.elfClass, estimateHeaders(outputs, segmentSettings, relro));
        const guess = layout.headersGuess ?? headersSize(target.elfClass, estimateHeaders(outputs, segmentSettings, relro));
        return headersSize(target.elfClass, mapSegments(outputs, segmentSettings, guess, layout.relroRange).length);
      },
    };
    const layout: Layout = new Layout(script, placement, regions, symbols, settings, diagnostics);
    layout.run();
    this.placeModuleBase(placement.outputs);
    checkCrossReferences(script, layout.kept, diagnostics);

    for (const output of layout.kept) for (const input of output.inputs) if (!input.discarded) input.finish?.();
    fillGot(got, placement.outputs);
    const relocation = relocateContext({ ...target, got, outputs: placement.outputs, unresolved: options.unresolved ?? 'error' });
    for (const output of layout.kept) {
      const elfType = output.elfTypeExpr ? Number(absolute(layout.valueOf(output.elfTypeExpr))) : undefined;
      finishTraits(output, diagnostics, target.elfClass / 8, elfType);
      if (got.plt?.output === output && got.plt.size > 0) output.entsize = got.wordSize;
      checkSize(output);
      output.contents = contents(output, target.machine);
      if (options.relocatable) continue;
      for (const input of output.inputs) if (!input.discarded) relocateSection(input, relocation, diagnostics);
    }
    if (options.relocatable) return this.joined(layout, entryName, placement.outputs);
    const entry = this.entryAddress(entryName, placement.outputs);
    const discard = options.discard ?? 'merged';
    const file = linkedObject(layout.kept, placement.outputs, symbols, { ...target, stripAll: options.stripAll ?? false, discard });
    const { object } = file;
    object.entry = entry ?? 0n;
    object.paged = segmentSettings.paged;
    object.pageSize = segmentSettings.maxPageSize;
    const value = (e: ScriptExpr): ScriptValue => layout.valueOf(e);
    const segments =
      script.phdrs.length > 0
        ? scriptSegments(script, placement.statements, value, diagnostics)
        : mapSegments(layout.kept, segmentSettings, layout.headersGuess ?? 0n, layout.relroRange);
    object.segments = plannedSegments(segments, file.sections, layout.relroRange);
    const image = imageOf(layout.kept, symbols, file, entry);
    const failed = diagnostics.errors > 0;
    const facts = { script, outputs: layout.kept, symbols, pulled: this.pulled, discarded: [...this.dropped], regions: regions.all };
    return {
      image: failed ? null : image,
      object: failed ? null : object,
      map: options.map ? linkMap(facts) : undefined,
      memory: regions.all.map(({ name, current, origin, length }) => ({ name, used: BigInt.asUintN(64, current - origin), length })),
      output: script.output,
      format: script.outputFormat,
      diagnostics: diagnostics.all,
    };
  }

  /** -r: no image, but an object. */
  private joined(layout: Layout, entryName: string, outputs: readonly OutputSection[]): LinkResult {
    const { options, symbols, diagnostics, script } = this;
    const settings = { ...this.target!, stripAll: options.stripAll ?? false, discard: options.discard ?? 'none' };
    const object = relocatableObject(layout.kept, symbols, settings);
    object.entry = this.entryAddress(entryName, outputs) ?? 0n;
    const failed = diagnostics.errors > 0;
    const facts = { script, outputs: layout.kept, symbols, pulled: this.pulled, discarded: [...this.dropped], regions: [] };
    return {
      image: failed ? null : { chunks: [], entry: undefined, symbols: [], lines: [] },
      object: failed ? null : object,
      map: options.map ? linkMap(facts) : undefined,
      output: script.output,
      format: script.outputFormat,
      diagnostics: diagnostics.all,
    };
  }

  private useDefaultLayout(target: { elfClass: 32 | 64; machine: number }, include: (name: string) => string): void {
    const { options, script } = this;
    const { omagic = false, nmagic = false, separateCode = true } = options;
    const { entry } = script;
    if (options.relocatable) {
      parseScript(relocatableScript(), 'the default layout', script, include);
      return;
    }
    parseScript(defaultScript({ ...target, omagic, nmagic, separateCode }), 'the default layout', script, include);
    script.entry = entry ?? script.entry;
  }

  private segmentSettings(target: { elfClass: 32 | 64; machine: number }): SegmentSettings {
    const { options, symbols } = this;
    const paged = !options.omagic && !options.nmagic;
    const notes = symbols.objects.map((o) => o.sections.find((s) => s.section.name === '.note.GNU-stack'));
    let stack = 0;
    if (options.stack !== undefined) stack = options.stack === 'executable' ? PF.R | PF.W | PF.X : PF.R | PF.W;
    else if (notes.some((n) => n !== undefined)) {
      const executable = notes.some((n) => n === undefined || (n.traits & SEC.CODE) !== 0);
      stack = PF.R | PF.W | (executable ? PF.X : 0);
    }
    const { maxPageSize = 0x1000n, separateCode = true, stackSize = 0n } = options;
    if (stack === 0 && stackSize > 0n) stack = PF.R | PF.W;
    return { elfClass: target.elfClass, maxPageSize, paged, separateCode, stack, stackSize, loadHeaders: false };
  }

  /**
   * The files of the command line with the script's among them, where -T stands. A section of the script that names a file brings
   * it in there, even when the command line has it further on. STARTUP is first of all.
   */
  private inOrder(files: readonly LinkFile[]): LinkFile[] {
    const { options, script } = this;
    const at = options.scriptAt ?? 0;
    const ordered = files.slice(0, at);
    for (const { name, group, kind } of script.inputs) {
      const known = kind === 'named' ? (ordered.find((f) => f.name === name) ?? files.find((f) => f.name === name)) : undefined;
      const file = known ?? options.open?.(name, kind !== 'named');
      if (!file) {
        if (kind === 'named') continue;
        throw new TskvmError(`cannot find ${name}`, 1);
      }
      if (kind === 'startup') {
        if (!options.script?.implicit) ordered.unshift(file);
      } else if (!known) ordered.push(kind === 'named' ? { ...file, name } : { ...file, group: group > 0 ? SCRIPT_GROUPS + group : 0 });
      else if (!ordered.includes(known)) ordered.push(known);
    }
    const early = new Set(ordered);
    return [...ordered, ...files.slice(at).filter((f) => !early.has(f))];
  }

  private defsyms(): TopStatement[] {
    return (this.options.defsym ?? []).map(({ name, expression }) => ({
      kind: 'assign',
      name,
      value: parseExpression(expression, '--defsym'),
      provide: false,
      hidden: false,
      at: { file: '--defsym', line: 1 },
    }));
  }

  private load(files: readonly LinkFile[]): void {
    for (let i = 0; i < files.length; i++) {
      const file = files[i];
      if (file.object) {
        this.addObject(file.name, file.name, undefined, file.object);
        continue;
      }
      const data = file.data ?? new Uint8Array();
      if (!isArchive(data)) {
        this.addObject(file.name, file.name, undefined, parse(data, file.name));
        continue;
      }
      // Archives of one group are searched again until nothing new is pulled.
      const group = [file];
      while (file.group && files[i + 1]?.group === file.group) group.push(files[++i]);
      this.loadGroup(group);
    }
  }

  private loadGroup(group: readonly LinkFile[]): void {
    const archives = group.map((file) => {
      const data = file.data ?? new Uint8Array();
      if (!isArchive(data)) {
        this.addObject(file.name, file.name, undefined, file.object ?? parse(data, file.name));
        return null;
      }
      return { file, archive: readArchive(data, file.name), taken: new Set<number>() };
    });
    for (let more = true; more;) {
      more = false;
      for (const entry of archives) {
        if (!entry) continue;
        const { file, archive, taken } = entry;
        const take = (n: number, by: string, symbol: string): void => {
          if (taken.has(n)) return;
          taken.add(n);
          const member = archive.members[n];
          const name = `${file.name}(${member.name})`;
          this.pulled.push({ member: name, by, symbol });
          this.addObject(name, file.name, member.name, parse(member.data, name));
          more = true;
        };
        if (file.whole) archive.members.forEach((_, n) => take(n, '--whole-archive', ''));
        for (let again = true; again;) {
          const before = taken.size;
          for (const symbol of this.symbols.byName.values()) {
            if (symbol.state !== 'undefined' || !symbol.referenced) continue;
            const n = archive.index.get(symbol.name);
            if (n !== undefined) take(n, symbol.object?.name ?? '-u', symbol.name);
          }
          again = taken.size > before;
        }
      }
      if (archives.length === 1) break;
    }
  }

  private addObject(name: string, file: string, member: string | undefined, object: ObjectFile): void {
    this.target ??= { elfClass: object.elfClass, machine: object.machine };
    if (object.elfClass !== this.target.elfClass || object.machine !== this.target.machine) {
      const kind = (m: { elfClass: number; machine: number }): string =>
        m.machine === EM.I386 ? 'i386' : m.elfClass === 64 ? 'i386:x86-64' : 'i386:x64-32';
      throw new TskvmError(`${kind(object)} architecture of input file \`${name}' is incompatible with ${kind(this.target)} output`, 1);
    }
    this.symbols.add(name, file, member, object);
  }

  private collect(entry: string | undefined): void {
    const { symbols, options, script } = this;
    const roots = [...(entry === undefined ? [] : [entry]), ...(options.undefined ?? []), ...script.undefined];
    collectGarbage(symbols.objects, symbols, roots, (section) => {
      this.dropped.add(section);
      if (options.printGcSections) {
        this.diagnostics.report({
          severity: 'note',
          message: `removing unused section '${section.section.name}' in file '${section.object.name}'`,
        });
      }
    });
  }

  /** What has no address yet but will: assignments of the script, bounds of sections with C names. */
  private namesToCome(statements: readonly TopStatement[]): Set<string> {
    const names = new Set<string>([MODULE_BASE]);
    for (const statement of statements) {
      const inner = statement.kind === 'output' ? statement.body : [statement];
      for (const s of inner) if (s.kind === 'assign') names.add(s.name);
    }
    for (const object of this.symbols.objects) {
      for (const { section } of object.sections)
        if (section.name[0] !== '.' && /^[A-Za-z_]\w*$/.test(section.name))
          names.add(`__start_${section.name}`).add(`__stop_${section.name}`);
    }
    return names;
  }

  /** __start_NAME and __stop_NAME of sections whose names are C identifiers (ld manual, node Orphan Sections). */
  private startStopSymbols(outputs: readonly OutputSection[]): void {
    const base = this.symbols.byName.get(MODULE_BASE);
    const threadLocal = outputs.find((o) => (o.traits & SEC.TLS) !== 0);
    if (base && !base.isDefined && threadLocal) {
      base.state = 'defined';
      base.place = threadLocal;
      base.type = STT.TLS;
      base.hiddenByScript = true;
    }
    for (const [name, symbol] of this.symbols.byName) {
      if (!name.startsWith('__st')) continue;
      const match = /^__(start|stop)_([A-Za-z_]\w*)$/.exec(name);
      if (!match || symbol.isDefined || !symbol.referenced) continue;
      const output = outputs.find((o) => o.name === match[2] && o.inputs.some((i) => !i.discarded));
      if (!output) continue;
      symbol.state = 'defined';
      symbol.place = output;
      symbol.visibility = 3;
      symbol.atEnd = match[1] === 'stop';
    }
  }

  /** Its distance from the thread pointer is 0. */
  private placeModuleBase(outputs: readonly OutputSection[]): void {
    const base = this.symbols.byName.get(MODULE_BASE);
    if (base?.type === STT.TLS && base.hiddenByScript) base.value = threadPointerOf(outputs) - threadLocalStart(outputs);
  }

  /** The entry symbol's address, a number, or where .text starts. */
  private entryAddress(name: string, outputs: readonly OutputSection[]): bigint | undefined {
    const symbol = this.symbols.byName.get(name);
    if (symbol?.isDefined) return symbol.address;
    if (NUMBER.test(name)) return BigInt(/^0[0-7]+$/.test(name) ? `0o${name.slice(1)}` : name);
    const text = outputs.find((o) => o.name === '.text');
    const explicit = this.options.entry ?? (this.options.relocatable ? undefined : this.script.entry);
    if (explicit !== undefined) {
      const otherwise = text
        ? `defaulting to ${text.address.toString(16).padStart(this.target!.elfClass / 4, '0')}`
        : 'not setting start address';
      this.diagnostics.warning(`cannot find entry symbol ${name}; ${otherwise}`);
    }
    return text?.address;
  }
}

/** Groups of the script are not those of the command line. */
const SCRIPT_GROUPS = 1_000_000;

/** Where the thread-local variables of this program begin: what TLS descriptors count from. */
const MODULE_BASE = '_TLS_MODULE_BASE_';

const NUMBER = /^(0x[0-9a-f]+|\d+)$/i;

/** Every SEGMENT_START of the script, by name. */
function segmentNamesOf(script: Script): Set<string> {
  const names = new Set<string>();
  for (const e of expressionsOf(script)) walk(e, (call) => call.name === 'SEGMENT_START' && names.add(call.names[0]));
  return names;
}

function* expressionsOf(script: Script): Generator<ScriptExpr> {
  for (const statement of script.statements) {
    if (statement.kind === 'assign') yield statement.value;
    else if (statement.kind === 'assert') yield statement.condition;
    else {
      for (const e of [statement.address, statement.loadAddress, statement.align, statement.subalign]) if (e) yield e;
      for (const inner of statement.body) {
        if (inner.kind === 'assign' || inner.kind === 'data') yield inner.value;
        else if (inner.kind === 'assert') yield inner.condition;
      }
    }
  }
}

function walk(e: ScriptExpr, visit: (call: ScriptExpr & { kind: 'call' }) => unknown): void {
  if (e.kind === 'unary') walk(e.operand, visit);
  else if (e.kind === 'binary') for (const x of [e.left, e.right]) walk(x, visit);
  else if (e.kind === 'ternary') for (const x of [e.condition, e.yes, e.no]) walk(x, visit);
  else if (e.kind === 'call') {
    visit(e);
    for (const x of e.args) walk(x, visit);
  }
}

function checkSize(output: OutputSection): void {
  if (output.nobits || output.size <= 0x7fffffff) return;
  const size = `0x${output.size.toString(16)}`;
  throw new TskvmError(
    `${output.at.file}:${output.at.line}: section ${output.name} would hold ${size} bytes, more than a file of ours can`,
    1,
  );
}

function parse(data: Uint8Array, name: string): ObjectFile {
  try {
    return readInput(data);
  } catch (error) {
    throw new TskvmError(`${name}: ${error instanceof Error ? error.message : String(error)}`, 1);
  }
}
