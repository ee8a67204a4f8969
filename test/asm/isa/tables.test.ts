/** The row tables beside iced-x86's, row by row, and what we encode decoded again. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRow } from '../../../src/asm/x86/rows.js';
import { encodeOurs } from '../../support/isa/ours.js';
import { statementsOf } from '../../support/isa/statements.js';
import { allForms } from '../../support/isa/tables.js';

const iced = createRequire(import.meta.url)('iced-x86') as typeof import('iced-x86');
const test = suite('instruction tables');

interface Fact {
  mnemonic: string;
  map: number;
  opcode: number;
  encoding: string;
  pp: number;
}

const maps: Record<string, number> = { Normal: 0, T0F: 1, T0F38: 2, T0F3A: 3, MAP5: 5, MAP6: 6, MAP8: 8, MAP9: 9, MAP10: 10 };
const encodings: Record<string, string> = { Legacy: 'legacy', VEX: 'vex', EVEX: 'evex', XOP: 'xop', D3NOW: '3dnow' };

/** Everything that iced knows, as far as a row says the same. */
function facts(): Map<string, Fact[]> {
  const byKey = new Map<string, Fact[]>();
  for (const code of Object.values(iced.Code)) {
    if (typeof code !== 'number') continue;
    const op = iced.CodeExt.opCode(code);
    const encoding = encodings[iced.EncodingKind[op.encoding]];
    if (encoding === undefined || !op.isInstruction) continue;
    const fact = {
      mnemonic: op.instructionString.split(' ')[0].toLowerCase(),
      map: encoding === '3dnow' ? 1 : maps[iced.OpCodeTableKind[op.table]],
      opcode: op.opCode,
      encoding,
      pp:
        op.mandatoryPrefix === iced.MandatoryPrefix.P66
          ? 1
          : op.mandatoryPrefix === iced.MandatoryPrefix.PF3
            ? 2
            : op.mandatoryPrefix === iced.MandatoryPrefix.PF2
              ? 3
              : 0,
    };
    const key = `${fact.encoding} ${fact.map} ${fact.pp}`;
    byKey.set(key, [...(byKey.get(key) ?? []), fact]);
  }
  return byKey;
}

test('the generated tables are what the generator makes', () => {
  execFileSync(process.execPath, ['scripts/isa-generate.mjs', '--check'], { stdio: 'pipe' });
});

test('every vector row has the opcode, map and prefix that iced gives its mnemonic', () => {
  const known = facts();
  const wrong: string[] = [];
  let checked = 0;
  for (const form of allForms()) {
    if (!['sse', 'avx', 'avx512', 'amd', 'bmi'].includes(form.table)) continue;
    const row = parseRow(form.row);
    const opcode = row.encoding === '3dnow' ? row.suffixByte : row.opcode.reduce((n, b) => n * 256 + b, 0);
    const candidates = known.get(`${row.encoding} ${row.map} ${row.pp}`) ?? [];
    checked += 1;
    const name = form.mnemonic.replace(/^(v?)movd$/, '$1mov[dq]').replace(/^(v?pcmpestr[im])$/, '$1(64)?');
    if (!candidates.some((f) => f.opcode === opcode && new RegExp(`^${name}$`).test(f.mnemonic))) wrong.push(form.row);
  }
  assert.ok(checked > 3000);
  assert.equal(wrong, []);
});

test('iced decodes what we encode', () => {
  const wrong: string[] = [];
  let checked = 0;
  const { MPX, NoInvalidCheck, MovTr, OldFpu } = iced.DecoderOptions;
  for (const bits of [64, 32] as const) {
    const statements: { text: string; table: string }[] = [];
    for (const form of allForms()) {
      if (!form.modes.includes(bits)) continue;
      let count = 0;
      for (const { text } of statementsOf(form, bits, 'att')) {
        statements.push({ text, table: form.table });
        if (++count === 2) break;
      }
    }
    const encoded = encodeOurs(
      statements.map((s) => s.text),
      { bits },
    );
    const bytes = Buffer.from(encoded.map((e) => e.hex).join(''), 'hex');
    const decoder = new iced.Decoder(bits, bytes, MPX | NoInvalidCheck | MovTr | OldFpu);
    const instruction = new iced.Instruction();
    let at = 0;
    encoded.forEach(({ hex }, i) => {
      if (hex === '') return;
      decoder.position = at;
      decoder.decodeOut(instruction);
      at += hex.length / 2;
      checked += 1;
      // wait is an instruction of its own to iced; what only other makers' processors had it does not decode at all.
      const whole = instruction.length === hex.length / 2 || hex.startsWith('9b');
      const exotic = statements[i].text === 'frstpm ' || statements[i].table === 'system' || statements[i].table === 'extensions';
      if (!exotic && (instruction.code === iced.Code.INVALID || !whole)) wrong.push(`${bits} ${statements[i].text}: ${hex}`);
    });
    instruction.free();
    decoder.free();
  }
  assert.ok(checked > 5000);
  assert.equal(wrong, []);
});

/** Registers, immediates and addresses in one spelling: no blanks, no scale of 1, hexadecimal numbers. */
const operandsOf = (text: string): string =>
  text
    .slice(`${text.trim()} `.indexOf(' '))
    .replaceAll(/\s|,1(?=\))/g, '')
    .replaceAll(/-?0x[0-9a-f]+|\b\d+\b(?![})])/g, (number) => String(Number(number)));

test('what iced decodes has our operands, and its text assembles to the same again', () => {
  const wrong: string[] = [];
  const formatter = new iced.Formatter(iced.FormatterSyntax.Gas);
  const { MPX, NoInvalidCheck, MovTr } = iced.DecoderOptions;
  const decoded = (bits: 64 | 32, hexes: readonly string[]): string[] => {
    const decoder = new iced.Decoder(bits, Buffer.from(hexes.join(''), 'hex'), MPX | NoInvalidCheck | MovTr);
    const instruction = new iced.Instruction();
    let at = 0;
    const texts = hexes.map((hex) => {
      decoder.position = at;
      at += hex.length / 2;
      decoder.decodeOut(instruction);
      return hex === '' ? '' : formatter.format(instruction);
    });
    instruction.free();
    decoder.free();
    return texts;
  };
  const vector = new Set(['sse', 'avx', 'avx512', 'bmi']);
  let checked = 0;
  for (const bits of [64, 32] as const) {
    const statements = allForms()
      .filter((form) => form.modes.includes(bits) && (form.table === 'general' || (bits === 64 && vector.has(form.table))))
      // iced reads AMD's movsxd of 16 bits; of GNU's vcvttps2dq between two lengths there is no decoding.
      .filter((form) => form.mnemonic !== 'movsxd')
      .map((form) => ({ form, text: statementsOf(form, bits, 'att').next().value!.text as string }));
    const first = decoded(bits, encodeOurs(statements.map((s) => s.text), { bits }).map((e) => e.hex)); // prettier-ignore
    const second = decoded(bits, encodeOurs(first, { bits }).map((e) => e.hex)); // prettier-ignore
    first.forEach((text, i) => {
      if (text === '') return;
      checked += 1;
      const { form, text: written } = statements[i];
      if (second[i] !== text) wrong.push(`${bits} ${written}: ${text}, then ${second[i]}`);
      if (!vector.has(form.table) || form.mnemonic === 'vcvttps2dq') return;
      let ours = operandsOf(written);
      // iced folds the predicate into the name, and writes the register of 32 bits where W is ignored.
      if (/^v?(cmp|pclmul)|^vpcmpu?[bwdq]$/.test(form.mnemonic)) ours = ours.replace(/^\$1,/, '');
      if (/^v?(extractps|movmskp[sd]|p(ext|ins)r[bw]|pmovmskb)$/.test(form.mnemonic)) ours = ours.replace(/(?<!\()%rax/, '%eax');
      if (ours !== operandsOf(text)) wrong.push(`${bits} ${written}: ${text}`);
    });
  }
  formatter.free();
  assert.ok(checked > 3000);
  assert.equal(wrong, []);
});

test.run();
