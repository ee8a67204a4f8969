/**
 * What a byte that the processor writes does to the four planes, and what it reads from them: sequencer and graphics
 * controller (IBM PS/2 Hardware Interface Technical Reference; write modes 0–3, read modes 0 and 1). A word of `planes` is
 * one address: its bytes are planes 0 to 3.
 */

/** The registers that take part. */
export interface Datapath {
  readonly sequencer: Uint8Array;
  readonly graphics: Uint8Array;
  readonly planes: Uint32Array;
  /** What the last read has left in the latches. */
  latch: number;
}

/** Graphics controller registers. */
export const GC = { setReset: 0, enable: 1, compare: 2, rotate: 3, readMap: 4, mode: 5, misc: 6, care: 7, mask: 8 } as const;

/** Four plane bits as four bytes. */
const spread = Uint32Array.from({ length: 16 }, (_, i) => [0, 1, 2, 3].reduce((sum, p) => sum + ((i >> p) & 1 ? 0xff * 256 ** p : 0), 0));

const everywhere = (byte: number): number => Math.imul(byte, 0x0101_0101);

/** Offset in the planes of an address in the 128 KiB from 0xa0000, or -1 when the adapter does not answer there. */
export function decode(graphics: Uint8Array, address: number): number {
  switch ((graphics[GC.misc] >> 2) & 3) {
    case 0:
      return address & 0xffff;
    case 1:
      return address < 0x10000 ? address : -1;
    case 2:
      return address >= 0x10000 && address < 0x18000 ? address - 0x10000 : -1;
    default:
      return address >= 0x18000 ? address - 0x18000 : -1;
  }
}

export function readByte(path: Datapath, address: number): number {
  const { sequencer, graphics, planes } = path;
  const offset = decode(graphics, address);
  if (offset < 0) return 0xff;
  let plane = graphics[GC.readMap] & 3;
  let at = offset;
  if ((sequencer[4] & 8) !== 0) {
    plane = offset & 3;
    at &= ~3;
  } else if ((graphics[GC.mode] & 0x10) !== 0) {
    plane = (plane & 2) | (offset & 1);
    at &= ~1;
  }
  const latch = (path.latch = planes[at]);
  if ((graphics[GC.mode] & 8) === 0) return (latch >>> (plane * 8)) & 0xff;
  // A bit is set where all planes that are cared for have the colour that is looked for.
  let different = (latch ^ spread[graphics[GC.compare] & 15]) & spread[graphics[GC.care] & 15];
  different |= different >>> 16;
  return ~(different | (different >>> 8)) & 0xff;
}

export function writeByte(path: Datapath, address: number, value: number): void {
  const { sequencer, graphics, planes, latch } = path;
  const offset = decode(graphics, address);
  if (offset < 0) return;
  let mask = sequencer[2] & 15;
  let at = offset;
  if ((sequencer[4] & 8) !== 0) {
    mask &= 1 << (offset & 3);
    at &= ~3;
  } else if ((sequencer[4] & 4) === 0) {
    mask &= (offset & 1) !== 0 ? 0xa : 0x5;
    at &= ~1;
  }
  const wanted = spread[mask];
  const mode = graphics[GC.mode] & 3;
  let data = latch;
  if (mode !== 1) {
    const turn = graphics[GC.rotate] & 7;
    const rotated = ((value >>> turn) | (value << (8 - turn))) & 0xff;
    let bits = graphics[GC.mask];
    if (mode === 0) {
      const forced = spread[graphics[GC.enable] & 15];
      data = (everywhere(rotated) & ~forced) | (spread[graphics[GC.setReset] & 15] & forced);
    } else if (mode === 2) data = spread[value & 15];
    else {
      data = spread[graphics[GC.setReset] & 15];
      bits &= rotated;
    }
    const operation = (graphics[GC.rotate] >> 3) & 3;
    if (operation === 1) data &= latch;
    else if (operation === 2) data |= latch;
    else if (operation === 3) data ^= latch;
    const through = everywhere(bits);
    data = (data & through) | (latch & ~through);
  }
  planes[at] = (planes[at] & ~wanted) | (data & wanted);
}
