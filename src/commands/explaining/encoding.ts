/** One instruction's bytes, part by part: prefixes, opcode, ModRM, SIB, displacement, immediate (SDM volume 2, chapter 2). */
import type { Decoder, Instruction } from 'iced-x86';
import type * as Iced from 'iced-x86';
import { hex } from '../../bytes.js';
import type { LazyRequire } from '../../lazy.js';

declare const require: LazyRequire;

export interface Part {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly meaning: string;
}

export interface Explained {
  readonly length: number;
  /** AT&T syntax; `(bad)` for what is no instruction. */
  readonly text: string;
  /** The manual's form, `MOV r8, imm8`, and its encoding, `B0+rb ib`. */
  readonly form: string;
  readonly encoding: string;
  readonly parts: readonly Part[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly features: readonly string[];
}

const legacy: Record<number, string> = {
  0x26: 'segment ES',
  0x2e: 'segment CS',
  0x36: 'segment SS',
  0x3e: 'segment DS',
  0x64: 'segment FS',
  0x65: 'segment GS',
  0x66: 'operand size, or part of the opcode',
  0x67: 'address size',
  0xf0: 'lock',
  0xf2: 'repne, or part of the opcode',
  0xf3: 'rep, or part of the opcode',
};

const binary = (value: number, digits: number): string => value.toString(2).padStart(digits, '0');

/** Explains the instruction at the start of `bytes`, which lies at `address`. */
export function explainInstruction(bytes: Uint8Array, bits: 16 | 32 | 64, address: bigint): Explained {
  const iced = require('iced-x86') as typeof Iced;
  const decoder = new iced.Decoder(bits, bytes, iced.DecoderOptions.None);
  decoder.ip = address;
  const instruction = decoder.decode();
  try {
    return describe(iced, decoder, instruction, bytes, bits);
  } finally {
    instruction.free();
    decoder.free();
  }
}

function describe(iced: typeof Iced, decoder: Decoder, instruction: Instruction, bytes: Uint8Array, bits: 16 | 32 | 64): Explained {
  const length = Math.max(1, instruction.length);
  if (instruction.code === iced.Code.INVALID) {
    return {
      length,
      text: '(bad)',
      form: '',
      encoding: '',
      parts: [{ bytes: bytes.subarray(0, length), name: 'bad', meaning: 'no instruction begins like this' }],
      reads: [],
      writes: [],
      features: [],
    };
  }
  const formatter = new iced.Formatter(iced.FormatterSyntax.Gas);
  formatter.uppercaseHex = false;
  formatter.firstOperandCharIndex = 0;
  formatter.showBranchSize = false;
  const text = formatter.format(instruction);
  formatter.free();
  const info = iced.CodeExt.opCode(instruction.code);
  const used = new iced.InstructionInfoFactory();
  const access = used.info(instruction);
  const reads: string[] = [];
  const writes: string[] = [];
  for (const register of access.usedRegisters()) note(iced, iced.Register[register.register].toLowerCase(), register.access, reads, writes);
  for (const memory of access.usedMemory()) note(iced, `memory (${iced.MemorySize[memory.memorySize]})`, memory.access, reads, writes);
  const flags = (mask: number): string => flagNames.filter((_, bit) => (mask >> bit) & 1).join(' ');
  if (instruction.rflagsRead) reads.push(`flags ${flags(instruction.rflagsRead)}`);
  const changed = instruction.rflagsWritten | instruction.rflagsCleared | instruction.rflagsSet;
  if (changed) writes.push(`flags ${flags(changed)}`);
  if (instruction.rflagsUndefined) writes.push(`undefined afterwards: ${flags(instruction.rflagsUndefined)}`);
  const result: Explained = {
    length,
    text,
    form: info.instructionString,
    encoding: info.opCodeString,
    parts: split(iced, decoder, instruction, info, bytes.subarray(0, length), bits),
    reads,
    writes,
    features: Array.from(instruction.cpuidFeatures(), (feature) => iced.CpuidFeature[feature]),
  };
  access.free();
  used.free();
  info.free();
  return result;
}

/** iced-x86's RflagsBits, in the order of their bits. */
const flagNames = ['OF', 'SF', 'ZF', 'AF', 'CF', 'PF', 'DF', 'IF', 'AC', 'UIF', 'C0', 'C1', 'C2', 'C3'];

function note(iced: typeof Iced, what: string, access: Iced.OpAccess, reads: string[], writes: string[]): void {
  const { OpAccess } = iced;
  const maybe = access === OpAccess.CondRead || access === OpAccess.CondWrite || access === OpAccess.ReadCondWrite ? ' (maybe)' : '';
  if ([OpAccess.Read, OpAccess.CondRead, OpAccess.ReadWrite, OpAccess.ReadCondWrite].includes(access))
    reads.push(what + (access === OpAccess.CondRead ? maybe : ''));
  if ([OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite].includes(access)) writes.push(what + maybe);
}

function split(
  iced: typeof Iced,
  decoder: Decoder,
  instruction: Instruction,
  info: Iced.OpCodeInfo,
  bytes: Uint8Array,
  bits: 16 | 32 | 64,
): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const take = (count: number, name: string, meaning: string): void => {
    parts.push({ bytes: bytes.subarray(at, at + count), name, meaning });
    at += count;
  };
  const offsets = decoder.getConstantOffsets(instruction);
  const constants = [
    { offset: offsets.displacementOffset, size: offsets.displacementSize, name: 'displacement', has: offsets.hasDisplacement },
    { offset: offsets.immediateOffset, size: offsets.immediateSize, name: 'immediate', has: offsets.hasImmediate },
    { offset: offsets.immediateOffset2, size: offsets.immediateSize2, name: 'immediate', has: offsets.hasImmediate2 },
  ]
    .filter(({ has }) => has)
    .sort((a, b) => a.offset - b.offset);
  offsets.free();
  const end = constants[0]?.offset ?? bytes.length;
  const kind = info.encoding;
  while (at < end - 1 && Object.hasOwn(legacy, bytes[at])) take(1, 'prefix', legacy[bytes[at]]);
  if (kind === iced.EncodingKind.Legacy || kind === iced.EncodingKind.D3NOW) {
    if (bits === 64 && (bytes[at] & 0xf0) === 0x40) {
      const [w, r, x, b] = binary(bytes[at] & 15, 4);
      take(1, 'REX', `W=${w} (${w === '1' ? '64-bit operands' : 'usual size'}) R=${r} X=${x} B=${b}`);
    }
    const escape = [0, 1, 2, 2][Math.min(3, info.table)] ?? 0;
    if (escape > 0 && bytes[at] === 0x0f) take(escape, 'escape', `opcode map ${hex(bytes.subarray(at, at + escape), '').toUpperCase()}`);
  } else {
    const size = kind === iced.EncodingKind.EVEX ? 4 : bytes[at] === 0xc5 ? 2 : 3;
    const name = kind === iced.EncodingKind.EVEX ? 'EVEX' : kind === iced.EncodingKind.XOP ? 'XOP' : 'VEX';
    take(
      size,
      name,
      `map ${info.table}, mandatory prefix ${['none', 'none', '66', 'f3', 'f2'][info.mandatoryPrefix]}, W=${info.W}, L=${info.L}`,
    );
  }
  take(Math.min(info.opCodeLength, end - at), 'opcode', `${info.opCodeString}: ${info.instructionString}`);
  if (at < end) modrm(iced, instruction, bytes, at, end, take, bits);
  for (const { offset, size, name } of constants) {
    if (offset < at) continue;
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[offset + i]);
    const signed = BigInt.asIntN(size * 8, value);
    take(size, name, `${size * 8} bits: 0x${value.toString(16)}${signed < 0n ? ` (${signed})` : ''}`);
  }
  if (at < bytes.length) take(bytes.length - at, 'opcode suffix', '');
  return parts;
}

function modrm(
  iced: typeof Iced,
  instruction: Instruction,
  bytes: Uint8Array,
  at: number,
  end: number,
  take: (count: number, name: string, meaning: string) => void,
  bits: 16 | 32 | 64,
): void {
  const value = bytes[at];
  const [mod, reg, rm] = [value >> 6, (value >> 3) & 7, value & 7];
  const wide = bits !== 16 ? !(bits === 32 && bytes.includes(0x67)) : bytes.includes(0x67);
  const hasSib = mod !== 3 && rm === 4 && end - at >= 2 && wide;
  const where =
    mod === 3
      ? 'a register'
      : hasSib
        ? 'SIB follows'
        : rm === 5 && mod === 0 && wide
          ? bits === 64
            ? 'rip + disp32'
            : 'disp32 alone'
          : 'memory';
  const displacement = mod === 1 ? ', disp8' : mod === 2 ? `, disp${wide ? 32 : 16}` : '';
  take(1, 'ModRM', `mod=${binary(mod, 2)} reg=${binary(reg, 3)} rm=${binary(rm, 3)} (${where}${displacement})`);
  if (!hasSib) return;
  const sib = bytes[at + 1];
  const name = (register: Iced.Register): string => (register === iced.Register.None ? 'none' : iced.Register[register].toLowerCase());
  take(
    1,
    'SIB',
    `scale=${1 << (sib >> 6)} index=${binary((sib >> 3) & 7, 3)} (${name(instruction.memoryIndex)}) base=${binary(sib & 7, 3)} (${name(instruction.memoryBase)})`,
  );
}
