/** `tskvm watch`: builds and runs a guest on every save of anything that it depends on. */
import type { LazyRequire } from '../lazy.js';
import { buildOptions, spellBuildOptions } from './shared/build-options.js';
import { machineOptions, spellMachineOptions } from './shared/machine-options.js';
import type { CommandSpec } from './shared/spec.js';

declare const require: LazyRequire;

export const watch: CommandSpec = {
  name: 'watch',
  description: 'Builds and runs a guest on every save of its source, what that includes, its devices and its config.',
  operands: '<source...>',
  spell: (argv) => spellMachineOptions(spellBuildOptions(argv)),
  options: [
    ...buildOptions,
    ...machineOptions.filter(({ flags }) => !/^--(json|stats)\b|--quiet/.test(flags)),
    { flags: '--no-clear', description: 'keep the screen between runs' },
  ],
  examples: [
    ['tskvm watch hello.S', 'then edit hello.S in another window'],
    ['tskvm watch --device ./led.ts@0x10 led.S', 'edits of led.ts take effect, too'],
  ],
  notes:
    'Keys: r run again, t golden test, u accept the output as golden, x registers, l listing, ? help, q quit.\nWithout a terminal: plain lines, one block a run; Ctrl-C or SIGTERM ends it.',
  run(sources, options) {
    const { WatchSession } = require('./watching/session.js') as typeof import('./watching/session.js');
    return new WatchSession(sources, options).run();
  },
};
