/** One ATA or ATAPI device on its channel: the register file and the moving of data blocks (ATA/ATAPI-6, chapters 7 and 9). */

/** Status register. */
export const BSY = 0x80;
export const DRDY = 0x40;
export const DSC = 0x10;
export const DRQ = 0x08;
export const ERR = 0x01;
/** Error register. */
export const ABRT = 0x04;
export const IDNF = 0x10;
/** Device register: addresses are LBA. */
export const LBA = 0x40;

/** Registers of the command block; each two-byte one holds the last value written and the one before it (48-bit commands). */
export interface UnitState {
  features: number;
  count: number;
  low: number;
  mid: number;
  high: number;
  device: number;
  status: number;
  error: number;
  /** INTRQ, before nIEN gates it. */
  interrupt: boolean;
  /** The data block that goes through the data register, and the place in it. */
  block: Uint8Array;
  at: number;
  /** The direction of the block: to the host, from the host. */
  direction: 'in' | 'out';
}

export const powerOn = (): UnitState => ({
  features: 0,
  count: 1,
  low: 1,
  mid: 0,
  high: 0,
  device: 0,
  status: DRDY | DSC,
  error: 1,
  interrupt: false,
  block: new Uint8Array(),
  at: 0,
  direction: 'in',
});

export abstract class Unit {
  state = powerOn();

  /** Signature of the device after a reset: mid and high register. */
  protected abstract readonly signature: readonly [mid: number, high: number];
  /** Executes a command of the command register. */
  protected abstract execute(command: number): void;
  /** The host has read or written the whole block. */
  protected abstract blockDone(): void;

  /** Power-on, SRST, DEVICE RESET and EXECUTE DEVICE DIAGNOSTIC leave this. */
  reset(): void {
    const [mid, high] = this.signature;
    this.state = { ...powerOn(), mid, high, status: mid === 0 ? DRDY | DSC : 0 };
  }

  command(value: number): void {
    const { state } = this;
    state.interrupt = false;
    state.error = 0;
    state.status = DRDY | DSC;
    state.at = 0;
    state.block = new Uint8Array();
    this.execute(value);
  }

  /** The command has ended well. */
  protected done(): void {
    const { state } = this;
    state.status = DRDY | DSC;
    state.interrupt = true;
  }

  protected fail(error: number): void {
    const { state } = this;
    state.status = DRDY | DSC | ERR;
    state.error = error;
    state.interrupt = true;
  }

  /** The host is to read `block`, as the interrupt tells it. */
  protected give(block: Uint8Array): void {
    Object.assign(this.state, { block, at: 0, direction: 'in', status: DRDY | DSC | DRQ, interrupt: true });
  }

  /** The host is to write so many bytes. */
  protected take(length: number, interrupt: boolean): void {
    Object.assign(this.state, { block: new Uint8Array(length), at: 0, direction: 'out', status: DRDY | DSC | DRQ, interrupt });
  }

  /** One word or double word of the data register; ones when nothing is to be read. */
  readData(size: number): number {
    const { state } = this;
    if ((state.status & DRQ) === 0 || state.direction !== 'in') return 0xffff_ffff;
    let value = 0;
    for (let i = 0; i < size; i++) value += (state.block[state.at + i] ?? 0) * 2 ** (8 * i);
    this.moved(size);
    return value;
  }

  writeData(value: number, size: number): void {
    const { state } = this;
    if ((state.status & DRQ) === 0 || state.direction !== 'out') return;
    for (let i = 0; i < size && state.at + i < state.block.length; i++) state.block[state.at + i] = value >>> (8 * i);
    this.moved(size);
  }

  private moved(size: number): void {
    const { state } = this;
    state.at += size;
    if (state.at < state.block.length) return;
    state.status &= ~DRQ;
    this.blockDone();
  }

  save(): unknown {
    return structuredClone(this.state);
  }

  restore(saved: unknown): void {
    this.state = structuredClone(saved as UnitState);
  }
}

/** Text of IDENTIFY data: padded with blanks, the bytes of each word exchanged. */
export function identifyText(words: Uint16Array, at: number, length: number, text: string): void {
  const padded = text.padEnd(length * 2, ' ');
  for (let i = 0; i < length; i++) words[at + i] = (padded.charCodeAt(i * 2) << 8) | padded.charCodeAt(i * 2 + 1);
}

/** The words as bytes, with the integrity word (ATA-6, 8.15.67): signature and checksum. */
export function identifyBytes(words: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(512);
  words.forEach((word, i) => {
    bytes[i * 2] = word;
    bytes[i * 2 + 1] = word >> 8;
  });
  bytes[510] = 0xa5;
  bytes[511] = -bytes.subarray(0, 511).reduce((sum, byte) => sum + byte, 0);
  return bytes;
}
