/**
 * Repeated `ins` and `outs` for the soft engine (SDM volume 2). v86 executes such an instruction as one, keeps its progress to
 * itself and cannot be stopped: left half-way it would lose elements, and not left it may stay inside for hours. So the engine
 * leaves v86 before the first element, and as many elements as the time slice allows are executed here.
 */
import type { IoHandler } from '../engine.js';
import type { V86Cpu } from './v86.js';

export interface StringOperation {
  /** Linear address of the instruction, and its length. */
  readonly at: number;
  readonly length: number;
  readonly input: boolean;
  readonly size: 1 | 2 | 4;
  readonly address32: boolean;
  /** v86's number of the source's segment. */
  readonly segment: number;
}

/** v86's numbers of registers and segments. */
const ECX = 1;
const EDX = 2;
const ESI = 6;
const EDI = 7;
const ES = 0;
const DS = 3;
const DIRECTION = 0x400;
/** Segment prefixes in v86's order of segments. */
const segmentPrefixes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
/** What an instruction that matters here can begin with. */
const beginnings = new Uint8Array(256);
for (const byte of [...segmentPrefixes, 0x66, 0x67, 0xf2, 0xf3]) beginnings[byte] = 1;

/** The repeated string instruction that the processor executes, or null. @param bytesAt code by linear address */
export function stringAt(processor: V86Cpu, bytesAt: (linear: number, length: number) => Uint8Array): StringOperation | null {
  const at = processor.previous_ip[0] >>> 0;
  // Most accesses come from other instructions; without paging one byte tells (in RAM: the VGA's window lies elsewhere).
  if (processor.cr[0] >= 0 && beginnings[processor.mem8[at]] === 0 && at >>> 17 !== 5) return null;
  const bytes = bytesAt(at, 15);
  let repeated = false;
  let operand32 = processor.is_32[0] !== 0;
  let address32 = operand32;
  let segment = DS;
  let i = 0;
  for (; i < bytes.length && beginnings[bytes[i]] === 1; i++) {
    const byte = bytes[i];
    if (byte === 0xf2 || byte === 0xf3) repeated = true;
    else if (byte === 0x66) operand32 = processor.is_32[0] === 0;
    else if (byte === 0x67) address32 = processor.is_32[0] === 0;
    else segment = segmentPrefixes.indexOf(byte);
  }
  if (!repeated || i >= bytes.length) return null;
  const opcode = bytes[i] & 0xfe;
  if (opcode !== 0x6c && opcode !== 0x6e) return null;
  const size = (bytes[i] & 1) === 0 ? 1 : operand32 ? 4 : 2;
  return { at, length: i + 1, input: opcode === 0x6c, size, address32, segment };
}

/** What `runString` needs of the engine. */
export interface StringHost {
  readonly io: IoHandler;
  /** Physical address for a linear one. @throws Fault #PF */
  translate(linear: number, write: boolean): number;
  /** Physical memory, devices included; size 1, 2 or 4. */
  read(address: number, size: number): number;
  write(address: number, size: number, value: number): void;
  /** The time slice is over, or somebody wants attention. */
  over(): boolean;
}

const low = (operation: StringOperation, value: number): number => (operation.address32 ? value >>> 0 : value & 0xffff);

/** How many elements are left. */
export const elementsLeft = (processor: V86Cpu, operation: StringOperation): number => low(operation, processor.reg32[ECX]);

/**
 * Executes elements until all are done, time is over or a device has no answer yet. The registers tell the progress, also when
 * a page fault is thrown.
 */
export function runString(processor: V86Cpu, operation: StringOperation, host: StringHost): 'done' | 'later' | 'blocked' {
  // v86's arrays are proxies: registers are copied out, and back at the end.
  const registers = Int32Array.from({ length: 8 }, (_, i) => processor.reg32[i]);
  try {
    return elements(registers, processor, operation, host);
  } finally {
    registers.forEach((value, i) => (processor.reg32[i] = value));
  }
}

function elements(reg32: Int32Array, processor: V86Cpu, operation: StringOperation, host: StringHost): 'done' | 'later' | 'blocked' {
  const { input, size } = operation;
  const { io } = host;
  const sourceBase = processor.segment_offsets[operation.segment];
  const destinationBase = processor.segment_offsets[ES];
  const step = (processor.get_eflags() & DIRECTION) === 0 ? size : -size;
  const set = (register: number, value: number): void => {
    reg32[register] = operation.address32 ? value : (reg32[register] & ~0xffff) | (value & 0xffff);
  };
  const read = (linear: number): number => {
    if ((linear & 0xfff) + size <= 0x1000) return host.read(host.translate(linear, false), size);
    let value = 0;
    for (let i = 0; i < size; i++) value |= (host.read(host.translate((linear + i) >>> 0, false), 1) & 0xff) << (8 * i);
    return value;
  };
  const write = (linear: number, value: number): void => {
    if ((linear & 0xfff) + size <= 0x1000) return host.write(host.translate(linear, true), size, value);
    // Both pages must be there before either is written.
    const places = Array.from({ length: size }, (_, i) => host.translate((linear + i) >>> 0, true));
    places.forEach((place, i) => host.write(place, 1, (value >>> (8 * i)) & 0xff));
  };
  const port = reg32[EDX] & 0xffff;
  while (low(operation, reg32[ECX]) > 0) {
    if (input) {
      const destination = (destinationBase + low(operation, reg32[EDI])) >>> 0;
      // The page must be there before the device is asked.
      host.translate(destination, true);
      const value = io.in(port, size);
      if (io.retry) {
        io.retry = false;
        return 'blocked';
      }
      write(destination, value);
      set(EDI, reg32[EDI] + step);
    } else {
      io.out(port, size, read((sourceBase + low(operation, reg32[ESI])) >>> 0) >>> 0);
      set(ESI, reg32[ESI] + step);
    }
    set(ECX, reg32[ECX] - 1);
    if (host.over() && low(operation, reg32[ECX]) > 0) return 'later';
  }
  return 'done';
}
