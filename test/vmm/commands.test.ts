import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kvmSuite } from './guest.js';
import * as assert from 'uvu/assert';

const test = kvmSuite('trace, doctor and logs as commands');
const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-commands-'));
const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
test.after(() => rmSync(folder, { recursive: true }));

function tskvm(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/tskvm.js', ...words], { encoding: 'latin1', timeout: 90_000 });
  return { status, stdout, stderr };
}

const loop = file('loop.S', 'start: movb $3, %cl\nagain: movb %cl, %al\n outb %al, $0xf1\n decb %cl\n jnz again\n hlt\n');

test('trace shows every instruction on standard error, the guest writes standard output', () => {
  const { status, stdout, stderr } = tskvm('trace', loop, '--timeout', '60');
  assert.is(status, 0);
  assert.is(stdout, '\x03\x02\x01');
  const lines = stderr.trim().split('\n');
  assert.is(lines.length, 1 + 3 * 4 + 1 + 1);
  assert.match(lines[2], /out %al,\$0xf1 .*console: out 0xf1.*loop\.S:3$/);
  assert.is(lines[lines.length - 1], 'KVM_EXIT_HLT');
});

test('trace --from, --to, --ports, --symbol, --limit and JSON lines', () => {
  const log = path.join(folder, 'trace.jsonl');
  assert.is(tskvm('trace', loop, '-q', '--format', 'jsonl', '-o', log, '--ports', '--timeout', '60').status, 0);
  const ports = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { ports: { value: string }[] }).ports[0].value);
  assert.equal(ports, ['0x3', '0x2', '0x1']);
  const some = tskvm('trace', loop, '-q', '--from', 'loop.S:4', '--to', 'loop.S:5', '--timeout', '60');
  assert.is(some.stderr.trim().split('\n').length, 2);
  assert.is(tskvm('trace', loop, '-q', '--limit', '5', '--timeout', '60').stderr.trim().split('\n').length, 5);
  const start = tskvm('trace', loop, '-q', '--symbol', 'start', '--timeout', '60').stderr.trim().split('\n');
  assert.is(start.length, 1);
  const wrong = tskvm('trace', loop, '--from', 'nowhere');
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /there is no symbol `nowhere'/);
});

test('coverage beside the source, and as lcov', () => {
  const lcov = path.join(folder, 'lcov.info');
  const { stderr } = tskvm('trace', loop, '-q', '--coverage', '--lcov', lcov, '--timeout', '60');
  assert.match(stderr, /6 of 6 lines with code ran\n +1 +1 {2}start/);
  assert.match(readFileSync(lcov, 'utf8'), /DA:3,3\n/);
});

test('--log-ports and --log-exits name device and source line', () => {
  const exits = path.join(folder, 'exits.jsonl');
  const { status, stderr } = tskvm('build-run', loop, '-q', '--log-ports', '-', '--log-exits', exits, '--timeout', '60');
  assert.is(status, 0);
  const lines = stderr.trim().split('\n');
  assert.is(lines.length, 3);
  for (const line of lines) assert.match(line, /console: out 0xf1.*loop\.S:3$/);
  const records = readFileSync(exits, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { exit: string; line?: number });
  assert.equal(
    records.map((r) => r.exit),
    ['KVM_EXIT_IO', 'KVM_EXIT_IO', 'KVM_EXIT_IO', 'KVM_EXIT_HLT'],
  );
  assert.is(records[0].line, 3);
  assert.is(records[3].line, 6, 'a hlt is on its own line, not on the next');
});

test('a snapshot on the command line: the guest goes on where it was', () => {
  const source = file(
    'count.S',
    '.code16\n1: incb 0x8000\n movb 0x8000, %al\n addb $0x30, %al\n outb %al, $0xf1\n outb %al, $0xf4\n jmp 1b\n',
  );
  const snapshot = path.join(folder, 'state');
  for (const engine of ['kvm', 'soft']) {
    assert.is(tskvm('build-run', source, '-q', '--engine', engine, '--save-snapshot', snapshot, '--timeout', '60').stdout, '1');
    assert.is(tskvm('build-run', source, '-q', '--engine', engine, '--load-snapshot', snapshot, '--timeout', '60').stdout, '2');
  }
});

test('files that cannot be written are named before the guest runs', () => {
  for (const option of ['--save-snapshot', '--screen', '--log-ports']) {
    const { status, stdout, stderr } = tskvm('build-run', loop, option, path.join(folder, 'none', 'file'), '--timeout', '60');
    assert.is(status, 2);
    assert.is(stdout, '');
    assert.match(stderr, /none\/file: (ENOENT: )?no such file or directory/i);
  }
  const wrong = tskvm('build-run', loop, '--load-snapshot', loop);
  assert.match(wrong.stderr, /loop\.S is not a snapshot of this version/);
});

test('--load puts another file into memory', () => {
  const data = file('data.bin', 'Z');
  const source = file('data.S', '.code16\n movb 0x7000, %al\n outb %al, $0xf1\n hlt\n');
  assert.is(tskvm('build-run', source, '-q', '--load', `${data}@0x7000`, '--timeout', '60').stdout, 'Z');
  assert.match(tskvm('build-run', source, '--load', data).stderr, /--load takes FILE@ADDRESS/);
});

test('a broken guest is explained on the command line', () => {
  const broken = file('broken.S', '.code32\nstart: nop\n ud2\n');
  const { status, stderr } = tskvm('build-run', broken, '--timeout', '60');
  assert.is(status, 64);
  assert.match(stderr, /KVM_EXIT_SHUTDOWN.*\ncause: no IDT was loaded.*#UD from `ud2` at .*broken\.S:3/);
  assert.match(stderr, /eip=00000001/);
});

test('doctor examines both engines', () => {
  const { status, stdout } = tskvm('doctor', '--json');
  assert.is(status, 0);
  const checks = JSON.parse(stdout) as { name: string; state: string }[];
  assert.equal(
    checks.filter((check) => check.name.endsWith('self-test')).map((check) => check.state),
    ['ok', 'ok'],
  );
});

test.run();
