/**
 * Start states: what the processor finds when the guest begins. Tables that a mode needs (GDT, page tables) and the
 * stack are put at the top of the first RAM region, out of the way of images, which start low.
 */
import { TskvmError } from '../diagnostics.js';
import type { Cpu, MemoryRegion } from './engine.js';
import type { GuestMemory } from './memory.js';
import { CR0_PE, CR0_PG, CR4_PAE, CR4_PSE, EFER_LMA, EFER_LME, flatSegment, realSegment } from './state.js';
import type { GeneralRegisters, Segment } from './state.js';

export const startModes = ['real', 'reset', 'protected', 'paged32', 'long'] as const;
export type StartMode = (typeof startModes)[number];

/** Registers with which a boot protocol overrides the mode's zeros. */
export type StartRegisters = Partial<GeneralRegisters> & { ds?: number; es?: number; ss?: number };

export interface StartState {
  readonly mode: StartMode;
  readonly entry: number;
  readonly registers: StartRegisters;
}

const PAGE = 4096;
/** Selectors of the GDT that protected, paged32 and long start with: null, code, data, and 64-bit code. */
export const CODE32 = 0x08;
export const DATA = 0x10;
export const CODE64 = 0x18;

/** Descriptors (SDM volume 3A, section 3.4.5): null, flat 32-bit code, flat data, flat 64-bit code, flat 16-bit code and data. */
const gdt = [0n, 0x00cf_9b00_0000_ffffn, 0x00cf_9300_0000_ffffn, 0x00af_9b00_0000_ffffn, 0x0000_9b00_0000_ffffn, 0x0000_9300_0000_ffffn];

const CR0_ET = 1n << 4n;
const CR0_NE = 1n << 5n;
const CR0_MP = 1n << 1n;
const CR4_OSFXSR = 1n << 9n;
const CR4_OSXMMEXCPT = 1n << 10n;

/** Bytes at the top of RAM that a mode takes for its tables; the stack grows down from there. */
export function tableBytes(mode: StartMode, regions: readonly MemoryRegion[]): number {
  switch (mode) {
    case 'real':
    case 'reset':
      return 0;
    case 'protected':
      return PAGE;
    case 'paged32':
      return 2 * PAGE;
    case 'long':
      return PAGE * (3 + mappedGigabytes(regions));
  }
}

/** Long mode maps the first 4 GiB and everything that the guest has above. */
function mappedGigabytes(regions: readonly MemoryRegion[]): number {
  const top = regions.reduce((end, region) => Math.max(end, region.address + region.size), 0);
  return Math.min(512, Math.max(4, Math.ceil(top / 2 ** 30)));
}

/** Puts the vCPU into its start state and the mode's tables into memory. @throws TskvmError for an entry out of reach */
export function startCpu(
  cpu: Cpu,
  memory: GuestMemory,
  regions: readonly MemoryRegion[],
  state: StartState,
): { tables: { address: number; length: number } | null } {
  const { mode, entry, registers } = state;
  const general: GeneralRegisters = {
    ...zeros,
    ...only(registers),
    rip: BigInt(entry),
    rflags: registers.rflags ?? 2n,
  };
  const system = cpu.getSystem();
  if (mode === 'reset') return { tables: null };
  if (mode === 'real') {
    // cs:ip with the smallest cs that reaches the entry in 64 KiB steps, as a far jump would have it.
    if (entry >= 0x10_0000) {
      throw new TskvmError(`real mode starts below 1 MiB, not at 0x${entry.toString(16)}`, 2, [
        'Use --mode protected, or load the image lower.',
      ]);
    }
    const selector = (entry >> 16) << 12;
    system.cs = realSegment(selector, true);
    general.rip = BigInt(entry & 0xffff);
    for (const name of ['ds', 'es', 'ss'] as const) system[name] = realSegment(registers[name] ?? 0);
    cpu.setSystem(system);
    cpu.setGeneral(general);
    return { tables: null };
  }

  const ram = regions.find((region) => region.address === 0 && region.kind === 'ram') ?? regions.find((region) => region.kind === 'ram');
  const length = tableBytes(mode, regions);
  if (ram === undefined || ram.size < length + PAGE)
    throw new TskvmError(`${mode} mode needs at least ${(length + PAGE) / 1024} KiB of memory for its tables and stack`);
  const address = Math.min(ram.address + ram.size, 2 ** 32) - length;
  const bytes = memory.at(address, length);
  if (bytes === null) throw new TskvmError(`${mode} mode: no memory at 0x${address.toString(16)} for its tables`);
  bytes.fill(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  gdt.forEach((descriptor, i) => view.setBigUint64(i * 8, descriptor, true));
  system.gdt = { base: BigInt(address), limit: gdt.length * 8 - 1 };

  const data: Segment = flatSegment('data', DATA);
  system.ds = system.es = system.fs = system.gs = system.ss = data;
  system.cs = flatSegment(mode === 'long' ? 'code64' : 'code32', mode === 'long' ? CODE64 : CODE32);
  system.cr0 = CR0_PE | CR0_ET | CR0_NE;
  if (mode === 'paged32') {
    // One page directory of 4 MiB pages, the identity.
    for (let i = 0; i < 1024; i++) view.setUint32(PAGE + i * 4, i * 0x40_0000 + 0x83, true);
    system.cr3 = BigInt(address + PAGE);
    system.cr4 |= CR4_PSE;
    system.cr0 |= CR0_PG;
  } else if (mode === 'long') {
    const gigabytes = mappedGigabytes(regions);
    const pml4 = address + PAGE;
    const pdpt = address + 2 * PAGE;
    view.setBigUint64(PAGE, BigInt(pdpt) | 3n, true);
    for (let g = 0; g < gigabytes; g++) {
      const directory = address + (3 + g) * PAGE;
      view.setBigUint64(2 * PAGE + g * 8, BigInt(directory) | 3n, true);
      for (let i = 0; i < 512; i++) view.setBigUint64((3 + g) * PAGE + i * 8, BigInt(g * 2 ** 30 + i * 0x20_0000) | 0x83n, true);
    }
    system.cr3 = BigInt(pml4);
    system.cr4 |= CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
    system.cr0 |= CR0_PG | CR0_MP;
    system.efer |= EFER_LME | EFER_LMA;
  }
  if (registers.rsp === undefined) general.rsp = BigInt(address);
  cpu.setSystem(system);
  cpu.setGeneral(general);
  return { tables: { address, length } };
}

// prettier-ignore
const zeros: GeneralRegisters = {
  rax: 0n, rbx: 0n, rcx: 0n, rdx: 0n, rsi: 0n, rdi: 0n, rsp: 0n, rbp: 0n,
  r8: 0n, r9: 0n, r10: 0n, r11: 0n, r12: 0n, r13: 0n, r14: 0n, r15: 0n, rip: 0n, rflags: 2n,
};

/** The general registers among the start registers. */
function only(registers: StartRegisters): Partial<GeneralRegisters> {
  const { ds: _ds, es: _es, ss: _ss, ...general } = registers;
  return general;
}
