/** One vCPU: its file descriptor, the shared struct kvm_run, and its registers as data. */
import type { DebugRegisters, DescriptorTable, GeneralRegisters, Segment, SystemRegisters } from '../state.js';
import type { IoctlName } from './abi.js';
import { constants, generalRegisters, ioctls, segmentRegisters, structs } from './abi.js';
import { KvmError, errnoNumber } from './error.js';
import { Mapping } from './system.js';
import type { KvmVm } from './vm.js';

const run = structs.kvm_run.fields;
const EINTR = errnoNumber('EINTR');
const EAGAIN = errnoNumber('EAGAIN');

/** Results of `enter` besides exit reasons. */
export const ENTER_INTERRUPTED = -1;
/** The vCPU waits to be started by another one (KVM_RUN says EAGAIN). */
export const ENTER_NOT_STARTED = -2;

export class KvmVcpu {
  private fd: number;
  private readonly mapping: Mapping;
  /** struct kvm_run and the pages behind it, as bytes, 16-bit and 32-bit words. */
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly view: DataView;
  private readonly ioctlValue: (fd: number, request: number, argument: number) => number;

  private constructor(
    readonly vm: KvmVm,
    readonly id: number,
    fd: number,
  ) {
    this.fd = fd;
    const { ffi, vcpuMapSize } = vm.system;
    this.mapping = Mapping.create(ffi, vcpuMapSize, fd, "the vCPU's kvm_run area");
    const shared = this.mapping.view();
    this.bytes = new Uint8Array(shared);
    this.halves = new Uint16Array(shared);
    this.words = new Uint32Array(shared);
    this.view = new DataView(shared);
    this.ioctlValue = ffi.ioctlValue;
  }

  /** @throws KvmError */
  static create(vm: KvmVm, id: number): KvmVcpu {
    const fd = vm.createVcpu(id);
    try {
      return new KvmVcpu(vm, id, fd);
    } catch (error) {
      vm.system.ffi.close(fd);
      throw error;
    }
  }

  /** KVM_RUN. Returns the exit reason, or one of the ENTER_ results. @throws KvmError */
  enter(): number {
    const result = this.ioctlValue(this.fd, ioctls.KVM_RUN, 0);
    this.fresh = this.syncing;
    if (result === 0) return this.words[run.exit_reason[0] >> 2];
    const errno = this.vm.system.ffi.errno();
    if (errno === EINTR) return ENTER_INTERRUPTED;
    if (errno === EAGAIN) return ENTER_NOT_STARTED;
    throw new KvmError('KVM_RUN', errno);
  }

  /** Finishes the instruction behind the last I/O exit without running another one. */
  completeIo(): void {
    this.bytes[run.immediate_exit[0]] = 1;
    this.enter();
    this.bytes[run.immediate_exit[0]] = 0;
  }

  /** A vCPU ioctl with a struct. @throws KvmError */
  buffer(name: IoctlName, argument: Uint8Array): number {
    const result = this.vm.system.ffi.ioctl(this.fd, ioctls[name], argument);
    if (result < 0) throw new KvmError(name, this.vm.system.ffi.errno());
    return result;
  }

  /** A vCPU ioctl whose argument is a number. @throws KvmError */
  call(name: IoctlName, argument: number): number {
    const result = this.ioctlValue(this.fd, ioctls[name], argument);
    if (result < 0) throw new KvmError(name, this.vm.system.ffi.errno());
    return result;
  }

  /** Has KVM put the registers into the shared area at every exit (KVM_CAP_SYNC_REGS), for whoever looks at each one. */
  syncRegisters(on: boolean): void {
    const wanted = constants.KVM_SYNC_X86_REGS | constants.KVM_SYNC_X86_SREGS;
    if ((this.vm.system.capability('KVM_CAP_SYNC_REGS') & wanted) !== wanted) return;
    this.view.setBigUint64(run.kvm_valid_regs[0], on ? BigInt(wanted) : 0n, true);
    this.syncing = on;
    this.fresh = false;
  }

  private syncing = false;
  /** The shared area holds the registers as they are. */
  private fresh = false;

  getGeneral(): GeneralRegisters {
    if (this.fresh) return readGeneral(this.view, run.s[0]);
    this.buffer('KVM_GET_REGS', regsBytes);
    return readGeneral(regsView, 0);
  }

  setGeneral(registers: GeneralRegisters): void {
    this.fresh = false;
    generalRegisters.forEach((name, i) => regsView.setBigUint64(i * 8, registers[name], true));
    this.buffer('KVM_SET_REGS', regsBytes);
  }

  getSystem(): SystemRegisters {
    if (this.fresh) return readSystem(this.view, run.s[0] + structs.kvm_regs.size);
    this.buffer('KVM_GET_SREGS', sregsBytes);
    return readSystem(sregsView, 0);
  }

  /** Keeps the pending-interrupt bitmap as it is. */
  setSystem(registers: SystemRegisters): void {
    this.fresh = false;
    this.buffer('KVM_GET_SREGS', sregsBytes);
    writeSystem(sregsView, registers);
    this.buffer('KVM_SET_SREGS', sregsBytes);
  }

  getDebug(): DebugRegisters {
    const { fields, size } = structs.kvm_debugregs;
    const bytes = new Uint8Array(size);
    this.buffer('KVM_GET_DEBUGREGS', bytes);
    const view = new DataView(bytes.buffer);
    const at = (i: number): bigint => view.getBigUint64(fields.db[0] + i * 8, true);
    return {
      addresses: [at(0), at(1), at(2), at(3)],
      dr6: view.getBigUint64(fields.dr6[0], true),
      dr7: view.getBigUint64(fields.dr7[0], true),
    };
  }

  setDebug(registers: DebugRegisters): void {
    const { fields, size } = structs.kvm_debugregs;
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    registers.addresses.forEach((address, i) => view.setBigUint64(fields.db[0] + i * 8, address, true));
    view.setBigUint64(fields.dr6[0], registers.dr6, true);
    view.setBigUint64(fields.dr7[0], registers.dr7, true);
    this.buffer('KVM_SET_DEBUGREGS', bytes);
  }

  /** KVM_GET_MSRS for one index. @throws KvmError when KVM does not know it */
  getMsr(index: number): bigint {
    const bytes = new Uint8Array(24);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 1, true);
    view.setUint32(8, index, true);
    if (this.buffer('KVM_GET_MSRS', bytes) !== 1) throw new KvmError(`KVM_GET_MSRS of 0x${index.toString(16)}`, errnoNumber('EINVAL'));
    return view.getBigUint64(16, true);
  }

  setMsr(index: number, value: bigint): void {
    const bytes = new Uint8Array(24);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 1, true);
    view.setUint32(8, index, true);
    view.setBigUint64(16, value, true);
    if (this.buffer('KVM_SET_MSRS', bytes) !== 1) throw new KvmError(`KVM_SET_MSRS of 0x${index.toString(16)}`, errnoNumber('EINVAL'));
  }

  /** Idempotent. */
  close(): void {
    if (this.fd < 0) return;
    this.mapping.close();
    this.vm.system.ffi.close(this.fd);
    this.fd = -1;
  }
}

// One buffer a struct for all vCPUs: the calls are synchronous.
const regsBytes = new Uint8Array(structs.kvm_regs.size);
const regsView = new DataView(regsBytes.buffer);
const sregsBytes = new Uint8Array(structs.kvm_sregs.size);
const sregsView = new DataView(sregsBytes.buffer);

/** struct kvm_regs at `at`. */
export function readGeneral(view: DataView, at: number): GeneralRegisters {
  const registers = {} as GeneralRegisters;
  for (let i = 0; i < generalRegisters.length; i++) registers[generalRegisters[i]] = view.getBigUint64(at + i * 8, true);
  return registers;
}

/** struct kvm_sregs at `at`. */
export function readSystem(view: DataView, at: number): SystemRegisters {
  const { fields } = structs.kvm_sregs;
  const segment = (name: (typeof segmentRegisters)[number]): Segment => readSegment(view, at + fields[name][0]);
  const table = (start: number): DescriptorTable => ({
    base: view.getBigUint64(at + start, true),
    limit: view.getUint16(at + start + 8, true),
  });
  const big = (start: number): bigint => view.getBigUint64(at + start, true);
  return {
    cs: segment('cs'),
    ds: segment('ds'),
    es: segment('es'),
    fs: segment('fs'),
    gs: segment('gs'),
    ss: segment('ss'),
    tr: segment('tr'),
    ldt: segment('ldt'),
    gdt: table(fields.gdt[0]),
    idt: table(fields.idt[0]),
    cr0: big(fields.cr0[0]),
    cr2: big(fields.cr2[0]),
    cr3: big(fields.cr3[0]),
    cr4: big(fields.cr4[0]),
    cr8: big(fields.cr8[0]),
    efer: big(fields.efer[0]),
    apicBase: big(fields.apic_base[0]),
  };
}

function writeSystem(view: DataView, registers: SystemRegisters): void {
  const { fields } = structs.kvm_sregs;
  for (const name of segmentRegisters) writeSegment(view, fields[name][0], registers[name]);
  for (const name of ['gdt', 'idt'] as const) {
    view.setBigUint64(fields[name][0], registers[name].base, true);
    view.setUint16(fields[name][0] + 8, registers[name].limit, true);
  }
  for (const name of ['cr0', 'cr2', 'cr3', 'cr4', 'cr8', 'efer'] as const) view.setBigUint64(fields[name][0], registers[name], true);
  view.setBigUint64(fields.apic_base[0], registers.apicBase, true);
}

function readSegment(view: DataView, at: number): Segment {
  const f = structs.kvm_segment.fields;
  const flag = (field: readonly [number, number]): boolean => view.getUint8(at + field[0]) !== 0;
  return {
    selector: view.getUint16(at + f.selector[0], true),
    base: view.getBigUint64(at, true),
    limit: view.getUint32(at + f.limit[0], true),
    type: view.getUint8(at + f.type[0]),
    present: flag(f.present),
    dpl: view.getUint8(at + f.dpl[0]),
    db: flag(f.db),
    s: flag(f.s),
    l: flag(f.l),
    g: flag(f.g),
    avl: flag(f.avl),
    unusable: flag(f.unusable),
  };
}

function writeSegment(view: DataView, at: number, segment: Segment): void {
  const f = structs.kvm_segment.fields;
  view.setBigUint64(at, segment.base, true);
  view.setUint32(at + f.limit[0], segment.limit, true);
  view.setUint16(at + f.selector[0], segment.selector, true);
  view.setUint8(at + f.type[0], segment.type);
  view.setUint8(at + f.present[0], segment.present ? 1 : 0);
  view.setUint8(at + f.dpl[0], segment.dpl);
  view.setUint8(at + f.db[0], segment.db ? 1 : 0);
  view.setUint8(at + f.s[0], segment.s ? 1 : 0);
  view.setUint8(at + f.l[0], segment.l ? 1 : 0);
  view.setUint8(at + f.g[0], segment.g ? 1 : 0);
  view.setUint8(at + f.avl[0], segment.avl ? 1 : 0);
  view.setUint8(at + f.unusable[0], segment.unusable ? 1 : 0);
}
