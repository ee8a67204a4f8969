/** A machine's whole state: vCPUs, chips, devices, memory, time. In process it goes back by dirty pages; as bytes it goes to a file. */
import { TskvmError } from '../diagnostics.js';
import type { CpuState } from './engine.js';

const PAGE = 4096;
const MAGIC = 'TSKVMSNAP1\n';

export interface Snapshot {
  readonly engine: 'kvm' | 'soft';
  /** Address and size of each memory view: a snapshot fits only a machine with the same. */
  readonly map: readonly (readonly [address: number, size: number])[];
  readonly cpus: readonly CpuState[];
  readonly chips: Record<string, Uint8Array>;
  /** By the device's name in the machine. */
  readonly devices: Record<string, unknown>;
  readonly time: bigint;
  /** Pages that are not all zeros, by physical address. */
  readonly pages: Map<number, Uint8Array>;
}

/** The pages of `bytes` that hold anything but zeros. */
export function usedPages(address: number, bytes: Uint8Array, into: Map<number, Uint8Array>): void {
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3);
  for (let offset = 0; offset < bytes.length; offset += PAGE) {
    const end = (offset + PAGE) >> 3;
    let i = offset >> 3;
    while (i < end && words[i] === 0n) i += 1;
    if (i < end) into.set(address + offset, bytes.slice(offset, offset + PAGE));
  }
}

/** A snapshot as bytes: the magic line, then V8's structured-clone form. */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { serialize } = process.getBuiltinModule('node:v8');
  const body = serialize(snapshot);
  const bytes = new Uint8Array(MAGIC.length + body.length);
  bytes.set(Buffer.from(MAGIC, 'latin1'));
  bytes.set(body, MAGIC.length);
  return bytes;
}

/** @param name for messages. @throws TskvmError when the bytes are no snapshot */
export function decodeSnapshot(bytes: Uint8Array, name = 'the file'): Snapshot {
  if (Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC)
    throw new TskvmError(`${name} is not a snapshot of this version of tskvm`, 2, ['--save-snapshot FILE writes one.']);
  try {
    const { deserialize } = process.getBuiltinModule('node:v8');
    const value = deserialize(bytes.subarray(MAGIC.length)) as Snapshot;
    if (!(value.pages instanceof Map) || !Array.isArray(value.cpus)) throw new Error('incomplete');
    return value;
  } catch {
    throw new TskvmError(`${name}: the snapshot is damaged`);
  }
}
