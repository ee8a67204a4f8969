/** A batch of links by ours and by GNU ld, compared: image, symbols, section headers, program headers, acceptance. */
import { linkFiles } from '../../src/commands/link.js';
import { parseLinkOptions } from '../../src/commands/shared/link-options.js';
import { assemble } from '../../src/asm/index.js';
import { memoryHost } from '../../src/host.js';
import { parseElf } from '../../src/objcopy/elf/raw.js';
import { readElf } from '../../src/objcopy/elf/read.js';
import { writeElf } from '../../src/objcopy/elf/write.js';
import { flatBinary } from '../../src/objcopy/link/output.js';
import type { LinkCase } from './link-generator.js';

export interface Finding {
  readonly kind: 'accept' | 'image' | 'symbols' | 'sections' | 'segments' | 'text';
  readonly text: string;
}

export interface Compared {
  readonly seed: number;
  readonly findings: readonly Finding[];
  readonly theirText: string;
  readonly ourText: string;
  readonly accepted: boolean;
}

interface Files {
  existsSync(path: string): boolean;
  mkdirSync(path: string, options?: { recursive: boolean }): unknown;
  readFileSync(path: string): Uint8Array;
  statSync(path: string): { size: number };
  writeFileSync(path: string, data: Uint8Array | string): void;
}

const quote = (word: string): string => `'${word.replace(/'/g, "'\\''")}'`;

export const scriptOf = (c: LinkCase): string => `-- options: ${c.options.join(' ')} (${c.bits} bits)\n${c.script ?? '-- default layout'}`;

function argumentsOf(c: LinkCase): string[] {
  return [
    '-m',
    c.bits === 32 ? 'elf_i386' : 'elf_x86_64',
    ...(c.script === null ? [] : ['-T', 'x.ld']),
    ...c.options,
    ...c.sources.map((_, i) => `${'abc'[i]}.o`),
  ];
}

export function compareLinks(cases: readonly (LinkCase & { seed: number })[], shell: (script: string) => unknown, fs: Files): Compared[] {
  const home = process.cwd();
  const commands: string[] = [];
  for (const c of cases) {
    const folder = `case${c.seed}`;
    fs.mkdirSync(folder, { recursive: true });
    c.sources.forEach((text, i) => {
      const { object, diagnostics } = assemble(
        [{ name: 'x.s', text: new TextEncoder().encode(text) }],
        { abi: c.bits === 32 ? '32' : '64', lineTable: false },
        memoryHost({}),
      );
      if (!object) throw new Error(`seed ${c.seed}: ${diagnostics[0]?.message}\n${text}`);
      fs.writeFileSync(`${folder}/${'abc'[i]}.o`, writeElf(object));
    });
    if (c.script !== null) fs.writeFileSync(`${folder}/x.ld`, c.script);
    const words = argumentsOf(c).map(quote).join(' ');
    commands.push(`(cd ${folder}; timeout 10 ld -o gnu.elf ${words} 2>gnu.err && objcopy -O binary gnu.elf gnu.bin 2>/dev/null)`);
  }
  shell(`${commands.join('\n')}\ntrue\n`);
  return cases.map((c) => {
    process.chdir(`case${c.seed}`);
    try {
      return compareOne(c, fs);
    } finally {
      process.chdir(home);
    }
  });
}

function compareOne(c: LinkCase & { seed: number }, fs: Files): Compared {
  const findings: Finding[] = [];
  const note = (kind: Finding['kind'], text: string): void => void findings.push({ kind, text });
  const theirText = new TextDecoder().decode(fs.readFileSync('gnu.err')).trim();
  const accepted = fs.existsSync('gnu.elf');
  // objcopy refuses to make an image of what is spread over gigabytes, or of nothing.
  if (accepted && !fs.existsSync('gnu.bin')) return { seed: c.seed, findings, theirText, ourText: '', accepted };
  // Some layouts make files of gigabytes.
  if (accepted && fs.statSync('gnu.bin').size > 1 << 26) return { seed: c.seed, findings, theirText, ourText: '', accepted };
  let ourText = '';
  const done = (): Compared => ({ seed: c.seed, findings, theirText, ourText, accepted });
  let ours: ReturnType<typeof linkFiles>;
  try {
    ours = linkFiles(parseLinkOptions(argumentsOf(c)));
  } catch (error) {
    ourText = error instanceof Error ? (error.stack ?? error.message) : String(error);
    note('accept', `threw: ${ourText.split('\n').slice(0, 3).join(' ')}`);
    return done();
  }
  ourText = ours.diagnostics.map((d) => `${d.severity}: ${d.message}`).join('\n');
  let mine = new Uint8Array();
  if (ours.object) {
    const fail = (message: string): never => {
      throw new Error(message);
    };
    try {
      mine = writeElf(ours.object, (message) => (ourText += `\n${message}`), fail) as Uint8Array<ArrayBuffer>;
    } catch (error) {
      ourText += `\n${String(error)}`;
      ours = { ...ours, object: null };
    }
  }
  if (/internal error|Segmentation/.test(theirText)) return done();
  if ((ours.object !== null) !== accepted) {
    note('accept', accepted ? `ld accepts; ours: ${ourText}` : `ld: ${theirText.split('\n')[0]}; ours accepts`);
    return done();
  }
  if (messages(theirText) !== messages(ourText)) note('text', `\n  ld: ${theirText}\n  ours: ${ourText}`);
  if (!ours.object || !ours.image) return done();
  const theirs = fs.readFileSync('gnu.elf');
  fs.writeFileSync('our.elf', mine);
  if (!/ adjusted to |can't be allocated/.test(theirText)) {
    let image = new Uint8Array();
    try {
      image = flatBinary(ours.image) as Uint8Array<ArrayBuffer>;
    } catch (error) {
      note('image', String(error));
    }
    compareImage(fs.readFileSync('gnu.bin'), image, note);
  }
  compareTables(theirs, mine, note);
  return done();
}

/** Wording apart from program names, source places and what only newer or older systems say. */
function messages(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^(ld: |error: |warning: |note: )+/, '').replace(/^(ld: )?warning: /, ''))
    .filter((line) => line !== '' && !/RWX|GNU-stack|executable stack|deprecated and may be removed/.test(line))
    .sort()
    .join('\n');
}

function compareImage(theirs: Uint8Array, ours: Uint8Array, note: (kind: Finding['kind'], text: string) => void): void {
  if (theirs.length !== ours.length) return note('image', `${ours.length} bytes instead of ${theirs.length}`);
  for (let i = 0; i < theirs.length; i++)
    if (theirs[i] !== ours[i])
      return note('image', `byte 0x${i.toString(16)}: ${ours[i].toString(16)} instead of ${theirs[i].toString(16)}`);
}

const short = (v: bigint | number): string => v.toString(16);

function compareTables(theirs: Uint8Array, mine: Uint8Array, note: (kind: Finding['kind'], text: string) => void): void {
  const [a, b] = [theirs, mine].map((bytes) => ({ raw: parseElf(bytes), object: readElf(bytes) }));
  if (a.raw.entry !== b.raw.entry) note('sections', `entry ${short(b.raw.entry)} instead of ${short(a.raw.entry)}`);
  const header = (s: (typeof a.raw.sections)[number]): string =>
    `${s.name} type ${s.type} addr ${short(s.address)} off ${short(s.offset)} size ${short(s.size)} flags ${short(s.flags)} align ${s.align} entsize ${s.entsize}`;
  const tables = /^\.(symtab|strtab|shstrtab)$/;
  const list = (e: typeof a): string[] => e.raw.sections.filter((s) => !tables.test(s.name)).map(header);
  firstDifference(list(a), list(b), (text) => note('sections', text));
  const segment = (s: (typeof a.raw.segments)[number]): string =>
    `type ${short(s.type)} off ${short(s.offset)} va ${short(s.virtualAddress)} pa ${short(s.physicalAddress)} filesz ${short(s.fileSize)} memsz ${short(s.memorySize)} flags ${s.flags} align ${short(s.align)}`;
  firstDifference(a.raw.segments.map(segment), b.raw.segments.map(segment), (text) => note('segments', text));
  const symbol = (s: (typeof a.object.symbols)[number]): string =>
    `${s.name} = ${short(s.value)} size ${s.size} bind ${s.binding} type ${s.type} other ${s.other} in ${typeof s.section === 'object' ? s.section.name : s.section}`;
  const symbols = (e: typeof a): string[] =>
    e.object.symbols
      .filter((s) => s.type !== 3)
      .map(symbol)
      .sort();
  const [left, right] = [symbols(a), symbols(b)];
  const [missing, extra] = [left.filter((s) => !right.includes(s)), right.filter((s) => !left.includes(s))];
  if (missing.length + extra.length > 0)
    note('symbols', `\n    ld: ${missing.join('\n        ')}\n    ours: ${extra.join('\n          ')}`);
}

function firstDifference(theirs: readonly string[], ours: readonly string[], report: (text: string) => void): void {
  for (let i = 0; i < Math.max(theirs.length, ours.length); i++) {
    if (theirs[i] === ours[i]) continue;
    report(`#${i}\n    ld:   ${theirs[i] ?? '-'}\n    ours: ${ours[i] ?? '-'}`);
    return;
  }
}
