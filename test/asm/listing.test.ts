import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, type ListingOptions } from '../../src/asm/index.js';
import { nodeHost } from '../../src/host-node.js';

const test = suite('listings against GNU as');
const directory = mkdtempSync(path.join(tmpdir(), 'listing-'));
test.after(() => rmSync(directory, { recursive: true }));

const source = `# a comment
	.text
start:	movl $1, %eax
	nop; nop
	.macro m a
	movl $\\a, %ebx

l\\@:	nop
	.endm
	m 5
	.if 0
	nop
	.else
	ret
	.endif
	.data
x:	.byte 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18
	.ascii "hello world, a long string that takes a few lines"
	.long x, y
	.rept 3
	.word 5
	nop
	.endr
	.irp v,1,2
	.byte \\v
	.endr
	.bss
	.skip 40
foo = 5
	.section .foo,"a"
	.quad x+8
	.title "My title"
	.sbttl "sub"
	.text
	jmp start
	je far
	.skip 200
far:	call y
	.nolist
	nop
	.list
	.include "inc.s"
	.eject
	nop # tail
	.fill 5,4,0x1234
	.comm c,4
	.p2align 4
end:
# the end
`;

function compare(file: string, letters: string, widths: Omit<ListingOptions, 'letters'> = {}, options: string[] = []): void {
  const gas = execFileSync('as', [`-a${letters}`, ...options, '-I', directory, '-o', '/dev/null', file], { encoding: 'latin1' });
  const { listing } = assemble(
    [{ name: file, text: readFileSync(file) }],
    { includePaths: [directory], listing: { letters: new Set(letters), ...widths } },
    nodeHost,
  );
  assert.is(listing, gas, letters);
}

test('letters and widths', () => {
  const file = path.join(directory, 'a.s');
  writeFileSync(file, source);
  writeFileSync(path.join(directory, 'inc.s'), '\tnop\n\thlt\n');
  for (const letters of ['l', 's', 'lm', 'ln', 'lc', 'lcnd', 'ls', 'hls', 'hlm']) compare(file, letters);
  compare(file, 'l', { lhsWidth: 2 }, ['--listing-lhs-width=2']);
  compare(file, 'l', { lhsWidth2: 3, continuationLines: 2 }, ['--listing-lhs-width2=3', '--listing-cont-lines=2']);
  compare(file, 'l', { rhsWidth: 30 }, ['--listing-rhs-width=30']);
});

test("a compiler's output with its source", () => {
  const c = path.join(directory, 'h.c');
  const file = path.join(directory, 'h.s');
  writeFileSync(c, 'int g;\nint f(int x)\n{\n  g = x;\n  return x + 1;\n}\n');
  execFileSync('gcc', ['-g', '-O0', '-S', c, '-o', file]);
  for (const letters of ['hls', 'hlnd']) compare(file, letters);
});

test.run();
