/** What fuzzing has found (test/corpus/TARGET/, written by npm run fuzz), and a few fresh cases of every target. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkCase, Random, targets } from '../support/fuzz/index.js';

const test = suite('corpus');

for (const target of targets) {
  const folder = path.join('test', 'corpus', target.name);
  test(`${target.name}: past findings`, async () => {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const finding = await checkCase(target, new Uint8Array(readFileSync(path.join(folder, name))));
      assert.is(finding, null, `${path.join(folder, name)}: ${finding}`);
    }
  });

  test(`${target.name}: fresh cases`, async () => {
    const seed = Number(process.env.TSKVM_FUZZ_SEED ?? 1);
    for (let i = 0; i < 15; i++) {
      const input = target.generate(new Random(seed + i * 7919));
      const finding = await checkCase(target, input);
      assert.is(finding, null, `case ${i} of seed ${seed}: ${finding}\n${JSON.stringify(Buffer.from(input).toString('latin1'))}`);
    }
  });
}

test.run();
