/** A listing of what was built: address, bytes, source line. */
import type { Image } from '../../object.js';

/** Lines as `00000005 e6 f1               5      outb %al, $0xf1`; sources are read through `lineOf`. */
export function imageListing(image: Image, lineOf: (file: string, line: number) => string | undefined): string {
  const lines: string[] = [];
  let file = '';
  const rows = (from: bigint, to: bigint, text: string): void => {
    const bytes = bytesAt(image, from, Math.min(Number(to - from), 64));
    (bytes.match(/.{1,24}/g) ?? []).forEach((row, i) => {
      const address = (Number(from) + i * 8).toString(16).padStart(8, '0');
      lines.push(`${address} ${row.trimEnd().padEnd(24)}${i === 0 ? text : ''}`.trimEnd());
    });
  };
  image.lines.forEach((entry, i) => {
    if (entry.file !== file) lines.push(`${entry.file}:`);
    ({ file } = entry);
    rows(entry.address, entry.end, `${String(entry.line).padStart(5)} ${(lineOf(entry.file, entry.line) ?? '').trimEnd()}`);
    // What lies between two instructions, or behind the last, is data.
    const next = image.lines[i + 1]?.address ?? 1n << 64n;
    if (next > entry.end) rows(entry.end, next, '');
  });
  return lines.map((line) => `${line}\n`).join('');
}

function bytesAt(image: Image, address: bigint, length: number): string {
  const chunk = image.chunks.find(({ address: start, data }) => address >= start && address < start + BigInt(data.length));
  if (!chunk) return '';
  const start = Number(address - chunk.address);
  return Array.from(chunk.data.subarray(start, start + length), (byte) => `${byte.toString(16).padStart(2, '0')} `).join('');
}
