/** Boot sectors for every service and device of the pc board: their output is golden, and the same on both engines. */
import { suite } from 'uvu';
import { kvm } from '../support/cli.js';
import * as assert from 'uvu/assert';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseDirective } from '../../src/commands/testing/directive.js';
import { GuestRunner } from '../../src/commands/testing/execute.js';

const test = suite('services and devices');
const folder = path.join('test', 'vmm', 'services');
const engines = (process.env.TSKVM_TEST_ENGINES ?? 'kvm,soft').split(',').filter((engine) => engine === 'soft' || kvm);

for (const engine of engines) {
  const runner = new GuestRunner({ engine, timeout: '60' });
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.S'))) {
    test(`${name} (${engine})`, async () => {
      const file = path.join(folder, name);
      const { directive, problem } = parseDirective(readFileSync(file, 'utf8'));
      assert.is(problem, undefined);
      const { status, out, err } = await runner.run(file, directive);
      assert.is(Buffer.from(out).toString('latin1'), readFileSync(file.replace(/S$/, 'out'), 'latin1'), err);
      assert.is(status, Number(directive.status ?? 0), err);
    });
  }
  test(`the machines are given back (${engine})`, () => runner.close());
}

test.run();
