/** Everything of a vCPU and of the in-kernel chips, out and in (the order of restoring is the one of KVM's api.rst and QEMU's). */
import type { CpuState } from '../engine.js';
import { structs } from './abi.js';
import type { IoctlName, StructName } from './abi.js';
import type { KvmVcpu } from './vcpu.js';
import type { KvmVm } from './vm.js';

/** Blocks in the order in which they go in: MSRs after the system registers, events and mp_state last. */
// prettier-ignore
const blocks: readonly { name: string; struct: StructName; get: IoctlName; set: IoctlName; chip?: boolean }[] = [
  { name: 'xcrs', struct: 'kvm_xcrs', get: 'KVM_GET_XCRS', set: 'KVM_SET_XCRS' },
  { name: 'xsave', struct: 'kvm_xsave', get: 'KVM_GET_XSAVE', set: 'KVM_SET_XSAVE' },
  { name: 'lapic', struct: 'kvm_lapic_state', get: 'KVM_GET_LAPIC', set: 'KVM_SET_LAPIC', chip: true },
  { name: 'events', struct: 'kvm_vcpu_events', get: 'KVM_GET_VCPU_EVENTS', set: 'KVM_SET_VCPU_EVENTS' },
  { name: 'mp_state', struct: 'kvm_mp_state', get: 'KVM_GET_MP_STATE', set: 'KVM_SET_MP_STATE', chip: true },
];

export function saveCpuState(vcpu: KvmVcpu, kernelIrqchip: boolean): CpuState {
  vcpu.flushRegisters();
  const state: CpuState = {
    general: vcpu.getGeneral(),
    system: vcpu.getSystem(),
    debug: vcpu.getDebug(),
    blocks: {},
  };
  state.blocks.msrs = getMsrs(vcpu);
  for (const block of blocks) {
    if (block.chip === true && !kernelIrqchip) continue;
    const bytes = new Uint8Array(structs[block.struct].size);
    vcpu.buffer(block.get, bytes);
    state.blocks[block.name] = bytes;
  }
  return state;
}

export function loadCpuState(vcpu: KvmVcpu, state: CpuState): void {
  vcpu.setSystem(state.system);
  vcpu.setGeneral(state.general);
  if (state.blocks.msrs !== undefined) setMsrs(vcpu, state.blocks.msrs);
  vcpu.setDebug(state.debug);
  for (const block of blocks) {
    const bytes = state.blocks[block.name];
    if (bytes !== undefined) vcpu.buffer(block.set, bytes);
  }
}

/** A vCPU's state as KVM's own structs. */
export interface RawCpuState {
  readonly regs: Uint8Array;
  readonly sregs: Uint8Array;
  readonly events: Uint8Array;
  readonly debug: Uint8Array;
  readonly msrs: Uint8Array;
  /** The other blocks, each with the call that sets it. */
  readonly blocks: readonly { readonly set: IoctlName; readonly bytes: Uint8Array }[];
}

export function saveRawState(vcpu: KvmVcpu, kernelIrqchip: boolean): RawCpuState {
  const get = (call: IoctlName, struct: StructName): Uint8Array => {
    const bytes = new Uint8Array(structs[struct].size);
    vcpu.buffer(call, bytes);
    return bytes;
  };
  return {
    regs: get('KVM_GET_REGS', 'kvm_regs'),
    sregs: get('KVM_GET_SREGS', 'kvm_sregs'),
    events: get('KVM_GET_VCPU_EVENTS', 'kvm_vcpu_events'),
    debug: get('KVM_GET_DEBUGREGS', 'kvm_debugregs'),
    msrs: getMsrs(vcpu),
    blocks: blocks
      .filter((block) => block.name !== 'events' && (block.chip !== true || kernelIrqchip))
      .map((block) => ({ set: block.set, bytes: get(block.get, block.struct) })),
  };
}

/** Registers and events go in with the next KVM_RUN where KVM takes them there: each vCPU ioctl costs some microseconds. */
export function loadRawState(vcpu: KvmVcpu, state: RawCpuState): void {
  vcpu.setRaw(state.regs, state.sregs, state.events);
  setMsrs(vcpu, state.msrs);
  vcpu.buffer('KVM_SET_DEBUGREGS', state.debug);
  for (const { set, bytes } of state.blocks) vcpu.buffer(set, bytes);
}

const MSR_HEADER = structs.kvm_msrs.size;
const MSR_ENTRY = structs.kvm_msr_entry.size;

/** A struct kvm_msrs with every MSR that KVM lists and lets us read. */
function getMsrs(vcpu: KvmVcpu): Uint8Array {
  const kept: Uint8Array[] = [];
  let indices = readable.get(vcpu.vm.system) ?? vcpu.vm.system.msrIndices();
  const good: number[] = [];
  // KVM stops at the first MSR that it refuses: leave that one out and go on behind it.
  while (indices.length > 0) {
    const bytes = new Uint8Array(MSR_HEADER + indices.length * MSR_ENTRY);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, indices.length, true);
    indices.forEach((index, i) => view.setUint32(MSR_HEADER + i * MSR_ENTRY, index, true));
    const done = vcpu.buffer('KVM_GET_MSRS', bytes);
    kept.push(bytes.subarray(MSR_HEADER, MSR_HEADER + done * MSR_ENTRY));
    good.push(...indices.subarray(0, done));
    indices = indices.subarray(done + 1);
  }
  readable.set(vcpu.vm.system, new Uint32Array(good));
  const bytes = new Uint8Array(MSR_HEADER + good.length * MSR_ENTRY);
  new DataView(bytes.buffer).setUint32(0, good.length, true);
  let at = MSR_HEADER;
  for (const part of kept) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const readable = new WeakMap<object, Uint32Array>();

/** Sets what it can: KVM refuses some MSRs that it lists. Those are dropped from `saved`, so that the next time is one call. */
function setMsrs(vcpu: KvmVcpu, saved: Uint8Array): void {
  const view = new DataView(saved.buffer, saved.byteOffset, saved.byteLength);
  for (;;) {
    const count = view.getUint32(0, true);
    if (count === 0) return;
    const done = vcpu.buffer('KVM_SET_MSRS', saved);
    if (done >= count) return;
    const refused = MSR_HEADER + done * MSR_ENTRY;
    saved.copyWithin(refused, refused + MSR_ENTRY, MSR_HEADER + count * MSR_ENTRY);
    view.setUint32(0, count - 1, true);
  }
}

const chipNames = ['pic-master', 'pic-slave', 'ioapic'] as const;

/** PIC, IOAPIC, PIT and the guest's clock. */
export function saveChips(vm: KvmVm): Record<string, Uint8Array> {
  const saved: Record<string, Uint8Array> = {};
  chipNames.forEach((name, id) => {
    const bytes = new Uint8Array(structs.kvm_irqchip.size);
    bytes[0] = id;
    vm.buffer('KVM_GET_IRQCHIP', bytes);
    saved[name] = bytes;
  });
  const pit = new Uint8Array(structs.kvm_pit_state2.size);
  vm.buffer('KVM_GET_PIT2', pit);
  saved.pit = pit;
  return saved;
}

export function restoreChips(vm: KvmVm, saved: Record<string, Uint8Array>): void {
  for (const name of chipNames) if (saved[name] !== undefined) vm.buffer('KVM_SET_IRQCHIP', saved[name]);
  if (saved.pit !== undefined) vm.buffer('KVM_SET_PIT2', saved.pit);
}

const LAPIC_LVT_TIMER = 0x320;
const LAPIC_INITIAL_COUNT = 0x380;
const LVT_MASKED = 1 << 16;

/** A halted vCPU with the chips in the kernel: true when nothing that is set up can ever wake it. */
export function waitsForever(vm: KvmVm, vcpu: KvmVcpu): boolean {
  if ((vcpu.getGeneral().rflags & (1n << 9n)) === 0n) return true;
  const lapic = new Uint8Array(structs.kvm_lapic_state.size);
  vcpu.buffer('KVM_GET_LAPIC', lapic);
  const registers = new DataView(lapic.buffer);
  const timer = registers.getUint32(LAPIC_LVT_TIMER, true);
  const deadlineMode = ((timer >> 17) & 3) === 2;
  if ((timer & LVT_MASKED) === 0 && (deadlineMode || registers.getUint32(LAPIC_INITIAL_COUNT, true) !== 0)) return false;
  const chips = saveChips(vm);
  const imr = structs.kvm_irqchip.fields.chip[0] + structs.kvm_pic_state.fields.imr[0];
  const master = chips['pic-master'][imr];
  const slave = chips['pic-slave'][imr];
  if ((master & ~4 & 0xff) !== 0xfb || ((master & 4) === 0 && slave !== 0xff)) return false;
  const ioapic = new DataView(chips.ioapic.buffer);
  const table = structs.kvm_irqchip.fields.chip[0] + structs.kvm_ioapic_state.fields.redirtbl[0];
  for (let pin = 0; pin < 24; pin++) if ((ioapic.getUint32(table + pin * 8, true) & LVT_MASKED) === 0) return false;
  return true;
}
