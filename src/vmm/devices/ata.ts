/** Two ATA channels with two devices each, in PIO mode (ATA/ATAPI-6): `--hda` and `--hdb` on the first, `--cdrom` on the second. */
import type { DriveName } from '../disks/drives.js';
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { AtapiCd } from './ata/cd.js';
import { AtaDisk } from './ata/disk.js';
import { BSY } from './ata/unit.js';
import type { Unit } from './ata/unit.js';

/** Device control. */
const NIEN = 2;
const SRST = 4;
const HOB = 0x80;
const DEV = 0x10;
/** Command block. */
const [DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS] = [0, 1, 2, 3, 4, 5, 6, 7];
/** Of a channel without a device at the selected place. */
const NOBODY = 0;

class Channel {
  control = 0;
  device = 0xa0;
  private raised = false;
  private present: (Unit | null)[] = [null, null];

  constructor(
    private readonly find: () => (Unit | null)[],
    private readonly interrupt: (level: boolean) => void,
  ) {}

  /** Power-on; the drives are looked up anew. */
  reset(): void {
    this.present = this.find();
    this.control = 0;
    this.device = 0xa0;
    this.raised = false;
    for (const unit of this.units()) unit.reset();
  }

  private units(): Unit[] {
    return this.present.filter((unit) => unit !== null);
  }

  private get selected(): Unit | null {
    return this.present[(this.device & DEV) === 0 ? 0 : 1];
  }

  /** INTRQ of the selected device, unless nIEN keeps it back. */
  private update(): void {
    const level = (this.control & NIEN) === 0 && this.selected?.state.interrupt === true;
    if (level === this.raised) return;
    this.raised = level;
    this.interrupt(level);
  }

  readData(size: number): number {
    const value = this.selected?.readData(size) ?? 0xffff_ffff;
    this.update();
    return value;
  }

  writeData(value: number, size: number): void {
    this.selected?.writeData(value, size);
    this.update();
  }

  readBlock(data: Uint8Array, size: number): void {
    const unit = this.selected;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    for (let at = 0; at < data.length; at += size) {
      const value = unit?.readData(size) ?? 0xffff_ffff;
      if (size === 4) view.setUint32(at, value, true);
      else if (size === 2) view.setUint16(at, value, true);
      else data[at] = value;
    }
    this.update();
  }

  read(offset: number): number {
    const unit = this.selected;
    if (unit === null) return offset === DEVICE ? this.device : NOBODY;
    const { state } = unit;
    // The previous contents of a register, for 48-bit commands.
    const byte = (value: number): number => ((this.control & HOB) !== 0 ? value >> 8 : value) & 0xff;
    switch (offset) {
      case ERROR:
        return state.error;
      case COUNT:
        return byte(state.count);
      case LOW:
        return byte(state.low);
      case MID:
        return byte(state.mid);
      case HIGH:
        return byte(state.high);
      case DEVICE:
        return state.device | this.device;
      default: {
        const status = this.status();
        state.interrupt = false;
        this.update();
        return status;
      }
    }
  }

  /** The alternate status register: reading it acknowledges nothing. */
  status(): number {
    const unit = this.selected;
    if (unit === null) return NOBODY;
    return (this.control & SRST) !== 0 ? BSY : unit.state.status;
  }

  /** Both devices get what is written to the registers; only the selected one executes commands. */
  write(offset: number, value: number): void {
    this.control &= ~HOB;
    const push = (name: 'features' | 'count' | 'low' | 'mid' | 'high'): void => {
      for (const { state } of this.units()) state[name] = ((state[name] & 0xff) << 8) | value;
    };
    switch (offset) {
      case ERROR:
        return push('features');
      case COUNT:
        return push('count');
      case LOW:
        return push('low');
      case MID:
        return push('mid');
      case HIGH:
        return push('high');
      case DEVICE:
        this.device = value | 0xa0;
        for (const { state } of this.units()) state.device = value & 0x4f;
        return this.update();
      default:
        this.command(value);
        return this.update();
    }
  }

  private command(value: number): void {
    if ((this.control & SRST) !== 0) return;
    if (value === 0x90) {
      // EXECUTE DEVICE DIAGNOSTIC: both devices, the first one answers.
      for (const unit of this.units()) unit.reset();
      this.device = 0xa0;
      const first = this.present[0] ?? this.present[1];
      if (first !== null) first.state.interrupt = true;
      return;
    }
    this.selected?.command(value);
  }

  setControl(value: number): void {
    const before = this.control;
    this.control = value & (NIEN | SRST | HOB);
    if ((before & SRST) !== 0 && (value & SRST) === 0) {
      for (const unit of this.units()) unit.reset();
      this.device = 0xa0;
    }
    this.update();
  }

  save(): unknown {
    return { control: this.control, device: this.device, raised: this.raised, units: this.present.map((unit) => unit?.save() ?? null) };
  }

  restore(saved: unknown): void {
    const state = saved as { control: number; device: number; raised: boolean; units: unknown[] };
    this.present = this.find();
    ({ control: this.control, device: this.device, raised: this.raised } = state);
    this.present.forEach((unit, i) => {
      if (unit !== null && state.units[i] !== null) unit.restore(state.units[i]);
    });
  }
}

export function ataDevice(): DeviceDefinition {
  let context: DeviceContext;
  const disk = (name: DriveName, serial: string): Unit | null => {
    const medium = context.drives?.get(name) ?? null;
    return medium === null ? null : new AtaDisk(medium, serial);
  };
  const cd = (): Unit | null => {
    const medium = context.drives?.get('cdrom') ?? null;
    return medium === null ? null : new AtapiCd(medium);
  };
  const channels = [
    new Channel(() => [disk('hda', 'TS00000001'), disk('hdb', 'TS00000002')], (level) => context.interrupt(level, 0)), // prettier-ignore
    new Channel(
      () => [cd(), null],
      (level) => context.interrupt(level, 1),
    ),
  ];
  const reset = (): void => channels.forEach((channel) => channel.reset());
  const readOne = (channel: Channel, offset: number): number => (offset > STATUS ? 0xff : channel.read(offset));
  return defineDevice({
    name: 'ata',
    description: 'IDE channels in PIO mode: disks (--hda, --hdb) and a CD-ROM drive (--cdrom)',
    ports: [
      { start: 0x1f0, length: 8 },
      { start: 0x170, length: 8 },
      { start: 0x3f6, length: 1 },
      { start: 0x376, length: 1 },
    ],
    irqs: [14, 15],
    sizes: [1, 2, 4],
    attach(given) {
      context = given;
      reset();
    },
    reset,
    // The boot image is in its drive now.
    booted: reset,
    in(offset, size, range) {
      const channel = channels[range & 1];
      if (range >= 2) return channel.status();
      if (offset === DATA) return channel.readData(size) % 2 ** (8 * size);
      let value = 0;
      for (let i = 0; i < size; i++) value += readOne(channel, offset + i) * 2 ** (8 * i);
      return value;
    },
    inBlock(offset, data, size, range) {
      const channel = channels[range & 1];
      if (range < 2 && offset === DATA) return channel.readBlock(data, size);
      for (let i = 0; i < data.length; i++) data[i] = range >= 2 ? channel.status() : readOne(channel, offset + (i % size));
    },
    out(offset, value, size, range) {
      const channel = channels[range & 1];
      if (range >= 2) channel.setControl(value & 0xff);
      else if (offset === DATA) channel.writeData(value, size);
      else for (let i = 0; i < size && offset + i <= STATUS; i++) channel.write(offset + i, (value >>> (8 * i)) & 0xff);
    },
    save: () => channels.map((channel) => channel.save()),
    restore: (saved) => channels.forEach((channel, i) => channel.restore((saved as unknown[])[i])),
  });
}
