/** The engine on KVM: real memory slots, real vCPUs, and the loop that turns I/O exits into calls of the bus. */
import { TskvmError } from '../../diagnostics.js';
import type { Engine, EngineFeature, EngineOptions, EngineStatistics, MemoryView } from '../engine.js';
import { structs } from '../kvm/abi.js';
import { exitName } from '../kvm/exit-reasons.js';
import { KvmError, memoryError } from '../kvm/error.js';
import type { Ffi } from '../kvm/ffi.js';
import { sliceTimer } from '../kvm/slice.js';
import type { SliceTimer } from '../kvm/slice.js';
import { restoreChips, saveChips, saveRawState } from '../kvm/snapshot.js';
import type { RawCpuState } from '../kvm/snapshot.js';
import { KvmSystem, MappedMemory, Mapping, VIEW_LIMIT } from '../kvm/system.js';
import { KvmVcpu } from '../kvm/vcpu.js';
import { KvmVm } from '../kvm/vm.js';
import { CR0_PE, CR0_PG, CR4_PSE } from '../state.js';
import { KvmCpu } from './kvm-cpu.js';

const PAGE = 4096;

/** Writes to zones before they are registered: about what it costs to close a VM that has them (14 ms at 9 µs an exit). */
const COALESCE_AFTER = 1500;

const run = structs.kvm_run.fields;

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
  readonly timer: SliceTimer;
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
