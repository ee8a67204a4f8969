/** The exits that are not I/O, decoded from struct kvm_run into data. */
import type { Exit } from '../engine.js';
import { constants, structs } from './abi.js';
import { exitMeaning, exitName, exitReasons, internalErrors } from './exit-reasons.js';

const run = structs.kvm_run.fields;
const number = Object.fromEntries(Object.entries(exitReasons).map(([name, [value]]) => [name, value])) as Record<
  keyof typeof exitReasons,
  number
>;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** @param view struct kvm_run after KVM_RUN returned 0 with this exit reason */
export function decodeExit(view: DataView, reason: number): Exit {
  const u32 = (field: readonly [number, number]): number => view.getUint32(field[0], true);
  const u64 = (field: readonly [number, number]): bigint => view.getBigUint64(field[0], true);
  switch (reason) {
    case number.KVM_EXIT_SHUTDOWN:
      return { kind: 'shutdown' };
    case number.KVM_EXIT_HLT:
      return { kind: 'halt' };
    case number.KVM_EXIT_INTR:
    case number.KVM_EXIT_NMI:
      return { kind: 'slice' };
    case number.KVM_EXIT_IRQ_WINDOW_OPEN:
      return { kind: 'interrupt-window' };
    case number.KVM_EXIT_DEBUG: {
      const arch = structs.kvm_debug_exit_arch.fields;
      const base = run['debug.arch'][0];
      const dr6 = view.getBigUint64(base + arch.dr6[0], true);
      const step = (dr6 & (1n << 14n)) !== 0n;
      return {
        kind: 'debug',
        cause: step ? 'single-step' : 'breakpoint',
        pc: view.getBigUint64(base + arch.pc[0], true),
        dr6,
      };
    }
    case number.KVM_EXIT_INTERNAL_ERROR:
      return internalError(view);
    case number.KVM_EXIT_FAIL_ENTRY:
      return {
        kind: 'fail-entry',
        hardwareReason: u64(run['fail_entry.hardware_entry_failure_reason']),
      };
    case number.KVM_EXIT_SYSTEM_EVENT:
      return { kind: 'system-event', type: u32(run['system_event.type']) };
    case number.KVM_EXIT_UNKNOWN:
      return unexpected(reason, `hardware exit reason ${hex(u64(run['hw.hardware_exit_reason']))}`);
    case number.KVM_EXIT_EXCEPTION:
      return unexpected(reason, `exception ${u32(run['ex.exception'])}, error code ${hex(u32(run['ex.error_code']))}`);
    case number.KVM_EXIT_X86_RDMSR:
    case number.KVM_EXIT_X86_WRMSR:
      return unexpected(reason, `MSR ${hex(u32(run['msr.index']))}`);
    default:
      return unexpected(reason, '');
  }
}

function unexpected(reason: number, detail: string): Exit {
  return { kind: 'unexpected', name: exitName(reason), meaning: exitMeaning(reason), detail };
}

function internalError(view: DataView): Exit {
  const suberror = view.getUint32(run['internal.suberror'][0], true);
  const count = Math.min(view.getUint32(run['internal.ndata'][0], true), 16);
  const data = Array.from({ length: count }, (_, i) => view.getBigUint64(run['internal.data'][0] + i * 8, true));
  let instruction: Uint8Array | null = null;
  // The union with the instruction's bytes is there when ndata covers it and the flag says so.
  if (suberror === constants.KVM_INTERNAL_ERROR_EMULATION && count >= 3) {
    const flags = view.getBigUint64(run['emulation_failure.flags'][0], true);
    if ((flags & BigInt(constants.KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES)) !== 0n) {
      const size = Math.min(view.getUint8(run['emulation_failure.insn_size'][0]), 15);
      const start = run['emulation_failure.insn_bytes'][0];
      if (size > 0) instruction = new Uint8Array(view.buffer.slice(view.byteOffset + start, view.byteOffset + start + size));
    }
  }
  const name = internalErrors[suberror]?.[0] ?? `suberror ${suberror}`;
  return { kind: 'internal-error', suberror, name, instruction, data };
}
