/** Page walks in software (SDM volume 3A, chapter 4): for the fix-ups and for explanations of page faults. */
import type { GuestMemory } from './memory.js';
import { CR0_PG, CR4_LA57, CR4_PAE, CR4_PSE, EFER_LMA } from './state.js';
import type { SystemRegisters } from './state.js';

export interface WalkStep {
  /** The manual's name of the table: PML5, PML4, PDPT, PD, PT. */
  readonly table: string;
  /** Physical address of the entry. */
  readonly address: number;
  /** null: the table lies where there is no memory. */
  readonly entry: bigint | null;
}

export interface PageWalk {
  readonly linear: bigint;
  readonly steps: readonly WalkStep[];
  /** null: not mapped; the last step says where it ends. */
  readonly physical: number | null;
  readonly pageSize: number;
  readonly writable: boolean;
  readonly user: boolean;
}

const PRESENT = 1n;
const WRITABLE = 2n;
const USER = 4n;
const LARGE = 1n << 7n;
const ADDRESS = 0x000f_ffff_ffff_f000n;

/** Translates a linear address as the processor would, without rights checks and without setting accessed bits. */
export function walkPages(system: SystemRegisters, memory: GuestMemory, linear: bigint): PageWalk {
  if ((system.cr0 & CR0_PG) === 0n) {
    return { linear, steps: [], physical: Number(linear & 0xffff_ffffn), pageSize: 4096, writable: true, user: true };
  }
  if ((system.efer & EFER_LMA) !== 0n) {
    const levels = ['PML4', 'PDPT', 'PD', 'PT'];
    if ((system.cr4 & CR4_LA57) !== 0n) levels.unshift('PML5');
    return walk(memory, linear, system.cr3 & ADDRESS, levels, 9n, 8);
  }
  const low = linear & 0xffff_ffffn;
  if ((system.cr4 & CR4_PAE) !== 0n) return walk(memory, low, system.cr3 & 0xffff_ffe0n, ['PDPT', 'PD', 'PT'], 9n, 8);
  return walk(memory, low, system.cr3 & 0xffff_f000n, ['PD', 'PT'], 10n, 4, (system.cr4 & CR4_PSE) !== 0n);
}

function walk(memory: GuestMemory, linear: bigint, root: bigint, levels: string[], bits: bigint, entrySize: 4 | 8, large = true): PageWalk {
  const steps: WalkStep[] = [];
  let table = root;
  let writable = true;
  let user = true;
  for (let i = 0; i < levels.length; i++) {
    const shift = 12n + bits * BigInt(levels.length - 1 - i);
    const index = (linear >> shift) & ((1n << bits) - 1n);
    const address = Number(table + index * BigInt(entrySize));
    const bytes = memory.at(address, entrySize);
    const entry = bytes === null ? null : entrySize === 8 ? view(bytes).getBigUint64(0, true) : BigInt(view(bytes).getUint32(0, true));
    steps.push({ table: levels[i], address, entry });
    const pageSize = Number(1n << shift);
    if (entry === null || (entry & PRESENT) === 0n) return { linear, steps, physical: null, pageSize, writable: false, user: false };
    // The PDPT of PAE paging has no rights bits.
    if (!(levels.length === 3 && i === 0)) {
      writable &&= (entry & WRITABLE) !== 0n;
      user &&= (entry & USER) !== 0n;
    }
    const last = i === levels.length - 1;
    if (last || ((entry & LARGE) !== 0n && large && ['PDPT', 'PD'].includes(levels[i]) && !(levels.length === 3 && i === 0))) {
      // 4 MiB pages keep bits 32 to 39 of the address in bits 13 to 20 (PSE-36).
      const base =
        entrySize === 4 && !last ? (entry & 0xffc0_0000n) | (((entry >> 13n) & 0xffn) << 32n) : entry & ADDRESS & ~((1n << shift) - 1n);
      return { linear, steps, physical: Number(base | (linear & ((1n << shift) - 1n))), pageSize, writable, user };
    }
    table = entrySize === 4 ? entry & 0xffff_f000n : entry & ADDRESS;
  }
  throw new Error('unreachable: the last level returns');
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Up to `length` bytes at a linear address; fewer where the mapping ends. */
export function readLinear(system: SystemRegisters, memory: GuestMemory, linear: bigint, length: number): Uint8Array {
  if ((system.cr0 & CR0_PG) === 0n) return memory.read(Number(linear & 0xffff_ffffn), length);
  const result = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const at = linear + BigInt(done);
    const { physical } = walkPages(system, memory, at);
    if (physical === null) break;
    const part = memory.read(physical, Math.min(length - done, 4096 - Number(at & 0xfffn)));
    if (part.length === 0) break;
    result.set(part, done);
    done += part.length;
  }
  return result.subarray(0, done);
}
