/** QEMU's firmware configuration device (its docs/specs/fw_cfg): numbered items, files by name, read through a port or by DMA. */
import { readFileSync } from 'node:fs';
import { TskvmError } from '../../diagnostics.js';
import type { DeviceContext, DeviceDefinition } from '../device.js';
import { defineDevice } from '../device.js';
import { memoryMap } from '../bios/system.js';

/** Items. */
const SIGNATURE = 0x00;
const ID = 0x01;
const UUID = 0x02;
const RAM_SIZE = 0x03;
const NOGRAPHIC = 0x04;
const CPUS = 0x05;
const NUMA = 0x0d;
const BOOT_MENU = 0x0e;
const MAX_CPUS = 0x0f;
const FILE_DIRECTORY = 0x19;
const FIRST_FILE = 0x20;
const IRQ0_OVERRIDE = 0x8002;
/** Names of files have at most 55 characters. */
const NAME = 56;
/** The item number's bit for writing, which nothing here takes. */
const WRITE = 0x4000;
/** Control word of a DMA access. */
const DMA_ERROR = 1;
const DMA_READ = 2;
const DMA_SKIP = 4;
const DMA_SELECT = 8;
const DMA_WRITE = 16;
/** "QEMU CFG": what the DMA register reads as. */
const DMA_SIGNATURE = [0x51, 0x45, 0x4d, 0x55, 0x20, 0x43, 0x46, 0x47] as const;

function little(bytes: number, ...values: (number | bigint)[]): Uint8Array {
  const item = new Uint8Array(bytes * values.length);
  values.forEach((value, n) => {
    for (let i = 0; i < bytes; i++) item[n * bytes + i] = Number((BigInt(value) >> BigInt(8 * i)) & 0xffn);
  });
  return item;
}

/** Firmware reads the memory above 1 MiB from here; what lies below it knows itself. */
function e820(size: number): Uint8Array {
  const map = memoryMap(size).filter(([address]) => address >= 0x10_0000 || address === 0);
  const parts = map.map(([address, length, type]) =>
    Buffer.concat([little(8, address, address === 0 ? 0xa0000 : length), little(4, type)]),
  );
  return Buffer.concat(parts);
}

function directory(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const bytes = new Uint8Array(4 + files.length * 64);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, files.length);
  files.forEach(([name, data], i) => {
    view.setUint32(4 + i * 64, data.length);
    view.setUint16(8 + i * 64, FIRST_FILE + i);
    bytes.set(Buffer.from(name, 'latin1').subarray(0, NAME - 1), 12 + i * 64);
  });
  return bytes;
}

/** @param options `NAME=FILE` for each file; `cpus=N` */
export function firmwareConfigDevice({ cpus = '1', ...names }: Record<string, string> = {}): DeviceDefinition {
  const own = Object.entries(names).map(([name, file]) => [name, load(name, file)] as const);
  let context: DeviceContext;
  let items = new Map<number, Uint8Array>();
  let selected = 0;
  let at = 0;
  let dmaHigh = 0;

  const prepare = (): void => {
    const files = [...own, ['etc/e820', e820(context.memorySize)] as const].sort(([a], [b]) => (a < b ? -1 : 1));
    items = new Map([
      [SIGNATURE, Buffer.from('QEMU')],
      // The traditional interface and DMA.
      [ID, little(4, 3)],
      [UUID, new Uint8Array(16)],
      [RAM_SIZE, little(8, context.memorySize)],
      [NOGRAPHIC, little(2, 1)],
      [CPUS, little(2, Number(cpus))],
      [NUMA, little(8, 0)],
      [BOOT_MENU, little(2, 0)],
      [MAX_CPUS, little(2, Number(cpus))],
      [FILE_DIRECTORY, directory(files)],
      [IRQ0_OVERRIDE, little(4, 1)],
      ...files.map(([, data], i) => [FIRST_FILE + i, data] as const),
    ]);
  };

  const select = (item: number): void => {
    selected = item & ~WRITE;
    at = 0;
  };

  const dma = (address: number): void => {
    let control: Uint8Array;
    try {
      control = context.memory(address, 16);
    } catch {
      context.warn(`fw_cfg: there is no memory at 0x${address.toString(16)} for a DMA access`);
      return;
    }
    const view = new DataView(control.buffer, control.byteOffset, 16);
    const flags = view.getUint32(0);
    const length = view.getUint32(4);
    if ((flags & DMA_SELECT) !== 0) select(flags >>> 16);
    let result = (flags & DMA_WRITE) !== 0 ? DMA_ERROR : 0;
    if ((flags & DMA_READ) !== 0) {
      try {
        const target = context.memory(Number(view.getBigUint64(8)), length);
        const data = items.get(selected)?.subarray(at, at + length) ?? new Uint8Array();
        target.set(data);
        target.fill(0, data.length);
      } catch {
        result = DMA_ERROR;
      }
    }
    if (result === 0 && (flags & (DMA_READ | DMA_SKIP)) !== 0) at += length;
    view.setUint32(0, result);
  };

  const swap = (value: number): number =>
    (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;

  return defineDevice({
    name: 'fw-cfg',
    description: "QEMU's firmware configuration: items and files (--fw-cfg NAME=FILE), by port or DMA",
    ports: [
      { start: 0x510, length: 2 },
      { start: 0x514, length: 8 },
    ],
    sizes: [1, 2, 4],
    attach(given) {
      context = given;
      prepare();
    },
    reset() {
      selected = at = dmaHigh = 0;
    },
    in(offset, size, range) {
      let value = 0;
      for (let i = 0; i < size; i++) {
        // The data port gives one byte after the other, whatever the size; the selector cannot be read.
        const data = range === 0 && offset === 1;
        const byte = data ? items.get(selected)?.[at++] : range === 1 ? DMA_SIGNATURE[offset + i] : 0;
        value += (byte ?? 0) * 2 ** (8 * i);
      }
      return value;
    },
    out(offset, value, size, range) {
      if (range === 0) {
        if (offset === 0 && size >= 2) select(value & 0xffff);
      } else if (size === 4 && offset === 0) dmaHigh = swap(value);
      else if (size === 4 && offset === 4) {
        const address = dmaHigh * 2 ** 32 + swap(value);
        dmaHigh = 0;
        dma(address);
      }
    },
    save: () => ({ selected, at, dmaHigh }),
    restore(saved) {
      ({ selected, at, dmaHigh } = saved as { selected: number; at: number; dmaHigh: number });
    },
  });
}

/** @throws TskvmError: no such file, a name that is too long */
function load(name: string, file: string): Uint8Array {
  if (name.length >= NAME) throw new TskvmError(`fw_cfg file ${name}: a name has at most ${NAME - 1} characters`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new TskvmError(`fw_cfg file ${name}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, 2, [
      'The form is --fw-cfg NAME=FILE, for example --fw-cfg opt/message=hello.txt.',
    ]);
  }
}
