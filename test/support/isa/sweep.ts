/**
 * The sweep: every form of the tables × mode × operand shape, and statements that are nearly right, assembled by GNU as
 * and by us; bytes, acceptance and messages compared.
 * Options: --table NAME… --mode 16|32|64… --syntax att|intel… --kind shapes|pointers|mutations|options… --match REGEXP
 *          --show N (groups of differences) --messages --write (docs/isa.md)
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare, type Difference } from './compare.js';
import { oracleVersion, type Bits } from './oracle.js';
import { optionRuns } from './option-runs.js';
import { mutationsOf, pointersOf, statementsOf, type Statement } from './statements.js';
import { allForms, pseudoForms, type TableForm } from './tables.js';

const { values } = parseArgs({
  options: {
    table: { type: 'string', multiple: true },
    mode: { type: 'string', multiple: true, default: ['64', '32', '16'] },
    syntax: { type: 'string', multiple: true, default: ['att'] },
    kind: { type: 'string', multiple: true, default: ['shapes', 'pointers', 'mutations', 'options'] },
    match: { type: 'string' },
    show: { type: 'string', default: '40' },
    messages: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});

interface FeatureCount {
  forms: number;
  statements: number;
  different: Difference[];
}

const base = allForms();
let forms: TableForm[] = [...base, ...pseudoForms(base)];
if (values.table) forms = forms.filter((f) => values.table!.includes(f.table));
if (values.match) forms = forms.filter((f) => new RegExp(values.match!).test(f.mnemonic));

const features = new Map<string, FeatureCount>();
const featureOf = (name: string): FeatureCount => {
  let count = features.get(name);
  if (count === undefined) features.set(name, (count = { forms: 0, statements: 0, different: [] }));
  return count;
};
for (const form of forms) featureOf(form.feature).forms += 1;

const runs: { name: string; statements: number; different: number; messages: number }[] = [];
const messageKinds = new Map<string, [number, string]>();

/** Runs a list through both assemblers and books the outcome. */
function book(
  name: string,
  statements: readonly Statement[],
  bits: Bits,
  syntax: 'att' | 'intel',
  option?: (typeof optionRuns)[number],
): void {
  const run = { name, statements: statements.length, different: 0, messages: 0 };
  for (const statement of statements) featureOf(statement.form.feature).statements += 1;
  for (const d of compare(statements, { bits, syntax, flags: option?.flags, x86: option?.x86 })) {
    if (d.kind === 'message') {
      run.messages += 1;
      const key = `${d.theirs.messages.join('; ')} <> ${d.ours.messages.join('; ')}`.replace(/`[^`']*'/g, "`x'").replace(/%\w+/g, '%r');
      const entry = messageKinds.get(key);
      if (entry) entry[0] += 1;
      else messageKinds.set(key, [1, d.statement.text]);
    } else {
      run.different += 1;
      featureOf(d.statement.form.feature).different.push({ ...d, run: name });
    }
  }
  runs.push(run);
  console.log(`${name}: ${run.statements} statements, ${run.different} differ, ${run.messages} in messages only`);
}

function collect(bits: Bits, make: (form: TableForm) => Iterable<Statement>, every: boolean): Statement[] {
  const seen = new Set<string>();
  const list: Statement[] = [];
  for (const form of forms) {
    if (!every && !form.modes.includes(bits)) continue;
    for (const s of make(form)) {
      if (seen.has(s.text)) continue;
      seen.add(s.text);
      list.push(s);
    }
  }
  return list;
}

const modes = values.mode.map(Number) as Bits[];
for (const syntax of values.syntax as ('att' | 'intel')[]) {
  for (const bits of modes) {
    if (values.kind.includes('shapes'))
      book(
        `${syntax} ${bits} shapes`,
        collect(bits, (f) => statementsOf(f, bits, syntax), false),
        bits,
        syntax,
      );
    if (values.kind.includes('pointers') && syntax === 'intel')
      book(
        `intel ${bits} pointers`,
        collect(bits, (f) => pointersOf(f, bits), false),
        bits,
        syntax,
      );
    if (values.kind.includes('mutations'))
      book(
        `${syntax} ${bits} mutations`,
        collect(bits, (f) => mutationsOf(f, bits, syntax), true),
        bits,
        syntax,
      );
    if (values.kind.includes('options') && syntax === 'att') {
      for (const option of optionRuns) {
        if (option.modes && !option.modes.includes(bits)) continue;
        const vector = (f: TableForm): Iterable<Statement> => (option.wants(f) ? statementsOf(f, bits, syntax) : []);
        book(`${syntax} ${bits} ${option.flags.join(' ')}`, collect(bits, vector, false), bits, syntax, option);
      }
    }
  }
}

const total = runs.reduce((n, r) => n + r.statements, 0);
const different = runs.reduce((n, r) => n + r.different, 0);
const messages = runs.reduce((n, r) => n + r.messages, 0);
console.log(`${total} statements, ${different} differ in bytes or acceptance, ${messages} in messages only`);
const groups = new Map<string, Difference[]>();
for (const { different: list } of features.values()) {
  for (const d of list) {
    const key = `${d.statement.text.split(' ')[0]} ${d.run} ${d.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), d]);
  }
}
const describe = (d: Difference): string =>
  `${d.statement.text} | gas ${d.theirs.hex || '-'} ours ${d.ours.hex || '-'} | gas: ${d.theirs.messages.join('; ')} ours: ${d.ours.messages.join('; ')}`;
for (const [key, list] of [...groups].sort((a, b) => b[1].length - a[1].length).slice(0, Number(values.show)))
  console.log(`${list.length} ${key}: ${describe(list[0])}`);
if (values.messages) {
  for (const [key, [n, text]] of [...messageKinds].sort((a, b) => b[1][0] - a[1][0]).slice(0, Number(values.show)))
    console.log(`${n} ${key} | ${text}`);
}

if (values.write) {
  const rows = [...features].sort(([a], [b]) => (a < b ? -1 : 1));
  const out = [
    '# The instruction set, compared with GNU as',
    '',
    'Written by `npm run isa:sweep -- --write`; not by hand.',
    '',
    `Oracle: ${oracleVersion()}. ${forms.length} forms (rows of src/asm/x86/opcodes and the pseudo-ops made from them), ${total} statements,`,
    `${different} different in bytes or in being accepted (${((100 * different) / total).toFixed(4)} %), ${messages} with other words in a message.`,
    '',
    '| run | statements | different | other message |',
    '|---|--:|--:|--:|',
    ...runs.map((r) => `| ${r.name} | ${r.statements} | ${r.different} | ${r.messages} |`),
    '',
    '| feature | forms | statements | same | different |',
    '|---|--:|--:|--:|--:|',
    ...rows.map(([name, f]) => `| ${name} | ${f.forms} | ${f.statements} | ${f.statements - f.different.length} | ${f.different.length} |`),
    '',
  ];
  if (different > 0) {
    out.push('## First differences', '');
    for (const [name, f] of rows) {
      if (f.different.length === 0) continue;
      out.push(
        `${name}:`,
        '',
        ...f.different
          .slice(0, 8)
          .map(
            (d) =>
              `- \`${d.statement.text}\` (${d.run}): GNU ${d.theirs.hex || d.theirs.messages.join('; ')}; ours ${d.ours.hex || d.ours.messages.join('; ')}`,
          ),
        '',
      );
    }
  }
  writeFileSync('docs/isa.md', `${out.join('\n')}\n`);
}
process.exitCode = different > total / 1000 ? 1 : 0;
