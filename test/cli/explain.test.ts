/** `explain` and `init`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hex } from '../../src/bytes.js';
import { explainInstruction } from '../../src/commands/explaining/encoding.js';
import { folder, kvm, tskvm } from '../support/cli.js';

const test = suite('explain');

/** `opcode 8b, ModRM 4c, …` */
const parts = (bytes: string, bits: 16 | 32 | 64 = 64): string =>
  explainInstruction(
    Uint8Array.from(bytes.split(' '), (byte) => Number.parseInt(byte, 16)),
    bits,
    0n,
  )
    .parts.map((part) => `${part.name} ${hex(part.bytes)}`)
    .join(', ');

test('every part has its name', () => {
  assert.is(parts('67 8b 4c 58 10'), 'prefix 67, opcode 8b, ModRM 4c, SIB 58, displacement 10');
  assert.is(parts('b0 48', 32), 'opcode b0, immediate 48');
  assert.is(parts('48 b8 01 02 03 04 05 06 07 80'), 'REX 48, opcode b8, immediate 01 02 03 04 05 06 07 80');
  assert.is(parts('62 f1 7c 48 58 40 01'), 'EVEX 62 f1 7c 48, opcode 58, ModRM 40, displacement 01');
  assert.is(parts('c5 f8 58 c1'), 'VEX c5 f8, opcode 58, ModRM c1');
  assert.is(parts('66 0f 38 00 c1'), 'prefix 66, escape 0f 38, opcode 00, ModRM c1');
  assert.is(parts('8b 40 10', 16), 'opcode 8b, ModRM 40, displacement 10');
  assert.is(parts('8b 44 10', 16), 'opcode 8b, ModRM 44, displacement 10', '16-bit addressing has no SIB');
  assert.is(parts('c7 04 25 00 10 00 00 2a 00 00 00'), 'opcode c7, ModRM 04, SIB 25, displacement 00 10 00 00, immediate 2a 00 00 00');
  assert.is(parts('0f 0b'), 'escape 0f, opcode 0b');
  assert.is(parts('06'), 'bad 06');
});

test('the parts of any instruction are all of its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 15, maxLength: 15 }), fc.constantFrom(16 as const, 32 as const, 64 as const), (bytes, bits) => {
      const one = explainInstruction(bytes, bits, 0n);
      assert.is(one.parts.map((part) => hex(part.bytes)).join(' '), hex(bytes.subarray(0, one.length)));
    }),
    { seed: 3, numRuns: 3000 },
  );
});

test('as a command', () => {
  const { stdout, status } = tskvm(['explain', '--32', 'out %al, $0xf1']);
  assert.is(status, 0);
  assert.is(
    stdout.toString(),
    'out %al,$0xf1   # e6 f1 (32-bit code)\n  e6           opcode        E6 ib: OUT imm8, AL\n  f1           immediate     8 bits: 0xf1 (-15)\n  reads        al\n  needs        INTEL8086\n',
  );
  const wrong = tskvm(['explain', 'foo %al']);
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, "instruction:1: Error: no such instruction: `foo %al'");
});

test('init writes what then passes, and overwrites nothing', () => {
  const place = folder({ 'hello.S': 'mine' });
  const { stderr, status } = tskvm(['init', 'sub'], { cwd: place.path });
  assert.is(status, 0);
  assert.match(stderr, 'wrote sub/hello.S\n');
  if (kvm) {
    const result = tskvm(['test', '--ci'], { cwd: path.join(place.path, 'sub') });
    assert.is(result.stdout.toString().trimEnd().split('\n').pop(), '1 passed, 0 failed, 0 skipped');
  }
  assert.match(tskvm(['init'], { cwd: place.path }).stderr, 'kept  hello.S\n');
  assert.is(readFileSync(path.join(place.path, 'hello.S'), 'utf8'), 'mine');
  place.remove();
});

test.run();
