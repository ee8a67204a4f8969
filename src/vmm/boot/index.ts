/** Boot protocols: from an image or a file's bytes to memory contents and a start state. */
import { TskvmError } from '../../diagnostics.js';
import type { Image } from '../../object.js';
import type { MemoryRegion } from '../engine.js';
import type { StartMode, StartRegisters, StartState } from '../modes.js';
import type { DriveStart } from './drive.js';
import { EM_X86_64, isElf, readElfProgram } from './elf.js';
import { LOADER_MAGIC, bootInformation, findHeader, kludgeImage } from './multiboot.js';

export const bootKinds = ['flat', 'sector', 'elf', 'multiboot'] as const;
export type BootKind = (typeof bootKinds)[number];

export interface BootModule {
  /** Its name and arguments, as the kernel reads them. */
  readonly name: string;
  readonly data: Uint8Array;
}

export interface BootOptions {
  readonly kind?: BootKind;
  readonly mode?: StartMode;
  readonly at?: number;
  readonly entry?: number | string;
  /** Multiboot command line. */
  readonly append?: string;
  readonly modules?: readonly BootModule[];
  /** Boot drive that the user wants, as int 13h counts; default the first disk. */
  readonly drive?: number;
  /** A boot sector starts with interrupts on: there is a controller, and the vectors are set. */
  readonly interrupts?: boolean;
  readonly regions: readonly MemoryRegion[];
  /** Puts bytes into guest memory. @throws TskvmError when they do not fit */
  readonly write: (address: number, bytes: Uint8Array, what?: string) => void;
  readonly warn: (text: string) => void;
}

export interface Booted {
  /** Symbols and lines at their final addresses. */
  readonly image: Image;
  readonly start: StartState;
  /** The boot disk's contents, for `sector`. */
  readonly disk: Uint8Array | null;
}

const SECTOR = 512;
const SECTOR_ADDRESS = 0x7c00;
const FIRST_DISK = 0x80;
const TOP = 2 ** 32;

/** What a file is, when the user has not said: ELF with or without a Multiboot header, a boot sector, or flat. */
export function inferBoot(bytes: Uint8Array): BootKind {
  if (isElf(bytes)) return findHeader(bytes) === null ? 'elf' : 'multiboot';
  if (bytes.length > 0 && bytes.length % SECTOR === 0 && hasSignature(bytes)) return 'sector';
  return 'flat';
}

/** The last two bytes of a boot sector. */
const hasSignature = (bytes: Uint8Array): boolean => bytes[SECTOR - 2] === 0x55 && bytes[SECTOR - 1] === 0xaa;

/** @throws TskvmError: a broken file, no room, an entry that does not exist */
export function bootImage(source: Image | Uint8Array | DriveStart, options: BootOptions): Booted {
  if ('drive' in source) return bootDrive(source, options);
  const kind = options.kind ?? (source instanceof Uint8Array && options.mode !== 'reset' ? inferBoot(source) : 'flat');
  switch (kind) {
    case 'flat':
      return bootFlat(toImage(source), options);
    case 'sector':
      return bootSector(toImage(source), options);
    case 'elf':
      return bootElf(source, options);
    case 'multiboot':
      return bootMultiboot(source, options);
  }
}

const toImage = (source: Image | Uint8Array): Image =>
  source instanceof Uint8Array ? { chunks: [{ address: 0n, data: source }], symbols: [], lines: [] } : source;

function bootFlat(image: Image, options: BootOptions): Booted {
  if (options.mode === 'reset') return bootFirmware(image, options);
  const first = image.chunks.length > 0 ? Number(image.chunks[0].address) : 0;
  const at = options.at ?? first;
  const moved = move(image, BigInt(at - first));
  for (const chunk of moved.chunks) options.write(Number(chunk.address), chunk.data);
  return { image: moved, start: { mode: options.mode ?? 'real', entry: entryOf(moved, options) ?? at, registers: {} }, disk: null };
}

/** The BIOS loads the first sector of the disk and nothing else; it tells the drive's number in %dl. */
function bootSector(image: Image, options: BootOptions): Booted {
  const disk = flatten(image);
  const moved = move(image, BigInt(SECTOR_ADDRESS) - (image.chunks[0]?.address ?? 0n));
  if (disk.length < SECTOR || !hasSignature(disk))
    options.warn('the boot sector does not end in 0x55 0xaa at offset 510: a real BIOS would not boot it');
  options.write(SECTOR_ADDRESS, disk.length > SECTOR && hasSignature(disk) ? disk.subarray(0, SECTOR) : disk, 'the boot sector');
  const registers = sectorRegisters(options.drive ?? FIRST_DISK, options);
  const entry = entryOf(moved, options) ?? SECTOR_ADDRESS;
  return { image: moved, start: { mode: options.mode ?? 'real', entry, registers }, disk };
}

/** What a disk, floppy or CD has to boot. */
function bootDrive({ drive, bytes, address }: DriveStart, options: BootOptions): Booted {
  options.write(address, bytes, 'the boot sector');
  const image: Image = { chunks: [{ address: BigInt(address), data: bytes }], symbols: [], lines: [] };
  const entry = entryOf(image, options) ?? address;
  return { image, start: { mode: options.mode ?? 'real', entry, registers: sectorRegisters(drive.number, options) }, disk: null };
}

/** Registers as SeaBIOS leaves them (Debian's 1.16.2): the signature in %ax, the drive in %dl, a stack, everything else 0. */
const sectorRegisters = (drive: number, { interrupts }: BootOptions): StartRegisters => ({
  rax: 0xaa55n,
  rdx: BigInt(drive),
  rsp: 0x6f04n,
  rflags: interrupts === true ? 0x202n : 2n,
});

/** The reset vector: the image ends at 4 GiB, and its last 256 KiB lie below 1 MiB as well, in RAM: shadowed, as chipsets call it. */
function bootFirmware(image: Image, options: BootOptions): Booted {
  const bytes = flatten(image);
  if (bytes.length === 0 || bytes.length > 0x100_0000) throw new TskvmError(`firmware has 1 byte to 16 MiB, not ${bytes.length} bytes`);
  const moved = move(image, BigInt(TOP - bytes.length) - image.chunks[0].address);
  options.write(TOP - bytes.length, bytes, 'the firmware');
  const shadow = bytes.subarray(Math.max(0, bytes.length - 0x4_0000));
  if (options.regions.some((r) => r.kind === 'ram' && r.address === 0 && r.size >= 0x10_0000)) {
    options.write(0x10_0000 - shadow.length, shadow, 'the firmware');
  }
  return { image: moved, start: { mode: 'reset', entry: 0xffff_fff0, registers: {} }, disk: null };
}

function bootElf(source: Image | Uint8Array, options: BootOptions): Booted {
  const program = source instanceof Uint8Array ? elfOf(source) : null;
  const image = program?.image ?? (source as Image);
  for (const chunk of image.chunks) options.write(Number(chunk.address), chunk.data);
  const mode = options.mode ?? (program === null ? modeOf(image) : program.machine === EM_X86_64 ? 'long' : 'protected');
  const entry = entryOf(image, options) ?? Number(image.chunks[0]?.address ?? 0n);
  return { image, start: { mode, entry, registers: {} }, disk: null };
}

const modeOf = (image: Image): StartMode => (image.entryBits === 64 ? 'long' : image.entryBits === 16 ? 'real' : 'protected');

function elfOf(bytes: Uint8Array): ReturnType<typeof readElfProgram> {
  if (!isElf(bytes)) throw new TskvmError('not an ELF file', 2, ['Leave --boot out to have the kind of image found out.']);
  return readElfProgram(bytes);
}

function bootMultiboot(source: Image | Uint8Array, options: BootOptions): Booted {
  const file = source instanceof Uint8Array ? source : flatten(source);
  const header = findHeader(file);
  if (header === null) {
    throw new TskvmError('the kernel has no Multiboot header in its first 8 KiB', 2, [
      'Put it into a section that the linker places first: .long 0x1BADB002, FLAGS, -(0x1BADB002 + FLAGS), aligned to 4.',
    ]);
  }
  let image: Image;
  if (header.addresses !== null)
    image = { ...kludgeImage(file, header), ...(source instanceof Uint8Array ? {} : { symbols: source.symbols, lines: source.lines }) };
  else if (!(source instanceof Uint8Array)) image = source;
  else if (isElf(source)) image = readElfProgram(source).image;
  else image = kludgeImage(file, header);
  const information = bootInformation({
    header,
    image,
    regions: options.regions,
    commandLine: options.append ?? '',
    modules: options.modules ?? [],
  });
  for (const chunk of image.chunks) options.write(Number(chunk.address), chunk.data, 'the kernel');
  for (const chunk of information.chunks) options.write(chunk.address, chunk.data, chunk.what);
  const registers: StartRegisters = { rax: LOADER_MAGIC, rbx: BigInt(information.address) };
  const entry = entryOf(image, options) ?? Number(image.chunks[0].address);
  return { image, start: { mode: options.mode ?? 'protected', entry, registers }, disk: null };
}

/** The image with every address moved. */
function move(image: Image, by: bigint): Image {
  if (by === 0n) return image;
  return {
    ...image,
    chunks: image.chunks.map((chunk) => ({ ...chunk, address: chunk.address + by })),
    entry: image.entry === undefined ? undefined : image.entry + by,
    symbols: image.symbols.map((symbol) => ({ ...symbol, address: symbol.address + by })),
    lines: image.lines.map((line) => ({ ...line, address: line.address + by, end: line.end + by })),
  };
}

/** The bytes from the first chunk to the end of the last, as `objcopy -O binary` lays them out. */
function flatten(image: Image): Uint8Array {
  if (image.chunks.length === 0) return new Uint8Array();
  if (image.chunks.length === 1) return image.chunks[0].data;
  const first = image.chunks[0].address;
  const bytes = new Uint8Array(Math.max(...image.chunks.map((chunk) => Number(chunk.address - first) + chunk.data.length)));
  for (const chunk of image.chunks) bytes.set(chunk.data, Number(chunk.address - first));
  return bytes;
}

function entryOf(image: Image, { entry }: BootOptions): number | undefined {
  if (typeof entry === 'number') return entry;
  if (entry === undefined) return image.entry === undefined ? undefined : Number(image.entry);
  const symbol = image.symbols.find((candidate) => candidate.name === entry);
  if (symbol === undefined) {
    throw new TskvmError(`the entry symbol ${entry} does not exist in the image`, 2, [
      'Symbols are known after build-run, or from an ELF file that has not been stripped; a number works always (--entry 0x1000).',
    ]);
  }
  return Number(symbol.address);
}
