/**
 * Command-line tests, a file each in test/cli/cases: what is run in an empty folder, with which files and input, and
 * what it must print and end with. Sections: `--- args`, `--- file NAME`, `--- input`, `--- stdout`, `--- stderr`
 * (each optional), `--- status` (0 when absent). In stdout and stderr a line `...` stands for any lines.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folder, tskvm } from '../support/cli.js';

const kvm = existsSync('/dev/kvm');
const test = suite('cases');

/** `text` with each `...` line as a pattern for any lines. */
function matches(actual: string, expected: string): boolean {
  const pattern = expected
    .split('\n')
    .map((line) => (line === '...' ? '(?:.*\\n)*?' : `${line.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&')}\n`))
    .join('');
  return new RegExp(`^${pattern.replace(/\n$/, '')}$`).test(actual);
}

for (const name of readdirSync('test/cli/cases').filter((file) => file.endsWith('.case'))) {
  const text = readFileSync(path.join('test/cli/cases', name), 'utf8');
  const sections = new Map<string, string>();
  for (const part of text.split(/^--- /m).slice(1)) {
    const end = part.indexOf('\n');
    sections.set(part.slice(0, end), part.slice(end + 1));
  }
  (sections.has('needs kvm') && !kvm ? test.skip : test)(name, () => {
    const place = folder();
    try {
      for (const [title, content] of sections) if (title.startsWith('file ')) place.write(title.slice(5), content);
      const words = [...(sections.get('args') ?? '').trim().matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
      const { stdout, stderr, status } = tskvm(words, { cwd: place.path, input: sections.get('input') ?? '' });
      const whole = `stdout:\n${stdout.toString()}\nstderr:\n${stderr}`;
      for (const [title, actual] of [
        ['stdout', stdout.toString()],
        ['stderr', stderr],
      ]) {
        const expected = sections.get(title);
        if (expected !== undefined && !matches(actual, expected)) assert.is(actual, expected, `${title} of ${name}`);
      }
      assert.is(status, Number(sections.get('status') ?? 0), whole);
      assert.not.match(stderr, /^\s+at .*\(?(node:|\/).*:\d+:\d+\)?$/m, 'no stack trace');
    } finally {
      place.remove();
    }
  });
}

test.run();
