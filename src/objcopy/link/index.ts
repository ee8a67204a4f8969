/**
 * The linker: objects and archives → one program at fixed addresses, as GNU ld 2.40 makes a static one. Stages in order:
 * load → resolve → place → merge → lay out → relocate → image.
 */
import type { Diagnostic } from '../../diagnostics.js';
import { DiagnosticBag, TskvmError } from '../../diagnostics.js';
import type { Image, ObjectFile } from '../../object.js';
import { isArchive, readArchive } from '../archive.js';
import { EM } from '../elf/constants.js';
import { readElf } from '../elf/read.js';
import { placeInputs, type Placement } from './assign.js';
import type { Script, TopStatement } from './ast.js';
import { allocateCommons } from './commons.js';
import { defaultScript } from './default-script.js';
import { mergeFrames } from './eh-frame.js';
import { collectGarbage } from './gc.js';
import { GotTable } from './got.js';
import { SymbolTable } from './inputs.js';
import { Layout } from './layout.js';
import { linkMap } from './map.js';
import { mergeSections } from './merge.js';
import type { InputSection } from './model.js';
import { OutputSection } from './model.js';
import { fillGot, imageOf, linkedObject } from './output.js';
import { placeOrphans } from './orphans.js';
import { mergeProperties } from './properties.js';
import { relocateSection } from './relocate.js';
import { hasRelroInputs } from './relro.js';
import { emptyScript, parseExpression, parseScript } from './script-parser.js';
import { assignOffsets, headerCount, headersSize, makeSegments } from './segments.js';

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
  /** -T: name and text of the script. */
  readonly script?: { readonly name: string; readonly text: string };
  /** Text of a file that a script INCLUDEs; undefined: not found. */
  readonly include?: (name: string) => string | undefined;
  /** A file that a script names with INPUT or GROUP, `-lname` too. */
  readonly open?: (name: string) => LinkFile | undefined;
  /** -e: a symbol or a number. */
  readonly entry?: string;
  /** -Ttext=, -Tdata=, -Tbss=, --section-start. */
  readonly sectionStarts?: ReadonlyMap<string, bigint>;
  /** -Ttext-segment, --image-base: by segment name. */
  readonly segmentStarts?: ReadonlyMap<string, bigint>;
  /** --defsym NAME=EXPRESSION */
  readonly defsym?: readonly { readonly name: string; readonly expression: string }[];
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
  /** `-m`: elf_i386, elf_x86_64, elf32_x86_64; else the first object decides. */
  readonly emulation?: string;
  readonly map?: boolean;
  /** --oformat binary: as ld then does, mergeable strings and frames stay as they are, and there are no headers. */
  readonly flat?: boolean;
}

export interface LinkResult {
  /** null when there were errors. */
  readonly image: Image | null;
  readonly object: ObjectFile | null;
  /** -Map */
  readonly map?: string;
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
  private readonly dropped: InputSection[] = [];
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
    if (script.outputFormat && FORMAT_TARGETS[script.outputFormat]) this.target = FORMAT_TARGETS[script.outputFormat];
    for (const name of [...(options.undefined ?? []), ...script.undefined]) symbols.require(name);
    const entryName = options.entry ?? script.entry ?? '_start';
    if (!/^(0x[0-9a-f]+|\d+)$/i.test(entryName) && (options.entry ?? script.entry) !== undefined) symbols.require(entryName);
    this.load([...files, ...this.scriptFiles()]);
    if (symbols.objects.length === 0) throw new TskvmError('no input files', 1);
    const target = this.target!;

    if (!script.sections)
      parseScript(
        defaultScript({
          ...target,
          omagic: options.omagic ?? false,
          nmagic: options.nmagic ?? false,
          separateCode: options.separateCode ?? true,
        }),
        'the default layout',
        script,
        include,
      );
    const statements = [...this.defsyms(), ...script.statements];
    allocateCommons(symbols);
    if (!options.flat) mergeProperties(symbols.objects);
    const got = new GotTable(target.elfClass === 64 ? 8 : target.machine === EM.X86_64 ? 8 : 4, target.machine);

    // Sections are placed once to learn what KEEP keeps; with --gc-sections a second time without the dead.
    if (options.gcSections) this.collect(statements, entryName);
    this.declareScriptNames(statements);
    got.scan(symbols.objects, symbols, this.namesToCome(statements));
    const placement = placeInputs(statements, symbols.objects);
    for (const object of symbols.objects)
      for (const s of object.sections) if (s.discarded && s.size > 0 && !this.dropped.includes(s)) this.dropped.push(s);
    this.startSections(placement);
    placeOrphans(placement, options.unique ?? []);
    this.startStopSymbols(placement.outputs);
    if (!options.flat) {
      mergeSections(placement);
      mergeFrames(placement, target.elfClass === 64 ? 8 : 4);
    }

    const maxPageSize = options.maxPageSize ?? 0x1000n;
    const segmentSettings = {
      maxPageSize,
      paged: !options.omagic && !options.nmagic,
      separateCode: !options.omagic && !options.nmagic && (options.separateCode ?? true),
      stackNote: symbols.objects.some((o) => o.sections.some((s) => s.section.name === '.note.GNU-stack')),
    };
    const settings = {
      sectionStarts: options.sectionStarts ?? new Map<string, bigint>(),
      segmentStarts: options.segmentStarts ?? new Map<string, bigint>(),
      relro: (options.relro ?? true) && hasRelroInputs(statements, symbols.objects),
      maxPageSize,
      commonPageSize: options.commonPageSize ?? 0x1000n,
      checkSections: options.checkSections ?? true,
      addressBits: target.elfClass,
      sizeofHeaders: () =>
        options.flat
          ? 0n
          : headersSize(
              target.elfClass,
              headerCount(script, placement.outputs, segmentSettings) + (segmentSettings.paged && layout.hasRelro ? 1 : 0),
            ),
    };
    const layout: Layout = new Layout(script, placement, symbols, settings, diagnostics);
    layout.declareSymbols();
    layout.run();

    for (const output of placement.outputs) for (const input of output.inputs) if (!input.discarded) input.finish?.();
    fillGot(got, placement.outputs);
    const relocation = { ...target, got, outputs: placement.outputs, unresolved: options.unresolved ?? ('error' as const) };
    for (const output of placement.outputs) {
      if (output.removed) continue;
      for (const input of output.inputs) if (!input.discarded) relocateSection(input, relocation, diagnostics);
    }
    const entry = this.entryAddress(entryName, placement.outputs);
    const file = linkedObject(placement.outputs, symbols, {
      ...target,
      entry: entry ?? 0n,
      stripAll: options.stripAll ?? false,
      stripDebug: options.stripDebug ?? false,
      maxPageSize,
      segments: undefined,
    });
    file.object.segments = makeSegments(script, placement.outputs, file.sections, (e) => layout.valueOf(e), segmentSettings);
    assignOffsets(file.object.segments, target.elfClass, maxPageSize);
    const image = imageOf(placement.outputs, symbols, file, entry);
    const failed = diagnostics.errors > 0;
    return {
      image: failed ? null : image,
      object: failed ? null : file.object,
      map: options.map
        ? linkMap({
            script,
            outputs: placement.outputs,
            symbols,
            pulled: this.pulled,
            discarded: this.dropped,
            regions: layout.declaredRegions(),
          })
        : undefined,
      output: script.output,
      format: script.outputFormat,
      diagnostics: diagnostics.all,
    };
  }

  /** --section-start of a section that the layout does not mention: it comes first. */
  private startSections({ entries, outputs, orphans }: Placement): void {
    for (const name of this.options.sectionStarts?.keys() ?? []) {
      if (outputs.some((o) => o.name === name) || !orphans.some((o) => o.section.name === name)) continue;
      const output = new OutputSection(name, null);
      outputs.unshift(output);
      entries.unshift({ kind: 'section', output, body: [] });
    }
  }

  private scriptFiles(): LinkFile[] {
    return this.script.inputs.map(({ name, group }) => {
      const file = this.options.open?.(name);
      if (!file) throw new TskvmError(`cannot find ${name}`, 1);
      return { ...file, group };
    });
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

  private collect(statements: readonly TopStatement[], entry: string): void {
    const { symbols, options, script } = this;
    const trial = placeInputs(statements, symbols.objects);
    for (const output of trial.outputs) for (const input of output.inputs) input.output = null;
    const roots = [entry, ...(options.undefined ?? []), ...script.undefined];
    collectGarbage(symbols.objects, symbols, roots, (section) => {
      this.dropped.push(section);
      if (options.printGcSections) {
        this.diagnostics.report({
          severity: 'note',
          message: `removing unused section '${section.section.name}' in file '${section.object.name}'`,
        });
      }
    });
  }

  /** Names that script expressions mention count as referenced, so that PROVIDE can supply them. */
  private declareScriptNames(statements: readonly TopStatement[]): void {
    for (const statement of statements) {
      if (statement.kind === 'assign' && !statement.provide && statement.name !== '.') this.symbols.require(statement.name);
    }
  }

  /** What has no address yet but will: assignments of the script, bounds of sections with C names. */
  private namesToCome(statements: readonly TopStatement[]): Set<string> {
    const names = new Set<string>();
    for (const statement of statements) {
      const inner = statement.kind === 'output' ? statement.body : [statement];
      for (const s of inner) if (s.kind === 'assign') names.add(s.name);
    }
    for (const object of this.symbols.objects) {
      for (const { section } of object.sections)
        if (/^[A-Za-z_]\w*$/.test(section.name)) names.add(`__start_${section.name}`).add(`__stop_${section.name}`);
    }
    return names;
  }

  /** __start_NAME and __stop_NAME of sections whose names are C identifiers (ld manual, node Orphan Sections). */
  private startStopSymbols(outputs: readonly OutputSection[]): void {
    for (const [name, symbol] of this.symbols.byName) {
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

  private entryAddress(name: string, outputs: readonly OutputSection[]): bigint | undefined {
    const symbol = this.symbols.byName.get(name);
    if (symbol?.isDefined) return symbol.address;
    if (/^(0x[0-9a-f]+|\d+)$/i.test(name)) return BigInt(name);
    const text = outputs.find((o) => o.name === '.text' && !o.removed);
    const explicit = this.options.entry ?? this.script.entry;
    if (explicit !== undefined) {
      this.diagnostics.warning(
        `cannot find entry symbol ${name}; ${text ? `defaulting to ${text.address.toString(16).padStart(this.target!.elfClass / 4, '0')}` : 'not setting start address'}`,
      );
    }
    return undefined;
  }
}

function parse(data: Uint8Array, name: string): ObjectFile {
  try {
    return readElf(data);
  } catch (error) {
    throw new TskvmError(`${name}: ${error instanceof Error ? error.message : String(error)}`, 1);
  }
}
