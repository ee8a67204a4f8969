/** The one buffer in which an instruction's bytes are gathered. */
import type { Template } from './rows.js';
import type { Operand } from './types.js';

/** No instruction of ours is longer than 15 bytes and what relaxation adds. */
export const out = { bytes: new Uint8Array(64), length: 0 };

/** The last instruction's row, the rows it was chosen from and the operands (by the row's numbers), and where ModRM and SIB stand; -1: nowhere. */
export const last = {
  row: null as Template | null,
  rows: [] as readonly Template[],
  given: [] as readonly (Operand | undefined)[],
  modrmAt: -1,
  sibAt: -1,
};

/**
 * Where the last instruction has its opcode, and its constant displacement and immediate as far as another number could
 * stand there; -1: nowhere.
 */
export const numbers = { opcodeAt: 0, displacementAt: -1, displacementSize: 0, immediateAt: -1, immediateSize: 0 };

export function put(byte: number): void {
  out.bytes[out.length++] = byte;
}

/** Writes the low `size` bytes (1 to 4) of a number. */
export function putNumber(value: number, size: number): void {
  const { bytes } = out;
  let at = out.length;
  for (let i = 0; i < size; i++) {
    bytes[at++] = value;
    value >>= 8;
  }
  out.length = at;
}
