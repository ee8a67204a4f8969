/** Intel Hex: data, end, segment and linear addresses, both kinds of start address. Addresses have 32 bits. */
import { FormatError } from '../elf/raw.js';
import { abandon } from '../errors.js';
import type { Program } from '../model.js';
import { digitsOfTwo, HexText, hexByte, isHexDigit, RecordSections, shown, viewOf, type Run, type Sink } from './records.js';

const BYTES_PER_RECORD = 16;
const COLON = 58;

const TYPE = { data: 0, end: 1, segment: 2, startSegment: 3, linear: 4, startLinear: 5 } as const;

/** True when the file starts like a record. */
export function isIhex(bytes: Uint8Array): boolean {
  if (bytes.length < 9 || bytes[0] !== COLON) return false;
  for (let i = 1; i < 9; i++) if (!isHexDigit(bytes[i])) return false;
  return hexByte(bytes, 7) <= 5;
}

/** The sections of a file. Complaints go to `warn`, in GNU's words; a broken file is a `FormatError`. */
export function readIhex(bytes: Uint8Array, name: string, warn: (message: string) => void): Program {
  if (!isIhex(bytes)) throw new FormatError('file format not recognized');
  const bad = (message: string): never => {
    warn(`${name}:${line}: ${message}`);
    throw new FormatError('file format not recognized');
  };
  const out = new RecordSections();
  let line = 1;
  let segment = 0;
  let base = 0;
  let start = 0;
  let ended = false;
  for (let at = 0; at < bytes.length && !ended;) {
    const code = bytes[at];
    if (code === 13) {
      at += 1;
      continue;
    }
    if (code === 10) {
      line += 1;
      at += 1;
      continue;
    }
    if (code !== COLON) bad(`unexpected character \`${shown(code)}' in Intel Hex file`);
    /** The digits of the next bytes are looked at before anything else is. */
    const check = (from: number, count: number): void => {
      const first = at + 1 + from * 2;
      if (first + count * 2 > bytes.length) throw new FormatError('file format not recognized');
      for (let i = first; i < first + count * 2; i++) {
        if (!isHexDigit(bytes[i])) bad(`unexpected character \`${shown(bytes[i])}' in Intel Hex file`);
      }
    };
    const record = (offset: number): number => hexByte(bytes, at + 1 + offset * 2);
    check(0, 4);
    const length = record(0);
    const address = record(1) * 256 + record(2);
    const type = record(3);
    check(4, length + 1);
    let sum = length + (address >> 8) + (address & 255) + type;
    const value = (from: number, count: number): number => {
      let result = 0;
      for (let i = 0; i < count; i++) result = result * 256 + record(4 + from + i);
      return result;
    };
    for (let i = 0; i < length; i++) sum += record(4 + i);
    const expected = -sum & 255;
    const found = record(4 + length);
    if (found !== expected) bad(`bad checksum in Intel Hex file (expected ${expected}, found ${found})`);
    switch (type) {
      case TYPE.data:
        if (length > 0) {
          const place = out.add(BigInt(segment + base + address), length, at);
          for (let i = 0; i < length; i++) place.bytes[place.at + i] = record(4 + i);
        }
        break;
      case TYPE.end:
        if (start === 0) start = address;
        ended = true;
        break;
      case TYPE.segment:
        if (length !== 2) bad('bad extended address record length in Intel Hex file');
        segment = value(0, 2) << 4;
        out.break();
        break;
      case TYPE.startSegment:
        if (length !== 4) bad('bad extended start address length in Intel Hex file');
        start += value(0, 2) * 16 + value(2, 2);
        out.break();
        break;
      case TYPE.linear:
        if (length !== 2) bad('bad extended linear address record length in Intel Hex file');
        base = value(0, 2) * 65536;
        out.break();
        break;
      case TYPE.startLinear:
        if (length !== 2 && length !== 4) bad('bad extended linear start address length in Intel Hex file');
        start = length === 2 ? start + value(0, 2) * 65536 : value(0, 4);
        out.break();
        break;
      default:
        bad(`unrecognized ihex type ${type} in Intel Hex file`);
    }
    at += 1 + (5 + length) * 2;
  }
  out.finish();
  return { target: 'ihex', sections: out.sections, symbols: [], start: BigInt(start), linked: true, hasRelocations: false };
}

/**
 * The file of what is loaded, as a function that writes it piece by piece. `name` is the output's, for messages; addresses
 * that do not fit are found before anything is written.
 */
export function writeIhex(runs: readonly Run[], start: bigint, name: string): (sink: Sink) => void {
  for (const run of runs) checkAddresses(run, name);
  return (sink) => {
    const out = new HexText(sink);
    const place = { segment: 0, base: 0 };
    for (const run of runs) writeRun(out, run, place);
    if (start !== 0n) {
      const value = Number(start & 0xffffffffn);
      if (start <= 0xfffffn) record(out, TYPE.startSegment, 0, bytes((value & 0xf0000) >> 12, 0, value >> 8, value), 0, 4);
      else record(out, TYPE.startLinear, 0, bytes(value >>> 24, value >> 16, value >> 8, value), 0, 4);
    }
    record(out, TYPE.end, 0, bytes(), 0, 0);
    out.flush();
  };
}

/** Addresses have 32 bits; a sign-extended one is as good as the address itself. */
function checkAddresses(run: Run, name: string): void {
  const low = run.address & 0xffffffffn;
  const fail = (address: bigint): never =>
    abandon(`${name} 64-bit address 0x${address.toString(16)} out of range for Intel Hex file\n${name}: bad value`);
  if (run.address !== low && run.address !== BigInt.asUintN(64, BigInt.asIntN(32, run.address))) fail(run.address);
  const end = low + BigInt(run.data.length);
  if (end > 0x100000000n) fail(0x100000000n);
}

function writeRun(out: HexText, run: Run, place: { segment: number; base: number }): void {
  let where = Number(run.address & 0xffffffffn);
  const data = viewOf(run.data);
  for (let at = 0; at < data.byteLength;) {
    if (where > place.segment + place.base + 0xffff || where < place.segment + place.base) {
      if (where <= 0xfffff) {
        place.segment = where & 0xf0000;
        record(out, TYPE.segment, 0, bytes(place.segment >> 12, 0), 0, 2);
      } else {
        if (place.segment !== 0) {
          record(out, TYPE.segment, 0, bytes(0, 0), 0, 2);
          place.segment = 0;
        }
        place.base = where - (where % 0x10000);
        record(out, TYPE.linear, 0, bytes(place.base / 0x1000000, place.base / 0x10000), 0, 2);
      }
    }
    const address = where - (place.base + place.segment);
    // As many full records as there are before the segment or the buffer ends.
    const full = Math.min((data.byteLength - at) >> 4, (0x10000 - address) >> 4, RECORDS_AT_ONCE);
    if (full > 0) {
      fullRecords(out.view, out.reserve(full * RECORD_SIZE), data, at, address, full);
      at += full * BYTES_PER_RECORD;
      where += full * BYTES_PER_RECORD;
      continue;
    }
    let now = Math.min(BYTES_PER_RECORD, data.byteLength - at);
    if (address + now > 0xffff) now = 0x10000 - address;
    record(out, TYPE.data, address, data, at, now);
    at += now;
    where += now;
  }
}

/** Text of a record of 16 bytes. */
const RECORD_SIZE = 45;
const RECORDS_AT_ONCE = 2048;

/**
 * Most of a file: records of 16 bytes, within a segment. Works on words because it decides how long a large file takes: four
 * characters at a time, and the sum of a word's bytes in two halves.
 */
function fullRecords(view: DataView, to: number, data: DataView, from: number, address: number, count: number): void {
  // Constants of the module are variables to the bundle: within the loop they would cost as much as the work.
  const digits = digitsOfTwo();
  for (let i = 0; i < count; i++) {
    // `:10`, the address, `00`.
    view.setInt32(to, 0x30_31_3a, true);
    view.setInt32(to + 3, digits[(address >> 8) | ((address & 255) << 8)], true);
    view.setInt16(to + 7, 0x3030, true);
    let halves = 16 + (address >> 8) + (address & 255);
    for (let j = 0; j < 16; j += 4) {
      const word = data.getInt32(from + j, true);
      view.setInt32(to + 9 + j * 2, digits[word & 0xffff], true);
      view.setInt32(to + 13 + j * 2, digits[word >>> 16], true);
      halves += (word & 0xff00ff) + ((word >>> 8) & 0xff00ff);
    }
    const sum = (halves & 0xffff) + (halves >>> 16);
    view.setInt32(to + 41, (digits[-sum & 255] & 0xffff) | 0x0a0d0000, true);
    to += 45;
    from += 16;
    address += 16;
  }
}

function bytes(...values: number[]): DataView {
  return viewOf(Uint8Array.from(values));
}

function record(out: HexText, type: number, address: number, data: DataView, from: number, count: number): void {
  out.room(count * 2 + 13);
  out.put(COLON);
  out.byte(count);
  out.byte(address >> 8);
  out.byte(address & 255);
  out.byte(type);
  const sum = count + (address >> 8) + (address & 255) + type + out.run(data, from, count);
  out.byte(-sum & 255);
  out.newline();
}
