/** `tskvm build-run`: from sources to a running guest, straight into its memory. Exit statuses: docs/exit-statuses.md. */
import { dirname } from 'node:path';
import { TskvmError } from '../diagnostics.js';
import { exitStatus } from '../exit-status.js';
import { buildImage } from './shared/build-image.js';
import { buildOptions, buildRequest, spellBuildOptions } from './shared/build-options.js';
import { findBoard, machineOptions, machineRequest, runNotes as notes, spellMachineOptions, startModes } from './shared/machine-options.js';
import { printDiagnostics } from './shared/report.js';
import { runGuest } from './shared/run-guest.js';
import type { CommandSpec } from './shared/spec.js';
import { writeStderr } from './shared/streams.js';

export const buildRun: CommandSpec = {
  name: 'build-run',
  description: 'Builds sources as `build` does, straight into guest memory, and runs them.',
  operands: '<source...>',
  spell: (argv) => spellMachineOptions(spellBuildOptions(argv)),
  options: [...buildOptions, ...machineOptions],
  examples: [
    ['tskvm build-run examples/hello/test.S', 'the first program'],
    ['tskvm build-run --timeout 1 loop.S', 'a guest that may never end'],
    ['tskvm build-run start.S kernel.o -T kernel.ld', 'several sources, a linker script'],
  ],
  notes,
  async run(sources, options) {
    const board = await findBoard(options, dirname(sources[0]));
    const { image, diagnostics, entryBits } = buildImage(buildRequest(sources, options, board.config));
    printDiagnostics(diagnostics);
    if (!image) return exitStatus.usage;
    if (image.chunks.length === 0) throw new TskvmError('there is nothing to run: the sources have neither code nor data');
    const request = await machineRequest(options, board);
    if (request.options.mode === undefined && entryBits !== undefined && request.options.boot !== 'sector') {
      const mode = startModes[entryBits];
      if (mode !== 'real' && !request.quiet) writeStderr(`tskvm: starts in ${mode} mode, as .code${entryBits} asks\n`);
      return runGuest({ ...request, options: { ...request.options, mode } }, image);
    }
    return runGuest(request, image);
  },
};
