/** Verilog memory initialisation files ($readmemh): `@address` lines, then the bytes or words in hexadecimal. */
import { FormatError, latin1 } from '../elf/raw.js';
import { abandon } from '../errors.js';
import type { Program } from '../model.js';
import { HexText, RecordSections, type Run, type Sink } from './records.js';

const BYTES_PER_LINE = 16;

/**
 * The sections of a file of bytes. GNU's objcopy writes this format but does not read it, so it is never guessed: only
 * `-I verilog` gets here. Words of several bytes are taken in the order in which they stand.
 */
export function readVerilog(bytes: Uint8Array): Program {
  const out = new RecordSections();
  const text = latin1(bytes, 0, bytes.length)
    .replace(/\/\*[^]*?\*\//g, ' ')
    .replace(/\/\/[^\n]*/g, ' ');
  let width = 1;
  let address = 0n;
  for (const [word] of text.matchAll(/\S+/g)) {
    const m = /^(@?)([0-9a-fA-F_]+)$/.exec(word);
    const digits = m ? m[2].replaceAll('_', '') : '';
    if (digits === '') throw new FormatError('file format not recognized');
    if (m![1] === '@') {
      address = BigInt(`0x${digits}`);
      out.break();
      continue;
    }
    if (digits.length % 2 !== 0) throw new FormatError('file format not recognized');
    if (out.sections.length === 0) width = digits.length / 2;
    const place = out.add(address * BigInt(width), digits.length / 2);
    for (let i = 0; i < digits.length; i += 2) place.bytes[place.at + i / 2] = parseInt(digits.slice(i, i + 2), 16);
    if (width === 1) address += BigInt(digits.length / 2);
    else address += 1n;
  }
  out.finish();
  return { target: 'verilog', sections: out.sections, symbols: [], start: 0n, linked: true, hasRelocations: false };
}

/**
 * The file of what is loaded, as a function that writes it piece by piece; `width` is the bytes of a word, in
 * `little`-endian order or as they stand. Addresses count words: one within a word is refused before anything is written.
 */
export function writeVerilog(runs: readonly Run[], name: string, width: number, little: boolean): (sink: Sink) => void {
  if (runs.some((run) => run.address % BigInt(width) !== 0n)) abandon(`${name}: invalid operation`);
  return (sink) => {
    const out = new HexText(sink);
    for (const { address, data } of runs) {
      const digits = (address / BigInt(width)).toString(16).toUpperCase();
      out.text(`@${digits.padStart(digits.length > 8 ? 16 : 8, '0')}\r\n`);
      for (let at = 0; at < data.length; at += BYTES_PER_LINE)
        line(out, data, at, Math.min(at + BYTES_PER_LINE, data.length), width, little);
    }
    out.flush();
  };
}

function line(out: HexText, data: Uint8Array, from: number, to: number, width: number, little: boolean): void {
  out.room(BYTES_PER_LINE * 3 + 4);
  if (width === 1) {
    for (let i = from; i < to; i++) {
      if (i > from) out.put(32);
      out.byte(data[i]);
    }
  } else if (little) {
    let i = from;
    for (; i < to - width; i += width) {
      for (let j = width - 1; j >= 0; j--) out.byte(data[i + j]);
      out.put(32);
    }
    for (let j = to - 1; j >= i; j--) out.byte(data[j]);
  } else {
    for (let i = from; i < to; i++) {
      out.byte(data[i]);
      if ((i - from) % width === width - 1) out.put(32);
    }
  }
  out.newline();
}
