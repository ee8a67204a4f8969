import { readFileSync, readdirSync } from 'node:fs';
import { kvmSuite } from './guest.js';
import * as assert from 'uvu/assert';
import { KvmEngine } from '../../src/vmm/engines/kvm.js';
import type { EngineOptions, IoHandler } from '../../src/vmm/engine.js';
import { ioctls } from '../../src/vmm/kvm/abi.js';
import { KvmError, errnoNumber } from '../../src/vmm/kvm/error.js';
import { MAP_FAILED, loadFfi } from '../../src/vmm/kvm/ffi.js';
import type { Ffi } from '../../src/vmm/kvm/ffi.js';
import { createMachine } from '../../src/vmm/machine.js';

const test = kvmSuite('faults at the FFI seam');

const io: IoHandler = {
  attention: false,
  retry: false,
  in: () => 0,
  out: () => undefined,
  inBlock: () => undefined,
  outBlock: () => undefined,
  takesBlocks: () => false,
  read: () => undefined,
  write: () => undefined,
};
const options: EngineOptions = {
  memory: [{ address: 0, size: 65536, kind: 'ram' }],
  cpus: 1,
  kernelIrqchip: true,
  slice: 1,
  io,
  coalesced: [{ address: 0xf1, size: 1, pio: true }],
};

/** The real calls, with one that fails; counts what is open and mapped. */
function faulty(fail: (name: string, request: number | null) => number): { ffi: Ffi; open: () => number; mapped: () => number } {
  const real = loadFfi();
  let errno = 0;
  const descriptors = new Set<number>();
  const maps = new Set<bigint>();
  const fails = (name: string, request: number | null = null): boolean => {
    errno = fail(name, request);
    return errno !== 0;
  };
  const creates = new Set<number>([ioctls.KVM_CREATE_VM, ioctls.KVM_CREATE_VCPU]);
  const ffi: Ffi = {
    ...real,
    open(path) {
      if (fails('open')) return -1;
      const fd = real.open(path);
      if (fd >= 0) descriptors.add(fd);
      return fd;
    },
    close(fd) {
      assert.ok(descriptors.delete(fd), 'closed twice, or never opened');
      return real.close(fd);
    },
    ioctl: (fd, request, argument) => (fails('ioctl', request) ? -1 : real.ioctl(fd, request, argument)),
    ioctlValue(fd, request, argument) {
      if (fails('ioctl', request)) return -1;
      const result = real.ioctlValue(fd, request, argument);
      if (creates.has(request) && result >= 0) descriptors.add(result);
      return result;
    },
    mmap(length, fd) {
      if (fails('mmap')) return MAP_FAILED;
      const address = real.mmap(length, fd);
      if (address !== MAP_FAILED) maps.add(address);
      return address;
    },
    munmap(address, length) {
      assert.ok(maps.delete(address), 'unmapped twice, or never mapped');
      return real.munmap(address, length);
    },
    timerCreate: (clock, event, id) => (fails('timer_create') ? -1 : real.timerCreate(clock, event, id)),
    pthreadSigmask: (how, set, old) => (fails('pthread_sigmask') ? errno : real.pthreadSigmask(how, set, old)),
    errno: () => (errno !== 0 ? errno : real.errno()),
  };
  return { ffi, open: () => descriptors.size, mapped: () => maps.size };
}

/** Everything that making, saving, stepping, running and closing an engine calls, by request. */
const requests = new Set<number>();
function exercise(ffi: Ffi): void {
  const engine = KvmEngine.create(options, ffi);
  try {
    engine.memory[0].bytes.set([0xe6, 0x80, 0xf4]);
    const [cpu] = engine.cpus;
    const system = cpu.getSystem();
    system.cs = { ...system.cs, base: 0n, selector: 0 };
    cpu.setSystem(system);
    cpu.setGeneral({ ...cpu.getGeneral(), rip: 0n });
    cpu.setDebug(cpu.getDebug());
    cpu.setXsave(cpu.getXsave());
    engine.irqLine(1, true);
    engine.irqLine(1, false);
    engine.logDirty(true);
    engine.start();
    const exit = cpu.run();
    engine.stop();
    assert.ok(['waiting', 'slice', 'halt'].includes(exit.kind), exit.kind);
    engine.dirty(() => undefined);
    cpu.debug({ step: true, breakpoints: [] });
    cpu.nmi();
    cpu.restore(cpu.save());
    engine.restoreChips(engine.saveChips());
  } finally {
    engine.close();
    engine.close();
  }
}

test('without faults nothing stays open or mapped', () => {
  const { ffi, open, mapped } = faulty((_name, request) => {
    if (request !== null) requests.add(request);
    return 0;
  });
  exercise(ffi);
  assert.is(open(), 0);
  assert.is(mapped(), 0);
  assert.ok(requests.size > 30, `${requests.size} different requests`);
});

test('each ioctl failing with each plausible errno is a KvmError that names it, and leaves nothing behind', () => {
  const errnos = ['EINVAL', 'ENOMEM', 'EBUSY', 'ENOTTY', 'EFAULT', 'EMFILE', 'EPERM', 'ENXIO'];
  const names = new Map(Object.entries(ioctls).map(([name, number]) => [number as number, name]));
  for (const request of requests) {
    for (const code of errnos.slice(0, 2)) {
      // Each request gets two of them in turn: every errno meets every part of the code, in a second instead of ten.
      errnos.push(errnos.shift() as string);
      const { ffi, open, mapped } = faulty((name, asked) => (name === 'ioctl' && asked === request ? errnoNumber(code) : 0));
      try {
        exercise(ffi);
        assert.unreachable(`${names.get(request)} ${code}`);
      } catch (error) {
        assert.instance(error, KvmError, `${names.get(request)} ${code}: ${String(error)}`);
        const kvm = error as KvmError;
        assert.is(kvm.code, code);
        assert.ok(kvm.call.includes(names.get(request) as string), `${kvm.call} should name ${names.get(request)}`);
        assert.ok(kvm.notes.length > 0, 'says what to do');
        assert.is(kvm.status, 2);
      }
      assert.is(open(), 0, `${names.get(request)} ${code} leaves a descriptor open`);
      assert.is(mapped(), 0, `${names.get(request)} ${code} leaves a mapping`);
    }
  }
});

test('a KVM_RUN that once has no memory, because a signal was waiting, is tried again', () => {
  let left = 3;
  const { ffi, open } = faulty((_name, request) => (request === ioctls.KVM_RUN && left-- > 0 ? errnoNumber('ENOMEM') : 0));
  exercise(ffi);
  assert.ok(left < 0);
  assert.is(open(), 0);
});

test('open, mmap, timer_create and pthread_sigmask failing', () => {
  for (const [call, code, message] of [
    ['open', 'ENOENT', /modprobe/],
    ['open', 'EACCES', /usermod -aG kvm/],
    ['open', 'ENODEV', /kvm_intel or kvm_amd/],
    ['open', 'EBUSY', /VirtualBox/],
    ['open', 'EMFILE', /ulimit -n/],
    ['mmap', 'ENOMEM', /--mem/],
    ['timer_create', 'EAGAIN', /tskvm doctor/],
    ['pthread_sigmask', 'EINVAL', /tskvm doctor/],
  ] as const) {
    const { ffi, open, mapped } = faulty((name) => (name === call ? errnoNumber(code) : 0));
    try {
      KvmEngine.create(options, ffi).close();
      assert.unreachable(`${call} ${code}`);
    } catch (error) {
      assert.instance(error, KvmError);
      assert.is((error as KvmError).code, code);
      assert.match((error as KvmError).notes.join('\n'), message);
    }
    assert.is(open(), 0, call);
    assert.is(mapped(), 0, call);
  }
});

test('the second mmap failing releases the first', () => {
  let count = 0;
  const { ffi, open, mapped } = faulty((name) => (name === 'mmap' && ++count === 2 ? errnoNumber('ENOMEM') : 0));
  assert.throws(() => KvmEngine.create(options, ffi), /mmap of the vCPU's kvm_run area failed: ENOMEM/);
  assert.is(open(), 0);
  assert.is(mapped(), 0);
});

test('another API version is refused', () => {
  const { ffi, open } = faulty(() => 0);
  const old: Ffi = {
    ...ffi,
    ioctlValue: (fd, request, argument) => (request === ioctls.KVM_GET_API_VERSION ? 11 : ffi.ioctlValue(fd, request, argument)),
  };
  assert.throws(() => KvmEngine.create(options, old), /speaks KVM API version 11, not 12/);
  assert.is(open(), 0);
});

test('a closed machine refuses work, and memory that somebody kept is dead', async () => {
  const machine = createMachine({ engine: 'kvm' });
  const kept = machine.memory;
  machine.close();
  machine.close();
  assert.is(kept.length, 0);
  assert.throws(() => machine.memory, /closed/);
  assert.throws(() => machine.load(new Uint8Array(1)), /closed/);
});

test('1,000 VMs made, run and closed leave no descriptor, mapping or thread behind', async () => {
  const count = (): { fds: number; maps: number; threads: number } => ({
    fds: readdirSync('/proc/self/fd').length,
    maps: readFileSync('/proc/self/maps', 'utf8')
      .split('\n')
      .filter((line) => line.includes('kvm')).length,
    threads: readdirSync('/proc/self/task').length,
  });
  const one = async (): Promise<void> => {
    const machine = createMachine({ engine: 'kvm', memory: 65536 });
    machine.load(Uint8Array.of(0xb0, 0x41, 0xe6, 0xf1, 0xf4));
    await machine.run();
    assert.is(machine.output()[0], 0x41);
    machine.close();
  };
  await one();
  const before = count();
  for (let i = 0; i < 1000; i++) await one();
  const after = count();
  assert.equal({ ...after, threads: 0 }, { ...before, threads: 0 });
  // The runtime may have ended some of its own in the meantime.
  assert.ok(after.threads <= before.threads, `${after.threads} threads, ${before.threads} before`);
});

test.run();
