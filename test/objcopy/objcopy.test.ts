import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hex } from '../../src/bytes.js';
import { HostError } from '../../src/host.js';
import { ObjcopyError } from '../../src/objcopy/errors.js';
import { expandResponses, getopt, splitResponse } from '../../src/objcopy/getopt.js';
import { objcopy } from '../../src/objcopy/index.js';
import { toBytes } from '../../src/objcopy/model.js';
import { parseOptions } from '../../src/objcopy/options.js';
import { matches } from '../../src/objcopy/wildcard.js';

const dir = mkdtempSync(path.join(tmpdir(), 'tskvm-objcopy-'));
const at = (name: string): string => path.join(dir, name);

const SOURCE = `
  .text
  .globl main
main: call foo
  jmp local
  .data
value: .long main, local+4
  .bss
buffer: .zero 100
  .section .text.hot,"ax",@progbits
  .p2align 4
local: call main
  .section .debug_info,"",@progbits
  .long local
  .section .debug_str,"MS",@progbits,1
  .rept 60
  .string "a string", "another one"
  .ascii "\\x41"
  .endr
  .comm shared,8,4
  .section .text.a,"axG",@progbits,sig,comdat
  .globl sig
sig: call foo
`;

const SCRIPT = `
SECTIONS {
  . = 0x100000;
  .text : AT(0x8000) { *(.text .text.*) }
  . = ALIGN(0x1000);
  .data : AT(0xc000) { *(.data) }
  .bss : { *(.bss) *(COMMON) }
}
`;

const host = {
  readFile(name: string): Uint8Array {
    try {
      return new Uint8Array(readFileSync(name));
    } catch {
      throw new HostError('ENOENT', 'No such file or directory', name);
    }
  },
};

function ours(argv: string[]): { messages: string[]; bytes: Uint8Array | null; status: number } {
  try {
    const options = parseOptions(argv, host.readFile);
    const result = objcopy(host.readFile(options.input), options, options.output!, host);
    return { messages: result.messages, bytes: result.file && toBytes(result.file), status: result.file ? result.status : 1 };
  } catch (error) {
    if (!(error instanceof ObjcopyError || error instanceof HostError)) throw error;
    return { messages: error.message.split('\n').filter(Boolean), bytes: null, status: 1 };
  }
}

function compare(options: string[], file: string): void {
  const out = at('out');
  rmSync(out, { force: true });
  const argv = [...options, file, out];
  const gnu = spawnSync('objcopy', argv, { encoding: 'latin1' });
  const theirs = gnu.stderr
    .split('\n')
    .filter((l) => l.startsWith('objcopy: ') && !/supported targets|assertion fail/.test(l))
    .map((l) => l.slice(9));
  const mine = ours(argv);
  const what = argv.join(' ');
  assert.equal(mine.messages, theirs, what);
  assert.is(mine.status, gnu.status, what);
  if (gnu.status === 0) assert.is(hex(mine.bytes!), hex(existsSync(out) ? readFileSync(out) : []), what);
}

const test = suite('objcopy');
test.before(() => {
  writeFileSync(at('k.ld'), SCRIPT);
  writeFileSync(at('extra'), 'extra\n');
  execFileSync('as', ['--32', '-o', at('a32.o'), '-'], { input: SOURCE });
  execFileSync('as', ['--64', '-o', at('a64.o'), '-'], { input: SOURCE });
  const flags = ['--defsym', 'foo=0x100000', '-e', 'main', '-T', at('k.ld')];
  execFileSync('ld', ['-m', 'elf_i386', ...flags, at('a32.o'), '-o', at('k32.elf')], { stdio: 'ignore' });
  execFileSync('ld', ['-m', 'elf_x86_64', ...flags, at('a64.o'), '-o', at('k64.elf')], { stdio: 'ignore' });
});
test.after(() => rmSync(dir, { recursive: true }));

// One line an option list; every one is compared with GNU's on each file.
const OPTIONS = `

-O binary
-O ihex
-O srec
-O verilog --verilog-data-width 4
-S
-g
--strip-unneeded -K buffer
-x
-N value
-w -L m*
--redefine-sym main=MAIN --prefix-symbols=p_
-R .data
-j .text -O binary
--gap-fill=0xff -O binary
--pad-to=0x9000 -O binary -j .text
--change-section-lma .data+0x10000 -O ihex
--change-addresses 0x1000
--set-section-flags .bss=alloc,load,contents
--rename-section .data=.rodata,alloc,load,readonly,data,contents
--add-section .note.x=EXTRA --set-section-alignment .data=32
--only-keep-debug
-b 0 -i 2 -O binary
-I binary -O elf32-i386
--add-symbol new=.text:3,function
--add-section .text=EXTRA --change-section-vma .nope-1
--add-section .new=EXTRA --set-section-flags .new=alloc,share
--alt-machine-code=6
--set-section-alignment .text=0
--remove-relocations=* -M
--compress-debug-sections
--compress-debug-sections=zlib-gnu
--update-section .bss=EXTRA
--dump-section .nope=/nonexistent/x
-B i386 -O srec --only-keep-debug
--strip=oops
--set-section-flags .text=oops
`;

for (const line of OPTIONS.slice(1, -1).split('\n')) {
  test(line === '' ? 'a plain copy' : line, () => {
    const options = line.replaceAll('EXTRA', at('extra')).split(' ').filter(Boolean);
    // The first file in full, the others by turns: processes are what takes the time here.
    const files = ['k64.elf', 'a32.o', 'a64.o', 'k32.elf'];
    const turn = line.length % 3;
    for (const file of [files[0], files[1 + turn]]) compare(options, at(file));
  });
}

test('a file of an unknown kind', () => {
  writeFileSync(at('text'), 'no object\n');
  compare([], at('text'));
});

test('records that nobody should write', () => {
  const records: Record<string, string> = {
    'digits.srec': 'S1080100123x56789A00\nS9030000FC\n',
    'short.srec': 'S1020011\n',
    'cut.srec': 'S1080100123456',
    'header.srec': 'S00600006869212D\n',
    'cut.hex': ':0501000012345678',
    'digit.hex': ':0501000012G45678 9A\n',
    'end.hex': ':00000001FF\n',
    'starts.hex': ':0400000310000005E4\n:0400000501020304ED\n:0501000012345678 9A\n'.replace(' ', '').replace('9A', '9A48'),
  };
  for (const [name, text] of Object.entries(records)) {
    writeFileSync(at(name), text);
    compare([], at(name));
  }
  writeFileSync(at('empty.srec'), 'S1030100FB\nS9030000FC\n');
  compare(['-O', 'elf32-i386'], at('empty.srec'));
});

test('files that say odd things of themselves are refused or taken as by GNU', () => {
  const original = new Uint8Array(readFileSync(at('a64.o')));
  const table = Number(new DataView(original.buffer).getBigUint64(40, true));
  const group = [...Array(10).keys()].find((i) => new DataView(original.buffer).getUint32(table + i * 64 + 4, true) === 17)!;
  const changes: [what: string, place: number, value: number][] = [
    ['version', 20, 7],
    ['program header size', 54, 9],
    ['alignment', table + 64 + 48, 24],
    ['alignment of 2^63', table + 64 + 55, 0x80],
    ['group of nothing', table + group * 64 + 32, 4],
    ['unknown type', table + 2 * 64 + 4, 0x33],
    ['machine', 18, 183],
  ];
  for (const [what, place, value] of changes) {
    const bytes = original.slice();
    bytes[place] = value;
    writeFileSync(at(`${what}.o`), bytes);
    compare(['-O', 'elf64-x86-64'], at(`${what}.o`));
  }
});

test("unique symbols are nobody else's, sections are kept by name, compressed ones change class", () => {
  const unique = '.type u,@gnu_unique_object\n.globl u, main\n.data\nu: .long 1\n.text\nmain: ret\n.section .debug_x\n.zero 4000\n';
  execFileSync('as', ['--64', '--compress-debug-sections=zlib', '-o', at('u64.o'), '-'], { input: unique });
  execFileSync('ld', ['-m', 'elf_x86_64', '-e', 'main', at('u64.o'), '-o', at('u64.elf')]);
  compare(['-x'], at('u64.elf'));
  compare(['-j', '.text', '--keep-section=.data'], at('u64.elf'));
  compare(['-O', 'elf32-x86-64'], at('u64.o'));
  compare(['--compress-debug-sections=zlib-gnu'], at('u64.o'));
  compare(['-R', '.text', '--add-gnu-debuglink', at('extra')], at('u64.elf'));
});

test('flipped bytes end in an error or a copy, never in an exception', () => {
  const original = new Uint8Array(readFileSync(at('k64.elf')));
  const options = parseOptions(['x', 'y'], host.readFile);
  let seed = 12345;
  const random = (limit: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % limit;
  };
  for (let round = 0; round < 300; round++) {
    const bytes = original.slice();
    for (let i = 0; i < 3; i++) bytes[round % 2 === 0 ? random(64) : random(bytes.length)] = random(256);
    const result = objcopy(bytes, { ...options, rules: [] }, 'y', host);
    assert.ok(result.file !== null || result.messages.length > 0);
  }
});

test('wildcards', () => {
  assert.ok(matches('.text.*', '.text.hot'));
  assert.ok(matches('a[b-d]?', 'acx'));
  assert.not(matches('a[!b-d]?', 'acx'));
  assert.ok(matches('a\\*', 'a*'));
  assert.not(matches('.text', '.text.hot'));
});

test('option words', () => {
  const table = { short: 'ab:c::', long: { alpha: 'none', alpine: 'required', beta: 'optional' } as const };
  assert.equal(getopt(['-ab', '1', 'x', '--beta', '--alpi=2', '--', '-a'], table), {
    options: [{ name: 'a' }, { name: 'b', value: '1' }, { name: 'beta', value: undefined }, { name: 'alpine', value: '2' }],
    operands: ['x', '-a'],
  });
  assert.is(getopt(['--alp'], table).error, "option '--alp' is ambiguous; possibilities: '--alpha' '--alpine'");
  assert.equal(splitResponse('a "b c" d\\ e \'\''), ['a', 'b c', 'd e', '']);
  assert.equal(
    expandResponses(['@f', 'z'], (p) => (p === 'f' ? 'x @g' : p === 'g' ? 'y' : null)),
    ['x', 'y', 'z'],
  );
});

test.run();
