/** The rows of the instruction tables as forms to make statements from. */
import { general } from '../../../src/asm/x86/opcodes/general.js';
import { branch } from '../../../src/asm/x86/opcodes/branch.js';
import { string } from '../../../src/asm/x86/opcodes/string.js';
import { system } from '../../../src/asm/x86/opcodes/system.js';
import { x87 } from '../../../src/asm/x86/opcodes/x87.js';
import { amdRows } from '../../../src/asm/x86/opcodes/amd.js';
import { avx512Rows } from '../../../src/asm/x86/opcodes/avx512.js';
import { avxRows } from '../../../src/asm/x86/opcodes/avx.js';
import { bmiRows } from '../../../src/asm/x86/opcodes/bmi.js';
import { extensionsRows } from '../../../src/asm/x86/opcodes/extensions.js';
import { sseRows } from '../../../src/asm/x86/opcodes/sse.js';
import { pseudoRows } from '../../../src/asm/x86/vector.js';
import type { Bits } from './oracle.js';
import type { Form } from './statements.js';

export const tables = {
  general,
  branch,
  string,
  system,
  x87,
  sse: sseRows,
  bmi: bmiRows,
  extensions: extensionsRows,
  amd: amdRows,
  avx: avxRows,
  avx512: avx512Rows,
};

export interface TableForm extends Form {
  table: keyof typeof tables;
  encoding: string;
  flags: readonly string[];
  row: string;
}

function formOf(table: keyof typeof tables, row: string): TableForm {
  const [mnemonic, operandText, encoding, modeText, feature, flagText = ''] = row.split('|').map((c) => c.trim());
  const operands = operandText === '' ? [] : operandText.split(/\s*,\s*/);
  const evex = encoding.startsWith('EVEX');
  const flags = flagText.split(/\s+/).filter((f) => f !== '');
  const n = flags.find((f) => /^N\d/.test(f));
  const memory = /(?:^|[^a-z])m(\d+)(?!\d|bcst|byte)/.exec(operandText);
  const vsib = /vm\d/.test(operandText);
  const scale = !evex ? 16 : n ? Number(n.slice(1)) : vsib ? (encoding.includes('.W1') ? 8 : 4) : memory ? Number(memory[1]) / 8 : 1;
  const modes: Bits[] = modeText === '64' ? [64] : modeText === '32' ? [32, 16] : [64, 32, 16];
  return {
    table,
    mnemonic,
    operands,
    evex,
    scale,
    modes,
    feature: feature === '' ? '8086' : feature,
    encoding,
    flags,
    row,
    same: flags.includes('same'),
    string: flags.includes('string'),
    indirect: flags.includes('indirect'),
  };
}

/** Every form, in table order. */
export function allForms(): TableForm[] {
  const forms: TableForm[] = [];
  for (const [name, text] of Object.entries(tables)) {
    for (const line of text.split('\n')) if (line.trim() !== '' && line[0] !== '#') forms.push(formOf(name as keyof typeof tables, line));
  }
  return forms;
}

/** Forms of pseudo-ops: their rows are made, not written. */
export function pseudoForms(forms: readonly TableForm[]): TableForm[] {
  const byMnemonic = new Map<string, TableForm[]>();
  for (const form of forms) byMnemonic.set(form.mnemonic, [...(byMnemonic.get(form.mnemonic) ?? []), form]);
  const predicates =
    'eq lt le unord neq nlt nle ord eq_uq nge ngt false neq_oq ge gt true eq_os lt_oq le_oq unord_s neq_us nlt_uq nle_uq ord_s eq_us nge_uq ngt_uq false_os neq_os ge_oq gt_oq true_us eq_oq lt_os le_os unord_q neq_uq nlt_us nle_us ord_q nge_us ngt_us false_oq ge_os gt_os true_uq'.split(
      ' ',
    );
  const names = [
    ...predicates.flatMap((p) =>
      ['', 'v'].flatMap((v) => ['ps', 'pd', 'ss', 'sd', 'ph', 'sh'].map((t) => [`${v}cmp${p}${t}`, `${v}cmp${t}`])),
    ),
    ...['eq', 'lt', 'le', 'neq', 'nlt', 'nle'].flatMap((p) =>
      ['b', 'w', 'd', 'q', 'ub', 'uw', 'ud', 'uq'].map((t) => [`vpcmp${p}${t}`, `vpcmp${t}`]),
    ),
    ...['lt', 'le', 'gt', 'ge', 'eq', 'neq', 'false', 'true'].flatMap((p) =>
      ['b', 'w', 'd', 'q', 'ub', 'uw', 'ud', 'uq'].map((t) => [`vpcom${p}${t}`, `vpcom${t}`]),
    ),
    ...['lqlq', 'hqlq', 'lqhq', 'hqhq'].flatMap((p) => ['', 'v'].map((v) => [`${v}pclmul${p}dq`, `${v}pclmulqdq`])),
  ];
  return names.flatMap(([name, base]) =>
    byMnemonic.has(name)
      ? []
      : (byMnemonic.get(base) ?? [])
          .filter((f) => f.operands.at(-1) === 'imm8' && pseudoRows(name, () => []) !== undefined)
          .map((f) => ({ ...f, mnemonic: name, operands: f.operands.slice(0, -1) })),
  );
}
