/**
 * The engine in software, for machines without KVM: v86 (npm), a just-in-time translator to WebAssembly. 16- and 32-bit
 * code with paging, x87 and SSE2. Only v86's processor is used: its PC devices are cut off, and ports and memory holes
 * go to our bus. The names of its processor are internal, so package.json pins the exact version.
 */
import { TskvmError } from '../../diagnostics.js';
import type { Cpu, CpuState, DebugControl, Engine, EngineFeature, EngineOptions, EngineStatistics, Exit, MemoryView } from '../engine.js';
import { Context, Fault, PF } from '../fixups/context.js';
import { deliver, deliverReal } from '../fixups/transfer.js';
import { GuestMemory } from '../memory.js';
import { readLinear, walkPages } from '../paging.js';
import { elementsLeft, runString, stringAt, type StringHost, type StringOperation } from './soft-strings.js';
import { loadV86, type V86Cpu, type V86Instance } from './v86.js';
import { CR0_WP, realSegment } from '../state.js';
import type { DebugRegisters, GeneralRegisters, Segment, SystemRegisters } from '../state.js';

const KIB = 1024;
const MIB = 1024 * KIB;
/** v86 sends the VGA's window to its mmap functions always; without a device there it is RAM, as on KVM. */
const HOLE_START = 0xa_0000;
const HOLE_END = 0xc_0000;
const MOST_MEMORY = 1024 * MIB;
/** Where v86 has its SVGA memory. */
const FRAME_BUFFER = 0xe000_0000;
const MOST_FRAME_BUFFER = 16 * MIB;

/** A number of `size` bytes, at most 32 bits, signed. */
const littleEndian = (bytes: Uint8Array, at: number, size: number): number =>
  size === 1
    ? bytes[at]
    : size === 2
      ? bytes[at] | (bytes[at + 1] << 8)
      : bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);

/** Thrown through v86 to leave the guest right behind an access. */
const LEAVE = Symbol('leave the guest');

const SLICE: Exit = { kind: 'slice' };
const BLOCKED: Exit = { kind: 'blocked' };
const HALT: Exit = { kind: 'halt' };
const WINDOW: Exit = { kind: 'interrupt-window' };

/** v86's order of segment registers. */
const segmentNames = ['es', 'cs', 'ss', 'ds', 'fs', 'gs', 'tr', 'ldt'] as const;
/** v86's order of general registers, the encoding order. */
const generalNames = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'] as const;
/** Blocks of state that are typed arrays in the processor object. */
const stateArrays = ['reg_xmm32s', 'mxcsr', 'fpu_st', 'fpu_stack_empty', 'fpu_stack_ptr', 'fpu_control_word', 'fpu_status_word', 'reg_pdpte', 'in_hlt', 'sysenter_cs', 'sysenter_esp', 'sysenter_eip'] as const; // prettier-ignore

export function createSoftEngine(options: EngineOptions): Engine {
  return new SoftEngine(options);
}

class SoftEngine implements Engine {
  readonly name = 'soft';
  readonly cpus: SoftCpu[];
  readonly memory: MemoryView[];
  readonly options: EngineOptions;
  private instance: V86Instance | null = null;
  /** Of v86's compiled code: what is thrown through it does not give its stack back. */
  stackPointer: { value: number } | null = null;
  private processor: V86Cpu | null = null;
  /** RAM until v86 is there, and what it is filled with then. */
  private early: Uint8Array | null;
  private readonly frameBufferSize: number;
  private earlyFrameBuffer: Uint8Array | null = null;
  /** RAM behind the VGA window. */
  private readonly window = new Uint8Array(HOLE_END - HOLE_START);
  private readonly size: number;
  /** ROM above RAM: v86 asks for every byte of it. */
  private readonly roms: readonly { address: number; bytes: Uint8Array }[];
  exits = { halt: 0, slice: 0, port: 0, mmio: 0 };
  /** Length of a run in milliseconds, and when the one that goes on ends. */
  slice: number;
  until = Infinity;
  /** A run must end: set by kick and by accesses. */
  kicked = false;
  private dirtyEverything = false;
  /** v86 has trapped: it must be made anew before the next guest. */
  broken = false;

  constructor(options: EngineOptions) {
    this.options = options;
    this.slice = options.slice;
    const [ram, ...others] = options.memory;
    const rest = others.filter((region) => region.address !== FRAME_BUFFER || region.size > MOST_FRAME_BUFFER);
    this.frameBufferSize = others.find((region) => region.address === FRAME_BUFFER)?.size ?? 0;
    if (ram === undefined || ram.address !== 0 || ram.kind !== 'ram' || rest.some(({ kind }) => kind !== 'rom')) {
      throw new TskvmError('the soft engine has one RAM region from address 0: holes and more than 3 GiB need the kvm engine');
    }
    this.roms = rest.map(({ address, size }) => ({ address, bytes: new Uint8Array(size) }));
    if (ram.size > MOST_MEMORY) throw new TskvmError('the soft engine has at most 1 GiB of memory');
    this.size = ram.size;
    this.early = new Uint8Array(ram.size);
    const part = (address: number, end: number): MemoryView[] => {
      if (end <= address) return [];
      const bytes = (): Uint8Array => this.ram().subarray(address, end);
      return [{ address, size: end - address, kind: 'ram', get bytes() { return bytes(); }, window: (offset, length) => bytes().subarray(offset, offset + length) }]; // prettier-ignore
    };
    const hole = this.window;
    const middle: MemoryView[] =
      ram.size <= HOLE_START
        ? []
        : [
            {
              address: HOLE_START,
              size: Math.min(ram.size, HOLE_END) - HOLE_START,
              kind: 'ram',
              bytes: hole,
              window: (offset, length) => hole.subarray(offset, offset + length),
            },
          ];
    const roms = this.roms.map(({ address, bytes }): MemoryView => {
      return { address, size: bytes.length, kind: 'rom', bytes, window: (offset, length) => bytes.subarray(offset, offset + length) };
    });
    this.memory = [...part(0, Math.min(ram.size, HOLE_START)), ...middle, ...part(HOLE_END, ram.size), ...roms];
    if (this.frameBufferSize > 0) {
      const bytes = (): Uint8Array => this.frameBuffer();
      this.memory.push({ address: FRAME_BUFFER, size: this.frameBufferSize, kind: 'ram', get bytes() { return bytes(); }, window: (offset, length) => bytes().subarray(offset, offset + length) }); // prettier-ignore
    }
    this.cpus = [new SoftCpu(this)];
  }

  /** Memory of v86's own SVGA adapter, which the guest reaches without leaving; before v86 is there, an array of ours. */
  private frameBuffer(): Uint8Array {
    const { processor } = this;
    if (processor === null) return (this.earlyFrameBuffer ??= new Uint8Array(this.frameBufferSize));
    return (processor.devices as { vga: { svga_memory: Uint8Array } }).vga.svga_memory;
  }

  private ram(): Uint8Array {
    const { processor } = this;
    return processor === null ? (this.early as Uint8Array) : processor.mem8;
  }

  /** Loads v86 and moves memory and state into it. @throws TskvmError when the package is missing or does not start */
  async ready(): Promise<void> {
    if (this.processor !== null) return;
    const { V86, instantiate } = loadV86();
    let stackPointer: { value: number } | null = null;
    const instance = new V86({
      // Given like this, v86 reads no file: its own way is a dynamic import, which code run through V8's cache cannot do.
      wasm_fn: async (imports: unknown) => {
        const { exports } = await instantiate(imports);
        stackPointer = (exports as { stack_pointer?: { value: number } }).stack_pointer ?? null;
        return exports;
      },
      bios: { buffer: new ArrayBuffer(64 * KIB) },
      memory_size: Math.max(MIB, this.size),
      vga_memory_size: Math.max(MIB, this.frameBufferSize),
      autostart: false,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
      log_level: 0,
    });
    await new Promise<void>((resolve, reject) => {
      instance.add_listener('emulator-ready', () => resolve());
      instance.add_listener('download-error', (error) => reject(new TskvmError(`v86 did not start: ${String(error)}`)));
    });
    const processor = instance.v86.cpu;
    for (const name of [
      'main_loop',
      'reset_cpu',
      'get_eflags',
      'update_state_flags',
      'full_clear_tlb',
      'jit_clear_cache',
      'jit_dirty_cache',
    ]) {
      if (typeof processor[name] !== 'function')
        throw new TskvmError('this version of v86 is not the one that the soft engine knows', 2, ['npm install v86@0.5.462']);
    }
    this.instance = instance;
    this.processor = processor;
    this.stackPointer = stackPointer;
    this.connect(processor);
    processor.mem8.fill(0);
    processor.mem8.set(this.early as Uint8Array);
    this.early = null;
    if (this.earlyFrameBuffer !== null) this.frameBuffer().set(this.earlyFrameBuffer);
    this.earlyFrameBuffer = null;
    processor.reset_cpu();
    this.cpus[0].adopt(processor);
  }

  /** Cuts v86's devices off: every port, every memory hole and the clock are ours. */
  private connect(processor: V86Cpu): void {
    const { io } = this.options;
    const leave = (): void => {
      // v86 counts instructions, not time: a guest that does little but port accesses would stay inside for seconds.
      if (io.attention || this.kicked || this.cpus[0].windowOpen || performance.now() >= this.until) throw LEAVE;
    };
    const sized = [1, 2, 4] as const;
    sized.forEach((size) => {
      processor.io[`port_read${size * 8}`] = (port: number) => {
        this.leaveForString();
        // The slice is over: the instruction is executed by the next run.
        if (performance.now() >= this.until) {
          this.again = true;
          throw LEAVE;
        }
        this.exits.port += 1;
        const value = io.in(port & 0xffff, size);
        if (io.retry) {
          io.retry = false;
          // The processor goes back to the instruction and repeats it later.
          this.waits = true;
          throw LEAVE;
        }
        return value | 0;
      };
      processor.io[`port_write${size * 8}`] = (port: number, value: number) => {
        this.leaveForString();
        this.exits.port += 1;
        io.out(port & 0xffff, size, size === 4 ? value >>> 0 : value & (size === 2 ? 0xffff : 0xff));
        leave();
      };
    });
    const scratch = new Uint8Array(8);
    const read = (address: number, size: number): number => {
      address >>>= 0;
      let rom: Uint8Array | null;
      if (address >= HOLE_START && address + size <= HOLE_END && !this.claimed(address)) {
        scratch.set(this.window.subarray(address - HOLE_START, address - HOLE_START + size));
      } else if ((rom = this.romAt(address, size)) !== null) {
        scratch.set(rom);
      } else {
        this.exits.mmio += 1;
        io.read(address, size, scratch, 0);
        io.retry = false;
      }
      return littleEndian(scratch, 0, size);
    };
    const write = (address: number, size: number, value: number): void => {
      address >>>= 0;
      for (let i = 0; i < size; i++) scratch[i] = value >>> (8 * i);
      if (address >= HOLE_START && address + size <= HOLE_END && !this.claimed(address)) {
        this.window.set(scratch.subarray(0, size), address - HOLE_START);
        return;
      }
      this.exits.mmio += 1;
      io.write(address, size, scratch, 0);
    };
    this.memoryOfDevices = { read, write };
    const guarded = (address: number, size: number): number => {
      this.leaveAtLast();
      return read(address, size);
    };
    const guardedWrite = (address: number, size: number, value: number): void => {
      this.leaveAtLast();
      write(address, size, value);
    };
    processor.mmap_read8 = (address: number) => guarded(address, 1);
    processor.mmap_read32 = (address: number) => guarded(address, 4);
    processor.mmap_write8 = (address: number, value: number) => guardedWrite(address, 1, value);
    processor.mmap_write16 = (address: number, value: number) => guardedWrite(address, 2, value);
    processor.mmap_write32 = (address: number, value: number) => guardedWrite(address, 4, value);
    const words = (address: number, ...values: number[]): void => values.forEach((value, i) => write(address + i * 4, 4, value));
    processor.mmap_write64 = words;
    processor.mmap_write128 = words;
    processor.run_hardware_timers = () => 100;
  }

  private romAt(address: number, size: number): Uint8Array | null {
    for (const { address: start, bytes } of this.roms) {
      if (address >= start && address + size <= start + bytes.length) return bytes.subarray(address - start, address - start + size);
    }
    return null;
  }

  /** The processor's instruction pointer must go back to the instruction that was left. */
  again = false;
  /** An `in` waits for its answer; the processor's instruction pointer must go back to it. */
  waits = false;

  private deviceAccesses = 0;
  /** When the run has to be over (`performance.now()`), with some grace. */
  lastMoment = Infinity;

  setDeadline(milliseconds: number): void {
    this.lastMoment = performance.now() + milliseconds + 100;
  }

  /** Memory outside RAM, as v86 asks for it: set when v86 is there. */
  private memoryOfDevices = {
    read: (_address: number, _size: number): number => -1,
    write: (_address: number, _size: number, _value: number): void => {},
  };

  /** Physical memory, RAM or not, for string instructions. */
  readPhysical(address: number, size: number): number {
    if (this.isRam(address, size)) return littleEndian((this.processor as V86Cpu).mem8, address, size);
    return this.memoryOfDevices.read(address, size);
  }
  writePhysical(address: number, size: number, value: number): void {
    if (!this.isRam(address, size)) return this.memoryOfDevices.write(address, size, value);
    const processor = this.processor as V86Cpu;
    for (let i = 0; i < size; i++) processor.mem8[address + i] = value >>> (8 * i);
    processor.jit_dirty_cache(address, address + size);
  }
  private isRam(address: number, size: number): boolean {
    return address + size <= this.size && (address >= HOLE_END || address + size <= HOLE_START);
  }

  /** The repeated string instruction that our own code executes next (soft-strings.ts). */
  string: StringOperation | null = null;

  /** Leaves the guest before a repeated `ins` or `outs`: v86 would keep its progress to itself until it is done. */
  private leaveForString(): void {
    const operation = stringAt(this.processor as V86Cpu, this.bytesAt);
    if (operation === null) return;
    this.string = operation;
    throw LEAVE;
  }

  /**
   * A repeated `movs`, `stos`, `lods`, `cmps` or `scas` at memory of devices may go on for four thousand million elements, and
   * translated code does not say what it executes: it is left only when the run has to be over anyway.
   */
  private leaveAtLast(): void {
    this.deviceAccesses = (this.deviceAccesses + 1) & 1023;
    if (this.deviceAccesses !== 0 || performance.now() < this.lastMoment) return;
    this.again = true;
    throw LEAVE;
  }

  private readonly bytesAt = (linear: number, length: number): Uint8Array => this.cpus[0].code(linear, length);

  /** True when a device of ours lies in the VGA window. */
  private claimed(address: number): boolean {
    return (this.options.io as { deviceAt?(space: 'mmio', address: number): string | null }).deviceAt?.('mmio', address) != null;
  }

  get statistics(): EngineStatistics {
    const exits: Record<string, number> = {};
    for (const [name, count] of Object.entries(this.exits)) if (count > 0) exits[name] = count;
    return { exits, coalesced: 0 };
  }

  has(feature: EngineFeature): boolean {
    return feature === 'paging32';
  }

  irqLine(): void {
    throw new TskvmError('--irqchip kernel needs the kvm engine');
  }

  kick(): void {
    this.kicked = true;
  }

  reset(): void {
    this.kicked = false;
    this.window.fill(0);
    this.exits = { halt: 0, slice: 0, port: 0, mmio: 0 };
    if (this.broken) this.discard();
    this.processor?.reset_cpu();
    this.cpus[0].reset();
  }

  /** Gives v86 up; `ready` makes a new one. Memory is empty then. */
  private discard(): void {
    const { instance } = this;
    this.broken = false;
    this.instance = null;
    this.processor = null;
    this.cpus[0].abandon();
    this.early = new Uint8Array(this.size);
    if (instance !== null) void instance.destroy().catch(() => undefined);
  }

  /** Every access to the VGA window comes by here, and the bus knows which overlays are on. */
  overlay(): void {}

  logDirty(on: boolean): void {
    this.dirtyEverything = on;
  }

  /** v86 does not record what a guest writes: everything may have changed. */
  dirty(callback: (address: number, length: number) => void): void {
    if (this.dirtyEverything) for (const view of this.memory) callback(view.address, view.size);
  }

  saveChips(): Record<string, Uint8Array> {
    return {};
  }
  restoreChips(): void {}

  start(): void {
    this.processor?.jit_clear_cache();
  }
  stop(): void {}
  setSlice(milliseconds: number): void {
    this.slice = milliseconds;
  }

  close(): void {
    this.discard();
    this.early = new Uint8Array();
  }
}

const consoleMethods = ['log', 'warn', 'error', 'trace'] as const;
let saved: Partial<Record<(typeof consoleMethods)[number], () => void>> | null = null;

/** v86 writes its panics to the console: while it runs, nothing of that may get into the guest's output. */
function hush(on: boolean): void {
  if (on && saved === null) {
    saved = {};
    for (const name of consoleMethods) {
      const original = console[name];
      saved[name] = original;
      console[name] = (...words: unknown[]) => {
        if (!/^(panicked at|Unimplemented)/.test(String(words[0]))) original(...words);
      };
    }
  } else if (!on && saved !== null) {
    Object.assign(console, saved);
    saved = null;
  }
}

/** The power-on state (SDM volume 3A, table 9-1) with the reset vector below 1 MiB. */
const powerOn = (): { general: GeneralRegisters; system: SystemRegisters } => {
  const data = realSegment(0);
  const general = Object.fromEntries(
    [...generalNames, 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'].map((name) => [name, 0n]),
  ) as unknown as GeneralRegisters;
  const table = { base: 0n, limit: 0xffff };
  return {
    general: { ...general, rip: 0xfff0n, rflags: 2n },
    system: {
      cs: { ...realSegment(0xf000, true), base: 0xf_0000n }, ds: data, es: data, fs: data, gs: data, ss: data,
      tr: { ...data, type: 11, s: false }, ldt: { ...data, type: 2, s: false }, gdt: table, idt: table,
      cr0: 0x10n, cr2: 0n, cr3: 0n, cr4: 0n, cr8: 0n, efer: 0n, apicBase: 0n,
    }, // prettier-ignore
  };
};

class SoftCpu implements Cpu {
  readonly index = 0;
  private processor: V86Cpu | null = null;
  /** State while v86 is not loaded yet. */
  private early = powerOn();
  private wantsWindow = false;

  constructor(private readonly engine: SoftEngine) {}

  adopt(processor: V86Cpu): void {
    this.processor = processor;
    this.setSystem(this.early.system);
    this.setGeneral(this.early.general);
  }

  abandon(): void {
    this.processor = null;
  }

  reset(): void {
    this.early = powerOn();
    this.wantsWindow = false;
    if (this.processor !== null) this.adopt(this.processor);
  }

  run(): Exit {
    const { engine, processor } = this;
    if (processor === null) throw new TskvmError('the soft engine has not been loaded');
    const { io } = engine.options;
    const { stackPointer } = engine;
    const stack = stackPointer?.value ?? 0;
    engine.until = performance.now() + engine.slice;
    hush(true);
    try {
      do {
        if (processor.in_hlt[0] !== 0) {
          processor.in_hlt[0] = 0;
          engine.exits.halt += 1;
          return HALT;
        }
        try {
          processor.main_loop();
        } catch (error) {
          if (stackPointer !== null) stackPointer.value = stack;
          if (error !== LEAVE || engine.string === null) throw error;
        }
        if (engine.string !== null && this.runString(processor, engine.string) === 'blocked') return BLOCKED;
        if (this.wantsWindow && this.canInterrupt()) return WINDOW;
      } while (!io.attention && !engine.kicked && performance.now() < engine.until);
    } catch (error) {
      if (error !== LEAVE) {
        // v86 has no triple fault: an exception that cannot be delivered exhausts its stack or traps.
        if (!(error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError'))) throw error;
        engine.broken = true;
        return { kind: 'shutdown' };
      }
    } finally {
      hush(false);
    }
    if (engine.waits) {
      engine.waits = false;
      processor.instruction_pointer[0] = processor.previous_ip[0];
      return BLOCKED;
    }
    if (engine.again) {
      engine.again = false;
      processor.instruction_pointer[0] = processor.previous_ip[0];
    }
    engine.kicked = false;
    if (processor.in_hlt[0] === 0) engine.exits.slice += 1;
    return SLICE;
  }

  /** Executes a repeated string instruction, which v86 has left before its first element, as far as time allows. */
  private runString(processor: V86Cpu, operation: StringOperation): 'done' | 'later' | 'blocked' {
    const { engine } = this;
    const { io } = engine.options;
    engine.string = null;
    processor.instruction_pointer[0] = operation.at;
    let elements = 0;
    const translate = this.translator();
    const host: StringHost = {
      io,
      translate: (linear, write) => {
        const physical = translate(linear, write);
        if (physical === null) throw new Fault(PF, (write ? 2 : 0) | (processor.cpl[0] === 3 ? 4 : 0), BigInt(linear));
        return physical;
      },
      read: (address, size) => engine.readPhysical(address, size),
      write: (address, size, value) => engine.writePhysical(address, size, value),
      over: () => io.attention || engine.kicked || ((elements = (elements + 1) & 63) === 0 && performance.now() >= engine.until),
    };
    try {
      const before = elementsLeft(processor, operation);
      const result = runString(processor, operation, host);
      engine.exits.port += before - elementsLeft(processor, operation);
      if (result === 'done') processor.instruction_pointer[0] = (operation.at + operation.length) | 0;
      return result;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const context = this.context();
      context.system.cr2 = error.address ?? 0n;
      deliver(context, error.vector, error.errorCode, false);
      this.setSystem(context.system);
      this.setGeneral(context.general);
      return 'done';
    }
  }

  /** Physical addresses for linear ones; the last few pages are remembered. null: not there for such an access. */
  private translator(): (linear: number, write: boolean) => number | null {
    if ((this.processor as V86Cpu).cr[0] >= 0) return (linear) => linear;
    const system = this.getSystem();
    const memory = new GuestMemory(() => this.engine.memory, '');
    const user = (system.cs.selector & 3) === 3;
    const known = new Map<number, number | null>();
    return (linear, write) => {
      const key = (linear & ~0xfff) + (write ? 1 : 0);
      let page = known.get(key);
      if (page === undefined) {
        const walk = walkPages(system, memory, BigInt(linear - (linear & 0xfff)));
        const forbidden = (user && !walk.user) || (write && !walk.writable && (user || (system.cr0 & CR0_WP) !== 0n));
        page = walk.physical === null || forbidden ? null : walk.physical;
        if (known.size >= 8) known.clear();
        known.set(key, page);
      }
      return page === null ? null : page + (linear & 0xfff);
    };
  }

  /** Bytes of code; fewer where there is no memory. */
  code(linear: number, length: number): Uint8Array {
    return readLinear(this.getSystem(), new GuestMemory(() => this.engine.memory, ''), BigInt(linear), length);
  }

  getGeneral(): GeneralRegisters {
    const { processor } = this;
    if (processor === null) return { ...this.early.general };
    const general = powerOn().general;
    generalNames.forEach((name, i) => (general[name] = BigInt(processor.reg32[i] >>> 0)));
    general.rip = BigInt((processor.instruction_pointer[0] - processor.segment_offsets[1]) >>> 0);
    general.rflags = BigInt(processor.get_eflags() >>> 0);
    return general;
  }

  setGeneral(registers: GeneralRegisters): void {
    const { processor } = this;
    if (processor === null) {
      this.early.general = { ...registers };
      return;
    }
    generalNames.forEach((name, i) => (processor.reg32[i] = Number(BigInt.asIntN(32, registers[name]))));
    processor.instruction_pointer[0] = processor.segment_offsets[1] + Number(BigInt.asIntN(32, registers.rip));
    processor.previous_ip[0] = processor.instruction_pointer[0];
    processor.flags[0] = Number(BigInt.asIntN(32, registers.rflags)) | 2;
    processor.flags_changed[0] = 0;
  }

  getSystem(): SystemRegisters {
    const { processor } = this;
    if (processor === null) return { ...this.early.system };
    const system = powerOn().system;
    segmentNames.forEach((name, i) => {
      const access = processor.segment_access_bytes[i];
      const limit = processor.segment_limits[i] >>> 0;
      const wide = name === 'cs' ? processor.is_32[0] !== 0 : name === 'ss' ? processor.stack_size_32[0] !== 0 : limit > 0xffff;
      system[name] = {
        ...realSegment(processor.sreg[i], name === 'cs'),
        base: BigInt(processor.segment_offsets[i] >>> 0),
        limit,
        db: wide,
        g: limit > 0xf_ffff,
        ...(processor.protected_mode[0] !== 0 && access !== 0
          ? { type: access & 15, s: (access & 16) !== 0, dpl: (access >> 5) & 3, present: (access & 0x80) !== 0 }
          : {}),
        unusable: processor.segment_is_null[i] !== 0,
      };
    });
    system.gdt = { base: BigInt(processor.gdtr_offset[0] >>> 0), limit: processor.gdtr_size[0] & 0xffff };
    system.idt = { base: BigInt(processor.idtr_offset[0] >>> 0), limit: processor.idtr_size[0] & 0xffff };
    for (const n of [0, 2, 3, 4] as const) system[`cr${n}`] = BigInt(processor.cr[n] >>> 0);
    return system;
  }

  setSystem(registers: SystemRegisters): void {
    const { processor } = this;
    if (processor === null) {
      this.early.system = { ...registers };
      return;
    }
    const rip = (processor.instruction_pointer[0] - processor.segment_offsets[1]) | 0;
    segmentNames.forEach((name, i) => {
      const segment: Segment = registers[name];
      processor.sreg[i] = segment.selector;
      processor.segment_offsets[i] = Number(BigInt.asIntN(32, segment.base));
      processor.segment_limits[i] = segment.limit;
      processor.segment_is_null[i] = segment.unusable ? 1 : 0;
      processor.segment_access_bytes[i] = segment.type | (segment.s ? 16 : 0) | (segment.dpl << 5) | (segment.present ? 0x80 : 0);
    });
    processor.instruction_pointer[0] = processor.segment_offsets[1] + rip;
    const paged = (registers.cr0 & 1n) !== 0n;
    processor.protected_mode[0] = paged ? 1 : 0;
    processor.cpl[0] = paged ? registers.cs.selector & 3 : 0;
    processor.is_32[0] = registers.cs.db ? 1 : 0;
    processor.stack_size_32[0] = registers.ss.db ? 1 : 0;
    processor.tss_size_32[0] = (registers.tr.type & 8) !== 0 ? 1 : 0;
    processor.gdtr_offset[0] = Number(BigInt.asIntN(32, registers.gdt.base));
    processor.gdtr_size[0] = registers.gdt.limit;
    processor.idtr_offset[0] = Number(BigInt.asIntN(32, registers.idt.base));
    processor.idtr_size[0] = registers.idt.limit;
    for (const n of [0, 2, 3, 4] as const) processor.cr[n] = Number(BigInt.asIntN(32, registers[`cr${n}`]));
    processor.update_state_flags();
    processor.full_clear_tlb();
  }

  getDebug(): DebugRegisters {
    const at = (i: number): bigint => BigInt((this.processor?.dreg[i] ?? 0) >>> 0);
    return { addresses: [at(0), at(1), at(2), at(3)], dr6: at(6), dr7: at(7) };
  }
  setDebug(registers: DebugRegisters): void {
    const { processor } = this;
    if (processor === null) return;
    [...registers.addresses, 0n, 0n, registers.dr6, registers.dr7].forEach(
      (value, i) => (processor.dreg[i] = Number(BigInt.asIntN(32, value))),
    );
  }

  getXsave(): Uint8Array {
    throw new TskvmError('the soft engine keeps x87 and SSE registers in its own form: use save and restore');
  }
  setXsave(): void {
    this.getXsave();
  }
  getMsr(index: number): bigint {
    throw new TskvmError(`the soft engine does not show MSR 0x${index.toString(16)}`);
  }
  setMsr(index: number): void {
    this.getMsr(index);
  }

  /** Delivery through the IVT or IDT, as the processor does it. */
  interrupt(vector: number): void {
    const { processor } = this;
    if (processor === null) return;
    const context = this.context();
    const { general, system } = context;
    if (!context.protectedMode) {
      deliverReal(context, vector, general.rip);
    } else {
      try {
        deliver(context, vector, null, false);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        deliver(context, error.vector, error.errorCode, false);
      }
    }
    this.setSystem(system);
    this.setGeneral(general);
    processor.in_hlt[0] = 0;
    this.wantsWindow = false;
  }

  private context(): Context {
    return new Context(this.getGeneral(), this.getSystem(), new GuestMemory(() => this.engine.memory, ''), new Uint8Array());
  }

  /** An interrupt waits, and the guest would take it here. */
  get windowOpen(): boolean {
    return this.wantsWindow && this.processor !== null && (this.processor.flags[0] & 0x200) !== 0;
  }

  canInterrupt(): boolean {
    const ready = (this.getGeneral().rflags & 0x200n) !== 0n;
    this.wantsWindow = !ready;
    return ready;
  }
  cancelWindow(): void {
    this.wantsWindow = false;
  }

  nmi(): void {
    this.interrupt(2);
  }

  debug(control: DebugControl | null): void {
    if (control !== null) throw new TskvmError('single steps and breakpoints need the kvm engine');
  }

  save(): CpuState {
    const blocks: Record<string, Uint8Array> = {};
    for (const name of stateArrays) {
      const array = this.processor?.[name];
      if (ArrayBuffer.isView(array)) blocks[name] = new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
    }
    return { general: this.getGeneral(), system: this.getSystem(), debug: this.getDebug(), blocks };
  }

  restore(state: CpuState): void {
    this.setSystem(state.system);
    this.setGeneral(state.general);
    this.setDebug(state.debug);
    for (const [name, bytes] of Object.entries(state.blocks)) {
      const array = this.processor?.[name];
      if (ArrayBuffer.isView(array)) new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
    }
  }
}
