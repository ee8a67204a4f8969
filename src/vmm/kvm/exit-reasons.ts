/**
 * Every KVM exit reason: its number, kernel name, and one sentence on what it means and what usually causes it.
 * Numbers from `<linux/kvm.h>` (checked against the headers by test/vmm/abi.test.ts); meanings from KVM's api.rst.
 */

// prettier-ignore
export const exitReasons = {
  KVM_EXIT_UNKNOWN: [0, 'the processor left the guest for a reason that KVM does not know; usually a feature that the host CPU has and its kernel does not'],
  KVM_EXIT_EXCEPTION: [1, 'an exception that KVM hands to user space; it is not used on x86'],
  KVM_EXIT_IO: [2, 'the guest executed in, out, ins or outs'],
  KVM_EXIT_HYPERCALL: [3, 'the guest executed vmcall or vmmcall with a call that KVM leaves to user space'],
  KVM_EXIT_DEBUG: [4, 'a single step ended or a breakpoint was hit'],
  KVM_EXIT_HLT: [5, 'the guest executed hlt'],
  KVM_EXIT_MMIO: [6, 'the guest accessed a physical address where no memory is mapped, or wrote to ROM'],
  KVM_EXIT_IRQ_WINDOW_OPEN: [7, 'the guest can take an interrupt now; we had asked to be told'],
  KVM_EXIT_SHUTDOWN: [8, 'a triple fault: an exception could not be delivered, and neither could the double fault that followed; usually no IDT, a bad stack or a wrong descriptor'],
  KVM_EXIT_FAIL_ENTRY: [9, 'the processor refused to enter the guest; usually inconsistent segment or control registers'],
  KVM_EXIT_INTR: [10, 'a signal interrupted the run'],
  KVM_EXIT_SET_TPR: [11, 'the guest changed its task priority'],
  KVM_EXIT_TPR_ACCESS: [12, 'the guest accessed its task priority register'],
  KVM_EXIT_S390_SIEIC: [13, 'an exit of s390; it cannot happen on x86'],
  KVM_EXIT_S390_RESET: [14, 'an exit of s390; it cannot happen on x86'],
  KVM_EXIT_DCR: [15, 'an exit of PowerPC; it cannot happen on x86'],
  KVM_EXIT_NMI: [16, 'a non-maskable interrupt of the host interrupted the run'],
  KVM_EXIT_INTERNAL_ERROR: [17, 'KVM itself could not go on; usually an instruction that its emulator lacks, or execution where no memory is mapped'],
  KVM_EXIT_OSI: [18, 'an exit of PowerPC; it cannot happen on x86'],
  KVM_EXIT_PAPR_HCALL: [19, 'an exit of PowerPC; it cannot happen on x86'],
  KVM_EXIT_S390_UCONTROL: [20, 'an exit of s390; it cannot happen on x86'],
  KVM_EXIT_WATCHDOG: [21, 'an exit of PowerPC; it cannot happen on x86'],
  KVM_EXIT_S390_TSCH: [22, 'an exit of s390; it cannot happen on x86'],
  KVM_EXIT_EPR: [23, 'an exit of PowerPC; it cannot happen on x86'],
  KVM_EXIT_SYSTEM_EVENT: [24, 'the guest asked for a power-off or reset, or crashed, through an interface that KVM implements'],
  KVM_EXIT_S390_STSI: [25, 'an exit of s390; it cannot happen on x86'],
  KVM_EXIT_IOAPIC_EOI: [26, 'the guest ended an interrupt of an IOAPIC that user space emulates (split irqchip)'],
  KVM_EXIT_HYPERV: [27, 'the guest used a Hyper-V interface'],
  KVM_EXIT_ARM_NISV: [28, 'an exit of ARM; it cannot happen on x86'],
  KVM_EXIT_X86_RDMSR: [29, 'the guest read a model-specific register that KVM leaves to user space'],
  KVM_EXIT_X86_WRMSR: [30, 'the guest wrote a model-specific register that KVM leaves to user space'],
  KVM_EXIT_DIRTY_RING_FULL: [31, 'the ring of dirtied pages is full'],
  KVM_EXIT_AP_RESET_HOLD: [32, 'a secondary processor of an encrypted guest waits for its start'],
  KVM_EXIT_X86_BUS_LOCK: [33, 'the guest locked the bus, by a locked access that crosses a cache line'],
  KVM_EXIT_XEN: [34, 'the guest used a Xen interface'],
  KVM_EXIT_RISCV_SBI: [35, 'an exit of RISC-V; it cannot happen on x86'],
  KVM_EXIT_RISCV_CSR: [36, 'an exit of RISC-V; it cannot happen on x86'],
  KVM_EXIT_NOTIFY: [37, 'the guest kept the processor from taking events for too long'],
  KVM_EXIT_LOONGARCH_IOCSR: [38, 'an exit of LoongArch; it cannot happen on x86'],
  KVM_EXIT_MEMORY_FAULT: [39, 'the guest accessed memory that the host could not provide'],
} as const satisfies Record<string, readonly [number, string]>;

export type ExitName = keyof typeof exitReasons;

/** Numbers of the reasons that the loop looks at on its hot path. */
export const EXIT_IO = 2;
export const EXIT_DEBUG = 4;
export const EXIT_HLT = 5;
export const EXIT_MMIO = 6;
export const EXIT_IRQ_WINDOW_OPEN = 7;

/** `KVM_EXIT_HLT` for 5; a number that the table lacks is named by the number. */
export function exitName(reason: number): string {
  if (names.length === 0) for (const [name, [number]] of Object.entries(exitReasons)) names[number] = name;
  return names[reason] ?? `KVM_EXIT_${reason}`;
}

const names: string[] = [];

/** One sentence on what an exit means and its usual cause. */
export function exitMeaning(reason: number): string {
  for (const [number, meaning] of Object.values(exitReasons)) if (number === reason) return meaning;
  return 'an exit reason newer than this program';
}

/** KVM_INTERNAL_ERROR_* by suberror: [kernel name, meaning]. */
// prettier-ignore
export const internalErrors: Readonly<Record<number, readonly [string, string]>> = {
  1: ['KVM_INTERNAL_ERROR_EMULATION', 'KVM had to emulate an instruction and could not'],
  2: ['KVM_INTERNAL_ERROR_SIMUL_EX', 'an exception happened while KVM delivered another one'],
  3: ['KVM_INTERNAL_ERROR_DELIVERY_EV', 'an exit that KVM cannot handle happened during the delivery of an event'],
  4: ['KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON', 'the processor left the guest for a reason that KVM does not expect'],
};
