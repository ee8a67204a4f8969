/** Register values of the standard video modes (IBM PS/2 Hardware Interface Technical Reference, video subsystem). */

export interface ModeRegisters {
  readonly misc: number;
  /** Sequencer 0–4. */
  readonly sequencer: readonly number[];
  /** CRT controller 0–18h. */
  readonly crtc: readonly number[];
  /** Attribute controller 0–14h. */
  readonly attribute: readonly number[];
  /** Graphics controller 0–8. */
  readonly graphics: readonly number[];
  /** Which default colours go into the DAC. */
  readonly palette: PaletteName;
}

/** `ega`: 64 colours by two bits a gun; `cga`: 16 colours, repeated; `vga`: the 256 of mode 13h; `mono`: greys. */
export type PaletteName = 'ega' | 'cga' | 'vga' | 'mono';

const hex = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16));

const mode = (palette: PaletteName, misc: number, sequencer: string, crtc: string, attribute: string, graphics: string): ModeRegisters => ({
  misc,
  sequencer: hex(`03 ${sequencer}`),
  crtc: hex(crtc),
  attribute: hex(attribute),
  graphics: hex(graphics),
  palette,
});

const ega = '00 01 02 03 04 05 14 07 38 39 3a 3b 3c 3d 3e 3f';
const cga = '00 01 02 03 04 05 06 07 10 11 12 13 14 15 16 17';
const plain = '00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f';
const textCrtc = (columns: 40 | 80): string =>
  `${columns === 40 ? '2d 27 28 90 2b a0' : '5f 4f 50 82 55 81'} bf 1f 00 4f 0d 0e 00 00 00 00 9c 8e 8f ${columns === 40 ? '14' : '28'} 1f 96 b9 a3 ff`;
const textGraphics = '00 00 00 00 00 10 0e 00 ff';
const planar = '00 00 00 00 00 00 05 0f ff';

const text40 = (): ModeRegisters => mode('ega', 0x67, '08 03 00 02', textCrtc(40), `${ega} 0c 00 0f 08 00`, textGraphics);
const text80 = (): ModeRegisters => mode('ega', 0x67, '00 03 00 02', textCrtc(80), `${ega} 0c 00 0f 08 00`, textGraphics);
const cga4 = (): ModeRegisters =>
  mode('cga', 0x63, '09 03 00 02', '2d 27 28 90 2b 80 bf 1f 00 c1 00 00 00 00 00 00 9c 8e 8f 14 00 96 b9 a2 ff', '00 13 15 17 02 04 06 07 10 11 12 13 14 15 16 17 01 00 03 00 00', '00 00 00 00 00 30 0f 0f ff'); // prettier-ignore

/** Made when they are asked for. */
// prettier-ignore
const table: Readonly<Record<number, () => ModeRegisters>> = {
  0x00: text40, 0x01: text40, 0x02: text80, 0x03: text80, 0x04: cga4, 0x05: cga4,
  0x06: () => mode('cga', 0x63, '01 01 00 06', '5f 4f 50 82 54 80 bf 1f 00 c1 00 00 00 00 00 00 9c 8e 8f 28 00 96 b9 c2 ff', '00 17 17 17 17 17 17 17 17 17 17 17 17 17 17 17 01 00 01 00 00', '00 00 00 00 00 00 0d 0f ff'),
  0x07: () => mode('mono', 0x66, '00 03 00 02', '5f 4f 50 82 55 81 bf 1f 00 4f 0d 0e 00 00 00 00 9c 8e 8f 28 0f 96 b9 a3 ff', '00 08 08 08 08 08 08 08 10 18 18 18 18 18 18 18 0e 00 0f 08 00', '00 00 00 00 00 10 0a 00 ff'),
  0x0d: () => mode('cga', 0x63, '09 0f 00 06', '2d 27 28 90 2b 80 bf 1f 00 c0 00 00 00 00 00 00 9c 8e 8f 14 00 96 b9 e3 ff', `${cga} 01 00 0f 00 00`, planar),
  0x0e: () => mode('cga', 0x63, '01 0f 00 06', '5f 4f 50 82 54 80 bf 1f 00 c0 00 00 00 00 00 00 9c 8e 8f 28 00 96 b9 e3 ff', `${cga} 01 00 0f 00 00`, planar),
  0x0f: () => mode('mono', 0xa3, '01 0f 00 06', '5f 4f 50 82 54 80 bf 1f 00 40 00 00 00 00 00 00 83 85 5d 28 0f 63 ba e3 ff', '00 08 00 00 18 18 00 00 00 08 00 00 00 18 00 00 01 00 01 00 00', planar),
  0x10: () => mode('ega', 0xa3, '01 0f 00 06', '5f 4f 50 82 54 80 bf 1f 00 40 00 00 00 00 00 00 83 85 5d 28 0f 63 ba e3 ff', `${ega} 01 00 0f 00 00`, planar),
  0x11: () => mode('ega', 0xe3, '01 0f 00 06', '5f 4f 50 82 54 80 0b 3e 00 40 00 00 00 00 00 00 ea 8c df 28 00 e7 04 c3 ff', '00 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 3f 01 00 0f 00 00', planar),
  0x12: () => mode('ega', 0xe3, '01 0f 00 06', '5f 4f 50 82 54 80 0b 3e 00 40 00 00 00 00 00 00 ea 8c df 28 00 e7 04 e3 ff', `${ega} 01 00 0f 00 00`, planar),
  0x13: () => mode('vga', 0x63, '01 0f 00 0e', '5f 4f 50 82 54 80 bf 1f 00 41 00 00 00 00 00 00 9c 8e 8f 28 40 96 b9 a3 ff', `${plain} 41 00 0f 00 00`, '00 00 00 00 00 40 05 0f ff'),
};

const made = new Map<number, ModeRegisters>();

/** A mode's registers, or null when there is no such mode. */
export function modeRegisters(number: number): ModeRegisters | null {
  let registers = made.get(number);
  if (registers === undefined) {
    if (!Object.hasOwn(table, number)) return null;
    made.set(number, (registers = table[number]()));
  }
  return registers;
}
