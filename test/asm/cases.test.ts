/** Small sources in test/asm/cases/, `====` between them, whose messages and objects must be GNU as's: past differences. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differences, haveGas } from '../support/compare-gas.js';

const folder = path.join('test', 'asm', 'cases');
const test = suite('cases');

for (const file of readdirSync(folder)) {
  test(file, () => {
    if (!haveGas) return;
    const found: string[] = [];
    for (const text of readFileSync(path.join(folder, file), 'latin1').split(/^====\n/m)) {
      const is32 = text.startsWith('# args: --32\n');
      const difference = is32 ? differences(text, ['--32'], { abi: '32' }) : differences(text);
      if (difference !== '') found.push(`${text}${difference}`);
    }
    assert.is(found.join('\n'), '');
  });
}

test.run();
