/**
 * The engine in software, for machines without KVM: v86 (npm), a just-in-time translator to WebAssembly. 16- and 32-bit
 * code with paging, x87 and SSE2. Only v86's processor is used: its PC devices are cut off, and ports and memory holes
 * go to our bus. The names of its processor are internal, so package.json pins the exact version.
 */
import { TskvmError } from '../../diagnostics.js';
import type { Engine, EngineFeature, EngineOptions, EngineStatistics, MemoryView } from '../engine.js';
import { LEAVE, SoftCpu, type SoftHost } from './soft-cpu.js';
import { stringAt, type StringOperation } from './soft-strings.js';
import { loadV86, type V86Cpu, type V86Instance } from './v86.js';

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

export function createSoftEngine(options: EngineOptions): Engine {
  return new SoftEngine(options);
}

class SoftEngine implements Engine, SoftHost {
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
