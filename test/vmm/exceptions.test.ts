import * as assert from 'uvu/assert';
import { createMachine } from '../../src/vmm/machine.js';
import { build, kvmSuite } from './guest.js';

const test = kvmSuite('exceptions of every vector');

/** What raises a vector: [vector, instructions, where only]. */
type Trigger = readonly [vector: number, source: string];

const software = Array.from({ length: 32 }, (_, n): Trigger => [n, `int $${n}`]);

// prettier-ignore
const triggers: Record<'real' | 'protected' | 'long' | 'paged32', readonly Trigger[]> = {
  real: [
    ...software,
    [0x80, 'int $0x80'], [0xff, 'int $0xff'],
    [0, 'xorw %bx, %bx\n divw %bx'], [0, 'movw $0x100, %ax\n movb $1, %bl\n divb %bl'],
    [1, 'pushf\n popw %ax\n orw $0x100, %ax\n pushw %ax\n popf\n nop'],
    [3, 'int3'], [4, 'movb $0x7f, %al\n addb $1, %al\n into'], [6, 'ud2'], [13, 'movw $0xffff, %bx\n movw (%bx), %ax'],
  ],
  protected: [
    ...software,
    [0x80, 'int $0x80'], [0xff, 'int $0xff'],
    [0, 'xorl %ebx, %ebx\n divl %ebx'],
    [1, 'pushf\n popl %eax\n orl $0x100, %eax\n pushl %eax\n popf\n nop'],
    [3, 'int3'], [4, 'movb $0x7f, %al\n addb $1, %al\n into'], [5, 'movl $9, %eax\n bound %eax, bounds'], [6, 'ud2'],
    [7, 'movl %cr0, %eax\n orl $8, %eax\n movl %eax, %cr0\n fnop'],
    [8, 'andb $0x7f, idt+13*8+5\n movl $0x88, %eax\n movl %eax, %ds'],
    [11, 'movl $0x10, %eax\n movl %eax, %es\n andb $0x7f, %es:gdt+5*8+5\n movl $0x28, %eax\n movl %eax, %fs'],
    [12, 'andb $0x7f, gdt+5*8+5\n movl $0x28, %eax\n movl %eax, %ss'],
    [13, 'movl $0x88, %eax\n movl %eax, %ds'], [13, 'ljmp $0x88, $0'], [13, 'movl $0x80000000, %eax\n movl %eax, %cr4'],
  ],
  long: [
    ...software.filter(([n]) => n !== 8),
    [0x80, 'int $0x80'], [0xff, 'int $0xff'],
    [0, 'xorl %ebx, %ebx\n divl %ebx'],
    [1, 'pushf\n popq %rax\n orq $0x100, %rax\n pushq %rax\n popf\n nop'],
    [3, 'int3'], [6, 'ud2'], [13, 'movl $0x88, %eax\n movl %eax, %ds'], [13, 'movabsq $0x8000000000000000, %rax\n movb (%rax), %al'],
    [14, 'movabsq $0x700000000000, %rax\n movb (%rax), %al'], [14, 'movabsq $0x700000000000, %rax\n movb %al, (%rax)'],
    [14, 'movabsq $0x700000000000, %rax\n jmp *%rax'],
  ],
  paged32: [
    [0, 'xorl %ebx, %ebx\n divl %ebx'], [6, 'ud2'], [13, 'movl $0x88, %eax\n movl %eax, %ds'],
    // The directory's entry for 0x40000000 is taken away.
    [14, 'movl %cr3, %ebx\n movl $0, 0x400(%ebx)\n movl %ebx, %cr3\n movb 0x40000000, %al'],
    [14, 'movl %cr3, %ebx\n movl $0, 0x400(%ebx)\n movl %ebx, %cr3\n movb %al, 0x40000000'],
  ],
};

/** v86 has neither the trap flag nor segment limits nor double faults, and its bound checks nothing (docs/machine.md). */
const notSoft = /0x100, %[er]?ax\n push|movw \(%bx\)|bound|andb \$0x7f, idt/;
/** KVM without hardware virtualisation takes these for something else outside real mode, without an exit. */
const notPvm = /^int \$(23|25|26|27)$/;

/** A guest that loads tables with a handler for each vector, which writes its number and halts, and then jumps to `which`. */
function guest(mode: keyof typeof triggers, sources: readonly string[]): ReturnType<typeof build> {
  const source = `jmp *which${mode === 'long' ? '(%rip)' : ''}\n which: .quad 0\n${sources.map((text, i) => `t${i}: ${text}\n movb $'?', %al\n jmp common\n`).join('')}`;
  const real = mode === 'real';
  const long = mode === 'long';
  const vectors = Array.from({ length: 256 }, (_, n) => n);
  const handlers = vectors.map((n) => `h${n}: movb $${n}, %al\n jmp common\n`).join('');
  if (real) {
    const table = vectors.map((n) => ` .word h${n}, 0\n`).join('');
    return build(`jmp 1f\n .org 0x200\n${handlers}common: outb %al, $0xf1\n cli\n hlt
ivt:\n${table}1: movw $0x7000, %sp\n movw $ivt, %si\n xorw %di, %di\n movw $512, %cx\n cld\n rep movsw\n ${source}`, 16, 0x2000); // prettier-ignore
  }
  const code = long ? '0x18' : '0x08';
  const gates = vectors.map((n) => ` .word h${n}, ${code}, 0x8e00, 0\n${long ? ' .quad 0\n' : ''}`).join('');
  // 0x28: a segment that some guests make absent.
  const tables = ` .p2align 3\nidt:\n${gates}idtr: .word 256*${long ? 16 : 8}-1\n ${long ? '.quad' : '.long'} idt
 .p2align 3\ngdt: .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff, 0, 0x00cf93000000ffff\ngdtr: .word 47\n ${long ? '.quad' : '.long'} gdt
bounds: .long 0, 4\n`;
  const rip = long ? '(%rip)' : '';
  return build(`movl $0x70000, %esp\n lgdt gdtr${rip}\n lidt idtr${rip}\n ${source}
common: outb %al, $0xf1\n cli\n hlt\n${handlers}${tables}`, long ? 64 : 32, 0x1000); // prettier-ignore
}

for (const [mode, engine] of [
  ['real', 'kvm'],
  ['real', 'soft'],
  ['protected', 'kvm'],
  ['protected', 'soft'],
  ['long', 'kvm'],
  ['paged32', 'auto'],
] as const) {
  test(`${mode} mode (${engine})`, async () => {
    const machine = createMachine({ engine, mode, timeout: 60, memory: 2 ** 20 });
    const wrong: string[] = [];
    const explained: string[] = [];
    const image = guest(
      mode,
      triggers[mode].map(([, source]) => source),
    );
    const address = (name: string): number => Number(image.symbols.find((symbol) => symbol.name === name)?.address);
    for (const [i, [vector, source]] of triggers[mode].entries()) {
      if (engine === 'soft' ? notSoft.test(source) : mode !== 'real' && notPvm.test(source)) continue;
      machine.load(image);
      const target = Buffer.alloc(8);
      target.writeUInt32LE(address(`t${i}`));
      machine.ram.write(address('which'), target);
      const result = await machine.run();
      const output = machine.output();
      const what = source.replaceAll('\n', ';');
      if (result.ending.kind === 'internal-error' && machine.explain(result).cause?.includes('lacks') === true) explained.push(what);
      else if (result.ending.kind !== 'halt' || output.length !== 1 || output[0] !== vector) wrong.push(`${what}: ${result.ending.kind} ${Array.from(output).join()}`); // prettier-ignore
      machine.reset();
    }
    machine.close();
    assert.equal(wrong, []);
    // KVM without hardware virtualisation lacks a few, and says which; with it there are none.
    assert.ok(explained.length <= 3, explained.join());
  });
}

test.run();
