/** Images as flat bytes. */
import { TskvmError } from '../../diagnostics.js';
import type { Image } from '../../object.js';

/** Beyond this a flat image is taken for a mistake: addresses far apart make files of zeros. */
const maximum = 1 << 30;

/** The bytes from the lowest address to the highest, gaps as zeros: what objcopy -O binary writes. */
export function flatBytes(image: Image): Uint8Array {
  const { chunks } = image;
  if (chunks.length === 0) return new Uint8Array(0);
  if (chunks.length === 1) return chunks[0].data;
  const start = chunks[0].address;
  const last = chunks[chunks.length - 1];
  const size = Number(last.address - start) + last.data.length;
  if (size > maximum) {
    throw new TskvmError(
      `the flat image would take ${size} bytes: its parts lie at 0x${start.toString(16)} and 0x${last.address.toString(16)}`,
      1,
      ['put the sections nearer together with a linker script (-T)'],
    );
  }
  const bytes = new Uint8Array(size);
  for (const chunk of chunks) bytes.set(chunk.data, Number(chunk.address - start));
  return bytes;
}
