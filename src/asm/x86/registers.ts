/** The registers (SDM volume 1, chapter 3; names as AT&T syntax writes them, without the %). */

export type RegisterClass =
  | 'r8'
  | 'r16'
  | 'r32'
  | 'r64'
  | 'sreg'
  | 'cr'
  | 'dr'
  | 'tr'
  | 'st'
  | 'mm'
  | 'xmm'
  | 'ymm'
  | 'zmm'
  | 'k'
  | 'bnd'
  | 'tmm'
  /** %rip, %eip; %eiz, %riz (no index, SIB forced). */
  | 'ip'
  | 'iz'
  | 'flat';

export interface Register {
  readonly name: string;
  /** Unique and small. */
  readonly id: number;
  readonly class: RegisterClass;
  /** Hardware number, 0 to 31. */
  readonly number: number;
  /** Width in bits. */
  readonly bits: number;
  /** %ah, %ch, %dh, %bh: cannot go with REX. */
  readonly high?: boolean;
  /** %spl, %bpl, %sil, %dil, and %al to %bl by their other names (%axl): need REX. */
  readonly rex?: boolean;
}

let table: Map<string, Register> | undefined;

function build(): Map<string, Register> {
  const map = new Map<string, Register>();
  const add = (name: string, cls: RegisterClass, number: number, bits: number, more?: Partial<Register>): void => {
    map.set(name, { name, id: map.size, class: cls, number, bits, high: more?.high, rex: more?.rex });
  };
  const many = (cls: RegisterClass, bits: number, names: readonly string[]): void => names.forEach((name, i) => add(name, cls, i, bits));
  const legacy = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
  many('r8', 8, ['al', 'cl', 'dl', 'bl']);
  ['ah', 'ch', 'dh', 'bh'].forEach((name, i) => add(name, 'r8', i + 4, 8, { high: true }));
  ['axl', 'cxl', 'dxl', 'bxl'].forEach((name, i) => add(name, 'r8', i, 8, { rex: true }));
  ['spl', 'bpl', 'sil', 'dil'].forEach((name, i) => add(name, 'r8', i + 4, 8, { rex: true }));
  many('r16', 16, legacy);
  many(
    'r32',
    32,
    legacy.map((name) => `e${name}`),
  );
  many(
    'r64',
    64,
    legacy.map((name) => `r${name}`),
  );
  for (let i = 8; i < 16; i++) {
    add(`r${i}b`, 'r8', i, 8);
    add(`r${i}w`, 'r16', i, 16);
    add(`r${i}d`, 'r32', i, 32);
    add(`r${i}`, 'r64', i, 64);
  }
  many('sreg', 16, ['es', 'cs', 'ss', 'ds', 'fs', 'gs']);
  add('flat', 'flat', 7, 0);
  for (let i = 0; i < 16; i++) {
    add(`cr${i}`, 'cr', i, 64);
    add(`dr${i}`, 'dr', i, 64);
    add(`db${i}`, 'dr', i, 64);
  }
  for (let i = 0; i < 8; i++) {
    add(`tr${i}`, 'tr', i, 32);
    add(`st(${i})`, 'st', i, 80);
    add(`mm${i}`, 'mm', i, 64);
    add(`k${i}`, 'k', i, 64);
    add(`tmm${i}`, 'tmm', i, 8192);
  }
  add('st', 'st', 0, 80);
  for (let i = 0; i < 32; i++) {
    add(`xmm${i}`, 'xmm', i, 128);
    add(`ymm${i}`, 'ymm', i, 256);
    add(`zmm${i}`, 'zmm', i, 512);
  }
  for (let i = 0; i < 4; i++) add(`bnd${i}`, 'bnd', i, 128);
  add('rip', 'ip', 0, 64);
  add('eip', 'ip', 0, 32);
  add('riz', 'iz', 4, 64);
  add('eiz', 'iz', 4, 32);
  return map;
}

/** The register of that name (lower case, no %), whether or not the mode and CPU have it. */
export function findRegister(name: string): Register | undefined {
  table ??= build();
  return table.get(name);
}

const firstIndex: Readonly<Partial<Record<RegisterClass, number>>> = {
  r16: 0x18, r32: 0x28, r64: 0x38, k: 0x48, sreg: 0x50, cr: 0x57, dr: 0x77, tr: 0x87, mm: 0x8f, xmm: 0x97, ymm: 0xb7, zmm: 0xd7,
  tmm: 0xf7, bnd: 0xff, st: 0x107,
}; // prettier-ignore

/** The number that GNU as has for a register where data is wanted: its place in a list of all. */
export function registerIndex({ class: cls, number, name, rex }: Register): number {
  if (cls === 'r8') return number + (rex === true || number > 7 ? 8 : 0);
  if (cls === 'ip') return name === 'rip' ? 0x103 : 0x104;
  if (cls === 'iz') return name === 'riz' ? 0x105 : 0x106;
  return (name.startsWith('db') ? 0x67 : (firstIndex[cls] ?? 0x56)) + (cls === 'flat' ? 0 : number);
}

/** Whether code of that size has the register. */
export function registerExists({ class: cls, number, rex }: Register, bits: 16 | 32 | 64): boolean {
  if (bits === 64) return cls !== 'tr';
  return cls !== 'r64' && cls !== 'tmm' && cls !== 'ip' && rex !== true && (number < 8 || cls === 'cr');
}

/** All names, for suggestions. */
export function registerNames(): string[] {
  table ??= build();
  return [...table.keys()];
}
