/**
 * VGA with the Bochs VBE extensions: text, planar and linear modes (IBM PS/2 Hardware Interface Technical Reference). The
 * registers are here; the planes' logic is in datapath.ts, the memory in memory.ts, the picture in frame.ts.
 */
import type { LazyRequire } from '../../../lazy.js';
import type { DeviceContext, DeviceDefinition } from '../../device.js';
import type { Display } from '../../display.js';
import { Dac } from './dac.js';
import type { DacState } from './dac.js';
import { Dispi } from './dispi.js';
import type { DispiState } from './dispi.js';
import { FRAME_BUFFER, VgaMemory, WINDOW } from './memory.js';
import { modeRegisters } from './modes.js';
import type { ModeRegisters } from './modes.js';

declare const require: LazyRequire;

/** The device with what firmware and commands use of it. */
export interface VgaDevice extends DeviceDefinition {
  readonly display: Display;
  /** Reads and writes a port as the guest does. */
  port(number: number): number;
  setPort(number: number, value: number): void;
  /** Reads and writes the window as the guest does; addresses from 0xa0000 on. */
  peek(address: number): number;
  poke(address: number, value: number): void;
  /** Sets all registers for a mode; `clear`: and empties the memory. */
  setMode(registers: ModeRegisters, clear: boolean): void;
  /** The colours of a mode set, as `palette` of its registers names them. */
  setColours(registers: ModeRegisters): void;
  /** Bytes of the VBE modes' memory, with what was written through the window. */
  linear(offset: number, length: number): Uint8Array | null;
  /** The firmware has written to `linear`: the window shows it. */
  drawn(): void;
  /** Puts glyphs of `height` bytes each into a block of the text font memory. */
  loadFont(block: number, first: number, height: number, glyphs: Uint8Array): void;
}

/** A frame at 70 Hz, the part of it that is the vertical retrace, a scan line and its visible part, in nanoseconds. */
const FRAME = 14_285_714n;
const RETRACE = 900_000n;
const LINE = 31_778n;
const VISIBLE = 25_400n;

const sequencerMasks = [0x03, 0x3d, 0x0f, 0x3f, 0x0e, 0, 0, 0];
const graphicsMasks = [0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff, 0, 0, 0, 0, 0, 0, 0];

/** Ports, by range. */
const ports = [
  { start: 0x3c0, length: 16 },
  { start: 0x3d4, length: 2 },
  { start: 0x3da, length: 1 },
  { start: 0x3b4, length: 2 },
  { start: 0x3ba, length: 1 },
  { start: 0x1ce, length: 2 },
] as const;
const DISPI_RANGE = 5;

export function vgaDevice(): VgaDevice {
  let context: DeviceContext;
  const sequencer = new Uint8Array(8);
  const graphics = new Uint8Array(16);
  const crtc = new Uint8Array(32);
  const attribute = new Uint8Array(32);
  const dac = new Dac();
  const dispi = new Dispi(FRAME_BUFFER.length);
  let memory: VgaMemory;
  /** `flip`: the next write to 3c0 is data. */
  let misc = 0;
  let indices = { sequencer: 0, graphics: 0, crtc: 0, attribute: 0, flip: false, feature: 0 };

  const fillFont = (planes: Uint32Array): void => {
    const { fontOf } = require('../../font.js') as typeof import('../../font.js');
    const font = fontOf(16);
    for (let i = 0; i < font.length; i++) planes[((i >> 4) << 5) | (i & 15)] |= font[i] << 16;
  };

  const setRegisters = (registers: ModeRegisters): void => {
    misc = registers.misc;
    sequencer.set(registers.sequencer);
    graphics.set(registers.graphics);
    crtc.set(registers.crtc);
    attribute.set(registers.attribute);
    indices.attribute |= 0x20;
    indices.flip = false;
  };

  const reset = (): void => {
    indices = { sequencer: 0, graphics: 0, crtc: 0, attribute: 0x20, flip: false, feature: 0 };
    crtc.fill(0);
    attribute.fill(0);
    setRegisters(modeRegisters(3) as ModeRegisters);
    dac.reset();
    dispi.reset();
    memory.reset();
  };

  const status = (): number => {
    indices.flip = false;
    const now = context.now();
    if (now % FRAME < RETRACE) return 9;
    return now % LINE < VISIBLE ? 0 : 1;
  };

  /** @param at offset from 0x3c0 */
  const input = (at: number): number => {
    switch (at) {
      case 0x0:
        return indices.flip ? attribute[indices.attribute & 31] : indices.attribute;
      case 0x1:
        return attribute[indices.attribute & 31];
      case 0x2:
        return 0x10;
      case 0x3:
        return 1;
      case 0x4:
        return indices.sequencer;
      case 0x5:
        return sequencer[indices.sequencer & 7];
      case 0x6:
      case 0x7:
      case 0x8:
      case 0x9:
        return dac.in(at);
      case 0xa:
        return indices.feature;
      case 0xc:
        return misc;
      case 0xe:
        return indices.graphics;
      case 0xf:
        return graphics[indices.graphics & 15];
      case 0x14:
        return indices.crtc;
      case 0x15:
        return crtc[indices.crtc & 31];
      case 0x1a:
        return status();
      default:
        return 0xff;
    }
  };

  const setAttribute = (value: number): void => {
    if (!indices.flip) indices.attribute = value & 0x3f;
    // With bit 5 of the index set the palette belongs to the screen and keeps its values.
    else if (indices.attribute < 0x20 || (indices.attribute & 31) >= 16) {
      const index = indices.attribute & 31;
      if (index < 0x15) attribute[index] = index < 16 ? value & 0x3f : value;
    }
    indices.flip = !indices.flip;
  };

  const setCrtc = (value: number): void => {
    const index = indices.crtc & 31;
    if (index > 0x18) return;
    // Bit 7 of register 11h protects registers 0 to 7, all but the line compare bit.
    if (index < 8 && (crtc[0x11] & 0x80) !== 0) {
      if (index === 7) crtc[7] = (crtc[7] & ~0x10) | (value & 0x10);
    } else crtc[index] = value;
  };

  const output = (at: number, value: number): void => {
    switch (at) {
      case 0x0:
        setAttribute(value);
        break;
      case 0x2:
        misc = value;
        break;
      case 0x4:
        indices.sequencer = value & 7;
        break;
      case 0x5:
        sequencer[indices.sequencer] = value & sequencerMasks[indices.sequencer];
        if (indices.sequencer === 2 || indices.sequencer === 4) memory.update();
        break;
      case 0x6:
      case 0x7:
      case 0x8:
      case 0x9:
        dac.out(at, value);
        break;
      case 0xe:
        indices.graphics = value & 15;
        break;
      case 0xf:
        graphics[indices.graphics] = value & graphicsMasks[indices.graphics];
        memory.update();
        break;
      case 0x14:
        indices.crtc = value & 31;
        break;
      case 0x15:
        setCrtc(value);
        break;
      case 0x1a:
        indices.feature = value;
        break;
      default:
        break;
    }
  };

  const setDispi = (value: number): void => {
    const effect = dispi.write(value);
    if (effect === 'none') return;
    dac.state.wide = dispi.wideDac;
    if (effect === 'clear') {
      try {
        context.memory(FRAME_BUFFER.start, FRAME_BUFFER.length).fill(0);
      } catch {
        // The machine has no room for the frame buffer.
      }
    }
    memory.update();
  };

  /** Offset from 0x3c0 of a port in a range; the monochrome ports answer like the colour ones. */
  const place = (offset: number, range: number): number => offset + [0, 0x14, 0x1a, 0x14, 0x1a][range];
  /** The CRT controller and the status are at 3bx or 3dx, as bit 0 of the miscellaneous register says. */
  const answers = (range: number): boolean => range === 0 || ((misc & 1) !== 0 ? range < 3 : range >= 3);

  const out = (offset: number, value: number, size: number, range: number): void => {
    if (range === DISPI_RANGE) {
      if (offset === 0) dispi.state.index = value & 15;
      else setDispi(value);
      return;
    }
    // A word write to an index register sets index and data.
    for (let i = 0; i < size; i++) {
      const at = place(offset + i, range);
      if (answers(range) && (range === 0 ? at < 16 : true)) output(at, (value >>> (8 * i)) & 0xff);
    }
  };

  const input16 = (offset: number, size: number, range: number): number => {
    if (range === DISPI_RANGE) return offset === 0 ? dispi.state.index : dispi.read();
    if (!answers(range)) return 2 ** (8 * size) - 1;
    let value = 0;
    for (let i = 0; i < size; i++) value |= input(place(offset + i, range)) << (8 * i);
    return value;
  };

  const numbered = (port: number): [offset: number, range: number] => {
    const range = ports.findIndex(({ start, length }) => port >= start && port < start + length);
    return [port - (ports[range]?.start ?? 0), range];
  };

  const device: VgaDevice = {
    name: 'vga',
    description: 'VGA with Bochs VBE: text, planar and linear modes, frame buffer at 0xe0000000',
    ports,
    mmio: [WINDOW],
    ram: [FRAME_BUFFER],
    sizes: [1, 2],
    coalesced: 'mmio',
    attach(given) {
      context = given;
      memory = new VgaMemory(context, sequencer, graphics, dispi, fillFont);
      reset();
    },
    reset,
    in: (offset, size, range) => input16(offset, size, range) % 2 ** (8 * size),
    out,
    read(offset, size) {
      let value = 0;
      for (let i = 0; i < size; i++) value |= memory.read(offset + i) << (8 * i);
      return value;
    },
    write(offset, value, size) {
      for (let i = 0; i < size; i++) memory.write(offset + i, (Number(value) >>> (8 * i)) & 0xff);
    },
    save: () => ({
      sequencer: sequencer.slice(),
      graphics: graphics.slice(),
      crtc: crtc.slice(),
      attribute: attribute.slice(),
      misc,
      indices: { ...indices },
      dac: structuredClone(dac.state),
      dispi: structuredClone(dispi.state),
      memory: memory.save(),
    }),
    restore(saved) {
      const state = saved as SavedVga;
      sequencer.set(state.sequencer);
      graphics.set(state.graphics);
      crtc.set(state.crtc);
      attribute.set(state.attribute);
      misc = state.misc;
      indices = { ...state.indices };
      dac.state = structuredClone(state.dac);
      dispi.state = structuredClone(state.dispi);
      memory.restore(state.memory);
    },
    port: (number) => input16(numbered(number)[0], number === 0x1cf ? 2 : 1, numbered(number)[1]),
    setPort: (number, value) => out(numbered(number)[0], value, 1, numbered(number)[1]),
    peek: (address) => memory.read(address - WINDOW.start),
    poke: (address, value) => memory.write(address - WINDOW.start, value),
    setMode(registers, clear) {
      dispi.reset();
      dac.state.wide = false;
      setRegisters(registers);
      memory.update();
      if (clear) memory.clear();
    },
    linear: (offset, length) => memory.linear(offset, length),
    drawn: () => memory.reload(),
    setColours: ({ palette }) => dac.setColours(palette),
    loadFont(block, first, height, glyphs) {
      const { planes } = memory;
      const base = ((block & 3) << 14) | ((block & 4) << 11);
      for (let i = 0; i < glyphs.length; i++) {
        const at = (base + (first + Math.floor(i / height)) * 32 + (i % height)) & 0xffff;
        planes[at] = (planes[at] & 0xff00_ffff) | (glyphs[i] << 16);
      }
    },
    display: {
      frame() {
        const { frameOf } = require('./frame.js') as typeof import('./frame.js');
        return frameOf({
          misc,
          sequencer,
          graphics,
          crtc,
          attribute,
          paletteOn: (indices.attribute & 0x20) !== 0,
          dac,
          dispi,
          planes: () => memory.current(),
          linear: (offset, length) => memory.linear(offset, length),
        });
      },
    },
  };
  return device;
}

interface SavedVga {
  sequencer: Uint8Array;
  graphics: Uint8Array;
  crtc: Uint8Array;
  attribute: Uint8Array;
  misc: number;
  indices: { sequencer: number; graphics: number; crtc: number; attribute: number; flip: boolean; feature: number };
  dac: DacState;
  dispi: DispiState;
  memory: { planes: Uint32Array | null; latch: number };
}
