/** Function 4fh: VESA BIOS extensions 2.0 on the Bochs registers (VBE Core Functions Standard 3.0). */
import { bytesFor, DISPI, ENABLED, KEEP_MEMORY, LINEAR } from '../../devices/vga/dispi.js';

import { BDA } from '../memory.js';
import type { Memory } from '../memory.js';
import type { Registers } from '../registers.js';
import type { Bios } from '../service.js';
import { dispi, setDispi } from './linear.js';
import { MODE_LIST, STRINGS, fontPointer, romPointer, setMode, writeMode } from './modes.js';
import { blocksFor, transfer } from './state.js';

const FRAME_BUFFER = 0xe000_0000;
const FRAME_BUFFER_SIZE = 8 * 2 ** 20;
const WINDOW = 0xa000;
const WINDOW_KIB = 64;

type VbeMode = readonly [width: number, height: number, bpp: number];

// prettier-ignore
const modes: Readonly<Record<number, VbeMode>> = {
  0x100: [640, 400, 8], 0x101: [640, 480, 8], 0x103: [800, 600, 8], 0x105: [1024, 768, 8], 0x107: [1280, 1024, 8],
  0x10d: [320, 200, 15], 0x10e: [320, 200, 16], 0x10f: [320, 200, 24], 0x110: [640, 480, 15], 0x111: [640, 480, 16], 0x112: [640, 480, 24],
  0x113: [800, 600, 15], 0x114: [800, 600, 16], 0x115: [800, 600, 24], 0x116: [1024, 768, 15], 0x117: [1024, 768, 16], 0x118: [1024, 768, 24],
  0x119: [1280, 1024, 15], 0x11a: [1280, 1024, 16], 0x11b: [1280, 1024, 24],
  0x140: [320, 200, 32], 0x141: [640, 400, 32], 0x142: [640, 480, 32], 0x143: [800, 600, 32], 0x144: [1024, 768, 32], 0x145: [1280, 1024, 32],
  0x146: [320, 200, 8],
};

/** The list that the controller's information points to. */
export function writeModeList(memory: Memory): void {
  const list = memory.at((romPointer(0) >>> 16) * 16 + MODE_LIST, (Object.keys(modes).length + 1) * 2);
  if (list === null) return;
  [
    ...Object.keys(modes)
      .map(Number)
      .sort((a, b) => a - b),
    0xffff,
  ].forEach((mode, i) => list.set([mode & 0xff, mode >> 8], i * 2));
}

/** al = 4fh: the function exists; ah = 0 it has succeeded, 1 failed, 3 not in this mode. */
export function vbe(r: Registers, bios: Bios): void {
  if (bios.vga === null) return;
  const status = functions[r.al]?.(r, bios);
  if (status !== undefined) r.ax = (status << 8) | 0x4f;
}

const OK = 0;
const FAILED = 1;
const WRONG_MODE = 3;

// prettier-ignore
const functions: Readonly<Record<number, (r: Registers, bios: Bios) => number>> = {
  0x00: controller, 0x01: modeInformation, 0x02: setVbeMode, 0x03: currentMode, 0x04: state,
  0x05: window, 0x06: lineLength, 0x07: displayStart, 0x08: dacWidth, 0x09: paletteData, 0x0a: () => FAILED,
};

function controller(r: Registers, { memory }: Bios): number {
  const at = r.esAt(r.di);
  const two = memory.get32(at) === 0x3245_4256;
  memory.at(at, two ? 512 : 256)?.fill(0);
  memory.at(at, 4)?.set([...'VESA'].map((c) => c.charCodeAt(0)));
  memory.set16(at + 4, 0x0200);
  memory.set32(at + 6, romPointer(STRINGS));
  // The colour table can have 8 bits a gun.
  memory.set32(at + 10, 1);
  memory.set32(at + 14, romPointer(MODE_LIST));
  memory.set16(at + 18, FRAME_BUFFER_SIZE >> 16);
  if (two) {
    memory.set16(at + 20, 0x0001);
    for (const offset of [22, 26, 30]) memory.set32(at + offset, romPointer(STRINGS));
  }
  return OK;
}

/** Position and size of red, green, blue and the rest, by depth. */
const masks: Readonly<Record<number, readonly number[]>> = {
  15: [5, 10, 5, 5, 5, 0, 1, 15],
  16: [5, 11, 6, 5, 5, 0, 0, 0],
  24: [8, 16, 8, 8, 8, 0, 0, 0],
  32: [8, 16, 8, 8, 8, 0, 8, 24],
};

function modeInformation(r: Registers, { memory }: Bios): number {
  const mode = modes[r.cx & 0x1ff];
  if (mode === undefined) return FAILED;
  const [width, height, bpp] = mode;
  const at = r.esAt(r.di);
  memory.at(at, 256)?.fill(0);
  const pitch = bytesFor(width, bpp);
  const images = Math.min(255, Math.floor(FRAME_BUFFER_SIZE / (pitch * height)) - 1);
  // Supported, with information, colour, graphics, not a VGA mode but with a window, and a linear buffer.
  memory.set16(at, 0x009b);
  memory.set8(at + 2, 7);
  memory.set16(at + 4, WINDOW_KIB);
  memory.set16(at + 6, WINDOW_KIB);
  memory.set16(at + 8, WINDOW);
  memory.set16(at + 16, pitch);
  memory.set16(at + 18, width);
  memory.set16(at + 20, height);
  memory.set8(at + 22, 8);
  memory.set8(at + 23, 16);
  memory.set8(at + 24, 1);
  memory.set8(at + 25, bpp);
  memory.set8(at + 26, 1);
  // Packed pixels or direct colour.
  memory.set8(at + 27, bpp === 8 ? 4 : 6);
  memory.set8(at + 29, images);
  memory.set8(at + 30, 1);
  (masks[bpp] ?? []).forEach((value, i) => memory.set8(at + 31 + i, value));
  memory.set8(at + 39, bpp === 32 ? 2 : 0);
  memory.set32(at + 40, FRAME_BUFFER);
  // VBE 3: the same for linear modes.
  memory.set16(at + 50, pitch);
  memory.set8(at + 52, images);
  memory.set8(at + 53, images);
  (masks[bpp] ?? []).forEach((value, i) => memory.set8(at + 54 + i, value));
  return OK;
}

function setVbeMode(r: Registers, bios: Bios): number {
  const number = r.bx & 0x1ff;
  const keep = (r.bx & 0x8000) !== 0;
  if (number < 0x100) return setMode(bios, number | (keep ? 0x80 : 0)) ? OK : FAILED;
  const mode = modes[number];
  if (mode === undefined || (r.bx & 0x0800) !== 0) return FAILED;
  const [width, height, bpp] = mode;
  const { memory } = bios;
  // The registers and colours of mode 13h stand behind it, as programs expect of the DAC.
  setMode(bios, 0x13);
  writeMode(memory, 0xff, width >> 3, 0, (height >> 4) - 1, 16);
  memory.set32(0x43 * 4, fontPointer(16));
  setDispi(bios, DISPI.enable, 0);
  setDispi(bios, DISPI.width, width);
  setDispi(bios, DISPI.height, height);
  setDispi(bios, DISPI.bpp, bpp);
  setDispi(bios, DISPI.enable, ENABLED | ((r.bx & 0x4000) !== 0 ? LINEAR : 0) | (keep ? KEEP_MEMORY : 0));
  bios.vbeMode = r.bx & 0x41ff;
  return OK;
}

function currentMode(r: Registers, bios: Bios): number {
  r.bx = bios.vbeMode !== 0 ? bios.vbeMode : bios.memory.get8(BDA.mode);
  return OK;
}

function state(r: Registers, bios: Bios): number {
  if (r.dl > 2) return FAILED;
  if (r.dl === 0) r.bx = blocksFor(r.cx & 7);
  else transfer(bios, r.esAt(r.bx), r.cx & 7, r.dl === 1);
  return OK;
}

function window(r: Registers, bios: Bios): number {
  if (bios.vbeMode === 0) return FAILED;
  if (r.bl !== 0) return FAILED;
  if ((bios.vbeMode & 0x4000) !== 0) return WRONG_MODE;
  if (r.bh === 1) r.dx = dispi(bios, DISPI.bank);
  else if (r.bh !== 0 || r.dx * 0x10000 >= FRAME_BUFFER_SIZE) return FAILED;
  else setDispi(bios, DISPI.bank, r.dx);
  return OK;
}

function lineLength(r: Registers, bios: Bios): number {
  if (bios.vbeMode === 0) return FAILED;
  const bpp = dispi(bios, DISPI.bpp);
  const size = bytesFor(1, bpp);
  const width = dispi(bios, DISPI.width);
  const most = Math.floor(FRAME_BUFFER_SIZE / dispi(bios, DISPI.height) / size);
  if (r.bl === 0 || r.bl === 2) {
    const wanted = r.bl === 0 ? r.cx : Math.ceil(r.cx / size);
    if (wanted < width || wanted > most) return FAILED;
    setDispi(bios, DISPI.virtualWidth, wanted);
  } else if (r.bl !== 1 && r.bl !== 3) return FAILED;
  const pixels = r.bl === 3 ? most : dispi(bios, DISPI.virtualWidth);
  r.bx = pixels * size;
  r.cx = pixels;
  r.dx = Math.min(0xffff, Math.floor(FRAME_BUFFER_SIZE / (pixels * size)));
  return OK;
}

function displayStart(r: Registers, bios: Bios): number {
  if (bios.vbeMode === 0) return FAILED;
  if ((r.bl & 0x7f) === 1) {
    r.bh = 0;
    r.cx = dispi(bios, DISPI.x);
    r.dx = dispi(bios, DISPI.y);
    return OK;
  }
  if ((r.bl & 0x7f) !== 0) return FAILED;
  if (r.dx + dispi(bios, DISPI.height) > dispi(bios, DISPI.virtualHeight) || r.cx + dispi(bios, DISPI.width) > dispi(bios, DISPI.virtualWidth)) return FAILED; // prettier-ignore
  setDispi(bios, DISPI.x, r.cx);
  setDispi(bios, DISPI.y, r.dx);
  return OK;
}

const EIGHT_BITS = 0x20;

function dacWidth(r: Registers, bios: Bios): number {
  if (bios.vbeMode !== 0 && dispi(bios, DISPI.bpp) > 8) return WRONG_MODE;
  const enable = dispi(bios, DISPI.enable);
  if (r.bl === 0) setDispi(bios, DISPI.enable, ((r.bh >= 8 ? enable | EIGHT_BITS : enable & ~EIGHT_BITS) | KEEP_MEMORY) & 0xffff);
  else if (r.bl !== 1) return FAILED;
  r.bh = (dispi(bios, DISPI.enable) & EIGHT_BITS) !== 0 ? 8 : 6;
  return OK;
}

/** Entries of blue, green, red and a filler byte at es:di. */
function paletteData(r: Registers, { memory, vga }: Bios): number {
  if (vga === null || r.dx + r.cx > 256) return FAILED;
  const setting = (r.bl & 0x7f) === 0;
  if (!setting && r.bl !== 1) return FAILED;
  for (let i = 0; i < r.cx; i++) {
    const at = r.esAt(r.di + i * 4);
    vga.setPort(setting ? 0x3c8 : 0x3c7, r.dx + i);
    for (let gun = 0; gun < 3; gun++) {
      if (setting) vga.setPort(0x3c9, memory.get8(at + 2 - gun));
      else memory.set8(at + 2 - gun, vga.port(0x3c9));
    }
  }
  return OK;
}
