/**
 * The sweep: every form of the tables × mode × operand shape, assembled by GNU as and by us, bytes and acceptance compared.
 * Options: --table NAME… --mode 16|32|64… --syntax att|intel --match REGEXP --show N --every N --write
 */
import { parseArgs } from 'node:util';
import { assembleWithGas, type Bits } from './oracle.js';
import { encodeOurs } from './ours.js';
import { mutationsOf, statementsOf } from './statements.js';
import { allForms, pseudoForms, type TableForm } from './tables.js';

interface Difference {
  bits: Bits;
  text: string;
  feature: string;
  gas: string;
  ours: string;
  messages: string;
  kind: string;
}

const { values } = parseArgs({
  options: {
    table: { type: 'string', multiple: true },
    mode: { type: 'string', multiple: true },
    syntax: { type: 'string', default: 'att' },
    match: { type: 'string' },
    show: { type: 'string', default: '40' },
    messages: { type: 'boolean' },
    mutate: { type: 'boolean' },
    plain: { type: 'boolean' },
    statements: { type: 'boolean' },
  },
});
const syntax = values.syntax as 'att' | 'intel';
const base = allForms();
let forms: TableForm[] = [...base, ...pseudoForms(base)];
if (values.table) forms = forms.filter((f) => values.table!.includes(f.table));
if (values.match) forms = forms.filter((f) => new RegExp(values.match!).test(f.mnemonic));

let total = 0;
const differences: Difference[] = [];
let messageDifferences = 0;
const messageKinds = new Map<string, [number, string]>();
for (const bits of (values.mode?.map(Number) ?? [64, 32, 16]) as Bits[]) {
  const seen = new Set<string>();
  const statements: { text: string; form: TableForm; kind: string }[] = [];
  for (const form of forms) {
    if (!form.modes.includes(bits) && !values.mutate) continue;
    let from;
    try {
      from = values.mutate ? mutationsOf(form, bits, syntax) : statementsOf(form, bits, syntax);
      for (const s of from) {
        if (seen.has(s.text)) continue;
        seen.add(s.text);
        statements.push(s as (typeof statements)[number]);
      }
    } catch (error) {
      console.log(`${form.row}: ${(error as Error).message}`);
    }
  }
  for (let at = 0; at < statements.length; at += 100_000) {
    const part = statements.slice(at, at + 100_000);
    const texts = part.map((s) => s.text);
    const theirs = assembleWithGas(texts, { bits, syntax });
    const ours = encodeOurs(texts, { bits, syntax });
    part.forEach((s, i) => {
      total += 1;
      const t = theirs[i];
      const o = ours[i];
      const errors = t.messages.some((m) => m.startsWith('Error'));
      const gas = errors ? '' : t.hex;
      if (gas !== o.hex) {
        differences.push({
          bits,
          text: s.text,
          feature: s.form.feature,
          gas,
          ours: o.hex,
          kind: s.kind,
          messages: `gas: ${t.messages.join('; ')} ours: ${o.messages.join('; ')}`,
        });
      } else if (t.messages.join() !== o.messages.join()) {
        messageDifferences += 1;
        const key = `${t.messages.join('; ')} <> ${o.messages.join('; ')}`.replace(/`[^`']*'/g, "`x'").replace(/%\w+/g, '%r');
        const entry = messageKinds.get(key);
        if (entry) entry[0] += 1;
        else messageKinds.set(key, [1, s.text]);
      }
    });
  }
}
const groups = new Map<string, Difference[]>();
for (const d of differences) {
  const key = `${d.text.split(' ')[0]} ${d.bits} ${d.gas === '' ? 'accept' : d.ours === '' ? 'reject' : 'bytes'}`;
  groups.set(key, [...(groups.get(key) ?? []), d]);
}
console.log(`${total} statements, ${differences.length} differ in bytes or acceptance, ${messageDifferences} in messages only`);
let shown = 0;
for (const [key, list] of [...groups].sort((a, b) => b[1].length - a[1].length)) {
  if (shown++ >= Number(values.show)) break;
  const d = list[0];
  console.log(`${list.length} ${key}: ${d.text} | gas ${d.gas || '-'} ours ${d.ours || '-'} | ${d.messages}`);
}
if (values.messages) {
  for (const [key, [n, text]] of [...messageKinds].sort((a, b) => b[1][0] - a[1][0]).slice(0, Number(values.show)))
    console.log(`${n} ${key} | ${text}`);
}
