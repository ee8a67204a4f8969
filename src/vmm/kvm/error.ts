/** A system call of the KVM interface failed: which one, why, and what the user can do. */
import os from 'node:os';
import { TskvmError } from '../../diagnostics.js';
import { exitStatus } from '../../exit-status.js';

/** errno number of a name (`EINTR`), as this machine has it. */
export function errnoNumber(name: string): number {
  return (os.constants.errno as Record<string, number>)[name] ?? 0;
}

/** `ENOENT` for 2; `errno 4242` for a number without a name. */
export function errnoName(errno: number): string {
  for (const [name, value] of Object.entries(os.constants.errno)) if (value === errno) return name;
  return `errno ${errno}`;
}

/** Typed failure of open, ioctl, mmap or a signal call. `code` is the errno's name, `call` what was tried. */
export class KvmError extends TskvmError {
  readonly code: string;
  /** 'memory': the machine that was asked for does not fit; KVM itself works. */
  purpose: 'memory' | 'kvm' = 'kvm';
  constructor(
    /** The call with what it was for: `KVM_CREATE_VM`, `open /dev/kvm`, `mmap of 64 MiB guest memory`. */
    readonly call: string,
    readonly errno: number,
    notes: readonly string[] = [],
    message?: string,
  ) {
    const code = errno === 0 ? '' : errnoName(errno);
    super(message ?? `${call} failed: ${code} (${describe(code)})`, exitStatus.usage, [
      ...notes,
      ...(notes.length > 0 ? [] : advice(call, code)),
    ]);
    this.name = 'KvmError';
    this.code = code;
  }
}

/** Guest memory that the host or KVM refuses. */
export function memoryError(call: string, errno: number, size: string): KvmError {
  const refused = errno === errnoNumber('EINVAL');
  const error = new KvmError(
    call,
    errno,
    [
      refused
        ? `KVM refuses ${size} in one piece: give the guest less with --mem (a piece has less than 8 TiB, and all of it lies within the processor's physical address bits).`
        : 'The host has no room for this: give the guest less with --mem, or close other programs (free -h, ulimit -v).',
    ],
    `a guest with ${size} of memory cannot be made: ${call} failed: ${errnoName(errno)} (${describe(errnoName(errno))})`,
  );
  error.purpose = 'memory';
  return error;
}

// prettier-ignore
const reasons: Record<string, string> = {
  ENOENT: 'no such file', EACCES: 'permission denied', EPERM: 'not permitted', ENODEV: 'no such device', ENXIO: 'no such device or address',
  EBUSY: 'busy', EINVAL: 'invalid argument', ENOMEM: 'out of memory', EMFILE: 'too many open files in this process', ENFILE: 'too many open files in the system',
  EEXIST: 'exists already', EFAULT: 'bad address', ENOTTY: 'the file does not know this request', ENOSYS: 'not implemented', E2BIG: 'too big',
  ENOSPC: 'no room', EIO: 'input/output error', EAGAIN: 'try again', EINTR: 'interrupted', EBADF: 'bad file descriptor', EOPNOTSUPP: 'not supported',
};

const describe = (code: string): string => reasons[code] ?? 'unexpected error';

/** What to do about an errno, when the place that failed has no better advice. */
function advice(call: string, code: string): string[] {
  switch (code) {
    case 'ENOMEM':
      return ['The host has no memory left for this: give the guest less with --mem, or close other programs (free -h, ulimit -v).'];
    case 'EMFILE':
    case 'ENFILE':
      return ['Too many files are open: raise the limit (ulimit -n) or close machines that are no longer used.'];
    case 'EBUSY':
      return ['Another hypervisor may hold the CPU (VirtualBox, VMware): stop it and try again.'];
    case 'ENOTTY':
    case 'ENOSYS':
    case 'EOPNOTSUPP':
      return [`This kernel's KVM does not offer ${call}. Run "tskvm doctor" to see what it offers, or use --engine soft.`];
    default:
      return ['Run "tskvm doctor" to check this machine.'];
  }
}
