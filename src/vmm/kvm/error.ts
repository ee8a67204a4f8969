/** A system call of the KVM interface failed: which one, why, and what the user can do. */
import { TskvmError } from '../../diagnostics.js';
import { exitStatus } from '../../exit-status.js';

/** Linux's error numbers on x86, from 1 on (`<asm-generic/errno.h>`): loading node:os for them is felt at the start. */
// prettier-ignore
const errnos = (
  'EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ' +
  'ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ' +
  'ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT ' +
  'EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ' +
  'ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ' +
  'ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ' +
  'ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ' +
  'ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH ' +
  'EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY ' +
  'EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL - '
).split(' ');

/** errno number of a name (`EINTR`); 0 for a name that Linux does not have. */
export function errnoNumber(name: string): number {
  return errnos.indexOf(name) + 1;
}

/** `ENOENT` for 2; `errno 4242` for a number without a name. */
export function errnoName(errno: number): string {
  return errnos[errno - 1] ?? `errno ${errno}`;
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
