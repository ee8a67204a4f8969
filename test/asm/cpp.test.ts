import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { preprocess, type PreprocessOptions } from '../../src/asm/cpp/index.js';
import { memoryHost } from '../../src/host.js';
import { nodeHost } from '../../src/host-node.js';
import { generateCpp } from '../support/cpp-generator.js';

const test = suite('cpp');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function run(
  text: string,
  options: PreprocessOptions = {},
  files: Record<string, string> = {},
): { text: string; messages: string[]; dependencies: readonly string[] } {
  const result = preprocess(bytes(text), 'main.S', { noLineMarkers: true, ...options }, memoryHost(files));
  return {
    text: Buffer.from(result.text)
      .toString('latin1')
      .replace(/^\n+|\n+$/g, ''),
    messages: result.diagnostics.map((d) => `${d.at?.file}:${d.at?.line}: ${d.severity}: ${d.message}`),
    dependencies: result.dependencies,
  };
}

test("the standard's examples of rescanning (C11 6.10.3.5)", () => {
  const definitions =
    '#define x 3\n#define f(a) f(x * (a))\n#undef x\n#define x 2\n#define g f\n#define z z[0]\n#define h g(~\n' +
    '#define m(a) a(w)\n#define w 0,1\n#define t(a) a\n#define p() int\n#define q(x) x\n#define r(x,y) x ## y\n#define str(x) # x\n';
  assert.is(run(`${definitions}f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);`).text, 'f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1);');
  assert.is(run(`${definitions}p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };`).text, 'int i[] = { 1, 23, 4, 5, };');
  assert.is(
    run(
      '#define hash_hash # ## #\n#define mkstr(a) # a\n#define in_between(a) mkstr(a)\n#define join(c, d) in_between(c hash_hash d)\njoin(x, y)',
    ).text,
    '"x ## y"',
  );
});

test('assembler lines keep their quotes, dollars and hashes', () => {
  assert.is(
    run("#define A 1\nmovb $'a, %al\n# it's a comment A\nmov $A, %eax ; .L ## A\n").text,
    "movb $'a, %al\n# it's a comment A\nmov $1, %eax ; .L ## 1",
  );
});

test('included files: search, guards, once, next, markers', () => {
  const files = {
    'a.h': '#ifndef A_H\n#define A_H\na __FILE__ __INCLUDE_LEVEL__\n#include "sub/b.h"\n#endif\n',
    'sub/b.h': '#pragma once\n#include "c.h"\n',
    'sub/c.h': 'c\n',
    'x/a.h': 'x\n#include_next <a.h>\n',
    'y/a.h': 'y\n',
  };
  const result = run(
    '#include "a.h"\n#include "a.h"\n#include "sub/b.h"\n#include <a.h>\n',
    { includePaths: ['x', 'y'], noLineMarkers: false },
    files,
  );
  assert.is(
    result.text.slice(result.text.indexOf('# 1 "main.S"')),
    '# 1 "main.S"\n# 1 "a.h" 1\n\n\na "a.h" 1\n# 1 "sub/b.h" 1\n       \n# 1 "sub/c.h" 1\nc\n# 3 "sub/b.h" 2\n# 5 "a.h" 2\n# 2 "main.S" 2\n\n\n# 1 "x/a.h" 1\nx\n# 1 "y/a.h" 1\ny\n# 3 "x/a.h" 2\n# 5 "main.S" 2',
  );
  assert.equal(result.dependencies, ['a.h', 'sub/b.h', 'sub/c.h', 'x/a.h', 'y/a.h']);
  assert.equal(run('\n#include "no.h"\nx').messages, ['main.S:2: error: no.h: No such file or directory']);
  assert.is(
    run(
      '',
      { include: ['p.h'], define: [{ text: 'A=1' }, { text: 'A', undefine: true }, { text: 'F(x)=<x>' }] },
      { './p.h': 'A F(2) __FILE__\n' },
    ).text,
    'A <2> "./p.h"',
  );
});

test("columns stay the source's in lines without macros", () => {
  assert.is(run('foo:\tmov\t$1,   %eax   // c\n', { keepSpacing: true }).text, 'foo:\tmov\t$1,   %eax');
});

test("messages are gcc's, with the place in the file included", () => {
  assert.equal(run('#if 1\n#else\n#elif 1\n#endif\n#endif\n').messages, [
    'main.S:3: error: #elif after #else',
    'main.S:5: error: #endif without #if',
  ]);
  assert.equal(run('x\n#include "e.h"\n', {}, { 'e.h': '\n#error no luck\n' }).messages, ['e.h:2: error: #error no luck']);
  assert.equal(run('#ifdef A\n').messages, ['main.S:1: error: unterminated #ifdef']);
  assert.equal(run('#if 1 +\n#endif\n#if (1\n#endif\n#if 1 2\n#endif\n').messages, [
    "main.S:1: error: operator '+' has no right operand",
    "main.S:3: error: missing ')' in expression",
    'main.S:5: error: missing binary operator before token "2"',
  ]);
});

test('bombs end in one clear error', () => {
  const doubling = Array.from({ length: 60 }, (_, i) => `#define a${i} a${i + 1} a${i + 1}`).join('\n');
  const started = Date.now();
  assert.equal(run(`${doubling}\na0\n`).messages, ['main.S:61: error: macro expansion does not come to an end']);
  assert.match(run('#include "main.S"\n', {}, { 'main.S': '#include "main.S"\n' }).messages[0], /nested depth 200 exceeds maximum of 200/);
  assert.match(run(`#define f(x) x\n${'f('.repeat(20000)}1${')'.repeat(20000)}\n`).messages[0], /nest deeper|come to an end/);
  assert.is(run(`#if ${'('.repeat(50000)}1${')'.repeat(50000)}\nok\n#endif\n`).text, 'ok');
  assert.is(run(`${'#if 1\n'.repeat(50000)}ok\n${'#endif\n'.repeat(50000)}`).text, 'ok');
  assert.ok(Date.now() - started < 60_000);
});

const directory = mkdtempSync(path.join(tmpdir(), 'cpp-'));
test.after(() => rmSync(directory, { recursive: true }));

/** What follows gcc's preamble, without blanks at the ends of lines. */
function comparable(text: string): string {
  const start = text.lastIndexOf('# 0 "<command-line>"');
  return text
    .slice(text.indexOf('\n', start) + 1)
    .replace(/[ \t]+$/gm, '')
    .trimEnd();
}

function compareWithGcc(file: string, args: string[], options: PreprocessOptions): void {
  const gcc = spawnSync('gcc', ['-E', '-x', 'assembler-with-cpp', ...args, file], { encoding: 'latin1', maxBuffer: 1 << 28 });
  const ours = preprocess(nodeHost.readFile(file), file, options, nodeHost);
  const theirErrors = /error:/.test(gcc.stderr);
  assert.is(
    ours.diagnostics.some((d) => d.severity === 'error'),
    theirErrors,
    `${file}: ${gcc.stderr}`,
  );
  if (!theirErrors) assert.is(comparable(Buffer.from(ours.text).toString('latin1')), comparable(gcc.stdout), file);
}

test("random sources give gcc's output, byte for byte", () => {
  const seed = Number(process.env.TSKVM_SEED ?? 20231123);
  for (let i = 0; i < 40; i++) {
    const file = path.join(directory, `seed-${seed + i}.S`);
    writeFileSync(file, generateCpp(seed + i), 'latin1');
    compareWithGcc(file, [], {});
  }
});

test('what gcc does at the edges: text and messages', () => {
  const cases = [
    // __VA_OPT__ beside ## and behind #, and what may not be
    '#define E1(x, ...) x ## __VA_OPT__(y) z\n#define E2(x, ...) __VA_OPT__(x) ## z\n#define E3(x, ...) a ## __VA_OPT__( x ) ## b\nE1(1) E1(1,2) E2(1) E2(1,2) E3() E3(,3) E3(q) E3(q,r)\n',
    '#define H3(X, ...) #__VA_OPT__(X##X X##X)\n#define H4(X, ...) __VA_OPT__(a X ## X) ## b\nH3(, 0) H3(1, 0) H3(1)\nH4(, 1) H4(2, 1)\n',
    '#define V(x,...) __VA_OPT__(x __VA_OPT__(y))\n#define W(x,...) __VA_OPT__(##x)\n#define X(x,...) __VA_OPT__(x##)\n#define Y(x,...) __VA_OPT__ x\n',
    // directives among arguments: a macro defined anew, an unknown one
    '#define V(...)( V( - )  E\n#define B V (  e( )  D(-,\n   B W()\t)F(G)\n#define V(...)  RGS__\n  -)\n',
    '#define f(x,y) <x|y>\nf(1\n# a comment\n) tail\n',
    '#define W(x,...)__VA_OPT__(x )\n#define B W(\nW(B)\n',
    '#define F(x)\n#define W(x,t...) __VA_OPT__(x rt)\nW ( F (a,b))\n',
    '#define __VA_ARGS__ 1\n__VA_OPT__(x)\n',
    // conditions
    '#if 9223372036854775807 + 1\n#endif\n#if 1 << 63\n#endif\n#if 0 && (1 << 63)\n#endif\n#if -(-9223372036854775807 - 1)\n#endif\n',
    "#if '\\q' + '\\400' + '\\x100' + L'ab'\n#endif\n#if '\\x'\n#endif\n#if 1i\n#endif\n#if 1..2\n#endif\n#if 1 # 2\n#endif\n#if 1 $\n#endif\n",
    '#assert x(a b) c\n#assert x(a b)\n#if #x( a  b ) && #x && !#x(ab)\nyes\n#endif\n#assert y\n#assert y()\n#unassert x\n#if #x\nno\n#endif\n#if #machine(x86_64)\nm\n#endif\n',
    '#if __has_include("none.h") || __has_include\n#endif\n#if __has_include(a.h)\n#endif\n',
    // #line, pragmas
    '#line 5 "a\\tb\\101" x\n__FILE__ __LINE__\n#line 3 bar\n#line 4294967297\n__LINE__\n__FILE_NAME__\n',
    '#define X 1\n#pragma push_macro("X")\n#define X 2\nX\n#pragma pop_macro("X")\nX _Pragma("GCC poison Q") Q\n#pragma push_macro(X)\n#pragma GCC poison 1\n#pragma GCC warning "a\\tb"\n#pragma GCC error\n',
    '#error\n#warning   a  b\n#ident "a" b\n#undef __STDC__\n#define __FILE__ 1\n#ifdef A\n#elif\n',
    'a \\  \nb\nc \\\n',
  ];
  const file = path.join(directory, 'edges.S');
  for (const [i, text] of cases.entries()) {
    writeFileSync(file, text, 'latin1');
    const gcc = spawnSync('gcc', ['-E', '-x', 'assembler-with-cpp', '-fno-diagnostics-show-caret', '-fno-diagnostics-show-option', file], {
      encoding: 'latin1',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const said = [...gcc.stderr.matchAll(/^\S[^:\n]*:(\d+)(?::\d+)?: (?:fatal )?(error|warning): (.*)$/gm)].map((m) =>
      m.slice(1).join(' '),
    );
    const ours = preprocess(nodeHost.readFile(file), file, {}, nodeHost);
    assert.is(comparable(Buffer.from(ours.text).toString('latin1')), comparable(gcc.stdout), `case ${i}`);
    assert.equal(
      ours.diagnostics.map(({ at, severity, message }) => `${at?.line} ${severity} ${message}`),
      said,
      `case ${i}`,
    );
  }
});

test("the C library's headers give gcc's output", () => {
  const file = path.join(directory, 'headers.S');
  writeFileSync(
    file,
    '#include <sys/syscall.h>\n#include <asm/errno.h>\n#include <linux/elf.h>\n#include <limits.h>\nmov $SYS_write, %eax\n',
  );
  const standardPaths = execFileSync(
    'sh',
    ['-c', 'gcc -v -E -x assembler-with-cpp /dev/null 2>&1 | sed -n "/^#include </,/^End/p" | grep "^ "'],
    { encoding: 'utf8' },
  )
    .trim()
    .split(/\s+/);
  const strip = (text: string): string => text.replace(/^#.*\n/gm, '').replace(/\n+/g, '\n');
  const gcc = execFileSync('gcc', ['-E', '-x', 'assembler-with-cpp', file], { encoding: 'latin1' });
  const ours = preprocess(nodeHost.readFile(file), file, { standardPaths }, nodeHost);
  assert.is(strip(Buffer.from(ours.text).toString('latin1')), strip(gcc));
});

test("the predefined macros are gcc's", () => {
  for (const mode of ['64', '32', 'x32', '16'] as const) {
    const gcc = execFileSync('gcc', [`-m${mode}`, '-E', '-dM', '-x', 'assembler-with-cpp', '/dev/null'], { encoding: 'utf8' });
    const ours = run('', { mode, dumpMacros: true }).text;
    assert.is(ours.split('\n').sort().join('\n'), gcc.trim().split('\n').sort().join('\n'));
  }
});

test.run();
