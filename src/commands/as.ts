/** `tskvm as`: a drop-in for GNU as 2.40 on x86 ELF. Ends in 0 or 1. */
import { assemble, type AssembleResult } from '../asm/index.js';
import type { Diagnostic } from '../diagnostics.js';
import { nodeHost } from '../host-node.js';
import { writeElf } from '../objcopy/elf/write.js';
import { parseAsOptions, type AsRequest } from './shared/as-options.js';
import { milliseconds } from './shared/clock.js';
import { writeOutputFile } from './shared/output-file.js';
import { printDiagnostics } from './shared/report.js';
import { readSources } from './shared/sources.js';
import { writeStderr, writeStdout } from './shared/streams.js';

declare const require: (id: string) => unknown;

export function run(argv: string[]): number {
  const request = parseAsOptions(argv, nodeHost);
  if (request.show) {
    const { asHelp } = require('./shared/as-help.js') as typeof import('./shared/as-help.js');
    writeStdout(asHelp(request.show));
    return 0;
  }
  if (request.showVersionLine) writeStderr(`tskvm ${__TSKVM_VERSION__}, compatible with GNU assembler version 2.40\n`);
  const started = milliseconds();
  const profile = request.profile ? new (require('./shared/profile.js') as typeof import('./shared/profile.js')).Profile() : undefined;
  const { inputs, failures } = readSources(request.inputs.length > 0 ? request.inputs : ['-']);
  if (inputs.reduce((total, { text }) => total + text.length, 0) >= LARGE) compileLess();
  profile?.stage('sources');
  const { listing } = request.options;
  const options = {
    ...request.options,
    lineTable: false,
    onStage: profile?.stage,
    ...(listing?.letters.has('g') ? { listing: { ...listing, general: generalPart(argv, request) } } : {}),
  };
  const result = assemble(inputs, options, nodeHost);
  if (result.printed) writeStdout(Buffer.from(result.printed, 'latin1'));
  // A file that could not be read is reported where it stood: before all others, or behind them.
  const first = failures.filter(({ at }) => !at);
  const diagnostics = [...first, ...judge(result, request), ...failures.filter(({ at }) => at)];
  printDiagnostics(diagnostics);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  if (result.listing !== undefined) writeOutputFile(request.listingFile || '-', result.listing);
  const { object } = result;
  if (object && (errors === 0 || request.options.force)) {
    if (errors > 0) {
      const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === 'warning').length;
      writeStderr(`${count(errors, 'error')}, ${count(warnings, 'warning')}, generating bad object file\n`);
    }
    if (request.compressDebug) {
      const { compressDebugSections } = require('./shared/compress-debug.js') as typeof import('./shared/compress-debug.js');
      compressDebugSections(object, request.compressDebug);
    }
    const bytes = writeElf(object);
    profile?.stage('ELF');
    writeOutputFile(request.output, bytes);
    profile?.stage('write');
  }
  if (errors === 0 && request.dependencyFile) writeOutputFile(request.dependencyFile, makeRule(request.output, result.dependencies));
  if (request.statistics) writeStderr(`tskvm as: total time in assembly: ${((milliseconds() - started) / 1000).toFixed(6)}\n`);
  if (profile !== undefined) writeStderr(profile.render());
  return errors > 0 ? 1 : 0;
}

declare const __TSKVM_VERSION__: string;

/** What -ag puts before the listing. */
function generalPart(argv: readonly string[], request: AsRequest): string[] {
  const passed = argv.filter((word, i) => word.startsWith('-') && word !== '-' && word !== '-o' && argv[i - 1] !== '-o');
  const now = new Date();
  const offset = -now.getTimezoneOffset();
  const two = (n: number): string => String(n).padStart(2, '0');
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const local = new Date(now.getTime() + offset * 60_000).toISOString().slice(0, 19);
  return [
    ' GNU assembler version 2.40 (x86_64-linux-gnu)',
    `\t as made by tskvm ${__TSKVM_VERSION__}.`,
    ` options passed\t: ${passed.map((word) => `${word} `).join('')}`,
    ` input file    \t: ${request.inputs[0] ?? '{standard input}'}`,
    ` output file   \t: ${request.output}`,
    ' target        \t: x86_64-pc-linux-gnu',
    ` time stamp    \t: ${local}.000${zone}`,
    '',
  ];
}

/** Bytes of source from which it pays to hold V8's optimizing compiler back. */
const LARGE = 1 << 17;

/**
 * A large source is read once: what V8 spends on optimizing the assembler's lukewarm functions is not earned back. Functions
 * become hot later, and take less of others into themselves. These flags change how fast code runs, never what it does.
 */
function compileLess(): void {
  const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
  try {
    for (const flag of ['--interrupt-budget=400000', '--max-inlined-bytecode-size-cumulative=300', '--always-sparkplug'])
      setFlagsFromString(flag);
  } catch {
    // Not V8 (Bun): it has no such flags.
  }
}

/** "1 warning", "2 warnings" */
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** -W and --fatal-warnings. */
function judge(result: AssembleResult, request: AsRequest): Diagnostic[] {
  if (request.noWarnings) return result.diagnostics.filter((diagnostic) => diagnostic.severity !== 'warning');
  const warnings = result.diagnostics.filter((diagnostic) => diagnostic.severity === 'warning').length;
  const errors = result.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  if (!request.fatalWarnings || warnings === 0 || errors) return [...result.diagnostics];
  const file = result.diagnostics.find((diagnostic) => diagnostic.at)?.at?.file;
  return [
    ...result.diagnostics,
    { severity: 'error', message: `${count(warnings, 'warning')}, treating warnings as errors`, at: file ? { file, line: 0 } : undefined },
  ];
}

/** What make reads: the object and what it was made from, last first, in lines of at most 72 columns, as GNU as writes it. */
export function makeRule(target: string, dependencies: readonly string[]): string {
  const quote = (name: string): string => name.replace(/([ \t#\\])/g, '\\$1').replaceAll('$', '$$$$');
  let text = `${quote(target)}:`;
  let column = text.length;
  for (const name of [...new Set(dependencies)].reverse().map(quote)) {
    if (column + 1 + name.length > 71) {
      text += ' \\\n';
      column = 0;
    }
    text += ` ${name}`;
    column += 1 + name.length;
  }
  return `${text}\n`;
}
