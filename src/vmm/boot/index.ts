/** Boot protocols: from an image or a file's bytes to memory contents and a start state. */
import { TskvmError } from '../../diagnostics.js';
import type { Image } from '../../object.js';
import type { MemoryRegion } from '../engine.js';
import type { StartMode, StartRegisters, StartState } from '../modes.js';

export const bootKinds = ['flat', 'sector', 'elf', 'multiboot'] as const;
export type BootKind = (typeof bootKinds)[number];

export interface BootModule {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface BootOptions {
  readonly kind?: BootKind;
  readonly mode?: StartMode;
  readonly at?: number;
  readonly entry?: number | string;
  readonly append?: string;
  readonly modules?: readonly BootModule[];
  readonly regions: readonly MemoryRegion[];
  /** Puts bytes into guest memory. @throws TskvmError when they do not fit */
  readonly write: (address: number, bytes: Uint8Array, what?: string) => void;
  /** End of the ROM at the top of the address space, for `--mode reset`. */
  readonly romAt: number;
}

export interface Booted {
  readonly image: Image | null;
  readonly start: StartState;
}

export function bootImage(source: Image | Uint8Array, options: BootOptions): Booted {
  const image: Image = source instanceof Uint8Array ? { chunks: [{ address: 0n, data: source }], symbols: [], lines: [] } : source;
  const kind = options.kind ?? 'flat';
  const first = image.chunks.length > 0 ? Number(image.chunks[0].address) : 0;
  const at = options.at ?? (kind === 'sector' ? 0x7c00 : first);
  for (const chunk of image.chunks) options.write(Number(chunk.address) - first + at, chunk.data);
  const moved = BigInt(at - first);
  const entry = entryOf(image, options.entry, moved) ?? at;
  const registers: StartRegisters = kind === 'sector' ? { rdx: 0x80n } : {};
  return { image, start: { mode: options.mode ?? 'real', entry, registers } };
}

function entryOf(image: Image, wanted: number | string | undefined, moved: bigint): number | undefined {
  if (typeof wanted === 'number') return wanted;
  if (typeof wanted === 'string') {
    const symbol = image.symbols.find((s) => s.name === wanted);
    if (symbol === undefined)
      throw new TskvmError(`the entry symbol ${wanted} does not exist in the image`, 2, [
        'Symbols are known after build-run, or from an ELF file.',
      ]);
    return Number(symbol.address + moved);
  }
  return image.entry === undefined ? undefined : Number(image.entry + moved);
}
