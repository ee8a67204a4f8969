/** Golden tests of guests in uvu: `npx jiti examples/suite/hello.test.ts`. */
import path from 'node:path';
import { golden, runGuest } from 'tskvm/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const example = (name: string): string => path.join(import.meta.dirname, '..', name);

test('hello says so and halts', async () => {
  const guest = await runGuest(example('hello/test.S'), { timeout: 5 });
  assert.is(guest.text, 'Hello\n');
  assert.is(guest.status, 0);
  golden(guest, example('hello/test.out'));
});

test('echo answers in capitals', async () => {
  const guest = await runGuest(example('echo/echo.S'), { stdin: 'abc' });
  assert.is(guest.text, 'ABC');
});

test.run();
