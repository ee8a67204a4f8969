/**
 * Command-line tests, a file each in test/cli/cases: what is run in an empty folder, with which files and input, and
 * what it must print and end with. Sections: `--- args`, `--- file NAME`, `--- input`, `--- stdout`, `--- stderr`
 * (each optional), `--- status` (0 when absent). In stdout and stderr a line `...` stands for any lines, and `...` at the
 * end of a line for the rest of it, its newline included.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folder, kvm, tskvmAsync, type Outcome } from '../support/cli.js';

const test = suite('cases');

/** Compares with a text in which a line `...` matches any lines and a line that ends in `...` any ending. */
function matches(actual: string, expected: string): boolean {
  const quote = (text: string): string => text.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&');
  const lines = expected.split('\n').slice(0, -1);
  const pattern = lines.map((line) =>
    line === '...' ? '(?:.*\\n)*?' : line.endsWith('...') ? `${quote(line.slice(0, -3))}.*\\n?` : `${quote(line)}\\n`,
  );
  return new RegExp(`^${pattern.join('')}$`).test(actual);
}

interface Case {
  readonly name: string;
  readonly sections: ReadonlyMap<string, string>;
  outcome: Promise<Outcome>;
}

const cases: Case[] = readdirSync('test/cli/cases')
  .filter((file) => file.endsWith('.case'))
  .map((name) => {
    const text = readFileSync(path.join('test/cli/cases', name), 'utf8');
    const sections = new Map<string, string>();
    for (const part of text.split(/^--- /m).slice(1)) {
      const end = part.indexOf('\n');
      sections.set(part.slice(0, end), part.slice(end + 1));
    }
    return { name, sections, outcome: new Promise(() => {}) };
  });

async function runCase({ sections }: Case): Promise<Outcome> {
  const place = folder();
  try {
    for (const [title, content] of sections) if (title.startsWith('file ')) place.write(title.slice(5), content);
    const words = [...(sections.get('args') ?? '').trim().matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
    return await tskvmAsync(words, { cwd: place.path, input: sections.get('input') ?? '' });
  } finally {
    place.remove();
  }
}

// Several at once: most of the time of each is a process that starts.
let turn = 0;
const lanes: Promise<unknown>[] = Array.from({ length: 3 }, () => Promise.resolve());
for (const one of cases) {
  if (one.sections.has('needs kvm') && !kvm) continue;
  const lane = turn++ % lanes.length;
  lanes[lane] = one.outcome = lanes[lane].then(() => runCase(one));
}

for (const { name, sections, outcome } of cases) {
  (sections.has('needs kvm') && !kvm ? test.skip : test)(name, async () => {
    const { stdout, stderr, status } = await outcome;
    for (const [title, actual] of [
      ['stdout', stdout.toString()],
      ['stderr', stderr],
    ]) {
      const expected = sections.get(title);
      if (expected !== undefined && !matches(actual, expected)) assert.is(actual, expected, `${title} of ${name}`);
    }
    assert.is(status, Number(sections.get('status') ?? 0), `stdout:\n${stdout.toString()}\nstderr:\n${stderr}`);
    assert.not.match(stderr, /^\s+at .*\(?(node:|\/).*:\d+:\d+\)?$/m, 'no stack trace');
  });
}

test.run();
