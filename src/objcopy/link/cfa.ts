/** Where the call frame instructions of a CIE or FDE end and padding begins (DWARF 5, section 6.4.2). */

/** What a CIE says about the layout of its FDEs. */
export interface CieLayout {
  /** Bytes of an FDE's address. */
  readonly addressSize: number;
  /** FDEs have a length-prefixed augmentation. */
  readonly augmented: boolean;
  /** Where the CIE's own instructions start. */
  readonly instructions: number;
}

/** Operands of the primary opcodes 0x01 to 0x2f: `u` LEB128, digits bytes, `a` address, `b` block. */
const OPERANDS: Readonly<Record<number, string>> = {
  0x01: 'a', 0x02: '1', 0x03: '2', 0x04: '4', 0x05: 'uu', 0x06: 'u', 0x07: 'u', 0x08: 'u', 0x09: 'uu', 0x0a: '', 0x0b: '', 0x0c: 'uu', 0x0d: 'u', 0x0e: 'u',
  0x0f: 'b', 0x10: 'ub', 0x11: 'uu', 0x12: 'uu', 0x13: 'u', 0x14: 'uu', 0x15: 'uu', 0x16: 'ub', 0x1d: '8', 0x2d: '', 0x2e: 'u', 0x2f: 'uu',
}; // prettier-ignore

class Reader {
  constructor(
    readonly data: Uint8Array,
    public at: number,
    readonly end: number,
  ) {}

  get overrun(): boolean {
    return this.at > this.end;
  }

  byte(): number {
    return this.data[this.at++] ?? 0;
  }

  leb(): number {
    let value = 0;
    for (let shift = 0; this.at < this.end; shift += 7) {
      const b = this.byte();
      if (shift < 28) value |= (b & 127) << shift;
      if (b < 128) break;
    }
    return value;
  }
}

function encodedSize(encoding: number, pointerSize: number): number {
  if (encoding === 0xff) return 0;
  return [pointerSize, 0, 2, 4, 8][encoding & 7] ?? 0;
}

/** null: not understood. `start` is the CIE's length word. */
export function cieLayout(data: Uint8Array, start: number, end: number, pointerSize: number): CieLayout | null {
  const r = new Reader(data, start + 8, end);
  const version = r.byte();
  let augmentation = '';
  for (let c = r.byte(); c !== 0 && r.at < end; c = r.byte()) augmentation += String.fromCharCode(c);
  if (version !== 1 && version !== 3) return null;
  r.leb();
  r.leb();
  if (version === 1) r.byte();
  else r.leb();
  let addressSize = pointerSize;
  if (augmentation === '') return { addressSize, augmented: false, instructions: r.at };
  if (!augmentation.startsWith('z')) return null;
  const after = r.leb() + r.at;
  for (const letter of augmentation.slice(1)) {
    if (letter === 'R') addressSize = encodedSize(r.byte(), pointerSize);
    else if (letter === 'L') r.byte();
    else if (letter === 'P') r.at += encodedSize(r.byte(), pointerSize);
    else if (letter !== 'S' && letter !== 'B') return null;
  }
  return addressSize === 0 || after > end ? null : { addressSize, augmented: true, instructions: after };
}

/** The end of the last instruction that is no DW_CFA_nop; -1: not understood. */
export function instructionsEnd(data: Uint8Array, from: number, end: number, addressSize: number): number {
  const r = new Reader(data, from, end);
  let last = from;
  while (r.at < end) {
    const opcode = r.byte();
    if (opcode === 0) continue;
    const primary = opcode & 0xc0;
    const operands = primary === 0x80 ? 'u' : primary !== 0 ? '' : OPERANDS[opcode];
    if (operands === undefined) return -1;
    for (const kind of operands) {
      if (kind === 'u') r.leb();
      else if (kind === 'a') r.at += addressSize;
      else if (kind === 'b') {
        const length = r.leb();
        r.at += length;
      } else r.at += Number(kind);
    }
    if (r.overrun) return -1;
    last = r.at;
  }
  return last;
}

/** Where an FDE's instructions start. */
export function fdeInstructions(data: Uint8Array, start: number, end: number, cie: CieLayout): number {
  const r = new Reader(data, start + 8 + 2 * cie.addressSize, end);
  if (cie.augmented) {
    const length = r.leb();
    r.at += length;
  }
  return r.at;
}
