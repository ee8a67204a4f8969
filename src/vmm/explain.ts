/** Why a run ended, from the machine's state: the instruction, its source line, page walks, the fault and its gate, a likely cause. */
import type { Image } from '../object.js';
import { decode, iced } from './decoder.js';
import { Context, Unsupported } from './fixups/context.js';
import { locateMemory, registerOperand } from './fixups/operands.js';
import type { GuestMemory } from './memory.js';
import { readLinear, walkPages } from './paging.js';
import type { PageWalk } from './paging.js';
import type { RunResult } from './result.js';
import { CR0_PE, CR0_PG, EFER_LME, codeBits, linearRip } from './state.js';
import type { GeneralRegisters, SystemRegisters } from './state.js';

export interface Place {
  /** Linear address. */
  readonly address: bigint;
  /** `main+0x12`; null without symbols. */
  readonly symbol: string | null;
  readonly source: { readonly file: string; readonly line: number } | null;
}

export interface InstructionAt extends Place {
  readonly bytes: Uint8Array;
  /** Code size in which it was decoded. */
  readonly bits: 16 | 32 | 64;
  readonly text: string;
  readonly mnemonic: string;
}

export interface Gate {
  readonly vector: number;
  /** `#PF`, `int 0x21`. */
  readonly name: string;
  /** What the IDT (or IVT) holds for it, in words. */
  readonly entry: string;
  readonly usable: boolean;
}

export interface Explanation {
  /** null: rip is where no memory is mapped. */
  readonly instruction: InstructionAt | null;
  readonly place: Place;
  /** Those that ran before it, oldest first; only when the guest was traced. */
  readonly previous: readonly InstructionAt[];
  /** The instruction behind it in memory. */
  readonly next: InstructionAt | null;
  readonly bits: 16 | 32 | 64;
  /** With paging on: of rip, and of cr2 or the address that the instruction uses. */
  readonly walks: readonly PageWalk[];
  readonly gate: Gate | null;
  /** One sentence or two. */
  readonly cause: string | null;
}

/** SDM volume 3A, table 6-1. */
// prettier-ignore
const exceptions = ['#DE', '#DB', 'NMI', '#BP', '#OF', '#BR', '#UD', '#NM', '#DF', 'vector 9', '#TS', '#NP', '#SS', '#GP', '#PF', 'vector 15', '#MF', '#AC', '#MC', '#XM', '#VE', '#CP'];
export const exceptionName = (vector: number): string => exceptions[vector] ?? `vector ${vector}`;

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** Names an address by symbol and source line. */
export function locate(image: Image | null, address: bigint): Place {
  let best: Image['symbols'][number] | null = null;
  for (const symbol of image?.symbols ?? []) {
    if (symbol.address > address || symbol.name === '' || symbol.type === 3 || symbol.type === 4) continue;
    if (best === null || symbol.address > best.address || (symbol.address === best.address && symbol.binding > best.binding)) best = symbol;
  }
  // A kernel whose virtual addresses are others than its load addresses has sized symbols.
  const sized = best !== null && best.size > 0n && address < best.address + best.size;
  const inside =
    best !== null &&
    (sized || (image?.chunks ?? []).some((chunk) => address >= chunk.address && address < chunk.address + BigInt(chunk.data.length)));
  const symbol = best === null || !inside ? null : address === best.address ? best.name : `${best.name}+${hex(address - best.address)}`;
  return { address, symbol, source: lineOf(image, address) };
}

function lineOf(image: Image | null, address: bigint): Place['source'] {
  const lines = image?.lines ?? [];
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].end <= address) low = middle + 1;
    else high = middle;
  }
  const found = lines[low];
  return found !== undefined && found.address <= address ? { file: found.file, line: found.line } : null;
}

export function instructionAt(
  general: GeneralRegisters,
  system: SystemRegisters,
  memory: GuestMemory,
  image: Image | null,
  linear = linearRip(general, system),
): InstructionAt | null {
  const bytes = readLinear(system, memory, linear, 15);
  if (bytes.length === 0) return null;
  const bits = codeBits(system);
  const decoded = decode(bytes, bits, linear - (bits === 64 ? 0n : system.cs.base));
  return { ...locate(image, linear), bytes: bytes.slice(0, decoded.length), bits, text: decoded.text, mnemonic: decoded.mnemonic };
}

/** Everything that the state says about an ending that is not a plain halt. */
export function explain(result: RunResult, memory: GuestMemory, image: Image | null, previous: readonly InstructionAt[] = []): Explanation {
  const { general, system, ending } = result;
  const bits = codeBits(system);
  const linear = linearRip(general, system);
  const instruction = instructionAt(general, system, memory, image);
  const next = instruction === null ? null : instructionAt(general, system, memory, image, linear + BigInt(instruction.bytes.length));
  const place = locate(image, linear);
  const paging = (system.cr0 & CR0_PG) !== 0n;
  const walks: PageWalk[] = paging ? [walkPages(system, memory, linear)] : [];
  if (ending.kind === 'shutdown' && paging && system.cr2 !== linear && system.cr2 !== 0n) walks.push(walkPages(system, memory, system.cr2));
  const context = new Context(general, system, memory, instruction?.bytes ?? new Uint8Array());
  let gate: Gate | null = null;
  let cause: string | null = null;
  switch (ending.kind) {
    case 'shutdown': {
      const fault = likelyFault(context, instruction, image, bits);
      if (result.engine === 'kvm' && setsPagingInVain(context, bits)) {
        cause = `this machine's KVM has no 32-bit paging: \`${instruction?.text}'${where(place)} sets CR0.PG and KVM drops it; --engine soft runs it, as hardware virtualisation does`;
      } else if (fault !== null) {
        gate = describeGate(context, fault.vector, fault.software === true);
        cause = shutdownCause(context, fault, gate, place, instruction);
        if (idtState(context) !== null) gate = { ...gate, entry: 'no IDT', usable: false };
      } else
        cause =
          idtState(context) ?? 'the exception that began it cannot be told from the state; trace the last instructions with tskvm trace';
      break;
    }
    case 'internal-error':
      cause = internalCause(result, instruction, context, bits, image);
      break;
    case 'fail-entry':
      cause = 'the processor refused the state that the guest or a boot option set up: look at the segments and control registers below';
      break;
    case 'unexpected':
      if (ending.name === 'KVM_RUN') cause = stuckCause(context, instruction, place);
      break;
    case 'timeout':
    case 'max-exits':
    case 'interrupted':
      cause = loopCause(instruction, place, image);
      break;
    default:
  }
  return { instruction, place, previous: [...previous], next, bits, walks, gate, cause };
}

/** The instruction at rip is a `mov` to CR0 that turns on paging outside long mode, and nothing in the state forbids it (SDM volume 3A, 4.1.2). */
function setsPagingInVain(context: Context, bits: 16 | 32 | 64): boolean {
  const { system, bytes: code, general } = context;
  if (bits === 64 || !context.protectedMode || context.cpl > 0 || (system.cr0 & CR0_PG) !== 0n || (system.efer & EFER_LME) !== 0n)
    return false;
  if (code[0] !== 0x0f || code[1] !== 0x22 || (code[2] & 0xf8) !== 0xc0) return false;
  const registers = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'] as const;
  return (general[registers[code[2] & 7]] & (CR0_PG | CR0_PE)) === (CR0_PG | CR0_PE);
}

interface LikelyFault {
  readonly vector: number;
  readonly why: string;
  readonly software?: boolean;
}

/** The exception that the instruction at rip raises in this state, as far as the state shows it. */
function likelyFault(context: Context, instruction: InstructionAt | null, image: Image | null, bits: 16 | 32 | 64): LikelyFault | null {
  const { system, general } = context;
  const rip = linearRip(general, system);
  if ((system.cr0 & CR0_PG) !== 0n && walkPages(system, context.memory, rip).physical === null) {
    return { vector: 14, why: `the code at ${hex(rip)} is not mapped` };
  }
  if (instruction === null) return { vector: 6, why: `execution went to ${hex(rip)}, where no memory is` };
  if (instruction.mnemonic === 'INVALID') return { vector: 6, why: `the bytes at ${hex(rip)} are no ${bits}-bit instruction` };
  if (/^UD[012]$/.test(instruction.mnemonic)) return { vector: 6, why: '' };
  const { Decoder, DecoderOptions, OpKind, Register, Mnemonic } = iced();
  const decoder = new Decoder(bits, instruction.bytes, DecoderOptions.None);
  decoder.ip = general.rip;
  const decoded = decoder.decode();
  try {
    switch (instruction.mnemonic) {
      case 'INT':
        return { vector: Number(decoded.immediate8 & 0xff), why: instruction.text, software: true };
      case 'INT3':
        return { vector: 3, why: 'int3', software: true };
      case 'INT1':
        return { vector: 1, why: 'int1', software: true };
      case 'INTO':
        return { vector: 4, why: 'into with OF set', software: true };
      default:
    }
    if (decoded.isPrivileged && context.cpl > 0)
      return { vector: 13, why: `${instruction.text} is privileged, and the guest runs in ring ${context.cpl}` };
    const touched = memoryFault(context, decoded);
    if (touched !== null) return touched;
    if (instruction.mnemonic === 'DIV' || instruction.mnemonic === 'IDIV') {
      const zero = decoded.op0Kind === OpKind.Register && registerOperand(context, Register[decoded.op0Register]).read() === 0n;
      return {
        vector: 0,
        why: zero ? `${instruction.text} divides by zero` : `the quotient of ${instruction.text} does not fit, or the divisor is zero`,
      };
    }
    if (Mnemonic[decoded.mnemonic] === 'Mov' && decoded.op0Kind === OpKind.Register && /^[CDEFGS]S$/.test(Register[decoded.op0Register])) {
      const selector =
        decoded.op1Kind === OpKind.Register ? Number(registerOperand(context, Register[decoded.op1Register]).read() & 0xffffn) : null;
      const what = selector === null ? 'the selector' : `selector ${hex(selector)}`;
      return { vector: 13, why: `${what} does not name a usable descriptor in the GDT (limit ${hex(system.gdt.limit)})` };
    }
    if (/^(JMP|CALL|RETF|IRET[DQ]?)$/.test(instruction.mnemonic) && (decoded.opCount === 0 || decoded.op0Kind >= OpKind.FarBranch16)) {
      return {
        vector: 13,
        why: `the code selector of ${instruction.text} does not name a usable descriptor in the GDT (limit ${hex(system.gdt.limit)})`,
      };
    }
    if (/^(LTR|LLDT|LGDT|LIDT|WRMSR|RDMSR)$/.test(instruction.mnemonic))
      return { vector: 13, why: `${instruction.text} was given a value that the processor refuses` };
    if (Mnemonic[decoded.mnemonic] === 'Mov' && decoded.op0Kind === OpKind.Register && /^CR\d/.test(Register[decoded.op0Register])) {
      return { vector: 13, why: `${instruction.text} sets a combination of bits that the processor refuses` };
    }
    if (decoded.isStackInstruction) {
      const stack = context.linear(system.ss, general.rsp);
      if (walkPages(system, context.memory, stack - 1n).physical === null)
        return { vector: 14, why: `the stack at ${hex(stack)} is not mapped` };
    }
    if (
      (system.cr4 & (1n << 9n)) === 0n &&
      bits !== 16 &&
      /^(.*PS|.*PD|.*SS|.*SD|MOVDQ[AU]|P[A-Z]+)$/.test(instruction.mnemonic) &&
      /xmm/.test(instruction.text)
    ) {
      return { vector: 6, why: `${instruction.text} needs CR4.OSFXSR, which is clear` };
    }
    return null;
  } catch (error) {
    if (error instanceof Unsupported) return null;
    throw error;
  } finally {
    decoded.free();
    decoder.free();
    void image;
  }
}

/** A memory operand that is not mapped, lies outside its segment, or where the segment is not usable. */
function memoryFault(
  context: Context,
  decoded: ReturnType<InstanceType<ReturnType<typeof iced>['Decoder']>['decode']>,
): LikelyFault | null {
  const { OpKind, Mnemonic } = iced();
  let memory = false;
  for (let i = 0; i < decoded.opCount; i++) memory ||= decoded.opKind(i) === OpKind.Memory;
  if (!memory || Mnemonic[decoded.mnemonic] === 'Lea' || Mnemonic[decoded.mnemonic] === 'Nop') return null;
  const { system } = context;
  const { segment, name, offset, linear } = locateMemory(context, decoded);
  const write = decoded.op0Kind === OpKind.Memory;
  if (!context.code64) {
    if (segment.unusable || !segment.present) return { vector: 13, why: `%${name} holds no usable segment` };
    const expandDown = segment.s && (segment.type & 12) === 4;
    if (!expandDown && offset > BigInt(segment.limit)) {
      return { vector: name === 'ss' ? 12 : 13, why: `offset ${hex(offset)} is beyond the limit of %${name}, ${hex(segment.limit)}` };
    }
    if (write && (segment.type & 8 || !(segment.type & 2)) && context.protectedMode) return { vector: 13, why: `%${name} is not writable` };
  }
  const walk = walkPages(system, context.memory, linear);
  if (walk.physical === null) return { vector: 14, why: `${write ? 'a write to' : 'a read of'} ${hex(linear)}, which is not mapped` };
  if (write && !walk.writable && (context.cpl === 3 || (system.cr0 & (1n << 16n)) !== 0n))
    return { vector: 14, why: `a write to ${hex(linear)}, which is mapped read-only` };
  if (context.cpl === 3 && !walk.user) return { vector: 14, why: `ring 3 uses ${hex(linear)}, which is mapped for the kernel only` };
  return null;
}

/** What is wrong with the IDT as a whole, or null. */
function idtState({ system, protectedMode, memory, long }: Context): string | null {
  if (!protectedMode) return null;
  const { base, limit } = system.idt;
  if (limit === 0) return 'no IDT was loaded (its limit is 0)';
  const entries = readLinear(system, memory, base, Math.min(limit + 1, 32 * (long ? 16 : 8)));
  if (entries.length === 0) return `the IDT at ${hex(base)} is not in memory`;
  if (base === 0n && limit === 0xffff) return 'no IDT was loaded (lidt was never executed: base 0, limit 0xffff)';
  if (entries.every((byte) => byte === 0)) return `no IDT was loaded (the table at ${hex(base)} is empty)`;
  return null;
}

/** Why KVM's emulator does not get past an instruction: as a rule a table that lies where there is no memory. */
function stuckCause(context: Context, instruction: InstructionAt | null, place: Place): string {
  const { system, memory } = context;
  const inMemory = (address: bigint): boolean => readLinear(system, memory, address, 1).length > 0;
  const what = `\`${instruction?.text ?? 'the instruction'}\`${where(place)}`;
  if (!inMemory(system.idt.base)) return `${what} needs the interrupt table at ${hex(system.idt.base)}, where no memory is`;
  if (!inMemory(system.gdt.base)) return `${what} needs the GDT at ${hex(system.gdt.base)}, where no memory is`;
  return `${what} needs something that lies where no memory is: a descriptor, a task state or an interrupt vector`;
}

/** The gate of a vector, in words. */
export function describeGate(context: Context, vector: number, software: boolean): Gate {
  const { system, memory } = context;
  const name =
    vector < exceptions.length && !software ? exceptionName(vector) : software && vector > 4 ? `int ${hex(vector)}` : exceptionName(vector);
  const gate = (entry: string, usable: boolean): Gate => ({ vector, name, entry, usable });
  if ((system.cr0 & CR0_PE) === 0n) {
    const bytes = memory.read(Number(system.idt.base) + vector * 4, 4);
    if (bytes.length < 4) return gate('outside memory', false);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const [offset, selector] = [view.getUint16(0, true), view.getUint16(2, true)];
    return gate(`${selector.toString(16).padStart(4, '0')}:${offset.toString(16).padStart(4, '0')}`, selector !== 0 || offset !== 0);
  }
  const size = context.long ? 16 : 8;
  if (vector * size + size - 1 > system.idt.limit) return gate(`beyond the IDT's limit ${hex(system.idt.limit)}`, false);
  const bytes = readLinear(system, memory, system.idt.base + BigInt(vector * size), size);
  if (bytes.length < size) return gate('not in memory', false);
  if (bytes.every((byte) => byte === 0)) return gate('empty', false);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const selector = view.getUint16(2, true);
  const type = bytes[5] & 31;
  let offset = BigInt(view.getUint16(0, true)) | (BigInt(view.getUint16(6, true)) << 16n);
  if (context.long) offset |= BigInt(view.getUint32(8, true)) << 32n;
  const kinds: Record<number, string> = {
    5: 'task gate',
    6: '16-bit interrupt gate',
    7: '16-bit trap gate',
    14: 'interrupt gate',
    15: 'trap gate',
  };
  const kind = kinds[type] ?? `type ${type}, not a gate`;
  const present = (bytes[5] & 0x80) !== 0;
  return gate(
    `${kind} to ${hex(selector)}:${hex(offset)}, DPL ${(bytes[5] >> 5) & 3}${present ? '' : ', not present'}`,
    present && kinds[type] !== undefined,
  );
}

function shutdownCause(context: Context, fault: LikelyFault, gate: Gate, place: Place, instruction: InstructionAt | null): string {
  const what =
    fault.software === true
      ? fault.why
      : `${exceptionName(fault.vector)} from ${instruction === null ? `execution at ${hex(place.address)}` : `\`${instruction.text}\``}${where(place)}`;
  const source = fault.software === true ? `${what}${where(place)}` : what;
  const detail = fault.software === true || instruction === null || fault.why === '' ? '' : ` (${fault.why})`;
  const table = idtState(context);
  if (table !== null) return `${table}; ${source}${detail}`;
  if (!gate.usable) return `the IDT has no gate for it (${gate.entry}); ${source}${detail}`;
  const code = gateTarget(context, gate);
  return `${source}${detail}; ${code ?? 'its handler could not be entered: check the code selector of the gate and the stack'}`;
}

/** Why a gate that is present cannot be entered, or null. */
function gateTarget(context: Context, gate: Gate): string | null {
  const match = /to (0x[0-9a-f]+):(0x[0-9a-f]+)/.exec(gate.entry);
  if (match === null) return null;
  const selector = Number(match[1]);
  try {
    const segment = context.loadSegment(selector);
    if (!segment.present || !segment.s || (segment.type & 8) === 0)
      return `its gate names selector ${hex(selector)}, which is not a code segment`;
  } catch {
    return `its gate names selector ${hex(selector)}, which the GDT (limit ${hex(context.system.gdt.limit)}) does not have`;
  }
  const stack = context.linear(context.system.ss, context.general.rsp);
  if (
    walkPages(context.system, context.memory, stack - 8n).physical === null ||
    context.memory.at(Number(walkPages(context.system, context.memory, stack - 8n).physical), 1) === null
  ) {
    return `the stack at ${hex(stack)} is not in memory, so its handler could not be entered`;
  }
  return null;
}

const where = (place: Place): string =>
  place.source === null
    ? place.symbol === null
      ? ` at ${hex(place.address)}`
      : ` at ${place.symbol}`
    : ` at ${place.source.file}:${place.source.line}`;

/** Bytes of zeros decode as add %al,(…): the sign of a program that ran off its end. */
const isPadding = (instruction: InstructionAt): boolean => instruction.bytes.length >= 2 && instruction.bytes.every((byte) => byte === 0);

/** The source has something there, and it is no instruction. */
const inData = (image: Image | null, { address, source }: Place): boolean =>
  image !== null &&
  image.lines.length > 0 &&
  image.partialLines !== true &&
  source === null &&
  image.chunks.some((chunk) => address >= chunk.address && address < chunk.address + BigInt(chunk.data.length));

function internalCause(
  result: RunResult,
  instruction: InstructionAt | null,
  context: Context,
  bits: 16 | 32 | 64,
  image: Image | null,
): string {
  const { ending } = result;
  if (ending.kind !== 'internal-error') return '';
  const place = locate(image, linearRip(context.general, context.system));
  if (instruction === null)
    return `execution went to ${hex(place.address)}, where no memory is: a jump or return to a wrong address, or the program ran off its end`;
  if (isPadding(instruction)) return `execution ran into zeros${where(place)}: the program ran off its end (is a hlt or a jump missing?)`;
  if (instruction.mnemonic === 'INVALID')
    return `the bytes${where(place)} are no ${bits}-bit instruction: data was executed, or the code was assembled for another mode`;
  if (inData(image, place)) return `data was executed: what lies${where(place)} is no instruction of the source`;
  if (ending.suberror === 1) {
    const remedy =
      bits === 64 ? 'a machine with hardware virtualisation runs it' : 'a machine with hardware virtualisation, or --engine soft, runs it';
    return `this KVM's instruction emulator lacks \`${instruction.text}\`${where(place)}; ${remedy}`;
  }
  return `while the guest was at \`${instruction.text}\`${where(place)}`;
}

function loopCause(instruction: InstructionAt | null, place: Place, image: Image | null): string | null {
  if (instruction === null) return null;
  const outside =
    image !== null &&
    !image.chunks.some((chunk) => place.address >= chunk.address && place.address < chunk.address + BigInt(chunk.data.length));
  if (isPadding(instruction) && outside)
    return `execution runs through zeros at ${hex(place.address)}: the program ran off its end (is a hlt or a jump missing?)`;
  if (/^(eb fe|e9 fd ff|e9 fb ff ff ff)$/.test(Array.from(instruction.bytes, (byte) => byte.toString(16)).join(' ')))
    return `the guest jumps to itself${where(place)}`;
  if (/^(in|out|ins|outs)[bwl]? /.test(instruction.text)) return `the guest polls a port: \`${instruction.text}\`${where(place)}`;
  return `the guest was still running${where(place)}`;
}
