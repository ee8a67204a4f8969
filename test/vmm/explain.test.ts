import * as assert from 'uvu/assert';
import type { Explanation } from '../../src/vmm/explain.js';
import type { MachineOptions } from '../../src/vmm/machine.js';
import { reportJson, reportText } from '../../src/vmm/report.js';
import type { RunResult } from '../../src/vmm/result.js';
import { build, runGuest, kvmSuite } from './guest.js';

const test = kvmSuite('explained exits');

async function explained(
  source: string,
  bits: 16 | 32 | 64,
  options: MachineOptions,
): Promise<{ result: RunResult; explanation: Explanation; text: string }> {
  let explanation: Explanation | undefined;
  const { result } = await runGuest(build(source, bits), options, (machine, ended) => (explanation = machine.explain(ended)));
  assert.ok(explanation);
  return { result, explanation: explanation as Explanation, text: reportText(result, explanation) };
}

const table = `
  .p2align 3
idt: .fill 256, 1, 0
idtr: .word 255
  .long idt`;

/** Ten broken guests: what ends them, the line that the explanation must name, and the cause. */
const broken: readonly (readonly [
  name: string,
  bits: 16 | 32 | 64,
  options: MachineOptions,
  source: string,
  ending: string,
  line: number,
  cause: RegExp,
])[] = [
  [
    'an undefined instruction without an IDT',
    32,
    { mode: 'protected' },
    'start: nop\n ud2',
    'shutdown',
    2,
    /no IDT was loaded.*#UD from `ud2` at guest\.S:2/,
  ],
  [
    'a division by zero',
    32,
    { mode: 'protected' },
    'start: xorl %ebx, %ebx\n xorl %edx, %edx\n divl %ebx',
    'shutdown',
    3,
    /no IDT was loaded.*#DE from `div %ebx` at guest\.S:3 \(div %ebx divides by zero\)/,
  ],
  [
    'a selector beyond the GDT',
    32,
    { mode: 'protected' },
    'start: movl $0x88, %eax\n movl %eax, %ds\n hlt',
    'shutdown',
    2,
    /#GP from `mov %eax,%ds` at guest\.S:2 \(selector 0x88 does not name/,
  ],
  [
    'an empty IDT',
    32,
    { mode: 'protected' },
    `start: lidt idtr\n int3\n hlt${table}`,
    'shutdown',
    2,
    /no IDT was loaded \(the table at 0x[0-9a-f]+ is empty\); int3 at guest\.S:2/,
  ],
  [
    'a gate with a bad code selector',
    32,
    { mode: 'protected' },
    `start: lidt idtr\n movl $0x00400000, idt+48\n movl $0x8e00, idt+52\n ud2${table}`,
    'shutdown',
    4,
    /#UD from `ud2` at guest\.S:4; its gate names selector 0x40/,
  ],
  [
    'a stack outside memory',
    32,
    { mode: 'protected' },
    `start: movl $0xf0000000, %esp\n lidt idtr\n movl $0x00080100, idt+48\n movl $0x8e00, idt+52\n ud2${table}`,
    'shutdown',
    5,
    /#UD.*guest\.S:5; the stack at 0xf0000000 is not in memory/,
  ],
  [
    'an unmapped address in long mode',
    64,
    { mode: 'long' },
    'start: movabsq $0xffff800000000000, %rax\n movb (%rax), %al\n hlt',
    'shutdown',
    2,
    /#PF from `mov \(%rax\),%al` at guest\.S:2 \(a read of 0xffff800000000000, which is not mapped\)/,
  ],
  [
    'a far jump to a missing segment',
    32,
    { mode: 'protected' },
    'start: nop\n nop\n ljmp $0x99, $start',
    'shutdown',
    3,
    /#GP from `ljmp.*guest\.S:3 \(the code selector/,
  ],
  ['a guest that jumps to itself', 16, { timeout: 0.1 }, 'start: nop\n1: jmp 1b', 'timeout', 2, /jumps to itself at guest\.S:2/],
  [
    'a guest that polls a port',
    16,
    { timeout: 0.2, strictPorts: false, devices: [] },
    'start: nop\n1: inb $0x64, %al\n testb $2, %al\n jnz 1b',
    'timeout',
    2,
    /./,
  ],
];

for (const [name, bits, options, source, ending, line, cause] of broken) {
  test(name, async () => {
    const { result, explanation, text } = await explained(source, bits, options);
    assert.is(result.ending.kind, ending);
    assert.match(explanation.cause ?? '', cause);
    if (name !== 'a guest that polls a port') assert.equal(explanation.place.source, { file: 'guest.S', line });
    assert.ok(text.includes('ip='), 'registers are shown');
    assert.type(JSON.stringify(reportJson(result, explanation)), 'string');
  });
}

test('data that is executed is called data, and its bytes have no source line', async () => {
  const { result, explanation } = await explained('start: jmp data\n hlt\ndata: .byte 0x62, 0x63, 0x00', 16, {});
  assert.is(result.ending.kind, 'internal-error');
  assert.is(explanation.place.source, null);
  assert.match(explanation.cause ?? '', /data was executed: what lies at data is no instruction/);
});

test('execution where no memory is', async () => {
  const { result, explanation } = await explained('start: movl $0x70000000, %eax\n jmp *%eax', 32, { mode: 'protected' });
  assert.is(result.ending.kind, 'internal-error');
  assert.is(explanation.instruction, null);
  assert.match(explanation.cause ?? '', /execution went to 0x70000000, where no memory is/);
});

test('an instruction that this KVM lacks is named, or runs', async () => {
  const { result, explanation } = await explained('start: nop\n fldl 0x1000\n fsin\n hlt', 32, { mode: 'protected' });
  if (result.ending.kind === 'halt') return;
  assert.is(result.ending.kind, 'internal-error');
  assert.match(explanation.cause ?? '', /lacks `fldl 0x1000` at guest\.S:2/);
});

test('page walks name each table', async () => {
  const { explanation, text } = await explained('start: movabsq $0x700000000000, %rax\n jmp *%rax', 64, { mode: 'long' });
  assert.is(explanation.walks[0].physical, null);
  assert.match(text, /page walk of 0x700000000000: PML4@[0-9a-f]+=0 → not mapped/);
  assert.is(explanation.gate?.vector, 14);
});

test.run();
