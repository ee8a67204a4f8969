/** The C preprocessor: random and mutated sources; where gcc 12 is, with its acceptance and its tokens. */
import { spawnSync } from 'node:child_process';
import { preprocess } from '../../../src/asm/cpp/index.js';
import { memoryHost } from '../../../src/host.js';
import { generateCpp } from '../cpp-generator.js';
import { latin1, mutate, noise, textOf, type Target } from './target.js';

const words = [
  '#define F(x) x##F(x)', '#define A A B', '#undef A', '#if 1', '#if defined(A) && (B+1)', '#elif 0', '#elifdef A', '#else', '#endif', '#ifdef A', '#ifndef B',
  '#include "x.h"', '#include <x.h>', '#include_next <x.h>', '#line 7 "y"', '#error e', '#warning w', '#pragma once', '# 3 "z" 1', '__COUNTER__', '__VA_ARGS__', '__VA_OPT__(a)', '##', '#x', '\\\n',
  'F(', 'F(A,B)', ')', '__has_include("x.h")', '__has_include(', '_Pragma("once")', '"unterminated', "'", '/*', '*/', '//', '??=', '1.e+', '0x', 'defined',
]; // prettier-ignore

const files = { 'x.h': '#define A 1\nx\n', 'self.h': '#include "self.h"\n', '/x.h': 'y\n' };

export const cpp: Target = {
  name: 'cpp',
  about: 'the C preprocessor: noise, mutated and random sources',
  generate(random) {
    const kind = random.next();
    if (kind < 0.1) return noise(random, 500);
    if (kind < 0.3)
      return latin1(Array.from({ length: random.range(2, 25) }, () => random.pick(words)).join(random.pick(['\n', '\n', ' '])) + '\n');
    const source = latin1(generateCpp(random.below(2 ** 31)));
    return kind < 0.5 ? source : mutate(random, source, words);
  },
  check(input) {
    const host = memoryHost(files);
    const ours = preprocess(input, 'input.S', { includePaths: ['/'], date: 0 }, host);
    if (ours.text.length > 1 << 28) return 'the output has no bound';
    if (!haveGcc() || /include|__DATE__|__TIME__|__FILE__|__COUNTER__|embed|import/.test(textOf(input)) || input.includes(0)) return null;
    const limited = 'ulimit -t 5; ulimit -v 1500000; exec gcc -E -P -x assembler-with-cpp -';
    const theirs = spawnSync('sh', ['-c', limited], { input, timeout: 10_000, maxBuffer: 64 << 20 });
    if (theirs.signal !== null || theirs.error !== undefined || (theirs.status ?? 9) > 1) return null;
    const failed = ours.diagnostics.some((d) => d.severity === 'error');
    const said = theirs.stderr.toString('latin1');
    const line = (text: string): string => /(?:error|Error): (.*)/.exec(text)?.[1] ?? '';
    if (failed !== (theirs.status !== 0)) {
      const first = failed ? (ours.diagnostics.find((d) => d.severity === 'error')?.message ?? '') : line(said);
      return `${failed ? 'we refuse what gcc takes' : 'we take what gcc refuses'}: ${first}`;
    }
    if (failed) return null;
    const plain = preprocess(input, '<stdin>', { noLineMarkers: true, date: 0 }, host).text;
    const [a, b] = [textOf(plain), theirs.stdout.toString('latin1')].map((text) => text.replace(/\s+/g, ' ').trim());
    if (a === b) return null;
    let at = 0;
    while (a[at] === b[at]) at++;
    return `the texts differ\nours: ${a.slice(Math.max(0, at - 30), at + 60)}\ngcc:  ${b.slice(Math.max(0, at - 30), at + 60)}`;
  },
};

let gcc: boolean | undefined;
const haveGcc = (): boolean => (gcc ??= /^12/.test(spawnSync('gcc', ['-dumpversion'], { encoding: 'utf8' }).stdout ?? ''));
