/**
 * Boot sectors of ours, each for one video or keyboard service or device: their screens are golden files (text as .screen,
 * pixels as .png) and the same on both engines. `tskvm test test/vmm/sectors --update` writes them.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { discover } from '../../src/commands/testing/discover.js';
import { compare } from '../../src/commands/testing/golden.js';
import { GuestRunner } from '../../src/commands/testing/execute.js';
import { goldenDiff } from '../../src/commands/testing/diff.js';
import { kvmSuite } from './guest.js';

const engines = (process.env.TSKVM_TEST_ENGINES ?? 'kvm,soft').split(',');
const { guests } = discover(['test/vmm/sectors', 'examples/boot', 'examples/demo', 'examples/game']);
const runners = new Map<string, GuestRunner>();

for (const engine of engines) {
  const test = engine === 'kvm' ? kvmSuite('boot sectors (kvm)') : suite(`boot sectors (${engine})`);
  for (const guest of guests) {
    test(`${guest.file} (${engine})`, async () => {
      assert.ok(guest.goldens.length > 0, 'it has no golden file');
      assert.is(guest.problem, undefined);
      let runner = runners.get(engine);
      if (runner === undefined) runners.set(engine, (runner = new GuestRunner({ engine, mem: '2M', timeout: '60' })));
      const outcome = await runner.run(guest.file, guest.directive);
      assert.is(outcome.status, Number(guest.directive.status ?? 0), outcome.err);
      const differences = compare(guest, outcome).map((m) => goldenDiff(m.kind, m.expected ?? new Uint8Array(), m.actual, false));
      assert.is(differences.join('\n'), '');
    });
  }
  test.after(() => runners.get(engine)?.close());
  test.run();
}

const test = suite('boot sectors');
test('there are enough of them', () => assert.ok(guests.length >= 40, `${guests.length}`));
test.run();
