/** /dev/kvm itself: opening it with clear faults, its version, its capabilities, and mappings of memory. */
import type { MemoryView } from '../engine.js';
import type { Ffi } from './ffi.js';
import { API_VERSION, capabilities, ioctls } from './abi.js';
import type { CapabilityName, IoctlName } from './abi.js';
import { KvmError, errnoNumber, memoryError } from './error.js';
import { MAP_FAILED, loadFfi } from './ffi.js';

export const DEVICE_PATH = '/dev/kvm';

/** What to do when /dev/kvm cannot be opened, by errno name. */
// prettier-ignore
const openAdvice: Record<string, readonly string[]> = {
  ENOENT: [
    'This machine has no /dev/kvm. Load the module (modprobe kvm_intel, or kvm_amd), switch on virtualisation (VT-x or AMD-V) in the firmware, or, inside a virtual machine or container, pass /dev/kvm in (docker run --device /dev/kvm).',
    'Without KVM, --engine soft runs 16- and 32-bit guests.',
  ],
  EACCES: ['You may not open /dev/kvm: join its group (sudo usermod -aG kvm $USER, then log in again), or use --engine soft.'],
  EPERM: ['Opening /dev/kvm is forbidden here (a container or sandbox): allow the device, or use --engine soft.'],
  ENODEV: ['The device node exists but no KVM module serves it: load kvm_intel or kvm_amd and switch on virtualisation in the firmware, or use --engine soft.'],
  ENXIO: ['The device node exists but no KVM module serves it: load kvm_intel or kvm_amd and switch on virtualisation in the firmware, or use --engine soft.'],
  EBUSY: ['Another hypervisor (VirtualBox, VMware) holds the CPU: stop it and try again.'],
};

/** The host does not change while the process lives, so the CPUID table is asked for once. */
const cpuids = new WeakMap<Ffi, Uint8Array>();

/** The opened /dev/kvm. */
export class KvmSystem {
  private fd: number;
  private readonly known = new Map<number, number>();
  private runSize = 0;

  private constructor(
    readonly ffi: Ffi,
    fd: number,
  ) {
    this.fd = fd;
  }

  /**
   * Opens /dev/kvm and checks the API version.
   * @throws KvmError with what to do: no device, no permission, another version, koffi missing.
   */
  static open(ffi?: Ffi, path = DEVICE_PATH): KvmSystem {
    let calls: Ffi;
    try {
      calls = ffi ?? loadFfi();
    } catch (error) {
      throw new KvmError(
        'loading koffi',
        0,
        [
          'The native module of the npm package koffi did not load: install the dependencies again (npm ci) on this machine, or use --engine soft.',
        ],
        `the FFI module koffi did not load: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      );
    }
    const fd = calls.open(path);
    if (fd < 0) {
      const error = new KvmError(`opening ${path}`, calls.errno());
      throw new KvmError(error.call, error.errno, openAdvice[error.code] ?? []);
    }
    const system = new KvmSystem(calls, fd);
    try {
      const version = system.call('KVM_GET_API_VERSION', 0);
      if (version !== API_VERSION) {
        throw new KvmError(
          'KVM_GET_API_VERSION',
          0,
          [
            "Every kernel since 2.6.22 answers 12: update the kernel, or check that /dev/kvm is KVM's device. --engine soft works without it.",
          ],
          `${path} speaks KVM API version ${version}, not ${API_VERSION}`,
        );
      }
    } catch (error) {
      system.close();
      throw error;
    }
    return system;
  }

  /** A system ioctl whose argument is a number. */
  call(name: IoctlName, argument: number): number {
    const result = this.ffi.ioctlValue(this.fd, ioctls[name], argument);
    if (result < 0) throw new KvmError(name, this.ffi.errno());
    return result;
  }

  /** A system ioctl with a buffer; returns −errno instead of throwing. */
  tryBuffer(name: IoctlName, buffer: Uint8Array): number {
    const result = this.ffi.ioctl(this.fd, ioctls[name], buffer);
    return result < 0 ? -this.ffi.errno() : result;
  }

  /** KVM_CHECK_EXTENSION: 0 when the capability is missing, else a positive number. */
  capability(name: CapabilityName): number {
    const number = capabilities[name];
    let value = this.known.get(number);
    if (value === undefined) {
      value = this.call('KVM_CHECK_EXTENSION', number);
      this.known.set(number, value);
    }
    return value;
  }

  /** Bytes of a vCPU's shared area (struct kvm_run and the rings behind it). */
  get vcpuMapSize(): number {
    return (this.runSize ||= this.call('KVM_GET_VCPU_MMAP_SIZE', 0));
  }

  /** KVM_GET_SUPPORTED_CPUID as a struct kvm_cpuid2, ready for KVM_SET_CPUID2. */
  supportedCpuid(): Uint8Array {
    const known = cpuids.get(this.ffi);
    if (known !== undefined) return known;
    for (let room = 128; ; room *= 2) {
      const buffer = new Uint8Array(8 + room * 40);
      new DataView(buffer.buffer).setUint32(0, room, true);
      const result = this.tryBuffer('KVM_GET_SUPPORTED_CPUID', buffer);
      if (result >= 0) {
        cpuids.set(this.ffi, buffer);
        return buffer;
      }
      if (result !== -errnoNumber('E2BIG') || room >= 4096) throw new KvmError('KVM_GET_SUPPORTED_CPUID', -result);
    }
  }

  /** Indices of the MSRs that save and restore must carry. */
  msrIndices(): Uint32Array {
    for (let room = 512; ; room *= 2) {
      const buffer = new Uint8Array(4 + room * 4);
      const words = new Uint32Array(buffer.buffer);
      words[0] = room;
      const result = this.tryBuffer('KVM_GET_MSR_INDEX_LIST', buffer);
      if (result >= 0) return words.slice(1, 1 + words[0]);
      if (result !== -errnoNumber('E2BIG') || room >= 65536) throw new KvmError('KVM_GET_MSR_INDEX_LIST', -result);
    }
  }

  /** A signal (a profiler's, say) interrupts the making of a VM: then it is tried again. */
  createVm(): number {
    for (let attempt = 0; ; attempt++) {
      const result = this.ffi.ioctlValue(this.fd, ioctls.KVM_CREATE_VM, 0);
      if (result >= 0) return result;
      const errno = this.ffi.errno();
      if (errno !== errnoNumber('EINTR') || attempt >= 20) throw new KvmError('KVM_CREATE_VM', errno);
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.fd < 0) return;
    this.ffi.close(this.fd);
    this.fd = -1;
  }
}

/** The largest view that koffi makes without ending the process. */
export const VIEW_LIMIT = 2 ** 32;

/** One mmap'ed area with its views; closing it detaches them first where the runtime can. */
export class Mapping {
  private views: ArrayBuffer[] = [];
  private constructor(
    private readonly ffi: Ffi,
    readonly address: bigint,
    readonly length: number,
  ) {}

  /**
   * Anonymous zeroed memory (`fd` −1) or a file's shared area.
   * @param memory the size in words, when it is the guest's memory
   * @throws KvmError
   */
  static create(ffi: Ffi, length: number, fd: number, purpose: string, memory?: string): Mapping {
    const address = ffi.mmap(length, fd);
    if (address === MAP_FAILED)
      throw memory === undefined ? new KvmError(`mmap of ${purpose}`, ffi.errno()) : memoryError('mmap', ffi.errno(), memory);
    return new Mapping(ffi, address, length);
  }

  /** Bytes [offset, offset + length) as an ArrayBuffer, at most 4 GiB. */
  view(offset = 0, length = Math.min(this.length - offset, VIEW_LIMIT)): ArrayBuffer {
    if (offset < 0 || length < 0 || offset + length > this.length || length > VIEW_LIMIT) throw new RangeError('view outside its mapping');
    const buffer = this.ffi.view(this.address + BigInt(offset), length);
    this.views.push(buffer);
    return buffer;
  }

  /** The first half of closing several: their views die together, which costs hardly more than those of one. */
  static detach(mappings: readonly Mapping[]): void {
    detach(mappings.flatMap((mapping) => mapping.views));
    for (const mapping of mappings) mapping.views = [];
  }

  /** Idempotent. Views die with it: reading a detached one throws or gives undefined instead of ending the process. */
  close(): void {
    const { views } = this;
    if (this.closed) return;
    this.closed = true;
    detach(views);
    this.views = [];
    this.ffi.munmap(this.address, this.length);
  }

  private closed = false;
}

const GRANULE = 2 ** 20;
const MOST_GRANULES = 16;

/**
 * Guest memory as JavaScript sees it. A view of everything makes V8 count all of it as its own garbage to collect (a
 * full collection, some milliseconds), so small pieces come from views of 1 MiB and the whole is viewed when asked for.
 */
export class MappedMemory implements MemoryView {
  private whole: Uint8Array | undefined;
  private readonly granules = new Map<number, Uint8Array>();

  constructor(
    private readonly mapping: Mapping,
    private readonly start: number,
    readonly address: number,
    readonly size: number,
    readonly kind: 'ram' | 'rom',
  ) {}

  get bytes(): Uint8Array {
    return (this.whole ??= new Uint8Array(this.mapping.view(this.start, this.size)));
  }

  window(offset: number, length: number): Uint8Array {
    if (this.whole === undefined) {
      const number = Math.floor(offset / GRANULE);
      if (offset >= 0 && length >= 0 && offset + length <= Math.min((number + 1) * GRANULE, this.size)) {
        let granule = this.granules.get(number);
        if (granule === undefined && this.granules.size < MOST_GRANULES) {
          granule = new Uint8Array(this.mapping.view(this.start + number * GRANULE, Math.min(GRANULE, this.size - number * GRANULE)));
          this.granules.set(number, granule);
        }
        if (granule !== undefined) return granule.subarray(offset - number * GRANULE, offset - number * GRANULE + length);
      }
    }
    return this.bytes.subarray(offset, offset + length);
  }
}

/**
 * Detaches views, so that a reference that outlives the memory fails in JavaScript and not as SIGSEGV. Where an
 * ArrayBuffer cannot be transferred (Node 20), V8 detaches through a native that a flag reveals to whatever is compiled
 * while it is set; elsewhere nothing is done.
 */
function detach(buffers: readonly ArrayBuffer[]): void {
  if (buffers.length === 0) return;
  try {
    if ('transfer' in ArrayBuffer.prototype) {
      for (const buffer of buffers) (buffer as ArrayBuffer & { transfer(length: number): unknown }).transfer(0);
      return;
    }
    const v8 = process.getBuiltinModule('node:v8');
    v8.setFlagsFromString('--allow-natives-syntax');
    try {
      // Made for each call: V8 may throw a function's code away and compile it again when the flag is not set.
      (new Function('buffers', 'for (const buffer of buffers) %ArrayBufferDetach(buffer)') as (list: readonly ArrayBuffer[]) => void)(
        buffers,
      );
    } finally {
      v8.setFlagsFromString('--no-allow-natives-syntax');
    }
  } catch {
    // Another engine than V8, or one that forbids this: the reference stays, and must not be used (see Mapping.view).
  }
}
