/** CPUs, extensions and the nops that they choose. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseMarch, withCpu, withExtension, withTune, defaultArch } from '../../../src/asm/x86/arch.js';
import { createState, encodeInstruction } from '../../../src/asm/x86/index.js';
import { explicitNops, fillNops } from '../../../src/asm/x86/nops.js';
import type { ArchState, EncoderHost } from '../../../src/asm/x86/types.js';

const test = suite('x86 CPUs and nops');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function error(text: string, arch: ArchState): string {
  const state = createState({});
  state.arch = arch;
  let said = '';
  const host: EncoderHost = {
    state,
    parseExpression: () => ({ kind: 'constant', value: 0n }),
    error: (message) => void (said ||= message),
    warning: () => undefined,
  };
  encodeInstruction(text, 1, host);
  return said;
}

test('a CPU has what those before it have', () => {
  const i386 = withCpu(defaultArch(64), 'i386')!;
  assert.is(error('cmovo %eax,%ebx', i386), "`cmovo' is not supported on `i386'");
  assert.is(error('cmovo %eax,%ebx', withCpu(i386, 'i686')!), '');
  assert.is(error('emms', withExtension(withExtension(i386, 'mmx')!, 'nocmov')!), '');
  assert.is(
    error('cmovo %eax,%ebx', withExtension(withExtension(i386, 'mmx')!, 'nocmov')!),
    "`cmovo' is not supported on `i386.mmx.nocmov'",
  );
  assert.is(error('mov %eax,%ebx', withCpu(i386, 'i286')!), "bad register name `%eax'");
});

test('extensions bring what they need and take what needs them', () => {
  const base = withCpu(defaultArch(64), 'generic32')!;
  const avx2 = withExtension(base, 'avx2')!;
  for (const feature of ['sse4.2', 'popcnt', 'xsave', 'avx']) assert.ok(avx2.features.has(feature), feature);
  const without = withExtension(defaultArch(64), 'noavx')!;
  for (const feature of ['avx2', 'avx512vl', 'fma4', 'xop']) assert.not(without.features.has(feature), feature);
  assert.ok(without.features.has('sse4.2'));
  assert.is(
    error('vpaddb %ymm0,%ymm1,%ymm2', withExtension(withCpu(defaultArch(64), 'generic64')!, 'avx')!),
    "unsupported instruction `vpaddb'",
  );
});

test('names that are none', () => {
  assert.is(withCpu(defaultArch(64), 'foo'), null);
  assert.is(withExtension(defaultArch(64), 'nofoo'), null);
  assert.is(withTune(defaultArch(64), 'foo'), null);
  assert.is(parseMarch('generic64+foo', 64), null);
  assert.is(parseMarch('i8086', 32), null);
  assert.ok(parseMarch('generic64+nosse2+avx', 64));
});

test('nops of each code size', () => {
  const any = defaultArch(64);
  assert.is(hex(fillNops(12, 64, any)), '66662e0f1f84000000000090');
  assert.is(hex(fillNops(87, 64, any)).slice(0, 4), '6666');
  assert.is(hex(fillNops(88, 64, any)).slice(0, 4), 'eb56');
  assert.is(hex(fillNops(130, 64, any)).slice(0, 10), 'e97d000000');
  assert.is(hex(fillNops(12, 32, defaultArch(32))), '8db426000000008d74260090');
  assert.is(hex(fillNops(21, 32, defaultArch(32))).slice(0, 4), 'eb13');
  assert.is(hex(fillNops(11, 16, defaultArch(32))), '8db400008db400008d7400');
  assert.is(hex(fillNops(12, 16, defaultArch(32))).slice(0, 4), 'eb0a');
});

test('nops by CPU', () => {
  const long = '0f1f4000';
  const lea = '8d742600';
  assert.is(hex(fillNops(4, 32, withTune(defaultArch(32), 'core2')!)), long);
  assert.is(hex(fillNops(4, 32, withCpu(defaultArch(32), 'i686')!)), lea);
  assert.is(hex(fillNops(4, 32, withCpu(defaultArch(32), 'pentiumpro')!)), long);
  assert.is(hex(fillNops(4, 64, withExtension(defaultArch(64), 'nonop')!)), lea);
  assert.is(hex(fillNops(4, 64, withTune(defaultArch(64), 'i386')!)), lea);
});

test('.nops with a longest nop', () => {
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  assert.is(hex(explicitNops(10, 4, 64, defaultArch(64), say)), '0f1f40000f1f40006690');
  assert.is(hex(explicitNops(13, 5, 32, defaultArch(32), say)), '8d7426008d7426008d74260090');
  explicitNops(30, 12, 64, defaultArch(64), say);
  assert.equal(said, ['invalid single nop size: 12 (expect within [0, 11])']);
});

test.run();
