/** The one buffer in which an instruction's bytes are gathered. */

/** No instruction of ours is longer than 15 bytes and what relaxation adds. */
export const out = { bytes: new Uint8Array(64), length: 0 };

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
