/** Disk images as drives: their geometry and sectors. Writes stay in memory. */
export interface Disk {
  readonly bytes: Uint8Array;
  readonly cylinders: number;
  readonly heads: number;
  readonly sectors: number;
  /** CMOS type of a floppy drive (4 is 1.44 MB), 0 for a fixed disk. */
  readonly floppyType: number;
  /** Sectors in all. */
  readonly total: number;
}

export const SECTOR = 512;

/** Floppy formats by the number of sectors: cylinders, heads, sectors a track, CMOS drive type. */
const floppies: Readonly<Record<number, readonly [number, number, number, number]>> = {
  320: [40, 1, 8, 1],
  360: [40, 1, 9, 1],
  640: [40, 2, 8, 1],
  720: [40, 2, 9, 1],
  1440: [80, 2, 9, 3],
  2400: [80, 2, 15, 2],
  2880: [80, 2, 18, 4],
  5760: [80, 2, 36, 5],
};

/** A drive for an image; a last partial sector is filled up with zeros. The image itself is never written to. */
export function diskOf(image: Uint8Array, floppy: boolean): Disk {
  const total = Math.max(1, Math.ceil(image.length / SECTOR));
  const bytes = new Uint8Array(total * SECTOR);
  bytes.set(image);
  if (floppy) {
    const known = floppies[total] ?? floppies[2880];
    return { bytes, cylinders: known[0], heads: known[1], sectors: known[2], floppyType: known[3], total };
  }
  // 16 heads of 63 sectors, more heads when 1024 cylinders do not suffice: as BIOSes translate.
  let heads = 16;
  while (heads < 255 && total / (63 * heads) > 1024) heads = Math.min(255, heads * 2);
  return { bytes, heads, sectors: 63, cylinders: Math.max(1, Math.min(1024, Math.ceil(total / (63 * heads)))), floppyType: 0, total };
}
