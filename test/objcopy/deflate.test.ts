/** Compression is zlib's, byte for byte: streams from zlib 1.2.13 at its default level. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inflateSync } from 'node:zlib';
import { hex } from '../../src/bytes.js';
import { deflate } from '../../src/objcopy/deflate.js';

const test = suite('deflate');

test('known streams', () => {
  const text = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0));
  assert.is(hex(deflate(text('a'))), '78 9c 4b 04 00 00 62 00 62');
  assert.is(hex(deflate(text('abcabcabcabcabcabc'))), '78 9c 4b 4c 4a 4e 44 45 00 41 7c 06 e5');
});

test('what is compressed comes back, whatever block it takes', () => {
  let seed = 7;
  const random = (limit: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 4294967296) * limit);
  };
  for (const [size, alphabet] of [
    [0, 1],
    [1, 1],
    [300, 3],
    [70_000, 256],
    [200_000, 4],
    [100_000, 1],
  ]) {
    // prettier-ignore
    const data = Uint8Array.from({ length: size }, () => random(alphabet));
    assert.is(Buffer.compare(inflateSync(deflate(data)), data), 0, `${size} of ${alphabet}`);
  }
});

test.run();
