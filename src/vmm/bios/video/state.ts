/** Functions 1ah to 1ch: which adapter this is, its state as a table, and saving and restoring it. */
import { BDA } from '../memory.js';
import type { Registers } from '../registers.js';
import type { Bios, Verdict } from '../service.js';
import { attribute } from './palette.js';
import { STRINGS, VGA_FLAGS, romPointer } from './modes.js';

/** VGA with an analogue colour display. */
const COMBINATION = 0x08;

export function combination(r: Registers, { memory }: Bios): Verdict {
  if (r.al === 0) {
    r.bl = memory.get8(0x48a) || COMBINATION;
    r.bh = 0;
  } else if (r.al === 1) memory.set8(0x48a, r.bl);
  else return 'unknown';
  r.al = 0x1a;
  return;
}

/** Where the table of what the adapter can do stands in ROM. */
export const FUNCTIONALITY = STRINGS + 0x40;
/** All modes, 200, 350 and 400 lines, palettes, fonts, save and restore, and so on (16 bytes). */
export const functionality = [0xff, 0xe0, 0x0f, 0x00, 0x00, 0x00, 0x00, 0x07, 0x02, 0x08, 0xe7, 0x0c, 0x00, 0x00, 0x00, 0x00];

/** Function 1bh: 64 bytes at es:di. */
export function information(r: Registers, { memory }: Bios): Verdict {
  if (r.bx !== 0) return 'unknown';
  const at = r.esAt(r.di);
  memory.at(at, 64)?.fill(0);
  memory.set32(at, romPointer(FUNCTIONALITY));
  for (let i = 0; i < 30; i++) memory.set8(at + 4 + i, memory.get8(BDA.mode + i));
  memory.set8(at + 0x22, memory.get8(BDA.rows) + 1);
  memory.set16(at + 0x23, memory.get16(BDA.characterHeight));
  memory.set8(at + 0x25, memory.get8(0x48a));
  memory.set16(at + 0x27, memory.get8(BDA.mode) === 0x13 ? 256 : memory.get8(BDA.mode) === 7 ? 0 : 16);
  memory.set8(at + 0x29, 8);
  memory.set8(at + 0x2a, 2);
  memory.set8(at + 0x2d, memory.get8(VGA_FLAGS) & 0x2b);
  memory.set8(at + 0x31, 3);
  r.al = 0x1b;
  return;
}

/** Bytes of each part, in the order of the bits of cx: registers, data area, colours. */
const HARDWARE = 0x40 + 8;
const AREA = 0x60;
const COLOURS = 768 + 3;
const sizeOf = (parts: number): number =>
  ((parts & 1) !== 0 ? HARDWARE : 0) + ((parts & 2) !== 0 ? AREA : 0) + ((parts & 4) !== 0 ? COLOURS : 0);

/** Blocks of 64 bytes that `parts` need. */
export const blocksFor = (parts: number): number => Math.ceil(sizeOf(parts) / 64);

/** Function 1ch: al = 0 the size, 1 save to es:bx, 2 restore. */
export function saveAndRestore(r: Registers, bios: Bios): Verdict {
  if (r.al > 2) return 'unknown';
  if (r.al === 0) r.bx = blocksFor(r.cx);
  else transfer(bios, r.esAt(r.bx), r.cx, r.al === 1);
  r.al = 0x1c;
  return;
}

/** Saves to or restores from memory. */
export function transfer(bios: Bios, address: number, parts: number, saving: boolean): void {
  const { memory, vga } = bios;
  let at = address;
  const byte = (read: () => number, write: (value: number) => void): void => {
    if (saving) memory.set8(at, read());
    else write(memory.get8(at));
    at += 1;
  };
  const indexed = (port: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      vga?.setPort(port, i);
      byte(() => vga?.port(port + 1) ?? 0, (value) => vga?.setPort(port + 1, value)); // prettier-ignore
    }
  };
  if ((parts & 1) !== 0) {
    const start = at;
    byte(() => vga?.port(0x3cc) ?? 0, (value) => vga?.setPort(0x3c2, value)); // prettier-ignore
    const crtc = ((saving ? (vga?.port(0x3cc) ?? 1) : memory.get8(start)) & 1) !== 0 ? 0x3d4 : 0x3b4;
    if (!saving) {
      // The protection of registers 0 to 7 is lifted for the while.
      vga?.setPort(crtc, 0x11);
      vga?.setPort(crtc + 1, 0);
    }
    indexed(0x3c4, 5);
    indexed(crtc, 25);
    indexed(0x3ce, 9);
    for (let i = 0; i < 21; i++) byte(() => attribute(bios, i), (value) => attribute(bios, i, value)); // prettier-ignore
    at = start + HARDWARE;
  }
  if ((parts & 2) !== 0) {
    const start = at;
    for (let i = 0; i < 30; i++) byte(() => memory.get8(BDA.mode + i), (value) => memory.set8(BDA.mode + i, value)); // prettier-ignore
    for (let i = 0; i < 7; i++) byte(() => memory.get8(BDA.rows + i), (value) => memory.set8(BDA.rows + i, value)); // prettier-ignore
    for (const vector of [0x1f, 0x43])
      for (let i = 0; i < 4; i++) byte(() => memory.get8(vector * 4 + i), (value) => memory.set8(vector * 4 + i, value)); // prettier-ignore
    at = start + AREA;
  }
  if ((parts & 4) !== 0) {
    byte(() => vga?.port(0x3c6) ?? 0, (value) => vga?.setPort(0x3c6, value)); // prettier-ignore
    at += 2;
    for (let i = 0; i < 256; i++) {
      vga?.setPort(saving ? 0x3c7 : 0x3c8, i);
      for (let gun = 0; gun < 3; gun++) byte(() => vga?.port(0x3c9) ?? 0, (value) => vga?.setPort(0x3c9, value)); // prettier-ignore
    }
  }
}
