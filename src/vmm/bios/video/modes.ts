/** Function 00h: the adapter's registers, the data area, the memory and the font vectors of a mode. */
import { modeRegisters } from '../../devices/vga/modes.js';
import type { ModeRegisters } from '../../devices/vga/modes.js';
import { fontOf } from '../../font.js';
import type { FontHeight } from '../../font.js';
import { BDA } from '../memory.js';
import type { Memory } from '../memory.js';
import type { Bios } from '../service.js';
import { GREY, textBase } from './screen.js';

/** The adapter's ROM and what lies in it. */
const ROM = 0xc000;
const ROM_SIZE = 0x8000;
const offsets: Readonly<Record<FontHeight, number>> = { 8: 0x1000, 14: 0x1800, 16: 0x2600 };
export const STRINGS = 0x0100;
export const MODE_LIST = 0x0200;
/** Where programs have always found the first 128 characters of the 8×8 font. */
const OLD_FONT = 0xffa6e;

/** Switches and defaults that programs look at (0x487 to 0x48a). */
export const VGA_FLAGS = 0x489;
const VIDEO_CONTROL = 0x487;
const PALETTE_KEPT = 8;
const GREYS = 2;

/** Far pointer to a font in ROM, as it stands in memory. */
export const fontPointer = (height: FontHeight): number => ((ROM << 16) | offsets[height]) >>> 0;
export const romPointer = (offset: number): number => ((ROM << 16) | offset) >>> 0;

/** Signature, strings and fonts, in the place of the adapter's ROM. */
export function writeVideoRom(memory: Memory): void {
  const rom = memory.at(ROM * 16, ROM_SIZE);
  if (rom === null) return;
  rom.set([0x55, 0xaa, ROM_SIZE / 512, 0xcb]);
  rom.set(
    [...'tskvm VGA\0'].map((c) => c.charCodeAt(0)),
    STRINGS,
  );
  for (const height of [8, 14, 16] as const) rom.set(fontOf(height), offsets[height]);
  memory.at(OLD_FONT, 1024)?.set(fontOf(8).subarray(0, 1024));
}

/** Text of 200, 350 or 400 lines (function 1230h): bits 4 and 7 of the flags. */
function fontHeight(memory: Memory, mode: number): FontHeight {
  if (mode <= 3 || mode === 7) {
    const lines = memory.get8(VGA_FLAGS) & 0x90;
    return lines === 0x80 ? 8 : lines === 0 ? 14 : 16;
  }
  if (mode === 0x0f || mode === 0x10) return 14;
  return mode === 0x11 || mode === 0x12 ? 16 : 8;
}

/** The registers of a text mode with 200 or 350 lines. */
function withHeight(registers: ModeRegisters, height: FontHeight): ModeRegisters {
  if (height === 16) return registers;
  const crtc = [...registers.crtc];
  if (height === 8) [crtc[9], crtc[0x0a], crtc[0x0b]] = [0xc7, 6, 7];
  else {
    [crtc[9], crtc[0x0a], crtc[0x0b]] = [0x4d, 0x0b, 0x0c];
    [crtc[0x10], crtc[0x11], crtc[0x12], crtc[0x15], crtc[0x16]] = [0x83, 0x85, 0x5d, 0x63, 0xba];
  }
  return { ...registers, crtc };
}

const pageSizes: Readonly<Record<number, number>> = { 4: 0x4000, 5: 0x4000, 6: 0x4000, 0x0d: 0x2000, 0x0e: 0x4000, 0x0f: 0x8000, 0x10: 0x8000, 0x11: 0xa000, 0x12: 0xa000, 0x13: 0x2000 }; // prettier-ignore

/** @param wanted the mode; bit 7 keeps the memory. @param program false: the adapter is in this mode already */
export function setMode(bios: Bios, wanted: number, program = true): boolean {
  const mode = wanted & 0x7f;
  const registers = modeRegisters(mode);
  const keep = (wanted & 0x80) !== 0;
  const { memory, vga } = bios;
  if (registers === null || (vga === null && mode > 3 && mode !== 0x13)) return false;
  const text = mode <= 3 || mode === 7;
  // At power-on: 400 scan lines and cursor emulation.
  if (!program) memory.set8(VGA_FLAGS, 0x11);
  const height = fontHeight(memory, mode);
  bios.vbeMode = 0;
  if (program && vga !== null) {
    const flags = memory.get8(VGA_FLAGS);
    vga.setMode(text ? withHeight(registers, height) : registers, !keep);
    if ((flags & PALETTE_KEPT) === 0) {
      vga.setColours(registers);
      if ((flags & GREYS) !== 0) sumGreys(bios, 0, 256);
    }
    if (text) vga.loadFont(0, 0, height, fontOf(height));
  }
  const columns = mode <= 1 || mode === 4 || mode === 5 || mode === 0x0d || mode === 0x13 ? 40 : 80;
  const lines = text ? 25 * height : mode === 0x0f || mode === 0x10 ? 350 : mode === 0x11 || mode === 0x12 ? 480 : 200;
  writeMode(memory, mode, columns, text ? (columns === 40 ? 0x800 : 0x1000) : pageSizes[mode], Math.floor(lines / height) - 1, height);
  memory.set8(VIDEO_CONTROL, 0x60 | (wanted & 0x80));
  memory.set32(0x43 * 4, fontPointer(height));
  if (mode >= 4 && mode <= 6) memory.set32(0x1f * 4, fontPointer(8) + 1024);
  if (!keep) clear(bios, text);
  return true;
}

/** The data area's part. */
export function writeMode(memory: Memory, mode: number, columns: number, pageSize: number, lastRow: number, height: number): void {
  memory.set8(BDA.mode, mode);
  memory.set16(BDA.columns, columns);
  memory.set16(BDA.pageSize, pageSize);
  memory.set16(BDA.pageStart, 0);
  for (let page = 0; page < 8; page++) memory.set16(BDA.cursors + page * 2, 0);
  memory.set16(BDA.cursorShape, 0x0607);
  memory.set8(BDA.page, 0);
  memory.set16(BDA.crtc, mode === 7 ? 0x3b4 : 0x3d4);
  memory.set8(BDA.rows, lastRow);
  memory.set16(BDA.characterHeight, height);
  memory.set8(0x488, 0xf9);
  memory.set8(0x48a, 0x08);
}

function clear(bios: Bios, text: boolean): void {
  const { memory, vga } = bios;
  if (!text) {
    if (vga === null) memory.at(0xa0000, 0x10000)?.fill(0);
    return;
  }
  const page = memory.at(textBase(bios), 0x8000);
  for (let i = 0; page !== null && i < page.length; i += 2) {
    page[i] = 0x20;
    page[i + 1] = GREY;
  }
}

/** Entries of the colour table become greys of the same brightness. */
export function sumGreys({ vga }: Bios, first: number, count: number): void {
  if (vga === null) return;
  for (let i = first; i < first + count; i++) {
    vga.setPort(0x3c7, i & 0xff);
    const [r, g, b] = [vga.port(0x3c9), vga.port(0x3c9), vga.port(0x3c9)];
    const grey = Math.min(0x3f, (77 * r + 151 * g + 28 * b + 0x80) >> 8);
    vga.setPort(0x3c8, i & 0xff);
    for (let gun = 0; gun < 3; gun++) vga.setPort(0x3c9, grey);
  }
}
