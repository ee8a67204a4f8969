/** Motorola S-records: S0 header, S1 to S3 data, S7 to S9 start address; `$$` symbol blocks. */
import { FormatError } from '../elf/raw.js';
import { SYM, type Program, type Symbol } from '../model.js';
import { digitsOfTwo, HexText, hexByte, isHexDigit, RecordSections, shown, viewOf, type Run, type Sink } from './records.js';

const S = 83;
/** Bytes that the count of a record can stand for. */
const MAX_COUNT = 255;

export interface SrecOptions {
  /** Data bytes in a record. */
  length: number;
  forceS3: boolean;
  /** Write the symbols too (target symbolsrec). */
  symbols: boolean;
}

export function isSrec(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === S && isHexDigit(bytes[1]) && isHexDigit(bytes[2]) && isHexDigit(bytes[3]);
}

export function isSymbolSrec(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 36 && bytes[1] === 36;
}

/** The sections (and symbols) of a file. Complaints go to `warn`, in GNU's words; a broken file is a `FormatError`. */
export function readSrec(bytes: Uint8Array, name: string, warn: (message: string) => void): Program {
  if (!isSrec(bytes) && !isSymbolSrec(bytes)) throw new FormatError('file format not recognized');
  let line = 1;
  const bad = (message: string): never => {
    warn(`${name}:${line}: ${message}`);
    throw new FormatError('file format not recognized');
  };
  const unexpected = (code: number): never => bad(`unexpected character \`${shown(code)}' in S-record file`);
  const out = new RecordSections();
  const symbols: Symbol[] = [];
  let start = 0n;
  let at = 0;
  while (at < bytes.length) {
    const code = bytes[at];
    if (code === 10) {
      line += 1;
      at += 1;
    } else if (code === 13) at += 1;
    else if (code === 36) {
      // A module's name: up to the end of the line.
      while (at < bytes.length && bytes[at] !== 10) at += 1;
      if (at === bytes.length) throw new FormatError('file format not recognized');
    } else if (code === 32) at = readSymbols(bytes, at, symbols, unexpected);
    else if (code === S) {
      if (at + 4 > bytes.length) throw new FormatError('file format not recognized');
      for (const digit of [at + 2, at + 3]) if (!isHexDigit(bytes[digit])) unexpected(bytes[digit]);
      const type = bytes[at + 1] - 48;
      const count = hexByte(bytes, at + 2);
      const width = ADDRESS_BYTES[type] ?? 2;
      if (count < (WITH_ADDRESS.includes(type) ? width : 2) + 1) bad(`byte count ${count} too small`);
      if (at + 4 + count * 2 > bytes.length) throw new FormatError('file format not recognized');
      const recordStart = at;
      at += 4;
      const data = Array.from({ length: count }, (_, i) => looseByte(bytes, at + i * 2));
      at += count * 2;
      if (!WITH_ADDRESS.includes(type)) {
        // Whether a header's checksum is right is nobody's concern.
        if (type === 0 || type === 5) out.break();
        continue;
      }
      const sum = data.slice(0, -1).reduce((a, b) => a + b, count);
      if (255 - (sum & 255) !== data[count - 1]) bad('bad checksum in S-record file');
      let address = 0n;
      for (let i = 0; i < width; i++) address = (address << 8n) | BigInt(data[i]);
      if (type >= 7) {
        start = address;
        break;
      }
      const length = count - width - 1;
      const place = out.add(address, length, recordStart);
      for (let i = 0; i < length; i++) place.bytes[place.at + i] = data[width + i];
    } else unexpected(code);
  }
  out.finish();
  const target = isSymbolSrec(bytes) ? 'symbolsrec' : 'srec';
  return { target, sections: out.sections, symbols, start, linked: true, hasRelocations: false };
}

/** Data and addresses, and those are 2 to 4 bytes wide. */
const WITH_ADDRESS = [1, 2, 3, 7, 8, 9];

/** GNU's does not look at the digits of data: what is none counts as 99. */
function looseByte(bytes: Uint8Array, at: number): number {
  const value = hexByte(bytes, at);
  if (value >= 0) return value;
  const digit = (code: number): number => (isHexDigit(code) ? parseInt(String.fromCharCode(code), 16) : 99);
  return digit(bytes[at]) * 16 + digit(bytes[at + 1]);
}

/** Lines of `name $value` pairs after a blank. A file that ends within one is no file of ours. */
function readSymbols(bytes: Uint8Array, at: number, symbols: Symbol[], unexpected: (code: number) => never): number {
  const space = (code: number): boolean => code === 32 || code === 9;
  const skip = (): void => {
    while (space(bytes[at])) at += 1;
    if (at >= bytes.length) throw new FormatError('file format not recognized');
  };
  for (;;) {
    skip();
    if (bytes[at] === 10 || bytes[at] === 13) return at;
    let name = '';
    while (at < bytes.length && !space(bytes[at]) && (bytes[at] < 10 || bytes[at] > 13)) name += String.fromCharCode(bytes[at++]);
    skip();
    if (bytes[at] === 36) at += 1;
    let value = 0n;
    while (isHexDigit(bytes[at])) value = BigInt.asUintN(64, value * 16n + BigInt(parseInt(String.fromCharCode(bytes[at++]), 16)));
    if (at >= bytes.length) throw new FormatError('file format not recognized');
    symbols.push({ name, value, flags: SYM.GLOBAL, section: 'absolute' });
    if (bytes[at] === 10 || bytes[at] === 13) return at;
    if (!space(bytes[at])) unexpected(bytes[at]);
  }
}

/** The file of what is loaded; `name` goes into the S0 record. */
export function writeSrec(
  runs: readonly Run[],
  symbols: readonly Symbol[],
  start: bigint,
  name: string,
  o: SrecOptions,
): (sink: Sink) => void {
  let type = o.forceS3 && runs.length > 0 ? 3 : 1;
  for (const run of runs) {
    if (o.forceS3) break;
    const last = BigInt.asUintN(64, run.address + BigInt(run.data.length) - 1n);
    if (last <= 0xffffn) continue;
    type = last <= 0xffffffn && type <= 2 ? 2 : 3;
  }
  let length = o.length;
  if (length === 0) length = 1;
  else if (length > MAX_COUNT - type - 2) length = MAX_COUNT - type - 2;
  return (sink) => {
    const out = new HexText(sink);
    if (o.symbols) writeSymbols(out, symbols, name);
    const header = new Uint8Array(Math.min(name.length, 40));
    for (let i = 0; i < header.length; i++) header[i] = name.charCodeAt(i);
    record(out, 0, 0, viewOf(header), 0, header.length);
    for (const run of runs) {
      const low = Number(run.address & 0xffffffffn);
      const data = viewOf(run.data);
      // Full records of the usual length; what is left, and any other length, one by one.
      let at = 0;
      if (length === 16 && low + run.data.length <= 0x100000000) {
        for (let full = run.data.length >> 4; full > 0;) {
          const count = Math.min(full, RECORDS_AT_ONCE);
          fullRecords(out.view, out.reserve(count * (FULL_TEXT + 2 * ADDRESS_BYTES[type])), data, at, type, low + at, count);
          full -= count;
          at += count * 16;
        }
      }
      for (; at < run.data.length; at += length) {
        record(out, type, low + at, data, at, Math.min(length, run.data.length - at));
      }
    }
    record(out, 10 - type, Number(start & 0xffffffffn), viewOf(new Uint8Array(0)), 0, 0);
    out.flush();
  };
}

function writeSymbols(out: HexText, symbols: readonly Symbol[], name: string): void {
  if (symbols.length === 0) return;
  out.text(`$$ ${name}\r\n`);
  for (const s of symbols) {
    const local = (s.flags & (SYM.GLOBAL | SYM.WEAK | SYM.FILE | SYM.SECTION)) === 0 && s.name.startsWith('.');
    if (local || (s.flags & SYM.DEBUGGING) !== 0) continue;
    // Symbols that were added have no section of the input.
    if (typeof s.section === 'object' && !s.section.output) continue;
    const base = typeof s.section === 'object' ? s.section.output!.lma : 0n;
    out.text(`  ${s.name} $${BigInt.asUintN(64, s.value + base).toString(16)}\r\n`);
  }
  out.text('$$ \r\n');
}

const ADDRESS_BYTES: Record<number, number> = { 0: 2, 1: 2, 2: 3, 3: 4, 7: 4, 8: 3, 9: 2 };

const RECORDS_AT_ONCE = 2048;
/** Text of a record of 16 bytes, without its address: type, count, data, checksum, end of line. */
const FULL_TEXT = 2 + 2 + 32 + 2 + 2;

/** Most of a file: records of 16 bytes. Works on words, because it decides how long a large file takes. */
function fullRecords(view: DataView, to: number, data: DataView, from: number, type: number, address: number, count: number): void {
  const digits = digitsOfTwo();
  const width = ADDRESS_BYTES[type];
  // `S`, the type and the count's two digits.
  const head = S | ((48 + type) << 8) | ((digits[width + 17] & 0xffff) << 16);
  for (let i = 0; i < count; i++) {
    view.setInt32(to, head, true);
    to += 4;
    let halves = width + 17;
    for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) {
      const value = (address >>> shift) & 255;
      view.setInt16(to, digits[value], true);
      halves += value;
      to += 2;
    }
    for (let j = 0; j < 16; j += 4) {
      const word = data.getInt32(from + j, true);
      view.setInt32(to + j * 2, digits[word & 0xffff], true);
      view.setInt32(to + j * 2 + 4, digits[word >>> 16], true);
      halves += (word & 0xff00ff) + ((word >>> 8) & 0xff00ff);
    }
    const sum = (halves & 0xffff) + (halves >>> 16);
    view.setInt32(to + 32, (digits[255 - (sum & 255)] & 0xffff) | 0x0a0d0000, true);
    to += 36;
    from += 16;
    address += 16;
  }
}

function record(out: HexText, type: number, address: number, data: DataView, from: number, count: number): void {
  out.room(count * 2 + 20);
  out.put(S);
  out.put(48 + type);
  const width = ADDRESS_BYTES[type];
  let sum = width + count + 1;
  out.byte(sum);
  for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) {
    const value = (address >>> shift) & 255;
    out.byte(value);
    sum += value;
  }
  sum += out.run(data, from, count);
  out.byte(255 - (sum & 255));
  out.newline();
}
