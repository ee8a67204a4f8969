/**
 * The kernel's KVM interface as data: ioctl numbers, capabilities, struct sizes and field offsets of `<linux/kvm.h>`
 * for x86-64 (Documentation/virt/kvm/api.rst). test/vmm/abi.test.ts compares every entry with the machine's headers.
 */

/** KVM_GET_API_VERSION must answer this; the interface has been stable since Linux 2.6.22. */
export const API_VERSION = 12;

/** Request numbers by kernel name. */
export const ioctls = {
  KVM_GET_API_VERSION: 0xae00,
  KVM_CREATE_VM: 0xae01,
  KVM_GET_MSR_INDEX_LIST: 0xc004ae02,
  KVM_CHECK_EXTENSION: 0xae03,
  KVM_GET_VCPU_MMAP_SIZE: 0xae04,
  KVM_GET_SUPPORTED_CPUID: 0xc008ae05,
  KVM_CREATE_VCPU: 0xae41,
  KVM_GET_DIRTY_LOG: 0x4010ae42,
  KVM_SET_USER_MEMORY_REGION: 0x4020ae46,
  KVM_SET_TSS_ADDR: 0xae47,
  KVM_SET_IDENTITY_MAP_ADDR: 0x4008ae48,
  KVM_CREATE_IRQCHIP: 0xae60,
  KVM_IRQ_LINE: 0x4008ae61,
  KVM_GET_IRQCHIP: 0xc208ae62,
  KVM_SET_IRQCHIP: 0x8208ae63,
  KVM_REGISTER_COALESCED_MMIO: 0x4010ae67,
  KVM_UNREGISTER_COALESCED_MMIO: 0x4010ae68,
  KVM_CREATE_PIT2: 0x4040ae77,
  KVM_SET_CLOCK: 0x4030ae7b,
  KVM_GET_CLOCK: 0x8030ae7c,
  KVM_RUN: 0xae80,
  KVM_GET_REGS: 0x8090ae81,
  KVM_SET_REGS: 0x4090ae82,
  KVM_GET_SREGS: 0x8138ae83,
  KVM_SET_SREGS: 0x4138ae84,
  KVM_TRANSLATE: 0xc018ae85,
  KVM_INTERRUPT: 0x4004ae86,
  KVM_GET_MSRS: 0xc008ae88,
  KVM_SET_MSRS: 0x4008ae89,
  KVM_SET_SIGNAL_MASK: 0x4004ae8b,
  KVM_GET_FPU: 0x81a0ae8c,
  KVM_SET_FPU: 0x41a0ae8d,
  KVM_GET_LAPIC: 0x8400ae8e,
  KVM_SET_LAPIC: 0x4400ae8f,
  KVM_SET_CPUID2: 0x4008ae90,
  KVM_GET_MP_STATE: 0x8004ae98,
  KVM_SET_MP_STATE: 0x4004ae99,
  KVM_NMI: 0xae9a,
  KVM_SET_GUEST_DEBUG: 0x4048ae9b,
  KVM_GET_PIT2: 0x8070ae9f,
  KVM_GET_VCPU_EVENTS: 0x8040ae9f,
  KVM_SET_PIT2: 0x4070aea0,
  KVM_SET_VCPU_EVENTS: 0x4040aea0,
  KVM_GET_DEBUGREGS: 0x8080aea1,
  KVM_SET_DEBUGREGS: 0x4080aea2,
  KVM_ENABLE_CAP: 0x4068aea3,
  KVM_GET_XSAVE: 0x9000aea4,
  KVM_SET_XSAVE: 0x5000aea5,
  KVM_GET_XCRS: 0x8188aea6,
  KVM_SET_XCRS: 0x4188aea7,
} as const;

export type IoctlName = keyof typeof ioctls;

/** Capabilities (KVM_CHECK_EXTENSION) that are used or that `tskvm doctor` shows. */
export const capabilities = {
  KVM_CAP_IRQCHIP: 0,
  KVM_CAP_USER_MEMORY: 3,
  KVM_CAP_SET_TSS_ADDR: 4,
  KVM_CAP_EXT_CPUID: 7,
  KVM_CAP_NR_VCPUS: 9,
  KVM_CAP_NR_MEMSLOTS: 10,
  KVM_CAP_MP_STATE: 14,
  KVM_CAP_COALESCED_MMIO: 15,
  KVM_CAP_USER_NMI: 22,
  KVM_CAP_SET_GUEST_DEBUG: 23,
  KVM_CAP_PIT2: 33,
  KVM_CAP_PIT_STATE2: 35,
  KVM_CAP_SET_IDENTITY_MAP_ADDR: 37,
  KVM_CAP_ADJUST_CLOCK: 39,
  KVM_CAP_INTERNAL_ERROR_DATA: 40,
  KVM_CAP_VCPU_EVENTS: 41,
  KVM_CAP_DEBUGREGS: 50,
  KVM_CAP_XSAVE: 55,
  KVM_CAP_XCRS: 56,
  KVM_CAP_MAX_VCPUS: 66,
  KVM_CAP_SYNC_REGS: 74,
  KVM_CAP_READONLY_MEM: 81,
  KVM_CAP_SPLIT_IRQCHIP: 121,
  KVM_CAP_IMMEDIATE_EXIT: 136,
  KVM_CAP_COALESCED_PIO: 162,
} as const;

export type CapabilityName = keyof typeof capabilities;

/** `name: [offset, bytes]`. */
type Fields = Record<string, readonly [number, number]>;

const u64Fields = <const T extends readonly string[]>(names: T, start = 0): Record<T[number], readonly [number, number]> =>
  Object.fromEntries(names.map((name, i) => [name, [start + i * 8, 8]])) as unknown as Record<T[number], readonly [number, number]>;

/** General registers in the order of struct kvm_regs. */
// prettier-ignore
export const generalRegisters = [
  'rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rsp', 'rbp',
  'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip', 'rflags',
] as const;

/** Segment registers in the order of struct kvm_sregs. */
export const segmentRegisters = ['cs', 'ds', 'es', 'fs', 'gs', 'ss', 'tr', 'ldt'] as const;

/** Control registers in the order of struct kvm_sregs (named there cr0 … efer, apic_base). */
export const controlRegisters = ['cr0', 'cr2', 'cr3', 'cr4', 'cr8', 'efer', 'apic_base'] as const;

// prettier-ignore
const describedStructs = {
  kvm_regs: { size: 144, fields: u64Fields(generalRegisters) },
  kvm_segment: {
    size: 24,
    fields: {
      base: [0, 8], limit: [8, 4], selector: [12, 2], type: [14, 1], present: [15, 1], dpl: [16, 1], db: [17, 1],
      s: [18, 1], l: [19, 1], g: [20, 1], avl: [21, 1], unusable: [22, 1],
    },
  },
  kvm_dtable: { size: 16, fields: { base: [0, 8], limit: [8, 2] } },
  kvm_sregs: {
    size: 312,
    fields: {
      cs: [0, 24], ds: [24, 24], es: [48, 24], fs: [72, 24], gs: [96, 24], ss: [120, 24], tr: [144, 24], ldt: [168, 24],
      gdt: [192, 16], idt: [208, 16], ...u64Fields(controlRegisters, 224), interrupt_bitmap: [280, 32],
    },
  },
  kvm_run: {
    size: 2352,
    fields: {
      request_interrupt_window: [0, 1], immediate_exit: [1, 1], exit_reason: [8, 4], ready_for_interrupt_injection: [12, 1],
      if_flag: [13, 1], flags: [14, 2], cr8: [16, 8], apic_base: [24, 8],
      'io.direction': [32, 1], 'io.size': [33, 1], 'io.port': [34, 2], 'io.count': [36, 4], 'io.data_offset': [40, 8],
      'mmio.phys_addr': [32, 8], 'mmio.data': [40, 8], 'mmio.len': [48, 4], 'mmio.is_write': [52, 1],
      'ex.exception': [32, 4], 'ex.error_code': [36, 4],
      'debug.arch': [32, 32],
      'hw.hardware_exit_reason': [32, 8],
      'fail_entry.hardware_entry_failure_reason': [32, 8], 'fail_entry.cpu': [40, 4],
      'internal.suberror': [32, 4], 'internal.ndata': [36, 4], 'internal.data': [40, 128],
      'emulation_failure.flags': [40, 8], 'emulation_failure.insn_size': [48, 1], 'emulation_failure.insn_bytes': [49, 15],
      'msr.error': [32, 1], 'msr.reason': [40, 4], 'msr.index': [44, 4], 'msr.data': [48, 8],
      'system_event.type': [32, 4],
      kvm_valid_regs: [288, 8], kvm_dirty_regs: [296, 8], s: [304, 2048],
    },
  },
  kvm_userspace_memory_region: {
    size: 32,
    fields: { slot: [0, 4], flags: [4, 4], guest_phys_addr: [8, 8], memory_size: [16, 8], userspace_addr: [24, 8] },
  },
  kvm_coalesced_mmio_zone: { size: 16, fields: { addr: [0, 8], size: [8, 4], pio: [12, 4] } },
  kvm_coalesced_mmio: { size: 24, fields: { phys_addr: [0, 8], len: [8, 4], pio: [12, 4], data: [16, 8] } },
  kvm_coalesced_mmio_ring: { size: 8, fields: { first: [0, 4], last: [4, 4], coalesced_mmio: [8, 0] } },
  kvm_debug_exit_arch: { size: 32, fields: { exception: [0, 4], pc: [8, 8], dr6: [16, 8], dr7: [24, 8] } },
  kvm_guest_debug: { size: 72, fields: { control: [0, 4], arch: [8, 64] } },
  kvm_debugregs: { size: 128, fields: { db: [0, 32], dr6: [32, 8], dr7: [40, 8], flags: [48, 8] } },
  kvm_interrupt: { size: 4, fields: { irq: [0, 4] } },
  kvm_irq_level: { size: 8, fields: { irq: [0, 4], level: [4, 4] } },
  kvm_irqchip: { size: 520, fields: { chip_id: [0, 4], chip: [8, 512] } },
  kvm_pic_state: { size: 16, fields: { imr: [2, 1] } },
  kvm_ioapic_state: { size: 216, fields: { redirtbl: [24, 192] } },
  kvm_pit_config: { size: 64, fields: { flags: [0, 4] } },
  kvm_pit_state2: { size: 112, fields: { channels: [0, 72], flags: [72, 4] } },
  kvm_lapic_state: { size: 1024, fields: { regs: [0, 1024] } },
  kvm_mp_state: { size: 4, fields: { mp_state: [0, 4] } },
  kvm_vcpu_events: {
    size: 64,
    fields: {
      'exception.injected': [0, 1], 'exception.nr': [1, 1], 'exception.has_error_code': [2, 1], 'exception.error_code': [4, 4],
      'interrupt.injected': [8, 1], 'interrupt.nr': [9, 1], 'interrupt.soft': [10, 1], 'interrupt.shadow': [11, 1],
      'nmi.injected': [12, 1], 'nmi.pending': [13, 1], 'nmi.masked': [14, 1], flags: [20, 4],
    },
  },
  kvm_fpu: { size: 416, fields: { fpr: [0, 128], fcw: [128, 2], fsw: [130, 2], xmm: [152, 256], mxcsr: [408, 4] } },
  kvm_xsave: { size: 4096, fields: { region: [0, 4096] } },
  kvm_xcrs: { size: 392, fields: { nr_xcrs: [0, 4], flags: [4, 4], xcrs: [8, 256] } },
  kvm_msr_entry: { size: 16, fields: { index: [0, 4], data: [8, 8] } },
  kvm_msrs: { size: 8, fields: { nmsrs: [0, 4], entries: [8, 0] } },
  kvm_msr_list: { size: 4, fields: { nmsrs: [0, 4], indices: [4, 0] } },
  kvm_cpuid2: { size: 8, fields: { nent: [0, 4], entries: [8, 0] } },
  kvm_cpuid_entry2: {
    size: 40,
    fields: { function: [0, 4], index: [4, 4], flags: [8, 4], eax: [12, 4], ebx: [16, 4], ecx: [20, 4], edx: [24, 4] },
  },
  kvm_dirty_log: { size: 16, fields: { slot: [0, 4], dirty_bitmap: [8, 8] } },
  kvm_clock_data: { size: 48, fields: { clock: [0, 8], flags: [8, 4] } },
  kvm_enable_cap: { size: 104, fields: { cap: [0, 4], flags: [4, 4], args: [8, 32] } },
  kvm_translation: {
    size: 24,
    fields: { linear_address: [0, 8], physical_address: [8, 8], valid: [16, 1], writeable: [17, 1], usermode: [18, 1] },
  },
} as const satisfies Record<string, { size: number; fields: Fields }>;

export type StructName = keyof typeof describedStructs;

/** Every struct that crosses the seam: its size and its fields' offsets and sizes in bytes (size 0: a trailing array). */
export const structs: typeof describedStructs = describedStructs;

/** Bits and small numbers, by kernel name. */
export const constants = {
  KVM_MEM_LOG_DIRTY_PAGES: 1,
  KVM_MEM_READONLY: 2,
  KVM_GUESTDBG_ENABLE: 1,
  KVM_GUESTDBG_SINGLESTEP: 2,
  KVM_GUESTDBG_USE_HW_BP: 0x20000,
  KVM_SYNC_X86_REGS: 1,
  KVM_SYNC_X86_SREGS: 2,
  KVM_SYNC_X86_EVENTS: 4,
  KVM_MP_STATE_RUNNABLE: 0,
  KVM_MP_STATE_UNINITIALIZED: 1,
  KVM_MP_STATE_HALTED: 3,
  KVM_IRQCHIP_PIC_MASTER: 0,
  KVM_IRQCHIP_PIC_SLAVE: 1,
  KVM_IRQCHIP_IOAPIC: 2,
  KVM_INTERNAL_ERROR_EMULATION: 1,
  KVM_INTERNAL_ERROR_SIMUL_EX: 2,
  KVM_INTERNAL_ERROR_DELIVERY_EV: 3,
  KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON: 4,
  KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES: 1,
  KVM_EXIT_IO_IN: 0,
  KVM_EXIT_IO_OUT: 1,
} as const;
