/** Every example runs as its golden file says, and has the bytes that GNU's tools give it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../src/asm/index.js';
import { nodeHost } from '../../src/host-node.js';
import { writeElf } from '../../src/objcopy/elf/write.js';
import { objcopy } from '../../src/objcopy/index.js';
import { toBytes } from '../../src/objcopy/model.js';
import { parseOptions } from '../../src/objcopy/options.js';
import { folder, killStarted, kvm, root, start, tskvm } from '../support/cli.js';

const gnu = spawnSync('objcopy', ['--version']).status === 0 && spawnSync('as', ['--version']).status === 0;
const test = suite('examples');
const withKvm = kvm ? test : test.skip;

withKvm('tskvm test examples', () => {
  const { stdout, status } = tskvm(['test', '--ci', '--timeout', '60', 'examples'], { timeout: 250_000 });
  assert.is(status, 0, stdout.toString());
  assert.match(stdout.toString(), /^\d+ passed, 0 failed, 0 skipped\n$/m);
});

(gnu ? test : test.skip)("as and objcopy -O binary give GNU's bytes for each", () => {
  const place = folder();
  // What needs the preprocessor is not for `as` alone.
  const sources = readdirSync('examples', { recursive: true })
    .map((name) => path.join(root, 'examples', String(name)))
    .filter((file) => /\.[sS]$/.test(file) && !/^#(define|include|if)/m.test(readFileSync(file, 'utf8')));
  assert.ok(sources.length >= 20);
  const abi = (file: string): '32' | '64' => (/^\s*\.code64/m.test(readFileSync(file, 'utf8')) ? '64' : '32');
  // GNU's part of all is one shell script; ours is in memory.
  const script = sources
    .map((file, i) => `as --${abi(file)} '${file}' -o gnu${i}.o && objcopy -O binary gnu${i}.o gnu${i}.bin || exit 1\n`)
    .join('');
  execFileSync('sh', [], { cwd: place.path, input: script });
  const flat = (bytes: Uint8Array): string => {
    const { file } = objcopy(bytes, parseOptions(['-O', 'binary', 'a.o', 'a.bin'], nodeHost.readFile), 'a.bin', nodeHost);
    assert.ok(file);
    return Buffer.from(toBytes(file)).toString('hex');
  };
  sources.forEach((file, i) => {
    const theirs = readFileSync(path.join(place.path, `gnu${i}.bin`)).toString('hex');
    const { object } = assemble([{ name: file, text: readFileSync(file) }], { abi: abi(file) }, nodeHost);
    assert.ok(object, file);
    assert.is(flat(writeElf(object)), theirs, file);
    assert.is(flat(readFileSync(path.join(place.path, `gnu${i}.o`))), theirs, file);
  });
  place.remove();
});

test('hello is 25 bytes, known by heart', () => {
  const { stdout } = tskvm(['build', 'examples/hello/test.S', '-o', '-']);
  assert.is(stdout.toString('hex'), 'b048e6f1b065e6f1b06ce6f1b06ce6f1b06fe6f1b00ae6f1f4');
});

withKvm('test --watch runs what a change touches', async () => {
  const place = folder({
    'a.S': '    mov $65, %al\n    out %al, $0xf1\n    hlt\n',
    'a.out': 'A',
    'b.S': '.include "x.inc"\n    hlt\n',
    'b.out': '',
    'x.inc': 'nop\n',
  });
  const child = start(['test', '--watch', '--jobs', '1', place.path]);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  // Standard output and error come through two pipes, in any order.
  const until = async (summary: string, rounds: number): Promise<void> => {
    const done = (): boolean => text.includes(summary) && text.split('watching').length > rounds;
    // On a busy machine a run of two guests has been seen to take more than ten seconds.
    for (let i = 0; i < 600 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(done(), `${summary}\n${text}`);
  };
  await until('2 passed, 0 failed', 1);
  writeFileSync(path.join(place.path, 'x.inc'), 'nop\nnop\n');
  await until('1 passed, 0 failed', 2);
  writeFileSync(path.join(place.path, 'a.out'), 'B');
  await until('0 passed, 1 failed', 3);
  child.kill('SIGINT');
  assert.is(await new Promise((resolve) => child.on('close', resolve)), 130, text);
  place.remove();
});

test.after(killStarted);
test.run();
