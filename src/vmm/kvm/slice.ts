/**
 * Time slices: a timer that sends a signal to this very thread, and that only KVM_RUN lets through, so that a guest that
 * never leaves by itself gives the event loop its turn (timer_create(2) with SIGEV_THREAD_ID, KVM_SET_SIGNAL_MASK).
 * One timer serves every machine of a thread, because one thread is inside one KVM_RUN at a time.
 */
import { KvmError } from './error.js';
import type { Ffi } from './ffi.js';

/** A real-time signal that neither glibc, V8 nor libuv uses. */
const SIGNAL = 42;
const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const CLOCK_MONOTONIC = 1;
const SIGEV_THREAD_ID = 4;
const SIGSET_BYTES = 128;
/** Milliseconds after a run in which the next one finds the timer going. */
const REST = 50;

const signalSet = new Uint8Array(SIGSET_BYTES);
signalSet[(SIGNAL - 1) >> 3] = 1 << ((SIGNAL - 1) & 7);
const noWait = new Uint8Array(16);
const onBun = process.versions.bun !== undefined;

export class SliceTimer {
  private users = 0;
  private id = 0n;
  private armed = 0;
  /** struct kvm_signal_mask: length 8 and the thread's mask without our signal. */
  readonly mask = new Uint8Array(12);
  private readonly spec = new Uint8Array(32);
  /** Nobody runs a guest: the timer is left going for a moment, because the next run often follows at once. */
  private resting = false;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly ffi: Ffi) {}

  /** Blocks the signal and makes the timer for the first user. @throws KvmError */
  acquire(): void {
    this.users += 1;
    if (this.users > 1) return;
    try {
      const old = new Uint8Array(SIGSET_BYTES);
      const blocked = this.ffi.pthreadSigmask(SIG_BLOCK, signalSet, old);
      if (blocked !== 0) throw new KvmError('blocking the time-slice signal (pthread_sigmask)', blocked);
      // Bun waits for events with all signals let through; one that is ignored still ends a KVM_RUN that blocked it before.
      if (onBun) this.ffi.ignoreSignal(SIGNAL);
      this.mask[0] = 8;
      this.mask.set(old.subarray(0, 8), 4);
      this.mask[4 + ((SIGNAL - 1) >> 3)] &= ~(1 << ((SIGNAL - 1) & 7));
      // struct sigevent: value at 0, signo at 8, notify at 12, thread id at 16.
      const event = new Uint8Array(64);
      const words = new Uint32Array(event.buffer);
      words[2] = SIGNAL;
      words[3] = SIGEV_THREAD_ID;
      words[4] = this.ffi.gettid();
      const id = new Uint8Array(8);
      if (this.ffi.timerCreate(CLOCK_MONOTONIC, event, id) < 0) throw new KvmError('timer_create', this.ffi.errno());
      this.id = new DataView(id.buffer).getBigUint64(0, true);
      this.armed = 0;
    } catch (error) {
      this.users = 0;
      this.ffi.pthreadSigmask(SIG_UNBLOCK, signalSet, null);
      throw error;
    }
  }

  /** Fires every `milliseconds` from now on; 0 stops it. @throws KvmError */
  arm(milliseconds: number): void {
    this.resting = false;
    if (milliseconds === this.armed) return;
    const view = new DataView(this.spec.buffer);
    const seconds = Math.floor(milliseconds / 1000);
    const nanoseconds = Math.round((milliseconds - seconds * 1000) * 1e6);
    for (const at of [0, 16]) {
      view.setBigInt64(at, BigInt(seconds), true);
      view.setBigInt64(at + 8, BigInt(nanoseconds), true);
    }
    if (this.ffi.timerSettime(this.id, 0, this.spec) < 0) throw new KvmError('timer_settime', this.ffi.errno());
    this.armed = milliseconds;
    if (milliseconds === 0) this.drain();
  }

  /** No guest runs now: stops the timer, unless the next run comes soon. */
  rest(): void {
    this.resting = true;
    this.idle ??= setTimeout(() => {
      this.idle = undefined;
      if (this.resting && this.users > 0) this.arm(0);
    }, REST).unref();
  }

  /**
   * Before a run: a timer that has fired while Bun waited for events, with the ignored signal let through, fires no more
   * until it is set again (Linux 6.13 and later).
   */
  revive(): void {
    if (onBun && this.armed > 0 && this.ffi.timerSettime(this.id, 0, this.spec) < 0) throw new KvmError('timer_settime', this.ffi.errno());
  }

  /** Takes a delivered signal away, so that the next KVM_RUN does not end at once. */
  drain(): void {
    while (this.ffi.sigtimedwait(signalSet, noWait) > 0);
  }

  /** Undoes `acquire`: the last user deletes the timer and unblocks the signal. */
  release(): void {
    if (this.users === 0) return;
    this.users -= 1;
    if (this.users > 0) return;
    clearTimeout(this.idle);
    this.idle = undefined;
    this.ffi.timerDelete(this.id);
    this.drain();
    this.ffi.pthreadSigmask(SIG_UNBLOCK, signalSet, null);
    this.armed = 0;
  }
}

const timers = new WeakMap<Ffi, SliceTimer>();

/** The thread's timer for an FFI (tests bring their own FFI and so their own timer). */
export function sliceTimer(ffi: Ffi): SliceTimer {
  let timer = timers.get(ffi);
  if (timer === undefined) timers.set(ffi, (timer = new SliceTimer(ffi)));
  return timer;
}
