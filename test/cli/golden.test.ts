/** `tskvm test` and `tskvm/testing`: comparing, updating, selecting, reporting, surviving. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseDirective } from '../../src/commands/testing/directive.js';
import { unifiedDiff } from '../../src/commands/testing/diff.js';
import { discover, shard, shuffle, type Guest } from '../../src/commands/testing/discover.js';
import { GuestRunner } from '../../src/commands/testing/execute.js';
import { compare } from '../../src/commands/testing/golden.js';
import { closeMachines, golden, runGuest } from '../../src/testing.js';
import { folder, kvm, tskvm, tskvmAsync } from '../support/cli.js';

const unit = suite('golden');
const test = kvm ? unit : unit.skip;

/** A guest that prints `text` and halts. */
const say = (text: string, head = ''): string =>
  `${head}${[...Buffer.from(text)].map((byte) => `    mov $${byte}, %al\n    out %al, $0xf1\n`).join('')}    hlt\n`;
const last = (text: string): string => text.trimEnd().split('\n').pop() as string;

unit('directives', () => {
  const { directive, problem } = parseDirective(
    '/*\n * tskvm: mode=real status=7 stdin="a\\n\\x41"\n */\n# tskvm: device=./a.ts device=b@0x10 args="--defsym N=3"\nnop\n# tskvm: mode=long\n',
  );
  assert.is(problem, undefined);
  assert.equal(directive, { mode: 'real', status: '7', stdin: 'a\nA', device: ['./a.ts', 'b@0x10'], args: ['--defsym', 'N=3'] });
  assert.equal(parseDirective('# With tskvm: tskvm build-run\nnop').directive, {});
  assert.equal(parseDirective('\n# tskvm: mod=real\n').problem, {
    line: 2,
    message: parseDirective('\n# tskvm: mod=real\n').problem?.message,
  });
  assert.match(parseDirective('# tskvm: mod=real\n').problem?.message ?? '', "unknown key `mod', did you mean `mode'?");
});

unit('every guest is in exactly one shard, and an order depends on its seed alone', () => {
  const all = Array.from({ length: 23 }, (_, i) => i);
  const parts = [1, 2, 3, 4, 5].flatMap((i) => shard(all, `${i}/5`));
  assert.equal(
    parts.sort((a, b) => a - b),
    all,
  );
  assert.equal(shuffle(all, 7), shuffle(all, 7));
  assert.not.equal(shuffle(all, 7), shuffle(all, 8));
  assert.equal(
    [...shuffle(all, 9)].sort((a, b) => a - b),
    all,
  );
  assert.throws(() => shard(all, '3/2'), /--shard takes I\/N/);
});

unit('diffs show any bytes without moving the cursor', () => {
  assert.is(unifiedDiff(Buffer.from('a\nb\n'), Buffer.from('a\nc\n'), false), '@@ -1,2 +1,2 @@\n a\n-b\n+c\n');
  assert.is(
    unifiedDiff(Buffer.from([0x1b, 0x5b]), Buffer.from([0xff, 0x0a]), false),
    '@@ -1,1 +1,1 @@\n-\\e[\n\\ No newline at end of file\n+\\xff\n',
  );
  assert.is(unifiedDiff(Buffer.from('x'), Buffer.from('x'), false), '');
});

test('write, pass, change, read the diff, accept', () => {
  const place = folder({ 'a.S': say('one\ntwo\n') });
  const run = (...args: string[]): ReturnType<typeof tskvm> => tskvm(['test', '--jobs', '1', ...args], { cwd: place.path });
  let result = run();
  assert.is(result.status, 0);
  assert.is(last(result.stdout.toString()), '0 passed, 0 failed, 1 skipped');
  assert.match(result.stdout.toString(), 'skip a.S: it has no golden output');
  result = run('--ci');
  assert.is(result.status, 1);
  assert.is(last(result.stdout.toString()), '0 passed, 1 failed, 0 skipped');
  result = run('--update');
  assert.is(result.status, 0, result.stdout.toString() + result.stderr);
  assert.match(result.stdout.toString(), 'wrote a.out');
  assert.is(readFileSync(path.join(place.path, 'a.out'), 'utf8'), 'one\ntwo\n');
  const before = statSync(path.join(place.path, 'a.out')).mtimeMs;
  result = run('--update');
  assert.not.match(result.stdout.toString(), 'wrote');
  assert.is(statSync(path.join(place.path, 'a.out')).mtimeMs, before);
  place.write('a.S', say('one\nthree\n'));
  place.write('old.out', 'x');
  result = run();
  assert.is(result.status, 1);
  assert.match(result.stdout.toString(), ' one\n-two\n+three\n');
  assert.match(result.stdout.toString(), 'to accept: tskvm test --update a.S');
  assert.match(result.stdout.toString(), 'obsolete: old.out has no source beside it');
  assert.is(last(result.stdout.toString()), '0 passed, 1 failed, 0 skipped');
  assert.is(run('--update', 'a.S').status, 0);
  assert.is(run('a.S').status, 0);
  place.remove();
});

test('nothing found is status 2', () => {
  const place = folder({ 'b.txt': '' });
  const result = tskvm(['test'], { cwd: place.path });
  assert.is(result.status, 2);
  assert.match(result.stderr, 'no guests found');
  assert.is(tskvm(['test', 'nowhere'], { cwd: place.path }).status, 2);
  place.remove();
});

test('err, regs, status, stdin, errors in the source, skipped and library files', () => {
  const place = folder({
    'status.S': '# tskvm: status=7\n    mov $3, %al\n    out %al, $0xf4\n',
    'status.out': '',
    'wrong.S': '# tskvm: status=2\nfoo\n',
    'wrong.out': '',
    'wrong.err': "wrong.S:2: Error: no such instruction: `foo'\n  --> wrong.S:2:1\n   2 | foo\n     | ^~~\n",
    'regs.S': '    .code16\n    mov $0x1234, %ax\n    hlt\n',
    'skip.S': '# tskvm: skip="not now"\n    jmp .\n',
    'skip.out': '',
    'lib.s': '# tskvm: library\n.macro m\n.endm\n',
    'sub/echo.S': '# tskvm: stdin="hi"\n1:  in $0xf1, %al\n    cmp $0xff, %al\n    je 2f\n    out %al, $0xf1\n    jmp 1b\n2:  hlt\n',
    'sub/echo.out': 'hi',
    'bad.S': '# tskvm: stauts=3\n    hlt\n',
    'bad.out': '',
  });
  writeFileSync(path.join(place.path, 'regs.regs'), '');
  tskvm(['test', '--update', 'regs.S'], { cwd: place.path });
  assert.match(readFileSync(path.join(place.path, 'regs.regs'), 'utf8'), /^rax 0000000000001234$/m);
  const { stdout, status } = tskvm(['test', '--jobs', '1'], { cwd: place.path });
  assert.is(last(stdout.toString()), '4 passed, 1 failed, 1 skipped', stdout.toString());
  assert.match(stdout.toString(), "FAIL bad.S: bad.S:1: Error: unknown key `stauts', did you mean `status'?");
  assert.is(status, 1);
  place.remove();
});

test('a guest that never ends and a device that hangs or crashes cost only themselves', () => {
  const place = folder({
    'a.S': say('a'),
    'a.out': 'a',
    'b.S': '# tskvm: timeout=0.3\n    jmp .\n',
    'b.out': '',
    'c.S': '# tskvm: device=./crash.ts\n    out %al, $0x10\n    hlt\n',
    'c.out': '',
    'crash.ts': "export default { name: 'crash', ports: [{ start: 0x10, length: 1 }], out() { process.kill(process.pid, 'SIGKILL'); } };\n",
    'd.S': say('d'),
    'd.out': 'd',
    'e.S': '# tskvm: device=./throw.ts\n    out %al, $0x10\n    hlt\n',
    'e.out': '',
    'throw.ts': "export default { name: 'thrower', ports: [{ start: 0x10, length: 1 }], out() { throw new Error('no such light'); } };\n",
    'f.S': say('f'),
    'f.out': 'f',
  });
  const { stdout, status } = tskvm(['test', '--jobs', '2'], { cwd: place.path });
  const text = stdout.toString();
  assert.is(status, 1);
  assert.is(last(text), '3 passed, 3 failed, 0 skipped', text);
  assert.match(text, /FAIL b\.S \(\d+ ms\): status 124 instead of 0: stopped by --timeout after 0\.3 s/);
  assert.match(text, /FAIL c\.S \(\d+ ms\): status 80 instead of 0: the worker crashed \(SIGKILL\)/);
  assert.match(text, /FAIL e\.S \(\d+ ms\): status 78 instead of 0: device thrower failed, used by 0x[0-9a-f]+ .*no such light/);
  place.remove();
});

/** Guests that leave something behind for the next to trip over: memory, registers, a mode, a pending error. */
function generatedGuests(count: number): Record<string, string> {
  const files: Record<string, string> = {};
  let state = 12345;
  const random = (n: number): number => (state = (state * 1103515245 + 12345) & 0x7fffffff) % n;
  for (let i = 0; i < count; i++) {
    const value = random(200);
    const bits = [16, 32, 64][random(3)];
    const letter = 65 + (value % 26);
    files[`g${i}.S`] =
      `    .code${bits}\n    movb 0x5000, %al\n    test %al, %al\n    jnz 1f\n    movb $${value | 1}, 0x5000\n    mov $${letter}, %al\n    out %al, $0xf1\n1:  hlt\n`;
    files[`g${i}.out`] = i % 50 === 7 ? 'wrong' : String.fromCharCode(letter);
  }
  return files;
}

type Verdicts = Map<string, string>;
const sorted = (map: Verdicts): string =>
  [...map]
    .sort()
    .map((pair) => pair.join(' '))
    .join('\n');

test('500 generated guests: three seeds, sharded and not, give the same results', async () => {
  const place = folder(generatedGuests(500));
  const { guests } = discover([place.path]);
  const runner = new GuestRunner({ mem: '1M' });
  const run = async (list: readonly Guest[]): Promise<Verdicts> => {
    const verdicts: Verdicts = new Map();
    for (const guest of list) {
      const outcome = await runner.run(guest.file, guest.directive);
      assert.not(verdicts.has(guest.file));
      const differing = compare(guest, outcome).map(({ file }) => file);
      verdicts.set(guest.file, JSON.stringify([outcome.status, differing.length, String(outcome.out), outcome.err, outcome.regs]));
    }
    return verdicts;
  };
  const reference = await run(guests);
  assert.is(reference.size, 500);
  const count = (start: string): number => [...reference.values()].filter((verdict) => verdict.startsWith(start)).length;
  assert.equal([count('[0,0,'), count('[0,1,')], [490, 10]);
  for (const [seed, parts] of [
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 5],
  ]) {
    const verdicts: Verdicts = new Map();
    for (let i = 1; i <= parts; i++) {
      for (const [file, verdict] of await run(shuffle(shard(guests, `${i}/${parts}`), seed))) verdicts.set(file, verdict);
    }
    assert.is(sorted(verdicts), sorted(reference), `seed ${seed}, ${parts} shards`);
  }
  runner.close();
  place.remove();
});

test('worker processes, seeds and shards of the command give the same results', async () => {
  const place = folder(generatedGuests(60));
  const run = async (...args: string[]): Promise<Verdicts> => {
    const { stdout } = await tskvmAsync(['test', '-r', 'json', ...args], { cwd: place.path, timeout: 60_000 });
    const { results } = JSON.parse(stdout.toString()) as { results: { file: string; verdict: string; mismatches: unknown }[] };
    return new Map(results.map(({ file, verdict, mismatches }) => [file, `${verdict} ${JSON.stringify(mismatches)}`]));
  };
  const reference = sorted(await run('--jobs', '1'));
  assert.is(reference.split('\n').filter((line) => line.includes('failed')).length, 2);
  assert.is(reference.split('\n').length, 60);
  assert.is(sorted(await run('--seed', '1', '--jobs', '2')), reference);
  const [first, second] = [
    await run('--shard', '1/2', '--seed', '2', '--jobs', '1'),
    await run('--shard', '2/2', '--seed', '3', '--jobs', '1'),
  ];
  assert.is(sorted(new Map([...first, ...second])), reference);
  place.remove();
});

test('a device beside a guest is found from any folder', () => {
  const place = folder({
    'a.S': '# tskvm: device=./d.ts\n    in $0x10, %al\n    out %al, $0xf1\n    hlt\n',
    'a.out': 'd',
    'd.ts': "export default { name: 'd', ports: [{ start: 0x10, length: 1 }], in: () => 100 };\n",
  });
  const { stdout, status } = tskvm(['test', '--jobs', '1', place.path]);
  assert.is(status, 0, stdout.toString());
  place.remove();
});

test('selection: -t, --bail, --repeat', () => {
  const place = folder({ 'a.S': say('a'), 'a.out': 'x', 'ab.S': say('b'), 'ab.out': 'b', 'c.S': say('c'), 'c.out': 'c' });
  const summary = (...args: string[]): string => last(tskvm(['test', '--jobs', '1', ...args], { cwd: place.path }).stdout.toString());
  assert.is(summary('-t', 'b.S'), '1 passed, 0 failed, 0 skipped');
  assert.is(summary('-t', '/^[bc]/'), '1 passed, 0 failed, 0 skipped');
  assert.is(summary('--bail'), '0 passed, 1 failed, 0 skipped');
  assert.is(summary('--repeat', '3', 'c.S'), '3 passed, 0 failed, 0 skipped');
  place.remove();
});

test('TAP and JUnit can be read back', () => {
  const place = folder({ 'a.S': say('a'), 'a.out': 'x<&"', 'b.S': say('b'), 'b.out': 'b', 'c.S': '# tskvm: skip=later\n', 'c.out': '' });
  const tap = tskvm(['test', '-r', 'tap', '--jobs', '1'], { cwd: place.path }).stdout.toString();
  const [version, plan] = tap.split('\n');
  assert.is(version, 'TAP version 13');
  assert.is(plan, '1..3');
  const points = [...tap.matchAll(/^(ok|not ok) (\d+) - (\S+)( # SKIP .*)?$/gm)].map(([, ok, number, name, skip]) => ({
    ok: ok === 'ok',
    number: Number(number),
    name,
    skip: Boolean(skip),
  }));
  assert.equal(
    points.map(({ number }) => number),
    [1, 2, 3],
  );
  assert.equal(Object.fromEntries(points.map(({ name, ok, skip }) => [name, skip ? 'skip' : ok])), {
    'a.S': false,
    'b.S': true,
    'c.S': 'skip',
  });
  // The YAML block of a failure is indented by two blanks and ends in `...`.
  assert.match(tap, /^not ok .*\n {2}---\n(?: {2}.*\n)+? {2}\.\.\.\n/m);
  const { stdout, stderr, status } = tskvm(['test', '-r', 'junit', '--jobs', '1'], { cwd: place.path });
  assert.is(status, 1);
  assert.is(stderr, '1 passed, 1 failed, 1 skipped\n');
  const root = parseXml(stdout.toString());
  assert.is(root.name, 'testsuites');
  assert.equal([root.attributes.tests, root.attributes.failures, root.attributes.skipped], ['3', '1', '1']);
  const cases = root.children[0].children;
  const failed = cases.find((element) => element.attributes.name === 'a.S');
  assert.is(failed?.children[0].name, 'failure');
  assert.match(failed?.children[0].text ?? '', '-x<&"');
  const github = tskvm(['test', '-r', 'github', '--jobs', '1'], { cwd: place.path }).stdout.toString();
  assert.match(github, /^::error file=a\.S,title=a\.out differs::/m);
  assert.is(last(github), '1 passed, 1 failed, 1 skipped');
  place.remove();
});

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** A small strict reader of XML: elements, attributes, text, character references. */
function parseXml(source: string): Element {
  const decode = (text: string): string => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  let at = 0;
  for (const match of source.matchAll(/<\?xml[^>]*\?>|<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g)) {
    const top = stack[stack.length - 1];
    const text = source.slice(at, match.index);
    assert.not.match(text, /[<>]|&(?!#\d+;)/, 'text is escaped');
    top.text += decode(text);
    at = match.index + match[0].length;
    const [, closing, name, attributes, empty] = match;
    if (!name) continue;
    if (closing) {
      assert.is(name, top.name);
      stack.pop();
      continue;
    }
    const element: Element = {
      name,
      attributes: Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, decode(value)])),
      children: [],
      text: '',
    };
    top.children.push(element);
    if (!empty) stack.push(element);
  }
  assert.is(stack.length, 1, 'every element is closed');
  return root.children[0];
}

test('the library: runGuest and golden', async () => {
  const place = folder({ 'a.S': say('from the library\n'), 'b.S': '    mov $N, %al\n    out %al, $0xf4\n' });
  const file = path.join(place.path, 'a.S');
  const guest = await runGuest(file);
  assert.is(guest.text, 'from the library\n');
  assert.is(guest.status, 0);
  const [first, second] = await Promise.all([
    runGuest(path.join(place.path, 'b.S'), { args: ['--defsym', 'N=1'] }),
    runGuest(path.join(place.path, 'b.S'), { args: ['--defsym', 'N=2'] }),
  ]);
  assert.equal([first.status, second.status], [3, 5]);
  assert.throws(() => golden(guest, path.join(place.path, 'a.out')), /is not there: run the test with TSKVM_UPDATE=1/);
  place.write('a.out', 'from the lib\n');
  assert.throws(() => golden(guest, path.join(place.path, 'a.out')), /-from the lib\n\+from the library/);
  process.env.TSKVM_UPDATE = '1';
  golden(guest, path.join(place.path, 'a.out'));
  delete process.env.TSKVM_UPDATE;
  golden(guest, path.join(place.path, 'a.out'));
  closeMachines();
  place.remove();
});

unit.run();
