/**
 * The one file that talks to C. It declares the few libc functions that KVM needs and hands them out as an `Ffi`, which
 * tests replace to make any call fail with any errno. koffi is loaded on the first use only.
 */
import { existsSync } from 'node:fs';
import type { LazyRequire } from '../../lazy.js';

declare const require: LazyRequire;

/** Calls return −1 (mmap: `MAP_FAILED`) on failure; `errno()` right after tells why. */
export interface Ffi {
  /** open(2) with O_RDWR | O_CLOEXEC. */
  open(path: string): number;
  close(fd: number): number;
  /** ioctl(2) with a pointer argument: bytes that live at least as long as the call, or an address. */
  ioctl(fd: number, request: number, argument: Uint8Array | bigint): number;
  /** ioctl(2) with a plain number as argument. */
  ioctlValue(fd: number, request: number, argument: number): number;
  /** mmap(2); `fd` −1 maps anonymous memory that no core dump or swap reservation counts (MAP_NORESERVE). */
  mmap(length: number, fd: number): bigint;
  munmap(address: bigint, length: number): number;
  /** The memory at `address` as an ArrayBuffer without a copy. At most 4 GiB; dead after munmap. */
  view(address: bigint, length: number): ArrayBuffer;
  /** The calling thread's id. */
  gettid(): number;
  /** pthread_sigmask(3): returns an errno. `set` and `old` are 128-byte sigset_t. */
  pthreadSigmask(how: number, set: Uint8Array | null, old: Uint8Array | null): number;
  /** signal(2) with SIG_IGN. */
  ignoreSignal(number: number): void;
  timerCreate(clock: number, event: Uint8Array, id: Uint8Array): number;
  timerSettime(id: bigint, flags: number, value: Uint8Array): number;
  timerDelete(id: bigint): number;
  sigtimedwait(set: Uint8Array, timeout: Uint8Array): number;
  errno(): number;
}

export const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

interface Koffi {
  load(path: string): { func(definition: string): (...args: never[]) => unknown };
  view(pointer: bigint, length: number): ArrayBuffer;
  errno(): number;
}

const O_RDWR_CLOEXEC = 0o2000002;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;

let cached: Ffi | undefined;

/** The real thing. Throws what koffi throws when its native module does not load. */
export function loadFfi(): Ffi {
  return (cached ??= bind(loadKoffi()));
}

/** koffi's JavaScript finds its native module and wraps it for uses that are not ours: that takes four times as long. */
function loadKoffi(): Koffi {
  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      const found = nearby();
      if (found === null) return require('@koromix/koffi-linux-x64/linux_x64/koffi.node') as Koffi;
      const module = { exports: {} };
      process.dlopen(module, found);
      return module.exports as Koffi;
    } catch {
      // Another layout of node_modules, or musl.
    }
  }
  return require('koffi') as Koffi;
}

/** Where the module lies as a rule, seen from dist/: looking it up as `require` does costs more than loading it. */
function nearby(): string | null {
  if (typeof __dirname !== 'string') return null;
  for (const modules of [`${__dirname}/../node_modules`, `${__dirname}/../..`]) {
    const file = `${modules}/@koromix/koffi-linux-x64/linux_x64/koffi.node`;
    if (existsSync(file)) return file;
  }
  return null;
}

function bind(koffi: Koffi): Ffi {
  const libc = koffi.load('libc.so.6');
  const declare = <F>(definition: string): F => libc.func(definition) as F;
  // Functions that a plain run does not need are declared on their first use.
  const lazily = <A extends unknown[], R>(definition: string): ((...args: A) => R) => {
    let bound: ((...args: A) => R) | undefined;
    return (...args) => (bound ??= declare<(...args: A) => R>(definition))(...args);
  };

  const open = declare<(path: string, flags: number) => number>('int open(const char *path, int flags)');
  const mmap = declare<(...a: [number, number, number, number, number, number]) => bigint>(
    'void *mmap(intptr_t address, size_t length, int protection, int flags, int fd, long offset)',
  );
  return {
    open: (path) => open(path, O_RDWR_CLOEXEC),
    close: lazily('int close(int fd)'),
    // SAFETY: every caller passes a buffer of the struct's size from abi.ts, which stays alive for the call.
    ioctl: declare('int ioctl(int fd, unsigned long request, void *argument)'),
    ioctlValue: declare('int ioctl(int fd, unsigned long request, long argument)'),
    // SAFETY: the kernel chooses the address, so nothing that is mapped already can be replaced.
    mmap: (length, fd) =>
      BigInt.asUintN(64, mmap(0, length, PROT_READ_WRITE, fd === -1 ? MAP_PRIVATE_ANONYMOUS_NORESERVE : MAP_SHARED, fd, 0) ?? MAP_FAILED),
    // SAFETY: callers unmap what they mapped, once, after every view of it has been given up (Mapping.close).
    munmap: lazily('int munmap(uintptr_t address, size_t length)'),
    // SAFETY: address and length are those of a live mapping; the owner never touches the view after munmap.
    view: (address, length) => koffi.view(address, length),
    gettid: lazily('int gettid()'),
    // SAFETY: both sets are 128 bytes, the size of sigset_t in glibc and musl.
    pthreadSigmask: lazily('int pthread_sigmask(int how, void *set, void *old)'),
    // SAFETY: 1 is SIG_IGN, no address of a handler.
    ignoreSignal: (
      (signal) => (number) =>
        void signal(number, 1)
    )(lazily<[number, number], bigint>('uintptr_t signal(int number, uintptr_t handler)')),
    // SAFETY: `event` is a 64-byte struct sigevent, `id` the 8 bytes of a timer_t.
    timerCreate: lazily('int timer_create(int clock, void *event, void *id)'),
    // SAFETY: `value` is a 32-byte struct itimerspec; the id comes from timer_create and is not deleted yet.
    timerSettime: (
      (settime) => (id, flags, value) =>
        settime(id, flags, value, null)
    )(lazily<[bigint, number, Uint8Array, null], number>('int timer_settime(uintptr_t id, int flags, void *value, void *old)')),
    timerDelete: lazily('int timer_delete(uintptr_t id)'),
    // SAFETY: the set is 128 bytes, the timeout a 16-byte struct timespec; no siginfo is asked for.
    sigtimedwait: (
      (wait) => (set, timeout) =>
        wait(set, null, timeout)
    )(lazily<[Uint8Array, null, Uint8Array], number>('int sigtimedwait(void *set, void *info, void *timeout)')),
    errno: () => koffi.errno(),
  };
}
