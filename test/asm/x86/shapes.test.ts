/** Statements of one shape are encoded from the first of them (src/asm/x86/known.ts): the caches on and off make the same bytes. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../../src/asm/index.js';
import { writeElf } from '../../../src/objcopy/elf/write.js';
import { memoryHost } from '../../../src/host.js';

const test = suite('shapes');

const wide = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');
const long = 'eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d'.split(' ');
const word = 'ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w'.split(' ');
const byte = 'al cl dl bl spl bpl sil dil ah ch dh bh r8b r9b r12b r15b'.split(' ');
const vector = Array.from({ length: 16 }, (_, i) => `xmm${i}`);
const families: Record<string, readonly string[]> = { q: wide, l: long, w: word, b: byte, x: vector };
/** Limits of fields, and what lies beside them. */
const values = '0 1 2 3 5 127 128 200 255 256 32767 32768 65280 65281 65407 65408 65535 65536 -1 -128 -129 -255 -256 -32768 -32769'.split(
  ' ',
);
const symbols = ['foo', 'bar', '.L5', 'foo+8', '8+bar', 'foo-4', 'foo@GOTPCREL', 'bar@PLT'];

/** Mnemonics with the kinds of operands that they take here: r register, m memory, i immediate, s symbol; b q l w x: of that family. */
const forms: readonly (readonly [string, ...string[]])[] = [
  ['mov', 'r,r', 'm,r', 'r,m', 'i,r', 'i,m', 's,r', 's,m'],
  ['add', 'r,r', 'm,r', 'r,m', 'i,r', 'i,m'],
  ['test', 'r,r', 'r,m', 'i,r'],
  ['xchg', 'r,r', 'r,m'],
  ['imul', 'r', 'r,r', 'm,r', 'i,r', 'i,r,r', 'i,m,r'],
  ['shl', 'r', 'i,r', 'b,r', 'b,m'],
  ['shld', 'i,r,r', 'b,r,m'],
  ['lea', 'm,r'],
  ['push', 'r', 'm', 'i', 's'],
  ['pop', 'r', 'm'],
  ['cmpxchg', 'r,r', 'r,m'],
  ['bswap', 'r'],
  ['bt', 'i,r', 'r,m'],
  ['movzb', 'b,r', 'm,r'],
  ['in', 'w,r', 'i,r'],
  ['call', 's', '*r', '*m'],
  ['jmp', 's', '*r', '*m'],
  ['movaps', 'x,x', 'm,x', 'x,m'],
  ['movq', 'x,r', 'r,x', 'm,x'],
  ['pshufd', 'i,x,x'],
  ['vaddps', 'x,x,x', 'm,x,x'],
  ['monitor', 'q,q,q'],
  ['popcnt', 'r,r', 'm,r'],
  ['movs', 'm,m'],
];

/** Statements of every form, each several times with other registers, numbers and symbols, always the same. */
function statements(is64: boolean): string[] {
  let state = 7;
  const pick = <T>(list: readonly T[]): T => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return list[Math.floor((state / 2 ** 32) * list.length)];
  };
  const addresses = is64 ? [wide, wide, long] : [long, long, word];
  const memory = (form: number, family: readonly string[]): string => {
    const [base, index] = [`%${pick(family)}`, `%${pick(family)}`];
    const texts = [`(${base})`, `${pick(values)}(${base})`, `${pick(values)}(${base},${index},4)`, `(,${index},8)`];
    return [...texts, `${pick(symbols)}${is64 ? '(%rip)' : ''}`, `(${base},${index})`][form];
  };
  const lines: string[] = [];
  for (const [mnemonic, ...kinds] of forms) {
    for (const kind of kinds) {
      for (const suffix of ['', 'b', 'w', 'l', 'q']) {
        const size = suffix === '' ? pick(['l', 'w', is64 ? 'q' : 'l']) : suffix;
        for (let form = 0; form < (kind.includes('m') ? 6 : 1); form++) {
          const family = pick(addresses);
          for (let i = 0; i < 6; i++) {
            const operands = kind.split(',').map((one) => {
              const star = one[0] === '*' ? '*' : '';
              const letter = one[one.length - 1];
              if (letter === 'm') return star + memory(form, family);
              if (letter === 'i') return `$${pick(values)}`;
              if (letter === 's') return kind === 's' ? pick(symbols) : `$${pick(symbols.slice(0, 4))}`;
              return `${star}%${pick(families[letter === 'r' ? size : letter])}`;
            });
            lines.push(`\t${mnemonic}${suffix}\t${operands.join(', ')}`);
          }
        }
      }
    }
  }
  return lines;
}

for (const abi of ['64', '32'] as const) {
  test(`--${abi}: the same with and without`, () => {
    const lines = statements(abi === '64');
    const text = Buffer.from(`bar:\n${lines.join('\n')}\nmovq $foo, foo(%rax)\nmovq $bar, foo(%rax)\n`, 'latin1');
    const [cached, plain] = [false, true].map((noCache) => {
      const { object, diagnostics } = assemble([{ name: 'shapes.s', text }], { abi, noCache, force: true }, memoryHost({}));
      const entries = object!.lines!.entries;
      const { data } = object!.sections.find(({ name }) => name === '.text')!;
      const encoded = entries.map(({ line, offset }, i) => {
        return `${lines[line - 2]} # ${Buffer.from(data.subarray(offset, entries[i + 1]?.offset)).toString('hex')}`;
      });
      return {
        encoded,
        messages: diagnostics.map(({ at, message }) => `${lines[(at?.line ?? 2) - 2]}: ${message}`),
        object: Buffer.from(writeElf(object!)).toString('hex'),
      };
    });
    assert.ok(plain.encoded.length > 1000, `only ${plain.encoded.length} are encoded`);
    assert.equal(
      cached.encoded.filter((one, i) => one !== plain.encoded[i]),
      [],
    );
    assert.equal(
      cached.messages.filter((one, i) => one !== plain.messages[i]),
      [],
    );
    assert.ok(cached.object === plain.object, 'relocations or symbols differ');
  });
}

test.run();
