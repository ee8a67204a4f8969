/** `tskvm init`: a first guest with its golden output, a device, a config and a CI workflow. Never overwrites anything. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TskvmError } from '../diagnostics.js';
import { hostError } from '../host-node.js';
import type { CommandSpec } from './shared/spec.js';
import { writeStderr } from './shared/streams.js';

const files: Readonly<Record<string, string>> = {
  'hello.S': `# Writes Hello to the console at port 0xf1 and halts.

    .code16
    .globl _start
_start:
    mov $greeting, %si
next:
    lodsb                       # %al = *%si++
    test %al, %al
    jz done
    out %al, $0xf1
    jmp next
done:
    hlt

greeting:
    .asciz "Hello\\n"
`,
  'hello.out': 'Hello\n',
  'light.ts': `/** A light at one port: shows what is written to it. See docs/devices.md of tskvm. */
import { defineDevice, type DeviceContext } from 'tskvm';

let context: DeviceContext;

export default defineDevice({
  name: 'light',
  ports: [{ start: 0x10, length: 1 }],
  attach(given) {
    context = given;
  },
  out(_offset, value) {
    context.output(new TextEncoder().encode(value ? 'on\\n' : 'off\\n'));
  },
});
`,
  'tskvm.config.ts': `import { defineConfig } from 'tskvm';

export default defineConfig({
  boards: {
    default: { devices: ['console', 'debug-exit', './light.ts'] },
  },
});
`,
  '.github/workflows/guests.yml': `name: guests
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 20 }
      - run: sudo chmod 666 /dev/kvm
      - run: npx tskvm test --ci -r github
`,
};

export const init: CommandSpec = {
  name: 'init',
  description: 'Writes a first guest, its golden output, a device, a config and a CI workflow. Files that are there stay as they are.',
  operands: '[folder]',
  options: [],
  examples: [
    ['tskvm init lights', 'a new folder'],
    ['cd lights && tskvm watch hello.S', 'then edit hello.S'],
  ],
  run([folder = '.']) {
    let written = 0;
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      if (existsSync(file)) {
        writeStderr(`kept  ${file}\n`);
        continue;
      }
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text, { flag: 'wx' });
      } catch (error) {
        throw new TskvmError(`can't create ${hostError(error, file).message}`);
      }
      written += 1;
      writeStderr(`wrote ${file}\n`);
    }
    const prefix = folder === '.' ? '' : `cd ${folder} && `;
    if (written > 0) writeStderr(`\nnext: ${prefix}tskvm watch hello.S, or ${prefix}tskvm test\n`);
    return 0;
  },
};
