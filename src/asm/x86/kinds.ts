/**
 * Operand kinds: the words of the SDM's instruction column (`r/m32`, `imm8`, `xmm2/m128`, `m16:32`, `rel8`), each parsed
 * once into the facts that matching and encoding need.
 */
import type { RegisterClass } from './registers.js';

/** gas's immediate types: what range of value a field takes. */
export type ImmType = 'imm1' | 'imm4' | 'imm8' | 'imm8s' | 'imm16' | 'imm32' | 'imm32s' | 'imm64';

export interface Kind {
  /** As written in the row. */
  readonly text: string;
  /** Class of the register it takes, null: none. */
  readonly register: RegisterClass | null;
  /** Only this register (`AL`, `DX`, `ST(0)`, `ES`). */
  readonly fixed: string | null;
  /** `<XMM0>`: need not be written. */
  readonly implicit: boolean;
  /** It takes a memory operand. */
  readonly memory: boolean;
  /** Bits of the memory operand, 0: any (`m`, `mem`, `m512byte`). */
  readonly memoryBits: number;
  /** Bits of the immediate, 0: none. */
  readonly immediate: 0 | 1 | 4 | 8 | 16 | 32 | 64;
  /** Bits of a branch displacement, 0: none. */
  readonly relative: 0 | 8 | 16 | 32;
  /** moffs: bits of what it points to, 0: none. */
  readonly moffs: 0 | 8 | 16 | 32 | 64;
  /** ptr16:16, ptr16:32: bits of the offset, 0: none. */
  readonly pointer: 0 | 16 | 32;
  /** Element bits of an embedded broadcast, 0: none. */
  readonly broadcast: number;
  /** `{k1}` may follow; `{z}` too. */
  readonly mask: boolean;
  readonly zeroing: boolean;
  /** Embedded rounding (`{er}`) or `{sae}`. */
  readonly rounding: 'er' | 'sae' | null;
  /** vm32x…vm64z: class of the index register and bits of an index. */
  readonly vsib: { readonly register: RegisterClass; readonly bits: number } | null;
  /** `sibmem`: a SIB byte always; `mib`: no RIP-relative, index as a register. */
  readonly sib: 'sibmem' | 'mib' | null;
  /** `zmm2+3`: the register number is a multiple of 4 (`k1+1`: of 2). */
  readonly group: number;
  /** Operand size that a register of this kind stands for: 8 to 64 for general registers, else 0. */
  readonly size: 0 | 8 | 16 | 32 | 64;
}

type Mutable = { -readonly [K in keyof Kind]: Kind[K] };

const cache = new Map<string, Kind>();

const fixedRegisters: Record<string, [string, RegisterClass, number]> = {
  al: ['al', 'r8', 8],
  ax: ['ax', 'r16', 16],
  eax: ['eax', 'r32', 32],
  rax: ['rax', 'r64', 64],
  cl: ['cl', 'r8', 0],
  dx: ['dx', 'r16', 0],
  cx: ['cx', 'r16', 0],
  ecx: ['ecx', 'r32', 0],
  rcx: ['rcx', 'r64', 0],
  edx: ['edx', 'r32', 0],
  rdx: ['rdx', 'r64', 0],
  rbx: ['rbx', 'r64', 0],
  ebx: ['ebx', 'r32', 0],
  es: ['es', 'sreg', 0],
  cs: ['cs', 'sreg', 0],
  ss: ['ss', 'sreg', 0],
  ds: ['ds', 'sreg', 0],
  fs: ['fs', 'sreg', 0],
  gs: ['gs', 'sreg', 0],
  st: ['st', 'st', 0],
  'st(0)': ['st', 'st', 0],
  xmm0: ['xmm0', 'xmm', 0],
};

/** Memory widths that are not plain numbers of bits. */
const memoryWidths: Record<string, number> = {
  m: 0,
  mem: 0,
  'm16:16': 32,
  'm16:32': 48,
  'm16:64': 80,
  'm16&16': 32,
  'm32&32': 64,
  'm16&32': 48,
  'm16&64': 80,
  m2byte: 16,
  m14byte: 0,
  m28byte: 0,
  m94byte: 0,
  m108byte: 0,
  m512byte: 0,
  m384: 0,
};

/** The kind that a row's operand text names. Throws on a word that is none: a mistake in a table, caught by the tests. */
export function kindOf(text: string): Kind {
  let kind = cache.get(text);
  if (kind === undefined) {
    kind = parseKind(text);
    cache.set(text, kind);
  }
  return kind;
}

function parseKind(text: string): Kind {
  const kind: Mutable = {
    text,
    register: null,
    fixed: null,
    implicit: false,
    memory: false,
    memoryBits: 0,
    immediate: 0,
    relative: 0,
    moffs: 0,
    pointer: 0,
    broadcast: 0,
    mask: false,
    zeroing: false,
    rounding: null,
    vsib: null,
    sib: null,
    group: 0,
    size: 0,
  };
  let word = text.toLowerCase();
  for (let brace = word.indexOf('{'); brace >= 0; brace = word.indexOf('{')) {
    const end = word.indexOf('}', brace);
    const inner = word.slice(brace + 1, end);
    if (inner === 'er' || inner === 'sae') kind.rounding = inner;
    else if (inner === 'z') kind.zeroing = true;
    else kind.mask = true;
    word = (word.slice(0, brace) + word.slice(end + 1)).trim();
  }
  if (word.startsWith('<')) {
    kind.implicit = true;
    word = word.slice(1, -1);
  }
  const fixed = Object.hasOwn(fixedRegisters, word) ? fixedRegisters[word] : undefined;
  if (fixed !== undefined) {
    [kind.fixed, kind.register] = fixed;
    kind.size = fixed[2] as Kind['size'];
    return kind;
  }
  if (word === '1') kind.immediate = 1;
  else if (/^imm\d+$/.test(word)) kind.immediate = Number(word.slice(3)) as Kind['immediate'];
  else if (/^rel\d+$/.test(word)) kind.relative = Number(word.slice(3)) as Kind['relative'];
  else if (/^moffs\d+$/.test(word)) kind.moffs = Number(word.slice(5)) as Kind['moffs'];
  else if (word.startsWith('ptr16:')) kind.pointer = Number(word.slice(6)) as Kind['pointer'];
  else for (const part of word.startsWith('r/m') ? [`r${word.slice(3)}`, word.slice(2)] : word.split('/')) parsePart(part, kind);
  return kind;
}

function parsePart(part: string, kind: Mutable): void {
  // Most parts are these; the expressions below need not be compiled for them.
  if (part === 'r8' || part === 'r16' || part === 'r32' || part === 'r64') {
    kind.register = part;
    kind.size = Number(part.slice(1)) as Kind['size'];
    return;
  }
  if (part === 'm8' || part === 'm16' || part === 'm32' || part === 'm64') {
    kind.memory = true;
    kind.memoryBits = Number(part.slice(1));
    return;
  }
  const vsib = /^vm(32|64)([xyz])$/.exec(part);
  const broadcast = /^m(\d+)bcst$/.exec(part);
  const memory = /^m(\d+)(fp|int|bcd)?$/.exec(part);
  const register = /^(r8|r16|r32|r64|mm|xmm|ymm|zmm|k|bnd|tmm|sreg|cr|dr|tr|st\(i\))(?:[ab]|\d*)(\+[13])?$/.exec(part);
  if (part === 'mib' || part === 'sibmem') {
    kind.memory = true;
    kind.sib = part;
  } else if (vsib !== null) {
    kind.memory = true;
    kind.vsib = { register: `${vsib[2]}mm` as RegisterClass, bits: Number(vsib[1]) };
  } else if (broadcast !== null) kind.broadcast = Number(broadcast[1]);
  else if (Object.hasOwn(memoryWidths, part)) {
    kind.memory = true;
    kind.memoryBits = memoryWidths[part];
  } else if (memory !== null) {
    kind.memory = true;
    kind.memoryBits = Number(memory[1]);
  } else if (register !== null) {
    kind.register = (register[1] === 'st(i)' ? 'st' : register[1]) as RegisterClass;
    if (register[1][0] === 'r') kind.size = Number(register[1].slice(1)) as Kind['size'];
    if (register[2] !== undefined) kind.group = Number(register[2].slice(1)) + 1;
  } else throw new Error(`operand kind ${kind.text}`);
}
