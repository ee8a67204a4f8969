/** Sources that no machine should try to assemble end in one clear error; docs/as.md is what the code says. */
import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../support/compare-gas.js';
import { assemble } from '../../src/asm/index.js';
import { memoryHost } from '../../src/host.js';

const test = suite('limits of the assembler');

function messages(source: string): string {
  const { diagnostics, object } = assemble([{ name: 'x.s', text: Buffer.from(source, 'latin1') }], {}, memoryHost({}, '/'));
  return object !== null ? 'accepted' : diagnostics.map((d) => d.message).join('\n');
}

test('bombs', () => {
  assert.match(messages('.p2align 40\nnop\n'), /is aligned to 2\*\*40/);
  assert.match(messages(Array.from({ length: 50_000 }, (_, i) => `.set a${i},a${i + 1}+1\n`).join('') + '.long a0\n'), /too many others/);
  assert.match(messages(`.long ${'1+'.repeat(500_000)}1\n`), /expression is longer than/);
  assert.match(messages('/*'.repeat(500_000)), /junk at end of line/);
  assert.is(messages(' nop;'.repeat(200_000)), 'accepted');
});

if (haveGas) {
  const same = (source: string, args: string[] = [], options = {}): void =>
    assert.is(differences(source, args, { ...options, abi: args.includes('--32') ? '32' : '64' }), '', source);

  test('jumps under .arch nojumps', () => {
    same('.arch i8086,nojumps\n.code16\njne foo\n.skip 200\nfoo: jne ext\njmp ext\n', ['--32']);
    same('.arch i386,nojumps\njne ext\nfoo: .skip 300\njne foo\n', ['--32']);
    same('.arch i286\n.code16\njne ext\n', ['--32']);
  });

  test('PLT32 is for the start of a procedure', () => {
    same('.globl g\n.weak w\njmp u+9\njmp g\njmp w+1\ncall u+9\ncall g\nxbegin u\nxbegin u+9\n');
  });

  test('GOT loads and %S', () => {
    const source = 'mov foo@GOT(%ebx),%eax\ncall *foo@GOT(%ebx)\ncall *foo@GOT\nmov foo@GOT,%eax\n';
    same(source, ['--32']);
    same(source, ['--32', '-mrelax-relocations=no'], { x86: { relaxRelocations: false } });
    same('.section %S.bar,"aw"\n.byte 1\n.section x%%y\n.byte 2\n', ['--sectname-subst'], { sectnameSubst: true });
  });

  test('the stack note comes before what debuggers read', () => {
    same('nop\n', ['--noexecstack', '-g'], { noexecstack: true, debug: { format: 'dwarf' } });
  });

  test('a size that was a number stays what debuggers see', () => {
    const source = '.type a,@function\na: nop\n.size a,.-a\nb: jmp 1f\n.skip 200\n1:\n.size a,.-a\n';
    same(source, ['--gdwarf-5'], { debug: { format: 'dwarf', version: 5 } });
  });
}

test('docs/as.md is what scripts/as-docs.mjs writes', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/as-docs.mjs', '--check'], { encoding: 'utf8' });
  assert.is(status, 0, stderr);
});

test.run();
