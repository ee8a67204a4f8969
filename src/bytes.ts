/** Growing little-endian byte buffer and hex helpers, shared by every part. */

export class ByteBuffer {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 64) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes (zero-filled) and returns where they start. */
  reserve(count: number): number {
    const start = this.length;
    const end = start + count;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, start));
      this.bytes = grown;
    }
    this.length = end;
    return start;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.bytes[at] = value;
    this.bytes[at + 1] = value >> 8;
  }

  u32(value: number): void {
    const at = this.reserve(4);
    writeUint(this.bytes, at, 4, value);
  }

  u64(value: bigint): void {
    const at = this.reserve(8);
    writeBig(this.bytes, at, 8, value);
  }

  append(data: ArrayLike<number>): void {
    const at = this.reserve(data.length);
    this.bytes.set(data, at);
  }

  /** UTF-16 code units below 256 as bytes (sources are read as latin1), then a NUL. */
  cstring(text: string): void {
    for (let i = 0; i < text.length; i++) this.u8(text.charCodeAt(i));
    this.u8(0);
  }

  /** A copy of what has been written. */
  toUint8Array(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Writes the low `size` bytes (1 to 4) of a number, little-endian. */
export function writeUint(bytes: Uint8Array, at: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) {
    bytes[at + i] = value;
    value >>= 8;
  }
}

/** Writes the low `size` bytes of a bigint (two's complement), little-endian. */
export function writeBig(bytes: Uint8Array, at: number, size: number, value: bigint): void {
  for (let i = 0; i < size; i += 4) {
    const word = Number(BigInt.asUintN(32, value));
    writeUint(bytes, at + i, Math.min(4, size - i), word);
    value >>= 32n;
  }
}

/** The signed little-endian value of `size` bytes. */
export function readInt(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]);
  return BigInt.asIntN(size * 8, value);
}

/** `b0 48 e6`: for messages, goldens and byte comparisons in tests. */
export function hex(bytes: ArrayLike<number>, separator = ' '): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i++) parts.push(bytes[i].toString(16).padStart(2, '0'));
  return parts.join(separator);
}
