/**
 * A machine: an engine, memory, a bus with devices, and the loop between them. `createMachine`, `load`, `run`.
 */
import { TskvmError } from '../diagnostics.js';
import type { LazyRequire } from '../lazy.js';
import type { Image } from '../object.js';
import { AttachedDevices } from './attached.js';
import type { Attached } from './attached.js';
import { bootImage } from './boot/index.js';
import type { DriveStart } from './boot/drive.js';
import { Bus } from './bus.js';
import type { Access } from './bus.js';
import { GuestClock } from './clock.js';
import type { DeviceDefinition, StopReason } from './device.js';
import { deviceContext } from './device-context.js';
import type { Display } from './display.js';
import type { Drives } from './disks/drives.js';
import type { Cpu, Engine, MemoryRegion } from './engine.js';
import { createEngine } from './engines/index.js';
import type { InputSource } from './input.js';
import type { InterruptController } from './interrupts.js';
import type { Explanation, Place } from './explain.js';
import type { Journal, JournalHost, Recorder, Replayer } from './journal.js';
import { KeptMemory } from './kept-memory.js';
import { runLoop } from './loop.js';
import { checkLimits, defaultDevices, makeDrives, memoryMap, modeFeature, needs } from './machine-options.js';
import type { MachineOptions } from './machine-options.js';
import type { GuestMemory } from './memory.js';
import { startCpu } from './modes.js';
import type { Snapshot } from './snapshot.js';
import type { StartState } from './modes.js';
import { OutputBuffer, captureSink, fdSink } from './output.js';
import type { OutputSink } from './output.js';
import type { StepHook } from './trace.js';
import type { RunResult, RunStatistics } from './result.js';
import { UnclaimedTeller } from './unclaimed.js';
import { Waiting } from './waiting.js';

export type { DevicePlacement, MachineOptions } from './machine-options.js';

declare const require: LazyRequire;

/** Why the loop must stop, set from inside an access. */
export interface Pending {
  stop: StopReason | { readonly kind: 'trace-limit'; readonly limit: number } | null;
  unclaimed: Access | null;
  failure: { device: string; error: unknown; place: Place } | null;
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | null;
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
  /** Memory that goes back to clear, or to a snapshot. */
  readonly kept: KeptMemory;
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

  private readonly attached: AttachedDevices;
  private readonly warned = new Set<string>();
  private readonly capture: ReturnType<typeof captureSink> | null;
  private start: StartState | null = null;
  private started = false;
  /** Devices have been waited for. */
  private connected = false;
  private closed = false;
  private readonly unclaimed = new UnclaimedTeller((text) => this.warn(text));
  /** What is recorded or repeated. */
  readonly journal: Journal | null;
  readonly input: InputSource | undefined;
  readonly waiting: Waiting;
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
      unclaimed: (access) => this.noteUnclaimed(access),
      failed: (device, error, out) => (this.pending.failure ??= { device, error, place: this.placeOf(out) }),
    });
    this.out = new OutputBuffer(sink as OutputSink, () => (this.bus.attention = true));
    this.out.limit = options.maxOutput ?? Infinity;
    this.journal = this.makeJournal();
    this.input = this.journal instanceof Object && 'input' in this.journal ? (this.journal as Replayer).input() : options.input;
    this.waiting = new Waiting(this.clock, this.input);
    this.bus.journal = this.journal;
    this.attached = new AttachedDevices(this.bus);
    const placements = options.devices ?? defaultDevices(options);
    this.drives = makeDrives(options, placements);
    if (this.drives !== null) this.attached.claim({ definition: this.drives.device });
    for (const placement of placements) this.attached.claim(placement);
    this.engine = createEngine(
      options.engine ?? 'auto',
      {
        memory: [...this.regions, ...this.attached.memory(this.regions)],
        overlays: this.attached.overlays(),
        cpus: options.cpus ?? 1,
        kernelIrqchip: options.irqchip === 'kernel',
        slice: this.normalSlice,
        io: this.bus,
        coalesced: options.coalesce === false || this.journal !== null || options.onAccess !== undefined ? [] : this.attached.coalesced(),
      },
      needs(options),
      (text) => this.warn(text),
    );
    this.currentCpu = this.engine.cpus[0];
    this.kept = new KeptMemory(this.engine, describeMemory(this.regions));
    try {
      for (const device of this.attached.list) this.attach(device);
    } catch (error) {
      this.close();
      throw error;
    }
    this.input?.onReady(() => this.wake());
    this.observe();
  }

  get ram(): GuestMemory {
    return this.kept.ram;
  }

  /**
   * Guest RAM from address 0 on, itself and not a copy: write an image straight into it. What is written here is
   * cleared by the next `reset`. More memory than one view holds: see `ram.views`.
   */
  get memory(): Uint8Array {
    this.alive();
    this.kept.touchAll();
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
    const wanted = this.attached.list.map(({ placement }) => (placement.definition as { bootDrive?: number }).bootDrive);
    const bootDrive = wanted.find((drive) => drive !== undefined);
    const boot = bootImage(source ?? this.bootable(bootDrive ?? null), {
      drive: bootDrive,
      kind: options.boot,
      mode: options.mode,
      at: options.at,
      entry: options.entry,
      append: options.append,
      modules: options.modules,
      interrupts: this.interrupts !== null && this.attached.named('bios') !== null,
      regions: this.regions,
      write: (address, bytes, what) => {
        this.ram.write(address, bytes, what);
        this.kept.touch(address, bytes.length);
      },
      warn: (text) => this.warn(text),
    });
    for (const file of options.files ?? []) {
      this.ram.write(file.address, file.data, file.name);
      this.kept.touch(file.address, file.data.length);
    }
    this.image = boot.image;
    if (drives !== null && boot.disk !== null) {
      drives.boot = { number: bootDrive ?? 0x80 };
      drives.insert(bootDrive === 0 ? 'fda' : 'hda', boot.disk);
    }
    for (const { placement } of this.attached.list) placement.definition.booted?.(boot.disk);
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
      for (const { placement } of this.attached.list) if (placement.definition.ready !== undefined) await placement.definition.ready();
    }
    this.prepare();
    return await runLoop(this);
  }

  /** Puts the vCPU into its start state; `run` does it by itself. Tracers call it before they look at registers. */
  prepare(): void {
    if (this.journal !== null) this.clock.hold();
    if (this.started) return;
    if (this.start === null) throw new TskvmError('nothing has been loaded into the machine');
    this.started = true;
    this.kept.runs();
    const { tables } = startCpu(this.engine.cpus[0], this.ram, this.regions, this.start);
    if (tables !== null) this.kept.touch(tables.address, tables.length);
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
    for (const { placement } of this.attached.list) {
      const { display } = placement.definition as { display?: Display };
      if (display !== undefined) return display;
    }
    return null;
  }

  /** A device of the machine by its name, or null. */
  device(name: string): DeviceDefinition | null {
    return this.attached.named(name);
  }

  /** All devices with their places, in the order in which they claimed them. */
  deviceList(): ReturnType<AttachedDevices['places']> {
    return this.attached.places();
  }

  /** Everything back to power-on with clear memory; cheap, so one machine serves many guests. `load` comes next. */
  reset(): void {
    this.alive();
    this.kept.clear();
    this.engine.reset();
    for (const cpu of this.engine.cpus) cpu.debug(null);
    this.clock.reset();
    this.journal?.rewind();
    this.sliceLength = this.normalSlice;
    this.waiting.reset();
    this.bus.reset();
    this.out.reset();
    this.capture?.clear();
    this.warned.clear();
    this.unclaimed.reset();
    this.portCounts.clear();
    for (const name of Object.keys(this.fixupCounts)) delete this.fixupCounts[name];
    this.tracer = null;
    this.observe();
    this.pending.stop = this.pending.unclaimed = this.pending.failure = this.pending.signal = null;
    this.attached.reset();
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
    const devices = this.attached.save();
    this.kept.startLogging();
    const snapshot: Snapshot = {
      engine: engine.name,
      map: engine.memory.map((view) => [view.address, view.size] as const),
      cpus: engine.cpus.map((cpu) => cpu.save()),
      chips: engine.saveChips(),
      devices,
      time: this.clock.now(),
      pages,
    };
    this.kept.keep(snapshot);
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
    this.kept.restore(snapshot);
    engine.cpus.forEach((cpu, i) => cpu.restore(snapshot.cpus[i]));
    engine.restoreChips(snapshot.chips);
    this.clock.reset(snapshot.time);
    this.attached.restore(snapshot.devices);
    this.pending.stop = this.pending.unclaimed = this.pending.failure = this.pending.signal = null;
    this.bus.attention = false;
    this.started = true;
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
    this.attached.close((text) => this.warn(text));
    this.input?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Ends the sleep of a vCPU that waits: input or an interrupt has come. */
  wake(): void {
    this.waiting.wake();
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
  setLine(line: number, level: boolean): void {
    if (this.options.irqchip === 'kernel') this.engine.irqLine(line, level);
    else if (this.interrupts !== null) {
      this.interrupts.setLine(line, level);
      // The loop looks at the controller when `run` returns.
      if (level && this.interrupts.pending()) this.bus.attention = true;
    }
    if (level) this.wake();
  }

  /** A device ends the run. */
  stop(reason: StopReason): void {
    this.pending.stop ??= reason;
    this.bus.attention = true;
  }

  private attach(attached: Attached): void {
    const { definition } = attached.placement;
    definition.attach?.(deviceContext(this, attached));
    const { interruptController } = definition as { interruptController?: InterruptController };
    if (interruptController !== undefined && this.options.irqchip !== 'kernel') this.interrupts = interruptController;
  }

  private noteUnclaimed(access: Access): void {
    if (this.options.strictPorts !== true) return this.unclaimed.tell(access);
    this.pending.unclaimed ??= access;
    this.bus.attention = true;
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

  private alive(): void {
    if (this.closed) throw new TskvmError('the machine has been closed');
  }
}

const describeMemory = (regions: readonly MemoryRegion[]): string =>
  regions.map((r) => `${r.kind} 0x${r.address.toString(16)}-0x${(r.address + r.size - 1).toString(16)}`).join(', ');
