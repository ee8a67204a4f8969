/** Cylinders, heads and sectors of disks that have only a number of sectors. */

export interface Geometry {
  readonly cylinders: number;
  readonly heads: number;
  /** Sectors a track. */
  readonly sectors: number;
}

export interface FloppyGeometry extends Geometry {
  /** CMOS type of the drive: 1 360 KB, 2 1.2 MB, 3 720 KB, 4 1.44 MB, 5 2.88 MB. */
  readonly type: number;
}

/** Floppy formats by the number of sectors: cylinders, heads, sectors a track, CMOS drive type. */
// prettier-ignore
const floppies: readonly (readonly [total: number, cylinders: number, heads: number, sectors: number, type: number])[] = [
  [320, 40, 1, 8, 1], [360, 40, 1, 9, 1], [640, 40, 2, 8, 1], [720, 40, 2, 9, 1], [1440, 80, 2, 9, 3],
  [2400, 80, 2, 15, 2], [2880, 80, 2, 18, 4], [5760, 80, 2, 36, 5],
];

/** An image of another size is taken for a 1.44 MB floppy whose last sectors are missing. */
export function floppyGeometry(total: number): FloppyGeometry {
  const [, cylinders, heads, sectors, type] = floppies.find(([size]) => size === total) ?? floppies[6];
  return { cylinders, heads, sectors, type };
}

/** What the drive itself reports (ATA-6, 6.2): 63 sectors a track, 16 heads, 2 to 16383 cylinders. */
export function driveGeometry(total: number): Geometry {
  return { cylinders: Math.max(2, Math.min(16383, Math.ceil(total / (63 * 16)))), heads: 16, sectors: 63 };
}

/** What int 13h shows: 63 sectors a track, more heads when 1024 cylinders do not suffice, as BIOSes translate. */
export function biosGeometry(total: number): Geometry {
  let heads = 16;
  while (heads < 255 && total / (63 * heads) > 1024) heads = Math.min(255, heads * 2);
  return { heads, sectors: 63, cylinders: Math.max(2, Math.min(1024, Math.ceil(total / (63 * heads)))) };
}
