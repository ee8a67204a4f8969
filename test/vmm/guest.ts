/** Guests for the tests: our own assembler, a machine on KVM, and what came out. */
import { suite } from 'uvu';
import { assemble } from '../../src/asm/index.js';
import { memoryHost } from '../../src/host.js';
import type { Image } from '../../src/object.js';
import { flatten } from '../../src/objcopy/flatten.js';
import { KvmSystem } from '../../src/vmm/kvm/system.js';
import { createMachine } from '../../src/vmm/machine.js';
import type { Machine, MachineOptions } from '../../src/vmm/machine.js';
import type { RunResult } from '../../src/vmm/result.js';

/** Assembles with our own assembler, as `--32` (`--64` for bits 64), at an address; the code size starts at `bits`. Lines count from 1. */
export function build(source: string, bits: 16 | 32 | 64 = 16, at = 0): Image {
  const text = new TextEncoder().encode(`.code${bits};${source}\n`);
  const { object, diagnostics } = assemble([{ name: 'guest.S', text }], { abi: bits === 64 ? '64' : '32' }, memoryHost({}));
  if (object === null) throw new Error(diagnostics.map((d) => `${d.at?.line}: ${d.message}`).join('\n'));
  const flat = flatten(object, { base: BigInt(at) });
  const failed = flat.diagnostics.filter((d) => d.severity === 'error');
  if (failed.length > 0) throw new Error(failed.map((d) => d.message).join('\n'));
  return flat.image;
}

export interface Outcome {
  result: RunResult;
  text: string;
  warnings: string[];
  machine: Machine;
}

/** Runs an image (or bytes in hexadecimal) to its end; the machine is closed. */
export async function runGuest(
  image: Image | string | Uint8Array,
  options: MachineOptions = {},
  look?: (machine: Machine, result: RunResult) => void,
): Promise<Outcome> {
  const warnings: string[] = [];
  const machine = createMachine({ engine: 'kvm', timeout: 60, warn: (text) => warnings.push(text), ...options });
  try {
    machine.load(typeof image === 'string' ? Buffer.from(image, 'hex') : image);
    const result = await machine.run();
    look?.(machine, result);
    return { result, text: Buffer.from(machine.output()).toString('latin1'), warnings, machine };
  } finally {
    machine.close();
  }
}

/**
 * A suite whose tests need KVM. Where KVM does not work they are skipped, unless TSKVM_REQUIRE_KVM=1 wants them to fail.
 */
export function kvmSuite(name: string): ReturnType<typeof suite> {
  const made = suite(name);
  if (process.env.TSKVM_REQUIRE_KVM === '1' || kvmWorks()) return made;
  const skipped = ((title: string) => made.skip(title)) as unknown as ReturnType<typeof suite>;
  return Object.assign(skipped, made, { skip: made.skip, run: made.run, after: made.after, before: made.before });
}

function kvmWorks(): boolean {
  try {
    KvmSystem.open().close();
    return true;
  } catch {
    return false;
  }
}
