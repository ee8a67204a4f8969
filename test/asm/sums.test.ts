/** Sums read by hand (src/asm/sums.ts) are what the grammar makes of them, which a parenthesis makes read them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../src/asm/index.js';
import { writeElf } from '../../src/objcopy/elf/write.js';
import { memoryHost } from '../../src/host.js';
import { differences, haveGas } from '../support/compare-gas.js';

const test = suite('sums');

const before =
  'one=1\nminus=-1\nreg=%eax\n.comm common,4\n.weak weak\n.data\ndata: .long 0\n.text\nnop\na: nop\nb: jne far\nc: nop\nlate=d+4\n';
const after = '\nnop\nd: nop\nafter=7\n';
const names = 'a b c d one minus reg common weak data far after late undefined'.split(' ');
const numbers = '0 1 7 127 4294967296 0xffffffffffffffff 0x7fffffffffffffff 123456789012345678 0x10'.split(' ');
const directives = ['.byte', '.short', '.long', '.quad', '.octa', '.uleb128', '.sleb128', '.zero', '.set s,', '.eqv e,'];

let seed = 1;
const random = (n: number): number => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
};
const pick = <T>(list: readonly T[]): T => list[random(list.length)];
const operand = (): string => pick(random(3) === 0 ? numbers : names);

function made(source: string): string {
  const { object, diagnostics } = assemble([{ name: 'x.s', text: Buffer.from(source) }], {}, memoryHost({}, '/'));
  const said = diagnostics.map(({ severity, message }) => `${severity} ${message}`).join('\n');
  return `${said}\n${object === null ? '' : Buffer.from(writeElf(object)).toString('hex')}`;
}

const sums = Array.from({ length: 400 }, () => {
  const rest = Array.from({ length: 1 + random(3) }, () => `${pick(['+', '-', ' - ', '+ '])}${operand()}`).join('');
  return { directive: pick(directives), first: operand(), rest };
});

test('by hand and by the grammar', () => {
  for (const { directive, first, rest } of sums) {
    const statement = (text: string): string => `${before}${directive} ${text}${after}`;
    assert.is(made(statement(`${first}${rest}`)), made(statement(`(${first})${rest}`)), `${directive} ${first}${rest}`);
  }
});

if (haveGas) {
  test('as gas reads them', () => {
    const lines = ['a-b+3', 'b-a+3-1', '1+2', 'one+1', 'd-a+4', '0x123456789abc', '1+a-b', 'late-4-a', 'far+1-1', '7-minus'];
    assert.is(differences(`${before}${lines.map((line) => `.quad ${line}\n`).join('')}${after}far:\n`, [], { abi: '64' }), '');
    assert.is(differences('.set i,0\n.rept 300\n.long i\n.set i,i+1\n.byte i-1-i+2\n.endr\n', [], { abi: '64' }), '');
  });
}

test.run();
