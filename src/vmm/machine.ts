/**
 * A machine: an engine, memory, a bus with devices, and the loop between them. `createMachine`, `load`, `run`.
 */
import { TskvmError } from '../diagnostics.js';
import type { LazyRequire } from '../lazy.js';
import type { Image } from '../object.js';
import { bootImage } from './boot/index.js';
import type { DriveStart } from './boot/drive.js';
import { Bus } from './bus.js';
import type { Access } from './bus.js';
import { GuestClock } from './clock.js';
import type { DeviceContext, DeviceDefinition, Range, StopReason } from './device.js';
import type { Display } from './display.js';
import { devices as builtin } from './devices/index.js';
import type { Drives } from './disks/drives.js';
import type { Cpu, Engine, MemoryRegion } from './engine.js';
import { createEngine } from './engines/index.js';
import { INPUT_END } from './input.js';
import type { InputSource } from './input.js';
import type { InterruptController } from './interrupts.js';
import type { Explanation, Place } from './explain.js';
import type { Journal, JournalHost, Recorder, Replayer } from './journal.js';
import { runLoop } from './loop.js';
import { checkLimits, defaultDevices, makeDrives, memoryMap, modeFeature, needs } from './machine-options.js';
import type { DevicePlacement, MachineOptions } from './machine-options.js';
import { GuestMemory } from './memory.js';
import { startCpu } from './modes.js';
import type { Snapshot } from './snapshot.js';
import type { StartState } from './modes.js';
import { OutputBuffer, captureSink, fdSink } from './output.js';
import type { OutputSink } from './output.js';
import type { StepHook } from './trace.js';
import type { RunResult, RunStatistics } from './result.js';

export type { DevicePlacement, MachineOptions } from './machine-options.js';

declare const require: LazyRequire;

/** Ports and pages that no device claims are named up to here: a guest that runs wild touches thousands. */
const UNCLAIMED_TOLD = 8;

/** Why the loop must stop, set from inside an access. */
export interface Pending {
  stop: StopReason | { readonly kind: 'trace-limit'; readonly limit: number } | null;
  unclaimed: Access | null;
  failure: { device: string; error: unknown; place: Place } | null;
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | null;
}

interface Attached {
  readonly placement: DevicePlacement;
  readonly name: string;
  readonly irqs: readonly number[];
}

/**
 * Makes a machine: engine, memory and devices, powered on; `close` takes it down.
 * @throws TskvmError, KvmError: what is wrong with the options or the engine, and what to do
 */
export function createMachine(options: MachineOptions = {}): Machine {
  return new Machine(options);
}

/** A virtual machine: load an image, run it to its end, look inside, reset it for the next one. */
export class Machine {
  readonly engine: Engine;
  readonly bus: Bus;
  readonly clock = new GuestClock();
  readonly out: OutputBuffer;
  readonly ram: GuestMemory;
  readonly regions: readonly MemoryRegion[];
  readonly pending: Pending = { stop: null, unclaimed: null, failure: null, signal: null };
  /** The software interrupt controller, when a device is one. */
  interrupts: InterruptController | null = null;
  /** Looks at every instruction while it is set. */
  tracer: StepHook | null = null;
  /** The vCPU that runs or ran last. */
  currentCpu: Cpu;
  /** What the last `load` put in, for symbols and source lines. */
  image: Image | null = null;
  /** Disk images; null on boards that have no use for them. */
  readonly drives: Drives | null;
  readonly fixupCounts: Record<string, number> = {};
  readonly portCounts = new Map<number, { device: string | null; in: number; out: number }>();

  private readonly attached: Attached[] = [];
  private readonly warned = new Set<string>();
  private readonly capture: ReturnType<typeof captureSink> | null;
  private start: StartState | null = null;
  private started = false;
  /** A guest has run in this memory, ever. */
  private ran = false;
  /** Devices have been waited for. */
  private connected = false;
  private closed = false;
  /** Ranges that the host has written since memory was last clear; null: unknown, clear everything. */
  private touched: { address: number; length: number }[] | null = [];
  private logging = false;
  private unclaimedTold = 0;
  private inputUsed = false;
  /** Devices that something outside may wake. */
  private readonly awaiting = new Set<string>();
  private inputEnded = false;
  private waker: (() => void) | null = null;
  /** What is recorded or repeated. */
  readonly journal: Journal | null;
  private readonly input: InputSource | undefined;
  readonly normalSlice: number;
  /** Length of the time slices now, in milliseconds. */
  sliceLength: number;

  constructor(readonly options: MachineOptions) {
    checkLimits(options);
    this.regions = memoryMap(options);
    this.normalSlice = this.sliceLength = options.slice ?? ((options.cpus ?? 1) > 1 ? 2 : 10);
    this.capture = options.output === undefined ? captureSink() : null;
    const sink = typeof options.output === 'number' ? fdSink(options.output) : (options.output ?? this.capture);
    this.bus = new Bus({
      unclaimed: (access) => this.unclaimed(access),
      failed: (device, error, out) => (this.pending.failure ??= { device, error, place: this.placeOf(out) }),
    });
    this.out = new OutputBuffer(sink as OutputSink, () => (this.bus.attention = true));
    this.out.limit = options.maxOutput ?? Infinity;
    this.journal = this.makeJournal();
    this.input = this.journal instanceof Object && 'input' in this.journal ? (this.journal as Replayer).input() : options.input;
    this.bus.journal = this.journal;
    const placements = options.devices ?? defaultDevices(options);
    this.drives = makeDrives(options, placements);
    if (this.drives !== null) this.claim({ definition: this.drives.device });
    for (const placement of placements) this.claim(placement);
    this.engine = createEngine(
      options.engine ?? 'auto',
      {
        memory: [...this.regions, ...this.deviceMemory()],
        overlays: this.overlays(),
        cpus: options.cpus ?? 1,
        kernelIrqchip: options.irqchip === 'kernel',
        slice: this.normalSlice,
        io: this.bus,
        coalesced: options.coalesce === false || this.journal !== null || options.onAccess !== undefined ? [] : this.coalescedRanges(),
      },
      needs(options),
      (text) => this.warn(text),
    );
    this.currentCpu = this.engine.cpus[0];
    this.ram = new GuestMemory(() => this.engine.memory, describeMemory(this.regions));
    try {
      for (const device of this.attached) this.attach(device);
    } catch (error) {
      this.close();
      throw error;
    }
    this.input?.onReady(() => this.wake());
    this.observe();
  }

  /**
   * Guest RAM from address 0 on, itself and not a copy: write an image straight into it. What is written here is
   * cleared by the next `reset`. More memory than one view holds: see `ram.views`.
   */
  get memory(): Uint8Array {
    this.alive();
    this.touched = null;
    const view = this.engine.memory.find((v) => v.address === 0) ?? this.engine.memory[0];
    return view.bytes;
  }

  /**
   * Puts an image into memory by its boot protocol and decides where the guest starts. Call again after `reset`.
   * @param source an Image (chunks by address, symbols, lines), or a file's bytes; null: what `drives` have to boot
   * @throws TskvmError: too large, no such entry symbol, a broken file
   */
  load(source: Image | Uint8Array | null): void {
    this.alive();
    const { options, drives } = this;
    const wanted = this.attached.map(({ placement }) => (placement.definition as { bootDrive?: number }).bootDrive);
    const bootDrive = wanted.find((drive) => drive !== undefined);
    const boot = bootImage(source ?? this.bootable(bootDrive ?? null), {
      drive: bootDrive,
      kind: options.boot,
      mode: options.mode,
      at: options.at,
      entry: options.entry,
      append: options.append,
      modules: options.modules,
      interrupts: this.interrupts !== null && this.attached.some(({ placement }) => placement.definition.name === 'bios'),
      regions: this.regions,
      write: (address, bytes, what) => {
        this.ram.write(address, bytes, what);
        this.touch(address, bytes.length);
      },
      warn: (text) => this.warn(text),
    });
    for (const file of options.files ?? []) {
      this.ram.write(file.address, file.data, file.name);
      this.touch(file.address, file.data.length);
    }
    this.image = boot.image;
    if (drives !== null && boot.disk !== null) {
      drives.boot = { number: bootDrive ?? 0x80 };
      drives.insert(bootDrive === 0 ? 'fda' : 'hda', boot.disk);
    }
    for (const { placement } of this.attached) placement.definition.booted?.(boot.disk);
    this.start = boot.start;
    this.started = false;
    this.checkMode(boot.image, boot.start);
    const missing = modeFeature(boot.start.mode);
    if (missing !== null && !this.engine.has(missing)) {
      throw new TskvmError(`${boot.start.mode} mode needs the kvm engine`, 2, [
        'Use --engine kvm (tskvm doctor says what this machine lacks).',
      ]);
    }
  }

  private bootable(wanted: number | null): DriveStart {
    if (this.drives === null) throw new TskvmError('there is neither an image nor a disk to start from');
    const { bootFromDrive } = require('./boot/drive.js') as typeof import('./boot/drive.js');
    const start = bootFromDrive(this.drives, wanted);
    this.drives.boot = start.drive;
    return start;
  }

  /** Warns when code that was assembled for one size starts in another and means something else there. */
  private checkMode(image: Image, { mode, entry }: StartState): void {
    const bits = mode === 'long' ? 64 : mode === 'protected' || mode === 'paged32' ? 32 : 16;
    if (image.lines.length === 0 || image.lines[0].bits === bits || mode === 'reset') return;
    const { modeWarning } = require('./mode-check.js') as typeof import('./mode-check.js');
    const warning = modeWarning(image, BigInt(entry), bits);
    if (warning !== null) this.warn(warning);
  }

  /** Runs until the guest ends or a limit is reached. Runs on from there when called again. */
  async run(): Promise<RunResult> {
    this.alive();
    if (this.engine.ready !== undefined) await this.engine.ready();
    if (!this.connected) {
      this.connected = true;
      for (const { placement } of this.attached) if (placement.definition.ready !== undefined) await placement.definition.ready();
    }
    this.prepare();
    return await runLoop(this);
  }

  /** Puts the vCPU into its start state; `run` does it by itself. Tracers call it before they look at registers. */
  prepare(): void {
    if (this.journal !== null) this.clock.hold();
    if (this.started) return;
    if (this.start === null) throw new TskvmError('nothing has been loaded into the machine');
    this.started = this.ran = true;
    const { tables } = startCpu(this.engine.cpus[0], this.ram, this.regions, this.start);
    if (tables !== null) this.touch(tables.address, tables.length);
  }

  /** The run so far as a journal for `replay`; empty without `record`. */
  recording(result: RunResult): string {
    const { journal, engine } = this;
    return journal !== null && 'text' in journal ? (journal as Recorder).text(engine.name, result.ending) : '';
  }

  /** Keys of the machine's keyboard, pressed and released: codes of set 1. False: it has none. */
  press(codes: readonly number[]): boolean {
    const keyboard = this.device('i8042') as (DeviceDefinition & { press?(codes: readonly number[]): void }) | null;
    if (keyboard?.press === undefined) return false;
    if (this.journal === null) keyboard.press(codes);
    else this.journal.press(codes);
    return true;
  }

  private makeJournal(): Journal | null {
    const { record, replay, irqchip, cpus = 1, input } = this.options;
    if (record !== true && replay === undefined) return null;
    if (irqchip === 'kernel' || cpus > 1)
      throw new TskvmError('a run is recorded and repeated with one vCPU and without --irqchip kernel: KVM keeps time there by itself');
    const { Recorder, Replayer } = require('./journal.js') as typeof import('./journal.js');
    const host: JournalHost = {
      clock: this.clock,
      attend: () => {
        this.bus.attention = true;
      },
      wake: () => this.wake(),
      press: (codes) => (this.device('i8042') as { press?(codes: readonly number[]): void } | null)?.press?.(codes),
    };
    return replay === undefined ? new Recorder(host, input) : new Replayer(host, replay);
  }

  /** Ends a run that is going on, as the signal would; callable at any time. */
  interrupt(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' = 'SIGINT'): void {
    if (this.closed) return;
    this.pending.signal = signal;
    this.bus.attention = true;
    this.engine.kick();
    this.wake();
  }

  /** Where the guest is that makes an access just now, or that spins. @param out the port of an `out` (-1: not known), else null */
  placeOf(out: number | null): Place {
    return (require('./log.js') as typeof import('./log.js')).placeOf(this, out);
  }

  /** What the display adapter shows; null on machines without one. */
  get display(): Display | null {
    for (const { placement } of this.attached) {
      const { display } = placement.definition as { display?: Display };
      if (display !== undefined) return display;
    }
    return null;
  }

  /** A device of the machine by its name, or null. */
  device(name: string): DeviceDefinition | null {
    return this.attached.find(({ placement }) => placement.definition.name === name)?.placement.definition ?? null;
  }

  /** All devices with their places, in the order in which they claimed them. */
  deviceList(): { name: string; ports: readonly Range[]; mmio: readonly Range[]; irqs: readonly number[] }[] {
    return this.attached.map(({ name, irqs, placement: { definition, ports, mmio } }) => ({
      name,
      irqs,
      ports: ports ?? definition.ports ?? [],
      mmio: mmio ?? definition.mmio ?? [],
    }));
  }

  /** Everything back to power-on with clear memory; cheap, so one machine serves many guests. `load` comes next. */
  reset(): void {
    this.alive();
    this.clearMemory();
    this.engine.reset();
    for (const cpu of this.engine.cpus) cpu.debug(null);
    this.clock.reset();
    this.journal?.rewind();
    this.sliceLength = this.normalSlice;
    this.inputEnded = false;
    this.bus.reset();
    this.out.reset();
    this.capture?.clear();
    this.warned.clear();
    this.unclaimedTold = 0;
    this.portCounts.clear();
    for (const name of Object.keys(this.fixupCounts)) delete this.fixupCounts[name];
    this.tracer = null;
    this.observe();
    this.pending.stop = this.pending.unclaimed = this.pending.failure = this.pending.signal = null;
    for (const { placement } of this.attached) placement.definition.reset?.();
    this.image = null;
    this.start = null;
    this.started = false;
  }

  /** Loads what `explain` needs. */
  prepareExplanation(): void {
    try {
      require('./explain.js');
      const { iced } = require('./decoder.js') as typeof import('./decoder.js');
      iced();
    } catch {
      // It is missed when an explanation is wanted, and said then.
    }
  }

  /** Why the run ended, from the state as it is now: instruction, source line, page walks, fault, likely cause. */
  explain(result: RunResult): Explanation {
    this.alive();
    const { explain } = require('./explain.js') as typeof import('./explain.js');
    return explain(result, this.ram, this.image, this.tracer?.recent ?? []);
  }

  /** Everything as it is now. The machine records from here on what changes, so that going back is cheap. */
  snapshot(): Snapshot {
    this.alive();
    this.prepare();
    const { usedPages } = require('./snapshot.js') as typeof import('./snapshot.js');
    const { engine } = this;
    const pages = new Map<number, Uint8Array>();
    for (const view of engine.memory) usedPages(view.address, view.bytes, pages);
    const devices: Record<string, unknown> = {};
    for (const { placement, name } of this.attached)
      if (placement.definition.save !== undefined) devices[name] = structuredClone(placement.definition.save());
    this.startLogging();
    const snapshot: Snapshot = {
      engine: engine.name,
      map: engine.memory.map((view) => [view.address, view.size] as const),
      cpus: engine.cpus.map((cpu) => cpu.save()),
      chips: engine.saveChips(),
      devices,
      time: this.clock.now(),
      pages,
    };
    this.base = snapshot;
    this.touched = [];
    return snapshot;
  }

  /** Back to a snapshot of this machine, or of one with the same engine and memory. @throws TskvmError when it does not fit */
  restore(snapshot: Snapshot): void {
    this.alive();
    const { engine } = this;
    const map = engine.memory.map((view) => `${view.address}+${view.size}`).join();
    if (
      snapshot.engine !== engine.name ||
      snapshot.map.map(([address, size]) => `${address}+${size}`).join() !== map ||
      snapshot.cpus.length !== engine.cpus.length
    ) {
      throw new TskvmError('the snapshot is of another kind of machine (engine, memory or number of vCPUs)');
    }
    const zero = new Uint8Array(4096);
    const back = (address: number, length: number): void => {
      const first = Math.floor(address / 4096) * 4096;
      for (let at = first; at < address + length; at += 4096) this.ram.at(at, 4096)?.set(snapshot.pages.get(at) ?? zero);
    };
    if (this.base === snapshot && this.touched !== null && this.logging) {
      for (const { address, length } of this.touched) back(address, length);
      engine.dirty(back);
    } else {
      for (const view of engine.memory) view.bytes.fill(0);
      for (const [address, page] of snapshot.pages) this.ram.at(address, 4096)?.set(page);
      this.startLogging();
      this.base = snapshot;
    }
    this.touched = [];
    engine.cpus.forEach((cpu, i) => cpu.restore(snapshot.cpus[i]));
    engine.restoreChips(snapshot.chips);
    this.clock.reset(snapshot.time);
    for (const { placement, name } of this.attached) {
      placement.definition.reset?.();
      if (Object.hasOwn(snapshot.devices, name)) placement.definition.restore?.(structuredClone(snapshot.devices[name]));
    }
    this.pending.stop = this.pending.unclaimed = this.pending.failure = this.pending.signal = null;
    this.bus.attention = false;
    this.started = true;
  }

  private base: Snapshot | null = null;

  /** From now on the engine tells which pages the guest writes. */
  private startLogging(): void {
    if (!this.logging) this.engine.logDirty(true);
    this.logging = true;
    this.engine.dirty(() => undefined);
  }

  /** What the guest has written to the console, when no `output` was given. */
  output(): Uint8Array {
    return this.capture?.bytes() ?? new Uint8Array();
  }

  /** Releases devices, the engine and memory, in this order. Idempotent. */
  close(): void {
    if (this.closed) return;
    this.release();
    this.engine?.close();
  }

  /**
   * The first half of `close`, for a process that ends now: output is flushed, devices let go of what they hold; the
   * virtual machine goes with the process, which is quicker.
   */
  release(): void {
    if (this.closed) return;
    this.closed = true;
    this.out.flush();
    for (const { placement } of this.attached) {
      try {
        placement.definition.close?.();
      } catch (error) {
        this.warn(`device ${placement.definition.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.input?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** True while something outside the vCPU may still raise an interrupt: a timer, or input that somebody listens to. */
  mayWake(): boolean {
    if (this.clock.untilNext() !== null || this.awaiting.size > 0 || this.input?.live === true) return true;
    return this.inputUsed && this.input !== undefined && !this.inputEnded;
  }

  /** Sleeps at most so long; true when `wake` ended it. */
  sleep(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(milliseconds) ? setTimeout(() => finish(false), milliseconds) : null;
      const finish = (woken: boolean): void => {
        if (timer !== null) clearTimeout(timer);
        this.waker = null;
        resolve(woken);
      };
      this.waker = () => finish(true);
    });
  }

  /** Ends a sleep: input or an interrupt has come. */
  wake(): void {
    this.waker?.();
  }

  /** A non-maskable interrupt. */
  nmi(): void {
    this.alive();
    this.engine.cpus[0].nmi();
    this.wake();
  }

  /** Counters of the run so far. */
  statistics(milliseconds: number): RunStatistics {
    const ports =
      this.options.statistics === true
        ? Object.fromEntries([...this.portCounts].map(([port, n]) => [`0x${port.toString(16)}`, n]))
        : undefined;
    const { exits, coalesced } = this.engine.statistics;
    return {
      exits,
      coalesced,
      accesses: this.bus.accesses,
      fixups: { ...this.fixupCounts },
      milliseconds,
      output: this.out.total,
      ports,
      deviceMilliseconds: this.options.statistics === true ? this.bus.deviceTime : undefined,
    };
  }

  warn(text: string): void {
    if (this.warned.has(text) || this.warned.size > 1000) return;
    this.warned.add(text);
    this.options.warn?.(text);
  }

  /** The device's line goes to the controller of the machine's choice. */
  private setLine(line: number, level: boolean): void {
    if (this.options.irqchip === 'kernel') this.engine.irqLine(line, level);
    else if (this.interrupts !== null) {
      this.interrupts.setLine(line, level);
      // The loop looks at the controller when `run` returns.
      if (level && this.interrupts.pending()) this.bus.attention = true;
    }
    if (level) this.wake();
  }

  private claim(placement: DevicePlacement): void {
    const { definition } = placement;
    let name = placement.name ?? definition.name;
    for (let n = 2; this.attached.some((a) => a.name === name); n++) name = `${placement.name ?? definition.name}#${n}`;
    this.bus.claim({
      device: definition,
      name,
      where: placement.where ?? 'the default board',
      foreign: !Object.hasOwn(builtin, definition.name) && !/^(uart\d|drives)$/.test(definition.name),
      ports: placement.ports ?? definition.ports ?? [],
      mmio: placement.mmio ?? definition.mmio ?? [],
    });
    this.attached.push({ placement, name, irqs: placement.irqs ?? definition.irqs ?? [] });
  }

  private attach({ placement, name, irqs }: Attached): void {
    const { input, journal } = this;
    const context: DeviceContext = {
      name,
      memorySize: this.regions.find((region) => region.address === 0 && region.kind === 'ram')?.size ?? 0,
      output: (bytes) => this.out.write(bytes),
      outputByte: (value) => this.out.byte(value),
      interrupt: (level, n = 0) => {
        if (irqs[n] === undefined) this.warn(`device ${name} raised its interrupt ${n}, but has no line for it`);
        else this.setLine(irqs[n], level);
      },
      drives: this.drives ?? undefined,
      now: () => this.clock.now(),
      wallTime: () => (journal === null ? Date.now() : journal.wall + Number(this.clock.now() / 1_000_000n)),
      chance: (draw) => (journal === null ? draw() : journal.value('c', draw)),
      timer: (delay, callback) => this.clock.after(delay, callback),
      input: () => {
        const next = (): number => input?.next() ?? INPUT_END;
        const byte = journal === null ? next() : journal.value('i', next);
        if (byte === INPUT_END) this.inputEnded = true;
        return byte;
      },
      awaits: (on) => {
        if (on) this.awaiting.add(name);
        else this.awaiting.delete(name);
        this.wake();
      },
      attend: () => {
        this.bus.attention = true;
      },
      ports: { in: (port, size = 1) => this.bus.peek(port, size), out: (port, value, size = 1) => this.bus.poke(port, value, size) },
      waitForInput: () => {
        this.bus.retry = true;
      },
      onInput: (callback) => {
        this.inputUsed = true;
        if (journal === null) input?.onReady(callback);
        else journal.onInput(callback);
      },
      memory: (address, length) => {
        const bytes = this.ram.at(address, length);
        if (bytes === null) throw new RangeError(`no memory at 0x${address.toString(16)}, ${length} bytes`);
        this.touch(address, length);
        return bytes;
      },
      stop: (reason) => {
        this.pending.stop ??= reason;
        this.bus.attention = true;
      },
      warn: (text) => this.warn(text),
      overlay: (range, on) => {
        const window = this.bus.overlay(placement.definition, range, on);
        if (window !== null) this.engine.overlay(window.start, on);
      },
      peer: (wanted) => this.device(wanted),
    };
    placement.definition.attach?.(context);
    const { interruptController } = placement.definition as {
      interruptController?: InterruptController;
    };
    if (interruptController !== undefined && this.options.irqchip !== 'kernel') this.interrupts = interruptController;
  }

  private coalescedRanges(): { address: number; size: number; pio: boolean }[] {
    return this.attached.flatMap(({ placement: { definition, ports, mmio } }) =>
      definition.coalesced === undefined || definition.coalesced === false
        ? []
        : [
            ...(definition.coalesced === 'mmio' ? [] : (ports ?? definition.ports ?? [])).map((r) => ({
              address: r.start,
              size: r.length,
              pio: true,
            })),
            ...(mmio ?? definition.mmio ?? []).map((r) => ({
              address: r.start,
              size: r.length,
              pio: false,
            })),
          ],
    );
  }

  /** RAM that devices bring along: frame buffers. */
  private deviceMemory(): MemoryRegion[] {
    const free = (r: Range): boolean =>
      this.regions.every(({ address, size }) => r.start + r.length <= address || r.start >= address + size);
    return this.attached.flatMap(({ placement: { definition } }) =>
      (definition.ram ?? []).filter(free).map((r): MemoryRegion => ({ address: r.start, size: r.length, kind: 'ram' })),
    );
  }

  private overlays(): { address: number; size: number }[] {
    return this.attached.flatMap(({ placement: { definition, mmio } }) =>
      (mmio ?? definition.mmio ?? []).filter((r) => r.overlay === true).map((r) => ({ address: r.start, size: r.length })),
    );
  }

  private unclaimed(access: Access): void {
    if (this.options.strictPorts === true) {
      this.pending.unclaimed ??= access;
      this.bus.attention = true;
      return;
    }
    this.unclaimedTold += 1;
    if (this.unclaimedTold <= UNCLAIMED_TOLD) this.warn(describeUnclaimed(access));
    else this.warn('further accesses that no device claims are not reported (--log-ports shows every one)');
  }

  private observe(): void {
    const { onAccess, statistics } = this.options;
    this.bus.observer = null;
    this.bus.timed = statistics === true;
    if (onAccess === undefined && statistics !== true) return;
    this.bus.observer = (access) => {
      onAccess?.(access);
      if (statistics !== true || access.space !== 'port') return;
      let entry = this.portCounts.get(access.address);
      if (entry === undefined) this.portCounts.set(access.address, (entry = { device: access.device, in: 0, out: 0 }));
      entry[access.direction] += access.count;
    };
  }

  private touch(address: number, length: number): void {
    if (this.touched === null) return;
    const last = this.touched[this.touched.length - 1];
    if (last !== undefined && address >= last.address && address + length <= last.address + last.length) return;
    if (this.touched.length > 256) this.touched = null;
    else this.touched.push({ address, length });
  }

  private clearMemory(): void {
    const clear = (address: number, length: number): void => {
      for (const view of this.engine.memory) {
        const from = Math.max(address, view.address);
        const to = Math.min(address + length, view.address + view.size);
        if (from < to) view.window(from - view.address, to - from).fill(0);
      }
    };
    // Before the first guest has run, all that is in memory is what was put there: the rest need not be touched. Since a
    // snapshot was taken or gone back to, only what differs from that has been recorded.
    if (this.touched === null || this.base !== null || (this.ran && !this.logging)) {
      for (const view of this.engine.memory) view.bytes.fill(0);
      this.startLogging();
    } else {
      if (!this.logging) this.startLogging();
      for (const { address, length } of this.touched) clear(address, length);
      this.engine.dirty(clear);
    }
    this.touched = [];
    this.base = null;
  }

  private alive(): void {
    if (this.closed) throw new TskvmError('the machine has been closed');
  }
}

/** `0x42 was written (1 byte, 0x7) but no device claims it: dropped`. */
export function describeUnclaimed(access: Access): string {
  const place = `${access.space === 'port' ? 'port' : 'address'} 0x${access.address.toString(16)}`;
  const bytes = `${access.size} byte${access.size === 1 ? '' : 's'}`;
  const who = access.device === null ? 'no device claims it' : `device ${access.device} does not take this size`;
  return access.direction === 'in'
    ? `${place} was read (${bytes}) but ${who}: it reads as all ones`
    : `${place} was written (0x${access.value.toString(16)}, ${bytes}) but ${who}: the write is dropped`;
}

const describeMemory = (regions: readonly MemoryRegion[]): string =>
  regions.map((r) => `${r.kind} 0x${r.address.toString(16)}-0x${(r.address + r.size - 1).toString(16)}`).join(', ');
