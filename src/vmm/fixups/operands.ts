/** Operands as iced-x86 decodes them, turned into registers and linear addresses. */
import type { Instruction } from 'iced-x86';
import { iced } from '../decoder.js';
import type { GeneralRegisters, Segment } from '../state.js';
import { Unsupported } from './context.js';
import type { Context } from './context.js';

/** An operand: read, and written where the instruction has a destination. */
export interface Operand {
  readonly size: number;
  read(): bigint;
  write(value: bigint): void;
}

/** Offset inside its segment and linear address of the instruction's memory operand. @throws Unsupported for vector indices */
export function memoryAddress(context: Context, instruction: Instruction): bigint {
  const { linear } = locateMemory(context, instruction);
  return linear;
}

export function locateMemory(
  context: Context,
  instruction: Instruction,
): { segment: Segment; name: string; offset: bigint; linear: bigint } {
  const { Register } = iced();
  const value = (register: number): bigint => (register === Register.None ? 0n : registerOperand(context, Register[register]).read());
  const base = instruction.memoryBase;
  let offset = instruction.memoryDisplacement;
  if (base !== Register.RIP && base !== Register.EIP) {
    offset += value(base) + value(instruction.memoryIndex) * BigInt(instruction.memoryIndexScale);
  }
  const registers = [base, instruction.memoryIndex].filter(
    (register) => register !== Register.None && register !== Register.RIP && register !== Register.EIP,
  );
  const bits = registers.length > 0 ? registerSize(Register[registers[0]]) * 8 : instruction.memoryDisplSize * 8;
  offset = BigInt.asUintN(bits === 0 ? 64 : bits, offset);
  const name = Register[instruction.memorySegment].toLowerCase();
  const segment = context.system[name as 'ds'];
  const extra = context.code64 && (name === 'fs' || name === 'gs') ? segment.base : 0n;
  return { segment, name, offset, linear: context.linear(segment, offset + extra) };
}

const legacy = ['A', 'C', 'D', 'B'];

/** The general register behind a name of iced-x86's: AL, R8D, ESI, …; which bytes of it the name means. */
function locate(name: string): { key: keyof GeneralRegisters; size: number; high: boolean } {
  let match = /^R(\d+)([BLWD]?)$/.exec(name);
  if (match !== null)
    return { key: `r${match[1]}` as keyof GeneralRegisters, size: { B: 1, L: 1, W: 2, D: 4, '': 8 }[match[2]] as number, high: false };
  match = /^([ACDB])([LH])$/.exec(name);
  if (match !== null && legacy.includes(match[1]))
    return { key: `r${match[1].toLowerCase()}x` as keyof GeneralRegisters, size: 1, high: match[2] === 'H' };
  match = /^([SD]I|[BS]P)L$/.exec(name);
  if (match !== null) return { key: `r${match[1].toLowerCase()}` as keyof GeneralRegisters, size: 1, high: false };
  match = /^([ER]?)([ACDB]X|[SD]I|[BS]P)$/.exec(name);
  if (match !== null)
    return { key: `r${match[2].toLowerCase()}` as keyof GeneralRegisters, size: { '': 2, E: 4, R: 8 }[match[1]] as number, high: false };
  throw new Unsupported();
}

/** Bytes of a general register. */
const registerSize = (name: string): number => locate(name).size;

export function registerOperand(context: Context, name: string): Operand {
  const { key, size, high } = locate(name);
  const shift = high ? 8n : 0n;
  const mask = (1n << BigInt(size * 8)) - 1n;
  return {
    size,
    read: () => (context.general[key] >> shift) & mask,
    write(value) {
      // A 32-bit result clears the upper half; 8- and 16-bit results keep the rest.
      context.general[key] = size >= 4 ? value & mask : (context.general[key] & ~(mask << shift)) | ((value & mask) << shift);
    },
  };
}
