/** PNG files of 8-bit RGB pixels (W3C PNG specification): written for screenshots, read for golden files. */
import { crc32 as zlibCrc, deflateSync, inflateSync } from 'node:zlib';
import type { PixelFrame } from '../../vmm/display.js';
import { TskvmError } from '../../diagnostics.js';

const SIGNATURE = '\x89PNG\r\n\x1a\n';
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 6: 4 };

/** Node has had zlib.crc32 since 20.15. */
const crc32: (bytes: Uint8Array) => number = zlibCrc ?? slowCrc;

function slowCrc(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) !== 0 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), framed.length - 4);
  return framed;
}

/** A frame as a file. A screen that is off becomes one black pixel: PNG knows no empty picture. */
export function encodePng(frame: PixelFrame): Buffer {
  const { width, height, pixels } = frame.width > 0 && frame.height > 0 ? frame : { width: 1, height: 1, pixels: new Uint8Array(3) };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = new Uint8Array((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) lines.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  return Buffer.concat([
    Buffer.from(SIGNATURE, 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Reads 8-bit grey, RGB and RGBA files that are not interlaced. @throws TskvmError for anything else */
export function decodePng(bytes: Uint8Array): PixelFrame {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const wrong = (why: string): TskvmError => new TskvmError(`the PNG file cannot be read: ${why}`);
  if (file.subarray(0, 8).toString('latin1') !== SIGNATURE || file.length < 33) throw wrong('it is none');
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const channels = CHANNELS[file[25]];
  if (file[24] !== 8 || channels === undefined || file[28] !== 0)
    throw wrong('only 8-bit grey, RGB and RGBA without interlacing are understood');
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length; at += file.readUInt32BE(at) + 12) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const step = width * channels;
  let data: Buffer;
  try {
    data = inflateSync(Buffer.concat(parts), { maxOutputLength: (step + 1) * height });
  } catch {
    throw wrong('its data are damaged');
  }
  if (data.length < (step + 1) * height) throw wrong('it is cut short');
  const pixels = new Uint8Array(width * height * 3);
  let above = new Uint8Array(step);
  for (let y = 0; y < height; y++) {
    const line = data.subarray(y * (step + 1) + 1, (y + 1) * (step + 1));
    unfilter(data[y * (step + 1)], line, above, channels);
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) pixels[(y * width + x) * 3 + c] = line[x * channels + (channels === 1 ? 0 : c)];
    above = new Uint8Array(line);
  }
  return { kind: 'graphics', width, height, pixels };
}

/** Undoes a line's filter in place (PNG specification, chapter 9). */
function unfilter(type: number, line: Uint8Array, above: Uint8Array, channels: number): void {
  for (let i = 0; i < line.length; i++) {
    const left = i >= channels ? line[i - channels] : 0;
    const corner = i >= channels ? above[i - channels] : 0;
    if (type === 1) line[i] += left;
    else if (type === 2) line[i] += above[i];
    else if (type === 3) line[i] += (left + above[i]) >> 1;
    else if (type === 4) {
      const guess = left + above[i] - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above[i]), Math.abs(guess - corner)];
      line[i] += a <= b && a <= c ? left : b <= c ? above[i] : corner;
    }
  }
}
