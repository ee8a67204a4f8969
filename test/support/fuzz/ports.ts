/** A hostile guest on the pc board: every port, every size, both directions, strings too, on both engines. */
import { kvm } from '../cli.js';
import { assemble } from '../../../src/asm/index.js';
import { memoryHost } from '../../../src/host.js';
import { flatten } from '../../../src/objcopy/flatten.js';
import { boardDevices, devices as builtin } from '../../../src/vmm/devices/index.js';
import { createMachine } from '../../../src/vmm/machine.js';
import type { Target } from './target.js';

/** Accesses of one guest. */
const ACCESSES = 3000;
/** MiB that the process may have grown by after a guest. */
const ROOM = 300;

/** The guest draws ports and values from a linear congruential generator; the seed stands in its first instruction. */
const source = (seed: number): string => `
    .code16
    mov $${seed}, %ebx
    mov $0x4000, %sp
next:
    imul $1103515245, %ebx, %ebx
    add $12345, %ebx
    mov %ebx, %edx
    shr $12, %edx
    test $0x100000, %ebx        # half of the time the ports where devices are
    jz 1f
    and $0x3ff, %dx
1:  mov %ebx, %eax
    ror $7, %eax
    mov $3, %cx
    mov $0x6000, %si
    mov $0x7000, %di
    mov %ebx, %ebp
    shr $28, %ebp
    shl $1, %bp
    jmp *table(%bp)
table:
    .word out8, out16, out32, in8, in16, in32, out8, in8, out8, in8, outs8, outs16, ins8, ins32, out8, in16
out8: out %al, %dx; jmp next
out16: out %ax, %dx; jmp next
out32: out %eax, %dx; jmp next
in8: in %dx, %al; jmp next
in16: in %dx, %ax; jmp next
in32: in %dx, %eax; jmp next
outs8: rep outsb; jmp next
outs16: rep outsw; jmp next
ins8: rep insb; jmp next
ins32: rep insl; jmp next
`;

export const ports: Target = {
  name: 'ports',
  about: 'guests that access every port of the pc board in every way, on both engines',
  generate: (random) => Uint8Array.of(random.below(2), random.below(256), random.below(256), random.below(256), random.below(256)),
  async check(input) {
    const engine = (input[0] ?? 0) % 2 === 0 ? 'soft' : 'kvm';
    if (engine === 'kvm' && !kvm) return null;
    const seed = input.slice(1, 5).reduce((all, byte) => all * 256 + byte, 0);
    const { object } = assemble([{ name: 'ports.s', text: Buffer.from(source(seed)) }], { abi: '32' }, memoryHost({}));
    if (object === null) return 'the guest does not assemble';
    const { image } = flatten(object, { base: 0x1000n });
    const before = process.memoryUsage().rss;
    const devices = boardDevices('pc', 'soft').map(({ name, options }) => ({ definition: builtin[name].make(options), where: 'pc' }));
    const machine = createMachine({ engine, memory: 1 << 21, at: 0x1000, devices, timeout: 3, maxExits: ACCESSES, maxOutput: 65536 });
    try {
      machine.load(image);
      const started = performance.now();
      const { ending } = await machine.run();
      const took = performance.now() - started;
      if (took > 8000) return `it ran for ${took.toFixed(0)} ms with a limit of 3000`;
      if (ending.kind === 'device-error') return `device-error in ${ending.device}: ${String(ending.error)}`;
      if (ending.kind === 'unexpected') return `unexpected exit ${ending.name} ${ending.detail}`;
      const grown = (process.memoryUsage().rss - before) / 2 ** 20;
      if (grown > ROOM) return `the process has grown by ${grown.toFixed(0)} MiB`;
    } finally {
      machine.close();
    }
    return null;
  },
};
