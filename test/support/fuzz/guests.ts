/** Whole guests: random bytes as code in every mode on both engines. Whatever they do, the run ends in time with a report. */
import { kvm } from '../cli.js';
import { TskvmError } from '../../../src/diagnostics.js';
import { assemble } from '../../../src/asm/index.js';
import { memoryHost } from '../../../src/host.js';
import { createMachine } from '../../../src/vmm/machine.js';
import type { MachineOptions } from '../../../src/vmm/machine.js';
import { KvmError } from '../../../src/vmm/kvm/error.js';
import { reportJson, reportText } from '../../../src/vmm/report.js';
import type { Random } from '../random.js';
import { noise, type Target } from './target.js';

// prettier-ignore
const configurations: readonly MachineOptions[] = [
  { engine: 'kvm', mode: 'real' }, { engine: 'kvm', mode: 'protected' }, { engine: 'kvm', mode: 'long' }, { engine: 'kvm', mode: 'reset' },
  { engine: 'kvm', mode: 'paged32' }, { engine: 'kvm', mode: 'real', irqchip: 'kernel' }, { engine: 'kvm', mode: 'protected', irqchip: 'kernel' }, { engine: 'kvm', mode: 'long', irqchip: 'kernel' },
  { engine: 'kvm', mode: 'real', coalesce: false, strictPorts: true }, { engine: 'kvm', mode: 'protected', memory: 4096 * 16, fixups: false },
  { engine: 'soft', mode: 'real', memory: 1 << 20 }, { engine: 'soft', mode: 'protected', memory: 1 << 20 }, { engine: 'soft', mode: 'paged32', memory: 1 << 23 },
];

// prettier-ignore
const pieces = ['out %al, $0xf1', 'in $0x60, %al', 'hlt', 'cli', 'sti', 'int $3', 'int $0x80', 'iret', 'rep movsb', 'rep stosb', 'rep outsb', 'rep insb', 'push %ax', 'pop %sp', 'ud2', 'lidt (%bx)', 'lgdt (%bx)', 'mov %ax, %ds',
  'mov %ax, %ss', 'jmp .', 'ret', 'cpuid', 'rdtsc', 'mov %cr0, %eax', 'xor %esp, %esp', 'std', 'out %ax, %dx', 'in %dx, %eax', 'div %cl', 'pusha', 'daa', 'aam $0', 'fninit', 'fld1', 'popcnt %ax, %bx', 'wbinvd', 'ljmp $0xffff,$0', 'mov %eax, %cr0', 'wrmsr', 'rdmsr',
  'mov $0xe0000000, %ebx', 'mov %al, (%ebx)', 'lock incb (%ebx)', 'into', 'bound %ax, (%bx)', 'mov $0xf4, %dx', 'loop .', 'mov $-1, %ecx', 'mov $0x20, %dx'];
let encoded: Uint8Array[] | undefined;
const encodings = (): Uint8Array[] =>
  (encoded ??= pieces.flatMap((text) =>
    ['.code16', '.code32'].map((size) => {
      const { object } = assemble([{ name: 'x', text: Buffer.from(`${size};${text}\n`) }], { abi: '32', lineTable: false }, memoryHost({}));
      return object?.sections.find((s) => s.name === '.text')?.data ?? new Uint8Array();
    }),
  ));

function code(random: Random): Uint8Array {
  if (random.chance(0.4)) return noise(random, 120);
  const parts = Array.from({ length: random.range(1, 30) }, () => (random.chance(0.75) ? random.pick(encodings()) : noise(random, 4)));
  return Uint8Array.from(Buffer.concat(parts));
}

export const guests: Target = {
  name: 'guests',
  about: 'random code in every mode on both engines',
  generate(random) {
    const machine = random.chance(0.93) ? random.below(10) : random.range(10, configurations.length - 1);
    return Uint8Array.from([machine, ...code(random)]);
  },
  async check(input) {
    const configuration = configurations[(input[0] ?? 0) % configurations.length];
    if (configuration.engine === 'kvm' && !kvm) return null;
    let machine;
    try {
      machine = createMachine({ ...configuration, memory: configuration.memory ?? 1 << 21, timeout: 0.1, maxExits: 500, maxOutput: 4096 });
    } catch (error) {
      if (error instanceof KvmError || error instanceof TskvmError) return null;
      throw error;
    }
    try {
      const image = input.length > 1 ? input.slice(1) : Uint8Array.of(0xf4);
      // The reset vector lies in the last bytes of the ROM.
      const rom =
        configuration.mode === 'reset'
          ? Uint8Array.from(Buffer.concat([new Uint8Array(65536 - 128), Buffer.concat([new Uint8Array(112), image]).subarray(0, 128)]))
          : image;
      machine.load(rom);
      const started = performance.now();
      const result = await machine.run();
      const took = performance.now() - started;
      if (took > 4000) return `it ran for ${took.toFixed(0)} ms with a limit of 100`;
      if (machine.output().length > 4096) return `${machine.output().length} bytes of output with a limit of 4096`;
      const { ending } = result;
      if (ending.kind === 'device-error') return `device-error in ${ending.device}: ${String(ending.error)}`;
      if (ending.kind === 'unexpected') return `unexpected exit ${ending.name} ${ending.detail}`;
      reportText(result);
      JSON.stringify(reportJson(result), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    } catch (error) {
      if (!(error instanceof TskvmError)) throw error;
    } finally {
      machine.close();
    }
    return null;
  },
};
