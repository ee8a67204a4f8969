/** One virtual machine of KVM: memory slots, interrupt chips, coalesced zones, the dirty log. */
import type { IoctlName } from './abi.js';
import { constants, ioctls, structs } from './abi.js';
import { KvmError } from './error.js';
import type { KvmSystem } from './system.js';

/** Where Intel's VT-x keeps three pages for real mode, and one for its identity map: in the firmware hole below 4 GiB. */
const TSS_ADDRESS = 0xfeff_d000;
const IDENTITY_MAP_ADDRESS = 0xfeff_c000n;

export class KvmVm {
  private fd: number;
  /** Reused for every small struct: no allocation per call. */
  private readonly scratch = new Uint8Array(64);
  private readonly view = new DataView(this.scratch.buffer);

  private constructor(
    readonly system: KvmSystem,
    fd: number,
  ) {
    this.fd = fd;
  }

  /** KVM_CREATE_VM and the two addresses that VT-x without unrestricted guests needs. @throws KvmError */
  static create(system: KvmSystem): KvmVm {
    const vm = new KvmVm(system, system.createVm());
    try {
      if (system.capability('KVM_CAP_SET_IDENTITY_MAP_ADDR') > 0) {
        vm.view.setBigUint64(0, IDENTITY_MAP_ADDRESS, true);
        vm.buffer('KVM_SET_IDENTITY_MAP_ADDR', vm.scratch);
      }
      if (system.capability('KVM_CAP_SET_TSS_ADDR') > 0) vm.call('KVM_SET_TSS_ADDR', TSS_ADDRESS);
    } catch (error) {
      vm.close();
      throw error;
    }
    return vm;
  }

  /** A VM ioctl whose argument is a number. @throws KvmError */
  call(name: IoctlName, argument: number): number {
    const result = this.system.ffi.ioctlValue(this.fd, ioctls[name], argument);
    if (result < 0) throw new KvmError(name, this.system.ffi.errno());
    return result;
  }

  /** A VM ioctl with a struct. @throws KvmError */
  buffer(name: IoctlName, argument: Uint8Array): number {
    const result = this.system.ffi.ioctl(this.fd, ioctls[name], argument);
    if (result < 0) throw new KvmError(name, this.system.ffi.errno());
    return result;
  }

  /** KVM_SET_USER_MEMORY_REGION: guest physical [guest, guest + size) is host memory at `host`; size 0 removes the slot. */
  setMemory(slot: number, guest: number, size: number, host: bigint, options: { readonly?: boolean; logDirty?: boolean } = {}): void {
    const { fields } = structs.kvm_userspace_memory_region;
    this.scratch.fill(0);
    this.view.setUint32(fields.slot[0], slot, true);
    const flags =
      (options.readonly === true ? constants.KVM_MEM_READONLY : 0) | (options.logDirty === true ? constants.KVM_MEM_LOG_DIRTY_PAGES : 0);
    this.view.setUint32(fields.flags[0], flags, true);
    this.view.setBigUint64(fields.guest_phys_addr[0], BigInt(guest), true);
    this.view.setBigUint64(fields.memory_size[0], BigInt(size), true);
    this.view.setBigUint64(fields.userspace_addr[0], host, true);
    this.buffer('KVM_SET_USER_MEMORY_REGION', this.scratch);
  }

  createVcpu(id: number): number {
    return this.call('KVM_CREATE_VCPU', id);
  }

  /** PIC, IOAPIC and LAPICs in the kernel, and the PIT beside them. Before the first vCPU. */
  createIrqchip(): void {
    this.call('KVM_CREATE_IRQCHIP', 0);
    this.scratch.fill(0);
    this.buffer('KVM_CREATE_PIT2', this.scratch);
  }

  /** KVM_IRQ_LINE: a level on a line of the in-kernel chips. */
  irqLine(line: number, level: boolean): void {
    const { fields } = structs.kvm_irq_level;
    this.view.setUint32(fields.irq[0], line, true);
    this.view.setUint32(fields.level[0], level ? 1 : 0, true);
    this.buffer('KVM_IRQ_LINE', this.scratch);
  }

  /** Writes inside [address, address + size) are put into the ring instead of leaving the guest. */
  coalesce(address: number, size: number, pio: boolean): void {
    const { fields } = structs.kvm_coalesced_mmio_zone;
    this.scratch.fill(0);
    this.view.setBigUint64(fields.addr[0], BigInt(address), true);
    this.view.setUint32(fields.size[0], size, true);
    this.view.setUint32(fields.pio[0], pio ? 1 : 0, true);
    this.buffer('KVM_REGISTER_COALESCED_MMIO', this.scratch);
  }

  /** KVM_GET_DIRTY_LOG: fills `bitmap` (one bit a 4 KiB page) with what was written since the last call. */
  dirtyLog(slot: number, bitmap: { address: bigint }): void {
    const { fields } = structs.kvm_dirty_log;
    this.scratch.fill(0);
    this.view.setUint32(fields.slot[0], slot, true);
    this.view.setBigUint64(fields.dirty_bitmap[0], bitmap.address, true);
    this.buffer('KVM_GET_DIRTY_LOG', this.scratch);
  }

  /** Idempotent. The vCPUs are closed before. */
  close(): void {
    if (this.fd < 0) return;
    this.system.ffi.close(this.fd);
    this.fd = -1;
  }
}
