/** `tskvm size`: the sizes of sections, in GNU size's columns. */
import { readFile } from '../host-node.js';
import { expandResponses, getopt } from '../objcopy/getopt.js';
import { SEC, type Program } from '../objcopy/model.js';
import { readBinaries, type Binary } from './shared/binaries.js';
import { writeStderr, writeStdout } from './shared/streams.js';

type Radix = 8 | 10 | 16;

interface Request {
  format: 'berkeley' | 'sysv' | 'gnu';
  radix: Radix;
  totals: boolean;
  common: boolean;
  target?: string;
}

const USAGE = `Usage: tskvm size [option(s)] [file(s)]

Shows the sizes of the sections of objects, executables and archives (a.out when no file is given).

  -A, -B, -G, --format=sysv|berkeley|gnu   how (default: berkeley)
  -o, -d, -x, --radix=8|10|16              numbers
  -t, --totals                             a row with the sums
      --common                             count common symbols as .bss
      --target=FORMAT                      read FORMAT instead of guessing
`;

export function run(argv: string[]): number {
  const request: Request = { format: 'berkeley', radix: 10, totals: false, common: false };
  const parsed = getopt(expandResponses(argv, responseText), {
    short: 'ABGHhVvdfotx',
    long: { common: 'none', format: 'required', radix: 'required', target: 'required', totals: 'none', version: 'none', help: 'none' },
  });
  const usage = (message: string): number => {
    writeStderr(`size: ${message}\n${USAGE}`);
    return 1;
  };
  for (const { name, value = '' } of parsed.options) {
    if ('hH'.includes(name) || name === 'help') {
      writeStdout(USAGE);
      return 0;
    }
    if ('vV'.includes(name) || name === 'version') {
      writeStdout('tskvm size, compatible with GNU size 2.40\n');
      return 0;
    }
    const formats: Record<string, Request['format']> = {
      A: 'sysv',
      B: 'berkeley',
      G: 'gnu',
      S: 'sysv',
      s: 'sysv',
      b: 'berkeley',
      g: 'gnu',
    };
    const radixes: Record<string, Radix> = { o: 8, d: 10, x: 16 };
    if (name === 'format') {
      if (!'BbSsAaGg'.includes(value[0] ?? '-')) return usage(`invalid argument to --format: ${value}`);
      request.format = formats[value[0]] ?? 'sysv';
    } else if (name === 'radix') {
      if (!['8', '10', '16'].includes(value)) {
        writeStderr(`size: Invalid radix: ${value}\n\n`);
        return usage('try --radix=8, 10 or 16');
      }
      request.radix = Number(value) as Radix;
    } else if (formats[name]) request.format = formats[name];
    else if (radixes[name]) request.radix = radixes[name];
    else if (name === 't' || name === 'totals') request.totals = true;
    else if (name === 'common') request.common = true;
    else if (name === 'target') request.target = value;
  }
  if (parsed.error !== undefined) return usage(parsed.error);
  return show(request, parsed.operands.length > 0 ? parsed.operands : ['a.out']);
}

function responseText(path: string): string | null {
  try {
    return Buffer.from(readFile(path)).toString('latin1');
  } catch {
    return null;
  }
}

function show(request: Request, files: readonly string[]): number {
  let status = 0;
  const warn = (message: string): void => writeStderr(`size: ${message}\n`);
  const complain = (message: string): void => {
    // GNU's size tells a file that is missing from one that it cannot read by its exit status.
    status = message.endsWith('file format not recognized') ? 3 : 1;
    warn(message);
  };
  let out = '';
  const sums = { text: 0, data: 0, bss: 0 };
  let header = '';
  if (request.format === 'berkeley') header = `   text\t   data\t    bss\t    ${request.radix === 8 ? 'oct' : 'dec'}\t    hex\tfilename\n`;
  else if (request.format === 'gnu') header = '      text       data        bss      total filename\n';
  for (const file of files) {
    const found = readBinaries(file, complain, warn, request.target);
    for (const binary of found?.binaries ?? []) {
      if (request.format === 'sysv') out += sysv(request, binary);
      else out += (out === '' ? header : '') + summary(request, binary, sums);
    }
  }
  if (request.totals && request.format !== 'sysv') out += row(request, sums, '(TOTALS)');
  writeStdout(out);
  return status;
}

/** Bytes of code and constants, of data, of zeros. GNU's own format counts constants as data. */
function classify(request: Request, program: Program): { text: number; data: number; bss: number } {
  const sizes = { text: 0, data: 0, bss: 0 };
  for (const { flags, size } of program.sections) {
    if ((flags & SEC.ALLOC) === 0) continue;
    if ((flags & SEC.CODE) !== 0 || (request.format === 'berkeley' && (flags & SEC.READONLY) !== 0)) sizes.text += size;
    else if ((flags & SEC.HAS_CONTENTS) !== 0) sizes.data += size;
    else sizes.bss += size;
  }
  if (request.common) sizes.bss += commons(program);
  return sizes;
}

function commons(program: Program): number {
  return program.symbols.reduce((sum, s) => sum + (s.section === 'common' ? Number(s.value) : 0), 0);
}

function summary(request: Request, binary: Binary, sums: { text: number; data: number; bss: number }): string {
  const sizes = classify(request, binary.program);
  sums.text += sizes.text;
  sums.data += sizes.data;
  sums.bss += sizes.bss;
  return row(request, sizes, binary.name + (binary.archive ? ` (ex ${binary.archive})` : '') + core(binary));
}

/** GNU's says so, and ends the line once more. */
function core(binary: Binary): string {
  return binary.program.elf?.type === 4 ? ' (core file)\n' : '';
}

function row(request: Request, sizes: { text: number; data: number; bss: number }, name: string): string {
  const total = sizes.text + sizes.data + sizes.bss;
  const columns = [sizes.text, sizes.data, sizes.bss];
  if (request.format === 'gnu') return `${[...columns, total].map((n) => text(n, request.radix).padStart(10)).join(' ')} ${name}\n`;
  const sum = total.toString(request.radix === 8 ? 8 : 10).padStart(7);
  return `${columns.map((n) => text(n, request.radix).padStart(7)).join('\t')}\t${sum}\t${total.toString(16).padStart(7)}\t${name}\n`;
}

function text(value: number | bigint, radix: Radix): string {
  return (radix === 8 ? '0' : radix === 16 ? '0x' : '') + value.toString(radix);
}

function sysv(request: Request, binary: Binary): string {
  const rows = binary.program.sections.map((s) => ({ name: s.name, size: s.size, vma: s.vma }));
  if (request.common) rows.push({ name: '*COM*', size: commons(binary.program), vma: 0n });
  let total = 0;
  let highest = 0n;
  let width = 0;
  for (const r of rows) {
    total += r.size;
    if (r.vma > highest) highest = r.vma;
    width = Math.max(width, r.name.length);
  }
  const sizeWidth = Math.max(4, text(total, request.radix).length);
  const vmaWidth = Math.max(4, text(highest, request.radix).length);
  let out = `${binary.name}  ${binary.archive ? ` (ex ${binary.archive})` : ''}:\n`;
  out += `${'section'.padEnd(width)}   ${'size'.padStart(sizeWidth)}   ${'addr'.padStart(vmaWidth)}\n`;
  for (const r of rows) {
    out += `${r.name.padEnd(width)}   ${text(r.size, request.radix).padStart(sizeWidth)}   ${text(r.vma, request.radix).padStart(vmaWidth)}\n`;
  }
  return `${out}${'Total'.padEnd(width)}   ${text(total, request.radix).padStart(sizeWidth)}\n\n${core(binary)}\n`;
}
