/** `tskvm build`: sources to a flat image. Ends in 0 or 1. */
import { TskvmError } from '../diagnostics.js';
import { buildImage } from './shared/build-image.js';
import { buildOptions, buildRequest, spellBuildOptions } from './shared/build-options.js';
import { flatBytes } from './shared/image.js';
import { writeOutputFile } from './shared/output-file.js';
import { printDiagnostics } from './shared/report.js';
import type { CommandSpec } from './shared/spec.js';

export const build: CommandSpec = {
  name: 'build',
  description:
    'Assembles (a .S goes through the C preprocessor first), links and writes a flat image: the bytes from the lowest address on.',
  operands: '<source...>',
  spell: spellBuildOptions,
  options: [{ flags: '-o, --output <file>', description: 'the image (- is standard output)' }, ...buildOptions],
  examples: [
    ['tskvm build test.S -o test.bin', 'as --32 and objcopy -O binary in one'],
    ['tskvm build boot.S --at 0x7c00 -o boot.img', 'for another load address'],
    ['tskvm build start.S kernel.o -T kernel.ld -o kernel.bin', 'with a linker script'],
  ],
  run(sources, options) {
    if (typeof options.output !== 'string') throw new TskvmError('build needs -o FILE', 1, ['for example: tskvm build test.S -o test.bin']);
    const { image, diagnostics } = buildImage(buildRequest(sources, options));
    printDiagnostics(diagnostics);
    if (!image) return 1;
    writeOutputFile(options.output, flatBytes(image));
    return 0;
  },
};
