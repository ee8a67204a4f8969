/** Checks of what running guests needs, as data: /dev/kvm, its version and powers, a self-test, the soft engine. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { capabilities } from './kvm/abi.js';
import type { CapabilityName } from './kvm/abi.js';
import { KvmError } from './kvm/error.js';
import { DEVICE_PATH, KvmSystem } from './kvm/system.js';
import { createMachine } from './machine.js';

export interface Check {
  readonly name: string;
  /** `warn`: it works, but something is missing or slow. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it. */
  readonly advice: readonly string[];
}

// prettier-ignore
const wanted: readonly (readonly [CapabilityName, string])[] = [
  ['KVM_CAP_IMMEDIATE_EXIT', 'stopping a vCPU at once'], ['KVM_CAP_SYNC_REGS', 'registers without extra calls'],
  ['KVM_CAP_COALESCED_PIO', 'port writes gathered in a ring'], ['KVM_CAP_IRQCHIP', '--irqchip kernel'], ['KVM_CAP_PIT2', 'the timer of --irqchip kernel'],
  ['KVM_CAP_READONLY_MEM', 'ROM'], ['KVM_CAP_SET_GUEST_DEBUG', 'tskvm trace and breakpoints'], ['KVM_CAP_XSAVE', 'snapshots'], ['KVM_CAP_USER_NMI', 'NMI'],
];

/** Runs every check; never throws. */
export async function examine(): Promise<Check[]> {
  const checks: Check[] = [device()];
  let system: KvmSystem | null = null;
  try {
    system = KvmSystem.open();
    checks.push({ name: 'KVM API', state: 'ok', detail: 'version 12', advice: [] });
  } catch (error) {
    checks.push(failed('KVM API', error));
  }
  checks.push(moduleCheck());
  if (system !== null) {
    try {
      checks.push(capabilityCheck(system), limits(system));
    } catch (error) {
      checks.push(failed('capabilities', error));
    } finally {
      system.close();
    }
    checks.push(await selfTest('kvm'));
  }
  checks.push(await selfTest('soft'));
  return checks;
}

function failed(name: string, error: unknown): Check {
  const message = error instanceof Error ? error.message : String(error);
  return { name, state: 'fail', detail: message, advice: error instanceof KvmError ? error.notes : [] };
}

function device(): Check {
  const name = DEVICE_PATH;
  try {
    const status = statSync(DEVICE_PATH);
    if (!status.isCharacterDevice())
      return { name, state: 'fail', detail: 'is not a device', advice: [`Remove it and load the kvm module: it makes the device node.`] };
    return {
      name,
      state: 'ok',
      detail: `character device, mode ${(status.mode & 0o777).toString(8)}, owner ${status.uid}:${status.gid}`,
      advice: [],
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { name, state: 'fail', detail: code === 'ENOENT' ? 'does not exist' : `cannot be looked at: ${code}`, advice: [] };
  }
}

/** Hardware modules and the software ones that imitate them. */
const modules: Readonly<Record<string, readonly [kind: 'hardware' | 'software', what: string]>> = {
  kvm_intel: ['hardware', 'Intel VT-x'],
  kvm_amd: ['hardware', 'AMD-V'],
  kvm_pvm: ['software', 'page-table virtual machine: guest kernels run in the instruction emulator'],
};

function moduleCheck(): Check {
  const name = 'module';
  let loaded: string[] = [];
  try {
    loaded = readdirSync('/sys/module').filter((entry) => entry.startsWith('kvm_'));
  } catch {
    return { name, state: 'warn', detail: '/sys/module cannot be read', advice: [] };
  }
  const known = loaded.find((entry) => modules[entry] !== undefined);
  const flags = /^flags\s*:(.*)$/m.exec(readText('/proc/cpuinfo'))?.[1] ?? '';
  const cpu = / vmx( |$)/.test(flags) ? 'VT-x' : / svm( |$)/.test(flags) ? 'AMD-V' : 'no virtualisation flag';
  if (known === undefined) {
    return {
      name,
      state: 'warn',
      detail: `neither kvm_intel nor kvm_amd is loaded as a module (it may be built in); the CPU shows ${cpu}`,
      advice:
        cpu === 'no virtualisation flag'
          ? ['Switch on virtualisation in the firmware, or nested virtualisation in the hypervisor around this machine.']
          : ['sudo modprobe kvm_intel (or kvm_amd)'],
    };
  }
  const [kind, what] = modules[known];
  if (kind === 'hardware') return { name, state: 'ok', detail: `${known} (${what}, hardware)`, advice: [] };
  return {
    name,
    state: 'warn',
    detail: `${known} (software: ${what})`,
    advice: ['Guests work, slower than on hardware: about 1 µs an instruction and 10 µs an exit. 32-bit paging needs --engine soft here.'],
  };
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

function capabilityCheck(system: KvmSystem): Check {
  const missing = wanted.filter(([name]) => system.capability(name) === 0);
  const total = Object.keys(capabilities).length;
  const present = (Object.keys(capabilities) as CapabilityName[]).filter((name) => system.capability(name) > 0).length;
  return {
    name: 'capabilities',
    state: missing.length === 0 ? 'ok' : 'warn',
    detail:
      missing.length === 0
        ? `${present} of the ${total} known ones, all that are used`
        : `missing: ${missing.map(([name]) => name).join(', ')}`,
    advice: missing.map(([name, use]) => `Without ${name} there is no ${use}.`),
  };
}

function limits(system: KvmSystem): Check {
  const detail = `${system.capability('KVM_CAP_NR_VCPUS')} vCPUs recommended, ${system.capability('KVM_CAP_MAX_VCPUS')} at most; ${system.capability('KVM_CAP_NR_MEMSLOTS')} memory slots`;
  return { name: 'limits', state: 'ok', detail, advice: [] };
}

/** `Hello` on an engine: mov $0x48, %al; outb %al, $0xf1; …; hlt. */
const hello = Uint8Array.from([0xb0, 0x48, 0xe6, 0xf1, 0xb0, 0x69, 0xe6, 0xf1, 0xf4]);

async function selfTest(engine: 'kvm' | 'soft'): Promise<Check> {
  const name = `${engine} self-test`;
  const begun = performance.now();
  try {
    const machine = createMachine({ engine, timeout: 5, memory: 2 ** 20 });
    try {
      machine.load(hello);
      const result = await machine.run();
      const text = Buffer.from(machine.output()).toString('latin1');
      if (text !== 'Hi' || result.ending.kind !== 'halt')
        return {
          name,
          state: 'fail',
          detail: `a two-letter guest printed ${JSON.stringify(text)} and ended in ${result.ending.kind}`,
          advice: [],
        };
      return { name, state: 'ok', detail: `a guest ran in ${(performance.now() - begun).toFixed(1)} ms`, advice: [] };
    } finally {
      machine.close();
    }
  } catch (error) {
    if (engine === 'kvm') return failed(name, error);
    return {
      name,
      state: 'warn',
      detail: error instanceof Error ? error.message : String(error),
      advice: ['npm install v86 gives the soft engine, for machines without KVM.'],
    };
  }
}
