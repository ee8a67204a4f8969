/** Multiboot 1 (the Multiboot Specification, version 0.6.96): finding the header, and the information that the kernel gets. */
import { ByteBuffer } from '../../bytes.js';
import { TskvmError } from '../../diagnostics.js';
import type { Image } from '../../object.js';
import type { MemoryRegion } from '../engine.js';

const HEADER_MAGIC = 0x1bad_b002;
/** In eax at the kernel's entry. */
export const LOADER_MAGIC = 0x2bad_b002n;
/** The header lies in the first 8 KiB of the file, aligned to 4. */
const SEARCH = 8192;

const WANTS_VIDEO = 1 << 2;
/** Addresses in the header say where to load the file (the a.out kludge). */
const HAS_ADDRESSES = 1 << 16;
/** Bits below 16 that we do not know must stop the boot. */
const KNOWN_REQUIREMENTS = 0b111;

export interface MultibootHeader {
  /** Bytes from the file's start. */
  readonly offset: number;
  readonly flags: number;
  readonly addresses: { header: number; load: number; loadEnd: number; bssEnd: number; entry: number } | null;
}

/** The header, or null when the file has none. */
export function findHeader(bytes: Uint8Array): MultibootHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 12 <= Math.min(bytes.length, SEARCH); at += 4) {
    if (view.getUint32(at, true) !== HEADER_MAGIC) continue;
    const flags = view.getUint32(at + 4, true);
    if (((HEADER_MAGIC + flags + view.getUint32(at + 8, true)) & 0xffff_ffff) !== 0) continue;
    const field = (n: number): number => view.getUint32(at + 12 + n * 4, true);
    const addresses =
      (flags & HAS_ADDRESSES) !== 0 && at + 32 <= bytes.length
        ? { header: field(0), load: field(1), loadEnd: field(2), bssEnd: field(3), entry: field(4) }
        : null;
    return { offset: at, flags, addresses };
  }
  return null;
}

/** The kernel's memory by the header's own addresses. @throws TskvmError when they contradict the file */
export function kludgeImage(bytes: Uint8Array, header: MultibootHeader): Image {
  const { addresses, offset } = header;
  if (addresses === null) {
    throw new TskvmError('the Multiboot kernel is neither an ELF file nor does its header say where to load it (flag 16)');
  }
  const { load, loadEnd, bssEnd, entry } = addresses;
  const start = offset - (addresses.header - load);
  const length = loadEnd === 0 ? bytes.length - start : loadEnd - load;
  if (start < 0 || length <= 0 || start + length > bytes.length) {
    throw new TskvmError('the Multiboot header wants bytes that the file does not have (header_addr, load_addr, load_end_addr)');
  }
  const data = new Uint8Array(Math.max(length, bssEnd === 0 ? 0 : bssEnd - load));
  data.set(bytes.subarray(start, start + length));
  return { chunks: [{ address: BigInt(load), data }], entry: BigInt(entry), symbols: [], lines: [] };
}

export interface MultibootInput {
  readonly header: MultibootHeader;
  readonly image: Image;
  readonly regions: readonly MemoryRegion[];
  readonly commandLine: string;
  readonly modules: readonly { readonly name: string; readonly data: Uint8Array }[];
}

/** Information structure and modules with their addresses. @throws TskvmError when there is no room, or a requirement is unknown */
export function bootInformation(input: MultibootInput): { address: number; chunks: { address: number; data: Uint8Array; what: string }[] } {
  const { header, image, regions, commandLine, modules } = input;
  const unknown = header.flags & 0xffff & ~KNOWN_REQUIREMENTS;
  if (unknown !== 0) throw new TskvmError(`the Multiboot kernel requires features that nobody defined (flags 0x${unknown.toString(16)})`);
  const ram = regions.filter((region) => region.kind === 'ram');
  const low = ram.find((region) => region.address === 0);
  if (low === undefined || low.size <= 0x10_0000) throw new TskvmError('a Multiboot kernel needs more than 1 MiB of memory (--mem)');
  const used = image.chunks.map((chunk) => ({ start: Number(chunk.address), end: Number(chunk.address) + chunk.data.length }));

  // Modules follow the kernel, each at a page.
  let next = page(Math.max(0x10_0000, ...used.map((range) => range.end)));
  const placed = modules.map((module) => {
    const start = next;
    next = page(start + module.data.length);
    return { ...module, start, end: start + module.data.length };
  });

  const build = (base: number): Uint8Array => {
    const out = new ByteBuffer(1024);
    out.reserve(INFO_SIZE);
    const text = (value: string): number => {
      const at = base + out.length;
      out.append(new TextEncoder().encode(value));
      out.u8(0);
      return at;
    };
    const line = text(commandLine);
    const loader = text('tskvm');
    const names = placed.map((module) => text(module.name));
    while (out.length % 4 !== 0) out.u8(0);
    const list = base + out.length;
    placed.forEach((module, i) => [module.start, module.end, names[i], 0].forEach((value) => out.u32(value)));
    const map = base + out.length;
    for (const entry of memoryEntries(ram)) {
      out.u32(20);
      out.u64(BigInt(entry.address));
      out.u64(BigInt(entry.size));
      out.u32(entry.type);
    }
    const mapLength = base + out.length - map;
    const view = new DataView(out.bytes.buffer, 0, INFO_SIZE);
    const set = (at: number, value: number): void => view.setUint32(at, value, true);
    const video = (header.flags & WANTS_VIDEO) !== 0;
    set(0, FLAG_MEMORY | FLAG_COMMAND_LINE | FLAG_MODULES | FLAG_MEMORY_MAP | FLAG_LOADER_NAME | (video ? FLAG_FRAMEBUFFER : 0));
    set(4, 640);
    set(8, (low.size - 0x10_0000) / 1024);
    set(16, line);
    set(20, placed.length);
    set(24, list);
    set(44, mapLength);
    set(48, map);
    set(64, loader);
    if (video) {
      // The 80×25 text screen: address, pitch, width, height, 16 bits a character, type 2 (EGA text).
      set(88, 0xb_8000);
      set(96, 160);
      set(100, 80);
      set(104, 25);
      view.setUint8(108, 16);
      view.setUint8(109, 2);
    }
    return out.toUint8Array();
  };

  const length = build(0).length;
  const address = freeLow(length, used);
  return {
    address,
    chunks: [
      { address, data: build(address), what: 'the Multiboot information' },
      ...placed.map((module) => ({ address: module.start, data: module.data, what: `module ${module.name}` })),
    ],
  };
}

const INFO_SIZE = 116;
const FLAG_MEMORY = 1 << 0;
const FLAG_COMMAND_LINE = 1 << 2;
const FLAG_MODULES = 1 << 3;
const FLAG_MEMORY_MAP = 1 << 6;
const FLAG_LOADER_NAME = 1 << 9;
const FLAG_FRAMEBUFFER = 1 << 12;

const page = (address: number): number => Math.ceil(address / 4096) * 4096;

/** Conventional memory as a PC's firmware reports it, then everything above 1 MiB. Type 1 is free RAM, 2 reserved. */
export function memoryEntries(ram: readonly MemoryRegion[]): { address: number; size: number; type: 1 | 2 }[] {
  const entries: { address: number; size: number; type: 1 | 2 }[] = [];
  for (const region of ram) {
    if (region.address !== 0 || region.size <= 0x10_0000) {
      entries.push({ address: region.address, size: region.size, type: 1 });
      continue;
    }
    entries.push({ address: 0, size: 0x9_fc00, type: 1 }, { address: 0x9_fc00, size: 0x400, type: 2 });
    entries.push({ address: 0xf_0000, size: 0x1_0000, type: 2 });
    entries.push({ address: 0x10_0000, size: region.size - 0x10_0000, type: 1 });
  }
  return entries;
}

/** A free place in conventional memory, clear of the kernel. */
function freeLow(length: number, used: readonly { start: number; end: number }[]): number {
  for (let address = 0x9000; address + length <= 0x9_fc00; address += 0x1000) {
    if (used.every((range) => address + length <= range.start || range.end <= address)) return address;
  }
  throw new TskvmError('no room below 640 KiB for the Multiboot information: link the kernel at 1 MiB');
}
