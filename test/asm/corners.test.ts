/** Small programs in corners of the language, each compared with GNU as: objects, and whether they are accepted at all. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences } from '../support/compare-gas.js';

const test = suite('corners of the language');

const CORNERS: Record<string, string> = {
  'sections that the R flag, the group and the number keep apart':
    '.section .q,"aw"\n.byte 1\n.section .q,"awR"\n.byte 2\n.section .q,"awG",@progbits,g,comdat\n.byte 3\n.section .q,"aw",@progbits,unique,4\n.byte 4\n',
  'memory-bound sections with a number, alone and in groups':
    '.section .mb,"adw",@progbits,0x2\n.byte 1\n.section .mb,"adGw",@progbits,g1,comdat,5,unique,3\n.byte 2\n.section .mb,"adw"\n.byte 3\n',
  'flags and types as numbers':
    '.section a1,"0x02000001"\n.byte 1\n.section .text,"0x04000006"\nnop\n.section b1,"ax",@0x60000011\n.byte 2\n',
  'names that imply types': '.section .gnu.linkonce.n.x\n.zero 4\n.section .gnu.linkonce.p.x\n.byte 1\n.section .ctf\n.byte 2\n',
  'names that .set gave and a label or .comm takes':
    '.set a,5\n.long a\na: .long a\n.set b,a+4\n.long b\nb: .long b\n.set c,7\n.comm c,8,8\n.long c\n',
  'mergeable subsections are filled up':
    '.section .m,"aM",@progbits,8\n.byte 1\n.subsection 1\n.byte 2\n.section .n,"axM",@progbits,12\nnop\n',
  'types that may follow each other':
    '.type a,@tls_object\n.type a,@object\n.type b,@function\n.type b,@gnu_indirect_function\n.type b,@function\n.type c,@gnu_unique_object\n' +
    '.type c,@object\n.type d,@object\n.type d,@notype\na: b: c: d: nop\n',
  'versions of symbols':
    'a: b: c: nop\n.symver a,a@@V1\n.symver a,a@V2,hidden\n.symver b,b@@@V1\n.symver c,c@V1,remove\n.symver u,u@@@V1\n.long a,b,c,u\n.globl a,c\n',
  'two versions of an undefined symbol': '.symver u,u@V1\n.symver u,u@V2\n',
  'another name for a common symbol': '.set a,c\n.globl a\n.comm c,8,8\n',
  'sizes of names given anew': '.size x,4\n.set x,1\n.set x,2\n.size l,5\nl: nop\n.set w,l\n.set w,w+1\n',
  'no-operations by their size': '.nop 16\n.nop 0\n.nop -3\n.nop x\nx: .nop\n',
  'displacements and branches that wrap around':
    '.code32\nmov -0xffffffff(%eax),%eax\nmov -0xffff(%bx),%ax\n.code16\nmov -0xffff(%bx),%ax\ncall .+0x9090\n',
  'places that .eqv counts from': '.eqv here,.-4\nx: nop\nz == . - x\n.long here,z\nmov $here,%eax\n.long z\nnop\n',
  'places and sizes of sections':
    '.long .startof.(.text)+4, .sizeof.(.text), .sizeof. ( .q )\n.set q,.sizeof.(.data)\n.long q\nmov $.sizeof.("b c"),%eax\n',
  'what stands before the first sign': 'a: nop\nb: nop\n.long 4-a+b\n',
  'what a number follows': 'a: nop\nb: nop\n.long 4-(a-b),4+b-a,b-a+4\n',
  'registers in data': '.long %eax\n',
  'registers in sums': '.long %eax-%eax\n',
  'labels as large as may be': '2147483647: jmp 2147483647b\n',
  'labels that are too large': '2147483648: nop\n',
  'common symbols are defined': '.comm c,4\n.ifdef c\nnop\n.else\n.err\n.endif\n',
  'names given anew while they are global': '.long x\n.globl x\n.set x,y\n.set x,z\n.data\n.zero 4\ny: .zero 4\n',
  'aliases mentioned before .weakref': '.long a,b\ncall a\n.weakref a,wa\n.weakref b,wb\n.long wb,a\n',
  'long items of negative numbers': '.ds.x 1,-1\n.octa -1\n.ds.p 2,-5\n',
  'lines of labels': '.file 1 "a.c"\n.loc_mark_labels 1\n.globl f\nf: .long 1\ng: .long 2\n',
  'lines outside of loaded code': '.file 1 "a.c"\n.section .n,"x"\n.loc 1 4\nnop\n.text\n.loc 1 5\nnop\n',
  'prefixes that an opcode has already, or needs': 'rep xcryptecb\nrep xstorerng\n.code32\nmovl %cr8,%eax\n',
  'relocations against thread-local symbols keep them':
    '.section .tbss,"awT",@nobits\na: .zero 4\n.La: .zero 4\n.section .debug_info\n.long a,.La\n.long .La+4\n.text\nmov a,%eax\n',
  'Intel syntax lists the names of operands and numbers at once':
    '.intel_syntax noprefix\nf: mov eax, DWORD PTR .LC4[ecx]\nlea edx, [ecx + .L2 + 1]\npush OFFSET .L3\n.long .L5+1, .L6-.L5\ng: mov eax, [ecx + h@GOTOFF]\n' +
    'jmp k@PLT\n.section .rodata.str1.1,"aMS",@progbits,1\n.L6: .string "6"\n.L5: .string "5"\n.L3: .string "3"\n.L2: .string "2"\n.LC4: .string "4"\n',
  'stabs are named for .file': '.file "b.c"\n.file "c.c"\n.stabs "a",100,0,0,0\n',
};

for (const [name, source] of Object.entries(CORNERS)) {
  test(name, () => {
    assert.is(differences(source, ['--64']), '');
    assert.is(differences(source, ['--32'], { abi: '32' }), '');
  });
}

test('numbers that wrap around in 32-bit objects', () => {
  assert.is(
    differences('call .+5+0x90909090\njmp x+0xfffffff0\nx: .long 0xfffffff0+0x20, x+0xffffff00+x-x\n', ['--32'], { abi: '32' }),
    '',
  );
});

for (const optimize of [1, 2] as const) {
  test(`-O${optimize} on lea`, () => {
    const lea =
      'ss lea (%eax,%ecx),%eax\naddr16 lea 1,%eax\naddr16 lea -1,%ax\naddr16 lea s,%eax\naddr16 lea s,%ax\nlea (,1),%eax\nlea s,%ax\nlea (%si),%eax\n';
    assert.is(differences(lea, ['--32', `-O${optimize}`], { abi: '32', x86: { optimize } }), '');
    assert.is(
      differences(`.code16\n${lea.replaceAll('addr16', 'addr32')}`, ['--32', '-q', `-O${optimize}`], {
        abi: '32',
        quiet: true,
        x86: { optimize },
      }),
      '',
    );
  });
}

test.run();
