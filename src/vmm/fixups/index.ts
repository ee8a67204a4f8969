/**
 * What KVM cannot emulate: on KVM_EXIT_INTERNAL_ERROR suberror 1 the instruction is emulated here and the guest goes on.
 * On hardware with VT-x or AMD-V this is hardly ever needed; a software KVM needs it for int n, iret and more.
 */
import { iced } from '../decoder.js';
import type { Cpu } from '../engine.js';
import type { GuestMemory } from '../memory.js';
import { readLinear } from '../paging.js';
import { effects } from './arithmetic.js';
import { Context, Fault, Unsupported } from './context.js';
import { memoryAddress, registerOperand } from './operands.js';
import type { Operand } from './operands.js';
import { deliver, deliverReal, farReturn, interruptReturn } from './transfer.js';

export const TRIPLE_FAULT = 'triple fault';

/**
 * Emulates the instruction at rip. Returns its mnemonic, TRIPLE_FAULT when an exception of it cannot be delivered, or
 * null when it is not covered: in the last two cases nothing has changed.
 * @param bytes what KVM reported; read from memory when KVM gave none
 */
export function fixUp(cpu: Cpu, memory: GuestMemory, bytes: Uint8Array | null): string | null {
  const general = cpu.getGeneral();
  const system = cpu.getSystem();
  const context = new Context(general, system, memory, bytes ?? new Uint8Array());
  if (!context.protectedMode) return null;
  const code = bytes ?? readLinear(system, memory, context.linear(system.cs, general.rip), 15);
  if (code.length === 0) return null;
  const before = { general: { ...general }, system: { ...system } };
  const undo = (): void => {
    Object.assign(general, before.general);
    Object.assign(system, before.system);
  };
  try {
    let name: string | null;
    try {
      name = emulate(context, code);
      if (name === null) return null;
      if (!context.jumped) general.rip = BigInt.asUintN(context.code64 ? 64 : 32, general.rip + BigInt(context.length));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // The instruction raises an exception: its effects are undone and the exception is delivered.
      undo();
      context.jumped = false;
      name = `exception ${error.vector}`;
      if (error.address !== undefined) {
        system.cr2 = error.address;
        context.systemChanged = true;
      }
      if (!deliverFault(context, error, undo)) return TRIPLE_FAULT;
    }
    if (context.systemChanged) cpu.setSystem(system);
    cpu.setGeneral(general);
    return name;
  } catch (error) {
    // A second fault during delivery, or a case that is not covered: KVM's own error stands.
    if (error instanceof Unsupported || error instanceof Fault) return null;
    throw error;
  }
}

/** Emulates `int vector` of real mode, at rip. False: its vector or stack is not in memory, and nothing has changed. */
export function realInterrupt(cpu: Cpu, memory: GuestMemory, vector: number): boolean {
  const context = new Context(cpu.getGeneral(), cpu.getSystem(), memory, new Uint8Array());
  try {
    deliverReal(context, vector, context.general.rip + 2n);
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
  cpu.setSystem(context.system);
  cpu.setGeneral(context.general);
  return true;
}

/** Delivers an exception; one during its delivery becomes a double fault. False: that failed too, a triple fault. */
function deliverFault(context: Context, fault: Fault, undo: () => void): boolean {
  for (const { vector, errorCode } of [fault, { vector: 8, errorCode: 0 }]) {
    try {
      deliver(context, vector, errorCode, false);
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      undo();
    }
  }
  return false;
}

/** Returns the mnemonic of what has been emulated. */
function emulate(context: Context, code: Uint8Array): string | null {
  const { general } = context;
  let at = 0;
  let operandSize = false;
  let wide = false;
  for (; at < code.length - 1; at++) {
    const byte = code[at];
    if (byte === 0x66) operandSize = true;
    else if (context.code64 && (byte & 0xf0) === 0x40) wide = (byte & 8) !== 0;
    else if (![0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x67, 0xf2, 0xf3].includes(byte)) break;
  }
  const size: 2 | 4 | 8 = wide ? 8 : (context.code64 || context.system.cs.db) !== operandSize ? 4 : 2;
  context.length = at + 1;
  switch (code[at]) {
    case 0xcc:
      deliver(context, 3, null, true);
      return 'int3';
    case 0xcd:
      context.length = at + 2;
      deliver(context, code[at + 1], null, true);
      return 'int';
    case 0xce:
      if (context.code64) return null;
      if ((general.rflags & (1n << 11n)) !== 0n) deliver(context, 4, null, true);
      return 'into';
    case 0xf1:
      deliver(context, 1, null, true);
      return 'int1';
    case 0xcf:
      interruptReturn(context, size);
      return 'iret';
    case 0xcb:
      farReturn(context, size, 0);
      return 'retf';
    case 0xca:
      farReturn(context, size, code[at + 1] | (code[at + 2] << 8));
      return 'retf';
    default:
      return decoded(context, code);
  }
}

/** The instructions of arithmetic.ts, with their operands decoded by iced-x86. */
function decoded(context: Context, code: Uint8Array): string | null {
  const { Decoder, DecoderOptions, MemorySizeExt, Mnemonic, OpKind, Register } = iced();
  const decoder = new Decoder(context.code64 ? 64 : context.system.cs.db ? 32 : 16, code, DecoderOptions.None);
  decoder.ip = context.general.rip;
  const instruction = decoder.decode();
  try {
    const name = Mnemonic[instruction.mnemonic];
    const effect = effects[name.toUpperCase()];
    if (instruction.code === 0 || effect === undefined) return null;
    context.length = instruction.length;
    const operands: Operand[] = [];
    for (let i = 0; i < instruction.opCount; i++) {
      const kind = instruction.opKind(i);
      if (kind === OpKind.Register) operands.push(registerOperand(context, Register[instruction.opRegister(i)]));
      else if (kind === OpKind.Memory) {
        const size = MemorySizeExt.size(instruction.memorySize);
        const linear = memoryAddress(context, instruction);
        operands.push({ size, read: () => context.read(linear, size), write: (v) => context.write(linear, size, v) });
      } else return null;
    }
    effect(context, operands);
    return name.toLowerCase();
  } finally {
    instruction.free();
    decoder.free();
  }
}
