/**
 * Where the adapter's memory is. Most programs write text, or pixels of mode 13h, as if it were plain memory: then the RAM
 * below the adapter's window is the truth, and nothing leaves the guest. As soon as the registers ask for more (planes,
 * latches, rotation, another map), the window is switched over it and every access comes here.
 */
import type { DeviceContext } from '../../device.js';
import type { Datapath } from './datapath.js';
import { GC, readByte, writeByte } from './datapath.js';
import { DISPI } from './dispi.js';
import type { Dispi } from './dispi.js';

export const WINDOW = { start: 0xa0000, length: 0x20000, overlay: true } as const;
export const FRAME_BUFFER = { start: 0xe000_0000, length: 8 * 2 ** 20 } as const;
const BANK = 0x10000;

/** How the window's bytes lie in the planes, when RAM can stand for them. */
type Layout = 'chain4' | 'odd-even' | 'plane0' | 'bank';

interface Direct {
  readonly layout: Layout;
  readonly address: number;
  readonly length: number;
}

export class VgaMemory implements Datapath {
  latch = 0;
  private array: Uint32Array | null = null;
  private direct: Direct | null = null;
  private trapped = false;
  private bank = 0;
  /** The bank's bytes as they were when the window last agreed with the frame buffer. */
  private seen = new Uint8Array(0);

  constructor(
    private readonly context: DeviceContext,
    readonly sequencer: Uint8Array,
    readonly graphics: Uint8Array,
    private readonly dispi: Dispi,
    /** Puts the power-on font into plane 2. */
    private readonly fill: (planes: Uint32Array) => void,
  ) {}

  get planes(): Uint32Array {
    if (this.array === null) {
      this.array = new Uint32Array(BANK);
      this.fill(this.array);
    }
    return this.array;
  }

  /** The planes with what lies in RAM now. */
  current(): Uint32Array {
    this.store();
    return this.planes;
  }

  reset(): void {
    this.array = null;
    this.latch = 0;
    this.direct = null;
    this.bank = 0;
    if (this.trapped) this.context.overlay?.(0, false);
    this.trapped = false;
    this.direct = this.wanted();
    // Without RAM below the window everything comes here.
    if (this.direct === null) {
      this.trapped = true;
      this.context.overlay?.(0, true);
    }
  }

  /** After a register has changed: the window goes over to another layout, contents included. */
  update(): void {
    const next = this.wanted();
    const { direct } = this;
    if (next?.layout === direct?.layout && next?.address === direct?.address && (next !== null || this.trapped)) {
      if (next?.layout === 'bank' && this.bank !== this.dispi.state.registers[DISPI.bank]) {
        this.store();
        this.load();
      }
      return;
    }
    this.store();
    this.direct = next;
    if (next !== null) this.load();
    if (this.trapped !== (next === null)) {
      this.trapped = next === null;
      this.context.overlay?.(0, this.trapped);
    }
  }

  /** Forgets what RAM holds: memory has been cleared, or comes from elsewhere. */
  clear(): void {
    const { array } = this;
    // The fonts stay in plane 2 where text modes have them.
    if (array !== null) for (let i = 0; i < array.length; i++) array[i] &= (this.graphics[GC.misc] & 1) === 0 ? 0xff0000 : 0;
    if (this.direct !== null) this.ram(this.direct)?.fill(0);
  }

  read(address: number): number {
    const offset = this.inDirect(address);
    return offset < 0 ? readByte(this, address) : (this.ram(this.direct as Direct)?.[offset] ?? 0xff);
  }

  write(address: number, value: number): void {
    const offset = this.inDirect(address);
    if (offset < 0) {
      writeByte(this, address, value);
      return;
    }
    const ram = this.ram(this.direct as Direct);
    if (ram !== null) ram[offset] = value;
  }

  save(): { planes: Uint32Array | null; latch: number } {
    this.store();
    return { planes: this.array?.slice() ?? null, latch: this.latch };
  }

  /** RAM has been restored already; registers, too. */
  restore(saved: { planes: Uint32Array | null; latch: number }): void {
    this.array = saved.planes?.slice() ?? null;
    this.latch = saved.latch;
    this.direct = this.wanted();
    this.bank = this.dispi.state.registers[DISPI.bank];
    if (this.direct?.layout === 'bank') this.seen = this.ram(this.direct)?.slice() ?? new Uint8Array(BANK);
    this.trapped = this.direct === null;
    this.context.overlay?.(0, this.trapped);
  }

  linear(offset: number, length: number): Uint8Array | null {
    if (this.direct?.layout === 'bank') this.store();
    return bytesAt(this.context, FRAME_BUFFER.start + offset, length);
  }

  /** The frame buffer has been written to: the window follows. */
  reload(): void {
    if (this.direct?.layout === 'bank') this.load();
  }

  /** `address` counts from the window's start. */
  private inDirect(address: number): number {
    const { direct } = this;
    if (direct === null) return -1;
    const offset = address - direct.address;
    return offset >= 0 && offset < direct.length ? offset : -1;
  }

  private ram({ address, length }: Direct): Uint8Array | null {
    return bytesAt(this.context, WINDOW.start + address, length);
  }

  /** The layout that the registers ask for, or null when RAM cannot stand for it. */
  private wanted(): Direct | null {
    const found = this.dispi.enabled ? ({ layout: 'bank', address: 0, length: BANK } as const) : this.layout();
    return found === null || this.ram(found) === null ? null : found;
  }

  private layout(): Direct | null {
    const { sequencer, graphics } = this;
    const straight =
      (graphics[GC.mode] & 0x0b) === 0 && graphics[GC.enable] === 0 && graphics[GC.rotate] === 0 && graphics[GC.mask] === 0xff;
    if (!straight) return null;
    const map = (graphics[GC.misc] >> 2) & 3;
    const mask = sequencer[2] & 15;
    if ((sequencer[4] & 8) !== 0) return map === 1 && mask === 15 ? { layout: 'chain4', address: 0, length: BANK } : null;
    if (map < 2) return null;
    const address = map === 2 ? 0x10000 : 0x18000;
    const split = (sequencer[4] & 4) === 0;
    if (split !== ((graphics[GC.mode] & 0x10) !== 0)) return null;
    if (split) return (mask & 3) === 3 && (graphics[GC.readMap] & 2) === 0 ? { layout: 'odd-even', address, length: 0x8000 } : null;
    return mask === 1 && (graphics[GC.readMap] & 3) === 0 ? { layout: 'plane0', address, length: 0x8000 } : null;
  }

  /** RAM → planes (or frame buffer). */
  private store(): void {
    const { direct } = this;
    if (direct === null) return;
    const ram = this.ram(direct);
    if (ram === null) return;
    if (direct.layout === 'bank') {
      // Only what was written through the window: the guest may use the linear buffer as well.
      const target = bytesAt(this.context, FRAME_BUFFER.start + this.bank * BANK, BANK);
      const { seen } = this;
      if (target !== null) for (let i = 0; i < BANK; i++) if (ram[i] !== seen[i]) target[i] = seen[i] = ram[i];
      return;
    }
    const bytes = new Uint8Array(this.planes.buffer);
    if (direct.layout === 'chain4') for (let i = 0; i < BANK; i++) bytes[((i & ~3) << 2) | (i & 3)] = ram[i];
    else if (direct.layout === 'odd-even') for (let i = 0; i < ram.length; i++) bytes[((i & ~1) << 2) | (i & 1)] = ram[i];
    else for (let i = 0; i < ram.length; i++) bytes[i << 2] = ram[i];
  }

  private load(): void {
    const { direct } = this;
    if (direct?.layout === 'bank' && this.seen.length === 0) this.seen = new Uint8Array(BANK);
    const ram = direct === null ? null : this.ram(direct);
    if (direct === null || ram === null) return;
    if (direct.layout === 'bank') {
      const { registers } = this.dispi.state;
      this.bank = registers[DISPI.bank];
      const from = bytesAt(this.context, FRAME_BUFFER.start + this.bank * BANK, BANK);
      if (from !== null) ram.set(from);
      this.seen.set(ram);
      return;
    }
    const bytes = new Uint8Array(this.planes.buffer);
    if (direct.layout === 'chain4') for (let i = 0; i < BANK; i++) ram[i] = bytes[((i & ~3) << 2) | (i & 3)];
    else if (direct.layout === 'odd-even') for (let i = 0; i < ram.length; i++) ram[i] = bytes[((i & ~1) << 2) | (i & 1)];
    else for (let i = 0; i < ram.length; i++) ram[i] = bytes[i << 2];
  }
}

function bytesAt(context: DeviceContext, address: number, length: number): Uint8Array | null {
  try {
    return context.memory(address, length);
  } catch {
    return null;
  }
}
