/**
 * The assembler: GNU as 2.40's language for x86 ELF. One call, from sources to an object in memory.
 */
import type { Diagnostic } from '../diagnostics.js';
import type { Host } from '../host.js';
import type { LazyRequire } from '../lazy.js';
import type { ObjectFile } from '../object.js';
import { latin1, Source } from './source.js';
import { defineOptions } from './assignment.js';
import { read } from './read.js';
import { Assembler } from './assembler.js';
import { relax } from './relax.js';
import { writeObject } from './object-writer.js';
import type { X86Options } from './x86/types.js';

declare const require: LazyRequire;

export interface AssembleInput {
  /** As it shall stand in messages and in .debug_line. */
  readonly name: string;
  readonly text: Uint8Array;
}

/** The options of `as` that change the object; defaults are gas 2.40's on x86-64 Linux. */
export interface AssembleOptions {
  /** --32, --64 (default), --x32 */
  readonly abi?: '32' | '64' | 'x32';
  /** -I */
  readonly includePaths?: readonly string[];
  /** --defsym, in order. */
  readonly defsym?: readonly { readonly name: string; readonly value: bigint }[];
  readonly x86?: X86Options;
  /** -march, -mtune as written. */
  readonly march?: string;
  readonly mtune?: string;
  readonly syntax?: 'att' | 'intel';
  readonly mnemonic?: 'att' | 'intel';
  readonly nakedRegisters?: boolean;
  /** -L */
  readonly keepLocals?: boolean;
  /** -R */
  readonly readonlyData?: boolean;
  /** -W / --fatal-warnings / -Z are the command's affair: it decides what to do with the diagnostics. */
  readonly alternateMacro?: boolean;
  readonly divide?: boolean;
  readonly noexecstack?: boolean;
  readonly execstack?: boolean;
  readonly sizeCheck?: 'error' | 'warning';
  readonly sttCommon?: boolean;
  readonly stripLocalAbsolute?: boolean;
  readonly debug?: { readonly format: 'dwarf' | 'stabs'; readonly version?: 2 | 3 | 4 | 5; readonly extensions?: boolean };
  readonly x86UsedNote?: boolean;
  /** --generate-missing-build-notes */
  readonly buildNotes?: boolean;
  /** Forget encodings between statements: the differential tests compare with caches on and off. */
  readonly noCache?: boolean;
  /** Assemble on after errors and give an object all the same (-Z). */
  readonly force?: boolean;
  /** --gdwarf-cie-version */
  readonly cieVersion?: 1 | 3 | 4;
  /** --gsframe: .sframe for all procedures that the .cfi_* directives describe. */
  readonly sframe?: boolean;
  /** --gdwarf-sections */
  readonly dwarfSections?: boolean;
  /** --debug-prefix-map, the last given first. */
  readonly debugPrefixMap?: readonly { readonly from: string; readonly to: string }[];
  /** -n: alignments are filled with one-byte nops. */
  readonly plainNops?: boolean;
  /** -mindex-reg: %eiz and %riz. */
  readonly indexRegister?: boolean;
  /** --no-pad-sections */
  readonly noPadSections?: boolean;
  /** --multibyte-handling */
  readonly multibyte?: 'allow' | 'warn' | 'warn-sym-only';
  /** -J: no warning about signed overflow. */
  readonly noSignedOverflow?: boolean;
  /** -q: fewer warnings. */
  readonly quiet?: boolean;
  /** -a and --listing-*: the text comes back as `listing`. */
  readonly listing?: ListingOptions;
  /** Any further option that a stage needs is added here with the stage. */
  readonly sectnameSubst?: boolean;
  /** Record address → line for `ObjectFile.lines` (default true; `as` does without). */
  readonly lineTable?: boolean;
  /** --profile: called when a stage has ended, with its name. */
  readonly onStage?: (stage: string) => void;
}

/** What -a asked for (gas manual, node a): letters of cdghlmns; the widths are those of --listing-*. */
export interface ListingOptions {
  readonly letters: ReadonlySet<string>;
  readonly lhsWidth?: number;
  readonly lhsWidth2?: number;
  readonly rhsWidth?: number;
  readonly continuationLines?: number;
  /** Lines of the general part (-ag). */
  readonly general?: readonly string[];
}

export interface AssembleResult {
  /** null when there were errors (with -Z the command asks for it all the same: see `force`). */
  readonly object: ObjectFile | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read: for watch and --MD. */
  readonly dependencies: readonly string[];
  /** Code size set by an explicit .code16/.code32/.code64 in force at the first instruction, if any. */
  readonly entryBits?: 16 | 32 | 64;
  /** What .print wrote: for standard output. */
  readonly printed?: string;
  /** The listing, when options.listing asked for one. */
  readonly listing?: string;
}

/** Assembles the inputs one after the other, as `as` does with several files. */
export function assemble(inputs: readonly AssembleInput[], options: AssembleOptions, host: Host): AssembleResult {
  const asm = new Assembler(options, host);
  let object: ObjectFile | null = null;
  try {
    object = run(asm, inputs);
  } catch (error) {
    // Chains of definitions are followed by recursion, which has an end; a source that reaches it is no program.
    if (!(error instanceof RangeError) || !/call stack/.test(error.message)) throw error;
    asm.error('symbols are defined through too many others, or expressions are nested too deeply');
  }
  return {
    object,
    diagnostics: asm.bag.all,
    dependencies: asm.dependencies,
    printed: asm.printed,
    entryBits: asm.entryBits,
    listing: asm.listing?.render(),
  };
}

function run(asm: Assembler, inputs: readonly AssembleInput[]): ObjectFile | null {
  const { options } = asm;
  if (options.listing !== undefined) {
    const { Listing } = require('./listing.js') as typeof import('./listing.js');
    asm.listing = new Listing(asm, options.listing);
  }
  defineOptions(asm);
  asm.firstFile = inputs[0]?.name ?? '';
  if (options.x86UsedNote === true) (require('./used-note.js') as typeof import('./used-note.js')).usedNote(asm);
  if ((options.x86?.alignBranchBoundary ?? 0) > 0) {
    (require('./align-branches.js') as typeof import('./align-branches.js')).alignBranches(asm);
  }
  if (options.debug?.format === 'dwarf') startLineTable(asm);
  else if (options.debug?.format === 'stabs') (require('./dwarf/stabs.js') as typeof import('./dwarf/stabs.js')).stabs(asm);
  for (const input of inputs) {
    asm.dependencies.push(input.name);
    asm.source = new Source(input.name, latin1(input.text));
    if (!asm.source.text.endsWith('\n')) (require('./unfinished.js') as typeof import('./unfinished.js')).finishLastLine(asm);
    read(asm);
    if (asm.ended) break;
  }
  options.onStage?.('read');
  asm.settleMovingDot();
  markStack(asm);
  // A .debug_info of the source's own gets a .debug_line to refer to.
  if (asm.sectionsByName.has('.debug_info')) startLineTable(asm);
  for (const finish of asm.finishers) finish();
  if (options.buildNotes === true) (require('./build-notes.js') as typeof import('./build-notes.js')).buildNotes(asm);
  // What only shows at the end (undefined symbols, ranges) is reported even when the reading has had errors.
  let object: ObjectFile | null = null;
  options.onStage?.('finish');
  finishMergeable(asm);
  if (!asm.fatal) {
    relax(asm);
    if (asm.fatal) return null;
    options.onStage?.('relax');
    object = writeObject(asm);
    options.onStage?.('object');
    if (asm.bag.errors === 0) for (const diagnostic of asm.lastResort) asm.report(diagnostic);
    if (asm.bag.errors > 0 && options.force !== true) object = null;
  }
  return object;
}

/** Subsections of mergeable sections are filled up to the power of two in the entry size; the alignment stays. */
function finishMergeable(asm: Assembler): void {
  const { place } = asm;
  for (const section of asm.sections) {
    if ((section.flags & 0x10n) === 0n || section.entsize === 0 || section.entsize % 2 !== 0) continue;
    const { alignPower } = section;
    for (const { number } of section.chains) {
      asm.enter(section, number);
      asm.align(31 - Math.clz32(section.entsize & -section.entsize), null, 0);
    }
    section.alignPower = alignPower;
  }
  asm.enter(place.section, place.subsection);
}

/** --noexecstack and --execstack: the note by which the linker knows; one that the source made gets the flag. */
function markStack(asm: Assembler): void {
  const { execstack, noexecstack } = asm.options;
  if (execstack !== true && noexecstack !== true) return;
  const name = '.note.GNU-stack';
  const section = asm.sectionsByName.get(name)?.[0] ?? asm.makeSection(name, false);
  section.flags = execstack === true ? 4n : 0n;
}

function startLineTable(asm: Assembler): void {
  const { lineTable } = require('./dwarf/line-table.js') as typeof import('./dwarf/line-table.js');
  lineTable(asm);
}
