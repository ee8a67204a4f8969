/** Stepping: each instruction with its address, bytes, text, source line, changed registers, memory and port accesses. */
import type { Instruction } from 'iced-x86';
import type { Access } from './bus.js';
import { iced } from './decoder.js';
import type { Cpu, Exit } from './engine.js';
import { instructionAt } from './explain.js';
import type { InstructionAt } from './explain.js';
import { Context, Unsupported } from './fixups/context.js';
import { registerOperand } from './fixups/operands.js';
import type { Machine } from './machine.js';
import { readLinear } from './paging.js';
import { generalRegisters } from './kvm/abi.js';
import { RFLAGS_IF, codeBits, linearRip } from './state.js';
import type { GeneralRegisters, SystemRegisters } from './state.js';

export interface MemoryAccess {
  readonly kind: 'read' | 'write';
  /** Linear address. */
  readonly address: bigint;
  readonly size: number;
  /** After the instruction, for writes; before it, for reads. null: not in memory. */
  value: bigint | null;
}

export interface Step {
  /** Counts from 1. */
  readonly number: number;
  readonly instruction: InstructionAt;
  /** Registers that the instruction changed, with their new values; without rip. */
  readonly changed: Partial<GeneralRegisters>;
  readonly memory: readonly MemoryAccess[];
  readonly ports: readonly Access[];
}

/** A power that a machine has while it is traced; see `Machine.tracer` and loop.ts. */
export interface StepHook {
  /** Before the vCPU runs. An exit here stands for the run. */
  before(cpu: Cpu): Exit | null;
  /** After it came back. True: the exit has been dealt with. */
  after(cpu: Cpu, exit: Exit): boolean;
  /** The fix-ups executed the instruction instead of KVM. */
  emulated(cpu: Cpu): void;
  /** The last instructions that ran, oldest first. */
  readonly recent: readonly InstructionAt[];
}

export interface TracerOptions {
  readonly onStep: (step: Step) => void;
  /** Stops the run after so many instructions. */
  readonly limit?: number;
  /** Run at full speed to the first of these linear addresses, then step. */
  readonly breakpoints?: readonly bigint[];
}

interface Decoded {
  readonly instruction: InstructionAt;
  readonly halts: boolean;
  readonly memory: readonly Operand[];
}

interface Operand {
  readonly segment: string;
  readonly base: string | null;
  readonly index: string | null;
  readonly scale: number;
  readonly displacement: bigint;
  readonly size: number;
  readonly kinds: readonly ('read' | 'write')[];
}

/** The resume flag comes and goes with `rep` and steps: it is no change that the program made. */
const RFLAGS_RF = 1n << 16n;
const CACHE_LIMIT = 65_536;
/** Guest time that an instruction takes while it is stepped, in nanoseconds: about what it takes in the emulator of KVM. */
const STEP_TIME = 1000n;
/** So many instructions stand before the one that an explanation is about. */
const RECENT = 4;

export class Tracer implements StepHook {
  /** Instructions stepped so far. */
  count = 0;
  /** Time slices in which no step came back: this KVM cannot step there (ring 3 of a software KVM). */
  lost = 0;
  /** By linear address and code size; the bytes are compared. */
  private readonly cache = new Map<number, Decoded>();
  private pending: { decoded: Decoded; general: GeneralRegisters; memory: MemoryAccess[] } | null = null;
  private ports: Access[] = [];
  /** Registers as the last step left them. */
  private last: GeneralRegisters | null = null;
  private stepping: boolean;
  /** A hlt has been executed for KVM's own chips, and the interrupt that ends it has not come yet. */
  private asleep = false;
  readonly recent: InstructionAt[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly options: TracerOptions,
  ) {
    this.stepping = (options.breakpoints ?? []).length === 0;
    const observer = machine.bus.observer;
    machine.bus.observer = (access) => {
      observer?.(access);
      this.ports.push(access);
      // An access ends the step: after one, KVM does not stop at the next instruction by itself.
      if (this.stepping) machine.bus.attention = true;
    };
  }

  before(cpu: Cpu): Exit | null {
    if (!this.stepping) {
      cpu.debug({ step: false, breakpoints: this.options.breakpoints ?? [] });
      return null;
    }
    if (!this.machine.clock.held) this.machine.clock.hold();
    const general = this.last ?? cpu.getGeneral();
    this.last = null;
    const system = cpu.getSystem();
    const decoded = this.decode(general, system);
    if (decoded === null) {
      this.pending = null;
      cpu.debug(null);
      return null;
    }
    this.ports = [];
    this.pending = { decoded, general, memory: this.memoryOf(decoded, general, system) };
    if (decoded.halts && !this.asleep) {
      // Stepped, a hlt would be passed over; the machine halts as if it had been executed.
      const behind = { ...general, rip: general.rip + 1n };
      cpu.setGeneral(behind);
      this.finish(cpu, behind);
      if (this.machine.options.irqchip !== 'kernel' || cpu.halt === undefined) return { kind: 'halt' };
      this.asleep = true;
      cpu.halt();
      return this.before(cpu);
    }
    cpu.debug({ step: true, breakpoints: [] });
    return null;
  }

  after(cpu: Cpu, exit: Exit): boolean {
    if (!this.stepping) {
      if (exit.kind !== 'debug') return false;
      this.stepping = true;
      return true;
    }
    switch (exit.kind) {
      case 'debug': {
        const general = cpu.getGeneral();
        this.asleep = false;
        this.enterHandler(cpu, general);
        this.finish(cpu, general);
        // Nothing happens between here and the next `before`, unless an interrupt is delivered.
        if (this.machine.interrupts === null && this.machine.options.irqchip !== 'kernel') this.last = general;
        return true;
      }
      case 'slice':
      case 'blocked': {
        const general = cpu.getGeneral();
        if (exit.kind === 'slice' && (this.ports.length > 0 || general.rip !== this.pending?.general.rip)) {
          this.asleep = false;
          this.enterHandler(cpu, general);
          this.finish(cpu, general);
        } else if (exit.kind === 'slice' && (cpu.getSystem().cs.selector & 3) === 3 && (cpu.getSystem().cr0 & 1n) !== 0n) this.lost += 1;
        return false;
      }
      case 'halt':
        this.finish(cpu, cpu.getGeneral());
        return false;
      default:
        return false;
    }
  }

  emulated(cpu: Cpu): void {
    this.finish(cpu, cpu.getGeneral());
  }

  /**
   * An interrupt that comes with a step is delivered first, and what was stepped is the first instruction of its handler.
   * The frame on the stack that returns to the pending instruction shows it; the handler is the one whose first
   * instruction leads to where the processor stands now.
   */
  private enterHandler(cpu: Cpu, after: GeneralRegisters): void {
    const { pending, machine } = this;
    if (pending === null || (machine.interrupts === null && machine.options.irqchip !== 'kernel')) return;
    const { general } = pending;
    if ((general.rflags & RFLAGS_IF) === 0n || /^(INT|INT1|INT3|INTO)$/.test(pending.decoded.instruction.mnemonic)) return;
    const system = cpu.getSystem();
    const context = new Context(general, system, machine.ram, pending.decoded.instruction.bytes);
    const size = context.long ? 8 : context.protectedMode ? 4 : 2;
    const top = context.long ? general.rsp & ~15n : general.rsp;
    const mask = system.ss.db || context.long ? 64 : 16;
    const stack = BigInt.asUintN(mask, top - BigInt(size * (context.long ? 5 : 3)));
    const frame = this.value(system, context.linear(system.ss, stack), size);
    const flags = this.value(system, context.linear(system.ss, BigInt.asUintN(mask, stack + BigInt(size * 2))), size);
    if (frame !== general.rip || flags === null || (flags & RFLAGS_IF) === 0n || after.rsp > general.rsp) return;
    const handler = this.handlerBefore(context, after, system);
    if (handler === null) return;
    const entered = { ...general, rsp: stack, rip: handler, rflags: general.rflags & ~RFLAGS_IF };
    const decoded = this.decode(entered, system);
    if (decoded !== null) this.pending = { decoded, general: entered, memory: this.memoryOf(decoded, entered, system) };
  }

  /** The handler of an interrupt vector from which one instruction leads to `after`. */
  private handlerBefore(context: Context, after: GeneralRegisters, system: SystemRegisters): bigint | null {
    let jumped: bigint | null = null;
    const seen = new Set<bigint>();
    for (let vector = 8; vector < 256; vector++) {
      const handler = handlerOf(context, vector);
      if (handler === null || seen.has(handler)) continue;
      seen.add(handler);
      const decoded = this.decode({ ...after, rip: handler }, system);
      if (decoded === null) continue;
      const { bytes, mnemonic } = decoded.instruction;
      if (handler + BigInt(bytes.length) === after.rip) return handler;
      if (/^(J|CALL|REP|IRET|LOOP)/.test(mnemonic) && (jumped === null || handler === after.rip)) jumped = handler;
    }
    return jumped;
  }

  private finish(cpu: Cpu, general: GeneralRegisters): void {
    const { pending } = this;
    if (pending === null) return;
    this.pending = null;
    const changed: Partial<GeneralRegisters> = {};
    for (const name of generalRegisters) {
      if (name !== 'rip' && name !== 'rflags' && general[name] !== pending.general[name]) changed[name] = general[name];
    }
    if (((general.rflags ^ pending.general.rflags) & ~RFLAGS_RF) !== 0n) changed.rflags = general.rflags & ~RFLAGS_RF;
    const system = pending.memory.some((access) => access.kind === 'write') ? cpu.getSystem() : null;
    for (const access of pending.memory)
      if (access.kind === 'write' && system !== null) access.value = this.value(system, access.address, access.size);
    this.count += 1;
    this.machine.clock.advance(STEP_TIME);
    this.recent.push(pending.decoded.instruction);
    if (this.recent.length > RECENT) this.recent.shift();
    const ports = this.ports;
    this.ports = [];
    this.options.onStep({ number: this.count, instruction: pending.decoded.instruction, changed, memory: pending.memory, ports });
    if (this.count >= (this.options.limit ?? Infinity)) {
      this.machine.pending.stop ??= { kind: 'trace-limit', limit: this.count };
      this.machine.bus.attention = true;
    }
  }

  private value(system: SystemRegisters, address: bigint, size: number): bigint | null {
    const bytes = readLinear(system, this.machine.ram, address, size);
    if (bytes.length < size) return null;
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return value;
  }

  private decode(general: GeneralRegisters, system: SystemRegisters): Decoded | null {
    const linear = linearRip(general, system);
    const bytes = readLinear(system, this.machine.ram, linear, 15);
    if (bytes.length === 0) return null;
    const bits = codeBits(system);
    const key = Number(linear) * 4 + bits / 32;
    let decoded = this.cache.get(key);
    if (decoded === undefined || !startsWith(bytes, decoded.instruction.bytes)) {
      const instruction = instructionAt(general, system, this.machine.ram, this.machine.image);
      if (instruction === null) return null;
      decoded = { instruction, halts: instruction.mnemonic === 'HLT', memory: usedMemory(instruction.bytes, bits, general.rip) };
      if (this.cache.size >= CACHE_LIMIT) this.cache.clear();
      this.cache.set(key, decoded);
    }
    return decoded;
  }

  private memoryOf(decoded: Decoded, general: GeneralRegisters, system: SystemRegisters): MemoryAccess[] {
    if (decoded.memory.length === 0) return [];
    const context = new Context(general, system, this.machine.ram, decoded.instruction.bytes);
    const found: MemoryAccess[] = [];
    for (const operand of decoded.memory) {
      try {
        const read = (name: string | null): bigint => (name === null ? 0n : registerOperand(context, name).read());
        let offset = operand.displacement;
        if (operand.base !== 'RIP' && operand.base !== 'EIP') offset += read(operand.base) + read(operand.index) * BigInt(operand.scale);
        const size = operand.base === null ? 8 : operand.base.startsWith('R') ? 8 : operand.base.startsWith('E') ? 4 : 2;
        const segment = system[operand.segment.toLowerCase() as 'ds'];
        const extra = context.code64 && /^[FG]S$/.test(operand.segment) ? segment.base : 0n;
        const address = context.linear(segment, BigInt.asUintN(size * 8, offset) + extra);
        for (const kind of operand.kinds) {
          found.push({ kind, address, size: operand.size, value: kind === 'read' ? this.value(system, address, operand.size) : null });
        }
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error;
      }
    }
    return found;
  }
}

/** Offset of a vector's handler in its code segment, from the IVT or the IDT; null where there is none. */
function handlerOf({ system, memory, protectedMode, long }: Context, vector: number): bigint | null {
  const size = !protectedMode ? 4 : long ? 16 : 8;
  const bytes = readLinear(system, memory, system.idt.base + BigInt(vector * size), size);
  if (bytes.length < size || vector * size + size - 1 > system.idt.limit) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const low = BigInt(view.getUint16(0, true));
  if (!protectedMode) return view.getUint32(0, true) === 0 ? null : low;
  if ((bytes[5] & 0x80) === 0) return null;
  const middle = (bytes[5] & 15) >= 14 ? BigInt(view.getUint16(6, true)) << 16n : 0n;
  return low | middle | (long ? BigInt(view.getUint32(8, true)) << 32n : 0n);
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  if (bytes.length < head.length) return false;
  for (let i = 0; i < head.length; i++) if (bytes[i] !== head[i]) return false;
  return true;
}

/** Memory that an instruction reads and writes, implicit stack accesses included. */
function usedMemory(bytes: Uint8Array, bits: 16 | 32 | 64, rip: bigint): Operand[] {
  const { Decoder, DecoderOptions, InstructionInfoFactory, MemorySizeExt, OpAccess, Register } = iced();
  const decoder = new Decoder(bits, bytes, DecoderOptions.None);
  decoder.ip = rip;
  const instruction: Instruction = decoder.decode();
  const factory = new InstructionInfoFactory();
  const info = factory.info(instruction);
  const name = (register: number): string | null => (register === Register.None ? null : Register[register]);
  const operands: Operand[] = [];
  for (const used of info.usedMemory() as {
    segment: number;
    base: number;
    index: number;
    scale: number;
    displacement: bigint;
    memorySize: number;
    access: number;
    free(): void;
  }[]) {
    const kinds: ('read' | 'write')[] = [];
    if ([OpAccess.Read, OpAccess.CondRead, OpAccess.ReadWrite, OpAccess.ReadCondWrite].includes(used.access)) kinds.push('read');
    if ([OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite].includes(used.access)) kinds.push('write');
    const size = MemorySizeExt.size(used.memorySize);
    if (kinds.length > 0 && size > 0 && size <= 64) {
      operands.push({
        segment: name(used.segment) ?? 'DS',
        base: name(used.base),
        index: name(used.index),
        scale: used.scale,
        displacement: used.displacement,
        size,
        kinds,
      });
    }
    used.free();
  }
  info.free();
  factory.free();
  instruction.free();
  decoder.free();
  return operands;
}
