/** What goes wrong around tskvm: full disks, exhausted limits, signals at any moment, modules of the user's that fail. */
import { readdirSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bin, folder, killStarted, kvm, PATIENCE, start, tskvmAsync, type Outcome } from '../support/cli.js';

const test = suite('faults');
const withKvm = kvm ? test : test.skip;

const guest = '    mov $72, %al\n    out %al, $0xf1\n    hlt\n';

/** Runs the command in a shell that has set limits first (`ulimit …`, redirections). */
function limited(limits: string, words: string, cwd: string, redirect = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', `${limits}; exec "${process.execPath}" "${bin}" ${words} ${redirect}`], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    let stderr = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ stdout: Buffer.concat(stdout), stderr, status, signal });
    });
  });
}

const noTrace = ({ stderr }: Outcome): void => assert.not.match(stderr, /internal error|\n\s+at /);

test('a full disk: one message, and the old output is as it was', async () => {
  const place = folder({ 'a.S': guest, old: 'precious' });
  const object = await tskvmAsync(['as', '--32', 'a.S', '-o', 'a.o'], { cwd: place.path });
  assert.is(object.status, 0, object.stderr);
  const before = readdirSync(place.path).sort();
  const commands = ['as a.S -o old', 'objcopy -O binary a.o old', 'build a.S -o old', 'link -Ttext 0 a.o -o old', 'cpp a.S -o old'];
  if (kvm) commands.push('build-run -q --save-snapshot old a.S');
  for (const words of commands) {
    const outcome = await limited('ulimit -f 0', words, place.path);
    assert.is(outcome.status, words.startsWith('build-run') ? 2 : 1, `${words}: ${outcome.stderr}`);
    assert.match(outcome.stderr, /old: File too large/);
    noTrace(outcome);
    assert.is(readFileSync(path.join(place.path, 'old'), 'utf8'), 'precious', words);
    assert.equal(readdirSync(place.path).sort(), before, `${words} leaves nothing beside it`);
  }
  place.remove();
});

withKvm('a log on a full disk does not cost the run', async () => {
  const place = folder({ 'a.S': guest });
  const outcome = await limited('ulimit -f 0', 'build-run -q --log-ports log a.S', place.path);
  assert.is(outcome.status, 0, outcome.stderr);
  assert.is(outcome.stdout.toString(), 'H');
  assert.match(outcome.stderr, /^tskvm: the log log is incomplete: EFBIG/);
  place.remove();
});

withKvm('standard streams that are closed or full', async () => {
  const place = folder({ 'a.S': guest });
  const [full, noInput, noOutput] = await Promise.all([
    limited('true', 'build-run -q a.S', place.path, '>/dev/full'),
    limited('true', 'build-run -q a.S', place.path, '<&-'),
    limited('true', 'build-run -q a.S', place.path, '>&-'),
  ]);
  assert.is(full.status, 82);
  assert.match(full.stderr, /^the output cannot be written: ENOSPC/);
  assert.is(noInput.status, 0);
  assert.is(noInput.stdout.toString(), 'H');
  assert.is(noOutput.status, 0);
  place.remove();
});

withKvm('descriptors and memory exhausted are named, with what to do', async () => {
  const place = folder({ 'a.S': guest });
  const memory = await limited('ulimit -v 3000000', 'build-run --mem 4G a.S', place.path);
  assert.is(memory.status, 2);
  assert.match(memory.stderr, /ENOMEM[\s\S]*--mem/);
  noTrace(memory);
  // How many Node needs for itself is its own affair: somewhere here they are too few for a guest.
  const counts = process.versions.bun === undefined ? [18, 19, 20, 21] : [8, 9, 10, 11, 12, 13, 14, 15, 16];
  const outcomes = await Promise.all(counts.map((n) => limited(`ulimit -n ${n}`, 'build-run -q --engine kvm a.S', place.path)));
  const short = outcomes.filter(({ status }) => status !== 0);
  assert.ok(short.length > 0);
  for (const { stderr } of short.filter(({ status }) => status === 2)) assert.match(stderr, /EMFILE/);
  assert.ok(
    short.some(({ status, stderr }) => status === 2 && /EMFILE[\s\S]*ulimit -n/.test(stderr)),
    short.map(({ stderr }) => stderr).join('\n'),
  );
  place.remove();
});

withKvm('signals at any moment end it, by our status or by the signal', async () => {
  const place = folder({ 'spin.S': '    jmp .\n', 'old.o': 'precious' });
  const expected = { SIGINT: 130, SIGTERM: 142, SIGHUP: 142 } as const;
  const moments = [10, 40, 70, 100, 150, 250];
  await Promise.all(
    (Object.keys(expected) as (keyof typeof expected)[]).map(async (signal) => {
      for (const moment of moments) {
        const child = start(['build-run', '-q', 'spin.S'], { cwd: place.path });
        const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
          child.on('close', (code, by) => resolve([code, by])),
        );
        await new Promise((resolve) => setTimeout(resolve, moment));
        child.kill(signal);
        const [code, by] = await ended;
        assert.ok(by === signal || code === expected[signal], `${signal} after ${moment} ms: status ${code}, signal ${by}`);
      }
    }),
  );
  // `as` waiting for standard input.
  const child = start(['as', '-o', 'old.o'], { cwd: place.path });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, by) => resolve(by)));
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill('SIGTERM');
  assert.is(await ended, 'SIGTERM');
  assert.is(readFileSync(path.join(place.path, 'old.o'), 'utf8'), 'precious');
  place.remove();
});

const device = (body: string): string =>
  `import { defineDevice } from 'tskvm';\nexport default defineDevice({ name: 'bad', ports: [{ start: 0x10, length: 1 }], ${body} });\n`;

withKvm('a device that throws, or never returns, is named with the line that used it', async () => {
  const place = folder({
    'throws.ts': device("out() { throw new Error('no luck'); }"),
    'reads.ts': device("in() { throw new Error('no luck'); }"),
    'hangs.ts': device('out() { for (;;); }'),
    'waits.ts': device('in() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return 0; }'),
    'out.S': '    nop\n    out %al, $0x10\n    hlt\n',
    'in.S': '    nop\n    in $0x10, %al\n    hlt\n',
  });
  const run = (module: string, source: string): Promise<Outcome> =>
    tskvmAsync(['build-run', '--timeout', '30', '--device', `./${module}`, source], { cwd: place.path });
  const [throws, reads, hangs, waits] = await Promise.all([
    run('throws.ts', 'out.S'),
    run('reads.ts', 'in.S'),
    run('hangs.ts', 'out.S'),
    run('waits.ts', 'in.S'),
  ]);
  // Bun's debugger cannot be reached from another thread: there a device that hangs is killed with all the rest.
  const bun = process.versions.bun !== undefined;
  for (const outcome of bun ? [throws, reads] : [throws, reads, hangs, waits]) {
    assert.is(outcome.status, 78, outcome.stderr);
    noTrace(outcome);
  }
  assert.match(throws.stderr, /^device bad failed, used by 0x1 \(out\.S:2\): no luck\n/);
  assert.match(reads.stderr, /^device bad failed, used by 0x1 \(in\.S:2\): no luck\n/);
  if (bun) {
    for (const outcome of [hangs, waits])
      assert.match(outcome.stderr, /^device bad has not returned for 5 s and blocks the whole process: killed\n$/);
    return place.remove();
  }
  assert.match(hangs.stderr, /^device bad has not returned from its out for 5 s, used by 0x1 \(out\.S:2\)\n$/);
  assert.match(waits.stderr, /^device bad has not returned from its in for 5 s, used by 0x1 \(in\.S:2\)\n/);
  place.remove();
});

test('a config that throws is named with its line', async () => {
  const place = folder({
    'a.S': guest,
    'tskvm.config.ts': "const boards = {};\nthrow new Error('no luck');\nexport default { boards };\n",
  });
  const { status, stderr } = await tskvmAsync(['build-run', 'a.S'], { cwd: place.path });
  assert.is(status, 2);
  assert.is(stderr, 'tskvm build-run: tskvm.config.ts:2: no luck\n');
  place.remove();
});

test.after(killStarted);
test.run();
