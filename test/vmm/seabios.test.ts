/** SeaBIOS from Debian's package `seabios` on our devices. Skipped only where the package is not installed. */
import { suite } from 'uvu';
import { kvm } from '../support/cli.js';
import * as assert from 'uvu/assert';
import { existsSync, readFileSync } from 'node:fs';
import { defineDevice } from '../../src/vmm/device.js';
import type { DeviceContext } from '../../src/vmm/device.js';
import { boardDevices, devices as builtin } from '../../src/vmm/devices/index.js';
import { bytesImage } from '../../src/vmm/disks/medium.js';
import { createMachine } from '../../src/vmm/machine.js';
import type { MachineOptions } from '../../src/vmm/machine.js';

const test = suite('SeaBIOS');
const firmware = '/usr/share/seabios/bios-256k.bin';
const installed = existsSync(firmware);

/** The debug console of QEMU's SeaBIOS; the run ends when `end` has been said. */
function debugConsole(text: string[], end: string) {
  let context: DeviceContext;
  return defineDevice({
    name: 'debug',
    ports: [{ start: 0x402, length: 1 }],
    attach: (given) => {
      context = given;
    },
    in: () => 0xe9,
    out: (_offset, value) => {
      text.push(String.fromCharCode(value));
      if (value === 10 && text.join('').includes(end)) context.stop({ kind: 'power-off' });
    },
  });
}

async function start(options: MachineOptions, end: string, disk?: Uint8Array) {
  const text: string[] = [];
  const board = boardDevices('pc', undefined).map(({ name, options: own }) => ({ definition: builtin[name].make(own) }));
  const machine = createMachine({
    mode: 'reset',
    timeout: 60,
    drives: disk === undefined ? undefined : { hda: bytesImage(disk) },
    ...options,
    devices: [...board, { definition: debugConsole(text, end) }],
  });
  try {
    machine.load(readFileSync(firmware));
    const result = await machine.run();
    return { text: text.join(''), result };
  } finally {
    machine.close();
  }
}

const run = installed ? test : test.skip;
const engines = (process.env.TSKVM_TEST_ENGINES ?? 'kvm,soft').split(',').filter((engine) => engine === 'soft' || kvm);
for (const engine of engines as ('kvm' | 'soft')[]) {
  run(`says its version on debugcon (${engine})`, async () => {
    const { text } = await start({ engine }, 'SeaBIOS (version');
    assert.match(text, /^SeaBIOS \(version 1\./);
  });
}

run('finds the devices and boots the disk; a boot sector starts with the registers that ours gives it', async () => {
  const disk = new Uint8Array(1 << 20);
  // cli; hlt
  disk.set([0xfa, 0xf4]);
  disk.set([0x55, 0xaa], 510);
  const { text, result } = await start({ engine: 'soft' }, 'never', disk);
  for (const line of [
    'Found QEMU fw_cfg',
    'Found 5 PCI devices',
    'ata0-0: TSKVM HARDDISK ATA-6 Hard-Disk',
    'PS2 keyboard initialized',
    'Booting from 0000:7c00',
  ])
    // prettier-ignore
    assert.ok(text.includes(line), line);
  assert.is(result.ending.kind, 'halt');
  const ours = createMachine({ engine: 'soft', boot: 'sector', timeout: 60 });
  try {
    ours.load(disk.slice(0, 512));
    const { general, system } = await ours.run();
    const shown = (r: typeof result): string => JSON.stringify([r.general, r.system.cs.selector, r.system.ds.selector, r.system.es.selector, r.system.ss.selector], (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)); // prettier-ignore
    assert.is(shown({ ...result, general, system }), shown(result));
  } finally {
    ours.close();
  }
});

test.run();
