/** One vCPU: its file descriptor, the shared struct kvm_run, and its registers as data. */
import type { DebugRegisters, DescriptorTable, GeneralRegisters, Segment, SystemRegisters } from '../state.js';
import type { IoctlName } from './abi.js';
import { constants, generalRegisters, ioctls, segmentRegisters, structs } from './abi.js';
import { KvmError, errnoNumber } from './error.js';
import { sliceTimer } from './slice.js';
import { Mapping } from './system.js';
import type { KvmVm } from './vm.js';

const run = structs.kvm_run.fields;
/** Where struct kvm_sync_regs has its struct kvm_sregs: behind struct kvm_regs. */
const SYSTEM = run.s[0] + structs.kvm_regs.size;
const EVENTS = SYSTEM + structs.kvm_sregs.size;
const SYNCED = constants.KVM_SYNC_X86_REGS | constants.KVM_SYNC_X86_SREGS;
/** Exits of a stretch for which registers are copied out. */
const SYNCED_EXITS = 64;
const EINTR = errnoNumber('EINTR');
const EAGAIN = errnoNumber('EAGAIN');
const ENOMEM = errnoNumber('ENOMEM');

/** Results of `enter` besides exit reasons. */
export const ENTER_INTERRUPTED = -1;
/** The vCPU waits to be started by another one (KVM_RUN says EAGAIN). */
export const ENTER_NOT_STARTED = -2;

export class KvmVcpu {
  private fd: number;
  /** How often KVM_RUN has had no memory. */
  private shortages = 0;
  readonly mapping: Mapping;
  /** struct kvm_run and the pages behind it, as bytes, 16-bit and 32-bit words. */
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly view: DataView;
  /** struct kvm_regs and struct kvm_sregs inside the shared area. */
  private readonly generalArea: Uint8Array;
  private readonly systemArea: Uint8Array;
  private readonly eventsArea: Uint8Array;
  private readonly ioctlValue: (fd: number, request: number, argument: number) => number;

  private constructor(
    readonly vm: KvmVm,
    readonly id: number,
    fd: number,
    /** Registers that are set wait in the shared area for the next KVM_RUN. Not for a vCPU that may not have been started. */
    private readonly lazy: boolean,
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
    this.generalArea = this.bytes.subarray(run.s[0], SYSTEM);
    this.systemArea = this.bytes.subarray(SYSTEM, SYSTEM + structs.kvm_sregs.size);
    this.eventsArea = this.bytes.subarray(EVENTS, EVENTS + structs.kvm_vcpu_events.size);
  }

  /** @throws KvmError */
  static create(vm: KvmVm, id: number, alone: boolean): KvmVcpu {
    const fd = vm.createVcpu(id);
    try {
      return new KvmVcpu(vm, id, fd, alone && (vm.system.capability('KVM_CAP_SYNC_REGS') & SYNCED) === SYNCED);
    } catch (error) {
      vm.system.ffi.close(fd);
      throw error;
    }
  }

  /** KVM_RUN. Returns the exit reason, or one of the ENTER_ results. @throws KvmError */
  enter(): number {
    if (this.heldValid) this.dropUnchanged();
    const result = this.ioctlValue(this.fd, ioctls.KVM_RUN, 0);
    this.freshGeneral = this.freshSystem = this.syncing;
    if (this.budget > 0) {
      this.budget -= 1;
      if (this.budget === 0) this.setSync(this.watched);
    }
    if (result === 0) return this.words[run.exit_reason[0] >> 2];
    const errno = this.vm.system.ffi.errno();
    if (errno === EINTR) return ENTER_INTERRUPTED;
    if (errno === EAGAIN) return ENTER_NOT_STARTED;
    // The first KVM_RUN of a VM starts a thread of the kernel's, which a signal that waits prevents: it says ENOMEM then.
    if (errno === ENOMEM && this.shortages < 20) {
      this.shortages += 1;
      sliceTimer(this.vm.system.ffi).drain();
      return this.enter();
    }
    throw new KvmError('KVM_RUN', errno);
  }

  /** Finishes the instruction behind the last I/O exit without running another one (immediate_exit). */
  enterAtOnce(): number {
    this.bytes[run.immediate_exit[0]] = 1;
    const reason = this.enter();
    this.bytes[run.immediate_exit[0]] = 0;
    return reason;
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

  /**
   * Registers travel in the shared area (KVM_CAP_SYNC_REGS): out at an exit, in with the next KVM_RUN, each way one vCPU
   * ioctl of some microseconds less. The copying costs a little at every exit, so it goes on for the first exits of a
   * stretch only, unless somebody watches.
   */
  private syncing = false;
  private watched = false;
  private budget = 0;
  /** What KVM's own system registers are, when the shared area has been written to since it showed them. */
  private readonly held = new Uint32Array(structs.kvm_sregs.size >> 2);
  private heldValid = false;
  /** The shared area holds the registers as they are (or will be at the next KVM_RUN). */
  private freshGeneral = false;
  private freshSystem = false;

  private get canSync(): boolean {
    return (this.vm.system.capability('KVM_CAP_SYNC_REGS') & SYNCED) === SYNCED;
  }
  private get takesEvents(): boolean {
    return (this.vm.system.capability('KVM_CAP_SYNC_REGS') & constants.KVM_SYNC_X86_EVENTS) !== 0;
  }

  private setSync(on: boolean): void {
    this.words[run.kvm_valid_regs[0] >> 2] = on ? SYNCED : 0;
    this.syncing = on;
  }

  /** A stretch of runs begins: short ones end with their registers at hand. */
  beginStretch(): void {
    if (!this.canSync) return;
    this.budget = SYNCED_EXITS;
    this.setSync(true);
  }

  /** Registers at every exit, for whoever looks at each one. */
  syncRegisters(on: boolean): void {
    if (!this.canSync) return;
    this.watched = on;
    if (on || this.budget === 0) this.setSync(on);
  }

  /** System registers that are to be as KVM has them already need not go in: that would cost as much as two calls. */
  private dropUnchanged(): void {
    this.heldValid = false;
    const { held, words } = this;
    for (let i = 0; i < held.length; i++) if (held[i] !== words[(SYSTEM >> 2) + i]) return;
    words[run.kvm_dirty_regs[0] >> 2] &= ~constants.KVM_SYNC_X86_SREGS;
  }

  /** Remembers what KVM has, before the shared area is written to. */
  private holdSystem(): void {
    if (!this.lazy || this.heldValid || !this.freshSystem || (this.words[run.kvm_dirty_regs[0] >> 2] & constants.KVM_SYNC_X86_SREGS) !== 0)
      return;
    this.held.set(this.words.subarray(SYSTEM >> 2, (SYSTEM >> 2) + this.held.length));
    this.heldValid = true;
  }

  /** General and system registers and events as KVM's structs. */
  setRaw(regs: Uint8Array, sregs: Uint8Array, events: Uint8Array): void {
    this.holdSystem();
    this.generalArea.set(regs);
    this.systemArea.set(sregs);
    this.eventsArea.set(events);
    this.freshGeneral = this.freshSystem = true;
    this.words[run.kvm_dirty_regs[0] >> 2] = SYNCED | constants.KVM_SYNC_X86_EVENTS;
    if (!this.lazy || !this.takesEvents) this.flushRegisters();
  }

  /** Hands registers that wait in the shared area to KVM now: some calls look at KVM's own. */
  flushRegisters(): void {
    const at = run.kvm_dirty_regs[0] >> 2;
    const dirty = this.words[at];
    if (dirty === 0) return;
    this.words[at] = 0;
    this.heldValid = false;
    if ((dirty & constants.KVM_SYNC_X86_REGS) !== 0) this.buffer('KVM_SET_REGS', this.generalArea);
    if ((dirty & constants.KVM_SYNC_X86_SREGS) !== 0) this.buffer('KVM_SET_SREGS', this.systemArea);
    if ((dirty & constants.KVM_SYNC_X86_EVENTS) !== 0) this.buffer('KVM_SET_VCPU_EVENTS', this.eventsArea);
  }

  getGeneral(): GeneralRegisters {
    if (!this.freshGeneral) this.buffer('KVM_GET_REGS', this.generalArea);
    this.freshGeneral = true;
    return readGeneral(this.view, run.s[0]);
  }

  setGeneral(registers: GeneralRegisters): void {
    for (let i = 0; i < generalRegisters.length; i++) this.view.setBigUint64(run.s[0] + i * 8, registers[generalRegisters[i]], true);
    this.freshGeneral = true;
    if (this.lazy) this.words[run.kvm_dirty_regs[0] >> 2] |= constants.KVM_SYNC_X86_REGS;
    else this.buffer('KVM_SET_REGS', this.generalArea);
  }

  /** Callers may replace parts of the result, but not change a segment inside it. */
  getSystem(): SystemRegisters {
    this.fetchSystem();
    // Whoever steps asks after every instruction, and hardly any changes these: the last answer is given again.
    const { known, words } = this;
    let same = true;
    for (let i = 0; i < known.length; i++) {
      const word = words[(SYSTEM >> 2) + i];
      if (known[i] !== word) {
        known[i] = word;
        same = false;
      }
    }
    if (!same || this.knownSystem === null) this.knownSystem = readSystem(this.view, SYSTEM);
    return { ...this.knownSystem };
  }

  /** The system registers as KVM has them, whatever the shared area says. */
  readSystemAnew(): SystemRegisters {
    this.freshSystem = false;
    return this.getSystem();
  }

  private readonly known = new Uint32Array(structs.kvm_sregs.size >> 2);
  private knownSystem: SystemRegisters | null = null;

  /** Keeps the pending-interrupt bitmap as it is. */
  setSystem(registers: SystemRegisters): void {
    this.fetchSystem();
    this.holdSystem();
    writeSystem(this.view, SYSTEM, registers);
    if (this.lazy) this.words[run.kvm_dirty_regs[0] >> 2] |= constants.KVM_SYNC_X86_SREGS;
    else this.buffer('KVM_SET_SREGS', this.systemArea);
  }

  private fetchSystem(): void {
    if (!this.freshSystem) this.buffer('KVM_GET_SREGS', this.systemArea);
    this.freshSystem = true;
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

/** Writes struct kvm_sregs at `at`, but for the interrupt bitmap. */
function writeSystem(view: DataView, at: number, registers: SystemRegisters): void {
  const { fields } = structs.kvm_sregs;
  for (const name of segmentRegisters) writeSegment(view, at + fields[name][0], registers[name]);
  for (const name of ['gdt', 'idt'] as const) {
    view.setBigUint64(at + fields[name][0], registers[name].base, true);
    view.setUint16(at + fields[name][0] + 8, registers[name].limit, true);
  }
  for (const name of ['cr0', 'cr2', 'cr3', 'cr4', 'cr8', 'efer'] as const) view.setBigUint64(at + fields[name][0], registers[name], true);
  view.setBigUint64(at + fields.apic_base[0], registers.apicBase, true);
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
