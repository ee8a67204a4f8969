/** A listing of what was built: address, bytes, source line. */
import type { Image } from '../../object.js';

/** Lines as `00000005 e6 f1               5      outb %al, $0xf1`; sources are read through `lineOf`. */
export function imageListing(image: Image, lineOf: (file: string, line: number) => string | undefined): string {
  const lines: string[] = [];
  let file = '';
  for (const entry of image.lines) {
    if (entry.file !== file) lines.push(`${entry.file}:`);
    ({ file } = entry);
    const bytes = bytesAt(image, entry.address, Math.min(Number(entry.end - entry.address), 64));
    const text = (lineOf(entry.file, entry.line) ?? '').trimEnd();
    const rows = bytes.match(/.{1,24}/g) ?? [''];
    rows.forEach((row, i) => {
      const address = (Number(entry.address) + i * 8).toString(16).padStart(8, '0');
      lines.push(`${address} ${row.trimEnd().padEnd(24)}${i === 0 ? `${String(entry.line).padStart(5)} ${text}` : ''}`.trimEnd());
    });
  }
  return lines.map((line) => `${line}\n`).join('');
}

function bytesAt(image: Image, address: bigint, length: number): string {
  const chunk = image.chunks.find(({ address: start, data }) => address >= start && address < start + BigInt(data.length));
  if (!chunk) return '';
  const start = Number(address - chunk.address);
  return Array.from(chunk.data.subarray(start, start + length), (byte) => `${byte.toString(16).padStart(2, '0')} `).join('');
}
