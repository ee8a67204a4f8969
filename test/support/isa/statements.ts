/** Statements from rows: every operand in turn takes all its shapes while the others keep a plain one; then masks and rounding. */
import type { Bits } from './oracle.js';
import { operandShapes, type OperandContext, type OperandShapes } from './operands.js';

/** One instruction form in SDM notation. */
export interface Form {
  mnemonic: string;
  /** Intel order. */
  operands: readonly string[];
  evex: boolean;
  /** disp8*N's N without broadcast, in bytes; 0: no compression. */
  scale: number;
  modes: readonly Bits[];
  /** Heading in the report. */
  feature: string;
  /** AT&T keeps the Intel order. */
  same?: boolean;
  string?: boolean;
  indirect?: boolean;
}

export interface Statement {
  text: string;
  form: Form;
  kind: string;
}

/** Puts Intel-ordered operand texts into a statement of the syntax; a rounding text goes where that syntax wants it. */
export function join(mnemonic: string, texts: readonly string[], syntax: 'att' | 'intel', rounding = '', same = false): string {
  if (syntax === 'intel') {
    const list = [...texts];
    if (rounding !== '') {
      const at = list.findLastIndex((t) => !/^-?[0-9]/.test(t));
      list.splice(at + 1, 0, rounding);
    }
    return `${mnemonic} ${list.join(', ')}`;
  }
  const list = same ? [...texts] : [...texts].reverse();
  if (rounding !== '') {
    const at = list.findIndex((t) => !t.startsWith('$'));
    // An integer source stands before the rounding: vcvtsi2ss %eax, {rn-sae}, %xmm2, %xmm1
    list.splice(/^vcvtu?si2s/.test(mnemonic) ? at + 1 : at, 0, rounding);
  }
  return `${mnemonic} ${list.join(', ')}`;
}

/** A small generator of reproducible numbers (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function shapesOf(form: Form, bits: Bits, syntax: 'att' | 'intel'): OperandShapes[] {
  const context: OperandContext = { bits, syntax, evex: form.evex, scale: form.scale, string: form.string, indirect: form.indirect };
  return form.operands.map((o) => operandShapes(o, context));
}

/** Every statement for one form in one mode. */
export function* statementsOf(form: Form, bits: Bits, syntax: 'att' | 'intel', seed = 1): Generator<Statement> {
  const lists = shapesOf(form, bits, syntax);
  const plain = lists.map((l) => l.shapes[0].text);
  const next = random(seed + form.mnemonic.length * 77 + form.operands.join().length);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)];
  const at = (texts: readonly string[], rounding = ''): string => join(form.mnemonic, texts, syntax, rounding, form.same);
  yield { text: at(plain), form, kind: 'plain' };
  for (let i = 0; i < lists.length; i++) {
    for (const shape of lists[i].shapes.slice(1)) {
      yield { text: at(plain.with(i, shape.text)), form, kind: shape.kind };
      if (lists.length > 1) yield { text: at(lists.map((l, j) => (j === i ? shape.text : pick(l.shapes).text))), form, kind: shape.kind };
    }
  }
  const masked = lists.findIndex((l) => l.masks.length > 0);
  if (masked >= 0) {
    for (const mask of lists[masked].masks) {
      yield { text: at(plain.with(masked, plain[masked] + mask)), form, kind: 'mask' };
      for (let n = 0; n < 3; n++) {
        const texts = lists.map((l) => pick(l.shapes).text);
        yield { text: at(texts.with(masked, texts[masked] + mask)), form, kind: 'mask' };
      }
    }
  }
  const registers = lists.map((l) => l.shapes.filter((s) => / register$|immediate|fixed/.test(s.kind)));
  for (const rounding of lists.find((l) => l.rounding.length > 0)?.rounding ?? []) {
    if (registers.some((r) => r.length === 0)) break;
    yield {
      text: at(
        registers.map((r) => r[0].text),
        `{${rounding}}`,
      ),
      form,
      kind: 'rounding',
    };
    const texts = registers.map((r) => pick(r).text);
    yield { text: at(texts, `{${rounding}}`), form, kind: 'rounding' };
    const mask = masked < 0 ? undefined : pick(lists[masked].masks);
    if (mask !== undefined) yield { text: at(texts.with(masked, texts[masked] + mask), `{${rounding}}`), form, kind: 'rounding' };
  }
}

const wrong: Record<'att' | 'intel', string[]> = {
  att: [
    '%al',
    '%cx',
    '%edx',
    '%rbx',
    '%mm2',
    '%xmm3',
    '%ymm4',
    '%zmm5',
    '%k6',
    '%st(1)',
    '%ds',
    '%cr0',
    '%bnd1',
    '%tmm1',
    '$3',
    '(%BX)',
    'ext',
    '*%rax',
  ],
  intel: [
    'al',
    'cx',
    'edx',
    'rbx',
    'mm2',
    'xmm3',
    'ymm4',
    'zmm5',
    'k6',
    'st(1)',
    'ds',
    'cr0',
    'bnd1',
    'tmm1',
    '3',
    '[BX]',
    'dword ptr [BX]',
    'xmmword ptr [BX]',
    'ext',
  ],
};

/** Statements that are nearly right: one operand of another kind, one too many, one missing, decorations that do not belong. */
export function* mutationsOf(form: Form, bits: Bits, syntax: 'att' | 'intel'): Generator<Statement> {
  const lists = shapesOf(form, bits, syntax);
  const plain = lists.map((l) => l.shapes[0].text);
  const memory = lists.map((l) => (l.shapes.find((s) => /base|vsib|addr16/.test(s.kind)) ?? l.shapes[0]).text);
  const base = bits === 64 ? 'rbx' : bits === 32 ? 'ebx' : 'bx';
  const at = (texts: readonly string[], rounding = '', prefix = ''): Statement => ({
    text: prefix + join(form.mnemonic, texts, syntax, rounding),
    form,
    kind: 'mutation',
  });
  yield at(plain);
  for (const texts of [plain, memory]) {
    for (let i = 0; i < texts.length; i++) {
      for (const other of wrong[syntax]) yield at(texts.with(i, other.replace('BX', base)));
      yield at(texts.toSpliced(i, 1));
    }
    yield at([...texts, texts.at(-1) ?? (syntax === 'att' ? '%eax' : 'eax')]);
    const k = syntax === 'att' ? '{%k2}' : '{k2}';
    for (let i = 0; i < texts.length; i++) {
      for (const d of [k, `${k}{z}`, '{z}', '{1to2}', '{1to4}', '{1to8}', '{1to16}', '{1to32}']) yield at(texts.with(i, texts[i] + d));
    }
    for (const r of ['{sae}', '{rn-sae}', '{rz-sae}']) yield at(texts, r);
    if (syntax === 'att')
      for (const s of 'bwlqsxyz') yield { text: `${form.mnemonic}${s}${at(texts).text.slice(form.mnemonic.length)}`, form, kind: 'suffix' };
    for (const p of ['{vex} ', '{vex2} ', '{vex3} ', '{evex} ', '{load} ', '{store} ', '{disp8} ', '{disp32} ', '{rex} '])
      yield at(texts, '', p);
  }
}

const POINTERS = ['byte', 'word', 'dword', 'fword', 'qword', 'tbyte', 'oword', 'xmmword', 'ymmword', 'zmmword'];

/** Memory operands of every `ptr` size, and of none: Intel syntax only. */
export function* pointersOf(form: Form, bits: Bits): Generator<Statement> {
  const lists = shapesOf(form, bits, 'intel');
  const plain = lists.map((l) => l.shapes[0].text);
  for (let i = 0; i < lists.length; i++) {
    const memory = lists[i].shapes.find((s) => s.text.endsWith(']') && !/bcst|moffs/.test(s.kind));
    if (memory === undefined) continue;
    const address = memory.text.replace(/^\w+ ptr /, '');
    for (const pointer of ['', ...POINTERS.map((size) => `${size} ptr `)]) {
      yield { text: join(form.mnemonic, plain.with(i, pointer + address), 'intel', '', form.same), form, kind: 'pointer' };
    }
  }
}
