/** Small facts that scripts/plant-faults.mjs found untested. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../src/asm/index.js';
import { memoryHost } from '../../src/host.js';
import { Bus } from '../../src/vmm/bus.js';
import type { DeviceContext } from '../../src/vmm/device.js';
import { consoleDevice } from '../../src/vmm/devices/console.js';

const test = suite('planted faults');

test('a label at two places is an error of its second line', () => {
  const { diagnostics } = assemble([{ name: 'a.s', text: Buffer.from('a: nop\na: nop\n') }], {}, memoryHost({}));
  assert.equal(
    diagnostics.map((d) => `${d.at?.line}: ${d.message}`),
    ["2: symbol `a' is already defined"],
  );
});

test('a wide write prints every byte, low byte first', () => {
  const bytes: number[] = [];
  const device = consoleDevice();
  device.attach?.({ outputByte: (value) => void bytes.push(value) } as DeviceContext);
  device.out?.(0, 0x44434241, 4, 0);
  assert.equal(bytes, [0x41, 0x42, 0x43, 0x44]);
});

test('the access after the last allowed one does not reach its device', () => {
  let reached = 0;
  const bus = new Bus({ unclaimed: () => {}, failed: () => {} });
  bus.claim({ device: { name: 'd', out: () => void (reached += 1) }, name: 'd', where: '', ports: [{ start: 1, length: 1 }], mmio: [] });
  bus.accessLimit = 2;
  for (let i = 0; i < 4; i++) bus.out(1, 1, 0);
  assert.is(reached, 2);
  assert.ok(bus.attention);
});

test.run();
