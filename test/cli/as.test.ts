/** The `as` command beside GNU as: streams, files, exit statuses. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeRule } from '../../src/commands/as.js';
import { folder, tskvm } from '../support/cli.js';

const haveGnu = spawnSync('as', ['--version']).status === 0;
const unit = suite('as');
const test = haveGnu ? unit : unit.skip;

/** The contents of a section, in hex. */
const text = (file: string): string =>
  /Contents of section \.text:\n((?: .*\n)*)/.exec(execFileSync('objdump', ['-s', '-j', '.text', file]).toString())?.[1] ?? '';

test('the same object from files, standard input and a response file', () => {
  const place = folder({ 'a.s': 'start: mov $N, %eax\n', 'b.s': '    jmp start\n', 'o.rsp': '--32 --defsym N=7\n-o "rsp.o" a.s b.s' });
  const in_ = (args: string[], input = ''): ReturnType<typeof tskvm> => tskvm(['as', ...args], { cwd: place.path, input });
  execFileSync('as', ['--32', '--defsym', 'N=7', 'a.s', 'b.s', '-o', 'gnu.o'], { cwd: place.path });
  const file = (name: string): string => path.join(place.path, name);
  assert.is(in_(['--32', '--defsym', 'N=7', 'a.s', 'b.s', '-o', 'ours.o']).status, 0);
  assert.is(in_(['@o.rsp']).status, 0);
  assert.is(in_(['-32', '-defsym=N=7', '-'], 'start: mov $N, %eax\njmp start\n').status, 0);
  const piped = in_(['--32', '--defsym', 'N=7', '-o', '-', 'a.s', 'b.s']);
  place.write('piped.o', piped.stdout);
  for (const name of ['ours.o', 'rsp.o', 'a.out', 'piped.o']) assert.is(text(file(name)), text(file('gnu.o')), name);
  place.remove();
});

test('errors, warnings and -W, --fatal-warnings, -Z end as GNU as does', () => {
  const place = folder({ 'w.s': '.warning "careful"\nnop\n', 'e.s': 'nop\nfoo\nnop\n' });
  for (const args of [
    ['w.s'],
    ['-W', 'w.s'],
    ['--no-warn', 'w.s'],
    ['--fatal-warnings', 'w.s'],
    ['--fatal-warnings', '--warn', 'w.s'],
    ['e.s'],
    ['-Z', 'e.s'],
    ['nofile.s'],
    ['w.s', 'nofile.s'],
    ['--nope'],
  ]) {
    const gnu = spawnSync('as', [...args, '-o', 'gnu.o'], { cwd: place.path });
    const ours = tskvm(['as', ...args, '-o', 'ours.o'], { cwd: place.path });
    assert.is(ours.status, gnu.status, `${args.join(' ')}: ${ours.stderr}`);
    // Our first lines are GNU's, without its headings; what follows is indented.
    const lines = (stderr: string): string[] => stderr.split('\n').filter((line) => /^[^ ].*(Error|Warning): /.test(line));
    assert.equal(lines(ours.stderr), lines(gnu.stderr.toString()), args.join(' '));
    assert.is(existsSync(path.join(place.path, 'ours.o')), existsSync(path.join(place.path, 'gnu.o')), `${args.join(' ')}: an object`);
    for (const name of ['ours.o', 'gnu.o']) spawnSync('rm', ['-f', name], { cwd: place.path });
  }
  place.remove();
});

test('--MD writes the rule that GNU as writes', () => {
  const names = Array.from({ length: 12 }, (_, i) => `included-file-${i}.inc`);
  const place = folder({
    'a.s': names.map((name) => `.include "${name}"\n`).join(''),
    ...Object.fromEntries(names.map((name) => [name, 'nop\n'])),
  });
  execFileSync('as', ['--MD', 'gnu.d', '-o', 'x.o', 'a.s'], { cwd: place.path });
  assert.is(tskvm(['as', '--MD', 'ours.d', '-o', 'x.o', 'a.s'], { cwd: place.path }).status, 0);
  assert.is(readFileSync(path.join(place.path, 'ours.d'), 'utf8'), readFileSync(path.join(place.path, 'gnu.d'), 'utf8'));
  place.remove();
});

unit('names in a rule for make are quoted', () => {
  assert.is(makeRule('a b.o', ['c#.s', 'c#.s', 'd$.s']), 'a\\ b.o: d$$.s c\\#.s\n');
});

unit('an output appears whole or not at all', () => {
  const place = folder({ 'a.s': 'nop\n', 'bad.s': 'foo\n', 'old.o': 'precious', 'real.o': 'x' });
  const run = (...args: string[]): number | null => tskvm(['as', ...args], { cwd: place.path }).status;
  const file = (name: string): string => path.join(place.path, name);
  // After an error the old output is still there.
  assert.is(run('bad.s', '-o', 'old.o'), 1);
  assert.is(readFileSync(file('old.o'), 'utf8'), 'precious');
  // Its permissions stay, and a link stays a link.
  chmodSync(file('old.o'), 0o640);
  assert.is(run('a.s', '-o', 'old.o'), 0);
  assert.is(statSync(file('old.o')).mode & 0o777, 0o640);
  symlinkSync('real.o', file('link.o'));
  assert.is(run('a.s', '-o', 'link.o'), 0);
  assert.ok(lstatSync(file('link.o')).isSymbolicLink());
  assert.is(readFileSync(file('real.o')).subarray(1, 4).toString(), 'ELF');
  // A device is written, not replaced.
  assert.is(run('a.s', '-o', '/dev/null'), 0);
  assert.ok(statSync('/dev/null').isCharacterDevice());
  mkdirSync(file('sub'));
  assert.is(run('a.s', '-o', 'sub/b.o'), 0);
  assert.equal(spawnSync('ls', [file('sub')]).stdout.toString(), 'b.o\n', 'nothing is left beside it');
  place.remove();
});

unit('help and version', () => {
  const help = tskvm(['as', '--help']).stdout.toString();
  for (const option of ['--defsym', '-I', '-march', '--size-check', '@FILE']) assert.match(help, option);
  assert.match(tskvm(['as', '--version']).stdout.toString(), 'GNU assembler version 2.40');
});

unit.run();
