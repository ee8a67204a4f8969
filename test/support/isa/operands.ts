/**
 * Operand texts (AT&T or Intel) for one operand of a row in SDM notation: `xmm3/m128/m32bcst{er}` → %xmm1, %xmm15, 0x10(%rax), …
 * Every list begins with the plainest choice; the rest are boundaries: register classes, addressing forms, disp8 limits.
 */
import type { Bits } from './oracle.js';

export interface Shape {
  text: string;
  /** What it exercises; statements of a sample are spread over these. */
  kind: string;
}

export interface OperandShapes {
  /** Plain and boundary choices. */
  shapes: Shape[];
  /** `{%k1}{z}` forms to hang on the operand (without the bare one). */
  masks: string[];
  /** `{rn-sae}` forms that go with register-only statements. */
  rounding: string[];
}

export interface OperandContext {
  bits: Bits;
  syntax: 'att' | 'intel';
  /** EVEX: registers 16–31 and compressed displacements. */
  evex: boolean;
  /** disp8*N's N without broadcast, in bytes. */
  scale: number;
  /** String instructions: only the index registers. */
  string?: boolean;
  /** `*` before it in AT&T syntax. */
  indirect?: boolean;
}

const names: Record<string, { low: string[]; high: string[]; evex: string[] }> = {
  r8: { low: ['al', 'dl', 'bh'], high: ['r9b', 'sil'], evex: [] },
  r16: { low: ['ax', 'dx', 'bp'], high: ['r9w'], evex: [] },
  r32: { low: ['eax', 'edx', 'ebp'], high: ['r9d', 'r15d'], evex: [] },
  r64: { low: ['rax', 'rdx', 'rbp'], high: ['r9', 'r15'], evex: [] },
  mm: { low: ['mm0', 'mm1', 'mm7'], high: [], evex: [] },
  xmm: { low: ['xmm1', 'xmm0', 'xmm7'], high: ['xmm8', 'xmm15'], evex: ['xmm16', 'xmm31'] },
  ymm: { low: ['ymm1', 'ymm0', 'ymm7'], high: ['ymm8', 'ymm15'], evex: ['ymm16', 'ymm31'] },
  zmm: { low: ['zmm1', 'zmm0', 'zmm7'], high: ['zmm8', 'zmm15'], evex: ['zmm16', 'zmm31'] },
  k: { low: ['k1', 'k0', 'k7'], high: [], evex: [] },
  tmm: { low: ['tmm1', 'tmm0', 'tmm7'], high: [], evex: [] },
  bnd: { low: ['bnd1', 'bnd0', 'bnd3'], high: [], evex: [] },
  sreg: { low: ['ds', 'es', 'ss', 'fs', 'gs', 'cs'], high: [], evex: [] },
  cr: { low: ['cr0', 'cr2', 'cr3', 'cr4'], high: ['cr8'], evex: [] },
  dr: { low: ['dr0', 'dr3', 'dr7'], high: ['dr8'], evex: [] },
  tr: { low: ['tr3', 'tr7'], high: [], evex: [] },
  'st(i)': { low: ['st(1)', 'st(7)', 'st(0)', 'st'], high: [], evex: [] },
};

const register = (name: string, { syntax, indirect }: OperandContext): string =>
  syntax === 'att' ? `${indirect ? '*' : ''}%${name}` : name;

const immediate = (value: string, { syntax }: OperandContext): string => (syntax === 'att' ? `$${value}` : value);

interface Address {
  disp?: string;
  base?: string;
  index?: string;
  scale?: number;
  segment?: string;
  kind: string;
}

function addressText(a: Address, bytes: number, context: OperandContext): string {
  if (context.syntax === 'att') {
    const inner =
      a.base === undefined && a.index === undefined
        ? ''
        : a.index === undefined
          ? `(%${a.base})`
          : `(${a.base === undefined ? '' : `%${a.base}`},%${a.index}${a.scale === undefined ? '' : `,${a.scale}`})`;
    return `${context.indirect ? '*' : ''}${a.segment === undefined ? '' : `%${a.segment}:`}${a.disp ?? ''}${inner}`;
  }
  const parts = [a.base, a.index === undefined ? undefined : a.scale === undefined ? a.index : `${a.index}*${a.scale}`, a.disp];
  const inner = parts
    .filter((p) => p !== undefined)
    .join('+')
    .replaceAll('+-', '-');
  return `${intelSize(bytes)}${a.segment === undefined && inner === a.disp ? 'ds:' : a.segment === undefined ? '' : `${a.segment}:`}[${inner}]`;
}

export function intelSize(bytes: number): string {
  const word: Record<number, string> = {
    1: 'byte',
    2: 'word',
    4: 'dword',
    6: 'fword',
    8: 'qword',
    10: 'tbyte',
    16: 'xmmword',
    32: 'ymmword',
    64: 'zmmword',
  };
  return word[bytes] === undefined ? '' : `${word[bytes]} ptr `;
}

/** Addressing forms of a mode; `n` is the unit of compressed displacements. */
function addresses(bits: Bits, n: number, index?: string): Address[] {
  const b = bits === 64 ? 'r' : 'e';
  if (index !== undefined) {
    return [
      { base: `${b}ax`, index, scale: 1, kind: 'vsib' },
      { disp: `${n}`, base: `${b}bp`, index, scale: 8, kind: 'vsib disp8*N' },
      { disp: `${-n * 128}`, base: `${b}sp`, index, scale: 4, kind: 'vsib disp8*N' },
      { disp: `${n * 128}`, base: `${b}dx`, index, scale: 2, kind: 'vsib disp32' },
      { disp: '0x1234', index, scale: 4, kind: 'vsib no base' },
      { base: bits === 64 ? 'r13' : 'esi', index, kind: 'vsib no scale' },
      { index, kind: 'vsib no base' },
      ...(bits === 64 ? [{ base: 'r8d', index, scale: 2, kind: 'vsib addr32' }] : []),
      ...(bits === 32 ? [{ base: 'bx', index, scale: 1, kind: 'vsib addr16' }] : []),
    ];
  }
  const low: Address[] = [
    { base: `${b}ax`, kind: 'base' },
    { disp: `${n}`, base: `${b}cx`, kind: 'disp8*N' },
    { disp: '1', base: `${b}cx`, kind: 'disp8' },
    { disp: '-128', base: `${b}dx`, kind: 'disp8' },
    { disp: '128', base: `${b}dx`, kind: 'disp32' },
    { disp: `${n * 127}`, base: `${b}bx`, kind: 'disp8*N' },
    { disp: `${n * 128}`, base: `${b}bx`, kind: 'disp32' },
    { disp: `${n * -128}`, base: `${b}si`, kind: 'disp8*N' },
    { disp: `${n * -129}`, base: `${b}si`, kind: 'disp32' },
    { base: `${b}bp`, kind: 'base bp' },
    { base: `${b}sp`, kind: 'base sp' },
    { base: `${b}ax`, index: `${b}dx`, kind: 'index' },
    { disp: `${n * 2}`, base: `${b}ax`, index: `${b}bp`, scale: 4, kind: 'index' },
    { disp: '0x12345', index: `${b}cx`, scale: 8, kind: 'no base' },
    { disp: '0x1234', kind: 'absolute' },
    { disp: 'ext', base: `${b}ax`, kind: 'symbol' },
    { base: `${b}di`, segment: 'fs', kind: 'segment' },
  ];
  if (bits === 64) {
    low.push(
      { base: 'r12', kind: 'high base' },
      { base: 'r13', kind: 'high base' },
      { base: 'rax', index: 'r12', scale: 2, kind: 'high index' },
    );
    low.push({ disp: '16', base: 'r9', index: 'r10', scale: 4, kind: 'high both' }, { disp: 'ext', base: 'rip', kind: 'rip' });
    low.push({ disp: '0x1234', base: 'rip', kind: 'rip' }, { base: 'r8d', index: 'eax', scale: 4, kind: 'addr32' });
  } else {
    low.push(
      { base: 'bx', index: 'si', kind: 'addr16' },
      { disp: `${n}`, base: 'bp', kind: 'addr16' },
      { disp: '0x1234', base: 'di', kind: 'addr16' },
    );
    low.push({ base: 'si', kind: 'addr16' }, { disp: `${n * 128}`, base: 'bx', kind: 'addr16' });
  }
  return bits === 16
    ? [
        ...low.filter((a) => a.kind === 'addr16' || a.kind === 'absolute'),
        ...low.filter((a) => a.kind !== 'addr16' && a.kind !== 'absolute'),
      ]
    : low;
}

/** What string instructions take, and nearly. */
function stringAddresses(bits: Bits): Address[] {
  const b = bits === 64 ? 'r' : bits === 32 ? 'e' : '';
  const other = bits === 32 ? '' : 'e';
  return [
    { base: `${b}si`, kind: 'string' },
    { base: `${b}di`, kind: 'string' },
    { base: `${b}bx`, kind: 'string' },
    { base: `${other}si`, kind: 'string' },
    { base: `${other}di`, kind: 'string' },
    { base: `${b}di`, segment: 'es', kind: 'string' },
    { base: `${b}di`, segment: 'fs', kind: 'string' },
    { base: `${b}si`, segment: 'fs', kind: 'string' },
    { base: `${b}si`, segment: 'ds', kind: 'string' },
    { disp: '4', base: `${b}si`, kind: 'string' },
  ];
}

/** Bytes of an SDM memory operand name: m128 → 16, m8 → 1, m512byte → 512, m → 0. */
export function memoryBytes(name: string): number {
  const match = /^m(\d+)(byte)?/.exec(name);
  return match ? (match[2] ? Number(match[1]) : Number(match[1]) >> 3) : 0;
}

const roundings = ['rn-sae', 'rd-sae', 'ru-sae', 'rz-sae'];

/** All shapes of one operand in SDM notation. */
export function operandShapes(notation: string, context: OperandContext): OperandShapes {
  let rest = notation.trim();
  const masks: string[] = [];
  const k = (n: number): string => `{${register(`k${n}`, context)}}`;
  if (/\{k\d\}/.test(rest)) masks.push(k(1), k(7), ...(rest.includes('{z}') ? [`${k(3)}{z}`] : []));
  const rounding = rest.includes('{er}') ? roundings : rest.includes('{sae}') ? ['sae'] : [];
  rest = rest.replace(/ ?\{[^}]*\}/g, '').trim();
  const shapes: Shape[] = [];
  const fixed = /^<?([A-Z][A-Z0-9]*|xmm0)(?:\(0\))?>?$/.exec(rest === 'ST(i)' || rest === 'Sreg' ? '' : rest);
  if (fixed && (/[A-Z]/.test(fixed[1]) || rest.startsWith('<'))) {
    shapes.push({ text: register(fixed[1].toLowerCase(), context), kind: 'fixed' });
    return { shapes, masks, rounding };
  }
  const parts = rest.split('/');
  for (let part of parts) {
    // r/m32 → r32, m32; registers carry an index in the SDM's notation
    if (part === 'r') part = `r${/m(\d+)/.exec(rest)![1]}`;
    const broadcast = /^m(\d+)bcst$/.exec(part);
    const vsib = /^vm(32|64)([xyz])$/.exec(part);
    const reg = /^(r8|r16|r32|r64|mm|xmm|ymm|zmm|k|tmm|bnd|cr|dr|tr|sreg|st\(i\))[0-9ab]?(?:\+\d)?$/.exec(part.toLowerCase());
    if (reg) {
      const list = names[reg[1]];
      for (const name of list.low) shapes.push({ text: register(name, context), kind: 'low register' });
      if (context.bits === 64) {
        for (const name of list.high) shapes.push({ text: register(name, context), kind: 'high register' });
        if (context.evex) for (const name of list.evex) shapes.push({ text: register(name, context), kind: 'evex register' });
      }
    } else if (broadcast) {
      const element = Number(broadcast[1]) >> 3;
      const full = parts.map(memoryBytes).find((n) => n > element) ?? 0;
      for (const a of addresses(context.bits, element).slice(0, 9)) {
        const text = addressText(a, context.syntax === 'intel' ? element : full, context);
        shapes.push({ text: `${text}{1to${full / element}}`, kind: 'broadcast' });
      }
    } else if (vsib) {
      const wide = { x: 'xmm', y: 'ymm', z: 'zmm' }[vsib[2]]!;
      for (const n of context.bits === 64 ? (context.evex ? [2, 9, 18] : [2, 9]) : [2]) {
        for (const a of addresses(context.bits, context.evex ? Number(vsib[1]) >> 3 : 1, `${wide}${n}`))
          shapes.push({ text: addressText(a, context.scale, context), kind: a.kind });
      }
    } else if (/^(m|mem|mib|sibmem|m\d+(&\d+|:\d+|byte|fp|int|bcd)?)$/.test(part)) {
      for (const a of context.string ? stringAddresses(context.bits) : addresses(context.bits, context.scale || 16))
        shapes.push({ text: addressText(a, memoryBytes(part), context), kind: a.kind });
    } else if (/^imm\d+/.test(part)) {
      const bits = Number(part.slice(3));
      const values =
        bits === 4
          ? [1, 0, 15, 16, -1]
          : bits === 8
            ? [1, 0, 127, 128, 255, -1, -128, 256, -129]
            : bits === 16
              ? [1, 0x1234, 65535, -32768]
              : bits === 32
                ? [
                    1, 127, 128, -128, -129, 255, 0x1234, 0x7fff, 0xffff, -32768, 0x12345678, 0x7fffffff, 0x80000000, 4294967295,
                    -2147483648,
                  ]
                : [
                    '1',
                    '-1',
                    '0x7fffffff',
                    '0x80000000',
                    '0xffffffff',
                    '-0x80000000',
                    '0x100000000',
                    '0x123456789abcdef0',
                    '0xffffffff80000000',
                    '0xffffffffffffffff',
                  ];
      for (const value of values) shapes.push({ text: immediate(String(value), context), kind: 'immediate' });
    } else if (part === '1') {
      shapes.push({ text: immediate('1', context), kind: 'immediate' });
    } else if (/^moffs\d+$/.test(part)) {
      for (const disp of ['0x1234', 'ext', '0x123456789abcdef0', '0x7fffffff', '0x80000000', '0xffffffff80000000', '-1', '0x100000000']) {
        shapes.push({ text: addressText({ disp, kind: '' }, memoryBytes(`m${part.slice(5)}`), context), kind: 'absolute' });
      }
      shapes.push({
        text: addressText({ disp: '0x1234', segment: 'fs', kind: '' }, memoryBytes(`m${part.slice(5)}`), context),
        kind: 'absolute',
      });
    } else if (/^rel\d+$/.test(part)) {
      shapes.push({ text: 'ext', kind: 'branch' });
    } else {
      throw new Error(`no shapes for operand notation \`${notation}' (\`${part}')`);
    }
  }
  return { shapes, masks, rounding };
}
