/** An ATA disk in PIO mode (ATA/ATAPI-6, chapter 8): sectors by CHS, 28-bit and 48-bit LBA. */
import { driveGeometry } from '../../disks/geometry.js';
import { SECTOR } from '../../disks/medium.js';
import type { Medium } from '../../disks/medium.js';
import { ABRT, DRDY, DSC, IDNF, LBA, Unit, identifyBytes, identifyText } from './unit.js';
import type { UnitState } from './unit.js';

const MOST_MULTIPLE = 16;
const LBA28 = 0x0fff_ffff;

interface DiskState {
  /** Sectors a block of READ and WRITE MULTIPLE; 0: not set. */
  multiple: number;
  heads: number;
  sectors: number;
  /** The transfer that goes on. */
  lba: number;
  left: number;
  perBlock: number;
  wide: boolean;
  what: 'read' | 'write' | 'buffer' | 'store';
  writeCache: boolean;
  lookAhead: boolean;
  /** READ BUFFER and WRITE BUFFER. */
  buffer: Uint8Array;
}

const diskPowerOn = (): DiskState => ({
  multiple: 0,
  heads: 16,
  sectors: 63,
  lba: 0,
  left: 0,
  perBlock: 1,
  wide: false,
  what: 'buffer',
  writeCache: true,
  lookAhead: true,
  buffer: new Uint8Array(SECTOR),
});

export class AtaDisk extends Unit {
  protected readonly signature = [0, 0] as const;
  private disk = diskPowerOn();

  constructor(
    private readonly medium: Medium,
    private readonly serial: string,
  ) {
    super();
  }

  override reset(): void {
    super.reset();
    const { heads, sectors } = this.disk;
    // A soft reset keeps the translation that INITIALIZE DEVICE PARAMETERS has set.
    this.disk = { ...diskPowerOn(), heads, sectors };
  }

  protected execute(command: number): void {
    const { state, disk } = this;
    switch (command) {
      case 0x20:
      case 0x21:
        return this.begin('read', 1, false);
      case 0x24:
        return this.begin('read', 1, true);
      case 0xc4:
        return this.begin('read', disk.multiple, false);
      case 0x29:
        return this.begin('read', disk.multiple, true);
      case 0x30:
      case 0x31:
      case 0x3c:
        return this.begin('write', 1, false);
      case 0x34:
        return this.begin('write', 1, true);
      case 0xc5:
        return this.begin('write', disk.multiple, false);
      case 0x39:
        return this.begin('write', disk.multiple, true);
      case 0x40:
      case 0x41:
        return this.verify(false);
      case 0x42:
        return this.verify(true);
      case 0x91:
        disk.sectors = state.count & 0xff;
        disk.heads = (state.device & 15) + 1;
        return disk.sectors === 0 ? this.fail(ABRT) : this.done();
      case 0xc6: {
        const count = state.count & 0xff;
        if (count > MOST_MULTIPLE || (count & (count - 1)) !== 0) return this.fail(ABRT);
        disk.multiple = count;
        return this.done();
      }
      case 0xec:
        disk.what = 'buffer';
        return this.give(this.identify());
      case 0xe4:
        disk.what = 'buffer';
        return this.give(disk.buffer.slice());
      case 0xe8:
        disk.what = 'store';
        return this.take(SECTOR, false);
      case 0xef:
        return this.setFeatures();
      case 0xf8:
        return this.nativeMax(false);
      case 0x27:
        return this.nativeMax(true);
      case 0x70:
        return this.address(false) < this.medium.sectors ? this.done() : this.fail(IDNF);
      case 0xe5:
      case 0x98:
        // CHECK POWER MODE: active or idle.
        state.count = 0xff;
        return this.done();
      // IDLE, STANDBY, SLEEP and their immediate forms; FLUSH CACHE: everything is where it belongs already.
      case 0x94:
      case 0x95:
      case 0x96:
      case 0x97:
      case 0x99:
      case 0xe0:
      case 0xe1:
      case 0xe2:
      case 0xe3:
      case 0xe6:
      case 0xe7:
      case 0xea:
        return this.done();
      default:
        return command >= 0x10 && command < 0x20 ? this.done() : this.fail(ABRT);
    }
  }

  /** The first sector that the registers name; -1 when no sector has that number. */
  private address(wide: boolean): number {
    const { state, disk } = this;
    const [low, mid, high] = [state.low, state.mid, state.high];
    if (wide) {
      const upper = (low >> 8) + (mid >> 8) * 0x100 + (high >> 8) * 0x1_0000;
      return (low & 0xff) + (mid & 0xff) * 0x100 + (high & 0xff) * 0x1_0000 + upper * 0x100_0000;
    }
    const cylinder = (mid & 0xff) | ((high & 0xff) << 8);
    if ((state.device & LBA) !== 0) return (low & 0xff) + cylinder * 0x100 + (state.device & 15) * 0x100_0000;
    const head = state.device & 15;
    const sector = low & 0xff;
    if (sector === 0 || sector > disk.sectors || head >= disk.heads) return -1;
    return (cylinder * disk.heads + head) * disk.sectors + sector - 1;
  }

  /** The registers show the sector that failed or came last. */
  private show(lba: number, wide: boolean): void {
    const { state, disk } = this;
    if (wide) {
      const upper = Math.floor(lba / 0x100_0000);
      state.low = (lba & 0xff) | ((upper & 0xff) << 8);
      state.mid = ((lba >>> 8) & 0xff) | (upper & 0xff00);
      state.high = ((lba >>> 16) & 0xff) | ((upper >>> 8) & 0xff00);
    } else if ((state.device & LBA) !== 0) {
      [state.low, state.mid, state.high] = [lba & 0xff, (lba >>> 8) & 0xff, (lba >>> 16) & 0xff];
      state.device = (state.device & 0xf0) | ((lba >>> 24) & 15);
    } else {
      const track = Math.floor(lba / disk.sectors);
      const cylinder = Math.floor(track / disk.heads);
      [state.low, state.mid, state.high] = [(lba % disk.sectors) + 1, cylinder & 0xff, (cylinder >> 8) & 0xff];
      state.device = (state.device & 0xf0) | (track % disk.heads);
    }
  }

  private countOf(wide: boolean): number {
    const { count } = this.state;
    return wide ? count & 0xffff || 0x1_0000 : count & 0xff || 0x100;
  }

  private begin(what: 'read' | 'write', perBlock: number, wide: boolean): void {
    const lba = this.address(wide);
    if (perBlock === 0) return this.fail(ABRT);
    if (lba < 0 || lba >= this.medium.sectors) return this.fail(IDNF);
    Object.assign(this.disk, { what, perBlock, wide, lba, left: this.countOf(wide) });
    this.next(what === 'read');
  }

  /** The next block: as many sectors as a block has, are wanted, and exist. */
  private next(interrupt: boolean): void {
    const { disk, medium } = this;
    const sectors = Math.min(disk.perBlock, disk.left, medium.sectors - disk.lba);
    if (sectors <= 0) {
      this.show(disk.lba, disk.wide);
      this.fail(IDNF);
    } else if (disk.what === 'read') {
      const block = new Uint8Array(sectors * SECTOR);
      medium.read(disk.lba, block);
      this.give(block);
    } else this.take(sectors * SECTOR, interrupt);
  }

  protected blockDone(): void {
    const { state, disk } = this;
    if (disk.what === 'buffer') {
      state.status = DRDY | DSC;
      return;
    }
    if (disk.what === 'store') {
      disk.buffer = state.block.slice();
      return this.done();
    }
    const sectors = state.block.length / SECTOR;
    if (disk.what === 'write') this.medium.write(disk.lba, state.block);
    disk.lba += sectors;
    disk.left -= sectors;
    if (disk.left > 0) return this.next(true);
    this.show(disk.lba - 1, disk.wide);
    state.count = 0;
    // Reading ends with the last word, without another interrupt.
    if (disk.what === 'read') state.status = DRDY | DSC;
    else this.done();
  }

  private verify(wide: boolean): void {
    const lba = this.address(wide);
    const count = this.countOf(wide);
    if (lba < 0 || lba >= this.medium.sectors) return this.fail(IDNF);
    if (lba + count > this.medium.sectors) {
      this.show(this.medium.sectors, wide);
      return this.fail(IDNF);
    }
    this.show(lba + count - 1, wide);
    return this.done();
  }

  private nativeMax(wide: boolean): void {
    this.state.device |= LBA;
    this.show(Math.min(this.medium.sectors - 1, wide ? Infinity : LBA28 - 1), wide);
    this.done();
  }

  /** SET FEATURES: caches, look-ahead, and PIO transfer modes. */
  private setFeatures(): void {
    const { state, disk } = this;
    switch (state.features & 0xff) {
      case 0x02:
      case 0x82:
        disk.writeCache = (state.features & 0xff) === 0x02;
        return this.done();
      case 0xaa:
      case 0x55:
        disk.lookAhead = (state.features & 0xff) === 0xaa;
        return this.done();
      case 0x03:
        // Modes 0 to 4 of PIO, with flow control or without; there is no DMA.
        return (state.count & 0xff) < 2 || ((state.count & 0xf8) === 8 && (state.count & 7) <= 4) ? this.done() : this.fail(ABRT);
      case 0x66:
      case 0xcc:
        return this.done();
      default:
        return this.fail(ABRT);
    }
  }

  /** IDENTIFY DEVICE (ATA-6, 8.15). */
  private identify(): Uint8Array {
    const { disk } = this;
    const total = this.medium.sectors;
    const { cylinders, heads, sectors } = driveGeometry(total);
    const words = new Uint16Array(256);
    const put32 = (at: number, value: number): void => {
      words[at] = value;
      words[at + 1] = value >>> 16;
    };
    words[0] = 0x0040;
    [words[1], words[3], words[6]] = [cylinders, heads, sectors];
    identifyText(words, 10, 10, this.serial);
    identifyText(words, 23, 4, '1.0');
    identifyText(words, 27, 20, 'TSKVM HARDDISK');
    words[47] = 0x8000 | MOST_MULTIPLE;
    // LBA, IORDY; words 54-58 and 64-70 are valid.
    words[49] = 0x0a00;
    words[50] = 0x4000;
    words[51] = 0x0200;
    words[53] = 0x0003;
    const current = Math.min(0xffff, Math.floor(total / (disk.heads * disk.sectors)) || 1);
    [words[54], words[55], words[56]] = [current, disk.heads, disk.sectors];
    put32(57, Math.min(total, current * disk.heads * disk.sectors));
    words[59] = disk.multiple > 0 ? 0x0100 | disk.multiple : 0;
    put32(60, Math.min(total, LBA28));
    words[64] = 0x0003;
    words.fill(120, 65, 69);
    // ATA-3 to ATA-6; READ and WRITE BUFFER, look-ahead, write cache; 48-bit addresses, FLUSH CACHE and its EXT.
    words[80] = 0x0078;
    words[82] = 0x3060;
    words[83] = 0x7400;
    words[84] = 0x4000;
    words[85] = 0x3000 | (disk.writeCache ? 0x20 : 0) | (disk.lookAhead ? 0x40 : 0);
    words[86] = 0x3400;
    words[87] = 0x4000;
    words[93] = 0x600b;
    put32(100, total % 2 ** 32);
    put32(102, Math.floor(total / 2 ** 32));
    return identifyBytes(words);
  }

  override save(): unknown {
    return structuredClone({ state: this.state, disk: this.disk });
  }

  override restore(saved: unknown): void {
    const given = structuredClone(saved as { state: UnitState; disk: DiskState });
    this.state = given.state;
    this.disk = given.disk;
  }
}
