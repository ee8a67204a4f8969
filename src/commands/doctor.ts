/** `tskvm doctor`: what this machine can run, and what to do about what it cannot. Status 0, or 2 when no engine works. */
import { exitStatus } from '../exit-status.js';
import { examine } from '../vmm/doctor.js';
import type { CommandSpec } from './shared/spec.js';

const marks = { ok: 'ok  ', warn: 'note', fail: 'FAIL' } as const;

export const doctor: CommandSpec = {
  name: 'doctor',
  description: 'Checks /dev/kvm, its capabilities and the soft engine, and says what to do about each fault.',
  operands: '',
  options: [{ flags: '--json', description: 'the checks as JSON on standard output' }],
  examples: [['tskvm doctor', 'why does KVM not work here?']],
  async run(_operands, options) {
    const checks = await examine();
    if (options.json === true) process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`);
    else {
      for (const check of checks) {
        process.stdout.write(`${marks[check.state]}  ${check.name}: ${check.detail}\n`);
        for (const line of check.advice) process.stdout.write(`      ${line}\n`);
      }
    }
    return checks.some((check) => check.name.endsWith('self-test') && check.state === 'ok') ? 0 : exitStatus.usage;
  },
};
