import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GasComparison } from '../support/against-gas.js';
import { generateProgram } from '../support/program-generator.js';

const test = suite('macros and conditionals against GNU as');
const compare = new GasComparison();
test.after(() => compare.close());

/** The same acceptance, the same messages at the same lines, the same object. */
function same(text: string, name = 'case.s'): void {
  const source = compare.file(name, text);
  const gas = compare.gas(source, ['-I', compare.directory]);
  const ours = compare.ours(source);
  assert.is(ours.accepted, gas.accepted, `${gas.messages.join('\n')}\nours:\n${ours.messages.join('\n')}\n${text}`);
  assert.is(ours.messages.join('\n'), gas.messages.join('\n'), text);
  if (gas.accepted) {
    const objects = compare.objects();
    assert.is(objects.ours, objects.gas, text);
  }
  assert.is(ours.printed, gas.printed, text);
}

const show = ' .macro show v:vararg\n .ascii "\\v"\n .byte 10\n .endm\n';
const pair = ' .macro m a,b\n .ascii "[\\a][\\b]\\n"\n .endm\n';

test('white space in arguments goes where gas removes it', () => {
  const texts = [
    'a  b',
    'a + b',
    'a -1',
    'a - 1',
    'a , b',
    "'a  'b'",
    'a @b',
    'a ?b',
    '(a)  (b) [c]',
    'a(b)  c',
    'a /* c */ b',
    'a / b',
    'a\t$b',
    '%a  %b, %c',
    'a) b',
    'a ~b !c',
    '<a b> c',
    'a:b : c',
    ' a b # c',
    'a{b} {c }',
    "a ' ' b",
    '.L  1f',
    'a * b',
    'a *b',
    'a,b , , c',
    '',
    'a/* c */b',
    'a /**/ %b',
    '+ /**/ %b',
    'x/**/-1',
    'x,/**/-1',
    'a //b',
    'a+ %b',
  ];
  same(show + texts.map((text) => ` show ${text}\n`).join('') + 'foo3 : show a\n 3: 4: show a\n');
});

test('arguments: positions, keywords, strings, brackets, defaults', () => {
  const calls = [
    '8(%rax,%rbx)',
    '(a b) c',
    '[a, b]',
    '"a b" c',
    'a,',
    ',b',
    'a b,',
    'b=1 a=2',
    '1 b=2',
    "'x' 'y",
    '%eax -1',
    'a = 3',
    'a=5,b=2',
  ];
  same(pair + calls.map((text) => ` m ${text}\n`).join(''));
  same(
    ' .macro n a:req b=5 c:vararg\n .ascii "{\\a}{\\b}{\\c}\\n"\n .endm\n n 1\n n 1,2,3,4\n n 1,,3\n n a = 7\n n a=1 , b = 2\n n x, "", y\n N x\n',
  );
});

test('bodies: \\@, \\(), &, nesting, redefinition, .purgem, .exitm', () => {
  same(' .macro amp a b\n .ascii "&a& &b &c& a&b \\()x \\a\\()y \\a\'z b\\@ \\&a\\n"\n .endm\n amp 1 2\n amp 3\n');
  same(' .macro outer n\n .macro in\\n x\n .byte \\x, \\n\n .endm\n in\\n 7\n .purgem in\\n\n .endm\n outer 1\n outer 2\n');
  same(
    ' .macro d n\n .if \\n\n .byte \\n\n d "(\\n-1)"\n .endif\n .exitm\n .byte 99\n .endm\n d 5\n .rept 3\n nop\n .exitm\n .endr\n ret\n',
  );
  same(' .macro nop2\n nop\n nop\n .endm\n nop2\nlbl: nop2; nop2\n .macro ret\n hlt\n .endm\n ret\n RET\n');
});

test('.rept, .irp, .irpc', () => {
  same(
    ' .irp x,1,2 3,"a b",(c d),\n .ascii "<\\x>"\n .endr\n .irp x\n .ascii "<\\x>"\n .endr\n .irpc c,ab1 2\n .ascii "<\\c>"\n .endr\n .irpc c,"a b"\n .ascii "<\\c>"\n .endr\n .irpc c,a b\n .ascii "<\\c>"\n .endr\n .rept 2\n .rept 3\n .byte 1\n .endr\n .ascii "\\\\@R"\n .endr\n .rep 0\n .endr\n',
  );
});

test('.altmacro', () => {
  same(
    ' .altmacro\n .macro m a b\n LOCAL x, y\nx: .ascii "a &b&"\ny: jmp x\n .byte b\n .endm\n m <a, b>, %(1+2)\n m "s t" %3*4\n m <x!>y> 5\n .noaltmacro\n .macro k a\n .ascii "\\a a"\n .endm\n k <a b>\n',
  );
});

test('conditionals', () => {
  const lines: string[] = [];
  let n = 0;
  const add = (condition: string): void => {
    lines.push(` .${condition}`, ` .byte ${n % 256}`, ' .else', ` .byte ${(n + 1) % 256}`, ' .endif');
    n += 2;
  };
  for (const op of ['if', 'ifeq', 'ifne', 'ifge', 'ifgt', 'ifle', 'iflt'])
    for (const value of ['0', '1', '-1', '2-2', '3 > 2', '(1<<3)-8']) add(`${op} ${value}`);
  for (const [a, b] of [
    ['a', 'a'],
    ['a', 'b'],
    ['a b', 'a  b'],
    ['A', 'a'],
    ['', ''],
    ['%eax', '%eax '],
    ['"a"', '"a"'],
  ]) {
    add(`ifc ${a},${b}`);
    add(`ifnc ${a} , ${b}`);
  }
  for (const text of ['', ' ', 'x', '"x"', '""']) for (const kind of ['ifb', 'ifnb']) add(`${kind} ${text}`);
  for (const op of ['ifeqs', 'ifnes']) for (const pairs of ['"a","a"', '"a" , "b"', '"a\\n","a\\12"']) add(`${op} ${pairs}`);
  for (const name of ['later', 'known', 'number', 'ext', '"known"']) for (const kind of ['ifdef', 'ifndef']) add(`${kind} ${name}`);
  same(`known: .long ext\nnumber = 5\n${lines.join('\n')}\nlater:\n`);
  same(
    ' .if 0\nlbl: .endif\n .byte 1\n .endif\n .if 0\n1: .endif\n .endif\n .if 0\n .if 1\n .else\n .elseif 1\n .endif\n .macro x\n .endif\n .byte 2\n .if 2 > 1\n .elseif 1\n .byte 3\n .elseif foo\n .else\n .byte 4\n .endif\n',
  );
});

test('messages and their lines', () => {
  same(' .macro m2 a,b\n .if \\a\n .endm\n m2 1\n nop\n .endif\n m2 0\n');
  same(
    ' .endif\n .else\n .elseif 1\n .if foo\n .endif\n .if\n .endif\n .ifdef 1\n .endif\n .ifc a\n .endif\n .ifeqs "a"\n .endif\n .if 1 x\n .else\n .else\n .elseif 1\n .endif\n .endm\n .endr\n .exitm\n .mexit\n .purgem nope\n .purgem\n',
  );
  same(
    ' .macro\n .endm\n .macro a:b\n .endm\n .macro dup x,x\n .endm\n .macro dup2\n .endm\n .macro dup2\n .endm\n .macro q a:foo\n .endm\n .macro q2 a:\n .endm\n .macro q3 a:req=5\n .endm\n .macro q4 a b c 1\n .endm\n .macro q5, a, b\n .endm\n .macro q6 a,\n .endm\n .macro .byte\n .endm\n q3\n dup2 1\n q5 a=1 2\n q5 zz=1\n q5 a=1 a=2\n .rept -1\n nop\n .endr\n .rept foo\n .endr\n .irp\n .endr\n',
  );
  same(' .err\n .error "x y"\n .error\n .warning "w"\n .warning\n .error foo\n .fail 3\n .fail 600\n .print "p"\n .if 1\n .else\n');
  same(
    ' .macro m a\n nop\n bad1 \\a\n .endm\n nop\n m 1 2\n .macro n\n m 3\n bad2\n .rept 2\n bad3\n .endr\n .endm\n n\n .rept 2\n\n bad4\n .endr\n .irp x,1,2\n bad5 \\x\n .endr\n n /* x\n */\n bad6\n',
  );
  same(' .macro m\n nop\n');
});

test('.include, .incbin', () => {
  compare.file('part.inc', ' .byte 1\n .if 1\n');
  compare.file('bytes.bin', Uint8Array.from([0, 1, 2, 255, 254, 10]));
  same(
    ' .include "part.inc"\n .byte 2\n .endif\n .incbin "bytes.bin"\n .incbin "bytes.bin",1\n .incbin "bytes.bin",1,2\n .incbin "bytes.bin",,2\n',
  );
  same(
    ' .incbin "bytes.bin",7\n .incbin "bytes.bin",-1\n .incbin "bytes.bin",1,100\n .incbin "nofile"\n .incbin nofile\n .incbin "bytes.bin",1,0\n .include "nofile"\n .include nofile\n .incbin "bytes.bin" x\n',
  );
});

test('bombs end in one clear error', () => {
  const started = process.cpuUsage();
  const ends = (text: string, message: RegExp): void => {
    const { accepted, messages } = compare.ours(compare.file('bomb.s', text));
    assert.not(accepted);
    assert.match(messages.join('\n'), message);
  };
  ends(' .rept 1000000000\n nop\n .endr\n', /repetition is too long/);
  ends(' .rept 30000\n .rept 30000\n .rept 30000\n nop\n .endr\n .endr\n .endr\n', /repetition is too long/);
  ends(' .macro m\n m\n .endm\n m\n', /macros nested too deeply/);
  ends(' .macro m a\n m \\a\\a\n .endm\n m xx\n', /macro/);
  ends(' .macro m a\n .if \\a\n m (\\a-1)\n m (\\a-1)\n .endif\n .endm\n m 60\n', /does `m' ever end/);
  ends(' .include "bomb.s"\n .include "bomb.s"\n', /Too many open files/);
  assert.ok(process.cpuUsage(started).user < 12e6);
});

test('random programs', () => {
  const seed = Number(process.env.TSKVM_SEED ?? 20231123);
  for (let i = 0; i < 25; i++) same(generateProgram(seed + i, { mistakes: 0 }), `seed-${seed + i}.s`);
});

test.run();
