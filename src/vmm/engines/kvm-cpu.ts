/** One virtual CPU on KVM: runs of KVM_RUN, and what its exits ask of the bus. */
import type { Cpu, CpuState, DebugControl, Exit } from '../engine.js';
import { constants, structs } from '../kvm/abi.js';
import { decodeExit } from '../kvm/decode-exit.js';
import { EXIT_HLT, EXIT_IO, EXIT_IRQ_WINDOW_OPEN, EXIT_MMIO, exitName } from '../kvm/exit-reasons.js';
import { loadCpuState, loadRawState, saveCpuState, waitsForever } from '../kvm/snapshot.js';
import type { RawCpuState } from '../kvm/snapshot.js';
import { ENTER_INTERRUPTED, ENTER_NOT_STARTED, type KvmVcpu } from '../kvm/vcpu.js';
import type { DebugRegisters, GeneralRegisters, SystemRegisters } from '../state.js';
import type { KvmEngine } from './kvm.js';

const PAGE = 4096;
const run = structs.kvm_run.fields;
const ring = structs.kvm_coalesced_mmio;

const SLICE: Exit = { kind: 'slice' };
const BLOCKED: Exit = { kind: 'blocked' };
const HALT: Exit = { kind: 'halt' };
const WINDOW: Exit = { kind: 'interrupt-window' };
const WAITING: Exit = { kind: 'waiting', forever: false };
const WAITING_FOREVER: Exit = { kind: 'waiting', forever: true };

export class KvmCpu implements Cpu {
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
    engine.timer.revive();
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
