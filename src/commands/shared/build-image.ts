/**
 * From sources to an image in memory: preprocess .S, assemble, put the sections at their addresses. No file is written.
 * A single source without a linker script needs no linker; everything else goes through it, loaded when it is needed.
 */
import type { PreprocessResult } from '../../asm/cpp/index.js';
import { assemble, type AssembleInput, type AssembleOptions, type AssembleResult } from '../../asm/index.js';
import type { Diagnostic } from '../../diagnostics.js';
import { nodeHost } from '../../host-node.js';
import type { LazyRequire } from '../../lazy.js';
import type { Image, ObjectFile } from '../../object.js';
import { flatten } from '../../objcopy/flatten.js';
import { closest } from '../../suggest.js';
import { parseAddress, type BuildRequest } from './build-options.js';
import { milliseconds } from './clock.js';
import { readSources } from './sources.js';
import { writeStderr } from './streams.js';

declare const require: LazyRequire;

interface NamedObject {
  readonly name: string;
  readonly object: ObjectFile;
}

export interface BuildResult {
  /** null when there were errors. */
  readonly image: Image | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read. */
  readonly dependencies: readonly string[];
  /** Of the source that holds the entry: code size when a directive said it. */
  readonly entryBits?: 16 | 32 | 64;
  /** Milliseconds by stage. */
  readonly timings: { assemble: number; link: number };
}

/** Builds; throws a TskvmError only for options that are wrong. */
export function buildImage(request: BuildRequest): BuildResult {
  const started = milliseconds();
  const profile = request.profile === true ? new (require('./profile.js') as typeof import('./profile.js')).Profile() : undefined;
  const diagnostics: Diagnostic[] = [];
  const dependencies: string[] = [];
  const objects: NamedObject[] = [];
  let entryBits: 16 | 32 | 64 | undefined;
  const { inputs, failures } = readSources(request.sources.filter((source) => !isObjectFile(source)));
  diagnostics.push(...failures);
  profile?.stage('sources');
  for (const input of inputs) {
    const result = assembleSource(input, request, profile?.stage);
    diagnostics.push(...result.diagnostics.filter((diagnostic) => !request.noWarnings || diagnostic.severity !== 'warning'));
    dependencies.push(...result.dependencies);
    if (result.object) objects.push({ name: input.name, object: result.object });
    entryBits ??= result.entryBits;
  }
  const assembled = milliseconds();
  let image: Image | null = null;
  if (!diagnostics.some(isError)) {
    const linked = place(objects, request);
    diagnostics.push(...linked.diagnostics);
    dependencies.push(...request.sources.filter(isObjectFile));
    if (!diagnostics.some(isError)) image = { ...linked.image, entryBits };
    profile?.stage('link');
  }
  if (profile !== undefined) writeStderr(profile.render());
  return {
    image,
    diagnostics,
    dependencies: [...new Set(dependencies)],
    entryBits,
    timings: { assemble: assembled - started, link: milliseconds() - assembled },
  };
}

const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';

/** What goes to the linker as it is. */
const isObjectFile = (name: string): boolean => /\.(o|obj|a|elf)$/.test(name);

/** Preprocesses (.S only) and assembles one source. */
function assembleSource(input: AssembleInput, request: BuildRequest, onStage?: (stage: string) => void): AssembleResult {
  const options = asOptions(request, input.name);
  let { text } = input;
  const diagnostics: Diagnostic[] = [];
  const dependencies: string[] = [];
  if (input.name.endsWith('.S') && needsPreprocessing(text, request)) {
    const preprocessed = preprocessSource(input, request, options.abi);
    diagnostics.push(...preprocessed.diagnostics);
    dependencies.push(...preprocessed.dependencies);
    if (diagnostics.some(isError)) return { object: null, diagnostics, dependencies: [input.name, ...dependencies] };
    ({ text } = preprocessed);
    onStage?.('preprocess');
  }
  const run = (abi: '32' | '64' | 'x32'): AssembleResult => assemble([{ name: input.name, text }], { ...options, abi, onStage }, nodeHost);
  const wanted = request.abi ?? options.abi;
  let result: AssembleResult;
  if (wanted || !mentions(text, '.code64')) {
    result = run(wanted ?? '32');
  } else {
    // Relocations of 64-bit code need ELF64; but code before the first .codeNN is 32-bit, as with `as --32`.
    result = run('64');
    if (result.entryBits === undefined) result = run('32');
  }
  return { ...result, diagnostics: [...diagnostics, ...result.diagnostics], dependencies: [...dependencies, ...result.dependencies] };
}

/**
 * The assembler's options. Its option table is only loaded when there is something to look up in it. `as` looks for
 * .include and .incbin in the working folder; here they are also found beside the source, wherever it is built from.
 */
function asOptions(request: BuildRequest, source: string): AssembleOptions {
  const slash = source.lastIndexOf('/');
  const beside = slash < 0 ? [] : [source.slice(0, slash) || '/'];
  if (request.as.length === 0 && request.defsym.length === 0) return { includePaths: [...request.includePaths, ...beside] };
  const { parseAsOptions } = require('./as-options.js') as typeof import('./as-options.js');
  const words = [
    ...[...request.includePaths, ...beside].flatMap((folder) => ['-I', folder]),
    ...request.defsym.flatMap((definition) => ['--defsym', definition]),
  ];
  return parseAsOptions([...words, ...request.as], nodeHost).options;
}

/** gcc's preprocessing for a guest: no position-independent code, no headers of the host unless -I names them. */
function preprocessSource(input: AssembleInput, request: BuildRequest, abi = request.abi): PreprocessResult {
  const { preprocess } = require('../../asm/cpp/index.js') as typeof import('../../asm/cpp/index.js');
  const define = [...request.define.map((text) => ({ text })), ...request.undefine.map((text) => ({ text, undefine: true }))];
  const mode = abi ?? (mentions(input.text, '.code64') ? '64' : '32');
  return preprocess(input.text, input.name, { define, includePaths: request.includePaths, mode, pic: false, keepSpacing: true }, nodeHost);
}

/** ASCII search in bytes. */
const mentions = (text: Uint8Array, word: string): boolean =>
  Buffer.from(text.buffer, text.byteOffset, text.length).includes(word, 0, 'latin1');

/**
 * Would the C preprocessor change anything that the assembler sees? Plain sources, comments included, need not pay for
 * it. When in doubt, yes: directives, // comments, spliced lines, predefined names.
 */
export function needsPreprocessing(text: Uint8Array, request: Pick<BuildRequest, 'define' | 'undefine'>): boolean {
  if (request.define.length > 0) return true;
  const source = Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
  return /^[ \t]*#[ \t]*[a-z]|\/\/|\\\r?\n|__|\?\?|%:|\b(?:linux|unix|i386)\b|'[^\n]*\/\*|"[^\n]*\/\*/m.test(source);
}

/** `flatten` knows symbols; here is the rest: -e with a number, and with a symbol that is not there. */
function withEntry(placed: { image: Image; diagnostics: Diagnostic[] }, entry: string | undefined): typeof placed {
  if (entry === undefined || placed.image.entry !== undefined) return placed;
  if (/^\d/.test(entry)) return { ...placed, image: { ...placed.image, entry: parseAddress(entry, '--entry') } };
  const suggestion = closest(
    entry,
    placed.image.symbols.map(({ name }) => name),
  );
  return {
    ...placed,
    diagnostics: [...placed.diagnostics, { severity: 'error', message: `the entry symbol \`${entry}' is not defined`, suggestion }],
  };
}

/** Puts the objects at their addresses: one source by itself needs no linker, everything else does. */
function place(objects: readonly NamedObject[], request: BuildRequest): { image: Image; diagnostics: readonly Diagnostic[] } {
  const { script, ld, libraries, libraryPaths, at, entry } = request;
  const files = request.sources.filter(isObjectFile);
  if (objects.length === 1 && files.length + ld.length + libraries.length === 0 && script === undefined) {
    return withEntry(flatten(objects[0].object, { base: at, entry }), entry);
  }
  const { linkFiles } = require('../link.js') as typeof import('../link.js');
  const { parseLinkOptions } = require('./link-options.js') as typeof import('./link-options.js');
  // Without a script: everything from one address on, and started there unless -e says otherwise. With one: what ld and
  // objcopy -O binary make of it.
  const start = `0x${(at ?? 0n).toString(16)}`;
  const layout =
    script === undefined
      ? ['--oformat=binary', '-N', `-Ttext=${start}`, '-e', entry ?? start]
      : ['-T', script, ...(entry === undefined ? [] : ['-e', entry])];
  const words = [...layout, ...libraryPaths.flatMap((folder) => ['-L', folder]), ...ld, ...files, ...libraries.map((name) => `-l${name}`)];
  const { image, diagnostics } = linkFiles(parseLinkOptions(words), objects);
  return {
    image: image ?? { chunks: [], symbols: [], lines: [] },
    diagnostics: image || diagnostics.some(isError) ? diagnostics : [...diagnostics, { severity: 'error', message: 'nothing was linked' }],
  };
}
