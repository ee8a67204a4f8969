import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hex } from '../../src/bytes.js';
import { FormatError } from '../../src/objcopy/elf/raw.js';
import { readElf } from '../../src/objcopy/elf/read.js';
import { writeElf } from '../../src/objcopy/elf/write.js';
import { flatten } from '../../src/objcopy/flatten.js';

const test = suite('elf');
const dir = mkdtempSync(path.join(tmpdir(), 'tskvm-elf-'));
test.after(() => rmSync(dir, { recursive: true }));

function gas(mode: string, source: string): Uint8Array {
  const output = path.join(dir, 'a.o');
  execFileSync('as', [mode, '-o', output, '-'], { input: source });
  return new Uint8Array(readFileSync(output));
}

const SOURCE = `
  .text
  .globl main
main: nop
  call foo
  jmp local
  .data
ptr: .long main, local+4, undefined1
  .bss
  .zero 100
  .section .rodata.str1.1,"aMS",@progbits,1
  .string "abc"
  .section .text.hot,"ax",@progbits
  .p2align 6
local: call main
  .comm shared,8,4
  .local priv
  .comm priv,16,8
  .weak maybe
  .section .note.GNU-stack,"",@progbits
  .section .init_array,"aw",@init_array
  .section .tdata,"awT",@progbits
  .long 1
  .text
  .long maybe
  .size main, 4
  .type main, @function
  .set absolute, 0x1234
  .globl absolute
  .symver foo, foo@VERS_1
`;

for (const mode of ['--32', '--64', '--x32']) {
  test(`what gas ${mode} writes is read and written again byte for byte`, () => {
    const bytes = gas(mode, SOURCE);
    assert.is(hex(writeElf(readElf(bytes))), hex(bytes));
  });
  test(`an empty object, ${mode}`, () => {
    const bytes = gas(mode, '');
    assert.is(hex(writeElf(readElf(bytes))), hex(bytes));
  });
}

test('a group is numbered first and its name comes where the section stands', () => {
  const bytes = gas(
    '--64',
    '.section .text.a,"axG",@progbits,sig,comdat\nx: call y\n.section .data.a,"awG",@progbits,sig,comdat\n.long x\n',
  );
  const object = readElf(bytes);
  object.sections.push(object.sections.shift()!);
  assert.is(hex(writeElf(object)), hex(bytes));
});

test('more sections than 16 bits can count', () => {
  let source = '';
  for (let i = 0; i < 65400; i++) source += `.section .s${i},"a"\nx${i}: .byte ${i & 255}\n`;
  source += '.long x65399\n.globl x65399\n';
  const bytes = gas('--64', source);
  const object = readElf(bytes);
  assert.is(object.sections.length, 65403);
  assert.ok(Buffer.compare(writeElf(object), bytes) === 0);
});

test('every truncation of a file ends in one clear error or an object', () => {
  const bytes = gas('--64', SOURCE);
  for (let length = 0; length < bytes.length; length += 7) {
    try {
      readElf(bytes.subarray(0, length));
      assert.unreachable('a truncated file was accepted');
    } catch (error) {
      assert.instance(error, FormatError);
    }
  }
});

test('a single object with absolute references is put at its base', () => {
  const object = readElf(
    gas('--32', '.text\nmovl $message, %esi\nmovl (table), %eax\nhlt\n.data\n.byte 1\nmessage: .ascii "hi"\ntable: .long table\n'),
  );
  const { image, diagnostics } = flatten(object, { base: 0x1000n });
  assert.equal(diagnostics, []);
  assert.is(image.chunks[0].address, 0x1000n);
  assert.is(hex(image.chunks[0].data), 'be 0c 10 00 00 a1 0e 10 00 00 f4 01 68 69 0e 10 00 00');
});

test('an undefined symbol is named with its place', () => {
  const { diagnostics } = flatten(readElf(gas('--64', 'nop\ncall nowhere\n')));
  assert.equal(
    diagnostics.map((d) => d.message),
    ["(.text+0x2): undefined reference to `nowhere'"],
  );
});

test.run();
