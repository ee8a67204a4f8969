/** Bochs VBE extensions: resolutions beyond the VGA's, by 16-bit registers behind ports 1ce (index) and 1cf (data). */

export const DISPI = { id: 0, width: 1, height: 2, bpp: 3, enable: 4, bank: 5, virtualWidth: 6, virtualHeight: 7, x: 8, y: 9, memory: 10 } as const; // prettier-ignore

export const ENABLED = 0x01;
const CAPABILITIES = 0x02;
const EIGHT_BIT_DAC = 0x20;
export const LINEAR = 0x40;
export const KEEP_MEMORY = 0x80;

const NEWEST = 0xb0c5;
const OLDEST = 0xb0c0;
const MOST = { width: 1600, height: 1200, bpp: 32 };
const depths = [4, 8, 15, 16, 24, 32];

export interface DispiState {
  index: number;
  registers: Uint16Array;
}

/** What a write has changed, for the adapter around it. */
export type DispiEffect = 'none' | 'mode' | 'bank' | 'clear';

export class Dispi {
  state: DispiState = { index: 0, registers: new Uint16Array(16) };

  constructor(private readonly memorySize: number) {
    this.reset();
  }

  reset(): void {
    this.state = { index: 0, registers: new Uint16Array(16) };
    this.state.registers[DISPI.id] = NEWEST;
  }

  get enabled(): boolean {
    return (this.state.registers[DISPI.enable] & ENABLED) !== 0;
  }
  get wideDac(): boolean {
    return (this.state.registers[DISPI.enable] & EIGHT_BIT_DAC) !== 0;
  }
  /** Bytes from one line to the next. */
  get pitch(): number {
    const { registers } = this.state;
    return bytesFor(registers[DISPI.virtualWidth], registers[DISPI.bpp]);
  }

  read(): number {
    const { index, registers } = this.state;
    if (index === DISPI.memory) return this.memorySize >> 16;
    if ((registers[DISPI.enable] & CAPABILITIES) !== 0) {
      if (index === DISPI.width) return MOST.width;
      if (index === DISPI.height) return MOST.height;
      if (index === DISPI.bpp) return MOST.bpp;
    }
    return registers[index] ?? 0;
  }

  write(value: number): DispiEffect {
    const { index, registers } = this.state;
    switch (index) {
      case DISPI.id:
        if (value >= OLDEST && value <= NEWEST) registers[index] = value;
        return 'none';
      case DISPI.width:
      case DISPI.height:
        if (!this.enabled && value > 0 && value <= (index === DISPI.width ? MOST.width : MOST.height)) registers[index] = value;
        return 'none';
      case DISPI.bpp:
        if (!this.enabled && (value === 0 || depths.includes(value))) registers[index] = value === 0 ? 8 : value;
        return 'none';
      case DISPI.enable:
        return this.enable(value);
      case DISPI.bank:
        if (value * 0x10000 >= this.memorySize) return 'none';
        registers[index] = value;
        return 'bank';
      case DISPI.virtualWidth:
        if (value >= registers[DISPI.width] && bytesFor(value, registers[DISPI.bpp]) * registers[DISPI.height] <= this.memorySize) {
          registers[index] = value;
          this.setVirtualHeight();
        }
        return 'none';
      case DISPI.x:
      case DISPI.y:
        registers[index] = value;
        return 'none';
      default:
        return 'none';
    }
  }

  private enable(value: number): DispiEffect {
    const { registers } = this.state;
    const before = registers[DISPI.enable];
    const fits = bytesFor(registers[DISPI.width], registers[DISPI.bpp]) * registers[DISPI.height] <= this.memorySize;
    const drawable = registers[DISPI.width] > 0 && registers[DISPI.height] > 0 && registers[DISPI.bpp] >= 8 && fits;
    if ((value & ENABLED) !== 0 && !drawable) value &= ~ENABLED;
    registers[DISPI.enable] = value;
    if ((value & ENABLED) !== 0 && (before & ENABLED) === 0) {
      registers[DISPI.virtualWidth] = registers[DISPI.width];
      this.setVirtualHeight();
      registers[DISPI.x] = registers[DISPI.y] = registers[DISPI.bank] = 0;
      return (value & KEEP_MEMORY) === 0 ? 'clear' : 'mode';
    }
    return ((value ^ before) & (ENABLED | EIGHT_BIT_DAC | LINEAR)) === 0 ? 'none' : 'mode';
  }

  private setVirtualHeight(): void {
    const { registers } = this.state;
    registers[DISPI.virtualHeight] = Math.min(0xffff, Math.floor(this.memorySize / Math.max(1, this.pitch)));
  }
}

/** Bytes of so many pixels. */
export const bytesFor = (pixels: number, bpp: number): number => pixels * ((bpp + 7) >> 3);
