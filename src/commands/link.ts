/** `tskvm link`: a drop-in for GNU ld where it makes a static image. Ends in 0 or 1. */
import { TskvmError } from '../diagnostics.js';
import type { Diagnostic } from '../diagnostics.js';
import type { ObjectFile } from '../object.js';
import { HostError } from '../host.js';
import { nodeHost } from '../host-node.js';
import { isArchive } from '../objcopy/archive.js';
import { writeElf } from '../objcopy/elf/write.js';
import { isElf } from '../objcopy/elf/raw.js';
import type { LinkFile, LinkOptions, LinkResult } from '../objcopy/link/index.js';
import { link } from '../objcopy/link/index.js';
import { flatBinary } from '../objcopy/link/output.js';
import { linkLongOptions, linkShortOptions, parseLinkOptions, type LinkInput, type LinkRequest } from './shared/link-options.js';
import { writeOutputFile } from './shared/output-file.js';
import { printDiagnostics } from './shared/report.js';
import { writeStderr, writeStdout } from './shared/streams.js';

declare const __TSKVM_VERSION__: string;

const FORMATS: Record<string, { elfClass: 32 | 64; machine: number } | 'binary'> = {
  binary: 'binary',
  'elf32-i386': { elfClass: 32, machine: 3 },
  'elf64-x86-64': { elfClass: 64, machine: 62 },
  'elf32-x86-64': { elfClass: 32, machine: 62 },
};

export function run(argv: string[]): number {
  const request = parseLinkOptions(argv);
  if (request.show === 'version') {
    writeStdout(`tskvm link ${__TSKVM_VERSION__}, compatible with GNU ld 2.40\n`);
    return 0;
  }
  if (request.show === 'help') {
    writeStdout(help());
    return 0;
  }
  const result = linkFiles(request);
  if (request.mapFile && result.map !== undefined) writeOutputFile(request.mapFile, result.map);
  if (request.printMap && result.map !== undefined) writeStdout(result.map);
  if (request.memoryUsage && result.memory) writeStdout(memoryUsage(result.memory));
  const diagnostics = judge(result.diagnostics, request);
  printDiagnostics(diagnostics);
  if (!result.image || !result.object || diagnostics.some((d) => d.severity === 'error')) return 1;
  const format = request.format ?? result.format ?? 'default';
  const known = FORMATS[format];
  if (format !== 'default' && known === undefined)
    throw new TskvmError(`unrecognized output format \`${format}' (supported: ${Object.keys(FORMATS).join(' ')})`, 1);
  const data = known === 'binary' ? flatBinary(result.image) : elfFile(result.object);
  writeOutputFile(request.output ?? result.output ?? 'a.out', data, 1, known === 'binary' || request.options.relocatable ? 0o666 : 0o777);
  return 0;
}

/** The ELF file; what is odd about its segments is said. */
export function elfFile(object: ObjectFile): Uint8Array {
  const warn = (message: string): void => writeStderr(`tskvm link: ${message}\n`);
  return writeElf(object, warn, (message) => {
    throw new TskvmError(message, 1);
  });
}

/** Opens what the request names and links it. */
export function linkFiles(request: LinkRequest, objects: readonly LinkFile[] = []): LinkResult {
  const files: LinkFile[] = [...objects];
  let script: LinkOptions['script'] =
    request.script === undefined ? undefined : { name: request.script, text: readText(findScript(request.script, request.searchPath)) };
  // Objects from memory are what the command is about: its script comes first.
  let scriptAt = objects.length > 0 ? 0 : (request.scriptAt ?? 0);
  for (const input of request.inputs) {
    const file = open(input, request);
    if (request.trace) writeStderr(`${file.name}\n`);
    // Neither object nor archive: an implicit linker script (ld manual, node Implicit Linker Scripts).
    if (file.data && !isElf(file.data) && !isArchive(file.data)) {
      if (script || file.data.some((byte) => byte === 0))
        throw new TskvmError(`${file.name}: file not recognized: file format not recognized`, 1);
      script = { name: file.name, text: new TextDecoder().decode(file.data), implicit: true };
      scriptAt = files.length;
    } else files.push(file);
  }
  return link(files, {
    ...request.options,
    flat: request.format === 'binary',
    script,
    scriptAt,
    include: (name) => {
      const path = findScript(name, request.searchPath);
      return nodeHost.exists(path) ? readText(path) : undefined;
    },
    open: (name, required) => {
      const library = name.startsWith('-l');
      const path = library ? name.slice(2) : findScript(name, request.searchPath);
      // A build's objects have no files that a section could name.
      if (!required && objects.length > 0) return undefined;
      return open({ name: path, library, group: 0, whole: false }, request);
    },
  });
}

function readText(path: string): string {
  try {
    return new TextDecoder().decode(nodeHost.readFile(path));
  } catch (error) {
    if (error instanceof HostError) throw new TskvmError(`cannot open linker script file ${path}: ${error.reason}`, 1);
    throw error;
  }
}

function findScript(name: string, searchPath: readonly string[]): string {
  if (nodeHost.exists(name)) return name;
  return searchPath.map((dir) => `${dir}/${name}`).find((path) => nodeHost.exists(path)) ?? name;
}

function open(input: LinkInput, request: LinkRequest): LinkFile {
  let path = input.name;
  if (input.library) {
    const file = input.name.startsWith(':') ? input.name.slice(1) : `lib${input.name}.a`;
    const found = request.searchPath.map((dir) => `${dir}/${file}`).find((candidate) => nodeHost.exists(candidate));
    if (!found) {
      const where = request.searchPath.length > 0 ? ` in ${request.searchPath.join(', ')}` : ': no -L names a directory to search';
      throw new TskvmError(`cannot find -l${input.name} (${file})${where}`, 1);
    }
    path = found;
  }
  try {
    return { name: path, data: nodeHost.readFile(path), group: input.group || undefined, whole: input.whole };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new TskvmError(`cannot find ${path}: ${error.reason}`, 1);
  }
}

/** --print-memory-usage: sizes in the largest unit that divides them. */
function memoryUsage(regions: NonNullable<LinkResult['memory']>): string {
  const size = (n: bigint): string => {
    const shift = n % 0x40000000n === 0n ? 30n : n % 0x100000n === 0n ? 20n : n % 0x400n === 0n ? 10n : 0n;
    return shift === 0n
      ? ` ${String(n).padStart(10)} B`
      : `${String(n >> shift).padStart(10)} ${{ 10: 'KB', 20: 'MB', 30: 'GB' }[Number(shift)]}`;
  };
  let text = 'Memory region         Used Size  Region Size  %age Used\n';
  for (const { name, used, length } of regions) {
    const share = length === 0n ? '' : `    ${((Number(used) * 100) / Number(length)).toFixed(2).padStart(6)}%`;
    text += `${name.padStart(16)}: ${size(used)}${size(length)}${share}\n`;
  }
  return text;
}

function judge(diagnostics: readonly Diagnostic[], request: LinkRequest): Diagnostic[] {
  const kept = diagnostics.filter((d) => !(request.noWarnings && d.severity === 'warning'));
  return request.fatalWarnings ? kept.map((d) => (d.severity === 'warning' ? { ...d, severity: 'error' as const } : d)) : kept;
}

function help(): string {
  const row = (left: string, text: string): string => `  ${left.length > 30 ? `${left}\n${' '.repeat(34)}` : left.padEnd(32)}${text}\n`;
  let text = 'Usage: tskvm link [options] FILE…\n\nLinks objects and archives to a static image, as GNU ld 2.40 does.\n\nOptions:\n';
  for (const o of linkShortOptions)
    if (o.help && o.help !== 'ignored') text += row(`-${o.letter}${o.placeholder ? ` ${o.placeholder}` : ''}`, o.help);
  for (const o of linkLongOptions) if (!o.hidden && o.help) text += row(`--${o.name}${o.placeholder ? `=${o.placeholder}` : ''}`, o.help);
  return `${text}
Examples:
  tskvm link -Ttext=0x7c00 --oformat=binary -o boot.bin boot.o
  tskvm link -T kernel.ld -o kernel.elf boot.o main.o -Map kernel.map
`;
}
