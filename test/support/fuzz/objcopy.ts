/** objcopy and the ELF readers: mutated objects and linked programs. A case is a line of options and the file. */
import { deflateSync, inflateSync } from 'node:zlib';
import { assemble } from '../../../src/asm/index.js';
import { memoryHost } from '../../../src/host.js';
import { FormatError, parseElf } from '../../../src/objcopy/elf/raw.js';
import { readElf } from '../../../src/objcopy/elf/read.js';
import { writeElf } from '../../../src/objcopy/elf/write.js';
import { ObjcopyError } from '../../../src/objcopy/errors.js';
import { objcopy } from '../../../src/objcopy/index.js';
import { link } from '../../../src/objcopy/link/index.js';
import { toBytes } from '../../../src/objcopy/model.js';
import { parseOptions } from '../../../src/objcopy/options.js';
import * as headers from '../../../src/commands/readelf/headers.js';
import * as tables from '../../../src/commands/readelf/tables.js';
import type { Random } from '../random.js';
import { latin1, noise, textOf, type Target } from './target.js';

// prettier-ignore
const optionSets = ['', '-O binary', '-S', '-g', '-O ihex', '-O srec', '-O verilog', '--strip-unneeded', '-R .data', '--only-keep-debug', '--change-addresses=16', '--gap-fill=1 -O binary',
  '--compress-debug-sections', '--decompress-debug-sections', '-O elf32-i386', '--prefix-symbols=p_', '--weaken', '--localize-hidden', '-j .text', '--only-section=.data -O binary', '--set-start=7',
  '--rename-section .text=.new', '--pad-to=0x100 -O binary', '--add-symbol x=.text:1', '-I binary -O elf64-x86-64 -B i386', '-I ihex -O binary', '-I srec -O ihex', '-x', '-X', '-K main -G f', '--extract-symbol'];

const source = `.globl main, _start, absolute, hid, g\n.type main, @function\n_start: main: nop; call foo; jmp local\n.size main, .-main\n.data\nptr: .quad main, local+4, foo
.bss\nbuffer: .zero 100\n.section .rodata.str1.1,"aMS",@progbits,1\n.string "abc"\n.section .text.hot,"ax",@progbits\n.p2align 6\nlocal: call main\n.comm shared,8,4\n.weak w\nw:
.section .init_array,"aw",@init_array\n.quad local\n.section .tdata,"awT",@progbits\n.long 1\n.section .tbss,"awT",@nobits\n.zero 4\n.set absolute, 0x1234\n.hidden hid\n.text\nhid: nop
.section .text.g,"axG",@progbits,g,comdat\ng: ret\n.section .note.x,"a",@note\n.long 4,4,1\n.asciz "GNU"\n.long 0\n.section .debug_info,"",@progbits\n.long 1, local\n.zero 64\n.symver w,w@V1\n.cfi_sections .eh_frame\n.text\n.cfi_startproc\nfoo: ret\n.cfi_endproc\n`;

let made: Uint8Array[] | undefined;
function files(): Uint8Array[] {
  if (made) return made;
  made = [];
  for (const abi of ['64', '32', 'x32'] as const) {
    const text = latin1(abi === '32' ? source.replaceAll('.quad', '.long') : source);
    const { object, diagnostics } = assemble(
      [{ name: 'x.s', text }],
      { abi, lineTable: false, debug: abi === '64' ? { format: 'dwarf', version: 5 } : undefined },
      memoryHost({}),
    );
    if (object === null) throw new Error(diagnostics.map((d) => `${d.at?.line} ${d.message}`).join('\n'));
    const data = writeElf(object);
    made.push(data);
    const linked = link([{ name: 'x.o', data }], {});
    if (linked.object === null) throw new Error(linked.diagnostics.map((d) => d.message).join('\n'));
    made.push(writeElf(linked.object));
  }
  made.push(
    latin1(':10000000B048E6F1B065E6F1B06CE6F1B06CE6F1E6\n:00000001FF\n'),
    latin1('S00600004844521B\nS1130000B048E6F1B065E6F1B06CE6F1B06CE6F1E2\nS9030000FC\n'),
  );
  return made;
}

/** Flips, extreme words in headers, truncation. */
function damage(random: Random, original: Uint8Array): Uint8Array {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  const elf = textOf(bytes.subarray(0, 4)) === '\x7fELF';
  const table = !elf ? 0 : bytes[4] === 2 ? Number(view.getBigUint64(40, true)) : view.getUint32(32, true);
  const place = (): number =>
    Math.max(
      0,
      Math.min(
        random.pick([random.below(64), table + random.below(Math.max(1, bytes.length - table)), random.below(bytes.length)]),
        bytes.length - 9,
      ),
    );
  for (let i = random.range(1, 4); i > 0; i--) {
    const kind = random.below(8);
    if (kind < 4) bytes[place()] = random.below(256);
    else if (kind < 6) view.setBigUint64(place(), random.pick([0n, 1n, 1n << 63n, (1n << 64n) - 1n, 0x7fffffffn, 0xffffffffn]), true);
    else if (kind === 6) view.setUint32(place(), random.pick([0, 1, 0xffffffff, 0x7fffffff, bytes.length, bytes.length - 1]), true);
    else if (random.chance(0.3)) return bytes.slice(0, random.below(bytes.length));
  }
  return bytes;
}

export const objcopyTarget: Target = {
  name: 'objcopy',
  about: 'objcopy, nm and readelf on damaged files',
  generate(random) {
    const options = random.pick(optionSets);
    const file = random.chance(0.03) ? noise(random, 300) : damage(random, random.pick(files()));
    return latin1(`${options}\n${textOf(file)}`);
  },
  check(input) {
    const end = input.indexOf(10);
    const options = textOf(input.subarray(0, end)).split(' ').filter(Boolean);
    const bytes = input.slice(end + 1);
    const host = {
      readFile: () => new Uint8Array(4),
      deflate: (data: Uint8Array) => deflateSync(data),
      inflate: (data: Uint8Array, size: number) => inflateSync(data, { maxOutputLength: size + 1 }),
    };
    try {
      const result = objcopy(bytes, parseOptions([...options, 'in', 'out'], host.readFile), 'out', host);
      const small = result.file !== null && result.file.size < 1 << 26;
      if (result.file !== null && small) toBytes(result.file);
      if (result.file === null && result.messages.length === 0 && result.status !== 0) return 'it failed, and nothing says why';
    } catch (error) {
      if (!(error instanceof ObjcopyError)) throw error;
    }
    try {
      readElf(bytes);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
    try {
      const raw = parseElf(bytes);
      const view = { raw, wide: false, is64: raw.elfClass === 64 } as Parameters<typeof headers.groups>[0];
      headers.fileHeader(view);
      headers.sectionTable(view, true);
      headers.groups(view);
      headers.programHeaders(view, true);
      tables.relocations(view);
      tables.dynamicSection(view);
      tables.symbolTables(view, false);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
    return null;
  },
};
