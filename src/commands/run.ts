/** `tskvm run`: an image on a virtual machine. Exit statuses: docs/exit-statuses.md. */
import { dirname } from 'node:path';
import { TskvmError } from '../diagnostics.js';
import { nodeHost, readStandardInput } from '../host-node.js';
import { parseAddress } from './shared/build-options.js';
import { findBoard, hasDrives, machineOptions, machineRequest, runNotes as notes, spellMachineOptions } from './shared/machine-options.js';
import { inferBoot } from '../vmm/boot/index.js';
import { runGuest } from './shared/run-guest.js';
import type { CommandSpec } from './shared/spec.js';

export const run: CommandSpec = {
  name: 'run',
  description: 'Runs an image: flat bytes, a boot sector, an ELF file or a Multiboot kernel.',
  operands: '[image]',
  spell: spellMachineOptions,
  options: [
    { flags: '--kernel <file>', description: 'the image, as QEMU names it (-kernel)' },
    { flags: '--at <address>', description: 'load address of a flat image (default 0)' },
    { flags: '-e, --entry <address|symbol>', description: 'where the guest starts' },
    ...machineOptions,
  ],
  examples: [
    ['tskvm run test.bin', 'a flat image at 0, in real mode'],
    ['tskvm run --mode protected --at 0x100000 kernel.bin', '32-bit code at 1 MiB'],
    ['tskvm run --timeout 2 --device ./led.ts@0x10 test.bin', 'with a device of your own'],
  ],
  notes,
  async run([operand], options) {
    const file = operand ?? options.kernel;
    if (typeof file !== 'string' && !hasDrives(options))
      throw new TskvmError('run needs an image', 2, ['for example: tskvm run test.bin, or tskvm run --hda disk.img']);
    const bytes = typeof file !== 'string' ? null : file === '-' ? readStandardInput() : nodeHost.readFile(file);
    if (bytes?.length === 0) throw new TskvmError(`${file as string} is empty: there is nothing to run`);
    const board = await findBoard(options, typeof file === 'string' ? dirname(file) : '.', bytes === null ? 'sector' : inferBoot(bytes));
    const request = await machineRequest(options, board);
    const { at, entry } = options;
    return runGuest(
      {
        ...request,
        options: {
          ...request.options,
          at: typeof at === 'string' ? Number(parseAddress(at, '--at')) : board.config.at,
          entry: typeof entry !== 'string' ? undefined : /^\d/.test(entry) ? Number(parseAddress(entry, '--entry')) : entry,
        },
      },
      bytes,
    );
  },
};
