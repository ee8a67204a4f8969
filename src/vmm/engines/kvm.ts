/** The engine on KVM: real memory slots, real vCPUs, and the loop that turns I/O exits into calls of the bus. */
import { TskvmError } from '../../diagnostics.js';
import type { Cpu, CpuState, DebugControl, Engine, EngineFeature, EngineOptions, EngineStatistics, Exit, MemoryView } from '../engine.js';
import { constants, structs } from '../kvm/abi.js';
import { decodeExit } from '../kvm/decode-exit.js';
import { EXIT_HLT, EXIT_IO, EXIT_IRQ_WINDOW_OPEN, EXIT_MMIO, exitName } from '../kvm/exit-reasons.js';
import { KvmError, memoryError } from '../kvm/error.js';
import type { Ffi } from '../kvm/ffi.js';
import { sliceTimer } from '../kvm/slice.js';
import type { SliceTimer } from '../kvm/slice.js';
import { loadCpuState, loadRawState, restoreChips, saveChips, saveCpuState, saveRawState, waitsForever } from '../kvm/snapshot.js';
import type { RawCpuState } from '../kvm/snapshot.js';
import { KvmSystem, MappedMemory, Mapping, VIEW_LIMIT } from '../kvm/system.js';
import { ENTER_INTERRUPTED, ENTER_NOT_STARTED, KvmVcpu } from '../kvm/vcpu.js';
import { KvmVm } from '../kvm/vm.js';
import { CR0_PE, CR0_PG, CR4_PSE } from '../state.js';
import type { DebugRegisters, GeneralRegisters, SystemRegisters } from '../state.js';

const PAGE = 4096;

/** Writes to zones before they are registered: about what it costs to close a VM that has them (14 ms at 9 µs an exit). */
const COALESCE_AFTER = 1500;
const run = structs.kvm_run.fields;
const ring = structs.kvm_coalesced_mmio;

const SLICE: Exit = { kind: 'slice' };
const BLOCKED: Exit = { kind: 'blocked' };
const HALT: Exit = { kind: 'halt' };
const WINDOW: Exit = { kind: 'interrupt-window' };
const WAITING: Exit = { kind: 'waiting', forever: false };
const WAITING_FOREVER: Exit = { kind: 'waiting', forever: true };

interface Slot {
  readonly number: number;
  readonly address: number;
  readonly size: number;
  readonly readonly: boolean;
  readonly mapping: Mapping;
  /** Where the slot begins in the mapping. */
  readonly offset: number;
  /** False: taken out of the guest's sight by an overlay. */
  present: boolean;
  bitmap?: { mapping: Mapping; words: Uint32Array };
}

export class KvmEngine implements Engine {
  readonly name = 'kvm';
  readonly memory: MemoryView[] = [];
  readonly cpus: KvmCpu[] = [];
  readonly slots: Slot[] = [];
  private readonly mappings: Mapping[] = [];
  private logging = false;
  /** What the guest wrote to slots before they went out of sight. */
  private written: [address: number, length: number][] = [];
  private readonly timer: SliceTimer;
  private timed = false;
  private running = 0;
  private closed = false;
  /** Exits by reason number. */
  readonly counts = new Float64Array(64);
  coalescedWrites = 0;
  /** Zones that are not registered yet. */
  zones: EngineOptions['coalesced'] = [];
  private zoneWrites = 0;

  private constructor(
    readonly system: KvmSystem,
    readonly vm: KvmVm,
    readonly options: EngineOptions,
  ) {
    this.timer = sliceTimer(system.ffi);
  }

  /** @throws KvmError; whatever had been made by then is released. */
  static create(options: EngineOptions, ffi?: Ffi): KvmEngine {
    const system = KvmSystem.open(ffi);
    let engine: KvmEngine | undefined;
    let vm: KvmVm | undefined;
    try {
      vm = KvmVm.create(system);
      engine = new KvmEngine(system, vm, options);
      engine.build();
      return engine;
    } catch (error) {
      if (engine !== undefined) engine.close();
      else {
        vm?.close();
        system.close();
      }
      throw error;
    }
  }

  private build(): void {
    const { options, system, vm } = this;
    // Without KVM_CAP_MAX_VCPUS the recommended number is the limit, without both it is 4 (KVM API 4.7).
    const most = system.capability('KVM_CAP_MAX_VCPUS') || system.capability('KVM_CAP_NR_VCPUS') || 4;
    if (options.cpus > most) {
      throw new TskvmError(`this KVM takes at most ${most} vCPUs, not ${options.cpus}`);
    }
    for (const region of options.memory) {
      const whole = formatSize(region.size);
      const mapping = Mapping.create(system.ffi, region.size, -1, `${whole} of guest memory`, whole);
      this.mappings.push(mapping);
      for (const [address, size] of cut(region, options.overlays ?? [])) {
        const offset = address - region.address;
        const slot: Slot = { number: this.slots.length, address, size, readonly: region.kind === 'rom', mapping, offset, present: true };
        this.slots.push(slot);
        try {
          vm.setMemory(slot.number, address, size, mapping.address + BigInt(offset), { readonly: slot.readonly });
        } catch (error) {
          throw error instanceof KvmError ? memoryError(error.call, error.errno, whole) : error;
        }
      }
      for (let offset = 0; offset < region.size; offset += VIEW_LIMIT) {
        this.memory.push(
          new MappedMemory(mapping, offset, region.address + offset, Math.min(VIEW_LIMIT, region.size - offset), region.kind),
        );
      }
    }
    if (options.kernelIrqchip) vm.createIrqchip();
    this.timer.acquire();
    this.timed = true;
    const cpuid = system.supportedCpuid();
    const ringPage = options.coalesced.length > 0 ? system.capability('KVM_CAP_COALESCED_MMIO') : 0;
    for (let id = 0; id < options.cpus; id++) {
      const vcpu = KvmVcpu.create(vm, id, options.cpus === 1);
      this.cpus.push(new KvmCpu(this, vcpu, ringPage));
      vcpu.buffer('KVM_SET_CPUID2', cpuid);
      vcpu.buffer('KVM_SET_SIGNAL_MASK', this.timer.mask);
    }
    if (ringPage > 0) this.zones = options.coalesced;
  }

  get statistics(): EngineStatistics {
    const exits: Record<string, number> = {};
    for (let i = 0; i < this.counts.length; i++) if (this.counts[i] > 0) exits[exitName(i)] = this.counts[i];
    return { exits, coalesced: this.coalescedWrites };
  }

  has(feature: EngineFeature): boolean {
    switch (feature) {
      case 'coalesce':
        return this.system.capability('KVM_CAP_COALESCED_PIO') > 0;
      case 'rom':
        return this.system.capability('KVM_CAP_READONLY_MEM') > 0;
      case 'kernel-irqchip':
        return this.system.capability('KVM_CAP_IRQCHIP') > 0 && this.system.capability('KVM_CAP_PIT2') > 0;
      case 'breakpoints':
      case 'step':
        return this.system.capability('KVM_CAP_SET_GUEST_DEBUG') > 0;
      case 'paging32':
        return this.keepsPaging();
      case 'long-mode':
      case 'smp':
      case 'huge-memory':
        return true;
    }
  }

  /** A KVM without hardware virtualisation may drop CR0.PG outside long mode without a word: the bit is set and read back. */
  private keepsPaging(): boolean {
    const { vcpu } = this.cpus[0];
    const system = vcpu.getSystem();
    vcpu.setSystem({ ...system, cr0: system.cr0 | CR0_PE | CR0_PG, cr4: system.cr4 | CR4_PSE });
    vcpu.flushRegisters();
    const kept = (vcpu.readSystemAnew().cr0 & CR0_PG) !== 0n;
    vcpu.setSystem(system);
    vcpu.flushRegisters();
    return kept;
  }

  /**
   * A write left the guest that a zone would have kept in. Closing a VM with zones costs as much as COALESCE_AFTER
   * exits, so only guests that write a lot get them.
   */
  considerZones(address: number, pio: boolean): void {
    if (!this.zones.some((zone) => zone.pio === pio && address >= zone.address && address < zone.address + zone.size)) return;
    this.zoneWrites += 1;
    if (this.zoneWrites < COALESCE_AFTER) return;
    const withPorts = this.system.capability('KVM_CAP_COALESCED_PIO') > 0;
    for (const zone of this.zones) if (!zone.pio || withPorts) this.vm.coalesce(zone.address, zone.size, zone.pio);
    this.zones = [];
  }

  irqLine(line: number, level: boolean): void {
    this.vm.irqLine(line, level);
  }

  kick(): void {
    for (const cpu of this.cpus) cpu.vcpu.bytes[run.immediate_exit[0]] = 1;
  }

  reset(): void {
    const { cpus, chips } = powerOnState(this);
    this.cpus.forEach((cpu, i) => cpu.powerOn(cpus[i]));
    if (this.options.kernelIrqchip) restoreChips(this.vm, chips);
    this.counts.fill(0);
    this.coalescedWrites = 0;
  }

  overlay(address: number, on: boolean): void {
    const slot = this.slots.find((candidate) => candidate.address === address);
    if (slot === undefined || slot.present !== on) return;
    if (on) this.dirtySlot(slot, (start, length) => this.written.push([start, length]));
    slot.present = !on;
    const { number, size, mapping, offset } = slot;
    this.vm.setMemory(number, address, on ? 0 : size, mapping.address + BigInt(offset), { logDirty: !on && this.logging });
  }

  logDirty(on: boolean): void {
    this.logging = on;
    for (const slot of this.slots) {
      if (slot.readonly) continue;
      if (slot.present) {
        this.vm.setMemory(slot.number, slot.address, slot.size, slot.mapping.address + BigInt(slot.offset), {
          logDirty: on,
        });
      }
      if (on && slot.bitmap === undefined) {
        const bytes = Math.ceil(slot.size / PAGE / 64) * 8;
        const mapping = Mapping.create(this.system.ffi, Math.ceil(bytes / PAGE) * PAGE, -1, 'the dirty-page bitmap');
        slot.bitmap = { mapping, words: new Uint32Array(mapping.view(), 0, bytes / 4) };
      } else if (!on) {
        slot.bitmap?.mapping.close();
        slot.bitmap = undefined;
      }
    }
  }

  dirty(callback: (address: number, length: number) => void): void {
    for (const [address, length] of this.written) callback(address, length);
    this.written = [];
    for (const slot of this.slots) this.dirtySlot(slot, callback);
  }

  private dirtySlot(slot: Slot, callback: (address: number, length: number) => void): void {
    if (slot.bitmap === undefined || !slot.present) return;
    this.vm.dirtyLog(slot.number, slot.bitmap.mapping);
    eachRun(slot.bitmap.words, (first, count) => callback(slot.address + first * PAGE, Math.min(count * PAGE, slot.size - first * PAGE)));
  }

  saveChips(): Record<string, Uint8Array> {
    return this.options.kernelIrqchip ? saveChips(this.vm) : {};
  }

  restoreChips(chips: Record<string, Uint8Array>): void {
    if (this.options.kernelIrqchip) restoreChips(this.vm, chips);
  }

  start(): void {
    this.running += 1;
    if (this.running === 1) this.timer.arm(this.options.slice);
    for (const cpu of this.cpus) cpu.vcpu.beginStretch();
  }

  stop(): void {
    if (this.running === 0) return;
    this.running -= 1;
    if (this.running === 0) this.timer.rest();
  }

  exitObserver: ((name: string, detail: string) => void) | null = null;

  watchRegisters(on: boolean): void {
    for (const cpu of this.cpus) cpu.vcpu.syncRegisters(on);
  }

  observeExits(callback: ((name: string, detail: string) => void) | null): void {
    this.exitObserver = callback;
  }

  setSlice(milliseconds: number): void {
    if (this.running > 0) this.timer.arm(milliseconds);
  }

  /** KVM_RUN came back with EINTR: the signal and the request are taken away. */
  interrupted(vcpu: KvmVcpu): void {
    vcpu.bytes[run.immediate_exit[0]] = 0;
    this.timer.drain();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    Mapping.detach([
      ...this.cpus.map((cpu) => cpu.vcpu.mapping),
      ...this.slots.flatMap(({ mapping, bitmap }) => (bitmap === undefined ? [mapping] : [mapping, bitmap.mapping])),
    ]);
    // vCPUs before the VM, the VM before the memory that its slots point into.
    for (const cpu of this.cpus) cpu.vcpu.close();
    this.vm.close();
    for (const slot of this.slots) slot.bitmap?.mapping.close();
    for (const mapping of this.mappings) mapping.close();
    this.memory.length = 0;
    if (this.timed) {
      this.running = 0;
      this.timer.release();
    }
    this.system.close();
  }
}

class KvmCpu implements Cpu {
  readonly index: number;
  /** Word index of the coalesced ring inside kvm_run, 0 when there is none. */
  private readonly ring: number;
  private readonly ringSize: number;
  private readonly gathered = new Uint8Array(PAGE / ring.size);
  /** What KVM_SET_GUEST_DEBUG was told last. */
  private debugging = '';
  /** The last exit is an `in` that has no answer yet. */
  private pausedIn = false;

  constructor(
    private readonly engine: KvmEngine,
    readonly vcpu: KvmVcpu,
    ringPage: number,
  ) {
    this.index = vcpu.id;
    this.ring = (ringPage * PAGE) >> 2;
    this.ringSize = Math.floor((PAGE - structs.kvm_coalesced_mmio_ring.size) / ring.size);
  }

  run(): Exit {
    const { engine, vcpu } = this;
    const { counts } = engine;
    const { io } = engine.options;
    for (;;) {
      let reason = EXIT_IO;
      if (!this.pausedIn) {
        reason = vcpu.enter();
        // Delayed writes came before the exit, so they are dispatched before it.
        if (this.ring !== 0) this.drain();
      }
      if (engine.exitObserver !== null && reason >= 0 && !this.pausedIn) engine.exitObserver(exitName(reason), this.detail(reason));
      if (reason === EXIT_IO) {
        if (!this.pausedIn) counts[EXIT_IO] += 1;
        this.port();
        this.pausedIn = io.retry;
        if (io.retry) {
          io.retry = false;
          return BLOCKED;
        }
      } else if (reason === EXIT_MMIO) {
        counts[EXIT_MMIO] += 1;
        this.mmio();
      } else if (reason === ENTER_INTERRUPTED) {
        engine.interrupted(vcpu);
        return engine.options.kernelIrqchip ? this.blocked() : SLICE;
      } else if (reason === ENTER_NOT_STARTED) {
        return WAITING_FOREVER;
      } else {
        counts[reason & 63] += 1;
        if (reason === EXIT_HLT) return HALT;
        if (reason === EXIT_IRQ_WINDOW_OPEN) return WINDOW;
        return decodeExit(vcpu.view, reason);
      }
      if (io.attention) {
        this.completeIo();
        return SLICE;
      }
    }
  }

  /** Finishes the instruction behind the last exit; a further part of the same access (a page border, `rep ins`) is dispatched. */
  private completeIo(): void {
    for (;;) {
      const reason = this.vcpu.enterAtOnce();
      if (this.ring !== 0) this.drain();
      if (reason === EXIT_IO) this.port();
      else if (reason === EXIT_MMIO) this.mmio();
      else return;
      if (this.engine.options.io.retry) {
        this.engine.options.io.retry = false;
        this.pausedIn = true;
        return;
      }
    }
  }

  /** An `in` that still waits is finished with whatever lies there: KVM would finish it inside the state that comes next. */
  private abandonIo(): void {
    if (!this.pausedIn) return;
    this.pausedIn = false;
    for (let i = 0; i < 0x1_0000; i++) {
      const reason = this.vcpu.enterAtOnce();
      if (reason !== EXIT_IO && reason !== EXIT_MMIO) return;
    }
  }

  /** For the log: `out 0xf1, 1 byte`. */
  private detail(reason: number): string {
    const { bytes, halves, words } = this.vcpu;
    const plural = (n: number): string => `${n} byte${n === 1 ? '' : 's'}`;
    if (reason === EXIT_IO) {
      const direction = bytes[run['io.direction'][0]] === constants.KVM_EXIT_IO_OUT ? 'out' : 'in';
      const count = words[run['io.count'][0] >> 2];
      return `${direction} 0x${halves[run['io.port'][0] >> 1].toString(16)}, ${plural(bytes[run['io.size'][0]])}${count === 1 ? '' : ` ×${count}`}`;
    }
    if (reason === EXIT_MMIO) {
      const direction = bytes[run['mmio.is_write'][0]] !== 0 ? 'write' : 'read';
      return `${direction} 0x${this.vcpu.view.getBigUint64(run['mmio.phys_addr'][0], true).toString(16)}, ${plural(words[run['mmio.len'][0] >> 2])}`;
    }
    return '';
  }

  /** With the chips in the kernel, hlt does not exit: the vCPU sleeps inside KVM_RUN until a signal ends it. */
  private blocked(): Exit {
    const state = new Uint8Array(4);
    this.vcpu.buffer('KVM_GET_MP_STATE', state);
    if (state[0] === constants.KVM_MP_STATE_UNINITIALIZED) return WAITING_FOREVER;
    if (state[0] !== constants.KVM_MP_STATE_HALTED) return SLICE;
    return waitsForever(this.engine.vm, this.vcpu) ? WAITING_FOREVER : WAITING;
  }

  /** An in, out, ins or outs: `count` elements of `size` bytes lie in the page behind kvm_run. */
  private port(): void {
    const { bytes, halves, words } = this.vcpu;
    const { io } = this.engine.options;
    const size = bytes[run['io.size'][0]] as 1 | 2 | 4;
    const port = halves[run['io.port'][0] >> 1];
    const count = words[run['io.count'][0] >> 2];
    const at = words[run['io.data_offset'][0] >> 2];
    if (bytes[run['io.direction'][0]] === constants.KVM_EXIT_IO_OUT) {
      if (this.engine.zones.length > 0) this.engine.considerZones(port, true);
      if (count === 1) io.out(port, size, size === 1 ? bytes[at] : size === 2 ? halves[at >> 1] : words[at >> 2]);
      else io.outBlock(port, size, bytes.subarray(at, at + count * size));
    } else if (count === 1) {
      const value = io.in(port, size);
      if (io.retry) return;
      if (size === 1) bytes[at] = value;
      else if (size === 2) halves[at >> 1] = value;
      else words[at >> 2] = value;
    } else {
      io.inBlock(port, size, bytes.subarray(at, at + count * size));
    }
  }

  private mmio(): void {
    const { bytes, words } = this.vcpu;
    const { io } = this.engine.options;
    const low = words[run['mmio.phys_addr'][0] >> 2];
    const address = low + words[(run['mmio.phys_addr'][0] >> 2) + 1] * 2 ** 32;
    const length = words[run['mmio.len'][0] >> 2];
    if (bytes[run['mmio.is_write'][0]] !== 0) {
      if (this.engine.zones.length > 0) this.engine.considerZones(address, false);
      io.write(address, length, bytes, run['mmio.data'][0]);
    } else io.read(address, length, bytes, run['mmio.data'][0]);
  }

  /** Dispatches the ring of coalesced writes (struct kvm_coalesced_mmio_ring), in order. */
  private drain(): void {
    const { bytes, halves, words } = this.vcpu;
    const first = this.ring;
    const last = words[first + 1];
    let at = words[first];
    if (at === last) return;
    const { io } = this.engine.options;
    let n = 0;
    // Bytes for one port in a row go to its device as one block, where that is the same to it.
    const { gathered } = this;
    while (at !== last) {
      const entry = first + 2 + at * (ring.size >> 2);
      const address = words[entry] + words[entry + 1] * 2 ** 32;
      const length = words[entry + 2];
      const data = entry + (ring.fields.data[0] >> 2);
      if (words[entry + 3] !== 0 && length === 1 && io.takesBlocks(address)) {
        let count = 0;
        for (let next = entry; at !== last; next = first + 2 + at * (ring.size >> 2)) {
          if (words[next] !== address || words[next + 2] !== 1 || words[next + 3] === 0) break;
          gathered[count++] = bytes[(next << 2) + ring.fields.data[0]];
          at += 1;
          if (at === this.ringSize) at = 0;
        }
        io.outBlock(address, 1, gathered.subarray(0, count));
        n += count;
        continue;
      }
      if (words[entry + 3] !== 0) {
        const value = length === 1 ? bytes[data << 2] : length === 2 ? halves[data << 1] : words[data];
        io.out(address, length as 1 | 2 | 4, value);
      } else {
        io.write(address, length, bytes, data << 2);
      }
      n += 1;
      at += 1;
      if (at === this.ringSize) at = 0;
    }
    words[first] = last;
    this.engine.coalescedWrites += n;
  }

  getGeneral(): GeneralRegisters {
    return this.vcpu.getGeneral();
  }
  setGeneral(registers: GeneralRegisters): void {
    this.vcpu.setGeneral(registers);
    // What KVM said about interrupts at the last exit was about other flags.
    this.vcpu.bytes[run.ready_for_interrupt_injection[0]] = 0;
  }
  getSystem(): SystemRegisters {
    return this.vcpu.getSystem();
  }
  setSystem(registers: SystemRegisters): void {
    this.vcpu.setSystem(registers);
  }
  getDebug(): DebugRegisters {
    return this.vcpu.getDebug();
  }
  setDebug(registers: DebugRegisters): void {
    this.vcpu.setDebug(registers);
  }
  getXsave(): Uint8Array {
    const area = new Uint8Array(structs.kvm_xsave.size);
    this.vcpu.buffer('KVM_GET_XSAVE', area);
    return area;
  }
  setXsave(area: Uint8Array): void {
    this.vcpu.buffer('KVM_SET_XSAVE', area);
  }
  getMsr(index: number): bigint {
    return this.vcpu.getMsr(index);
  }
  setMsr(index: number, value: bigint): void {
    this.vcpu.setMsr(index, value);
  }

  interrupt(vector: number): void {
    const argument = new Uint8Array(4);
    argument[0] = vector;
    this.vcpu.flushRegisters();
    this.vcpu.buffer('KVM_INTERRUPT', argument);
  }

  canInterrupt(): boolean {
    const { bytes } = this.vcpu;
    const ready = bytes[run.ready_for_interrupt_injection[0]] !== 0 && bytes[run.if_flag[0]] !== 0;
    bytes[run.request_interrupt_window[0]] = ready ? 0 : 1;
    return ready;
  }

  cancelWindow(): void {
    this.vcpu.bytes[run.request_interrupt_window[0]] = 0;
  }

  nmi(): void {
    this.vcpu.flushRegisters();
    this.vcpu.call('KVM_NMI', 0);
  }

  debug(control: DebugControl | null): void {
    const key = control === null ? '' : `${control.step} ${control.breakpoints.join()}`;
    if (key === this.debugging) return;
    this.debugging = key;
    this.vcpu.flushRegisters();
    this.vcpu.syncRegisters(control !== null && control.step);
    const { size, fields } = structs.kvm_guest_debug;
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    if (control !== null) {
      let flags: number = constants.KVM_GUESTDBG_ENABLE;
      if (control.step) flags |= constants.KVM_GUESTDBG_SINGLESTEP;
      if (control.breakpoints.length > 0) flags |= constants.KVM_GUESTDBG_USE_HW_BP;
      view.setUint32(fields.control[0], flags, true);
      let dr7 = 0x400n;
      control.breakpoints.forEach((address, i) => {
        view.setBigUint64(fields.arch[0] + i * 8, address, true);
        dr7 |= 2n << BigInt(i * 2);
      });
      view.setBigUint64(fields.arch[0] + 56, dr7, true);
    }
    this.vcpu.buffer('KVM_SET_GUEST_DEBUG', bytes);
  }

  halt(): void {
    // The shadow of the sti before the hlt would keep the waking interrupt out.
    const { size, fields } = structs.kvm_vcpu_events;
    const events = new Uint8Array(size);
    this.vcpu.flushRegisters();
    this.vcpu.buffer('KVM_GET_VCPU_EVENTS', events);
    if (events[fields['interrupt.shadow'][0]] !== 0) {
      events[fields['interrupt.shadow'][0]] = 0;
      this.vcpu.buffer('KVM_SET_VCPU_EVENTS', events);
    }
    const state = new Uint8Array(structs.kvm_mp_state.size);
    state[0] = constants.KVM_MP_STATE_HALTED;
    this.vcpu.buffer('KVM_SET_MP_STATE', state);
  }

  save(): CpuState {
    return saveCpuState(this.vcpu, this.engine.options.kernelIrqchip);
  }

  restore(state: CpuState): void {
    this.abandonIo();
    loadCpuState(this.vcpu, state);
    this.settle();
  }

  /** As `restore`, for the state of a fresh vCPU, in as few calls as that takes. */
  powerOn(state: RawCpuState): void {
    this.abandonIo();
    loadRawState(this.vcpu, state);
    this.settle();
  }

  /** What the shared area still says about the time before does not hold any longer. */
  private settle(): void {
    this.vcpu.bytes[run.ready_for_interrupt_injection[0]] = 0;
    this.vcpu.bytes[run.request_interrupt_window[0]] = 0;
    this.vcpu.bytes[run.immediate_exit[0]] = 0;
    if (this.ring !== 0) this.vcpu.words[this.ring] = this.vcpu.words[this.ring + 1];
  }
}

interface PowerOn {
  cpus: RawCpuState[];
  chips: Record<string, Uint8Array>;
}

const powerOn = new WeakMap<Ffi, Map<string, PowerOn>>();

/** What a fresh VM of this shape starts with; taken once from a VM made for it. */
function powerOnState(engine: KvmEngine): PowerOn {
  const { ffi } = engine.system;
  let known = powerOn.get(ffi);
  if (known === undefined) powerOn.set(ffi, (known = new Map()));
  const { kernelIrqchip, cpus } = engine.options;
  const key = `${kernelIrqchip} ${cpus}`;
  let state = known.get(key);
  if (state === undefined) {
    const fresh = KvmEngine.create({ ...engine.options, memory: [], coalesced: [] }, ffi);
    try {
      state = { cpus: fresh.cpus.map((cpu) => saveRawState(cpu.vcpu, kernelIrqchip)), chips: fresh.saveChips() };
    } finally {
      fresh.close();
    }
    known.set(key, state);
  }
  return state;
}

/** A region in pieces, so that each overlay inside it is one of them. */
function cut(region: EngineOptions['memory'][number], overlays: NonNullable<EngineOptions['overlays']>): [address: number, size: number][] {
  const end = region.address + region.size;
  const inside = overlays.flatMap(({ address, size }) => [address, address + size]).filter((at) => at > region.address && at < end);
  const borders = [region.address, ...inside.sort((a, b) => a - b), end];
  return borders.slice(1).map((border, i) => [borders[i], border - borders[i]]);
}

/** Calls back for each run of set bits. */
export function eachRun(words: Uint32Array, callback: (first: number, count: number) => void): void {
  let start = -1;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === 0 && start < 0) continue;
    if (word === 0xffff_ffff && start >= 0) continue;
    for (let bit = 0; bit < 32; bit++) {
      const set = (word >>> bit) & 1;
      if (set === 1 && start < 0) start = i * 32 + bit;
      else if (set === 0 && start >= 0) {
        callback(start, i * 32 + bit - start);
        start = -1;
      }
    }
  }
  if (start >= 0) callback(start, words.length * 32 - start);
}

/** `64 MiB`, `4 KiB`. */
export function formatSize(bytes: number): string {
  for (const [unit, name] of [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ] as const) {
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} ${name}`;
  }
  return `${bytes} bytes`;
}
