/** Guests for the tests: our own assembler, a machine on KVM, and what came out. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Image } from '../../src/object.js';
import { readElfProgram } from '../../src/vmm/boot/elf.js';
import { createMachine } from '../../src/vmm/machine.js';
import type { Machine, MachineOptions } from '../../src/vmm/machine.js';
import type { RunResult } from '../../src/vmm/result.js';

/** Assembles and links with the GNU tools of this machine; the code size starts at `bits`. Symbols, but no lines. */
export function build(source: string, bits: 16 | 32 | 64 = 16, at = 0): Image {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-guest-'));
  try {
    const file = (name: string): string => path.join(folder, name);
    writeFileSync(file('g.s'), `.code${bits}\n${source}\n`);
    execFileSync('as', [bits === 64 ? '--64' : '--32', '-o', file('g.o'), file('g.s')]);
    execFileSync('ld', [
      '-m',
      bits === 64 ? 'elf_x86_64' : 'elf_i386',
      '-N',
      '--no-warn-rwx-segments',
      `-Ttext=${at}`,
      '-e',
      String(at),
      '-o',
      file('g'),
      file('g.o'),
    ]);
    return readElfProgram(readFileSync(file('g'))).image;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Outcome {
  result: RunResult;
  text: string;
  warnings: string[];
  machine: Machine;
}

/** Runs an image (or bytes in hexadecimal) to its end; the machine is closed. */
export async function runGuest(
  image: Image | string | Uint8Array,
  options: MachineOptions = {},
  look?: (machine: Machine, result: RunResult) => void,
): Promise<Outcome> {
  const warnings: string[] = [];
  const machine = createMachine({ engine: 'kvm', timeout: 10, warn: (text) => warnings.push(text), ...options });
  try {
    machine.load(typeof image === 'string' ? Buffer.from(image, 'hex') : image);
    const result = await machine.run();
    look?.(machine, result);
    return { result, text: Buffer.from(machine.output()).toString('latin1'), warnings, machine };
  } finally {
    machine.close();
  }
}
